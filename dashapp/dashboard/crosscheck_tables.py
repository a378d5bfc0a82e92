"""The files of the cross-check: who is where, which pairs speak for one person, how many are on which accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import abort
from flask_login import current_user

from ..store import crosscheck
from .chart_tables import file_of
from .crosscheck_view import KIND, KINDS, CrosscheckView
from .formats.records import Table
from .grid_request import search_text
from .sections.crosscheck import combination_rows, own_rows


def people(view: CrosscheckView, query: Mapping[str, str]) -> Table:
    """A row a person, those whom filter and search of the address find."""
    owner = current_user.id
    patterns = view.patterns(view.filter(query.get("where")))
    rows = crosscheck.stream_table(owner, patterns=patterns, search=search_text(query.get("search")))
    return Table(crosscheck.table_columns(owner), rows)


def pairs(_view: CrosscheckView, _query: Mapping[str, str]) -> Table:
    """A row a pair that is certain or likely, with the weight of each kind of evidence and what the user said."""
    return Table(crosscheck.PAIR, crosscheck.stream_pairs(current_user.id))


def combinations(view: CrosscheckView, query: Mapping[str, str]) -> Table:
    """The data of the chart."""
    kind = query.get("list", KIND)
    if kind not in KINDS:
        abort(400, f"There is no list {kind[:20]!r}: use one of {', '.join(KINDS)}.")
    return file_of(combination_rows(view, kind))


def own_accounts(view: CrosscheckView, _query: Mapping[str, str]) -> Table:
    """A row an account of the user: how many people it has, and how many of them are on another one too."""
    return file_of(own_rows(view))


#: what stands in an address before the dot
TABLES: Mapping[str, Callable[[CrosscheckView, Mapping[str, str]], Table]] = {
    "people": people, "pairs": pairs, "combinations": combinations, "accounts": own_accounts,
}  # fmt: skip
