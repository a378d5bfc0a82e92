"""Communities of people, their names, and who reaches across them."""

from __future__ import annotations

from typing import Any

import igraph
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analytics.network.centrality import betweenness_interval
from analytics.network.graph import Network, network, seeded_igraph, undirected

_ITERATIONS = 3
_LINKS_OF_ALL_STARTS = 250_000
_MAX_STARTS = 5
_LEAST_STARTS = 20  # of betweenness, of which fewer tell no error
_NAMED = 2  # persons after whom a community is called


def communities(ties: pd.DataFrame | Network, *, seed: int = 0) -> pd.DataFrame:
    """Groups of people with more ties among them than chance would give.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.
    seed : int
        Same seed and ties, in whatever order: same communities.

    Returns
    -------
    DataFrame
        Columns ``person`` and ``community`` (int64; 0 is the largest, of equals the one with the smallest id), in the
        order of ids. A person of the network without ties is a community alone; no rows without people.

    Notes
    -----
    Of all ways to part the people one with a high modularity :math:`Q = \\sum_c (m_c / m - (d_c / 2m)^2)`, with m
    links, :math:`m_c` of them inside community c, and :math:`d_c` the sum of degrees in c. Found by the Leiden
    algorithm, resolution 1, three iterations. Each community hangs together. More iterations gain less than another
    start does, so small networks are tried from up to five starts, of which the highest Q is taken.

    References
    ----------
    .. [1] Traag, V. A., Waltman, L. & van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing well-connected
       communities. Sci. Rep. 9, 5233.
    .. [2] Newman, M. E. J. & Girvan, M. (2004). Finding and evaluating community structure in networks. Phys. Rev. E
       69, 026113.
    """
    net = network(ties)
    n_starts = min(max(_LINKS_OF_ALL_STARTS // max(len(net.links), 1), 1), _MAX_STARTS)
    with seeded_igraph(seed):
        found = [_leiden(net.undirected_graph) for _ in range(n_starts)]
    best = max(found, key=lambda clustering: clustering.quality)
    return net.by_person(_by_size(np.array(best.membership, dtype=np.int64)), name="community").reset_index()


def _leiden(graph: igraph.Graph) -> igraph.VertexClustering:
    return graph.community_leiden(objective_function="modularity", n_iterations=_ITERATIONS)


def _by_size(membership: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same groups, numbered by size."""
    _, first, codes, sizes = np.unique(membership, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[codes]


def community_names(ties: pd.DataFrame | Network, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Communities by the names of their two best connected persons.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.
    groups : DataFrame
        As `communities` gives it.
    people : DataFrame
        Columns ``person``, ``name``, ``handle``, as in `frames.PEOPLE`. Who has no name goes by the handle.

    Returns
    -------
    DataFrame
        Columns ``community``, ``name`` (str; ``"Community 4"``, counted from 1, where nobody's name is known),
        ``people`` (int64), in the order of communities. Best connected: with the most links inside the community; of
        equals the smaller id.
    """
    members = groups.merge(_called(people), on="person", how="left")
    members["inside"] = members["person"].map(_links_inside(network(ties), groups)).fillna(0)
    ranked = members.sort_values(["community", "inside", "person"], ascending=[True, False, True])
    best = ranked.dropna(subset="called").groupby("community").head(_NAMED)
    names = best.groupby("community")["called"].agg(", ".join).rename("name")
    named = members.groupby("community").size().rename("people").to_frame().join(names).reset_index()
    fallback = "Community " + (named["community"] + 1).astype("str")
    return named.assign(name=named["name"].astype("str").fillna(fallback))[["community", "name", "people"]]


def _called(people: pd.DataFrame) -> pd.DataFrame:
    names, handles = (people[column].astype("str").str.strip() for column in ("name", "handle"))
    called = names.mask(names == "").fillna(handles.mask(handles == ""))
    return pd.DataFrame({"person": people["person"], "called": called})


def _links_inside(net: Network, groups: pd.DataFrame) -> pd.Series[int]:
    """For each person the links to others of the same community."""
    community = groups.set_index("person")["community"].reindex(net.people).to_numpy()
    inside = net.links[community[net.links[:, 0]] == community[net.links[:, 1]]]
    return net.by_person(np.bincount(inside.ravel(), minlength=len(net.people)), name="inside")


def brokers(
    ties: pd.DataFrame | Network,
    groups: pd.DataFrame,
    *,
    several: pd.Index[int] | None = None,
    n: int = 10,
    steps: float = 2.5e7,
    seed: int = 0,
) -> pd.DataFrame:
    """Persons through whom communities, or services, reach each other.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.
    groups : DataFrame
        As `communities` gives it. Who is not in it counts for nobody's communities.
    several : Index of int64, optional
        Persons who are on more than one service: they connect these, whatever communities they know.
    n : int
        How many at most.
    steps : float
        What betweenness may cost: starts times people and links. There are 20 starts at least; it is exact where
        everybody can be one.
    seed : int
        As in `betweenness`.

    Returns
    -------
    DataFrame
        Columns ``person``; ``betweenness``, ``ci_low``, ``ci_high`` as in `betweenness_interval`, directions left
        aside; ``reached`` (communities among their neighbours, int64); ``first``, ``second`` (Int64, the two of these
        with most neighbours, of equals the smaller number; missing where there is none) and ``n_first``, ``n_second``
        (int64, how many neighbours); ``bridged`` (pairs of their neighbours from different communities, int64). The
        largest betweenness first, of equals the smaller id. Left out is who reaches one community alone and is not
        among `several`, and through whom no way leads.

    Notes
    -----
    With k neighbours, :math:`k_c` of them in community c: bridged is :math:`(k^2 - \\sum_c k_c^2) / 2`, the pairs who
    reach each other through this person in two steps.

    References
    ----------
    .. [1] Gould, R. V. & Fernandez, R. M. (1989). Structures of mediation: a formal approach to brokerage in
       transaction networks. Sociol. Methodol. 19, 89-126.
    .. [2] Burt, R. S. (2004). Structural holes and good ideas. Am. J. Sociol. 110, 349-399.
    """
    net = network(ties)
    starts = max(int(steps // max(len(net.people) + len(net.links), 1)), _LEAST_STARTS)
    found = betweenness_interval(undirected(net), n_sources=starts, seed=seed)
    community = groups.set_index("person")["community"].reindex(net.people)
    codes, numbers = pd.factorize(community, sort=True)
    known = _neighbours_by_community(net, codes)
    found["reached"] = np.diff(known.indptr).astype(np.int64)
    total = np.asarray(known.sum(axis=1))
    found["bridged"] = ((total**2 - np.asarray(known.power(2).sum(axis=1))) / 2).astype(np.int64)
    connects = (found["reached"] > 1) | found.index.isin([] if several is None else several)
    between = found[connects & (found["betweenness"] > 0)]
    best = between.sort_values("betweenness", ascending=False, kind="stable").head(n)
    rows = [_most_known(known, row, numbers) for row in net.people.get_indexer(best.index).tolist()]
    types = {"first": "Int64", "n_first": "int64", "second": "Int64", "n_second": "int64"}
    return best.join(pd.DataFrame(rows, columns=list(types), index=best.index).astype(types)).reset_index()


def _most_known(known: sparse.csr_array[Any, tuple[int, int]], row: int, numbers: pd.Index[int]) -> list[int | None]:
    """The two communities in which somebody has most neighbours, each with their number."""
    ends = slice(known.indptr[row], known.indptr[row + 1])
    counted = sorted(zip(-known.data[ends], known.indices[ends], strict=True))[:2]
    pairs = [(int(numbers[code]), int(-negative)) for negative, code in counted]
    return [each for pair in [*pairs, *[(None, 0)] * (2 - len(pairs))] for each in pair]


def _neighbours_by_community(net: Network, codes: NDArray[np.int64]) -> sparse.csr_array[Any, tuple[int, int]]:
    """Matrix of persons and communities: how many neighbours of the person are in it. Who has -1 is in none."""
    members = np.flatnonzero(codes >= 0)
    shape = (len(codes), codes.max(initial=-1) + 1)
    of_person = sparse.csr_array((np.ones(len(members)), (members, codes[members])), shape=shape)
    known = sparse.csr_array(net.adjacency @ of_person)
    known.sort_indices()
    return known
