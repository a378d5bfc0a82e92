"""What Mastodon's interface tells: accounts, posts, pages, limits. Other servers speak it less exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from requests.utils import parse_header_links

from ..errors import ServiceError, UnavailableError, UnusableError
from ..files.html_text import links_of
from ..files.values import LONGEST_LABEL, as_dict, bio, body, checked, count, label, language, link, links, moment
from ..net.response import Response, reset_at, whole_number
from ..net.ssrf import host_name
from ..records import Audience, Kind, Person, Post
from .texts import display_name, post_text, written

#: whom a post may be meant for: everybody, everybody of the server, all followers
SHOWN: Mapping[str, Audience] = {
    **dict.fromkeys(("public", "unlisted"), "everybody"), **dict.fromkeys(("private", "local"), "followers"),
}  # fmt: skip
DIRECT = "direct"  # never read
ACCT = re.compile(r"([^\s@/]+)(?:@([^\s@/]+))?")
ID = re.compile(r"[\w-]{1,100}")  # it becomes a part of addresses
MOST_ENTRIES = 2_000  # of one answer: a server may pass over how many were asked for
TOO_MANY = 429


def limit(response: Response) -> datetime | None:
    """By the headers of Mastodon, whose reset is a date."""
    over = response.status == TOO_MANY or whole_number(response, "X-RateLimit-Remaining") == 0
    return reset_at(response, "X-RateLimit-Reset") if over else None


def entries(response: Response) -> list[Any]:
    """The list that a page is. Raises `UnavailableError` for anything else: it would look like the end of the list."""
    page = response.json()
    if not isinstance(page, list):
        raise UnavailableError("The server sends something else than the list that it was asked for. Try again later.")
    return page[:MOST_ENTRIES]


def following(response: Response, page: list[Any], size: int, *, is_all: bool = False) -> str | None:
    """The query of the next page; None behind the last one, empty where the next one cannot be called.

    Not its address: behind a proxy, or called by another name, servers write addresses that cannot be called. Servers
    that send no header may go on behind the last record; others send the page again, which is the end if it `is_all`.
    """
    header = response.headers.get("Link", "")
    if not header and page and not is_all:
        last = ident(as_dict(page[-1]).get("id"))
        return f"limit={size}&max_id={last}" if last else ""
    links = parse_header_links(header)
    url = next((link["url"] for link in links if "next" in link.get("rel", "").split()), None)
    try:
        return None if url is None else urlsplit(url).query
    except ValueError:
        return ""


# ---- accounts


def address(account: dict[str, Any], domain: str) -> str | None:
    """`user@domain`, where `domain` is that of the server that tells: local accounts have none in their `acct`."""
    match = ACCT.fullmatch(label(account.get("acct")) or "")
    full = f"{match[1]}@{match[2] or domain}" if match else ""
    return full if 0 < len(full) <= LONGEST_LABEL else None


def key_of(handle: str) -> str | None:
    """What stays the same however a handle is written: servers tell `bücher.example`, exports its ASCII form."""
    user, _, domain = handle.lower().partition("@")
    if domain.isascii():
        return f"{user}@{domain}"
    try:
        return f"{user}@{host_name(domain)}"
    except ServiceError:
        return None


def key_in(account: Any, domain: str) -> str | None:
    """The key of an account that `domain` tells of; None for what is no account."""
    handle = address(as_dict(account), domain)
    return key_of(handle) if handle else None


def ident(value: Any) -> str:
    """An id of an account: digits, or a word at servers of other makers; empty if it cannot be one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else body(value)
    return text if ID.fullmatch(text) else ""


def person(account: Any, domain: str, *, is_follower: bool = False, is_friend: bool = False) -> Person | None:
    """Somebody of a list; None for what is no account. The zeros of a suspended account are not its counts."""
    account = as_dict(account)
    handle, key = address(account, domain), key_in(account, domain)
    if handle is None or key is None:
        return None
    known = {} if account.get("suspended") is True else account
    return Person(
        key=key,
        handle=handle,
        name=display_name(known, known.get("display_name")),
        url=link(account.get("url")),
        bio=bio(written(known, known["note"])) if isinstance(known.get("note"), str) else None,
        links=_links(known.get("fields")),
        verified_links=_links(known.get("fields"), verified=True),
        followers=count(known.get("followers_count")),
        friends=count(known.get("following_count")),
        posts=count(known.get("statuses_count")),
        created_at=moment(known.get("created_at")),
        active_at=moment(known.get("last_status_at")),  # a day, which is its midnight in UTC
        is_follower=is_follower,
        is_friend=is_friend,
        moved_to=key_in(account.get("moved"), domain),
    )


def _links(fields: Any, *, verified: bool = False) -> tuple[str, ...] | None:
    """The links of a profile's fields, or those that the server verified; some servers tell them as plain text."""
    if not isinstance(fields, list):
        return None
    told = (field for field in map(as_dict, fields) if field.get("verified_at") or not verified)
    values = (body(field.get("value")) for field in told)
    return links(found for value in values for found in (links_of(value) if "<" in value else [value]))


# ---- posts


def post(status: Any, own: str, *, latest: datetime) -> Post | None:
    """The record of a status of the account with the id `own`; None for direct messages. Raises `UnusableError`."""
    status = as_dict(status)
    visibility = status.get("visibility", "public")
    if visibility == DIRECT:
        return None
    audience = SHOWN.get(visibility) if isinstance(visibility, str) else None
    if audience is None:
        raise UnusableError(f"it is for others than everybody or all followers: {label(visibility)!s:.40}")
    key = body(status.get("uri")).strip()
    if not key or len(key) > LONGEST_LABEL:
        raise UnusableError("it has no usable id")
    created_at = checked(moment(status.get("created_at")), latest=latest)
    original = as_dict(status.get("reblog"))
    if original:
        url = link(original.get("url")) or link(original.get("uri"))
        return Post(key=key, created_at=created_at, kind="repost", url=url, audience=audience)
    return Post(
        key=key,
        created_at=created_at,
        kind=_kind(status, own),
        text=post_text(status, status.get("spoiler_text")),
        url=link(status.get("url")) or link(key),
        language=language(status.get("language")),
        replies=count(status.get("replies_count")),
        reposts=count(status.get("reblogs_count")),
        likes=count(status.get("favourites_count")),
        quotes=count(status.get("quotes_count")),
        reply_to=ident(status.get("in_reply_to_id")) or None,
        audience=audience,
        alias=ident(status.get("id")) or None,
    )


def _kind(status: dict[str, Any], own: str) -> Kind:
    """A reply to oneself goes on with an own post. Of a post that is gone, servers tell only whose it was."""
    answered = status.get("in_reply_to_account_id")
    return "reply" if (answered or status.get("in_reply_to_id")) and ident(answered) != own else "post"
