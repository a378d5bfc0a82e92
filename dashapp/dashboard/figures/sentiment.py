"""How posts read over time: shares of positive, neutral and negative."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .activity import days_text, period_of
from .style import PALETTES, figure

LABELS = {"positive": "Positive", "neutral": "Neutral", "negative": "Negative"}


def sentiment(units: pd.DataFrame, *, unit: str, theme: str) -> go.Figure:
    """Stacked shares a unit, negative at the bottom; units without an assessed post stay empty."""
    palette = PALETTES[theme]
    sums = by_label(units)
    return figure(
        theme,
        [_bars(sums, label, unit, getattr(palette, label)) for label in reversed(LABELS)],
        height=300,
        barmode="stack",
        bargap=0.12,
        legend={"traceorder": "reversed"},
        xaxis={"type": "date", "fixedrange": True},
        yaxis={
            "tickformat": ".0%",
            "range": [0, 1],
            "title": {"text": f"Share of a {unit}'s posts"},
            "fixedrange": True,
        },
    )


def _bars(sums: pd.DataFrame, label: str, unit: str, colour: str) -> go.Bar:
    return go.Bar(
        x=days_text(sums["start"]),
        y=(sums[label] / sums["assessed"]).to_numpy(),
        customdata=sums[[label, "assessed"]].to_numpy(dtype="float64"),
        name=LABELS[label],
        marker={"color": colour, "line": {"width": 0}},
        hovertemplate=f"%{{y:.0%}} {label}: %{{customdata[0]:,}} of %{{customdata[1]:,}}<br>%{{x}}<extra></extra>",
        **period_of(unit),
    )


def by_label(units: pd.DataFrame) -> pd.DataFrame:
    """One row a unit with assessed posts: `start`, counts by label, `assessed`."""
    sums = units.groupby("start")[list(LABELS)].sum().reset_index()
    sums = sums.assign(assessed=sums[list(LABELS)].sum(axis=1))
    return sums[sums["assessed"] > 0]
