"""Accounts of which is known who is who, by hand; and what holds of any people and decisions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from analytics.identity import CODES, matches, persons
from analytics.identity.evidence import MEASURED, WEIGHTS
from analytics.identity.names import latin, name_words, sound
from analytics.identity.tables import surprise

DECISIONS = ["left_service", "left_key", "right_service", "right_key", "same"]


def accounts(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """People by what they tell; the index is "service:handle"."""
    frame = pd.DataFrame([{"key": str(number), **row} for number, row in enumerate(rows)])
    return frame.set_index(frame["service"] + ":" + frame["handle"])


def a(handle: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    """Somebody on the service "a"."""
    return {"service": "a", "handle": handle, "name": name, **more}


def b(handle: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    """Somebody on the service "b"."""
    return {"service": "b", "handle": handle, "name": name, **more}


def decided(*rows: tuple[str, str, bool]) -> pd.DataFrame:
    """Decisions on accounts "service:key"."""
    return pd.DataFrame([(*one.split(":"), *other.split(":"), same) for one, other, same in rows], columns=DECISIONS)


def certain(people: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs that are taken without a question."""
    pairs = matches(people)
    return list(pairs.loc[pairs["certain"], ["left", "right"]].itertuples(index=False, name=None))


# ---- names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("Ada Quillfeather 🌻", "ada quillfeather", id="picture"),
        pytest.param("\U0001d4d0da \uff31uill", "ada quill", id="decorated letters"),
        pytest.param(":verified: Ada (she/her) [hiring]", "ada", id="beside"),
        pytest.param("Dr. Ada O’Quill @ Tile Club", "ada oquill", id="role"),
        pytest.param("Ada Quill she/they", "ada quill", id="pronouns"),
        pytest.param("Łucja Ørsted-Ğ", "lucja orsted g", id="Latin"),
        pytest.param("Юлия Щёкина", "yuliya shchyokina", id="Cyrillic"),
        pytest.param("Γιώργος Ψαρός", "giorgos psaros", id="Greek"),
        pytest.param("かな ッタ", "kana ta", id="kana"),
        pytest.param("राजेश", "rajesh", id="Devanagari"),
        pytest.param("שלום", "shlvm", id="Hebrew"),
        pytest.param("김", "gim", id="Hangul"),
        pytest.param("蒼", "", id="no reading"),
        pytest.param("(she/her)", "she her", id="nothing else"),
    ],
)
def test_names_of_any_script_become_comparable_words(name: str, words: str) -> None:
    assert " ".join(name_words(name)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Jonathan", "Джонатан", id="Cyrillic"),
        pytest.param("Maria", "Μαρία", id="Greek"),
        pytest.param("Tanaka", "タナカ", id="kana"),
        pytest.param("Stephen", "Steven", id="spelling"),
        pytest.param("Rajesh", "राजेश", id="Devanagari"),
    ],
)
def test_a_name_sounds_the_same_in_another_script(one: str, other: str) -> None:
    assert [sound(word) for word in name_words(one)] == [sound(word) for word in name_words(other)]


def test_digits_of_any_script_are_digits() -> None:
    assert latin("ada٣") == "ada3"


def test_surprise_is_of_the_letters_that_follow_each_other_at_hand() -> None:
    """Of "ab" two runs of three signs, each once at hand: chances by hand, of 37 signs."""
    behind_two = (1 + 5 * (1 + 1) / (1 + 37)) / (1 + 5)

    assert surprise(["ab", ""], ["ab"]) == pytest.approx([-2 * math.log(behind_two), 0])


# ---- what is certain

LINKED = [
    pytest.param(a("ada", verified_links=["b:quill"]), b("quill"), id="verified"),
    pytest.param(a("ada", links=["B:Quill"]), b("quill", links=["a:0"]), id="both declare each other"),
    pytest.param(a("ada", moved_to="b:quill"), b("quill"), id="moved"),
    pytest.param(a("ada", moved_to="a:quill"), a("quill"), id="moved within a service"),
    pytest.param(a("Ada_Quill", links=["b:adaquill"]), b("adaquill"), id="one side, same handle"),
    pytest.param(a("ada", "Ada Quill", links=["b:q"]), b("q", "Quill, Ada"), id="one side, same name"),
    pytest.param(a("ada@one.example", links=["b:ada"]), b("ada"), id="one side, same handle at a server"),
    pytest.param(
        a("ada", "Ada Quill", verified_links=["https://www.quill.example/?from=a"]),
        b("q", "Ada Quill", verified_links=["http://quill.example"]),
        id="own page verified on both sides, same name",
    ),
    pytest.param(a("ada.tiles.example", links=["b:ada"]), b("ada"), id="one side, same handle at a host"),
    pytest.param(a("quill", links=["https://quill.example/"]), b("quill.example"), id="a host is the handle"),
]


