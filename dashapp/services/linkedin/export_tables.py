"""The CSV files of a LinkedIn export, which are known by their headers: in some a preface stands before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import ExportError, UnusableError
from ..files.csv_rows import DELIMITERS, Chunk, check_cells, chunks, encoding_of, first_rows, head
from ..files.entries import Entries
from ..records import Skipped

R = TypeVar("R")
#: Names in all spellings: `Shares.csv`, `Shares_123456789.csv`, `Connections (1).csv`.
FILE = re.compile(
    r"(?P<kind>connections|shares|instant[ _]?reposts|profile|invitations)(?:[ _]\d+)?(?: ?\(\d+\))?\.csv",
    re.I,
)
#: the columns without which a file is not what its name says, as LinkedIn orders them
HEADERS: Mapping[str, tuple[str, ...]] = {
    "connections": ("first name", "last name", "connected on"),
    "shares": ("date", "sharelink", "sharecommentary"),
    "reposts": ("date", "link"),
    "profile": ("first name", "last name", "headline"),
    "invitations": ("from", "to", "direction", "inviterprofileurl", "inviteeprofileurl"),
}
PREFACE = 20  # rows before the header at most; LinkedIn writes two
NO_HEADER = "{name} has no line that begins with {first!r}: upload the export unchanged, as LinkedIn made it."


def kind_of(name: str) -> str | None:
    """What a file of that name holds, if it is read."""
    match = FILE.fullmatch(name)
    kind = match["kind"].lower() if match else None
    return "reposts" if kind and kind.startswith("instant") else kind


@dataclass(frozen=True, slots=True)
class LinkedInFiles:
    """Names of the files by what they hold."""

    connections: list[str] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)
    reposts: list[str] = field(default_factory=list)
    profile: list[str] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)


def linkedin_files(entries: Entries) -> LinkedInFiles:
    """The files that are there."""
    found: dict[str, list[str]] = {kind: [] for kind in HEADERS}
    for name in sorted(entries.names()):
        if kind := kind_of(name):
            found[kind].append(name)
    return LinkedInFiles(**found)


def is_linkedins(entries: Entries, name: str) -> bool:
    """Whether a file has the name and the header of one of LinkedIn's; that of reposts alone tells nothing."""
    kind = kind_of(name)
    if kind is None or kind == "reposts":
        return False
    try:
        return _delimiter(entries, name, kind, encoding_of(entries, name)) is not None
    except ExportError:
        return False


def _delimiter(entries: Entries, name: str, kind: str, encoding: str) -> str | None:
    """The delimiter with which a header is there: a spreadsheet has its own, and fills the preface up with it."""
    text = head(entries, name, encoding)
    return next((each for each in DELIMITERS if any(_is_header(row, kind) for row in _first_rows(text, each))), None)


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    return first_rows(text, delimiter, most=PREFACE)


def _is_header(row: Sequence[str], kind: str) -> bool:
    cells = [_normal(cell) for cell in row]
    return cells[:1] == [HEADERS[kind][0]] and set(HEADERS[kind]) <= set(cells)


def _normal(cell: str) -> str:
    return cell.strip("\ufeff \t").casefold()


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells are read by their columns' names, in small letters."""

    header: Mapping[str, int]
    cells: Sequence[str]

    def __getitem__(self, column: str) -> str:
        at = self.header.get(column)
        return self.cells[at].strip() if at is not None and at < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows behind the header, with their numbers."""

    name: str
    rows: list[tuple[int, Row]]
    skipped: list[Skipped]
    done: int  # bytes read so far of all files


def rows(entries: Entries, names: Sequence[str], kind: str, *, done: int = 0) -> Iterator[Rows]:
    """All rows behind the headers. Raises `ExportError` for a file that has none."""
    for name in names:
        header: Mapping[str, int] | None = None
        encoding = encoding_of(entries, name)
        delimiter = _delimiter(entries, name, kind, encoding) or ","
        for chunk in chunks(entries, name, encoding=encoding, delimiter=delimiter):
            start = 0 if header else _after_header(chunk, kind, name)
            header = header or {_normal(cell): at for at, cell in enumerate(chunk.rows[start - 1])}
            behind = zip(chunk.numbers[start:], chunk.rows[start:], strict=True)
            yield Rows(
                name, [(number, Row(header, cells)) for number, cells in behind], chunk.skipped, done + chunk.done
            )
        done += entries.size(name)


def _after_header(chunk: Chunk, kind: str, name: str) -> int:
    for at, row in enumerate(chunk.rows[:PREFACE], 1):
        if _is_header(row, kind):
            return at
    raise ExportError(NO_HEADER.format(name=name, first=HEADERS[kind][0].title()))


def usable(part: Rows, record: Callable[[Row], R], skipped: list[Skipped], *, has_texts: bool) -> Iterator[R]:
    """The records of the rows, as `record` makes them. It raises `UnusableError`; lines break in texts alone."""
    for number, row in part.rows:
        try:
            check_cells(row.cells, width=len(row.header), of_one_line=() if has_texts else row.cells)
            yield record(row)
        except UnusableError as why:
            skipped.append(Skipped(f"{part.name}, row {number}", str(why)))
