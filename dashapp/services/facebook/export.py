"""The data export of Facebook, as JSON: posts, friends, and followers where the account has them.

Friends follow each other, so each is a follower and a friend. What others answered is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from ..errors import ExportError
from ..files.distinct import Distinct, hashed
from ..files.entries import Entries
from ..files.json_stream import Piece, usable
from ..files.values import latest
from ..reading import Export
from ..records import Batch, Person, Post, Profile, Skipped
from .export_files import FacebookFiles, facebook_files, kind_of, owner, profile
from .export_items import items
from .export_records import by_name, follower, friend, post

MOST_PEOPLE = 500_000
LATE = timedelta(days=400)  # nobody waits so long for a first friend; an export of one year begins so late
UNANSWERED = "Facebook does not tell in its export what others answered: likes, comments and shares of posts received."
NAMES_ONLY = "Facebook tells friends by name and day only: without links, counts, or who of them know each other."
LIMITED = (
    "The oldest friend in this export is of {since}, long after the account began, so it may be limited to a range of "
    "dates: request it for all time. Until then nobody counts as lost."
)
MISSING_PARTS = "The upload lacks {names}, which must have been there: upload all parts of the export together."
ABSENT = {
    "posts": "There are no posts in this export: choose Posts when you request it.",
    "friends": "There is no list of friends in this export: choose Connections when you request it.",
    "followers": "There is no list of followers in this export: Facebook gives one only where a profile has followers.",
}
TOO_MANY = "The lists name more than {most:,} people, which is more than Sociogram can hold: upload shorter ones."


class FacebookExport(Export):
    """Reads the zips that Facebook gives its users, in the folders of all years."""

    service: ClassVar[str] = "facebook"
    absent: ClassVar[Mapping[str, str]] = ABSENT

    def wants(self, name: str) -> bool:
        """Own posts, friends, followers and whose it is; never messages, comments, advertising or log-ins."""
        return kind_of(name) is not None

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account. Raises `ExportError`."""
        return profile(entries, options)

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """The friends, unless the export seems to begin late; with a list of followers, these too."""
        files = facebook_files(entries)
        extent = _extent(entries, files, options)
        if not extent.people or extent.is_late or _lacks(files, "friends"):
            return frozenset()
        with_followers = files.followers and not _lacks(files, "people_who_followed_you")
        return frozenset({"friends", "followers"} if with_followers else {"friends"})

    def posts_from(self, entries: Entries, options: Mapping[str, str]) -> datetime | None:
        """Since its oldest post: an export may be limited to a range of dates."""
        files = facebook_files(entries)
        if _lacks(files, "posts"):
            return None
        record = partial(post, latest=latest(None, options))
        times = (each.created_at for piece in items(entries, files.posts) for each in usable(piece, record, []))
        return min(times, default=None)

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        files = facebook_files(entries)
        there = {"posts": files.posts, "friends": files.friends, "followers": files.followers}
        notes = [ABSENT[kind] for kind, names in there.items() if not names]
        if files.missing:
            notes.append(MISSING_PARTS.format(names=", ".join(files.missing[:5])))
        extent = _extent(entries, files, options)
        if extent.is_late and extent.oldest:
            notes.append(LIMITED.format(since=f"{extent.oldest:%Y-%m-%d}"))
        return notes + [UNANSWERED] * bool(files.posts) + [NAMES_ONLY] * bool(files.friends)

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """Friends, then the followers who are none, then posts."""
        run = _ExportRun(entries, facebook_files(entries), options)
        yield from run.friends()
        yield from run.followers()
        yield from run.posts()