@pytest.mark.parametrize(("one", "other"), LINKED)
def test_links_that_agree_are_certain(one: dict[str, Any], other: dict[str, Any]) -> None:
    people = accounts(one, other)

    assert certain(people) == [tuple(people.index)]
    assert certain(people[::-1]) == [tuple(people.index)]


@pytest.mark.parametrize(
    ("number", "code"),
    [(0, "verified"), (1, "declared"), (2, "moved"), (4, None)],
    ids=["verified", "declared", "moved", "none"],
)
def test_a_proof_is_of_one_kind(number: int, code: str | None) -> None:
    pair = matches(accounts(*LINKED[number].values)).iloc[0]

    assert {name for name in ("verified", "moved", "declared") if pair[name]} == ({code} if code else set())


REAL, COPY = a("ada", "Ada Quill"), b("ada", "Ada Quill", links=["a:ada"])
DOUBTFUL = [
    pytest.param([REAL, b("ada", "Ada Quill")], id="no link at all"),
    pytest.param([a("ada", "Ada Quill", bio="tea, maps"), b("ada", "Ada Quill", bio="tea, maps")], id="same bio"),
    pytest.param([a("ada", "Ada Quill"), b("zed", "Zed Moor", links=["a:ada"])], id="nothing agrees"),
    pytest.param([a("ada", "Ada"), b("zed", "Ada", links=["a:ada"])], id="a first name alone"),
    pytest.param([{**REAL, "links": ["b:quill"]}, COPY], id="the real one declares another account"),
    pytest.param([{**REAL, "links": ["https://quill.example"]}, COPY], id="the real one declares other links"),
    pytest.param([REAL, b("ada_", "Ada Quill", links=["a:ada"])], id="a handle that looks like it"),
    pytest.param([a("lola", "Ada Quill"), b("l0la", "Ada Quill", links=["a:lola"])], id="a digit for a letter"),
    pytest.param(
        [a("moor", "Ada Quill"), b("quill", "Ada Quill"), b("ada", "Ada Quill", links=["a:moor"])], id="a rival"
    ),
    pytest.param([REAL, COPY, b("q", "Ada Quill", links=["a:ada"])], id="two who claim it"),
    pytest.param(
        [a("ada", "Ada Quill", links=["https://quill.example"]), b("q", "Ada Quill", links=["https://quill.example"])],
        id="a page that anybody may declare",
    ),
]


@pytest.mark.parametrize("rows", DOUBTFUL)
def test_what_an_impersonator_can_copy_is_never_certain(rows: list[dict[str, Any]]) -> None:
    pairs = matches(accounts(*rows))

    assert not pairs["certain"].any()
    assert (pairs["probability"] < 0.95).all()


def test_a_claim_is_not_believed_of_somebody_who_returned_another_link() -> None:
    proven = {"service": "c", "handle": "ada", "verified_links": ["a:ada"]}

    assert certain(accounts(REAL, COPY, proven)) == [("a:ada", "c:ada")]


@pytest.mark.parametrize(("handle", "speaks_against"), [("zed", True), (None, False)])
def test_a_link_elsewhere_speaks_against_nobody_whose_handle_is_not_told(
    handle: str | None, speaks_against: bool
) -> None:
    one = a("ada", "Ona Flint", key="1", links=["b:quill"])
    other = {"service": "b", "key": "2", "handle": handle, "name": "Ona Flint"}

    pairs = matches(pd.DataFrame([one, other]))

    assert (pairs["contradicted"] < 0).tolist() == [speaks_against]


def test_a_page_of_many_is_nobodys_own() -> None:
    page = {"links": ["https://tiles.example"]}
    people = accounts(*(a(f"a{i}", **page) for i in range(3)), *(b(f"b{i}", **page) for i in range(3)))

    assert matches(people)["page"].eq(0).all()


# ---- what is likely


def probability(*rows: dict[str, Any]) -> float:
    """Of the first pair among these people, 0 if it is not told."""
    people = accounts(*rows)
    pairs = matches(people).set_index(["left", "right"])["probability"]
    return float(pairs.get((people.index[0], people.index[1]), 0.0))


