"""Communities of people, their names, and who reaches across them."""

from __future__ import annotations

import igraph
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analytics.network.graph import Network, network, seeded_igraph

_ITERATIONS = 3
_LINKS_OF_ALL_STARTS = 250_000
_MAX_STARTS = 5
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


def _membership(net: Network, groups: pd.DataFrame) -> NDArray[np.int64]:
    return groups.set_index("person")["community"].loc[net.people].to_numpy(dtype=np.int64)


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


def brokers(ties: pd.DataFrame | Network, groups: pd.DataFrame, *, n: int = 10) -> pd.DataFrame:
    """Persons through whom communities reach each other.

    Parameters
    ----------
    ties : DataFrame or Network
        As `frames.TIES`; directions are left aside.
    groups : DataFrame
        As `communities` gives it; everybody with ties must be in it.
    n : int
        How many at most.

    Returns
    -------
    DataFrame
        Columns ``person``, ``community`` (their own), ``reached`` (communities among their neighbours, int64),
        ``bridged`` (pairs of their neighbours from different communities, int64), ``participation`` (in [0, 1)). The
        most ``bridged`` first, of equals the smaller id; who bridges nothing is left out.

    Notes
    -----
    With k neighbours, :math:`k_c` of them in community c: bridged is :math:`(k^2 - \\sum_c k_c^2) / 2`, the pairs who
    reach each other through this person in two steps; participation is :math:`1 - \\sum_c (k_c / k)^2`, 0 where all
    neighbours are of one community.

    References
    ----------
    .. [1] Guimera, R. & Amaral, L. A. N. (2005). Functional cartography of complex metabolic networks. Nature 433,
       895-900.
    .. [2] Gould, R. V. & Fernandez, R. M. (1989). Structures of mediation: a formal approach to brokerage in
       transaction networks. Sociol. Methodol. 19, 89-126.
    """
    net = network(ties)
    community = _membership(net, groups)
    to_community = _neighbours_by_community(net, community)
    squares: NDArray[np.float64] = to_community.power(2).sum(axis=1)
    degree = net.degree
    everybody = pd.DataFrame(
        {
            "person": net.people,
            "community": community,
            "reached": np.diff(to_community.indptr).astype(np.int64),
            "bridged": ((degree**2 - squares) / 2).astype(np.int64),
            "participation": 1 - squares / np.maximum(degree, 1) ** 2,
        }
    )
    bridging = everybody[everybody["bridged"] > 0]
    return bridging.sort_values(["bridged", "person"], ascending=[False, True]).head(n).reset_index(drop=True)


def _neighbours_by_community(
    net: Network, community: NDArray[np.int64]
) -> sparse.csr_array[np.float64, tuple[int, int]]:
    """Matrix of persons and communities: how many neighbours of the person are in it."""
    codes = pd.factorize(community)[0]
    shape = (len(codes), codes.max(initial=-1) + 1)
    of_person = sparse.csr_array((np.ones(len(codes)), (np.arange(len(codes)), codes)), shape=shape)
    return sparse.csr_array(net.adjacency @ of_person)
