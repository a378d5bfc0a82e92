"""Large imports beside the load: what pages notice, what the job takes, and whether the database was locked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psutil
from flask import Flask

from dashapp.imports.receive import receive
from dashapp.store import imports, users

from .reliability_server import OURS, Asked, Row, Server, at_rate, large_graph, many_posts, serving, visitors, world

MOST_RATIO = 1.2  # of the pages' p95
MOST_MEMORY = 400  # MB of the largest process
ENDED = ("done", "failed")


def rows(asked: Asked) -> Iterator[Row]:
    """Posts, then people."""
    with world(asked) as there, serving(OURS, there.environ) as server:
        known = visitors(there)
        at_rate(replace(asked, seconds=5), server.base, known)
        before = at_rate(replace(asked, seconds=asked.seconds / 2), server.base, known)
        for what, files in (
            (f"{asked.posts:,} posts", many_posts(asked)),
            (f"{asked.people:,} people, {asked.ties:,} ties", large_graph(asked, seed=1)),
        ):
            with there.app.app_context():
                owner = users.add_user(users.free_name("Bob"), "!")
                began = time.monotonic()
                [number] = receive(owner, files, options={"handle": "bob", "mutual": "1"}, ask=False)
            peak = Peak(server)
            is_over = ended(there.app, owner, number)
            seen = at_rate(asked, server.base, known, until=is_over)
            took, most = time.monotonic() - began, peak.end()
            with there.app.app_context():
                row = imports.get_import(owner, number)
            ratio, locked = seen.quantile(95) / before.quantile(95), server.logged("database is locked")
            state = row.state if row else "gone"
            held = ratio <= MOST_RATIO and most <= MOST_MEMORY and not locked and not seen.errors and state == "done"
            told = (
                f"{state} in {took:.0f} s; pages' p95 {seen.quantile(95):.0f} ms, {ratio:.1f} × that before; "
                f"{len(seen.errors)} errors; largest process {most:.0f} MB; {locked} lines “database is locked”"
            )
            yield Row(f"an import of {what} beside {asked.rate:.0f} requests a second", held, told)


def ended(app: Flask, owner: int, number: int) -> Callable[[], bool]:
    """Whether the import did; the database is asked once a second, for ten minutes at most."""
    last, limit = [0.0], time.monotonic() + 600

    def is_over() -> bool:
        if time.monotonic() - last[0] < 1:
            return False
        last[0] = time.monotonic()
        with app.app_context():
            row = imports.get_import(owner, number)
        return last[0] > limit or row is None or row.state in ENDED

    return is_over


class Peak:
    """The most memory that one process of the server held."""

    def __init__(self, server: Server) -> None:
        self.server, self.most, self.over = server, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self) -> Any:
        while not self.over.wait(0.5):
            try:
                self.most = max(self.most, *(each.memory_info().rss / 1e6 for each in self.server.processes()))
            except psutil.Error:  # one ended while we looked
                continue

    def end(self) -> float:
        """MB."""
        self.over.set()
        self.thread.join()
        return self.most
