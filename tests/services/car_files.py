"""Makes repositories of the AT Protocol as CAR files, from the words of its specification alone.

DAG-CBOR, the search tree (MST) and the CAR file are written by hand, so that what reads them meets another program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
PREFIX = b"\x01\x71\x12\x20"  # of all ids: version 1, DAG-CBOR, SHA-256, 32 bytes


@dataclass(frozen=True)
class Link:
    """The id of a block, as a value."""

    id: bytes


def number(value: int) -> bytes:
    """An unsigned varint."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + number(rest) if rest else bytes([low])


def head(kind: int, length: int) -> bytes:
    """The first bytes of a CBOR item: its kind, and a number in as few bytes as it takes."""
    if length < 24:
        return bytes([kind << 5 | length])
    size = next(size for size in range(4) if length < 1 << 8 * 2**size)
    return bytes([kind << 5 | 24 + size]) + length.to_bytes(2**size)


def cbor(value: Any) -> bytes:
    """A value in DAG-CBOR."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case str():
            return head(3, len(value.encode())) + value.encode()
        case bytes():
            return head(2, len(value)) + value
        case Link():
            return b"\xd8\x2a" + cbor(b"\0" + value.id)
        case list():
            return head(4, len(value)) + b"".join(map(cbor, value))
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return head(5, len(value)) + b"".join(cbor(key) + cbor(value[key]) for key in keys)
    raise TypeError(type(value))


def block_id(data: bytes) -> bytes:
    """The id (CID) of a block."""
    return PREFIX + hashlib.sha256(data).digest()


def layer(path: bytes) -> int:
    """How high in the tree a path stands: pairs of zero bits at the beginning of its hash."""
    digest = int.from_bytes(hashlib.sha256(path).digest())
    return (256 - digest.bit_length()) // 2


Blocks = dict[bytes, bytes]


def tree(records: Mapping[bytes, bytes]) -> tuple[bytes, Blocks]:
    """The id of the root of the tree over ids by paths, and its blocks."""
    blocks: Blocks = {}
    pairs = sorted(records.items())
    return _node(pairs, max((layer(path) for path, _ in pairs), default=0), blocks), blocks


def _node(pairs: list[tuple[bytes, bytes]], height: int, blocks: Blocks) -> bytes:
    own = [place for place, (path, _) in enumerate(pairs) if layer(path) == height]
    bounds = list(zip([-1, *own], [*own, len(pairs)], strict=True))
    below = [_below(pairs[start + 1 : end], height, blocks) for start, end in bounds]
    entries, before = [], b""
    for place, right in zip(own, below[1:], strict=True):
        path, value = pairs[place]
        shared = _shared(before, path)
        entries.append({"p": shared, "k": path[shared:], "v": Link(value), "t": right})
        before = path
    return put({"l": below[0], "e": entries}, blocks)


def _below(pairs: list[tuple[bytes, bytes]], height: int, blocks: Blocks) -> Link | None:
    return Link(_node(pairs, height - 1, blocks)) if pairs else None


def _shared(one: bytes, other: bytes) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def put(value: Any, blocks: Blocks) -> bytes:
    """Adds a block; its id."""
    data = cbor(value)
    blocks[block_id(data)] = data
    return block_id(data)


def section(data: bytes) -> bytes:
    """A part of a CAR file: its length, then itself."""
    return number(len(data)) + data


def car(root: bytes, blocks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A CAR file."""
    header = section(cbor({"roots": [Link(root)], "version": 1}))
    return header + b"".join(section(identifier + data) for identifier, data in blocks)


def repository_blocks(records: Mapping[str, Any], *, did: str, rev: str) -> tuple[bytes, Blocks]:
    """The id of the commit, and all blocks of the repository of the records by path: commit, tree, records."""
    contents: Blocks = {}
    ids = {path.encode(): put(record, contents) for path, record in records.items()}
    root, nodes = tree(ids)
    blocks: Blocks = {}
    commit = {"did": did, "version": 3, "data": Link(root), "rev": rev, "prev": None, "sig": bytes(64)}
    return put(commit, blocks), blocks | nodes | contents


def time_key(microseconds: int, clock: int = 0) -> str:
    """A record key that tells the time (TID)."""
    bits = microseconds << 10 | clock
    return "".join(DIGITS[bits >> 5 * place & 31] for place in reversed(range(13)))
