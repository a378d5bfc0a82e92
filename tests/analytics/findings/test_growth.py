from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.findings import of_growth, telling

STOP = date(2026, 3, 2)


def daily(gained, lost=None, *, every=1):
    """Gained and lost at each reading, the last on the day before `STOP`."""
    days = pd.date_range(end=pd.Timestamp(STOP) - pd.Timedelta(days=1), periods=len(gained), freq=f"{every}D")
    told = np.asarray(gained, dtype="float64")
    return pd.DataFrame(
        {"day": days, "gained_followers": told, "lost_followers": np.zeros(len(told)) if lost is None else lost}
    )


def say(growth, days=90):
    start = (pd.Timestamp(STOP) - pd.Timedelta(days=days)).date()
    return [each.sentence for each in telling(of_growth(growth, start=start, stop=STOP))]


def about(n, *, seed=1, days=365):
    return np.random.default_rng(seed).poisson(n, days)


def test_a_change_of_pace_is_told_with_both_counts():
    gained = np.r_[np.tile([1, 2, 3], 92)[:275], np.tile([7, 8, 9], 30)]

    assert say(daily(gained)) == [
        "Followers gained a day rose from 2.0 to 8.0 against the 90 days before (720 in 90 days now, 180 in 90 then)."
    ]


def test_a_list_that_is_read_every_third_day_grows_at_the_same_pace():
    gained = np.r_[np.tile([5, 6, 7], 30), np.tile([23, 24, 25], 10)]

    assert say(daily(gained, every=3)) == [
        "Followers gained a day rose from 2.0 to 8.0 against the 90 days before (720 in 90 days now, 180 in 90 then)."
    ]


def test_readings_that_are_further_apart_than_a_stretch_are_left_out():
    gained = np.r_[np.tile([20, 24, 28], 4), np.tile([92, 96, 100], 3)]

    assert say(daily(gained, every=16)) == []


def test_a_change_against_days_that_are_not_known_is_not_told():
    assert say(daily(np.r_[about(2, days=80), about(8, days=90)])) == []


def test_a_pace_that_rises_and_falls_by_itself_is_not_told():
    seasons = np.repeat([2, 8, 2, 8, 2, 8, 2, 8], 45)

    assert say(daily(np.random.default_rng(1).poisson(seasons))) == []


def test_a_day_that_stands_out_is_told_beside_the_others():
    """Of 365 readings the first tells nobody, and fifteen are of that burst."""
    lost = np.tile([0, 1, 1, 2], 92)[:365]
    lost[-10] = 48

    (said,) = say(daily(about(2), lost))

    assert said == (
        "On 20 February 2026 48 followers were lost; on the 349 days that are more than a week away 1.0 a day, 2 at "
        "most."
    )


def test_a_day_before_the_period_is_not_told_of_it():
    lost = np.tile([0, 1, 1, 2], 92)[:365]
    lost[-60] = 48

    assert say(daily(about(2), lost), days=30) == []


def test_a_day_is_nothing_new_where_there_are_such_days():
    lost = np.tile([0, 1, 1, 2], 92)[:365]
    lost[[40, 130, 250, -10]] = [48, 30, 40, 50]

    assert say(daily(about(2), lost)) == []


@pytest.mark.parametrize(("n", "most"), [(15, 40), (365, 15)], ids=["few days", "few people"])
def test_of_few_days_or_people_no_day_stands_out(n, most):
    lost = np.zeros(n)
    lost[-3] = most

    assert say(daily(np.zeros(n), lost)) == []


def test_of_lists_that_were_never_compared_nothing_is_told():
    frame = daily(about(2))

    assert say(frame.assign(gained_followers=np.nan, lost_followers=np.nan)) == []
