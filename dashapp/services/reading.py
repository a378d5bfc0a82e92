"""How an account is read: from an upload in one go, or from its service in steps with a cursor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from .files.entries import Entries
from .net.client import Client
from .net.response import Limit
from .records import Batch, Person, Profile, Whereabouts

Cursor = dict[str, Any]  # JSON; empty at the beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to read: a handle as the user gave it, or the account that a token belongs to."""

    handle: str = ""  # empty: whose token it is
    key: str = ""  # as `Profile.key`, once it is known; survives a new handle
    host: str = ""  # the instance, where there are several
    options: Mapping[str, str] = field(default_factory=dict)  # what the user chose for this account


class Access(Protocol):
    """How a reader reaches its service."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Addresses of the services, client ids: `app.config`."""
        ...

    @property
    def token(self) -> str | None:
        """The user's token; None: only what is public."""
        ...

    def client(
        self, base: str, *, name: str, limit: Limit, headers: Mapping[str, str] | None = None, guarded: bool = False
    ) -> Client:
        """A client for that address; `guarded` where a user named the host; `name` stands in sentences."""
        ...


class Known(Protocol):
    """What a reader may look up: what earlier imports stored, and what this one has read so far."""

    @property
    def posts_until(self) -> datetime | None:
        """When the newest stored post was made, if all older ones were read lately; None: read them all."""
        ...

    @property
    def held(self) -> frozenset[str]:
        """Keys of the followers and friends whom earlier imports stored."""
        ...

    @property
    def fresh(self) -> frozenset[str]:
        """Keys of persons whose ties were read so lately that they need not be read again."""
        ...

    def newcomers(self) -> frozenset[str]:
        """Keys of those among `people` of whom not all who are fresh have told whether they follow them."""
        ...

    @property
    def n_steps(self) -> int:
        """How many steps this import had kept when this reader took it up."""
        ...

    def people(self, *, since: int = 0) -> list[Person]:
        """Followers and friends that this import has read so far, or since that step: each once, as they were read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a few calls brought, and the cursor with which reading goes on behind it, also in another process."""

    batch: Batch
    cursor: Cursor
    cost: int = 0  # thousandths of a dollar that these calls cost
    show: bool = False  # enough is read for a first look: it is merged and analysed before reading goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the account was read."""

    complete: frozenset[str] = frozenset()  # of "posts", "followers", "friends": read to the end; only there is loss
    notes: tuple[str, ...] = ()  # what is missing and why, in sentences for the account's page
    posts_from: datetime | None = None  # all posts since then were read; None: some may be missing


class Reader(Protocol):
    """Reads one account of one service."""

    def profile(self) -> Profile:
        """The account, in one or two calls. `as_of` is now."""
        ...

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """What stands behind the cursor, a few calls a step: the same answers give the same steps from anywhere."""
        if not cursor:  # a service that tells only the profile
            yield Step(batch=Batch(step="profile", done=1, total=1), cursor={"read": True})

    def coverage(self, cursor: Cursor) -> Coverage:
        """What was read until that cursor."""
        ...

    def whereabouts(self, people: Sequence[Person]) -> Iterator[Whereabouts]:
        """What became of people who are missing from a list, in few calls; may end early, or tell nothing of some.

        A side question: what it raises costs the rest of its answer, and nothing else.
        """
        yield from ()  # a service that does not tell it


ReaderOf = Callable[[Target, Access], Reader]


# ---- uploads


class Export(Protocol):
    """Reads one kind of data export."""

    service: ClassVar[str]
    absent: ClassVar[Mapping[str, str]] = {}  # of the notes those on what an upload lacks

    def matches(self, entries: Entries) -> bool:
        """Whether the upload is such an export: by the structure inside, whatever the uploaded file is called."""
        return any(map(self.wants, entries.names()))

    def wants(self, name: str) -> bool:
        """Whether the entry of that name is read; any other entry is never opened."""
        ...

    def its_own(self, entries: Entries) -> Collection[str]:
        """Which of the wanted entries are such an export's, where a name alone may be that of another's file."""
        return entries.names()

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account that the export belongs to. Raises `ExportError`."""
        ...

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """Which of "followers", "friends", "ties" the files list to the end; what is kept out of it counts beside."""
        ...

    def posts_from(self, entries: Entries, options: Mapping[str, str]) -> datetime | None:
        """Since when the files hold all posts; None: they may lack some. What is kept out of it counts beside."""
        return None

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What the export as a whole leaves out, in sentences for the account's page."""
        ...

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """All records. Raises `ExportError` when the export cannot be read; single bad records are `skipped`."""
        ...
