"""What else is told of the people of a drawing: their followers, and on which services they are."""

from __future__ import annotations

from base64 import b64decode, b64encode
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
        As their service counts them; 0 where that is not told.
    places : ndarray of uint32, shape (n,)
        On which of `services` each is: the first is the lowest bit.
    services : sequence of str
        Keys of services, of an account of all services; none of others.
    """

    followers: NDArray[np.int32]
    places: NDArray[np.uint32]
    services: Sequence[str]

    @property
    def on_several(self) -> NDArray[np.bool_]:
        """Who is on more than one service."""
        return np.bitwise_count(self.places) > 1

    def on(self, service: str) -> NDArray[np.bool_]:
        """Who is on that service. `ValueError` for one that is not among `services`."""
        return (self.places >> np.uint32(self.services.index(service)) & np.uint32(1)).astype(bool)


def graph_traits(person: NDArray[np.int64], followers: pd.Series[float], places: pd.Series[Any]) -> GraphTraits:
    """The traits of the people of a drawing.

    Parameters
    ----------
    person : ndarray of int64
        Ids, as the drawing has them.
    followers : Series of float64
        By id; NaN where not told.
    places : Series of tuples of str
        By id the services on which somebody is; empty where all are of one account. Services beyond the
        `MOST_SERVICES` first are left out.

    Returns
    -------
    GraphTraits
    """
    known = places.reindex(person)
    services = sorted({service for place in known.dropna().unique() for service in place})[:MOST_SERVICES]
    bits = {service: 1 << bit for bit, service in enumerate(services)}
    by_place = {place: sum(bits.get(service, 0) for service in place) for place in known.dropna().unique()}
    counted = followers.reindex(person).fillna(0).clip(0, np.iinfo(np.int32).max).to_numpy().astype(np.int32)
    numbers = np.array([by_place.get(place, 0) for place in known], dtype=np.uint32)
    return GraphTraits(counted, numbers, services)


_TYPES = {"followers": "<i4", "places": "<u4"}


def to_row(traits: GraphTraits) -> dict[str, Any]:
    """The traits as a row: arrays as text (base64)."""
    texts = {name: b64encode(getattr(traits, name).astype(kind).tobytes()).decode() for name, kind in _TYPES.items()}
    return {**texts, "services": list(traits.services)}


def from_row(row: Mapping[str, Any]) -> GraphTraits:
    """The traits of a row that `to_row` made."""
    arrays = {name: np.frombuffer(b64decode(row[name]), dtype=kind) for name, kind in _TYPES.items()}
    return GraphTraits(**arrays, services=row["services"])
