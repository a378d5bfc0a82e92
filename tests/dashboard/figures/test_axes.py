"""Axes of all figures: no number and no day is written twice, and what is compared begins at zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.growth import GROWTH
from analytics.shares import answered_shares, tone_shares
from dashapp.dashboard.figures import comparison
from dashapp.dashboard.figures.activity import KINDS, activity
from dashapp.dashboard.figures.axes import FEWEST, MARKS, STARTS, time_axis, whole_step
from dashapp.dashboard.figures.growth import growth
from dashapp.dashboard.figures.overview import all_accounts
from dashapp.dashboard.figures.rhythm import rhythm
from dashapp.dashboard.figures.sentiment import sentiment
from dashapp.dashboard.figures.style import Figure
from dashapp.dashboard.figures.upset import Combination, upset
from dashapp.dashboard.figures.words import words

FREQUENCIES = {"day": "D", "week": "W-MON", "month": "MS"}
NAMES, COLOURS = ("Left", "Right"), ("#111111", "#222222")


def starts(n: int, unit: str) -> pd.DatetimeIndex:
    """So many units."""
    return pd.date_range("2026-03-02", periods=n, freq=FREQUENCIES[unit])


def timeline(most: int, n: int, unit: str) -> Figure:
    counted = {"posts": most, "with_counts": most, "answered": most, "interactions": 1.0, "partial": False}
    units = pd.DataFrame([{"start": start, "kind": kind} for start in starts(n, unit) for kind in KINDS])
    units = units.assign(**counted)
    return activity(units, answered_shares(units), unit=unit, theme="light")


def accounts(most: int, n: int, unit: str) -> Figure:
    units = pd.DataFrame({"start": starts(n, unit), "account": "ada", "posts": most})
    return all_accounts(units, places={"ada": 0}, unit=unit, theme="light")


def tone(most: int, n: int, unit: str) -> Figure:
    counts = {"language": "en", "partial": False, "negative": most, "neutral": 0, "positive": 1}
    return sentiment(tone_shares(pd.DataFrame({"start": starts(n, unit)}).assign(**counts)), unit=unit, theme="light")


def grown(most: int, n: int, unit: str) -> Figure:
    told = dict.fromkeys((name for name in GROWTH if name != "day"), float(most))
    return growth(pd.DataFrame({"day": starts(n, unit)}).assign(**told), unit=unit, theme="light")


def compared_posts(most: int, n: int, unit: str, *, by_date: bool) -> Figure:
    sides = {
        f"{side}_{name}": of for side in comparison.SIDES for name, of in (("start", starts(n, unit)), ("posts", most))
    }
    return comparison.posts(pd.DataFrame(sides), NAMES, COLOURS, unit=unit, theme="light", by_date=by_date)


def compared_tones(most: int, _n: int, _unit: str) -> Figure:
    units = pd.DataFrame({"start": starts(1, "day"), "language": "en", "negative": most, "neutral": 0, "positive": 1})
    shares = pd.concat(tone_shares(units.assign(partial=False)).assign(side=side) for side in comparison.SIDES)
    return comparison.tones(shares, NAMES, COLOURS, theme="light")


def overlapping(most: int, _n: int, _unit: str) -> Figure:
    rows = pd.DataFrame({"list": ["followers"], "only_left": [most], "both": [most], "only_right": [0]})
    return comparison.overlap(rows, NAMES, COLOURS, theme="light")


def hours(most: int, _n: int, _unit: str) -> Figure:
    return rhythm(pd.DataFrame({"weekday": [0], "hour": [9], "posts": [most]}), theme="light")


def combined(most: int, n: int, _unit: str) -> Figure:
    alone = [Combination(rows=frozenset({0}), people=most, where="", title="X alone")] * n
    return upset(alone, ["X · 1", "GitHub · 2"], COLOURS, theme="light")


def used(most: int, n: int, _unit: str) -> Figure:
    counts = pd.DataFrame({"tag": [f"tag{number}" for number in range(n)], "posts": most})
    return words(counts, name="tag", mark="#", theme="light")


FIGURES: list[Callable[..., Figure]] = [
    timeline, accounts, tone, grown, compared_tones, overlapping, hours, combined, used,
    lambda *of: compared_posts(*of, by_date=True), lambda *of: compared_posts(*of, by_date=False),
]  # fmt: skip


def axes(figure: Figure) -> Iterator[dict[str, Any]]:
    """Axes and colour bars on which something is written."""
    drawn = [axis for name, axis in figure["layout"].items() if name[1:].startswith("axis")]
    bars = [trace["colorbar"] for trace in figure["data"] if "colorbar" in trace]
    yield from (axis for axis in drawn + bars if axis.get("visible", True) and axis.get("type") != "category")


def written(axis: dict[str, Any], most: float) -> list[str] | None:
    """What stands on it; None: plotly looks for marks of whole units (`time_axis`), or names stand there."""
    if "tickvals" in axis:
        share = axis.get("tickformat") == ".0%"
        return axis.get("ticktext") or [f"{at:.0%}" if share else str(at) for at in axis["tickvals"]]
    if "dtick" not in axis:
        return None
    end = axis.get("range", [0, most])[1]
    return [f"{at:,.0f}" for at in np.arange(0, end + 1, axis["dtick"])]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(("most", "n"), [(0, 1), (1, 2), (2, 9), (3, 40), (7, 1), (37_700, 40), (2_000_000_000, 3)])
def test_no_axis_writes_a_number_or_a_day_twice(figure: Callable[..., Figure], most: int, n: int) -> None:
    for axis in axes(figure(most, n, unit := list(STARTS)[n % 3])):
        on_it = written(axis, most)
        if on_it is None:
            assert axis.get("type") == "date", unit
            assert n >= FEWEST
        else:
            assert max(Counter(on_it).values(), default=1) == 1, axis


@given(st.floats(0, 1e15) | st.just(float("nan")))
def test_counts_have_whole_marks_and_not_many(span: float) -> None:
    step = whole_step(span)

    assert isinstance(step, int)
    assert step >= 1
    assert not span > step * MARKS * 1.000001


@pytest.mark.parametrize("unit", STARTS)
@pytest.mark.parametrize("n", [1, 2, 9])
def test_a_few_units_have_their_marks_within_them_and_room_beside(unit: str, n: int) -> None:
    begins = starts(n, unit)
    axis = time_axis(begins, unit)

    ends = begins.shift(1)
    middles = pd.DatetimeIndex(axis["tickvals"])
    left, right = map(pd.Timestamp, axis["range"])
    assert all(any(start < at < end for start, end in zip(begins, ends, strict=True)) for at in middles)
    assert begins[0] - left < pd.Timedelta(days=FEWEST * 31)
    assert (right - left) / (ends[-1] - begins[0]) >= FEWEST / n * 0.9
    assert all(one < other for one, other in pairwise(middles))


@pytest.mark.parametrize("figure", FIGURES)
def test_what_is_read_by_its_height_begins_at_zero(figure: Callable[..., Figure]) -> None:
    drawn = figure(300, 12, "day")["layout"]
    upright = [axis for name, axis in drawn.items() if name.startswith("yaxis") and "dtick" in axis]

    assert all(axis["rangemode"] == "tozero" or axis["range"][0] < 0 for axis in upright)
