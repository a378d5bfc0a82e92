"""Single rows of CSV files."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import UnusableError
from ..files.values import LARGEST_COUNT, LONGEST_LABEL, label, language, link
from ..records import Kind, Person, Post, Tie
from .formulas import undefused
from .headers import Table
from .times import Times

NOT_TOLD = frozenset({"", "-", "–", "nan", "none", "null", "na", "n/a", "-1"})
NUMBER = re.compile(r"(\d{1,16})(?:\.0+)?|\d{1,3}(?:,\d{3})+", re.ASCII)
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("", "post", "original", "tweet", "status", "toot", "quote"), "post"),
    **dict.fromkeys(("reply", "comment", "answer"), "reply"),
    **dict.fromkeys(("repost", "retweet", "boost", "reblog", "share"), "repost"),
}
FOLLOWS, FOLLOWED = (True, False), (False, True)
RELATIONS: Mapping[str, tuple[bool, bool]] = {  # is a follower, is a friend
    **dict.fromkeys(("", "none", "no", "-"), (False, False)),
    **dict.fromkeys(("follower", "followers"), FOLLOWS),
    **dict.fromkeys(("friend", "friends", "following", "followed"), FOLLOWED),
    **dict.fromkeys(("mutual", "mutuals", "both"), (True, True)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by our columns."""

    table: Table
    cells: list[str]

    def __getitem__(self, column: str) -> str:
        """The cell; empty where the file has no such column, or the row ends before it."""
        place = self.table.places.get(column, -1)
        cell = self.cells[place].strip() if 0 <= place < len(self.cells) else ""
        return undefused(cell) if self.table.exact else cell

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.table.places

    def count(self, column: str) -> int | None:
        """A number of something; None where the cell says that it is not told. Raises `UnusableError`."""
        text = self[column]
        if text.lower() in NOT_TOLD:
            return None
        found = NUMBER.fullmatch(text)
        number = int(found[1] or text.replace(",", "")) if found and len(text) < 30 else LARGEST_COUNT + 1
        if number > LARGEST_COUNT:
            raise UnusableError(f"{column} {text[:40]!r} is no number")
        return number

    def key(self, column: str) -> str:
        """An id. Raises `UnusableError`."""
        key = self[column]
        if not key:
            raise UnusableError(f"{column} is empty")
        if len(key) > LONGEST_LABEL:
            raise UnusableError(f"{column} is longer than {LONGEST_LABEL} characters")
        return key


def row_of(table: Table, cells: list[str]) -> Row:
    """The row. Raises `UnusableError` if it has more cells than the header names."""
    if len(cells) > table.width and any(cell.strip() for cell in cells[table.width :]):
        raise UnusableError("it has more cells than the header: a quote may be missing")
    return Row(table, cells)


def post(row: Row, times: Times) -> Post:
    """A post. Raises `UnusableError`."""
    text = row["text"] if row.table.exact else html.unescape(row["text"])
    created_at = times.at(row["created_at"], "created_at")
    kind = KINDS.get(row["kind"].lower())
    if kind is None:
        raise UnusableError(f"kind {row['kind'][:40]!r} is none of post, reply, repost")
    url = link(row["url"])
    return Post(
        key=row.key("post") if row.has("post") else url or _key_of(created_at.isoformat(), text),
        created_at=created_at,
        kind="repost" if not row.has("kind") and text.startswith("RT @") else kind,
        text=text,
        url=url,
        language=language(row["language"]),
        replies=row.count("replies"),
        reposts=row.count("reposts"),
        likes=row.count("likes"),
        quotes=row.count("quotes"),
        views=row.count("views"),
    )


def _key_of(created_at: str, text: str) -> str:
    """The same for the same post in every import."""
    return f"text-{hashlib.sha256(f'{created_at} {text}'.encode()).hexdigest()[:40]}"


def person(row: Row, times: Times) -> Person:
    """A person; neither follower nor friend where the row does not say so. Raises `UnusableError`."""
    relation = RELATIONS.get(row["relation"].lower())
    if relation is None:
        raise UnusableError(f"relation {row['relation'][:40]!r} is none of follower, friend, mutual")
    follower_since, friend_since = (
        times.at(row[column], column) if row[column] else None for column in ("follower_since", "friend_since")
    )
    return Person(
        key=row.key("person"),
        handle=label(row["handle"].removeprefix("@")),
        name=label(row["name"]),
        url=link(row["url"]),
        followers=row.count("followers"),
        friends=row.count("friends"),
        posts=row.count("posts"),
        is_follower=relation[0] or follower_since is not None,
        is_friend=relation[1] or friend_since is not None,
        follower_since=follower_since,
        friend_since=friend_since,
    )


def tie(row: Row) -> Tie:
    """A tie between two. Raises `UnusableError`."""
    tie = Tie(row.key("source"), row.key("target"))
    if tie.source == tie.target:
        raise UnusableError("source and target are the same")
    return tie
