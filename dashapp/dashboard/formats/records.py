"""What a writer of a format gets: rows and graphs that come one by one; the shape of a writer, and what all share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from ...store.rows import NodeRow

PORTION = 1 << 16  # bytes sent at once: rows one by one would cost a system call each


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, and rows that hold at least these."""

    columns: Sequence[str]
    rows: Iterable[Mapping[str, Any]]


class Edge(NamedTuple):
    """A tie by its ends' keys and names: the source follows the target, or both each other if the graph says so."""

    source: str
    target: str
    source_name: str | None
    target_name: str | None
    services: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(NodeRow):
    """A person of a graph, and how they are drawn if they are: y grows upwards, `size` is the radius."""

    community_name: str | None = None
    x: float | None = None
    y: float | None = None
    size: float | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Edges:
    """Ties that are read anew whenever they are gone through."""

    read: Callable[[], Iterable[Sequence[Any]]]

    def __iter__(self) -> Iterator[Edge]:
        return (Edge(*values) for values in self.read())


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Persons, to be gone through once, and ties; `of_services`: each with the services on which it is."""

    name: str
    day: date
    directed: bool
    nodes: Iterable[Node]
    edges: Edges
    of_services: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form of files, and who writes tables and graphs in it, if that is possible."""

    label: str
    suffix: str
    mimetype: str
    table: Callable[[Table], Iterator[bytes]] | None = None
    graph: Callable[[Graph], Iterator[bytes]] | None = None


#: a node's attributes, in the order in which they are written
COUNTS = ("followers", "friends", "community", "degree")
TOLD = ("handle", *COUNTS, "community_name")
MEASURES = ("x", "y", "size")
ATTRIBUTES = ("label", *TOLD, *MEASURES, "color")


def portions(parts: Iterable[str]) -> Iterator[bytes]:
    """Texts as UTF-8, many of them at once, never none: an empty part would end a chunked answer.

    The first goes out alone: the database may need seconds for the next, and somebody in between gives up before.
    """
    held: list[str] = []
    size, enough = 0, 1
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= enough:
            yield "".join(held).encode()
            held, size, enough = [], 0, PORTION
    if held:
        yield "".join(held).encode()


def iso(value: date) -> str:
    """ISO 8601: a day, or an instant in UTC with a Z; a local time without zone stays one."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
