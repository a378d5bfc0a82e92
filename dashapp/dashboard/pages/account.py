"""The page of one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...page_paths import OVERVIEW
from ...services import SERVICES, service_of
from ...store import accounts, imports
from ...store.rows import AccountRow
from ..account_view import AccountView, account_of_callback, read, view_of_callback
from ..address import PageQuery, parse_query, parse_search, period_fields
from ..components.boxes import empty
from ..components.chart import table
from ..components.periods import follow_range, periods
from ..parts import analyse_again, what_comes
from ..sections import CHARTS, SECTIONS, changes, header, in_order, live_reading, posts

PATH, TEMPLATE = None, "/user/<service>"
FRAMES = {*header.FRAMES, *(name for section in SECTIONS for part in section.PARTS for name in part.frames)}


def page_title(service: str = "") -> str:
    """What stands in the browser's tab."""
    return f"{service_of(service).title} · Sociogram"


TITLE = page_title


def exists(parameters: Mapping[str, str], service: str) -> bool:
    """Whether there is such a service, and the account that the query names is the user's."""
    mine = [row for row in accounts.accounts(current_user.id) if row.service == service]
    if not mine and service not in SERVICES:
        return False
    requested = parameters.get("account")
    return requested is None or requested in {str(row.id) for row in mine}


def layout(pathname: str = "", **parameters: Any) -> html.Div:
    """The page that an address names. The path counts, for a query string could name another service."""
    service = pathname.rstrip("/").rpartition("/")[2]
    of_service = [row for row in accounts.accounts(current_user.id) if row.service == service]
    query = parse_query(parameters)
    arriving = imports.get_import(current_user.id, query.arriving) if query.arriving else None
    if arriving and not arriving.account_id:
        return live_reading.arrival(arriving)
    if not of_service:
        return _not_connected(service)
    requested = (arriving and arriving.account_id) or query.account or of_service[0].id
    going_on = live_reading.told_imports(requested)  # first: one that ends now is seen next time
    view = read(requested, period=query.period, unit=query.unit, names=FRAMES)
    if view is None or view.account.service != service:
        why = "This account is not yours, or it was deleted: choose one from the overview."
        return _instead("No such account", empty("Not among your accounts", why, _to_overview()))
    progress = live_reading.progress(view, going_on)  # before the page: one that ends meanwhile is seen next time
    page = html.Div(account_page(view, of_service, query), id="account-page", className="sg-dashboard")
    return html.Div([progress, page], className="sg-dashboard")


def account_page(view: AccountView, of_service: Sequence[AccountRow], query: PageQuery) -> list[Component]:
    """All parts of an account's page."""
    parts: list[Component | None] = [
        dcc.Store(id="account-shown", data=_shown(view)),
        header.header(view, of_service, is_demo=current_user.is_demo),
        *(_periods(view, query) if header.has_posts(view) else ()),
    ]
    if view.stored:
        parts += posts.head_of(view)
        parts += [part for section in in_order(view) for part in section.section_of(view, query)]
    else:
        parts.append(analyse_again("Not analysed yet", view))
    parts.append(what_comes(view) if view.lacks(*FRAMES) else None)
    return [part for part in parts if part is not None]


def _shown(view: AccountView) -> dict[str, Any]:
    """What callbacks read again."""
    return {"account": view.id, "unit": view.unit, **period_fields(view.period)}


def _periods(view: AccountView, query: PageQuery) -> list[Component]:
    """The choice of days, which day is the first and the last, and of which nothing is known."""
    shown = None if view.lacks("periods") else view.shown_days()
    return periods(query, account=view.id, shown=shown, remarks=header.unknown_days(view))


def _not_connected(service: str) -> html.Div:
    if service not in SERVICES:
        why = "Choose an account from the overview."
        return _instead("Page not found", empty("There is no such page", why, _to_overview()))
    name = service_of(service).title
    link = html.A(f"Connect {name}", href=f"/connect/{service}", className="btn btn-primary")
    why = "Connect it or upload its data to see its timeline, followers and graph here."
    return _instead(name, empty(f"No {name} account yet", why, link, _to_overview()))


