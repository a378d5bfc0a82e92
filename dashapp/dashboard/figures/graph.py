"""How people hang together: nodes where the analysis laid them out, ties as lines or as a picture under them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from .labels import apart
from .style import PALETTES, Palette, figure, literal

HEIGHT = 620  # pixels where there is room: by these labels are kept apart
FEW_LINES = 150  # more of them from one point are a blot
NAMED = 8  # communities with a colour of their own
MOST_NAMES = 40  # names beside chosen people, as far as they have room
LETTERS = 12  # pixels
_ROOM = 1.08
_ASIDE = 0.3


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of all ties, to lie under the nodes: `source` is a data URI, the rest its extent."""

    source: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is looked at: one person and who has a tie with them, or the people that a search found."""

    person: int | None = None
    people: Collection[int] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all parts of the figure share: nodes with the `rank` of their community, ties, colours, pixels a unit."""

    nodes: pd.DataFrame
    ties: pd.DataFrame
    palette: Palette
    scale: float
    directed: bool

    @property
    def places(self) -> pd.DataFrame:
        """Where people stand, by person."""
        return self.nodes.set_index("person")[["x", "y"]]


def graph(
    nodes: pd.DataFrame,
    ties: pd.DataFrame,
    *,
    communities: pd.DataFrame,
    theme: str,
    directed: bool = True,
    ego: str | None = None,
    chosen: Chosen | None = None,
    picture: Picture | None = None,
) -> go.Figure:
    """The drawing of a list's graph; `ego` names the account when it is to stand in the middle."""
    palette = PALETTES[theme]
    across, along = _axis(nodes["x"]), _axis(nodes["y"])
    scale = HEIGHT / (along["range"][1] - along["range"][0])
    drawing = Drawing(_ranked(nodes, communities), ties, palette, scale, directed)
    traces = [*_under(drawing, ego=ego, chosen=chosen, picture=picture), *_over(drawing, ego=ego, chosen=chosen)]
    return figure(
        theme,
        traces,
        xaxis=across,
        yaxis={**along, "scaleanchor": "x"},
        dragmode="pan",
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        uirevision="keep the view while people are looked at",
        annotations=[] if chosen else _community_names(drawing, communities),
        images=[_image(picture, quiet=chosen is not None)] if picture else [],
    )


def community_ranks(communities: pd.DataFrame) -> dict[int, int]:
    """Communities by their number of people, the largest is 0."""
    ordered = communities.sort_values(["people", "community"], ascending=[False, True])["community"]
    return {int(community): rank for rank, community in enumerate(ordered)}


def neighbours_in(ties: pd.DataFrame, person: int) -> set[int]:
    """Who has a tie with that person, among the ties of the drawing."""
    to, of = ties.loc[ties["source"] == person, "target"], ties.loc[ties["target"] == person, "source"]
    return {*to.tolist(), *of.tolist()}


def _ranked(nodes: pd.DataFrame, communities: pd.DataFrame) -> pd.DataFrame:
    """Nodes with the number of their colour; `NAMED` stands for all smaller communities, and for none."""
    ranks = nodes["community"].map(community_ranks(communities)).astype("float64").fillna(NAMED)
    return nodes.assign(rank=ranks.clip(upper=NAMED).to_numpy(), size=_sizes(nodes)).reset_index(drop=True)


def _sizes(nodes: pd.DataFrame) -> NDArray[np.float32]:
    """Area by degree; in a crowd all are smaller."""
    degree = np.sqrt(nodes["degree"].to_numpy(dtype=np.float32))
    largest = 24 if len(nodes) < 300 else 18
    return np.float32(4) + np.float32(largest) * degree / max(float(degree.max(initial=0)), 1.0)


def short_name(names: str) -> str:
    """The first of a community's names; of an address with a host, what stands before it."""
    first = names.split(", ")[0]
    return first[: first.find("@", 1)] if "@" in first[1:] else first


