"""Who of my people follows whom: shared followers, common friends, the ego network, mutual ties, reciprocity."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.network.graph import Network, distinct_pairs, network


def followed_among(ties: pd.DataFrame, people: pd.Index[int], *, directed: bool = True) -> pd.Series[int]:
    """How many of these people each of them follows.

    Parameters
    ----------
    ties : DataFrame
        As `frames.TIES`; ties with others do no harm.
    people : Index of int64
        The followers of an account, for their shared followers; its friends, for their common friends.
    directed : bool
        False where one row stands for a tie in both directions.

    Returns
    -------
    Series of int64
        Indexed by ``person``, in the order of `people`, each once.

    Notes
    -----
    For a person p it is :math:`|\\{q \\in A : p \\to q\\}|`, with A the people: how far p is embedded among them.
    Self-ties and rows that stand twice add nothing. It is 0 where the ties hold none: if it is not known whom a person
    follows, that is for the caller to say.

    References
    ----------
    .. [1] Marsden, P. V. (2002). Egocentric and sociocentric measures of network centrality. Soc. Netw. 24, 407-422.
    .. [2] Easley, D. & Kleinberg, J. (2010). Networks, crowds, and markets, section 3.5. Cambridge University Press.

    Examples
    --------
    Bob (1) and Rick (2) follow me, Andrew (3) too and both of them:

    >>> ties = pd.DataFrame({"source": [3, 3], "target": [1, 2]})
    >>> followed_among(ties, pd.Index([1, 2, 3])).to_dict()
    {1: 0, 2: 0, 3: 2}
    """
    index = pd.Index(people, dtype="int64", name="person").unique()
    source, target = _positions(ties, index)
    inside = (source >= 0) & (target >= 0) & (source != target)
    source, target = source[inside], target[inside]
    if not directed:
        source, target = np.minimum(source, target), np.maximum(source, target)
    pairs, _ = distinct_pairs(source, target, n=len(index))
    follows = pairs[:, 0] if directed else pairs.ravel()
    return pd.Series(np.bincount(follows, minlength=len(index)), index=index)


def _positions(ties: pd.DataFrame, people: pd.Index[int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where source and target stand in `people`, -1 for nowhere."""
    return people.get_indexer(pd.Index(ties["source"])), people.get_indexer(pd.Index(ties["target"]))


def ego_network(ties: pd.DataFrame, alters: pd.Index[int]) -> pd.DataFrame:
    """The ties among the alters.

    Parameters
    ----------
    ties : DataFrame
        As `frames.TIES`.
    alters : Index of int64
        Followers or friends of the account.

    Returns
    -------
    DataFrame
        The rows whose source and target are both alters, numbered anew; none if no alters know each other.

    Notes
    -----
    With A the alters: :math:`\\{(s, t) : s \\to t, s \\in A, t \\in A\\}`. The account itself is not in it.

    References
    ----------
    .. [1] Wasserman, S. & Faust, K. (1994). Social network analysis, section 2.3. Cambridge University Press.
    """
    index = pd.Index(alters, dtype="int64").unique()
    source, target = _positions(ties, index)
    return ties[(source >= 0) & (target >= 0)].reset_index(drop=True)


def reciprocity(ties: pd.DataFrame | Network, *, directed: bool = True) -> float:
    """Share of ties that are returned.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`.
    directed : bool
        False where one row stands for a tie in both directions. A Network knows by itself.

    Returns
    -------
    float
        In [0, 1]; 1 for undirected ties; NaN without ties.

    Notes
    -----
    With m ties and M pairs who follow each other: :math:`2 M / m`. All ties known are counted, none drawn as a sample:
    there is no interval.

    References
    ----------
    .. [1] Garlaschelli, D. & Loffredo, M. I. (2004). Patterns of link reciprocity in directed networks. Phys. Rev.
       Lett. 93, 268701.

    Examples
    --------
    >>> reciprocity(pd.DataFrame({"source": [1, 2, 3], "target": [2, 1, 1]}))
    0.6666666666666666
    """
    net = network(ties, directed=directed)
    mutual, links = int(net.mutual.sum()), len(net.links)
    n_ties = links + mutual if net.directed else links
    returned = 2 * mutual if net.directed else links
    return returned / n_ties if n_ties else math.nan
