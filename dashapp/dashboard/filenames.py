"""How downloaded files are called: service, handle, what, date."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from urllib.parse import quote

from .account_view import AccountView

LONGEST = 80  # characters of a part; most file systems allow 255 bytes in all
_UNSAFE = re.compile(r"[^\w.-]+")
_UNSAFE_ASCII = re.compile(r"[^A-Za-z0-9_.-]+")


def filename(*parts: str, day: date, suffix: str) -> str:
    """Letters, digits and - . _ only: `sociogram-mastodon-ada_example.social-followers-2026-11-20.csv`."""
    named = [part for part in map(safe, parts) if part]
    return "-".join(["sociogram", *named, day.isoformat()]) + f".{suffix}"


def picture_name(view: AccountView, *what: str) -> str:
    """How a picture of an account is called, without the ending that its format gives it."""
    return filename(view.account.service, view.handle, *what, day=view.data_day, suffix="")[:-1]


def safe(text: str) -> str:
    """The text with an underscore for whatever a file system or a shell could take for something else."""
    return _UNSAFE.sub("_", unicodedata.normalize("NFC", text))[:LONGEST].strip("_.-")


def attachment(name: str) -> str:
    """The header that keeps a file under that name; its first form is for programs that know ASCII only."""
    plain = _UNSAFE_ASCII.sub("_", unicodedata.normalize("NFKD", name))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='-._')}"
