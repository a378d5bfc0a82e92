"""How many ties a network and its people have: density, degrees, a summary."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csgraph

from analytics.network.graph import Network, network
from analytics.network.ties import reciprocity


@dataclass(frozen=True, slots=True)
class Summary:
    """A network in a few numbers; NaN where undefined.

    Attributes
    ----------
    n_people : int
        Persons, with ties or without.
    n_ties : int
        Ties; of undirected networks each pair once.
    n_links : int
        Pairs with a tie in either direction.
    density, reciprocity : float
        See the functions of these names.
    mean_degree : float
        With how many others a person has a tie, on average; NaN without people.
    n_isolated : int
        Persons without ties.
    n_components : int
        Parts without a tie between them, directions left aside; an isolated person is one.
    largest_component : float
        Share of the people in the largest of them, in [0, 1]; NaN without people.
    transitivity : float
        Share of pairs of links at one person whose ends have a tie too, in [0, 1]; NaN without such pairs.

    Notes
    -----
    With n people, m links and :math:`k_v` the degree of v: mean degree :math:`2 m / n`; transitivity
    :math:`3 \\Delta / \\sum_v k_v (k_v - 1) / 2`, with :math:`\\Delta` the triangles; the largest of the components has
    the share :math:`\\max_c n_c / n`.
    """

    n_people: int
    n_ties: int
    n_links: int
    density: float
    reciprocity: float
    mean_degree: float
    n_isolated: int
    n_components: int
    largest_component: float
    transitivity: float


def density(n: int, ties: pd.DataFrame | Network, *, directed: bool = True) -> float:
    """Share of the possible ties that exist.

    Parameters
    ----------
    n : int
        Persons, with ties or without.
    ties : DataFrame or Network
        As `frames.TIES`.
    directed : bool
        False where one row stands for a tie in both directions. A Network knows by itself.

    Returns
    -------
    float
        In [0, 1]; NaN below two persons.

    Notes
    -----
    With m ties, :math:`m / n(n - 1)`; undirected, with m pairs, :math:`2 m / n (n - 1)`.

    References
    ----------
    .. [1] Wasserman, S. & Faust, K. (1994). Social network analysis, section 4.1. Cambridge University Press.
    """
    net = network(ties, directed=directed)
    if n < 2:
        return math.nan
    return len(net.ties) / (n * (n - 1)) if net.directed else 2 * len(net.links) / (n * (n - 1))


def degrees(ties: pd.DataFrame | Network, people: pd.Index[int], *, directed: bool = True) -> pd.DataFrame:
    """With how many others each person has a tie, within these data.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`.
    people : Index of int64
        The persons asked for.
    directed : bool
        False where one row stands for a tie in both directions. A Network knows by itself.

    Returns
    -------
    DataFrame
        Columns ``person``, ``n_followers`` (ties to them, int64), ``n_friends`` (ties from them, int64), ``degree``
        (persons with a tie in either direction, int64), in the order of `people`; 0 for persons without ties.
        Undirected, all three are equal.

    Notes
    -----
    For a person v: in-degree :math:`|\\{u : u \\to v\\}|`, out-degree :math:`|\\{u : v \\to u\\}|`, and degree
    :math:`|\\{u : u \\to v \\text{ or } v \\to u\\}|`.

    References
    ----------
    .. [1] Freeman, L. C. (1978). Centrality in social networks: conceptual clarification. Soc. Netw. 1, 215-239.
    """
    net = network(ties, directed=directed)
    n = len(net.people)
    ins, outs = (np.bincount(net.ties[:, end], minlength=n) for end in (1, 0))
    if not net.directed:
        ins = outs = net.degree
    columns = {"n_followers": ins, "n_friends": outs, "degree": net.degree}
    known = pd.DataFrame(columns, index=net.people, dtype="int64")
    return known.reindex(pd.Index(people, dtype="int64", name="person"), fill_value=0).reset_index()


def summary(ties: pd.DataFrame | Network, n_people: int, *, directed: bool = True) -> Summary:
    """The network in a few numbers.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`.
    n_people : int
        Persons, with ties or without.
    directed : bool
        False where one row stands for a tie in both directions. A Network knows by itself.

    Returns
    -------
    Summary

    References
    ----------
    .. [1] Newman, M. E. J. (2018). Networks, 2nd ed., chapter 6 and section 7.3. Oxford University Press.
    """
    net = network(ties, directed=directed)
    n_isolated = n_people - int((net.degree > 0).sum())
    n_parts, part = csgraph.connected_components(net.adjacency, directed=False)
    sizes = np.bincount(part, minlength=1)
    return Summary(
        n_people=n_people,
        n_ties=len(net.ties) if net.directed else len(net.links),
        n_links=len(net.links),
        density=density(n_people, net),
        reciprocity=reciprocity(net),
        mean_degree=2 * len(net.links) / n_people if n_people else math.nan,
        n_isolated=n_isolated,
        n_components=n_parts + n_people - len(net.people),
        largest_component=max(int(sizes.max()), 1) / n_people if n_people else math.nan,
        transitivity=net.undirected_graph.transitivity_undirected(mode="nan"),
    )
