"""Who and what is selected in a graph: what a browser says of it, the panel beside, the parts of the figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from dash import Patch
from flask import abort
from flask_login import current_user

from analytics.graph_drawing import GraphDrawing, from_row
from analytics.graph_traits import GraphTraits
from analytics.graph_traits import from_row as traits_from_row

from ...services.records import ALL
from ...store import crosscheck, people
from ...store.rows import PersonRow
from ..account_view import AccountView
from ..address import LARGEST
from ..components.chart import chart_id
from ..figures.graph import HEIGHT, Box, GraphCanvas, Look, TiesImage, graph, image
from ..figures.graph_highlight import Highlight, Selection, image_opacity, markers, names, ties_in_view, traces
from ..figures.style import Figure, packed
from ..grid_request import search_text
from .graph_choices import GraphChoices
from .graph_person import MOST_FOUND, MOST_NEIGHBOURS, Whereabouts, found, joined, nobody, person_facts

#: what changes how the same people are looked at: who is lit stays so
LOOKS = ("graph-ego", "graph-size", "graph-colour", "graph-shown")
WIDEST = 4_000  # pixels: what a browser says of its room is believed up to here


@dataclass(frozen=True)
class ListGraph:
    """A list's graph as somebody sees it: the stored frames, and the room in pixels."""

    view: AccountView
    which: str
    room: tuple[float, float]
    choices: GraphChoices = GraphChoices()  # noqa: RUF009  it is frozen

    @cached_property
    def drawing(self) -> GraphDrawing:
        """The people and their ties."""
        return from_row(self.view.of_list("graph_drawn", self.which).iloc[0])

    @cached_property
    def canvas(self) -> GraphCanvas:
        """The same for the figure."""
        details = self.view.of_list("graph_nodes", self.which)
        directed = not self.view.account.mutual_ties
        look = Look() if self.choices.is_usual else self.choices.look(self.drawing, self.traits)
        return GraphCanvas(self.drawing, details, self.view.theme, directed, self.room, look)

    @cached_property
    def traits(self) -> GraphTraits:
        """What else is told of the people."""
        return traits_from_row(self.view.of_list("graph_traits", self.which).iloc[0])

    @cached_property
    def communities(self) -> pd.DataFrame:
        """The communities of the list."""
        return self.view.of_list("communities", self.which)

    @property
    def names(self) -> Mapping[Any, str]:
        """What communities are called."""
        names: Mapping[Any, str] = self.communities.set_index("community")["name"].to_dict()
        return names

    @property
    def brokers(self) -> pd.DataFrame:
        """Who connects communities, and services."""
        return self.view.of_list("brokers", self.which)

    def clicked(self, click: Any, *, same: bool) -> Any:
        """Whom a click of plotly means; of the crowd only if the drawing that was clicked is the `same` as this one."""
        point = _first_point(click)
        curve, number = point.get("curveNumber"), point.get("pointNumber")
        if "customdata" in point or not same or not isinstance(curve, int) or not isinstance(number, int):
            return point.get("customdata")
        return self.canvas.person_at(curve, number)

    def _opacity(self, highlight: Highlight, lines: Sequence[Any] = ()) -> float:
        return image_opacity(highlight, lines=bool(lines) or self.canvas.look.inside is not None)

    def figure(self, highlight: Highlight, ties_image: TiesImage | None) -> Figure:
        """The figure."""
        images = [image(ties_image, opacity=self._opacity(highlight))] if ties_image else []
        layout = {"annotations": names(self.canvas, highlight, self.communities), "images": images}
        figure = graph(self.canvas, traces(self.canvas, highlight).items(), layout=layout, revision=self.which)
        for place, marker in markers(self.canvas, highlight).items():
            figure["data"][place]["marker"].update(marker)
        return figure

    def patch(self, highlight: Highlight) -> Patch:
        """What is to be changed in the figure, so that nobody is sent again who stands there already."""
        patch = Patch()
        changed = traces(self.canvas, highlight)
        for place, trace in changed.items():
            patch["data"][place] = packed(trace)
        for place, marker in markers(self.canvas, highlight).items():
            for name, value in marker.items():
                patch["data"][place]["marker"][name] = value
        lines = ties_in_view(self.canvas, highlight)
        patch["layout"]["annotations"] = names(self.canvas, highlight, self.communities)
        patch["layout"]["shapes"] = lines
        if not self.drawing.as_lines:
            patch["layout"]["images"][0]["opacity"] = self._opacity(highlight, lines)
        return patch

    def ties_in_view(self, box: Box | None, *, quiet: bool) -> dict[str, Any]:
        """The ties in view, how strong the picture of all is then, and how large the people are."""
        highlight = Highlight(Selection() if quiet else None, None, box)
        lines, growth = ties_in_view(self.canvas, highlight), self.canvas.growth(box)
        places = [*markers(self.canvas, highlight), self.canvas.front + 1]
        sizes = [*[self.canvas.sizes(growth)] * (len(places) - 1), {"sizeref": 1 / growth, "sizemin": 0}]
        return {
            "shapes": lines,
            "opacity": None if self.drawing.as_lines else self._opacity(highlight, lines),
            "places": places,
            "sizes": {name: [size[name] for size in sizes] for name in ("sizeref", "sizemin")},
        }


