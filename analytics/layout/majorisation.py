"""Drawings of small networks: distances on the plane as near as can be to the steps between people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

from analytics.layout.arrays import Points, Ties

_STEPS = 300
_CHECKED = 5  # steps between two looks at the stress
_TOLERANCE = 1e-5  # least relative gain between two looks
_JITTER = 1e-4  # no two on one point, where they would stay
_TINY = 1e-12


def least_stress(ties: Ties, start: Points | None, rng: np.random.Generator) -> Points:
    """A drawing of a small connected network by stress majorisation.

    Parameters
    ----------
    ties : sparse matrix, shape (n, n)
        Only who has a tie with whom counts, not its strength.
    start : ndarray of float32, shape (2, n), optional
        Where people stand already; without it, classical scaling.
    rng : Generator
        Same state: same drawing.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Positions with a step between people as unit of length.

    Notes
    -----
    Minimises the sum over pairs of :math:`(\\lVert x_i - x_j \\rVert / d_{ij} - 1)^2`, with d the steps on the shortest
    way, as Kamada and Kawai do. Every second step goes twice as far, which takes fewer.

    References
    ----------
    .. [1] Gansner, E. R., Koren, Y. & North, S. (2004). Graph drawing by stress majorization. Graph Drawing 2004,
       239-250.
    .. [2] Kamada, T. & Kawai, S. (1989). An algorithm for drawing general undirected graphs. Inf. Process. Lett. 31,
       7-15.
    """
    steps = shortest_path(ties, directed=False, unweighted=True).astype(np.float32)
    xy = _scaling(steps) if start is None else _in_scale(start, steps)
    xy = xy + _JITTER * rng.standard_normal(xy.shape)
    return _majorised(steps, xy.T.astype(np.float32)).T


def _scaling(steps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Classical scaling: the two principal axes of the distances; shape (2, n)."""
    centred = steps.astype(np.float64) ** 2
    centred -= centred.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(centred / -2)
    axes: NDArray[np.float64] = np.sqrt(np.maximum(values[-2:], 0))[:, None] * vectors.T[-2:]
    return axes[::-1]


def _in_scale(xy: Points, steps: NDArray[np.float32]) -> Points:
    """The drawing in the size that is nearest to the steps."""
    ratio = _distances(xy.T)[steps > 0] / steps[steps > 0]
    return xy * np.float32(ratio.sum() / np.maximum((ratio**2).sum(), _TINY))


def _distances(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distances of all pairs of rows."""
    squares = (points**2).sum(axis=1)
    found: NDArray[np.float32] = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, _TINY))
    return found


def _majorised(steps: NDArray[np.float32], xy: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows of `xy` moved until the stress falls no more."""
    weight = np.divide(1, steps**2, where=steps > 0, out=np.zeros_like(steps))
    inverse = _inverse_laplacian(weight)
    last = np.inf
    for step in range(_STEPS):
        distance = _distances(xy)
        if step % _CHECKED == 0:
            stress = float((weight * (distance - steps) ** 2).sum())
            if last - stress <= _TOLERANCE * stress:
                break
            last = stress
        ratio = weight * steps / distance
        target = inverse @ (ratio.sum(axis=1)[:, None] * xy - ratio @ xy)
        xy = target if step % 2 else 2 * target - xy
    return xy


def _inverse_laplacian(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pseudo-inverse of the weights' Laplacian."""
    laplacian = np.diag(weight.sum(axis=1, dtype=np.float64)) - weight
    inverse: NDArray[np.float32] = (np.linalg.inv(laplacian + 1 / len(weight)) - 1 / len(weight)).astype(np.float32)
    return inverse
