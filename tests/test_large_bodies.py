"""No request takes much more memory than it may have bytes."""

from __future__ import annotations

import io
from functools import partial
from itertools import product

import pytest
from flask import Flask

from tests.memory import grown_by
from tests.users.browser_session import BrowserSession

MEMORY = 64  # MB
SIZES = (900_000, 5_000_000)
BODIES = {
    "form": ("/signin", "application/x-www-form-urlencoded", b"a=1&"),
    "parts": ("/signin", "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    "upload": ("/connect/mastodon", "application/x-www-form-urlencoded", b"a=1&"),
    "json": ("/dashboard/_dash-update-component", "application/json", b"[1,2,3],"),
    "deep": ("/dashboard/_dash-update-component", "application/json", b"["),
}  # fmt: skip


class Endless(io.RawIOBase):
    """The same bytes again and again, up to a size."""

    def __init__(self, part: bytes, size: int) -> None:
        self.part, self.left = part, size

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        """As much as is asked for."""
        size = min(len(into), self.left, 65_536)
        into[:size] = (self.part * (size // len(self.part) + 1))[:size]
        self.left -= size
        return size


@pytest.mark.slow
def test_no_large_body_takes_much_memory(app: Flask) -> None:
    visitor = BrowserSession(app)
    visitor.register()
    said = {}
    for name, (path, kind, part) in BODIES.items():
        for size, chunked in product(SIZES, (False, True)):
            how = {"wsgi.input_terminated": True} if chunked else {"CONTENT_LENGTH": str(size)}
            body = {"wsgi.input": io.BufferedReader(Endless(part, size)), "CONTENT_TYPE": kind}
            answer, megabytes = grown_by(partial(visitor.client.post, path, environ_overrides=body | how))
            said[f"{name} of {size}{', in chunks' * chunked}"] = (answer.status_code, megabytes)

    assert len(said) == 20
    assert {name: answer for name, (answer, _) in said.items() if answer not in (400, 413)} == {}
    assert {name: took for name, (_, took) in said.items() if took > MEMORY} == {}
