"""Drawings of networks, ours and others', each in a process of its own: time, peak memory, quality.

    python -m tests.benchmarks.layout --data FOLDER [--quick]

FOLDER holds `facebook_combined.txt.gz` (SNAP ego-Facebook) and `musae_github_edges.csv.gz` (MUSAE GitHub); the block
models are made here. `--quick` leaves out networkx on 4,000 people, which takes a minute.

Times are of the drawing alone: ours begins with the frame of ties, the others' with a graph of their own. CPU seconds
are the fair figure on a machine that does other things too. NP: share of a person's neighbours in the network who are
among as many nearest in the drawing. Silhouette: of Leiden communities of at least ten. Stress: less is better.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pandas as pd

from analytics.layout import force_directed
from analytics.network import Network, communities, network
from tests.benchmarks.layout_quality import mean_shift, neighbourhood_preservation, silhouette, stress


@dataclass(frozen=True)
class Cost:
    """What a drawing took, of its process: seconds, and MiB at the peak."""

    wall: float
    cpu: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:7.2f} {self.cpu:7.2f} {self.peak:6.0f}"


# ---- networks


def read(path: Path, **options: Any) -> pd.DataFrame:
    """Ties of a file of edges."""
    ties: pd.DataFrame = pd.read_csv(path, header=None, names=["source", "target"], dtype="int64", **options)
    return ties


def block_model(n: int, n_blocks: int, *, degree: float, inside: float, seed: int = 0) -> pd.DataFrame:
    """Ties in groups of uneven sizes, among people of uneven degrees (both lognormal).

    `degree` is the mean, `inside` the share of ties within groups. Who has no tie is not in it.
    """
    rng = np.random.default_rng(seed)
    share = rng.lognormal(0, 0.8, n_blocks)
    group = np.sort(rng.choice(n_blocks, n, p=share / share.sum()))
    ends = np.concatenate([[0], np.cumsum(rng.lognormal(0, 0.6, n))])
    first = np.searchsorted(group, np.arange(n_blocks + 1))

    def drawn(low: Any, high: Any, size: int) -> Any:
        return np.searchsorted(ends, ends[low] + rng.random(size) * (ends[high] - ends[low]), side="right") - 1

    size = int(n * degree / 2)
    one = drawn(0, n, size)
    own = drawn(first[group[one]], first[group[one] + 1], size)
    pairs = np.sort(np.column_stack([one, np.where(rng.random(size) < inside, own, drawn(0, n, size))]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return pd.DataFrame(rng.permutation(n)[pairs], columns=["source", "target"])


GRAPHS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "SNAP facebook": lambda folder: read(folder / "facebook_combined.txt.gz", sep=" "),
    "block model": lambda _: block_model(10_000, 50, degree=20.3, inside=0.7),
    "musae-github": lambda folder: read(folder / "musae_github_edges.csv.gz", skiprows=1),
    "large block model": lambda _: block_model(100_000, 200, degree=20.5, inside=0.6),
}
SMALL: dict[str, Callable[[], nx.Graph]] = {
    "karate club": nx.karate_club_graph,
    "Les Miserables": nx.les_miserables_graph,
    "four groups": lambda: nx.planted_partition_graph(4, 15, 0.4, 0.03, seed=2),
    "six groups": lambda: nx.planted_partition_graph(6, 40, 0.3, 0.01, seed=3),
    "small world of 60": lambda: nx.connected_watts_strogatz_graph(60, 6, 0.1, seed=1),
    "small world of 200": lambda: nx.connected_watts_strogatz_graph(200, 4, 0.05, seed=1),
    "hubs (Barabasi-Albert)": lambda: nx.barabasi_albert_graph(300, 2, seed=1),
    "ring of 12 cliques": lambda: nx.connected_caveman_graph(12, 15),
    "grid 8 x 8": lambda: nx.grid_2d_graph(8, 8),
    "random tree": lambda: nx.random_labeled_tree(60, seed=2),
}
EGOS = (3980, 698, 414, 686, 348, 0)


def small_graphs(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Networks of less than 500 people: ego networks of SNAP facebook without the ego, known ones, made ones."""
    facebook = nx.from_pandas_edgelist(GRAPHS["SNAP facebook"](folder))
    for ego in EGOS:
        yield f"facebook, around {ego}", nx.to_pandas_edgelist(nx.ego_graph(facebook, ego, center=False))
    for name, made in SMALL.items():
        graph = nx.Graph(nx.convert_node_labels_to_integers(made()).edges)
        yield name, nx.to_pandas_edgelist(graph)[["source", "target"]]


# ---- drawings


def frame(people: Any, xy: Any) -> pd.DataFrame:
    """Positions as ours."""
    return pd.DataFrame(np.asarray(xy), columns=["x", "y"]).assign(person=np.asarray(people))


