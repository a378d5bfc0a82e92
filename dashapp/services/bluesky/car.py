"""Blocks of a CAR file, version 1: a header that names the root, then contents, each behind its id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeGuard

import libipld

from ..errors import ExportError
from ..files.json_stream import CUT_OFF, HUGE
from ..files.streams import DAMAGED

#: How the id (CID) of all records and of the tree over them begins: version 1, DAG-CBOR, SHA-256 of 32 bytes.
PREFIX = b"\x01\x71\x12\x20"
ID = len(PREFIX) + 32
OTHER_IDS = (b"\x01", b"\x12\x20")  # of pictures and the like, which are passed over
LARGEST_BLOCK = 2 << 20  # servers take records of up to 1 MB
LONGEST_NUMBER = 5  # bytes of 7 bits each
MOST_BLOCKS = 10_000_000
NO_CAR = "{name} is no repository as Bluesky exports it: upload the .car file unchanged, as it was downloaded."


class Car:
    """A CAR file in a stream. `root` is the id of its root; `done` tells how many bytes are read."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name
        self.done = 0
        self.root = self._root()

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Id and content of each block that may be part of a repository; not yet compared with each other."""
        for _ in range(MOST_BLOCKS):
            section = self._section()
            if section is None:
                return
            if section.startswith(PREFIX) and len(section) > ID:
                yield section[:ID], section[ID:]
            elif section.startswith(PREFIX) or not section.startswith(OTHER_IDS):
                raise ExportError(DAMAGED)
        raise ExportError(HUGE.format(name=self._name))

    def _root(self) -> bytes:
        try:
            header = decoded(self._section() or b"")
        except (ValueError, ExportError) as error:
            raise ExportError(NO_CAR.format(name=self._name)) from error
        roots = header.get("roots") if isinstance(header, dict) and header.get("version") == 1 else None
        root = roots[0] if isinstance(roots, list) and roots else None
        if not is_id(root):
            raise ExportError(NO_CAR.format(name=self._name))
        return root

    def _section(self) -> bytes | None:
        length = self._number()
        if length is None:
            return None
        if length > LARGEST_BLOCK:
            raise ExportError(HUGE.format(name=self._name))
        section = self._stream.read(length)
        if len(section) < length:
            raise ExportError(CUT_OFF.format(name=self._name))
        self.done += length
        return section

    def _number(self) -> int | None:
        """The next number, in 7 bits a byte, the lowest first; None at the end of the file."""
        number = 0
        for place in range(LONGEST_NUMBER):
            byte = self._stream.read(1)
            if not byte and not place:
                return None
            if not byte:
                raise ExportError(CUT_OFF.format(name=self._name))
            self.done += 1
            number |= (byte[0] & 0x7F) << 7 * place
            if byte[0] < 0x80:
                return number
        raise ExportError(DAMAGED)


def is_id(value: Any) -> TypeGuard[bytes]:
    """Whether a decoded value is the id of a block of a repository."""
    return isinstance(value, bytes) and len(value) == ID and value.startswith(PREFIX)


def is_whole(identifier: bytes, data: bytes) -> bool:
    """Whether the content is the one that the id was made of."""
    return hashlib.sha256(data).digest() == identifier[len(PREFIX) :]


def decoded(data: bytes) -> Any:
    """The value of DAG-CBOR. Ids come as bytes. Raises `ValueError`."""
    try:
        return libipld.decode_dag_cbor(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
