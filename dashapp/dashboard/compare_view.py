"""What a comparison reads: an account in some days on either side, and how they differ and overlap."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from flask import abort
from flask_login import current_user

from analytics import figures, ranges
from analytics.growth import LISTS
from analytics.timeline import Days, Unit
from analytics.uncertainty import NOT_TOLD, Estimate, undefined

from ..page_paths import COMPARE
from ..store import accounts
from ..store.rows import AccountRow
from .account_view import AccountView, n_days, read
from .address import (
    PERIOD,
    PERIODS,
    SIDES,
    PageQuery,
    names_days,
    parse_side,
    range_days,
    range_name,
    side_fields,
    unit_for,
)
from .chart_tables import file_of
from .components.cards import MEASURES, Measure
from .crosscheck_filter import OPTIONS
from .crosscheck_view import CrosscheckView, read_crosscheck
from .filenames import filename
from .formats.records import Table

FRAMES = ("periods", "figures", "people", "daily", "tones")
OF_PEOPLE = ("followers", "friends", "mutuals")  # measures that are of today, whatever the days are
FIGURE = ("value", "low", "high", "n", "reason")


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure on both sides, and by how much the left one differs."""

    measure: Measure
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    difference: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many people stand on a list of one account alone, or of both; `where` finds the latter in the cross-check."""

    name: str  # followers, friends
    only_left: int
    both: int
    only_right: int
    left_whole: bool
    right_whole: bool
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareView:
    """Two sides, each an account in some days."""

    left: AccountView
    right: AccountView
    accounts: Sequence[AccountRow]  # all of the user's
    refused: tuple[str, str]  # why what the address asks for on either side is not shown
    is_of_others: bool  # whether the address names an account that is not the user's
    asked: tuple[tuple[str, str], tuple[str, str]]  # the days as they were written
    days: tuple[Days | None, Days | None]  # None: no posts were analysed
    unit: Unit
    crosscheck: CrosscheckView | None

    @property
    def sides(self) -> tuple[AccountView, AccountView]:
        """The left one, then the right one."""
        return self.left, self.right

    @property
    def is_of_one(self) -> bool:
        """Whether both are the same account."""
        return self.left.id == self.right.id

    @property
    def names(self) -> tuple[str, str]:
        """What tells the sides apart: their services, else their handles, else their days."""
        if self.is_of_one:
            return days_in_words(self.left), days_in_words(self.right)
        if self.left.service != self.right.service:
            return self.left.service, self.right.service
        return self.left.handle, self.right.handle

    @property
    def fields(self) -> dict[str, str]:
        """What asks for the same, by the names in an address."""
        pairs = zip(SIDES, self.sides, strict=True)
        return {name: told for side, of in pairs for name, told in side_fields(side, of.id, of.period).items()}

    def filename(self, what: str) -> str:
        """How a file of it is called."""
        parts = [part for view in self.sides for part in (view.handle, view.period)]
        return filename("compare", what, *parts, day=max(view.data_day for view in self.sides))

    @property
    def days_of(self) -> int:
        """How many days the longer side has."""
        return max(n_days(view.frames["periods"], view.period) for view in self.sides)

    @property
    def by_date(self) -> bool:
        """Whether both are the same days; an account without posts has none of its own."""
        return len({each.local for each in self.days if each}) < 2

    @property
    def shares_days(self) -> bool:
        """Whether some posts count on both sides, so that they cannot be held against each other."""
        left, right = self.days
        return bool(left and right and self.is_of_one and left.start < right.end and right.start < left.end)

    def figures(self) -> list[Compared]:
        """All figures."""
        left, right = (view.by_measure() for view in self.sides)
        found = self._differences()
        rows = []
        for measure in MEASURES:
            pair = left.get(measure.name, {}), right.get(measure.name, {})
            difference = found.get(measure.name, undefined(NOT_TOLD))
            if measure.name in OF_PEOPLE and not self.is_of_one:
                difference = _exact(*pair)
            rows.append(Compared(measure, *pair, difference))
        return rows

    def _differences(self) -> dict[str, Estimate]:
        left, right = self.days
        if left is None or right is None or self.shares_days:
            return {}
        daily = self.left.frame("daily")
        other = daily if self.is_of_one else self.right.frame("daily")  # one frame: one account
        return figures.differences(daily, left, other, right)

    def posts(self, unit: Unit) -> pd.DataFrame:
        """Posts of both by unit (`ranges.overlaid`); no rows where neither has posts."""
        known = next((each for each in self.days if each), None)
        if known is None:
            return pd.DataFrame(columns=["left_start", "left_posts", "right_start", "right_posts"])
        nothing = pd.DataFrame({"day": pd.DatetimeIndex([]), "posts": []}), replace(known, first_at=pd.NaT)
        told = [
            (view.frame("daily"), days) if days else nothing for view, days in zip(self.sides, self.days, strict=True)
        ]
        return ranges.overlaid(*told[0], *told[1], unit, by_date=self.by_date)

    def tones(self) -> pd.DataFrame:
        """Shares of the labels in the whole of either side; no rows of one without assessed posts."""
        parts = [
            view.tone_shares(whole=True).assign(side=side)
            for side, view in zip(SIDES, self.sides, strict=True)
            if not view.lacks("periods", "tones")
        ]
        found = pd.concat([part for part in parts if "assessed" in part] or [pd.DataFrame({"assessed": []})])
        return found[found["assessed"] > 0].reset_index(drop=True)

    def overlaps(self) -> list[Overlap]:
        """Of each list that both tell, who is on it where; none of one account, or where nothing was compared.

        Where both have mutual ties alone, followers and friends are one list.
        """
        cross = self.crosscheck
        if cross is None or self.is_of_one:
            return []
        found = [overlap for relation, name in LISTS.items() if (overlap := self._overlap(cross, relation, name))]
        return list({each.where or each.name: each for each in found}.values())

    def _overlap(self, cross: CrosscheckView, relation: str, name: str) -> Overlap | None:
        inside = OPTIONS[relation].relations
        one, other = self.left.account, self.right.account
        counts = {(False, True): 0, (True, False): 0, (True, True): 0}
        for pattern, people in cross.counts.items():
            relations = cross.relations[pattern]
            on = relations.get(one.id, "") in inside, relations.get(other.id, "") in inside
            if any(on):
                counts[on] += people
        left, both, right = counts[True, False], counts[True, True], counts[False, True]
        whole = cross.tells(one, name), cross.tells(other, name)
        if not (left + both or whole[0]) or not (right + both or whole[1]):
            return None
        options = {account.id: cross.option(account, relation) or "" for account in (one, other)}
        return Overlap(
            name=name,
            only_left=left,
            both=both,
            only_right=right,
            left_whole=whole[0],
            right_whole=whole[1],
            where=str(cross.having(options)),
        )


def days_in_words(view: AccountView) -> str:
    """The first and the last day of a side; without posts, what was asked for."""
    days = None if view.lacks("periods") else view.shown_days()
    days = days or range_days(view.period)
    return f"{days[0]:%-d %b %Y} to {days[1]:%-d %b %Y}" if days else PERIODS[view.period]


def _exact(left: Mapping[str, Any], right: Mapping[str, Any]) -> Estimate:
    """By how many people one list is longer: they were counted, not drawn."""
    value, other = (float(figure.get("value", math.nan)) for figure in (left, right))
    known = not math.isnan(value - other)
    return Estimate(value - other, math.nan, math.nan, 0) if known else undefined(NOT_TOLD)


# ---- reading


def read_compare(query: Mapping[str, Any]) -> CompareView | None:
    """What an address compares; None without any account.

    What it leaves out is the account with the newest data, and beside it another one in the same period, or if there is
    none, or it is named, the period before.
    """
    rows = accounts.accounts(current_user.id)
    newest = sorted(rows, key=newness, reverse=True)
    ids = [row.id for row in newest]
    if not ids:
        return None
    asked = [parse_side(query, side) for side in SIDES]
    first = asked[0].account if asked[0].account in ids else ids[0]
    others = [each for each in ids if each != first] or [first]
    second = asked[1].account if asked[1].account in ids else others[0]
    left = _read(first, asked[0].period)
    period = asked[1].period if names_days(query, SIDES[1]) else _beside(left, second)
    right = _read(second, period)
    view = CompareView(
        left=left,
        right=right,
        accounts=rows,
        refused=(_refused(asked[0], ids), _refused(asked[1], ids)),
        is_of_others=any(_is_of_others(each, ids) for each in asked),
        asked=(asked[0].asked, asked[1].asked),
        unit="day",
        days=(_days_of(left), _days_of(right)),
        crosscheck=read_crosscheck(),
    )
    unit: Any = unit_for(query.get("unit"), view.days_of)
    return replace(view, unit=unit)


def _read(account: int | None, period: str) -> AccountView:
    """A side; its tones are asked for in the whole, which the longest unit sums up fastest."""
    return read(account or 0, period=period, unit="month", names=FRAMES) or abort(404)


def _days_of(view: AccountView) -> Days | None:
    return None if view.lacks("periods", "daily") else view.days()


def before(view: AccountView) -> str | None:
    """As many days just before those of an account, as a range; None where nothing can be before."""
    days = None if view.lacks("periods") or view.period == "all" else view.days()
    if days is None or not days.start < days.end:
        return None
    first, stop = days.before().local
    return range_name(first.date(), stop.date() - timedelta(days=1))


def compare_address(view: AccountView) -> str:
    """Where an account is compared with its period before, or if nothing is before, with another account."""
    earlier = before(view)
    right = side_fields(SIDES[1], view.id, earlier) if earlier else {}
    return f"{COMPARE}?{urlencode(side_fields(SIDES[0], view.id, view.period) | right)}"


def _beside(left: AccountView, right: int | None) -> str:
    """The days of the right side where the address says nothing of them."""
    if right != left.id:
        return left.period
    return before(left) or PERIOD


def newness(row: AccountRow) -> tuple[datetime, int]:
    """By what the account with the newest data is the last."""
    return row.data_at or datetime.min.replace(tzinfo=UTC), row.id


def _is_of_others(asked: PageQuery, ids: Sequence[int]) -> bool:
    return asked.account is not None and asked.account not in ids


def _refused(asked: PageQuery, ids: Sequence[int]) -> str:
    if _is_of_others(asked, ids):
        return "The account of this address is not among yours: choose one."
    return f"{asked.refused} Shown is: {PERIODS[asked.period]}." if asked.refused else ""


# ---- files


def _figure_rows(view: CompareView, _unit: Unit) -> pd.DataFrame:
    def row(each: Compared) -> Iterator[tuple[str, Any]]:
        yield "measure", each.measure.name
        for side, figure in zip(SIDES, (each.left, each.right), strict=True):
            yield from ((side if name == "value" else f"{side}_{name}", figure.get(name)) for name in FIGURE)
        told = each.difference
        yield from zip(
            ("difference", "difference_low", "difference_high"), (told.value, told.ci_low, told.ci_high), strict=True
        )

    return pd.DataFrame([dict(row(each)) for each in view.figures()])


def _post_rows(view: CompareView, unit: Unit) -> pd.DataFrame:
    rows = view.posts(unit)
    days = {name: pd.to_datetime(rows[name]).dt.date for name in ("left_start", "right_start")}
    return rows.assign(**days)


def _tone_rows(view: CompareView, _unit: Unit) -> pd.DataFrame:
    columns = ["side", "label", "posts", "assessed", "share", "ci_low", "ci_high", "few"]
    return view.tones().reindex(columns=columns)


def overlap_rows(overlaps: Sequence[Overlap]) -> pd.DataFrame:
    """A row a list."""
    columns = ["name", "only_left", "both", "only_right", "left_whole", "right_whole"]
    rows = [{name: getattr(each, name) for name in columns} for each in overlaps]
    return pd.DataFrame(rows, columns=columns).rename(columns={"name": "list"})


#: what stands in an address before the dot
TABLES: Mapping[str, Callable[[CompareView, Unit], pd.DataFrame]] = {
    "figures": _figure_rows, "timeline": _post_rows, "tone": _tone_rows,
    "overlap": lambda view, _unit: overlap_rows(view.overlaps()),
}  # fmt: skip


def table(view: CompareView, what: str, unit: Unit) -> Table:
    """The rows of a file."""
    return file_of(TABLES[what](view, unit))
