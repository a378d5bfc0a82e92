"""Signing in and out: the cookie holds a token, the server the session; and where to go afterwards."""

from __future__ import annotations

from flask import after_this_request, current_app, redirect, request, session
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ..store import users
from . import devices

HOME = "/dashboard/user"


def begin(owner: int, *, remember: bool = False) -> None:
    """Signs the browser in with a new session; nothing of the one before is left."""
    end()
    lifetime = current_app.config["REMEMBER_LIFETIME" if remember else "SESSION_LIFETIME"]
    session.permanent = remember
    device = devices.in_words(request.user_agent.string)
    login_user(users.signed_in(users.start_session(owner, lifetime, device=device)))
    remember_device(current_user.name)


def remember_device(name: str) -> None:
    """Knows this browser again when somebody of that name comes; the demo's visitors are nobody."""
    if not current_user.is_demo:
        after_this_request(lambda response: devices.remember(name, response))


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
        return HOME
    # browsers drop control characters and read \ as /, so "/\t/host" leaves the site
    if "\\" in target or any(character <= " " or character == "\x7f" for character in target):
        return HOME
    return target
