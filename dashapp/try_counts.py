"""Where tries are counted without Redis: a file of all processes of a server, in memory where there is such a place."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from limits.storage import MemoryStorage

_LINUX = "/dev/shm"  # noqa: S108 - files there get names that nobody can foresee
SHARED_MEMORY = _LINUX if os.access(_LINUX, os.W_OK) else None
TABLES = """
    CREATE TABLE IF NOT EXISTS tries (key TEXT, at REAL, ends REAL);
    CREATE INDEX IF NOT EXISTS by_key ON tries (key, at);
    CREATE INDEX IF NOT EXISTS by_end ON tries (ends);
"""


class FileStorage(MemoryStorage):
    """Counts moving windows, as our limits are. Made before processes fork, and gone with the one that made it."""

    STORAGE_SCHEME = ["file"]  # noqa: RUF012 - as `limits` wants it

    def __init__(self, uri: str | None = None, **options: str) -> None:
        super().__init__(uri, **options)  # type: ignore[arg-type]
        file, self._path = tempfile.mkstemp(prefix="sociogram-tries-", dir=SHARED_MEMORY)
        os.close(file)
        weakref.finalize(self, _remove, self._path, os.getpid())

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether that many more are within the limit; if so, they are counted."""
        at = time.time()
        with self._opened() as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM tries WHERE ends < ?", (at,))
            _, count = self._window(database, key, at - expiry)
            taken = count + amount <= limit
            database.executemany("INSERT INTO tries VALUES (?, ?, ?)", [(key, at, at + expiry)] * amount * taken)
            database.execute("COMMIT")
        return taken

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the window began, and how many there are in it."""
        at = time.time()
        with self._opened() as database:
            begun, count = self._window(database, key, at - expiry)
        return begun or at, count

    def reset(self) -> int:
        """Forgets all."""
        with self._opened() as database:
            return database.execute("DELETE FROM tries").rowcount

    @staticmethod
    def _window(database: sqlite3.Connection, key: str, since: float) -> tuple[float | None, int]:
        begun, count = database.execute(
            "SELECT min(at), count(*) FROM tries WHERE key = ? AND at >= ?", (key, since)
        ).fetchone()
        return begun, count

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own each time, which no fork can share; of a file that somebody removed, an empty one."""
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # addresses of visitors are in it
        with closing(sqlite3.connect(self._path, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous=OFF")  # nothing of it outlives the machine
            database.executescript(TABLES)
            yield database


def _remove(path: str, maker: int) -> None:
    if os.getpid() == maker:
        Path(path).unlink(missing_ok=True)
