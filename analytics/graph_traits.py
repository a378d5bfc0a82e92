"""What else is told of the people of a drawing: their followers, who of them is mutual, on which services they are."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_SERVICES = 32  # the bits of a number


@dataclass(frozen=True, slots=True, eq=False)
class GraphTraits:
    """Arrays beside those of a `graph_drawing.GraphDrawing`, in its order of people.

    Attributes
    ----------
    followers : ndarray of int32, shape (n,)
        As their service counts them; -1 where that is not told.
    places : ndarray of uint32, shape (n,)
        On which of `services` each is: the first is the lowest bit.
    mutual : ndarray of bool, shape (n,)
        Who follows the account and is followed by it.
    n_followers, n_friends : ndarray of int32, shape (n,)
        How many people of the list follow each, and how many they follow; -1 where that is not told in full.
    services : sequence of str
        Keys of services, of an account of all services; none of others.
    """

    followers: NDArray[np.int32]
    places: NDArray[np.uint32]
    mutual: NDArray[np.bool_]
    n_followers: NDArray[np.int32]
    n_friends: NDArray[np.int32]
    services: Sequence[str]

    @property
    def on_several(self) -> NDArray[np.bool_]:
        """Who is on more than one service."""
        return np.bitwise_count(self.places) > 1

    def here(self, number: int) -> tuple[int | None, int | None]:
        """How many people of the list follow that one, and how many they follow; None where not told in full."""
        followers, friends = (int(counts[number]) for counts in (self.n_followers, self.n_friends))
        return (None if followers < 0 else followers), (None if friends < 0 else friends)

    def on(self, service: str) -> NDArray[np.bool_]:
        """Who is on that service. `ValueError` for one that is not among `services`."""
        return (self.places >> np.uint32(self.services.index(service)) & np.uint32(1)).astype(bool)


def graph_traits(person: NDArray[np.int64], people: pd.DataFrame) -> GraphTraits:
    """The traits of the people of a drawing.

    Parameters
    ----------
    person : ndarray of int64
        Ids, as the drawing has them.
    people : DataFrame
        By id, at least these people. Columns ``followers``, ``n_followers``, ``n_friends`` (missing where not told),
        ``is_follower``, ``is_friend`` (bool), and ``places``: tuples of the services on which somebody is, missing
        where all are of one account. Services beyond the `MOST_SERVICES` first are left out.

    Returns
    -------
    GraphTraits
    """
    known = people.loc[person]
    places = known["places"]
    services = sorted({service for place in places.dropna().unique() for service in place})[:MOST_SERVICES]
    bits = {service: 1 << bit for bit, service in enumerate(services)}
    by_place = {place: sum(bits.get(service, 0) for service in place) for place in places.dropna().unique()}
    return GraphTraits(
        followers=_counts(known["followers"]),
        places=np.array([by_place.get(place, 0) for place in places], dtype=np.uint32),
        mutual=(known["is_follower"] & known["is_friend"]).to_numpy(),
        n_followers=_counts(known["n_followers"]),
        n_friends=_counts(known["n_friends"]),
        services=services,
    )


def _counts(told: pd.Series[Any]) -> NDArray[np.int32]:
    return told.astype("Float64").fillna(-1).clip(-1, np.iinfo(np.int32).max).to_numpy().astype(np.int32)


_TYPES = {"followers": "<i4", "places": "<u4", "mutual": "|b1", "n_followers": "<i4", "n_friends": "<i4"}


def to_row(traits: GraphTraits) -> dict[str, Any]:
    """The traits as a row: arrays as their bytes, compressed: most are the same number again and again."""
    arrays = {name: zlib.compress(getattr(traits, name).astype(kind).tobytes(), 1) for name, kind in _TYPES.items()}
    return {**arrays, "services": list(traits.services)}


def from_row(row: Mapping[str, Any]) -> GraphTraits:
    """The traits of a row that `to_row` made."""
    arrays = {name: np.frombuffer(zlib.decompress(row[name]), dtype=kind) for name, kind in _TYPES.items()}
    return GraphTraits(**arrays, services=row["services"])
