"""Single activities of a Mastodon outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..errors import UnusableError
from ..files.values import LONGEST_LABEL, as_dict, body, checked, count, language, link, moment
from ..records import Kind, Post
from .texts import post_text, written

PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
DIRECT = "direct messages are not read"
NO_POST = "it is no post"


def post(value: Any, *, latest: datetime) -> Post:
    """The record of an activity. Raises `UnusableError`, also for direct messages."""
    activity = as_dict(value)
    if not _is_shown(activity):
        raise UnusableError(DIRECT)
    if activity.get("type") == "Announce":
        return _boost(activity, latest)
    if activity.get("type") != "Create" or not isinstance(activity.get("object"), dict):
        raise UnusableError(NO_POST)
    return _own(activity["object"], activity, latest)


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
    )


def _kind(note: dict[str, Any], activity: dict[str, Any]) -> Kind:
    answered, own = body(note.get("inReplyTo")), body(activity.get("actor")) or body(note.get("attributedTo"))
    return "reply" if answered and not (own and answered.startswith(f"{own}/")) else "post"


def _key(value: dict[str, Any]) -> str:
    key = body(value.get("id")).strip()
    if not key or len(key) > LONGEST_LABEL:
        raise UnusableError("it has no usable id")
    return key


def _is_shown(activity: dict[str, Any]) -> bool:
    """Whether it went to everybody or to all followers."""
    note = as_dict(activity.get("object"))
    addresses = [each for source in (activity, note) for field in ("to", "cc") for each in _several(source.get(field))]
    return any(body(each) in PUBLIC or body(each).endswith("/followers") for each in addresses)


def _language(note: dict[str, Any]) -> str | None:
    named = as_dict(note.get("contentMap"))
    return language(next(iter(named))) if len(named) == 1 else None


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
