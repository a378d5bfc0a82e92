"""Who and what is selected in a graph: what a browser says of it, and the parts of the figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from dash import Patch
from numpy.typing import NDArray

from analytics.graph_drawing import GraphDrawing, from_row
from analytics.graph_traits import GraphTraits
from analytics.graph_traits import from_row as traits_from_row

from ...store import people
from ...store.rows import PersonRow
from ..account_view import AccountView
from ..address import LARGEST
from ..components.chart import chart_id
from ..figures.graph import HEIGHT, NAMED, Box, GraphCanvas, Look, TiesImage, graph, image
from ..figures.graph_highlight import Highlight, Selection, image_opacity, markers, ties_in_view, traces
from ..figures.graph_names import names, to_name
from ..figures.style import Figure, packed
from ..filenames import account_filename
from ..grid_request import search_text
from .graph_choices import GraphChoices
from .header import graph_title

#: what changes how the same people are looked at, or draws them first: who is lit stays so
LOOKED_ON = ("graph-ego", "graph-room", "graph-size", "graph-colour", "graph-shown", "graph-ties", None)
WIDEST = 4_000  # pixels: what a browser says of its room is believed up to here


@dataclass(frozen=True)
class ListGraph:
    """A list's graph as somebody sees it: the stored frames, of which traits are read if needed; the room in pixels."""

    view: AccountView
    which: str
    room: tuple[float, float]
    with_traits: Callable[[], AccountView]
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
        return traits_from_row(self.with_traits().of_list("graph_traits", self.which).iloc[0])

    def here(self, number: int) -> tuple[int | None, int | None]:
        """How many people of this graph follow somebody, and how many they follow; None where not told in full."""
        at = number - int(self.canvas.best[0])
        if at >= 0:  # they come with the drawing
            told = self.canvas.details.iloc[at]
            return tuple(None if pd.isna(told[name]) else int(told[name]) for name in ("n_followers", "n_friends"))
        return self.traits.here(number)

    @cached_property
    def communities(self) -> pd.DataFrame:
        """The communities of the list."""
        return self.view.of_list("communities", self.which)

    @cached_property
    def largest(self) -> pd.DataFrame:
        """Those with a colour of their own; of equals the smaller number comes first, as they are stored."""
        communities = self.communities
        return communities if communities.empty else communities.nlargest(NAMED, "people", keep="first")

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
        lines = ties_in_view(self.canvas, highlight)
        images = [image(ties_image, opacity=self._opacity(highlight, lines))] if ties_image else []
        filename = account_filename(self.view.account, f"{self.which}-graph", time_zone=self.view.time_zone)
        called = {"title": graph_title(self.which), "name": filename}  # the picture that is saved
        layout = {"annotations": self.named(highlight), "images": images, "shapes": lines, "meta": called}
        over = traces(self.canvas, highlight).items()
        figure = graph(self.canvas, over, layout=layout, box=highlight.box, revision=self.which)
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
        patch["layout"]["annotations"] = self.named(highlight)
        patch["layout"]["shapes"] = lines
        if not self.drawing.as_lines:
            patch["layout"]["images"][0]["opacity"] = self._opacity(highlight, lines)
        return patch

    def named(self, highlight: Highlight) -> list[dict[str, Any]]:
        """The names in view."""
        numbers = to_name(self.canvas, highlight)
        return names(self.canvas, highlight, numbers, self.labels(numbers))

    def labels(self, numbers: NDArray[np.int64]) -> dict[int, str]:
        """What people are called, by id; who tells no name as in lists."""
        details, wanted = self.canvas.details, self.drawing.person[numbers].tolist()
        told = dict(zip(details["person"].tolist(), details["label"].tolist(), strict=True))
        labels = {person: told[person] for person in wanted if isinstance(told.get(person), str)}
        others = [person for person in wanted if person not in labels]
        return labels | people.labels(self.view.account.owner_id, self.view.id, others)

    def in_view(self, highlight: Highlight) -> dict[str, Any]:
        """The ties and names in view, how strong the picture of all ties is then, and how large the people are."""
        box = highlight.box
        lines, growth = ties_in_view(self.canvas, highlight), self.canvas.growth(box)
        places = [*markers(self.canvas, highlight), self.canvas.front + 1]
        sizes = [*[self.canvas.sizes(growth)] * (len(places) - 1), {"sizeref": 1 / growth, "sizemin": 0}]
        return {
            "shapes": lines,
            "annotations": self.named(highlight),
            "opacity": None if self.drawing.as_lines else self._opacity(highlight, lines),
            "places": places,
            "sizes": {name: [size[name] for size in sizes] for name in ("sizeref", "sizemin")},
        }


# ---- who is lit


def highlight_of(
    drawing: GraphDrawing, choice: Mapping[str, Any], known: Sequence[PersonRow], **more: Any
) -> Highlight:
    """Who is lit; `known` are those whom a search found, or the neighbours of somebody who is not drawn."""
    names = {row.id: row.label for row in known}
    if "person" in choice:
        number = next(iter(drawing.numbers([choice["person"]]).tolist()), None)
        lit = drawing.numbers(names) if number is None else drawing.neighbours(number)
        return Highlight(Selection(number, lit, names), **more)
    if "search" in choice:
        return Highlight(Selection(None, drawing.numbers(names), names), **more)
    return Highlight(colour=choice.get("colour"), **more)


# ---- what a browser says


def choice_of(trigger: Any, *, click: Any, search: Any, pick: Any, before: Any) -> dict[str, Any]:
    """Who is looked at: {"person": id}, {"search": text}, {"colour": number}, or nobody."""
    if trigger == chart_id("graph"):
        return known_choice({"person": click})
    if trigger == "graph-pick":
        return known_choice(pick)
    if trigger == "graph-search":
        return known_choice({"search": search})
    kept = known_choice(before) if trigger in LOOKED_ON else {}
    return {} if trigger == "graph-colour" and "colour" in kept else kept  # its number means something else now


def known_choice(said: Any) -> dict[str, Any]:
    """Who is looked at, as far as a browser can be believed."""
    if not isinstance(said, dict):
        return {}
    if words := search_text(said.get("search")).strip():
        return {"search": words}
    colour = _number(said.get("colour"), range(NAMED + 1))
    return _person_of(said.get("person")) if colour is None else {"colour": colour}


def _first_point(click: Any) -> dict[str, Any]:
    points = click.get("points") if isinstance(click, dict) else None
    return points[0] if isinstance(points, list) and points and isinstance(points[0], dict) else {}


def _person_of(value: Any) -> dict[str, Any]:
    number = _number(value, range(1, LARGEST))
    return {} if number is None else {"person": number}


def _number(value: Any, known: range) -> int | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and known.start <= value < known.stop
    return int(value) if usable else None


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
