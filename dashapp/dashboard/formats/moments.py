"""Dates and times as text."""

from __future__ import annotations

from datetime import UTC, date, datetime


def iso(value: date) -> str:
    """ISO 8601: a day, or an instant in UTC with a Z; a local time without zone stays one."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
