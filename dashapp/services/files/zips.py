"""Entries of a zip file.

Python's own reader builds its whole list before anything can be checked, takes what the headers say for true, and up
to 3.12 accepts entries that share bytes; so the directory is read here, and each statement checked.
"""

from __future__ import annotations

import io
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from ..errors import ExportError
from .names import is_of_interest, safe_name
from .streams import DAMAGED, RAW_DEFLATE, Inflate, Window

END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64 = struct.Struct("<4sLQL")
SIGNATURE = b"PK\x01\x02"
CENTRAL = struct.Struct("<4s4x2H4x3L3H4x2L")
LOCAL_SIZE = 30
LARGEST_DIRECTORY = 64 << 20
IN_EXTRA, IN_EXTRA_16 = 0xFFFFFFFF, 0xFFFF  # "the true value stands in the extra field"
ENCRYPTED, UTF_8 = 0x2041, 0x800
STORED, DEFLATED = 0, 8

ENCRYPTED_ZIP = "The zip is protected by a password: unpack it, and upload the files or a zip without password."
OVERLAPPING = (
    "The zip's files overlap each other, which no real export does: download the export again from the service itself."
)
LINK = "The archive holds a link ({name}) in place of a file: pack the files themselves, and upload that."
SPLIT_ZIP = "This is one piece of a split zip: put the pieces together, or upload the files that are inside."
UNKNOWN_PACKING = "{name} is packed in a way that we do not read: unpack the zip, and upload its files or a usual zip."


class _Header(NamedTuple):
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    mode: int
    offset: int
    name: bytes
    extra: bytes


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One file of a zip, as its directory states it."""

    name: str
    size: int
    packed: int
    checksum: int
    file: BinaryIO
    offset: int
    method: int
    limit: int  # where the directory begins: no file's bytes lie behind

    def stream(self) -> io.RawIOBase:
        """The content, not yet counted."""
        if self.method not in (STORED, DEFLATED):
            raise ExportError(UNKNOWN_PACKING.format(name=self.name))
        window = self.window()
        return window if self.method == STORED else Inflate(window, RAW_DEFLATE)

    def window(self) -> Window:
        """The bytes as they are packed."""
        self.file.seek(self.offset)
        header = self.file.read(LOCAL_SIZE)
        if len(header) < LOCAL_SIZE or not header.startswith(b"PK\x03\x04"):
            raise ExportError(DAMAGED)
        start = self.offset + LOCAL_SIZE + sum(struct.unpack("<2H", header[26:30]))
        if start + self.packed > self.limit:
            raise ExportError(DAMAGED)
        return Window(self.file, start, self.packed)

    @property
    def seekable(self) -> bool:
        """Whether the content lies in the upload as it is."""
        return self.method == STORED


def zip_entries(file: BinaryIO, *, most: int) -> list[ZipEntry]:
    """The files that may be of interest. Raises `ExportError` for more than `most` files, and for anything unsafe."""
    directory, start, shift = _directory(file)
    if directory.count(SIGNATURE) > most:
        raise ExportError(too_many(most))
    kept: dict[str, ZipEntry] = {}
    spans: list[tuple[int, int]] = []
    for header in _headers(directory):
        entry = _entry(file, header, shift=shift, limit=start)
        spans.append((entry.offset, entry.offset + LOCAL_SIZE + len(header.name) + entry.packed))
        if not is_of_interest(entry.name):
            continue
        if entry.name in kept:
            raise ExportError(f"The zip holds {entry.name} twice: download the export again and upload it unchanged.")
        kept[entry.name] = entry
    _check_spans(spans, limit=start)
    return list(kept.values())


def _directory(file: BinaryIO) -> tuple[bytes, int, int]:
    """The directory's bytes, where it begins, and by how much offsets are shifted by bytes in front of the zip."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(0, size - END.size - 0xFFFF)
    file.seek(tail_at)
    tail = file.read(END.size + 0xFFFF)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < END.size:
        raise ExportError(DAMAGED)
    _, disk, _, _, _, length, stated, _ = END.unpack_from(tail, found)
    if disk not in (0, IN_EXTRA_16):
        raise ExportError(SPLIT_ZIP)
    end, length, stated = _zip64(file, tail_at + found, length, stated)
    start = end - length
    if start < stated or length > LARGEST_DIRECTORY:
        raise ExportError(DAMAGED)
    file.seek(start)
    return file.read(length), start, start - stated


def _zip64(file: BinaryIO, end: int, length: int, stated: int) -> tuple[int, int, int]:
    if end < LOCATOR_64.size:
        return end, length, stated
    file.seek(end - LOCATOR_64.size)
    signature, _, at, _ = LOCATOR_64.unpack(file.read(LOCATOR_64.size))
    if signature != b"PK\x06\x07":
        return end, length, stated
    if at > end - LOCATOR_64.size - END_64.size:
        raise ExportError(DAMAGED)
    file.seek(at)
    fields = END_64.unpack(file.read(END_64.size))
    if fields[0] != b"PK\x06\x06":
        raise ExportError(DAMAGED)
    return at, fields[8], fields[9]


def _headers(directory: bytes) -> Iterator[_Header]:
    at = 0
    while at < len(directory):
        if at + CENTRAL.size > len(directory) or directory[at : at + 4] != SIGNATURE:
            raise ExportError(DAMAGED)
        _, flags, method, checksum, packed, size, name, extra, comment, mode, offset = CENTRAL.unpack_from(
            directory, at
        )
        numbers = (flags, method, checksum, packed, size, mode >> 16, offset)
        name_at = at + CENTRAL.size
        extra_at = name_at + name
        at = extra_at + extra + comment
        yield _Header(*numbers, directory[name_at:extra_at], directory[extra_at : extra_at + extra])


def too_many(most: int) -> str:
    """The sentence for an archive of more files than any export has."""
    return f"The archive holds more than {most:,} files: upload only its data files, without pictures and videos."


def _entry(file: BinaryIO, header: _Header, *, shift: int, limit: int) -> ZipEntry:
    name = safe_name(_decoded(header.name, header.flags))
    if header.flags & ENCRYPTED:
        raise ExportError(ENCRYPTED_ZIP)
    if stat.S_IFMT(header.mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ExportError(LINK.format(name=name))
    size, packed, offset = _true_sizes(header)
    if header.method == STORED and size != packed:
        raise ExportError(DAMAGED)
    return ZipEntry(name, size, packed, header.checksum, file, offset + shift, header.method, limit)


def _decoded(name: bytes, flags: int) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8", "replace") if flags & UTF_8 else name.decode("cp437")


def _true_sizes(header: _Header) -> tuple[int, int, int]:
    """Size, packed size and offset; those that do not fit in 32 bits stand in this order in extra field 1."""
    values = [header.size, header.packed, header.offset]
    missing = [place for place, value in enumerate(values) if value == IN_EXTRA]
    numbers = _extra_numbers(header.extra) if missing else ()
    if len(numbers) < len(missing):
        raise ExportError(DAMAGED)
    for place, number in zip(missing, numbers, strict=False):
        values[place] = number
    return values[0], values[1], values[2]


def _extra_numbers(extra: bytes) -> tuple[int, ...]:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            field = extra[4 : 4 + length]
            return struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8])
        extra = extra[4 + length :]
    return ()


def _check_spans(spans: list[tuple[int, int]], *, limit: int) -> None:
    end = 0
    for start, stop in sorted(spans):
        if start < end:
            raise ExportError(OVERLAPPING)
        end = stop
    if end > limit:
        raise ExportError(DAMAGED)
