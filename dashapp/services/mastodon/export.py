"""The data export of Mastodon: the archive (actor and outbox), and the CSV lists, which come apart from it.

A reply to oneself goes on with an own post, so it is a post, not a reply. A boost has no counts of its own. Replies
received are not told, likes and boosts only by servers of the end of 2024 and later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from ..errors import ExportError
from ..files.distinct import Distinct, hashed
from ..files.entries import Entries
from ..files.json_stream import LARGEST, document, pieces, usable
from ..files.values import EARLIEST, as_dict, body, count, latest, link, moment, stated_as_of
from ..reading import Export
from ..records import Batch, Post, Profile, Skipped
from .export_lists import COLLECTIONS, Own, delimiter_of_list, is_list, named_lists, no_lists, own, people, tells_kind
from .export_records import answered, own_id, post
from .texts import display_name, written

OUTBOX, ACTOR = "outbox.json", "actor.json"
MOST_OPENED = 5  # CSV files, to see whether they are lists: in a tar each means to pass over what is before it
TOTAL = re.compile(rb'"totalItems"\s*:\s*(\d{1,12})')
WHOSE = "The upload does not say whose it is: add actor.json of the archive, or state the account as user@instance."
NO_POSTS = "There are no posts in this upload: they are in outbox.json of the archive."
UNREAD = "Nothing is read of {name}: a list begins with an account, as user@instance, or with “Account address”."
NO_LIST = {
    "friends": "There is no list of friends in this upload: Mastodon gives it apart, as following_accounts.csv.",
    "followers": "There is no list of followers in this upload: Mastodon's export has none.",
}


class MastodonExport(Export):
    """Reads Mastodon's archive, its CSV lists, or both together."""

    service: ClassVar[str] = "mastodon"
    absent: ClassVar[Mapping[str, str]] = NO_LIST

    def matches(self, entries: Entries) -> bool:
        """Whether the archive is there, or a list of accounts."""
        names = entries.names()
        lists = sorted(filter(is_list, names), key=lambda name: not tells_kind(name))
        return (
            OUTBOX in names or ACTOR in names or any(delimiter_of_list(entries, name) for name in lists[:MOST_OPENED])
        )

    def its_own(self, entries: Entries) -> Collection[str]:
        """All but CSV files that neither are called as lists of followers or friends nor begin as such."""
        unclear = [name for name in entries.names() if is_list(name) and not tells_kind(name)]
        others = {name for name in unclear[:MOST_OPENED] if not delimiter_of_list(entries, name)}
        return set(entries.names()) - others - set(unclear[MOST_OPENED:])

    def wants(self, name: str) -> bool:
        """Posts, whose they are, and lists of followers and friends; no blocked or muted accounts, no bookmarks."""
        return name in (OUTBOX, ACTOR, *COLLECTIONS) or is_list(name)

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account. Raises `ExportError`, also where nothing says what a list lists."""
        actor = _actor(entries)
        account = _own(actor, options)
        named_lists(entries, options)
        return Profile(
            service=self.service,
            key=account.address.lower(),
            handle=account.address,
            name=display_name(actor, actor.get("name")),
            url=link(actor.get("url")) or f"https://{account.domain}/@{account.address.partition('@')[0]}",
            bio=written(actor, actor.get("summary")) or None,
            posts=_stated_posts(entries),
            created_at=moment(actor.get("published")),
            as_of=stated_as_of(options),
            aliases=(account.on_server,),
        )

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """The lists that are there: Mastodon writes them whole."""
        return frozenset(named_lists(entries, options).values())

    def posts_from(self, entries: Entries, options: Mapping[str, str]) -> datetime | None:
        """An outbox holds all posts."""
        return EARLIEST if OUTBOX in entries.names() else None

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        there = self.complete(entries, options)
        notes = [] if OUTBOX in entries.names() else [NO_POSTS]
        notes += [UNREAD.format(name=name) for name in no_lists(entries)]
        return notes + [sentence for name, sentence in NO_LIST.items() if name not in there]

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """The posts, then the people of the lists."""
        actor = _actor(entries)
        account, named = _own(actor, options), named_lists(entries, options)
        outbox = [name for name in entries.names() if name == OUTBOX]
        total = sum(map(entries.size, [*outbox, *named]))
        record = partial(post, followers=body(actor.get("followers")), latest=latest(None, options))
        yield from _posts(entries, outbox, record, total=total)
        yield from people(entries, named, account, done=sum(map(entries.size, outbox)), total=total)


def _actor(entries: Entries) -> Mapping[str, Any]:
    return as_dict(document(entries, ACTOR)) if ACTOR in entries.names() else {}


def _own(actor: Mapping[str, Any], options: Mapping[str, str]) -> Own:
    account = own(actor, options)
    if account is None:
        raise ExportError(WHOSE)
    return account


def _stated_posts(entries: Entries) -> int | None:
    """How many posts the outbox says it has, where it says so first."""
    if OUTBOX not in entries.names():
        return None
    with entries.open(OUTBOX) as stream:
        before, _, _ = stream.read(LARGEST).partition(b'"orderedItems"')
    found = TOTAL.search(before)
    return count(int(found[1])) if found else None


def _posts(entries: Entries, names: list[str], record: Callable[[Any], Post], *, total: int) -> Iterator[Batch]:
    known, own_ids = Distinct(), _own_ids(entries, names)
    for piece in pieces(entries, names, key="orderedItems"):
        batch = Batch(step="posts", done=min(piece.done, total), total=total)
        read = list(usable(piece, lambda value: (record(value), answered(value)), batch.skipped))
        goes_on = own_ids.has(hashed([whom for _, whom in read])).tolist()
        found = [
            replace(each, kind="post") if mine and each.kind == "reply" else each
            for (each, _), mine in zip(read, goes_on, strict=True)
        ]
        batch.posts.extend(known.once(found, batch.skipped, _twice))
        yield batch


def _own_ids(entries: Entries, names: list[str]) -> Distinct:
    """What the account itself wrote, which a post may answer that stands before it."""
    ids = Distinct()
    for piece in pieces(entries, names, key="orderedItems"):
        ids.first(hashed(list(filter(None, usable(piece, own_id, [])))))
    return ids


def _twice(record: Any) -> Skipped:
    return Skipped(f"post {record.key}", "its id occurs twice")
