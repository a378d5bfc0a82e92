"""Dates and times as people and programs write them in a column of a CSV file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ..errors import ExportError, UnusableError
from .values import checked, latest, stated_as_of

LONGEST = 100  # characters
ISO = re.compile(r"\d{4}-\d\d-\d\d|\d{8}(?:T|$)")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[,T]?\s*(\S.*))?")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)(?:,?\s+(?:um\s+)?(.+))?")
SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d\d)(?:,?\s+(.+))?")
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\b\.?)?", re.I)
HOURS = re.compile(r"(?<=\d)\s*(?:uhr\b\.?|h\b)", re.I)  # behind a clock in German
OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d\d?):?(\d\d)?", re.I)
ZONED = re.compile(  # behind a clock; in some forms the year comes last
    rf"(.*\d:\d\d\S*(?:\s*[ap]\.?m\.?)?)\s*(?![ap]m\b)({OFFSET.pattern}|Z|[A-Z]{{2,5}})(?:\s\(.+\))?(\s+\d{{4}})?", re.I
)
UNIX = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
DAY_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?")  # of a spreadsheet: days since 1899-12-30
WORDS = re.compile(r"[^\W\d_]+|\d+")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
BESIDE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "at", "st", "nd", "rd", "th")
#: Hours from UTC, by names that mean one zone in nearly all files. Others are known if they are of the stated zone.
ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11,
}  # fmt: skip
UNREADABLE = "{column} {text!r} is no date that we read: write it as 2024-03-05 14:02"
UNCLEAR = "{column} {text!r} may begin with the day or with the month: say which, or write it as 2024-03-05 14:02"
UNKNOWN_ZONE = "{column} {text!r} names a zone that is not known: say in which time zone it was written down"


class DateOrder:
    """What the cells of a column show of the order in dates such as 5/3/2024."""

    def __init__(self) -> None:
        self.unclear = ""  # the first that may be two dates
        self._shown: set[bool] = set()

    def see(self, text: str) -> None:
        """Learns from a cell."""
        if found := SLASHED.match(text):
            first, second = int(found[1]), int(found[3])
            if first > 12 or second > 12:
                self._shown.add(first > 12)
            elif first != second:
                self.unclear = self.unclear or text

    @property
    def day_first(self) -> bool | None:
        """Whether the day comes first, if all cells agree."""
        return next(iter(self._shown)) if len(self._shown) == 1 else None


@dataclass(frozen=True, slots=True)
class Times:
    """How times are read that state no zone, and dates that state no order; and the last that can be."""

    zone: tzinfo
    day_first: bool | None
    latest: datetime

    def at(self, text: str, column: str) -> datetime:
        """The time in UTC. Raises `UnusableError`."""
        try:
            told, name = _zone_apart(text)
            at = self._read(told, column)
            zone = at.tzinfo or self._zone(at, name)
            at = at.replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise UnusableError(UNREADABLE.format(column=column, text=text[:40])) from error
        except LookupError as error:
            raise UnusableError(UNKNOWN_ZONE.format(column=column, text=text[:40])) from error
        return checked(at, latest=self.latest)

    def since(self, text: str, column: str) -> datetime:
        """The time in UTC; a day without a clock is midnight there, whatever the zone. Raises `UnusableError`."""
        in_utc = replace(self, zone=UTC).at(text, column)
        return in_utc if in_utc.time() == time() else self.at(text, column)

    def _read(self, text: str, column: str) -> datetime:
        if UNIX.fullmatch(text):
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text) / (1000 if len(text) == 13 else 1))
        if DAY_NUMBER.fullmatch(text):
            seconds = round(float(text.replace(",", ".")) * 86_400)
            return datetime(1899, 12, 30) + timedelta(seconds=seconds)  # noqa: DTZ001 - `at` puts the zone in
        if found := YEAR_FIRST.fullmatch(text):
            return _dated(found[1], found[2], found[3], found[4])
        if ISO.match(text):
            return datetime.fromisoformat(text)
        if found := DOTTED.fullmatch(text):
            return _dated(found[3], found[2], found[1], found[4])
        if found := SLASHED.fullmatch(text):
            return self._slashed(found, column)
        return _in_words(text)

    def _slashed(self, found: re.Match[str], column: str) -> datetime:
        first, second, year, clock = found[1], found[3], found[4], found[5]
        day_first = self.day_first
        if int(first) > 12 or int(second) > 12:
            day_first = int(first) > 12
        elif day_first is None and first != second:
            raise UnusableError(UNCLEAR.format(column=column, text=found[0][:40]))
        return _dated(year, second, first, clock) if day_first else _dated(year, first, second, clock)

    def _zone(self, at: datetime, name: str) -> tzinfo:
        if not name:
            return self.zone
        if found := OFFSET.fullmatch(name):
            offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
            return timezone(-offset if found[1] == "-" else offset)
        if at.replace(tzinfo=self.zone).tzname() == name:
            return self.zone
        return timezone(timedelta(hours=ZONES[name]))


def with_clock(day: str, clock: str) -> str:
    """A day with its time from another column; as it is if it tells one itself, by a clock or as one number."""
    has_time = ":" in day or ":" not in clock or day.replace(".", "", 1).isdigit()
    return day if has_time else f"{day} {clock}"


def times_of(options: Mapping[str, str]) -> Times:
    """As the options `time_zone`, `day_first` ("1" or "0") and `as_of` say. Raises `ExportError`."""
    name = options.get("time_zone") or "UTC"
    try:
        zone: tzinfo = UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ExportError(f"{name[:60]!r} is no time zone: write it as Europe/Berlin.") from error
    day_first = {"1": True, "0": False}.get(options.get("day_first", ""))
    return Times(zone, day_first, latest(stated_as_of(options), options))


def _zone_apart(text: str) -> tuple[str, str]:
    """The time without its zone, and the zone: an offset, a name, or nothing. Raises `ValueError`."""
    if len(text) > LONGEST:
        raise ValueError(text[:LONGEST])
    text = HOURS.sub("", text)
    found = ZONED.fullmatch(text)
    return (f"{found[1]}{found[6] or ''}".strip(), found[2].upper()) if found else (text, "")


def _dated(year: str, month: str, day: str, clock: str | None) -> datetime:
    """The time without a zone. Raises `ValueError`."""
    at = datetime(int(year if len(year) == 4 else f"20{year}"), int(month), int(day))  # noqa: DTZ001 - as above
    if not clock:
        return at
    found = CLOCK.fullmatch(clock.strip())
    if not found:
        raise ValueError(clock)
    if clock.strip() in ("24:00", "24:00:00"):
        return at + timedelta(days=1)
    hour, half = int(found[1]), (found[5] or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half else hour
    microsecond = int((found[4] or "")[:6].ljust(6, "0"))
    return at.replace(hour=hour, minute=int(found[2]), second=int(found[3] or 0), microsecond=microsecond)


def _in_words(text: str) -> datetime:
    """A date with an English month, such as `12-Nov-25` or `Sat, Dec 21, 2024 2:02 PM`. Raises `ValueError`."""
    clock = CLOCK.search(text)
    words = WORDS.findall((text.replace(clock[0], " ", 1) if clock else text).lower())
    numbers = [word for word in words if word.isdigit()]
    months = [month for month in map(_month, words) if month]
    others = [word for word in words if not word.isdigit() and not _month(word)]
    if len(numbers) != 2 or len(months) != 1 or not all(_goes_beside(word) for word in others):
        raise ValueError(text)
    day, year = sorted(numbers, key=len)  # of two short ones the day comes first
    return _dated(year, months[0], day, clock[0] if clock else None)


def _month(word: str) -> str:
    found = [str(number) for number, name in enumerate(MONTHS, 1) if len(word) > 2 and name.startswith(word)]
    return next(iter(found), "")


def _goes_beside(word: str) -> bool:
    return any(each.startswith(word) for each in BESIDE)
