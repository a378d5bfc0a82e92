"""Dates and times as people and programs write them in CSV files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from ..errors import ExportError, UnusableError
from ..files.values import checked, english_time, latest, stated_as_of

ISO = re.compile(r"\d{4}-\d\d-\d\d|\d{8}(?:T|$)")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=\D|$)")
BEFORE_ZONE = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)|\s*(?:UTC|GMT|Z)$", re.I)
UNIX = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(.+))?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?:,?\s+(.+))?")
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([ap]m)?", re.I)
UNREADABLE = "{column} {text!r} is no date that we read: write it as 2024-03-05 14:02"
UNCLEAR = "{column} {text!r} may begin with the day or with the month: say which, or write it as 2024-03-05 14:02"


@dataclass(frozen=True, slots=True)
class Times:
    """How times are read that state no zone, and dates that state no order; and the last that can be."""

    zone: tzinfo
    day_first: bool | None
    latest: datetime

    def at(self, text: str, column: str) -> datetime:
        """The time in UTC. Raises `UnusableError`."""
        at = self._read(text, column)
        if at is None:
            raise UnusableError(UNREADABLE.format(column=column, text=text[:40]))
        try:
            at = (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC)
        except OverflowError as error:
            raise UnusableError(UNREADABLE.format(column=column, text=text[:40])) from error
        return checked(at, latest=self.latest)

    def _read(self, text: str, column: str) -> datetime | None:
        try:
            if UNIX.fullmatch(text):
                return datetime.fromtimestamp(0, UTC) + timedelta(
                    seconds=float(text) / (1000 if len(text) == 13 else 1)
                )
            if found := YEAR_FIRST.match(text):
                text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{text[found.end() :]}"
            if ISO.match(text):
                return datetime.fromisoformat(BEFORE_ZONE.sub(_zone, text))
            if found := DOTTED.fullmatch(text):
                return _dated(found[3], found[2], found[1], found[4])
            if found := SLASHED.fullmatch(text):
                return self._slashed(found, column)
            return english_time(text) if text[:1].isalpha() else None
        except UnusableError:  # a ValueError that has its sentence already
            raise
        except ValueError:
            return None

    def _slashed(self, found: re.Match[str], column: str) -> datetime:
        first, second, year = found[1], found[2], found[3]
        year = year if len(year) == 4 else f"20{year}"
        day_first = self.day_first
        if day_first is None and int(first) <= 12 and int(second) <= 12 and first != second:
            raise UnusableError(UNCLEAR.format(column=column, text=found[0][:40]))
        if day_first or (day_first is None and int(first) > 12):
            return _dated(year, second, first, found[4])
        return _dated(year, first, second, found[4])


def times_of(options: Mapping[str, str]) -> Times:
    """As the options `time_zone`, `day_first` ("1" or "0") and `as_of` say. Raises `ExportError`."""
    name = options.get("time_zone") or "UTC"
    try:
        zone: tzinfo = UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ExportError(f"{name[:60]!r} is no time zone: write it as Europe/Berlin.") from error
    day_first = {"1": True, "0": False}.get(options.get("day_first", ""))
    return Times(zone, day_first, latest(stated_as_of(options), options))


def _zone(found: re.Match[str]) -> str:
    return "Z" if found[0].strip() else ""


def _dated(year: str, month: str, day: str, clock: str | None) -> datetime:
    at = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - the zone is put in by `Times.at`
    if not clock:
        return at
    found = CLOCK.fullmatch(clock.strip())
    if not found:
        raise ValueError(clock)
    hour, half = int(found[1]), (found[4] or "").lower()
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    return at.replace(hour=hour, minute=int(found[2]), second=int(found[3] or 0))
