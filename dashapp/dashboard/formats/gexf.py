"""GEXF 1.3, the form of Gephi. https://gexf.net"""

from __future__ import annotations

from collections.abc import Iterator

from .records import COUNTS, TOLD, Edge, Graph, Node, portions
from .xml import escaped, escaped_key

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
<meta lastmodifieddate="{day}"><creator>Sociogram</creator><description>{name}</description></meta>
<graph defaultedgetype="{direction}" mode="static">
<attributes class="node" mode="static">
"""


def graph(drawn: Graph) -> Iterator[bytes]:
    """The graph; what is not told of a person is left out."""
    return portions(_lines(drawn))


def _lines(drawn: Graph) -> Iterator[str]:
    direction = "directed" if drawn.directed else "undirected"
    yield _HEAD.format(day=drawn.day.isoformat(), name=escaped(drawn.name), direction=direction)
    yield from (f'<attribute id="{name}" title="{name}" type="{_type(name)}"/>\n' for name in TOLD)
    yield "</attributes>\n"
    if drawn.of_services:
        yield '<attributes class="edge" mode="static">\n<attribute id="services" title="services" type="string"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    yield from map(_node, drawn.nodes)
    yield "</nodes>\n<edges>\n"
    for number, edge in enumerate(drawn.edges):
        yield _edge(number, edge)
    yield "</edges>\n</graph>\n</gexf>\n"


def _type(name: str) -> str:
    return "long" if name in COUNTS else "string"


def _node(node: Node) -> str:
    attributes = {name: getattr(node, name) for name in TOLD}
    values = "".join(
        f'<attvalue for="{name}" value="{escaped(str(value))}"/>'
        for name, value in attributes.items()
        if value is not None
    )
    told = f"<attvalues>{values}</attvalues>{_drawn(node)}"
    return f'<node id="{escaped_key(node.key)}" label="{escaped(node.label)}">{told}</node>\n'


def _drawn(node: Node) -> str:
    if node.color is None:
        return ""
    red, green, blue = bytes.fromhex(node.color.removeprefix("#"))
    return (
        f'<viz:size value="{node.size}"/><viz:position x="{node.x}" y="{node.y}" z="0.0"/>'
        f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
    )


def _edge(number: int, edge: Edge) -> str:
    services = escaped(" ".join(edge.services))
    told = f'<attvalues><attvalue for="services" value="{services}"/></attvalues>' if services else ""
    ends = f'source="{escaped_key(edge.source)}" target="{escaped_key(edge.target)}"'
    return f'<edge id="{number}" {ends}>{told}</edge>\n' if told else f'<edge id="{number}" {ends}/>\n'
