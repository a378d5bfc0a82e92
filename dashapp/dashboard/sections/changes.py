"""Who was gained and lost, and how the counts grew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component
from flask_login import current_user

from analytics.timeline import local_day

from ...store import accounts, people
from ...store.rows import ChangeCount, ChangeRow, PersonRow
from .. import chart_tables
from ..account_view import AccountView
from ..address import PageQuery
from ..components.boxes import section
from ..components.chart import ChartBox
from ..components.numbers import plural
from ..components.posts import safe_link
from ..figures.growth import SERIES, growth, growth_height
from ..parts import Chart

NAMED = 40  # of each list
IMPORTS = 100
RELATIONS = {"follower": "followers", "friend": "friends"}
TITLES = {
    ("gained", None): "+{n:,} {who} gained",
    ("gained", "returned"): "+{n:,} {who} came back",
    ("lost", None): "−{n:,} {who} lost",
    ("lost", "gone"): "−{n:,} {who} gone: account deleted or suspended",
    ("lost", "moved"): "−{n:,} {who} moved to another account",
    ("moved", None): "{who} moved to another account, which is on a list",
    ("renamed", None): "{who} renamed",
}
UNFOLLOWED = {"follower": "−{n:,} followers no longer follow", "friend": "−{n:,} friends no longer followed"}
NO_REASON = "Why is not told: the tie may have ended, or the account may be gone (deleted or suspended)."


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
    imports = [(at, list(rows)) for at, rows in groupby(counts, key=lambda row: row.seen_at)]
    parts: list[Component] = [
        _import(local_day(at, view.time_zone), rows, [n for n in named if n.seen_at == at])
        for at, rows in imports[:IMPORTS]
    ]
    if earlier := len(imports[IMPORTS:]):
        parts.append(
            html.P(f"and {earlier:,} earlier ones, whose numbers the CSV of Growth has", className="sg-remark")
        )
    csv = html.A(
        "CSV", href=f"/download/{view.id}/changes.csv", className="sg-download", title="Gained and lost as CSV"
    )
    title = html.Div([html.H2("By import", className="sg-chart-title"), csv], className="sg-chart-head")
    return html.Div([title, html.Div(parts, className="sg-tall", tabIndex=0)], className="sg-card sg-chart")


def _import(day: date, counts: Sequence[ChangeCount], named: Sequence[ChangeRow]) -> html.Section:
    changed = [_changed(row, named) for row in counts if row.people]
    same = [row for row in counts if not row.people]
    lists = [_same(relation, list(rows)) for relation, rows in groupby(same, key=lambda row: row.relation)]
    return html.Section([html.H3(f"Data of {day:%-d %B %Y}"), *changed, *lists], className="sg-import-changes")


def _same(relation: str, counts: Sequence[ChangeCount]) -> html.P:
    title = SERIES[RELATIONS[relation]]
    return html.P(f"{title}: {', '.join(f'0 {row.change}' for row in counts)}", className="sg-remark")


def _changed(row: ChangeCount, named: Sequence[ChangeRow]) -> html.Details:
    about = (row.import_id, row.relation, row.change, row.reason)
    mine = [n for n in named if (n.import_id, n.relation, n.change, n.reason) == about]
    rest = row.people - len(mine[:NAMED])
    items = [html.Li([person_link(person), _former(person)]) for person in mine[:NAMED]]
    more = html.P(f"and {rest:,} more, which the CSV has", className="sg-remark") if rest > 0 else None
    why = html.P(NO_REASON, className="sg-remark") if (row.change, row.reason) == ("lost", None) else None
    title = html.Summary(_title(row), className=f"sg-{row.change}")
    return html.Details([title, html.Ul(items, className="sg-names"), more, why])


def _title(row: ChangeCount) -> str:
    """How many, and what became of them."""
    who = RELATIONS[row.relation] if row.relation else plural(row.people, "person", "people")
    words = UNFOLLOWED[row.relation] if row.relation and row.reason == "unfollowed" else TITLES[row.change, row.reason]
    return words.format(n=row.people, who=who)


def _former(person: ChangeRow) -> html.Span | None:
    """What they were called before, or where they went."""
    if person.former:
        return html.Span(f" formerly {person.former}", className="sg-remark")
    moved = person.reason == "moved" and person.moved_to
    return html.Span(f" now {person.moved_to}", className="sg-remark") if moved else None


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
