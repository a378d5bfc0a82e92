import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.sentiment import MAX_CHARACTERS, MOST_TRIED, _judged, _moves, _reason, assess, languages, reasons
from analytics.sentiment.model import probabilities, trained

SHARES = ["negative", "neutral", "positive"]


def texts(*values):
    return pd.Series(values, dtype="str")


def moves(text, *language):
    """The words and marks of a text, and how much each moved it."""
    words, numbers, _ = _judged(texts(text), texts(*language))
    return _moves(words, numbers)[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What a wonderful day", "positive"),
        ("This is terrible", "negative"),
        ("The meeting is on Monday", "neutral"),
        ("Thanks, great work!", "positive"),
        ("😍", "positive"),
        (":(", "negative"),
    ],
)
def test_a_clear_text_has_its_label(text, label):
    assert assess(texts(text))["label"].tolist() == [label]


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [
        ("de", "Was für ein wunderbarer Tag, ich liebe euch", "Das ist furchtbar, ich hasse diesen Scheiß"),
        ("fr", "Quelle belle journée, j'adore ce film", "C'est nul et triste, j'ai honte"),
        ("es", "Qué día tan bonito, me encanta", "Qué asco, es horrible y triste"),
        ("it", "Che bella giornata, sono molto felice", "Che schifo, sono triste e deluso"),
        ("pt", "Que dia lindo, amo muito isso", "Que programa ruim e chato, odeio"),
        ("ar", "هذا جميل جدا أحب هذا اليوم", "هذا سيء جدا أكره الحرب"),
    ],
)
def test_other_languages_are_found_and_assessed(language, good, bad):
    found = assess(texts(good, bad))

    assert found["language"].tolist() == [language] * 2
    assert found["positive"][0] > found["positive"][1]
    assert found["negative"][1] > found["negative"][0]


