"""What changes in a graph while people are looked at: who is lit, with which lines and names, and what is quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from analytics.graph_drawing import LINES

from .graph import (
    CROWD,
    EGO_TIES,
    LETTERS,
    NAMED,
    QUIET,
    QUIET_PICTURE,
    THEIR_TIES,
    TIES,
    Box,
    Drawing,
    community_names,
    person_texts,
    short_text,
    steps,
)
from .labels import apart
from .style import literal

FEW_LINES = 150  # more of them from one point are a blot unless they are fainter
MOST_LIT = 1_500  # people in front, the best connected of those who are looked at; lines lead to all
MOST_NAMES = 40  # names beside chosen people, as far as they have room
_FAINTEST = 0.15  # opacity of the most lines from one point


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is looked at, by numbers in the drawing: one person and who has a tie with them, or those a search found."""

    person: int | None = None
    people: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    names: Mapping[int, str] = field(default_factory=dict)  # by id, of people whose names do not come along


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: people, the account in the middle, a part of the drawing."""

    chosen: Chosen | None = None
    ego: str | None = None
    box: Box | None = None


def traces(drawing: Drawing, look: Look) -> dict[int, Any]:
    """All traces but those of the people, by their places."""
    front = drawing.front
    return {
        TIES: _ties(drawing, quiet=look.chosen is not None),
        EGO_TIES: _ego_ties(drawing, look.ego),
        THEIR_TIES: _their_ties(drawing, look.chosen),
        front + 1: _chosen(drawing, look.chosen, drawing.growth(look.box)) if look.chosen else _nothing("chosen"),
        front + 2: _ego(drawing, look.ego) if look.ego is not None else _nothing("account"),
    }


def markers(drawing: Drawing, look: Look) -> dict[int, dict[str, float]]:
    """How strong and how large the people are, by the places of their traces."""
    marker = {"opacity": QUIET if look.chosen else drawing.opacity, **drawing.sizes(drawing.growth(look.box))}
    return dict.fromkeys(range(CROWD, drawing.front + 1), marker)


def names(drawing: Drawing, look: Look, communities: pd.DataFrame) -> list[dict[str, Any]]:
    """Of communities, while nobody is looked at."""
    return [] if look.chosen else community_names(drawing, communities)


def near(drawing: Drawing, look: Look) -> list[dict[str, Any]]:
    """The ties in view as one shape of many lines, where a picture stands for all and these are few enough."""
    if look.box is None or drawing.drawn.as_lines:
        return []
    ties = drawing.drawn.ties_in(*look.box)
    if not len(ties):
        return []
    line = {"color": drawing.palette.tie, "width": 0.8}
    return [
        {"type": "path", "path": _path(drawing, ties), "layer": "below", "line": line, "opacity": _ties_opacity(look)}
    ]


def picture_opacity(look: Look, *, lines: bool) -> float:
    """How strong the picture of the ties is: it steps back behind people, and behind lines."""
    return QUIET_PICTURE if look.chosen or lines else 1.0


def _ties_opacity(look: Look) -> float:
    return QUIET_PICTURE if look.chosen else 1.0


# ---- lines


def _ties(drawing: Drawing, *, quiet: bool) -> go.Scatter:
    if not drawing.drawn.as_lines:
        return _nothing("ties")
    opacity = QUIET_PICTURE if quiet else 1.0
    return _lines(drawing, drawing.drawn.ties, "ties", drawing.palette.tie, opacity=opacity)


def _their_ties(drawing: Drawing, chosen: Chosen | None) -> go.Scatter:
    if chosen is None or chosen.person is None:
        return _nothing("their ties")
    others = drawing.drawn.neighbours(chosen.person)
    ties = np.column_stack([np.full_like(others, chosen.person), others])
    opacity = min(1.0, max((FEW_LINES / max(len(ties), 1)) ** 0.5, _FAINTEST))
    return _lines(drawing, ties, "their ties", drawing.palette.lit, opacity=opacity)


def _ego_ties(drawing: Drawing, ego: str | None) -> go.Scatter:
    """From the middle to everybody; of a crowd they would be a blot."""
    n = len(drawing.drawn.person)
    if ego is None or n > LINES:
        return _nothing("ties of the account")
    ends = np.stack([drawing.drawn.x, drawing.drawn.y], axis=1)
    return _segments(np.zeros_like(ends), ends, "ties of the account", drawing.palette.tie, width=0.5)


def _lines(drawing: Drawing, ties: NDArray[Any], name: str, colour: str, *, opacity: float) -> go.Scatter:
    places = np.stack([drawing.drawn.x, drawing.drawn.y], axis=1)
    return _segments(places[ties[:, 0]], places[ties[:, 1]], name, colour, opacity=opacity)


def _segments(
    start: NDArray[Any], end: NDArray[Any], name: str, colour: str, *, width: float = 0.8, opacity: float = 1.0
) -> go.Scatter:
    """One trace with a gap after each line. As SVG: so few lines are quicker than in WebGL without a graphics card."""
    ends = np.full((len(start), 3, 2), np.nan, dtype=np.float32)
    ends[:, 0], ends[:, 1] = start, end
    x, y = ends.reshape(-1, 2).T
    return go.Scatter(
        x=np.ascontiguousarray(x),
        y=np.ascontiguousarray(y),
        mode="lines",
        line={"color": colour, "width": width, "simplify": False},
        opacity=opacity,
        hoverinfo="skip",
        name=name,
    )


def _path(drawing: Drawing, ties: NDArray[Any]) -> str:
    x, y = drawing.drawn.x[ties].tolist(), drawing.drawn.y[ties].tolist()
    ends = zip(x, y, strict=True)
    return "".join(f"M{from_x},{from_y}L{to_x},{to_y}" for (from_x, to_x), (from_y, to_y) in ends)


def _nothing(name: str) -> go.Scatter:
    return go.Scatter(name=name, visible=False)


# ---- people in front


def _chosen(drawing: Drawing, chosen: Chosen, growth: float) -> go.Scattergl:
    """Those who are looked at, the first of them with a ring, with the names that have room."""
    drawn = drawing.drawn
    lit = _lit(drawing, chosen)
    first = lit == chosen.person if chosen.person is not None else np.zeros(len(lit), dtype=bool)
    ring = 0.8 if len(lit) < FEW_LINES else 0.0
    texts = _texts(drawing, chosen)
    people = drawn.person[lit].tolist()
    return go.Scattergl(
        x=drawn.x[lit],
        y=drawn.y[lit],
        mode="markers+text",
        name="chosen",
        text=_names(drawing, lit, [texts.get(person, ("", ""))[0] for person in people]),
        textposition="top center",
        textfont={"size": LETTERS, "color": drawing.palette.text},
        hovertext=[texts.get(person, ("", "Click to see who this is"))[1] for person in people],
        customdata=people,
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "size": 2 * drawing.radii(lit) + np.where(first, 5, 2).astype(np.float32),
            "sizeref": 1 / growth,
            "color": drawn.colour[lit],
            "colorscale": steps(drawing.palette),
            "cmin": -0.5,
            "cmax": NAMED + 0.5,
            "opacity": 1.0,
            "line": {"color": drawing.palette.highlight, "width": np.where(first, 3.0, ring).astype(np.float32)},
        },
    )


def _lit(drawing: Drawing, chosen: Chosen) -> NDArray[np.int64]:
    """The numbers of those who are lit: the person first, then the others by their ties."""
    others = np.setdiff1d(chosen.people, [] if chosen.person is None else [chosen.person])
    others = others[np.argsort(-drawing.drawn.degree[others], kind="stable")].astype(np.int64)
    return (others if chosen.person is None else np.concatenate([[chosen.person], others]))[:MOST_LIT]


def _texts(drawing: Drawing, chosen: Chosen) -> dict[int, tuple[str, str]]:
    """By id the name and what is said of a person, as far as it is known here."""
    told, short = drawing.told, partial(short_text, longest=24)
    known = {person: (short(name), f"<b>{short_text(name)}</b>") for person, name in chosen.names.items()}
    texts = zip(map(short, told["label"]), person_texts(told, directed=drawing.directed), strict=True)
    return known | dict(zip(told["person"].tolist(), texts, strict=True))


def _names(drawing: Drawing, lit: NDArray[np.int64], texts: list[str]) -> list[str]:
    """The first names, where they cover none before them."""
    first, named = texts[:MOST_NAMES], lit[:MOST_NAMES]
    stands = apart(drawing.drawn.x[named], drawing.drawn.y[named], first, scale=drawing.scale, size=LETTERS)
    shown = [text if stand else "" for text, stand in zip(first, stands, strict=True)]
    return shown + [""] * (len(texts) - len(shown))


def _ego(drawing: Drawing, name: str) -> go.Scattergl:
    return go.Scattergl(
        x=[0.0],
        y=[0.0],
        mode="markers",
        name="account",
        marker={
            "size": 18,
            "color": drawing.palette.highlight,
            "symbol": "diamond",
            "line": {"color": drawing.palette.surface, "width": 2},
        },
        hovertext=[literal(name)],
        hovertemplate="<b>%{hovertext}</b><br>the account itself, with a tie to everybody here<extra></extra>",
    )
