"""GEXF and GraphML; networkx's readers are the other program."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given

from dashapp.dashboard.formats import gexf, graphml
from dashapp.dashboard.formats.records import Graph, Node
from dashapp.dashboard.formats.xml import escaped, escaped_key

from .graphs import PLACE, UNTOLD, drawn, key_pairs, of_keys

Read = Callable[[Graph], nx.Graph]
TOLD = {
    "label": "Bob",
    "handle": "bob@example.social",
    "followers": 30,
    "friends": 12,
    "community": 0,
    "degree": 2,
    "community_name": "Bob & Co",
}


def as_gexf(graph: Graph) -> nx.Graph:
    return nx.read_gexf(io.BytesIO(b"".join(gexf.graph(graph))))


def as_graphml(graph: Graph) -> nx.Graph:
    return nx.read_graphml(io.BytesIO(b"".join(graphml.graph(graph))))


readers = pytest.mark.parametrize("read", [as_gexf, as_graphml])


@readers
def test_networkx_finds_persons_with_what_is_told(read: Read) -> None:
    found = read(drawn())

    assert {name: found.nodes["b"][name] for name in TOLD} == TOLD
    assert dict(found.nodes["c"]) == {"label": "Carol"}
    assert found.nodes["d"]["followers"] == 0


def test_gexf_says_how_persons_are_drawn_in_the_elements_of_its_module() -> None:
    found = as_gexf(drawn())

    assert found.nodes["b"]["viz"] == {
        "position": {"x": -1000.0, "y": 250.5, "z": 0.0},
        "size": 25.0,
        "color": {"r": 0x54, "g": 0x75, "b": 0xF3, "a": 1.0},
    }
    assert "viz" not in found.nodes["c"]


def test_graphml_says_how_persons_are_drawn_as_attributes() -> None:
    found = as_graphml(drawn())

    assert {name: found.nodes["b"][name] for name in PLACE} == PLACE
    assert not PLACE.keys() & found.nodes["c"].keys()


@readers
def test_networkx_finds_ties_with_their_direction(read: Read) -> None:
    found = read(drawn())

    assert type(found) is nx.DiGraph
    assert list(found.edges) == [("b", "c"), ("d", "b")]


@readers
def test_ties_that_stand_for_both_directions_have_none(read: Read) -> None:
    found = read(drawn(directed=False))

    assert type(found) is nx.Graph
    assert {frozenset(edge) for edge in found.edges} == {frozenset("bc"), frozenset("bd")}


@readers
def test_a_graph_without_anybody_is_one(read: Read) -> None:
    assert len(read(drawn([], []))) == 0


@readers
@given(key_pairs())
def test_any_key_and_name_can_be_written(read: Read, graph_of: tuple[list[str], list[tuple[str, str]]]) -> None:
    nodes, pairs = graph_of

    found = read(of_keys(nodes, pairs))

    assert len(found) == len(nodes)
    assert {(found.nodes[a]["label"], found.nodes[b]["label"]) for a, b in found.edges} == {
        (valid(a), valid(b)) for a, b in pairs
    }


def valid(text: str) -> str:
    """The text as an XML reader gives it back."""
    root: Any = ElementTree.fromstring(f'<a b="{escaped(text)}"/>')  # noqa: S314
    return str(root.get("b"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('<a href="x">&</a>', '<a href="x">&</a>', id="markup"),
        pytest.param("tab\tline\nreturn\r", "tab\tline\nreturn\r", id="white-space"),
        pytest.param("bell\x07 nul\x00 \ufffe", "bell\ufffd nul\ufffd \ufffd", id="forbidden"),
        pytest.param("Zoë 🌿 \ud800", "Zoë 🌿 \ufffd", id="other-scripts"),
    ],
)
def test_a_text_survives_but_for_what_xml_forbids(text: str, expected: str) -> None:
    assert valid(text) == expected


def test_keys_that_differ_in_a_forbidden_character_only_stay_two() -> None:
    assert len({escaped_key(key) for key in ("a\x00", "a\x01", "a\ufffd", "a\ufffd0000", "a")}) == 5


@readers
def test_an_empty_label_is_one(read: Read) -> None:
    assert read(drawn([Node(**{**UNTOLD, "key": "", "degree": 0})], [])).nodes[""]["label"] == ""


def test_gexf_says_its_version_and_the_day_of_the_data() -> None:
    root = ElementTree.fromstring(b"".join(gexf.graph(drawn(name="a < b"))))  # noqa: S314

    assert (root.tag, root.get("version")) == ("{http://gexf.net/1.3}gexf", "1.3")
    meta = root[0]
    assert (meta.get("lastmodifieddate"), meta[1].text) == ("2026-11-20", "a < b")


def test_graphml_says_what_the_graph_is() -> None:
    assert as_graphml(drawn(name="a < b")).graph["name"] == "a < b"
