"""An upload: zip, tar, gzip or plain files. Read in place by name, never unpacked to disk, within stated limits."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

from ..errors import ExportError
from .budget import Budget
from .names import ARCHIVE, DATA, is_of_interest, plain_name, safe_name
from .spool import Spool, Spooled
from .streams import GZIP, RAW_DEFLATE, Counted, Inflate, Spend, Stream, Window, as_gzip
from .tars import Position, TarFile, is_tar, tar_files
from .values import EARLIEST
from .zips import LINK, ZipEntry, too_many, zip_entries

MOST_ENTRIES = 200_000  # an X export with its media has about 100,000
MOST_DATA = 50_000  # of these that a reader might open: each name is shown to each reader
LARGEST_ENTRY = 2 << 30
LARGEST_TOTAL = 4 << 30
MOST_NESTED, LARGEST_NESTED = 20, 64 << 20  # archives packed inside a zip are held in memory
RATIO, RATIO_FROM = 200, 64 << 20  # posts as JSON pack about 1:20
BUFFER = 1 << 16
HEAD = 4096

ZIP = b"PK"
PACKED_OTHERWISE = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
BOMB = "{name} is far larger unpacked than any real export: download the export again from the service itself."
TOO_LARGE = "{name} is too large unpacked: the limit is {limit} GB."
TOO_MANY_DATA = (
    f"The upload holds more than {MOST_DATA:,} data files, more than any export: upload one export at a time."
)
EMPTY = "{name} is empty: download the export again, and upload it when its download has ended."
WEB_PAGE = (
    "{name} is a web page, not the data: where the service lets you choose a format, choose JSON; "
    "then upload the downloaded file itself."
)
TWICE = "{name} is in two of the uploaded files, and they differ: upload one export at a time."


@dataclass(frozen=True, slots=True)
class PlainEntry:
    """A file that was uploaded as it is, packed by gzip alone, or in a tar."""

    name: str
    size: int
    packed: int
    source: Callable[[Spend], Stream]
    written_at: datetime | None = None
    is_exact: bool = True  # whether the size is told, and not guessed
    checksum: int | None = None
    deflated: Callable[[], Window | None] = lambda: None

    def stream(self, spend: Spend) -> Stream:
        """The content, not yet counted."""
        return self.source(spend)


Entry = PlainEntry | ZipEntry


class UploadedEntries:
    """The files of an upload (`entries.Entries`). Streams count what they give and raise `ExportError`."""

    def __init__(self, entries: Iterable[Entry], budget: Budget, *, uploaded: Mapping[str, str] | None = None) -> None:
        self.uploaded = uploaded or {}  # in which of the uploaded files an entry came
        self._budget = budget
        self._entries: dict[str, Entry] = {}
        self._differing: set[str] = set()
        self._spent: dict[str, int] = {}
        self._total = 0
        for entry in entries:
            self._add(entry)

    def names(self) -> list[str]:
        """All names but those of media."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """Bytes of the entry, as stated."""
        return self._entries[name].size

    def packed_size(self, name: str) -> int:
        """Bytes that the entry takes in the upload."""
        return self._entries[name].packed

    def written_at(self, names: Iterable[str]) -> datetime | None:
        """When the newest of these entries was written, as a zip or tar states it; 1970 and 1980 are no times."""
        times = [at for name in names if (at := self._entries[name].written_at) and at >= EARLIEST]
        return min(max(times), datetime.now(UTC)) if times else None

    def open(self, name: str) -> BinaryIO:
        """The entry from its beginning."""
        entry = self._entry(name)
        size = entry.size if entry.is_exact else None
        spend = partial(self._spend, name, entry.packed)
        stream = entry.stream(self._budget.spend)
        return io.BufferedReader(Counted(stream, spend, size=size, checksum=entry.checksum), BUFFER)

    def packed(self, name: str) -> BinaryIO | None:
        """The entry as a gzip file, where deflate packed it: then it need not be unpacked to be kept."""
        entry = self._entry(name)
        packed = entry.deflated()
        if packed is None or entry.checksum is None:
            return None
        self._spend(name, entry.packed, entry.size)
        return io.BufferedReader(as_gzip(packed, size=entry.size, checksum=entry.checksum), BUFFER)

    def _entry(self, name: str) -> Entry:
        entry = self._entries[name]
        if name in self._differing:
            raise ExportError(TWICE.format(name=name))
        if entry.size > LARGEST_ENTRY:
            raise ExportError(TOO_LARGE.format(name=name, limit=LARGEST_ENTRY >> 30))
        return entry

    def _add(self, entry: Entry) -> None:
        known = self._entries.setdefault(entry.name, entry)
        if known is not entry and (known.checksum is None or known.checksum != entry.checksum):
            self._differing.add(entry.name)

    def _spend(self, name: str, packed: int, count: int) -> None:
        if count > max(RATIO_FROM, packed * RATIO):
            raise ExportError(BOMB.format(name=name))
        if count > LARGEST_ENTRY:
            raise ExportError(TOO_LARGE.format(name=name, limit=LARGEST_ENTRY >> 30))
        self._total += max(0, count - self._spent.get(name, 0))
        self._spent[name] = max(count, self._spent.get(name, 0))
        if self._total > LARGEST_TOTAL:
            raise ExportError(TOO_LARGE.format(name="The upload", limit=LARGEST_TOTAL >> 30))


def open_upload(files: Sequence[tuple[str, BinaryIO]], *, seconds: float = math.inf) -> UploadedEntries:
    """The files of one or several uploads, given as name and seekable file. Raises `ExportError` for unsafe ones.

    Whatever is read of them from now on may take so many seconds of work together.
    """
    if not files:
        raise ExportError("No file was chosen: choose the zip that the service gave you.")
    budget = Budget(sum(file.seek(0, io.SEEK_END) for _, file in files), seconds=seconds)
    entries: list[Entry] = []
    uploaded: dict[str, str] = {}
    for name, file in files:
        found = _entries(_base(name), file, budget)
        entries += found
        for entry in found:
            uploaded.setdefault(entry.name, name)
        if len(entries) > MOST_ENTRIES:
            raise ExportError(too_many(MOST_ENTRIES))
    if sum(bool(DATA.search(entry.name)) for entry in entries) > MOST_DATA:
        raise ExportError(TOO_MANY_DATA)
    if entries and not any(entry.size for entry in entries):
        raise ExportError(EMPTY.format(name=entries[0].name if len(entries) == 1 else "Every file of the upload"))
    return UploadedEntries(entries, budget, uploaded=uploaded)


def _base(name: str) -> str:
    return safe_name(name.replace("\\", "/").rpartition("/")[2]) or "The upload"


def _entries(name: str, file: BinaryIO, budget: Budget) -> Sequence[Entry]:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _opened(zip_entries(file, most=MOST_ENTRIES), budget)
    if head.startswith(b"\x1f\x8b"):
        return _gzip(name, file, size, budget)
    if is_tar(head):
        return _tar(file, size, budget)
    _check_plain(name, head)
    name = plain_name(name, head)
    return [PlainEntry(name, size, size, lambda _: Window(file, 0, size))] if is_of_interest(name) else []


def _check_plain(name: str, head: bytes) -> None:
    if not head:
        raise ExportError(EMPTY.format(name=name))
    packing = next((title for magic, title in PACKED_OTHERWISE.items() if head.startswith(magic)), "")
    if packing:
        raise ExportError(f"{name} is packed as {packing}: unpack it, and upload the files or a zip of them.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise ExportError(WEB_PAGE.format(name=name))


def _gzip(name: str, file: BinaryIO, size: int, budget: Budget) -> Sequence[Entry]:
    def unpacked(spend: Spend) -> Inflate:
        return Inflate(Window(file, 0, size), GZIP, spend)

    head = io.BufferedReader(unpacked(budget.spend)).read(HEAD)
    if is_tar(head):
        return _packed_tar(unpacked(budget.spend), budget)
    inner = name[:-3] if name.lower().endswith(".gz") else name
    _check_plain(inner, head)
    file.seek(-4, io.SEEK_END)
    stated = int.from_bytes(file.read(4), "little")  # modulo 4 GB, and of the last member: good enough for progress
    return [PlainEntry(plain_name(inner, head), stated, size, unpacked, is_exact=False)]


def _tar(file: BinaryIO, size: int, budget: Budget) -> Sequence[Entry]:
    """The entries of a tar that is not packed: they are read where they stand."""
    tar = Position(io.BufferedReader(Window(file, 0, size), BUFFER))
    return [
        _tar_entry(each, partial(Window, file, tar.at, each.size)) for each in tar_files(tar, budget, most=MOST_ENTRIES)
    ]


def _packed_tar(unpacked: Inflate, budget: Budget) -> Sequence[Entry]:
    """The entries of a tar in which the way to a file leads through all before: those with data go into a spool.

    Of others nothing is kept but the name, which tells what they are.
    """
    tar, spool = Position(io.BufferedReader(unpacked, BUFFER)), Spool()
    return [
        _spooled(each, spool.keep(tar, each.size))
        if each.is_file and DATA.search(each.name)
        else _tar_entry(each, io.BytesIO)
        for each in tar_files(tar, budget, most=MOST_ENTRIES)
    ]


def _tar_entry(file: TarFile, content: Callable[[], Stream]) -> Entry:
    def source(_: Spend) -> Stream:
        if not file.is_file:
            raise ExportError(LINK.format(name=file.name))
        return content()

    return PlainEntry(file.name, file.size, file.size, source, file.written_at)


def _spooled(file: TarFile, kept: Spooled) -> Entry:
    def source(spend: Spend) -> Inflate:
        return Inflate(kept.window(), RAW_DEFLATE, spend)

    return PlainEntry(
        file.name,
        file.size,
        kept.packed,
        source,
        file.written_at,
        checksum=kept.checksum,
        deflated=kept.window,
    )


def _opened(entries: list[ZipEntry], budget: Budget) -> list[Entry]:
    """The entries, with those of archives that lie at the top, or in one folder there: one level, no more."""
    archives = [entry for entry in entries if _is_archive(entry)]
    others = [entry for entry in entries if not _is_archive(entry)]
    held = sum(entry.size for entry in archives if not entry.seekable)
    if len(archives) > MOST_NESTED or held > LARGEST_NESTED:
        return [*entries]
    return [*others, *_inner(archives, budget, beside=bool(others))]


def _is_archive(entry: ZipEntry) -> bool:
    return bool(ARCHIVE.search(entry.name)) and entry.name.count("/") < 2


def _inner(archives: Sequence[ZipEntry], budget: Budget, *, beside: bool) -> Iterator[Entry]:
    """Their entries; an archive that lies beside other files may be none of the export's, and cannot spoil it."""
    for entry in archives:
        try:
            file = _nested(entry, budget)
            is_zip = file.read(len(ZIP)) == ZIP
            most = MOST_ENTRIES // len(archives)
            yield from zip_entries(file, most=most) if is_zip else _entries(_base(entry.name), file, budget)
        except ExportError:
            if not beside:
                raise
            yield entry


def _nested(entry: ZipEntry, budget: Budget) -> BinaryIO:
    if entry.seekable:
        return io.BufferedReader(entry.window(), BUFFER)
    return io.BytesIO(UploadedEntries([entry], budget).open(entry.name).read())
