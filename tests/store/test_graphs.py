"""Graphs for downloads. Degrees by networkx."""

from __future__ import annotations

import networkx as nx
import pytest
from flask import Flask

from dashapp.services.records import Batch
from dashapp.store import graphs
from tests.records import follower, friend, merged, ties
from tests.snapshots import once

PEOPLE = [follower("b", name="Bob"), follower("c"), follower("d"), friend("c"), friend("f"), friend("g")]
PAIRS = ("bc", "cb", "cd", "de", "fc", "fg", "gf", "bf")
LISTS = {"followers": "bcd", "friends": "cfg", "mutuals": "c", "everyone": "bcdefg"}
among = pytest.mark.parametrize(("which", "members"), LISTS.items())


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    """Followers b, c, d; friends c, f, g; e is neither."""
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    return merged(owner, Batch(people=PEOPLE, ties=ties(*PAIRS, "bb")))[0]


def drawn(members: str) -> nx.DiGraph:
    return nx.DiGraph(PAIRS).subgraph(members)


@among
def test_ties_are_those_among_the_list(owner: int, account: int, which: str, members: str) -> None:
    found = [row[0] + row[1] for row in graphs.stream_edges(owner, account, which, directed=True)]

    assert sorted(found) == sorted(a + b for a, b in drawn(members).edges)


@among
def test_degree_counts_others_with_a_tie_once(owner: int, account: int, which: str, members: str) -> None:
    found = {row.key: row.degree for row in graphs.stream_nodes(owner, account, which, directed=True)}

    degrees = dict(drawn(members).to_undirected().degree)
    assert found == {key: degrees.get(key, 0) for key in members}


def test_degrees_are_whole_numbers(owner: int, account: int) -> None:
    assert {type(row.degree) for row in graphs.stream_nodes(owner, account, "everyone", directed=True)} == {int}


def test_ties_come_with_the_names_of_both_ends(owner: int, account: int) -> None:
    assert next(graphs.stream_edges(owner, account, "followers", directed=True)) == ("b", "c", "Bob", None)


def test_a_pair_that_stands_for_both_directions_comes_once(owner: int, account: int) -> None:
    found = [row[0] + row[1] for row in graphs.stream_edges(owner, account, "everyone", directed=False)]

    assert sorted(map(sorted, found)) == sorted(map(sorted, nx.DiGraph(PAIRS).to_undirected().edges))


def test_nothing_of_it_is_a_strangers(account: int, stranger: int) -> None:
    assert list(graphs.stream_nodes(stranger, account, "everyone", directed=True)) == []
    assert list(graphs.stream_edges(stranger, account, "everyone", directed=True)) == []
