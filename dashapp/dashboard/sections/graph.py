"""The follower graph and the friend graph: who of the people has ties with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from functools import partial
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...page_paths import ALL_SERVICES
from ...services.records import ALL
from ...store import crosscheck, people
from ..account_view import AccountView, view_of_callback
from ..address import PageQuery
from ..components.attributes import aria, data
from ..components.boxes import empty, section
from ..components.chart import ChartBox, chart, chart_id
from ..components.forms import labelled, search_box
from ..components.people_grid import COLUMNS
from ..figures.graph import HEIGHT, TiesImage
from ..figures.png import data_uri
from ..figures.style import PALETTES, as_json
from ..filenames import account_filename
from ..parts import Panel, is_being_read
from .graph_choices import GraphChoices, as_options, choices, parse_choices, whom
from .graph_remark import remark
from .graph_selection import ListGraph, box_of, choice_of, highlight_of, known_choice, room_of
from .graph_told import known_people, told_of
from .graph_words import in_words
from .header import graph_title

DRAWING_FRAMES = ("people", "graph_drawn", "graph_nodes", "graph_summary", "communities", "brokers")
VIEW_FRAMES = ("graph_drawn", "graph_nodes", "graph_summary")
TRAITS = ("graph_traits", "graph_summary")
IMAGE_FRAMES = ("graph_picture", "graph_summary")
FIGURE = chart_id("graph")
LOOKS = ("size", "colour", "shown", "ties")
SELECTING = ("graph-ego", "graph-search", "graph-pick")  # what changes a graph that is drawn already
STILL_READ = "Which of these people follow each other is not known yet: the graph comes by itself, if it is told."
SUMMARY = (
    "People as points, ties as lines between them. The search above finds a person, and what is known of them stands "
    "in words beside the picture. Here the arrow keys go from person to neighbour, and Escape back."
)


def section_of(view: AccountView, query: PageQuery) -> Sequence[Component | None]:
    """The graphs that there are, one of them drawn."""
    return [GRAPHS.of(view, query)]


def graphs(view: AccountView, query: PageQuery) -> Component | None:
    """The graph that the address names, else the first one there is; drawn by its callback."""
    drawn = view.graphs()
    if not drawn:
        return _no_graph(view)
    which = query.graph if query.graph in drawn else drawn[0]
    box = ChartBox(
        summary=SUMMARY,
        height=f"clamp(22rem, 95vw, {HEIGHT}px)",
        above=_toolbar(view, query, drawn, which),
        below=html.Div(id="graph-remark"),
    )
    filename = account_filename(view.account, f"{which}-graph", time_zone=view.time_zone)
    framed = chart("graph", "Sociogram", box, None, filename=filename, is_graph=True)
    beside = html.Div(id="graph-person", className="sg-card sg-person", **aria(live="polite"))
    return section(
        "Network",
        "graph",
        html.Div([framed, beside], className="sg-graph"),
        dcc.Store(id="graph-chosen", data=_person(view, query)),
        *(dcc.Store(id=f"graph-{name}") for name in ("room", "stamp", "pick", "view", "near")),
    )


def _toolbar(view: AccountView, query: PageQuery, drawn: list[str], which: str) -> html.Div:
    mutuals, followers = has_mutuals(view), _tells_followers(view, which)
    looks = choices(_services(view, which), query, mutuals=mutuals, followers=followers)
    usual = parse_choices(query.size, query.colour, query.shown, query.ties).is_usual
    search = html.Div(
        [search_box("graph-search", "Find a person"), html.Div(id="graph-found", className="sg-found")],
        className="sg-finder",
    )
    whole_screen = html.Button(
        "Full screen", type="button", className="btn btn-outline-secondary btn-sm", **data(screen="graph")
    )
    return html.Div(
        [
            html.Div(
                [_choice(drawn, which), search, _ego(view), _to_all_services(view), whole_screen],
                className="sg-toolbar",
            ),
            html.Details(
                [html.Summary("Size, colour, filter"), html.Div(looks, className="sg-toolbar")],
                className="sg-looks",
                open=not usual,
            ),
        ],
        className="sg-controls",
    )


def _services(view: AccountView, which: str) -> list[str]:
    """On which services people are, if these are several."""
    return view.of_list("graph_summary", which).iloc[0].get("services") or []


def _tells_followers(view: AccountView, which: str) -> bool:
    """Whether it is told of anybody how many followers they have."""
    return bool(view.of_list("graph_summary", which).iloc[0].get("followers_told", 0) > 0)


def has_mutuals(view: AccountView) -> bool:
    """Whether some are mutual and others may not be."""
    people = view.frame("people")
    return not view.account.mutual_ties and bool((people.loc[people["measure"] == "mutuals", "listed"] > 0).any())


def _person(view: AccountView, query: PageQuery) -> dict[str, int]:
    """Whom the address names, if the account has them."""
    named = query.person
    return {"person": named} if named and people.person(current_user.id, view.id, named) else {}


def _no_graph(view: AccountView) -> Component | None:
    if not view.lists():
        return None
    if is_being_read(view):
        return section("Network", "graph", empty("The account is being read", STILL_READ))
    summary = view.frame("graph_summary")
    if "known" in summary and (summary["known"] == summary["people"]).all():
        why = "Whom each of these people follows was told: none of them follows another."
    else:
        why = "This data tells who the people are, but not which of them follow each other: there is no graph to draw."
    return section("Network", "graph", empty("No ties in this data", why))


def _choice(graphs: list[str], which: str) -> html.Div:
    options = [{"label": graph_title(name), "value": name} for name in graphs]
    select = dbc.Select(id="graph-list", options=options, value=which)
    return labelled("Graph", select, "sg-choice" if len(graphs) > 1 else "d-none")


def _ego(view: AccountView) -> html.Div:
    label = "You in the middle" if view.account.service == ALL else "Account in the middle"
    return html.Div(dbc.Switch(id="graph-ego", label=label, value=False), className="sg-switch")


def _to_all_services(view: AccountView) -> html.A | None:
    if view.account.service == ALL or crosscheck.derived(current_user.id) is None:
        return None
    return html.A("All services in one graph", href=ALL_SERVICES, className="sg-switch")


GRAPHS = Panel("Network", ("people", "graph_summary"), graphs, later=(*DRAWING_FRAMES, *IMAGE_FRAMES, *TRAITS))
PARTS = (GRAPHS,)


def register(app: Dash) -> None:
    """One callback draws: the list, the account in the middle, and who is selected; another what is in view."""
    _draw(app)
    _draw_view(app)
    for name, output, source in (
        ("room", [Output("graph-room", "data")], Input("graph-list", "id")),
        ("view", [], Input(FIGURE, "relayoutData")),
        ("near", [], Input("graph-near", "data")),
        ("lit", [], Input("graph-chosen", "data")),
    ):
        app.clientside_callback(ClientsideFunction("graph", name), *output, source, prevent_initial_call=not output)
    for name in ("graph-list", *(f"graph-{look}" for look in LOOKS)):
        remembered = Input(name, "value"), State(name, "id")
        app.clientside_callback(ClientsideFunction("sociogram", "remember"), *remembered, prevent_initial_call=True)


def looks(kind: type[Input | State]) -> list[Any]:
    """The choices how the graph is looked at, as a callback takes them."""
    return [kind(f"graph-{name}", "value") for name in LOOKS]


def _draw(app: Dash) -> None:
    @app.callback(
        Output(FIGURE, "figure"),
        Output("graph-person", "children"),
        Output("graph-found", "children"),
        Output({"type": "words", "chart": "graph"}, "children"),
        Output("graph-remark", "children"),
        Output("graph-shown", "options"),
        Output("graph-chosen", "data"),
        Output("graph-stamp", "data"),
        Output("graph-view", "data"),
        Input("graph-list", "value"),
        Input("graph-ego", "value"),
        Input(FIGURE, "clickData"),
        Input("graph-search", "value"),
        Input("graph-pick", "data"),
        Input("graph-room", "data"),
        *looks(Input),
        State("graph-chosen", "data"),
        State("graph-stamp", "data"),
        State("graph-view", "data"),
        State("account-shown", "data"),
    )
    def draw_graph(
        which: Any, ego: Any, click: Any, search: Any, pick: Any, room: Any, size: Any, colour: Any, shown: Any,
        ties: Any, before: Any, stamp: Any, viewport: Any, data: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        chosen = parse_choices(size, colour, shown, ties)
        is_drawn = _only_selection_changed()  # unless an analysis made another drawing meanwhile
        view = _view_of(data, which, (*DRAWING_FRAMES, *(() if is_drawn else IMAGE_FRAMES)))
        now = _stamp(view, which, chosen)
        list_graph = ListGraph(view, which, room_of(room), partial(_view_of, data, which, TRAITS), chosen)
        clicked = list_graph.clicked(click, same=stamp == now)
        choice = choice_of(ctx.triggered_id, click=clicked, search=search, pick=pick, before=before)
        told = told_of(list_graph, choice)
        words = in_words(list_graph, told)
        box = box_of(viewport) if ctx.triggered_id != "graph-list" else None  # another list is seen whole
        ego_name = view.handle if ego is True else None
        highlight = highlight_of(list_graph.drawing, choice, told.people, ego=ego_name, box=box)
        if is_drawn and stamp == now:
            patch = list_graph.patch(highlight)
            return patch, told.panel, told.found, words, no_update, no_update, choice, no_update, no_update
        with_image = _view_of(data, which, IMAGE_FRAMES) if is_drawn else view
        image = ties_image(with_image, which, coloured=chosen.colour == "community")
        figure, options = list_graph.figure(highlight, image), as_options(_whom(list_graph))
        now_seen = None if viewport and box is None else no_update
        return as_json(figure), told.panel, told.found, words, remark(list_graph), options, choice, now, now_seen


def _draw_view(app: Dash) -> None:
    @app.callback(
        Output("graph-near", "data"),
        Input("graph-view", "data"),
        State("graph-list", "value"),
        State("graph-chosen", "data"),
        State("graph-room", "data"),
        *looks(State),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def draw_view(
        viewport: Any, which: Any, before: Any, room: Any, size: Any, colour: Any, shown: Any, ties: Any, data: Any
    ) -> dict[str, Any]:
        chosen, choice = parse_choices(size, colour, shown, ties), known_choice(before)
        view, traits = _view_of(data, which, VIEW_FRAMES), partial(_view_of, data, which, TRAITS)
        list_graph = ListGraph(view, which, room_of(room), traits, chosen)
        known = known_people(list_graph, choice)
        return list_graph.in_view(highlight_of(list_graph.drawing, choice, known, box=box_of(viewport)))


def _whom(list_graph: ListGraph) -> dict[str, str]:
    """Whom the graph can be narrowed to, with its communities by name."""
    services = _services(list_graph.view, list_graph.which)
    named = [f"Community of {row}" for row in list_graph.largest["name"]]
    return whom(services, named, mutuals=has_mutuals(list_graph.view))


def _only_selection_changed() -> bool:
    """Whether all that changed is who or what is looked at."""
    triggered = ctx.triggered_prop_ids.values()
    return bool(triggered) and all(one in SELECTING or one == FIGURE for one in triggered)


def _view_of(data: Any, which: Any, names: tuple[str, ...]) -> AccountView:
    if not isinstance(which, str) or which not in COLUMNS:
        abort(400)
    view = view_of_callback(data, names=names)
    return view if which in view.graphs() else abort(400)


def _stamp(view: AccountView, which: str, chosen: GraphChoices) -> str:
    """Which drawing it is: another list, analysis or choice has other people in other places."""
    return " ".join([which, str(view.account.analysed_at), *map(str, astuple(chosen))])


def ties_image(view: AccountView, which: str, *, coloured: bool) -> TiesImage | None:
    """The picture of all ties, where they are too many to be lines."""
    stored = view.of_list("graph_picture", which)
    if stored.empty:
        return None
    box = stored.iloc[0]
    palette = PALETTES[view.theme]
    colours = palette.communities if coloured else (palette.muted,) * len(palette.communities)
    source = data_uri(box["lines"], (*colours, palette.muted))
    return TiesImage(source, box["left"], box["right"], box["bottom"], box["top"])
