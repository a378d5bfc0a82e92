"""How the numbers of followers and friends changed from snapshot to snapshot."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .activity import days_text
from .style import PALETTES, figure

FEW = 4  # people between the least and the most: plotly would mark halves
SERIES = {"followers": "Followers", "friends": "Friends"}


def growth(snapshots: pd.DataFrame, *, theme: str) -> go.Figure:
    """One panel a series, each on its own scale: their sizes differ, and changes are what is looked for."""
    palette = PALETTES[theme]
    colours = {"followers": palette.post, "friends": palette.answered}
    names = [name for name in SERIES if snapshots[name].notna().sum() > 1]
    spans = snapshots[names].max() - snapshots[names].min()
    axes = {
        f"yaxis{number or ''}": _axis(name, n, len(names), few=bool(spans[name] < FEW))
        for n, name, number in _numbered(names)
    }
    return figure(
        theme,
        [
            _line(snapshots.dropna(subset=name), name, f"y{number or ''}", colours[name])
            for _, name, number in _numbered(names)
        ],
        height=growth_height(len(names)),
        xaxis={"type": "date", "fixedrange": True, "anchor": f"y{len(names) if len(names) > 1 else ''}"},
        **axes,
    )


def growth_height(n: int) -> int:
    """Pixels that so many panels need."""
    return 60 + 150 * n


def _numbered(names: list[str]) -> list[tuple[int, str, int]]:
    """Panels with the number of their axis: the first one's is not written."""
    return [(n, name, n + 1 if n else 0) for n, name in enumerate(names)]


def _line(rows: pd.DataFrame, name: str, axis: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=days_text(rows["day"]),
        y=rows[name].to_numpy(),
        name=SERIES[name],
        yaxis=axis,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        hovertemplate=f"%{{y:,}} {SERIES[name].lower()}<br>%{{x|%-d %b %Y}}<extra></extra>",
        showlegend=False,
    )


def _axis(name: str, number: int, of: int, *, few: bool) -> dict[str, object]:
    top = 1 - number / of
    return {
        "domain": [top - 1 / of + (0.06 if number < of - 1 else 0), top],
        "title": {"text": SERIES[name]},
        "tickformat": ",d",
        "fixedrange": True,
        "anchor": "x",
        **({"dtick": 1} if few else {}),
    }
