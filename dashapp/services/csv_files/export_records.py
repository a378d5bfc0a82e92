"""Single rows of CSV files. What a row need not tell and cannot be read is not told, and noted; the row stays."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from ..errors import UnusableError
from ..files.csv_rows import check_cells
from ..files.times import with_clock
from ..files.values import LONGEST_LABEL, UNKNOWN_LANGUAGES, bio, label, language, link, links, usable_key
from ..records import Kind, Person, Post, Tie
from .formulas import undefused
from .numbers import whole_number
from .tables import LISTS, Table, is_by

V = TypeVar("V")
NOT_TOLD = frozenset({"", "-", "–", "nan", "none", "null", "na", "n/a", "-1"})
NO = NOT_TOLD | {"no", "false", "0", "n", "f", "[]", "{}"}
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("post", "original", "tweet", "status", "toot", "quote", "quoted"), "post"),
    **dict.fromkeys(("reply", "comment", "answer", "replied_to"), "reply"),
    **dict.fromkeys(("repost", "retweet", "boost", "reblog", "share", "retweeted"), "repost"),
    # what a post shows, as services and programs call it, is no other kind of post
    **dict.fromkeys(
        ("photo", "picture", "image", "album", "carousel", "video", "live", "reel", "igtv", "link"), "post"
    ),
    **dict.fromkeys(
        ("photos", "videos", "links", "ig image", "ig carousel", "ig reel", "reels", "text", "gif"), "post"
    ),
    **dict.fromkeys(("native video", "live video", "live video complete", "youtube", "mixed"), "post"),
}
RELATIONS: Mapping[str, tuple[bool, bool]] = {
    **dict.fromkeys(NOT_TOLD | {"no"}, LISTS[""]),
    **dict.fromkeys(("follower", "followers"), LISTS["followers"]),
    **dict.fromkeys(("friend", "friends", "following", "followed"), LISTS["friends"]),
    **dict.fromkeys(("mutual", "mutuals", "both"), LISTS["mutuals"]),
}
DIRECTIONS: Mapping[str, bool] = {"directed": False, "undirected": True, "mutual": True}  # whether both ways

NO_KIND = "kind {!r} is none of post, reply, repost"
NO_LANGUAGE = "language {!r} is no code of a language, such as en"
NO_DIRECTION = "direction {!r} is none of directed, undirected, mutual"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by our columns."""

    table: Table
    cells: list[str]
    not_told: list[str] = field(default_factory=list)  # sentences on cells that are not told for that

    def __getitem__(self, column: str) -> str:
        """The cell; empty where the file has no such column, or the row ends before it."""
        place = self.table.places.get(column, -1)
        cell = self.cells[place].strip() if 0 <= place < len(self.cells) else ""
        return undefused(cell) if self.table.exact else cell

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.table.places

    def says(self, column: str) -> bool:
        """Whether a cell names something, or says yes."""
        return self[column].lower() not in NO

    def told(self, column: str, read: Callable[[str], V]) -> V | None:
        """What `read` makes of a cell; None where it is not told, or raises `UnusableError`, which is noted."""
        text = self[column]
        if text.lower() in NOT_TOLD:
            return None
        try:
            return read(text)
        except UnusableError as why:
            self.not_told.append(str(why))
            return None

    def count(self, column: str) -> int | None:
        """A number of something."""
        return self.told(column, lambda text: whole_number(text, self.table.decimal_mark(column), column))

    def time(self, column: str) -> datetime | None:
        """A day or a time that need not be told."""
        return self.told(column, lambda text: self.table.times_in(column).since(text, column))

    def link(self, column: str) -> str | None:
        """A web address."""
        return self.told(column, lambda text: _known(link(text), f"{column} {text[:40]!r} is no web address"))

    def links(self, column: str) -> tuple[str, ...] | None:
        """Web addresses with spaces between them."""
        problem = f"{column} {self[column][:40]!r} are no web addresses"
        return self.told(column, lambda text: _known(links(text.split()) or None, problem))

    def key(self, column: str) -> str:
        """An id. Raises `UnusableError`."""
        key = self[column]
        if not key:
            raise UnusableError(f"{column} is empty")
        if len(key) > LONGEST_LABEL:
            raise UnusableError(f"{column} is longer than {LONGEST_LABEL} characters")
        return key


