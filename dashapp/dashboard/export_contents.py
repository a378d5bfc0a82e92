"""What can be taken away of an account: its lists, posts and graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from ..services.records import ALL
from ..store import change_list, graphs, people, posts
from ..store.change_list import ALL_CHANGES, ChangeFilter
from ..store.rows import AccountRow
from .drawn_nodes import drawn_nodes
from .formats.records import Edges, Graph, Table

LISTS = ("followers", "friends", "mutuals", "everyone")
PERSON = (
    "person", "handle", "name", "url", "bio", "links", "verified_links", "followers", "friends", "posts",
    "created_at", "active_at", "is_follower", "is_friend", "follower_since", "friend_since", "moved_to", "first_seen",
    "last_seen", "ties_at", "shared_followers", "common_friends", "followers_in_all_data",
    "friends_in_all_data", "community", "bio_language",
)  # fmt: skip
POST = (
    "post", "created_at", "kind", "text", "url", "language", "replies", "reposts", "likes", "quotes", "views",
    "label", "negative", "neutral", "positive",
)  # fmt: skip
CHANGE = (
    "seen_at", "relation", "change", "reason", "person", "handle", "name", "url", "former", "moved_to", "first_seen",
    "last_seen",
)  # fmt: skip


def table(what: str, owner: int, account: AccountRow) -> Table | None:
    """What is no list: the posts; None if there is no such thing."""
    return TABLES[what](owner, account.id) if what in TABLES else None


def graph(which: str, owner: int, account: AccountRow, *, day: date) -> Graph:
    """The persons of a list and the ties among them, without the account itself."""
    directed = not account.mutual_ties
    of_all = account.service == ALL
    edges = partial(graphs.stream_edges, owner, account.id, which, directed=directed)
    return Graph(
        name=f"{which} of {account.handle} ({account.service})",
        day=day,
        directed=directed,
        nodes=drawn_nodes(graphs.stream_nodes(owner, account.id, which, directed=directed), owner, account.id, which),
        edges=Edges(partial(graphs.stream_edges_of_all, owner, which) if of_all else edges),
        of_services=of_all,
    )


def all_people(owner: int, account_id: int, *, which: str = "everyone", **narrowed: Any) -> Table:
    """The persons of a list, in the order in which they came; `narrowed` as `people.stream_list` has it."""
    return Table(PERSON, people.stream_list(owner, account_id, which, **narrowed))


def all_posts(owner: int, account_id: int) -> Table:
    """All posts, the oldest first, with how they read."""
    return Table(POST, posts.stream_posts(owner, account_id))


def changes(owner: int, account_id: int, chosen: ChangeFilter = ALL_CHANGES) -> Table:
    """Who came, went, moved or got another name, the newest first."""
    return Table(CHANGE, change_list.stream_changes(owner, account_id, chosen))


#: what stands in an address before the dot, apart from lists and charts
TABLES: Mapping[str, Callable[[int, int], Table]] = {"posts": all_posts}
