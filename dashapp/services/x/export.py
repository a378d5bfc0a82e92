"""The data export of X: posts, and followers and friends by number.

A reply to oneself goes on with an own post, so it is a post, not a reply. The counts of a repost are the original's,
not the account's, and are left out. Replies, quotes and views are not told.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import numpy as np

from ..files.distinct import Distinct, Keys
from ..files.entries import Entries
from ..files.json_stream import pieces, usable
from ..files.values import label, latest
from ..reading import Export
from ..records import BATCH, Batch, Person, Post, Profile, Skipped
from .edits import Edits, last_version
from .export_files import MISSING_PARTS, XFiles, owner, profile, wanted, x_files
from .export_records import EARLIEST, Context, Mention, listed_id, mentions, post, tweet
from .long_texts import LongTexts

MOST_NAMES = 500_000
STEPS = {"follower": "followers", "following": "friends"}
PARTIAL = "X marked this export as partial: posts, followers or friends may be missing."
NUMBERS_ONLY = "X lists followers and friends by number: names are known only of those whom the posts mention."
ABSENT = {
    "tweet": "There are no posts in this export: it has no file tweets.js.",
    "follower": "There is no list of followers in this export: it has no file follower.js.",
    "following": "There is no list of friends in this export: it has no file following.js.",
}


class XExport(Export):
    """Reads the zip that X gives its users, in all its forms."""

    service: ClassVar[str] = "x"
    absent: ClassVar[Mapping[str, str]] = ABSENT

    def wants(self, name: str) -> bool:
        """Posts, followers, friends and whose it is; never messages, deleted posts or advertising."""
        return wanted(name)

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account. Raises `ExportError`."""
        return profile(entries, options)

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """The lists that are there, unless X calls the export partial or one of their parts is missing."""
        files = x_files(entries)
        archive = owner(entries, files)
        whole = {kind for kind in STEPS if files.lists[kind] and kind not in archive.missing_types}
        return frozenset() if archive.partial else frozenset(STEPS[kind] for kind in whole)

    def posts_from(self, entries: Entries, options: Mapping[str, str]) -> datetime | None:
        """All posts, if the manifest names their files, none is missing and X does not call the export partial."""
        archive = owner(entries, x_files(entries))
        is_whole = archive.counts.get("tweet") is not None and "tweet" not in archive.missing_types
        return EARLIEST if is_whole and not archive.partial else None

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        files = x_files(entries)
        archive = owner(entries, files)
        notes = [PARTIAL] if archive.partial else []
        if archive.missing:
            notes.append(MISSING_PARTS.format(names=", ".join(sorted(archive.missing)[:5])))
        there = {"tweet": files.posts, **files.lists}
        notes += [ABSENT[kind] for kind, names in there.items() if not names and kind not in archive.missing_types]
        return notes + ([NUMBERS_ONLY] if any(files.lists.values()) else [])

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """The lists' numbers first, so that names can be gathered from the posts; then posts; then the people."""
        run = _ExportRun(entries, x_files(entries), options)
        for kind in STEPS:
            yield from run.numbers(kind)
        yield from run.posts()
        yield from run.people()


class _ExportRun:
    """One run through an export: what it remembers from one file to the next."""

    def __init__(self, entries: Entries, files: XFiles, options: Mapping[str, str]) -> None:
        archive = owner(entries, files)
        handle = archive.handle or label(options.get("handle", "").lstrip("@"))
        long_texts = LongTexts(entries, files.long_texts)
        self._entries, self._files = entries, files
        self._context = Context(archive.key, handle, latest(archive.as_of, options), long_texts)
        self._done = 0
        self._total = sum(map(entries.size, [*files.posts, *files.lists["follower"], *files.lists["following"]]))
        self._ids: dict[str, Keys] = {}
        self._names: dict[int, Mention] = {}

    def numbers(self, kind: str) -> Iterator[Batch]:
        """Remembers the list's numbers; the batches tell how far it is and what was skipped."""
        ids, known = array("Q"), Distinct()
        for piece in pieces(self._entries, self._files.lists[kind], done=self._done):
            batch = self._batch(STEPS[kind], piece.done)
            found = list(usable(piece, partial(listed_id, kind=kind), batch.skipped))
            ids.extend(known.once(found, batch.skipped, _listed_twice, np.array(found, np.uint64)))
            yield batch
        self._ids[kind] = np.array(ids, np.uint64)

    def posts(self) -> Iterator[Batch]:
        """All posts; on the way it learns the names of those on the lists."""
        listed, known, edits = np.unique(np.concatenate([*self._ids.values()])), Distinct(), Edits()
        for piece in pieces(self._entries, self._files.posts, done=self._done):
            batch = self._batch("posts", piece.done)
            mentioned: dict[int, Mention] = {}
            versions = usable(piece, partial(self._post, mentioned=mentioned), batch.skipped)
            found = list(edits.last_ones(versions, batch.skipped))
            numbers = np.array([int(record.key) for record in found], np.uint64)
            batch.posts.extend(known.once(found, batch.skipped, _posted_twice, numbers))
            self._learn(mentioned, listed)
            yield batch
        yield edits.left(known, self._batch("posts", self._done))

    def people(self) -> Iterator[Batch]:
        """Followers in the order of their list, then the friends who are none; never the account itself."""
        followers, friends = self._ids["follower"], self._ids["following"]
        rest = friends[~np.isin(friends, followers)]
        ids = np.concatenate([followers, rest])
        is_follower = np.arange(ids.size) < followers.size
        is_friend = np.isin(ids, friends)
        others = np.flatnonzero(ids != np.uint64(self._context.own_id or 0))
        for start in range(0, others.size, BATCH):
            part = others[start : start + BATCH]
            batch = self._batch("people", self._total)
            batch.people.extend(
                map(self._person, ids[part].tolist(), is_follower[part].tolist(), is_friend[part].tolist())
            )
            yield batch

    def _batch(self, step: str, done: int) -> Batch:
        self._done = min(done, self._total)
        return Batch(step=step, done=self._done, total=self._total)

    def _post(self, value: Any, *, mentioned: dict[int, Mention]) -> tuple[Post, int]:
        raw = tweet(value)
        record = post(raw, self._context)
        for number, mention in mentions(raw):
            if number not in mentioned or mentioned[number].post < mention.post:
                mentioned[number] = mention
        return record, last_version(raw)

    def _learn(self, mentioned: Mapping[int, Mention], listed: Keys) -> None:
        """Keeps the newest names of those on the lists."""
        numbers = np.array(list(mentioned), np.uint64)
        for number in numbers[np.isin(numbers, listed)].tolist():
            newest, known = mentioned[number], self._names.get(number)
            newer = known.post < newest.post if known else len(self._names) < MOST_NAMES
            if newer:
                self._names[number] = Mention(newest.post, newest.handle, label(newest.name))

    def _person(self, number: int, is_follower: bool, is_friend: bool) -> Person:
        named = self._names.get(number) or Mention(0, None, None)
        return Person(
            key=str(number),
            handle=named.handle,
            name=named.name,
            url=f"https://x.com/{named.handle or f'intent/user?user_id={number}'}",
            is_follower=is_follower,
            is_friend=is_friend,
        )


def _listed_twice(number: int) -> Skipped:
    return Skipped(f"account {number}", "it is listed twice")


def _posted_twice(record: Post) -> Skipped:
    return Skipped(f"post {record.key}", "its id occurs twice")
