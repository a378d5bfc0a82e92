from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import audience
from analytics.uncertainty import NOT_TOLD, TOO_FEW

AS_OF = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMED = ("server", "language")


def people(n=1, **columns):
    """So many people, of whom only these columns are told."""
    untold = {"followers": np.nan, "created_at": pd.NaT, "active_at": pd.NaT, "server": np.nan, "language": np.nan}
    frame = pd.DataFrame({"person": range(n), "has_bio": False, **untold, **columns})
    told = {name: pd.to_datetime(frame[name], utc=True) for name in ("created_at", "active_at")}
    return frame.assign(**told).astype({"followers": "float64", "server": "str", "language": "str"})


def words(*pairs):
    return pd.DataFrame(list(pairs), columns=["person", "word"])


def ago(*days):
    return [AS_OF - timedelta(days=each) for each in days]


def counted(frame, measure, *pairs):
    rows = audience.audience(frame, words(*pairs), as_of=AS_OF)
    return rows[rows["measure"] == measure].set_index("name")["people"].to_dict()


def test_sizes_are_counted_by_powers_of_ten_with_empty_classes():
    told = counted(people(6, followers=[0, 9, 10, 999, 100_000, np.nan]), "size")

    assert list(told.items()) == [
        ("0–9", 2), ("10–99", 1), ("100–999", 1), ("1,000–9,999", 0), ("10,000–99,999", 0), ("100,000 and more", 1),
    ]  # fmt: skip


def test_ages_and_last_activity_count_from_the_time_of_the_data():
    told = people(4, created_at=[*ago(91, 91.01, 5_000), pd.NaT], active_at=ago(-1, 7, 365, 366))

    assert counted(told, "age") == dict.fromkeys(audience.classes("age"), 0) | {
        "up to 3 months": 1, "3 to 12 months": 1, "over 10 years": 1,
    }  # fmt: skip
    assert list(counted(told, "activity").values()) == [2, 0, 0, 1, 1]


def test_what_is_told_of_nobody_has_no_class_and_is_told_of_none():
    rows = audience.audience(people(2), words(), as_of=AS_OF)
    told = audience.told(people(2, followers=[1, np.nan], has_bio=[True, False])).set_index("measure")["told"]

    assert rows.empty
    assert told.to_dict() == {"size": 1, "age": 0, "activity": 0, "server": 0, "language": 0, "word": 1}


def test_servers_are_the_domains_of_handles():
    handles = pd.Series(["ada@Example.Social", "bob", "@cleo", "dora@", None], dtype="str")

    assert audience.servers(handles).fillna("–").tolist() == ["example.social", "–", "–", "–", "–"]


def test_all_but_the_most_frequent_servers_are_others():
    names = [f"s{i:02}.example" for i in range(audience.MOST + 2)]
    told = counted(people(len(names) + 1, server=[*names, "s51.example"]), "server")

    assert list(told)[:2] == ["s51.example", "s00.example"]
    assert told[audience.OTHERS] == 2
    assert len(told) == audience.MOST + 1


def test_words_of_bios_lack_common_words_links_and_handles_and_count_once_a_person():
    bios = pd.DataFrame({
        "person": [1, 2, 3],
        "bio": ["The looms & Looms of @ada@example.social, https://looms.example", "Die Gärten und #Brot 3x", None],
        "language": pd.Series(["en", None, None], dtype="str"),
    })  # fmt: skip

    found = audience.bio_words(bios)

    assert list(found.itertuples(index=False, name=None)) == [(1, "looms"), (2, "brot"), (2, "gärten")]


def test_a_word_counts_from_three_people_of_the_list_on():
    pairs = [*((person, "looms") for person in range(3)), *((person, "lace") for person in range(2, 9))]

    assert counted(people(4), "word", *pairs) == {"looms": 3}


@pytest.mark.parametrize(
    ("n", "reason"), [pytest.param(0, NOT_TOLD, id="of nobody"), pytest.param(19, TOO_FEW, id="of few")]
)
def test_a_share_of_few_is_undefined(n, reason):
    told = people(30, active_at=[*ago(*range(n)), *[pd.NaT] * (30 - n)])

    assert audience.inactive(told, as_of=AS_OF).reason == reason


def test_inactive_are_those_who_posted_last_over_a_year_ago_of_whom_it_is_told():
    share = audience.inactive(people(30, active_at=[*ago(*[400] * 5, *[365] * 15), *[pd.NaT] * 10]), as_of=AS_OF)

    assert (share.value, share.n) == (0.25, 20)
    assert (round(share.ci_low, 3), round(share.ci_high, 3)) == (0.112, 0.469)


def test_follow_back_is_the_share_of_mutuals_on_either_list():
    listed = pd.DataFrame(
        {"is_follower": [True] * 40 + [False] * 5, "is_friend": [True] * 20 + [False] * 20 + [True] * 5}
    )

    assert audience.follow_back(listed, of="followers").value == 0.5
    assert audience.follow_back(listed, of="friends").value == 0.8


times = st.one_of(st.none(), st.integers(-100, 7_000).map(lambda days: AS_OF - timedelta(days=days)))
rows = st.tuples(
    st.one_of(st.none(), st.integers(0, 10**7)), times, times, *[st.sampled_from([None, "a", "b", "c"])] * 2
)


@given(st.lists(rows, min_size=1, max_size=30))
def test_classes_part_those_of_whom_a_measure_is_told(listed):
    frame = pd.DataFrame(listed, columns=["followers", "created_at", "active_at", *NAMED])
    told = people(len(frame), **{name: list(frame[name]) for name in frame})

    sums = audience.audience(told, words(), as_of=AS_OF).groupby("measure")["people"].sum()

    known = audience.told(told).set_index("measure")["told"]
    assert sums.to_dict() == {measure: n for measure, n in known.items() if n}


@pytest.mark.parametrize(
    ("measure", "told", "expected"),
    [
        pytest.param("size", {"followers": [9, 10, np.nan]}, ["0–9", "10–99", None], id="sizes"),
        pytest.param("activity", {"active_at": [*ago(7, 366), pd.NaT]}, ["in the last week", "over a year ago", None]),
        pytest.param("server", {"server": ["a.example", "b.example", None]}, ["a.example", "b.example", None]),
    ],
)
def test_each_person_is_in_one_class_or_untold(measure, told, expected):
    found = audience.class_of(people(3, **told), measure, as_of=AS_OF)

    assert found.astype(object).where(found.notna(), None).tolist() == expected
