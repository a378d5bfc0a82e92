"""The trail of who signed in, out and changed what: ids, never an address, a name or a password."""

from __future__ import annotations

import logging
import re

from flask import request

logger = logging.getLogger(__name__)


def log(event: str, user: int | None = None) -> None:
    """One line about an event; `user` is unknown when somebody failed to sign in."""
    logger.info("%s user=%s ip=%s request=%s", event, user or "-", request.remote_addr, request_id())


def request_id() -> str:
    """The proxy's id of the request, if it is one: whoever sends the header could write lines of their own."""
    stated = request.headers.get("X-Request-ID", "")
    return stated if re.fullmatch(r"[\w-]{1,64}", stated, re.ASCII) else "-"
