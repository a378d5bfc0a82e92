import itertools
import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames import KINDS, POSTS, empty
from analytics.timeline import (
    BEST,
    DAILY,
    RESPONSES,
    best_posts,
    daily,
    hours,
    interactions,
    per_unit,
    period_bounds,
    responses_by_hour,
    top_posts,
    within,
)

AS_OF = pd.Timestamp("2024-07-01T00:00Z")
COUNT = st.none() | st.integers(0, 3)
POST = st.fixed_dictionaries(
    {
        "created_at": st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
        "kind": st.sampled_from(KINDS),
        "label": st.sampled_from(["negative", "neutral", "positive", None]),
        **dict.fromkeys(RESPONSES, COUNT),
    }
)
MANY = st.lists(POST, max_size=25)


def days_before(days, *, as_of=AS_OF):
    return (as_of - pd.Timedelta(days=days)).isoformat()


# ---- periods


@pytest.mark.parametrize(("period", "days"), [("30d", 30), ("90d", 90), ("1y", 365)])
def test_a_period_is_of_whole_local_days_and_ends_with_today(period, days):
    evening = pd.Timestamp("2024-07-02T01:00Z")  # the first of July in New York

    start, end = period_bounds(empty(POSTS), period, as_of=evening, time_zone="America/New_York")

    assert end == pd.Timestamp("2024-07-02", tz="America/New_York")
    assert start.tz_convert("America/New_York") == end.tz_convert("America/New_York") - pd.DateOffset(days=days)


def test_midnight_ends_the_day_before_it():
    _, end = period_bounds(empty(POSTS), "30d", as_of=AS_OF, time_zone="UTC")

    assert end == AS_OF


def test_all_starts_with_the_day_of_the_first_post(make_posts):
    posts = make_posts({"created_at": "2020-02-02T10:00Z"}, {"created_at": "2019-05-05T11:00Z"})

    assert period_bounds(posts, "all", as_of=AS_OF, time_zone="UTC") == (pd.Timestamp("2019-05-05T00:00Z"), AS_OF)


def test_all_is_empty_without_posts_before_its_end(make_posts):
    later = make_posts({"created_at": "2025-01-01T00:00Z"})

    assert period_bounds(empty(POSTS), "all", as_of=AS_OF, time_zone="UTC") == (AS_OF, AS_OF)
    assert period_bounds(later, "all", as_of=AS_OF, time_zone="UTC") == (AS_OF, AS_OF)


def test_now_needs_a_time_zone():
    with pytest.raises(TypeError):
        period_bounds(empty(POSTS), "30d", as_of=pd.Timestamp("2024-07-01"), time_zone="UTC")


def test_periods_are_half_open(make_posts):
    posts = make_posts({"created_at": "2024-06-01T00:00Z"}, {"created_at": "2024-07-01T00:00Z"})

    assert within(posts, pd.Timestamp("2024-06-01T00:00Z"), AS_OF)["post"].tolist() == [0]


# ---- daily and per unit


def test_interactions_leave_out_views_and_stay_missing(make_posts):
    posts = make_posts({"likes": 1, "quotes": 2, "views": 100}, {"views": 100}, {"replies": 0})

    assert interactions(posts).tolist() == [3, pytest.approx(math.nan, nan_ok=True), 0]


