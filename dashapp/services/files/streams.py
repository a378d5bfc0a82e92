"""Pieces of a file as streams: a window, what deflate packed, and a count that enforces the limits of an upload."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

from ..errors import ExportError
from .budget import MEMBER

Spend = Callable[[int], None]
Stream = io.RawIOBase | io.BytesIO
PIECE = 1 << 15
RAW_DEFLATE, GZIP, GZIP_OR_ZLIB = -15, 31, 47  # zlib's names for the framings
MEMBERS = {GZIP: (b"\x1f\x8b",), GZIP_OR_ZLIB: (b"\x1f\x8b", b"\x78")}  # how one more begins behind the first
MARK = 2  # bytes
GZIP_HEAD = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # deflate; no name, no time, of whatever system
DAMAGED = "The file is damaged or was cut off on its way: download the export again and upload it unchanged."


class Window(io.RawIOBase):
    """`length` bytes of a file from `start` on; has its own position, so several may share the file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length = file, start, length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._length - self._at)
        if wanted <= 0:
            return 0
        self._file.seek(self._start + self._at)
        data = self._file.read(wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Inflate(io.RawIOBase):
    """What deflate or gzip packed, never more at once than is asked for; tells `spend` what was unpacked."""

    def __init__(self, packed: io.RawIOBase, framing: int, spend: Spend) -> None:
        self._packed, self._framing, self._spend = packed, framing, spend
        self._engine = zlib.decompressobj(framing)
        self._input = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ended():
            self._input = self._input or self._packed.read(PIECE) or b""
            data = self._inflated(len(buffer))
            if data:
                self._spend(len(data))
                buffer[: len(data)] = data
                return len(data)
        return 0

    def _inflated(self, room: int) -> bytes:
        given = self._input
        try:
            data = self._engine.decompress(given, room)
        except zlib.error as error:
            raise ExportError(DAMAGED) from error
        self._input = self._engine.unconsumed_tail
        if not data and not given and not self._engine.eof:
            raise ExportError(DAMAGED)
        return data

    def _ended(self) -> bool:
        """Whether all is read; a gzip file may hold several members one after the other."""
        if not self._engine.eof:
            return False
        more, rest = MEMBERS.get(self._framing, ()), self._engine.unused_data
        if more and len(rest) < MARK:
            rest += self._packed.read(PIECE) or b""
        if not rest.startswith(more):
            return True
        self._spend(MEMBER)
        self._engine, self._input = zlib.decompressobj(self._framing), rest
        return False


class Chained(io.RawIOBase):
    """Several sources, one behind the other."""

    def __init__(self, *sources: Stream) -> None:
        self._sources = [*sources]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._sources:
            if data := self._sources[0].read(len(buffer)):
                buffer[: len(data)] = data
                return len(data)
            self._sources.pop(0)
        return 0


def as_gzip(deflated: io.RawIOBase, *, size: int, checksum: int) -> io.RawIOBase:
    """What deflate packed as a gzip file, which says itself what it must unpack to."""
    end = struct.pack("<2L", checksum, size & 0xFFFFFFFF)
    return Chained(io.BytesIO(GZIP_HEAD), deflated, io.BytesIO(end))


class Counted(io.RawIOBase):
    """Tells `spend` how many bytes were read so far; at the end compares size and checksum with what was stated."""

    def __init__(
        self,
        source: Stream,
        spend: Callable[[int], None],
        *,
        size: int | None = None,
        checksum: int | None = None,
    ) -> None:
        self._source, self._spend = source, spend
        self._size, self._checksum = size, checksum
        self._count = self._sum = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer)) or b""
        self._count += len(data)
        if self._checksum is not None:
            self._sum = zlib.crc32(data, self._sum)
        self._spend(self._count)
        self._compare(ended=not data)
        buffer[: len(data)] = data
        return len(data)

    def _compare(self, *, ended: bool) -> None:
        too_long = self._size is not None and self._count > self._size
        too_short = ended and self._size is not None and self._count < self._size
        differs = ended and self._checksum is not None and self._sum != self._checksum
        if too_long or too_short or differs:
            raise ExportError(DAMAGED)
