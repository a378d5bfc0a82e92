"""What posts speak of: hashtags and mentions."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .style import PALETTES, figure, literal

SHOWN = 12


def words(counts: pd.DataFrame, *, name: str, mark: str, theme: str) -> go.Figure:
    """Bars of the most used; `name` is the column of the words, `mark` stands before each."""
    palette = PALETTES[theme]
    most_used = counts.head(SHOWN)
    labels = [literal(f"{mark}{word}", longest=24) for word in most_used[name]]
    places = list(range(len(most_used)))
    trace = go.Bar(
        x=most_used["posts"].to_numpy(),
        y=places,
        orientation="h",
        marker={"color": palette.reply, "line": {"width": 0}},
        text=[f"{posts:,}" for posts in most_used["posts"]],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": palette.muted, "size": 12},
        hovertext=_hover(most_used, labels),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    names = {"tickvals": places, "ticktext": labels, "ticklabelstandoff": 6, "ticks": ""}
    return figure(
        theme,
        [trace],
        height=words_height(len(most_used)),
        xaxis={"visible": False, "fixedrange": True, "range": [0, float(most_used["posts"].max()) * 1.12]},
        yaxis={"autorange": "reversed", "fixedrange": True, "showgrid": False, **names},
        bargap=0.3,
    )


def words_height(n: int) -> int:
    """Pixels that so many bars need."""
    return 24 + 26 * min(n, SHOWN)


def _hover(most_used: pd.DataFrame, labels: list[str]) -> list[str]:
    lines = [f"{label}: {posts:,} posts" for label, posts in zip(labels, most_used["posts"], strict=True)]
    if "response_rate" not in most_used:
        return lines
    rates = zip(*(most_used[name] for name in ("response_rate", "with_counts", "ci_low", "ci_high")), strict=True)
    return [line + _answered(*rate) for line, rate in zip(lines, rates, strict=True)]


def _answered(rate: float, n_known: int, low: float, high: float) -> str:
    if pd.isna(rate):
        return ""
    return f"<br>{rate:.0%} of {n_known:,} answered, likely {low:.0%} to {high:.0%}"
