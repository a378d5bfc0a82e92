"""What a chart shows, in a sentence for those who do not see it: from the rows of its table."""

from __future__ import annotations

import re
from numbers import Integral

import pandas as pd

from .numbers import DASH, plural

MOST = 4  # columns that are told of; the table has all
MATRIX = 12  # columns of numbers, from which on all are one
OVER_TIME = ("Day", "Week from", "Month from", "From", ", from")  # how the first column of a chart over time ends
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")


def in_words(rows: pd.DataFrame) -> str:
    """Over what it goes, and of each column of numbers the highest and the last, or the lowest where none is last."""
    if rows.empty:
        return ""
    first = str(rows.columns[0])
    places = rows.iloc[:, 0].astype(str).tolist()
    over_time = first.endswith(OVER_TIME)
    columns = {str(name): numbers for name, column in list(rows.items())[1:] if (numbers := _numbers(column, places))}
    if len(columns) >= MATRIX:
        cells = [(value, text, f"{place}, {name}") for name, cells in columns.items() for value, text, place in cells]
        columns, over_time = {"Of all": cells}, False
    told = [_told(name, cells, last=places[-1] if over_time else None) for name, cells in list(columns.items())[:MOST]]
    return "; ".join([f"{first} {places[0]} to {places[-1]}" if over_time else plural(len(rows), "row"), *told]) + "."


def _numbers(column: pd.Series, places: list[str]) -> list[tuple[float, str, str]]:
    """Each number that is told, as it is written, and where it stands; nothing of a column of words."""
    written = [DASH if pd.isna(cell) else f"{cell:,}" if isinstance(cell, Integral) else str(cell) for cell in column]
    told = [(text, place) for text, place in zip(written, places, strict=True) if text != DASH]
    if not all(_NUMBER.fullmatch(text) for text, _ in told):
        return []
    return [(float(text.rstrip("%").replace(",", "")), text, place) for text, place in told]


def _told(name: str, cells: list[tuple[float, str, str]], *, last: str | None) -> str:
    _, most, where = max(cells, key=lambda cell: cell[0])
    if last is None:
        _, least, there = min(cells, key=lambda cell: cell[0])
        return f"{name}: highest {most} ({where}), lowest {least} ({there})"
    _, end, there = cells[-1]
    return f"{name}: highest {most} ({where}), last {end}" + ("" if there == last else f" ({there})")
