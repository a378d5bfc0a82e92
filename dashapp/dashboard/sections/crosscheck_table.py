"""The table of the cross-check: a row a person, with the questions and filters that narrow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...services import service_of
from ...store import crosscheck
from ...store.rows import AccountRow, Individual, Key, Member, Pair
from ..components.attributes import aria, data
from ..components.boxes import section
from ..components.chart import chart_id
from ..components.crosscheck_grid import SORTED, crosscheck_grid, grid_row
from ..components.downloads import download_links
from ..components.evidence import sentence
from ..components.forms import labelled, search_box
from ..components.grid import show_as_cards
from ..components.numbers import people_found
from ..crosscheck_filter import OPTIONS, SPREADS, offered
from ..crosscheck_view import CrosscheckView, read_crosscheck
from ..formats import TABLE_FORMATS
from ..grid_request import rows_request, search_text
from .crosscheck import CHART, shows

GENERAL = 3  # of the questions: those that are asked of all accounts at once
ANY = "any"  # of an account of which nothing is asked


def people(view: CrosscheckView, where: str) -> html.Section:
    """The questions, a choice for each account, and the grid."""
    chosen = view.filter(where)
    content = [
        html.Div(questions(view), id="crosscheck-questions", className="sg-questions"),
        html.Div([*_choices(view, dict(chosen.options)), _search()], className="sg-toolbar"),
        html.Div(
            [
                html.Div(chips(view, where), id="crosscheck-chips", className="sg-chips"),
                html.Div(downloads(where, ""), id="crosscheck-downloads", className="sg-downloads"),
            ],
            className="sg-toolbar sg-narrowed",
        ),
        crosscheck_grid({each.id: (view.title(each), each.handle) for each in view.accounts}),
        html.P(id="crosscheck-count", className="sg-remark", role="status"),
        dcc.Store(id="crosscheck-where", data=str(chosen)),
        dcc.Store(id="crosscheck-pick"),
    ]
    return section("Who they are", "individuals", html.Div(content, className="sg-card sg-chart"))


def questions(view: CrosscheckView) -> list[Component]:
    """Buttons for what is asked most, and a menu for two accounts compared; each with the number of people."""
    asked = view.questions()
    buttons = [shows(f"{each.label} · {each.people:,}", each.where, "sg-question") for each in asked[:GENERAL]]
    pairs = [
        html.Li([shows(each.label, each.where), html.Span(f"{each.people:,}", className="sg-number sg-muted")])
        for each in asked[GENERAL:]
    ]
    menu = html.Details(
        [
            html.Summary(f"Two {view.place}s compared", className="sg-question"),
            html.Ul(pairs, className="sg-menu sg-compared"),
        ],
        className="sg-dropdown",
    )
    return [*buttons, menu]


def _choices(view: CrosscheckView, chosen: Mapping[int, str]) -> list[Component]:
    return [
        labelled(
            view.title(account),
            dbc.Select(
                id={"type": "crosscheck-option", "account": account.id},
                options=[{"label": "Anything", "value": ANY}, *_options(view, account)],
                value=chosen.get(account.id, ANY),
            ),
            "sg-choice sg-option",
        )
        for account in view.accounts
    ]


def _options(view: CrosscheckView, account: AccountRow) -> list[dict[str, str]]:
    told = offered(account.whole_lists, view.options(account))
    return [{"label": label, "value": name} for name, label in told.items()]


def _search() -> Component:
    return search_box("crosscheck-search", "Search by name or handle")


def chips(view: CrosscheckView, where: str) -> list[Component]:
    """What is asked of people, each to be taken off."""
    chosen = view.filter(where)
    titles = {account.id: view.title(account) for account in view.accounts}
    parts = [
        (f"{OPTIONS[option].words} {titles[account]}", str(chosen.without(account)))
        for account, option in chosen.options
    ]
    if chosen.spread:
        parts.append((f"{SPREADS[chosen.spread]}", str(chosen.without(None))))
    taken = [_chip(words[0].upper() + words[1:], rest) for words, rest in parts]
    return [*taken, shows("Show everybody", "")] if len(taken) > 1 else taken


def _chip(words: str, rest: str) -> html.Button:
    mark = html.Span("×", **aria(hidden="true"))
    named = {**data(where=rest), **aria(label=f"Take off: {words}")}
    return html.Button([words, mark], type="button", className="sg-chip", **named)


def downloads(where: str, search: str) -> list[Component]:
    """Files of what the table shows, and of the pairs."""
    people_links = download_links("crosscheck", "people", TABLE_FORMATS, {"where": where, "search": search})
    pair_links = download_links("crosscheck", "pairs", TABLE_FORMATS)
    shown = "What is shown:" if where or search else "Everybody:"
    return [html.Span(shown), *people_links, html.Span("All pairs:", className="ms-2"), *pair_links]


def rows_of(view: CrosscheckView, request: Any, where: Any, search: str) -> tuple[dict[str, Any], str]:
    """The rows that the grid asked for, and the sentence under it."""
    wanted = rows_request(request, SORTED)
    chosen = view.filter(where)
    found, total = crosscheck.table_page(
        current_user.id,
        patterns=view.patterns(chosen),
        search=search,
        sort=[*wanted.sort, ("name", "asc")],
        offset=wanted.offset,
        limit=wanted.limit,
    )
    explained = why_of(found)
    partly = [account.id for account in view.accounts if not view.tells(account, "followers", "friends")]
    shown = [
        grid_row(person, view.relations_of(person.pattern), partial(explained, person), partly=partly)
        for person in found
    ]
    return {"rowData": shown, "rowCount": total}, people_found(total, narrowed=bool(search or str(chosen)))


def why_of(found: list[Individual]) -> Callable[[Individual, Member], str]:
    """What joins a member of one of these to the others, in words."""
    keys = {member.service_key for person in found if len(person.members) > 1 for member in person.members}
    pairs = crosscheck.pairs_of(current_user.id, keys) if keys else {}
    confirmed = crosscheck.confirmed(current_user.id, keys) if keys else set()

    def why(person: Individual, member: Member) -> str:
        others = [other for other in person.members if other.service_key != member.service_key]
        told = [_reason(member, other, pairs, confirmed) for other in others]
        joined = [reason for reason in told if reason]
        return " ".join(joined) or ("One person by what the others tell." if others else "")

    return why


def _reason(member: Member, other: Member, pairs: Mapping[frozenset[Key], Pair], confirmed: set[frozenset[Key]]) -> str:
    both = frozenset({member.service_key, other.service_key})
    who = f"{other.handle or other.name} on {service_of(other.service).title}"
    if both in confirmed:
        return f"The same as {who}: you said so."
    pair = pairs.get(both)
    if pair is None or not pair.certain:
        return ""
    words = sentence(pair.evidence, member, other)
    return f"The same as {who}: {words[0].lower()}{words[1:]}"


def register(app: Dash) -> None:
    """The grid asks for rows; a choice, a bar or a button changes the filter; the address, chips and files follow."""
    show_as_cards(app, "crosscheck-grid")

    @app.callback(
        Output("crosscheck-grid", "getRowsResponse"),
        Output("crosscheck-count", "children"),
        Input("crosscheck-grid", "getRowsRequest"),
        State("crosscheck-where", "data"),
        State("crosscheck-search", "value"),
        prevent_initial_call=True,
    )
    def send_rows(request: Any, where: Any, search: Any) -> tuple[Any, Any]:
        if request is None:
            return no_update, no_update
        view = read_crosscheck() or abort(404)
        return rows_of(view, request, where, search_text(search))

    @app.callback(
        Output("crosscheck-chips", "children"),
        Output("crosscheck-downloads", "children"),
        Input("crosscheck-where", "data"),
        Input("crosscheck-search", "value"),
        prevent_initial_call=True,
    )
    def narrow(where: Any, search: Any) -> tuple[list[Component], list[Component]]:
        view = read_crosscheck() or abort(404)
        known = str(view.filter(where))
        return chips(view, known), downloads(known, search_text(search))

    @app.callback(
        Output("crosscheck-questions", "children"), Input("crosscheck-stamp", "data"), prevent_initial_call=True
    )
    def ask_anew(_stamp: Any) -> list[Component]:
        return questions(read_crosscheck() or abort(404))

    option = {"type": "crosscheck-option", "account": ALL}
    app.clientside_callback(
        ClientsideFunction("crosscheck", "choose"),
        Output("crosscheck-where", "data"),
        Input(chart_id(CHART), "clickData"),
        Input(option, "value"),
        Input("crosscheck-pick", "data"),
        State("crosscheck-where", "data"),
        State(option, "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("crosscheck", "show"),
        Input("crosscheck-where", "data"),
        Input("crosscheck-search", "value"),
        Input("crosscheck-stamp", "data"),
        State(option, "id"),
        prevent_initial_call=True,
    )
