import os
import random
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, pdist

from analytics.layout import force_directed, node_radii
from analytics.layout.mesh import repulsion
from analytics.layout.packing import in_columns, in_rows
from analytics.layout.spacing import apart
from analytics.network import communities, network
from tests.benchmarks.layout_quality import mean_shift, neighbourhood_preservation, silhouette, stress

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def frame(edges):
    return pd.DataFrame(np.array(edges).reshape(-1, 2), columns=["source", "target"], dtype="int64")


def of_networkx(graph):
    return frame(nx.convert_node_labels_to_integers(graph).edges)


def blocks(n, n_blocks, *, inside=10, outside=2, seed=0):
    """Ties of n people in equal groups, and who is in which group: person p in group p % n_blocks."""
    rng = np.random.default_rng(seed)
    person = np.arange(n)
    own_group = [(person + n_blocks * rng.integers(1, n // n_blocks, n)) % n for _ in range(inside // 2)]
    anybody = [rng.integers(0, n, n) for _ in range(outside // 2)]
    edges = np.concatenate([np.column_stack([person, other]) for other in [*own_group, *anybody]])
    return frame(edges), pd.DataFrame({"person": person, "community": person % n_blocks})


def xy(positions):
    return positions[["x", "y"]].to_numpy(dtype="float64")


@pytest.fixture(scope="module")
def crowd():
    """A network that is large enough for forces, its groups and its drawing."""
    ties, groups = blocks(1_200, 12)
    return ties, groups, force_directed(ties)


# ---- what comes back


def test_each_person_has_one_place_in_the_order_of_ids():
    drawing = force_directed(network(frame([(907, 12), (12, 455)]), pd.Index([31, 12])))

    assert drawing["person"].tolist() == [12, 31, 455, 907]
    assert drawing.dtypes.astype("str").to_dict() == {"person": "int64", "x": "float32", "y": "float32"}


def test_nobody_makes_an_empty_drawing():
    drawing = force_directed(frame([]))

    assert drawing.empty
    assert drawing.columns.tolist() == ["person", "x", "y"]


def test_one_person_stands_in_the_middle():
    drawing = force_directed(network(frame([]), pd.Index([7])))

    assert xy(drawing).tolist() == [[0, 0]]


def test_a_network_is_drawn_as_its_ties_are():
    ties, _ = blocks(60, 3)

    pd.testing.assert_frame_equal(force_directed(network(ties)), force_directed(ties))


@pytest.mark.parametrize("n", [24, 600], ids=["small", "large"])
def test_order_direction_duplicates_and_self_ties_make_no_difference(n):
    ties, _ = blocks(n, 3)
    turned = ties.rename(columns={"source": "target", "target": "source"})
    other = pd.concat([turned, ties.head(20), frame([(5, 5)])]).sample(frac=1, random_state=1)

    pd.testing.assert_frame_equal(force_directed(other), force_directed(ties))


def test_a_missing_column_is_told():
    with pytest.raises(KeyError, match="target"):
        force_directed(frame([(1, 2)])[["source"]])


def test_the_frames_given_are_not_changed(crowd):
    ties, _, drawing = crowd
    ties_before, drawing_before = ties.copy(), drawing.copy()

    force_directed(ties, start=drawing)

    pd.testing.assert_frame_equal(ties, ties_before)
    pd.testing.assert_frame_equal(drawing, drawing_before)


@pytest.mark.slow
def test_another_process_draws_the_same():
    code = (
        "import numpy as np, pandas as pd; from analytics.layout import force_directed;"
        "ties = pd.DataFrame(np.random.default_rng(3).integers(0, 600, (3_000, 2)), columns=['source', 'target']);"
        "print(force_directed(ties, seed=5)[['x', 'y']].to_numpy().tobytes().hex())"
    )
    ties = frame(np.random.default_rng(3).integers(0, 600, (3_000, 2)))
    environ = {**os.environ, "PYTHONHASHSEED": "1"}

    command = [sys.executable, "-c", code]

    there = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)

    assert there.stdout.strip() == force_directed(ties, seed=5)[["x", "y"]].to_numpy().tobytes().hex()


def test_the_seed_chooses_the_drawing(crowd):
    ties, _, drawing = crowd

    assert mean_shift(force_directed(ties, seed=1), drawing) > 0.1


def test_a_drawing_goes_from_minus_one_to_one(crowd):
    places = xy(crowd[2])

    assert np.abs(places).max() <= 1.05
    assert np.ptp(places, axis=0).max() > 1.9


# ---- quality


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(nx.grid_2d_graph(5, 5), id="grid"),
        pytest.param(nx.connected_caveman_graph(4, 7), id="cliques-in-a-ring"),
        pytest.param(nx.lollipop_graph(12, 12), id="lollipop"),
        pytest.param(nx.random_labeled_tree(29, seed=2), id="tree"),
        pytest.param(nx.barabasi_albert_graph(25, 2, seed=1), id="hubs"),
        pytest.param(nx.complete_graph(12), id="clique"),
        pytest.param(nx.star_graph(15), id="star"),
    ],
)
def test_small_networks_have_the_stress_of_kamada_and_kawai(graph):
    graph = nx.convert_node_labels_to_integers(graph)
    nx.set_edge_attributes(graph, 1, "weight")
    ties = of_networkx(graph)
    peer = pd.DataFrame(
        [(p, *place) for p, place in nx.kamada_kawai_layout(graph).items()], columns=["person", "x", "y"]
    )

    assert stress(ties, force_directed(ties)) <= 1.1 * stress(ties, peer)


def test_a_chain_is_a_straight_line():
    drawing = force_directed(of_networkx(nx.path_graph(9)))

    assert drawing["x"].to_numpy() == pytest.approx(np.linspace(-1, 1, 9), abs=1e-3)
    assert drawing["y"].to_numpy() == pytest.approx(np.zeros(9), abs=1e-3)


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(nx.karate_club_graph(), id="karate-club"),
        pytest.param(nx.les_miserables_graph(), id="les-miserables"),
        pytest.param(nx.planted_partition_graph(4, 15, 0.4, 0.03, seed=2), id="blocks"),
        pytest.param(nx.planted_partition_graph(6, 40, 0.3, 0.01, seed=3), id="larger-blocks"),
        pytest.param(nx.connected_watts_strogatz_graph(100, 6, 0.1, seed=2), id="small-world"),
    ],
)
def test_from_30_people_on_neighbours_and_groups_show_as_in_the_peers(graph):
    ties = of_networkx(graph)
    net = network(ties, directed=False)
    random.seed(1)
    spring = nx.spring_layout(nx.from_pandas_edgelist(ties), seed=1)
    peers = [
        pd.DataFrame(net.undirected_graph.layout_fruchterman_reingold().coords, columns=["x", "y"]).assign(
            person=net.people
        ),
        pd.DataFrame([(person, *place) for person, place in spring.items()], columns=["person", "x", "y"]),
    ]

    drawing, groups = force_directed(ties), communities(net)

    assert all(neighbourhood_preservation(net, drawing) > neighbourhood_preservation(net, peer) for peer in peers)
    assert all(silhouette(drawing, groups) > silhouette(peer, groups) for peer in peers)