def row_of(table: Table, cells: list[str]) -> Row:
    """The row. Raises `UnusableError` where a quote is missing: of all that is read, only texts and bios have lines."""
    places = [] if table.kind == "posts" else [place for column, place in table.places.items() if column != "bio"]
    check_cells(cells, width=table.width, of_one_line=(cells[place] for place in places if place < len(cells)))
    return Row(table, cells)


def post(row: Row, *, author: str, answers_itself: Callable[[Row], bool]) -> Post:
    """A post of the author, if there are several; an answer to oneself is no reply. Raises `UnusableError`."""
    if author and not is_by(author, row["author"]):
        raise UnusableError(f"it is by {row['author'][:60]!r}, not by the account")
    text = row["text"] if row.table.exact else html.unescape(row["text"])
    told = with_clock(row["created_at"], row["time"])
    created_at = row.table.times_in("created_at").at(told, "created_at")
    url = row.link("url")
    return Post(
        key=row.key("post") if row.has("post") else url or _key_of(created_at.isoformat(), text),
        created_at=created_at,
        kind=_kind(row, text, answers_itself),
        text=text,
        url=url,
        language=row.told("language", _language),
        replies=row.count("replies"),
        reposts=row.count("reposts"),
        likes=row.count("likes"),
        quotes=row.count("quotes"),
        views=row.count("views"),
        reply_to=usable_key(row["reply_to"]) if row.says("reply_to") else None,
    )


def _kind(row: Row, text: str, answers_itself: Callable[[Row], bool]) -> Kind:
    kind: Kind | None = row.told("kind", lambda cell: _known(KINDS.get(cell.lower()), NO_KIND.format(cell[:40])))
    if kind and kind != "post":
        return kind
    if row.says("repost_of") or (not row.has("kind") and not row.has("repost_of") and text.startswith("RT @")):
        return "repost"
    answers = row.says("reply_to") or row.says("reply_to_author")
    return "reply" if answers and not answers_itself(row) else "post"


def _language(text: str) -> str | None:
    return None if text.lower() in UNKNOWN_LANGUAGES else _known(language(text), NO_LANGUAGE.format(text[:40]))


def _known(value: V | None, problem: str) -> V:
    if value is None:
        raise UnusableError(problem)
    return value


def _key_of(created_at: str, text: str) -> str:
    """The same for the same post in every import."""
    return f"text-{hashlib.sha256(f'{created_at} {text}'.encode()).hexdigest()[:40]}"


def relation(row: Row) -> tuple[bool, bool] | None:
    """Whether the person is a follower and a friend of the account; None if the row says neither yes nor no."""
    told = RELATIONS.get(row["relation"].lower()) if row.has("relation") else row.table.relation
    since = [row[column].lower() not in NO for column in ("follower_since", "friend_since")]
    return None if told is None else (told[0] or since[0], told[1] or since[1])


def person(row: Row) -> Person:
    """A person; neither follower nor friend where the row does not say so. Raises `UnusableError`."""
    is_follower, is_friend = relation(row) or LISTS[""]
    return Person(
        key=row.key("person"),
        handle=label(row["handle"].removeprefix("@")),
        name=label(row["name"]),
        url=row.link("url"),
        bio=row.told("bio", bio),
        links=row.links("links"),
        verified_links=row.links("verified_links"),
        followers=row.count("followers"),
        friends=row.count("friends"),
        posts=row.count("posts"),
        is_follower=is_follower,
        is_friend=is_friend,
        follower_since=row.time("follower_since"),
        friend_since=row.time("friend_since"),
    )


def tie(row: Row) -> Tie:
    """A tie between two. Raises `UnusableError`."""
    tie = Tie(row.key("source"), row.key("target"))
    if tie.source == tie.target:
        raise UnusableError("source and target are the same")
    return tie


def named_ends(row: Row) -> list[Person]:
    """The ends of a tie, as far as the row names them."""
    names = {"source": label(row["source_name"]), "target": label(row["target_name"])}
    return [Person(key=row.key(end), name=name) for end, name in names.items() if name]


def both_ways(row: Row) -> bool:
    """Whether a tie stands for both directions."""
    told = row.told("direction", lambda cell: _known(DIRECTIONS.get(cell.lower()), NO_DIRECTION.format(cell[:40])))
    return row.table.undirected if told is None else told
