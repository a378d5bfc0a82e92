"""A graph as plain shapes: points, ties, and names where they may be told. Nothing else of the people leaves here."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape

import numpy as np

from ..dashboard.account_view import AccountView
from ..dashboard.figures.graph import LETTERS, GraphCanvas, TiesImage
from ..dashboard.figures.graph_highlight import Highlight
from ..dashboard.figures.style import community_colour
from ..dashboard.sections.graph import DRAWING_FRAMES, IMAGE_FRAMES, ties_image
from ..dashboard.sections.graph_selection import ListGraph
from ..dashboard.sections.header import graph_title

FRAMES = (*DRAWING_FRAMES, *IMAGE_FRAMES)
MOST = 1_500  # people drawn, the best connected
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_BASELINES = {"bottom": -0.2, "middle": 0.35, "top": 0.9}  # of a line: down to where letters stand


@dataclass(frozen=True, slots=True)
class Point:
    """Somebody, without a name."""

    x: float
    y: float
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its point."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What stands in a box of `width` and `height`; `ties` is an SVG path, of many ties a `picture` stands instead."""

    title: str
    width: int
    height: int
    points: list[Point]
    people: int
    tie_colour: str
    ties: str
    picture: tuple[str, float, float, float, float] | None  # source, left, top, width, height
    labels: list[Label]


def drawing(view: AccountView, *, room: tuple[int, int], names: bool, most: int = MOST) -> Drawing | None:
    """The first graph of the account; None where there is none."""
    drawn = [] if view.lacks(*FRAMES) else view.graphs()
    if not drawn:
        return None
    which, (width, height) = drawn[0], room
    graph = ListGraph(view, which, (float(width), float(height)), lambda: view)
    canvas = graph.canvas
    everybody = np.arange(len(canvas.drawing.person))
    best = everybody[np.argsort(canvas.drawing.degree, kind="stable")][-most:]
    places = _places(canvas, everybody, height)
    colours = [community_colour(view.theme, int(rank)) for rank in canvas.colour[best]]
    rows = zip(places[best].tolist(), canvas.radii(best).round(1).tolist(), colours, strict=True)
    lines = canvas.drawing.ties if canvas.drawing.as_lines else canvas.drawing.ties[:0]
    ends = places[lines].reshape(-1, 4).tolist()
    stored = ties_image(view, which, coloured=True)
    return Drawing(
        title=graph_title(which),
        width=width,
        height=height,
        points=[Point(x, y, radius, colour) for (x, y), radius, colour in rows],
        people=len(everybody),
        tie_colour=canvas.palette.tie,
        ties="".join(f"M{x:g} {y:g}L{to_x:g} {to_y:g}" for x, y, to_x, to_y in ends),
        picture=None if stored is None else _placed(canvas, stored, height),
        labels=_labels(graph, height) if names else [],
    )


def _places(canvas: GraphCanvas, numbers: np.ndarray, height: int) -> np.ndarray:
    """Where people stand, from the upper left corner."""
    x, y = canvas.pixels(numbers, None).T
    return np.column_stack([x, height - y]).round(1)


def _at(canvas: GraphCanvas, x: float, y: float, height: int) -> tuple[float, float]:
    middle = [sum(axis["range"]) / 2 for axis in canvas.axes]
    across, along = ((value - at) * canvas.scale for value, at in zip((x, y), middle, strict=True))
    return round(across + canvas.room[0] / 2, 1), round(height - along - canvas.room[1] / 2, 1)


def _placed(canvas: GraphCanvas, image: TiesImage, height: int) -> tuple[str, float, float, float, float]:
    left, top = _at(canvas, image.left, image.top, height)
    right, bottom = _at(canvas, image.right, image.bottom, height)
    return image.source, left, top, round(right - left, 1), round(bottom - top, 1)


def _labels(graph: ListGraph, height: int) -> list[Label]:
    found = []
    for name in graph.named(Highlight()):
        place = {axis: name[axis] for axis in "xy"}
        x, y = _at(graph.canvas, **place, height=height)
        down = _BASELINES[name["yanchor"]] * LETTERS - name["yshift"]
        found.append(
            Label(round(x + name["xshift"], 1), round(y + down, 1), _ANCHORS[name["xanchor"]], unescape(name["text"]))
        )
    return found
