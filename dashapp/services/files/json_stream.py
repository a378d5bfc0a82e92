"""JSON of any size, element by element.

An incremental parser hands on whatever it meets: ijson took 24 GB for 100 kB of opening brackets, and ends at the first
bad record. Here numpy finds where the elements of the array end, which costs no more, and each is parsed alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from ..errors import ExportError, NeverReadError, UnusableError
from ..records import BATCH, Skipped
from .entries import Entries
from .values import as_dict

R = TypeVar("R")
PIECE = 1 << 18
LARGEST = 1 << 20  # bytes of an element, of what stands before the first, and of a document: true ones have some 2 kB
ASSIGNMENT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:(?:var\s+)?[A-Za-z_][\w.]*\s*=\s*)?(?=[\[{])")
HALVES = re.compile("[\ud800-\udfff]")  # of characters that UTF-16 writes as two
BETWEEN = b" \t\r\n,"
AFTER = b" \t\r\n;"

LARGEST_BATCH = 16 << 20

NOT_JSON = "{name} is not as the service writes it: upload the export unchanged, as it was downloaded."
NOT_UTF_8 = "{name} is not in UTF-8, so a program has changed it: upload the export unchanged, as it was downloaded."
CUT_OFF = "{name} ends in the middle: download the export again and upload it unchanged."
HUGE = "{name} holds a record larger than any real one: upload the export unchanged, as it was downloaded."

_QUOTE, _OPEN, _CLOSE = 1, 2, 3
_SIGNS = np.zeros(256, np.uint8)
_SIGNS[[ord('"')]] = _QUOTE
_SIGNS[[ord("["), ord("{")]] = _OPEN
_SIGNS[[ord("]"), ord("}")]] = _CLOSE


class Elements:
    """The elements of the array in a stream, as bytes; `done` tells how many bytes are read.

    With `key`, the array that this key of the outer object holds. Raises `ExportError` if there is none, or no end.
    """

    def __init__(self, stream: BinaryIO, *, name: str, key: str = "") -> None:
        self._stream, self._name = stream, name
        self._start = re.compile(rb'"%b"\s*:\s*\[' % re.escape(key.encode())) if key else None
        self.done = 0

    def __iter__(self) -> Iterator[bytes]:
        pending, ended = self._from_array(), False
        while not ended:
            piece = self._read()
            pending += piece
            spans, ended = _spans(pending)
            at = 0
            for start, end in spans:
                yield from filter(None, (pending[at:start].strip(BETWEEN), pending[start:end]))
                at = end
            pending = pending[at:]
            self._check(pending, cut=not piece and not ended)

    def _read(self) -> bytes:
        piece = self._stream.read(PIECE)
        self.done += len(piece)
        return piece

    def _from_array(self) -> bytes:
        head = self._read()
        _check_encoding(head, self._name)
        found = self._find(head)
        while self._start and not found and len(head) < LARGEST and (piece := self._read()):
            head += piece
            found = self._find(head)
        if not found:
            raise ExportError((NOT_JSON if head else CUT_OFF).format(name=self._name))
        return head[found.end() :] if self._start else head[found.end() + 1 :]

    def _find(self, head: bytes) -> re.Match[bytes] | None:
        found = ASSIGNMENT.match(head)
        if self._start:
            return self._start.search(head) if found else None
        return found if found and head[found.end() : found.end() + 1] == b"[" else None

    def _check(self, pending: bytes, *, cut: bool) -> None:
        if len(pending) > LARGEST:
            raise ExportError(HUGE.format(name=self._name))
        if cut:
            raise ExportError(CUT_OFF.format(name=self._name))


def _spans(data: bytes) -> tuple[list[tuple[int, int]], bool]:
    """From where to where each object or array goes, in data that begins between two; whether the outer array ends.

    Where it ends, an empty one stands last, so that what is before it is not lost.
    """
    depth, at, steps = _depths(data)
    closing = np.flatnonzero(depth < 0)[:1]
    ended = bool(closing.size)
    if ended:
        whole, end = slice(closing[0]), int(at[closing[0]])
        depth, at, steps = depth[whole], at[whole], steps[whole]
    starts, ends = at[(depth == 1) & (steps > 0)].tolist(), (at[depth == 0] + 1).tolist()
    spans = list(zip(starts, ends, strict=False))  # of the last one the end may be still to come
    return ([*spans, (end, end)] if ended else spans), ended


def _depths(data: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """How deep it is after each bracket, where the bracket stands, and its step; those within strings left out."""
    plain = data.replace(b"\\\\", b"__").replace(b'\\"', b"__") if b"\\" in data else data
    signs = _SIGNS[np.frombuffer(plain, np.uint8)]
    at = np.flatnonzero(signs)
    signs = signs[at]
    quotes = signs == _QUOTE
    outside = ~quotes & (np.cumsum(quotes) % 2 == 0)
    steps = np.where(signs[outside] == _OPEN, 1, -1)
    return np.cumsum(steps), at[outside], steps


def _check_encoding(head: bytes, name: str) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:PIECE]:
        raise ExportError(NOT_UTF_8.format(name=name))


def batched(elements: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Up to `BATCH` elements at once, fewer where they are large."""
    batch: list[bytes] = []
    size = 0
    for element in elements:
        batch.append(element)
        size += len(element)
        if len(batch) == BATCH or size >= LARGEST_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def parsed(element: bytes) -> Any:
    """The value of one element. Raises `ValueError` if it is not valid JSON in UTF-8."""
    try:
        return orjson.loads(element)
    except ValueError:
        return _parsed_tolerantly(element)


