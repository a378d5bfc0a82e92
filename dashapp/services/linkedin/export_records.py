"""Single records of a LinkedIn export: connections and posts. E-mail addresses, companies and messages stay unread."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote

from ..errors import UnusableError
from ..files.distinct import hashed
from ..files.times import Times
from ..files.values import LONGEST_LABEL, body, label, link
from ..records import Person, Post
from .export_tables import Row

PROFILE = re.compile(r"(?:https?://)?(?:[\w-]+\.)*linkedin\.com/in/([^/?#\s]{1,250})/?(?:[?#].*)?", re.I)
URN = re.compile(r"urn:li:\w+:[\w:().,-]{1,200}")
#: LinkedIn writes each line of a text in quotes of its own, within those of the cell
QUOTED_BREAK = re.compile(r'"(?:\r?\n")+')
NOBODY = "it names nobody: the account was closed, or is hidden"


def slug(address: str) -> str | None:
    """The part of a profile's address that tells whose it is, in small letters."""
    match = PROFILE.fullmatch(address.strip())
    return (body(unquote(match[1])).strip().casefold() or None) if match else None


def connection(row: Row, *, times: Times) -> Person:
    """A connection; connections follow each other. Raises `UnusableError` for one that is told by its date alone."""
    name = label(f"{row['first name']} {row['last name']}")
    handle = slug(row["url"])
    if not name and not handle:
        raise UnusableError(NOBODY)
    since = connected_on(row["connected on"], times=times)
    day = f"{since:%Y-%m-%d}" if since else ""
    return Person(
        key=(handle or f"{(name or '').casefold()[: LONGEST_LABEL - 20]} {day}".strip())[:LONGEST_LABEL],
        handle=handle,
        name=name,
        url=link(row["url"]),
        is_follower=True,
        is_friend=True,
        follower_since=since,
        friend_since=since,
    )


def connected_on(text: str, *, times: Times) -> datetime | None:
    """The day of connecting, None if it cannot be read: spreadsheets write `08 Feb 2026` as they are used to."""
    try:
        return times.at(text, "Connected On")
    except UnusableError:
        return None


def share(row: Row, *, times: Times) -> Post:
    """A post. Raises `UnusableError`."""
    created_at = times.at(row["date"], "Date")
    text, url = own_words(body(row["sharecommentary"])), link(row["sharelink"])
    key = _key(url, created_at, text)
    return Post(key=key, created_at=created_at, kind="post", text=text, url=url, audience="everybody")


def repost(row: Row, *, times: Times) -> Post:
    """A repost, which has no words of the account's own. Raises `UnusableError`."""
    created_at, url = times.at(row["date"], "Date"), link(row["link"])
    key = f"repost {_key(url, created_at, '')}"[:LONGEST_LABEL]
    return Post(key=key, created_at=created_at, kind="repost", url=url, audience="everybody")


def own_words(text: str) -> str:
    """The text as it was written."""
    breaks, quoted = text.count("\n"), sum(match[0].count("\n") for match in QUOTED_BREAK.finditer(text))
    return QUOTED_BREAK.sub(lambda match: match[0].replace('"', ""), text) if breaks == quoted else text


def _key(url: str | None, created_at: datetime, text: str) -> str:
    """The post's number as its address has it, else its time and text."""
    found = URN.search(unquote(url or ""))
    return found[0] if found else f"{created_at:%Y-%m-%d %H:%M:%S} {int(hashed([url or text])[0]):016x}"
