"""JSON lists and node-link graphs; networkx is the other program."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.dashboard.formats.json import graph, table, text
from dashapp.dashboard.formats.records import Table

from .graphs import PLACE, drawn, key_pairs, of_keys


def by_networkx(*, directed: bool) -> nx.Graph:
    """The graph of `drawn`, made with networkx."""
    made = nx.DiGraph(name="all") if directed else nx.Graph(name="all")
    undrawn = dict.fromkeys(["community_name", *PLACE])
    told = {"followers": 30, "friends": 12, "community": 0, "degree": 2, "community_name": "Bob & Co"}
    made.add_node("b", label="Bob", handle="bob@example.social", **told, **PLACE)
    made.add_node("c", label="Carol", handle=None, followers=None, friends=None, community=None, degree=None, **undrawn)
    made.add_node("d", label="d", handle="dan", followers=0, friends=0, community=1, degree=1, **undrawn)
    made.add_edges_from([("b", "c"), ("d", "b")])
    return made


def test_a_list_is_an_array_with_null_where_nothing_is_told() -> None:
    rows = [
        {"name": "=1", "followers": None, "seen": datetime(2026, 3, 2, 12, tzinfo=UTC), "day": date(2026, 3, 2)},
        {"name": None, "followers": 0, "seen": None, "day": None, "inner": "not asked for"},
    ]

    read = json.loads(b"".join(table(Table(["name", "followers", "seen", "day"], rows))))

    assert read == [
        {"name": "=1", "followers": None, "seen": "2026-03-02T12:00:00Z", "day": "2026-03-02"},
        {"name": None, "followers": 0, "seen": None, "day": None},
    ]


def test_an_empty_list_is_an_empty_array() -> None:
    assert b"".join(table(Table(["name"], []))) == b"[]\n"


@given(st.lists(st.text(), max_size=4))
def test_texts_are_exact(texts: list[str]) -> None:
    assert json.loads(b"".join(table(Table(["t"], [{"t": each} for each in texts])))) == [{"t": each} for each in texts]


@pytest.mark.parametrize("directed", [True, False])
def test_a_graph_is_what_networkx_writes(directed: bool) -> None:
    read = json.loads(b"".join(graph(drawn(directed=directed))))

    made = nx.node_link_data(by_networkx(directed=directed), edges="edges")
    assert {**read, "edges": None, "links": None} == {**made, "edges": None, "links": None}
    assert list(read) == [*made, "links"]
    ends = [{edge["source"], edge["target"]} for edge in made["edges"]]
    assert [{edge["source"], edge["target"]} for edge in read["edges"]] == ends
    assert not directed or read["edges"] == made["edges"]


@pytest.mark.parametrize("directed", [True, False])
def test_networkx_reads_the_graph(directed: bool) -> None:
    read = nx.node_link_graph(json.loads(b"".join(graph(drawn(directed=directed)))))

    assert nx.utils.graphs_equal(read, by_networkx(directed=directed))


def test_networkx_before_3_6_finds_the_ties_under_their_older_name() -> None:
    read = json.loads(b"".join(graph(drawn())))

    assert read["links"] == read["edges"] == [{"source": "b", "target": "c"}, {"source": "d", "target": "b"}]


@given(key_pairs())
def test_any_key_is_exact(graph_of: tuple[list[str], list[tuple[str, str]]]) -> None:
    nodes, pairs = graph_of

    read = nx.node_link_graph(json.loads(b"".join(graph(of_keys(nodes, pairs)))))

    assert list(read) == nodes
    assert set(read.edges) == set(pairs)


def test_a_graph_without_ties_is_one() -> None:
    assert json.loads(b"".join(graph(drawn(edges=()))))["edges"] == []


def test_nan_is_null() -> None:
    assert text({"n": math.nan}) == '{"n":null}'


@pytest.mark.parametrize("value", [Decimal(1), {1, 2}])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        text(value)
