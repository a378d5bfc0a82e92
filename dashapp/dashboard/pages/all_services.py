"""All services: the people of all the user's accounts in one graph, those who are the same on several as one."""

from __future__ import annotations

from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from ...page_paths import ALL_SERVICES, CROSSCHECK
from ...store import crosscheck
from ..account_view import read
from ..address import PERIOD, PageQuery, parse_query
from ..components.boxes import empty, titled
from ..components.numbers import plural
from ..crosscheck_view import read_crosscheck
from ..sections import graph
from ..sections.all_accounts import days_of_data
from ..sections.comparing import when_decisions_count
from ..sections.findings import FINDINGS, findings_of_all

PATH, TEMPLATE, TITLE = "/user/all", None, "All services · Sociogram"
FRAMES = {name for part in (FINDINGS, *graph.PARTS) for name in part.frames}


def layout(**parameters: Any) -> html.Div:
    """The page that an address names."""
    parts = [titled("All services"), *body(parse_query(parameters))]
    return html.Div([part for part in parts if part is not None], className="sg-dashboard")


def body(query: PageQuery) -> list[Component | None]:
    """What is below the heading."""
    derived = crosscheck.derived(current_user.id)
    view = derived and read(derived.id, period=PERIOD, unit=None, names=FRAMES)
    compared = read_crosscheck()
    if not view or not compared:
        why = "This page shows the people of all your accounts in one graph. The cross-check says what it needs."
        link = html.A("To the cross-check", href=CROSSCHECK, className="btn btn-primary btn-sm")
        return [empty("Nothing to show yet", why, link)]
    people, shared = sum(compared.counts.values()), compared.people(compared.having({}, "many"))
    are = "is" if shared == 1 else "are"
    lead = (
        f"All your followers and friends in one picture: {plural(people, 'person', 'people')}, of whom {shared:,} "
        f"{are} on more than one of your accounts and {'stands' if shared == 1 else 'stand'} here once. "
    )
    link = html.A("Who is where: the cross-check", href=CROSSCHECK)
    shown = {"account": view.id, "period": view.period, "unit": view.unit}
    return [
        html.P([lead, link], className="sg-lead"),
        days_of_data(compared.accounts, compared.time_zone),
        None if current_user.is_demo else html.Div(when_decisions_count()),
        dcc.Store(id="account-shown", data=shown),
        findings_of_all(view, ALL_SERVICES),
        *graph.section_of(view, query),
    ]


def register(_app: Dash) -> None:
    """The graph answers on all pages that have it."""
