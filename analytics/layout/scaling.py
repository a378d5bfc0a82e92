"""Where a force-directed drawing begins: a network unrolled, by the steps from some of its people to all."""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import shortest_path

from analytics.layout.arrays import Points, Ties

_PIVOTS = 60


def unrolled(ties: Ties, rng: np.random.Generator) -> Points:
    """A rough drawing of a connected network by pivot multidimensional scaling.

    Parameters
    ----------
    ties : sparse matrix, shape (n, n)
        Only who has a tie with whom counts, not its strength.
    rng : Generator
        Chooses 60 pivots; below that everybody is one.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Positions around the origin; people with the same neighbours may be on one point.

    References
    ----------
    .. [1] Brandes, U. & Pich, C. (2007). Eigensolver methods for progressive multidimensional scaling of large data.
       Graph Drawing 2006, 42-53.
    """
    pivots = np.sort(rng.permutation(ties.shape[0])[:_PIVOTS])
    squares = shortest_path(ties, directed=False, unweighted=True, indices=pivots) ** 2
    squares -= squares.mean(axis=0)
    squares -= squares.mean(axis=1, keepdims=True)
    _, lengths, axes = np.linalg.svd(squares / 2, full_matrices=False)
    xy: Points = (np.sqrt(lengths[:2, None]) * axes[:2]).astype(np.float32)
    return xy
