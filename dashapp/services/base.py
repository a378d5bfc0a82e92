"""What every service speaks: frozen records, the shape of an export's reader, and its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, ClassVar, Literal, Protocol

Kind = Literal["post", "reply", "repost"]
BATCH = 5_000  # records in a batch: about 2 MB of posts, the unit of progress and of resuming


class ServiceError(Exception):
    """Something outside failed; the message is a sentence that the user reads."""


class ExportError(ServiceError):
    """An uploaded export cannot be read at all; says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The account itself. None: the source does not tell."""

    service: str
    key: str
    handle: str
    name: str | None = None
    url: str | None = None
    bio: str | None = None
    followers: int | None = None
    friends: int | None = None
    posts: int | None = None
    created_at: datetime | None = None
    as_of: datetime | None = None  # when the service made the data


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody met as follower, friend or end of a tie. `key` stays the same when the handle changes."""

    key: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    followers: int | None = None
    friends: int | None = None
    posts: int | None = None
    is_follower: bool = False
    is_friend: bool = False
    follower_since: datetime | None = None
    friend_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post of the account. Datetimes are aware, in UTC; a count is None where the source does not tell."""

    key: str
    created_at: datetime
    kind: Kind
    text: str = ""
    url: str | None = None
    language: str | None = None
    replies: int | None = None
    reposts: int | None = None
    likes: int | None = None
    quotes: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """`source` follows `target`; both are keys of persons other than the account itself."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was kept out, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Up to `BATCH` records, in the order of the source: the same export always gives the same batches."""

    posts: list[Post] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    ties_of: list[str] = field(default_factory=list)  # live: whose follows among the account's people are all told here
    skipped: list[Skipped] = field(default_factory=list)
    step: str = ""  # what is being read, for the progress line: "posts", "followers"
    done: int = 0  # bytes of all entries read so far; live: calls, as far as they can be foreseen
    total: int = 0


class Entries(Protocol):
    """The allow-listed files of an upload, by their names inside it."""

    def names(self) -> list[str]: ...
    def size(self, name: str) -> int: ...
    def open(self, name: str) -> BinaryIO: ...


class Export(Protocol):
    """Reads one kind of data export. A module of `services` is such an object's class."""

    service: ClassVar[str]

    def wants(self, name: str) -> bool:
        """Whether the entry of that name is read; any other entry is never opened."""
        ...

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account that the export belongs to. Raises `ExportError`."""
        ...

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """Which of "followers", "friends", "ties" the export lists in full: only there can anybody be lost."""
        ...

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What the export as a whole leaves out, in sentences for the account's page."""
        ...

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """All records. Raises `ExportError` when the export cannot be read; single bad records are `skipped`."""
        ...
