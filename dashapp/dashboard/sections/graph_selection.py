"""Who and what is looked at in a graph: what a browser says of it, the words beside, the parts of the figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from dash import Patch
from flask import abort
from flask_login import current_user

from analytics.graph_drawing import GraphDrawing, of_row

from ...store import people
from ...store.rows import PersonRow
from ..account_view import Shown
from ..address import LARGEST
from ..components.chart import chart_id
from ..figures.graph import HEIGHT, Box, Drawing, Picture, graph, image
from ..figures.graph_highlight import Chosen, Look, markers, names, near, picture_opacity, traces
from ..grid_request import search_text
from .graph_person import MOST_FOUND, MOST_NEIGHBOURS, found, nobody, person_facts

WIDEST = 4_000  # pixels: what a browser says of its room is believed up to here


@dataclass(frozen=True)
class Seen:
    """A list's graph as somebody sees it: the stored frames, and the room in pixels."""

    shown: Shown
    which: str
    room: tuple[float, float]

    @cached_property
    def drawn(self) -> GraphDrawing:
        """The people and their ties."""
        return of_row(self.shown.of_list("graph_drawn", self.which).iloc[0])

    @cached_property
    def drawing(self) -> Drawing:
        """The same for the figure."""
        told = self.shown.of_list("graph_nodes", self.which)
        directed = not self.shown.account.mutual_ties
        return Drawing(self.drawn, told, self.shown.theme, directed, self.room)

    @cached_property
    def communities(self) -> pd.DataFrame:
        """The communities of the list."""
        return self.shown.of_list("communities", self.which)

    @property
    def pictured(self) -> bool:
        """Whether a picture stands for the ties."""
        return not self.drawn.as_lines

    def numbers(self, persons: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The numbers of those who are drawn."""
        return self.drawn.numbers(persons)

    def clicked(self, click: Any, *, same: bool) -> Any:
        """Whom a click of plotly means; of the crowd only if the drawing that was clicked is the `same` as this one."""
        point = _first_point(click)
        curve, number = point.get("curveNumber"), point.get("pointNumber")
        if "customdata" in point or not same or not isinstance(curve, int) or not isinstance(number, int):
            return point.get("customdata")
        return self.drawing.person_at(curve, number)

    def whole(self, look: Look, picture: Picture | None) -> go.Figure:
        """The figure."""
        images = [image(picture, opacity=picture_opacity(look, lines=False))] if picture else []
        layout = {"annotations": names(self.drawing, look, self.communities), "images": images}
        figure = graph(self.drawing, traces(self.drawing, look).items(), layout=layout, view=self.which)
        for place, marker in markers(self.drawing, look).items():
            figure.data[place].marker.update(marker)
        return figure

    def changed(self, look: Look) -> Patch:
        """What is to be changed in the figure, so that nobody is sent again who stands there already."""
        patch = Patch()
        changed = traces(self.drawing, look)
        for place, trace in zip(changed, go.Figure(list(changed.values())).to_dict()["data"], strict=True):
            patch["data"][place] = trace
        for place, marker in markers(self.drawing, look).items():
            for name, value in marker.items():
                patch["data"][place]["marker"][name] = value
        lines = near(self.drawing, look)
        patch["layout"]["annotations"] = names(self.drawing, look, self.communities)
        patch["layout"]["shapes"] = lines
        if self.pictured:
            patch["layout"]["images"][0]["opacity"] = picture_opacity(look, lines=bool(lines))
        return patch

    def nearby(self, box: Box | None, *, quiet: bool) -> dict[str, Any]:
        """The ties in view, how strong the picture of all is then, and how large the people are."""
        look = Look(Chosen() if quiet else None, None, box)
        lines, growth = near(self.drawing, look), self.drawing.growth(box)
        places = [*markers(self.drawing, look), self.drawing.front + 1]
        sizes = [*[self.drawing.sizes(growth)] * (len(places) - 1), {"sizeref": 1 / growth, "sizemin": 0}]
        return {
            "shapes": lines,
            "opacity": picture_opacity(look, lines=bool(lines)) if self.pictured else None,
            "places": places,
            "sizes": {name: [size[name] for size in sizes] for name in ("sizeref", "sizemin")},
        }


# ---- what a browser says


def looked_at(trigger: Any, *, click: Any, search: Any, pick: Any, before: Any) -> dict[str, Any]:
    """Who is looked at: {"person": id}, {"search": text}, or nobody."""
    if trigger == chart_id("graph"):
        return _person_of(click)
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


def room_of(room: Any) -> tuple[float, float]:
    """Width and height of the graph in pixels, as far as they are believable."""
    sides = _numbers(room, ("width", "height"))
    return (sides[0], sides[1]) if sides and all(0 < side <= WIDEST for side in sides) else (HEIGHT, HEIGHT)


def box_of(view: Any) -> Box | None:
    """The part of the drawing in view; None for all of it."""
    ends = _numbers(view, ("left", "right", "bottom", "top"))
    return ((ends[0], ends[1]), (ends[2], ends[3])) if ends else None


def _numbers(values: Any, keys: tuple[str, ...]) -> list[float] | None:
    told = [values.get(key) for key in keys] if isinstance(values, dict) else [None]
    usable = all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in told)
    return [float(one) for one in told] if usable else None  # type: ignore[arg-type]


# ---- the words beside


def beside_of(seen: Seen, look: Mapping[str, Any]) -> tuple[Any, Chosen | None]:
    """What stands beside the picture, and who is lit in it."""
    if "person" in look:
        return _beside_person(seen, look["person"])
    if "search" not in look:
        return nobody(), None
    rows = people.find_people(current_user.id, seen.shown.id, seen.which, look["search"], limit=MOST_FOUND)
    numbers = seen.numbers(row.id for row in rows)
    drawn = set(seen.drawn.person[numbers].tolist())
    return found(look["search"], rows, drawn), Chosen(None, numbers, _names(rows))


def _beside_person(seen: Seen, person_id: int) -> tuple[Any, Chosen]:
    shown = seen.shown
    person = people.person(current_user.id, shown.id, person_id) or abort(404)
    around = people.neighbours(current_user.id, shown.id, person_id, seen.which, limit=MOST_NEIGHBOURS)
    around.sort(key=lambda other: other.n_followers or 0, reverse=True)
    number = next(iter(seen.numbers([person_id]).tolist()), None)
    lit = seen.numbers(other.id for other in around) if number is None else seen.drawn.neighbours(number)
    names = seen.communities.set_index("community")["name"].to_dict()
    facts = person_facts(shown, person, around, names, is_drawn=number is not None)
    return facts, Chosen(number, lit, _names([person, *around]))


def _names(rows: Iterable[PersonRow]) -> dict[int, str]:
    return {row.id: row.label for row in rows}
