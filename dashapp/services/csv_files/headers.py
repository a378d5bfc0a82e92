"""What the columns of a CSV file mean: the documented names, what others call them, and what the user says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ExportError
from ..files.entries import Entries
from .rows import MOST_COLUMNS, NO_ROWS, TOO_MANY_COLUMNS, delimiter_of, encoding_of, first_rows, head

FILES = re.compile(r"\.(csv|tsv|tab|txt|edges|edgelist)$", re.I)
SHOWN = 5
MOST_FILES = 50
LONGEST_CELL = 200

#: The documented columns by kind of file, with what other programs call them; names are compared by letters and digits.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "ties": {
        "source": "from follower src id1 node1 user1 fromid sourceid sender u",
        "target": "to followed followee following dst destination id2 node2 user2 toid targetid receiver v",
    },
    "people": {
        "person": "id userid accountid personid nodeid node uid",
        "handle": "username screenname account accountaddress login user acct",
        "name": "displayname fullname realname",
        "url": "link profileurl profile",
        "followers": "followerscount followercount numfollowers nfollowers",
        "friends": "following followingcount friendscount friendcount follows nfriends",
        "posts": "statuses statusescount tweets tweetcount postscount postcount",
        "relation": "relationship",
        "follower_since": "followedsince",
        "friend_since": "followingsince connectedon",
    },
    "posts": {
        "post": "id postid tweetid statusid idstr uri",
        "created_at": "date datetime time timestamp published publishedat created createdtime postedat posted posttime",
        "kind": "type posttype",
        "text": "body content tweet fulltext message caption status",
        "url": "link permalink posturl postlink tweeturl",
        "language": "lang",
        "replies": "replycount repliescount comments commentcount commentscount answers",
        "reposts": "retweets retweetcount shares sharecount boosts reblogs reblogscount repostcount",
        "likes": "favorites favourites favoritecount favouritescount likecount likescount reactions hearts",
        "quotes": "quotecount quotescount",
        "views": "viewcount impressions impressioncount plays",
    },
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "ties": ("source", "target"),
    "people": ("person",),
    "posts": ("created_at",),
}

TOO_MANY_FILES = "The upload holds {count:,} tables: upload only those of posts, people and ties."
UNCLEAR = (
    "It is not clear what {name} holds: name its columns as the manual describes, such as created_at for posts, "
    "person for people, source and target for ties."
)
MISSING = "{name} lacks the column {column}, without which its {kind} cannot be read."
NO_SUCH = "{name} has no column {column!r}: choose one of its columns."
BROKEN_CHOICE = "The choice of columns cannot be read: choose the columns again."


@dataclass(frozen=True, slots=True)
class FileColumns:
    """A file as the form shows it: its first rows, and what its columns seem to mean."""

    name: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    kind: str | None  # posts, people, ties
    mapping: Mapping[str, str]  # our column: the file's
    missing: tuple[str, ...]
    exact: bool  # every column is a documented one, so nobody need be asked


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it is read."""

    name: str
    kind: str
    encoding: str
    delimiter: str
    width: int
    header_rows: int
    places: Mapping[str, int]  # our column: place in the row
    exact: bool


def is_table(name: str) -> bool:
    """Whether a file of that name may be a CSV file."""
    return bool(FILES.search(name))


def file_columns(entries: Entries) -> list[FileColumns]:
    """What each CSV file seems to hold, for a form that lets the user say otherwise."""
    return [look(entries, name) for name in _names(entries)]


def _names(entries: Entries) -> list[str]:
    names = [name for name in entries.names() if is_table(name)]
    if len(names) > MOST_FILES:
        raise ExportError(TOO_MANY_FILES.format(count=len(names)))
    return names


def look(entries: Entries, name: str) -> FileColumns:
    """What one file seems to hold. Raises `ExportError` if it is no text or has no rows."""
    return _look(entries, name)[0]


