"""The list of people: its columns, and its rows as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from dash import html

from ...store.rows import PersonRow
from .grid import Column, grid
from .numbers import DASH, count, iso_day
from .posts import safe_link

UNTOLD = f"{DASH} if that was not told in full"
NAME = Column("name", "Name", "Name as the service tells it", "text", width=170)
HANDLE = Column(
    "handle", "Handle", "Handle, or the service's id where the handle is not told", "text", "PersonLink", width=170
)
FOLLOWERS = Column("followers", "Their followers", "How many follow them, as the service tells")
FRIENDS = Column("friends", "Their friends", "How many they follow, as the service tells")
SHARED = Column("shared_followers", "Shared followers", f"How many of your followers they follow; {UNTOLD}")
COMMON = Column("common_friends", "Common friends", f"How many of your friends they follow; {UNTOLD}")
MUTUAL = Column("mutual", "Mutual", "Whether they follow you and you follow them", "mark")
FOLLOWS_SINCE = Column("follower_since", "Follows since", "Since when they follow you, as the service tells", "time")
FRIEND_SINCE = Column("friend_since", "Friend since", "Since when you follow them, as the service tells", "time")
FIRST_SEEN = Column("first_seen", "First seen", "Time of the data in which they first stood", "time")
IN_FOLLOWERS = Column("n_followers", "Followers in all data", f"How many people of all this data follow them; {UNTOLD}")
IN_FRIENDS = Column("n_friends", "Friends in all data", f"How many people of all this data they follow; {UNTOLD}")
IN_TIES = Column("n_followers", "Ties in all data", f"With how many people of all this data they have a tie; {UNTOLD}")

COLUMNS: Mapping[str, Sequence[Column]] = {
    "followers": (NAME, HANDLE, FOLLOWERS, SHARED, MUTUAL, FOLLOWS_SINCE, FIRST_SEEN),
    "friends": (NAME, HANDLE, FRIENDS, COMMON, MUTUAL, FRIEND_SINCE, FIRST_SEEN),
    "mutuals": (NAME, HANDLE, FOLLOWERS, FRIENDS, SHARED, COMMON, FOLLOWS_SINCE, FRIEND_SINCE, FIRST_SEEN),
    "everyone": (NAME, HANDLE, IN_FOLLOWERS, IN_FRIENDS, FIRST_SEEN),
}


def columns_of(which: str, *, mutual_ties: bool, tells_handles: bool = True) -> Sequence[Column]:
    """The columns of a list; where ties have no direction, one number says both, and every friend is mutual."""
    columns = COLUMNS[which]
    if mutual_ties:
        columns = (NAME, HANDLE, IN_TIES, FIRST_SEEN) if which == "everyone" else columns
        columns = [column for column in columns if which != "friends" or column != MUTUAL]
    return [column for column in columns if tells_handles or column != HANDLE]


def people_grid(which: str, *, sort: str | None, mutual_ties: bool, tells_handles: bool = True) -> html.Div:
    """The grid of a list, sorted at first by the column that tells most."""
    columns = columns_of(which, mutual_ties=mutual_ties, tells_handles=tells_handles)
    return grid("people-grid", columns, sort=sort)


def grid_row(person: PersonRow, *, tells_mutual: bool, time_zone: str) -> dict[str, Any]:
    """A row as the grid shows it: written out, for the server sorts and filters."""
    row: dict[str, Any] = {"id": str(person.id), "url": safe_link(person.url)}
    moved = f", moved to {person.moved_to}" if person.moved_to else ""
    row |= {"name": f"{person.name or DASH}{moved}", "handle": person.handle or person.key}
    for column in (FOLLOWERS, FRIENDS, SHARED, COMMON, IN_FOLLOWERS, IN_FRIENDS):
        row[column.name] = count(getattr(person, column.name))
    for column in (FOLLOWS_SINCE, FRIEND_SINCE):
        at = getattr(person, column.name)
        is_day = at is not None and at.time() == time()  # without its hours: midnight in UTC
        row[column.name] = iso_day(at, "UTC" if is_day else time_zone)
    row[FIRST_SEEN.name] = iso_day(person.first_seen, time_zone)
    mutual = person.is_follower and person.is_friend
    return row | {"mutual": "Yes" if mutual else "No" if tells_mutual else DASH}
