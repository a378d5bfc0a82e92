"""Who was gained and lost, and how the counts grew."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component
from flask_login import current_user

from ...store import accounts, people
from ...store.rows import ChangeCount, ChangeRow, PersonRow
from .. import chart_tables
from ..account_view import AccountView
from ..address import PageQuery
from ..components.boxes import section
from ..components.chart import ChartBox
from ..components.numbers import day
from ..components.posts import safe_link
from ..figures.growth import SERIES, growth, growth_height
from ..parts import Chart

NAMED = 40  # of each list
RELATIONS = {"follower": "followers", "friend": "friends"}


def section_of(view: AccountView, _query: PageQuery) -> Sequence[Component | None]:
    """Both, as far as there is more than one import to compare."""
    counts = people.count_changes(current_user.id, view.id)
    parts = [part for part in (GROWTH.of(view), _gained_and_lost(view, counts)) if part]
    return [section("Gained and lost", "changes", html.Div(parts, className="sg-pair"))] if parts else []


def growth_box(view: AccountView) -> ChartBox | None:
    """What the counts were at first and at last."""
    snapshots = _snapshots(view)
    series = [name for name in SERIES if snapshots[name].notna().sum() > 1]
    if not series:
        return None
    changes = " ".join(_grew(name, snapshots[name].dropna()) for name in series)
    return ChartBox(summary=changes, height=growth_height(len(series)), note=changes)


def _snapshots(view: AccountView) -> pd.DataFrame:
    return accounts.snapshots(current_user.id, view.id)


def _grew(name: str, counts: pd.Series) -> str:
    return f"{SERIES[name]}: {counts.iloc[0]:,.0f} at first, {counts.iloc[-1]:,.0f} at last."


def _gained_and_lost(view: AccountView, counts: Sequence[ChangeCount]) -> Component | None:
    if not counts:
        return None
    named = people.changes(current_user.id, view.id)
    by_import = groupby(counts, key=lambda row: (row.import_id, row.seen_at))
    parts = [
        _import(view, seen_at, list(rows), [n for n in named if n.import_id == key])
        for (key, seen_at), rows in by_import
    ]
    csv = html.A(
        "CSV", href=f"/download/{view.id}/changes.csv", className="sg-download", title="Gained and lost as CSV"
    )
    title = html.Div([html.H2("By import", className="sg-chart-title"), csv], className="sg-chart-head")
    return html.Div([title, html.Div(parts, className="sg-tall", tabIndex=0)], className="sg-card sg-chart")


def _import(view: AccountView, seen_at: Any, counts: Sequence[ChangeCount], named: Sequence[ChangeRow]) -> html.Section:
    lists = [_changed(row, named) for row in counts]
    return html.Section([html.H3(f"Data of {day(seen_at, view.time_zone)}"), *lists], className="sg-import-changes")


def _changed(row: ChangeCount, named: Sequence[ChangeRow]) -> html.Details:
    mine = [n for n in named if n.relation == row.relation and n.change == row.change]
    sign = "+" if row.change == "gained" else "−"
    title = f"{sign}{row.people:,} {RELATIONS[row.relation]} {row.change}"
    rest = row.people - len(mine[:NAMED])
    items = [html.Li(person_link(person)) for person in mine[:NAMED]]
    more = html.P(f"and {rest:,} more, which the CSV has", className="sg-remark") if rest > 0 else None
    return html.Details([html.Summary(title, className=f"sg-{row.change}"), html.Ul(items, className="sg-names"), more])


def person_link(person: PersonRow | ChangeRow) -> Component:
    """A person's name, linked where the service has a page of them."""
    second = f" {person.handle}" if person.name and person.handle else ""
    name, link = person.label, safe_link(person.url)
    named = html.A(name, href=link, rel="noopener nofollow", target="_blank") if link else html.Span(name)
    return html.Span([named, html.Span(second, className="sg-remark")], dir="auto")


GROWTH = Chart(
    name="growth",
    title="Growth",
    frames=(),
    by=(),
    box=growth_box,
    figure=lambda view: growth(_snapshots(view), theme=view.theme),
    table=chart_tables.growth,
    rows=lambda view: chart_tables.growth_rows(current_user.id, view.id),
)
PARTS = (GROWTH,)


def register(_app: Dash) -> None:
    """Nothing here answers to clicks."""
