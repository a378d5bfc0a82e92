"""The list of who came, went, moved or got another name: its columns, its words, and its rows as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from ...store.rows import ChangeRow
from .grid import Column, grid
from .numbers import DASH, iso_day
from .posts import safe_link

GRID = "change-grid"
COLUMNS = (
    Column("seen_at", "When", "Time of the data that showed it", "time", filtered=False, width=106),
    Column("handle", "Who", "Handle, or the service's id", "text", "PersonLink", filtered=False, width=130),
    Column("what", "What", "What happened", "mark", "ChangeKind", width=200),
    Column("name", "Name", "Name as the service tells it", "text", filtered=False, width=130),
    Column("relation", "On list", "Whether they follow you, or you follow them", "mark", width=100),
    Column("first_seen", "First seen", "Time of the data in which they first stood", "time", filtered=False),
    Column("last_seen", "Last seen", "Time of the data in which they last stood on a list", "time", filtered=False),
)
#: what each kind is called, and what that means
KINDS: Mapping[str, tuple[str, str]] = {
    "gained": ("Gained", "on a list that was read, and never on it before"),
    "returned": ("Came back", "lost before, and on the list again"),
    "unfollowed": ("Unfollowed", "the account is there, and the follow was ended"),
    "gone": ("Gone", "the account was deleted or suspended; it may come back"),
    "moved_away": ("Moved away", "to another account, which is on none of the lists"),
    "lost": ("Lost, why not told", "unfollowed or gone: the service does not tell which, or a file cannot"),
    "moved": ("Moved", "to another account, which is on a list in its place: neither lost nor gained"),
    "renamed": ("Renamed", "the same account with another handle"),
}
#: how a row says it where the title does not do
WRITTEN = {"lost": "Lost", "moved": "Moved here from {former}", "renamed": "Renamed from {former}"}


def change_grid() -> html.Div:
    """The grid, the newest first."""
    return grid(GRID, COLUMNS, sort="seen_at")


def kind_option(kind: str, people: int | None = None) -> dict[str, Any]:
    """A kind to choose, with how many there are of it once that is counted."""
    number: list[Any] = [] if people is None else [" ", html.Span(f"{people:,}", className="sg-kind-count")]
    return {"label": html.Span([KINDS[kind][0], *number]), "value": kind}


def meanings() -> html.Details:
    """What the words mean."""
    terms: list[Any] = [part for title, meaning in KINDS.values() for part in (html.Dt(title), html.Dd(meaning))]
    return html.Details([html.Summary("What these words mean"), html.Dl(terms)], className="sg-as-table sg-meanings")


def change_row(change: ChangeRow, *, friend: str, time_zone: str) -> dict[str, Any]:
    """A row as the grid shows it; `friend` is what the service calls one."""
    return {
        "id": str(change.id),
        "url": safe_link(change.url),
        "kind": change.change,
        "what": _what(change),
        "handle": change.handle or change.key,
        "name": change.name or DASH,
        "relation": _relation(change, friend),
        **{name: iso_day(getattr(change, name), time_zone) for name in ("seen_at", "first_seen", "last_seen")},
    }


def _what(change: ChangeRow) -> str:
    if change.kind in WRITTEN:
        return WRITTEN[change.kind].format(former=change.former)
    title = KINDS[change.kind][0]
    return f"{title} to {change.moved_to}" if change.kind == "moved_away" and change.moved_to else title


def _relation(change: ChangeRow, friend: str) -> str:
    """The list; of a person as such those on which they are today."""
    if change.relation:
        return "Follower" if change.relation == "follower" else friend.capitalize()
    lists = {"Follower": change.is_follower, friend.capitalize(): change.is_friend}
    return ", ".join(name for name, is_on in lists.items() if is_on) or DASH
