"""What a GitHub export holds: its numbered files, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import ExportError
from ..files.entries import Entries
from ..files.json_stream import Piece, parsed, pieces
from ..files.values import body, label, link, moment

POSTS, COMMENTS = ("issues", "pull_requests"), ("issue_comments", "commit_comments", "pull_request_review_comments")
REVIEWS = "pull_request_reviews"
ABOUT = ("users", "repositories")
#: A record's type, as its file has it. `issue_events` and the like begin the same, so names are matched whole.
FILE = re.compile(rf"(?P<type>{'|'.join((*ABOUT, *POSTS, *COMMENTS, REVIEWS))})_(?P<part>\d{{6}})\.json")
NUMBER = re.compile(r"https://[^/?#]+/u/(?P<number>\d{1,20})(?:[?#].*)?")  # of a picture, which tells the account's
MOST_OWNERS = 1_000
NO_USERS = "The upload does not say whose it is: it lacks users_000001.json, so upload the export as it was downloaded."
WHOSE = "The upload does not say clearly whose it is: state your handle on GitHub."
NOBODY = "There is no account {handle!r} in this export: state your handle as it was when the export was made."


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose export it is."""

    key: str
    login: str
    url: str
    name: str | None
    bio: str | None
    created_at: datetime | None


def files(entries: Entries, *kinds: str) -> list[str]:
    """The files of these kinds that are there, parts in their order."""
    found = [match for name in entries.names() if (match := FILE.fullmatch(name)) and match["type"] in kinds]
    return [match.string for match in sorted(found, key=lambda match: (kinds.index(match["type"]), match["part"]))]


def owner(entries: Entries, options: Mapping[str, str]) -> Owner:
    """Whose export it is: the stated account, else the one that owns its repositories. Raises `ExportError`."""
    if not files(entries, "users"):
        raise ExportError(NO_USERS)
    stated = (label(options.get("handle", "").lstrip("@")) or "").casefold()
    owning = set() if stated else _owning(entries)
    found: dict[str, Owner] = {}
    for user in _users(entries):
        if user.login.casefold() == stated or same(user.url) in owning or not (stated or owning):
            found.setdefault(user.key, user)
        if len(found) > 1:
            break
    if len(found) != 1:
        raise ExportError(NOBODY.format(handle=stated[:40]) if stated and not found else WHOSE)
    return found.popitem()[1]


def same(url: Any) -> str:
    """An address of an account as it is compared."""
    return body(url).strip().rstrip("/").casefold()


def values(piece: Piece) -> Iterator[dict[str, Any]]:
    """The readable records of a piece."""
    for element in piece.elements:
        with suppress(ValueError):
            value = parsed(element)
            if isinstance(value, dict):
                yield value


def _records(entries: Entries, kind: str) -> Iterator[dict[str, Any]]:
    return (value for piece in pieces(entries, files(entries, kind)) for value in values(piece))


def _owning(entries: Entries) -> set[str]:
    """The accounts that own repositories; a few thousand of them say as little as all."""
    owners = (same(repository.get("owner")) for repository in _records(entries, "repositories"))
    owning: set[str] = set()
    for url in owners:
        owning.add(url)
        if len(owning) > MOST_OWNERS:
            break
    return owning - {""}


def _users(entries: Entries) -> Iterator[Owner]:
    """The persons of the export; their e-mail addresses, which stand beside, are not looked at."""
    for user in _records(entries, "users"):
        login, url = label(user.get("login")), link(user.get("url"))
        if not login or not url:
            continue
        picture = NUMBER.fullmatch(body(user.get("avatar_url")))
        yield Owner(
            key=picture["number"] if picture else login.casefold(),
            login=login,
            url=url,
            name=label(user.get("name")),
            bio=body(user.get("bio")).strip() or None,
            created_at=moment(user.get("created_at")),
        )
