"""All accounts on one calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from dash import html
from dash.development.base_component import Component
from flask import abort

from analytics import timeline

from ...store import accounts
from ...store.rows import AccountRow
from .. import chart_tables
from ..account_view import AccountView
from ..address import PageQuery, period_fields, range_days, unit_for
from ..components.boxes import empty
from ..components.chart import ChartBox, as_table, chart, table
from ..components.data_day import data_day
from ..components.data_words import in_words
from ..components.downloads import download_links
from ..components.numbers import plural
from ..figures.overview import all_accounts
from ..filenames import filename

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
    summary = ", ".join(f"{name}: {plural(posts, 'post')}" for name, posts in sums.items())
    rows = _table(units, unit)
    days = days_of_data([view.account for view in posting], posting[0].time_zone)
    box = ChartBox(
        summary=summary,
        height=320,
        note=_note(sums, unknown, query.period),
        below=html.Div([as_table(table(rows)), days]),
        words=in_words(rows),
    )
    places = {account.called: account.account.place for account in posting if sums[account.called]}
    figure = all_accounts(units, places=places, unit=unit, theme=known[0].theme)
    links = download_links("overview", "timeline", query=period_fields(query.period) | {"unit": unit})
    name = overview_name("timeline", posting)
    return chart("overview", "Timeline over all accounts", box, figure, filename=name, links=links)


def days_of_data(rows: Sequence[AccountRow], time_zone: str) -> html.P:
    """Of which day the data of each account is: a report and a picture say it."""
    titles = accounts.titles(rows)
    days = [f"{titles[row.id]}: {data_day(row, time_zone)}" for row in rows]
    return html.P(f"{'; '.join(days)}.", className="sg-remark sg-on-paper")


def overview_name(what: str, views: Sequence[AccountView]) -> str:
    """How files and pictures of all accounts are called."""
    return filename("overview", what, views[0].period, day=max(view.data_day for view in views))


def _table(units: pd.DataFrame, unit: timeline.Unit) -> pd.DataFrame:
    posts = units.pivot(index="start", columns="account", values="posts").fillna(0).astype("int64")
    in_order = posts[units["account"].unique()]  # that of the legend
    return chart_tables.by_day(in_order, chart_tables.UNITS[unit])


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
