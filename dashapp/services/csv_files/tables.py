"""The files as they are read: which column is which, and what only a whole column tells.

Numbers, dates and authors are looked at from the first row to the last: one cell does not tell whether 1.000 is one
thousand, 3/5/2024 is in May, or a post is the account's.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import ExportError
from ..files.csv_rows import Chunk, chunks
from ..files.entries import Entries
from ..files.times import DateOrder, Times, times_of
from ..files.values import LONGEST_LABEL
from .columns import COLUMNS, COUNTS, DATES, IDS, REQUIRED, plain
from .headers import FileColumns, file_columns
from .numbers import DecimalMarks

MOST_AUTHORS = 100_000
MOST_GLIMPSED = 6 << 20  # bytes of all files: fewer than there are in their `Beginnings`
BYTES_OF_ROW = 128  # a short row takes as much time
NAMED = 5  # authors in a sentence
CUT_ID = re.compile(r"\d(?:[.,]\d+)?E\+\d+|\d{17,}[.,]0+", re.I)
LISTS: Mapping[str, tuple[bool, bool]] = {  # is a follower, is a friend
    "": (False, False),
    "followers": (True, False),
    "friends": (False, True),
    "mutuals": (True, True),
}

UNCLEAR = (
    "It is not clear what {name} holds: name its columns as the manual describes, such as created_at for posts, "
    "person for people, source and target for ties."
)
MISSING = (
    "{name} lacks the column {column}, without which its {kind} cannot be read: give it that name, or say which of its "
    "columns it is (--columns on the command line)."
)
NO_SUCH = "{name} has no column {column!r}: choose one of its columns."
BROKEN_CHOICE = "The choice of columns cannot be read: choose the columns again."
CUT = (
    "The ids in column {column} of {name} were cut short by a spreadsheet program, as {cell} shows, and are lost: "
    "export the file again and do not save it from such a program, or take another column for them, or none."
)
WHICH_AUTHOR = (
    "{name} holds posts of several authors, such as {names}: say which of them is the account "
    "(--author on the command line); the posts of others are left out."
)
NO_SUCH_AUTHOR = "{name} holds no posts of {author!r}: its authors are {names}."
BAD_MARK = "{mark!r} is no decimal mark: use . or a comma."


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it is read."""

    name: str
    kind: str
    encoding: str
    delimiter: str
    rows_before: int
    width: int
    places: Mapping[str, int]  # our column: place in the row
    exact: bool
    undirected: bool
    relation: tuple[bool, bool]  # of all people, where no column says
    author: str  # whose posts are the account's, as the user says
    mark: str | None  # the decimal mark, as the user says
    times: Times  # as the user says
    # what the whole columns tell
    marks: Mapping[str, str | None] = field(default_factory=dict)
    times_by_column: Mapping[str, Times] = field(default_factory=dict)
    authors: Counter[str] = field(default_factory=Counter)  # posts by author
    is_cut: bool = False  # whether there may be more than was looked at
    unclear_number: str = ""  # one that may be two, and nobody said which
    unclear_date: str = ""

    def chunks(self, entries: Entries) -> Iterator[Chunk]:
        """The rows behind the header."""
        before = self.rows_before
        for chunk in chunks(entries, self.name, encoding=self.encoding, delimiter=self.delimiter):
            cut = min(before, len(chunk.rows))
            before -= cut
            yield replace(chunk, numbers=chunk.numbers[cut:], rows=chunk.rows[cut:])

    def decimal_mark(self, column: str) -> str | None:
        """The decimal mark of a column, as its cells show or else the user says."""
        return self.marks.get(column, self.mark)

    def times_in(self, column: str) -> Times:
        """How a column's times are read, as its cells show or else the user says."""
        return self.times_by_column.get(column, self.times)


