"""Where a person stands in the network: k-core, PageRank, betweenness, clustering."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.network.graph import Network, network

_PAGERANK_TOLERANCE = 1e-9


def k_core(ties: pd.DataFrame | Network) -> pd.Series[int]:
    """The largest k such that the person belongs to a group where everybody has ties to k others of it.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.

    Returns
    -------
    Series of int64
        Named ``k_core``, indexed by ``person``; 0 for persons without ties.

    Notes
    -----
    For a person v it is :math:`\\max \\{\\min_{u \\in H} k_H(u) : v \\in H\\}` over all groups H, with
    :math:`k_H(u)` the others of H with whom u has a tie.

    References
    ----------
    .. [1] Seidman, S. B. (1983). Network structure and minimum degree. Soc. Netw. 5, 269-287.
    """
    net = network(ties)
    return net.by_person(np.array(net.undirected_graph.coreness(), dtype=np.int64), name="k_core")


def pagerank(ties: pd.DataFrame | Network, *, directed: bool = True, damping: float = 0.85) -> pd.Series[float]:
    """How often a walker who follows ties at random comes by.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`: the walker goes from ``source`` to ``target``.
    directed : bool
        False where one row stands for a tie in both directions. A Network knows by itself.
    damping : float
        Probability of going on along a tie; otherwise, and where there is none, to anybody.

    Returns
    -------
    Series of float64
        Named ``pagerank``, indexed by ``person``; in (0, 1], the sum is 1. Empty without people.

    Notes
    -----
    With damping d, n people, :math:`k_u` ties from u, and D the people who follow nobody, it is the solution of

    .. math:: p_v = d \\sum_{u \\to v} \\frac{p_u}{k_u} + \\frac{1 - d + d \\sum_{u \\in D} p_u}{n}.

    Found by power iteration, until the values change by less than 1e-9 in sum.

    References
    ----------
    .. [1] Brin, S. & Page, L. (1998). The anatomy of a large-scale hypertextual web search engine. Comput. Netw. ISDN
       Syst. 30, 107-117.
    """
    net = network(ties, directed=directed)
    n = len(net.people)
    step = _walk(net, damping)
    ranks, change = np.full(n, 1 / max(n, 1)), 1.0
    while change > _PAGERANK_TOLERANCE and n:
        moved = step @ ranks
        moved += (1 - moved.sum()) / n
        change = float(np.abs(moved - ranks).sum())
        ranks = moved
    return net.by_person(ranks, name="pagerank")


def _walk(net: Network, damping: float) -> sparse.csr_array[np.float64, tuple[int, int]]:
    """Matrix of the chance to go from one person (column) to another (row) along a tie."""
    n = len(net.people)
    if not net.directed:
        steps = net.adjacency
        return sparse.csr_array((damping / net.degree[steps.indices], steps.indices, steps.indptr), shape=(n, n))
    source, target = net.ties.T
    return sparse.csr_array((damping / np.bincount(source)[source], (target, source)), shape=(n, n))


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


def clustering(ties: pd.DataFrame | Network) -> pd.Series[float]:
    """Share of the pairs of a person's neighbours who have a tie themselves.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.

    Returns
    -------
    Series of float64
        Named ``clustering``, indexed by ``person``; in [0, 1], NaN below two neighbours.

    Notes
    -----
    With :math:`k_v` neighbours of v and :math:`e_v` pairs of them who have a tie: :math:`2 e_v / k_v (k_v - 1)`.

    References
    ----------
    .. [1] Watts, D. J. & Strogatz, S. H. (1998). Collective dynamics of "small-world" networks. Nature 393, 440-442.
    """
    net = network(ties)
    shares = net.undirected_graph.transitivity_local_undirected(mode="nan")
    return net.by_person(np.array(shares, dtype=np.float64), name="clustering")
