"""The parts of a drawing beside each other: boxes in columns, and rows of points for those without ties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.layout.arrays import Points

_WIDER = 1.5  # than high
_BAND = 0.3  # height of the band, at most, of its width


def in_columns(sides: NDArray[np.float64], *, gap: float) -> NDArray[np.float64]:
    """Places for boxes, the largest first and at the upper left, without overlap.

    Parameters
    ----------
    sides : ndarray, shape (2, n)
        Widths and heights, the largest box first.
    gap : float
        Least distance between two boxes.

    Returns
    -------
    ndarray of float64, shape (2, n)
        The boxes' centres; y grows upwards. Boxes stand in rows, rows in columns as high as the first box, or higher
        where many others need the room.
    """
    outer = sides + gap
    high = max(float(outer[1, 0]), float(np.sqrt(outer.prod(axis=0).sum() / _WIDER)))
    corners, left, below, row, column, tall = [], 0.0, 0.0, 0.0, 0.0, 0.0
    for width, height in outer.T.tolist():
        if row + width > column:  # the row is full
            below, row, tall = below + tall, 0.0, 0.0
        if row == 0 and below + height > high:  # and so is the column
            left, below, column = left + column, 0.0, 0.0
        corners.append((left + row, -below))
        row, column, tall = row + width, max(column, row + width), max(tall, height)
    return np.array(corners).T + np.array([[0.5], [-0.5]]) * outer


def in_rows(n: int, *, width: float, old: Points) -> NDArray[np.float64]:
    """Places for single points, in rows across `width` from the upper left.

    Parameters
    ----------
    n : int
        How many; at least 1.
    width : float
        Of the drawing above, from 0 to the right; the band is as wide, or wider where there is little above.
    old : ndarray, shape (2, n)
        Where they stood, NaN where they are new: who stood above stays above, who stood left stays left, new ones come
        last.

    Returns
    -------
    ndarray of float64, shape (2, n)
        Places of the points, at most 1 apart, y from 0 downwards.
    """
    width = max(width, _WIDER * float(np.sqrt(n)))
    cell = min(1.0, width * float(np.sqrt(_BAND / n)))
    n_columns = max(1, int(width / cell))
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(-old[1], kind="stable")] = np.arange(n)
    rows = rank // n_columns
    order = np.lexsort((rank, np.nan_to_num(old[0], nan=np.inf), rows))
    columns = np.empty(n, dtype=np.int64)
    columns[order] = np.arange(n) % n_columns
    return cell * np.stack([columns, -rows]).astype(np.float64)
