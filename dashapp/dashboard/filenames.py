"""How what is taken away is called, whatever its format: service, handle, what, of which days, day of the data."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from urllib.parse import quote

from ..store.rows import AccountRow

LONGEST = 80  # characters of a part; most file systems allow 255 bytes in all
_UNSAFE = re.compile(r"[^\w.-]+")
_UNSAFE_ASCII = re.compile(r"[^A-Za-z0-9_.-]+")


def filename(*parts: str, day: date) -> str:
    """Letters, digits and - . _ only: `sociogram-mastodon-ada_example.social-followers-2026-11-20`."""
    named = [part for part in map(safe, parts) if part]
    return "-".join(["sociogram", *named, day.isoformat()])


def account_filename(account: AccountRow, *what: str, time_zone: str) -> str:
    """The same of an account."""
    return filename(account.service, account.handle, *what, day=account.data_day(time_zone))


def safe(text: str) -> str:
    """The text with an underscore for whatever a file system or a shell could take for something else."""
    return _UNSAFE.sub("_", unicodedata.normalize("NFC", text))[:LONGEST].strip("_.-")


def attachment(name: str) -> str:
    """The header that keeps a file under that name; its first form is for programs that know ASCII only."""
    plain = _UNSAFE_ASCII.sub("_", unicodedata.normalize("NFKD", name))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='-._')}"