def parsed_object(data: bytes) -> dict[str, Any]:
    """The object of a JSON text; an empty one where there is none."""
    try:
        return as_dict(parsed(data))
    except ValueError:
        return {}


def _parsed_tolerantly(element: bytes) -> Any:
    """As `parsed`; halves of emojis, which a service leaves where it cut a text, become U+FFFD."""
    if rb"\ud" not in element.lower():
        raise ValueError("not valid JSON")
    try:
        text = json.dumps(json.loads(element), ensure_ascii=False)
        return orjson.loads(HALVES.sub("\ufffd", text))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def document(entries: Entries, name: str, *, most: int = LARGEST) -> Any:
    """The value of a small file, of `most` bytes, without the assignment in front. Raises `ExportError`."""
    with entries.open(name) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise ExportError(HUGE.format(name=name))
    _check_encoding(data, name)
    found = ASSIGNMENT.match(data)
    try:
        return parsed(data[found.end() :].rstrip(AFTER)) if found else _fail(name)
    except ValueError as error:
        raise ExportError(NOT_JSON.format(name=name)) from error


def _fail(name: str) -> None:
    raise ExportError(NOT_JSON.format(name=name))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some elements of a file."""

    name: str
    first: int  # number of the first element in its file, from 1
    elements: list[bytes]
    done: int  # bytes read so far of all files


def pieces(entries: Entries, names: Iterable[str], *, key: str = "", done: int = 0) -> Iterator[Piece]:
    """The elements of the files in turn; with `key`, of the array that this key of the outer object holds."""
    for name in names:
        first = 1
        with entries.open(name) as stream:
            elements = Elements(stream, name=name, key=key)
            for batch in batched(elements):
                yield Piece(name, first, batch, done + elements.done)
                first += len(batch)
            done += elements.done


def usable(piece: Piece, record: Callable[[Any], R], skipped: list[Skipped]) -> Iterator[R]:
    """The records of the elements, as `record` makes them of their values. It raises `UnusableError`."""
    for number, element in enumerate(piece.elements, piece.first):
        try:
            yield record(_value(element))
        except UnusableError as why:
            never = isinstance(why, NeverReadError)
            skipped.append(Skipped(f"{piece.name}, record {number}", str(why), redundant=never))


def _value(element: bytes) -> Any:
    try:
        return parsed(element)
    except ValueError as error:
        raise UnusableError("it is not valid JSON in UTF-8") from error
