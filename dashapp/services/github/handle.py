"""The login of a person in what somebody typed."""

from __future__ import annotations

import re

from ..errors import HandleError

PAGE = re.compile(r"(https?://)?(www\.)?github\.com/(?P<login>[^/?#]+)[/?#]?.*", re.IGNORECASE)
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})")
NO_LOGIN = "This is no handle of GitHub: it has up to 39 letters, digits and hyphens, as in ada."


def login(typed: str) -> str:
    """The login. Raises `HandleError`."""
    page = PAGE.fullmatch(typed)
    found = page["login"] if page else typed.lstrip("@")
    if not LOGIN.fullmatch(found):
        raise HandleError(NO_LOGIN)
    return found