def _lacks(files: FacebookFiles, stem: str) -> bool:
    return any(stem in name for name in files.missing)


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many friends are listed, and since when."""

    people: int
    oldest: datetime | None  # None where it is not told of all
    is_late: bool


def _extent(entries: Entries, files: FacebookFiles, options: Mapping[str, str]) -> _Extent:
    registered, people, oldest, all_told = owner(entries, files).registered_at, 0, None, True
    for piece in items(entries, files.friends):
        since = [each.friend_since for each in usable(piece, partial(friend, latest=latest(None, options)), [])]
        people, all_told = people + len(since), all_told and None not in since
        oldest = min([at for at in (*since, oldest) if at], default=None)
    oldest = oldest if all_told else None
    return _Extent(people, oldest, bool(registered and oldest and oldest - registered > LATE))


class _ExportRun:
    """One run through an export: what it remembers from one file to the next."""

    def __init__(self, entries: Entries, files: FacebookFiles, options: Mapping[str, str]) -> None:
        self._entries, self._files, self._latest = entries, files, latest(None, options)
        self._done = 0
        self._total = sum(map(entries.size, [*files.friends, *files.followers, *files.posts]))
        self._names: set[str] = set()  # of those who are listed, as followers have nothing else

    def friends(self) -> Iterator[Batch]:
        """The friends; two of one second are told apart by their names."""
        known, seconds = Distinct(), Distinct()
        for piece, batch in self._pieces("friends", self._files.friends):
            found = list(usable(piece, partial(friend, latest=self._latest), batch.skipped))
            named = hashed([each.key for each in found], [each.name or "" for each in found])
            people = known.once(found, batch.skipped, _listed_twice, named)
            first = seconds.first(hashed([each.key for each in people])).tolist()
            batch.people.extend(each if new else _named(each) for each, new in zip(people, first, strict=True))
            self._remember(people)
            yield batch

    def followers(self) -> Iterator[Batch]:
        """The followers who are no friends, as far as names tell."""
        friends, known = frozenset(self._names), Distinct()
        for piece, batch in self._pieces("followers", self._files.followers):
            found = list(usable(piece, partial(follower, latest=self._latest), batch.skipped))
            others = [each for each in found if each.key not in friends]
            batch.people.extend(known.once(others, batch.skipped, _listed_twice))
            self._remember(others)
            yield batch

    def posts(self) -> Iterator[Batch]:
        """All posts; of those of one second the later ones are known by their words too."""
        known, seconds = Distinct(), Distinct()
        for piece, batch in self._pieces("posts", self._files.posts):
            found = list(usable(piece, partial(post, latest=self._latest), batch.skipped))
            whole = hashed([each.key for each in found], [each.text for each in found])
            posts = known.once(found, batch.skipped, _posted_twice, whole)
            first = seconds.first(hashed([each.key for each in posts])).tolist()
            batch.posts.extend(each if new else _worded(each) for each, new in zip(posts, first, strict=True))
            yield batch

    def _pieces(self, step: str, names: list[str]) -> Iterator[tuple[Piece, Batch]]:
        parts = ("friends", "followers") if step == "friends" else (step,)  # friends follow each other
        for piece in items(self._entries, names, done=self._done):
            yield piece, Batch(step=step, parts=parts, done=min(piece.done, self._total), total=self._total)
        self._done += sum(map(self._entries.size, names))

    def _remember(self, people: list[Person]) -> None:
        self._names.update(by_name(each.name or "") for each in people)
        if len(self._names) > MOST_PEOPLE:
            raise ExportError(TOO_MANY.format(most=MOST_PEOPLE))


def _named(person: Person) -> Person:
    return replace(person, key=f"{person.key} {by_name(person.name or '')}"[:300])


def _worded(post: Post) -> Post:
    return replace(post, key=f"{post.key}-{int(hashed([post.text])[0]):016x}")


def _listed_twice(person: Person) -> Skipped:
    return Skipped(f"person {person.name}", "nothing tells them apart from another one of that name")


def _posted_twice(post: Post) -> Skipped:
    return Skipped(f"post of {post.created_at:%Y-%m-%d %H:%M:%S}", "it is there twice")
