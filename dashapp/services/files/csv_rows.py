"""Rows of CSV files of unknown make: encoding and delimiter are found out, memory is bounded.

The standard library's reader and not pandas': it names the row that is broken, and goes on behind it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, BinaryIO

from ..errors import ExportError, UnusableError
from ..records import BATCH, Skipped
from .entries import Entries

PIECE = 1 << 18
LONGEST_ROW = 1 << 20  # characters; a cell may have 131,072, the reader's own limit
LARGEST_CHUNK = 8 << 20  # characters of the rows that are held at once
MOST_COLUMNS = 200
MOST_ROWS = 25_000_000  # of a file, blank ones too: more than there may be ties, and minutes to go through
SAMPLE = 20
DELIMITERS = (",", ";", "\t", "|")
COMMENT = ("#", "%", "sep=")  # the last is Excel's
WEIGHT = re.compile(r"[-+.\dEe\s]+|\{.*\}")
LINE_BREAK = re.compile(r"[\r\n]")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

NO_TEXT = "{name} is not a text file in UTF-8: save it as “CSV UTF-8” and upload that."
NO_ROWS = "{name} has no rows: the first line names the columns, each further line is a record."
TOO_LONG = "{name} has a row longer than a million characters, so it is no CSV file, or a quote is missing: correct it."
TOO_MANY_ROWS = "{name} has more than {most:,} rows: upload a part of it."
TOO_MANY_COLUMNS = "{name} has more than {most} columns: keep those that are described in the manual."
UNCLOSED = "a quote is missing, or a cell is longer than 131,072 characters"
BROKEN = "a cell goes over several lines: a quote may be missing"
TOO_WIDE = "it has more cells than the header: a quote may be missing"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows with their numbers, as a spreadsheet counts them, and what was kept out among them."""

    numbers: list[int]
    rows: list[list[str]]
    skipped: list[Skipped]
    done: int  # bytes read so far


def encoding_of(entries: Entries, name: str) -> str:
    """UTF-8, UTF-16 if a mark says so, else Windows-1252 if every byte is one of its. Raises `ExportError`."""
    with entries.open(name) as stream:
        first = stream.read(len(codecs.BOM_UTF8))
    if first == codecs.BOM_UTF8:
        possible = ["utf-8-sig"]
    else:
        possible = ["utf-16"] if first.startswith(UTF_16) else ["utf-8", "cp1252"]
    encoding = next((each for each in possible if _is_text(entries, name, each)), None)
    if encoding is None:
        raise ExportError(NO_TEXT.format(name=name))
    return encoding


def _is_text(entries: Entries, name: str, encoding: str) -> bool:
    """Whether the whole file is a text in that encoding."""
    decoder, piece = codecs.getincrementaldecoder(encoding)(), b"-"
    with entries.open(name) as stream:
        while piece:
            piece = stream.read(PIECE)
            try:
                if "\0" in decoder.decode(piece, final=not piece):
                    return False
            except UnicodeDecodeError:
                return False
    return True


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts most of the first rows into as many cells as the first; " " is any white space."""
    scores = {each: _score(sample, each) for each in DELIMITERS}
    best = max(DELIMITERS, key=lambda each: scores[each])
    return " " if scores[best][1] < 2 and _is_spaced(sample) else best


def _score(sample: str, delimiter: str) -> tuple[int, int]:
    widths = [len(row) for row in first_rows(sample, delimiter, most=SAMPLE)]
    cells = widths[0] if widths else 0
    return (sum(width == cells for width in widths) if cells > 1 else 0), cells


def _is_spaced(sample: str) -> bool:
    """Whether every line is an edge: two names, and perhaps its weight; the first may be a header."""
    first, *others = first_rows(sample, " ", most=SAMPLE) or [[]]
    widths = {len(row) for row in (first, *others)}
    return len(widths) == 1 and max(widths) > 1 and all(map(is_edge, others or [first]))


def is_edge(cells: Sequence[str]) -> bool:
    """Whether nothing but numbers, or attributes in braces, stands behind two names."""
    return len(cells) > 1 and all(WEIGHT.fullmatch(cell.strip()) for cell in cells[2:])


def uncommented(sample: str) -> tuple[list[str], str]:
    """The lines in front that are comments, as in SNAP's lists of edges, and the others."""
    lines = sample.splitlines(keepends=True)
    before = list(takewhile(lambda line: line.startswith(COMMENT) or not line.strip(), lines))
    return [line for line in before if line.strip()], "".join(lines[len(before) :])


def first_rows(text: str, delimiter: str, *, most: int) -> list[list[str]]:
    """The first rows that are not empty, as far as they can be read."""
    rows = _reader(iter(io.StringIO(text, newline="")), delimiter)
    found: list[list[str]] = []
    while len(found) < most:
        try:
            row = next(rows)
        except (StopIteration, csv.Error):
            break
        found += [] if _is_blank(row) else [row]
    return found


def _is_blank(row: Sequence[str]) -> bool:
    """Whether nothing but spaces stands in the line."""
    return not row or (len(row) == 1 and row[0].isspace())


