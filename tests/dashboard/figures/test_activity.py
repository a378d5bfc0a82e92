"""The timeline: bars by kind, a line of the share answered."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analytics.shares import answered_shares
from analytics.timeline import Days
from dashapp.dashboard.figures.activity import activity
from tests.dashboard.dash_client import as_plotly


def units(*rows: tuple[str, str, int, int, int]) -> pd.DataFrame:
    """`timeline.per_unit` by (start, kind, posts, told, answered); the first unit is partial."""
    frame = pd.DataFrame(rows, columns=["start", "kind", "posts", "with_counts", "answered"])
    frame["start"] = pd.to_datetime(frame["start"])
    return frame.assign(interactions=frame["answered"] * 2.0, partial=frame["start"] == frame["start"].min())


TWO_WEEKS = units(
    ("2026-03-02", "post", 3, 2, 1),
    ("2026-03-02", "reply", 1, 1, 1),
    ("2026-03-02", "repost", 0, 0, 0),
    ("2026-03-09", "post", 2, 0, 0),
    ("2026-03-09", "reply", 0, 0, 0),
    ("2026-03-09", "repost", 0, 0, 0),
)


def drawn(units: pd.DataFrame, **options: Any) -> Any:
    """The figure as plotly reads it."""
    return as_plotly(activity(units, answered_shares(units), **options))


def test_each_kind_is_a_trace_with_its_posts() -> None:
    posts, replies, reposts, line = drawn(TWO_WEEKS, unit="week", theme="light").data

    assert list(posts.x) == ["2026-03-02", "2026-03-09"]
    assert (list(posts.y), list(replies.y), list(reposts.y)) == ([3, 2], [1, 0], [0, 0])
    assert [trace.name for trace in (posts, replies, reposts)] == ["Posts", "Replies", "Reposts"]
    assert line.yaxis == "y2"


def test_a_kind_that_does_not_occur_keeps_its_number_and_is_not_seen() -> None:
    figure = drawn(TWO_WEEKS, unit="week", theme="light")

    assert [trace.visible for trace in figure.data] == [True, True, False, None]


def test_without_anything_told_there_is_no_line() -> None:
    figure = drawn(TWO_WEEKS.assign(with_counts=0, answered=0), unit="week", theme="light")

    assert [trace.type for trace in figure.data] == ["bar", "bar", "bar"]


def test_units_that_are_only_partly_inside_are_pale() -> None:
    posts = drawn(TWO_WEEKS, unit="week", theme="light").data[0]

    assert posts.marker.opacity[0] < posts.marker.opacity[1] == 1


@pytest.mark.parametrize(
    ("unit", "length", "written"),
    [("day", 86_400_000, "%a %-d %b %Y"), ("week", 604_800_000, "Week of %-d %b %Y"), ("month", "M1", "%B %Y")],
)
def test_axes_name_their_unit_and_bars_are_as_wide_as_it(unit: str, length: object, written: str) -> None:
    figure = drawn(TWO_WEEKS, unit=unit, theme="dark")

    assert figure.layout.yaxis.title.text == f"Posts a {unit}"
    assert figure.layout.yaxis2.title.text == "Share answered"
    assert figure.layout.xaxis.rangeslider.visible
    assert (figure.data[0].xperiod, figure.data[0].xhoverformat) == (length, written)


def test_the_period_before_is_a_line_of_all_kinds_with_its_own_days() -> None:
    """Of twelve days, from Wednesday to Sunday a week later; the line's first unit is as short as the period's."""
    start, end = pd.Timestamp("2026-03-04", tz="UTC"), pd.Timestamp("2026-03-16", tz="UTC")
    known = pd.Timestamp("2025-01-01", tz="UTC")
    days = Days(start=start, end=end, as_of=end, first_at=known, whole_since=known, time_zone="UTC")
    rows = TWO_WEEKS.assign(before=[5.0, 1.0, 1.0, 0.0, 0.0, 2.0])

    line = drawn(rows, unit="week", theme="light", days=days).data[3]

    assert (list(line.x), list(line.y)) == (["2026-03-02", "2026-03-09"], [7, 2])
    assert line.name == "The period before: 20 Feb 2026 to 3 Mar 2026"
    assert list(line.text) == ["20 Feb 2026 to 24 Feb 2026", "25 Feb 2026 to 3 Mar 2026"]
    assert not drawn(rows.assign(before=float("nan")), unit="week", theme="light", days=days).data[3].text
