"""The records of a Facebook file: in an array, in an object around it, or a single one alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..errors import ExportError
from ..files.entries import Entries
from ..files.json_stream import HUGE, LARGEST, PIECE, Piece, pieces

OBJECT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{")
FIRST_LIST = re.compile(rb'"(\w{1,60})"\s*:\s*\[')  # friends_v2, followers_v3 …: the number grows with the years
#: lists that a record itself holds: a file that begins with one is a single record
OF_RECORDS = frozenset({"data", "attachments", "tags", "media", "string_list_data", "media_list_data", "label_values"})


def items(entries: Entries, names: Iterable[str], *, done: int = 0) -> Iterator[Piece]:
    """The records of the files in turn. Raises `ExportError` for a file that holds no list."""
    for name in names:
        key = _list_in(entries, name)
        if key in OF_RECORDS:
            yield _single(entries, name, done)
        else:
            yield from pieces(entries, [name], key=key, done=done)
        done += entries.size(name)


def _list_in(entries: Entries, name: str) -> str:
    """The key of the first list in the outer object; empty where the array itself is the outermost."""
    with entries.open(name) as stream:
        head = stream.read(PIECE)
    found = FIRST_LIST.search(head) if OBJECT.match(head) else None
    return found[1].decode() if found else ""


def _single(entries: Entries, name: str, done: int) -> Piece:
    with entries.open(name) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ExportError(HUGE.format(name=name))
    return Piece(name, 1, [data.removeprefix(b"\xef\xbb\xbf").strip()], done + len(data))
