"""Plain CSV files: posts, people and ties, of whatever service; any of them is enough.

In a file of exactly the documented columns a text stands as it is; in one of other programs HTML escapes are undone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, TypeVar

from ..errors import ExportError, NeverReadError, UnusableError
from ..files.csv_rows import Chunk, mentions
from ..files.distinct import Distinct, Keys, hashed
from ..files.entries import Entries
from ..files.values import label, stated_as_of
from ..reading import Export
from ..records import ALL, Batch, Person, Profile, Skipped, Tie
from .columns import plain
from .export_records import Row, both_ways, named_ends, person, post, relation, row_of, tie
from .headers import MOST_FILES, is_table, look
from .tables import LISTS, Table, account_author, account_names, glimpsed, is_by, surveyed, tables, which_author

R = TypeVar("R")
SERVICE = re.compile(r"[a-z][a-z0-9_-]{0,19}")
WHOSE = "Say whose data this is: state the handle of the account."
NO_FILES = "There is no CSV file in the upload: posts, people and ties are read from files that end in .csv."
SEVERAL = (
    "This is Sociogram's own download of everything, with several accounts in it: "
    "upload the CSV files of one account's folder at a time."
)
NONE_READ = "None of the rows of {name} can be read; the first: {where}: {why}."
ABSENT = {
    "posts": "There are no posts in this upload: they are read from a file with a column created_at.",
    "ties": "There are no ties among the people in this upload: they are read from a file with source and target.",
}
PARTS = {"posts": ("posts",), "people": ("followers", "friends"), "ties": ("followers", "friends", "ties")}
NO_RELATIONS = (
    "Nothing in this upload says who is a follower or a friend: give people.csv a column relation, "
    "say with the upload what all people in it are, or let the ties name the account itself."
)
ONE_AUTHOR = "All posts of {name} are by {author}: they were taken for the account's own."
NO_RELATION = "relation {!r} is none of follower, friend, mutual: the person is on no list"


class CsvExport(Export):
    """Reads CSV files whose columns are documented, guessed or named by the user."""

    service: ClassVar[str] = "csv"
    absent: ClassVar[Mapping[str, str]] = ABSENT

    def matches(self, entries: Entries) -> bool:
        """Whether any file holds a table. Raises `ExportError` for a download of several accounts of ours."""
        names = entries.names()
        found = [name for name in names if is_table(name)][:MOST_FILES]
        if "user.json" in names and len({name.partition("/")[0] for name in found if "/" in name}) > 1:
            raise ExportError(SEVERAL)
        return any(_holds_a_table(entries, name) for name in found)

    def wants(self, name: str) -> bool:
        """Every file that may be a table."""
        return is_table(name)

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account, as the user states it. Raises `ExportError`, also for columns that are missing."""
        handle = label(_handle(options))
        service = (options.get("service") or self.service).strip().lower()
        if not handle:
            raise ExportError(WHOSE)
        if not SERVICE.fullmatch(service) or service == ALL:
            raise ExportError(f"{service[:40]!r} is no name of a service: use letters, such as instagram.")
        for table in glimpsed(entries, _tables(entries, options)):
            if not table.is_cut:  # else it is found when all is read
                _author(table, options)
        name, as_of = label(options.get("name")), stated_as_of(options)
        return Profile(service=service, key=handle.casefold(), handle=handle, name=name, as_of=as_of)

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """What at least one person or tie among others is there of: what is absent must not look like empty."""
        return frozenset(_ExportRun(entries, options, _tables(entries, options)).listed())

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        found = _tables(entries, options)
        kinds = {table.kind for table in found}
        listed = _ExportRun(entries, options, found).listed()
        notes = [sentence for kind, sentence in ABSENT.items() if kind not in (kinds - {"ties"}) | listed]
        if kinds - {"posts"} and not listed - {"ties"}:
            notes.append(NO_RELATIONS)
        signed = [surveyed(entries, table) for table in found if "author" in table.places]
        strangers = {table.name: _stranger(table, options) for table in signed}
        return notes + [ONE_AUTHOR.format(name=name, author=author) for name, author in strangers.items() if author]

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """People, ties and posts. Raises `ExportError` for a file of which no row can be read."""
        run = _ExportRun(entries, options, _surveyed(entries, options))
        yield from run.people()
        yield from run.ties()
        yield from run.posts()


def _holds_a_table(entries: Entries, name: str) -> bool:
    """Whether the file is said to be a table, or a text that looks like one."""
    return not name.lower().endswith(".txt") or look(entries, name).kind is not None


def _tables(entries: Entries, options: Mapping[str, str]) -> list[Table]:
    found = tables(entries, options)
    if not found:
        raise ExportError(NO_FILES)
    return found


def _surveyed(entries: Entries, options: Mapping[str, str]) -> list[Table]:
    return [surveyed(entries, table) for table in _tables(entries, options)]


