"""From the coarse to the fine: the groups of a network are laid out first, then those in them."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analytics.layout.arrays import Numbers, Points, Ties, Values, degrees, summed, with_strength
from analytics.layout.forces import Graph, in_scale, relaxed
from analytics.layout.scaling import unrolled

_COARSEST = 60
_LEAST_SHRINK = 0.9
_STEPS = 60
_STEPS_AGAIN = 30  # where people stand already: in balance they stay, whatever the limit
_LIMIT = 0.3
_HUB = -0.08  # hubs pull less: the weight of a tie is the product of both degrees to this power
_NOISE = 0.05


def multilevel(ties: Ties, start: Points | None, rng: np.random.Generator) -> Points:
    """A drawing of a connected network.

    Parameters
    ----------
    ties : sparse matrix, shape (n, n)
        Strengths of the ties.
    start : ndarray of float32, shape (2, n), optional
        Where people stand already: they go on from there, in fewer steps.
    rng : Generator
        Same state: same drawing.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Positions around the origin, a few units wide.

    References
    ----------
    .. [1] Walshaw, C. (2000). A multilevel algorithm for force-directed graph drawing. Graph Drawing 2000, 171-182.
    .. [2] Hu, Y. (2005). Efficient, high-quality force-directed graph drawing. Mathematica J. 10, 37-71.
    """
    graph = weighted(ties)
    if start is not None:
        return relaxed(graph, in_scale(graph, start), n_steps=_STEPS_AGAIN, limit=_LIMIT)
    graphs, groups = _pyramid(graph, rng)
    xy = in_scale(graphs[-1], jittered(unrolled(graphs[-1].ties, rng), rng))
    for level in reversed(range(len(graphs))):
        xy = relaxed(graphs[level], xy, n_steps=_STEPS, limit=_LIMIT)
        if level:
            xy = jittered(xy[:, groups[level - 1]], rng)
    return xy


def weighted(ties: Ties) -> Graph:
    """The network with its forces: ties of hubs are weaker, the mean is 1; who has more ties pushes more."""
    degree = degrees(ties).astype(np.float32)
    share = degree ** np.float32(_HUB)
    weight = ties.data * np.repeat(share, degrees(ties)) * share[ties.indices]
    return Graph(with_strength(ties, weight / weight.mean()), degree + 1)


def jittered(xy: Points, rng: np.random.Generator) -> Points:
    """The points moved at random by half of the distance that they would have in an even drawing."""
    amount = 0.5 * xy.std() / np.sqrt(xy.shape[1])
    return xy + rng.standard_normal(xy.shape, dtype=np.float32) * np.float32(amount)


def _pyramid(graph: Graph, rng: np.random.Generator) -> tuple[list[Graph], list[Numbers]]:
    """The graph and ever coarser ones; for each but the last, to whom of the next everybody belongs."""
    graphs, groups = [graph], []
    while len(graphs[-1].mass) > _COARSEST:
        group = _grouped(graphs[-1], rng)
        coarse = _contracted(graphs[-1], group)
        if not 1 < len(coarse.mass) < _LEAST_SHRINK * len(group):
            break
        graphs.append(coarse)
        groups.append(group)
    return graphs, groups


def _grouped(graph: Graph, rng: np.random.Generator) -> Numbers:
    """Groups of those who are joined by somebody's strongest tie, for its mass and with a little chance."""
    ties, n = graph.ties, len(graph.mass)
    lightness = (1 + _NOISE * rng.random(n, dtype=np.float32)) / np.sqrt(graph.mass)
    attraction = ties.data * lightness[ties.indices]
    best = np.maximum.reduceat(attraction, ties.indptr[:-1])
    entries = np.flatnonzero(attraction == np.repeat(best, degrees(ties)))
    chosen = ties.indices[entries[np.searchsorted(entries, ties.indptr[:-1])]]
    forest = sparse.csr_array((np.ones(n, dtype=np.int8), chosen, np.arange(n + 1)), shape=(n, n))
    group: Numbers = connected_components(forest, directed=False)[1]
    return group


def _contracted(graph: Graph, group: Numbers) -> Graph:
    """The graph of groups: ties and masses add up."""
    rows, columns = np.repeat(group, degrees(graph.ties)), group[graph.ties.indices]
    across, n = rows != columns, int(group.max()) + 1
    ties = summed(rows[across], columns[across], graph.ties.data[across], n)
    mass: Values = np.bincount(group, weights=graph.mass).astype(np.float32)
    return Graph(ties, mass)