@pytest.mark.parametrize(
    "text",
    ["I am not happy", "not happy", "This is not good", "He is not nice", "That man was not nice", "I'm not amused"],
)
def test_a_short_negated_sentence_is_found_to_be_english_and_is_not_positive(text):
    found = assess(texts(text))

    assert found["language"].tolist() == ["en"]
    assert found["label"].tolist() == ["negative"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ik ben niet blij", "nl"),
        ("Wat een mooie dag vandaag", "nl"),
        ("Jag är inte glad", "sv"),
        ("Det här är så bra", "sv"),
        ("Nie jestem szczęśliwy", "pl"),
        ("Я не доволен этим", "ru"),
    ],
)
def test_a_language_without_a_model_is_named_and_not_assessed(text, language):
    found = assess(texts(text))

    assert found["language"].tolist() == [language]
    assert found["label"].isna().all()


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        pytest.param("Great! https://example.social/terrible-news", "Great!", id="link"),
        pytest.param("@sad_ada great", "great", id="mention"),
        pytest.param("<p>great &amp; <b>bad</b></p>", "great & bad", id="markup"),
        pytest.param("> this is awful\ngreat, thanks", "great, thanks", id="quote"),
        pytest.param("great\n```\nraise FatalError\n```", "great", id="code"),
        pytest.param("great :) http", "great 🙂", id="smile"),
        pytest.param("it\\u2019s great", "it’s great", id="escape"),
    ],
)
def test_links_mentions_markup_code_and_quotes_have_no_say(text, bare):
    pd.testing.assert_frame_equal(assess(texts(text)), assess(texts(bare)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("mooi", "nl", id="another-language"),
        pytest.param("Ik vond de film gisteren echt heel mooi", None, id="another-language-found"),
        pytest.param("Отлично", None, id="another-script"),
        pytest.param("Отлично", "und", id="another-script-of-unknown-language"),
        pytest.param("आज का दिन बहुत अच्छा है", "hi", id="script-never-seen"),
        pytest.param("ok", "en", id="two-letters"),
        pytest.param("42!", "en", id="no-letters"),
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
    [("en", "en"), ("EN", "en"), ("en-GB", "en"), ("en_US", "en"), ("fr", "fr"), ("nl", "nl")],
)
def test_the_language_is_what_the_service_says(language, expected):
    assert assess(texts("great"), texts(language))["language"].tolist() == [expected]


@pytest.mark.parametrize("silent", ["und", "", None])
def test_where_the_service_does_not_know_the_language_is_found(silent):
    found = assess(texts("What a lovely day with my friends", "Was für ein schöner Tag"), texts(silent, silent))

    assert found["language"].tolist() == ["en", "de"]


def test_an_emoji_alone_is_assessed_without_a_language():
    found = assess(texts("❤❤"))

    assert found["label"].tolist() == ["positive"]
    assert found["language"].isna().all()


def test_the_index_stays_and_equal_texts_have_equal_answers():
    found = assess(pd.Series(["great", "awful", "great", ""], index=[5, 3, 9, 1], dtype="str"))

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


@given(st.lists(st.text(max_size=40) | st.sampled_from(["not good", "😂", "İyi", "\ud800", "#A"]), max_size=4))
def test_probabilities_are_those_of_the_text_alone_and_sum_to_one(values):
    together = assess(texts(*values))

    assert together["label"].notna().equals(together["positive"].notna())
    np.testing.assert_allclose(together[SHARES].sum(axis=1, skipna=False).dropna(), 1)
    for place, value in enumerate(values):
        np.testing.assert_allclose(assess(texts(value))[SHARES].iloc[0], together[SHARES].iloc[place], atol=1e-9)


def test_many_chunks_answer_as_one(monkeypatch):
    values = texts(*(f"word{number} is lovely" for number in range(30)))
    whole = assess(values)
    monkeypatch.setattr("analytics.sentiment._CHUNK", 100)

    pd.testing.assert_frame_equal(assess(values), whole)


def test_the_words_that_moved_a_text_come_first():
    found = moves("The weather on Monday is wonderful", "en")

    weights = [weight for _, weight in found]
    assert found[0][0] == "wonderful"
    assert weights[0] > 0
    assert weights == sorted(weights, key=abs, reverse=True)


def test_a_word_said_twice_moves_once():
    words = [word for word, _ in moves("Bad, bad, bad day", "en")]

    assert len(words) == len(set(words))


@pytest.mark.parametrize("text", ["", "Отлично", "ok"])
def test_nothing_moved_what_was_not_assessed(text):
    assert moves(text) == []


def test_a_words_weight_is_what_the_log_odds_lose_without_it():
    def log_odds(text):
        negative, _, positive = probabilities([text], np.zeros(1, dtype=np.int64), trained())[0]
        return np.log(positive / negative)

    found = dict(moves("good day good luck", "en"))

    assert found["good"] == pytest.approx(log_odds("good day good luck") - log_odds(" day  luck"))


def test_of_a_long_text_the_words_that_say_most_are_tried():
    filler = " ".join(f"table{number}" for number in range(40))

    found = moves(f"{filler} wonderful {filler}", "en")

    assert len(found) == MOST_TRIED
    assert found[0][0] == "wonderful"


def test_a_reason_names_label_probability_and_the_words_towards_it():
    values = texts("I love this lovely day", "This is terrible", "Nice place, ugly house and a table on Monday, 3 pm")

    positive, negative, _ = reasons(values)

    assert positive.startswith(f"positive {assess(values)['positive'][0]:.2f}: “")
    assert "“love”" in positive
    assert negative.startswith("negative ")
    assert negative.endswith("“terrible”")


def test_the_reason_of_a_neutral_text_names_both_sides():
    # the label of this text may be any: what is tested is how a neutral one is told
    said = _reason(np.array([0.2, 0.6, 0.2]), [("nice", 0.9), ("ugly", -0.8), ("a", 0.01)])

    assert said == "neutral 0.60: “nice” towards positive; “ugly” towards negative"


def test_a_label_that_no_word_decided_says_so():
    assert _reason(np.array([0.5, 0.3, 0.2]), [("nice", 0.9)]) == "negative 0.50: no single word or mark decided it"


def test_a_reason_names_at_most_four():
    said = _reason(np.array([0.1, 0.1, 0.8]), [(word, 0.5) for word in "abcde"])

    assert said == "positive 0.80: “a”, “b”, “c”, “d”"


def test_what_was_not_assessed_has_no_reason():
    found = reasons(pd.Series(["Отлично", None, "ok", "great"], index=[4, 2, 7, 1], dtype="str"))

    assert found.notna().to_dict() == {4: False, 2: False, 7: False, 1: True}
    assert reasons(texts()).empty


@pytest.mark.parametrize(
    ("technical", "everyday"),
    [
        ("The parser raises a fatal error if the config file is missing", "A fatal error ended the life of the king"),
        ("Kill the child process and remove the dead code", "They kill the child and leave him for dead"),
    ],
)
def test_words_like_fatal_say_less_beside_terms_of_technology(technical, everyday):
    found = assess(texts(technical, everyday), texts("en", "en"))

    assert found["negative"][0] < found["negative"][1]


@given(st.lists(st.text(max_size=60), max_size=4))
def test_reasons_and_labels_agree(values):
    labels, why = assess(texts(*values))["label"], reasons(texts(*values))

    assert [said.split()[0] for said in why.dropna()] == labels.dropna().tolist()
    assert why.notna().equals(labels.notna())


def test_short_texts_are_in_a_language_only_where_it_is_clear():
    bios = ["I write about gardens and bread", "Schreibt über Gärten und Brot", "Potter", "@ada", None]

    found = languages(pd.Series(bios, dtype="str"))

    assert found.fillna("–").tolist() == ["en", "de", "–", "–", "–"]
