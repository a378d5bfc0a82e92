import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from tests.benchmarks.layout_quality import mean_shift, neighbourhood_preservation, silhouette, stress

TRIANGLE_WITH_TAIL = pd.DataFrame({"source": [1, 2, 3, 3], "target": [2, 3, 1, 4]})


def positions(*rows):
    return pd.DataFrame(rows, columns=["person", "x", "y"])


LINE = positions((1, 0, 0), (2, 1, 0), (3, 2, 0), (4, 5, 0))


def test_a_chain_on_a_line_has_no_stress():
    chain = pd.DataFrame({"source": [1, 2, 3], "target": [2, 3, 4]})

    assert stress(chain, positions((4, 9, 0), (3, 7, 0), (2, 5, 0), (1, 3, 0))) == pytest.approx(0, abs=1e-12)


def test_stress_is_that_of_the_best_scale():
    graph = nx.gnp_random_graph(25, 0.2, seed=3)
    ties = pd.DataFrame(graph.edges, columns=["source", "target"])
    places = np.random.default_rng(0).random((25, 2))
    drawing = positions(*[(p, *places[p]) for p in graph])
    hops = dict(nx.all_pairs_shortest_path_length(graph))
    pairs = [(np.hypot(*(places[a] - places[b])), hops[a][b]) for a in graph for b in hops[a] if a != b]
    ratio = np.array([distance / steps for distance, steps in pairs])

    best = minimize_scalar(lambda scale: ((scale * ratio - 1) ** 2).mean(), bounds=(0, 100), method="bounded")

    assert stress(ties, drawing) == pytest.approx(best.fun, rel=1e-6)
    assert stress(ties, drawing, sample=20) == pytest.approx(best.fun, rel=0.2)


def test_pairs_in_different_parts_have_no_stress():
    pairs = pd.DataFrame({"source": [1, 3], "target": [2, 4]})

    assert stress(pairs, positions((1, 0, 0), (2, 1, 0), (3, 500, 0), (4, 501, 0))) == pytest.approx(0, abs=1e-12)


def test_neighbours_are_looked_for_among_as_many_nearest():
    # on the line: 1 has 2 and 3 nearest (both neighbours), 2 has 1 and 3 (both), 3 has 1, 2 and 4 (all), 4 has 3 (yes)
    assert neighbourhood_preservation(TRIANGLE_WITH_TAIL, LINE) == 1
    # with 4 beside 1: 1 has 4 and 2 nearest (half), 2 has 1 and 4 (half), 3 has all three, 4 has 1 (no)
    beside = positions((1, 0, 0), (2, 1, 0), (3, 2.5, 0), (4, -0.1, 0))
    assert neighbourhood_preservation(TRIANGLE_WITH_TAIL, beside) == pytest.approx((0.5 + 0.5 + 1 + 0) / 4)


def test_at_most_so_many_nearest_are_looked_at():
    # the nearest alone: of 1 it is 4 (no), of 2 it is 1 (yes), of 3 it is 2 (yes), of 4 it is 1 (no)
    beside = positions((1, 0, 0), (2, 1, 0), (3, 2.5, 0), (4, -0.1, 0))

    assert neighbourhood_preservation(TRIANGLE_WITH_TAIL, beside, most=1) == 0.5


def test_people_on_one_point_do_not_count_themselves():
    pair = pd.DataFrame({"source": [1], "target": [2]})

    assert neighbourhood_preservation(pair, positions((1, 0, 0), (2, 0, 0))) == 1


def test_people_without_ties_take_part_in_no_measure():
    more = pd.concat([LINE, positions((9, 0.1, 0))])

    assert neighbourhood_preservation(TRIANGLE_WITH_TAIL, more) == 1
    assert stress(TRIANGLE_WITH_TAIL, more) == stress(TRIANGLE_WITH_TAIL, LINE)


def test_no_ties_leave_both_undefined():
    nobody = TRIANGLE_WITH_TAIL.head(0)

    assert np.isnan(stress(nobody, LINE))
    assert np.isnan(neighbourhood_preservation(nobody, LINE))


def test_one_point_for_all_leaves_stress_undefined():
    assert np.isnan(stress(TRIANGLE_WITH_TAIL, LINE.assign(x=0, y=0)))


def test_a_silhouette_compares_the_own_group_with_the_nearest_other():
    groups = pd.DataFrame({"person": [1, 2, 3, 4], "community": [0, 0, 1, 1]})

    # a = 1, 1, 3, 3; b = (2 + 5) / 2, (1 + 4) / 2, (2 + 1) / 2, (5 + 4) / 2
    expected = np.mean([(3.5 - 1) / 3.5, (2.5 - 1) / 2.5, (1.5 - 3) / 3, (4.5 - 3) / 4.5])
    assert silhouette(LINE, groups, least=2) == pytest.approx(expected)


def test_small_groups_are_left_out():
    groups = pd.DataFrame({"person": [1, 2, 3, 4], "community": [0, 0, 0, 1]})

    assert np.isnan(silhouette(LINE, groups, least=2))
    assert np.isnan(silhouette(LINE, groups))


def test_groups_on_one_point_have_no_silhouette():
    groups = pd.DataFrame({"person": [1, 2, 3, 4], "community": [0, 0, 1, 1]})

    assert silhouette(LINE.assign(x=0, y=0), groups, least=2) == 0


def test_a_sample_comes_near_the_whole():
    rng = np.random.default_rng(0)
    drawing = pd.DataFrame(rng.standard_normal((2_000, 2)), columns=["x", "y"]).assign(person=range(2_000))
    groups = pd.DataFrame({"person": range(2_000), "community": (drawing["x"] > 0).astype(int)})

    assert silhouette(drawing, groups, sample=700) == pytest.approx(silhouette(drawing, groups), abs=0.03)


def test_the_mean_shift_is_over_those_in_both_drawings():
    before = pd.DataFrame({"person": [1, 2, 3], "x": [0.0, 0, 9], "y": [0.0, 0, 9]})
    after = pd.DataFrame({"person": [2, 1, 4], "x": [0.3, 0, 9], "y": [0.4, 0, 9]})

    assert mean_shift(before, after) == pytest.approx(0.25)


def test_the_mean_shift_is_undefined_where_nobody_is_in_both():
    one = pd.DataFrame({"person": [1], "x": [0.0], "y": [0.0]})

    assert np.isnan(mean_shift(one, one.assign(person=2)))
