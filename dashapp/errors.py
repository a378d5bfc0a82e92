"""Pages and answers for what goes wrong: what happened, and what to do next."""

from __future__ import annotations

import errno
import logging
import math
import sqlite3
import time

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from psycopg.errors import DiskFull
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import (
    BadHost,
    HTTPException,
    RequestEntityTooLarge,
    SecurityError,
    TooManyRequests,
)

from .extensions import limiter
from .services.errors import ServiceError
from .store.database import is_away

logger = logging.getLogger(__name__)

TITLES = {
    400: ("This request is not complete", "Go back, load the page again, and retry."),
    403: ("This is not allowed", "You may not do this here."),
    404: ("There is nothing here", "The address may be misspelt, or what was here is deleted."),
    405: ("This is not possible here", "Go back, load the page again, and retry."),
    413: ("This is too large", "Send less at once."),
    429: ("Too many tries", "Wait a little, then try again."),
    500: ("Something went wrong on our side", "It is noted. Try again in a minute; nothing of yours is lost."),
    502: ("Something outside failed", "Try again in a minute."),
    503: ("Sociogram is out of reach for a moment", "Its database does not answer. Try again in a minute."),
    507: ("The server's disk is full", "Nothing of this was kept. Try again when its operator has made room."),
}
RETRY_SECONDS = 10


def register(app: Flask) -> None:
    """Binds the handlers to the app."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(TooManyRequests, too_many)
    app.register_error_handler(ServiceError, service_error)
    app.register_error_handler(SQLAlchemyError, database_error)
    app.register_error_handler(OSError, disk_error)


def http_error(error: HTTPException) -> Response:
    """Any error of HTTP; a sentence of ours is shown, werkzeug's own English is not."""
    if isinstance(error, BadHost | SecurityError):  # a page has links, and none can be made
        return make_response("This server does not answer to that host name.", 400)
    is_ours = error.description and error.description != type(error).description
    response = answer(error.code or 500, error.description if is_ours else None)
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def stale_form(_error: CSRFError) -> Response:
    """A form without its token: most often one of a session that has ended."""
    return answer(
        400, "This form is too old, or your browser refuses cookies. Go back, load the page again, and retry."
    )


def too_large(_error: RequestEntityTooLarge) -> Response:
    """An upload, or a form, over the limit."""
    largest = request.max_content_length or 0
    if (request.content_length or largest + 1) <= largest:
        return answer(413, "One of the fields of this form holds too much text.")
    return answer(413, f"At most {largest // 1_000_000} MB can be sent at once.")


def too_many(_error: TooManyRequests) -> Response:
    """Over a limit of tries: says when it goes on."""
    seconds = seconds_left()
    response = answer(429, f"You have tried this many times in a short while. It goes on in {in_words(seconds)}.")
    response.headers["Retry-After"] = str(seconds)
    return response


def seconds_left() -> int:
    """Until the limit that was hit lets somebody try again."""
    limit = limiter.current_limit
    return max(1, math.ceil(limit.reset_at - time.time())) if limit else 60


def in_words(seconds: int) -> str:
    """A waiting time as people say it, never too short."""
    if seconds < 60:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def service_error(error: ServiceError) -> Response:
    """Something outside failed, told in a sentence for the user."""
    return answer(502, str(error))


def database_error(error: SQLAlchemyError) -> Response:
    """The database is away, busy for too long, or has no room."""
    if not is_away(error):
        raise error
    logger.error("the database is out of reach", exc_info=error)
    if is_full(error):
        return answer(507, None)
    response = answer(503, None)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def is_full(error: SQLAlchemyError) -> bool:
    """Whether its disk is."""
    cause = getattr(error, "orig", None)
    return isinstance(cause, DiskFull) or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def disk_error(error: OSError) -> Response:
    """No room for a file."""
    if error.errno != errno.ENOSPC:
        raise error
    logger.error("the disk is full", exc_info=error)
    return answer(507, None)


def answer(status: int, sentence: str | None) -> Response:
    """The error as a page, or as JSON for scripts."""
    title, usual = TITLES.get(status, TITLES[400 if status < 500 else 500])
    if wants_json():
        return make_response(jsonify(error=sentence or f"{title}. {usual}"), status)
    context = {"status": status, "title": title, "sentence": sentence or usual, "bare": status >= 500}
    if context["bare"]:  # without the context processors, one of which asks the database who is signed in
        page = current_app.jinja_env.get_template("error.html").render(context)
    else:
        page = render_template("error.html", **context)
    return make_response(page, status)


def wants_json() -> bool:
    """Whether a script asks, such as the dashboard's or the upload's."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
