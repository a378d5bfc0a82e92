"""All accounts on one calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from flask import abort

from analytics import timeline

from .. import chart_tables
from ..account_view import AccountView
from ..address import PageQuery, parse_query, parse_search, range_days, unit_for
from ..components.boxes import empty
from ..components.chart import ChartBox, chart
from ..components.data_words import in_words
from ..components.numbers import plural
from ..figures.overview import all_accounts
from ..filenames import filename
from ..formats.csv import table as csv_table
from ..formats.records import Table

FRAMES = ("periods", "daily")
COLUMNS = ("start", "account", "posts")


def section_of(known: Sequence[AccountView], query: PageQuery) -> Component | None:
    """Posts of all accounts, stacked; None if none has posts."""
    posting = with_posts(known)
    unknown = [account.called for account in known if account.account.analysed_at and account.lacks(*FRAMES)]
    if not posting:
        return empty("Timeline over all accounts", _again(unknown)) if unknown else None
    unit, units = units_of(posting, query)
    sums = units.groupby("account", sort=False)["posts"].sum()
    if not sums.any():
        return empty("No posts in this period", "Choose a longer period or other days above to see the timeline.")
    button = html.Button("CSV", id="overview-csv", type="button", className="sg-download", title="The data as CSV")
    summary = ", ".join(f"{name}: {plural(posts, 'post')}" for name, posts in sums.items())
    box = ChartBox(summary=summary, height=320, note=_note(sums, unknown, query.period), words=_words(units, unit))
    names = [name for name, posts in sums.items() if posts]
    figure = all_accounts(units, names=names, unit=unit, theme=known[0].theme)
    csv = html.Span([button, dcc.Download(id="overview-file")])
    name = f"sociogram-overview-timeline-{query.period}"
    return chart("overview", "Timeline over all accounts", box, figure, filename=name, csv=csv)


def _words(units: pd.DataFrame, unit: timeline.Unit) -> str:
    posts = units.pivot(index="start", columns="account", values="posts").fillna(0).astype("int64")
    return in_words(chart_tables.by_day(posts, chart_tables.UNITS[unit]))


def with_posts(known: Sequence[AccountView]) -> list[AccountView]:
    """The accounts of which posts were analysed."""
    return [account for account in known if not account.lacks(*FRAMES) and account.bounds() is not None]


def units_of(posting: Sequence[AccountView], query: PageQuery) -> tuple[timeline.Unit, pd.DataFrame]:
    """The unit, and one row a unit and account: `start`, `account`, `posts`; of the same posts as its figures."""
    starts, ends = zip(*(account.bounds() or abort(404) for account in posting), strict=True)
    unit = unit_for(query.unit, round((max(ends) - min(starts)) / pd.Timedelta(days=1)))
    parts = [timeline.own(account.units(unit)).assign(account=account.called) for account in posting]
    sums = pd.concat(parts).groupby(["account", "start"], sort=False)["posts"].sum().reset_index()
    return unit, sums[list(COLUMNS)]


def days_shown(known: Sequence[AccountView]) -> tuple[date, date] | None:
    """The first and the last day of all accounts together."""
    days = [shown for account in with_posts(known) if (shown := account.shown_days())]
    return (min(first for first, _ in days), max(last for _, last in days)) if days else None


def _note(sums: pd.Series, unknown: Sequence[str], period: str) -> str:
    ends = "The period of each account ends with the day that stands with it above."
    if range_days(period):
        ends = "Of each account, these are the days from its first known post to its newest data."
    sentence = f"Posts and replies, without reposts, as above. {ends}"
    quiet = [name for name, posts in sums.items() if not posts]
    sentence += f" Without posts in it: {'; '.join(quiet)}." if quiet else ""
    return f"{sentence} {_again(unknown)}" if unknown else sentence


def _again(unknown: Sequence[str]) -> str:
    return f"To be analysed again: {'; '.join(unknown)}."


def register(app: Dash, known: Any) -> None:
    """The button that saves the data; `known` reads the user's accounts for a view."""

    @app.callback(
        Output("overview-file", "data"),
        Input("overview-csv", "n_clicks"),
        State("_pages_location", "search"),
        prevent_initial_call=True,
    )
    def save(_clicks: Any, search: Any) -> dict[str, Any]:
        query = parse_query(parse_search(search))
        posting = with_posts(known(query)) or abort(404)
        _unit, units = units_of(posting, query)
        rows = units.assign(start=units["start"].dt.date).to_dict("records")
        content = b"".join(csv_table(Table(COLUMNS, rows)))
        last = max(view.data_day for view in posting)
        name = filename("overview", "timeline", query.period, day=last, suffix="csv")
        return dcc.send_bytes(content, name)  # type: ignore[attr-defined]
