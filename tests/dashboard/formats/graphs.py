"""Graphs to be written, and how they are found again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from hypothesis import strategies as st

from dashapp.dashboard.formats.records import Edge, Edges, Graph, Node

UNTOLD: dict[str, Any] = {"id": 1, **dict.fromkeys(("handle", "name", "followers", "friends", "community"))}
PLACE: dict[str, Any] = {"x": -1000.0, "y": 250.5, "size": 25.0, "color": "#5475f3"}
BOB = Node(
    id=1, key="b", name="Bob", handle="bob@example.social", followers=30, friends=12, community=0, degree=2,
    community_name="Bob & Co", **PLACE,
)  # fmt: skip
CAROL = Node(**{**UNTOLD, "key": "c", "name": "Carol", "degree": None})
DAN = Node(id=3, key="d", name="d", handle="dan", followers=0, friends=0, community=1, degree=1)
EDGES = (Edge("b", "c", "Bob", "Carol"), Edge("d", "b", None, "Bob"))

#: keys as a service may have them, and worse: control characters, quotes, other scripts, emojis
keys = st.text(min_size=1, max_size=8)


@st.composite
def key_pairs(draw: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """Different keys, and different ties among them."""
    nodes = draw(st.lists(keys, min_size=2, max_size=6, unique=True))
    ends = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)).filter(lambda pair: pair[0] != pair[1])
    return nodes, draw(st.lists(ends, max_size=8, unique=True))


def drawn(
    nodes: Iterable[Node] = (BOB, CAROL, DAN),
    edges: Iterable[Edge] = EDGES,
    *,
    directed: bool = True,
    name: str = "all",
) -> Graph:
    """A graph whose persons come once only, as from a database."""
    ties = Edges(partial(iter, edges))
    return Graph(name=name, day=date(2026, 11, 20), directed=directed, nodes=iter(nodes), edges=ties)


def of_keys(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Graph:
    """A graph of persons of whom nothing is told but a name that reads like their key."""
    return drawn(
        [Node(**{**UNTOLD, "key": key, "name": key, "handle": key, "degree": 0}) for key in nodes],
        [Edge(source, target, source, target) for source, target in pairs],
    )
