"""Bars that lie, one for each name, with their numbers behind."""

from __future__ import annotations

from collections.abc import Sequence

from .style import PALETTES, Figure, figure


def named_bars(labels: Sequence[str], numbers: Sequence[int], hover: Sequence[str], *, theme: str) -> Figure:
    """The first stands at the top; whoever calls it has made names of strangers literal."""
    palette = PALETTES[theme]
    places = list(range(len(labels)))
    trace = {
        "type": "bar",
        "x": list(numbers),
        "y": places,
        "orientation": "h",
        "marker": {"color": palette.reply, "line": {"width": 0}},
        "text": [f"{number:,}" for number in numbers],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": palette.muted, "size": 12},
        "hovertext": list(hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    names = {"tickvals": places, "ticktext": list(labels), "ticklabelstandoff": 6, "ticks": ""}
    return figure(
        theme,
        [trace],
        height=bars_height(len(labels)),
        xaxis={"visible": False, "fixedrange": True, "range": [0, float(max(numbers, default=0)) * 1.12]},
        yaxis={"autorange": "reversed", "fixedrange": True, "showgrid": False, **names},
        bargap=0.3,
    )


def bars_height(n: int) -> int:
    """Pixels that so many bars need."""
    return 24 + 26 * n
