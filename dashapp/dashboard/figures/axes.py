"""How counts, shares and days stand on an axis, and how a figure writes a day.

A day has one form where it is read: 2 Mar 2026 in a figure and a label, 2 March 2026 in a sentence, 2026-03-02 in
tables and files.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

DAY = "%-d %b %Y"
#: how the first day of a unit is written on hover
STARTS = {"day": "%a %-d %b %Y", "week": "Week of %-d %b %Y", "month": "%B %Y"}
#: how an axis of time is marked: plotly by itself writes the hour where bars are few
TICKS = {"day": "%-d %b<br>%Y", "week": "%-d %b<br>%Y", "month": "%b<br>%Y"}
MARKS = 5  # on an axis; so many days have room on a phone
FEWEST = 10  # units on an axis of time: fewer bars would be as broad as doors, and plotly would mark parts of a unit
_LENGTH = {"day": 86_400_000, "week": 604_800_000, "month": "M1"}
_ONE = {"day": pd.DateOffset(days=1), "week": pd.DateOffset(days=7), "month": pd.DateOffset(months=1)}


def whole_step(span: float) -> int:
    """From mark to mark of counts: 1, 2 or 5, or such tens; plotly would mark halves, and write each number twice."""
    least = span / MARKS if span > MARKS else 1.0  # NaN: no count at all
    ten = 10 ** math.floor(math.log10(least))
    return next(factor * ten for factor in (1, 2, 5, 10) if factor * ten >= least)


def marks(span: float) -> dict[str, Any]:
    """The same as an axis and a colour bar take it."""
    return {"tickformat": ",d", "tick0": 0, "dtick": whole_step(span)}


def counts_axis(title: str, span: float) -> dict[str, Any]:
    """An axis of counts, from zero; `span` is how many it holds from end to end."""
    return {"title": {"text": title}, "rangemode": "tozero", "fixedrange": True, **marks(span)}


def shares_axis(title: str) -> dict[str, Any]:
    """An axis of shares, from none to all."""
    return {
        "title": {"text": title},
        "range": [0, 1.02],
        "tickformat": ".0%",
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "fixedrange": True,
    }


def time_axis(starts: pd.Series | pd.DatetimeIndex, unit: str) -> dict[str, Any]:
    """An axis of units that begin then, from end to end; a few are marked in their middle, more where there is room."""
    axis: dict[str, Any] = {"type": "date", "tickformat": TICKS[unit], "hoverformat": STARTS[unit]}
    first, last, one = starts.min(), starts.max(), _ONE[unit]
    if pd.isna(first):
        return axis
    units = pd.date_range(first, last, freq=one)
    ends = units + one
    beside = max(math.ceil((FEWEST - len(units)) / 2), 0)
    axis["range"] = [(first - beside * one).isoformat(), (ends[-1] + beside * one).isoformat()]
    if len(units) >= FEWEST:
        return axis
    marked = slice(None, None, math.ceil(len(units) / MARKS))
    return axis | {
        "tickvals": [at.isoformat() for at in (units + (ends - units) / 2)[marked]],
        "ticktext": units.strftime(TICKS[unit])[marked].tolist(),
    }


def period_of(unit: str) -> dict[str, object]:
    """Marks stand in the middle of their unit and are as wide as it is."""
    return {
        "xperiod": _LENGTH[unit],
        "xperiod0": "2001-01-01",  # a Monday
        "xperiodalignment": "middle",
        "xhoverformat": STARTS[unit],
    }


def days_text(starts: pd.Series | pd.DatetimeIndex) -> list[str]:
    """Dates as plotly takes them; half the bytes of a timestamp."""
    return pd.DatetimeIndex(starts).strftime("%Y-%m-%d").tolist()