def tables(entries: Entries, options: Mapping[str, str], files: Sequence[FileColumns] | None = None) -> list[Table]:
    """The files to read, ties first. Raises `ExportError` where a needed column is missing.

    `options["columns"]` is JSON: {file: {"kind": "posts", "columns": {our column: the file's}}}; kind "" leaves it out.
    A file may also have `author` and `list` of its own, which else are those of the options.
    """
    chosen = _chosen(options)
    found = [_table(seen, chosen.get(seen.name), options) for seen in files or file_columns(entries)]
    kinds = list(COLUMNS)
    return sorted((table for table in found if table), key=lambda table: (kinds.index(table.kind), table.name))


def is_unclear(entries: Entries, options: Mapping[str, str]) -> bool:
    """Whether somebody has to say which column is which, or what only they know. Raises `ExportError`."""
    files = file_columns(entries)
    if not all(seen.exact for seen in files):
        return True
    found = glimpsed(entries, tables(entries, options, files))
    asks = (table.unclear_number or table.unclear_date or account_author(table, options) is None for table in found)
    return any(asks) or (any(table.kind == "people" for table in found) and not any(map(_tells_relations, found)))


def _tells_relations(table: Table) -> bool:
    """Whether a table may tell who is a follower or a friend."""
    says = {"relation", "follower_since", "friend_since"} & table.places.keys()
    return table.kind == "ties" or bool(says) or any(table.relation)


