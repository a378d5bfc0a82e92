"""The table of the cross-check: a row a person, a column an account, in each cell what they are there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import dash_ag_grid as dag

from ...store.rows import Individual, Member
from .numbers import DASH, count
from .people_grid import GRID, GRID_OPTIONS, Column
from .posts import safe_link

#: the columns by which the server sorts
SORTED = (
    Column("name", "Name", "Name as the first of their services tells it", "text"),
    Column("n", "On", "On how many of your accounts they are"),
    Column("followers", "Their followers", "How many follow them: the most that one of their services tells"),
)
#: what a relation is called, and the sign before it
MARKS: Mapping[str, tuple[str, str]] = {"m": ("mutual", "⇄"), "f": ("follows me", "←"), "i": ("I follow", "→")}


def account_column(account_id: int) -> str:
    """The name of an account's column."""
    return f"a{account_id}"


def crosscheck_grid(accounts: Mapping[int, tuple[str, str]]) -> dag.AgGrid:
    """The grid; `accounts` are their titles and handles by id."""
    of_accounts = [
        {
            "field": account_column(account),
            "headerName": title,
            "headerTooltip": handle,
            "sortable": False,
            "minWidth": 170,
            "flex": 1.4,
            "cellRenderer": "CrosscheckCell",
        }
        for account, (title, handle) in accounts.items()
    ]
    return dag.AgGrid(
        id="crosscheck-grid",
        columnDefs=[
            _sorted(SORTED[0], minWidth=120, pinned="left", flex=None, width=150),
            *of_accounts,
            _sorted(SORTED[1], minWidth=64, maxWidth=80, type="rightAligned"),
            _sorted(SORTED[2], minWidth=110, type="rightAligned"),
        ],
        defaultColDef={
            "resizable": True,
            "flex": 1,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "cellDataType": False,
        },
        dashGridOptions={**GRID_OPTIONS, "rowHeight": 54},
        **GRID,
    )


def _sorted(column: Column, **more: Any) -> dict[str, Any]:
    named = {"field": column.name, "headerName": column.title, "headerTooltip": column.meaning, "sortable": True}
    first = {"sort": "desc"} if column.name == "n" else {}
    return named | first | more


UNTOLD: Mapping[str, Any] = {
    "people": [],
    "relation": "untold",
    "sign": DASH,
    "words": "",
    "why": "Not on a list that was read there, but not all were read in full.",
}


def grid_row(
    person: Individual, relations: Mapping[int, str], why: Callable[[Member], str], *, partly: Collection[int] = ()
) -> dict[str, Any]:
    """A row as the grid shows it; `why` says of a member what joins it to the others.

    `partly` are accounts whose lists were not all read in full: who is missing may be there.
    """
    cells = dict.fromkeys(partly, UNTOLD)
    for account, relation in relations.items():
        members = [member for member in person.members if member.account_id == account]
        cells[account] = _cell(members, relation, why)
    told = {"id": str(person.id), "name": person.label, "n": len(relations), "followers": count(person.followers)}
    return told | {account_column(account): cell for account, cell in cells.items()}


def _cell(members: Sequence[Member], relation: str, why: Callable[[Member], str]) -> dict[str, Any]:
    words, sign = MARKS[relation]
    people = [{"label": each.handle or each.name or DASH, "url": safe_link(each.url)} for each in members]
    reasons = dict.fromkeys(reason for each in members if (reason := why(each)))
    return {"people": people, "relation": relation, "sign": sign, "words": words, "why": " ".join(reasons)}
