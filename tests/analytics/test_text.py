import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames import POSTS, empty
from analytics.text import hashtags, mentions, plain, without_links, without_mentions


def texts(*values):
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree\n", id="paragraphs"),
        pytest.param('#<span class="x">one</span>', "#one", id="inline"),
        pytest.param("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c", id="entities-once"),
        pytest.param("1 < 2 <3 and 4 > 3", "1 < 2 <3 and 4 > 3", id="no-tags"),
        pytest.param("cafe\u0301", "caf\u00e9", id="composed"),
    ],
)
def test_plain_text_has_no_markup(text, expected):
    assert plain(texts(text))[0] == expected


def test_marks_in_a_row_take_no_time():
    began = time.process_time()
    [stacked, usual] = plain(texts("a" + "\u0301\u0323" * 30_000, "e\u0301 " * 1000))

    assert time.process_time() - began < 0.5
    assert usual == "\xe9 " * 1000
    assert len(stacked) > 60_000 - 2


def test_plain_text_keeps_index_and_missing():
    kept = plain(pd.Series(["<b>x</b>", None], index=[7, 3], dtype="str"))

    assert kept.index.tolist() == [7, 3]
    assert kept[7] == "x"
    assert pd.isna(kept[3])


@pytest.mark.parametrize("link", ["http://a.example", "HTTPS://A.example/b?c#d", "www.a.example", "WwW.a.example"])
def test_a_web_address_ends_at_a_space(link):
    assert without_links(texts(f"x {link} y", link)).tolist() == ["x   y", " "]


@pytest.mark.parametrize("said", ["awww. that", "http is short", "://a.example", "w.ww"])
def test_what_only_looks_like_a_web_address_stays(said):
    assert without_links(texts(said))[0] == said


def test_links_and_mentions_leave_a_space():
    said = texts(
        "see https://example.social/@ada#x, www.example.social now看http://example.social", "hi @ada@example.social!"
    )

    assert without_links(said)[0].split() == ["see", "now看"]
    assert without_mentions(said)[1].split() == ["hi", "!"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("#one, (#two) #three!", ["one", "three", "two"], id="punctuation"),
        pytest.param("＃日本語 #हिन्दी #ไทยแท้ #Grüße", ["Grüße", "हिन्दी", "ไทยแท้", "日本語"], id="scripts"),
        pytest.param("#می\u200cشود", ["می\u200cشود"], id="half-space"),
        pytest.param("#cafe\u0301 #caf\u00e9", ["café"], id="composed"),
        pytest.param("#col·lecció #_under_score2", ["_under_score2", "col·lecció"], id="inner"),
        pytest.param("#1 #2024 #__ # #️⃣ ##", [], id="without-letter"),
        pytest.param("#2024goals", ["2024goals"], id="digits-first"),
        pytest.param("it&#39;s &amp; x#y http://a.example/#frag https://b.example/p?q#r", [], id="entities-and-links"),
        pytest.param("<p>#<span>one</span></p><p>#two</p>", ["one", "two"], id="markup"),
        pytest.param("#one #one #ONE", ["one"], id="once-a-post"),
    ],
)
def test_hashtags_of_a_text(make_posts, text, expected):
    assert hashtags(make_posts({"text": text}))["tag"].tolist() == expected


def test_a_tag_is_shown_in_the_spelling_used_most(make_posts):
    posts = make_posts({"text": "#straße"}, {"text": "#Straße #Straße"}, {"text": "#STRASSE"}, {"text": "#b #B"})

    found = hashtags(posts)

    assert found["tag"].tolist() == ["Straße", "B"]
    assert found["posts"].tolist() == [3, 1]


def test_a_tag_has_the_response_rate_of_its_posts(make_posts):
    posts = make_posts(
        {"text": "#a #b", "likes": 1},
        {"text": "#a", "likes": 0},
        {"text": "#a"},
        {"text": "#a", "kind": "repost", "likes": 9},
        {"text": "#c"},
    )

    found = hashtags(posts).set_index("tag")

    assert found["posts"].to_dict() == {"a": 3, "b": 1, "c": 1}
    assert found["with_counts"].to_dict() == {"a": 2, "b": 1, "c": 0}
    assert found.loc["a", "response_rate"] == 0.5
    # Wilson interval of 1 of 2, by scipy's binomtest
    assert found.loc["a", ["ci_low", "ci_high"]].tolist() == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert found.loc["c", ["response_rate", "ci_low", "ci_high"]].isna().all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("@ada, (@bob) @Ada", ["ada", "bob"], id="plain"),
        pytest.param("@ada@example.social", ["ada@example.social"], id="instance"),
        pytest.param("by @ada@münchen.example.", ["ada@münchen.example"], id="instance-in-unicode"),
        pytest.param("@ada.example.social: @ada-bob @a_b", ["a_b", "ada-bob", "ada.example.social"], id="handles"),
        pytest.param("@adaさん ＠bob", ["ada", "bob"], id="without-spaces"),
        pytest.param("ada@example.social @ @@ https://example.social/@ada example.social/@ada", [], id="none"),
        pytest.param("@ada...", ["ada"], id="dots"),
    ],
)
def test_mentions_of_a_text(make_posts, text, expected):
    found = mentions(make_posts({"text": text}))

    assert sorted(name.casefold() for name in found["mention"]) == expected


def test_mentions_count_own_posts_and_the_most_mentioned_come_first(make_posts):
    posts = make_posts(
        {"text": "@bob @bob"},
        {"text": "@Bob @ada", "kind": "reply"},
        {"text": "@cyd", "kind": "repost"},
        {"text": None},
    )

    found = mentions(posts)

    assert found["mention"].tolist() == ["bob", "ada"]
    assert found["posts"].tolist() == [2, 1]


def test_without_posts_there_are_no_tags_and_no_mentions():
    assert dict(hashtags(empty(POSTS)).dtypes.astype(str)) == {
        "tag": "str",
        "posts": "int64",
        "with_counts": "int64",
        "response_rate": "float64",
        "ci_low": "float64",
        "ci_high": "float64",
    }
    assert dict(mentions(empty(POSTS)).dtypes.astype(str)) == {"mention": "str", "posts": "int64"}


@given(st.lists(st.text("#@aA1_é·.&;<> ", max_size=12), max_size=5))
def test_a_tag_is_never_in_more_posts_than_there_are(make_posts, values):
    posts = make_posts(*[{"text": value} for value in values])

    found = hashtags(posts)

    assert (found["posts"] <= len(values)).all()
    assert not found["tag"].str.casefold().duplicated().any()
    assert found["tag"].str.contains("[aAé]").all()