def glimpsed(entries: Entries, found: Sequence[Table]) -> list[Table]:
    """The tables with what their columns tell as far as there is time to look while somebody waits for a page."""
    return [surveyed(entries, table, most=MOST_GLIMPSED // len(found)) for table in found]


def surveyed(entries: Entries, table: Table, *, most: int | None = None) -> Table:
    """The table with what its columns tell, all or `most` bytes of them. Raises `ExportError` for ids that were cut."""
    there = table.places
    marks = {column: DecimalMarks() for column in COUNTS[table.kind] if column in there}
    orders = {column: DateOrder() for column in DATES[table.kind] if column in there}
    authors: Counter[str] = Counter()
    looks: list[tuple[int, Callable[[str], None]]] = [
        *((there[column], mark.see) for column, mark in marks.items()),
        *((there[column], order.see) for column, order in orders.items()),
        *((there[column], _id_check(table, column)) for column in IDS[table.kind] if column in there),
    ]
    if "author" in there:
        looks.append((there["author"], lambda cell: _count(authors, cell)))
    rows, is_cut = 0, False
    for chunk in table.chunks(entries):
        for cells in chunk.rows:
            for place, see in looks:
                if place < len(cells) and (cell := cells[place].strip()):
                    see(cell)
        rows += len(chunk.rows) + len(chunk.skipped)
        is_cut = most is not None and max(chunk.done, rows * BYTES_OF_ROW) >= most
        if is_cut:
            break
    unclear = [mark.unclear for mark in marks.values() if not (mark.mark or table.mark)]
    unclear_dates = [order.unclear for order in orders.values() if order.day_first is None is table.times.day_first]
    ordered = {column: order.day_first for column, order in orders.items() if order.day_first is not None}
    return replace(
        table,
        marks={column: mark.mark or table.mark for column, mark in marks.items()},
        times_by_column={column: replace(table.times, day_first=first) for column, first in ordered.items()},
        authors=authors,
        is_cut=is_cut,
        unclear_number=next(filter(None, unclear), ""),
        unclear_date=next(filter(None, unclear_dates), ""),
    )


def account_names(options: Mapping[str, str]) -> list[str]:
    """The account's handle and name, as the user states them."""
    return [options[each] for each in ("handle", "name") if options.get(each)]


def account_author(table: Table, options: Mapping[str, str]) -> str | None:
    """Whose posts are the account's: empty if nobody else's are there, None if that has to be said.

    Raises `ExportError` for an author whom the table does not name.
    """
    authors = table.authors
    wanted = [table.author] if table.author else account_names(options)
    same = [each for each in authors if any(_folded(each) == _folded(name) for name in wanted)]
    same = same or [each for each in authors if any(plain(each) == plain(name) for name in wanted)]
    if table.author and authors and not same:
        raise ExportError(NO_SUCH_AUTHOR.format(name=table.name, author=table.author[:60], names=_some(authors)))
    if len(set(map(_folded, authors))) < 2:
        return ""
    return _folded(same[0]) if same else None


def is_by(author: str, cell: str) -> bool:
    """Whether a cell names the author."""
    return _folded(cell) == author


def which_author(table: Table) -> str:
    """The question whose posts are the account's."""
    return WHICH_AUTHOR.format(name=table.name, names=_some(table.authors))


def _some(authors: Counter[str]) -> str:
    names = [name[:60] for name, _ in authors.most_common(NAMED)]
    return ", ".join(names) + (f" and {len(authors) - NAMED:,} more" if len(authors) > NAMED else "")


def _folded(name: str) -> str:
    return name[:LONGEST_LABEL].strip().removeprefix("@").casefold()


def _count(authors: Counter[str], cell: str) -> None:
    name = cell[:LONGEST_LABEL]
    if name in authors or len(authors) < MOST_AUTHORS:
        authors[name] += 1


def _id_check(table: Table, column: str) -> Callable[[str], None]:
    def see(cell: str) -> None:
        if CUT_ID.fullmatch(cell):
            raise ExportError(CUT.format(column=column, name=table.name, cell=cell[:40]))

    return see


def _table(seen: FileColumns, chosen: Mapping[str, Any] | None, options: Mapping[str, str]) -> Table | None:
    kind, mapping = (seen.kind, seen.mapping) if chosen is None else _choice(seen, chosen)
    if not kind and (chosen is not None or seen.name.lower().endswith(".txt")):
        return None
    if not kind:
        raise ExportError(UNCLEAR.format(name=seen.name))
    for column in REQUIRED[kind]:
        if column not in mapping:
            raise ExportError(MISSING.format(name=seen.name, column=column, kind=kind))
    own = {name: str((chosen or {}).get(name) or options.get(name) or "") for name in ("author", "list")}
    if own["list"] not in LISTS:
        raise ExportError(BROKEN_CHOICE)
    return Table(
        name=seen.name,
        kind=kind,
        encoding=seen.encoding,
        delimiter=seen.delimiter,
        rows_before=seen.rows_before,
        width=len(seen.header),
        places={column: seen.header.index(theirs) for column, theirs in mapping.items()},
        exact=seen.exact and mapping == seen.mapping,
        undirected=seen.undirected,
        relation=LISTS["" if "relation" in mapping else own["list"]],
        author=own["author"].strip(),
        mark=_mark(options),
        times=times_of(options),
    )


def _mark(options: Mapping[str, str]) -> str | None:
    mark = options.get("decimal", "")
    if mark not in ("", ".", ","):
        raise ExportError(BAD_MARK.format(mark=mark[:40]))
    return mark or None


def _chosen(options: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        chosen = json.loads(options.get("columns") or "{}")
    except (ValueError, RecursionError) as error:
        raise ExportError(BROKEN_CHOICE) from error
    if not isinstance(chosen, dict) or not all(isinstance(each, dict) for each in chosen.values()):
        raise ExportError(BROKEN_CHOICE)
    return chosen


def _choice(seen: FileColumns, chosen: Mapping[str, Any]) -> tuple[str | None, dict[str, str]]:
    kind, mapping = chosen.get("kind") or None, chosen.get("columns") or {}
    if kind not in (None, *COLUMNS) or not isinstance(mapping, dict):
        raise ExportError(BROKEN_CHOICE)
    mapping = {ours: theirs for ours, theirs in mapping.items() if theirs}
    for ours, theirs in mapping.items():
        if kind and ours not in COLUMNS[kind]:
            raise ExportError(BROKEN_CHOICE)
        if theirs not in seen.header:
            raise ExportError(NO_SUCH.format(name=seen.name, column=str(theirs)[:60]))
    return kind, mapping
