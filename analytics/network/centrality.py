"""Where a person stands in the network."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.network.graph import Network, network


def betweenness(
    ties: pd.DataFrame | Network, *, directed: bool = True, n_sources: int = 200, seed: int = 0
) -> pd.Series[float]:
    """Share of the shortest ways between two others that lead through a person, estimated from sampled starts.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`.
    directed : bool
        False where one row stands for a tie in both directions. A Network knows by itself.
    n_sources : int
        Persons from whom ways are followed, drawn without replacement; exact from the number of people on.
    seed : int
        Same seed and people: same starts.

    Returns
    -------
    Series of float64
        Named ``betweenness``, indexed by ``person``; in [0, 1] when exact, an unbiased estimate else. NaN below three
        persons.

    Notes
    -----
    With :math:`\\sigma_{st}` shortest ways from s to t, :math:`\\sigma_{st}(v)` of them through v, and k of n persons
    in the sample S, it is :math:`\\frac{n}{k (n - 1)(n - 2)} \\sum_{s \\in S, t} \\sigma_{st}(v) / \\sigma_{st}`.

    References
    ----------
    .. [1] Freeman, L. C. (1977). A set of measures of centrality based on betweenness. Sociometry 40, 35-41.
    .. [2] Brandes, U. & Pich, C. (2007). Centrality estimation in large networks. Int. J. Bifurc. Chaos 17, 2303-2318.
    """
    net = network(ties, directed=directed)
    n = len(net.people)
    if n < 3:
        return net.by_person(np.full(n, np.nan), name="betweenness")
    k = min(n_sources, n)
    sources = np.random.default_rng(seed).choice(n, size=k, replace=False)
    through = np.array(net.graph.betweenness(directed=net.directed, sources=np.sort(sources).tolist()))
    # igraph halves the sum of undirected graphs, where every way would be met from both ends.
    both_ends = 1 if net.directed else 2
    return net.by_person(through * both_ends * n / (k * (n - 1) * (n - 2)), name="betweenness")
