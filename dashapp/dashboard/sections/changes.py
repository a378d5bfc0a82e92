"""How the lists grew, and who came, went, moved or got another name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from analytics.growth import LISTS

from ...services import service_of
from ...store import change_list
from ...store.change_list import ChangeFilter
from ...store.rows import KINDS
from .. import chart_tables
from ..account_view import AccountView, view_of_callback
from ..address import PageQuery, period_fields
from ..chart_tables import growth_units
from ..components.attributes import aria
from ..components.boxes import empty, fold, section
from ..components.change_grid import COLUMNS, GRID, change_grid, change_row, kind_option, meanings
from ..components.chart import ChartBox, chart_head
from ..components.downloads import download_links
from ..components.forms import labelled, search_box
from ..components.grid import show_as_cards
from ..components.numbers import plural
from ..figures.growth import SERIES, growth, growth_height, growth_panels
from ..figures.style import Figure
from ..formats import TABLE_FORMATS
from ..grid_request import rows_request, search_text
from ..parts import Chart, Panel

WHAT, RELATION, SEARCH = "change-what", "change-relation", "change-search"
CHOICES = (WHAT, RELATION)  # those that stand in the address
ANY = "all"
COUNTED_BACK = "Mutuals are counted back from today's lists, by who came and went."
BARS = "A bar counts who came and went since the list was read whole before."
NOT_WHOLE = "were not read whole on {days}: there is no bar, and who came and went is counted with the next one."
NEVER_WHOLE = "were never read whole twice: who came and went is not told."
NOT_COMPARED = "No list was read whole again in this period: who came and went is not told."
NOT_TOLD = "Of {n:,} lost it is not told why: they may have unfollowed, or be gone (deleted or suspended)."


def section_of(view: AccountView, query: PageQuery) -> Sequence[Component | None]:
    """Both, as far as they are told."""
    parts = [part for part in (GROWTH.of(view), CHANGES.of(view, query.what, query.relation)) if part]
    return [section("Gained and lost", "changes", *parts)] if parts else []


# ---- how the lists grew


def growth_box(view: AccountView) -> ChartBox | Component | None:
    """What the counts were at first and at last, and how many came and went."""
    if not growth_panels(view.frame("growth")):
        return None
    units, _ = growth_units(view)
    panels = growth_panels(units)
    if not panels:
        return empty("Not read twice in this period", "Choose a longer period above to see how the lists grew.")
    summary = " ".join(_grew(name, units) for name in dict.fromkeys(panel.series for panel in panels))
    notes = [summary, *([BARS] if any(panel.marks == "bars" for panel in panels) else [])]
    notes += _not_whole(view.frame("growth"), view.growth())
    notes += [COUNTED_BACK] if any(panel.series == "mutuals" for panel in panels) else []
    return ChartBox(summary=summary, height=growth_height(panels), note=" ".join(notes))


def growth_figure(view: AccountView) -> Figure:
    """The chart in the page's unit."""
    units, unit = growth_units(view)
    return growth(units, unit=unit, theme=view.theme)


def _grew(name: str, units: pd.DataFrame) -> str:
    counts = units[name].dropna()
    parts = [f"{counts.iloc[0]:,.0f} at first, {counts.iloc[-1]:,.0f} at last"] if len(counts) > 1 else []
    if name in LISTS.values() and units[f"gained_{name}"].notna().any():
        gained, lost = units[f"gained_{name}"].sum(), units[f"lost_{name}"].sum()
        parts.append(f"{gained:,.0f} gained, {lost:,.0f} lost")
    return f"{SERIES[name]}: {'; '.join(parts)}."


def _not_whole(ever: pd.DataFrame, daily: pd.DataFrame) -> list[str]:
    """On how many days a list was counted, but not read in full; the first had nothing to be compared with."""
    found: dict[str, list[str]] = {}
    for name in LISTS.values():
        first = ever.loc[ever[name].notna(), "day"].min()
        days = daily[daily[name].notna() & daily[f"gained_{name}"].isna() & (daily["day"] > first)]
        if len(days):
            said = NEVER_WHOLE if ever[f"gained_{name}"].isna().all() else NOT_WHOLE
            found.setdefault(said.format(days=plural(len(days), "day")), []).append(SERIES[name])
    return [f"{' and '.join(names).capitalize()} {said}" for said, names in found.items()]


# ---- who it was


