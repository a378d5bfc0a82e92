"""Two sides of a comparison: their posts as two lines, their tones as bars, their people as parts of a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .axes import DAY, counts_axis, days_text, marks, period_of, shares_axis, time_axis
from .certainty import hover, strength
from .sentiment import LABELS
from .style import PALETTES, Figure, account_colour, figure, literal

SIDES = ("left", "right")
SPARSE = 60  # marks that can be told apart
_NAME = 48  # letters of a side's name in a legend
_BAR, _AROUND = 46, 110  # pixels


def posts(
    rows: pd.DataFrame, names: Sequence[str], colours: Sequence[str], *, unit: str, theme: str, by_date: bool
) -> Figure:
    """A line of each side (`ranges.overlaid`): on the calendar if both are the same days, else by place."""
    title = {"text": f"{unit.capitalize()} since the first day"}
    axis = {"title": title, "range": [0.5, len(rows) + 0.5], **marks(len(rows))}
    if by_date:
        axis = time_axis(pd.concat([rows[f"{side}_start"] for side in SIDES]), unit)
    most = rows[["left_posts", "right_posts"]].max().max()
    traces = [
        _line(rows, side, name, unit=unit, colour=colour, by_date=by_date)
        for side, name, colour in zip(SIDES, names, colours, strict=True)
    ]
    return figure(
        theme,
        traces,
        height=340,
        showlegend=True,
        xaxis={**axis, "fixedrange": True},
        yaxis=counts_axis(f"Posts a {unit}", most),
    )


def _line(rows: pd.DataFrame, side: str, name: str, *, unit: str, colour: str, by_date: bool) -> dict[str, Any]:
    begins = pd.DatetimeIndex(rows[f"{side}_start"])
    first = "" if unit == "day" else "from "
    return {
        "type": "scatter",
        "x": days_text(begins) if by_date else np.arange(1, len(rows) + 1),
        "y": rows[f"{side}_posts"],
        "text": ["" if at != at else at for at in begins.strftime(DAY)],
        "name": literal(name, longest=_NAME),
        "mode": "lines+markers" if len(rows) < SPARSE else "lines",
        "line": {"color": colour, "width": 2},
        "hovertemplate": f"Posts: %{{y:,}}, {first}%{{text}}<br>%{{fullData.name}}<extra></extra>",
        **(period_of(unit) if by_date else {}),
    }


def tones(shares: pd.DataFrame, names: Sequence[str], colours: Sequence[str], *, theme: str) -> Figure:
    """Shares of the labels side by side, each with its interval; `side` of the rows is left or right."""
    traces = [
        _tone_bars(shares[shares["side"] == side], name, colour, PALETTES[theme].text)
        for side, name, colour in zip(SIDES, names, colours, strict=True)
    ]
    return figure(
        theme,
        traces,
        height=300,
        barmode="group",
        bargap=0.35,
        showlegend=True,
        xaxis={"type": "category", "fixedrange": True},
        yaxis=shares_axis("Share of assessed posts"),
    )


def _tone_bars(shares: pd.DataFrame, name: str, colour: str, line: str) -> dict[str, Any]:
    of = shares.set_index("label").reindex([*LABELS])
    up, down = of["ci_high"] - of["share"], of["share"] - of["ci_low"]
    told = {"type": "data", "array": up, "arrayminus": down, "color": line, "thickness": 1.2}
    return {
        "type": "bar",
        "x": [*LABELS.values()],
        "y": of["share"],
        "customdata": of[["posts", "assessed"]].to_numpy(dtype="float64"),
        "name": literal(name, longest=_NAME),
        "hovertext": hover(of),
        "marker": {"color": colour, "opacity": strength(of["few"].eq(True)), "line": {"width": 0}},
        "hovertemplate": "%{y:.0%} %{x}: %{customdata[0]:,} of %{customdata[1]:,}%{hovertext}"
        "<br>%{fullData.name}<extra></extra>",
        **({"error_y": {**told, "width": 4}} if up.notna().any() else {}),
    }


def overlap(rows: pd.DataFrame, names: Sequence[str], colours: Sequence[str], *, theme: str) -> Figure:
    """A bar a list: its people on the left alone, on both, on the right alone."""
    palette = PALETTES[theme]
    most = rows[["only_left", "both", "only_right"]].sum(axis=1).max()
    left, right = colours
    parts = (
        ("only_left", f"Only {literal(names[0], longest=_NAME)}", left),
        ("both", "Both", palette.muted),
        ("only_right", f"Only {literal(names[1], longest=_NAME)}", right),
    )
    return figure(
        theme,
        [_part(rows, column, name, colour) for column, name, colour in parts],
        height=overlap_height(len(rows)),
        barmode="stack",
        bargap=0.35,
        showlegend=True,
        xaxis=counts_axis("People", most),
        yaxis={"type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False},
    )


def overlap_height(lists: int) -> int:
    """Pixels that so many lists need."""
    return _AROUND + _BAR * lists


def _part(rows: pd.DataFrame, column: str, name: str, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": rows[column],
        "y": rows["list"].str.capitalize().tolist(),
        "name": name,
        "marker": {"color": colour, "line": {"width": 0}},
        "texttemplate": "%{x:,}",
        "textposition": "inside",
        "insidetextanchor": "middle",
        "hovertemplate": "%{y}: %{x:,}<br>%{fullData.name}<extra></extra>",
    }


def side_colours(theme: str, places: Sequence[int]) -> tuple[str, str]:
    """The colours of the sides' accounts; where both have one, as two periods of an account, the right side is grey."""
    left, right = (account_colour(theme, place) for place in places)
    return left, right if left != right else PALETTES[theme].muted
