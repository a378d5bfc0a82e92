import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analytics.sentiment import MAX_CHARACTERS, assess

SHARES = ["negative", "neutral", "positive"]
VADER = SentimentIntensityAnalyzer()
WORDS = [
    "not",
    "good",
    "BAD",
    "very",
    "but",
    "love",
    "sad",
    "kind",
    "of",
    "the",
    ":)",
    "!",
    "??",
    "❤",
    "😂",
    "😂😂",
    "🇩🇪",
    "x😍y",
    "é",
]


def texts(*values):
    return pd.Series(values, dtype="str")


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join), max_size=5))
def test_the_answers_are_those_of_vader(values):
    expected = [VADER.polarity_scores(value) for value in values]

    found = assess(texts(*values), texts(*["en"] * len(values)))

    assert found[SHARES].to_numpy().tolist() == [[score["neg"], score["neu"], score["pos"]] for score in expected]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What a wonderful day", "positive"),
        ("This is terrible", "negative"),
        ("The meeting is on Monday", "neutral"),
        ("😍", "positive"),
        (":(", "negative"),
    ],
)
def test_a_clear_text_has_its_label(text, label):
    assert assess(texts(text))["label"].tolist() == [label]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        pytest.param("Great! https://example.social/terrible-news", "Great!", id="link"),
        pytest.param("@sad_ada great", "great", id="mention"),
        pytest.param("<p>great &amp; <b>bad</b></p>", "great & bad", id="markup"),
    ],
)
def test_links_mentions_and_markup_have_no_say(text, bare):
    pd.testing.assert_frame_equal(assess(texts(text)), assess(texts(bare)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("schön", "de", id="another-language"),
        pytest.param("great", "pt-BR", id="another-region"),
        pytest.param("Отлично", None, id="another-script"),
        pytest.param("Отлично", "und", id="another-script-of-unknown-language"),
        pytest.param("", "en", id="empty"),
        pytest.param(" \n", "en", id="blank"),
        pytest.param(None, "en", id="missing"),
        pytest.param("@ada https://example.social", "en", id="nothing-left"),
    ],
)
def test_what_cannot_be_judged_is_not_assessed(text, language):
    found = assess(texts(text), texts(language))

    assert found[["label", *SHARES]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("en_US", "en"),
        ("und", None),
        ("", None),
        (None, None),
        ("fr", "fr"),
    ],
)
def test_the_language_is_what_the_service_says(language, expected):
    found = assess(texts("great"), texts(language))["language"].tolist()[0]

    assert found == expected or (expected is None and pd.isna(found))


def test_unknown_language_is_taken_for_english():
    assert assess(texts("great", "great"), texts("und", None))["label"].tolist() == ["positive", "positive"]


def test_the_index_stays_and_equal_texts_have_equal_answers():
    found = assess(pd.Series(["great", "bad", "great", ""], index=[5, 3, 9, 1], dtype="str"))

    assert found.index.tolist() == [5, 3, 9, 1]
    assert found.columns.tolist() == ["label", *SHARES, "language"]
    assert found["label"].dropna().to_dict() == {5: "positive", 3: "negative", 9: "positive"}
    assert found.loc[5].equals(found.loc[9])


def test_no_texts_have_no_answers():
    found = assess(texts())

    assert dict(found.dtypes.astype(str)) == {"label": "str", **dict.fromkeys(SHARES, "float64"), "language": "str"}


def test_of_an_endless_text_the_beginning_is_read():
    long = "good " * (MAX_CHARACTERS // 5)

    found = assess(texts(long.strip(), long + "bad " * 10_000))

    np.testing.assert_array_equal(found[SHARES].iloc[0], found[SHARES].iloc[1])