def list_box(view: AccountView, what: str | None, relation: str | None) -> Component | None:
    """The list, and by what it can be narrowed."""
    is_told = _is_compared(view.frame("growth")) or change_list.changes(current_user.id, view.id, limit=1)
    if not is_told:
        return None
    kinds = [kind for kind in KINDS if kind in (what or "").split(",")]
    relation = relation if relation in LISTS else ANY
    choice = dbc.Checklist(
        id=WHAT,
        options=[kind_option(kind) for kind in kinds],
        value=kinds,
        className="sg-kinds",
        inputClassName="btn-check",
        labelClassName="sg-kind",
        labelCheckedClassName="sg-kind-checked",
    )
    narrowed = [_relations(view, relation), search_box(SEARCH, "Find a name or handle")]
    files = _downloads(view, change_filter(view, kinds, relation))
    content = [
        html.Div(narrowed, className="sg-toolbar"),
        html.Div(choice, role="group", **aria(label="What happened: choose one or several, none is all")),
        change_grid(),
        html.P(id="change-count", className="sg-remark", role="status"),
        html.P(id="change-why", className="sg-remark"),
        meanings(),
    ]
    return html.Div(
        [
            chart_head(CHANGES.title, "changes", html.Div(files, id="change-downloads", className="sg-downloads")),
            fold("List", *content, is_open=bool(kinds) or relation != ANY),
        ],
        className="sg-card sg-chart",
    )


def _relations(view: AccountView, relation: str) -> Component:
    friend = service_of(view.account.service).friend
    lists = {ANY: "Both", "follower": "Followers", "friend": f"{friend}s".capitalize()}
    options = [{"label": title, "value": value} for value, title in lists.items()]
    return labelled("Followers or friends", dbc.Select(id=RELATION, options=options, value=relation))


def rows_of(view: AccountView, request: Any, chosen: ChangeFilter) -> tuple[Any, ...]:
    """The rows that the grid asked for; with the first ones what stands around them."""
    requested = rows_request(request, COLUMNS)
    counts = change_list.count_kinds(current_user.id, view.id, chosen)
    total = sum(people for kind, people in counts.items() if not chosen.kinds or kind in chosen.kinds)
    rows = change_list.changes(
        current_user.id, view.id, chosen, sort=requested.sort, offset=requested.offset, limit=requested.limit
    )
    friend = service_of(view.account.service).friend
    shown = [change_row(row, friend=friend, time_zone=view.time_zone) for row in rows]
    answer = {"rowData": shown, "rowCount": total}
    if requested.offset:
        return answer, no_update, no_update, no_update, no_update
    options = [kind_option(kind, counts.get(kind, 0)) for kind in KINDS if kind in counts or kind in chosen.kinds]
    untold = counts.get("lost", 0)
    why = NOT_TOLD.format(n=untold) if untold else ""
    return answer, _counted(total, view), options, _downloads(view, chosen), why


def _counted(total: int, view: AccountView) -> str:
    """How many there are; nobody only where lists were compared."""
    if total:
        return plural(total, "change")
    return "Nobody." if _is_compared(view.growth()) else NOT_COMPARED


def _is_compared(daily: pd.DataFrame) -> bool:
    return any(daily[f"gained_{name}"].notna().any() for name in LISTS.values())


def _downloads(view: AccountView, chosen: ChangeFilter) -> list[html.A]:
    query = {
        **(period_fields(view.period) if any(view.span) else {}),
        "what": ",".join(kind for kind in KINDS if kind in chosen.kinds),
        "relation": chosen.relation or "",
        "search": chosen.search,
    }
    return download_links(view.id, "changes", TABLE_FORMATS, query)


def change_filter(view: AccountView, kinds: Iterable[str], relation: Any, search: Any = "") -> ChangeFilter:
    """The changes of the period that are looked at."""
    of_list = None if relation == ANY else relation
    text, (since, until) = search_text(search).strip(), view.span
    return ChangeFilter(kinds=frozenset(kinds), relation=of_list, search=text, since=since, until=until)


GROWTH = Chart(
    name="growth",
    title="Growth",
    frames=("growth", "periods"),
    by=("period", "unit"),
    box=growth_box,
    figure=growth_figure,
    table=chart_tables.growth,
    rows=chart_tables.growth_rows,
)
CHANGES = Panel("Who came and went", ("growth", "periods"), list_box)
PARTS = (GROWTH, CHANGES)


def register(app: Dash) -> None:
    """The grid asks for rows; what narrows it lets it ask anew."""
    show_as_cards(app, GRID)

    @app.callback(
        Output(GRID, "getRowsResponse"),
        Output("change-count", "children"),
        Output(WHAT, "options"),
        Output("change-downloads", "children"),
        Output("change-why", "children"),
        Input(GRID, "getRowsRequest"),
        State(WHAT, "value"),
        State(RELATION, "value"),
        State(SEARCH, "value"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def send_changes(request: Any, what: Any, relation: Any, search: Any, data: Any) -> tuple[Any, ...]:
        if request is None:
            return (no_update,) * 5
        kinds = what if isinstance(what, list) else []
        if not all(isinstance(kind, str) and kind in KINDS for kind in kinds) or relation not in (ANY, *LISTS):
            abort(400)
        view = view_of_callback(data, names=CHANGES.frames)
        return rows_of(view, request, change_filter(view, kinds, relation, search))

    app.clientside_callback(
        ClientsideFunction("sociogram", "refresh"),
        *(Input(name, "value") for name in (WHAT, RELATION, SEARCH)),
        State(GRID, "id"),
        prevent_initial_call=True,
    )
