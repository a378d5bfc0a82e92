"""Authorizations that were begun: kept here while the browser is at the service, each good for one callback."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Literal

from flask import session
from flask.ctx import after_this_request
from flask.wrappers import Response

from ..store import pending

STATES = "oauth_states"  # in the browser's cookie: the states that it may come back with
USED = "oauth_used"  # and those that it came back with: “Back” opens such a page again
MOST = 4  # tabs in which somebody connects at once

Purpose = Literal["link", "sign-in"]


class RefusedError(Exception):
    """Connecting did not work out; `reason` is a key of `messages.MESSAGES`."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message  # instead, one of a service's module


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingAuthorization:
    """What was begun, by whom and where. Prints no secret."""

    service: str
    purpose: Purpose
    owner: int | None = None  # who links
    host: str = ""
    next: str = ""  # where to go after signing in
    verifier: str = field(default="", repr=False)
    nonce: str = field(default="", repr=False)
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)


def keep(state: str, authorization: PendingAuthorization) -> None:
    """Keeps it under the state with which the service will send the browser back."""
    session[STATES] = [*session.get(STATES, []), state][-MOST:]
    pending.keep(asdict(authorization), state)


def take(state: str, service: str) -> PendingAuthorization:
    """The authorization of that state, which is used up now, whatever comes. Raises `RefusedError`."""
    mine = [known for known in session.get(STATES, []) if hmac.compare_digest(known.encode(), state.encode())]
    kept = pending.take(state) if mine else None  # else anybody could use up the state of another browser
    session[STATES] = [known for known in session.get(STATES, []) if known not in mine]
    if not mine:
        raise RefusedError("used" if state in session.get(USED, []) else "state")
    after_this_request(partial(_note_used, state))
    if kept is None:
        raise RefusedError("expired")
    authorization = PendingAuthorization(**kept)
    if authorization.service != service:
        raise RefusedError("state")
    return authorization


def _note_used(state: str, response: Response) -> Response:
    """Behind all else in the request: signing in begins a new session."""
    session[USED] = [*session.get(USED, []), state][-MOST:]
    return response
