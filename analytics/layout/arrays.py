"""The arrays of a layout: points as columns, ties as a sparse matrix, and its connected parts."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

#: Symmetric float32 matrix without diagonal: the strength of the tie between two people, by their numbers.
Ties: TypeAlias = sparse.csr_array[Any, tuple[int, int]]
#: float32, shape (2, n): the x and the y of everybody.
Points: TypeAlias = NDArray[np.float32]
#: float32, shape (n,).
Values: TypeAlias = NDArray[np.float32]
#: int32, shape (n,).
Numbers: TypeAlias = NDArray[np.int32]


def symmetric(links: NDArray[np.integer[Any]], n: int) -> Ties:
    """The matrix of links between `n` people, each link given once."""
    ends = links.astype(np.int32).T
    return summed(ends.ravel(), ends[::-1].ravel(), np.ones(2 * len(links), dtype=np.float32), n)


def summed(rows: Numbers, columns: Numbers, strength: Values, n: int) -> Ties:
    """The matrix with the sum of strengths in each cell."""
    return sparse.coo_array((strength, (rows, columns)), shape=(n, n)).tocsr()


def renumbered(ties: Ties, numbers: NDArray[np.integer[Any]]) -> Ties:
    """The same ties with a new number for everybody."""
    new = numbers.astype(np.int32)
    return summed(np.repeat(new, degrees(ties)), new[ties.indices], ties.data, ties.shape[0])


def with_strength(ties: Ties, strength: Values) -> Ties:
    """The same ties with other strengths."""
    return sparse.csr_array((strength, ties.indices, ties.indptr), shape=ties.shape)


def degrees(ties: Ties) -> Numbers:
    """With how many others each has a tie."""
    return np.diff(ties.indptr)


def differences(ties: Ties, values: Values) -> Values:
    """For each entry of the matrix the value of its row less that of its column."""
    found: Values = np.repeat(values, degrees(ties)) - values[ties.indices]
    return found


def parts(ties: Ties) -> NDArray[np.int64]:
    """For each person the number of their connected part: 0 is the largest, of equals the one of the lowest number."""
    n_parts, labels = connected_components(ties, directed=False)
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(n_parts, dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(n_parts)
    return rank[labels]


def block(ties: Ties, start: int, end: int) -> Ties:
    """The ties among people `start` to `end`, who have none with others."""
    low, high = ties.indptr[start], ties.indptr[end]
    inner = (ties.data[low:high], ties.indices[low:high] - start, ties.indptr[start : end + 1] - low)
    return sparse.csr_array(inner, shape=(end - start, end - start))
