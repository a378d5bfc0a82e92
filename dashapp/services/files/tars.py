"""Entries of a tar file, which may be packed by gzip.

Python's own reader loads a header of any stated length, and up to 3.11.9 loops on hostile ones; here each is bounded.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from ..errors import ExportError
from .budget import MEMBER, Budget
from .names import is_of_interest, safe_name
from .streams import DAMAGED, PIECE
from .zips import too_many

BLOCK = tarfile.BLOCKSIZE
LONGEST_HEADER = 1 << 16
FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE)
PASSED_OVER = (tarfile.DIRTYPE, tarfile.XGLTYPE)
TWICE = "The archive holds {name} twice: download the export again and upload it unchanged."
TOO_LONG = "The archive is too large unpacked: upload only its data files, without pictures and videos."


class Position:
    """A place in a tar, which only moves ahead."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.at = 0

    def read(self, length: int) -> bytes:
        """Up to so many bytes."""
        data = self._source.read(length)
        self.at += len(data)
        return data

    def go_to(self, at: int) -> None:
        """Passes over what stands before."""
        if self._source.seekable():
            self.at = self._source.seek(at)
        while self.at < at:
            if not self.read(min(PIECE, at - self.at)):
                raise ExportError(DAMAGED)


@dataclass(frozen=True, slots=True)
class TarFile:
    """What a header says of a file, whose content begins at the place where it is read."""

    name: str
    size: int
    written_at: datetime | None
    is_file: bool  # and no link


def is_tar(head: bytes) -> bool:
    """Whether these first bytes are a tar's."""
    return head[257:262] == b"ustar"


def tar_files(tar: Position, budget: Budget, *, most: int) -> Iterator[TarFile]:
    """The files that may be of interest, each once, in one pass; whoever takes one may read its content from `tar`.

    Raises `ExportError` for more than `most` files, and for anything unsafe.
    """
    known: set[str] = set()
    for count, file in enumerate(_files(tar, budget)):
        if count >= most:
            raise ExportError(too_many(most))
        if not is_of_interest(file.name):
            continue
        if file.name in known:
            raise ExportError(TWICE.format(name=file.name))
        known.add(file.name)
        yield file


def _files(tar: Position, budget: Budget) -> Iterator[TarFile]:
    """All; a header of its own may state the next one's name or size."""
    stated: dict[str, str] = {}
    longest = budget.left
    while header := _header(tar):
        budget.spend(MEMBER)
        size = int(stated.pop("size", header.size))
        behind = tar.at + -(-size // BLOCK) * BLOCK
        if size < 0 or behind > longest:
            raise ExportError(TOO_LONG)
        if header.type in NAMES:
            stated |= _stated(header.type, _exactly(tar, behind - tar.at, most=LONGEST_HEADER)[:size])
        else:
            name = safe_name(stated.pop("path", header.name))
            name = f"{name}/" if header.type in PASSED_OVER else name
            yield TarFile(name, size, _written_at(header), header.type in FILES)
            stated = {}
            tar.go_to(behind)


def _written_at(header: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(header.mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _header(tar: Position) -> tarfile.TarInfo | None:
    block = _exactly(tar, BLOCK, most=BLOCK)
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


def _exactly(tar: Position, length: int, *, most: int) -> bytes:
    data = tar.read(length) if length <= most else b""
    if len(data) < length:
        raise ExportError(DAMAGED)
    return data
