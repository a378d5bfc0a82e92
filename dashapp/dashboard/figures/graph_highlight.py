"""What changes in a graph while people are looked at: who is lit, with which lines, and what is quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.graph_drawing import LINES

from .graph import (
    CROWD,
    EGO_TIES,
    OUTSIDE,
    QUIET,
    QUIET_IMAGE,
    THEIR_TIES,
    TIES,
    Box,
    GraphCanvas,
    person_texts,
    short_text,
)
from .style import Trace, literal

FEW_LINES = 150  # more of them from one point are a blot unless they are fainter
MOST_LIT = 1_500  # people in front, the best connected of those who are looked at; lines lead to all
_FAINTEST = 0.15  # opacity of the most lines from one point


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is looked at, by numbers in the drawing: one person and who has a tie with them, or those a search found."""

    person: int | None = None
    people: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    names: Mapping[int, str] = field(default_factory=dict)  # by id, of people whose names do not come along


@dataclass(frozen=True, slots=True)
class Highlight:
    """What is looked at: people, those of a colour, the account in the middle, a part of the drawing."""

    selection: Selection | None = None
    ego: str | None = None
    box: Box | None = None
    colour: int | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether what is not lit steps back."""
        return self.selection is not None or self.colour is not None


def traces(canvas: GraphCanvas, highlight: Highlight) -> dict[int, Any]:
    """All traces but those of the people, by their places."""
    front = canvas.front
    return {
        TIES: _ties(canvas, quiet=highlight.is_quiet),
        EGO_TIES: _ego_ties(canvas, highlight.ego),
        THEIR_TIES: _their_ties(canvas, highlight),
        front + 1: _selected(canvas, highlight),
        front + 2: _ego(canvas, highlight.ego) if highlight.ego is not None else _nothing("account"),
    }


def markers(canvas: GraphCanvas, highlight: Highlight) -> dict[int, dict[str, Any]]:
    """How strong and how large the people are, by the places of their traces."""
    sizes = canvas.sizes(canvas.growth(highlight.box))
    usual = QUIET if highlight.is_quiet else canvas.opacity
    opacity: dict[int, Any] = dict.fromkeys(range(CROWD, canvas.front + 1), usual)
    if highlight.colour is not None:
        of_colour = canvas.colour[canvas.among(canvas.best)] == highlight.colour
        opacity[CROWD + highlight.colour] = canvas.opacity
        opacity[canvas.front] = np.where(of_colour, canvas.opacity, QUIET).tolist()
    if canvas.look.inside is not None:
        opacity[OUTSIDE] = QUIET
    return {place: {"opacity": strength, **sizes} for place, strength in opacity.items() if place <= canvas.front}


def ties_in_view(canvas: GraphCanvas, highlight: Highlight) -> list[dict[str, Any]]:
    """The ties in view as one shape of many lines, where a picture stands for all and these are few enough."""
    if highlight.box is None or canvas.drawing.as_lines:
        return []
    ties = canvas.ties_among(canvas.drawing.ties_in(*highlight.box))
    if not len(ties):
        return []
    line = {"color": canvas.palette.tie, "width": 0.8}
    shape = {"type": "path", "path": _path(canvas, ties), "layer": "below", "line": line}
    return [{**shape, "opacity": QUIET_IMAGE if highlight.is_quiet else 1.0}]


def image_opacity(highlight: Highlight, *, lines: bool) -> float:
    """How strong the picture of the ties is: it steps back behind people, and behind lines."""
    return QUIET_IMAGE if highlight.is_quiet or lines else 1.0


# ---- lines


def _ties(canvas: GraphCanvas, *, quiet: bool) -> Trace:
    if not canvas.drawing.as_lines:
        return _nothing("ties")
    opacity = QUIET_IMAGE if quiet else 1.0
    return _lines(canvas, canvas.ties_among(canvas.drawing.ties), "ties", canvas.palette.tie, opacity=opacity)


def _their_ties(canvas: GraphCanvas, highlight: Highlight) -> Trace:
    """Of the person who is looked at, or among those of a colour."""
    drawing, selection = canvas.drawing, highlight.selection
    if selection is not None and selection.person is not None:
        others = drawing.neighbours(selection.person)
        ties = np.column_stack([np.full_like(others, selection.person), others])
        opacity = min(1.0, max((FEW_LINES / max(len(ties), 1)) ** 0.5, _FAINTEST))
        return _lines(canvas, ties, "their ties", canvas.palette.lit, opacity=opacity)
    if highlight.colour is None or not drawing.as_lines:
        return _nothing("their ties")
    among = canvas.ties_among(drawing.ties)
    among = among[(canvas.colour[among] == highlight.colour).all(axis=1)]
    return _lines(canvas, among, "their ties", canvas.palette.tie, opacity=1.0)


def _ego_ties(canvas: GraphCanvas, ego: str | None) -> Trace:
    """From the middle to everybody; of a crowd they would be a blot."""
    n = len(canvas.drawing.person)
    if ego is None or n > LINES:
        return _nothing("ties of the account")
    ends = np.stack([canvas.drawing.x, canvas.drawing.y], axis=1)
    return _segments(np.zeros_like(ends), ends, "ties of the account", canvas.palette.tie, width=0.5)


def _lines(canvas: GraphCanvas, ties: NDArray[Any], name: str, colour: str, *, opacity: float) -> Trace:
    places = np.stack([canvas.drawing.x, canvas.drawing.y], axis=1)
    return _segments(places[ties[:, 0]], places[ties[:, 1]], name, colour, opacity=opacity)


def _segments(
    start: NDArray[Any], end: NDArray[Any], name: str, colour: str, *, width: float = 0.8, opacity: float = 1.0
) -> Trace:
    """One trace with a gap after each line. As SVG: so few lines are quicker than in WebGL without a graphics card."""
    ends = np.full((len(start), 3, 2), np.nan, dtype=np.float32)
    ends[:, 0], ends[:, 1] = start, end
    x, y = ends.reshape(-1, 2).T
    return {
        "type": "scatter",
        "x": np.ascontiguousarray(x),
        "y": np.ascontiguousarray(y),
        "mode": "lines",
        "line": {"color": colour, "width": width, "simplify": False},
        "opacity": opacity,
        "hoverinfo": "skip",
        "name": name,
    }


def _path(canvas: GraphCanvas, ties: NDArray[Any]) -> str:
    x, y = canvas.drawing.x[ties].tolist(), canvas.drawing.y[ties].tolist()
    ends = zip(x, y, strict=True)
    return "".join(f"M{from_x},{from_y}L{to_x},{to_y}" for (from_x, to_x), (from_y, to_y) in ends)


def _nothing(name: str) -> Trace:
    return {"type": "scatter", "name": name, "visible": False}


# ---- people in front


def _selected(canvas: GraphCanvas, highlight: Highlight) -> Trace:
    """Those who are looked at, the first of them with a ring."""
    if highlight.selection is None:
        return _nothing("chosen")
    drawing, selection = canvas.drawing, highlight.selection
    numbers = lit(canvas, selection)
    people = drawing.person[numbers].tolist()
    first = np.arange(len(people)) < (selection.person is not None)
    ring = 0.8 if len(people) < FEW_LINES else 0.0
    texts = _texts(canvas, selection, people)
    return {
        "type": "scattergl",
        "x": drawing.x[numbers],
        "y": drawing.y[numbers],
        "mode": "markers",
        "name": "chosen",
        "hovertext": [texts.get(person, "Click to see who this is") for person in people],
        "customdata": people,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": 2 * canvas.radii(numbers) + np.where(first, 5, 2).astype(np.float32),
            "sizeref": 1 / canvas.growth(highlight.box),
            **canvas.coloured(numbers),
            "opacity": 1.0,
            "line": {"color": canvas.palette.highlight, "width": np.where(first, 3.0, ring).astype(np.float32)},
        },
    }


def lit(canvas: GraphCanvas, selection: Selection) -> NDArray[np.int64]:
    """The numbers of those who are lit: the person first, then the others by their ties."""
    others = np.setdiff1d(selection.people, [] if selection.person is None else [selection.person])
    others = others[np.argsort(-canvas.drawing.degree[others], kind="stable")].astype(np.int64)
    return (others if selection.person is None else np.concatenate([[selection.person], others]))[:MOST_LIT]


def _texts(canvas: GraphCanvas, selection: Selection, people: list[int]) -> dict[int, str]:
    """By id what is said of these people, as far as it is known here."""
    details = canvas.details[canvas.details["person"].isin(people)]
    told = person_texts(details, directed=canvas.directed)
    known = {person: f"<b>{short_text(name)}</b>" for person, name in selection.names.items()}
    return known | dict(zip(details["person"].tolist(), told, strict=True))


def _ego(canvas: GraphCanvas, name: str) -> Trace:
    return {
        "type": "scattergl",
        "x": [0.0],
        "y": [0.0],
        "mode": "markers",
        "name": "account",
        "marker": {
            "size": 18,
            "color": canvas.palette.highlight,
            "symbol": "diamond",
            "line": {"color": canvas.palette.surface, "width": 2},
        },
        "hovertext": [literal(name)],
        "hovertemplate": "<b>%{hovertext}</b><br>the account itself, with a tie to everybody here<extra></extra>",
    }