@pytest.mark.parametrize(
    "graph", [pytest.param(nx.cycle_graph(40), id="ring"), pytest.param(nx.grid_2d_graph(8, 8), id="grid")]
)
def test_a_shape_of_more_than_30_people_is_unrolled(graph):
    ties = of_networkx(graph)

    assert stress(ties, force_directed(ties)) < 0.05


def test_groups_stand_apart_and_neighbours_together(crowd):
    ties, groups, drawing = crowd

    assert silhouette(drawing, groups) > 0.5
    assert neighbourhood_preservation(ties, drawing) > 0.08  # of 1 at random 0.01; inside a group ties are random


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(nx.star_graph(600), id="star"),
        pytest.param(nx.complete_graph(500), id="clique"),
        pytest.param(nx.path_graph(700), id="chain"),
        pytest.param(nx.complete_bipartite_graph(2, 600), id="two-hubs"),
    ],
)
def test_shapes_that_do_not_shrink_are_drawn_too(graph):
    places = xy(force_directed(of_networkx(graph)))

    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == len(graph)


def test_repulsion_agrees_with_the_sum_over_all_pairs():
    rng = np.random.default_rng(0)
    lattice = np.stack(np.meshgrid(np.arange(5), np.arange(5))).reshape(2, -1)  # nobody as near as a cell of the grid
    points = (lattice + rng.uniform(-0.2, 0.2, lattice.shape)).astype(np.float32)
    mass = rng.random(25).astype(np.float32)
    between = points[:, :, None] - points[:, None, :]
    distance = np.hypot(*between)
    np.fill_diagonal(distance, np.inf)
    expected = (between * mass / distance**2.6).sum(axis=2)  # the gradient of r^-0.6 / 0.6

    force = repulsion(points, mass)

    assert force == pytest.approx(expected, abs=0.05 * float(np.abs(expected).max()))
    assert force.dtype == np.float32


def test_one_alone_is_not_pushed():
    force = repulsion(np.ones((2, 1), dtype=np.float32), np.ones(1, dtype=np.float32))

    assert force == pytest.approx(np.zeros((2, 1)), abs=1e-6)


