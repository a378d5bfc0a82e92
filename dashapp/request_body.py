"""The body of a request: read whole, or refused."""

from __future__ import annotations

from typing import IO, cast

from flask import Request
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream


class WholeStream(LimitedStream):
    """Of a body in chunks, whose length nobody stated. Werkzeug's ends it at the limit, and says nothing."""

    def readall(self) -> bytes:
        """All of it."""
        data = super().readall()
        if self.is_exhausted and self._stream.read(1):
            self.on_exhausted()
        return data


class WholeRequest(Request):
    """Flask's, but with no body cut short."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body."""
        stream, most = super().stream, self.max_content_length
        if most is None or "wsgi.input_terminated" not in self.environ:
            return stream
        return cast(IO[bytes], WholeStream(self.environ["wsgi.input"], most, is_max=True))
