"""The files of one export among all those of an upload, whatever folders stand around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from ..errors import ExportError
from .entries import Entries

ENDINGS = (".js", ".json", ".csv", ".car")  # of the files that exports read
LONGEST = 4  # parts of a name inside an export; the folders before them are of others
MOST_COPIES = 20  # compared byte by byte, which takes time
PIECE = 1 << 18
TWICE = "{name} is there twice in the upload, and the two differ: upload one export at a time."
COPIES = f"The upload holds more than {MOST_COPIES} copies of files, such as {{name}}: upload the export once."


class Selection:
    """Some entries, by other names (`entries.Entries`); `again` are further ones of a name that is there."""

    def __init__(self, entries: Entries, names: Mapping[str, str], again: Sequence[tuple[str, str]] = ()) -> None:
        self._entries, self._names, self._again = entries, names, again

    def names(self) -> list[str]:
        """The names as they are inside the export."""
        return list(self._names)

    def size(self, name: str) -> int:
        """Bytes of the entry, as stated."""
        return self._entries.size(self._names[name])

    def open(self, name: str) -> BinaryIO:
        """The entry from its beginning."""
        return self._entries.open(self._names[name])

    def paths(self) -> list[str]:
        """The names in the upload."""
        return list(self._names.values())

    def only(self, wants: Callable[[str], bool]) -> Selection:
        """The entries of such names."""
        names = {name: path for name, path in self._names.items() if wants(name)}
        return Selection(self._entries, names, [each for each in self._again if each[0] in names])

    def without(self, others: Selection) -> Selection:
        """The entries that are not among the others."""
        taken = set(others._names.values())
        return self.only(lambda name: self._names[name] not in taken)

    def shares(self, others: Selection) -> bool:
        """Whether any entry is among the others."""
        return not set(self._names.values()).isdisjoint(others._names.values())

    def check_copies(self) -> None:
        """Raises `ExportError` where two of one name differ, or are too many to be compared."""
        for place, (name, path) in enumerate(self._again):
            base = name.rpartition("/")[2]
            if place == MOST_COPIES:
                raise ExportError(COPIES.format(name=base))
            if not _same(self._entries, self._names[name], path):
                raise ExportError(TWICE.format(name=base))


def wanted(entries: Entries, wants: Callable[[str], bool]) -> Selection:
    """The files that an export reads, wherever they lie."""
    found: dict[str, tuple[str, str]] = {}  # by the last part of the name: name inside the export, path in the upload
    again: list[tuple[str, str]] = []
    for path in entries.names():
        name = _inside(path, wants) if path.lower().endswith(ENDINGS) else None
        if name is None:
            continue
        first, known = found.setdefault(name.rpartition("/")[2], (name, path))
        if known != path:
            again.append((first, path))
    return Selection(entries, dict(found.values()), again)


def unwrapped(entries: Entries) -> Selection:
    """All files, without the folders that stand around all of them."""
    folders = [path.split("/")[:-1] for path in entries.names()]
    depth = 0
    while folders and all(len(each) > depth and each[depth] == folders[0][depth] for each in folders):
        depth += 1
    return Selection(entries, {"/".join(path.split("/")[depth:]): path for path in entries.names()})


def _inside(path: str, wants: Callable[[str], bool]) -> str | None:
    """The name as it is inside the export."""
    parts = path.split("/")[-LONGEST:]
    return next(filter(wants, ("/".join(parts[at:]) for at in range(len(parts)))), None)


def _same(entries: Entries, first: str, second: str) -> bool:
    """Whether two files hold the same."""
    if entries.size(first) != entries.size(second):
        return False
    with entries.open(first) as one, entries.open(second) as other:
        while piece := one.read(PIECE):
            if other.read(len(piece)) != piece:
                return False
        return not other.read(1)