# ---- parts beside each other


def parts_of(sizes):
    """Rings of those sizes, the people numbered on."""
    rings, first = [], 0
    for size in sizes:
        rings.append([(first + k, first + (k + 1) % size) for k in range(size)])
        first += size
    return frame(np.concatenate(rings)), np.repeat(np.arange(len(sizes)), sizes)


def test_parts_do_not_overlap_and_the_largest_is_at_the_left():
    ties, part = parts_of([3, 40, 5, 2, 40, 9, 2, 2, 3])

    drawing = force_directed(ties)

    boxes = drawing.groupby(part)[["x", "y"]].agg(["min", "max"])
    for a in range(len(boxes)):
        for b in range(a):
            low = np.maximum(boxes.iloc[a, [0, 2]].to_numpy(), boxes.iloc[b, [0, 2]].to_numpy())
            high = np.minimum(boxes.iloc[a, [1, 3]].to_numpy(), boxes.iloc[b, [1, 3]].to_numpy())
            assert (high < low).any()
    assert boxes["x"]["min"].idxmin() == 1


def test_a_part_takes_room_for_its_people():
    ties, part = parts_of([64, 16])

    drawing = force_directed(ties)

    sides = drawing.groupby(part)["x"].agg(np.ptp)
    assert sides[0] / sides[1] == pytest.approx((8 - 1) / (4 - 1), rel=0.05)


def test_two_alone_with_each_other_are_nearest_to_each_other():
    ties = frame([(2 * k, 2 * k + 1) for k in range(9)])

    assert neighbourhood_preservation(ties, force_directed(ties)) == 1


def test_people_without_ties_stand_in_rows_below(crowd):
    ties, _, _ = crowd
    drawing = force_directed(network(ties, pd.Index(range(5_000, 5_250))))
    alone = drawing["person"] >= 5_000

    band = drawing[alone]
    columns = np.unique(band["x"].round(4))

    assert band["y"].max() < drawing.loc[~alone, "y"].min()
    assert band.groupby(band["y"].round(4)).size().iloc[1:].eq(len(columns)).all()
    assert np.diff(columns) == pytest.approx(np.diff(columns).mean(), rel=0.01)


def test_many_without_ties_leave_most_room_to_the_others(crowd):
    drawing = force_directed(network(crowd[0], pd.Index(range(5_000, 15_000))))
    alone = drawing["person"] >= 5_000

    assert np.ptp(drawing.loc[alone, "y"]) < 0.5 * np.ptp(drawing["x"])


SIDES = st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), min_size=1, max_size=30)


@given(SIDES)
def test_boxes_in_columns_never_overlap(sides):
    sides = np.array(sorted(sides, key=max, reverse=True)).T

    centres = in_columns(sides, gap=1)

    distance = np.abs(centres[:, :, None] - centres[:, None, :])
    free = distance - (sides[:, :, None] + sides[:, None, :]) / 2
    np.fill_diagonal(free[0], 1)
    assert (free.max(axis=0) >= 1 - 1e-6).all()


def test_rows_keep_who_stood_above_and_who_stood_left():
    old = np.array([[3.0, 1, 2, np.nan, 1, 3, 2], [0.0, 0, 0, np.nan, -1, -1, -1]])

    places = in_rows(7, width=3.2, old=old)

    assert places.argmin(axis=1).tolist() == [1, 3]
    assert [places[0, k] for k in (1, 2, 0)] == sorted(places[0, :3])
    assert (places[1, :3] >= places[1, 4:].max()).all()


# ---- big discs


def test_radii_grow_with_the_root_of_the_degree():
    assert node_radii(np.array([0, 25, 100])) == pytest.approx([0, 0.0125, 0.025])
    assert node_radii(np.array([0, 0])).tolist() == [0, 0]


def test_the_best_connected_do_not_hide_each_other():
    ties = of_networkx(nx.barabasi_albert_graph(900, 4, seed=2))
    degree = network(ties).degree
    hubs = np.argsort(-degree)[:40]
    radii = node_radii(degree)[hubs]

    places = xy(force_directed(ties))[hubs]

    assert (cdist(places, places) + np.eye(40) >= radii[:, None] + radii).all()


def test_discs_are_moved_no_farther_than_it_takes():
    points = np.array([[0.0, 0.01, 0.5, 0.51, 0.6, 0.7], [0, 0, 0, 0, 0, 0]], dtype=np.float32)

    moved = apart(points, np.array([0.02, 0.02, 0.01, 0.01, 0.001, 0.001]))

    assert pdist(moved[:, :2].T) == pytest.approx([0.04], rel=0.02)
    assert (moved[:, 2:] == points[:, 2:]).all()
    assert points[0, 1] == np.float32(0.01)


