"""JSON: lists as an array of objects, graphs in networkx's node-link form. Not told is null, texts are exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import orjson

from .records import ATTRIBUTES, Edge, Graph, Node, Table, iso, portions

_OURS = orjson.OPT_PASSTHROUGH_DATETIME  # `iso` writes times, in all formats alike


def table(rows: Table) -> Iterator[bytes]:
    """An array with one object a row, each on its own line."""
    return portions(_array(({name: row[name] for name in rows.columns} for row in rows.rows), end="\n"))


def graph(drawn: Graph) -> Iterator[bytes]:
    """What `networkx.node_link_data` gives, with the ties under both of their names.

    `networkx.node_link_graph` looks for `links` up to 3.5, as D3 does, and for `edges` from 3.6 on.
    """
    return portions(_node_link(drawn))


def text(value: Any) -> str:
    """A value as JSON on one line."""
    return orjson.dumps(value, default=_other, option=_OURS).decode()


def document(value: Any) -> bytes:
    """A value as JSON that people read too."""
    return orjson.dumps(value, default=_other, option=_OURS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _other(value: Any) -> str:
    if isinstance(value, date):
        return iso(value)
    raise TypeError(f"{type(value).__name__} is not of JSON")


def _node_link(drawn: Graph) -> Iterator[str]:
    head = {"directed": drawn.directed, "multigraph": False, "graph": {"name": drawn.name}}
    yield text(head).removesuffix("}") + ',\n"nodes": '
    yield from _array(map(_node, drawn.nodes))
    for name in ("edges", "links"):
        yield f',\n"{name}": '
        yield from _array(map(_edge, drawn.edges))
    yield "}\n"


def _node(node: Node) -> Mapping[str, Any]:
    return {**{name: getattr(node, name) for name in ATTRIBUTES}, "id": node.key}


def _edge(edge: Edge) -> Mapping[str, Any]:
    services = {"services": edge.services} if edge.services else {}
    return {"source": edge.source, "target": edge.target, **services}


def _array(objects: Iterable[Any], *, end: str = "") -> Iterator[str]:
    before = "[\n"
    for each in objects:
        yield before + text(each)
        before = ",\n"
    yield ("[]" if before == "[\n" else "\n]") + end
