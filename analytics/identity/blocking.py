"""Which people are compared at all: those whom a link joins, or who share something rare enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from analytics.identity.links import Bools
from analytics.identity.people import Told
from analytics.identity.tables import Floats, Ints, Table

_MOST_PAIRS = 400  # that one key may make of two services' people: more, and it tells nobody apart
_NEAREST = 5  # candidates that everybody keeps, those with whom most is shared


@dataclass(frozen=True)
class Block:
    """People of two services who are compared.

    Attributes
    ----------
    left, right : ndarray of int
        Rows of the people, each pair once, in order.
    crowded : ndarray of int
        Rows of those who share a key with too many.
    """

    left: Ints
    right: Ints
    crowded: Ints


def block(told: Told, one: int, other: int) -> Block:
    """Who of two services could be the same.

    Parameters
    ----------
    told : Told
        What all people tell.
    one, other : int
        The services' numbers, the less first. Of one and the same service, only people whom a link joins.

    Returns
    -------
    Block
    """
    n = len(told.service)
    ends = np.concatenate([told.links.declared, told.links.moved])
    ends = np.concatenate([ends, ends % n * n + ends // n])
    left, right = ends // n, ends % n
    linked = ends[(told.service[left] == one) & (told.service[right] == other) & (left < right)]
    if one == other:
        linked = np.unique(linked)
        return Block(linked // n, linked % n, linked[:0])
    paged, _, _ = _shared(told.links.pages, told, one, other)
    near, score, crowded = _shared(told.keys, told, one, other)
    kept = nearest(score, near // n, _NEAREST) | nearest(score, near % n, _NEAREST)
    pairs = np.sort(np.concatenate([linked, paged, near[kept]]))
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return Block(pairs // n, pairs % n, crowded)


def _shared(keys: Table, told: Told, one: int, other: int) -> tuple[Ints, Floats, Ints]:
    """Pairs that share a key as one number, with the weight of what they share; who shares one that is too common."""
    n, starts = len(told.service), (told.bounds[one], told.bounds[other])
    parts = [keys[start : told.bounds[number + 1]] for start, number in zip(starts, (one, other), strict=True)]
    holders = [np.bincount(part.indices, minlength=keys.shape[1]) for part in parts]
    made = holders[0] * holders[1]
    tells_apart = (made > 0) & (made <= _MOST_PAIRS)
    product = (_columns(parts[0], tells_apart) @ _columns(parts[1], tells_apart).T).tocoo()
    left, right = (product.coords[k].astype(np.int64) + starts[k] for k in range(2))
    common = [_columns(part, made > _MOST_PAIRS) for part in parts]
    crowded = [np.flatnonzero(np.diff(part.indptr)) + start for part, start in zip(common, starts, strict=True)]
    return left * n + right, product.data, np.concatenate(crowded)


def _columns(values: Table, which: Bools) -> Table:
    """Only those columns; the others are empty."""
    kept = which[values.indices]
    ends = np.concatenate([[0], np.cumsum(kept)])[values.indptr]
    return sp.csr_array((values.data[kept], values.indices[kept], ends), shape=values.shape)


def nearest(score: Floats, group: Ints, most: int) -> Bools:
    """Which are among the `most` with the highest score of their group; no score is negative."""
    order = np.argsort(group - score / (score.max(initial=0.0) + 1))  # one sort by both: a score takes off less than 1
    begins = np.flatnonzero(np.diff(group[order], prepend=-1))
    place = np.arange(len(group)) - np.repeat(begins, np.diff(np.append(begins, len(group))))
    kept = np.zeros(len(group), dtype=bool)
    kept[order] = place < most
    return kept
