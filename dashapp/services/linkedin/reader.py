"""Reads what LinkedIn tells applications about an account, which is its name. The rest is exported."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from ..errors import DeniedError, UnavailableError
from ..files.values import as_dict, label
from ..net.response import Response, retry_after
from ..reading import Access, Coverage, Cursor, Reader, Target
from ..records import Profile

TOO_MANY = 429
ONLY_NAME = (
    "LinkedIn tells applications the name of an account and nothing else. Upload your data export to see posts and "
    "connections."
)


def limit(response: Response) -> datetime | None:
    """LinkedIn counts by the day, which begins at midnight UTC."""
    if response.status != TOO_MANY:
        return None
    midnight = (response.at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return retry_after(response) or midnight


def reader(target: Target, access: Access) -> LinkedInReader:
    """With the user's token."""
    if access.token is None:
        raise DeniedError("LinkedIn tells nothing without an authorisation: connect the account, or bring its export.")
    headers = {"Authorization": f"Bearer {access.token}"}
    base = access.settings["LINKEDIN_API_URL"]
    return LinkedInReader(access.client(base, name="LinkedIn", limit=limit, headers=headers))


class LinkedInReader(Reader):
    """One account."""

    service: ClassVar[str] = "linkedin"

    def __init__(self, client: Any) -> None:
        self._client = client

    def profile(self) -> Profile:
        """The account; its number is that of this application alone."""
        value = self._client.get("userinfo").json()
        value = as_dict(value)
        key, name = label(value.get("sub")), label(value.get("name")) or _joined(value)
        if key is None:
            raise UnavailableError("LinkedIn sends something that is no account. Try again later.")
        return Profile(service=self.service, key=key, handle=name or key, name=name)

    def coverage(self, cursor: Cursor) -> Coverage:
        """No list."""
        return Coverage(notes=(ONLY_NAME,))


def _joined(value: dict[str, Any]) -> str | None:
    """The name in its two parts."""
    return label(" ".join(filter(None, (label(value.get(part)) for part in ("given_name", "family_name")))))
