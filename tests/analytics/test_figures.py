"""Figures of periods, and of any days."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import figures as measures
from analytics.figures import Figures, changes, differences
from analytics.frames import KINDS, POSTS, empty
from analytics.ranges import of_days
from analytics.timeline import (
    BY_DAY,
    RESPONSES,
    daily,
    midnight,
    per_unit,
    period_bounds,
    period_days,
    received,
)
from analytics.uncertainty import NO_POSTS, NOT_TOLD, TOO_FEW

from .test_timeline import AS_OF, MANY, days_before

DAY = pd.Timedelta(days=1)


def figures(posts, *, period, as_of, time_zone):
    days = period_days(posts, period, as_of=as_of, time_zone=time_zone)
    return measures.figures(daily(posts, time_zone=time_zone), received(posts, time_zone=time_zone), days)


def test_rates_rest_on_what_is_told(make_posts):
    posts = make_posts(
        {"created_at": days_before(9), "likes": 1, "replies": 0},
        {"created_at": days_before(8), "likes": 0},
        {"created_at": days_before(7), "replies": 2, "kind": "reply"},
        {"created_at": days_before(6)},
        {"created_at": days_before(5), "views": 50},
        {"created_at": days_before(4), "likes": 99, "kind": "repost"},
    )

    found = figures(posts, period="30d", as_of=AS_OF, time_zone="UTC")

    assert (found.posts, found.reposts) == (5, 1)
    assert (found.response_rate.value, found.response_rate.n) == (2 / 3, 3)
    assert (found.reply_rate.value, found.reply_rate.n) == (1 / 2, 2)
    assert (found.median_interactions.value, found.median_interactions.n) == (1, 3)
    # Wilson interval of 2 of 3, by scipy's binomtest
    assert (found.response_rate.ci_low, found.response_rate.ci_high) == pytest.approx((0.2077, 0.9385), abs=1e-4)


@pytest.mark.parametrize("name", ["response_rate", "reply_rate", "median_interactions"])
def test_undefined_figures_say_why(make_posts, name):
    silent = make_posts({"created_at": days_before(9)}, {"created_at": days_before(1)})
    reposts = make_posts({"created_at": days_before(9), "kind": "repost", "likes": 3})

    not_told = getattr(figures(silent, period="all", as_of=AS_OF, time_zone="UTC"), name)
    no_posts = getattr(figures(reposts, period="all", as_of=AS_OF, time_zone="UTC"), name)

    assert (not_told.reason, no_posts.reason) == (NOT_TOLD, NO_POSTS)
    assert math.isnan(not_told.value)
    assert math.isnan(no_posts.value)


def test_posts_a_week_divide_by_the_whole_period_if_older_posts_are_known(make_posts):
    posts = make_posts({"created_at": days_before(400)}, *[{"created_at": days_before(day)} for day in range(1, 10)])

    found = figures(posts, period="90d", as_of=AS_OF, time_zone="UTC").posts_per_week

    assert found.value == pytest.approx(9 / (90 / 7))
    assert (found.n, found.few) == (9, False)


def test_posts_a_week_divide_by_the_time_since_the_first_known_post(make_posts):
    posts = make_posts(*[{"created_at": days_before(day)} for day in (14, 10, 3, 1)])

    found = figures(posts, period="90d", as_of=AS_OF, time_zone="UTC").posts_per_week

    assert (found.value, found.n, found.few) == (2, 4, True)
    # Garwood's interval of 4 events: 1.09 to 10.24
    assert (found.ci_low, found.ci_high) == pytest.approx((0.545, 5.121), abs=1e-3)


def test_a_silent_period_of_a_known_account_has_zero_posts_a_week(make_posts):
    posts = make_posts({"created_at": days_before(400)})

    found = figures(posts, period="30d", as_of=AS_OF, time_zone="UTC").posts_per_week

    assert (found.value, found.ci_low, found.n) == (0, 0, 0)
    # Garwood: up to 3.69 events in 30 / 7 weeks
    assert found.ci_high == pytest.approx(3.689 / (30 / 7), abs=1e-3)


@pytest.mark.parametrize(
    "days",
    [pytest.param((6.9, 5, 3), id="under-a-week"), pytest.param((20,), id="one-post")],
)
def test_posts_a_week_are_undefined_with_too_little(make_posts, days):
    posts = make_posts(*[{"created_at": days_before(day)} for day in days])

    found = figures(posts, period="90d", as_of=AS_OF, time_zone="UTC").posts_per_week

    assert math.isnan(found.value)
    assert (found.reason, found.n) == (TOO_FEW, len(days))


def test_posts_a_week_without_any_post_say_so():
    assert figures(empty(POSTS), period="all", as_of=AS_OF, time_zone="UTC").posts_per_week.reason == NO_POSTS


def test_bursts_widen_the_interval_of_posts_a_week(make_posts):
    even = make_posts(*[{"created_at": days_before(day)} for day in range(1, 57)])
    burst = make_posts({"created_at": days_before(56)}, *[{"created_at": days_before(2)}] * 55)

    evenly, bursty = (
        figures(posts, period="all", as_of=AS_OF, time_zone="UTC").posts_per_week for posts in (even, burst)
    )

    assert evenly.value == bursty.value == 7
    # Garwood's interval of 56 events in 8 weeks
    assert (evenly.ci_low, evenly.ci_high) == pytest.approx((42.30 / 8, 72.72 / 8), abs=0.01)
    assert bursty.ci_low < 1
    assert bursty.ci_high > 20


def test_posts_from_now_on_do_not_count(make_posts):
    posts = make_posts({"created_at": AS_OF.isoformat(), "likes": 1}, {"created_at": days_before(-3), "likes": 1})

    found = figures(posts, period="all", as_of=AS_OF, time_zone="UTC")

    assert found.posts == 0
    assert found.posts_per_week.reason == NO_POSTS


@given(rows=MANY)
def test_figures_survive_their_record_and_do_not_mind_the_order(make_posts, rows):
    posts = make_posts(*rows)

    found = figures(posts, period="all", as_of=AS_OF, time_zone="UTC")

    assert repr(figures(posts.iloc[::-1], period="all", as_of=AS_OF, time_zone="UTC")) == repr(found)
    assert repr(Figures.from_record(found.as_record())) == repr(found)


@given(
    hours=st.lists(st.integers(0, 40 * 24), max_size=25),
    zone=st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Kolkata", "America/Sao_Paulo"]),
    unit=st.sampled_from(["day", "week", "month"]),
)
def test_figures_and_units_of_a_period_count_the_same_posts(make_posts, hours, zone, unit):
    as_of = pd.Timestamp("2018-11-15T02:30Z")  # eleven days after a day of São Paulo that has no midnight
    posts = make_posts(*[{"created_at": (as_of - pd.Timedelta(hours=hour)).isoformat()} for hour in hours])
    start, end = period_bounds(posts, "30d", as_of=as_of, time_zone=zone)

    found = figures(posts, period="30d", as_of=as_of, time_zone=zone)
    units = per_unit(daily(posts, time_zone=zone), unit, start=start, end=end, as_of=as_of, time_zone=zone)

    assert found.posts == units["posts"].sum()
    assert unit != "day" or len(units) == 30 * len(KINDS)
    assert units["start"].is_monotonic_increasing


# ---- any days


@given(rows=MANY, first=st.integers(0, 700), length=st.integers(1, 120))
def test_any_days_give_what_counting_their_posts_gives(make_posts, rows, first, length):
    zone = "America/New_York"
    posts = make_posts(*rows)
    days = some_days(posts, first, length, zone)
    by_day = {name: of(posts, time_zone=zone) for name, of in BY_DAY.items()}

    found = of_days(by_day, days)

    local = posts["created_at"].dt.tz_convert(zone)
    dates = local.dt.tz_localize(None)
    inside = (dates >= days.local[0]) & (dates < days.local[1])
    mine = posts[inside & (posts["kind"] != "repost")]
    told = mine[list(RESPONSES)].dropna(how="all")
    replies = mine["replies"].dropna()
    of = found["figures"].set_index("measure")["value"]
    assert of["posts"] == len(mine)
    assert of["reposts"] == inside.sum() - len(mine)
    assert of[["response_rate", "reply_rate", "median_interactions"]].tolist() == pytest.approx(
        [(told > 0).any(axis=1).mean(), (replies > 0).mean(), told.sum(axis=1).median()], nan_ok=True
    )
    slots = found["rhythm"].groupby(["weekday", "hour"])["posts"].sum()
    counted = mine.groupby([local.dt.day_of_week, local.dt.hour]).size()
    assert slots[slots > 0].to_dict() == counted.to_dict()
    top = told.sum(axis=1).to_frame("n").join(mine[["created_at", "post"]])
    ordered = top.sort_values(["n", "created_at", "post"], ascending=[False, False, True])
    assert found["top_posts"]["post"].tolist() == ordered["post"].head(10).tolist()


def some_days(posts, first, length, zone):
    start, end = (pd.Timestamp("2023-01-01") + pd.Timedelta(days=day) for day in (first, first + length))
    known = period_days(posts, "all", as_of=AS_OF + 365 * DAY, time_zone=zone)
    return replace(known, start=midnight(start.date(), zone), end=midnight(end.date(), zone))


def test_of_days_after_the_data_no_figure_is_told(make_posts):
    posts = make_posts({"created_at": days_before(9), "likes": 1})
    by_day = {name: of(posts, time_zone="UTC") for name, of in BY_DAY.items()}
    later = replace(period_days(posts, "30d", as_of=AS_OF, time_zone="UTC"), start=AS_OF, end=AS_OF + 7 * DAY)

    rows = of_days(by_day, later, ["figures"])["figures"]

    assert rows["value"].isna().all()
    assert set(rows["reason"]) == {NO_POSTS}


# ---- against the days before


def changed(posts, *, days=30, **known):
    period = replace(period_days(posts, "30d", as_of=AS_OF, time_zone="UTC"), **known)
    return changes(daily(posts, time_zone="UTC"), replace(period, start=AS_OF - pd.Timedelta(days=days)))


def month_of(make_posts, *, now, then, oldest=62):
    """So many posts on each of the last 30 days, and of the 30 before; every second one answered."""
    times = [days_before(day - hour / 24) for day in range(1, 61) for hour in range(now if day <= 30 else then)]
    return make_posts(
        {"created_at": days_before(oldest)}, *[{"created_at": at, "likes": n % 2} for n, at in enumerate(times)]
    )


def test_figures_are_held_against_as_many_days_before(make_posts):
    found = changed(month_of(make_posts, now=4, then=2))

    assert found["posts"] == found["posts_per_week"]
    # p / (1 - p) at the bounds that scipy's binomtest(120, 180) gives by Wilson's method: 0.5950 and 0.7314
    assert found["posts"].value == pytest.approx(1)
    assert (found["posts"].ci_low, found["posts"].ci_high) == pytest.approx((0.4687, 1.7231), abs=2e-3)
    assert found["response_rate"].value == 0
    assert found["response_rate"].ci_low == pytest.approx(-found["response_rate"].ci_high, abs=0.01)
    assert found["reply_rate"].reason == TOO_FEW


def test_an_unfinished_day_counts_until_now(make_posts):
    posts = month_of(make_posts, now=2, then=2)

    found = changed(posts, end=AS_OF + pd.Timedelta(days=1), as_of=AS_OF + pd.Timedelta(hours=12))

    assert found["posts"].value == pytest.approx(31 / 30.5 - 1)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"whole_since": AS_OF - pd.Timedelta(days=59)}, id="a hole in the days before"),
        pytest.param({"as_of": AS_OF - pd.Timedelta(days=30)}, id="nothing known of the days"),
    ],
)
def test_nothing_is_told_of_a_change_where_posts_are_missing(make_posts, known):
    found = changed(month_of(make_posts, now=4, then=2), **known)

    assert {of.reason for of in found.values()} == {NOT_TOLD}


def test_bursts_widen_the_interval_of_a_change(make_posts):
    even = month_of(make_posts, now=4, then=2)
    burst = make_posts(
        {"created_at": days_before(70)},
        *[{"created_at": days_before(3)}] * 120,
        *[{"created_at": days_before(50)}] * 60,
    )

    assert changed(even)["posts"].ci_low > 0
    assert changed(burst)["posts"].value == 1
    assert changed(burst)["posts"].ci_low < 0


def test_busy_and_quiet_weeks_long_before_widen_the_interval_of_a_change(make_posts):
    week = [{"created_at": days_before(day)} for day in range(1, 8) for _ in range(5)]
    before = [{"created_at": days_before(day)} for day in range(8, 15) for _ in range(2)]
    busy = [{"created_at": days_before(day)} for day in range(20, 120) if day // 7 % 2 for _ in range(9)]

    calm, bursty = (make_posts(*week, *before, *older) for older in ([{"created_at": days_before(15)}], busy))

    assert changed(calm, days=7)["posts"].ci_low > 0
    assert changed(bursty, days=7)["posts"].value == changed(calm, days=7)["posts"].value
    assert changed(bursty, days=7)["posts"].ci_low < 0


# ---- against any others


def own_account(make_posts, *, posts, answered, weeks=10):
    """An account that posts so much every day, and of whose posts the first ones of a day were answered."""
    days = range(1, 7 * weeks + 1)
    times = [(day, n) for day in days for n in range(posts)]
    return make_posts(*({"created_at": days_before(day), "likes": int(n < answered)} for day, n in times))


def held_against(one, other, *, days=35, other_days=35):
    ranges = [
        replace(period_days(posts, "all", as_of=AS_OF, time_zone="UTC"), start=AS_OF - pd.Timedelta(days=length))
        for posts, length in ((one, days), (other, other_days))
    ]
    return differences(daily(one, time_zone="UTC"), ranges[0], daily(other, time_zone="UTC"), ranges[1])


def test_two_accounts_are_held_against_each_other(make_posts):
    found = held_against(
        own_account(make_posts, posts=3, answered=2), own_account(make_posts, posts=2, answered=1), other_days=70
    )

    # 105 posts in 35 days against 140 in 70: p / (1 - p) * 2 at Wilson's bounds of 105 of 245, 0.3682 and 0.4912
    assert found["posts_per_week"].value == pytest.approx(0.5)
    assert (found["posts_per_week"].ci_low, found["posts_per_week"].ci_high) == pytest.approx(
        (0.1657, 0.9308), abs=2e-3
    )
    assert found["posts"].reason == NOT_TOLD  # of twice as many days
    # Newcombe's interval of 70 of 105 less 70 of 140
    assert found["response_rate"].value == pytest.approx(2 / 3 - 1 / 2)
    assert (found["response_rate"].ci_low, found["response_rate"].ci_high) == pytest.approx((0.0412, 0.2829), abs=2e-3)


def test_of_two_accounts_the_one_that_posts_in_bursts_widens_the_interval(make_posts):
    even = own_account(make_posts, posts=9, answered=9)
    bursts = make_posts(*({"created_at": days_before(day)} for day in range(1, 71) for _ in range(40) if day % 35 == 3))

    found = held_against(even, bursts)["posts"]

    # 315 posts against one burst of 40, which is as good as one post: dispersion 40 of days
    assert found.value == pytest.approx(315 / 40 - 1)
    assert found.ci_low < 1


def test_what_is_not_known_whole_is_not_held_against_anything(make_posts):
    known = own_account(make_posts, posts=3, answered=2)
    period = period_days(known, "30d", as_of=AS_OF, time_zone="UTC")
    cut = replace(period, whole_since=AS_OF - pd.Timedelta(days=7))
    by_day = daily(known, time_zone="UTC")

    found = [differences(by_day, *pair) for pair in ((period, by_day, cut), (cut, by_day, period))]

    assert {of.reason for each in found for of in each.values()} == {NOT_TOLD}


def test_posts_of_an_account_that_began_within_the_days_are_told_by_the_week_alone(make_posts):
    young = own_account(make_posts, posts=3, answered=2, weeks=1)

    found = held_against(young, own_account(make_posts, posts=3, answered=2))

    assert found["posts"].reason == NOT_TOLD
    assert found["posts_per_week"].value == pytest.approx(0, abs=0.01)
