"""Calls of servers of the AT Protocol (XRPC): counted, their errors by name, their limits by header."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..errors import DeniedError, NotFoundError, ResponseError, UnavailableError
from ..files.json_stream import parsed_object
from ..files.values import body
from ..net.client import Client
from ..net.response import Response, reset_at, retry_after, whole_number
from .oauth import NO_ACCOUNT

NAME = "Bluesky"
NO_ANSWER = "Bluesky sends something that is no answer to what we asked. Try again later."
SUSPENDED = "Bluesky has suspended this account: nothing of it can be read."
SWITCHED_OFF = "This account is switched off: its owner can switch it on again in Bluesky, then it can be read."
BLOCKED = "This account does not let itself be read."
GONE = {
    "AccountTakedown": SUSPENDED,
    "AccountSuspended": SUSPENDED,
    "AccountDeactivated": SWITCHED_OFF,
    "RepoTakendown": SUSPENDED,
    "RepoSuspended": SUSPENDED,
    "RepoDeactivated": SWITCHED_OFF,
    "RepoNotFound": NO_ACCOUNT,
    "ActorNotFound": NO_ACCOUNT,
    "HandleNotFound": NO_ACCOUNT,
}
NOT_FOUND = ("not found", "unable to resolve")  # with the error InvalidRequest


def limit(response: Response) -> datetime | None:
    """By the headers of the protocol, whose reset is an epoch; of two moments the later one."""
    if response.status != 429:
        return reset_at(response, "RateLimit-Reset") if whole_number(response, "RateLimit-Remaining") == 0 else None
    moments = (reset_at(response, "RateLimit-Reset"), retry_after(response))
    return max(filter(None, moments), default=None)


class XrpcClient:
    """One server, by the names of its methods."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.calls = 0

    def call(self, method: str, *, tries: int | None = None, **params: Any) -> dict[str, Any]:
        """The answer. Raises what `Client` does, `NotFoundError` for accounts that are gone."""
        self.calls += 1
        try:
            value = self._client.get(f"xrpc/{method}", params, tries=tries).json()
        except ResponseError as error:
            raise named(error) from error
        if not isinstance(value, dict):
            raise UnavailableError(NO_ANSWER)
        return value


def named(error: ResponseError) -> ResponseError:
    """The error, by what the body of the answer calls it."""
    value = parsed_object(error.body)
    name, message = body(value.get("error")), body(value.get("message")).lower()
    if name in GONE:
        return NotFoundError(GONE[name], error.status, error.body)
    if name == "InvalidRequest" and any(words in message for words in NOT_FOUND):
        return NotFoundError(NO_ACCOUNT, error.status, error.body)
    if name in ("BlockedActor", "BlockedByActor"):
        return DeniedError(BLOCKED, error.status, error.body)
    return error


def cursor_of(page: dict[str, Any]) -> str | None:
    """Behind what the next page begins; None: this was the last. Raises `UnavailableError` for what is no cursor."""
    cursor = page.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise UnavailableError(NO_ANSWER)
    return cursor or None


def listed(page: dict[str, Any], name: str) -> list[Any]:
    """The records of a page. Raises `UnavailableError`: what is no list must not look like an empty one."""
    values = page.get(name)
    if not isinstance(values, list):
        raise UnavailableError(NO_ANSWER)
    return values
