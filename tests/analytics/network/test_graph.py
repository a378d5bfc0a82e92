import random

import igraph
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import (
    betweenness,
    brokers,
    communities,
    degrees,
    followed_among,
    network,
    reciprocity,
    seeded_igraph,
    summary,
)
from tests.analytics.network.graphs import (
    PERSONS,
    messy_ties,
    nx_graph,
    one_row_a_pair,
    random_ties,
    ties,
    without_mess,
)

EVERYBODY = pd.Index(PERSONS)
#: each measure of rows of ties, of people who may be without any
MEASURES = {
    "betweenness": lambda rows, directed: betweenness(network(rows, EVERYBODY, directed=directed)),
    "brokers": lambda rows, _: brokers(network(rows, EVERYBODY), communities(network(rows, EVERYBODY))),
    "communities": lambda rows, _: communities(network(rows, EVERYBODY)),
    "degrees": lambda rows, directed: degrees(rows, EVERYBODY, directed=directed),
    "followed_among": lambda rows, directed: followed_among(rows, EVERYBODY, directed=directed),
    "reciprocity": lambda rows, directed: reciprocity(rows, directed=directed),
    "summary": lambda rows, directed: summary(rows, len(EVERYBODY), directed=directed),
}


@given(random_ties())
def test_the_graphs_are_those_of_networkx(rows):
    net = network(rows)
    expected = nx_graph(rows, directed=True)

    people = net.people.to_numpy()
    assert people.tolist() == sorted(expected.nodes)
    assert [tuple(people[list(edge.tuple)]) for edge in net.graph.es] == sorted(expected.edges)
    assert net.undirected_graph.ecount() == expected.to_undirected().number_of_edges()
    assert net.adjacency.sum() == 2 * len(net.links)
    assert (net.adjacency != net.adjacency.T).nnz == 0


@given(random_ties())
def test_the_order_of_the_rows_makes_no_difference(rows):
    one, other = network(rows), network(rows.iloc[::-1])

    assert one.people.equals(other.people)
    np.testing.assert_array_equal(one.ties, other.ties)


def test_self_ties_and_duplicates_are_left_out():
    net = network(ties((1, 2), (1, 2), (3, 3), (2, 1)))

    assert net.people.tolist() == [1, 2, 3]
    assert net.ties.tolist() == [[0, 1], [1, 0]]
    assert net.links.tolist() == [[0, 1]]
    assert net.mutual.tolist() == [True]


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@given(rows=messy_ties(), directed=st.booleans())
def test_self_ties_and_duplicates_change_no_measure(measure, rows, directed):
    clean = without_mess(rows)
    clean = clean if directed else one_row_a_pair(clean)

    # printed: NaN is equal to itself, and every measure is told to the last digit
    assert str(measure(rows, directed)) == str(measure(clean, directed))


def test_people_without_ties_can_belong_to_it():
    net = network(ties((5, 1)), pd.Index([9, 1]))

    assert net.people.tolist() == [1, 5, 9]
    assert net.degree.tolist() == [1, 1, 0]


def test_a_network_is_given_back_as_it_is():
    net = network(ties((1, 2)), directed=False)

    assert network(net, directed=True) is net


def test_undirected_ties_make_one_graph():
    net = network(ties((1, 2), (3, 2)), directed=False)

    assert net.graph is net.undirected_graph
    assert net.mutual.all()


def test_a_network_without_ties_is_empty():
    net = network(ties())

    assert (len(net.people), len(net.ties), len(net.links)) == (0, 0, 0)
    assert net.graph.vcount() == net.undirected_graph.vcount() == 0
    assert net.adjacency.shape == (0, 0)


def test_a_seed_makes_igraph_repeat_itself():
    drawn = []
    for seed in (1, 1, 2):
        with seeded_igraph(seed):
            drawn.append(igraph.Graph.Erdos_Renyi(n=20, m=30).get_edgelist())

    assert drawn[0] == drawn[1] != drawn[2]


def test_the_generator_is_restored_after_an_error():
    with pytest.raises(ValueError, match="stop"), seeded_igraph(3):
        raise ValueError("stop")

    random.seed(1)
    after = igraph.Graph.Erdos_Renyi(n=20, m=30).get_edgelist()
    random.seed(1)
    assert igraph.Graph.Erdos_Renyi(n=20, m=30).get_edgelist() == after