def ours(ties: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """Ours, from the frame of ties."""
    return partial(force_directed, ties)


def igraph_fr(ties: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """igraph's Fruchterman-Reingold, on a grid as it is meant for large graphs."""
    net = network(ties)
    graph = net.undirected_graph
    random.seed(1)
    return lambda: frame(net.people, graph.layout_fruchterman_reingold(grid="grid", niter=500).coords)


def of_networkx(layout: Callable[..., dict[Any, Any]], ties: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """A layout of networkx as it comes."""
    graph = nx.from_pandas_edgelist(ties)

    def drawn() -> pd.DataFrame:
        places = layout(graph, seed=1)
        return frame(list(places), list(places.values()))

    return drawn


DRAWERS: dict[str, Callable[[pd.DataFrame], Callable[[], pd.DataFrame]]] = {
    "sociogram": ours,
    "igraph FR": igraph_fr,
    "networkx spring": partial(of_networkx, nx.spring_layout),
    "ForceAtlas2": partial(of_networkx, nx.forceatlas2_layout),
}


def graph_drawing(drawer: str, graph: str, folder: Path) -> tuple[pd.DataFrame, Cost]:
    """A drawing and its cost, in a process that has drawn something small before."""
    DRAWERS[drawer](block_model(600, 4, degree=6, inside=0.7))()
    draw = DRAWERS[drawer](GRAPHS[graph](folder))
    wall, cpu = time.perf_counter(), time.process_time()
    positions = draw()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return positions, Cost(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def alone(drawer: str, graph: str, folder: Path) -> tuple[pd.DataFrame, Cost]:
    """The same in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(graph_drawing, drawer, graph, folder).result()


# ---- tables


def quality(net: Network, groups: pd.DataFrame, positions: pd.DataFrame) -> str:
    """NP, silhouette and stress."""
    figures = neighbourhood_preservation(net, positions), silhouette(positions, groups), stress(net, positions)
    return " ".join(f"{figure:6.3f}" for figure in figures)


def large(folder: Path, *, quick: bool) -> None:
    """Networks that are drawn by forces, beside the peers."""
    print(f"{'':<18} {'':<16} {'wall s':>7} {'CPU s':>7} {'MiB':>6} {'NP':>6} {'silh.':>6} {'stress':>6}")
    for name, ties_of in GRAPHS.items():
        net = network(ties_of(folder), directed=False)
        groups = communities(net)
        print(f"{name}: {len(net.people):,} people, {len(net.links):,} ties")
        slow = quick or name != "SNAP facebook"
        for drawer in list(DRAWERS)[: 2 if slow else 3]:
            positions, cost = alone(drawer, name, folder)
            print(f"{'':<18} {drawer:<16} {cost} {quality(net, groups, positions)}", flush=True)


def small(folder: Path) -> None:
    """Networks of less than 500 people, beside all peers."""
    print(f"\n{'':<24} {'people':>6} {'':<16} {'CPU s':>6} {'NP':>6} {'silh.':>6} {'stress':>6}")
    for name, ties in small_graphs(folder):
        net = network(ties, directed=False)
        groups = communities(net)
        for drawer, make in DRAWERS.items():
            draw = make(ties)
            start = time.process_time()
            positions = draw()
            cpu = time.process_time() - start
            figures = f"{cpu:6.2f} {quality(net, groups, positions)}"
            print(f"{name:<24} {len(net.people):>6} {drawer:<16} {figures}", flush=True)


def next_import(folder: Path) -> None:
    """How far people move when some come, or when some ties go."""
    print(f"\n{'mean shift (a drawing is 2 wide)':<34} {'warm':>6} {'cold':>6} {'NP':>6}")
    for name in ("SNAP facebook", "block model"):
        ties = GRAPHS[name](folder)
        rng = np.random.default_rng(0)
        people = network(ties).people
        gone = rng.choice(people, len(people) // 20, replace=False)
        fewer = ties[~ties["source"].isin(gone) & ~ties["target"].isin(gone)]
        less = ties.sample(frac=0.95, random_state=0)
        cases = {"nothing": (ties, ties), "5 % new people": (fewer, ties), "5 % of the ties gone": (ties, less)}
        for change, (before, after) in cases.items():
            start = force_directed(before)
            warm, cold = force_directed(after, start=start), force_directed(after, seed=1)
            figures = mean_shift(start, warm), mean_shift(start, cold), neighbourhood_preservation(after, warm)
            print(f"{name + ', ' + change:<34}", *(f"{figure:6.3f}" for figure in figures), flush=True)


def main() -> None:
    """Prints the three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    print(f"igraph {igraph.__version__}, networkx {nx.__version__}, numpy {np.__version__}")
    large(asked.data, quick=asked.quick)
    small(asked.data)
    next_import(asked.data)


if __name__ == "__main__":
    main()
