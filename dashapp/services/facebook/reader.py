"""Reads what Facebook tells applications about an account: its name, its number of friends. The rest is exported."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ..errors import UNAUTHORIZED, DeniedError, RateLimitedError, ResponseError, ServiceError, UnavailableError
from ..files.json_stream import parsed_object
from ..files.values import as_dict, count, label
from ..net.response import Response
from ..reading import Access, Coverage, Cursor, Reader, Target
from ..records import Profile

#: by the code of the error, which counts: its status is 400 for almost all, but also 401, 403 or 500
LIMITS, TEMPORARY, ENDED, BLOCKED = (4, 17, 32, 613), (1, 2), (102, 190), 368
HOUR, SHORT = timedelta(hours=1), timedelta(minutes=1)  # Facebook names no moment; it counts by the hour
BUSY, FULL = 80, 95  # percent of what this application may use
ONLY_NAME = (
    "Facebook tells applications the name of an account and little else. Upload your data export to see posts and "
    "friends."
)
RECONNECT = "Facebook no longer accepts this connection: connect the account again."
REFUSED = "Facebook has blocked this application for now. Try again tomorrow, or upload your data export."
NO_ACCOUNT = "Facebook sends something that is no account. Try again later."


def limit(response: Response) -> datetime | None:
    """By the code of the error, and by how much this application has used."""
    if response.status >= 400 and code_of(response.body) in LIMITS:
        return response.at + HOUR
    used = usage(response)
    if used >= FULL:
        return response.at + HOUR
    return response.at + SHORT if used >= BUSY and response.status < 400 else None


def code_of(content: bytes) -> int | None:
    """The code of an error."""
    return count(as_dict(parsed_object(content).get("error")).get("code"))


def usage(response: Response) -> float:
    """The largest of the shares that `X-App-Usage` tells, in percent."""
    shares = parsed_object(response.headers.get("X-App-Usage", "").encode()).values()
    return max((float(each) for each in shares if isinstance(each, int | float)), default=0.0)


def reader(target: Target, access: Access) -> FacebookReader:
    """With the user's token."""
    if access.token is None:
        raise DeniedError("Facebook tells nothing without an authorisation: connect the account, or bring its export.")
    headers, codes = {"Authorization": f"Bearer {access.token}"}, Codes()
    client = access.client(access.settings["FACEBOOK_API_URL"], name="Facebook", limit=codes, headers=headers)
    return FacebookReader(client, codes, proof(access.settings.get("FACEBOOK_OAUTH_CLIENT_SECRET"), access.token))


def proof(secret: str | None, token: str) -> dict[str, str]:
    """Shows that whoever sends the token knows the secret too; apps can be set to ask for it."""
    if not secret:
        return {}
    return {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


class Codes:
    """Keeps the code of a client's last answer, which its errors do not have for every status."""

    def __init__(self) -> None:
        self.last: int | None = None

    def __call__(self, response: Response) -> datetime | None:
        self.last = code_of(response.body) if response.status >= 400 else None
        return limit(response)


class FacebookReader(Reader):
    """One account."""

    service: ClassVar[str] = "facebook"

    def __init__(self, client: Any, codes: Codes, proof: Mapping[str, str]) -> None:
        self._client, self._codes, self._proof = client, codes, proof

    def profile(self) -> Profile:
        """The account; its number is that of this application alone."""
        value = self._get("me", {"fields": "id,name"})
        key, name = label(value.get("id")), label(value.get("name"))
        if key is None:
            raise UnavailableError(NO_ACCOUNT)
        return Profile(service=self.service, key=key, handle=name or key, name=name, friends=self._friends())

    def _friends(self) -> int | None:
        """How many, if the user let Facebook tell it; not worth waiting for."""
        try:
            summary = self._get("me/friends", {"limit": "1"}).get("summary")
        except (ResponseError, RateLimitedError, UnavailableError) as error:
            if isinstance(error, DeniedError) and error.status == UNAUTHORIZED:
                raise
            return None
        return count(as_dict(summary).get("total_count"))

    def _get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        self._codes.last = None
        try:
            return as_dict(self._client.get(path, {**params, **self._proof}).json())
        except RateLimitedError:
            raise
        except ServiceError as error:
            raise _meant(error, self._codes.last) from error

    def coverage(self, cursor: Cursor) -> Coverage:
        """No list."""
        return Coverage(notes=(ONLY_NAME,))


def _meant(error: ServiceError, code: int | None) -> ServiceError:
    """What an error means, by its code."""
    if code in ENDED:
        return DeniedError(RECONNECT, UNAUTHORIZED)
    if code in TEMPORARY:
        return UnavailableError("Facebook does not answer as it should. Try again later.")
    if code == BLOCKED:
        return ResponseError(REFUSED, getattr(error, "status", 0))
    if code is not None and isinstance(error, DeniedError) and error.status == UNAUTHORIZED:  # of another meaning
        return DeniedError("Facebook does not show this: a permission is missing.", 403)
    return error
