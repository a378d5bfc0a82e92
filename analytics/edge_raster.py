"""A picture of all ties of a drawing: how many run through each cell of a grid, and to which community they belong.

Drawn as lines, a hundred thousand ties take seconds a frame; as a picture under the people they cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIZE = 1_000  # cells a side: sharp up to twice a plot of 500 pixels
SAMPLES = 12_000_000  # points laid on all lines together: bounds the time, however many ties there are
CHUNK = 1_000_000
NO_COLOUR = 8  # of ties between two communities, and of people in none that has a colour
LEVELS = 28  # steps of opacity; with 9 colours they fit the 256 entries of a palette


@dataclass(frozen=True, slots=True, eq=False)
class EdgeRaster:
    """The ties of a drawing as a picture.

    Attributes
    ----------
    cells : ndarray of uint8, shape (SIZE, SIZE)
        0 where no tie runs, else ``1 + colour * LEVELS + level``; the first row is the top of the drawing.
    left, right, bottom, top : float
        Where the picture lies, in the drawing's coordinates.
    """

    cells: NDArray[np.uint8]
    left: float
    right: float
    bottom: float
    top: float


def edge_raster(positions: ArrayLike, ties: NDArray[Any], colours: NDArray[np.integer[Any]]) -> EdgeRaster:
    """The ties of a drawing as a picture.

    Parameters
    ----------
    positions : array_like, shape (n, 2)
        Where the people stand.
    ties : ndarray of int, shape (n_ties, 2)
        Numbers of people, each pair once.
    colours : ndarray of int, shape (n,)
        The number of each person's colour, 0 to 7, or `NO_COLOUR`, which is also that of ties between colours.

    Returns
    -------
    EdgeRaster
        A cell has the colour of most of its ties. Its level grows with the logarithm of their number, so that single
        ties can be seen beside thousands.

    Notes
    -----
    Each tie is walked in equal steps of about a cell, in longer ones once all ties together would take more than
    `SAMPLES` steps; a longer step counts for as many cells as it passes.
    """
    xy = np.asarray(positions, dtype=np.float32).reshape(-1, 2)
    low, high = xy.min(axis=0, initial=0), xy.max(axis=0, initial=0)
    side = max(float((high - low).max()), 1e-6) * 1.02
    corner = (low + high) / 2 - side / 2
    cells = (xy - corner) * (SIZE / side)
    ends, of_person = ties.astype(np.int64), colours.astype(np.int64)
    of_tie = np.where(of_person[ends[:, 0]] == of_person[ends[:, 1]], of_person[ends[:, 0]], NO_COLOUR)
    left, bottom = (float(value) for value in corner)
    return EdgeRaster(_cells(cells, ends, of_tie), left, left + side, bottom, bottom + side)


def _cells(cells: NDArray[np.float32], ends: NDArray[np.int64], of_tie: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The grid's values: for each cell the colour that most ties have, and a level for all of them."""
    total = np.zeros(SIZE * SIZE, dtype=np.float32)
    most, colour = np.zeros_like(total), np.zeros(SIZE * SIZE, dtype=np.uint8)
    length = np.hypot(*(cells[ends[:, 0]] - cells[ends[:, 1]]).T)
    step = max(1.0, float(length.sum()) / SAMPLES)
    for number in np.unique(of_tie):
        mine = of_tie == number
        counts = _counts(cells, ends[mine], length[mine], step)
        total += counts
        colour[counts > most] = number
        most = np.maximum(most, counts)
    if not total.any():
        return np.zeros((SIZE, SIZE), dtype=np.uint8)
    level = np.log1p(total) * ((LEVELS - 1) / float(np.log1p(total.max())))
    values = np.where(total > 0, 1 + colour.astype(np.int64) * LEVELS + np.rint(level).astype(np.int64), 0)
    return values.astype(np.uint8).reshape(SIZE, SIZE)[::-1]


def _counts(
    cells: NDArray[np.float32], ends: NDArray[np.int64], length: NDArray[np.float32], step: float
) -> NDArray[np.float32]:
    """How many ties run through each cell."""
    counts = np.zeros(SIZE * SIZE, dtype=np.float32)
    steps = np.maximum(np.ceil(length / step), 1).astype(np.int64)
    weight = (np.maximum(length, 1) / steps).astype(np.float32)
    bounds = np.searchsorted(np.cumsum(steps), np.arange(CHUNK, int(steps.sum()) + CHUNK, CHUNK), side="right")
    for part in np.split(np.arange(len(ends), dtype=np.int32), np.unique(bounds)):
        of_part = steps[part]
        tie, before = np.repeat(part, of_part), (np.cumsum(of_part) - of_part).astype(np.int32)
        within = np.arange(len(tie), dtype=np.int32) - np.repeat(before, of_part)
        along = ((within + 0.5) / steps[tie]).astype(np.float32)
        place = np.zeros(len(tie), dtype=np.int32)  # of the cell; one axis after the other takes less memory
        for axis in (1, 0):
            points = cells[ends[tie, 0], axis] * (1 - along) + cells[ends[tie, 1], axis] * along
            place = place * SIZE + np.clip(points.astype(np.int32), 0, SIZE - 1)
        counts += np.bincount(place, weights=weight[tie], minlength=SIZE * SIZE).astype(np.float32)
    return counts
