"""What a repository holds: its commit, and the search tree (MST) that gives each record its path.

The tree is walked from the commit, so that what was deleted, and still stands in the file, is not read. Its nodes come
in any order, before or behind the records: they are gathered in a first run through the file, without the leaves that
hold nothing but likes and the like, which are most of them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..errors import ExportError
from ..files.entries import Entries
from ..files.streams import DAMAGED
from .car import NO_CAR, PREFIX, Car, decoded, is_id, is_whole

POST, REPOST, FOLLOW = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.graph.follow"
PROFILE = "app.bsky.actor.profile"
READ = (b"app.bsky.feed.post/", b"app.bsky.feed.repost/", b"app.bsky.graph.follow/")
PROFILE_PATH = b"app.bsky.actor.profile/self"
VERSIONS = (2, 3)

MOST_NODES, LARGEST_TREE = 400_000, 48 << 20  # kept in memory: enough for a million records
MOST_RECORDS = 500_000
MOST_LAYERS = 128  # a layer for each two bits of a SHA-256
LONGEST_PATH = 1_024
MOST_PROFILES, LARGEST_PROFILE = 50, 1 << 16
NODES = (b"\xa2\x61e", b"\xa1\x61e")  # maps of the keys e and l, or e alone, begin so
TOO_MANY = "{name} holds more records than Sociogram can read: its limit is {most:,} posts, reposts and follows."
INCOMPLETE = "{name} is not whole: download the export again, all of it, and upload it unchanged."


@dataclass(frozen=True, slots=True)
class Repository:
    """Whose it is, its state, and where its records are."""

    did: str
    rev: str  # of the last change: it tells the time
    profile: dict[str, Any]
    paths: dict[bytes, str]  # of posts, reposts and follows, by the id of their content
    twins: list[str]  # paths of records whose content is that of another one
    counts: Counter[str] = field(default_factory=Counter)  # records by collection


def repository(entries: Entries, name: str) -> Repository:
    """What the file holds. Raises `ExportError` where it is no repository, or not a whole one."""
    with entries.open(name) as stream:
        blocks = _BlockIndex(Car(stream, name), name)
    commit = blocks.commit()
    paths: dict[bytes, str] = {}
    twins: list[str] = []
    counts: Counter[str] = Counter()
    profile: dict[str, Any] = {}
    for path, identifier in _walk(blocks, commit["data"]):
        if path == PROFILE_PATH:
            profile = blocks.profiles.get(identifier, {})
        if not path.startswith(READ):
            continue
        text = _text(path)
        counts[text.partition("/")[0]] += 1
        if identifier in paths:
            twins.append(text)
        else:
            paths[identifier] = text
        if len(paths) + len(twins) > MOST_RECORDS:
            raise ExportError(TOO_MANY.format(name=name, most=MOST_RECORDS))
    return Repository(commit["did"], str(commit.get("rev")), profile, paths, twins, counts)


class _BlockIndex:
    """The blocks of a file which a first run finds: its commit, nodes of the tree, profiles."""

    def __init__(self, car: Car, name: str) -> None:
        self.name, self.root = name, car.root
        self.nodes: dict[bytes, bytes] = {}
        self.profiles: dict[bytes, dict[str, Any]] = {}
        self._commit = b""
        self._room = LARGEST_TREE
        self._bare = array("Q")  # leaves of no interest
        for identifier, data in car:
            self._index(identifier, data)
        self._bare = array("Q", sorted(self._bare))

    def commit(self) -> dict[str, Any]:
        """The commit, of which `did` and `data` are usable."""
        if not self._commit:
            raise ExportError(INCOMPLETE.format(name=self.name))
        value = _value(self._commit)
        commit: dict[str, Any] = value if isinstance(value, dict) else {}
        usable = commit.get("version") in VERSIONS and is_id(commit.get("data")) and isinstance(commit.get("did"), str)
        if not usable:
            raise ExportError(NO_CAR.format(name=self.name))
        if not is_whole(self.root, self._commit):
            raise ExportError(DAMAGED)
        return commit

    def is_bare(self, identifier: bytes) -> bool:
        """Whether it is a leaf that holds nothing to be read."""
        number = _number(identifier)
        at = bisect_left(self._bare, number)
        return at < len(self._bare) and self._bare[at] == number

    def _index(self, identifier: bytes, data: bytes) -> None:
        if identifier == self.root:
            self._commit = data
        elif data.startswith(NODES):
            self._keep_node(identifier, data)
        elif PROFILE.encode() in data and len(data) < LARGEST_PROFILE and len(self.profiles) < MOST_PROFILES:
            self._keep_profile(identifier, data)

    def _keep_profile(self, identifier: bytes, data: bytes) -> None:
        with suppress(ValueError):
            value = decoded(data)
            if isinstance(value, dict) and value.get("$type") == PROFILE and is_whole(identifier, data):
                self.profiles[identifier] = value

    def _keep_node(self, identifier: bytes, data: bytes) -> None:
        if identifier in self.nodes:
            return
        if _holds_nothing(data):
            self._bare.append(_number(identifier))
            return
        self.nodes[identifier] = data
        self._room -= len(data)
        if self._room < 0 or len(self.nodes) > MOST_NODES:
            raise ExportError(TOO_MANY.format(name=self.name, most=MOST_RECORDS))


def _holds_nothing(data: bytes) -> bool:
    """Whether it is a leaf without a record to be read. What is no node is dealt with if the tree leads there."""
    try:
        steps = list(_steps(data))
    except ExportError:
        return False
    return bool(steps) and not any(path is None or path.startswith((*READ, PROFILE_PATH)) for path, _ in steps)


def _walk(blocks: _BlockIndex, root: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Path and id of each record to be read, in the order of the paths, which only ascend; each node is used once."""
    layers = [_below(blocks, root)]
    last = b""
    while layers:
        step = next(layers[-1], None)
        if step is None:
            layers.pop()
            continue
        path, identifier = step
        if path is not None:
            if path <= last:
                raise ExportError(DAMAGED)
            last = path
            yield path, identifier
        elif len(layers) >= MOST_LAYERS:
            raise ExportError(DAMAGED)
        elif not blocks.is_bare(identifier):
            layers.append(_below(blocks, identifier))


