"""The data export of Bluesky: the account's whole repository as a CAR file.

It holds what the account itself did: posts, reposts, follows. A reply to oneself goes on with an own post, so it is a
post, not a reply. Followers, handles, and what posts received are not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import ClassVar

from ..errors import ExportError, UnusableError
from ..files.distinct import Distinct
from ..files.entries import Entries
from ..files.json_stream import LARGEST_BATCH
from ..files.values import EARLIEST, body, label, latest, moment, stated_as_of
from ..reading import Export
from ..records import BATCH, Batch, Person, Post, Profile, Skipped
from .car import NO_CAR, Car, decoded, is_whole
from .export_records import WEB, Context, did, friend, handle, key_time, post, repost
from .mst import FOLLOW, POST, REPOST, Repository, repository

CAR_FILE = re.compile(r"\.car$", re.I)
SEVERAL = "There are several repositories in this upload: upload one .car file at a time."
FOLLOWERS = "There is no list of followers in a Bluesky repository: it holds only what the account itself did."
RECEIVED = (
    "A Bluesky repository does not tell what posts received: replies, reposts and likes are kept by their authors."
)
NO_HANDLES = "A Bluesky repository names friends by their permanent ids (DID): their handles are not known."
ODD, GONE = "it cannot be read", "its content is missing or damaged"
TWIN = "its content is that of another record"


class BlueskyExport(Export):
    """Reads the repository that Bluesky gives its users."""

    service: ClassVar[str] = "bluesky"

    def wants(self, name: str) -> bool:
        """The repository, in which nothing is private; of likes, blocks and lists nothing is kept."""
        return bool(CAR_FILE.search(name))

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account. Raises `ExportError`."""
        repo = repository(entries, _file(entries))
        own, as_of = _own(entries, repo), _as_of(repo, options)
        created_at = moment(repo.profile.get("createdAt"))
        return Profile(
            service=self.service,
            key=own,
            handle=handle(options.get("handle")) or own,
            name=label(repo.profile.get("displayName")),
            url=f"{WEB}{own}",
            bio=body(repo.profile.get("description")).strip() or None,
            posts=repo.counts[POST],
            created_at=created_at if created_at and EARLIEST <= created_at <= latest(as_of, options) else None,
            as_of=as_of,
        )

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """The friends, unless a follow's content is missing."""
        return frozenset() if _lacks_follows(entries) else frozenset({"friends"})

    def posts_from(self, entries: Entries, options: Mapping[str, str]) -> datetime | None:
        """A repository holds all posts."""
        return EARLIEST

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        return [FOLLOWERS, RECEIVED, NO_HANDLES]

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """Posts, reposts and friends, in the order of the file; then what is missing."""
        name = _file(entries)
        repo = repository(entries, name)
        context = Context(_own(entries, repo), latest(_as_of(repo, options), options))
        total, known = entries.size(name), Distinct()
        for contents, done in _portions(entries, name, repo.paths):
            posts, friends = (Batch(step=step, done=min(done, total), total=total) for step in ("posts", "friends"))
            people: list[Person] = []
            for path, data in contents:
                _read(path, data, context, friends if path.startswith(FOLLOW) else posts, people)
            friends.people.extend(known.once(people, friends.skipped, _followed_twice))
            yield from (posts, friends)
        for step in ("posts", "friends"):
            yield from _left_out(repo, step, total)


def _file(entries: Entries) -> str:
    names = [name for name in entries.names() if CAR_FILE.search(name)]
    if len(names) != 1:
        raise ExportError(SEVERAL if names else NO_CAR.format(name="The upload"))
    return names[0]


def _own(entries: Entries, repo: Repository) -> str:
    own = did(repo.did)
    if own is None:
        raise ExportError(NO_CAR.format(name=_file(entries)))
    return own


def _as_of(repo: Repository, options: Mapping[str, str]) -> datetime | None:
    """When the repository last changed, or the later day that the user states."""
    changed, stated = key_time(repo.rev), stated_as_of(options)
    usable = changed is not None and EARLIEST <= changed <= datetime.now(UTC) + timedelta(days=1)
    times = [at for at in (changed if usable else None, stated) if at]
    return max(times, default=None)


Contents = list[tuple[str, bytes]]


def _portions(entries: Entries, name: str, paths: dict[bytes, str]) -> Iterator[tuple[Contents, int]]:
    """Up to `BATCH` records with their paths, and the bytes read so far; each is taken out of `paths`."""
    contents: Contents = []
    size = 0
    with entries.open(name) as stream:
        car = Car(stream, name)
        for identifier, data in car:
            if identifier not in paths or not is_whole(identifier, data):
                continue
            contents.append((paths.pop(identifier), data))
            size += len(data)
            if len(contents) == BATCH or size >= LARGEST_BATCH:
                yield contents, car.done
                contents, size = [], 0
        if contents:
            yield contents, car.done


def _read(path: str, data: bytes, context: Context, batch: Batch, people: list[Person]) -> None:
    try:
        record = _record(path, data, context)
    except UnusableError as why:
        batch.skipped.append(Skipped(path, str(why)))
        return
    if isinstance(record, Post):
        batch.posts.append(record)
    else:
        people.append(record)


def _record(path: str, data: bytes, context: Context) -> Post | Person:
    try:
        value = decoded(data)
    except ValueError as error:
        raise UnusableError(ODD) from error
    if path.startswith(FOLLOW):
        return friend(value, path, context)
    return (repost if path.startswith(REPOST) else post)(value, path, context)


def _left_out(repo: Repository, step: str, total: int) -> Iterator[Batch]:
    """What was not found, and what was there twice; at least one batch, which ends the reading."""
    paths = ((repo.paths.values(), GONE), (repo.twins, TWIN))
    every = (Skipped(path, why, redundant=why == TWIN) for group, why in paths for path in group)
    skipped = (each for each in every if each.where.startswith(FOLLOW) is (step == "friends"))
    while True:
        batch = Batch(step=step, done=total, total=total, skipped=list(islice(skipped, BATCH)))
        yield batch
        if len(batch.skipped) < BATCH:
            return


def _lacks_follows(entries: Entries) -> bool:
    name = _file(entries)
    repo = repository(entries, name)
    for _ in _portions(entries, name, repo.paths):
        pass
    return any(path.startswith(FOLLOW) for path in repo.paths.values())


def _followed_twice(person: Person) -> Skipped:
    return Skipped(f"follow of {person.key}", "it is there twice")
