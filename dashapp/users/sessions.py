"""Signing in and out: the cookie holds a token, the server the session; and where to go afterwards."""

from __future__ import annotations

import time
from typing import Any

from flask import after_this_request, current_app, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ..page_paths import OVERVIEW
from ..store import second_factors, users
from . import audit, devices

ASKED = "asked_for_code"  # in the cookie, which is signed
PATIENCE = 600  # seconds between password and code


def begin_or_ask(owner: int, *, remember: bool = False, target: str | None = None) -> Response:
    """Signs in and goes there, or asks for a code first if the user wants it so."""
    if not second_factors.is_on(owner):
        begin(owner, remember=remember)
        return redirect(safe_next(target), 303)
    end()
    audit.log("code asked for", owner)
    session[ASKED] = {"owner": owner, "remember": remember, "next": safe_next(target), "at": int(time.time())}
    return redirect(url_for("users.sign_in_code"), 303)


def asked() -> dict[str, Any] | None:
    """Who has shown the password and is asked for a code, for ten minutes."""
    known: dict[str, Any] | None = session.get(ASKED)
    return known if known and time.time() - known["at"] < PATIENCE else None


def begin(owner: int, *, remember: bool = False) -> None:
    """Signs the browser in with a new session; nothing of the one before is left."""
    end()
    lifetime = current_app.config["REMEMBER_LIFETIME" if remember else "SESSION_LIFETIME"]
    session.permanent = remember
    device = devices.in_words(request.user_agent.string)
    login_user(users.signed_in(users.start_session(owner, lifetime, device=device)))
    if not current_user.is_demo:  # whose visitors are nobody
        after_this_request(lambda response: devices.remember(owner, response))


def end() -> None:
    """Signs the browser out on the server too: the cookie it had is worthless from now on."""
    if current_user.is_authenticated:
        users.end_session(current_user.token)
        logout_user()
    session.clear()


def goodbye() -> Response:
    """The way out, to the landing page; the browser forgets what pages stored."""
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def safe_next(target: str | None) -> str:
    """The path that `next=` asks for, if no browser could read another site into it; else the overview."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return OVERVIEW
    # browsers drop control characters and read \ as /, so "/\t/host" leaves the site
    if "\\" in target or any(character <= " " or character == "\x7f" for character in target):
        return OVERVIEW
    return target
