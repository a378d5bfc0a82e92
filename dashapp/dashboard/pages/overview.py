"""The overview: all accounts of the user, what is being imported, and what can be connected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask_login import current_user

from ...page_paths import COMPARE, account_page
from ...store import accounts, imports
from ...store.rows import ImportRow
from ..account_view import AccountView
from ..address import PageQuery, parse_query, parse_search, period_fields, period_query
from ..components.attributes import aria
from ..components.boxes import empty
from ..components.downloads import download_links, files
from ..components.handles import breakable
from ..components.overview_table import Row, overview_table
from ..components.periods import follow_range, periods
from ..crosscheck_view import read_crosscheck
from ..overview_tables import account_views
from ..sections import all_accounts, connect, crosscheck, crosscheck_decisions
from ..sections.findings import FINDINGS, findings_of_accounts
from ..sections.header import avatar
from ..sections.live_reading import import_cards

PATH, TEMPLATE, TITLE = "/user", None, "Overview · Sociogram"
FRAMES = ("figures", "people", "graph_summary", *all_accounts.FRAMES, *FINDINGS.frames)
POLL = 2_000  # milliseconds


def layout(**parameters: Any) -> html.Div:
    """The page that an address names."""
    rows = recent_imports()
    return html.Div(
        [
            html.H1("Overview"),
            html.Div(import_cards(going_on(rows)), id="overview-imports", **aria(live="polite")),
            html.Div(body(parse_query(parameters), rows), id="overview-body", className="sg-dashboard"),
            dcc.Interval(id="overview-poll", interval=POLL, disabled=not changes(rows)),
            dcc.Store(id="overview-shown", data=stamp(rows)),
        ],
        className="sg-dashboard",
    )


def recent_imports() -> list[ImportRow]:
    """Imports that go on, wait or failed, and for a day those that ended well."""
    if current_user.is_demo:
        return []
    return [row for row in imports.imports(current_user.id) if not (row.is_quiet or row.is_past)]


def going_on(rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Those of them that stand above the accounts."""
    return [row for row in rows if row.state != "done"]


def changes(rows: Sequence[ImportRow]) -> bool:
    """Whether one of them changes by itself."""
    return any(row.is_open for row in rows)


def stamp(rows: Sequence[ImportRow]) -> list[str]:
    """Another one whenever an import begins or ends, or an account was analysed, as after a first look."""
    analysed = accounts.accounts(current_user.id)
    return [str(row.id) for row in rows if row.is_open] + [f"{row.id} {row.analysed_at}" for row in analysed]


def body(query: PageQuery, rows: Sequence[ImportRow]) -> list[Component]:
    """All but the imports that go on."""
    known = account_views(query, FRAMES)
    if not known:
        return _nothing_yet()
    shown = [row_of(account, query) for account in known]
    table = overview_table(shown, sort=query.sort, descending=query.descending, period=query.period)
    parts: list[Component | None] = [
        *periods(query, shown=all_accounts.days_shown(known)),
        html.Div([_figures_files(query), table, _comparison(query)], className="sg-card sg-overview-card"),
        html.Div(import_cards([row for row in rows if row.state == "done"]), className="sg-ended"),
        _invitation(),
        findings_of_accounts([(account, row.href) for account, row in zip(known, shown, strict=True)]),
        all_accounts.section_of(known, query),
        None if current_user.is_demo else connect.section_of({account.account.service for account in known}),
    ]
    return [part for part in parts if part is not None]


def _figures_files(query: PageQuery) -> html.Div:
    return files("Figures", download_links("overview", "figures", query=period_fields(query.period)))


def _comparison(query: PageQuery) -> html.P:
    days = urlencode({f"left_{name}": value for name, value in period_fields(query.period).items()})
    link = html.A("Compare", href=f"{COMPARE}?{days}")
    return html.P([link, " two accounts side by side, or two periods of one."], className="sg-remark")


def _invitation() -> Component | None:
    compared = read_crosscheck()
    return None if compared is None else crosscheck.invitation(compared, crosscheck_decisions.waiting())


def row_of(view: AccountView, query: PageQuery) -> Row:
    """The account's row."""
    names = html.Span(
        [html.Strong(breakable(view.handle), dir="auto"), html.Span(f"{view.service}, to {_last_day(view):%-d %b %Y}")],
        className="sg-row-name",
    )
    people = {"value": None if view.lacks("people", "graph_summary") else view.n_people()}
    return Row(
        name=f"{view.service} {view.handle}",
        who=html.Span([avatar(view.account), names], className="sg-row-who"),
        href=f"{account_page(view.account.service, view.id)}&{period_query(query.period)}",
        figures={**view.by_measure(), "people": people},
    )


def _last_day(view: AccountView) -> date:
    """With which the period ends: that of its data."""
    shown = None if view.lacks("periods") else view.shown_days()
    return shown[1] if shown else view.data_day


def _nothing_yet() -> list[Component]:
    if current_user.is_demo:
        return [empty("The demo is empty", "Whoever runs this server fills it with the command `flask demo`.")]
    why = "Connect your first account to see its timeline, sentiment, followers and communities here."
    return [html.P(why, className="sg-lead"), connect.section_of(set())]


def register(app: Dash) -> None:
    """While an import runs, its card is drawn anew; after each analysis, and when one ended, the whole page is."""
    follow_range(app, "overview")

    @app.callback(
        Output("overview-imports", "children"),
        Output("overview-poll", "disabled"),
        Output("overview-shown", "data"),
        Output("overview-body", "children"),
        Input("overview-poll", "n_intervals"),
        State("overview-shown", "data"),
        State("_pages_location", "search"),
        prevent_initial_call=True,
    )
    def poll(_times: Any, before: Any, search: Any) -> tuple[Any, bool, list[str], Any]:
        rows = recent_imports()  # first: one that ends now is seen next time
        shown = stamp(rows)
        anew = body(parse_query(parse_search(search)), rows) if shown != before else no_update
        return import_cards(going_on(rows)), not changes(rows), shown, anew
