"""A site of a few lines, for gunicorn: what a server does with clients shows without all of Sociogram behind it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dashapp import gunicorn_worker

HEAD_SECONDS = 4.0
LARGE = 8_000_000  # bytes of an answer: more than any system keeps for a client that does not read
gunicorn_worker.HEAD_SECONDS = HEAD_SECONDS
gunicorn_worker.FROM_ONE_ADDRESS = 80


class Site:
    """What gunicorn asks; the worker looks at its `config`, as at Flask's."""

    config = {"PROXY_HOPS": 0}  # noqa: RUF012

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers; `/count` with the bytes of the body, `/unread` without a look at it."""
        path, body = environ["PATH_INFO"], b""
        if path == "/count":
            read = iter(lambda: environ["wsgi.input"].read(65_536), b"")
            body = str(sum(map(len, read))).encode()
        elif path == "/large":
            body = b"x" * LARGE
        elif path == "/file":
            file = tempfile.TemporaryFile()  # noqa: SIM115 - gunicorn closes it
            file.truncate(LARGE)
            start_response("200 OK", [("Content-Length", str(LARGE))])
            return environ["wsgi.file_wrapper"](file)
        elif path == "/broken":
            start_response("200 OK", [("Content-Length", str(LARGE))])
            return self._broken()
        status = "413 Content Too Large" if path == "/unread" else "200 OK"
        start_response(status, [("Content-Length", str(len(body)))])
        return [body]

    def _broken(self) -> Iterator[bytes]:
        yield b"x"
        raise RuntimeError


site = Site()
