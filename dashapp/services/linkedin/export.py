"""The data export of LinkedIn: posts, reposts, and connections.

Connections follow each other, so each is a follower and a friend. What others answered is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

from ..errors import ExportError
from ..files.distinct import Distinct
from ..files.entries import Entries
from ..files.times import DateOrder, Times, times_of
from ..files.values import EARLIEST, label, stated_as_of
from ..reading import Export
from ..records import Batch, Person, Post, Profile, Skipped
from .export_records import connected_on, connection, repost, share, slug
from .export_tables import LinkedInFiles, Rows, is_linkedins, kind_of, linkedin_files, rows, usable

WHOSE = (
    "The upload does not say whose it is: add Profile.csv of the export, or state your profile's address, "
    "which begins with linkedin.com/in/."
)
UNANSWERED = "LinkedIn does not tell in its export what others answered: reactions, comments and views of posts."
CONNECTIONS_ONLY = (
    "LinkedIn tells no followers beside your connections, no counts of theirs, and not who of them are connected."
)
ZONE = "LinkedIn does not say in which time zone its times are: posts are read as of {zone}."
ABSENT = {
    "connections": "There are no connections in this export: Connections.csv often comes with LinkedIn's second mail.",
    "shares": "There are no posts in this export: Shares.csv often comes with LinkedIn's second mail, a day later.",
}
NAMELESS = "{n:,} connections are listed by their date alone and left out: their accounts were closed, or are hidden."
MOST_DAYS = 20_000  # different ones; LinkedIn began in 2003
UNREADABLE = "Of {n:,} connections the day of connecting cannot be read, such as {example!r}: they are listed without."
UNCLEAR = "The days of connecting are read as month/day/year, as in the United States: nothing in the list tells it."


class LinkedInExport(Export):
    """Reads the zip that LinkedIn gives its members, the first part or the whole."""

    service: ClassVar[str] = "linkedin"
    absent: ClassVar[Mapping[str, str]] = ABSENT

    def matches(self, entries: Entries) -> bool:
        """Whether any file has the name and the header of one of LinkedIn's."""
        return any(is_linkedins(entries, name) for name in entries.names())

    def wants(self, name: str) -> bool:
        """Connections, posts and whose it is; never messages, addresses, phone numbers or advertising."""
        return kind_of(name) is not None

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account. Raises `ExportError`, also for a time zone that there is not."""
        times_of(options)
        files = linkedin_files(entries)
        name, bio = _name_and_bio(entries, files)
        stated = _stated(options.get("handle", ""))
        own_slug = stated or _own_slug(entries, files)
        key = stated or (name and name.casefold()) or own_slug  # the name before the number: it is in every export
        if not key:
            raise ExportError(WHOSE)
        return Profile(
            service=self.service,
            key=key[:300],
            handle=own_slug or name or key,
            name=name,
            url=f"https://www.linkedin.com/in/{own_slug}" if own_slug else None,
            bio=bio,
            as_of=stated_as_of(options),
            aliases=(own_slug,) if own_slug else (),
        )

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """The connections, if somebody is among them: an absent list must not look like one that is empty."""
        return frozenset({"friends"} if _listed(entries, linkedin_files(entries), options).named else ())

    def posts_from(self, entries: Entries, options: Mapping[str, str]) -> datetime | None:
        """All, where posts and reposts are both there."""
        files = linkedin_files(entries)
        return EARLIEST if files.shares and files.reposts else None

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        files = linkedin_files(entries)
        there = {"connections": files.connections, "shares": files.shares}
        notes = [ABSENT[kind] for kind, names in there.items() if not names]
        if files.shares:
            notes += [UNANSWERED, ZONE.format(zone=options.get("time_zone") or "UTC")]
        listed = _listed(entries, files, options)
        if listed.nameless:
            notes.append(NAMELESS.format(n=listed.nameless))
        if listed.unreadable:
            notes.append(UNREADABLE.format(n=sum(listed.unreadable.values()), example=next(iter(listed.unreadable))))
        if listed.is_unclear:
            notes.append(UNCLEAR)
        return notes + [CONNECTIONS_ONLY] * bool(files.connections)

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """Connections, posts, reposts."""
        run = _ExportRun(entries, linkedin_files(entries), options)
        yield from run.connections()
        yield from run.posts()


def _name_and_bio(entries: Entries, files: LinkedInFiles) -> tuple[str | None, str | None]:
    for part in rows(entries, files.profile, "profile"):
        for _, row in part.rows:
            return label(f"{row['first name']} {row['last name']}"), label(row["headline"])
    return None, None


def _own_slug(entries: Entries, files: LinkedInFiles) -> str | None:
    """The account's own address, as invitations tell it: of those sent the inviter's, of those received the other."""
    own = {"outgoing": "inviterprofileurl", "incoming": "inviteeprofileurl"}
    for part in rows(entries, files.invitations, "invitations"):
        for _, row in part.rows:
            column = own.get(row["direction"].lower())
            if column and (found := slug(row[column])):
                return found
    return None


def _stated(text: str) -> str | None:
    stated = slug(text) or label(text.strip().removeprefix("@"))
    return stated.casefold() if stated else None


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the list of connections is like as a whole."""

    named: int
    nameless: int
    times: Times  # how the days of connecting are read
    is_unclear: bool  # whether a day may also be a month, and nothing tells
    unreadable: Mapping[str, int]  # dates, and how often they are there


