"""Who may come in, and to which pages; and the token that callbacks must carry."""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from ..page_paths import OVERVIEW
from .pages import page_exists

PREFIX = "/dashboard/"
INDEX, PAGE = PREFIX, PREFIX + "<path:path>"
SUITES = PREFIX + "_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
#: what everybody may have; by endpoint, for a path that only begins like these falls through to the pages
PUBLIC = {SUITES, PREFIX + "_favicon.ico"}
LAYOUT, DEPENDENCIES = PREFIX + "_dash-layout", PREFIX + "_dash-dependencies"
OPENED = "X-Opened-Page"  # a header: no stranger's link can send it along, so the answer may be compressed
CSRF_COOKIE = "_csrf_token"


def register_guard(server: Flask) -> None:
    """Binds the guard; before CSRF, so that a callback of an ended session learns that, and not of a bad token."""
    server.before_request(guard)
    server.after_request(finish)


def guard() -> ResponseReturnValue | None:
    """Lets signed-in users in, and sends everybody to pages that exist."""
    if not (request.path + "/").startswith(PREFIX) or request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        return turned_away()
    if request.endpoint == INDEX:
        return redirect(OVERVIEW)
    path = request.path.removeprefix(PREFIX.rstrip("/")).rstrip("/")  # as pages and Dash name it
    if request.endpoint == PAGE and not page_exists(path, request.args):
        abort(404)
    return None


def turned_away() -> ResponseReturnValue:
    """To the sign-in page; scripts get a 401, for they would take that page for their answer."""
    if request.path.startswith(PREFIX + "_"):
        return jsonify(error="Your session has ended. Sign in again."), 401
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def finish(response: Response) -> Response:
    """Gives pages the token for their callbacks, and lets browsers keep the libraries."""
    if request.endpoint == PAGE and response.status_code == 200 and not _has_token():
        response.set_cookie(
            CSRF_COOKIE, generate_csrf(), path=PREFIX, secure=current_app.config["SECURE"], samesite="Lax"
        )  # not HttpOnly: Dash's own script sends it as a header
    if request.endpoint == DEPENDENCIES and request.args.get("v") == current_app.extensions["dependencies"]:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    if request.endpoint == SUITES and not response.cache_control.max_age:
        response.headers["Cache-Control"] = "no-cache"  # to be asked for by ETag
    return response


def _has_token() -> bool:
    """Whether the browser holds a token of this session; a new one each time would be a changed cookie each time."""
    try:
        validate_csrf(request.cookies.get(CSRF_COOKIE))
    except ValidationError:
        return False
    return True
