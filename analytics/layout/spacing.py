"""Room for the biggest: persons with many ties are drawn as large discs, which must not hide each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.layout.arrays import Points

_LARGEST = 0.025  # radius, where the drawing goes from -1 to 1
_BIGGEST = 100  # so many are pushed apart
_OUTSTANDING = 2  # times the mean number of ties
_CLEARANCE = 1.01  # a hair between two discs
_ROUNDS = 100
_TINY = 1e-9


def node_radii(degree: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Radii of the discs as which people are drawn, in units of the drawing.

    Parameters
    ----------
    degree : ndarray of int, shape (n,)
        With how many others each has a tie.

    Returns
    -------
    ndarray of float64, shape (n,)
        At most 0.025; the area grows with the degree.
    """
    return _LARGEST * np.sqrt(degree / max(int(degree.max(initial=0)), 1))


def apart(xy: Points, radii: NDArray[np.float64]) -> Points:
    """The drawing with the biggest discs pushed apart, as little as it takes; the others stay.

    Biggest are at most 100 with at least twice the mean area of those who have ties: where all
    are alike, none is big.

    Parameters
    ----------
    xy : ndarray of float32, shape (2, n)
        Positions.
    radii : ndarray of float64, shape (n,)
        As `node_radii` gives them.

    Returns
    -------
    ndarray of float32, shape (2, n)
        A new array.

    References
    ----------
    .. [1] Dwyer, T., Marriott, K. & Stuckey, P. J. (2005). Fast node overlap removal. Graph Drawing 2005, 153-164.
    """
    biggest = np.argsort(-radii, kind="stable")[:_BIGGEST]
    mean = (radii**2).sum() / max(np.count_nonzero(radii), 1)
    biggest = biggest[radii[biggest] ** 2 >= _OUTSTANDING * mean]
    least = _CLEARANCE * np.add.outer(radii[biggest], radii[biggest])
    np.fill_diagonal(least, 0)
    discs = xy[:, biggest].astype(np.float64)
    for _ in range(_ROUNDS):
        push = _push(discs, least)
        if not push.any():
            break
        discs += push
    moved = xy.copy()
    moved[:, biggest] = discs
    return moved


def _push(discs: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each disc half of the way out of all that it overlaps, shape (2, n)."""
    between = discs[:, :, None] - discs[:, None, :]
    distance = np.hypot(*between)
    overlap = np.maximum(least - distance, 0)
    overlap[overlap < _TINY] = 0
    push: NDArray[np.float64] = (between * (overlap / np.maximum(distance, _TINY))).sum(axis=2) / 2
    return push
