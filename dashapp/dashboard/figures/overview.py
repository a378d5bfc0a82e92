"""All accounts in one timeline."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .axes import counts_axis, days_text, period_of, time_axis
from .style import Figure, Trace, account_colour, figure, literal


def all_accounts(units: pd.DataFrame, *, places: Mapping[str, int], unit: str, theme: str) -> Figure:
    """Stacked bars, an account each in its colour; `units` has `start`, `account` (its name), `posts`."""
    coloured = [(name, account_colour(theme, place)) for name, place in places.items()]
    return figure(
        theme,
        [_bars(units[units["account"] == name], name, unit, colour) for name, colour in coloured],
        height=320,
        barmode="stack",
        bargap=0.12,
        xaxis=time_axis(units["start"], unit),
        yaxis=counts_axis(f"Posts a {unit}", units.groupby("start")["posts"].sum().max()),
        showlegend=True,
    )


def _bars(rows: pd.DataFrame, name: str, unit: str, colour: str) -> Trace:
    return {
        "type": "bar",
        "x": days_text(rows["start"]),
        "y": rows["posts"],
        "name": literal(name, longest=48),
        "marker": {"color": colour, "line": {"width": 0}},
        "hovertemplate": "Posts: %{y:,}<br>%{fullData.name}<br>%{x}<extra></extra>",
        **period_of(unit),
    }
