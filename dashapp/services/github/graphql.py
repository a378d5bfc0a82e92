"""Calls of GitHub's GraphQL interface: its errors come with status 200, some of them beside data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..errors import DeniedError, NotFoundError, UnavailableError
from ..net.client import Client
from ..net.response import Answer, reset_at, retry_after, whole_number

SECONDARY = timedelta(seconds=60)  # after too many calls at once, if no time is named
TOO_MANY = re.compile(rb"rate.limit", re.IGNORECASE)
TOO_MUCH = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"}
DENIED = {"INSUFFICIENT_SCOPES", "FORBIDDEN"}
NO_ANSWER = "GitHub sends something that is no answer. Try again later."
NO_ACCOUNT = "There is no such account at GitHub. Check how its handle is written, as in ada-example."


class TooMuchError(UnavailableError):
    """The query is more than GitHub works on at once: ask for less."""


@dataclass(frozen=True, slots=True)
class Told:
    """The data of an answer. Not `whole`: what is null in it may only be missing from the answer."""

    data: dict[str, Any]
    whole: bool


def ask(client: Client, query: str, *, tries: int | None = None, **variables: Any) -> Told:
    """What GitHub tells. Raises the errors of `services.errors`, and `TooMuchError`."""
    call = {"query": query, "variables": variables}
    answer = client.post("graphql", json=call, tries=tries)
    if limited(answer):
        answer = client.post("graphql", json=call, tries=tries)  # raises at once: now the client knows of the wait
    value = answer.json()
    if not isinstance(value, dict):
        raise UnavailableError(NO_ANSWER)
    errors, data = {str(error.get("type", "")) for error in _errors(value)}, value.get("data")
    if errors & TOO_MUCH:
        raise TooMuchError("GitHub finds this too much at once. Try again later.")
    if isinstance(data, dict) and any(part is not None for part in data.values()):
        return Told(data, whole=not value.get("errors") or errors == {"NOT_FOUND"})
    if errors & DENIED:
        raise DeniedError("GitHub does not show this: a permission is missing.", answer.status)
    if "NOT_FOUND" in errors or (data and isinstance(data, dict) and not value.get("errors")):
        raise NotFoundError(NO_ACCOUNT, answer.status)
    raise UnavailableError("GitHub could not answer. Try again later.")


def limit(answer: Answer) -> datetime | None:
    """By GitHub's headers; a refusal for too many calls at once names a time, or means a minute."""
    if whole_number(answer, "x-ratelimit-remaining") == 0 and (until := reset_at(answer, "x-ratelimit-reset")):
        return until
    return (retry_after(answer) or answer.at + SECONDARY) if limited(answer) else None


def limited(answer: Answer) -> bool:
    """Whether an answer says, whatever its status, that there were too many calls."""
    if answer.status in (403, 429):
        return bool(TOO_MANY.search(answer.body)) or "Retry-After" in answer.headers
    if answer.status != 200 or not TOO_MANY.search(answer.body):
        return False
    value = answer.json()  # it may be a post that speaks of limits
    told = _errors(value) if isinstance(value, dict) else []
    return any(TOO_MANY.search(f"{error.get('type')} {error.get('message')}".encode()) for error in told)


def _errors(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = value.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
