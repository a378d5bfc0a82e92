"""Single records of what GitHub answers, by GraphQL and by REST. A count that is not told is None."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..errors import NotFoundError, UnavailableError, UnusableError
from ..files.values import as_dict, as_list, bio, body, checked, count, label, latest, link, links, moment
from ..records import Person, Post, Profile
from .export_records import answered, usable_url
from .queries import KINDS, LISTS

COMMENTS = "issueComments"  # the other kinds are posts
LONGEST_CURSOR = 500
NO_RECORD = "it is not as GitHub's records are"
NO_ACCOUNT = "GitHub sends something that is no account. Try again later."
ORGANIZATION = (
    "{handle} is an organization at GitHub. Only accounts of persons are read: write the handle of one of its members."
)
NO_LIST = "GitHub sends something that is no list. Try again later."


# ---- GraphQL


def profile(value: Any) -> Profile:
    """The account. Raises `UnavailableError`."""
    value = as_dict(value)
    handle, key = label(value.get("login")), count(value.get("databaseId"))
    if handle is None or key is None:
        raise UnavailableError(NO_ACCOUNT)
    written = [total(value, kind) for kind in KINDS]
    return Profile(
        service="github",
        key=str(key),
        handle=handle,
        name=label(value.get("name")),
        url=link(value.get("url")),
        bio=body(value.get("bio")).strip() or None,
        followers=total(value, LISTS["followers"]),
        friends=total(value, LISTS["friends"]),
        posts=None if None in written else sum(filter(None, written)),
        created_at=moment(value.get("createdAt")),
        aliases=(handle.casefold(),),
    )


def post(kind: str, node: Any) -> Post:
    """Something that the account wrote. Raises `UnusableError`."""
    node = as_dict(node)
    url = usable_url(node.get("url"))
    return Post(
        key=url,
        url=url,
        created_at=_time(node.get("createdAt")),
        text=_text(node.get("title"), node.get("bodyText")),
        kind="reply" if kind == COMMENTS else "post",
        reply_to=answered(url),
        audience="everybody",
        replies=total(node, "comments"),
        likes=total(node, "reactions"),
    )


def person(relation: str, node: Any) -> Person:
    """A follower or a friend. Raises `UnusableError`."""
    node = as_dict(node)
    key, handle = _named(node, "databaseId")
    return Person(
        key=key,
        handle=handle,
        name=label(node.get("name")),
        url=link(node.get("url")),
        bio=bio(node.get("bio") or ""),
        links=_links(node),
        followers=total(node, "followers"),
        friends=total(node, "following"),
        created_at=moment(node.get("createdAt")),
        is_follower=relation == "followers",
        is_friend=relation == "friends",
    )


def _links(node: Mapping[str, Any]) -> tuple[str, ...]:
    at_x = label(node.get("twitterUsername"))
    others = map(as_dict, as_list(as_dict(node.get("socialAccounts")).get("nodes")))
    return links([node.get("websiteUrl"), at_x and f"https://x.com/{at_x}", *(each.get("url") for each in others)])


def page(value: Any, *, bare: bool = False) -> dict[str, Any]:
    """A page of a list: its `nodes` and `pageInfo`. Raises `UnavailableError`: an empty list would say too much.

    A `bare` one stands for a record that GitHub could not tell.
    """
    if bare:
        value = {**as_dict(value), "nodes": [None]}
    if not is_page(value):
        raise UnavailableError(NO_LIST)
    return as_dict(value)


def is_page(value: Any) -> bool:
    """Whether it is a page of a list."""
    value = as_dict(value)
    goes_on = as_dict(value.get("pageInfo")).get("hasNextPage")
    return isinstance(value.get("nodes"), list) and isinstance(goes_on, bool)


def follows_of(node: Any) -> dict[str, Any]:
    """The page of whom a person follows; empty where it is not told."""
    follows = as_dict(as_dict(node).get("following"))
    return follows if is_page(follows) else {}


def behind(page: Mapping[str, Any]) -> str | None:
    """Where the next page begins; None: nowhere that could be kept."""
    end = body(as_dict(page.get("pageInfo")).get("endCursor"))
    return end if 0 < len(end) <= LONGEST_CURSOR else None


def goes_on(page: Mapping[str, Any]) -> bool:
    """Whether there is a next page."""
    return as_dict(page.get("pageInfo")).get("hasNextPage") is not False


def total(value: Mapping[str, Any], name: str) -> int | None:
    """How many there are in a list."""
    return count(as_dict(value.get(name)).get("totalCount"))


# ---- REST


def public_profile(value: Any) -> Profile:
    """The account. Raises `UnavailableError`, and `NotFoundError` for an organization."""
    value = as_dict(value)
    handle, key = label(value.get("login")), count(value.get("id"))
    if handle is None or key is None:
        raise UnavailableError(NO_ACCOUNT)
    if value.get("type") == "Organization":
        raise NotFoundError(ORGANIZATION.format(handle=handle))
    return Profile(
        service="github",
        key=str(key),
        handle=handle,
        name=label(value.get("name")),
        url=link(value.get("html_url")),
        bio=body(value.get("bio")).strip() or None,
        followers=count(value.get("followers")),
        friends=count(value.get("following")),
        created_at=moment(value.get("created_at")),
        aliases=(handle.casefold(),),
    )


def public_post(item: Any) -> Post:
    """An issue or a pull request. Raises `UnusableError`."""
    item = as_dict(item)
    url = usable_url(item.get("html_url"))
    return Post(
        key=url,
        url=url,
        created_at=_time(item.get("created_at")),
        text=_text(item.get("title"), item.get("body")),
        kind="post",
        replies=count(item.get("comments")),
        likes=count(as_dict(item.get("reactions")).get("total_count")),
    )


def public_person(relation: str, item: Any) -> Person:
    """A follower or a friend. Raises `UnusableError`."""
    item = as_dict(item)
    key, handle = _named(item, "id")
    return Person(
        key=key,
        handle=handle,
        url=link(item.get("html_url")),
        is_follower=relation == "followers",
        is_friend=relation == "friends",
    )


# ---- both


def _named(item: Mapping[str, Any], number: str) -> tuple[str, str]:
    """A person's key and handle. Raises `UnusableError` where one of them is not told, or is none."""
    key, handle = count(item.get(number)), label(item.get("login"))
    if key is None or handle is None:
        raise UnusableError(NO_RECORD)
    return str(key), handle


def _text(*parts: Any) -> str:
    return "\n\n".join(filter(None, (body(part).strip() for part in parts)))


def _time(value: Any) -> datetime:
    return checked(moment(value), latest=latest(None, {}))


def listed(value: Any) -> list[Any]:
    """The list. Raises `UnavailableError`: an empty list would say too much."""
    if not isinstance(value, list):
        raise UnavailableError(NO_LIST)
    return value
