"""The files of the overview: all accounts on one calendar, and their figures side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd
from flask import abort
from flask_login import current_user

from ..store import accounts
from .account_view import FIGURES, AccountView, read
from .address import PageQuery
from .chart_tables import file_of
from .components.cards import MEASURES
from .formats.records import Table
from .sections.all_accounts import FRAMES, overview_name, units_of, with_posts


def account_views(query: PageQuery, names: Iterable[str]) -> list[AccountView]:
    """All accounts of the user, in the period of the view."""
    rows = accounts.accounts(current_user.id)
    views = [read(row.id, period=query.period, unit=query.unit, names=names) for row in rows]
    return [view for view in views if view is not None]


def timeline(query: PageQuery) -> tuple[Table, str]:
    """The data of the chart, and how its file is called."""
    posting = with_posts(account_views(query, FRAMES)) or abort(404)
    _unit, units = units_of(posting, query)
    return file_of(units.assign(start=units["start"].dt.date)), overview_name("timeline", posting)


def figures(query: PageQuery) -> tuple[Table, str]:
    """A row an account and figure, and how the file is called."""
    views = account_views(query, ("figures", "people")) or abort(404)
    told = [
        {"service": view.account.service, "handle": view.handle, "measure": measure.name}
        | {name: view.by_measure().get(measure.name, {}).get(name) for name in FIGURES if name != "measure"}
        for view in views
        for measure in MEASURES
    ]
    return file_of(pd.DataFrame(told)), overview_name("figures", views)


#: what stands in an address before the dot
TABLES: Mapping[str, Callable[[PageQuery], tuple[Table, str]]] = {"timeline": timeline, "figures": figures}
