"""Sends large bodies to an application on the database that is named; tells the answers and the memory they took."""

from __future__ import annotations

import io
import json
import sys
from itertools import product

from tests.conftest import make_app
from tests.services.bad_uploads import peak
from tests.users.browser_session import BrowserSession

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


def main() -> None:
    """Sends each with its length told, and in chunks."""
    app = make_app(sys.argv[1])
    visitor = BrowserSession(app)
    visitor.register()
    client = visitor.client
    said = {}
    for name, (path, kind, part) in BODIES.items():
        for size, chunked in product(SIZES, (False, True)):
            how = {"wsgi.input_terminated": True} if chunked else {"CONTENT_LENGTH": str(size)}
            before = peak()
            body = {"wsgi.input": io.BufferedReader(Endless(part, size)), "CONTENT_TYPE": kind}
            answer = client.post(path, environ_overrides=body | how)
            said[f"{name} of {size}{', in chunks' * chunked}"] = [answer.status_code, peak() - before]
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
