"""Browsers in which somebody has signed in: a cookie, so that strangers keep no owner out; and what they are."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData
from werkzeug.wrappers import Response

from ..signing import digest, signer
from ..store import users
from ..store.rows import UserRow

COOKIE, PURPOSE = "device", "known device"
LIFETIME = timedelta(days=365)
#: what stands in a User-Agent, and what it means; the first that fits, for many name those that they are like as well
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "Chrom": "Chrome", "CriOS": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS", "Windows": "Windows",
    "Macintosh": "macOS", "Linux": "Linux",
}  # fmt: skip


def in_words(user_agent: str) -> str:
    """Browser and system, as far as a browser says what it is; whatever else it sends is not kept."""
    named = (next((words for mark, words in kind.items() if mark in user_agent), "") for kind in (BROWSERS, SYSTEMS))
    return " on ".join(filter(None, named))


def known(name: str) -> str | None:
    """The number of this browser, if the user of that name has signed in here within a year."""
    try:
        device, mark = signer(PURPOSE).loads(request.cookies.get(COOKIE, ""), max_age=int(LIFETIME.total_seconds()))
    except BadData:
        return None
    user = users.find_user(name)
    return str(device) if user and hmac.compare_digest(mark, _mark(user)) else None


def remember(owner: int, response: Response) -> Response:
    """Has the browser keep that this user signed in; nobody can read in it who."""
    response.set_cookie(
        COOKIE,
        str(signer(PURPOSE).dumps([secrets.token_hex(8), _mark(users.user(owner))])),
        max_age=LIFETIME,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _mark(user: UserRow) -> str:
    """Of the user and not the name, which may be somebody else's later, as may the number of who is deleted."""
    return digest(f"{user.id} {user.created_at}")
