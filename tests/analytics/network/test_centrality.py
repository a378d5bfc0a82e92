import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.network import betweenness, betweenness_interval, network
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


def test_the_interval_of_sampled_betweenness_holds_the_exact_value_as_often_as_it_says():
    graph = nx.barabasi_albert_graph(300, 2, seed=1)
    rows = ties(*graph.edges)
    exact = betweenness(rows, directed=False, n_sources=300)
    best = exact.nlargest(10).index

    samples = [betweenness_interval(rows, directed=False, n_sources=60, seed=seed).loc[best] for seed in range(40)]

    held = [((each["ci_low"] <= exact[best]) & (exact[best] <= each["ci_high"])).mean() for each in samples]
    assert 0.93 <= np.mean(held) < 1
    assert max(each["ci_high"].sub(each["ci_low"]).max() for each in samples) < 0.5


@pytest.mark.parametrize(
    ("n_sources", "widths"), [pytest.param(30, {0.0}, id="exact"), pytest.param(19, {1.0}, id="too-few-starts")]
)
def test_betweenness_from_everybody_has_no_error_and_from_few_starts_any(n_sources, widths):
    found = betweenness_interval(ties(*nx.path_graph(30).edges), directed=False, n_sources=n_sources)

    assert set(found["ci_high"] - found["ci_low"]) == widths


def test_the_interval_is_undefined_below_three_people():
    assert betweenness_interval(ties((1, 2)))["ci_low"].isna().all()