def test_where_all_are_alike_nobody_is_moved():
    points = np.array([[0.0, 0.01], [0, 0]], dtype=np.float32)

    assert (apart(points, np.array([0.02, 0.02])) == points).all()


def test_discs_that_find_no_room_are_left_after_a_while():
    points = np.stack([np.arange(200), np.zeros(200)]).astype(np.float32) / 1_000

    moved = apart(points, np.where(np.arange(200) < 60, 0.5, 0.01))

    assert (np.abs(moved) < 60).all()
    assert (moved[:, 60:] == points[:, 60:]).all()


# ---- the next import


@pytest.mark.parametrize("n", [24, 120, 1_200])
def test_people_stay_about_where_they_were(n):
    ties, _ = blocks(n, 6)
    before = force_directed(ties).rename(columns={"x": "y", "y": "x"})  # mirrored, as nobody else would draw it

    after = force_directed(ties, seed=4, start=before)

    assert mean_shift(before, after) < 0.04
    assert mean_shift(before, force_directed(ties)) > 0.4


def test_people_stay_when_ties_come_and_go(crowd):
    ties, _, before = crowd
    change = np.random.default_rng(0)
    new = frame(change.integers(0, 1_200, (100, 2)))

    after = force_directed(pd.concat([ties.sample(frac=0.95, random_state=0), new]), start=before)

    assert mean_shift(before, after) < 0.08
    assert np.abs(xy(after)).max() < 1.2


def test_new_people_enter_where_their_neighbours_are(crowd):
    ties, groups, before = crowd
    newcomers = frame([(9_000 + k, 12 * j + 5) for k in range(10) for j in range(k, k + 5)])
    chain = frame([(9_000, 9_100), (9_100, 9_101)])

    after = force_directed(pd.concat([ties, newcomers, chain]), start=before).set_index("person")

    group = after.loc[groups.loc[groups["community"] == 5, "person"]]
    others = after.loc[groups.loc[groups["community"] != 5, "person"]]
    centre, spread = group.mean(), np.hypot(*group.sub(group.mean()).to_numpy().T).mean()
    distance = np.hypot(*(after.loc[9_000:9_009] - centre).to_numpy().T)
    assert distance.max() < 4 * spread
    assert distance.max() < np.hypot(*(others - centre).to_numpy().T).mean()
    assert mean_shift(before, after.reset_index()) < 0.1


def test_a_person_who_gets_the_first_ties_leaves_the_rows(crowd):
    ties, _, _ = crowd
    before = force_directed(network(ties, pd.Index([9_000]))).set_index("person")
    joined = pd.concat([ties, frame([(9_000, 12 * j) for j in range(8)])])

    after = force_directed(joined, start=before.reset_index()).set_index("person")

    friends = after.loc[[12 * j for j in range(8)]].mean()
    before_friends = before.loc[[12 * j for j in range(8)]].mean()
    assert np.hypot(*(after.loc[9_000] - friends)) < 0.5 * np.hypot(*(before.loc[9_000] - before_friends))


def test_people_without_ties_stay_about_in_place_when_some_leave():
    ties, _ = blocks(200, 4)
    alone = np.arange(1_000, 1_300)
    before = force_directed(network(ties, pd.Index(alone)))

    after = force_directed(network(ties, pd.Index(np.delete(alone, slice(3, None, 20)))), start=before)

    assert mean_shift(before[before["person"] >= 1_000], after) < 0.1


def test_too_few_known_people_only_turn_the_drawing():
    ties = of_networkx(nx.path_graph(29))
    start = pd.DataFrame({"person": [3, 20], "x": [0.2, 0.2], "y": [-0.5, 0.5]})

    drawing = force_directed(ties, start=start).set_index("person")

    assert np.ptp(drawing["x"]) < 0.01
    assert drawing["y"].is_monotonic_increasing
    assert np.ptp(drawing["y"]) == pytest.approx(1.8, abs=0.01)


@pytest.mark.parametrize("place", [0.25, np.nan, np.inf], ids=["one-point", "unknown", "infinite"])
@pytest.mark.parametrize("n", [24, 600], ids=["small", "large"])
def test_a_start_that_tells_nothing_is_no_start(n, place):
    ties, _ = blocks(n, 2)
    start = pd.DataFrame({"person": range(n), "x": place, "y": place})

    drawing = force_directed(ties, start=start)

    assert stress(ties, drawing) == pytest.approx(stress(ties, force_directed(ties)), rel=0.02)
