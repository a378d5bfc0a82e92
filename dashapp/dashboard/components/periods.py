"""What chooses the days for a whole page; assets/dashboard.js follows it without a new page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, State, html
from dash.development.base_component import Component

from ..address import PERIODS, PageQuery, range_days
from .attributes import aria, data
from .boxes import jump_menu
from .chart import chart_id


def periods(
    query: PageQuery,
    *,
    account: int | None = None,
    shown: tuple[date, date] | None = None,
    remarks: Sequence[str] = (),
) -> list[Component]:
    """Links to the periods, the fields of a range, the days that are shown, and what there is to say of them."""
    parts: list[Component] = [html.Div(_links(query, account), className="sg-period-links"), _range(query, shown)]
    if shown:
        days = f"{shown[0]:%-d %B %Y} to {shown[1]:%-d %B %Y}"
        parts.append(html.Span(days, className="sg-remark"))
    nav = html.Nav([*parts, jump_menu()], className="sg-periods", **aria(label="Period"))
    return [nav, html.P(" ".join(remarks), className="sg-remark", role="status")] if remarks else [nav]


def _links(query: PageQuery, account: int | None) -> list[html.A]:
    of_account = "" if account is None else f"account={account}&"
    return [
        html.A(
            name,
            href=f"?{of_account}period={period}",
            className="sg-period",
            **data(stay="period,from,to"),
            **aria(current="true" if period == query.period else "false"),
        )
        for period, name in PERIODS.items()
    ]


def _range(query: PageQuery, shown: tuple[date, date] | None) -> html.Details:
    """Two fields in a box that opens: they hold what was asked for, else the days that are shown."""
    first, last = map(str, shown or ("", ""))
    days = query.asked if any(query.asked) else (first, last)
    fields = [
        html.Label(
            [title, dbc.Input(type="date", name=name, value=value, required=True, size="sm")], className="sg-range-day"
        )
        for title, name, value in zip(("From", "To"), ("from", "to"), days, strict=True)
    ]
    refused = f"{query.refused} Shown is: {PERIODS[query.period]}." if query.refused else ""
    said = html.P(refused, className="sg-remark", role="alert") if refused else None
    button = html.Button("Show", type="submit", className="btn btn-primary btn-sm")
    chosen = range_days(query.period) is not None
    return html.Details(
        [
            html.Summary("From – to", className="sg-period", **aria(current="true" if chosen else "false")),
            html.Form([said, *fields, button], className="sg-menu sg-range", **data(first=first, last=last)),
        ],
        className="sg-dropdown sg-period-links",
        open=bool(query.refused),
    )


def follow_range(app: Dash, chart: str) -> None:
    """Days that are dragged on a chart over time become those of the page."""
    app.clientside_callback(
        ClientsideFunction("sociogram", "drag"),
        Input(chart_id(chart), "relayoutData"),
        State(chart_id(chart), "id"),
        prevent_initial_call=True,
    )
