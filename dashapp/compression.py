"""Answers that are made anew each time, compressed on their way: data, downloads, pages where it betrays nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

from .dashboard.formats import FORMATS
from .dashboard.guard import PAGE as DASHBOARD  # Dash's page: the query is for its scripts, and does not stand in it

#: of gzip: 6 takes twice the time for a tenth less
LEVEL = 4
LEAST = 1000  # bytes: one packet, compressed or not
PAGE = "text/html"
TYPES = {PAGE, "application/json"} | {form.mimetype for form in FORMATS.values()}


def register(app: Flask) -> None:
    """Binds it to the app."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The answer as gzip, if it is of a kind that shrinks and the client takes it."""
    if response.mimetype not in TYPES or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if response.content_encoding:
        return response
    if response.status_code != 200 or not request.accept_encodings["gzip"] or _may_echo(response):
        return response
    if response.is_streamed:
        if close := getattr(response.response, "close", None):
            response.call_on_close(close)
        response.response = gzipped(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    elif len(response.get_data()) < LEAST:
        return response
    else:
        response.set_data(b"".join(gzipped([response.get_data()])))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _may_echo(response: Response) -> bool:
    """Whether it is a page that may hold text of who made the link, beside the token of a form.

    The length of such a page, compressed, would tell whether the text is like the token (BREACH).
    """
    echoes = request.method != "GET" or (bool(request.query_string) and request.endpoint != DASHBOARD)
    return response.mimetype == PAGE and echoes


def gzipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts as gzip, each handed on as soon as there is something of it, never an empty one: it would end a
    chunked answer."""
    packer = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()
