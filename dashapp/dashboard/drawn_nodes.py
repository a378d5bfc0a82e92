"""How the persons of a downloaded graph are drawn: where the page has them, in its colours, by its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

import numpy as np
import pandas as pd

from analytics.layout import node_radii

from ..store import results
from ..store.rows import NodeRow
from .figures.graph import NAMED
from .figures.style import community_colour
from .formats.records import Node

UNIT = 1_000  # what is 1 in a layout: in Gephi points have a size of about 10
LEAST = 5.0  # radius of those without ties, who would not be seen
THEME = "light"
_OF_ROW = tuple(field.name for field in fields(NodeRow))


def drawn_nodes(rows: Iterable[NodeRow], owner: int, account_id: int, which: str) -> Iterator[Node]:
    """The rows with how they are drawn, as far as the last analysis did."""
    frames = results.read(owner, account_id, "positions", "communities")
    positions, communities = (frames.get(name, pd.DataFrame()) for name in ("positions", "communities"))
    of_list = _drawn_as(which, positions)
    if of_list is None:
        return (Node(**_told(row)) for row in rows)
    return _marked(rows, _only(positions, of_list), _only(communities, of_list))


def _drawn_as(which: str, positions: pd.DataFrame) -> str | None:
    """The list in whose drawing these persons stand: mutuals are followers; of everyone the longest list holds most."""
    drawn = positions["list"].value_counts() if "list" in positions else pd.Series(dtype=int)
    candidates = (which, *drawn.index) if which == "everyone" else (which, "followers", "friends", "everyone")
    return next((name for name in candidates if name in drawn.index), None)


def _only(frame: pd.DataFrame, which: str) -> pd.DataFrame:
    return frame[frame["list"] == which]


def _marked(rows: Iterable[NodeRow], positions: pd.DataFrame, communities: pd.DataFrame) -> Iterator[Node]:
    people = pd.Index(positions["person"])
    x, y = (UNIT * positions[["x", "y"]].to_numpy(dtype=np.float64)).round(2).T
    size = np.maximum(UNIT * node_radii(positions["degree"].to_numpy()), LEAST).round(2)
    names = dict(zip(communities["community"], communities["name"], strict=True))
    largest = communities.nlargest(NAMED, "people", keep="first")["community"]
    colours = {community: community_colour(THEME, rank) for rank, community in enumerate(largest)}
    for row in rows:
        if row.id not in people:
            yield Node(**_told(row))
            continue
        place = people.get_loc(row.id)
        yield Node(
            **_told(row),
            community_name=names.get(row.community),
            x=float(x[place]),
            y=float(y[place]),
            size=float(size[place]),
            color=colours.get(row.community, community_colour(THEME, NAMED)),
        )


def _told(row: NodeRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in _OF_ROW}