CROWD = [each(f"{first}{k}", f"{first} {last}") for each, k in ((a, 1), (b, 2)) for first in ("Alex", "Kim", "Zoe")
         for last in ("Moor", "Reed", "Birch", "Alder")]  # fmt: skip

FLINT, OTHER = a("q", "Ona Flint"), b("z", "Ona Flint")
TEA = {**FLINT, "bio": "tiles and tea"}
STRONGER = [
    pytest.param([a("zxqvy"), b("zxqvy")], [a("alexa"), b("alexa")], id="a rare handle"),
    pytest.param([FLINT, OTHER], [a("q", "Kim Moor"), b("z", "Kim Moor")], id="a rare name"),
    pytest.param([FLINT, b("z", "Flint Ona")], [FLINT, b("z", "O. Flint")], id="the order of words"),
    pytest.param([FLINT, b("z", "O. Flint")], [FLINT, b("z", "K. Flint")], id="initials"),
    pytest.param([FLINT, b("z", "Она Флинт")], [FLINT, b("z", "Пётр Флинт")], id="another script"),
    pytest.param([a("oflint"), OTHER], [a("oflint"), b("z", "Ulf Brandt")], id="a handle made of the name"),
    pytest.param([TEA, {**OTHER, "bio": "tiles, tea"}], [TEA, {**OTHER, "bio": "chess"}], id="the bio"),
    pytest.param([a("ona"), b("ona", "Ulf Moor")], [a("ona", "Kim Reed"), b("ona", "Ulf Moor")], id="not told"),
    pytest.param([a("onaf"), b("onaf")], [a("onaf"), b("onaf"), b("onaf_")], id="nobody beside"),
]


@pytest.mark.parametrize(("stronger", "weaker"), STRONGER)
def test_more_evidence_makes_a_pair_more_probable(stronger: list[dict[str, Any]], weaker: list[dict[str, Any]]) -> None:
    assert probability(*stronger, *CROWD) > probability(*weaker, *CROWD)


def test_weights_add_up_to_the_log_odds() -> None:
    """Two people, each alone at a service, share a handle: by hand the rarity of its one word, and what is copied."""
    weight = dict(zip(MEASURED, WEIGHTS.coefficients, strict=True))

    [pair] = matches(accounts(a("quill"), b("Quill"))).to_dict("records")

    assert pair["prior"] == pytest.approx(weight["prior"])
    assert pair["words"] == pytest.approx(weight["words"] * math.log(3 / 0.5))
    assert pair["name"] == pytest.approx(weight["no_name"])
    alone = pair["prior"] + pair["words"] + pair["name"] + pair["handle"]
    assert pair["probability"] == pytest.approx(WEIGHTS.copied * special.expit(alone))
    assert sum(pair[code] for code in CODES) == pytest.approx(special.logit(pair["probability"]))


def test_names_alone_are_enough_to_compare() -> None:
    people = pd.DataFrame({"service": ["a", "b"], "key": ["1", "2"], "name": ["Ona Flint", "Ona Flint"]})

    assert matches(people)[["left", "right"]].to_numpy().tolist() == [[0, 1]]


def test_who_is_in_two_lists_is_one_person() -> None:
    people = accounts(a("ada", key="7"), a("ada", "Ada Quill", key="7"), b("q", "Ada Quill", links=["a:7"]))

    assert matches(people.reset_index(drop=True)).loc[0, ["left", "right", "certain"]].tolist() == [0, 2, True]


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_people_make_no_pairs(n: int) -> None:
    pairs = matches(accounts(a("ada"))[:n])

    assert pairs.empty
    assert {"left", "right", "probability", "certain", *CODES} == set(pairs)


def test_people_whom_too_many_are_like_are_counted() -> None:
    people = accounts(*(each(f"{each.__name__}{k}", "Kim") for each in (a, b) for k in range(21)))

    pairs = matches(people)

    assert pairs.empty
    assert pairs.attrs["too_common"] == 42


# ---- what holds of any people

WORD = st.sampled_from(["ada", "quill", "moor", "ona", "flint", "x"])
SOMEBODY = {
    "service": st.sampled_from("abc"),
    "handle": st.none() | st.tuples(WORD, WORD).map("_".join),
    "name": st.none() | st.tuples(WORD, WORD).map(" ".join),
    "links": st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 11)).map("{0[0]}:{0[1]}".format), max_size=2),
}
PEOPLE = st.lists(st.fixed_dictionaries(SOMEBODY), max_size=12).map(
    lambda rows: pd.DataFrame([{"key": str(k), **row} for k, row in enumerate(rows)], columns=["key", *SOMEBODY])
)


