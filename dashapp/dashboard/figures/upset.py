"""Where people are: how many stand on which of the accounts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from .axes import counts_axis
from .style import PALETTES, Figure, Trace, figure, literal

MOST = 20  # combinations that can be told apart
_FEWEST = 8  # columns that there is room for: three would be as broad as doors
_SPLIT = 0.06  # of the height, between bars and rows
_ROW, _BARS, _MARGIN = 30, 210, 30  # pixels
_DOT = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """People who stand on exactly these rows; `where` is the filter that finds them."""

    rows: frozenset[int]
    people: int
    where: str
    title: str


def upset(
    combinations: Sequence[Combination], rows: Sequence[str], row_colours: Sequence[str], *, theme: str
) -> Figure:
    """Bars of the combinations, and below each the rows it consists of; a click anywhere in a column names its filter.

    An UpSet chart: Lex, Gehlenborg et al. (2014), IEEE Trans. Vis. Comput. Graph. 20, 1983-1992.
    """
    shown = combinations[:MOST]
    palette = PALETTES[theme]
    colours = [palette.text if len(each.rows) > 1 else row_colours[min(each.rows)] for each in shown]
    foot = _share_of_rows(len(rows))
    span = [-0.5, max(len(shown), _FEWEST) - 0.5]
    return figure(
        theme,
        [
            _columns(shown, palette.sunken),
            _bars(shown, colours),
            _dots(shown, [palette.grid] * len(rows), are_in=False),
            _lines(shown, palette.text),
            _dots(shown, row_colours, are_in=True),
        ],
        height=upset_height(len(rows)),
        barmode="overlay",
        bargap=0.3,
        showlegend=False,
        hoverdistance=-1,
        xaxis={"range": span, "visible": False, "fixedrange": True, "anchor": "y"},
        yaxis={
            "domain": [foot + _SPLIT, 1],
            "range": [0, _top(shown)],
            **counts_axis("People", _top(shown)),
        },
        yaxis2={
            "domain": [0, foot],
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [literal(row, longest=30) for row in rows],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "anchor": "x",
        },
    )


def upset_height(rows: int) -> int:
    """Pixels that so many rows need."""
    return _BARS + _MARGIN + _ROW * rows


def _share_of_rows(rows: int) -> float:
    return _ROW * rows / (_BARS + _ROW * rows)


def _top(shown: Sequence[Combination]) -> float:
    """Where the axis ends: room for the number over the highest bar."""
    return max((each.people for each in shown), default=1) * 1.15


def _told(shown: Sequence[Combination]) -> dict[str, Any]:
    """What pointing at a column says, and what a click on it means."""
    return {
        "customdata": [[each.where, literal(each.title, longest=120), each.people] for each in shown],
        "hovertemplate": "People: %{customdata[2]:,}<br>%{customdata[1]}<extra></extra>",
    }


def _columns(shown: Sequence[Combination], colour: str) -> Trace:
    """The whole height of a column, so that a click on a low bar finds it too."""
    top = _top(shown)
    return {
        "type": "bar",
        "x": list(range(len(shown))),
        "y": [top] * len(shown),
        "marker": {"color": colour},
        "opacity": 0.5,
        **_told(shown),
    }


def _bars(shown: Sequence[Combination], colours: Sequence[str]) -> Trace:
    return {
        "type": "bar",
        "x": list(range(len(shown))),
        "y": [each.people for each in shown],
        "text": [f"{each.people:,}" for each in shown],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "marker": {"color": colours, "line": {"width": 0}},
        **_told(shown),
    }


def _dots(shown: Sequence[Combination], colours: Sequence[str], *, are_in: bool) -> Trace:
    places = [
        place
        for place in product(range(len(shown)), range(len(colours)))
        if (place[1] in shown[place[0]].rows) is are_in
    ]
    columns = [column for column, _ in places]
    return {
        "type": "scatter",
        "x": columns,
        "y": [row for _, row in places],
        "yaxis": "y2",
        "mode": "markers",
        "marker": {"size": _DOT, "color": [colours[row] for _, row in places]},
        **_told([shown[column] for column in columns]),
    }


def _lines(shown: Sequence[Combination], colour: str) -> Trace:
    """What joins the dots of a column; one trace with gaps."""
    joined = [(column, each.rows) for column, each in enumerate(shown) if len(each.rows) > 1]
    return {
        "type": "scatter",
        "x": [x for column, _ in joined for x in (column, column, None)],
        "y": [y for _, rows in joined for y in (min(rows), max(rows), None)],
        "yaxis": "y2",
        "mode": "lines",
        "line": {"color": colour, "width": 3},
        "hoverinfo": "skip",
    }
