"""Small random ties, and the same as graphs of networkx."""

from __future__ import annotations

import networkx as nx
import pandas as pd
from hypothesis import strategies as st

# Ids far from 0 and out of order, as a database gives them.
PERSONS = [907, 12, 455, 31, 8_000_000_000, 76, 203, 5, 640, 99]


def ties(*rows: tuple[int, int]) -> pd.DataFrame:
    """Ties of (source, target)."""
    return pd.DataFrame(rows, columns=["source", "target"], dtype="int64")


def random_ties(*, min_size: int = 0) -> st.SearchStrategy[pd.DataFrame]:
    """Directed ties among up to ten persons, without duplicates and self-ties."""
    person = st.sampled_from(PERSONS)
    rows = st.tuples(person, person).filter(lambda row: row[0] != row[1])
    return st.lists(rows, unique=True, min_size=min_size, max_size=40).map(lambda drawn: ties(*drawn))


def messy_ties() -> st.SearchStrategy[pd.DataFrame]:
    """Ties as no frame should hold them: with self-ties and rows that stand twice."""
    person = st.sampled_from(PERSONS[:6])
    return st.lists(st.tuples(person, person), max_size=25).map(lambda drawn: ties(*drawn, *drawn[:5]))


def without_mess(rows: pd.DataFrame) -> pd.DataFrame:
    """The same ties as they should be; who has a self-tie only is not in them."""
    return rows[rows["source"] != rows["target"]].drop_duplicates(ignore_index=True)


def one_row_a_pair(directed: pd.DataFrame) -> pd.DataFrame:
    """As a network of friendships tells its ties: the first row of each pair."""
    pairs = pd.Series([frozenset(row) for row in directed.itertuples(index=False)], dtype=object)
    return directed[~pairs.duplicated().to_numpy(dtype=bool)].reset_index(drop=True)


def nx_graph(rows: pd.DataFrame, *, directed: bool) -> nx.Graph:
    """The same for networkx."""
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_edges_from(rows.itertuples(index=False, name=None))
    return graph