@given(PEOPLE, st.randoms())
@settings(max_examples=15)
def test_neither_order_nor_side_changes_a_pair(people: pd.DataFrame, random: Any) -> None:
    order = random.sample(range(len(people)), len(people))
    mirrored = people.assign(service=people["service"].map({"a": "c", "b": "b", "c": "a"}))
    mirrored["links"] = [[text.translate(str.maketrans("ac", "ca")) for text in texts] for texts in people["links"]]

    plain, shuffled, turned = (told(matches(each)) for each in (people, people.iloc[order], mirrored))

    assert shuffled == pytest.approx(plain)
    assert turned == pytest.approx(plain)


def told(pairs: pd.DataFrame) -> dict[Any, float]:
    """Probabilities by pair, without sides."""
    rows = zip(pairs["left"], pairs["right"], pairs["probability"], strict=True)
    return {tuple(sorted(ends)): probability for *ends, probability in rows}


# ---- persons

FOUR = accounts(a("one"), a("two"), b("one"), {"service": "c", "handle": "one"})


def joined(*rows: tuple[int, int, float, bool]) -> pd.DataFrame:
    """Pairs of `FOUR` by their places."""
    pairs = pd.DataFrame(rows, columns=["left", "right", "probability", "certain"])
    return pairs.assign(left=FOUR.index[pairs["left"].astype(int)], right=FOUR.index[pairs["right"].astype(int)])


GROUPS = [
    pytest.param([(0, 2, 0.9, True), (2, 3, 0.9, True)], [], [0, 1, 0, 0], id="certain pairs join"),
    pytest.param([(0, 2, 0.9, False)], [], [0, 1, 2, 3], id="likely pairs do not"),
    pytest.param([(0, 2, 0.9, False)], [("b:2", "a:0", True)], [0, 1, 0, 2], id="the user joins"),
    pytest.param([(0, 2, 0.9, True)], [("a:0", "b:2", False)], [0, 1, 2, 3], id="the user parts"),
    pytest.param([], [("a:0", "b:2", False), ("b:2", "a:0", True)], [0, 1, 0, 2], id="the last word counts"),
    pytest.param([], [("a:0", "b:99", True), ("z:1", "a:0", True)], [0, 1, 2, 3], id="accounts that are gone"),
    pytest.param([], [("a:0", "a:0", True)], [0, 1, 2, 3], id="an account with itself"),
    pytest.param([(0, 2, 0.8, True), (1, 2, 0.9, True)], [], [0, 1, 1, 2], id="one account a service, the likelier"),
    pytest.param([(0, 2, 0.9, True), (1, 2, 0.9, True)], [], [0, 1, 0, 2], id="of equals the first"),
    pytest.param([(0, 2, 0.9, True)], [("a:1", "b:2", True)], [0, 1, 1, 2], id="the user before the links"),
    pytest.param([], [("a:0", "b:2", True), ("a:1", "b:2", True)], [0, 0, 0, 1], id="two of a service by the user"),
    pytest.param([(0, 1, 0.9, True)], [], [0, 0, 1, 2], id="two of a service by proof of these two"),
    pytest.param(
        [(0, 2, 0.9, True), (2, 3, 0.8, True)], [("a:0", "c:3", False)], [0, 1, 0, 2], id="the weaker pair gives way"
    ),
]


@pytest.mark.parametrize(("pairs", "decisions", "expected"), GROUPS)
def test_persons_are_what_certain_pairs_and_decisions_make(
    pairs: list[tuple[int, int, float, bool]], decisions: list[tuple[str, str, bool]], expected: list[int]
) -> None:
    assert persons(FOUR, joined(*pairs), decided(*decisions)).tolist() == expected


DECIDED = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=8)


@given(PEOPLE, DECIDED, st.randoms())
@settings(max_examples=15)
def test_a_rejected_pair_is_never_together(
    people: pd.DataFrame, said: list[tuple[int, int, bool]], random: Any
) -> None:
    known = people["service"] + ":" + people["key"]
    rows = {tuple(sorted(ends)): same for *ends, same in said if max(ends) < len(people) and ends[0] != ends[1]}
    decisions = decided(*((known[one], known[other], same) for (one, other), same in rows.items()))
    pairs, order = matches(people), random.sample(range(len(people)), len(people))

    groups = persons(people, pairs, decisions)

    assert all(groups[one] != groups[other] for (one, other), same in rows.items() if not same)
    assert persons(people.iloc[order], pairs[::-1], decisions[::-1]).sort_index().equals(groups)
