"""Reads what Facebook tells applications about an account: its name, its number of friends. The rest is exported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ..answers import Answer
from ..base import Batch, Profile
from ..fields import count, label
from ..live import Access, AnswerError, Coverage, Cursor, DeniedError, Known, Step, Target, TroubleError

LIMITS = (b'"code":4,', b'"code":17,', b'"code":32,', b'"code":613,')
UNAUTHORIZED = 401
ENDED = b'"code":190'
HOUR = timedelta(hours=1)  # Facebook names no moment; limits are by the hour
ONLY_NAME = "Facebook tells applications the name of an account and little else. Upload your data export to see posts and friends."
RECONNECT = "Facebook no longer accepts this connection: connect the account again."


def limit(answer: Answer) -> datetime | None:
    """By the code of the error: the status is 400 for all."""
    compact = answer.body.replace(b" ", b"")
    return answer.at + HOUR if answer.status >= 400 and any(code in compact for code in LIMITS) else None


def reader(target: Target, access: Access) -> FacebookReader:
    """With the user's token."""
    if access.token is None:
        raise DeniedError("Facebook tells nothing without an authorisation: connect the account, or bring its export.")
    headers = {"Authorization": f"Bearer {access.token}"}
    base = access.settings["FACEBOOK_API_URL"]
    return FacebookReader(access.client(base, name="Facebook", limit=limit, headers=headers))


class FacebookReader:
    """One account."""

    service: ClassVar[str] = "facebook"

    def __init__(self, client: Any) -> None:
        self._client = client

    def profile(self) -> Profile:
        """The account; its number is that of this application alone."""
        value = self._get("me", {"fields": "id,name"})
        key, name = label(value.get("id")), label(value.get("name"))
        if key is None:
            raise TroubleError("Facebook sends something that is no account. Try again later.")
        return Profile(service=self.service, key=key, handle=name or key, name=name, friends=self._friends())

    def _friends(self) -> int | None:
        """How many, if the user let Facebook tell it."""
        try:
            summary = self._get("me/friends", {"limit": "1"}).get("summary")
        except AnswerError as error:
            if error.status == UNAUTHORIZED:
                raise
            return None
        return count(summary.get("total_count")) if isinstance(summary, dict) else None

    def _get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        try:
            value = self._client.get(path, params).json()
        except AnswerError as error:
            if ENDED in error.body.replace(b" ", b""):
                raise DeniedError(RECONNECT, UNAUTHORIZED) from error
            raise
        return value if isinstance(value, dict) else {}

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """Nothing more."""
        if not cursor:
            yield Step(batch=Batch(step="profile", done=1, total=1), cursor={"read": True})

    def coverage(self, cursor: Cursor) -> Coverage:
        """No list."""
        return Coverage(notes=(ONLY_NAME,))
