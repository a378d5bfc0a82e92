"""Counts, mutuals, and who came and went, by day: by hand, and against a world that is kept as sets."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames import CHANGES, SNAPSHOTS, check, empty
from analytics.growth import GROWTH, growth, per_unit

START = pd.Timestamp("2026-03-01")  # a Sunday
LISTS = {"follower": "followers", "friend": "friends"}


def days(numbers):
    return pd.to_datetime([START + pd.Timedelta(days=number) for number in numbers])


def snapshots(*rows):
    """Of each day the followers, and whether both lists were compared."""
    told = [(followers, 1.0, math.nan, compared, compared) for followers, compared in rows]
    frame = pd.DataFrame(told, columns=list(SNAPSHOTS)[1:]).assign(day=days(range(len(rows))))
    return check(frame, SNAPSHOTS)


def changes(*rows):
    """Who of the followers was gained or lost when and why; nobody is on a list today."""
    told = [(1, "follower", change, reason, False, False) for _, change, reason in rows]
    columns = [name for name in CHANGES if name != "day"]
    return check(pd.DataFrame(told, columns=columns).assign(day=days([row[0] for row in rows])), CHANGES)


def test_who_came_and_went_is_told_of_days_on_which_whole_lists_were_compared():
    read = snapshots((5, False), (4, True), (5, False), (6, True), (6, True))
    seen = changes((1, "lost", "gone"), (1, "lost", "unfollowed"), (2, "gained", None), (3, "lost", None))

    found = growth(read, seen, mutuals=math.nan)

    columns = ["gained_followers", "lost_followers", "gone_followers"]
    told = found[columns].astype(object).where(found[columns].notna(), None).to_numpy().tolist()
    assert told == [[None] * 3, [0, 2, 1], [None] * 3, [1, 1, None], [0, 0, 0]]
    assert found["lost_friends"].tolist()[1] == 0
    assert found["mutuals"].isna().all()


def test_whoever_came_after_the_last_comparison_is_not_counted_yet():
    found = growth(snapshots((5, False), (5, True), (6, False)), changes((2, "gained", None)), mutuals=0)

    assert found["gained_followers"].fillna(-1).tolist() == [-1, 0, -1]


def test_a_unit_has_its_last_count_and_the_sum_of_who_came_and_went():
    read = snapshots((5, False), (4, True), (5, True), (math.nan, False))
    seen = changes((1, "lost", None), (2, "gained", None), (2, "lost", "gone"))

    by_week = per_unit(growth(read, seen, mutuals=math.nan), "week")

    assert by_week["day"].dt.strftime("%m-%d").tolist() == ["02-23", "03-02"]
    assert by_week["followers"].tolist() == [5, 5]
    assert by_week["lost_followers"].fillna(-1).tolist() == [-1, 2]
    assert by_week["gone_followers"].isna().all()  # of one day it is not told


def test_without_snapshots_there_are_no_rows():
    found = growth(empty(SNAPSHOTS), empty(CHANGES), mutuals=3)

    assert found.empty
    assert per_unit(found, "month").dtypes.astype(str).to_dict() == dict(GROWTH)


def test_a_column_that_is_missing_is_named():
    with pytest.raises(KeyError):
        growth(empty(SNAPSHOTS).drop(columns="followers"), empty(CHANGES), mutuals=0)


@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(LISTS))), max_size=4), max_size=6))
def test_mutuals_counted_back_are_those_of_each_day(toggles):
    on = {"follower": set("ab"), "friend": set("bc")}
    expected, told = [len(on["follower"] & on["friend"])], []
    for number, of_day in enumerate(toggles, start=1):
        for person, relation in dict.fromkeys(of_day):
            told.append((ord(person), number, relation, "lost" if person in on[relation] else "gained"))
            on[relation] ^= {person}
        expected.append(len(on["follower"] & on["friend"]))
    rows = [
        (person, START + pd.Timedelta(days=day), relation, change, None, *(chr(person) in on[name] for name in LISTS))
        for person, day, relation, change in told
    ]
    seen = check(pd.DataFrame(rows, columns=list(CHANGES)), CHANGES)
    read = snapshots((2, False), *[(2, True)] * len(toggles))

    found = growth(read, seen, mutuals=expected[-1])

    assert found["mutuals"].tolist()[:1] == expected[:1] if toggles else found["mutuals"].isna().all()
    assert found["mutuals"].tolist()[1:] == expected[1:]
