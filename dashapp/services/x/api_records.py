"""What X's API answers, as records. It renames its posts: fields come in the old spelling or in the new one."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import FORBIDDEN, DeniedError, UnavailableError, UnusableError
from ..files.values import (
    LONGEST_BIO,
    MOST_LINKS,
    as_dict,
    as_list,
    bio,
    body,
    checked,
    count,
    label,
    language,
    latest,
    link,
    links,
    moment,
    usable_key,
)
from ..records import Kind, Person, Post, Profile
from .export_records import EARLIEST, HANDLE, id_number, snowflake_time

USER_FIELDS = "created_at,description,entities,name,public_metrics,url,username"
#: which spelling a server takes is found by asking
SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "tweet": {"tweet.fields": "created_at,lang,public_metrics,referenced_tweets,in_reply_to_user_id,note_tweet"},
    "post": {"post.fields": "created_at,lang,public_metrics,referenced_posts,in_reply_to_user_id,note_post"},
}
#: last part of a problem's type: somebody on the list is gone or hidden, and the list is whole all the same
VANISHED = ("resource-not-found", "resource-unavailable", "not-authorized-for-resource", "forbidden")
GONE = VANISHED[0]
ANSWERED = "replied_to"
PRIVATE = "X does not show this: it is private, or a permission is missing."
NO_ID = "it has no usable id"
NO_LIST = "X sends something that is no list. Try again later."
NO_ACCOUNT = "X sends something that is no account. Try again later."


@dataclass(frozen=True, slots=True)
class Page:
    """A page of posts or people."""

    records: list[dict[str, Any]]
    sold: int  # how many X says it sent
    vanished: list[str]  # whom it could not send, in words
    gone: list[str]  # the ids of those of them who were deleted or suspended
    is_whole: bool  # nobody but those is missing in it
    following: str  # the token of the next page; empty: there is none


def page(value: Any) -> Page:
    """What an answer holds. Raises `DeniedError` where X names only reasons, `UnavailableError`."""
    response = as_dict(value)
    data, meta = response.get("data"), response.get("meta")
    problems = [as_dict(each) for each in as_list(response.get("errors"))]
    result_count = count(as_dict(meta).get("result_count"))
    if not isinstance(data, list):
        if problems:
            raise DeniedError(PRIVATE, FORBIDDEN)
        if result_count != 0:
            raise UnavailableError(NO_LIST)
        data = []
    kinds = [body(problem.get("type")).rstrip("/").rpartition("/")[2].lower() for problem in problems]
    return Page(
        records=[as_dict(each) for each in data],
        sold=max(len(data), result_count or 0),
        vanished=[_problem(problem) for problem in problems],
        gone=[body(problem.get("resource_id")) for kind, problem in zip(kinds, problems, strict=True) if kind == GONE],
        is_whole=isinstance(meta, dict)
        and all(kind in VANISHED for kind in kinds)
        and len(data) + len(problems) >= (result_count or 0),
        following=body(as_dict(meta).get("next_token")),
    )


def _problem(problem: Mapping[str, Any]) -> str:
    number = body(problem.get("resource_id"))
    return f"account {number}" if re.fullmatch("[0-9]{1,20}", number) else "an account"


def profile(value: Any) -> Profile:
    """The account. Raises `UnavailableError`."""
    user = as_dict(as_dict(value).get("data"))
    metrics, handle = as_dict(user.get("public_metrics")), body(user.get("username"))
    try:
        key = str(id_number(user.get("id"), NO_ID))
    except UnusableError:
        raise UnavailableError(NO_ACCOUNT) from None
    if not HANDLE.fullmatch(handle):
        raise UnavailableError(NO_ACCOUNT)
    return Profile(
        service="x",
        key=key,
        handle=handle,
        name=label(user.get("name")),
        url=f"https://x.com/{handle}",
        bio=html.unescape(body(user.get("description"))).strip() or None,
        followers=count(metrics.get("followers_count")),
        friends=count(metrics.get("following_count")),
        posts=_first(metrics, "tweet_count", "post_count"),
        created_at=moment(user.get("created_at")),
        aliases=(handle.casefold(),),
    )


def person(raw: Mapping[str, Any], *, is_follower: bool, is_friend: bool) -> Person:
    """Somebody of a list. Raises `UnusableError`."""
    key = str(id_number(raw.get("id"), NO_ID))
    handle, metrics = label(raw.get("username")), as_dict(raw.get("public_metrics"))
    description, url = (_expanded(raw, name) for name in ("description", "url"))
    return Person(
        key=key,
        handle=handle,
        name=label(raw.get("name")),
        url=link(f"https://x.com/{handle or f'intent/user?user_id={key}'}"),
        bio=bio(description and html.unescape(description)),
        links=None if url is None else links([url]),
        followers=count(metrics.get("followers_count")),
        friends=count(metrics.get("following_count")),
        posts=_first(metrics, "tweet_count", "post_count"),
        created_at=moment(raw.get("created_at")),
        is_follower=is_follower,
        is_friend=is_friend,
    )


def _expanded(raw: Mapping[str, Any], name: str) -> str | None:
    """A field of a person, with the addresses that X shortened as they were written."""
    text = raw.get(name)
    if not isinstance(text, str):
        return None
    urls = as_list(as_dict(as_dict(raw.get("entities")).get(name)).get("urls"))[:MOST_LINKS]
    for each in map(as_dict, urls):
        short, whole = body(each.get("url")), link(each.get("expanded_url"))
        text = text[:LONGEST_BIO].replace(short, whole) if short and whole else text
    return text


def post(raw: Mapping[str, Any], *, own: str, handle: str) -> Post:
    """The record of a post. Raises `UnusableError`."""
    number = id_number(raw.get("id"), NO_ID)
    long = as_dict(raw.get("note_tweet")) or as_dict(raw.get("note_post"))
    text = html.unescape(body(long.get("text")) or body(raw.get("text")))
    kind, metrics = _kind(raw, text, own), as_dict(raw.get("public_metrics"))
    created_at = moment(raw.get("created_at")) or snowflake_time(number)
    counts: dict[str, Any] = {
        "replies": _first(metrics, "reply_count"),
        "reposts": _first(metrics, "retweet_count", "repost_count"),
        "likes": _first(metrics, "like_count"),
        "quotes": _first(metrics, "quote_count"),
        "views": _first(metrics, "impression_count"),
    }
    return Post(
        key=str(number),
        created_at=checked(created_at, earliest=EARLIEST, latest=latest(None, {})),
        kind=kind,
        text=text,
        url=f"https://x.com/{handle or 'i'}/status/{number}",
        language=language(raw.get("lang")),
        audience="everybody",
        reply_to=next((usable_key(each.get("id")) for each in _references(raw) if each.get("type") == ANSWERED), None),
        **({} if kind == "repost" else counts),  # those of the original
    )


def tells_counts(records: list[dict[str, Any]]) -> bool:
    """Whether the server took the spelling in which it was asked."""
    return not records or any("public_metrics" in record or "created_at" in record for record in records)


def _kind(raw: Mapping[str, Any], text: str, own: str) -> Kind:
    """A repost has the counts of the original; a reply to oneself goes on with an own post."""
    types = {body(each.get("type")) for each in _references(raw)}
    if types & {"retweeted", "reposted"} or (not types and text.startswith("RT @")):
        return "repost"
    return "reply" if ANSWERED in types and str(raw.get("in_reply_to_user_id")) != own else "post"


def _references(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What it answers, quotes or reposts."""
    return list(map(as_dict, as_list(raw.get("referenced_tweets")) or as_list(raw.get("referenced_posts"))))


def _first(metrics: Mapping[str, Any], *names: str) -> int | None:
    return next((count(metrics[name]) for name in names if name in metrics), None)
