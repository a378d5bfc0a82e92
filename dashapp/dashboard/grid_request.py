"""What the grid asks for, made safe: only columns it has, only filters the store knows, only values of their kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort

from .address import LARGEST
from .components.grid import OPTIONS, Column

MOST_ROWS = 500
LONGEST = 200  # characters of a search
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 1, 1)


@dataclass(frozen=True, slots=True)
class RowsRequest:
    """Rows [offset, offset + limit), in that order, under those filters."""

    offset: int
    limit: int
    sort: list[tuple[str, str]]
    filters: dict[str, dict[str, Any]]


def rows_request(request: Any, columns: Sequence[Column], *, strict: bool = True) -> RowsRequest:
    """The rows that a grid with these columns wants. Answers 400 to what no grid of ours would send.

    Not `strict`: other columns are left out, for a moment a grid keeps those of the list that was shown before.
    """
    try:
        start, end = int(request["startRow"]), int(request["endRow"])
        kinds = {column.name: column.kind for column in columns}
        filtered = {column.name: column.kind for column in columns if column.filtered}
        sort = [_order(rule, kinds) for rule in request.get("sortModel") or [] if strict or rule["colId"] in kinds]
        filters = {
            name: _filter(rule, filtered[name])
            for name, rule in (request.get("filterModel") or {}).items()
            if strict or name in filtered
        }
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        abort(400)
    if not 0 <= start < end <= start + MOST_ROWS or end > LARGEST:
        abort(400)
    return RowsRequest(offset=start, limit=end - start, sort=sort[:3], filters=filters)


def search_text(text: Any) -> str:
    """The words of a search box."""
    return storable(text)[:LONGEST] if isinstance(text, str) else ""


def storable(text: str) -> str:
    """The text without what no database takes: NUL, and halves of a letter."""
    return NO_TEXT.sub("", text)


def _order(rule: Mapping[str, Any], kinds: Mapping[str, str]) -> tuple[str, str]:
    name, way = rule["colId"], rule["sort"]
    if kinds[name] == "mark" or way not in ("asc", "desc"):
        raise ValueError(way)
    return name, way


def _filter(rule: Mapping[str, Any], kind: str) -> dict[str, Any]:
    how = rule["type"]
    if how not in OPTIONS[kind]:
        raise ValueError(how)
    if how in ("blank", "notBlank"):
        return {"type": how}
    if kind == "time":
        return _times(rule, how)
    if kind == "text":
        return {"type": how, "filter": search_text(str(rule["filter"]))}
    bounds = {"filter": _number(rule["filter"])}
    return {"type": how, **bounds, **({"filterTo": _number(rule["filterTo"])} if how == "inRange" else {})}


def _number(value: Any) -> float:
    number = float(value)
    if not -LARGEST < number < LARGEST:  # false for NaN too
        raise ValueError(value)
    return number


def _times(rule: Mapping[str, Any], how: str) -> dict[str, Any]:
    day = _day(rule["dateFrom"])
    if how == "lessThan":
        return {"type": "days", "first": None, "last": day - timedelta(days=1)}
    if how == "greaterThan":
        return {"type": "days", "first": day + timedelta(days=1), "last": None}
    return {"type": "days", "first": day, "last": _day(rule["dateTo"])}


def _day(text: str) -> date:
    """The day; one that a calendar hardly has is the last that anybody could mean."""
    return min(max(datetime.fromisoformat(text).date(), EARLIEST), LATEST)