def _listed(entries: Entries, files: LinkedInFiles, options: Mapping[str, str]) -> _Listed:
    days: Counter[str] = Counter()
    nameless = 0
    for part in rows(entries, files.connections, "connections"):
        for _, row in part.rows:
            is_named = label(row["first name"] + row["last name"]) or slug(row["url"])
            day = row["connected on"][:40]
            nameless += not is_named
            days.update([day if day in days or len(days) < MOST_DAYS else ""] * bool(is_named))
    order = DateOrder()
    for day in days:
        order.see(day)
    times = replace(times_of(options), zone=UTC, day_first=bool(order.day_first))  # a day is one in any zone
    unreadable = {day: n for day, n in days.items() if day and connected_on(day, times=times) is None}
    return _Listed(days.total(), nameless, times, order.day_first is None and bool(order.unclear), unreadable)


class _ExportRun:
    """One run through an export: how far it is."""

    def __init__(self, entries: Entries, files: LinkedInFiles, options: Mapping[str, str]) -> None:
        self._entries, self._files = entries, files
        self._days, self._times = _listed(entries, files, options).times, times_of(options)
        self._done = 0
        self._total = sum(map(entries.size, [*files.connections, *files.shares, *files.reposts]))

    def connections(self) -> Iterator[Batch]:
        """The connections, each once."""
        known, record = Distinct(), partial(connection, times=self._days)
        for part, batch in self._rows("connections", self._files.connections, "connections"):
            found = list(usable(part, record, batch.skipped, has_texts=False))
            batch.people.extend(known.once(found, batch.skipped, _listed_twice))
            yield batch

    def posts(self) -> Iterator[Batch]:
        """Posts, then reposts."""
        sources: list[tuple[str, Sequence[str], Callable[..., Post]]] = [
            ("shares", self._files.shares, share),
            ("reposts", self._files.reposts, repost),
        ]
        known = Distinct()
        for kind, names, record in sources:
            for part, batch in self._rows("posts", names, kind):
                found = list(usable(part, partial(record, times=self._times), batch.skipped, has_texts=True))
                batch.posts.extend(known.once(found, batch.skipped, _posted_twice))
                yield batch

    def _rows(self, step: str, names: Sequence[str], kind: str) -> Iterator[tuple[Rows, Batch]]:
        for part in rows(self._entries, names, kind, done=self._done):
            done = min(part.done, self._total)
            parts = ("posts",) if step == "posts" else ("followers", "friends")
            yield part, Batch(step=step, parts=parts, done=done, total=self._total, skipped=part.skipped)
        self._done += sum(map(self._entries.size, names))


def _listed_twice(person: Person) -> Skipped:
    return Skipped(f"connection {person.name or person.key}", "it is listed twice")


def _posted_twice(post: Post) -> Skipped:
    return Skipped(f"post of {post.created_at:%Y-%m-%d %H:%M:%S}", "it is there twice")
