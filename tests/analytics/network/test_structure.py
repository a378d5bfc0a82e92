import math

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import degrees, reciprocity, summary
from tests.analytics.network.graphs import PERSONS, nx_graph, one_row_a_pair, random_ties, ties


def with_strangers(rows, n_people, *, directed):
    """The graph of the ties with isolated persons up to `n_people`."""
    graph = nx_graph(rows, directed=directed)
    graph.add_nodes_from(range(-1, -1 - (n_people - len(graph)), -1))
    return graph


@given(random_ties())
def test_degrees_agree_with_networkx(rows):
    graph = nx_graph(rows, directed=True)
    graph.add_nodes_from(PERSONS)

    found = degrees(rows, pd.Index(PERSONS))

    assert found["person"].tolist() == PERSONS
    assert found["n_followers"].tolist() == [graph.in_degree(person) for person in PERSONS]
    assert found["n_friends"].tolist() == [graph.out_degree(person) for person in PERSONS]
    assert found["degree"].tolist() == [graph.to_undirected().degree(person) for person in PERSONS]
    assert (found.dtypes == "int64").all()


@given(random_ties().map(one_row_a_pair))
def test_undirected_degrees_are_all_the_same(rows):
    graph = nx_graph(rows, directed=False)
    graph.add_nodes_from(PERSONS)
    expected = [graph.degree(person) for person in PERSONS]

    found = degrees(rows, pd.Index(PERSONS), directed=False)

    assert found["n_followers"].tolist() == found["n_friends"].tolist() == found["degree"].tolist() == expected


@given(random_ties(), st.integers(0, 3), st.booleans())
def test_the_summary_agrees_with_networkx(rows, strangers, directed):
    rows = rows if directed else one_row_a_pair(rows)
    n = len(nx_graph(rows, directed=directed)) + strangers
    graph = with_strangers(rows, n, directed=directed)
    links = nx.Graph(graph)

    found = summary(rows, n, directed=directed)

    assert found.reciprocity == pytest.approx(reciprocity(rows, directed=directed), nan_ok=True)
    if n:
        assert found.mean_degree == pytest.approx(sum(dict(links.degree).values()) / n)


def test_the_summary_of_nobody_is_undefined():
    nobody = summary(ties(), 0)

    assert math.isnan(nobody.mean_degree)
    assert math.isnan(nobody.reciprocity)