def _axis(values: pd.Series) -> dict[str, Any]:
    """Room for nearly all; the few who lie far off are found by zooming out."""
    low, high = values.quantile([0.01, 0.99])
    aside = _ASIDE * max(high - low, 0.1)
    start, stop = max(low - aside, values.min()), min(high + aside, values.max())
    half = max((stop - start) / 2, 0.1) * _ROOM
    middle = (start + stop) / 2
    return {"visible": False, "range": [float(middle - half), float(middle + half)], "automargin": False}


# ---- under the people: their ties


def _under(drawing: Drawing, *, ego: str | None, chosen: Chosen | None, picture: Picture | None) -> list[go.Scattergl]:
    traces = []
    if picture is None:
        opacity = 0.35 if chosen else 1.0
        traces.append(_lines(drawing, drawing.ties, "ties", drawing.palette.tie, opacity=opacity))
    if ego is not None:
        traces.append(_ego_lines(drawing))
    if chosen is not None and chosen.person is not None:
        ties = drawing.ties
        theirs = ties[(ties["source"] == chosen.person) | (ties["target"] == chosen.person)]
        opacity = 1.0 if len(theirs) < FEW_LINES else 0.5
        traces.append(_lines(drawing, theirs, "their ties", drawing.palette.lit, opacity=opacity))
    return traces


def _lines(drawing: Drawing, ties: pd.DataFrame, name: str, colour: str, *, opacity: float = 1.0) -> go.Scattergl:
    places = drawing.places
    return _segments(places.loc[ties["source"]], places.loc[ties["target"]], name, colour, opacity=opacity)


def _ego_lines(drawing: Drawing) -> go.Scattergl:
    places = drawing.places
    return _segments(places * 0, places, "ties of the account", drawing.palette.tie, width=0.5)


def _segments(
    start: pd.DataFrame, end: pd.DataFrame, name: str, colour: str, *, width: float = 0.8, opacity: float = 1.0
) -> go.Scattergl:
    """One trace with a gap after each line: a trace a line would be thousands."""
    ends = np.full((len(start), 3, 2), np.nan, dtype=np.float32)
    ends[:, 0], ends[:, 1] = start.to_numpy(), end.to_numpy()
    x, y = ends.reshape(-1, 2).T
    line = {"color": colour, "width": width}
    return go.Scattergl(
        x=np.ascontiguousarray(x),
        y=np.ascontiguousarray(y),
        mode="lines",
        line=line,
        opacity=opacity,
        hoverinfo="skip",
        name=name,
    )


def _image(picture: Picture, *, quiet: bool) -> dict[str, Any]:
    return {
        "source": picture.source,
        "xref": "x",
        "yref": "y",
        "x": picture.left,
        "y": picture.top,
        "sizex": picture.right - picture.left,
        "sizey": picture.top - picture.bottom,
        "sizing": "stretch",
        "layer": "below",
        "opacity": 0.35 if quiet else 1.0,
    }


# ---- the people


def _over(drawing: Drawing, *, ego: str | None, chosen: Chosen | None) -> list[go.Scattergl]:
    traces = [_people(drawing, drawing.nodes, "people", opacity=0.16 if chosen else 0.9)]
    if chosen is not None:
        traces.append(_chosen(drawing, chosen))
    if ego is not None:
        traces.append(_ego(ego, drawing.palette))
    return traces


def _people(drawing: Drawing, nodes: pd.DataFrame, name: str, *, opacity: float, **marker: Any) -> go.Scattergl:
    return go.Scattergl(
        x=nodes["x"].to_numpy(dtype=np.float32),
        y=nodes["y"].to_numpy(dtype=np.float32),
        mode="markers",
        name=name,
        hovertext=[_person_text(*row, directed=drawing.directed) for row in _told_of(nodes)],
        customdata=nodes["person"].to_numpy(dtype=np.float64),
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "size": nodes["size"].to_numpy(dtype=np.float32),
            "color": nodes["rank"].to_numpy(dtype=np.float32),
            "colorscale": _steps(drawing.palette),
            "cmin": -0.5,
            "cmax": NAMED + 0.5,
            "opacity": opacity,
            "line": {"width": 0},
            **marker,
        },
    )


