"""The follower graph and the friend graph: who of the people has ties with whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
import plotly.graph_objects as go
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...store import people
from ..address import LARGEST
from ..components.attributes import aria
from ..components.chart import Chart, chart, chart_id
from ..components.empty import empty, section
from ..components.people_grid import COLUMNS
from ..figures.graph import HEIGHT, Chosen, Picture, graph, neighbours_in
from ..figures.png import data_uri
from ..figures.style import PALETTES
from ..grid_request import search_text
from ..reading import Shown, shown_again
from .beside import MOST_FOUND, MOST_NEIGHBOURS, found, nobody, person_facts
from .graph_remark import remark
from .head import graph_title
from .posts import filename

FRAMES = ("graph_nodes", "graph_ties", "graph_picture", "graph_summary", "communities")
SUMMARY = (
    "People as points, ties as lines between them. The search beside the picture finds a person and lists their ties "
    "in words; the list of people has all of them."
)


def section_of(shown: Shown, wanted: str | None) -> Component | None:
    """The graph that the address names, else the first one there is; drawn by its callback."""
    graphs = shown.graphs()
    if not graphs:
        return _no_graph(shown)
    which = wanted if wanted in graphs else graphs[0]
    frame = Chart(
        name="graph",
        title="Sociogram",
        summary=SUMMARY,
        filename=filename(shown, f"{which}-graph"),
        table=False,
        before=html.Div([_choice(graphs, which), _search(), _ego()], className="sg-toolbar"),
    )
    framed = chart(frame, None, height=f"clamp(22rem, 95vw, {HEIGHT}px)", modebar=True)
    drawing = html.Div([framed, html.Div(id="graph-remark")])
    aside = html.Aside(nobody(), id="graph-person", className="sg-card sg-person", **aria(live="polite"))
    return section(
        "How they hang together",
        "graph",
        html.Div([drawing, aside], className="sg-graph"),
        dcc.Store(id="graph-chosen"),
        dcc.Store(id="graph-pick"),
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


def register(app: Dash) -> None:
    """One callback draws: the list, the account in the middle, and who is looked at."""

    @app.callback(
        Output(chart_id("graph"), "figure"),
        Output("graph-person", "children"),
        Output("graph-remark", "children"),
        Output("graph-chosen", "data"),
        Input("graph-list", "value"),
        Input("graph-ego", "value"),
        Input(chart_id("graph"), "clickData"),
        Input("graph-search", "value"),
        Input("graph-pick", "data"),
        State("graph-chosen", "data"),
        State("account-shown", "data"),
    )
    def draw_graph(
        which: Any, ego: Any, click: Any, search: Any, pick: Any, before: Any, data: Any
    ) -> tuple[go.Figure, Any, Any, Any]:
        if not isinstance(which, str) or which not in COLUMNS:
            abort(400)
        shown = shown_again(data, names=FRAMES)
        if which not in shown.graphs():
            abort(400)
        look = looked_at(ctx.triggered_id, click=click, search=search, pick=pick, before=before)
        beside, chosen = _beside(shown, which, look)
        drawn = _figure(shown, which, chosen, with_ego=ego is True)
        said = remark(shown, which) if ctx.triggered_id in (None, "graph-list") else no_update
        return drawn, beside, said, look


def looked_at(trigger: Any, *, click: Any, search: Any, pick: Any, before: Any) -> dict[str, Any]:
    """Who is looked at: {"person": id}, {"search": text}, or nobody."""
    if trigger == chart_id("graph"):
        return _person_of(_first_point(click).get("customdata"))
    if trigger == "graph-pick":
        return _person_of(pick.get("person") if isinstance(pick, dict) else None)
    if trigger == "graph-search":
        return _search_of(search)
    if trigger == "graph-ego" and isinstance(before, dict):
        return _search_of(before["search"]) if "search" in before else _person_of(before.get("person"))
    return {}


def _search_of(text: Any) -> dict[str, Any]:
    words = search_text(text).strip()
    return {"search": words} if words else {}


def _first_point(click: Any) -> dict[str, Any]:
    points = click.get("points") if isinstance(click, dict) else None
    return points[0] if isinstance(points, list) and points and isinstance(points[0], dict) else {}


def _person_of(value: Any) -> dict[str, Any]:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LARGEST
    return {"person": int(value)} if usable else {}


def _beside(shown: Shown, which: str, look: Mapping[str, Any]) -> tuple[Any, Chosen | None]:
    """What stands beside the picture, and who is lit in it."""
    drawn = set(shown.of_list("graph_nodes", which)["person"])
    if "person" in look:
        return _beside_person(shown, which, look["person"], drawn)
    if "search" in look:
        rows = people.find_people(current_user.id, shown.id, which, look["search"], limit=MOST_FOUND)
        return found(look["search"], rows, drawn), Chosen(None, {row["id"] for row in rows} & drawn)
    return nobody(), None


def _beside_person(shown: Shown, which: str, person_id: int, drawn: set[int]) -> tuple[Any, Chosen]:
    person = people.person(current_user.id, shown.id, person_id) or abort(404)
    around = people.neighbours(current_user.id, shown.id, person_id, which, limit=MOST_NEIGHBOURS)
    around.sort(key=lambda other: other["n_followers"] or 0, reverse=True)
    lit = neighbours_in(shown.of_list("graph_ties", which), person_id) or {other["id"] for other in around} & drawn
    communities = shown.of_list("communities", which).set_index("community")["name"].to_dict()
    facts = person_facts(shown, person, around, communities, is_drawn=person_id in drawn)
    return facts, Chosen(person_id, lit)


def _figure(shown: Shown, which: str, chosen: Chosen | None, *, with_ego: bool) -> go.Figure:
    return graph(
        shown.of_list("graph_nodes", which),
        shown.of_list("graph_ties", which),
        communities=shown.of_list("communities", which),
        theme=shown.theme,
        directed=not shown.account["mutual_ties"],
        ego=shown.handle if with_ego else None,
        chosen=chosen,
        picture=_picture(shown, which),
    )


def _picture(shown: Shown, which: str) -> Picture | None:
    stored = shown.of_list("graph_picture", which)
    if stored.empty:
        return None
    row = stored.iloc[0]
    palette = PALETTES[shown.theme]
    source = data_uri(row["lines"], (*palette.communities, palette.muted))
    return Picture(source, row["left"], row["right"], row["bottom"], row["top"])
