"""Measures of a network, ours and networkx's, in the same run: CPU seconds, and whether the results agree.

    python -m tests.benchmarks.network --data FOLDER [--repeats 5] [--sources 10]

FOLDER holds `musae_github_edges.csv.gz` (MUSAE GitHub: 37,700 people, 289,003 ties). Both sides begin with the same
frame of ties, once with the making of their graph and once with a graph that is there already. The figure is the
median of the repeats, which take turns; in brackets the least. Betweenness is measured once; it follows the ways
from the same `--sources` persons on both sides. Agreement is the largest difference of anybody's value; of communities
it is the modularity of both, by networkx. Shared followers and common friends are counted in 4,000,000 rows, each in a
process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pandas as pd

from analytics.network import (
    Network,
    betweenness,
    communities,
    followed_among,
    network,
)

ROWS, PEOPLE = 4_000_000, 100_000


@dataclass(frozen=True)
class Race:
    """A measure on both sides; the peer's takes a graph of networkx."""

    ours: Callable[[Network], Any]
    peer: Callable[[nx.Graph], Any]
    agreement: Callable[[nx.Graph, Any, Any], str]
    slow: bool = False


def values(_: nx.Graph, ours: pd.Series[float], peer: dict[int, float]) -> str:
    """The largest difference; who has no value is 0 for networkx."""
    return f"differ by {(ours.fillna(0) - pd.Series(peer)).abs().max():.0e} at most"


def modularities(graph: nx.Graph, ours: pd.DataFrame, peer: list[set[int]]) -> str:
    """Modularity of both, by networkx."""
    groups = [set(people) for _, people in ours.groupby("community")["person"]]
    both = (nx.community.modularity(graph, found) for found in (groups, peer))
    return "modularity {:.4f}, networkx {:.4f}".format(*both)


def from_same_starts(graph: nx.Graph, k: int) -> dict[int, float]:
    """Betweenness as `analytics.network.betweenness` estimates it, of the ways from the persons that it draws."""
    n, people = len(graph), sorted(graph)
    drawn = [people[number] for number in np.random.default_rng(0).choice(n, size=k, replace=False)]
    ways = nx.betweenness_centrality_subset(graph, drawn, people)  # each way half, as if met from both ends
    return {person: 2 * way * n / (k * (n - 1) * (n - 2)) for person, way in ways.items()}


def races(sources: int) -> dict[str, Race]:
    """What is raced."""
    return {
        "communities": Race(communities, lambda graph: nx.community.louvain_communities(graph, seed=0), modularities),
        f"betweenness, {sources} starts": Race(
            lambda net: betweenness(net, n_sources=sources),
            lambda graph: from_same_starts(graph, sources),
            values,
            slow=True,
        ),
    }


def built(ties: pd.DataFrame) -> Network:
    """A network of which all that is made once is made."""
    net = network(ties, directed=False)
    _ = net.undirected_graph, net.adjacency
    return net


def cpu(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds, and what came out."""
    start = time.process_time()
    found = action()
    return time.process_time() - start, found


def race(name: str, of: Race, ties: pd.DataFrame, *, repeats: int) -> None:
    """Prints both sides' times with and without the making of the graph."""
    net, graph = built(ties), nx.from_pandas_edgelist(ties)
    sides: dict[str, Callable[[], Any]] = {
        "ours": lambda: of.ours(network(ties, directed=False)),
        "networkx": lambda: of.peer(nx.from_pandas_edgelist(ties)),
        "ours, made": lambda: of.ours(net),
        "networkx, made": lambda: of.peer(graph),
    }
    times: dict[str, list[float]] = {side: [] for side in sides}
    found = {}
    for _ in range(1 if of.slow else repeats):
        for side, action in sides.items():
            seconds, found[side] = cpu(action)
            times[side].append(seconds)
    middle = {side: statistics.median(each) for side, each in times.items()}
    columns = [f"{middle[side]:7.3f} [{min(times[side]):7.3f}]" for side in sides]
    ratios = [middle["networkx"] / middle["ours"], middle["networkx, made"] / middle["ours, made"]]
    columns[2:2], columns[5:5] = [f"{ratios[0]:5.1f}x"], [f"{ratios[1]:5.1f}x"]
    print(f"{name:<26}", *columns, " " + of.agreement(graph, found["ours"], found["networkx"]), flush=True)


def counted(_repeat: int) -> tuple[float, float]:
    """CPU seconds of the count in many rows, and MiB at the peak of the process."""
    rng = np.random.default_rng(0)
    ids = np.sort(rng.choice(10**12, PEOPLE, replace=False))
    ties = pd.DataFrame(ids[rng.integers(0, PEOPLE, (ROWS, 2))], columns=["source", "target"])
    seconds, _ = cpu(lambda: followed_among(ties, pd.Index(ids)))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def many_rows(*, repeats: int) -> None:
    """How many of 100,000 people each follows, in 4,000,000 rows: shared followers, and common friends."""
    print(f"\n{ROWS:,} rows, {PEOPLE:,} people: CPU seconds (median, least), MiB of the process at its peak")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        seconds, peaks = zip(*pool.map(counted, range(repeats)), strict=True)
    print(
        f"{'followed_among':<18} {statistics.median(seconds):6.2f} [{min(seconds):6.2f}] {max(peaks):6.0f}", flush=True
    )


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--sources", type=int, default=10)
    asked = parser.parse_args()
    names = ["source", "target"]
    ties = pd.read_csv(asked.data / "musae_github_edges.csv.gz", header=0, names=names, dtype="int64")
    print(f"networkx {nx.__version__}, igraph {igraph.__version__}, pandas {pd.__version__}")
    print(f"{len(built(ties).people):,} people, {len(ties):,} ties; CPU seconds, median [least]")
    head = ("ours", "networkx", "ratio", "ours, made", "netw., made", "ratio")
    print(f"{'':<26} {head[0]:>17} {head[1]:>17} {head[2]:>6} {head[3]:>17} {head[4]:>17} {head[5]:>6}")
    for name, of in races(asked.sources).items():
        race(name, of, ties, repeats=asked.repeats)
    many_rows(repeats=asked.repeats)


if __name__ == "__main__":
    main()