def _steps(palette: Palette) -> list[list[Any]]:
    """A scale of flat steps: numbers instead of a colour a person are a tenth of the bytes and of the time."""
    colours = (*palette.communities, palette.other)
    edges = [step / len(colours) for step in range(len(colours) + 1)]
    return [[edge, colour] for n, colour in enumerate(colours) for edge in edges[n : n + 2]]


def _told_of(nodes: pd.DataFrame) -> Any:
    columns = (nodes[name].tolist() for name in ("label", "handle", "n_followers", "n_friends"))
    return zip(*columns, strict=True)


def _person_text(label: Any, handle: Any, followers: Any, friends: Any, *, directed: bool) -> str:
    name, at = _text(label), _text(handle)
    second = f"<br>{at}" if at and at != name else ""
    here = f"Followers here: {followers:,}<br>Friends here: {friends:,}" if directed else f"Ties here: {followers:,}"
    return f"<b>{name or 'No name told'}</b>{second}<br>{here}"


def _text(value: Any, *, longest: int = 60) -> str:
    return literal(value, longest=longest) if isinstance(value, str) else ""


def _chosen(drawing: Drawing, chosen: Chosen) -> go.Scattergl:
    """Those who are looked at, in front, with the names that have room."""
    nodes = drawing.nodes
    lit = nodes[nodes["person"].isin([*chosen.people, chosen.person])]
    lit = lit.assign(first=lit["person"] == chosen.person).sort_values(["first", "degree"], ascending=False)
    names = [_text(label, longest=24) for label in lit["label"].head(MOST_NAMES)]
    names += [""] * (len(lit) - len(names))
    stands = apart(lit["x"], lit["y"], names, scale=drawing.scale, size=LETTERS)
    edge = np.where(lit["first"], 3.0, 0.8)
    trace = _people(
        drawing,
        lit,
        "chosen",
        opacity=1.0,
        size=lit["size"].to_numpy(dtype=np.float32) + np.where(lit["first"], 5, 2),
        line={"color": drawing.palette.highlight, "width": edge},
    )
    return trace.update(
        mode="markers+text",
        text=[name if stand else "" for name, stand in zip(names, stands, strict=True)],
        textposition="top center",
        textfont={"size": LETTERS, "color": drawing.palette.text},
    )


def _ego(name: str, palette: Palette) -> go.Scattergl:
    return go.Scattergl(
        x=[0.0],
        y=[0.0],
        mode="markers",
        name="account",
        marker={
            "size": 18,
            "color": palette.highlight,
            "symbol": "diamond",
            "line": {"color": palette.surface, "width": 2},
        },
        hovertext=[literal(name)],
        hovertemplate="<b>%{hovertext}</b><br>the account itself<extra></extra>",
    )


def _community_names(drawing: Drawing, communities: pd.DataFrame) -> list[dict[str, Any]]:
    """The largest communities by their best known person, where that covers no larger one's name."""
    middles = drawing.nodes.groupby("community")[["x", "y"]].median()
    largest = communities.nlargest(NAMED, "people", keep="first").set_index("community")
    named = largest.join(middles, how="inner")
    texts = [_text(short_name(name), longest=24) for name in named["name"]]
    stands = apart(named["x"], named["y"], texts, scale=drawing.scale, size=LETTERS)
    label = {
        "showarrow": False,
        "font": {"size": LETTERS, "color": drawing.palette.text},
        "bgcolor": drawing.palette.surface,
        "opacity": 0.85,
        "borderpad": 2,
    }
    places = zip(named["x"].tolist(), named["y"].tolist(), texts, stands, strict=True)
    return [{"x": x, "y": y, "text": text, **label} for x, y, text, stand in places if stand]