def _instead(heading: str, content: Component) -> html.Div:
    return html.Div([html.H1(heading), content], className="sg-dashboard")


def _to_overview() -> html.A:
    return html.A("To the overview", href=OVERVIEW, className="btn btn-outline-secondary")


def register(app: Dash) -> None:
    """The callbacks of all parts, tables under charts, and controls that stand in the address."""
    for section in SECTIONS:
        section.register(app)
    _redraw_by_unit(app)
    _show_tables(app)
    _poll(app)
    live_reading.register(app)
    for name in ("people-list", posts.UNIT, "account-choice", *changes.CHOICES):
        app.clientside_callback(
            ClientsideFunction("sociogram", "remember"),
            Input(name, "value"),
            State(name, "id"),
            prevent_initial_call=True,
        )
    follow_range(app, "timeline")


def _redraw_by_unit(app: Dash) -> None:
    @app.callback(
        Output({"type": "chart", "chart": ALL}, "figure"),
        Output({"type": "words", "chart": ALL}, "children"),
        Output("account-shown", "data"),
        Input(posts.UNIT, "value"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def draw_unit(unit: Any, data: Any) -> tuple[list[Any], list[Any], dict[str, Any]]:
        """Draws the charts over time that are on the page anew."""
        names, worded = ([output["id"]["chart"] for output in outputs] for outputs in ctx.outputs_list[:2])
        over_time = {name: chart for name, chart in CHARTS.items() if name in names and "unit" in chart.by}
        frames = {frame for chart in over_time.values() for frame in chart.frames}
        view = view_of_callback({**data, "unit": unit} if isinstance(data, dict) else data, names=frames)
        drawn = {name: chart.figure(view) for name, chart in over_time.items() if chart.figure and chart.is_drawn(view)}
        words = [over_time[name].words(view) if name in drawn else no_update for name in worded]
        return [drawn.get(name, no_update) for name in names], words, _shown(view)


def _show_tables(app: Dash) -> None:
    @app.callback(
        Output({"type": "table", "chart": MATCH}, "children"),
        Input({"type": "table-open", "chart": MATCH}, "n_clicks"),
        State({"type": "table-open", "chart": MATCH}, "id"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def show_table(clicks: Any, name: Any, data: Any) -> Component:
        if not clicks:
            return no_update
        chart = name.get("chart") if isinstance(name, dict) else None
        declared = CHARTS.get(chart) if isinstance(chart, str) else None
        if declared is None or declared.table is None:
            abort(400)
        view = view_of_callback(data, names=declared.frames)
        if not declared.is_drawn(view):
            abort(404)
        behind = declared.name if declared.behind else None
        return table(declared.table(view), caption=f"Data of the chart: {chart}", behind=behind)


def _poll(app: Dash) -> None:
    @app.callback(
        Output("account-imports", "children"),
        Output("account-poll", "disabled"),
        Output("account-analysed", "data"),
        Output("account-page", "children"),
        Input("account-poll", "n_intervals"),
        State("account-analysed", "data"),
        State("account-shown", "data"),
        State("_pages_location", "search"),
        prevent_initial_call=True,
    )
    def poll(_times: Any, before: Any, data: Any, search: Any) -> tuple[Any, bool, str, Any]:
        """While an import goes on, its card is drawn anew; after each analysis the whole page is."""
        rows = live_reading.told_imports(account_of_callback(data))  # first: one that ends now is seen next time
        query = parse_query(parse_search(search))  # the unit is what was chosen, not what fitted fewer days
        view = view_of_callback({**data, "unit": query.unit}, names=FRAMES)
        stamp = live_reading.stamp(view)
        anew: Any = no_update
        if stamp != before:
            of_service = [row for row in accounts.accounts(current_user.id) if row.service == view.account.service]
            anew = account_page(view, of_service, query)
        return live_reading.import_cards(rows, view.account), not any(row.is_open for row in rows), stamp, anew
