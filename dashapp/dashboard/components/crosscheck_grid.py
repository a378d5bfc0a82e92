"""The table of the cross-check: a row a person, a column an account, in each cell what they are there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from dash import html

from ...store.rows import Individual, Member
from .grid import HEIGHT, Column, definition, grid_of
from .numbers import DASH, count
from .posts import safe_link

NAME = Column("name", "Name", "Name as the first of their services tells it", "text", filtered=False, width=120)
N = Column("n", "On", "On how many of your accounts they are", filtered=False, width=64)
FOLLOWERS = Column(
    "followers",
    "Their followers",
    "How many follow them: the most that one of their services tells",
    filtered=False,
    width=110,
)
ROW_HEIGHT = 54  # pixels
SORTED = (NAME, N, FOLLOWERS)  # by the server
#: what a relation is called, and the sign before it
MARKS: Mapping[str, tuple[str, str]] = {"m": ("mutual", "⇄"), "f": ("follows you", "←"), "i": ("you follow", "→")}


def account_column(account_id: int) -> str:
    """The name of an account's column."""
    return f"a{account_id}"


def crosscheck_grid(
    accounts: Mapping[int, tuple[str, str]], *, name: str = "crosscheck-grid", height: int = HEIGHT
) -> html.Div:
    """The grid of that id; `accounts` are their titles and handles by id."""
    of_accounts = [
        {
            "field": account_column(account),
            "headerName": title,
            "headerTooltip": handle,
            "sortable": False,
            "minWidth": 170,
            "flex": 1.4,
            "cellDataType": False,
            "cellRenderer": "CrosscheckCell",
        }
        for account, (title, handle) in accounts.items()
    ]
    first = definition(NAME) | {"pinned": "left", "flex": None, "width": 150}
    counts = [definition(N, sort="n") | {"maxWidth": 80}, definition(FOLLOWERS)]
    return grid_of(name, [first, *of_accounts, *counts], row_height=ROW_HEIGHT, height=height)


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
