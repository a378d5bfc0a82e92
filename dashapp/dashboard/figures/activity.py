"""What was posted when, and how much of it was answered."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.timeline import Days

from .axes import DAY, counts_axis, days_text, period_of, shares_axis, time_axis
from .certainty import hover, sizes, strength
from .style import PALETTES, Figure, Trace, faded, figure

KINDS = {"post": "Posts", "reply": "Replies", "repost": "Reposts"}
UNITS = {"day": "Day", "week": "Week", "month": "Month"}
SLIDER = {"visible": True, "thickness": 0.1}
_ONE_DAY = pd.Timedelta(days=1)


def activity(units: pd.DataFrame, answered: pd.DataFrame, *, unit: str, theme: str, days: Days | None = None) -> Figure:
    """Stacked bars of own posts, replies and reposts a unit; a line of the share `answered`, where the service tells.

    A faint line is the period before `days`, where `units` has its posts as `before` (`ranges.posts_before`).
    """
    palette = PALETTES[theme]
    colours = {"post": palette.post, "reply": palette.reply, "repost": palette.repost}
    traces: list[Any] = [_bars(units[units["kind"] == kind], name, unit, colours[kind]) for kind, name in KINDS.items()]
    if days is not None and units["before"].notna().any():
        traces.append(_before(units, unit, days, palette.muted))
    if answered["share"].notna().any():
        traces.append(_line(answered, unit, palette.answered))
    return figure(
        theme,
        traces,
        height=380,
        barmode="stack",
        bargap=0.12,
        xaxis={**time_axis(units["start"], unit), "rangeslider": {**SLIDER, "bgcolor": palette.sunken}},
        yaxis=counts_axis(f"Posts a {unit}", _highest(units)),
        yaxis2={**shares_axis("Share answered"), "overlaying": "y", "side": "right", "showgrid": False},
    )


def _before(units: pd.DataFrame, unit: str, days: Days, colour: str) -> dict[str, Any]:
    posts = units.groupby("start")["before"].sum()
    (first, stop), (earlier, _) = days.local, days.before().local
    begins = pd.DatetimeIndex([first, *posts.index[1:]])
    ends = pd.DatetimeIndex([*posts.index[1:], stop]) - _ONE_DAY
    told = [(at - first + earlier).strftime(DAY) for at in (begins, ends)]
    return {
        "type": "scatter",
        "x": days_text(posts.index),
        "y": posts,
        "text": told[0] if unit == "day" else told[0] + " to " + told[1],
        "name": f"The period before: {earlier.strftime(DAY)} to {(first - _ONE_DAY).strftime(DAY)}",
        "mode": "lines",
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
        "opacity": 0.8,
        "hovertemplate": "Posts in the period before: %{y:,}<br>%{text}<extra></extra>",
        **period_of(unit),
    }


def _highest(units: pd.DataFrame) -> float:
    shown = [name for name in ("posts", "before") if name in units]
    return float(units.groupby("start")[shown].sum().max().max())


def _bars(rows: pd.DataFrame, name: str, unit: str, colour: str) -> Trace:
    return {
        "type": "bar",
        "x": days_text(rows["start"]),
        "y": rows["posts"],
        "name": name,
        "visible": bool(rows["posts"].any()),
        "marker": {"color": colour, "opacity": strength(rows["partial"]), "line": {"width": 0}},
        "hovertemplate": f"{name}: %{{y:,}}<br>%{{x}}<extra></extra>",
        **period_of(unit),
    }


def _line(answered: pd.DataFrame, unit: str, colour: str) -> Trace:
    counts = answered[["answered", "with_counts", "interactions"]].to_numpy(dtype="float64")
    return {
        "type": "scatter",
        "x": days_text(answered["start"]),
        "y": answered["share"],
        "customdata": counts,
        "hovertext": hover(answered),
        "name": "Share answered",
        "yaxis": "y2",
        "mode": "lines+markers",
        "line": {"color": faded(colour), "width": 1.5},
        "marker": {"size": sizes(answered["with_counts"]), "color": colour, "opacity": strength(answered["few"])},
        "hovertemplate": "%{y:.0%} answered: %{customdata[0]:,} of %{customdata[1]:,}%{hovertext}<br>"
        "Interactions: %{customdata[2]:,}<br>%{x}<extra></extra>",
        **period_of(unit),
    }
