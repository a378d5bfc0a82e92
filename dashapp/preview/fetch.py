"""A quick look at a public account: whether it is there, what it is called, and what its newest posts show."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from flask import current_app

from ..imports.service_access import at_once
from ..services import live_of
from ..services.errors import DeniedError, HostError, NotFoundError, RateLimitedError, ServiceError
from ..services.reading import Reader, Target
from ..services.records import Person, Post, Profile
from ..store import previews
from .summary import Preview, preview_of

SECONDS = 8.0  # that somebody waits
NEWEST = 100  # posts
AT_ONCE = 3  # look-ups in a process: the other threads are for the other pages
VERSION = "2"  # of what is kept
KEPT = timedelta(hours=1)
KEPT_PARTLY, KEPT_REFUSED = timedelta(minutes=2), timedelta(minutes=10)

STATUSES: Mapping[type[ServiceError], int] = {NotFoundError: 404, DeniedError: 403, HostError: 400}
OUTSIDE = 424  # any other; 5xx would be trouble of our own
BUSY = "Many look-ups are running right now. Try again in a few seconds."
UNREAD = "Not all posts could be read. {why}"
UNTOLD = "The service does not tell strangers the posts of this account."

_free = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is nothing to see, in a sentence, and as a status of HTTP."""

    sentence: str
    status: int


class NothingKnown:
    """What is known of an account that nobody read before (`services.reading.Known`)."""

    posts_until: datetime | None = None
    held: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    n_steps: int = 0

    def newcomers(self) -> frozenset[str]:
        """Nobody."""
        return frozenset()

    def people(self, *, since: int = 0) -> list[Person]:
        """Nobody."""
        return []


def public_profile(service: str, handle: str) -> Profile:
    """The profile behind a handle, asked for without pauses: somebody waits. Raises `ServiceError`."""
    with closing(at_once(current_app.config, SECONDS)) as access:
        return live_of(service).reader(Target(handle=handle), access).profile()


# ---- kept


def stored_preview(service: str, handle: str) -> Preview | Refusal | None:
    """What was found in the last hour."""
    stored = previews.find(_key(service, handle))
    if stored is None:
        return None
    return Refusal(**stored) if "sentence" in stored else Preview(**stored)


def fetch_preview(service: str, handle: str) -> Preview | Refusal:
    """Asks the service, and keeps what it tells for whoever asks the same."""
    if not _free.acquire(blocking=False):
        return Refusal(BUSY, OUTSIDE)
    try:
        found, long = _outcome(service, handle)
    finally:
        _free.release()
    if long is not None:
        previews.keep(_key(service, handle), asdict(found), until=datetime.now(UTC) + long)
    return found


def _key(service: str, handle: str) -> str:
    return f"{VERSION}:{service}:{handle if handle.startswith('did:') else handle.lower()}"


def _outcome(service: str, handle: str) -> tuple[Preview | Refusal, timedelta | None]:
    """What there is to see, and how long that holds; a limit is kept where all imports keep theirs."""
    try:
        preview = _read(service, handle)
    except RateLimitedError as error:
        return Refusal(str(error), OUTSIDE), None
    except ServiceError as error:
        status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), OUTSIDE)
        return Refusal(str(error), status), KEPT_PARTLY if status == OUTSIDE else KEPT_REFUSED
    return preview, KEPT_PARTLY if preview.note else KEPT


# ---- read


def _read(service: str, handle: str) -> Preview:
    """Raises `ServiceError` where there is not even a profile."""
    live = live_of(service)
    with closing(at_once(current_app.config, SECONDS)) as access:
        reader = live.reader(Target(handle=handle, options={"only": "posts"}), access)
        profile = replace(reader.profile(), as_of=datetime.now(UTC))
        posts, note = _newest(reader, live.preview_steps)
    return preview_of(profile, posts, note or ("" if posts or not profile.posts else UNTOLD))


def _newest(reader: Reader, steps: int) -> tuple[list[Post], str]:
    """Up to a hundred posts, the newest first, and why there are not more, if that is the service's fault."""
    found: dict[str, Post] = {}
    note = ""
    try:
        for posts in _pages(reader, steps):
            found |= {post.key: post for post in posts}
            if len(found) >= NEWEST:
                break
    except ServiceError as error:
        note = UNREAD.format(why=error)
    return sorted(found.values(), key=lambda post: post.created_at, reverse=True)[:NEWEST], note


def _pages(reader: Reader, steps: int) -> Iterator[list[Post]]:
    for step in islice(reader.read({}, NothingKnown()), steps):
        if step.batch.step != "posts":
            return
        yield step.batch.posts
