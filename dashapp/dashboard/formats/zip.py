"""A zip that is sent while it is made: nothing of it is kept, on disk or in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

#: 1980 and 2107 are the first and the last year of a zip's dates
_YEARS = range(1980, 2108)


class _Outbox(io.RawIOBase):
    """Takes what the zip writes and gives it away; as a network connection it cannot go back."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since it was last asked for."""
        data = b"".join(self._held)
        self._held.clear()
        return data


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime) -> Iterator[bytes]:
    """A zip of named files, their contents in parts. `at` is the time that they carry."""
    outbox = _Outbox()
    return filter(None, _written(files, outbox, at))  # an empty part would end a chunked answer


def _written(files: Iterable[tuple[str, Iterable[bytes]]], outbox: _Outbox, at: datetime) -> Iterator[bytes]:
    with zipfile.ZipFile(outbox, "w") as archive:
        for name, parts in files:
            entry = zipfile.ZipInfo(name, date_time=_date_time(at))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:  # how long it gets is not known before
                for part in parts:
                    file.write(part)
                    yield outbox.taken()
    yield outbox.taken()


def _date_time(at: datetime) -> tuple[int, int, int, int, int, int]:
    year = min(max(at.year, _YEARS.start), _YEARS.stop - 1)
    return (year, at.month, at.day, at.hour, at.minute, at.second)
