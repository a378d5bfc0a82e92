"""How people hang together: nodes where the analysis laid them out, ties as lines or as a picture under them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analytics.graph_drawing import GraphDrawing
from analytics.layout import node_radii

from .style import PALETTES, Figure, Palette, Trace, figure, literal

HEIGHT = 620  # pixels where there is room
NAMED = 8  # communities with a colour of their own
LETTERS = 12  # pixels
QUIET, QUIET_IMAGE = 0.16, 0.35  # opacity of people and ties while others are looked at
#: traces that are always there, so that a change of one names its place: below the people, those whom the filter
#: leaves out, then a crowd in each colour
TIES, EGO_TIES, THEIR_TIES, OUTSIDE, CROWD = range(5)
_EDGE = 20  # pixels around all: a name stands there
_ASIDE = 0.15
_MOST_GROWTH = 4.0
_COVERED = 0.45  # of the room, at most, by discs of the smallest size
_SMALLEST, _SMALL = 1.0, 4.0  # radius of those with the fewest ties, in pixels: in a crowd, and among few


#: a part of the drawing: from left to right, from bottom to top
Box = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class TiesImage:
    """A drawing of all ties, to lie under the nodes: `source` is a data URI, the rest its extent."""

    source: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Other sizes, colours and people than those of the drawing, each an array in its order of people.

    Colours are numbers of `GraphCanvas.colours`.
    """

    size: NDArray[np.int64] | None = None
    colour: NDArray[np.uint8] | None = None
    few_to_many: bool = False
    inside: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class GraphCanvas:
    """What all parts of the figure share: the people, what is told of the best connected, the room in pixels."""

    drawing: GraphDrawing
    details: pd.DataFrame
    theme: str
    directed: bool = True
    room: tuple[float, float] = (HEIGHT, HEIGHT)
    look: Look = Look()

    @property
    def palette(self) -> Palette:
        """The theme's colours."""
        return PALETTES[self.theme]

    @property
    def colours(self) -> tuple[str, ...]:
        """Of communities and the like, or of classes of a count; the last is that of all who have none."""
        named = self.palette.few_to_many if self.look.few_to_many else self.palette.communities
        return (*named, *[self.palette.other] * (NAMED + 1 - len(named)))

    @property
    def crowded(self) -> bool:
        """Whether there are more people than the best connected."""
        return self.drawing.named < len(self.drawing.person)

    @property
    def front(self) -> int:
        """The place of the first trace above the crowd: people, then those looked at, then the account."""
        return CROWD + (NAMED + 1 if self.crowded else 0)

    @property
    def size(self) -> NDArray[Any]:
        """What the area of people stands for."""
        return self.drawing.degree if self.look.size is None else self.look.size

    @property
    def colour(self) -> NDArray[np.uint8]:
        """The number of each one's colour."""
        return self.drawing.colour if self.look.colour is None else self.look.colour

    def among(self, numbers: NDArray[np.int64], *, outside: bool = False) -> NDArray[np.int64]:
        """Those of these numbers whom the filter lets through, or leaves out."""
        inside = self.look.inside
        if inside is None:
            return numbers[:0] if outside else numbers
        return numbers[inside[numbers] != outside]

    def ties_among(self, ties: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """The ties whose ends both pass the filter."""
        inside = self.look.inside
        return ties if inside is None else ties[inside[ties].all(axis=1)]

    @cached_property
    def best(self) -> NDArray[np.int64]:
        """The numbers of the best connected."""
        n = len(self.drawing.person)
        return np.arange(n - self.drawing.named, n)

    @cached_property
    def outside(self) -> NDArray[np.int64]:
        """The numbers of those whom the filter leaves out."""
        return self.among(np.arange(len(self.drawing.person)), outside=True)

    @cached_property
    def axes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Room for nearly all, with their discs and names."""
        across, along = (side / max(side - 2 * _EDGE, 1) for side in self.room)
        return _axis(self.drawing.x, self._disc, across), _axis(self.drawing.y, self._disc, along)

    @property
    def _disc(self) -> float:
        """Radius of the best connected as the layout has it."""
        return float(node_radii(np.ones(1, dtype=np.int64))[0]) * self.drawing.unit

    @cached_property
    def scale(self) -> float:
        """Pixels a unit, before anybody zooms."""
        spans = (axis["range"][1] - axis["range"][0] for axis in self.axes)
        return min(pixels / span for pixels, span in zip(self.room, spans, strict=True))

    def pixels(self, numbers: NDArray[np.int64], box: Box | None) -> NDArray[np.float64]:
        """Where people stand in a part of the drawing, from its lower left corner."""
        ranges = box or tuple(tuple(axis["range"]) for axis in self.axes)
        scale = min(side / max(end - start, 1e-6) for side, (start, end) in zip(self.room, ranges, strict=True))
        middle = [(start + end) / 2 for start, end in ranges]
        places = np.column_stack([self.drawing.x[numbers], self.drawing.y[numbers]])
        return np.asarray((places - middle) * scale + np.array(self.room) / 2)

    @cached_property
    def largest(self) -> float:
        """Radius of the best connected in pixels: the layout has made room for discs of that size."""
        return self._disc * self.scale

    @cached_property
    def smallest(self) -> float:
        """Radius below which nobody is drawn."""
        share = np.sqrt(_COVERED * self.room[0] * self.room[1] / np.pi / max(len(self.drawing.person), 1))
        return float(min(max(share, _SMALLEST), _SMALL, max(0.6 * self.largest, _SMALLEST)))

    @cached_property
    def opacity(self) -> float:
        """Of people while nobody is looked at."""
        return 0.75 if self.crowded else 1.0

    @cached_property
    def crowds(self) -> list[NDArray[np.int64]]:
        """The numbers of those who are not among the best connected, by colour."""
        if not self.crowded:
            return []
        crowd = self.among(np.arange(len(self.drawing.person) - self.drawing.named))
        colours = self.colour[crowd]
        return [crowd[colours == colour] for colour in range(NAMED + 1)]

    def person_at(self, curve: int, point: int) -> int | None:
        """The id of a point of the crowd, which plotly names by trace and place: ids of all would be half the bytes."""
        place = curve - OUTSIDE
        groups = [self.outside, *self.crowds]
        if not 0 <= place < len(groups):
            return None
        numbers = groups[place]
        return int(self.drawing.person[numbers[point]]) if 0 <= point < len(numbers) else None

    def radii(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Radii in pixels, as `marker` makes them."""
        share = self.size[numbers] / max(int(self.size.max(initial=0)), 1)
        return np.maximum(self.largest * np.sqrt(share), self.smallest).astype(np.float32)

    def sizes(self, growth: float = 1.0) -> dict[str, float]:
        """How plotly makes radii of sizes, `sqrt(size / 2 / sizeref)`, so that whole numbers travel."""
        most = max(int(self.size.max(initial=0)), 1)
        return {"sizeref": most / (2 * (growth * self.largest) ** 2), "sizemin": growth * self.smallest}

    def marker(self, numbers: NDArray[np.int64]) -> dict[str, Any]:
        """Area by size."""
        return {
            "size": np.maximum(self.size[numbers], 1),
            "sizemode": "area",
            **self.sizes(),
            "opacity": self.opacity,
            "line": {"width": 0},
        }

    def coloured(self, numbers: NDArray[np.int64]) -> dict[str, Any]:
        """Colours by a scale of flat steps: numbers are a tenth of the bytes and of the time of a colour a person."""
        edges = [step / (NAMED + 1) for step in range(NAMED + 2)]
        scale = [[edge, colour] for n, colour in enumerate(self.colours) for edge in edges[n : n + 2]]
        return {"color": self.colour[numbers], "colorscale": scale, "cmin": -0.5, "cmax": NAMED + 0.5}

    def growth(self, box: Box | None) -> float:
        """How much larger people are drawn in a part of the drawing: less than that is enlarged, so they stay apart."""
        if box is None:
            return 1.0
        spans = [axis["range"][1] - axis["range"][0] for axis in self.axes]
        zoom = max(span / max(end - start, 1e-6) for span, (start, end) in zip(spans, box, strict=True))
        return float(min(max(np.sqrt(zoom), 1.0), _MOST_GROWTH))


def graph(
    canvas: GraphCanvas,
    over: Collection[tuple[int, Any]],
    *,
    layout: dict[str, Any],
    box: Box | None = None,
    revision: str = "",
) -> Figure:
    """The drawing of a list's graph; `over` are the traces of `graph_highlight` by place, `layout` is theirs too.

    `box` is in view, else nearly all. The view is kept as long as `revision` is the same.
    """
    people = {OUTSIDE: _outside(canvas), **dict(enumerate(_crowd(canvas), start=CROWD)), canvas.front: _people(canvas)}
    traces = {**people, **dict(over)}
    across, along = canvas.axes
    if box is not None:
        across, along = ({**axis, "range": list(ends)} for axis, ends in zip(canvas.axes, box, strict=True))
    return figure(
        canvas.theme,
        [traces[place] for place in sorted(traces)],
        xaxis=across,
        yaxis={**along, "scaleanchor": "x"},
        dragmode="pan",
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        uirevision=f"the view of {revision} while people are looked at",
        **layout,
    )


def short_name(names: str) -> str:
    """The first of a community's names."""
    return without_host(names.split(", ")[0])


def without_host(name: str) -> str:
    """Of an address with a host, what stands before it; a name as it is."""
    return name[: name.find("@", 1)] if "@" in name[1:] else name


def image(ties_image: TiesImage, *, opacity: float) -> dict[str, Any]:
    """The picture of the ties, under everything."""
    return {
        "source": ties_image.source,
        "xref": "x",
        "yref": "y",
        "x": ties_image.left,
        "y": ties_image.top,
        "sizex": ties_image.right - ties_image.left,
        "sizey": ties_image.top - ties_image.bottom,
        "sizing": "stretch",
        "layer": "below",
        "opacity": opacity,
    }


def short_text(value: Any, *, longest: int = 60) -> str:
    """A stranger's text for the figure; nothing if there is none."""
    return literal(value, longest=longest) if isinstance(value, str) else ""


def in_graph(*, directed: bool) -> tuple[str, ...]:
    """What counts of ties within the drawing are called; counts of all data have other names (people_grid.py)."""
    return ("Followers in this graph", "Friends in this graph") if directed else ("Ties in this graph",)


def person_texts(details: pd.DataFrame, *, directed: bool) -> list[str]:
    """What is said of people when they are pointed at."""
    names = (details[name].tolist() for name in ("label", "handle"))
    counts = (details[name].astype("float64").tolist() for name in ("n_followers", "n_friends"))
    titles = in_graph(directed=directed)
    return [_person_text(*row, titles=titles) for row in zip(*names, *counts, strict=True)]


def _person_text(label: Any, handle: Any, *counts: float, titles: tuple[str, ...]) -> str:
    name, at = short_text(label), short_text(handle) if handle != label else ""
    second = f"<br>{at}" if at else ""
    here = "<br>".join([f"{title}: {_told(number)}" for title, number in zip(titles, counts, strict=False)])
    return f"<b>{name or 'No name told'}</b>{second}<br>{here}"


def _told(number: float) -> str:
    return "– (not told in full)" if math.isnan(number) else f"{number:,.0f}"


def _axis(values: ArrayLike, disc: float, room: float) -> dict[str, Any]:
    """Room for nearly all, each with a disc; the few who lie far off are found by zooming out."""
    places = np.asarray(values, dtype=np.float64)
    low, high = np.quantile(places, [0.01, 0.99])
    aside = _ASIDE * max(high - low, 0.1)
    start, stop = max(low - aside, places.min()), min(high + aside, places.max())
    half = max((stop - start) / 2 + disc, 0.1) * room
    ends = [float((start + stop) / 2 + way * half) for way in (-1, 1)]
    back = {"clipmin": ends[0], "clipmax": ends[1]}  # plotly's way back from a zoom forgets a range that came late
    return {"visible": False, "range": ends, "autorangeoptions": back, "automargin": False}


# ---- the people


def _crowd(canvas: GraphCanvas) -> list[Trace]:
    """Those without a name that comes along, a trace a colour: three times as quick as one with a colour each."""
    colours = canvas.colours if canvas.crowded else ()
    return [_of_colour(canvas, part, colour) for part, colour in zip(canvas.crowds, colours, strict=True)]


def _of_colour(canvas: GraphCanvas, numbers: NDArray[np.int64], colour: str, name: str = "crowd") -> Trace:
    drawing = canvas.drawing
    return {
        "type": "scattergl",
        "x": drawing.x[numbers],
        "y": drawing.y[numbers],
        "mode": "markers",
        "name": name,
        "hovertemplate": "Click to see who this is<extra></extra>",
        "marker": {**canvas.marker(numbers), "color": colour},
    }


def _outside(canvas: GraphCanvas) -> Any:
    """Those whom the filter leaves out: they stay where they are, and fade."""
    if canvas.look.inside is None:
        return {"type": "scattergl", "name": "left out", "visible": False}
    faded = _of_colour(canvas, canvas.outside, canvas.palette.other, "left out")
    return {**faded, "marker": {**faded["marker"], "opacity": QUIET}}


def _people(canvas: GraphCanvas) -> Trace:
    """The best connected, above the crowd."""
    drawing = canvas.drawing
    best = canvas.among(canvas.best)
    told = canvas.details if canvas.look.inside is None else canvas.details[canvas.look.inside[canvas.best]]
    return {
        "type": "scattergl",
        "x": drawing.x[best],
        "y": drawing.y[best],
        "mode": "markers",
        "name": "people",
        "hovertext": person_texts(told, directed=canvas.directed),
        "customdata": drawing.person[best].tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {**canvas.marker(best), **canvas.coloured(best)},
    }
