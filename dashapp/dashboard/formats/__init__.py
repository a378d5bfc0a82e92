"""The forms in which data is taken away."""

from __future__ import annotations

from collections.abc import Mapping

from . import csv, gexf, graphml, json
from .records import Format

#: by what stands behind the last dot of a download's address; in the order of the menus
FORMATS: Mapping[str, Format] = {
    format.suffix: format
    for format in (
        Format(label="CSV", suffix="csv", mimetype="text/csv", table=csv.table, graph=csv.graph),
        Format(label="JSON", suffix="json", mimetype="application/json", table=json.table, graph=json.graph),
        Format(label="GEXF", suffix="gexf", mimetype="application/gexf+xml", graph=gexf.graph),
        Format(label="GraphML", suffix="graphml", mimetype="application/graphml+xml", graph=graphml.graph),
    )
}
TABLE_FORMATS = [format for format in FORMATS.values() if format.table is not None]
GRAPH_FORMATS = [format for format in FORMATS.values() if format.graph is not None]
