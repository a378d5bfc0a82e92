"""What a page's address says. All of it comes from outside: what is unknown falls back to the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

PERIODS = {"30d": "30 days", "90d": "90 days", "1y": "1 year", "all": "All"}
PERIOD = "1y"
LARGEST = 2**53  # what a browser can count
#: the shortest unit comes first; a chart of so many days at most is drawn with it unless the address says otherwise
USUAL_UNITS = (("day", 92), ("week", 800), ("month", float("inf")))
#: with more days than that a unit would give more bars than can be read
LONGEST = {"day": 400, "week": 2_800, "month": float("inf")}


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The parts of an address that choose what a page shows."""

    account: int | None
    period: str
    unit: str | None
    sort: str
    descending: bool
    people: str | None
    graph: str | None
    what: str | None
    relation: str | None
    size: str | None
    colour: str | None
    shown: str | None


def parse_query(query: Mapping[str, Any]) -> PageQuery:
    """The view that a query string asks for."""
    return PageQuery(
        account=_number(query.get("account")),
        period=_one_of(query.get("period"), PERIODS) or PERIOD,
        unit=_one_of(query.get("unit"), LONGEST),
        sort=_text(query.get("sort")) or "account",
        descending=query.get("order") == "desc",
        people=_text(query.get("people")),
        graph=_text(query.get("graph")),
        what=_text(query.get("what")),
        relation=_text(query.get("relation")),
        size=_text(query.get("size")),
        colour=_text(query.get("colour")),
        shown=_text(query.get("show")),
    )


def parse_search(search: Any) -> dict[str, str]:
    """The query string of an address by names; of a repeated name the last counts."""
    return (
        dict(parse_qsl(search.removeprefix("?"), max_num_fields=50))
        if isinstance(search, str) and len(search) < 4_000
        else {}
    )


def unit_for(wanted: Any, days: float) -> str:
    """The unit to draw so many days in: the wanted one if the bars can be read."""
    if isinstance(wanted, str) and wanted in LONGEST and days <= LONGEST[wanted]:
        return wanted
    return next(unit for unit, longest in USUAL_UNITS if days <= longest)


def units_for(days: float) -> list[str]:
    """The units in which so many days can be drawn."""
    return [unit for unit, longest in LONGEST.items() if days <= longest]


def _one_of(value: Any, known: Mapping[str, Any]) -> str | None:
    return value if isinstance(value, str) and value in known else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    usable = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16
    return int(value) if usable else None
