"""How an account is read from its service: what goes on now, when it goes on, and what the user can choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort, current_app
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from ...page_paths import OVERVIEW, account_page
from ...services import live_of, service_of
from ...services.x.pricing import NEWEST, cost, dollars, stated_amount
from ...store import accounts, imports
from ...store.rows import AccountRow, ImportRow
from ..account_view import AccountView
from ..address import LARGEST
from ..components.attributes import aria
from ..components.forms import post_form
from ..components.import_card import ended_card, import_card
from ..components.numbers import moment, plural
from ..parts import is_being_read

POLL = 2_000  # milliseconds
AHEAD = "The account’s page opens here as soon as there is something of it to show."


def told_imports(account_id: int) -> list[ImportRow]:
    """Imports of the account that go on, wait or sleep, and the last one if it failed or has just ended."""
    if current_user.is_demo:
        return []
    rows = [row for row in imports.imports(current_user.id, account_id=account_id) if not row.is_quiet]
    return [row for number, row in enumerate(rows) if row.is_open or (number == 0 and not row.is_past)]


def import_cards(rows: Sequence[ImportRow], account: AccountRow | None = None) -> list[Component]:
    """A card an import, on the page of that account, or on others."""
    back = account_page(account.service, account.id) if account else ""
    return [_card(row, csrf_token=generate_csrf(), back=back) for row in rows]


def _card(row: ImportRow, *, csrf_token: str, back: str) -> Component:
    if row.state != "done":
        return import_card(row, csrf_token=csrf_token, time_zone=current_user.time_zone, back=back)
    account = accounts.account(current_user.id, row.account_id) if row.account_id and not back else None
    link = account and html.A(
        f"Open {account.handle}",
        href=account_page(account.service, account.id),
        className="btn btn-outline-secondary btn-sm",
    )
    return ended_card(row, csrf_token=csrf_token, back=back, link=link)


def progress(view: AccountView, rows: Sequence[ImportRow]) -> html.Div:
    """The cards, looked at again while something goes on."""
    return html.Div(
        [
            html.Div(import_cards(rows, view.account), id="account-imports", **aria(live="polite")),
            dcc.Interval(id="account-poll", interval=POLL, disabled=not any(row.is_open for row in rows)),
            dcc.Store(id="account-analysed", data=stamp(view)),
        ]
    )


def arrival(row: ImportRow) -> html.Div:
    """The page of an account that is not there yet: its import; when there is one, the browser goes to its page."""
    return html.Div(
        [
            html.H1(service_of(row.service).title),
            html.Div(_arriving(row), id="arrival-import", **aria(live="polite")),
            dcc.Interval(id="arrival-poll", interval=POLL, disabled=not row.is_open),
            dcc.Store(id="arrival-shown", data=row.id),
            dcc.Location(id="arrival-page", refresh="callback-nav"),
        ],
        className="sg-dashboard",
    )


def _arriving(row: ImportRow) -> list[Component]:
    """Its card, and what comes of it."""
    failed = html.A("Try again", href=f"/connect/{row.service}") if row.state == "failed" else None
    return [*import_cards([row]), html.P(failed or AHEAD, className="sg-remark")]


def register(app: Dash) -> None:
    """While an account is not there yet, its import's card is drawn anew; then the browser goes to its page."""

    @app.callback(
        Output("arrival-import", "children"),
        Output("arrival-poll", "disabled"),
        Output("arrival-page", "href"),
        Input("arrival-poll", "n_intervals"),
        State("arrival-shown", "data"),
        prevent_initial_call=True,
    )
    def poll(_times: Any, shown: Any) -> tuple[Any, bool, Any]:
        if type(shown) is not int or not 0 < shown < LARGEST:
            abort(400)
        row = imports.get_import(current_user.id, shown)
        if row is None:  # cancelled meanwhile
            return no_update, True, OVERVIEW
        account = accounts.account(current_user.id, row.account_id) if row.account_id else None
        return _arriving(row), not row.is_open, account_page(account.service, account.id) if account else no_update


def stamp(view: AccountView) -> str:
    """Another one after each analysis, when a part of the first one is there, and when no more is to come."""
    return f"{view.account.analysed_at} {len(view.stored)} {is_being_read(view)}"


def choices(view: AccountView) -> html.Details | None:
    """A menu: read now, and how; None for accounts that come by upload alone."""
    account = view.account
    readable = service_of(account.service).is_readable(connected=account.connection_id is not None)
    if current_user.is_demo or not readable:
        return None
    address, token = f"/connect/accounts/{view.id}", generate_csrf()
    read_now = html.Button("Read now", type="submit", className="btn btn-primary btn-sm")
    save = html.Button("Save", type="submit", className="btn btn-outline-secondary btn-sm")
    parts = [
        html.P(_when(view), className="sg-remark"),
        post_form(f"{address}/read", token, read_now),
        post_form(f"{address}/reading", token, *_fields(account), save, className="sg-form-small"),
    ]
    return html.Details(
        [
            html.Summary("Reading", className="btn btn-outline-secondary btn-sm"),
            html.Div(parts, className="sg-menu sg-reading"),
        ],
        className="sg-dropdown",
    )


def _when(view: AccountView) -> str:
    at = view.account.refresh_at
    return f"Read again by itself on {moment(at, view.time_zone)}." if at else "It is not read again by itself."


def _fields(account: AccountRow) -> list[Component]:
    live = live_of(account.service)
    if live.is_paid:
        return _money(account)
    fields = [_check("daily", "Read it every day", account.refresh_at is not None)]
    if live.home_servers:
        label = "Ask the people's own servers whom they follow; takes longer"
        fields.append(_check("home", label, account.options.get("home") == "1"))
    return fields


def _money(account: AccountRow) -> list[Component]:
    """What reading costs, and how much the user allows."""
    allowed = f"{stated_amount(account.options, 'allowed') / 1000:.2f}"
    most = current_app.config["X_MOST_DOLLARS"]
    amount = {"type": "number", "min": 0, "max": most, "step": "0.01", "value": allowed}
    box = dbc.Input(id="reading-allowed", name="allowed", required=True, **amount)
    price = "X sells what it tells: half a cent for a post, a cent for a person. The people are bought anew each time."
    return [
        html.P(price),
        html.P(_estimate(account)),
        html.Label("Spend on this account at most, in all ($)", htmlFor="reading-allowed"),
        box,
        html.P("Nothing is bought until you choose “Read now”.", className="sg-remark"),
    ]


def _estimate(account: AccountRow) -> str:
    """What the next reading costs, and the amount that is enough for it."""
    spent, people = account.spent, (account.followers, account.friends)
    so_far = f"So far {dollars(spent)} went into this account."
    if None in people or account.posts is None:
        return f"X has not told how many there are. {so_far}"
    known = "posts" in account.lists
    posts = 0 if known else min(account.posts, NEWEST)
    what = "new posts, if there are any, and" if known else f"{plural(posts, 'post')} and"
    price = cost(posts, sum(people))
    counted = f"{what} {plural(sum(people), 'person', 'people')}"
    return f"Reading {counted} costs about {dollars(price)}. {so_far} For all of it, allow {dollars(spent + price)}."


def _check(name: str, label: str, value: bool) -> dbc.Checkbox:
    return dbc.Checkbox(id=f"reading-{name}", name=name, label=label, value=value)
