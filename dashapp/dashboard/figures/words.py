"""What posts speak of: hashtags and mentions."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .style import PALETTES, figure, literal

SHOWN = 12


def words(counts: pd.DataFrame, *, name: str, mark: str, theme: str) -> go.Figure:
    """Bars of the most used; `name` is the column of the words, `mark` stands before each."""
    palette = PALETTES[theme]
    shown = counts.head(SHOWN)
    labels = [literal(f"{mark}{word}", longest=24) for word in shown[name]]
    places = list(range(len(shown)))
    trace = go.Bar(
        x=shown["posts"].to_numpy(),
        y=places,
        orientation="h",
        marker={"color": palette.reply, "line": {"width": 0}},
        text=[f"{posts:,}" for posts in shown["posts"]],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": palette.muted, "size": 12},
        hovertext=_hover(shown, labels),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    names = {"tickvals": places, "ticktext": labels, "ticklabelstandoff": 6, "ticks": ""}
    return figure(
        theme,
        [trace],
        height=words_height(len(shown)),
        xaxis={"visible": False, "fixedrange": True, "range": [0, float(shown["posts"].max()) * 1.12]},
        yaxis={"autorange": "reversed", "fixedrange": True, "showgrid": False, **names},
        bargap=0.3,
    )


def words_height(n: int) -> int:
    """Pixels that so many bars need."""
    return 24 + 26 * min(n, SHOWN)


def _hover(shown: pd.DataFrame, labels: list[str]) -> list[str]:
    lines = [f"{label}: {posts:,} posts" for label, posts in zip(labels, shown["posts"], strict=True)]
    if "response_rate" not in shown:
        return lines
    rates = zip(*(shown[name] for name in ("response_rate", "told", "ci_low", "ci_high")), strict=True)
    return [line + _answered(*rate) for line, rate in zip(lines, rates, strict=True)]


def _answered(rate: float, told: int, low: float, high: float) -> str:
    if pd.isna(rate):
        return ""
    return f"<br>{rate:.0%} of {told:,} answered, likely {low:.0%} to {high:.0%}"
