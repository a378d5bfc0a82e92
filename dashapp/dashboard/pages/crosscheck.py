"""The cross-check: who is a follower or friend on which of the user's accounts, and who is the same person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...page_paths import ALL_SERVICES, CROSSCHECK
from ...services import SERVICES, service_of
from ...store import accounts, crosscheck, imports, individuals
from ...store.rows import AccountRow
from ..account_view import read
from ..address import PERIOD, parse_search
from ..components.boxes import empty, section, titled
from ..components.numbers import plural
from ..crosscheck_view import KIND, KINDS, CrosscheckView, read_crosscheck
from ..sections import crosscheck as where
from ..sections import crosscheck_decisions, crosscheck_table
from ..sections.all_accounts import days_of_data
from ..sections.comparing import compare_now
from ..sections.findings import FINDINGS, findings_of_all

PATH, TEMPLATE, TITLE = "/user/crosscheck", None, "Cross-check · Sociogram"
POLL = 3_000  # milliseconds


def layout(**parameters: Any) -> html.Div:
    """The page that an address names."""
    going_on = is_going_on()  # first: one that ends now is seen next time
    return html.Div(
        [
            titled("Cross-check"),
            html.Div(body(parameters), id="crosscheck-body", className="sg-dashboard"),
            dcc.Interval(id="crosscheck-poll", interval=POLL, disabled=not going_on),
            dcc.Store(id="crosscheck-shown", data=compared_at()),
        ],
        className="sg-dashboard",
    )


def is_going_on() -> bool:
    """Whether an import or analysis goes on, at whose end all are compared anew."""
    return any(row.is_open and not row.is_quiet for row in imports.imports(current_user.id))


def compared_at() -> str:
    """When all were compared, as text; empty if they were not."""
    derived = crosscheck.derived(current_user.id)
    return str(derived.analysed_at or "") if derived else ""


def body(parameters: Any) -> list[Component]:
    """All of the page."""
    view = read_crosscheck()
    if view is None or len(view.accounts) < 2:
        return [_instead()]
    kind = parameters.get("list")
    chosen = parameters.get("where")
    asked = crosscheck_decisions.first_asked()
    parts: list[Component | None] = [
        days_of_data(view.accounts, view.time_zone),
        _older(view),
        html.Div(where.lead(view, asked[1]), id="crosscheck-lead"),
        _findings(view),
        where.where_people_are(view, kind if kind in KINDS else KIND),
        crosscheck_table.people(view, chosen if isinstance(chosen, str) else ""),
        crosscheck_decisions.decide(asked),
        html.Div(where.own_accounts(view), id="crosscheck-own"),
        _graph(),
        _limits(view),
    ]
    return [part for part in parts if part is not None]


# ---- where there is nothing to show


def _instead() -> Component:
    owner = current_user.id
    with_people = individuals.with_people(owner)
    known = [row for row in accounts.accounts(owner) if row.id in with_people]
    if current_user.is_demo:
        return empty("The demo is not compared", "Whoever runs this server fills it with the command `flask demo`.")
    if len(known) < 2:
        return _too_few(known)
    if is_going_on():
        why = "Your accounts are being read or compared: this page fills by itself when that is done."
        return empty("Not compared yet", why)
    why = f"{plural(len(known), 'account')} of yours have followers or friends, but were not compared yet."
    return empty("Not compared yet", why, compare_now())


def _older(view: CrosscheckView) -> Component | None:
    """What is said if comparing failed after accounts were analysed."""
    if not view.is_older or current_user.is_demo or is_going_on():
        return None
    why = "Your accounts were read since they were compared: new people may be missing, and lost ones still listed."
    return empty("Not up to date", why, compare_now())


def _too_few(known: Sequence[AccountRow]) -> Component:
    has = f"{service_of(known[0].service).title} has some. " if known else ""
    why = (
        "This page shows who follows you where, and who is the same person on several services. It needs followers or "
        f"friends of two accounts. {has}Add one more:"
    )
    mine = {row.service for row in known}
    waiting = [service for key, service in SERVICES.items() if key not in mine]
    links = [
        html.A(service.title, href=f"/connect/{service.key}", className="btn btn-outline-secondary btn-sm")
        for service in waiting
    ]
    return empty("Nothing to compare yet", why, *links)


def _findings(view: CrosscheckView) -> Component | None:
    derived = read(view.derived.id, period=PERIOD, unit=None, names=FINDINGS.frames)
    return derived and findings_of_all(derived, CROSSCHECK)


def _graph() -> Component:
    link = html.A("See all of them in one graph", href=ALL_SERVICES)
    rest = ", with the ties of every service, and who connects them."
    return html.P([link, rest], className="sg-card sg-invitation")


# ---- what the comparison cannot tell


def _limits(view: CrosscheckView) -> Component:
    """Services of which too little is told, and what counts."""
    sentences = [*_named_only(view), *view.derived.notes]
    rules = (
        "Two accounts are taken as one person if a service verified a link between them, if both declare each other, "
        "or if one declares the other and handle or name agree. "
        "What is likely is asked: a name or a handle alone never joins anybody."
    )
    items = [html.Li(each) for each in [*sentences, rules]]
    return section("What this rests on", "limits", html.Ul(items, className="sg-limits"))


def _named_only(view: CrosscheckView) -> list[str]:
    told = []
    for account in view.accounts:
        upload = service_of(account.source).upload
        if upload is not None and not upload.tells_handles:
            told.append(view.title(account))
    if not told:
        return []
    services = " and ".join(dict.fromkeys(told))
    return [f"{services}: the data holds names without handles or links. People there are joined only if you say so."]


def register(app: Dash) -> None:
    """The parts' callbacks; and while something is read, the page is drawn anew when all were compared again."""
    where.register(app, crosscheck_decisions.waiting)
    crosscheck_table.register(app)
    crosscheck_decisions.register(app)

    @app.callback(
        Output("crosscheck-body", "children"),
        Output("crosscheck-poll", "disabled"),
        Output("crosscheck-shown", "data"),
        Input("crosscheck-poll", "n_intervals"),
        State("crosscheck-shown", "data"),
        State("_pages_location", "search"),
        prevent_initial_call=True,
    )
    def poll(_times: Any, before: Any, search: Any) -> tuple[Any, bool, str]:
        if before is not None and not isinstance(before, str):
            abort(400)
        going_on = is_going_on()
        now = compared_at()
        return body(parse_search(search)) if now != before else no_update, not going_on, now
