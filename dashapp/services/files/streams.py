"""Pieces of a file as streams: a window, what deflate packed, and a count that enforces the limits of an upload."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

from ..errors import ExportError

PIECE = 1 << 15
RAW_DEFLATE, GZIP = -15, 31  # zlib's names for the two framings
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
    """What deflate or gzip packed, never more at once than is asked for."""

    def __init__(self, packed: io.RawIOBase, framing: int) -> None:
        self._packed, self._framing = packed, framing
        self._engine = zlib.decompressobj(framing)
        self._input = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ended():
            self._input = self._input or self._packed.read(PIECE) or b""
            data = self._inflated(len(buffer))
            if data:
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
        rest = self._engine.unused_data or (self._packed.read(PIECE) or b"" if self._framing == GZIP else b"")
        if self._framing != GZIP or not rest.startswith(b"\x1f\x8b"):
            return True
        self._engine, self._input = zlib.decompressobj(GZIP), rest
        return False


class Counted(io.RawIOBase):
    """Tells `spend` how many bytes were read so far; at the end compares size and checksum with what was stated."""

    def __init__(
        self,
        source: io.RawIOBase,
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
