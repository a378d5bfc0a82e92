"""The first lines of entries: enough to see what they are while somebody waits for a page."""

from __future__ import annotations

import io
from typing import BinaryIO

from .csv_rows import UTF_16
from .entries import Entries

MOST = 8 << 20  # bytes of all entries together, each time that all are opened
LEAST = 1 << 16  # of one


class Beginnings:
    """Entries that end early (`entries.Entries`): what they lack may stand in what is left out, if they `are_cut`."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._most = max(LEAST, MOST // max(1, len(entries.names())))
        self.are_cut = False

    def names(self) -> list[str]:
        """All names."""
        return self._entries.names()

    def size(self, name: str) -> int:
        """Bytes of the whole entry."""
        return self._entries.size(name)

    def open(self, name: str) -> BinaryIO:
        """The entry from its beginning to the end of a line."""
        with self._entries.open(name) as stream:
            data = stream.read(self._most + 1)
        if len(data) <= self._most:
            return io.BytesIO(data)
        self.are_cut = True
        if data.startswith(UTF_16):
            text = data[: self._most & ~1].decode("utf-16", "ignore")
            return io.BytesIO(text[: text.rfind("\n") + 1].encode("utf-16"))
        end = max(data.rfind(line_end, 0, self._most) for line_end in (b"\n", b"\r")) + 1
        return io.BytesIO(data[: end or self._most])