@given(rows=MANY)
def test_daily_sums_are_those_of_counting_by_hand(make_posts, rows):
    zone = ZoneInfo("America/New_York")
    expected = {}
    for row in rows:
        key = (row["created_at"].astimezone(zone).date(), row["kind"])
        counts = expected.setdefault(
            key, {"posts": 0, "with_counts": 0, "answered": 0, "interactions": 0, "positive": 0}
        )
        given_counts = [row[name] for name in RESPONSES if row[name] is not None and row["kind"] != "repost"]
        counts["posts"] += 1
        counts["with_counts"] += bool(given_counts)
        counts["answered"] += any(given_counts)
        counts["interactions"] += sum(given_counts)
        counts["positive"] += row["label"] == "positive"

    sums = daily(make_posts(*rows), time_zone="America/New_York")

    keys = list(zip(sums["day"].dt.date, sums["kind"], strict=True))
    assert keys == sorted(expected)
    assert {name: str(dtype) for name, dtype in sums.dtypes.items()} == dict(DAILY)
    for key, row in zip(keys, sums.to_dict("records"), strict=True):
        assert math.isnan(row["interactions"]) == (expected[key]["with_counts"] == 0)
        assert {name: row[name] if row[name] == row[name] else 0 for name in expected[key]} == expected[key]


def test_a_day_is_the_local_one(make_posts):
    posts = make_posts({"created_at": "2024-03-31T22:30Z"}, {"created_at": "2024-03-31T21:30Z"})

    assert daily(posts, time_zone="Europe/Berlin")["day"].dt.day.tolist() == [31, 1]
    assert daily(posts, time_zone="UTC")["day"].dt.day.tolist() == [31]


def test_a_day_without_midnight_is_a_day(make_posts):
    # On 2018-11-04 the clock of São Paulo went from 0 h to 1 h at 03:00 UTC; on 2018-02-18 from 0 h back to 23 h
    posts = make_posts(
        {"created_at": "2018-11-04T02:59Z"},
        {"created_at": "2018-11-04T03:00Z"},
        {"created_at": "2018-02-18T02:30Z"},
        {"created_at": "2018-02-18T03:00Z"},
    )
    bounds = {"start": pd.Timestamp("2018-02-17T02:00Z"), "end": pd.Timestamp("2018-11-05T02:00Z")}
    bounds["as_of"] = bounds["end"]

    sums = daily(posts, time_zone="America/Sao_Paulo")
    units = per_unit(sums, "day", **bounds, time_zone="America/Sao_Paulo")

    assert sums["day"].dt.strftime("%m-%d").tolist() == ["02-17", "02-18", "11-03", "11-04"]
    assert sums["posts"].tolist() == [1, 1, 1, 1]
    assert units["posts"].sum() == 4
    assert not units["partial"].any()


@pytest.mark.parametrize(("start", "hours"), [("2024-03-31", 23), ("2024-10-27", 25)])
def test_a_day_of_a_clock_change_is_whole(make_posts, start, hours):
    midnight = pd.Timestamp(start, tz="Europe/Berlin")
    every_hour = [{"created_at": (midnight + pd.Timedelta(hours=hour)).isoformat()} for hour in range(hours + 1)]
    end = midnight + pd.Timedelta(hours=hours)

    sums = daily(make_posts(*every_hour), time_zone="Europe/Berlin")
    days = per_unit(sums, "day", start=midnight, end=end, as_of=end, time_zone="Europe/Berlin")

    assert sums["posts"].tolist() == [hours, 1]
    assert days.loc[days["kind"] == "post", ["posts", "partial"]].to_numpy().tolist() == [[hours, False]]


def test_sums_are_missing_where_nothing_is_told(make_posts):
    sums = daily(make_posts({"likes": 0}, {}, {"kind": "repost", "likes": 7}), time_zone="UTC").set_index("kind")

    assert sums.loc["post", ["posts", "with_counts", "answered", "likes", "interactions"]].tolist() == [2, 1, 0, 0, 0]
    assert np.isnan(sums.loc["post", "replies"])
    assert sums.loc["repost", "with_counts"] == 0
    assert np.isnan(sums.loc["repost", "likes"])


def test_an_unknown_time_zone_is_refused(make_posts):
    with pytest.raises(ZoneInfoNotFoundError):
        daily(make_posts({}), time_zone="Europe/Atlantis")


