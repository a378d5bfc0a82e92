"""Two sides compared: what is compared, their figures, posts, tones, and people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from flask import abort

from analytics.uncertainty import NO_POSTS, TOO_FEW

from ...services import service_of
from ..account_view import AccountView
from ..address import PERIODS, SIDES, range_days, units_for
from ..compare_view import OF_PEOPLE, Compared, CompareView, Overlap, called, days_text, overlap_rows
from ..components.attributes import aria, data
from ..components.boxes import empty, section
from ..components.cards import REASONS, basis, change, change_meaning, interval
from ..components.chart import ChartBox, chart, table
from ..components.crosscheck_grid import ROW_HEIGHT, crosscheck_grid
from ..components.forms import search_box
from ..components.numbers import DASH, count, likely, percent, plural
from ..components.overview_table import side_by_side
from ..crosscheck_view import CrosscheckView, read_crosscheck
from ..figures import comparison
from ..figures.activity import UNITS
from ..figures.sentiment import LABELS
from ..formats import TABLE_FORMATS
from ..grid_request import search_text
from .crosscheck_table import rows_of
from .header import download_links, unknown_days

GRID, AROUND_ROWS = 520, 80  # pixels
DAYS = "days"  # in the choice of a period: the days of the fields beside it
TITLES = dict(zip(SIDES, ("Left", "Right"), strict=True))
SHARED = "Both hold some of the same posts, so they cannot be held against each other: choose days that do not overlap."
OF_ONE = (
    "Who follows and who is followed is of today, whichever days are chosen: lists of earlier days are not stored. "
)


def section_of(view: CompareView) -> Sequence[Component | None]:
    """All of the comparison."""
    return [
        choice(view),
        *_remarks(view),
        figures_table(view),
        posts_chart(view),
        tones_chart(view),
        *people(view),
    ]


# ---- what is compared


def choice(view: CompareView) -> html.Form:
    """The form of both sides; assets/dashboard.js follows it without a new page."""
    button = html.Button("Compare", type="submit", className="btn btn-primary")
    sides = [_side(view, number) for number in range(len(SIDES))]
    return html.Form([*sides, button], className="sg-card sg-compare", **aria(label="What is compared"))


def _side(view: CompareView, number: int) -> html.Fieldset:
    side, shown, written = SIDES[number], view.sides[number], view.asked[number]
    name = TITLES[side]
    options = [
        {"label": f"{row.handle}, {service_of(row.service).title}", "value": str(row.id)} for row in view.accounts
    ]
    is_range = range_days(shown.period) is not None or any(written)
    periods = [{"label": title, "value": period} for period, title in PERIODS.items()]
    periods.append({"label": "From – to", "value": DAYS})
    account = dbc.Select(id=f"compare-{side}", name=side, options=options, value=str(shown.id))
    period = dbc.Select(
        id=f"compare-{side}-period",
        name=f"{side}_period",
        options=periods,
        value=DAYS if is_range else shown.period,
    )
    days = written if any(written) else tuple(map(str, _days(shown)))
    fields = [
        html.Label(
            [title, dbc.Input(type="date", name=f"{side}_{end}", value=value, size="sm")], className="sg-range-day"
        )
        for title, end, value in zip(("From", "To"), ("from", "to"), days, strict=True)
    ]
    refused = view.refused[number]
    return html.Fieldset(
        [
            html.Legend([html.Span(className=f"sg-side-key sg-side-key-{side}"), name]),
            _labelled(f"{name}: account", account),
            _labelled(f"{name}: days", period),
            html.Div(fields, className="sg-compare-days"),
            html.P(refused, className="sg-remark", role="alert") if refused else None,
        ]
    )


def _labelled(label: str, control: Any) -> html.Div:
    return html.Div([html.Label(label, htmlFor=control.id, className="visually-hidden"), control])


def _days(view: AccountView) -> Sequence[Any]:
    shown = None if view.lacks("periods") else view.shown_days()
    return shown or range_days(view.period) or ("", "")


def _remarks(view: CompareView) -> list[Component]:
    """What is not known of either side, and why both cannot be held against each other."""
    said = [f"{called(of)}: {' '.join(told)}" for of in view.sides if (told := unknown_days(of))]
    said += [SHARED] if view.shares_days else []
    return [html.P(each, className="sg-remark", role="status") for each in dict.fromkeys(said)]


# ---- figures


def figures_table(view: CompareView) -> html.Section:
    """A row a figure: what it is on either side, and by how much the left one differs."""
    names = ["Figure", *(_column(each, side) for each, side in zip(view.sides, SIDES, strict=True)), "Difference"]
    head = [html.Th(name, scope="col", role="columnheader") for name in names]
    rows = [_row(view, each) for each in view.figures()]
    shown = side_by_side(head, rows, caption="Figures side by side")
    note = "The difference is how much more or less the left side has; in brackets the bounds of what is likely."
    return html.Section(
        [_head("Figures", _files(view, "figures")), shown, html.P(note, className="sg-remark")],
        className="sg-card sg-overview-card sg-compared-figures",
    )


def _column(view: AccountView, side: str) -> list[Component]:
    name = html.Span([html.Span(className=f"sg-side-key sg-side-key-{side}"), html.Strong(view.handle, dir="auto")])
    return [name, html.Br(), html.Small(f"{view.service}, {days_text(view)}", className="sg-muted")]


def _row(view: CompareView, each: Compared) -> html.Tr:
    measure = each.measure
    name = html.Th(measure.title, scope="row", role="rowheader", title=measure.meaning)
    cells = [
        html.Td(
            [measure.write(figure.get("value")), html.Small(basis(measure, figure), className="sg-changed")],
            role="cell",
            title=interval(measure, figure) or None,
            **data(label=label),
        )
        for figure, label in zip((each.left, each.right), view.names, strict=True)
    ]
    return html.Tr([name, *cells, _difference(view, each)], role="row")


def _difference(view: CompareView, each: Compared) -> html.Td:
    told, measure = each.difference, each.measure
    figure = {"change": told.value, "change_low": told.ci_low, "change_high": told.ci_high}
    why = None
    if told.reason:
        said, why = DASH, why_not(view, each)
    elif measure.name in OF_PEOPLE:
        more = "more" if told.value > 0 else "fewer"
        said = f"{count(abs(told.value))} {more}" if told.value else "the same"
    else:
        said = change(measure, figure, called="difference")
        why = change_meaning(measure, figure, called="difference", against=view.names[1])
        return html.Td(said, role="cell", title=why, **data(label="Difference"))
    small = html.Small(why, className="sg-changed") if why else None
    return html.Td([said, small], role="cell", **data(label="Difference"))


def why_not(view: CompareView, each: Compared) -> str:
    """Why no difference of a figure is told."""
    if each.measure.name in OF_PEOPLE:
        return "of today on both sides" if view.is_of_one else "not told of both"
    if each.measure.name == "median_interactions":
        return "not told of medians"
    if view.shares_days:
        return "the days overlap"
    if each.difference.reason == TOO_FEW:
        return REASONS[TOO_FEW]
    missing = {each.left.get("reason"), each.right.get("reason")} & {NO_POSTS}
    if len(view.posting) < len(view.sides) or missing:
        return "not posts on both sides"
    return "days of different number" if each.measure.name == "posts" else "not all posts of both are known"


# ---- posts


def posts_chart(view: CompareView) -> Component:
    """Two lines."""
    rows = view.posts(view.unit)
    told = [rows[f"{side}_posts"] for side in SIDES]
    if not any(posts.sum() for posts in told):
        return empty("No posts in these days", "Choose longer periods or other days above to see the lines.")
    sums = [plural(int(posts.sum()), "post") if posts.notna().any() else "no post known" for posts in told]
    summary = f"Posts by {view.unit}: {'; '.join(f'{n}: {s}' for n, s in zip(view.names, sums, strict=True))}."
    box = ChartBox(
        summary=summary,
        height=340,
        note=_posts_note(view),
        controls=[_units(view)],
        below=_as_table(_posts_table(view, rows)),
    )
    drawn = comparison.posts(rows, view.names, unit=view.unit, theme=view.left.theme, by_date=view.by_date)
    return _framed(view, "timeline", "Timelines", box, drawn, unit=view.unit)


def _posts_note(view: CompareView) -> str:
    said = ["Posts, replies and reposts."]
    if view.by_date:
        said.append("Both are the same days, so each date stands above itself.")
    else:
        said.append("The days differ, so the first day of one stands above the first day of the other.")
    if view.unit != "day":
        said.append(f"A {view.unit} at either end may hold fewer days.")
    said.append("There is no line before the first known post, nor after the data.")
    return " ".join(said)


def _units(view: CompareView) -> html.Div:
    links = [
        html.A(
            UNITS[unit],
            href=f"?{urlencode(view.fields)}&unit={unit}",
            className="sg-period",
            **data(stay="unit"),
            **aria(current="true" if unit == view.unit else "false"),
        )
        for unit in units_for(view.days_of)
    ]
    return html.Div(links, className="sg-period-links sg-unit-links", role="group", **aria(label="Unit"))


def _posts_table(view: CompareView, rows: pd.DataFrame) -> pd.DataFrame:
    shown: dict[str, list[str]] = {}
    for side, name in zip(SIDES, view.names, strict=True):
        first = pd.DatetimeIndex(rows[f"{side}_start"]).strftime("%Y-%m-%d")
        if not (view.by_date and shown):
            shown["From" if view.by_date else f"{TITLES[side]}, from"] = first.tolist()
        shown[f"{TITLES[side]}: {name}"] = rows[f"{side}_posts"].map(count).tolist()
    return pd.DataFrame(shown)


# ---- tone


def tones_chart(view: CompareView) -> Component | None:
    """Shares of positive, neutral and negative posts beside each other."""
    shares = view.tones()
    if shares.empty:
        return None
    said, parts = [], []
    for side, name, of in zip(SIDES, view.names, view.sides, strict=True):
        mine = shares[shares["side"] == side].set_index("label")
        if mine.empty:
            said.append(f"{name}: nothing could be assessed.")
            continue
        parts.append(f"{name}: " + ", ".join(f"{percent(mine['share'][label])} {label}" for label in LABELS))
        said.append(f"{name}: {plural(int(mine['assessed'].iloc[0]), 'post')} could be assessed.")
        if not of.tone_validated:
            said.append(f"How often the model errs on texts of {of.service} is not known, so no likely range is told.")
    said.append("Bars reach to the share, and the line through their end to what is likely.")
    box = ChartBox(
        summary=f"Tone of the posts. {'; '.join(parts)}.",
        height=300,
        note=" ".join(dict.fromkeys(said)),
        below=_as_table(_tones_table(view, shares)),
    )
    return _framed(view, "tone", "Tone of the posts", box, comparison.tones(shares, view.names, theme=view.left.theme))


def _tones_table(view: CompareView, shares: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame({"Tone": [*LABELS.values()]})
    for side, name in zip(SIDES, view.names, strict=True):
        mine = shares[shares["side"] == side].set_index("label").reindex([*LABELS])
        rows[f"{TITLES[side]}: {name}"] = mine["share"].map(percent).tolist()
        rows[f"{TITLES[side]}: likely"] = [likely(*pair) for pair in zip(mine["ci_low"], mine["ci_high"], strict=True)]
    return rows


# ---- people


def people(view: CompareView) -> list[Component | None]:
    """How the lists overlap, and who is on both."""
    if view.is_of_one:
        grown = html.A(
            "who came and who went", href=f"/dashboard/user/{view.left.account.service}?account={view.left.id}"
        )
        said = html.P([OF_ONE, "The account’s page tells ", grown, "."], className="sg-remark")
        return [section("Followers and friends", "overlap", said)]
    overlaps = view.overlaps()
    if not overlaps:
        return [section("Followers and friends of both", "overlap", _no_overlap(view))]
    return [section("Followers and friends of both", "overlap", _overlap_chart(view, overlaps), _names(view, overlaps))]


def _no_overlap(view: CompareView) -> Component:
    link = html.A("To the cross-check", href="/dashboard/user/crosscheck", className="btn btn-outline-secondary btn-sm")
    silent = [called(of) for of in view.sides if not _has_people(of)]
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
        below=_as_table(_overlap_table(view, rows)),
    )
    drawn = comparison.overlap(rows, view.names, theme=view.left.theme)
    return _framed(view, "overlap", "Who is on both", box, drawn)


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
    missing = {"followers", "friends"} - {each.name for each in overlaps}
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
    switch = dbc.RadioItems(
        id="compare-list",
        options=[
            {"label": f"{each.name.capitalize()} of both · {each.both:,}", "value": each.where} for each in shared
        ],
        value=shared[0].where,
        inline=True,
        className="sg-units",
        inputClassName="btn-check",
        labelClassName="sg-unit",
        labelCheckedClassName="sg-unit-checked",
    )
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
                switch,
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
    drawn: Any = crosscheck_grid(shown, name="compare-grid")
    drawn.style = {**drawn.style, "height": f"{min(GRID, AROUND_ROWS + ROW_HEIGHT * most)}px"}
    return drawn


# ---- what all have


def _head(title: str, files: Component) -> html.Div:
    return html.Div([html.H2(title, className="sg-chart-title"), files], className="sg-chart-head")


def _files(view: CompareView, what: str, **more: str) -> html.Span:
    return html.Span(download_links("compare", what, TABLE_FORMATS, view.fields | more), className="sg-downloads")


def _framed(view: CompareView, what: str, title: str, box: ChartBox, drawn: Any, **more: str) -> Component:
    return chart(
        f"compare-{what}", title, box, drawn, filename=view.filename(what)[:-1], csv=_files(view, what, **more)
    )


def _as_table(rows: pd.DataFrame) -> html.Details:
    shown = html.Div(table(rows, caption="Data of the chart"), className="sg-table-box", tabIndex=0)
    return html.Details([html.Summary("Data as a table"), shown], className="sg-as-table")


def register(app: Dash) -> None:
    """The list of those on both asks for rows, again when another list is chosen or something searched."""

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
