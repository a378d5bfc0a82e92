"""How posts read over time: shares of positive, neutral and negative."""

from __future__ import annotations

import pandas as pd

from .axes import days_text, period_of, shares_axis, time_axis
from .certainty import hover, strength
from .style import PALETTES, Figure, Trace, figure

LABELS = {"positive": "Positive", "neutral": "Neutral", "negative": "Negative"}


def sentiment(shares: pd.DataFrame, *, unit: str, theme: str) -> Figure:
    """Stacked shares a unit (`shares.tone_shares`), negative at the bottom; units without assessed posts stay empty."""
    palette = PALETTES[theme]
    return figure(
        theme,
        [_bars(shares[shares["label"] == label], label, unit, getattr(palette, label)) for label in reversed(LABELS)],
        height=300,
        barmode="stack",
        bargap=0.12,
        legend={"traceorder": "reversed"},
        xaxis={**time_axis(shares["start"], unit), "fixedrange": True},
        yaxis=shares_axis(f"Share of a {unit}'s posts"),
    )


def _bars(shares: pd.DataFrame, label: str, unit: str, colour: str) -> Trace:
    assessed = shares[shares["assessed"] > 0]
    return {
        "type": "bar",
        "x": days_text(assessed["start"]),
        "y": assessed["share"],
        "customdata": assessed[["posts", "assessed"]].to_numpy(dtype="float64"),
        "name": LABELS[label],
        "hovertext": hover(assessed),
        "marker": {"color": colour, "opacity": strength(assessed["few"]), "line": {"width": 0}},
        "hovertemplate": f"%{{y:.0%}} {label}: %{{customdata[0]:,}} of "
        "%{customdata[1]:,}%{hovertext}<br>%{x}<extra></extra>",
        **period_of(unit),
    }
