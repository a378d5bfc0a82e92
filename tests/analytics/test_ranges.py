"""The period before at the places of the period, and two ranges of days on one axis."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.ranges import overlaid, posts_before
from analytics.timeline import daily, midnight, per_unit, period_days

ZONE = "Europe/Berlin"


def days_of(posts, first, last, **known):
    """Days from the first to the last; all is known until the end of October."""
    of_all = period_days(posts, "all", as_of=midnight(pd.Timestamp("2025-11-01"), ZONE), time_zone=ZONE, **known)
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    return replace(of_all, start=midnight(pd.Timestamp(first), ZONE), end=midnight(end, ZONE))


def posted(make_posts, *days, kind="post"):
    return make_posts(*({"created_at": f"{day}T10:00:00Z", "kind": kind} for day in days))


def before_of(posts, days, unit):
    by_day = daily(posts, time_zone=ZONE)
    units = per_unit(by_day, unit, start=days.start, end=days.end, as_of=days.as_of, time_zone=ZONE)
    units = units.assign(before=posts_before(by_day, units, days))
    return {f"{row.start:%m-%d} {row.kind}": row.before for row in units.itertuples() if row.before != 0}


def test_the_days_before_stand_at_the_places_of_the_period(make_posts):
    # From Wednesday to Tuesday a week later, across the end of summer time; before it from 8 to 21 October.
    posts = posted(make_posts, "2025-10-01", "2025-10-08", "2025-10-12", "2025-10-13", "2025-10-21", "2025-10-22")
    reposts = posted(make_posts, "2025-10-13", kind="repost")
    days = days_of(posts, "2025-10-22", "2025-11-04")

    by_week = before_of(pd.concat([posts, reposts]).sort_values("created_at", ignore_index=True), days, "week")

    # five days in the first week (the 8th to the 12th), seven in the second (the 13th to the 19th), two in the third
    assert by_week == {"10-20 post": 2, "10-27 post": 1, "10-27 repost": 1, "11-03 post": 1}
    assert before_of(posts, days, "day") == {f"{day} post": 1 for day in ("10-22", "10-26", "10-27", "11-04")}


def test_days_before_that_are_not_whole_are_not_told(make_posts):
    posts = posted(make_posts, "2025-10-01", "2025-10-12")

    whole = days_of(posts, "2025-10-22", "2025-10-31", whole_since=midnight(pd.Timestamp("2025-10-12"), ZONE))
    cut = days_of(posts, "2025-10-22", "2025-10-31", whole_since=midnight(pd.Timestamp("2025-10-13"), ZONE))

    assert before_of(posts, whole, "month") == {"10-01 post": 1}
    assert all(pd.isna(value) for value in before_of(posts, cut, "month").values())


def test_the_same_days_lie_on_one_calendar(make_posts):
    ours = posted(make_posts, "2025-09-01", "2025-10-22", "2025-10-26", "2025-10-27")
    theirs = posted(make_posts, "2025-10-27", "2025-10-30")

    found = overlaid(
        *(daily(ours, time_zone=ZONE), days_of(ours, "2025-10-22", "2025-10-31")),
        *(daily(theirs, time_zone=ZONE), days_of(theirs, "2025-10-22", "2025-10-31")),
        "week",
        by_date=True,
    )

    assert found["left_start"].astype("str").tolist() == found["right_start"].astype("str").tolist()
    assert found["left_start"].dt.strftime("%a %d").tolist() == ["Mon 20", "Mon 27"]
    assert found["left_posts"].tolist() == [2, 1]
    assert pd.isna(found["right_posts"].iloc[0])  # before the first that is known of them: not told
    assert found["right_posts"].iloc[1] == 2


@pytest.mark.parametrize(
    ("unit", "begins", "posts"),
    [
        pytest.param("week", ["10-01", "10-08"], [1, 2], id="weeks-from-the-first-day-on"),
        pytest.param("month", ["10-01"], [3], id="months-from-the-first-day-on"),
    ],
)
def test_other_days_lie_beside_each_other_from_their_first_day_on(make_posts, unit, begins, posts):
    mine = posted(make_posts, "2025-08-01", "2025-08-31", "2025-09-30", "2025-10-07", "2025-10-08", "2025-10-10")
    by_day = daily(mine, time_zone=ZONE)
    posted_then = days_of(mine, "2025-08-31", "2025-10-02")

    found = overlaid(by_day, days_of(mine, "2025-10-01", "2025-10-10"), by_day, posted_then, unit, by_date=False)

    shorter, longer = (found[[f"{side}_start", f"{side}_posts"]].dropna() for side in ("left", "right"))
    assert (shorter["left_start"].dt.strftime("%m-%d").tolist(), shorter["left_posts"].tolist()) == (begins, posts)
    # 31 August and 30 September: a month from the 31st on ends on the 29th
    weeks = [1, 0, 0, 0, 1]
    assert longer["right_posts"].tolist() == (weeks if unit == "week" else [1, 1])
    assert len(found) == len(longer) > len(shorter)


def test_after_the_data_nothing_is_told(make_posts):
    mine = posted(make_posts, "2025-08-01", "2025-10-31")
    by_day = daily(mine, time_zone=ZONE)

    found = overlaid(
        by_day,
        days_of(mine, "2025-10-31", "2025-11-02"),
        by_day,
        days_of(mine, "2025-08-01", "2025-08-02"),
        "day",
        by_date=False,
    )

    assert found["left_posts"].iloc[0] == 1
    assert found["left_posts"].iloc[1:].isna().all()
    assert found["right_posts"].iloc[:2].tolist() == [1, 0]