# ---- what a browser says


def choice_of(trigger: Any, *, click: Any, search: Any, pick: Any, before: Any) -> dict[str, Any]:
    """Who is looked at: {"person": id}, {"search": text}, or nobody."""
    if trigger == chart_id("graph"):
        return _person_of(click)
    if trigger == "graph-pick":
        return _person_of(pick.get("person") if isinstance(pick, dict) else None)
    if trigger == "graph-search":
        return _search_of(search)
    if trigger in LOOKS and isinstance(before, dict):
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


def room_of(room: Any) -> tuple[float, float]:
    """Width and height of the graph in pixels, as far as they are believable."""
    sides = _numbers(room, ("width", "height"))
    return (sides[0], sides[1]) if sides and all(0 < side <= WIDEST for side in sides) else (HEIGHT, HEIGHT)


def box_of(viewport: Any) -> Box | None:
    """The part of the drawing in view; None for all of it."""
    ends = _numbers(viewport, ("left", "right", "bottom", "top"))
    return ((ends[0], ends[1]), (ends[2], ends[3])) if ends else None


def _numbers(values: Any, keys: tuple[str, ...]) -> list[float] | None:
    found = [values.get(key) for key in keys] if isinstance(values, dict) else [None]
    usable = all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in found)
    return [float(one) for one in found] if usable else None  # type: ignore[arg-type]


# ---- the panel beside


def panel_of(list_graph: ListGraph, choice: Mapping[str, Any]) -> tuple[Any, Selection | None]:
    """What stands beside the picture, and who is lit in it."""
    if "person" in choice:
        return _person_panel(list_graph, choice["person"])
    if "search" not in choice:
        return nobody(list_graph.view, list_graph.brokers, list_graph.names), None
    rows = people.find_people(current_user.id, list_graph.view.id, list_graph.which, choice["search"], limit=MOST_FOUND)
    drawing = list_graph.drawing
    numbers = drawing.numbers(row.id for row in rows)
    ids = set(drawing.person[numbers].tolist())
    return found(choice["search"], rows, ids), Selection(None, numbers, _names(rows))


def _person_panel(list_graph: ListGraph, person_id: int) -> tuple[Any, Selection | None]:
    view, drawing = list_graph.view, list_graph.drawing
    person = people.person(current_user.id, view.id, person_id)
    if person is None and view.account.service == ALL and len(drawing.numbers([person_id])):
        return joined(), None
    if person is None:
        abort(404)
    around = people.neighbours(current_user.id, view.id, person_id, list_graph.which, limit=MOST_NEIGHBOURS)
    around.sort(key=lambda other: other.n_followers or 0, reverse=True)
    number = next(iter(drawing.numbers([person_id]).tolist()), None)
    lit = drawing.numbers(other.id for other in around) if number is None else drawing.neighbours(number)
    where = whereabouts(view, person_id, [other.id for other in around])
    facts = person_facts(view, person, around, list_graph.names, is_drawn=number is not None, where=where)
    return facts, Selection(number, lit, _names([person, *around]))


def whereabouts(view: AccountView, person_id: int, others: Sequence[int]) -> Whereabouts:
    """On which services a person is, and knows these others; of an account of one service nothing."""
    if view.account.service != ALL:
        return Whereabouts()
    owner = current_user.id
    return Whereabouts(crosscheck.members(owner, person_id), crosscheck.tie_services(owner, person_id, others))


def _names(rows: Iterable[PersonRow]) -> dict[int, str]:
    return {row.id: row.label for row in rows}
