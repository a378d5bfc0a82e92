"""Entries of a tar file, which may be packed by gzip.

Python's own reader loads a header of any stated length, and up to 3.11.9 loops on hostile ones; here each is bounded.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..errors import ExportError
from .names import is_of_interest, safe_name
from .streams import DAMAGED, PIECE
from .zips import LINK, too_many

BLOCK = tarfile.BLOCKSIZE
LONGEST_HEADER = 1 << 16
LONGEST = 16 << 30  # bytes of the unpacked tar: passing over more would take minutes
FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE)
PASSED_OVER = (tarfile.DIRTYPE, tarfile.XGLTYPE)
TOO_LONG = "The archive is too large unpacked: upload only its data files, without pictures and videos."


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One file of a tar."""

    name: str
    size: int
    packed: int  # bytes of the whole upload: a tar packs all its files together
    offset: int
    unpacked: Callable[[], io.BufferedReader]  # the tar from its beginning
    written_at: datetime | None
    is_file: bool  # and no link
    checksum: int | None = None

    def stream(self) -> io.RawIOBase:
        """The content, not yet counted."""
        if not self.is_file:
            raise ExportError(LINK.format(name=self.name))
        source = self.unpacked()
        _skip(source, self.offset)
        return _Part(source, self.size)


class _Part(io.RawIOBase):
    """The next `length` bytes of a stream."""

    def __init__(self, source: io.BufferedReader, length: int) -> None:
        self._source, self._left = source, length

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


def is_tar(head: bytes) -> bool:
    """Whether these first bytes are a tar's."""
    return head[257:262] == b"ustar"


def tar_entries(unpacked: Callable[[], io.BufferedReader], *, packed: int, ratio: int, most: int) -> list[TarEntry]:
    """The files that may be of interest. Raises `ExportError` for more than `most` files, and for anything unsafe."""
    kept: dict[str, TarEntry] = {}
    longest = min(LONGEST, max(packed, 1 << 20) * ratio)
    for count, (name, size, offset, header) in enumerate(_files(unpacked(), longest=longest)):
        if count >= most:
            raise ExportError(too_many(most))
        if not is_of_interest(name):
            continue
        if name in kept:
            raise ExportError(f"The archive holds {name} twice: download the export again and upload it unchanged.")
        is_file = header.type in FILES
        kept[name] = TarEntry(name, size, packed, offset, unpacked, _written_at(header), is_file)
    return list(kept.values())


def _files(source: io.BufferedReader, *, longest: int) -> Iterator[tuple[str, int, int, tarfile.TarInfo]]:
    """Name, size, offset and header of each; a header of its own may state the next one's name or size."""
    at = 0
    stated: dict[str, str] = {}
    while header := _header(source):
        at += BLOCK
        size = int(stated.pop("size", header.size))
        room = -(-size // BLOCK) * BLOCK
        if size < 0 or at + room > longest:
            raise ExportError(TOO_LONG)
        if header.type in NAMES:
            stated |= _stated(header.type, _exactly(source, room, most=LONGEST_HEADER)[:size])
        else:
            name = safe_name(stated.pop("path", header.name))
            yield (f"{name}/" if header.type in PASSED_OVER else name), size, at, header
            stated = {}
            _skip(source, room)
        at += room


def _written_at(header: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(header.mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _header(source: io.BufferedReader) -> tarfile.TarInfo | None:
    block = _exactly(source, BLOCK, most=BLOCK)
    if not block.strip(b"\0"):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.HeaderError as error:
        raise ExportError(DAMAGED) from error


def _stated(kind: bytes, data: bytes) -> dict[str, str]:
    if kind == tarfile.GNUTYPE_LONGNAME:
        return {"path": data.rstrip(b"\0").decode("utf-8", "replace")}
    records: dict[str, str] = {}
    while data:
        length, space, _ = data.partition(b" ")
        if not space or not length.isdigit() or not len(length) + 1 < int(length[:6]) <= len(data):
            raise ExportError(DAMAGED)
        key, _, value = data[len(length) + 1 : int(length) - 1].decode("utf-8", "replace").partition("=")
        records[key] = value
        data = data[int(length) :]
    return _known(records)


def _known(records: dict[str, str]) -> dict[str, str]:
    if any(key.startswith("GNU.sparse") for key in records) or not records.get("size", "0").isdigit():
        raise ExportError(DAMAGED)
    return {key: value[:20] if key == "size" else value for key, value in records.items() if key in ("path", "size")}


def _exactly(source: io.BufferedReader, length: int, *, most: int) -> bytes:
    data = source.read(length) if length <= most else b""
    if len(data) < length:
        raise ExportError(DAMAGED)
    return data


def _skip(source: io.BufferedReader, length: int) -> None:
    if source.seekable():
        source.seek(length, io.SEEK_CUR)
        return
    while length:
        piece = source.read(min(PIECE, length))
        if not piece:
            raise ExportError(DAMAGED)
        length -= len(piece)
