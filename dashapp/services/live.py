"""What every live reader speaks: whom to read, how to reach the service, steps with a cursor, and its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from .base import Batch, Person, Profile, ServiceError

if TYPE_CHECKING:
    from .http import Client, Limit

Cursor = dict[str, Any]  # JSON; empty at the beginning


class LimitedError(ServiceError):
    """The service asks to wait: no call before `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class TroubleError(ServiceError):
    """The service does not answer as it should: down, slow, broken. Trying again later may help."""


class AnswerError(ServiceError):
    """The service refused a call: `status` and the beginning of the `body` of its answer, if it was one."""

    def __init__(self, message: str, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class MissingError(AnswerError):
    """There is no such account, or it is gone."""


class DeniedError(AnswerError):
    """The authorisation ended (401), a permission is missing, or the data is private."""


class UnpaidError(ServiceError):
    """Going on would cost more than the user allowed."""


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
        """When the newest stored post was made, if all older ones were read; None: read them all."""
        ...

    @property
    def fresh(self) -> frozenset[str]:
        """Keys of persons whose ties were read so lately that they need not be read again."""
        ...

    def people(self) -> list[Person]:
        """Followers and friends that this import has read so far, each once, in the order of reading."""
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


class Reader(Protocol):
    """Reads one account of one service."""

    def profile(self) -> Profile:
        """The account, in one or two calls. `as_of` is now."""
        ...

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """What stands behind the cursor, a few calls a step: the same answers give the same steps from anywhere."""
        ...

    def coverage(self, cursor: Cursor) -> Coverage:
        """What was read until that cursor."""
        ...


ReaderOf = Callable[[Target, Access], Reader]
