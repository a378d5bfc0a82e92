"""How the numbers of followers, friends and mutuals changed, and how many came and went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from .axes import counts_axis, days_text, period_of, time_axis
from .style import PALETTES, Figure, Palette, Trace, figure

SERIES = {"followers": "Followers", "friends": "Friends", "mutuals": "Mutuals"}
HEIGHTS = {"line": 130, "bars": 96}  # pixels
GAPS = {"line": 34, "bars": 12}  # above each: bars belong to the line above
AROUND = 64
SPARSE = 60  # marks that can be told apart
_WIDTHS = {"day": 1, "week": 7, "month": 30}
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Panel:
    """A line of counts, or bars of who came and went, of one series on a scale of its own."""

    series: str
    marks: Literal["line", "bars"]


def growth_panels(units: pd.DataFrame) -> list[Panel]:
    """What can be drawn: counts that were told twice, and who came and went where a list was compared."""
    panels = []
    for name in SERIES:
        if units[name].notna().sum() > 1:
            panels.append(Panel(name, "line"))
        if f"gained_{name}" in units and units[f"gained_{name}"].notna().any():
            panels.append(Panel(name, "bars"))
    return panels


def growth_height(panels: Sequence[Panel]) -> int:
    """Pixels that the panels need."""
    return AROUND + _pixels(panels)


def _pixels(panels: Sequence[Panel]) -> int:
    return sum(HEIGHTS[panel.marks] + (GAPS[panel.marks] if place else 0) for place, panel in enumerate(panels))


def growth(units: pd.DataFrame, *, unit: str, theme: str) -> Figure:
    """One panel a series, and one with the gained above the lost: sizes differ, and changes are what is looked for."""
    palette = PALETTES[theme]
    panels = growth_panels(units)
    bars = [place for place, panel in enumerate(panels) if panel.marks == "bars"]
    traces: list[Any] = []
    for place, panel in enumerate(panels):
        axis = {"yaxis": f"y{_number(place)}", **period_of(unit)}
        if panel.marks == "line":
            traces.append(_line(units, panel.series, palette, axis))
        else:
            traces += _bars(units, panel.series, palette, axis, width=_WIDTHS[unit], legend=place == bars[0])
    return figure(
        theme,
        traces,
        height=growth_height(panels),
        barmode="relative",
        bargap=0.12,
        xaxis={
            **time_axis(units["day"], unit),
            "fixedrange": True,
            "anchor": f"y{_number(len(panels) - 1)}",
        },
        **dict(_axes(units, panels)),
    )


def _number(place: int) -> str:
    """Of the axis at a place; that of the first is not written."""
    return str(place + 1) if place else ""


def _axes(units: pd.DataFrame, panels: Sequence[Panel]) -> Iterator[tuple[str, dict[str, Any]]]:
    pixels = _pixels(panels)
    top = 1.0
    for place, panel in enumerate(panels):
        top -= GAPS[panel.marks] / pixels if place else 0
        bottom = max(top - HEIGHTS[panel.marks] / pixels, 0.0)
        title, values = SERIES[panel.series], units[[panel.series]]
        if panel.marks == "bars":
            title, values = "Gained, lost", units[[f"gained_{panel.series}", f"lost_{panel.series}"]]
            if Panel(panel.series, "line") not in panels:
                title = f"{SERIES[panel.series]}:<br>gained, lost"
        yield (
            f"yaxis{_number(place)}",
            {
                "domain": [bottom, top],
                "anchor": "x",
                **counts_axis(title, values.max().sum()),
                **({"zeroline": True, "range": _range(values)} if panel.marks == "bars" else {}),
            },
        )
        top = bottom


def _range(values: pd.DataFrame) -> list[float]:
    """As far as the bars reach, and to one at least: with nobody gained or lost there would be no scale."""
    up, down = values.max().tolist()
    return [-max(down, 1) * 1.15, max(up, 1) * 1.15]


def _line(units: pd.DataFrame, name: str, palette: Palette, axis: dict[str, Any]) -> Trace:
    rows = units.dropna(subset=name)
    colour = {"followers": palette.post, "friends": palette.answered, "mutuals": palette.text}[name]
    return {
        "type": "scatter",
        "x": days_text(rows["day"]),
        "y": rows[name],
        "name": SERIES[name],
        "mode": "lines+markers" if len(rows) < SPARSE else "lines",
        "line": {"color": colour, "width": 2},
        "hovertemplate": f"{SERIES[name]}: %{{y:,}}<br>%{{x}}<extra></extra>",
        "showlegend": False,
        **axis,
    }


def _bars(
    units: pd.DataFrame, name: str, palette: Palette, axis: dict[str, Any], *, width: int, legend: bool
) -> list[Any]:
    told = units[units[f"gained_{name}"].notna()]
    later = units[units[name].notna()].iloc[1:]  # the first was compared with nothing
    untold = later[later[f"gained_{name}"].isna()]
    sides = (("Gained", "gained", 1, palette.positive), ("Lost", "lost", -1, palette.negative))
    bars: list[Any] = [
        {
            "type": "bar",
            "x": days_text(told["day"]),
            "y": told[f"{change}_{name}"] * sign,
            "customdata": told[f"{change}_{name}"],
            "name": title,
            "width": 0.88 * width * _DAY,
            "marker": {"color": colour, "line": {"width": 0}},
            "hovertemplate": f"{SERIES[name]} {change}: %{{customdata:,}}<br>%{{x}}<extra></extra>",
            "showlegend": legend,
            "legendgroup": change,
            **axis,
        }
        for title, change, sign, colour in sides
    ]
    mark = {"symbol": "x-thin", "size": 6, "line": {"color": palette.muted, "width": 1.5}}
    unknown = {
        "type": "scatter",
        "x": days_text(untold["day"]),
        "y": [0] * len(untold),
        "name": "Not told",
        "mode": "markers",
        "marker": mark,
        "hovertemplate": "Who came and went is not told:<br>not read whole now and before<br>%{x}<extra></extra>",
        "showlegend": legend,
        "legendgroup": "untold",
        **axis,
    }
    return [*bars, unknown] if len(untold) else bars