def tables(entries: Entries, options: Mapping[str, str]) -> list[Table]:
    """The files to read, ties first. Raises `ExportError` where a needed column is missing.

    `options["columns"]` is JSON: {file: {"kind": "posts", "columns": {our column: the file's}}}; kind "" leaves it out.
    """
    chosen = _chosen(options)
    found = [_table(entries, name, chosen) for name in _names(entries)]
    kinds = list(COLUMNS)
    return sorted((table for table in found if table), key=lambda table: (kinds.index(table.kind), table.name))


def _table(entries: Entries, name: str, chosen: Mapping[str, Any]) -> Table | None:
    seen, encoding, delimiter = _look(entries, name)
    kind, mapping = seen.kind, seen.mapping
    if name in chosen:
        kind, mapping = _choice(seen, chosen[name])
    if not kind and (name in chosen or name.lower().endswith(".txt")):
        return None
    if not kind:
        raise ExportError(UNCLEAR.format(name=name))
    for column in REQUIRED[kind]:
        if column not in mapping:
            raise ExportError(MISSING.format(name=name, column=column, kind=kind))
    places = {column: seen.header.index(theirs) for column, theirs in mapping.items()}
    exact = seen.exact and mapping == seen.mapping
    return Table(name, kind, encoding, delimiter, len(seen.header), int(not _is_bare(seen)), places, exact)


def _look(entries: Entries, name: str) -> tuple[FileColumns, str, str]:
    encoding = encoding_of(entries, name)
    delimiter = delimiter_of(entries, name, encoding)
    rows = first_rows(head(entries, name, encoding), delimiter, most=SHOWN + 1)
    if not rows:
        raise ExportError(NO_ROWS.format(name=name))
    if len(rows[0]) > MOST_COLUMNS:
        raise ExportError(TOO_MANY_COLUMNS.format(name=name, most=MOST_COLUMNS))
    return _guessed(name, rows), encoding, delimiter


def _guessed(name: str, rows: Sequence[Sequence[str]]) -> FileColumns:
    bare = len(rows[0]) == 2 and all(cell.strip().isdigit() for cell in rows[0])
    header = ("column 1", "column 2") if bare else _unique([cell.strip() for cell in rows[0]])
    sample = tuple(tuple(cell[:LONGEST_CELL] for cell in row) for row in rows[int(not bare) : SHOWN + 1])
    mappings = (
        {"ties": {"source": header[0], "target": header[1]}}
        if bare
        else {kind: _mapped(kind, header) for kind in COLUMNS}
    )
    kind = _likeliest(mappings)
    mapping = mappings.get(kind or "", {})
    missing = tuple(column for column in REQUIRED.get(kind or "", ()) if column not in mapping)
    exact = (
        not bare and len(mapping) == len(header) and all(_norm(ours) == _norm(each) for ours, each in mapping.items())
    )
    return FileColumns(name, header, sample, kind, mapping, missing, exact)


def _is_bare(seen: FileColumns) -> bool:
    """Whether the first line is a record already, as in lists of edges."""
    return seen.header == ("column 1", "column 2")


def _mapped(kind: str, header: Sequence[str]) -> dict[str, str]:
    by_norm = {_norm(name): name for name in reversed(header)}
    mapping: dict[str, str] = {}
    for ours, others in COLUMNS[kind].items():
        names = [_norm(ours), *others.split()]
        theirs = next((by_norm[name] for name in names if name in by_norm), None)
        if theirs and theirs not in mapping.values():
            mapping[ours] = theirs
    if kind == "people" and "person" not in mapping and "handle" in mapping:
        mapping["person"] = mapping["handle"]
    return mapping


def _likeliest(mappings: Mapping[str, Mapping[str, str]]) -> str | None:
    """The kind of which nothing is missing and most is there; ties before people before posts."""
    whole = [kind for kind, mapping in mappings.items() if all(column in mapping for column in REQUIRED[kind])]
    if "ties" in whole:
        return "ties"
    return max(whole or mappings, key=lambda kind: len(mappings[kind])) if any(mappings.values()) else None


def _norm(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, told apart where two are the same or empty."""
    unique: list[str] = []
    for place, name in enumerate(names, 1):
        shown = name[:LONGEST_CELL] or f"column {place}"
        unique.append(shown if shown not in unique else f"{shown} ({place})")
    return tuple(unique)


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
