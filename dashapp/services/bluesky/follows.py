"""Whom somebody follows, by their whole repository: one answer, however many they follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO
from urllib.parse import urlsplit

from ..errors import ExportError, RateLimitedError, ServiceError, UnavailableError
from ..files.values import as_dict
from ..net.client import Client
from ..reading import Access
from .car import Car, decoded, is_whole
from .export_records import did
from .identity import Directory
from .mst import FOLLOW, repository
from .xrpc import limit

LARGEST = 12_000_000  # bytes, read at once into memory: some thousand follows among ten thousands of records
MOST_CLIENTS = 20  # servers with open connections
MOST_TROUBLES, MOST_TROUBLES_OF_ALL = 3, 30  # of one server, of all: then no more are asked by this reader
DIRECTORY = ""  # among the servers
CALLS = 2  # the account's document and its repository
METHOD = "com.atproto.sync.getRepo"
FILE = "repository.car"


@dataclass(frozen=True, slots=True)
class Follows:
    """Whom a person follows, as far as that is known."""

    keys: frozenset[str]
    whole: bool


class RepositoryReader:
    """Reads repositories where they lie: on servers that anybody may run."""

    def __init__(self, access: Access) -> None:
        self._access, self._directory = access, Directory(access)
        self._clients: dict[str, Client] = {}
        self._troubles: Counter[str] = Counter()

    def follows(self, account: str) -> Follows | None:
        """All follows; None where the server refuses, sends too much, or what is no repository of the account.

        Raises `RateLimitedError` of the directory.
        """
        server = self._server(account)
        if server is None or self._is_failing(server):
            return None
        try:
            response = self._client(server).get(f"xrpc/{METHOD}", {"did": account}, cap=LARGEST, raw=True, tries=1)
            return follows(response.body, account)
        except UnavailableError:
            self._troubles[server] += 1
        except ServiceError:  # also a limit: nobody's server makes an import wait
            pass
        return None

    def _server(self, account: str) -> str | None:
        if self._is_failing(DIRECTORY):
            return None
        try:
            return self._directory.server(account)
        except RateLimitedError:
            raise
        except UnavailableError:
            self._troubles[DIRECTORY] += 1
        except ServiceError:  # it is not registered there, or names a server that is none
            pass
        return None

    def _is_failing(self, server: str) -> bool:
        return self._troubles[server] >= MOST_TROUBLES or self._troubles.total() >= MOST_TROUBLES_OF_ALL

    def _client(self, server: str) -> Client:
        if server not in self._clients:
            if len(self._clients) >= MOST_CLIENTS:
                self._clients.pop(next(iter(self._clients))).close()
            host = urlsplit(server).netloc
            self._clients[server] = self._access.client(server, name=host, limit=limit, guarded=True)
        return self._clients[server]


def follows(data: bytes, account: str) -> Follows:
    """The follows in a repository. Raises `ExportError` where it is none, or another account's."""
    entries = _OneFile(data)
    repo = repository(entries, FILE)
    if repo.did != account:
        raise ExportError("This is the repository of another account.")
    wanted = {identifier for identifier, path in repo.paths.items() if path.startswith(f"{FOLLOW}/")}
    found = dict(_subjects(data, wanted))
    return Follows(frozenset(filter(None, found.values())), whole=found.keys() == wanted)


def _subjects(data: bytes, wanted: set[bytes]) -> Iterator[tuple[bytes, str | None]]:
    """Each wanted record that is there undamaged: its id, and whom it follows, if that can be understood."""
    for identifier, content in Car(BytesIO(data), FILE):
        if identifier in wanted and is_whole(identifier, content):
            yield identifier, _subject(content)


def _subject(content: bytes) -> str | None:
    try:
        return did(as_dict(decoded(content)).get("subject"))
    except ValueError:
        return None


class _OneFile:
    """An answer as if it were uploaded (`services.files.entries.Entries`)."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def names(self) -> list[str]:
        return [FILE]

    def size(self, name: str) -> int:
        return len(self._data)

    def open(self, name: str) -> BinaryIO:
        return BytesIO(self._data)
