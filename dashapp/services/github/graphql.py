"""Calls of GitHub's GraphQL interface: its errors come with status 200, some of them beside data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..errors import DeniedError, NotFoundError, UnavailableError
from ..files.values import as_list
from ..net.client import Client
from ..net.response import Response, reset_at, retry_after, whole_number

SECONDARY = timedelta(seconds=60)  # after too many calls at once, if no time is named
TOO_MANY = re.compile(rb"rate.limit", re.IGNORECASE)
TOO_MUCH = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"}
DENIED = {"INSUFFICIENT_SCOPES", "FORBIDDEN"}
NO_ANSWER = "GitHub sends something that is no answer. Try again later."
NO_ACCOUNT = "There is no such account at GitHub. Check how its handle is written, as in ada-example."


class TooMuchError(UnavailableError):
    """The query is more than GitHub works on at once: ask for less."""


@dataclass(frozen=True, slots=True)
class GraphQLData:
    """The data of a response. Not `whole`: what is null in it may only be missing from the response."""

    data: dict[str, Any]
    whole: bool


def ask(client: Client, query: str, *, tries: int | None = None, **variables: Any) -> GraphQLData:
    """The data of the response. Raises the errors of `services.errors`, and `TooMuchError`."""
    call = {"query": query, "variables": variables}
    url = (
        f"{client.base.removesuffix('/v3')}/graphql"  # GitHub Enterprise has REST at /api/v3, and this at /api/graphql
    )
    response = client.post(url, json=call, tries=tries)
    if limited(response):
        response = client.post(url, json=call, tries=tries)  # raises at once: now the client knows of the wait
    value = response.json()
    if not isinstance(value, dict):
        raise UnavailableError(NO_ANSWER)
    errors, data = {str(error.get("type", "")) for error in _errors(value)}, value.get("data")
    if errors & TOO_MUCH:
        raise TooMuchError("GitHub finds this too much at once. Try again later.")
    if isinstance(data, dict) and any(part is not None for part in data.values()):
        return GraphQLData(data, whole=not value.get("errors") or errors == {"NOT_FOUND"})
    if errors & DENIED:
        raise DeniedError("GitHub does not show this: a permission is missing.", response.status)
    if "NOT_FOUND" in errors or (data and isinstance(data, dict) and not value.get("errors")):
        raise NotFoundError(NO_ACCOUNT, response.status)
    raise UnavailableError("GitHub could not answer. Try again later.")


def limit(response: Response) -> datetime | None:
    """By GitHub's headers; a refusal for too many calls at once names a time, or means a minute."""
    if whole_number(response, "x-ratelimit-remaining") == 0 and (until := reset_at(response, "x-ratelimit-reset")):
        return until
    return (retry_after(response) or response.at + SECONDARY) if limited(response) else None


def limited(response: Response) -> bool:
    """Whether an answer says, whatever its status, that there were too many calls."""
    if response.status in (403, 429):
        return bool(TOO_MANY.search(response.body)) or "Retry-After" in response.headers
    if response.status != 200 or not TOO_MANY.search(response.body):
        return False
    value = response.json()  # it may be a post that speaks of limits
    errors = _errors(value) if isinstance(value, dict) else []
    return any(TOO_MANY.search(f"{error.get('type')} {error.get('message')}".encode()) for error in errors)


def _errors(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [error for error in as_list(value.get("errors")) if isinstance(error, dict)]
