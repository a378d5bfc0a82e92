"""What a CSV file seems to hold, by its first rows: its delimiter, its header, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import ExportError
from ..files.csv_rows import (
    MOST_COLUMNS,
    NO_ROWS,
    SAMPLE,
    TOO_MANY_COLUMNS,
    delimiter_of,
    encoding_of,
    first_rows,
    head,
    is_edge,
    uncommented,
)
from ..files.entries import Entries
from .columns import COLUMNS, OF_DAYS, REQUIRED, plain

FILES = re.compile(r"\.(csv|tsv|tab|txt|edges|edgelist)$", re.I)
EDGES = re.compile(r"\.(edges|edgelist)$", re.I)
UNDIRECTED = re.compile(r"\bundirected\b|\bsym\b", re.I)  # in the comments of SNAP and KONECT
SHOWN = 5
MOST_FILES = 50
LONGEST_CELL = 200
WIDEST_EDGE = 4  # cells: two names, a weight, a time

MATRIX = "{name} is a matrix, which is not read: save the network as a list of edges, with a row for each tie."
TOO_MANY_FILES = "The upload holds {count:,} tables: upload only those of posts, people and ties."


@dataclass(frozen=True, slots=True)
class FileColumns:
    """A file as its first rows show it, and what its columns seem to mean."""

    name: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    kind: str | None  # posts, people, ties
    mapping: Mapping[str, str]  # our column: the file's
    exact: bool  # every column is a documented one
    encoding: str
    delimiter: str
    rows_before: int  # comments and the header
    undirected: bool  # its comments say so


def is_table(name: str) -> bool:
    """Whether a file of that name may be a CSV file."""
    return bool(FILES.search(name))


def file_columns(entries: Entries) -> list[FileColumns]:
    """What each CSV file seems to hold. Raises `ExportError` for one that is no text or has no rows."""
    names = [name for name in entries.names() if is_table(name)]
    if len(names) > MOST_FILES:
        raise ExportError(TOO_MANY_FILES.format(count=len(names)))
    return [look(entries, name) for name in names]


def look(entries: Entries, name: str) -> FileColumns:
    """What one file seems to hold. Raises `ExportError` if it is no text or has no rows."""
    encoding = encoding_of(entries, name)
    comments, sample = uncommented(head(entries, name, encoding))
    delimiter = delimiter_of(sample)
    rows = first_rows(sample, delimiter, most=SAMPLE)
    names = _names_in(comments, delimiter, rows)
    rows = [names, *rows] if names else rows
    if not rows:
        raise ExportError(NO_ROWS.format(name=name))
    if len(rows[0]) > MOST_COLUMNS:
        raise ExportError(TOO_MANY_COLUMNS.format(name=name, most=MOST_COLUMNS))
    if _is_matrix(rows):
        raise ExportError(MATRIX.format(name=name))
    bare = _is_bare(name, rows)
    header = _unique([""] * len(rows[0]) if bare else [cell.strip() for cell in rows[0]])
    kind, mapping = ("ties", dict(zip(("source", "target"), header, strict=False))) if bare else _guess(header)
    return FileColumns(
        name=name,
        header=header,
        sample=tuple(tuple(cell[:LONGEST_CELL] for cell in row) for row in rows[not bare : SHOWN + 1]),
        kind=kind,
        mapping=mapping,
        exact=not bare
        and len(mapping) == len(header)
        and all(plain(ours) == plain(theirs) for ours, theirs in mapping.items()),
        encoding=encoding,
        delimiter=delimiter,
        rows_before=len(comments) + (not bare and not names),
        undirected=any(UNDIRECTED.search(line) for line in comments),
    )


def _names_in(comments: Sequence[str], delimiter: str, rows: Sequence[Sequence[str]]) -> list[str]:
    """The names of the columns, where the last comment holds them: `# FromNodeId ToNodeId`, or a column called `#`."""
    row = next(iter(first_rows(comments[-1].lstrip("#% "), delimiter, most=1)), []) if comments else []
    return row if len(row) > 1 and (not rows or len(row) == len(rows[0])) and _maps(row) else []


def _is_bare(name: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line is an edge already: numbers, or names of which one comes again."""
    first = rows[0]
    if not 1 < len(first) <= WIDEST_EDGE or not all(map(is_edge, rows)):
        return False
    if all(cell.strip().isdigit() for cell in first[:2]):
        return True
    again = {cell for row in rows[1:] for cell in row[:2]} & set(first[:2])
    return bool(again or EDGES.search(name)) and not _maps(first)


def _is_matrix(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row and the first column hold the same names, as Gephi writes a matrix."""
    names = [row[0] for row in rows[1:]]
    return bool(names) and not rows[0][0].strip() and list(rows[0][1 : len(names) + 1]) == names


def _maps(header: Sequence[str]) -> bool:
    return any(_mapped(kind, header) for kind in COLUMNS)


def _guess(header: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """The kind of which nothing is missing and most is there; ties before people, and before posts with no more."""
    if OF_DAYS & set(map(plain, header)):
        return None, {}
    mappings = {kind: _mapped(kind, header) for kind in COLUMNS}
    whole = [kind for kind, mapping in mappings.items() if all(column in mapping for column in REQUIRED[kind])]
    if not any(mappings.values()):
        return None, {}
    most = max(whole or mappings, key=lambda kind: len(mappings[kind]))
    are_ties = "ties" in whole and (most != "posts" or {"source", "target"} <= set(map(plain, header)))
    kind = "ties" if are_ties else most
    return kind, mappings[kind]


def _mapped(kind: str, header: Sequence[str]) -> dict[str, str]:
    by_name = {plain(name): name for name in reversed(header)}
    mapping: dict[str, str] = {}
    for ours, others in COLUMNS[kind].items():
        names = [plain(ours), *others.split()]
        theirs = next((by_name[name] for name in names if name in by_name), None)
        if theirs and theirs not in mapping.values():
            mapping[ours] = theirs
    if kind == "people" and "person" not in mapping and "handle" in mapping:
        mapping["person"] = mapping["handle"]
    return mapping


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, told apart where two are the same or empty."""
    unique: list[str] = []
    for place, name in enumerate(names, 1):
        shown = name[:LONGEST_CELL] or f"column {place}"
        unique.append(shown if shown not in unique else f"{shown} ({place})")
    return tuple(unique)
