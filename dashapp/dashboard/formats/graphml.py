"""GraphML, which most graph programs read. http://graphml.graphdrawing.org"""

from __future__ import annotations

from collections.abc import Iterator

from .records import ATTRIBUTES, COUNTS, MEASURES, Edge, Graph, Node, portions
from .xml import escaped, escaped_key

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="name" for="graph" attr.name="name" attr.type="string"/>
"""


def graph(drawn: Graph) -> Iterator[bytes]:
    """The graph; what is not told of a person is left out."""
    return portions(_lines(drawn))


def _lines(drawn: Graph) -> Iterator[str]:
    yield _HEAD
    yield from (f'<key id="{name}" for="node" attr.name="{name}" attr.type="{_type(name)}"/>\n' for name in ATTRIBUTES)
    if drawn.of_services:
        yield '<key id="services" for="edge" attr.name="services" attr.type="string"/>\n'
    yield f'<graph edgedefault="{"directed" if drawn.directed else "undirected"}">\n'
    yield f'<data key="name">{escaped(drawn.name)}</data>\n'
    yield from map(_node, drawn.nodes)
    yield from map(_edge, drawn.edges)
    yield "</graph>\n</graphml>\n"


def _type(name: str) -> str:
    if name in MEASURES:
        return "double"
    return "long" if name in COUNTS else "string"


def _node(node: Node) -> str:
    attributes = {name: getattr(node, name) for name in ATTRIBUTES}
    values = "".join(
        f'<data key="{name}">{escaped(str(value))}</data>' for name, value in attributes.items() if value is not None
    )
    return f'<node id="{escaped_key(node.key)}">{values}</node>\n'


def _edge(edge: Edge) -> str:
    services = escaped(" ".join(edge.services))
    ends = f'source="{escaped_key(edge.source)}" target="{escaped_key(edge.target)}"'
    return f'<edge {ends}><data key="services">{services}</data></edge>\n' if services else f"<edge {ends}/>\n"
