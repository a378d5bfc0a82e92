"""Single activities of an outbox, as Mastodon writes it and those who speak its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..errors import NeverReadError, UnusableError
from ..files.values import as_dict, body, checked, count, language, link, moment, usable_key
from ..records import Audience, Kind, Post
from .texts import post_text, written

PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
POSTS = frozenset({"Note", "Question", "Article", "Page", "Image", "Video", "Audio", "Event"})
LOCAL = "/#Public"  # behind a server's address: everybody there
DIRECT = "direct messages are not read"
FOR_A_LIST = "it is for a list of people only"
UNTOLD = "nothing says whom it is for"
NO_POST = "it is no post"


def post(value: Any, *, followers: str, latest: datetime) -> Post:
    """The record of an activity; `followers` is the address of them all. Raises `UnusableError`, also for messages."""
    activity = as_dict(value)
    audience = _audience(activity, followers)
    if activity.get("type") == "Announce":
        return replace(_boost(activity, latest), audience=audience)
    if activity.get("type") != "Create" or body(as_dict(activity.get("object")).get("type")) not in POSTS:
        raise UnusableError(NO_POST)
    return replace(_own(activity["object"], activity, latest), audience=audience)


def answered(value: Any) -> str:
    """The id of what an activity's post answers; empty if nothing."""
    return body(as_dict(as_dict(value).get("object")).get("inReplyTo")).strip()


def own_id(value: Any) -> str:
    """The id of the post that an activity made; empty for any other activity."""
    activity = as_dict(value)
    return body(as_dict(activity.get("object")).get("id")).strip() if activity.get("type") == "Create" else ""


def _boost(activity: dict[str, Any], latest: datetime) -> Post:
    original = activity.get("object")
    whole = as_dict(original)  # only of an own post that is not public
    return Post(
        key=_key(activity),
        created_at=checked(moment(activity.get("published")), latest=latest),
        kind="repost",
        text=written(whole, whole.get("content")),
        url=link(original) or link(whole.get("url")),
        language=_language(whole),
    )


def _own(note: dict[str, Any], activity: dict[str, Any], latest: datetime) -> Post:
    return Post(
        key=_key(note),
        created_at=checked(moment(note.get("published") or activity.get("published")), latest=latest),
        kind=_kind(note, activity),
        text=post_text(note, note.get("summary")),
        url=link(note.get("url")) or link(note.get("id")),
        language=_language(note),
        reposts=count(as_dict(note.get("shares")).get("totalItems")),
        likes=count(as_dict(note.get("likes")).get("totalItems")),
        reply_to=usable_key(note.get("inReplyTo")),
    )


def _kind(note: dict[str, Any], activity: dict[str, Any]) -> Kind:
    """A reply, unless to an own post, as far as addresses tell: those of Mastodon begin with the author's."""
    answered, own = body(note.get("inReplyTo")), _author(activity)
    return "reply" if answered and not (own and answered.startswith(f"{own}/")) else "post"


def _key(value: dict[str, Any]) -> str:
    key = usable_key(value.get("id"))
    if key is None:
        raise UnusableError("it has no usable id")
    return key


def _audience(activity: dict[str, Any], followers: str) -> Audience:
    """Everybody, or all of the server or all followers. Raises `UnusableError` for what only some may see."""
    addresses = list(_addresses(activity))
    if PUBLIC & {*addresses}:
        return "everybody"
    lists = {followers, f"{_author(activity)}/followers"}  # somebody else may be called followers
    if any(each in lists or each.endswith(LOCAL) for each in addresses):
        return "followers"
    if not addresses:
        raise UnusableError(UNTOLD)
    raise NeverReadError(FOR_A_LIST if any("/lists/" in each for each in addresses) else DIRECT)


def _author(activity: dict[str, Any]) -> str:
    return body(activity.get("actor")) or body(as_dict(activity.get("object")).get("attributedTo"))


def _addresses(activity: dict[str, Any]) -> Iterator[str]:
    for source in (activity, as_dict(activity.get("object"))):
        for field in ("to", "cc"):
            yield from filter(None, map(body, _several(source.get(field))))


def _language(note: dict[str, Any]) -> str | None:
    named = as_dict(note.get("contentMap"))
    return language(next(iter(named))) if len(named) == 1 else None


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
