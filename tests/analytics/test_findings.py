import math

import pandas as pd
import pytest

from analytics.findings import MAX_FINDINGS, findings
from analytics.frames import KINDS
from analytics.timeline import DAILY, Figures
from analytics.uncertainty import Estimate, median, rate

NO_DAYS = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in DAILY.items()})


def pace(value, low, high, *, few=False):
    return Estimate(value, low, high, 50, few=few)


def figures(*, week=None, answered=0, told=0):
    week = week or Estimate(math.nan, math.nan, math.nan, 0, "no posts")
    return Figures(told, 0, week, rate(answered, told), rate(0, 0), median([]))


def hours(slots=None, *, told=0, answered=0):
    """All slots alike, but for {(weekday, hour): (posts told of, answered)}."""
    rows = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"]).to_frame(index=False)
    rows = rows.assign(posts=told, told=told, answered=answered)
    for (weekday, hour), counts in (slots or {}).items():
        rows.loc[(rows["weekday"] == weekday) & (rows["hour"] == hour), ["posts", "told", "answered"]] = [
            counts[0],
            *counts,
        ]
    return rows


def days(**kinds):
    """days(post={"told": 30, ...}): one day with these sums, 0 otherwise."""
    rows = [{"kind": kind, **dict.fromkeys(DAILY, 0), **sums, "kind_": kind} for kind, sums in kinds.items()]
    frame = pd.DataFrame(rows).assign(kind=lambda frame: frame.pop("kind_"), day=pd.Timestamp("2024-01-01"))
    return frame.astype(dict(DAILY))


def say(current=None, previous=None, *, daily=NO_DAYS, slots=None, **options):
    return findings(current or figures(), previous, daily=daily, hours=hours() if slots is None else slots, **options)


def test_about_nothing_nothing_is_said():
    assert say() == []
    assert say(figures(), figures()) == []


def test_a_change_of_pace_is_said_when_the_intervals_lie_apart():
    then, now = figures(week=pace(5.2, 4.0, 6.5)), figures(week=pace(1.14, 0.6, 2.1))

    assert say(now, then, before="the 90 days before") == [
        "Posts fell from 5.2 to 1.1 a week against the 90 days before."
    ]
    assert say(then, now) == ["Posts rose from 1.1 to 5.2 a week against the period before."]


@pytest.mark.parametrize(
    "previous",
    [
        pytest.param(figures(week=pace(5.2, 2.0, 9.0)), id="overlap"),
        pytest.param(figures(week=pace(5.2, 4.0, 6.5, few=True)), id="few"),
        pytest.param(figures(), id="undefined"),
        pytest.param(None, id="none"),
    ],
)
def test_no_change_of_pace_is_said_otherwise(previous):
    assert say(figures(week=pace(1.1, 0.6, 2.1)), previous) == []


def test_a_change_of_the_response_rate_is_said_with_its_posts():
    then, now = figures(answered=20, told=100), figures(answered=1050, told=2000)

    assert say(now, then) == [
        "The response rate rose from 20% to 52% against the period before (2,000 posts now, 100 then)."
    ]
    assert say(then, now)[0].startswith("The response rate fell from 52% to 20%")


@pytest.mark.parametrize(("answered", "told"), [(11, 19), (28, 100), (0, 0)], ids=["few", "overlap", "undefined"])
def test_no_change_of_the_response_rate_is_said_otherwise(answered, told):
    assert say(figures(answered=answered, told=told), figures(answered=20, told=100)) == []


def test_the_best_answered_hour_of_a_weekday_is_said():
    slots = hours({(1, 18): (40, 36)}, told=20, answered=4)

    assert say(slots=slots) == ["Most answered: Tuesday 18-19 h (90% of 40 posts, else 20%)."]


def test_the_best_answered_weekday_is_said_where_hours_hold_too_few():
    slots = hours({(5, hour): (10, 9) for hour in range(24)}, told=10, answered=3)

    assert say(slots=slots) == ["Most answered: Saturday (90% of 240 posts, else 30%)."]


def test_the_best_answered_hour_of_the_day_is_said_where_weekdays_are_alike():
    slots = hours({(day, 23): (9, 8) for day in range(7)}, told=9, answered=3)

    assert say(slots=slots) == ["Most answered: 23-24 h (89% of 63 posts, else 33%)."]


@pytest.mark.parametrize(
    "slots",
    [
        pytest.param(hours({(1, 18): (19, 12)}, told=3, answered=1), id="few"),
        pytest.param(hours({(1, 18): (21, 9)}, told=21, answered=7), id="best-of-many"),
        pytest.param(hours({(1, 18): (9, 9)}), id="one-slot-only"),
    ],
)
def test_no_best_hour_is_said_otherwise(slots):
    assert not any(sentence.startswith("Most answered") for sentence in say(slots=slots))


def test_posts_and_replies_are_compared():
    daily = days(post={"told": 200, "answered": 120}, reply={"told": 300, "answered": 60}, repost={"posts": 9})

    assert say(daily=daily) == ["Posts are answered more often than replies (60% of 200 against 20% of 300)."]
    daily["kind"] = daily["kind"].map(dict(zip(KINDS, ["reply", "post", "repost"], strict=True)))
    assert say(daily=daily) == ["Posts are answered less often than replies (20% of 300 against 60% of 200)."]


def test_posts_and_replies_are_not_compared_on_too_little():
    assert say(daily=days(post={"told": 200, "answered": 120}, reply={"told": 19, "answered": 0})) == []
    assert say(daily=days(post={"told": 200, "answered": 120})) == []


def test_the_mood_of_own_posts_is_said():
    daily = days(post={"positive": 30, "negative": 5, "neutral": 40}, reply={"positive": 25}, repost={"negative": 900})

    assert say(daily=daily) == ["More posts read positive than negative (55% against 5% of 100)."]
    daily = daily.rename(columns={"positive": "negative", "negative": "positive"})
    assert say(daily=daily) == ["More posts read negative than positive (55% against 5% of 100)."]


def test_no_mood_is_said_of_few_or_balanced_posts():
    assert say(daily=days(post={"positive": 19, "neutral": 100})) == []
    assert say(daily=days(post={"positive": 50, "negative": 45})) == []


def test_the_four_hours_with_the_most_posts_are_said():
    slots = hours({(day, hour): (10, 0) for day in range(7) for hour in (22, 23, 0, 1)}, told=0).assign(told=0)

    assert say(slots=slots) == ["100% of 280 posts were written at 22-2 h."]


def test_no_hours_are_said_of_few_or_evenly_spread_posts():
    assert say(slots=hours({(0, 12): (49, 0)}).assign(told=0)) == []
    assert say(slots=hours().assign(told=0)) == []
    assert say(slots=hours(told=9).assign(told=0)) == []


def test_at_most_five_sentences_are_said():
    then = figures(week=pace(5.2, 4.0, 6.5), answered=20, told=100)
    now = figures(week=pace(1.1, 0.6, 2.1), answered=80, told=100)
    daily = days(post={"told": 200, "answered": 120, "positive": 90}, reply={"told": 300, "answered": 60})
    slots = hours({(day, hour): (60, 50) for day in range(7) for hour in (8, 9)}, told=2, answered=0)

    assert len(say(now, then, daily=daily, slots=slots)) == MAX_FINDINGS
