import math

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import ego_network, followed_among, network, reciprocity
from tests.analytics.network.graphs import PERSONS, nx_graph, one_row_a_pair, random_ties, ties

LISTS = st.lists(st.sampled_from(PERSONS), unique=True).map(lambda people: pd.Index(people, dtype="int64"))


@given(rows=random_ties(), people=LISTS)
def test_counted_are_those_of_the_list_whom_a_person_follows(rows, people):
    graph = nx_graph(rows, directed=True)
    expected = [len(set(graph.successors(p)) & set(people)) if p in graph else 0 for p in people]

    found = followed_among(rows, people)

    assert found.tolist() == expected
    assert found.index.equals(people)
    assert (found.index.name, str(found.dtype)) == ("person", "int64")


@given(rows=random_ties().map(one_row_a_pair), people=LISTS)
def test_an_undirected_tie_counts_for_both(rows, people):
    graph = nx_graph(rows, directed=False)
    expected = [len(set(graph.neighbors(p)) & set(people)) if p in graph else 0 for p in people]

    assert followed_among(rows, people, directed=False).tolist() == expected


def test_a_person_listed_twice_appears_once():
    assert followed_among(ties((1, 2)), pd.Index([2, 1, 1])).to_dict() == {2: 0, 1: 1}


@given(random_ties(), LISTS)
def test_the_ego_network_is_the_induced_subgraph(rows, alters):
    expected = nx_graph(rows, directed=True).subgraph(alters).edges

    found = ego_network(rows, alters)

    assert sorted(found.itertuples(index=False, name=None)) == sorted(expected)
    assert found.index.tolist() == list(range(len(found)))


@given(random_ties(min_size=1))
def test_reciprocity_agrees_with_networkx(rows):
    assert reciprocity(rows) == pytest.approx(nx.overall_reciprocity(nx_graph(rows, directed=True)))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(ties((1, 2), (2, 1)), 1.0, id="mutual-pair"),
        pytest.param(ties((1, 2), (2, 3), (3, 1)), 0.0, id="directed-cycle"),
    ],
)
def test_reciprocity_counts_returned_ties(rows, expected):
    assert reciprocity(rows) == expected
    assert reciprocity(network(rows)) == expected


def test_undirected_ties_are_all_returned():
    assert reciprocity(ties((1, 2), (2, 3)), directed=False) == 1


@pytest.mark.parametrize("directed", [True, False])
def test_reciprocity_is_undefined_without_ties(directed):
    assert math.isnan(reciprocity(ties(), directed=directed))
