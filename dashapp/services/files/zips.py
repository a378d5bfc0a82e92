"""Entries of a zip file: listed by `zipfile`, each statement of the list checked."""

from __future__ import annotations

import io
import stat
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ..errors import ExportError
from .names import is_of_interest, safe_name
from .streams import DAMAGED, RAW_DEFLATE, Inflate, Spend, Window

END, LARGEST_COMMENT = b"PK\x05\x06", 0xFFFF
LOCAL, LOCAL_SIZE = b"PK\x03\x04", 30
CENTRAL = b"PK\x01\x02"
LARGEST_DIRECTORY = 64 << 20
ENCRYPTED, UTF_8 = 0x2041, 0x800

ENCRYPTED_ZIP = "The zip is protected by a password: unpack it, and upload the files or a zip without password."
OVERLAPPING = (
    "The zip's files overlap each other, which no real export does: download the export again from the service itself."
)
LINK = "The archive holds a link ({name}) in place of a file: pack the files themselves, and upload that."
SPLIT_ZIP = "This is one piece of a split zip: put the pieces together, or upload the files that are inside."
UNKNOWN_PACKING = "{name} is packed in a way that we do not read: unpack the zip, and upload its files or a usual zip."


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
    written_at: datetime | None
    is_file: bool = True  # and no link
    is_exact: bool = True

    def stream(self, spend: Spend) -> io.RawIOBase:
        """The content, not yet counted."""
        packed = self.deflated()
        return Inflate(packed, RAW_DEFLATE, spend) if packed else self.window()

    def deflated(self) -> Window | None:
        """The content as deflate packed it; None if it did not."""
        if self.method not in (ZIP_STORED, ZIP_DEFLATED):
            raise ExportError(UNKNOWN_PACKING.format(name=self.name))
        return None if self.method == ZIP_STORED else self.window()

    def window(self) -> Window:
        """The bytes as they are packed."""
        if not self.is_file:
            raise ExportError(LINK.format(name=self.name))
        self.file.seek(self.offset)
        header = self.file.read(LOCAL_SIZE)
        if len(header) < LOCAL_SIZE or not header.startswith(LOCAL):
            raise ExportError(DAMAGED)
        start = self.offset + LOCAL_SIZE + sum(struct.unpack("<2H", header[26:30]))
        if start + self.packed > self.limit:
            raise ExportError(DAMAGED)
        return Window(self.file, start, self.packed)

    @property
    def seekable(self) -> bool:
        """Whether the content lies in the upload as it is."""
        return self.method == ZIP_STORED


@dataclass(frozen=True, slots=True)
class _Bounded:
    """A zip as `zipfile` reads it, refused before a directory without bounds becomes a list."""

    file: BinaryIO
    most: int

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise ExportError(DAMAGED)
        data = self.file.read(size)
        if data.count(CENTRAL) > self.most:
            raise ExportError(too_many(self.most))
        return data


def zip_entries(file: BinaryIO, *, most: int) -> list[ZipEntry]:
    """The files that may be of interest. Raises `ExportError` for more than `most` files, and for anything unsafe."""
    infos, limit = _directory(file, most)
    kept: dict[str, ZipEntry] = {}
    for info in infos:
        entry = _entry(file, info, limit=limit)
        if not is_of_interest(entry.name):
            continue
        if entry.name in kept:
            raise ExportError(f"The zip holds {entry.name} twice: download the export again and upload it unchanged.")
        kept[entry.name] = entry
    _check_spans(infos, limit=limit)
    return list(kept.values())


def _directory(file: BinaryIO, most: int) -> tuple[list[ZipInfo], int]:
    """What the directory states, and where it begins."""
    if _is_split(file):
        raise ExportError(SPLIT_ZIP)
    try:
        # Closed at once, and contents read through `Window`: it would keep its list, pictures and all, in memory for
        # as long as an import runs, and seek by reading in a zip that is stored in another.
        with ZipFile(_Bounded(file, most)) as archive:
            return archive.infolist(), archive.start_dir
    except (BadZipFile, NotImplementedError, OSError, OverflowError, ValueError, struct.error) as error:
        raise ExportError(DAMAGED) from error


def _is_split(file: BinaryIO) -> bool:
    """Whether its end says to be on another disk than the first, which `zipfile` does not look at."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - LARGEST_COMMENT - 22))
    _, found, end = file.read().rpartition(END)
    return bool(found) and end[:2] not in (b"", b"\0", b"\0\0", b"\xff\xff")


def too_many(most: int) -> str:
    """The sentence for an archive of more files than any export has."""
    return f"The archive holds more than {most:,} files: upload only its data files, without pictures and videos."


def _entry(file: BinaryIO, info: ZipInfo, *, limit: int) -> ZipEntry:
    name = safe_name(_decoded_name(info))
    if info.flag_bits & ENCRYPTED:
        raise ExportError(ENCRYPTED_ZIP)
    is_file = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG, stat.S_IFDIR)
    size, packed, method = info.file_size, info.compress_size, info.compress_type
    if info.header_offset < 0 or (method == ZIP_STORED and size != packed):
        raise ExportError(DAMAGED)
    return ZipEntry(name, size, packed, info.CRC, file, info.header_offset, method, limit, _written_at(info), is_file)


def _written_at(info: ZipInfo) -> datetime | None:
    """When the file was written, by a clock of unknown zone."""
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None


def _decoded_name(info: ZipInfo) -> str:
    """The whole name, which `ZipInfo.filename` ends at a zero byte; many programs write UTF-8 and do not say so."""
    try:
        return _raw_name(info).decode("utf-8")
    except UnicodeDecodeError:
        return info.orig_filename


def _raw_name(info: ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & UTF_8 else "cp437")


def _check_spans(infos: list[ZipInfo], *, limit: int) -> None:
    """Refuses files that share bytes: `zipfile` does so since 3.11.8, 3.12.2 and 3.13 only, and when they are read."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise ExportError(OVERLAPPING)
        end = info.header_offset + LOCAL_SIZE + len(_raw_name(info)) + info.compress_size
    if end > limit:
        raise ExportError(DAMAGED)
