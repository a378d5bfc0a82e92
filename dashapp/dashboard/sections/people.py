"""The lists: followers, friends, mutuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
import orjson
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from analytics.audience import AudienceClass

from ...services import service_of
from ...store import people
from ..account_view import AccountView, view_of_callback
from ..address import PageQuery
from ..components.attributes import aria
from ..components.boxes import empty, section
from ..components.downloads import download_links
from ..components.forms import labelled, search_box
from ..components.grid import show_as_cards
from ..components.numbers import DASH, people_found, plural
from ..components.people_grid import COLUMNS, grid_row, people_grid
from ..formats import TABLE_FORMATS
from ..grid_request import rows_request, search_text
from ..parts import Panel
from .audience import chosen_class, class_of_address
from .header import list_title

#: by what a list is sorted at first
FIRST_SORT = {
    "followers": "shared_followers",
    "friends": "common_friends",
    "mutuals": "common_friends",
    "everyone": "n_followers",
}


def section_of(view: AccountView, query: PageQuery) -> Sequence[Component | None]:
    """The lists that there are, one of them open."""
    return [PEOPLE_LISTS.of(view, query.people, query.audience)]


def lists(view: AccountView, requested: str | None, named_class: str | None = None) -> Component:
    """The list that the address names, else the first one there is; narrowed to the class that it names."""
    listed = view.lists()
    if not listed:
        nobody = empty("No people in this data", "This import holds no followers, friends or ties.")
        return section("People", "people", nobody)
    which = requested if requested in listed else listed[0]
    chosen = class_of_address(named_class or "", which)
    links = html.Div(_links(view, which, {}), id="people-downloads", className="sg-downloads")
    search = search_box("people-search", "Search by name or handle")
    content = [
        html.Div([_choice(view, listed, which), search, links], className="sg-toolbar"),
        _chip(),
        dcc.Store(id="people-class", data=chosen),
        html.Div(_box(view, which), id="people-box"),
        html.P(id="people-count", className="sg-remark", role="status"),
    ]
    return section("People", "people", html.Div(content, className="sg-card sg-chart"))


def _chip() -> html.Button:
    """What narrows the list, if a class of the audience does; pressed, the list is whole again."""
    content = [html.Bdi(id="people-class-words"), html.Span("×", **aria(hidden="true"))]
    return html.Button(
        content,
        id="people-class-chip",
        type="button",
        hidden=True,
        title="Show the whole list again",
        className="sg-chip",
    )


def _box(view: AccountView, which: str) -> list[Component]:
    missing = not_told(view, which)
    return [_grid(view, which), *([html.P(missing, className="sg-remark")] if missing else [])]


def not_told(view: AccountView, which: str) -> str:
    """Of how many it is not known whom they follow, where that is so; of mutuals, by either list."""
    lists = ("followers", "friends") if which == "mutuals" else (which,)
    frames = [view.of_list("graph_summary", name) for name in lists]
    counts = [tuple(frame[["known", "people"]].iloc[0]) for frame in frames if "known" in frame and len(frame)]
    partly = [(known, people) for known, people in counts if known < people]
    if not partly:
        return ""
    known, people = min(partly)
    whom = "With whom here they are friends" if view.account.mutual_ties else "Whom they follow here"
    if not known:
        return f"{whom} is known of nobody in full: a {DASH} stands for what would be counted."
    return (
        f"{whom} is known in full of {known:,} of {plural(people, 'person', 'people')}; a {DASH} stands for the others."
    )


def _grid(view: AccountView, which: str) -> Component:
    account = view.account
    upload = service_of(account.source).upload
    by_day = account.mutual_ties and which == "friends" and not view.graphs()  # then ties tell nothing of them
    return people_grid(
        which,
        sort="friend_since" if by_day else FIRST_SORT[which],
        mutual_ties=account.mutual_ties,
        tells_handles=upload is None or upload.tells_handles,
    )


def _choice(view: AccountView, listed: list[str], which: str) -> html.Div:
    options = [{"label": list_title(view, name), "value": name} for name in listed]
    select = dbc.Select(id="people-list", options=options, value=which)
    return labelled("List", select)


def _links(view: AccountView, which: str, query: Mapping[str, str]) -> list[Component]:
    """Files of what the list shows."""
    everybody = f"All {'people' if which == 'everyone' else list_title(view, which).lower()}:"
    shown = "What is shown:" if any(query.values()) else everybody
    return [html.Span(shown), *download_links(view.id, which, TABLE_FORMATS, query)]


def narrowing(search: str, chosen: Any, filters: Any) -> dict[str, str]:
    """What narrows the list, as the address of a file says it; what is refused when rows are asked for need not be."""
    named = f"{chosen.get('measure')}:{chosen.get('name')}" if isinstance(chosen, dict) else ""
    return {"search": search, "class": named, "filter": orjson.dumps(filters).decode() if filters else ""}


def narrowed(view: AccountView, which: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The same, read from an address, as the store takes it. Answers 400 to what no list has."""
    chosen = query.get("class") or None
    try:
        filters = orjson.loads(query.get("filter") or "{}")
    except orjson.JSONDecodeError:
        abort(400, "The filter is not JSON: take the address from the page.")
    asked = rows_request({"startRow": 0, "endRow": 1, "filterModel": filters}, COLUMNS[which])
    if chosen and class_of_address(chosen, which) is None:
        abort(400, f"There is no class {chosen[:20]!r}: take the address from the page.")
    return {
        "search": search_text(query.get("search")),
        "filters": asked.filters,
        "of_class": chosen_class(view, chosen and class_of_address(chosen, which)),
        "time_zone": view.time_zone,
    }


