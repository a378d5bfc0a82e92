"""The one way in which a chart stands on a page: with its title, its downloads and its data as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from ..figures.style import Figure
from .attributes import aria, data
from .boxes import fold
from .downloads import downloads
from .help import explained
from .numbers import DASH, plural

#: plotly.js offers by default to send a figure to its vendor: `showSendToCloud` and the address shut that door
GRAPH: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "displayModeBar": False,
    "doubleClick": "reset",
}
MODEBAR: dict[str, Any] = {
    "displayModeBar": True,
    "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
}
BLANK: dict[str, Any] = {
    "xaxis": {"visible": False},
    "yaxis": {"visible": False},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
}
KEYS: dict[str, Any] = {"role": "application", "tabIndex": 0, "className": "sg-keys"}
LONGEST_TABLE = 500  # rows; the CSV has all


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBox:
    """The box of a figure: its height, and what stands around.

    `summary` says in words what the figure shows, `words` what its table holds, `click` what a click does; `folds` that
    a phone shows it when its box is opened.
    """

    summary: str
    height: int | str
    note: str | None = None
    click: str | None = None
    controls: Sequence[Component] = ()
    above: Component | None = None
    below: Component | None = None
    words: str = ""
    folds: bool = False


def chart(
    name: str,
    title: str,
    box: ChartBox,
    figure: Figure | None,
    *,
    filename: str,
    links: Sequence[Component] = (),
    has_table: bool = False,
    is_graph: bool = False,
) -> html.Figure:
    """The framed chart; without a figure it waits for its callback in a box of the same height.

    A graph is zoomed by buttons, gone through by the keyboard (assets/graph.js), and of no days.
    """
    height = box.height
    drawing = dcc.Graph(
        id=chart_id(name),
        figure=figure or {"data": [], "layout": BLANK},
        config={**GRAPH, **(MODEBAR if is_graph else {})},
        style={"height": height if isinstance(height, str) else f"{height}px"},
    )
    told = [html.Span(f"{box.click} ", className="sg-on-screen") if box.click else None, box.note]
    actions = html.Div(
        [*box.controls, downloads(title, filename, links, dated=not is_graph)], className="sg-chart-actions"
    )
    content = [
        html.Div(drawing, **(KEYS if is_graph else {"role": "img"}), **aria(label=box.summary)),
        html.P(box.words, id={"type": "words", "chart": name}, className="visually-hidden"),
        html.Figcaption(told, className="sg-remark") if any(told) else None,
        as_table(name=name) if has_table else box.below,
    ]
    return html.Figure(
        [chart_head(title, name, actions), box.above, *([fold("Chart", *content, of=title)] if box.folds else content)],
        id=f"chart-{name}",
        className="sg-card sg-chart",
    )


def chart_head(title: str, name: str, *actions: Component | None) -> html.Div:
    """The title of a card, the way to its help, and what can be done with it."""
    heading = explained(html.H2(title, className="sg-chart-title"), title, name)
    return html.Div([heading, *actions], className="sg-chart-head")


def chart_id(name: str) -> dict[str, str]:
    """The id of a chart's drawing."""
    return {"type": "chart", "chart": name}


def as_table(*shown: Component | None, name: str | None = None) -> html.Details:
    """The data behind a chart in words; with a name, its callback fills it when it is opened."""
    opener: dict[str, Any] = {"id": {"type": "table-open", "chart": name}, "n_clicks": 0} if name else {}
    box: dict[str, Any] = {"id": {"type": "table", "chart": name}} if name else {}
    return html.Details(
        [
            html.Summary("Data as a table", **opener),
            html.Div(list(shown), className="sg-table-box", tabIndex=0, **box),
        ],
        className="sg-as-table",
    )


def table(rows: pd.DataFrame, *, caption: str = "Data of the chart", behind: str | None = None) -> html.Div:
    """A plain table; cells that are not told hold a dash.

    `behind` is a chart whose bars show posts: each row has a button that does the same, for keys do not reach bars.
    """
    first = rows.head(LONGEST_TABLE).astype(object)
    head = html.Tr([html.Th(name, scope="col") for name in first.columns])
    shown = map(cells, first.itertuples(index=False))
    body = [
        html.Tr([html.Td(_shows_posts(row[0], behind) if behind else row[0]), *map(html.Td, row[1:])]) for row in shown
    ]
    more = (
        f"The first {LONGEST_TABLE:,} of {plural(len(rows), 'row')}; the CSV has all."
        if len(rows) > LONGEST_TABLE
        else None
    )
    parts = [html.Caption(caption, className="visually-hidden"), html.Thead(head), html.Tbody(body)]
    return html.Div([html.Table(parts, className="sg-table"), html.P(more, className="sg-remark") if more else None])


def cells(row: Sequence[Any]) -> list[str]:
    """A row of a table as it is read; what is not told is a dash."""
    return [DASH if pd.isna(cell) else str(cell) for cell in row]


def _shows_posts(start: str, chart: str) -> html.Button:
    named = aria(label=f"{start}: read its posts")
    return html.Button(start, type="button", className="sg-pick", **named, **data(behind=chart, start=start))
