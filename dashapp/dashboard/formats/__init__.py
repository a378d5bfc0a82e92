"""The forms in which data is taken away."""

from __future__ import annotations

from collections.abc import Mapping

from . import csv, gexf, graphml, json
from .records import Format

#: what stands behind the last dot of a download's address
FORMATS: Mapping[str, Format] = {
    "csv": Format(mimetype="text/csv", table=csv.table, graph=csv.graph),
    "json": Format(mimetype="application/json", table=json.table, graph=json.graph),
    "gexf": Format(mimetype="application/gexf+xml", graph=gexf.graph),
    "graphml": Format(mimetype="application/graphml+xml", graph=graphml.graph),
}
