import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import betweenness, network
from tests.analytics.network.graphs import nx_graph, one_row_a_pair, random_ties, ties


def assert_same(found, expected):
    assert found.index.tolist() == sorted(expected)
    assert found.to_dict() == pytest.approx(expected, abs=1e-7, nan_ok=True)


@given(random_ties(min_size=2), st.booleans(), st.integers(0, 1))
def test_betweenness_from_everybody_agrees_with_networkx(rows, directed, beyond):
    rows = rows if directed else one_row_a_pair(rows)
    expected = nx.betweenness_centrality(nx_graph(rows, directed=directed))

    found = betweenness(rows, directed=directed, n_sources=len(expected) + beyond)

    if len(expected) > 2:
        assert_same(found, expected)


@given(random_ties(min_size=3), st.booleans(), st.integers(0, 9))
def test_sampled_betweenness_counts_the_ways_from_the_drawn(rows, directed, seed):
    rows = rows if directed else one_row_a_pair(rows)
    net = network(rows, directed=directed)
    n = len(net.people)
    k = min(2, n)
    drawn = net.people[np.random.default_rng(seed).choice(n, size=k, replace=False)]
    graph = nx_graph(rows, directed=True) if directed else nx_graph(rows, directed=False).to_directed()
    ways = nx.betweenness_centrality_subset(graph, drawn.tolist(), list(graph))

    found = betweenness(net, n_sources=2, seed=seed)

    if n > 2:
        assert_same(found, {person: way * n / (k * (n - 1) * (n - 2)) for person, way in ways.items()})


def test_betweenness_of_a_path_by_hand():
    # 1 - 2 - 3 - 4: of the three pairs of others, two lead through 2 and two through 3.
    found = betweenness(ties((1, 2), (3, 2), (3, 4)), directed=False)

    assert found.to_dict() == pytest.approx({1: 0, 2: 2 / 3, 3: 2 / 3, 4: 0})


def test_betweenness_is_undefined_below_three_people():
    assert betweenness(ties((1, 2))).isna().tolist() == [True, True]


def test_without_ties_there_is_nobody_to_measure():
    found = betweenness(ties())

    assert len(found) == 0
    assert (found.name, found.index.name) == ("betweenness", "person")


def test_a_person_without_ties_is_measured_too():
    found = betweenness(network(ties((1, 2), (2, 1)), pd.Index([3])))

    assert found[3] == 0
