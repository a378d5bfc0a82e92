"""Single records of a Facebook export: friends, followers and posts, none of which has an id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import UnusableError
from ..files.values import LONGEST_LABEL, as_dict, checked, count, label
from ..records import Person, Post
from .encoding import repaired

EARLIEST = datetime(2004, 2, 4, tzinfo=UTC)  # when Facebook began
FAR_AWAY = 32_503_680_000  # the year 3000, in seconds
#: where the account's own words stand in what a post holds
WORDS = (
    ("life_event", "title"), ("note", "title"), ("note", "text"), ("poll", "question"),
    ("for_sale_item", "title"), ("for_sale_item", "description"), ("media", "description"),
)  # fmt: skip
NO_POST, NOBODY = "it is no post", "it names nobody"


def moment_of(value: Any) -> datetime | None:
    """A time in Unix seconds; 0 stands for none."""
    seconds = count(value)
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds) if seconds and seconds < FAR_AWAY else None


def friend(value: Any, *, latest: datetime) -> Person:
    """A friend; friends follow each other. Raises `UnusableError`."""
    name, since = _listed(value, latest)
    key = f"{since.timestamp():.0f}" if since else by_name(name)
    return Person(key=key, name=name, is_follower=True, is_friend=True, follower_since=since, friend_since=since)


def follower(value: Any, *, latest: datetime) -> Person:
    """A follower, known by the name alone. Raises `UnusableError`."""
    name, since = _listed(value, latest)
    return Person(key=by_name(name), name=name, is_follower=True, follower_since=since)


def by_name(name: str) -> str:
    """The key of somebody of whom only the name is told."""
    return name.casefold()[:LONGEST_LABEL]


def post(value: Any, *, latest: datetime) -> Post:
    """A post; its key is its second, which another post may share. Raises `UnusableError`."""
    if not isinstance(value, dict) or not {"timestamp", "data", "attachments", "title"} & value.keys():
        raise UnusableError(NO_POST)
    created_at = checked(moment_of(value.get("timestamp")), earliest=EARLIEST, latest=latest)
    key = f"{created_at.timestamp():.0f}"
    return Post(key=key, created_at=created_at, kind="post", text=_text(value), audience="everybody")


def _listed(value: Any, latest: datetime) -> tuple[str, datetime | None]:
    """Name and time of a list's item, in the forms of all years."""
    item = as_dict(value)
    inner = next(_dicts(item.get("string_list_data")), {}) or next(_dicts(item.get("label_values")), {})
    name = label(repaired(item.get("name") or inner.get("value") or item.get("title")))
    if not name:
        raise UnusableError(NOBODY)
    since = moment_of(item.get("timestamp") or inner.get("timestamp"))
    return name, since if since and EARLIEST <= since <= latest else None


def _text(value: dict[str, Any]) -> str:
    """The words of the post, else those of what it holds; the headline of a shared page is not the account's own."""
    written = [repaired(part.get("post")).strip() for part in _dicts(value.get("data"))]
    if any(written):
        return "\n\n".join(filter(None, written))
    parts = [part for each in _dicts(value.get("attachments")) for part in _dicts(each.get("data"))]
    held = [repaired(as_dict(part.get(kind)).get(name)).strip() for part in parts for kind, name in WORDS]
    return "\n\n".join(dict.fromkeys(filter(None, held)))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict))