def test_gaps_are_filled_with_no_posts(make_posts):
    posts = make_posts({"created_at": "2024-06-28T10:00Z", "likes": 2}, {"created_at": "2024-06-30T10:00Z"})
    sums = daily(posts, time_zone="UTC")

    days = per_unit(sums, "day", start=pd.Timestamp("2024-06-28T00:00Z"), end=AS_OF, as_of=AS_OF, time_zone="UTC")

    own_posts = days[days["kind"] == "post"]
    assert own_posts["start"].dt.day.tolist() == [28, 29, 30]
    assert own_posts["posts"].tolist() == [1, 0, 1]
    assert own_posts["likes"].tolist() == [2, *[pytest.approx(math.nan, nan_ok=True)] * 2]
    assert days.groupby("start")["kind"].agg(list).tolist() == [list(KINDS)] * 3
    assert not days["partial"].any()


def test_weeks_run_from_monday_and_the_ends_are_partial(make_posts):
    # 2024-06-12 is a Wednesday, 2024-07-01 a Monday
    posts = make_posts({"created_at": "2024-06-12T00:00Z"}, {"created_at": "2024-06-16T23:00Z"})
    start, end = pd.Timestamp("2024-06-12T00:00Z"), pd.Timestamp("2024-07-02T00:00Z")

    weeks = per_unit(daily(posts, time_zone="UTC"), "week", start=start, end=end, as_of=end, time_zone="UTC")

    weeks = weeks[weeks["kind"] == "post"]
    assert weeks["start"].dt.strftime("%m-%d").tolist() == ["06-10", "06-17", "06-24", "07-01"]
    assert weeks["posts"].tolist() == [2, 0, 0, 0]
    assert weeks["partial"].tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("as_of", "partial"),
    [("2024-07-01T14:00Z", True), ("2024-07-01T23:59:59.999999Z", False), ("2024-07-02T00:00Z", False)],
)
def test_the_last_day_is_partial_while_it_goes_on(make_posts, as_of, partial):
    posts = make_posts({"created_at": "2024-06-30T03:00Z"}, {"created_at": "2024-07-01T13:00Z"})
    now = pd.Timestamp(as_of)
    start, end = period_bounds(posts, "all", as_of=now, time_zone="UTC")

    days = per_unit(daily(posts, time_zone="UTC"), "day", start=start, end=end, as_of=now, time_zone="UTC")

    days = days[days["kind"] == "post"]
    assert days["posts"].tolist() == [1, 1]
    assert days["partial"].tolist() == [False, partial]


def test_months_are_local(make_posts):
    posts = make_posts({"created_at": "2024-05-31T22:30Z"})
    start, end = pd.Timestamp("2024-04-30T22:00Z"), pd.Timestamp("2024-06-30T22:00Z")

    months = per_unit(
        daily(posts, time_zone="Europe/Berlin"), "month", start=start, end=end, as_of=end, time_zone="Europe/Berlin"
    )

    months = months[months["kind"] == "post"]
    assert months["start"].dt.month.tolist() == [5, 6]
    assert months["posts"].tolist() == [0, 1]
    assert not months["partial"].any()


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_a_period_without_time_has_no_units(unit):
    sums = daily(empty(POSTS), time_zone="UTC")
    instant = pd.Timestamp("2024-06-30T00:00Z")

    assert len(per_unit(sums, unit, start=instant, end=instant, as_of=instant, time_zone="UTC")) == 0


@given(rows=MANY, unit=st.sampled_from(["day", "week", "month"]))
def test_units_lose_no_post(make_posts, rows, unit):
    posts = make_posts({"created_at": "2023-01-01T00:00Z"}, *rows)
    start, end = period_bounds(posts, "all", as_of=pd.Timestamp("2025-01-01T00:00Z"), time_zone="Asia/Kolkata")
    sums = daily(posts, time_zone="Asia/Kolkata")

    units = per_unit(sums, unit, start=start, end=end, as_of=end, time_zone="Asia/Kolkata")

    columns = ["posts", "with_counts", "answered", *RESPONSES, "negative"]
    pd.testing.assert_series_equal(units[columns].sum(), sums[columns].sum())


