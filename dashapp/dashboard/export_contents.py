"""What can be taken away of an account: its lists, posts and graphs, and the data behind its charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analytics import timeline

from ..store import accounts, graphs, people, posts
from ..store.rows import AccountRow, ChangeCount, NodeRow
from .formats.records import Edge, Graph, Node, Table

LISTS = ("followers", "friends", "mutuals", "everyone")
PERSON = (
    "person",
    "handle",
    "name",
    "url",
    "followers",
    "friends",
    "posts",
    "is_follower",
    "is_friend",
    "follower_since",
    "friend_since",
    "first_seen",
    "shared_followers",
    "common_friends",
    "n_followers",
    "n_friends",
    "community",
)
POST = (
    "post",
    "created_at",
    "kind",
    "text",
    "url",
    "language",
    "replies",
    "reposts",
    "likes",
    "quotes",
    "views",
    "label",
    "negative",
    "neutral",
    "positive",
)
CHANGE = ("seen_at", "relation", "change", "person", "handle", "name", "url")
#: frames that are stored once a period
BY_PERIOD = ("rhythm", "top_posts", "hashtags", "mentions")
#: what depends on the period and the unit of the page
OF_PERIOD = ("timeline", "sentiment", *BY_PERIOD)
GROWTH = ("followers", "friends", "posts")
ALL_CHANGES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose account, and for what is drawn over time: which period, by which unit, in which time zone."""

    owner: int
    account: AccountRow
    period: str
    unit: timeline.Unit
    time_zone: str

    @property
    def id(self) -> int:
        """The account's id."""
        return self.account.id


def table(what: str, wanted: Wanted) -> Table | None:
    """A list, the posts, or a chart's data; None if there is no such thing, or nothing of it in this account."""
    if what in LISTS:
        return all_people(wanted, which=what)
    if what in BY_PERIOD:
        return _of_period(wanted, what)
    return TABLES[what](wanted) if what in TABLES else None


def graph(which: str, wanted: Wanted) -> Graph:
    """The persons of a list and the ties among them, without the account itself."""
    directed = not wanted.account.mutual_ties
    edges = graphs.stream_edges(wanted.owner, wanted.id, which, directed=directed)
    return Graph(
        name=f"{which} of {wanted.account.handle} ({wanted.account.service})",
        day=wanted.account.data_day,
        directed=directed,
        nodes=(_node(row) for row in graphs.stream_nodes(wanted.owner, wanted.id, which)),
        edges=map(Edge._make, edges),
    )


def all_people(wanted: Wanted, *, which: str = "everyone") -> Table:
    """The persons of a list, in the order in which they came."""
    return Table(PERSON, people.stream_list(wanted.owner, wanted.id, which))


def all_posts(wanted: Wanted) -> Table:
    """All posts, the oldest first, with how they read."""
    return Table(POST, posts.stream_posts(wanted.owner, wanted.id))


def changes(wanted: Wanted) -> Table:
    """Who was gained and lost, the newest first."""
    rows = people.changes(wanted.owner, wanted.id, limit=ALL_CHANGES)
    return Table(CHANGE, (asdict(row) | {"person": row.key} for row in rows))


def _node(row: NodeRow) -> Node:
    return Node(
        key=row.key,
        label=row.label,
        handle=row.handle,
        followers=row.followers,
        friends=row.friends,
        community=row.community,
        degree=row.degree,
    )


# ---- the data behind charts


def activity(wanted: Wanted) -> Table | None:
    """The timeline: posts and what came back, by day, week or month, and kind."""
    units = _units(wanted)
    return None if units is None else _rows(units)


def labels(wanted: Wanted) -> Table | None:
    """How own posts read: numbers by unit; `assessed` says of how many."""
    units = _units(wanted)
    if units is None:
        return None
    names = list(timeline.LABELS)
    own = units[units["kind"] != "repost"].groupby("start")
    sums = own[["posts", *names]].sum()
    return _rows(sums.assign(assessed=sums[names].sum(axis=1), partial=own["partial"].any()).reset_index())


def _units(wanted: Wanted) -> pd.DataFrame | None:
    frames = accounts.results(wanted.owner, wanted.id, "periods", "daily")
    if not {"periods", "daily"} <= frames.keys():
        return None
    rows = frames["periods"]
    period = rows[rows["period"] == wanted.period].to_dict("records")[0]
    bounds = {name: period[name] for name in ("start", "end")}
    units = timeline.per_unit(frames["daily"], wanted.unit, time_zone=wanted.time_zone, **bounds)
    return units.assign(start=units["start"].dt.date)


def growth(wanted: Wanted) -> Table:
    """Counts by day on which the account was read, and who was gained and lost then; empty where nobody is known."""
    counts = accounts.snapshots(wanted.owner, wanted.id)
    counts = counts.assign(day=counts["day"].dt.date).set_index("day")
    names = [f"{change}_{relation}s" for relation in ("follower", "friend") for change in ("gained", "lost")]
    changed = _changed(people.count_changes(wanted.owner, wanted.id)).reindex(columns=names)
    return _rows(counts[list(GROWTH)].join(changed, how="outer").rename_axis("day").reset_index())


def _changed(counts: Iterable[ChangeCount]) -> pd.DataFrame:
    rows = [(row.seen_at.date(), f"{row.change}_{row.relation}s", row.people) for row in counts]
    changed = pd.DataFrame(rows, columns=["day", "change", "people"])
    return changed.pivot_table(index="day", columns="change", values="people", aggfunc="sum")


def _of_period(wanted: Wanted, name: str) -> Table | None:
    frame = accounts.results(wanted.owner, wanted.id, name).get(name)
    if frame is None:
        return None
    return _rows(frame[frame["period"] == wanted.period].drop(columns=["period", "post"], errors="ignore"))


def _rows(frame: pd.DataFrame) -> Table:
    """A small frame's rows; None where a value is missing, whole numbers as such."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return Table([str(name) for name in frame], [{str(k): _whole(v) for k, v in row.items()} for row in records])


def _whole(value: Any) -> Any:
    """Counts stand as floats in frames only to make room for NaN."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: what stands in an address before the dot, apart from lists and what is stored once a period
TABLES: Mapping[str, Callable[[Wanted], Table | None]] = {
    "posts": all_posts,
    "changes": changes,
    "growth": growth,
    "timeline": activity,
    "sentiment": labels,
}