def _below(blocks: _BlockIndex, identifier: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    data = blocks.nodes.pop(identifier, None)
    if data is None:
        raise ExportError(INCOMPLETE.format(name=blocks.name))
    if not is_whole(identifier, data):
        raise ExportError(DAMAGED)
    return _steps(data)


def _steps(data: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    """The node's records, with their paths, and the nodes between them, without, in the order of the tree."""
    node = _value(data)
    entries = node.get("e") if isinstance(node, dict) else None
    if not isinstance(entries, list):
        raise ExportError(DAMAGED)
    yield from _link(node.get("l"))
    path = b""
    for entry in entries:
        path = _path(entry, path)
        yield path, entry["v"]
        yield from _link(entry.get("t"))


def _link(value: Any) -> Iterator[tuple[None, bytes]]:
    if value is not None and not is_id(value):
        raise ExportError(DAMAGED)
    if value is not None:
        yield None, value


def _path(entry: Any, before: bytes) -> bytes:
    """The whole path of an entry, which leaves out what it shares with the one before."""
    if not isinstance(entry, dict) or not is_id(entry.get("v")):
        raise ExportError(DAMAGED)
    shared, rest = entry.get("p"), entry.get("k")
    if not isinstance(shared, int) or not isinstance(rest, bytes):
        raise ExportError(DAMAGED)
    if not 0 <= shared <= len(before) or shared + len(rest) > LONGEST_PATH:
        raise ExportError(DAMAGED)
    return before[:shared] + rest


def _value(data: bytes) -> Any:
    try:
        return decoded(data)
    except ValueError as error:
        raise ExportError(DAMAGED) from error


def _number(identifier: bytes) -> int:
    """Eight bytes of an id: enough to tell the leaves of a file apart."""
    return int.from_bytes(identifier[len(PREFIX) : len(PREFIX) + 8])


def _text(path: bytes) -> str:
    return path.decode("ascii", "replace")
