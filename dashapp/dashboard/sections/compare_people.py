"""Two sides compared: who is on the lists of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from flask import abort

from ...page_paths import CROSSCHECK, account_page
from ..account_view import AccountView
from ..compare_view import CompareView, Overlap, overlap_rows
from ..components.boxes import empty, section
from ..components.chart import ChartBox
from ..components.crosscheck_grid import ROW_HEIGHT, crosscheck_grid
from ..components.downloads import download_links
from ..components.forms import search_box, switch
from ..components.grid import HEIGHT, show_as_cards
from ..components.numbers import count
from ..crosscheck_view import CrosscheckView, read_crosscheck
from ..figures import comparison
from ..formats import TABLE_FORMATS
from ..grid_request import search_text
from .compare_charts import colours, framed
from .crosscheck_table import rows_of

AROUND_ROWS = 80  # pixels
OF_ONE = (
    "Who follows and who is followed is of today, whichever days are chosen: lists of earlier days are not stored. "
)


def people(view: CompareView) -> Component | None:
    """How the lists overlap, and who is on both."""
    if view.is_of_one:
        grown = html.A("who came and who went", href=account_page(view.left.account.service, view.left.id))
        said = html.P([OF_ONE, "The account’s page tells ", grown, "."], className="sg-remark")
        return section("Followers and friends", "overlap", said)
    overlaps = view.overlaps()
    if not overlaps:
        return section("Followers and friends of both", "overlap", _no_overlap(view))
    return section("Followers and friends of both", "overlap", _overlap_chart(view, overlaps), _names(view, overlaps))


def _no_overlap(view: CompareView) -> Component:
    link = html.A("To the cross-check", href=CROSSCHECK, className="btn btn-outline-secondary btn-sm")
    silent = [of.called for of in view.sides if not _has_people(of)]
    if silent:
        return empty("Not told", f"The data of {' and of '.join(silent)} holds no followers or friends.")
    if view.crosscheck is None:
        return empty(
            "Not compared yet", "The people of your accounts were not compared yet: the cross-check does.", link
        )
    return empty("Not told", "No list is told of both accounts: one tells its followers, the other its friends.", link)


def _has_people(view: AccountView) -> bool:
    frame = None if view.lacks("people") else view.frame("people")
    listed = 0 if frame is None or frame.empty else frame["listed"].sum()
    return bool(listed) or not {"followers", "friends"}.isdisjoint(view.account.lists)


def _overlap_chart(view: CompareView, overlaps: Sequence[Overlap]) -> Component:
    rows = overlap_rows(overlaps)
    box = ChartBox(
        summary=" ".join(_in_words(view, each) for each in overlaps),
        height=comparison.overlap_height(len(overlaps)),
        note=" ".join([*(_in_words(view, each) for each in overlaps), *_overlap_notes(view, overlaps)]),
    )
    drawn = comparison.overlap(rows, view.names, colours(view), theme=view.left.theme)
    return framed(view, "overlap", "Who is on both", box, drawn, rows=_overlap_table(view, rows))


def _in_words(view: CompareView, of: Overlap) -> str:
    """How many are on both, and on how many that rests."""
    left, right = of.only_left + of.both, of.only_right + of.both
    least = "" if of.left_whole and of.right_whole else "at least "
    rests = f"{left:,} ({view.names[0]}) and {right:,} ({view.names[1]})"
    return f"{of.name.capitalize()}: {least}{of.both:,} on both, of {rests}."


def _overlap_notes(view: CompareView, overlaps: Sequence[Overlap]) -> list[str]:
    said = []
    cut = [
        f"{each.name} ({name})"
        for each in overlaps
        for name, whole in zip(view.names, (each.left_whole, each.right_whole), strict=True)
        if not whole
    ]
    if cut:
        said.append(f"Not read in full: {'; '.join(cut)}. Who is on one alone here may be on both.")
    one_list = view.left.account.mutual_ties and view.right.account.mutual_ties
    missing = set() if overlaps and one_list else {"followers", "friends"} - {each.name for each in overlaps}
    said += [f"Of {name} nothing is said, for they are not told of both." for name in sorted(missing)]
    if view.left.account.service == view.right.account.service:
        said.append("On one service somebody is the same by the service’s own id.")
    else:
        said.append("Across services somebody is the same as far as the cross-check knows them: there may be more.")
    if view.crosscheck is not None and view.crosscheck.is_older:
        said.append("Accounts were read since all were compared: who came or left since is not counted.")
    return said


def _overlap_table(view: CompareView, rows: pd.DataFrame) -> pd.DataFrame:
    named = {
        "list": "List",
        "only_left": f"Only {view.names[0]}",
        "both": "Both",
        "only_right": f"Only {view.names[1]}",
    }
    counts = {name: rows[name].map(count) for name in ("only_left", "both", "only_right")}
    return rows.assign(list=rows["list"].str.capitalize(), **counts)[list(named)].rename(columns=named)


def _names(view: CompareView, overlaps: Sequence[Overlap]) -> Component | None:
    """The people on both, one list at a time."""
    cross = view.crosscheck
    shared = [each for each in overlaps if each.both]
    if cross is None or not shared:
        return html.P("Nobody is known to be on both.", className="sg-remark")
    titles = {each.where: f"{each.name.capitalize()} of both · {each.both:,}" for each in shared}
    files = [
        part
        for each in shared
        for part in (
            html.Span(f"{each.name.capitalize()} of both:"),
            *download_links("crosscheck", "people", TABLE_FORMATS, {"where": each.where}),
        )
    ]
    content = [
        html.Div(
            [
                switch("compare-list", titles, shared[0].where),
                search_box("compare-search", "Search by name or handle"),
                html.Div(files, className="sg-downloads"),
            ],
            className="sg-toolbar",
        ),
        _grid(view, cross, max(each.both for each in shared)),
        html.P(id="compare-count", className="sg-remark", role="status"),
    ]
    return html.Div(content, className="sg-card sg-chart")


def _grid(view: CompareView, cross: CrosscheckView, most: int) -> Component:
    """The grid, no higher than its rows."""
    shown = {of.id: (cross.title(of.account), of.handle) for of in view.sides}
    return crosscheck_grid(shown, name="compare-grid", height=min(HEIGHT, AROUND_ROWS + ROW_HEIGHT * most))


def register(app: Dash) -> None:
    """The list of those on both asks for rows, again when another list is chosen or something searched."""
    show_as_cards(app, "compare-grid")

    @app.callback(
        Output("compare-grid", "getRowsResponse"),
        Output("compare-count", "children"),
        Input("compare-grid", "getRowsRequest"),
        State("compare-list", "value"),
        State("compare-search", "value"),
    )
    def send_rows(request: Any, where: Any, search: Any) -> tuple[Any, Any]:
        if request is None:
            return no_update, no_update
        view = read_crosscheck() or abort(404)
        return rows_of(view, request, where, search_text(search))

    app.clientside_callback(
        ClientsideFunction("sociogram", "refresh"),
        Input("compare-list", "value"),
        Input("compare-search", "value"),
        State("compare-grid", "id"),
        prevent_initial_call=True,
    )
