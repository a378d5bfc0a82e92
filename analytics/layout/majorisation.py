"""Drawings of small networks: distances on the plane as near as can be to the steps between people."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

from analytics.layout.arrays import Points, Ties
from analytics.layout.scaling import unrolled

_STEPS = 300
_CHECKED = 5  # steps between two looks at the stress
_TOLERANCE = 1e-5  # least relative gain between two looks
_JITTER = 1e-4  # no two on one point, where they would stay
_TINY = 1e-12

#: Steps on the shortest way between each two, float32, shape (n, n).
Hops: TypeAlias = NDArray[np.float32]


def least_stress(ties: Ties, start: Points | None, rng: np.random.Generator, *, more_starts: int = 0) -> Points:
    """A drawing of a small connected network by stress majorisation.

    Parameters
    ----------
    ties : sparse matrix, shape (n, n)
        Only who has a tie with whom counts, not its strength.
    start : ndarray of float32, shape (2, n), optional
        Where people stand already; without it, `scaling.unrolled`.
    rng : Generator
        Same state: same drawing.
    more_starts : int
        Without `start`, also from so many random ones; the best drawing is taken.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Positions with a step between people as unit of length.

    Notes
    -----
    Minimises the sum over pairs of :math:`(\\lVert x_i - x_j \\rVert / d_{ij} - 1)^2`, with d the steps on the shortest
    way, as Kamada and Kawai do. Every second move goes twice as far, which takes fewer.

    References
    ----------
    .. [1] Gansner, E. R., Koren, Y. & North, S. (2004). Graph drawing by stress majorization. Graph Drawing 2004,
       239-250.
    .. [2] Kamada, T. & Kawai, S. (1989). An algorithm for drawing general undirected graphs. Inf. Process. Lett. 31,
       7-15.
    """
    n = ties.shape[0]
    if n == 2:
        return np.array([[-0.5, 0.5], [0, 0]], dtype=np.float32)
    hops = shortest_path(ties, directed=False, unweighted=True).astype(np.float32)
    if start is None:
        starts = [unrolled(ties, rng), *(hops.mean() * rng.standard_normal((2, n)) for _ in range(more_starts))]
    else:
        starts = [_in_scale(start, hops)]
    drawings = [_majorised(hops, xy + _JITTER * rng.standard_normal((2, n))) for xy in starts]
    return min(drawings, key=lambda drawing: _stress(hops, _distances(drawing)))


def _in_scale(xy: Points, hops: Hops) -> Points:
    """The drawing in the size that is nearest to the hops."""
    ratio = _distances(xy)[hops > 0] / hops[hops > 0]
    return xy * np.float32(ratio.sum() / (ratio**2).sum())


def _distances(xy: Points) -> NDArray[np.float32]:
    """Distances of all pairs, never 0."""
    squares = sum((np.subtract.outer(along, along) ** 2 for along in xy), np.float32(_TINY))
    found: NDArray[np.float32] = np.sqrt(squares)
    return found


def _weight(hops: Hops) -> NDArray[np.float32]:
    """How much a pair counts: less, the farther."""
    return np.divide(1, hops**2, where=hops > 0, out=np.zeros_like(hops))


def _stress(hops: Hops, distance: NDArray[np.float32]) -> float:
    """Sum over pairs, each twice, of the squared relative error."""
    return float((_weight(hops) * (distance - hops) ** 2).sum())


def _majorised(hops: Hops, start: NDArray[np.floating[Any]]) -> Points:
    """The points moved until the stress falls no more."""
    weight, xy, last = _weight(hops), start.astype(np.float32), np.inf
    inverse = _inverse_laplacian(weight)
    for step in range(_STEPS):
        distance = _distances(xy)
        if step % _CHECKED == 0:
            stress = _stress(hops, distance)
            if last - stress <= _TOLERANCE * stress:
                break
            last = stress
        ratio = weight * hops / distance
        target = (ratio.sum(axis=0) * xy - xy @ ratio) @ inverse
        xy = target if step % 2 else 2 * target - xy
    return xy


def _inverse_laplacian(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pseudo-inverse of the weights' Laplacian."""
    laplacian = np.diag(weight.sum(axis=1, dtype=np.float64)) - weight
    inverse: NDArray[np.float32] = (np.linalg.inv(laplacian + 1 / len(weight)) - 1 / len(weight)).astype(np.float32)
    return inverse