def _reader(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Rows; what stands behind the second white space is one cell."""
    return (line.split(None, 2) for line in lines) if delimiter == " " else csv.reader(lines, delimiter=delimiter)


def head(entries: Entries, name: str, encoding: str) -> str:
    """The first lines as text, without a last one that may be cut."""
    with entries.open(name) as stream:
        data = stream.read(PIECE)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data)
    lines = text.splitlines(keepends=True)
    return "".join(lines[:-1] if len(data) == PIECE and len(lines) > 1 else lines)


def mentions(entries: Entries, name: str, encoding: str, word: str) -> bool:
    """Whether a word stands anywhere in the file, in capitals or not: far quicker than to read its rows."""
    end = ""
    with entries.open(name) as stream, io.TextIOWrapper(stream, encoding=encoding) as text:
        while piece := text.read(PIECE):
            if word in (end + piece).casefold():
                return True
            end = piece[-2 * len(word) :]
    return False


def chunks(entries: Entries, name: str, *, encoding: str, delimiter: str) -> Iterator[Chunk]:
    """All rows of the file, the first line included. Raises `ExportError` where it is no CSV file."""
    with entries.open(name) as stream:
        lines = _Lines(stream, name, encoding)
        rows = _Rows(lines, delimiter)
        number, ended = 0, False
        while not ended:
            chunk = Chunk([], [], [], 0)
            size = 0
            while len(chunk.rows) + len(chunk.skipped) < BATCH and size < LARGEST_CHUNK and not ended:
                number += 1
                ended = _read_row(rows, number, chunk, name)
                size += lines.size
            if number > MOST_ROWS:
                raise ExportError(TOO_MANY_ROWS.format(name=name, most=MOST_ROWS))
            yield Chunk(chunk.numbers, chunk.rows, chunk.skipped, lines.done)


def _read_row(rows: Iterator[list[str]], number: int, chunk: Chunk, name: str) -> bool:
    """Adds the next row to the chunk; True at the end of the file."""
    try:
        row = next(rows)
    except StopIteration:
        return True
    except csv.Error:
        chunk.skipped.append(Skipped(f"{name}, row {number}", UNCLOSED))
        return False
    if len(row) > MOST_COLUMNS:
        raise ExportError(TOO_MANY_COLUMNS.format(name=name, most=MOST_COLUMNS))
    if not _is_blank(row):
        chunk.numbers.append(number)
        chunk.rows.append(row)
    return False


class _Rows(Iterator[list[str]]):
    """Rows; one that a missing quote made swallow others raises `csv.Error`, and the others come behind it."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines, self._delimiter = lines, delimiter
        self._reader = _reader(lines, delimiter)
        self._width = 0  # cells of the row before

    def __next__(self) -> list[str]:
        self._lines.begin_row()
        try:
            row = next(self._reader)
        except csv.Error:
            self._give_back()
            raise
        lines = self._lines.of_row
        if len(lines) > 1 and not _is_well_quoted(lines, self._delimiter) and (self._give_back() or self._lines.ended):
            raise csv.Error
        self._width = len(row) or self._width
        return row

    def _give_back(self) -> bool:
        """Whether most lines behind the row's first are rows by themselves; if so, has them read again."""
        behind = [line for line in self._lines.of_row[1:] if line.strip()]
        wide = sum(len(row) == self._width for line in behind for row in first_rows(line, self._delimiter, most=1))
        are_rows = 0 < len(behind) <= 2 * wide
        if are_rows:
            self._lines.give_back()
        return are_rows


def check_cells(cells: Sequence[str], *, width: int, of_one_line: Iterable[str]) -> None:
    """Raises `UnusableError` where cells show that a quote is missing."""
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        raise UnusableError(TOO_WIDE)
    if any(LINE_BREAK.search(cell.strip()) for cell in of_one_line):
        raise UnusableError(BROKEN)


def _is_well_quoted(lines: Sequence[str], delimiter: str) -> bool:
    try:
        return bool(list(csv.reader(lines, delimiter=delimiter, strict=True)))
    except csv.Error:
        return False


class _Lines(Iterator[str]):
    """Lines of a stream, and those that the row at hand has taken."""

    def __init__(self, stream: BinaryIO, name: str, encoding: str) -> None:
        self._bytes = _Counting(stream)
        self._text = io.TextIOWrapper(io.BufferedReader(self._bytes, PIECE), encoding=encoding, newline="")
        self._name = name
        self.of_row: list[str] = []
        self._again: deque[str] = deque()
        self.ended = False
        self.begin_row()

    def begin_row(self) -> None:
        """Forgets the lines of the row before."""
        self.of_row.clear()
        self.size = 0  # characters of the row
        self._before = len(self._again)

    def give_back(self) -> None:
        """Has all lines of the row but its first read again, each once at most: so the time stays linear."""
        if self._before < 2:
            self._again.extend(self.of_row[1:])
            self.ended = False

    @property
    def done(self) -> int:
        return self._bytes.count

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(LONGEST_ROW + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.of_row.append(line)
        self.size += len(line)
        if self.size > LONGEST_ROW:
            raise ExportError(TOO_LONG.format(name=self._name))
        return line


class _Counting(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)
