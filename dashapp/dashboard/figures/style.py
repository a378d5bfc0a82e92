"""What all figures share: the colours of both themes, their templates, and how a stranger's text enters a figure."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

#: what plotly.js draws, as plain dictionaries: plotly's own classes look at every value, which costs more than all the
#: rest of a page; the tests have them look (tests/dashboard/dash_client.py)
Figure: TypeAlias = dict[str, Any]
Trace: TypeAlias = dict[str, Any]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_TYPED = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"}  # numbers of which plotly.js takes the bytes
LONGEST = 60  # characters of a stranger's name in a figure
#: marks that turn the direction of text or take no room: they could make one name look like another
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a theme. `communities` stay apart (Delta E over 20) for red-, green- and blue-blind eyes too, and are
    those of base.css.

    `few_to_many` are classes of a count in their order, each further from the surface than the one before.
    """

    text: str
    muted: str
    grid: str
    surface: str
    sunken: str
    post: str
    reply: str
    repost: str
    answered: str
    positive: str
    neutral: str
    negative: str
    tie: str
    lit: str
    other: str
    highlight: str
    heat: tuple[str, ...]
    communities: tuple[str, ...]
    few_to_many: tuple[str, ...]


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        text="#1a2326",
        muted="#586469",
        grid="#e9e7e1",
        surface="#ffffff",
        sunken="#f2f1ed",
        post="#0b6472",
        reply="#63aab5",
        repost="#c6cfcf",
        answered="#c77700",
        positive="#1b7556",
        neutral="#bfc6c9",
        negative="#b0452a",
        tie="rgba(88,100,105,0.22)",
        lit="rgba(26,35,38,0.45)",
        other="#8a9194",
        highlight="#1a2326",
        heat=("#f2f1ed", "#c3dfe1", "#7fbac3", "#348896", "#0b4f5b"),
        communities=("#4c62dc", "#d47701", "#66984f", "#ab4789", "#1a9abf", "#993002", "#512692", "#732630"),
        few_to_many=("#d97708", "#d0522f", "#b23064", "#8a2282", "#5a1a86", "#1d0f4a"),
    ),
    "dark": Palette(
        text="#e7ecec",
        muted="#9dabaf",
        grid="#2b373b",
        surface="#171f22",
        sunken="#1d272a",
        post="#63c3d0",
        reply="#39808b",
        repost="#47565b",
        answered="#f0b556",
        positive="#5cc79b",
        neutral="#66737a",
        negative="#ee8a6b",
        tie="rgba(157,171,175,0.20)",
        lit="rgba(231,236,236,0.40)",
        other="#616e73",
        highlight="#ffffff",
        heat=("#1d272a", "#1f4850", "#2f7783", "#55acb9", "#a5e6ee"),
        communities=("#b1aef3", "#e15f1c", "#71f3d1", "#c94e9a", "#fae23a", "#a072f4", "#b1f38d", "#57875b"),
        few_to_many=("#8a55dd", "#c352a8", "#e9646b", "#f58a4a", "#f9b84f", "#faf3a0"),
    ),
}


def figure(theme: str, traces: Sequence[Trace], **layout: Any) -> Figure:
    """A figure in a theme, transparent, with room for its axes only; without a height it fills its box."""
    return {"data": [packed(trace) for trace in traces], "layout": {"template": TEMPLATES[theme], **layout}}


def as_json(drawn: Any, default: Callable[[Any], Any] | None = None) -> orjson.Fragment:
    """A figure, or what holds some, as it is sent: Dash would look at each of its names and numbers first."""
    return orjson.Fragment(orjson.dumps(drawn, default, orjson.OPT_SERIALIZE_NUMPY))


def packed(trace: Trace) -> Trace:
    """A trace with its arrays as plotly.js takes them: as bytes, a third of the text that their numbers would be."""
    return {name: _packed(value) for name, value in trace.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, dict):
        return packed(value)
    if isinstance(value, pd.Series | pd.Index):
        value = value.to_numpy()
    if not isinstance(value, np.ndarray):
        return value
    numbers = _narrow(value) if value.dtype.kind in "iu" and value.size else value
    if numbers.dtype.str[1:] not in _TYPED or not numbers.size:
        return value.tolist()
    bytes_of = {"dtype": numbers.dtype.str[1:], "bdata": base64.b64encode(np.ascontiguousarray(numbers)).decode()}
    return bytes_of if numbers.ndim == 1 else {**bytes_of, "shape": ", ".join(map(str, numbers.shape))}


def _narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """The same whole numbers in as few bytes as hold them."""
    least, most = int(numbers.min()), int(numbers.max())
    return numbers.astype(np.min_scalar_type(most if least >= 0 else min(least, -most - 1)))


def _template(palette: Palette) -> dict[str, Any]:
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zerolinecolor": palette.grid,
        "tickfont": {"color": palette.muted, "size": 12},
        "title": {"font": {"color": palette.muted, "size": 12}, "standoff": 8},
        "automargin": True,
    }
    label = {"bgcolor": palette.surface, "bordercolor": palette.grid, "font": {"color": palette.text, "family": FONT}}
    layout = {
        "font": {"family": FONT, "color": palette.text, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": axis,
        "yaxis": axis,
        "hoverlabel": {**label, "align": "left"},
        "hovermode": "closest",
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": palette.muted, "size": 12},
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.muted, "activecolor": palette.text},
        "dragmode": False,
    }
    return {"layout": layout}


TEMPLATES: Mapping[str, Mapping[str, Any]] = {name: _template(palette) for name, palette in PALETTES.items()}


def faded(colour: str) -> str:
    """`#rrggbb` as weak as what leads from one mark to the next."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"rgba({red},{green},{blue},0.4)"


def literal(text: str, *, longest: int = LONGEST) -> str:
    """A stranger's text for a figure: cut, without invisible marks, and no markup: plotly would draw their links."""
    is_plain = text.isprintable() and (text.isascii() or not _SELECTORS.search(text))  # as most, of thousands
    seen = (text if is_plain else seen_of(text)).strip()
    cut = seen if len(seen) <= longest else seen[: longest - 1].rstrip() + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def seen_of(text: str) -> str:
    """What is seen of a text: without marks that take no room, and a space for each that has no form."""
    seen = _INVISIBLE.sub("", text)
    return "".join(" " if unicodedata.category(mark).startswith("C") else mark for mark in seen)


def account_colour(theme: str, place: int) -> str:
    """The colour of an account by its place among the user's, wherever it is drawn; the ninth has that of the first."""
    colours = PALETTES[theme].communities
    return colours[place % len(colours)]


def community_colour(theme: str, rank: int) -> str:
    """The colour of a community by its rank; those behind the eighth share the grey."""
    palette = PALETTES[theme]
    return palette.communities[rank] if rank < len(palette.communities) else palette.other