# ---- hours and top posts


def posts_by_hour(posts):
    """Weekdays down, hours of Berlin across."""
    slots = responses_by_hour(hours(posts, time_zone="Europe/Berlin"))
    return slots.pivot(index="weekday", columns="hour", values="posts")


def test_hours_are_read_off_the_local_clock_in_summer_and_winter(make_posts):
    # Monday 08:30 UTC is 9 h in Berlin in winter, 10 h in summer; Sunday 23:30 UTC is Monday there
    posts = make_posts(
        {"created_at": "2024-01-08T08:30Z"},
        {"created_at": "2024-07-08T08:30Z", "kind": "reply"},
        {"created_at": "2024-07-07T23:30Z"},
        {"created_at": "2024-07-08T08:30Z", "kind": "repost"},
    )

    slots = posts_by_hour(posts)

    assert slots.shape == (7, 24)
    assert slots.sum().sum() == 3
    assert [slots.loc[0, hour] for hour in (9, 10, 1)] == [1, 1, 1]


def test_both_sides_of_a_clock_change_keep_their_hours(make_posts):
    # On 2024-10-27 Berlin's clock went from 3 h back to 2 h at 01:00 UTC; on 2024-03-31 there was no 2 h
    autumn = make_posts({"created_at": "2024-10-27T00:30Z"}, {"created_at": "2024-10-27T01:30Z"})
    spring = make_posts({"created_at": "2024-03-31T00:59Z"}, {"created_at": "2024-03-31T01:00Z"})

    assert posts_by_hour(autumn).loc[6, 2] == 2
    assert posts_by_hour(spring).loc[6, [1, 2, 3]].tolist() == [1, 0, 1]


def test_hours_tell_how_many_were_answered(make_posts):
    posts = make_posts({"likes": 1}, {"likes": 0}, {}, {"kind": "repost", "likes": 5})

    slots = responses_by_hour(hours(posts, time_zone="UTC"))

    assert list(zip(slots["weekday"], slots["hour"], strict=True)) == list(itertools.product(range(7), range(24)))
    assert slots.loc[12, ["posts", "with_counts", "answered"]].tolist() == [3, 2, 1]
    assert slots[["posts", "with_counts", "answered"]].sum().tolist() == [3, 2, 1]


def ranked(posts, n=10):
    return top_posts(best_posts(posts, time_zone="UTC"), n)


def test_top_posts_are_told_own_and_newest_first_among_equals(make_posts):
    posts = make_posts(
        {"likes": 3},
        {"likes": 3, "created_at": "2024-02-01T00:00Z"},
        {"likes": 1, "replies": 4},
        {"likes": 3},
        {"kind": "repost", "likes": 99},
        {"views": 1000},
    )

    for rows in (posts, posts.iloc[::-1]):
        assert ranked(rows)["post"].tolist() == [2, 1, 0, 3]
        assert ranked(rows)["interactions"].tolist() == [5, 3, 3, 3]
        assert ranked(rows, 2)["post"].tolist() == [2, 1]


@given(rows=MANY, n=st.integers(0, 10))
def test_top_posts_are_the_first_of_all_in_order(make_posts, rows, n):
    posts = make_posts(
        *[row | {"created_at": row["created_at"].replace(month=5, day=row["created_at"].day % 2 + 1)} for row in rows]
    )
    told = posts.assign(interactions=interactions(posts)).dropna(subset="interactions").itertuples()
    mine = [row for row in told if row.kind != "repost"]
    first = sorted(mine, key=lambda row: (-row.interactions, -row.created_at.value, row.post))

    assert ranked(posts, n)["post"].tolist() == [row.post for row in first[:n]]


def test_without_posts_there_are_no_top_posts():
    found = ranked(empty(POSTS))

    assert len(found) == 0
    assert list(found.columns) == list(BEST)
