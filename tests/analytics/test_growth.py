import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames import SNAPSHOTS, check, empty
from analytics.growth import churn_rate, daily_change, gained_lost

PERSONS = st.frozensets(st.integers(0, 30))


def snapshots(*rows):
    frame = pd.DataFrame(rows, columns=["day", "followers", "friends", "posts"])
    return check(frame.assign(day=pd.to_datetime(frame["day"])), SNAPSHOTS)


@given(PERSONS, PERSONS)
def test_gained_and_lost_are_the_differences_of_the_sets(before, after):
    change = gained_lost(before, pd.Index(sorted(after, reverse=True), dtype="int64"))

    assert change.gained.tolist() == sorted(after - before)
    assert change.lost.tolist() == sorted(before - after)
    assert change.kept.tolist() == sorted(before & after)
    assert change.gained.dtype == "int64"


def test_a_person_listed_twice_counts_once():
    change = gained_lost(pd.Index([1, 1, 2]), pd.Index([2, 3, 3]))

    assert (change.gained.tolist(), change.lost.tolist(), change.kept.tolist()) == ([3], [1], [2])


def test_churn_is_the_share_of_the_earlier_who_left():
    churn = churn_rate(gained_lost(set(range(100)), set(range(10, 300))))

    assert (churn.value, churn.n) == (0.1, 100)
    # Wilson interval of 10 of 100, by scipy's binomtest
    assert (churn.ci_low, churn.ci_high) == pytest.approx((0.0552, 0.1744), abs=1e-4)


def test_churn_is_undefined_when_nobody_was_there():
    churn = churn_rate(gained_lost(set(), {1, 2}))

    assert math.isnan(churn.value)
    assert churn.reason == "too few"


def test_daily_change_is_told_with_the_days_between():
    taken = snapshots(("2024-03-05", 110, 20, 8), ("2024-03-01", 100, 20, 5), ("2024-03-02", 97, 21, 5))

    changes = daily_change(taken)

    assert changes["day"].dt.day.tolist() == [1, 2, 5]
    assert changes["days"].tolist()[1:] == [1, 3]
    assert changes["followers"].tolist()[1:] == [-3, 13]
    assert changes["friends"].tolist()[1:] == [1, -1]
    assert changes["posts"].tolist()[1:] == [0, 3]
    assert changes.drop(columns="day").iloc[0].isna().all()


def test_daily_change_is_missing_where_a_snapshot_does_not_tell():
    changes = daily_change(snapshots(("2024-03-01", 1, 1, 1), ("2024-03-02", None, 1, 2), ("2024-03-03", 3, 1, 3)))

    assert changes["followers"].isna().all()
    assert changes["posts"].tolist()[1:] == [1, 1]


def test_daily_change_of_no_snapshots_is_empty():
    assert daily_change(empty(SNAPSHOTS)).columns.tolist() == ["day", "days", "followers", "friends", "posts"]
