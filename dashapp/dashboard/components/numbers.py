"""How numbers and times are written; what is not told is a dash, never a zero."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

DASH = "–"


def count(value: Any) -> str:
    """A whole number with separators."""
    return DASH if _is_missing(value) else f"{round(value):,}"


def decimal(value: Any) -> str:
    """A number with one digit, none where it is whole or large."""
    if _is_missing(value):
        return DASH
    return f"{value:,.0f}" if value >= 100 or float(value).is_integer() else f"{value:,.1f}"


def percent(value: Any) -> str:
    """A share as a percentage; a digit more where all would else be 0 or 100%."""
    if _is_missing(value):
        return DASH
    digits = 1 if 0 < value < 0.01 or 0.99 < value < 1 else 0
    return f"{value * 100:.{digits}f}%"


def likely(low: Any, high: Any) -> str:
    """The interval of a share, such as 9% to 91%."""
    return DASH if _is_missing(low) else f"{percent(low)} to {percent(high)}"


def day(value: datetime | pd.Timestamp | None, time_zone: str = "UTC") -> str:
    """A date such as 3 March 2025."""
    return DASH if _is_missing(value) else _local(value, time_zone).strftime("%-d %B %Y")


def short_day(value: datetime | pd.Timestamp | None, time_zone: str = "UTC") -> str:
    """A date such as 3 Mar 2025."""
    return DASH if _is_missing(value) else _local(value, time_zone).strftime("%-d %b %Y")


def iso_day(value: datetime | pd.Timestamp | None, time_zone: str = "UTC") -> str:
    """A date such as 2025-03-03."""
    return DASH if _is_missing(value) else _local(value, time_zone).strftime("%Y-%m-%d")


def moment(value: datetime | pd.Timestamp | None, time_zone: str = "UTC") -> str:
    """A date with its time, such as 3 Mar 2025, 14:20."""
    return DASH if _is_missing(value) else _local(value, time_zone).strftime("%-d %b %Y, %H:%M")


def plural(number: float, one: str, many: str | None = None) -> str:
    """1 post, 2 posts, 1.5 posts; what pointing at a mark says has the word before the number: Posts: 1."""
    written = decimal(number)
    return f"{written} {one if written == '1' else many or one + 's'}"


def people_found(number: int, *, narrowed: bool) -> str:
    """1 person, 2 people; 1 person matches."""
    found = plural(number, "person", "people")
    return f"{found} {'matches' if number == 1 else 'match'}" if narrowed else found


def _local(value: Any, time_zone: str) -> datetime:
    return value.astimezone(ZoneInfo(time_zone)) if value.tzinfo else value


def _is_missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))
