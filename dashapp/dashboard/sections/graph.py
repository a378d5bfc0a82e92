"""The follower graph and the friend graph: who of the people has ties with whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort

from ..account_view import Shown, shown_again
from ..address import View
from ..components.attributes import aria
from ..components.chart import ChartBox, chart, chart_id
from ..components.empty import empty, section
from ..components.people_grid import COLUMNS
from ..figures.graph import HEIGHT, Picture
from ..figures.graph_highlight import Look
from ..figures.png import data_uri
from ..figures.style import PALETTES
from ..filenames import picture_name
from ..parts import Part
from .graph_person import nobody
from .graph_remark import remark
from .graph_selection import Seen, beside_of, box_of, looked_at, room_of
from .header import graph_title

DRAWN = ("graph_drawn", "graph_nodes", "graph_summary", "communities")
PICTURE = ("graph_picture", "graph_summary")
LOOKS = ("graph-ego", "graph-search", "graph-pick")  # what changes a graph that is drawn already
SUMMARY = (
    "People as points, ties as lines between them. The search beside the picture finds a person and lists their ties "
    "in words; the list of people has all of them."
)


def section_of(shown: Shown, query: View) -> Sequence[Component | None]:
    """The graphs that there are, one of them drawn."""
    return [GRAPHS.of(shown, query.graph)]


def graphs(shown: Shown, wanted: str | None) -> Component | None:
    """The graph that the address names, else the first one there is; drawn by its callback."""
    drawn = shown.graphs()
    if not drawn:
        return _no_graph(shown)
    which = wanted if wanted in drawn else drawn[0]
    toolbar = html.Div([_choice(drawn, which), _search(), _ego()], className="sg-toolbar")
    box = ChartBox(summary=SUMMARY, height=f"clamp(22rem, 95vw, {HEIGHT}px)", above=toolbar)
    filename = picture_name(shown.account, f"{which}-graph")
    framed = chart("graph", "Sociogram", box, None, filename=filename, modebar=True)
    drawing = html.Div([framed, html.Div(id="graph-remark")])
    aside = html.Aside(nobody(), id="graph-person", className="sg-card sg-person", **aria(live="polite"))
    return section(
        "How they hang together",
        "graph",
        html.Div([drawing, aside], className="sg-graph"),
        *(dcc.Store(id=f"graph-{name}") for name in ("room", "stamp", "chosen", "pick", "view", "near")),
    )


def _no_graph(shown: Shown) -> Component | None:
    if not shown.lists():
        return None
    why = "This data tells who the people are, but not which of them follow each other: there is no graph to draw."
    return section("How they hang together", "graph", empty("No ties in this data", why))


def _choice(graphs: list[str], which: str) -> html.Div:
    options = [{"label": graph_title(name), "value": name} for name in graphs]
    select = dbc.Select(id="graph-list", options=options, value=which)
    return html.Div([html.Label("Graph", htmlFor="graph-list"), select], className="sg-choice")


def _ego() -> html.Div:
    return html.Div(dbc.Switch(id="graph-ego", label="Account in the middle", value=False), className="sg-switch")


def _search() -> html.Div:
    box = dbc.Input(id="graph-search", type="search", debounce=400, maxlength=200, autocomplete="off")
    return html.Div([html.Label("Find a person", htmlFor="graph-search"), box], className="sg-choice sg-search")


GRAPHS = Part("How they hang together", ("people", "graph_summary"), graphs, later=(*DRAWN, *PICTURE))
PARTS = (GRAPHS,)


def register(app: Dash) -> None:
    """One callback draws: the list, the account in the middle, and who is looked at; another the ties in view."""
    figure = chart_id("graph")

    @app.callback(
        Output(figure, "figure"),
        Output("graph-person", "children"),
        Output("graph-remark", "children"),
        Output("graph-chosen", "data"),
        Output("graph-stamp", "data"),
        Output("graph-view", "data"),
        Input("graph-list", "value"),
        Input("graph-ego", "value"),
        Input(figure, "clickData"),
        Input("graph-search", "value"),
        Input("graph-pick", "data"),
        Input("graph-room", "data"),
        State("graph-chosen", "data"),
        State("graph-stamp", "data"),
        State("graph-view", "data"),
        State("account-shown", "data"),
    )
    def draw_graph(
        which: Any, ego: Any, click: Any, search: Any, pick: Any, room: Any,
        before: Any, stamp: Any, view: Any, data: Any,
    ) -> tuple[Any, Any, Any, Any, Any, Any]:  # fmt: skip
        shown = _shown(data, which, DRAWN)
        now = _stamp(shown, which)
        seen = Seen(shown, which, room_of(room))
        clicked = seen.clicked(click, same=stamp == now)
        look = looked_at(ctx.triggered_id, click=clicked, search=search, pick=pick, before=before)
        beside, chosen = beside_of(seen, look)
        ego_name = shown.handle if ego is True else None
        if _of_looks() and stamp == now:
            patch = seen.changed(Look(chosen, ego_name, box_of(view)))
            return patch, beside, no_update, look, no_update, no_update
        whole = seen.whole(Look(chosen, ego_name), _picture(_shown(data, which, PICTURE), which))
        return whole, beside, remark(shown, which), look, now, no_update if view is None else None

    @app.callback(
        Output("graph-near", "data"),
        Input("graph-view", "data"),
        State("graph-list", "value"),
        State("graph-chosen", "data"),
        State("graph-room", "data"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def draw_near(view: Any, which: Any, before: Any, room: Any, data: Any) -> dict[str, Any]:
        shown = _shown(data, which, ("graph_drawn", "graph_nodes", "graph_summary"))
        return Seen(shown, which, room_of(room)).nearby(box_of(view), quiet=bool(before))

    app.clientside_callback(
        ClientsideFunction("sociogram", "room"), Output("graph-room", "data"), Input("graph-list", "id")
    )
    app.clientside_callback(
        ClientsideFunction("sociogram", "view"), Input(figure, "relayoutData"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("sociogram", "near"), Input("graph-near", "data"), prevent_initial_call=True
    )


def _of_looks() -> bool:
    """Whether all that changed is who or what is looked at."""
    triggered = ctx.triggered_prop_ids.values()
    return bool(triggered) and all(one in LOOKS or one == chart_id("graph") for one in triggered)


def _shown(data: Any, which: Any, names: tuple[str, ...]) -> Shown:
    if not isinstance(which, str) or which not in COLUMNS:
        abort(400)
    shown = shown_again(data, names=names)
    return shown if which in shown.graphs() else abort(400)


def _stamp(shown: Shown, which: str) -> str:
    """Which drawing it is: another list or another analysis has other people in other places."""
    return f"{which} {shown.account.analysed_at}"


def _picture(shown: Shown, which: str) -> Picture | None:
    stored = shown.of_list("graph_picture", which)
    if stored.empty:
        return None
    box = stored.iloc[0]
    palette = PALETTES[shown.theme]
    source = data_uri(box["lines"], (*palette.communities, palette.muted))
    return Picture(source, box["left"], box["right"], box["bottom"], box["top"])
