"""What Bluesky's AppView tells, as records: accounts, lists, posts with what they received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..errors import UnusableError
from ..files.values import EARLIEST, LONGEST_LABEL, as_dict, as_list, bio, body, checked, count, label, links, moment
from ..records import Person, Post, Profile
from . import export_records
from .export_records import EVERYBODY, POST_ADDRESS, WEB, Context
from .mst import POST, REPOST

SIGNED_IN_ONLY = "!no-unauthenticated"  # a label that people give themselves
NO_HANDLE = "handle.invalid"  # stands where a handle does not lead back to its account
NO_PERSON = "it is not as Bluesky's accounts are"


def profile(view: Mapping[str, Any], service: str) -> Profile | None:
    """The account; None for what is none."""
    key = export_records.did(view.get("did"))
    if key is None:
        return None
    return Profile(
        service=service,
        key=key,
        handle=_handle(view) or key,
        name=label(view.get("displayName")),
        url=f"{WEB}{key}",
        bio=body(view.get("description")).strip() or None,
        followers=count(view.get("followersCount")),
        friends=count(view.get("followsCount")),
        posts=count(view.get("postsCount")),
        created_at=_since(view),
    )


def wants_signed_in(view: Mapping[str, Any]) -> bool:
    """Whether the account asks not to be shown to people who are not signed in."""
    labels = map(as_dict, as_list(view.get("labels")))
    return any(each.get("val") == SIGNED_IN_ONLY and not each.get("neg") for each in labels)


def person(value: Any, *, is_follower: bool, is_friend: bool) -> Person:
    """Somebody of a list, which tells no counts. Raises `UnusableError`."""
    view = as_dict(value)
    key = export_records.did(view.get("did"))
    if key is None:
        raise UnusableError(NO_PERSON)
    return Person(
        key=key,
        handle=_handle(view),
        name=label(view.get("displayName")),
        url=f"{WEB}{key}",
        bio=bio(view.get("description", "")),  # left out where there is none
        created_at=_since(view),
        is_follower=is_follower,
        is_friend=is_friend,
    )


def counted(person: Person, view: Mapping[str, Any]) -> Person:
    """The person with what only a whole profile tells: counts, and the website."""
    return replace(
        person,
        links=links([view.get("website")]) if view else None,
        followers=count(view.get("followersCount")),
        friends=count(view.get("followsCount")),
        posts=count(view.get("postsCount")),
    )


def post(value: Any, context: Context) -> Post | None:
    """The record of an item of the account's feed; None for what is not its own. Raises `UnusableError`."""
    item = as_dict(value)
    view, reason = as_dict(item.get("post")), as_dict(item.get("reason"))
    if body(reason.get("$type")).endswith("#reasonRepost"):
        return _repost(view, reason, context)
    address = POST_ADDRESS.fullmatch(body(view.get("uri")))
    if address is None:
        raise UnusableError("it has no usable id")
    if address["did"] != context.did:
        return None
    indexed = _usable(moment(view.get("indexedAt")), context)
    found = export_records.post(_dated(view, indexed, context), f"{POST}/{address['key']}", context)
    return replace(
        found,
        created_at=min(found.created_at, indexed or found.created_at),
        replies=_received(view, "replyCount"),
        reposts=_received(view, "repostCount"),
        likes=_received(view, "likeCount"),
        quotes=_received(view, "quoteCount"),
    )


def address_of(value: Any) -> str:
    """What names an item of a feed in a report, if anything does."""
    return body(as_dict(as_dict(value).get("post")).get("uri"))[:LONGEST_LABEL]


def _repost(view: Mapping[str, Any], reason: Mapping[str, Any], context: Context) -> Post | None:
    """A repost has neither text nor counts of its own. Older servers do not tell its address."""
    by = export_records.did(as_dict(reason.get("by")).get("did"))
    of = POST_ADDRESS.fullmatch(body(view.get("uri")))
    if of is None:
        raise UnusableError(export_records.NO_REPOST)
    if by != context.did:
        return None
    address = body(reason.get("uri"))
    key = address if address.startswith(f"at://{context.did}/{REPOST}/") else f"repost of {of[0]}"
    if len(key) > LONGEST_LABEL:
        raise UnusableError("it has no usable id")
    at = checked(moment(reason.get("indexedAt")), latest=context.latest)
    return Post(key=key, created_at=at, kind="repost", url=f"{WEB}{of['did']}/post/{of['key']}", audience=EVERYBODY)


def _dated(view: Mapping[str, Any], indexed: datetime | None, context: Context) -> Any:
    """The record in a view; where its own time cannot be, with the one at which Bluesky first saw it."""
    record = view.get("record")
    if not isinstance(record, dict) or indexed is None or _usable(moment(record.get("createdAt")), context):
        return record
    return {**record, "createdAt": view["indexedAt"]}


def _usable(at: datetime | None, context: Context) -> datetime | None:
    return at if at is not None and EARLIEST <= at <= context.latest else None


def _received(view: Mapping[str, Any], name: str) -> int | None:
    """Bluesky leaves a count out where there is nothing to count."""
    value = view.get(name)
    return 0 if value is None else count(value)


def _handle(view: Mapping[str, Any]) -> str | None:
    found = export_records.handle(view.get("handle"))
    return None if found == NO_HANDLE else found


def _since(view: Mapping[str, Any]) -> datetime | None:
    at = moment(view.get("createdAt"))
    return at if at is not None and at >= EARLIEST else None
