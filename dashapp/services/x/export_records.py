"""Single records of an X export. Its numbers are texts, its posts HTML-escaped, its dates English."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import UnusableError
from ..files.values import body, checked, count, english_time, language, usable_key
from ..records import Kind, Post
from .long_texts import LongTexts

EARLIEST = datetime(2006, 3, 21, tzinfo=UTC)  # the first post of all
FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH = 29_700_859_247, 1_288_834_974_657  # from 2010-11 on ids tell the time
HANDLE = re.compile(r"\w{1,30}", re.ASCII)
LARGEST_ID = 1 << 63
NO_POST, NO_ACCOUNT = "it is no post", "it is no account"


@dataclass(frozen=True, slots=True)
class Context:
    """What a post alone does not say."""

    own_id: str | None
    handle: str | None
    latest: datetime
    long_texts: LongTexts


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody's names, as a post has them."""

    post: int
    handle: str | None
    name: Any


def tweet(value: Any) -> dict[str, Any]:
    """The post of an element, with or without its wrapper. Raises `UnusableError`."""
    inner = value.get("tweet", value) if isinstance(value, dict) else None
    if not isinstance(inner, dict):
        raise UnusableError(NO_POST)
    return inner


def post(raw: dict[str, Any], context: Context) -> Post:
    """The record of a post. Raises `UnusableError`."""
    number = id_number(raw.get("id_str") or raw.get("id"), NO_POST)
    text = html.unescape(body(raw.get("full_text") or raw.get("text")))
    kind = _kind(raw, text, context)
    created_at = _created_at(raw.get("created_at"), number, context.latest)
    own = kind != "repost"
    return Post(
        key=str(number),
        created_at=created_at,
        kind=kind,
        text=context.long_texts.whole(created_at, text) if own else text,
        url=f"https://x.com/{context.handle or 'i'}/status/{number}",
        language=language(raw.get("lang")),
        reposts=count(raw.get("retweet_count")) if own else None,
        likes=count(raw.get("favorite_count")) if own else None,
        audience="everybody",
        reply_to=usable_key(raw.get("in_reply_to_status_id_str")),
    )


def mentions(raw: dict[str, Any]) -> Iterator[tuple[int, Mention]]:
    """The numbers and names of those whom a usable post names."""
    post_id = int(raw.get("id_str") or raw["id"])
    entities = raw.get("entities")
    named = entities.get("user_mentions") if isinstance(entities, dict) else None
    for user in named if isinstance(named, list) else ():
        if isinstance(user, dict):
            yield from _mention(post_id, user.get("id_str"), user.get("screen_name"), user.get("name"))
    yield from _mention(post_id, raw.get("in_reply_to_user_id_str"), raw.get("in_reply_to_screen_name"), None)


def listed_id(value: Any, kind: str) -> int:
    """The number in an element of `follower.js` or `following.js`. Raises `UnusableError`."""
    inner = value.get(kind, value) if isinstance(value, dict) else None
    return id_number(inner.get("accountId") if isinstance(inner, dict) else None, NO_ACCOUNT)


def _mention(post_id: int, number: Any, handle: Any, name: Any) -> Iterator[tuple[int, Mention]]:
    usable = isinstance(handle, str) and isinstance(number, str) and HANDLE.fullmatch(handle)
    if usable and number.isascii() and number.isdigit() and len(number) < 19:
        yield int(number), Mention(post_id, handle, name)


def id_number(value: Any, otherwise: str) -> int:
    """An id, which comes as a number or as text. Raises `UnusableError`."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else body(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < LARGEST_ID):
        raise UnusableError(otherwise)
    return int(text)


def snowflake_time(number: int) -> datetime | None:
    """The time that is part of an id; None where it is older than that."""
    if number < FIRST_SNOWFLAKE:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(number >> 22) + SNOWFLAKE_EPOCH)


def _kind(raw: dict[str, Any], text: str, context: Context) -> Kind:
    """Whose post is answered is told by number and by handle; of one that is gone perhaps only its own number."""
    if text.startswith("RT @") or raw.get("retweeted_status"):
        return "repost"
    number = raw.get("in_reply_to_user_id_str")
    if not (number or raw.get("in_reply_to_status_id_str")):
        return "post"
    if number and context.own_id:
        return "post" if number == context.own_id else "reply"
    handle = body(raw.get("in_reply_to_screen_name")).casefold()
    return "post" if handle and handle == (context.handle or "").casefold() else "reply"


def _created_at(text: Any, number: int, latest: datetime) -> datetime:
    """The stated time; where that cannot be, the time that is part of the id."""
    at = english_time(text)
    if at is None or at < EARLIEST:
        at = snowflake_time(number) or at
    return checked(at, earliest=EARLIEST, latest=latest)
