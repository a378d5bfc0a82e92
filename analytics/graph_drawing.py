"""A drawn network as small arrays: what a page needs to show a list with all its people and ties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST = 60_000  # people drawn; their numbers fit 16 bits
NAMED = 1_500  # of these, the best connected, whose names come with the drawing
LINES = 3_000  # ties that a page draws as lines; more of them become a picture, and lines where few are in view
REACH = 32_000  # the largest coordinate: fits 16 bits, and is finer than a pixel up to a zoom of about 100


@dataclass(frozen=True, eq=False)
class GraphDrawing:
    """People where they stand, and the ties among them by the people's numbers.

    Attributes
    ----------
    person : ndarray of int64, shape (n,)
        Ids. The `named` best connected come last, the best of them at the end, so that they are drawn above all; the
        others before, by colour and id.
    x, y : ndarray of int16, shape (n,)
        Positions; ``unit`` is as long as 1 in those of `layout.force_directed`.
    degree : ndarray of int32, shape (n,)
        With how many others of the list each has a tie, also of those who are not drawn.
    colour : ndarray of uint8, shape (n,)
        The number of the colour.
    begin : ndarray of uint16, shape (n,)
        How many ties have each as the smaller number of their two.
    end : ndarray of uint16, shape (n_ties,)
        The larger numbers, ordered by the smaller ones and then by themselves.
    named : int
        How many of the last ones have names that come with the drawing.
    unit : float
        See `x`.
    """

    person: NDArray[np.int64]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    degree: NDArray[np.int32]
    colour: NDArray[np.uint8]
    begin: NDArray[np.uint16]
    end: NDArray[np.uint16]
    named: int
    unit: float

    @property
    def as_lines(self) -> bool:
        """Whether all ties are few enough to be lines."""
        return len(self.end) <= LINES

    @cached_property
    def ties(self) -> NDArray[np.uint16]:
        """Numbers of people, shape (n_ties, 2): each pair once, the smaller number first, ordered."""
        first = np.repeat(np.arange(len(self.begin), dtype=np.uint16), self.begin)
        return np.column_stack([first, self.end])

    def numbers(self, people: Any) -> NDArray[np.int64]:
        """The numbers of those among `people` (ids) who are drawn, ascending."""
        return np.flatnonzero(np.isin(self.person, np.fromiter(people, dtype=np.int64)))

    def neighbours(self, number: int) -> NDArray[np.int64]:
        """The numbers of all who have a tie with that one."""
        return np.concatenate([self.ties[self.ties[:, k] == number, 1 - k] for k in (1, 0)]).astype(np.int64)

    def ties_in(self, across: tuple[float, float], along: tuple[float, float]) -> NDArray[np.uint16]:
        """The ties of those who stand in a box; the ties among them if these are more than `LINES`; else none."""
        inside = (self.x >= across[0]) & (self.x <= across[1]) & (self.y >= along[0]) & (self.y <= along[1])
        ends = inside[self.ties[:, 0]], inside[self.ties[:, 1]]
        for seen in (ends[0] | ends[1], ends[0] & ends[1]):
            if np.count_nonzero(seen) <= LINES:
                return self.ties[seen]
        return self.ties[:0]


def graph_drawing(nodes: pd.DataFrame, links: pd.DataFrame, *, named: int = NAMED) -> GraphDrawing:
    """A drawn network as small arrays.

    Parameters
    ----------
    nodes : DataFrame
        Columns ``person``, ``x``, ``y``, ``degree``, ``colour``; at most `MOST` rows.
    links : DataFrame
        Columns ``source``, ``target``: pairs of persons, each once. Pairs with others than `nodes` are left out.
    named : int
        Whose names come with the drawing: so many of the best connected.

    Returns
    -------
    GraphDrawing
        Positions are rounded to 1 / `REACH` of the largest.

    Raises
    ------
    ValueError
        If there are more than `MOST` people.
    """
    if len(nodes) > MOST:
        raise ValueError(f"{len(nodes):,} people are too many for a drawing: choose at most {MOST:,}.")
    nodes = _ordered(nodes, named)
    xy = nodes[["x", "y"]].to_numpy(dtype=np.float64)
    unit = REACH / max(float(np.abs(xy).max(initial=0)), 1e-6)
    x, y = np.rint(xy * unit).astype(np.int16).T
    ties = _numbered(links, pd.Index(nodes["person"]))
    return GraphDrawing(
        person=nodes["person"].to_numpy(dtype=np.int64),
        x=x,
        y=y,
        degree=nodes["degree"].to_numpy(dtype=np.int32),
        colour=nodes["colour"].to_numpy(dtype=np.uint8),
        begin=np.bincount(ties[:, 0], minlength=len(nodes)).astype(np.uint16),
        end=ties[:, 1],
        named=min(named, len(nodes)),
        unit=unit,
    )


def _ordered(nodes: pd.DataFrame, named: int) -> pd.DataFrame:
    by_degree = nodes.sort_values(["degree", "person"], ascending=[False, True])
    crowd = by_degree.iloc[named:].sort_values(["colour", "person"])
    return pd.concat([crowd, by_degree.iloc[:named][::-1]], ignore_index=True)


def _numbered(links: pd.DataFrame, people: pd.Index[int]) -> NDArray[np.uint16]:
    ends = np.column_stack([people.get_indexer(pd.Index(links[end])) for end in ("source", "target")])
    ends = np.sort(ends[(ends >= 0).all(axis=1)], axis=1)
    return ends[np.lexsort((ends[:, 1], ends[:, 0]))].astype(np.uint16)


# ---- as a row of a frame

_TYPES = {"person": "<i8", "x": "<i2", "y": "<i2", "degree": "<i4", "colour": "|u1", "begin": "<u2", "end": "<u2"}


def to_row(people: GraphDrawing) -> dict[str, Any]:
    """The drawing as a row: numbers, and arrays as their bytes."""
    arrays = {name: getattr(people, name).astype(kind).tobytes() for name, kind in _TYPES.items()}
    return {"named": people.named, "unit": people.unit, **arrays}


def from_row(row: Mapping[str, Any]) -> GraphDrawing:
    """The drawing of a row that `to_row` made."""
    arrays = {name: np.frombuffer(row[name], dtype=kind) for name, kind in _TYPES.items()}
    return GraphDrawing(**arrays, named=int(row["named"]), unit=float(row["unit"]))
