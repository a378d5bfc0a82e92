"""All accounts side by side: a table where there is room, cards on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html

from ..address import period_query
from .attributes import aria, data
from .cards import MEASURES, REASONS, Measure, change, change_meaning
from .numbers import DASH, count

PEOPLE = Measure(
    "people",
    "People",
    "Followers and friends who are known one by one, each counted once; where there are none, all who have a tie.",
    count,
    "",
)
COLUMNS: Sequence[Measure] = tuple(
    column for each in MEASURES for column in ((PEOPLE, each) if each.name == "followers" else (each,))
)


@dataclass(frozen=True, slots=True)
class Row:
    """An account: how it is shown and linked, and its figures by measure."""

    name: str
    who: Any
    href: str
    figures: Mapping[str, Mapping[str, Any]]


def ordered(rows: Sequence[Row], sort: str, *, descending: bool) -> list[Row]:
    """Rows by a measure, else by name; what is not told comes last both ways."""
    if sort not in {column.name for column in COLUMNS}:
        return sorted(rows, key=lambda row: row.name.casefold(), reverse=descending)
    known = [row for row in rows if _value(row, sort) is not None]
    rest = [row for row in rows if _value(row, sort) is None]
    return sorted(known, key=lambda row: _value(row, sort) or 0.0, reverse=descending) + rest


def overview_table(rows: Sequence[Row], *, sort: str, descending: bool, period: str) -> html.Table:
    """The table; a click on a heading sorts by it, and the address keeps that."""
    head = [_heading("account", "Account", None, sort, descending, period)]
    head += [_heading(m.name, m.title, m.meaning, sort, descending, period) for m in COLUMNS]
    return side_by_side(head, [_row(row) for row in ordered(rows, sort, descending=descending)])


def side_by_side(
    head: Sequence[html.Th], body: Sequence[html.Tr], *, caption: str = "Your accounts side by side"
) -> html.Table:
    """A table with a row an account, or a figure; a phone shows each as a card, so roles are said."""
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr(head, role="row"), role="rowgroup"),
            html.Tbody(body, role="rowgroup"),
        ],
        className="sg-overview",
        role="table",
    )


def _heading(name: str, title: str, meaning: str | None, sort: str, descending: bool, period: str) -> html.Th:
    mine = name == sort
    way = "asc" if mine and descending else "desc"
    if name == "account":
        way = "desc" if mine and not descending else "asc"
    link = html.A(
        title,
        href=f"?{period_query(period)}&sort={name}&order={way}",
        title=meaning,
        className=f"sg-sort sg-sort-{'desc' if descending else 'asc'}" if mine else "sg-sort",
        **data(stay="sort,order"),
    )
    direction = ("descending" if descending else "ascending") if mine else "none"
    return html.Th(link, scope="col", role="columnheader", **aria(sort=direction))


def _row(row: Row) -> html.Tr:
    cells = [_cell(measure, row.figures.get(measure.name, {})) for measure in COLUMNS]
    return html.Tr([html.Th(html.A(row.who, href=row.href), scope="row", role="rowheader"), *cells], role="row")


def _cell(measure: Measure, figure: Mapping[str, Any]) -> html.Td:
    written = measure.write(figure.get("value"))
    why = (
        REASONS.get(figure.get("reason") or "not told", "not told in this data")
        if written == DASH
        else _range(measure, figure)
    )
    said = " ".join(filter(None, (why, change_meaning(measure, figure))))
    changed = html.Small(change(measure, figure), className="sg-changed") if change(measure, figure) else None
    return html.Td([written, changed], role="cell", title=said or None, **data(label=measure.title))


def _range(measure: Measure, figure: Mapping[str, Any]) -> str:
    if measure.write(figure.get("low")) == DASH:
        return ""
    return f"95%: {measure.write(figure['low'])} to {measure.write(figure['high'])}, n = {count(figure['n'])}."


def _value(row: Row, name: str) -> float | None:
    value = row.figures.get(name, {}).get("value")
    return None if value is None or pd.isna(value) else float(value)
