"""The names of people in a graph: on their points, as many as can be read in the part that is in view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .graph import LETTERS, Box, GraphCanvas, short_text, without_host
from .graph_highlight import Highlight, lit
from .labels import WAYS, label_budget, label_ways, offsets

_TRIED = 2  # times as many names as have room are tried
_LONGEST = 24
_AROUND = 2.0  # pixels between a point and its name
_ANCHORS = {0: "center", 1: "left", -1: "right"}, {0: "middle", 1: "bottom", -1: "top"}


def to_name(canvas: GraphCanvas, highlight: Highlight) -> NDArray[np.int64]:
    """The numbers of those in view whose names are wanted, the best connected first."""
    numbers = _looked_at(canvas, highlight)
    points = canvas.pixels(numbers, highlight.box)
    numbers = numbers[((points >= 0) & (points <= canvas.room)).all(axis=1)]
    return numbers[: _TRIED * _budget(canvas)]


def names(
    canvas: GraphCanvas, highlight: Highlight, numbers: NDArray[np.int64], labels: Mapping[int, str]
) -> list[dict[str, Any]]:
    """The names that have room, each beside its point; `labels` are by id."""
    box, chosen = highlight.box, highlight.selection and highlight.selection.person
    called = (labels.get(person, "") for person in canvas.drawing.person[numbers].tolist())
    texts = [short_text(without_host(label), longest=_LONGEST) for label in called]
    points, radii = canvas.pixels(numbers, box), canvas.radii(numbers) * canvas.growth(box) + _AROUND
    found = label_ways(points, radii, texts, room=canvas.room, size=LETTERS, most=_budget(canvas))
    xs, ys, away = canvas.drawing.x[numbers].tolist(), canvas.drawing.y[numbers].tolist(), offsets(radii)
    return [
        {
            "x": xs[at],
            "y": ys[at],
            "text": f"<b>{texts[at]}</b>" if numbers[at] == chosen else texts[at],
            **_beside(WAYS[way], away[at, way]),
            **_font(canvas),
        }
        for at, way in found.items()
    ]


def _budget(canvas: GraphCanvas) -> int:
    return label_budget(len(canvas.drawing.person), canvas.room)


def _looked_at(canvas: GraphCanvas, highlight: Highlight) -> NDArray[np.int64]:
    """Those who are lit, else all whom the filter lets through, by their ties."""
    if highlight.selection is not None:
        return lit(canvas, highlight.selection)
    everybody = _in_box(canvas, highlight.box)
    if highlight.colour is not None:
        everybody = everybody[canvas.colour[everybody] == highlight.colour]
    best = everybody[everybody >= canvas.best[0]][::-1]  # they come last, the best of them at the end
    others = everybody[: len(everybody) - len(best)]
    if len(best) >= _TRIED * _budget(canvas):
        return best
    return np.concatenate([best, others[np.argsort(canvas.drawing.degree[others], kind="stable")[::-1]]])


def _in_box(canvas: GraphCanvas, box: Box | None) -> NDArray[np.int64]:
    """Whom the filter lets through, of those in view."""
    drawing = canvas.drawing
    if box is None:
        return canvas.among(np.arange(len(drawing.person)))
    (left, right), (bottom, top) = box
    inside = (drawing.x >= left) & (drawing.x <= right) & (drawing.y >= bottom) & (drawing.y <= top)
    return canvas.among(np.flatnonzero(inside))


def _beside(way: NDArray[np.float64], away: NDArray[np.float64]) -> dict[str, Any]:
    (across, along), (right, up) = way.tolist(), away.round(1).tolist()
    return {"xanchor": _ANCHORS[0][across], "yanchor": _ANCHORS[1][along], "xshift": right, "yshift": up}


def _font(canvas: GraphCanvas) -> dict[str, Any]:
    """Letters that stand out from what lies under them."""
    surface = canvas.palette.surface
    shadow = ", ".join([f"0 0 2px {surface}"] * 3)
    return {
        "showarrow": False,
        "borderpad": 0,
        "font": {"size": LETTERS, "color": canvas.palette.text, "shadow": shadow},
    }
