"""What is read of an account, whatever its service: frozen records, and batches of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["post", "reply", "repost"]
State = Literal["there", "gone", "moved"]
Audience = Literal["everybody", "followers"]
FEW = 2  # records that any count may have beyond its list: it lags, or counts who is switched off
ALL = "all"  # in the place of a service's key: all services together
BATCH = 5_000  # records in a batch: about 2 MB of posts, the unit of progress and of resuming


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
    aliases: tuple[str, ...] = ()  # keys that data gives the account which tells less of it, such as its handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody met as follower, friend or end of a tie. `key` stays the same when the handle changes.

    None: the source does not tell.
    """

    key: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    bio: str | None = None  # empty: they have none
    links: tuple[str, ...] | None = None  # addresses that they name as theirs
    verified_links: tuple[str, ...] | None = None  # those of them that the service verified
    followers: int | None = None
    friends: int | None = None
    posts: int | None = None
    created_at: datetime | None = None  # when their account began
    active_at: datetime | None = None  # when they last posted
    is_follower: bool = False
    is_friend: bool = False
    follower_since: datetime | None = None
    friend_since: datetime | None = None
    moved_to: str | None = None  # the key of the account that they use now


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What became of somebody who is missing from a list: there still, gone (deleted or suspended), or moved."""

    key: str
    state: State
    moved_to: str | None = None  # the key of the account that they use now


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
    reply_to: str | None = None  # key or alias of the post that it answers
    #: whom its service tells it; None where neither its service nor a whole export tells all of its kind
    audience: Audience | None = None
    alias: str | None = None  # what its service calls it where a post that answers it is told


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
    redundant: bool = False  # nothing is missing without it, as where the same is there twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Up to `BATCH` records, in the order of the source: the same export always gives the same batches."""

    posts: list[Post] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    # live: whose follows among the account's people are all told here; whom it is told of who of the fresh follows
    # them (`reading.Known.fresh`); and of whom the service does not tell who follows them
    ties_of: list[str] = field(default_factory=list)
    ties_to: list[str] = field(default_factory=list)
    no_ties_to: list[str] = field(default_factory=list)
    whereabouts: list[Whereabouts] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    not_told: list[Skipped] = field(default_factory=list)  # what is not told of records that were read
    step: str = ""  # what is being read, for the progress line: "posts", "followers"
    parts: tuple[str, ...] = ()  # of which an export tells something here, if the step is none: "posts", "friends" …
    done: int = 0  # bytes of all entries read so far; live: calls, as far as they can be foreseen
    total: int = 0


def is_short(read: int, count: int | None, *, lag: int = FEW) -> bool:
    """Whether the service counts more records than it told, and not by a lag."""
    return count is not None and count - read > lag
