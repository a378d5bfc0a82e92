"""A grid that asks for rows as it is scrolled, sorted and filtered by the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
from dash import ClientsideFunction, Dash, Input, Output, State, html

BLOCK = 100  # rows in one answer
HEIGHT = 520  # pixels
LEAVE = {"function": "false"}  # what ag-grid asks for to let Tab leave the grid
KEYS = "Arrow keys go from cell to cell, Enter follows a link or sorts"
KEYS_OF_FILTERS = ", Ctrl and Enter on a heading filters"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid; `kind` is text, number, time, or mark, which is neither sorted nor filtered."""

    name: str
    title: str
    meaning: str
    kind: str = "number"
    renderer: str = ""  # a component of assets/dashboard.js that draws the cell
    width: int = 118  # pixels at least
    filtered: bool = True


FILTERS = {"text": "agTextColumnFilter", "number": "agNumberColumnFilter", "time": "agDateColumnFilter"}
#: the filters that the server answers
OPTIONS = {
    "text": ["contains", "notContains", "equals", "startsWith", "endsWith", "blank", "notBlank"],
    "number": ["equals", "greaterThanOrEqual", "lessThanOrEqual", "inRange", "blank", "notBlank"],
    "time": ["greaterThan", "lessThan", "inRange", "blank", "notBlank"],
}


def grid(name: str, columns: Sequence[Column], *, sort: str | None) -> html.Div:
    """The grid of that id, sorted at first by a column, the greatest first."""
    return grid_of(name, [definition(column, sort) for column in columns])


def grid_of(
    name: str, definitions: Sequence[Mapping[str, Any]], *, row_height: int = 38, height: int = HEIGHT
) -> html.Div:
    """The same of columns as ag-grid takes them; who is in it by the keyboard reads which keys there are."""
    filters = KEYS_OF_FILTERS if any(each.get("filter") for each in definitions) else ""
    keys = html.P(f"{KEYS}{filters}. Tab leaves the table.", className="sg-remark sg-grid-keys")
    return html.Div([_grid(name, definitions, row_height, height), keys])


def _grid(name: str, definitions: Sequence[Mapping[str, Any]], row_height: int, height: int) -> dag.AgGrid:
    return dag.AgGrid(
        id=name,
        columnDefs=definitions,
        defaultColDef={
            "resizable": True,
            "sortable": True,
            "flex": 1,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={
            "cacheBlockSize": BLOCK,
            "infiniteInitialRowCount": BLOCK,
            "maxConcurrentDatasourceRequests": 1,  # answers carry no name: two on the way could be mixed up
            "maxBlocksInCache": 20,
            "blockLoadDebounceMillis": 60,
            "tabToNextCell": LEAVE,
            "tabToNextHeader": LEAVE,
            "tooltipShowDelay": 300,
            "rowHeight": row_height,
            "isFullWidthRow": {"function": "isNarrow()"},
            "fullWidthCellRenderer": "RowCard",
        },
        rowModelType="infinite",
        getRowId="params.data.id",
        style={"height": f"{height}px", "width": "100%"},
        className="sg-row-grid",
    )


def show_as_cards(app: Dash, name: str) -> None:
    """On a phone a row is a card with all its columns, which would else be hidden aside (assets/dashboard.js)."""
    app.clientside_callback(
        ClientsideFunction("sociogram", "makeRoomForCards"),
        Output(name, "dashGridOptions"),
        Input(name, "id"),
        State(name, "columnDefs"),
        State(name, "dashGridOptions"),
    )


def definition(column: Column, sort: str | None = None) -> dict[str, Any]:
    """The column as ag-grid takes it."""
    shown = {"field": column.name, "headerName": column.title, "headerTooltip": column.meaning}
    definition: dict[str, Any] = {**shown, "minWidth": column.width}
    if column.kind == "mark":
        definition |= {"sortable": False, "filter": False}
    elif column.filtered:
        params = {"filterOptions": OPTIONS[column.kind], "maxNumConditions": 1, "buttons": ["reset"]}
        definition |= {"filter": FILTERS[column.kind], "filterParams": params}
    if column.kind in ("text", "mark"):
        definition |= {"tooltipField": column.name}
    if column.kind == "number":
        definition |= {"type": "rightAligned"}
    if column.kind == "text":
        definition |= {"flex": 1.6}
    if column.renderer:
        definition |= {"cellRenderer": column.renderer}
    if column.name == sort:
        definition |= {"sort": "desc"}
    return definition
