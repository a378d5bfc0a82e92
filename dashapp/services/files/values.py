"""Values of exports, cleaned: what cannot be used is None, so that it is never mistaken for zero."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import ExportError, UnusableError

LONGEST_LABEL, LONGEST_LINK, LONGEST_LANGUAGE, LONGEST_BIO = 300, 600, 16, 2_000
MOST_LINKS = 20  # of one person
LARGEST_COUNT = 10**15
BARE_LINK = re.compile(r"[^\s/:@.]+(\.[^\s/:@.]+)*\.[^\s/:@.]{2,}(/.*)?")  # as people type it
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
UNKNOWN_LANGUAGES = frozenset({"und", "zxx", "mul", "mis", "art", "qam", "qct", "qht", "qme", "qst"})
RENAMED_LANGUAGES = {"in": "id", "iw": "he", "ji": "yi"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def as_dict(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def body(value: Any) -> str:
    """A text of any length; a database takes no NUL."""
    return value.replace("\0", "") if isinstance(value, str) else ""


def label(value: Any) -> str | None:
    """A handle or a name on one line."""
    return " ".join(body(value).split())[:LONGEST_LABEL] or None


def usable_key(value: Any) -> str | None:
    """A record's key as its service writes it."""
    key = body(value).strip()
    return key if 0 < len(key) <= LONGEST_LABEL else None


def link(value: Any) -> str | None:
    """A web address: nothing else may stand behind a link on a page."""
    url = body(value).strip()
    usable = url.startswith(("https://", "http://")) and len(url) <= LONGEST_LINK and not re.search(r"[\s<>\"]", url)
    return url if usable else None


def links(values: Iterable[Any]) -> tuple[str, ...]:
    """The web addresses that somebody names, each once."""
    texts = (text for value in values if len(text := body(value).strip()) <= LONGEST_LINK)
    found = (link(f"https://{text}" if BARE_LINK.fullmatch(text) else text) for text in texts)
    return tuple(dict.fromkeys(filter(None, found)))[:MOST_LINKS]


def bio(value: Any) -> str | None:
    """What people say of themselves, on one line: empty where they say nothing, None where that is not told."""
    return " ".join(body(value).split())[:LONGEST_BIO] if isinstance(value, str) else None


def count(value: Any) -> int | None:
    """A number of replies, followers …; services write them as numbers or as digits, and -1 for hidden ones."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT
    return value if usable else None


def language(value: Any) -> str | None:
    """A language tag; None for the codes that say "no language"."""
    code = body(value).strip()
    if len(code) > LONGEST_LANGUAGE or not LANGUAGE.fullmatch(code) or code.lower() in UNKNOWN_LANGUAGES:
        return None
    return RENAMED_LANGUAGES.get(code, code)


def moment(value: Any) -> datetime | None:
    """An ISO date and time, in UTC; without a zone it is taken as UTC."""
    try:
        at = datetime.fromisoformat(body(value).strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def english_time(text: Any) -> datetime | None:
    """`Tue Mar 05 14:02:11 +0000 2024` whatever the language of the machine, or an ISO time."""
    text = body(text)
    if not text[:1].isalpha():
        return moment(text.replace(" +", "+"))
    try:
        _, month, day, clock, zone, year = text.split()
        at = datetime.fromisoformat(f"{int(year):04}-{MONTHS.index(month) + 1:02}-{int(day):02}T{clock}{zone}")
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def latest(as_of: datetime | None, options: Mapping[str, str]) -> datetime:
    """After this nothing can have happened: a day behind the time of the data, for clocks that go wrong."""
    return (as_of or stated_as_of(options) or datetime.now(UTC)) + timedelta(days=1)


def stated_as_of(options: Mapping[str, str]) -> datetime | None:
    """When the data was made, as the user says; a day without a time counts whole. Raises `ExportError`."""
    stated = options.get("as_of", "").strip()
    at = moment(stated)
    if stated and (at is None or at < EARLIEST):
        raise ExportError(f"{stated[:40]!r} is no date: write the time of the data as 2024-03-05.")
    if at and at > datetime.now(UTC) + timedelta(days=1):
        raise ExportError(f"{stated[:40]} is a day to come: state the day on which the data was made.")
    if at is None or len(stated) > len("2024-03-05"):
        return at
    return end_of_day(at.date(), options.get("user_zone", "UTC"))


def end_of_day(day: date, time_zone: str) -> datetime:
    """The last moment of a day on the user's calendar; of a day that is not over, now."""
    first, next_one = (datetime.combine(each, time(), ZoneInfo(time_zone)) for each in (day, day + timedelta(days=1)))
    return max(first, min(next_one.astimezone(UTC) - timedelta.resolution, datetime.now(UTC))).astimezone(UTC)


def checked(at: datetime | None, *, earliest: datetime = EARLIEST, latest: datetime) -> datetime:
    """The time of a record. Raises `UnusableError` for one that is missing or cannot be."""
    if at is None:
        raise UnusableError("it has no readable date")
    if not earliest <= at <= latest:
        raise UnusableError(f"its date, {at:%Y-%m-%d}, is out of range")
    return at