def _author(table: Table, options: Mapping[str, str]) -> str:
    """Whose posts are read; empty if all are. Raises `ExportError` where that has to be said."""
    author = account_author(table, options)
    if author is None:
        raise ExportError(which_author(table))
    return author


def _stranger(table: Table, options: Mapping[str, str]) -> str:
    """The only author of a file, if it is another name than the account's."""
    names = {plain(name) for name in (*account_names(options), table.author)}
    only = next(iter(table.authors), "")
    return only if not _author(table, options) and not only.isdigit() and plain(only) not in names else ""


def _handle(options: Mapping[str, str]) -> str:
    return options.get("handle", "").strip().removeprefix("@")


class _ExportRun:
    """One run through the files: what it remembers from one to the next."""

    def __init__(self, entries: Entries, options: Mapping[str, str], found: list[Table]) -> None:
        self._entries, self._tables, self._options = entries, found, options
        self._account, self._mutual = {_handle(options).casefold()}, options.get("mutual") == "1"  # its ids, its handle
        self._total = sum(entries.size(table.name) for table in found)
        self._before = 0  # bytes of the files that are read to their end
        self._followers, self._friends = Distinct(), Distinct()
        self._people, self._own_posts = Distinct(), Distinct()

    def listed(self) -> set[str]:
        """Of "followers" and "friends" those of which somebody is there, and "ties" if any is among others."""
        self._learn_relations()
        lists = {"followers": self._followers, "friends": self._friends}
        listed = {name for name, people in lists.items() if len(people)}
        chunks = (
            (Row(table, cells) for cells in chunk.rows)
            for table in self._of("ties")
            for chunk in table.chunks(self._entries)
        )
        return listed | ({"ties"} if any(self._is_among_others(row) for rows in chunks for row in rows) else set())

    def people(self) -> Iterator[Batch]:
        """The listed people, with what the ties say about them and the account; never the account itself."""
        self._learn_relations()
        for table in self._of("people"):
            here = Distinct()
            for batch, found in self._records(table, person, "people"):
                others = [each for each in found if not self._is_account(each[1].key, each[1].handle)]
                others = here.once(others, batch.skipped, partial(_twice, table), _keys(others))
                new = self._people.first(_keys(others)).tolist()  # somebody may well be in two lists
                once = [record for (_, record), is_new in zip(others, new, strict=True) if is_new]
                batch.people.extend(self._related(once))
                yield batch

    def ties(self) -> Iterator[Batch]:
        """The ties among others; those with the account make a person of the other end, and so do names."""
        known = Distinct()
        for table in self._of("ties"):
            for batch, edges in self._records(table, self._edge, "ties"):
                found = [(number, record) for number, (record, _, _) in edges]
                once = known.once(found, batch.skipped, partial(_twice, table), _ends(found))
                met = self._sorted(once, batch.ties)
                back = [(number, Tie(one.target, one.source)) for number, (one, both, _) in edges if both]
                new_back = known.first(_ends(back)).tolist()
                met += self._sorted((each for each, new in zip(back, new_back, strict=True) if new), batch.ties)
                named = [each for _, (_, _, ends) in edges for each in ends if not self._is_account(each.key)]
                people = [*named, *(Person(key=key) for key in met)]
                new = self._people.first(hashed([each.key for each in people])).tolist()
                batch.people.extend(self._related([each for each, is_new in zip(people, new, strict=True) if is_new]))
                yield batch

    def posts(self) -> Iterator[Batch]:
        """The account's posts."""
        known = Distinct()
        for table in self._of("posts"):
            author = _author(table, self._options)
            self._learn_own_posts(table, author)
            record = partial(post, author=author, answers_itself=partial(self._answers_itself, author))
            for batch, found in self._records(table, record, "posts"):
                once = known.once(found, batch.skipped, partial(_twice, table), _keys(found))
                batch.posts.extend(record for _, record in once)
                yield batch

    def _of(self, kind: str) -> list[Table]:
        return [table for table in self._tables if table.kind == kind]

    def _records(
        self, table: Table, record: Callable[[Row], R], step: str
    ) -> Iterator[tuple[Batch, list[tuple[int, R]]]]:
        """Records with their row numbers, and the batch that they belong to."""
        usable, first = 0, None
        for chunk in table.chunks(self._entries):
            done = min(self._before + chunk.done, self._total)
            batch = Batch(step=step, parts=PARTS[step], done=done, total=self._total)
            batch.skipped.extend(chunk.skipped)
            found = list(_usable(table, chunk, record, batch))
            usable += len(found)
            first = first or next(iter(batch.skipped), None)
            yield batch, found
        if first and not usable:
            raise ExportError(NONE_READ.format(name=table.name, where=first.where.rpartition(", ")[2], why=first.why))
        self._before += self._entries.size(table.name)

    def _learn_relations(self) -> None:
        """Whom the account follows and who follows it, as lists of people and ties with the account say."""
        self._learn_from_people()
        for table in self._of("ties"):
            if not any(mentions(self._entries, table.name, table.encoding, name) for name in self._account):
                continue
            for chunk in table.chunks(self._entries):
                rows = [Row(table, cells) for cells in chunk.rows]
                self._account |= {
                    row[end].casefold()
                    for row in rows
                    for end in ("source", "target")
                    if self._is_account(row[f"{end}_name"])
                }
                ends = [(row["source"], row["target"]) for row in rows]
                ends += [(row["target"], row["source"]) for row in rows if self._mutual or both_ways(row)]
                self._friends.first(hashed([target for source, target in ends if self._is_account(source) and target]))
                self._followers.first(
                    hashed([source for source, target in ends if self._is_account(target) and source])
                )

    def _learn_from_people(self) -> None:
        """Their relations, and the ids of the account itself, as in nodes with numbers and labels."""
        for table in self._of("people"):
            named, here = "handle" if "handle" in table.places else "name", Distinct()
            for chunk in table.chunks(self._entries):
                rows = [row for cells in chunk.rows if (row := Row(table, cells))["person"]]
                self._account |= {row["person"].casefold() for row in rows if self._is_account(row[named])}
                first = here.first(hashed([row["person"] for row in rows])).tolist()
                told = [
                    (row["person"], *(relation(row) or LISTS[""])) for row, new in zip(rows, first, strict=True) if new
                ]
                self._followers.first(hashed([key for key, is_follower, _ in told if is_follower]))
                self._friends.first(hashed([key for key, _, is_friend in told if is_friend]))

    def _learn_own_posts(self, table: Table, author: str) -> None:
        """The ids of the account's posts, to which a reply is no reply."""
        if not {"post", "reply_to"} <= table.places.keys():
            return
        for chunk in table.chunks(self._entries):
            rows = [Row(table, cells) for cells in chunk.rows]
            self._own_posts.first(hashed([row["post"] for row in rows if not author or is_by(author, row["author"])]))

    def _edge(self, row: Row) -> tuple[Tie, bool, list[Person]]:
        """A tie, whether it is two, and whom it names; where all stand for both directions, one is enough."""
        return tie(row), both_ways(row) and not self._mutual, named_ends(row)

    def _answers_itself(self, author: str, row: Row) -> bool:
        """Whether a reply goes on with a post of the account."""
        whom, post_id = row["reply_to_author"], row["reply_to"]
        if self._is_account(whom) or (author and is_by(author, whom)):
            return True
        return bool(post_id and self._own_posts.has(hashed([post_id]))[0])

    def _sorted(self, records: Iterable[tuple[int, Tie]], ties: list[Tie]) -> list[str]:
        """Puts ties among others into `ties`; gives the other ends of those with the account."""
        if not len(self._followers) and not len(self._friends):
            ties.extend(record for _, record in records)
            return []
        met: list[str] = []
        for _, record in records:
            if self._is_account(record.source):
                met.append(record.target)
            elif self._is_account(record.target):
                met.append(record.source)
            else:
                ties.append(record)
        return met

    def _related(self, people: list[Person]) -> Iterator[Person]:
        """The people, with what all files say about them and the account."""
        keys = hashed([record.key for record in people])
        flags = zip(self._followers.has(keys).tolist(), self._friends.has(keys).tolist(), strict=True)
        for record, (follower, friend) in zip(people, flags, strict=True):
            is_follower, is_friend = record.is_follower or follower, record.is_friend or friend
            same = (is_follower, is_friend) == (record.is_follower, record.is_friend)
            yield record if same else replace(record, is_follower=is_follower, is_friend=is_friend)

    def _is_among_others(self, row: Row) -> bool:
        """Whether a row of ties tells of two who are not the account."""
        source, target = row["source"], row["target"]
        return "" != source != target != "" and not self._is_account(source, target)

    def _is_account(self, *names: str | None) -> bool:
        return any(name and name.casefold().removeprefix("@") in self._account for name in names)


def _usable(table: Table, chunk: Chunk, record: Callable[[Row], R], batch: Batch) -> Iterator[tuple[int, R]]:
    for number, cells in zip(chunk.numbers, chunk.rows, strict=True):
        where = f"{table.name}, row {number}"
        try:
            row = row_of(table, cells)
            yield number, record(row)
            batch.not_told.extend(Skipped(where, why) for why in row.not_told)
            if table.kind == "people" and relation(row) is None:
                batch.skipped.append(Skipped(where, NO_RELATION.format(row["relation"][:40])))
        except UnusableError as why:
            batch.skipped.append(Skipped(where, str(why), redundant=isinstance(why, NeverReadError)))


def _keys(found: list[tuple[int, Any]]) -> Keys:
    return hashed([record.key for _, record in found])


def _ends(found: list[tuple[int, Tie]]) -> Keys:
    return hashed([record.source for _, record in found], [record.target for _, record in found])


def _twice(table: Table, pair: tuple[int, R]) -> Skipped:
    return Skipped(f"{table.name}, row {pair[0]}", "it is there twice")
