"""CSV for spreadsheets: UTF-8 with the mark by which they know it, and no cell that they would run.

Texts that look like a formula have an apostrophe in front (`services.csv_files.formulas`); numbers, dates, true and
false stay as they are. A cell holds no NUL, which no reader takes. What is not told is empty.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from ...services.csv_files.formulas import defused
from .records import Edge, Graph, Table, iso, portions

MARK = "\ufeff"


def table(rows: Table) -> Iterator[bytes]:
    """The table, with its columns' names in the first line."""
    return portions(_lines(rows.columns, ([row[name] for name in rows.columns] for row in rows.rows)))


def graph(drawn: Graph) -> Iterator[bytes]:
    """The ties, one a line; persons without any are in the list's own CSV."""
    columns = Edge._fields if drawn.of_services else Edge._fields[:-1]
    return portions(_lines(columns, (edge[: len(columns)] for edge in drawn.edges)))


def _lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield MARK
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


class _Echo:
    """Hands each line back to who wrote it."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """A value as a cell."""
    if isinstance(value, list):  # of addresses or services, which have no spaces
        value = " ".join(value)
    if isinstance(value, str):
        return defused(value.replace("\0", ""))
    if value is None or value != value:  # NaN, NaT
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return iso(value)
    return _number(value)


def _number(value: float) -> str:
    """Counts stand as floats in frames only to make room for NaN: whole numbers are written without a point."""
    whole = isinstance(value, int) or (math.isfinite(value) and value.is_integer())
    return str(int(value)) if whole else repr(float(value))
