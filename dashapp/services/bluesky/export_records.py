"""Single records of a Bluesky repository. Its texts are plain, its dates those that the author's program stated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import UnusableError
from ..files.values import EARLIEST, LONGEST_LABEL, as_dict, body, checked, language, moment, usable_key
from ..records import Audience, Kind, Person, Post

DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
POST_ADDRESS = re.compile(rf"at://(?P<did>{DID.pattern})/app\.bsky\.feed\.post/(?P<key>[A-Za-z0-9._:~-]{{1,512}})")
WEB = "https://bsky.app/profile/"
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
TIME_KEY = re.compile(f"[234567a-j][{DIGITS}]{{12}}")  # a TID: microseconds, then ten bits of chance
EVERYBODY: Audience = "everybody"  # nothing is private at Bluesky
NO_POST, NO_REPOST, NO_FOLLOW = "it is no post", "it is no repost", "it follows nobody"


@dataclass(frozen=True, slots=True)
class Context:
    """What a record alone does not say."""

    did: str
    latest: datetime


def did(value: Any) -> str | None:
    """An account's id that never changes."""
    text = body(value)
    return text if len(text) <= LONGEST_LABEL and DID.fullmatch(text) else None


def handle(value: Any) -> str | None:
    """A handle, which is a domain."""
    text = body(value).strip().lstrip("@").lower()
    return text if len(text) <= LONGEST_LABEL and HANDLE.fullmatch(text) else None


def key_time(key: str) -> datetime | None:
    """When a record was written, as its key tells, if it is one of those that do."""
    if not TIME_KEY.fullmatch(key):
        return None
    number = 0
    for digit in key:
        number = number << 5 | DIGITS.index(digit)
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=number >> 10)


def post(value: Any, path: str, context: Context) -> Post:
    """The record of a post. Raises `UnusableError`."""
    record = _of_type(value, path, NO_POST)
    key = path.rpartition("/")[2]
    languages = record.get("langs")
    return Post(
        key=_address(path, context),
        created_at=_created_at(record, key, context),
        kind=_kind(record, context),
        reply_to=usable_key(_answered(record)),
        audience=EVERYBODY,
        text=body(record.get("text")),
        url=f"{WEB}{context.did}/post/{key}",
        language=language(languages[0]) if isinstance(languages, list) and languages else None,
    )


def repost(value: Any, path: str, context: Context) -> Post:
    """The record of a repost: it has no text of its own. Raises `UnusableError`."""
    record = _of_type(value, path, NO_REPOST)
    of = POST_ADDRESS.fullmatch(body(as_dict(record.get("subject")).get("uri")))
    url = f"{WEB}{of['did']}/post/{of['key']}" if of else None
    return Post(
        key=_address(path, context),
        created_at=_created_at(record, path.rpartition("/")[2], context),
        kind="repost",
        url=url if url and len(url) <= 600 else None,
        audience=EVERYBODY,
    )


def friend(value: Any, path: str, context: Context) -> Person:
    """Whom the account follows, and since when. Raises `UnusableError`."""
    record = _of_type(value, path, NO_FOLLOW)
    whom = did(record.get("subject"))
    if whom is None or whom == context.did:
        raise UnusableError(NO_FOLLOW if whom is None else "it is the account itself")
    try:
        since = _created_at(record, path.rpartition("/")[2], context)
    except UnusableError:
        since = None
    return Person(key=whom, url=f"{WEB}{whom}", is_friend=True, friend_since=since)


def _of_type(value: Any, path: str, otherwise: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.get("$type") != path.partition("/")[0]:
        raise UnusableError(otherwise)
    return value


def _address(path: str, context: Context) -> str:
    address = f"at://{context.did}/{path}"
    if len(address) > LONGEST_LABEL:
        raise UnusableError("it has no usable id")
    return address


def _kind(record: Mapping[str, Any], context: Context) -> Kind:
    answered = _answered(record)
    return "reply" if answered and not answered.startswith(f"at://{context.did}/") else "post"


def _answered(record: Mapping[str, Any]) -> str:
    """The address of the post that it answers; empty if none."""
    return body(as_dict(as_dict(record.get("reply")).get("parent")).get("uri"))


def _created_at(record: Mapping[str, Any], key: str, context: Context) -> datetime:
    """The stated time; where that cannot be, the time that is part of the key."""
    at = moment(record.get("createdAt"))
    if at is None or not EARLIEST <= at <= context.latest:
        at = key_time(key) or at
    return checked(at, latest=context.latest)
