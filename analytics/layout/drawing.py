"""From ties to positions: every connected part on its own, then all beside each other in one frame."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.layout.arrays import Points, Ties, block, degrees, parts, renumbered, symmetric
from analytics.layout.majorisation import least_stress
from analytics.layout.multilevel import multilevel
from analytics.layout.packing import in_columns, in_rows
from analytics.layout.spacing import apart, node_radii
from analytics.layout.stability import aligned, earlier, entered, framed, known
from analytics.network.graph import Network, network

_SMALL = 30  # below it a drawing shows a shape, from there on groups
_STARTS = 150  # of stress majorisation, divided by the number of people: few people cost little
_GAP = 1.0  # between two parts, as between two people in a part
_LEAST_KNOWN = 0.5  # share of a part who stood in the earlier drawing, to go on from there


def force_directed(ties: pd.DataFrame | Network, *, seed: int = 0, start: pd.DataFrame | None = None) -> pd.DataFrame:
    """Positions of people in a drawing of their network, near to those with whom they have ties.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions, duplicates and self-ties are left aside. A Network may have people without ties:
        they are drawn too.
    seed : int
        Same seed, people and ties, in whatever order: same drawing.
    start : DataFrame, optional
        Columns ``person``, ``x``, ``y``: an earlier drawing. Persons stay about where they were, new ones enter at the
        mean of their neighbours.

    Returns
    -------
    DataFrame
        Columns ``person`` (int64), ``x``, ``y`` (float32), in the order of ids; about from -1 to 1. The largest
        connected part is at the left or fills the drawing, others stand beside it, persons without ties in rows below.

    Raises
    ------
    KeyError
        If a column is missing.

    Notes
    -----
    Parts of less than 30 people, where one looks for a path, a ring or a star, are drawn by stress majorisation;
    larger ones, where one looks for groups, by multilevel force-directed placement with repulsion on a grid:
    O(n log n + ties). It begins with pivot multidimensional scaling, which unrolls what is long. The most connected are
    pushed apart at the end, see `node_radii`.

    References
    ----------
    .. [1] Fruchterman, T. M. J. & Reingold, E. M. (1991). Graph drawing by force-directed placement. Softw. Pract.
       Exp. 21, 1129-1164.
    .. [2] Hu, Y. (2005). Efficient, high-quality force-directed graph drawing. Mathematica J. 10, 37-71.
    .. [3] Gansner, E. R., Koren, Y. & North, S. (2004). Graph drawing by stress majorization. Graph Drawing 2004,
       239-250.
    .. [4] Brandes, U. & Pich, C. (2007). Eigensolver methods for progressive multidimensional scaling of large data.
       Graph Drawing 2006, 42-53.

    Examples
    --------
    >>> friends = pd.DataFrame({"source": [1, 2, 3], "target": [2, 3, 4]})
    >>> force_directed(network(friends, pd.Index([9]))).round(1)
       person    x    y
    0       1 -1.0  1.0
    1       2 -0.3  1.0
    2       3  0.3  1.0
    3       4  1.0  1.0
    4       9 -1.0 -1.0
    """
    net = network(ties)
    xy = _drawn(symmetric(net.links, len(net.people)), earlier(start, net.people), seed)
    return pd.DataFrame({"person": net.people, "x": xy[0], "y": xy[1]})


def _drawn(ties: Ties, old: Points, seed: int) -> Points:
    """Everybody's position, by their numbers."""
    if ties.shape[0] == 0:
        return np.empty((2, 0), dtype=np.float32)
    label = parts(ties)
    order = np.argsort(label, kind="stable")
    place = np.argsort(order)
    ties, old = renumbered(ties, place), old[:, order]
    sizes = np.bincount(label)
    bounds = [0, *np.cumsum(sizes[sizes > 1]).tolist()]
    more_starts = _STARTS // max(bounds[-1], 1)
    drawings = [_part(block(ties, *ends), old[:, slice(*ends)], seed, more_starts) for ends in pairwise(bounds)]
    xy = framed(_packed(drawings, old[:, bounds[-1] :]), old)
    return apart(xy, node_radii(degrees(ties)))[:, place]


def _part(ties: Ties, old: Points, seed: int, more_starts: int) -> Points:
    """The drawing of a connected part, as long as a square in which its people stand 1 apart."""
    n, rng = ties.shape[0], np.random.default_rng(seed)
    start = entered(ties, old, rng) if _stood(old) else None
    small = n < _SMALL
    drawn = least_stress(ties, start, rng, more_starts=more_starts) if small else multilevel(ties, start, rng)
    xy = aligned(drawn, old)
    return xy * np.float32((np.sqrt(n) - 1) / np.ptp(xy, axis=1).max())


def _stood(old: Points) -> bool:
    """Whether enough people stood somewhere, and not all in one place, to go on from there."""
    here = known(old)
    return bool(here.mean() >= _LEAST_KNOWN and np.ptp(old[:, here], axis=1).max() > 0)


def _packed(drawings: list[Points], alone: Points) -> NDArray[np.float64]:
    """The parts beside each other, those without ties below."""
    together = _beside(drawings)
    n = alone.shape[1]
    if not n:
        return together
    left, right, bottom = (together[0].min(), together[0].max(), together[1].min()) if drawings else (0.0, 0.0, 0.0)
    band = in_rows(n, width=right - left, old=alone)
    return np.concatenate([together, band + np.array([[left], [bottom - _GAP]])], axis=1)


def _beside(drawings: list[Points]) -> NDArray[np.float64]:
    """The parts in columns."""
    if not drawings:
        return np.empty((2, 0))
    low, high = (np.stack([end(drawing, axis=1) for drawing in drawings], axis=1) for end in (np.min, np.max))
    shift = in_columns(high - low, gap=_GAP) - (low + high) / 2
    return np.concatenate([drawing + shift[:, [k]] for k, drawing in enumerate(drawings)], axis=1)
