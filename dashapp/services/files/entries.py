"""The files of an upload as a reader sees them, wherever they are kept."""

from __future__ import annotations

from typing import BinaryIO, Protocol


class Entries(Protocol):
    """The allow-listed files of an upload, by their names inside it."""

    def names(self) -> list[str]: ...
    def size(self, name: str) -> int: ...
    def open(self, name: str) -> BinaryIO: ...
