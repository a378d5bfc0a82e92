"""How good a drawing of a network is: distances kept, neighbours kept together, groups apart, people kept in place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from analytics.network.graph import Network, network

_CHUNK = 500  # rows of distances at a time: bounds the memory


def stress(ties: pd.DataFrame | Network, positions: pd.DataFrame, *, sample: int = 200, seed: int = 0) -> float:
    """How far distances in the drawing are from the steps between people.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.
    positions : DataFrame
        Columns ``person``, ``x``, ``y``; everybody with ties must be in it.
    sample : int
        Persons from whom all pairs are measured; exact from the number of people on.
    seed : int
        Same seed: same sample.

    Returns
    -------
    float
        In [0, 1], 0 is best; NaN without ties, or if all are on one point.

    Notes
    -----
    The mean over connected pairs of :math:`(s \\lVert x_i - x_j \\rVert / d_{ij} - 1)^2`, with d the steps on the
    shortest way and s the scale that makes it least.

    References
    ----------
    .. [1] Kamada, T. & Kawai, S. (1989). An algorithm for drawing general undirected graphs. Inf. Process. Lett. 31,
       7-15.
    """
    net = network(ties)
    n = len(net.people)
    xy = _points(net, positions)
    picked = np.random.default_rng(seed).permutation(n)[:sample]
    total = squares = count = 0.0
    for rows in _chunks(picked):
        steps = shortest_path(net.adjacency, directed=False, unweighted=True, indices=rows)
        counted = np.isfinite(steps) & (steps > 0)
        ratio = cdist(xy[rows], xy)[counted] / steps[counted]
        total, squares, count = total + ratio.sum(), squares + (ratio**2).sum(), count + ratio.size
    return float(1 - total**2 / (count * squares)) if squares else float("nan")


def neighbourhood_preservation(ties: pd.DataFrame | Network, positions: pd.DataFrame, *, most: int = 100) -> float:
    """Share of a person's neighbours in the network who are among as many nearest in the drawing, on average.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.
    positions : DataFrame
        Columns ``person``, ``x``, ``y``; everybody with ties must be in it.
    most : int
        Of a person with more neighbours, so many nearest are looked at, and the share is out of so many.

    Returns
    -------
    float
        In [0, 1], 1 is best; NaN without ties. Over persons with ties.

    Notes
    -----
    With N(v) the neighbours of v, :math:`k_v` their number or, if that is less, `most`, and :math:`D(v)` the
    :math:`k_v` nearest of v in the drawing, the mean over v of :math:`|N(v) \\cap D(v)| / k_v`.

    References
    ----------
    .. [1] Kruiger, J. F. et al. (2017). Graph layouts by t-SNE. Comput. Graph. Forum 36, 283-294.
    """
    net = network(ties)
    n = len(net.people)
    looked_at = np.minimum(net.degree, most)
    if not looked_at.any():
        return float("nan")
    xy = _points(net, positions)
    keys = np.sort(np.concatenate([net.links @ [n, 1], net.links @ [1, n]]))
    tree, rows = KDTree(xy), np.flatnonzero(looked_at)
    shares = [_shares(tree, xy, chunk, looked_at[chunk], keys) for chunk in _chunks(rows)]
    return float(np.concatenate(shares).mean())


def _shares(
    tree: KDTree, xy: NDArray[np.float64], rows: NDArray[np.int64], k: NDArray[np.int64], keys: NDArray[np.int64]
) -> NDArray[np.float64]:
    """For each of `rows` the share of its `k` nearest whose pair is among the sorted `keys`."""
    _, nearest = tree.query(xy[rows], k=np.arange(1, int(k.max()) + 2))
    others = nearest != rows[:, None]
    within = others & (np.cumsum(others, axis=1) <= k[:, None])
    pairs = rows[:, None] * len(xy) + nearest
    found = keys[np.minimum(np.searchsorted(keys, pairs), len(keys) - 1)] == pairs
    shares: NDArray[np.float64] = (found & within).sum(axis=1) / k
    return shares


def silhouette(
    positions: pd.DataFrame, groups: pd.DataFrame, *, least: int = 10, sample: int = 3_000, seed: int = 0
) -> float:
    """How well groups stand apart in the drawing.

    Parameters
    ----------
    positions : DataFrame
        Columns ``person``, ``x``, ``y``.
    groups : DataFrame
        Columns ``person`` and ``community``, as `network.communities` gives it.
    least : int
        Smaller groups are left out.
    sample : int
        Persons who are looked at, drawn at random; their distances are measured to all.
    seed : int
        Same seed: same sample.

    Returns
    -------
    float
        In [-1, 1], 1 is best; NaN below two groups.

    Notes
    -----
    The mean of :math:`(b - a) / \\max(a, b)`: a is the mean distance to others of the own group, b that to the nearest
    other group.

    References
    ----------
    .. [1] Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster
       analysis. J. Comput. Appl. Math. 20, 53-65.
    """
    both = positions.merge(groups, on="person")
    both = both[both.groupby("community")["person"].transform("size") >= max(least, 2)]
    codes, names = pd.factorize(both["community"])
    if len(names) < 2:
        return float("nan")
    xy = both[["x", "y"]].to_numpy(dtype=np.float64)
    belongs = np.eye(len(names))[codes]
    picked = np.random.default_rng(seed).permutation(len(xy))[:sample]
    return float(np.concatenate([_silhouettes(xy, rows, codes, belongs) for rows in _chunks(picked)]).mean())


def _silhouettes(
    xy: NDArray[np.float64], rows: NDArray[np.int64], codes: NDArray[np.int64], belongs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The silhouettes of `rows`."""
    sums, sizes = cdist(xy[rows], xy) @ belongs, belongs.sum(axis=0)
    own = belongs[rows] > 0
    inside = sums[own] / (sizes[codes[rows]] - 1)
    outside = np.where(own, np.inf, sums / sizes).min(axis=1)
    larger = np.maximum(inside, outside)
    found: NDArray[np.float64] = np.divide(outside - inside, larger, where=larger > 0, out=np.zeros_like(larger))
    return found


def mean_shift(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """How far people moved between two drawings, on average.

    Parameters
    ----------
    before, after : DataFrame
        Columns ``person``, ``x``, ``y``, each person once.

    Returns
    -------
    float
        In the drawings' unit, of which a drawing is about 2 wide; over those who are in both, NaN if nobody is.

    References
    ----------
    .. [1] Diehl, S. & Gorg, C. (2002). Graphs, they are changing. Graph Drawing 2002, 23-31.
    """
    both = before.merge(after, on="person", suffixes=("_before", "_after"))
    return float(np.hypot(both["x_after"] - both["x_before"], both["y_after"] - both["y_before"]).mean())


def _points(net: Network, positions: pd.DataFrame) -> NDArray[np.float64]:
    """Positions of the network's people, in its order; shape (n, 2)."""
    return positions.set_index("person")[["x", "y"]].loc[net.people].to_numpy(dtype=np.float64)


def _chunks(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [rows[at : at + _CHUNK] for at in range(0, len(rows), _CHUNK)]
