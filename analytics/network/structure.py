"""How many ties a network and its people have: degrees, a summary."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.network.graph import Network, network
from analytics.network.ties import reciprocity


@dataclass(frozen=True, slots=True)
class Summary:
    """A network in a few numbers; NaN where undefined.

    Attributes
    ----------
    mean_degree : float
        With how many others a person has a tie, on average; NaN without people.
    reciprocity : float
        See the function of this name.

    Notes
    -----
    With n people and m links, pairs with a tie in either direction, the mean degree is :math:`2 m / n`.
    """

    mean_degree: float
    reciprocity: float


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
    .. [1] Newman, M. E. J. (2018). Networks, 2nd ed., chapter 6. Oxford University Press.
    """
    net = network(ties, directed=directed)
    return Summary(
        mean_degree=2 * len(net.links) / n_people if n_people else math.nan,
        reciprocity=reciprocity(net),
    )
