"""Answers of callbacks and shared pages, kept in memory as long as nothing has changed of what they show."""

from __future__ import annotations

import gzip
import hashlib
import re
import struct
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock
from zoneinfo import ZoneInfo

from flask import Response, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..store.database import now
from ..store.stamp import noting_writes, stamp
from ..theme import current_theme
from .guard import OPENED

MOST_BYTES = 16_000_000  # of a process, compressed; one answer takes a tenth of it at most
LIFETIME = 600  # seconds: so old may be what the hour alone changes, as of an import that ended
PATIENCE = 3.0  # seconds for an answer that another thread makes
LEVEL = 4  # of gzip, as of other answers (compression.py)
CSRF = "csrf_token"
_BASE64 = re.compile(rb'":"[A-Za-z0-9+=:;,\\]{50000,}+')  # its slashes come escaped

#: whose data is shown, and a digest of all else that was asked
Key = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as gzip, and of which stamp it is."""

    stamp: str
    at: float
    data: bytes
    mimetype: str


class Answers:
    """Those of a process, the longest unused leave first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.size = most, 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._making: dict[tuple[Key, str], Event] = {}
        self._lock = Lock()

    def get(self, key: Key, of: str) -> Kept | None:
        """The answer, if it is of that stamp and not too old."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.stamp != of or time.monotonic() - kept.at > LIFETIME:
                return None
            self._kept.move_to_end(key)
            return kept

    def put(self, key: Key, of: str, data: bytes, mimetype: str) -> None:
        """Keeps it in the place of an older one."""
        with self._lock:
            self._drop(key)
            if len(data) > self.most / 10:
                return
            self._kept[key] = Kept(of, time.monotonic(), data, mimetype)
            self.size += len(data)
            while self.size > self.most:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()
            self.size = 0

    def _drop(self, key: Key) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self.size -= len(kept.data)

    @contextmanager
    def _making_alone(self, key: Key, of: str) -> Iterator[None]:
        """Who comes while another thread makes that answer waits for it first, but not long."""
        with self._lock:
            other = self._making.get((key, of))
            mine = self._making[key, of] = other or Event()
        if other:
            other.wait(PATIENCE)
        try:
            yield
        finally:
            if not other:
                with self._lock:
                    del self._making[key, of]
                mine.set()

    def of(self, view: Callable[[], ResponseReturnValue], key: Key, *, token: str | None = None) -> ResponseReturnValue:
        """The answer of that key, made by the view if there is none of what stands there now.

        What wrote something is no answer to be given again, nor are errors, nor a form with the token of one visitor
        where that `token` is not in the key.
        """
        told = stamp(key[0])  # first: what changes meanwhile makes the answer one of an older stamp
        if told is None:
            return view()
        if (kept := self.get(key, told)) is not None:
            return _response(kept.data, kept.mimetype)
        with self._making_alone(key, told):
            if (kept := self.get(key, told)) is not None:
                return _response(kept.data, kept.mimetype)
            with noting_writes() as writes:
                response = make_response(view())
            if response.status_code != 200 or writes.begun or (token is None and CSRF in g):
                return response
            data, mimetype = compressed(response.get_data()), response.mimetype or ""
            self.put(key, told, data, mimetype)
        return _response(data, mimetype)

    def of_user(self, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
        """The signed-in user's answer to a callback; visitors of the demo share theirs."""
        user = current_user
        token = None if user.is_demo else session.get(CSRF)
        asked = (request.headers.get(OPENED), request.get_data())
        return self.of(
            view, key_of(user.id, user.time_zone, user.name, user.theme, user.is_demo, token, *asked), token=token
        )


def key_of(owner: int, time_zone: str, *shown: object) -> Key:
    """All that an answer depends on beside what is stored: the address, the day, and how it is shown to whom."""
    day = now().astimezone(ZoneInfo(time_zone)).date()
    asked = repr((request.path, time_zone, day, current_theme(), *shown))
    return owner, hashlib.sha256(asked.encode(errors="surrogatepass")).digest()


def compressed(data: bytes) -> bytes:
    """JSON as gzip: long base64, where hardly a word comes twice, by its letters alone, in a third of the time."""
    parts, at = [b"\x1f\x8b\x08" + bytes(6) + b"\xff"], 0
    for found in _BASE64.finditer(data):
        parts += [_deflated(data[at : found.start()]), _deflated(found.group(), zlib.Z_HUFFMAN_ONLY)]
        at = found.end()
    parts += [_deflated(data[at:], end=zlib.Z_FINISH), struct.pack("<II", zlib.crc32(data), len(data))]
    return b"".join(parts)


def _deflated(data: bytes, strategy: int = zlib.Z_DEFAULT_STRATEGY, *, end: int = zlib.Z_FULL_FLUSH) -> bytes:
    packer = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS, strategy=strategy)
    return packer.compress(data) + packer.flush(end)


def _response(data: bytes, mimetype: str) -> Response:
    if request.accept_encodings["gzip"]:
        response = Response(data, mimetype=mimetype)
        response.content_encoding = "gzip"
    else:
        response = Response(gzip.decompress(data), mimetype=mimetype)
    response.vary.add("Accept-Encoding")
    return response
