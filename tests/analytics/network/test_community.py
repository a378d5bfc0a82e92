import itertools
import random
from collections import Counter

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import brokers, communities, community_names, network
from tests.analytics.network.graphs import nx_graph, random_ties, ties


def clique(*people):
    return itertools.combinations(people, 2)


# Ada (1) and her four, Bob (11) and his three, and 20 who knows two of each.
TWO_GROUPS = ties(*clique(1, 2, 3, 4, 5), *clique(11, 12, 13, 14), (20, 1), (20, 2), (20, 11), (20, 12))


def partition(groups):
    return [set(rows["person"]) for _, rows in groups.groupby("community")]


def grouped(rows, labels):
    people = network(rows).people
    return pd.DataFrame({"person": people, "community": [labels[i % len(labels)] for i in range(len(people))]})


def test_communities_of_the_karate_club_are_the_best_there_are():
    graph = nx.Graph(nx.karate_club_graph().edges)

    found = partition(communities(ties(*graph.edges)))

    # The maximum, 0.4198, is known from integer programming (Brandes et al. 2008).
    assert nx.community.modularity(graph, found) == pytest.approx(0.4198, abs=5e-5)


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(nx.planted_partition_graph(8, 25, 0.3, 0.03, seed=1), id="groups"),
        pytest.param(nx.connected_caveman_graph(10, 6), id="ring-of-cliques"),
        pytest.param(nx.barabasi_albert_graph(150, 3, seed=2), id="hubs"),
        pytest.param(nx.gnp_random_graph(120, 0.05, seed=3), id="random"),
        pytest.param(nx.random_labeled_tree(100, seed=4), id="tree"),
        pytest.param(nx.convert_node_labels_to_integers(nx.grid_2d_graph(9, 9)), id="grid"),
        pytest.param(nx.disjoint_union(nx.complete_graph(7), nx.path_graph(20)), id="two-parts"),
    ],
)
def test_communities_are_at_least_as_good_as_those_of_networkx(graph):
    graph = nx.Graph(graph.edges)
    peers = nx.community.louvain_communities(graph, seed=1)

    found = partition(communities(ties(*graph.edges)))

    assert nx.community.modularity(graph, found) >= nx.community.modularity(graph, peers) - 1e-12


@given(random_ties(min_size=1))
def test_everybody_is_in_one_community_which_hangs_together(rows):
    graph = nx_graph(rows, directed=False)

    found = communities(rows)

    assert found["person"].tolist() == sorted(graph.nodes)
    assert all(nx.is_connected(graph.subgraph(group)) for group in partition(found))


@given(random_ties(), st.integers(0, 5))
def test_communities_repeat_themselves_whatever_the_order_of_rows(rows, seed):
    random.seed()

    first, second = communities(rows, seed=seed), communities(rows.iloc[::-1], seed=seed)

    pd.testing.assert_frame_equal(first, second)


@given(random_ties())
def test_communities_are_numbered_by_size(rows):
    groups = partition(communities(rows))

    assert [len(group) for group in groups] == sorted((len(group) for group in groups), reverse=True)
    for one, other in itertools.pairwise(groups):
        assert len(one) > len(other) or min(one) < min(other)


def test_cliques_are_communities():
    found = communities(ties(*clique(1, 2, 3), *clique(7, 8, 9, 10), (3, 7)))

    assert partition(found) == [{7, 8, 9, 10}, {1, 2, 3}]
    assert found["community"].dtype == "int64"


def test_a_person_without_ties_is_a_community_alone():
    found = communities(network(ties((1, 2)), pd.Index([5])))

    assert partition(found) == [{1, 2}, {5}]


def people(**names):
    rows = [(int(key[1:]), name, f"h{key[1:]}") for key, name in names.items()]
    return pd.DataFrame(rows, columns=["person", "name", "handle"])


GROUPS = pd.DataFrame({"person": [1, 2, 3, 4, 5, 11, 12, 13, 14, 20], "community": [0] * 5 + [1] * 4 + [0]})


def test_communities_are_called_after_their_best_connected():
    everybody = people(
        p1="Ada", p2=" Bea ", p3="Cyd", p4="Dan", p5="Eve", p11="Bob", p12=None, p13="Fay", p14="", p20="Gil"
    )

    found = community_names(TWO_GROUPS, GROUPS, everybody)

    # 1 and 2 have five links inside their community, the others four or two; of Bob's all have three.
    assert found["name"].tolist() == ["Ada, Bea", "Bob, h12"]
    assert found["people"].tolist() == [6, 4]


def test_a_community_of_the_unknown_goes_by_its_number():
    known = people(p1="Ada", p2="Bea").assign(handle=None)

    found = community_names(TWO_GROUPS, GROUPS, known)

    assert found["name"].tolist() == ["Ada, Bea", "Community 2"]


def test_no_communities_have_no_names():
    found = community_names(ties(), communities(ties()), people(p1="Ada"))

    assert found.columns.tolist() == ["community", "name", "people"]
    assert len(found) == 0


@given(random_ties(min_size=1), st.lists(st.integers(0, 3), min_size=1, max_size=10))
def test_brokers_stand_between_others_and_know_several_communities(rows, labels):
    groups = grouped(rows, labels)
    community = groups.set_index("person")["community"].to_dict()
    graph = nx_graph(rows, directed=False)
    between = nx.betweenness_centrality(graph)
    known = {person: [community[other] for other in graph[person]] for person in graph}
    expected = {person for person in graph if len(set(known[person])) > 1 and between[person] > 1e-9}

    found = brokers(rows, groups, n=99)

    assert set(found["person"]) == expected
    for row in found.itertuples():
        assert row.betweenness == row.ci_low == row.ci_high == pytest.approx(between[row.person])
        assert row.bridged == sum(one != other for one, other in itertools.combinations(known[row.person], 2))
        most = sorted((-n, c) for c, n in Counter(known[row.person]).items())[:2]
        assert [(-row.n_first, row.first), (-row.n_second, row.second)] == most
        assert row.reached == len(set(known[row.person]))


# two triangles, 1 2 3 and 4 5 6, and 7 who knows 3 and 4; then 4 and 7 of one community
TRIANGLES = ties(*clique(1, 2, 3), *clique(4, 5, 6), (3, 7), (7, 4))


def test_who_joins_two_triangles_is_the_broker():
    groups = pd.DataFrame({"person": [1, 2, 3, 4, 5, 6, 7], "community": [0, 0, 0, 1, 1, 1, 1]})

    found = brokers(TRIANGLES, groups)

    # of 15 pairs of others 9 (3 x 3) lead through 7; 8 through 3: 1 and 2 with 4, 5, 6, 7; 4 knows one community
    assert found["person"].tolist() == [7, 3]
    assert found["betweenness"].tolist() == pytest.approx([9 / 15, 8 / 15])
    assert found[["first", "n_first", "second", "n_second"]].to_numpy().tolist() == [[0, 1, 1, 1], [0, 2, 1, 1]]


def test_who_is_on_several_services_connects_them_within_one_community_too():
    one_community = pd.DataFrame({"person": [1, 2, 3, 4, 5, 6, 7], "community": 0})

    found = brokers(TRIANGLES, one_community, several=pd.Index([4, 1]))

    assert found["person"].tolist() == [4]  # nothing leads through 1
    assert (found["reached"].tolist(), found["second"].isna().tolist()) == ([1], [True])


def test_without_ties_nobody_is_a_broker():
    assert len(brokers(ties(), communities(ties()))) == 0