CLASSES = ("audience_told",)  # the frame that says from when on their bounds count
PEOPLE_LISTS = Panel("People", ("people", "graph_summary"), lists)
PARTS = (PEOPLE_LISTS,)


def register(app: Dash) -> None:
    """The list changes the columns; the grid asks for rows, and files follow; a search or a class lets it ask anew."""
    show_as_cards(app, "people-grid")

    @app.callback(
        Output("people-box", "children"),
        Input("people-list", "value"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def choose_list(which: Any, data: Any) -> list[Component]:
        return _box(view_of_callback(data, names=PEOPLE_LISTS.frames), known_list(which))

    @app.callback(
        Output("people-grid", "getRowsResponse"),
        Output("people-count", "children"),
        Output("people-downloads", "children"),
        Input("people-grid", "getRowsRequest"),
        State("people-list", "value"),
        State("people-search", "value"),
        State("people-class", "data"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def send_rows(request: Any, which: Any, search: Any, chosen: Any, data: Any) -> tuple[Any, Any, Any]:
        if request is None:
            return no_update, no_update, no_update
        view, known, words = view_of_callback(data, names=CLASSES), known_list(which), search_text(search)
        rows, count = rows_of(view, request, known, words, chosen_class(view, chosen))
        if request["startRow"]:  # the next rows of the same list
            return rows, count, no_update
        return rows, count, _links(view, known, narrowing(words, chosen, request.get("filterModel")))

    app.clientside_callback(
        ClientsideFunction("sociogram", "refresh"),
        Input("people-search", "value"),
        State("people-grid", "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("sociogram", "narrowPeople"),
        Output("people-class-words", "children"),
        Output("people-class-chip", "hidden"),
        Input("people-class", "data"),
        State("people-list", "value"),
    )


def known_list(which: Any) -> str:
    """The name of a list. Answers 400 to any other."""
    return which if isinstance(which, str) and which in COLUMNS else abort(400)


def rows_of(
    view: AccountView, request: Any, which: str, search: str, of_class: AudienceClass | None
) -> tuple[dict[str, Any], str]:
    """The rows that the grid asked for, and the sentence under it."""
    requested = rows_request(request, COLUMNS[which], strict=False)
    rows, total = people.list_page(
        current_user.id,
        view.id,
        which,
        search=search,
        sort=requested.sort,
        filters=requested.filters,
        of_class=of_class,
        time_zone=view.time_zone,
        offset=requested.offset,
        limit=requested.limit,
    )
    tells_mutual = {"followers", "friends"} <= set(view.account.lists)
    narrowed = bool(search or requested.filters or of_class)
    shown_rows = [grid_row(person, tells_mutual=tells_mutual, time_zone=view.time_zone) for person in rows]
    return {"rowData": shown_rows, "rowCount": total}, people_found(total, narrowed=narrowed)
