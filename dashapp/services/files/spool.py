"""The data files of a packed tar, packed anew each for itself: so the tar is unpacked once, whatever is read of it."""

from __future__ import annotations

import io
import tempfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from .streams import PIECE, RAW_DEFLATE, Window
from .tars import Position


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file in the spool."""

    file: BinaryIO
    start: int
    packed: int
    checksum: int

    def window(self) -> Window:
        """The bytes as deflate packed them."""
        return Window(self.file, self.start, self.packed)


class _Nameless(io.BufferedRandom):
    """A file that no folder names, closed when nobody reads it any more."""

    def __init__(self) -> None:
        super().__init__(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - closed below

    def __del__(self) -> None:
        self.close()


class Spool:
    """The files, one behind the other; as long as entries are read, it is there."""

    def __init__(self) -> None:
        self._file = _Nameless()

    def keep(self, tar: Position, size: int) -> Spooled:
        """The next `size` bytes, fewer where the tar was cut off."""
        engine, checksum, start = zlib.compressobj(1, zlib.DEFLATED, RAW_DEFLATE), 0, self._file.tell()
        while size and (piece := tar.read(min(PIECE, size))):
            size -= len(piece)
            checksum = zlib.crc32(piece, checksum)
            self._file.write(engine.compress(piece))
        self._file.write(engine.flush())
        return Spooled(self._file, start, self._file.tell() - start, checksum)
