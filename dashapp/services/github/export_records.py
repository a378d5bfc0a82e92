"""Single records of a GitHub export. Its texts are Markdown, and stay so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..errors import UnusableError
from ..files.values import EARLIEST, LONGEST_LABEL, body, checked, link, moment
from ..records import Post

NO_POST = "it is no issue, pull request or comment"


def post(value: dict[str, Any], *, replies: int | None, latest: datetime) -> Post:
    """The record of an issue or a pull request; its title begins its text. Raises `UnusableError`."""
    title, text = body(value.get("title")).strip(), body(value.get("body")).strip()
    return Post(
        key=usable_url(value.get("url")),
        created_at=_created_at(value, latest),
        kind="post",
        text="\n\n".join(filter(None, (title, text))),
        url=link(value.get("url")),
        replies=replies,
        likes=_reactions(value),
    )


def comment(value: dict[str, Any], *, latest: datetime) -> Post:
    """The record of a comment, or of a review's text. Raises `UnusableError`."""
    url = usable_url(value.get("url"))
    return Post(
        key=url,
        created_at=_created_at(value, latest),
        kind="reply",
        text=body(value.get("body")).strip(),
        url=url,
        likes=_reactions(value),
        reply_to=answered(url),
    )


def answered(url: str) -> str | None:
    """The issue or pull request among whose comments GitHub counts the one of that address."""
    on, is_comment, _ = url.partition("#issuecomment-")
    return on if is_comment else None


def usable_url(value: Any) -> str:
    """The address of a record, by which it is known. Raises `UnusableError`."""
    url = link(value)
    if url is None or len(url) > LONGEST_LABEL:
        raise UnusableError("it has no usable address")
    return url


def _created_at(value: dict[str, Any], latest: datetime) -> datetime:
    at = moment(value.get("submitted_at")) or moment(value.get("created_at"))
    return checked(at, earliest=EARLIEST, latest=latest)


def _reactions(value: dict[str, Any]) -> int | None:
    """How many reacted, with whatever sign; older exports do not tell."""
    reactions = value.get("reactions")
    return len(reactions) if isinstance(reactions, list) else None
