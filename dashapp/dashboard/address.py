"""What a page's address says. All of it comes from outside: what is unknown falls back to the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

PERIODS = {"30d": "30 days", "90d": "90 days", "1y": "1 year", "all": "All"}
PERIOD = "1y"
SIDES = ("left", "right")  # of a comparison
YEARS = range(1900, 2200)  # what no post is of is no day to ask for
LARGEST = 2**53  # what a browser can count
#: the shortest unit comes first; a chart of so many days at most is drawn with it unless the address says otherwise
USUAL_UNITS = (("day", 92), ("week", 800), ("month", float("inf")))
#: with more days than that a unit would give more bars than can be read
LONGEST = {"day": 400, "week": 2_800, "month": float("inf")}


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The parts of an address that choose what a page shows."""

    account: int | None
    arriving: int | None  # the import of an account that is not there yet
    period: str  # one of `PERIODS`, or a range as `range_name` writes it
    refused: str  # why what stands for a range is none
    asked: tuple[str, str]  # the days of a range, as they were written
    unit: str | None
    sort: str
    descending: bool
    people: str | None
    audience: str | None
    graph: str | None
    what: str | None
    relation: str | None
    size: str | None
    colour: str | None
    shown: str | None
    ties: str | None
    person: int | None


def parse_query(query: Mapping[str, Any]) -> PageQuery:
    """The view that a query string asks for."""
    period, refused = parse_period(query)
    return PageQuery(
        account=_number(query.get("account")),
        arriving=_number(query.get("import")),
        period=period,
        refused=refused,
        asked=(_text(query.get("from")) or "", _text(query.get("to")) or ""),
        unit=_one_of(query.get("unit"), LONGEST),
        sort=_text(query.get("sort")) or "account",
        descending=query.get("order") == "desc",
        people=_text(query.get("people")),
        audience=_text(query.get("class")),
        graph=_text(query.get("graph")),
        what=_text(query.get("what")),
        relation=_text(query.get("relation")),
        size=_text(query.get("size")),
        colour=_text(query.get("colour")),
        shown=_text(query.get("show")),
        ties=_text(query.get("ties")),
        person=_number(query.get("person")),
    )


def parse_period(query: Mapping[str, Any]) -> tuple[str, str]:
    """The period or the range that is asked for; where there is no such range, the period in its place, and why."""
    period = _one_of(query.get("period"), PERIODS) or PERIOD
    written = [_text(query.get(name)) or "" for name in ("from", "to")]
    if not any(written):
        return period, ""
    if not all(written):
        return period, "A range needs its first and its last day."
    days = [_day(one) for one in written]
    for one, found in zip(written, days, strict=True):
        if found is None:
            return period, f"“{one[:20]}” is no day: write it as 2025-03-01."
    first, last = (day for day in days if day is not None)
    if first > last:
        return period, f"{first:%-d %B %Y} comes after {last:%-d %B %Y}: write the earlier day first."
    return range_name(first, last), ""


def range_name(first: date, last: date) -> str:
    """How a range is called where a period is: 2025-03-01_2025-04-15, both days inclusive."""
    return f"{first}_{last}"


def range_days(period: str) -> tuple[date, date] | None:
    """The first and the last day of a range; None for a period."""
    if period in PERIODS:
        return None
    first, last = map(date.fromisoformat, period.split("_"))
    return first, last


def period_fields(period: str) -> dict[str, str]:
    """What asks for a period or a range, by the names in an address."""
    days = range_days(period)
    return {"period": period} if days is None else {"from": f"{days[0]}", "to": f"{days[1]}"}


def period_query(period: str) -> str:
    """The same as a part of an address."""
    return urlencode(period_fields(period))


def parse_side(query: Mapping[str, Any], side: str) -> PageQuery:
    """What an address asks for on one side of a comparison, as `side_fields` writes it."""
    own = {name.removeprefix(f"{side}_"): value for name, value in query.items() if name.startswith(f"{side}_")}
    return parse_query({**own, "account": query.get(side)})


def names_days(query: Mapping[str, Any], side: str) -> bool:
    """Whether an address asks for a period or a range on that side."""
    return any(query.get(f"{side}_{name}") for name in ("period", "from", "to"))


def side_fields(side: str, account: int, period: str) -> dict[str, str]:
    """What asks for an account and its days on one side, by the names in an address."""
    return {side: str(account), **{f"{side}_{name}": value for name, value in period_fields(period).items()}}


def parse_search(search: Any) -> dict[str, str]:
    """The query string of an address by names; of a repeated name the last counts."""
    return dict(parse_qsl(search.removeprefix("?"))) if isinstance(search, str) and len(search) < 4_000 else {}


def unit_for(wanted: Any, days: float) -> str:
    """The unit to draw so many days in: the wanted one if the bars can be read."""
    if isinstance(wanted, str) and wanted in LONGEST and days <= LONGEST[wanted]:
        return wanted
    return next(unit for unit, longest in USUAL_UNITS if days <= longest)


def units_for(days: float) -> list[str]:
    """The units in which so many days can be drawn."""
    return [unit for unit, longest in LONGEST.items() if days <= longest]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS and text == day.isoformat() else None


def _one_of(value: Any, known: Mapping[str, Any]) -> str | None:
    return value if isinstance(value, str) and value in known else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    usable = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16
    return int(value) if usable else None
