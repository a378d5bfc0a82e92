"""kill -9 at random moments of reading a service: the rows in the end are those of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashapp.imports import run_waiting
from dashapp.store import accounts, imports, people, posts, users
from dashapp.store.database import now
from tests.services.fakes.github import TOKEN, Fake, reply
from tests.services.fakes.github_world import World
from tests.services.servers import serving
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("TEST_KILLS", "1"))  # 20 at night: each starts the program


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.nightly])])
def database(request: pytest.FixtureRequest) -> str:
    """The other is killed at every change by tests/imports/test_killed_server.py."""
    kind: str = request.param
    return kind


class Slow:
    """Takes a moment for each answer, so that a kill finds something to interrupt; now and then it asks to wait."""

    def __init__(self, fake: Fake, seed: int) -> None:
        self.fake, self.dice = fake, random.Random(seed)
        self.until, self.too_early = 0.0, 0
        self.answering = threading.Lock()  # whoever reads asks for one thing at a time

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with self.answering:
            return self._answer(environ, start_response)

    def forget_who_is_gone(self, *, asked: bool) -> None:
        """What is answered to a process that was killed meanwhile nobody has heard."""
        with self.answering:
            self.until = 0.0 if asked else self.until

    def _answer(self, environ: Any, start_response: Any) -> Any:
        self.too_early += time.time() < self.until
        time.sleep(self.dice.uniform(0.05, 0.15))
        if self.dice.random() < 0.05:
            self.until = time.time() + 2
            self.fake.faults.append(
                reply(429, {"message": "You have exceeded a secondary rate limit."}, retry_after="2")
            )
        return self.fake(environ, start_response)


@contextmanager
def runner(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs imports as a server's threads do."""
    code = (
        "import threading, time; from dashapp import create_app, imports; app = create_app(); imports.start(app);"
        "print('runs', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def stored(owner: int) -> tuple[Any, ...]:
    """All rows, by keys instead of numbers."""
    (account,) = accounts.accounts(owner)
    persons, follows = people.people(owner, account.id), people.ties(owner, account.id)
    handles = persons.set_index("person")["handle"]
    return (
        posts.posts(owner, account.id)[["created_at", "kind", "text", "likes", "label"]].to_csv(),
        persons.drop(columns=["person", "ties_at", "asked_since"]).sort_values("handle").to_csv(index=False),
        sorted(zip(follows["source"].map(handles), follows["target"].map(handles), strict=True)),
        (account.lists, account.notes, account.followers),
    )


@pytest.mark.slow
def test_killed_again_and_again_an_import_leaves_the_rows_of_an_undisturbed_one(app: Flask) -> None:
    many = 30 + 3 * KILLS
    world = World(followers=many, friends=many, mutual=10, follows=many, posts=150, until=now().replace(microsecond=0))
    slow = Slow(Fake(world), seed=KILLS)
    dice = random.Random(KILLS)
    with serving(slow) as address, app.app_context():
        environ = {"APP_SETTINGS": "DevConfig", "GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": address}
        environ["DATABASE_URL"] = app.config["SQLALCHEMY_DATABASE_URI"]
        app.config.update(GITHUB_TOKEN=TOKEN, GITHUB_API_URL=address)
        undisturbed, killed = (users.add_user(name, "hash") for name in ("ada", "bob"))
        first = imports.add_live(undisturbed, service="github", handle="ada")

        def read(owner: int, import_id: int) -> bool:
            return run_waiting(app, threading.Event()) >= 0 and finished(owner, import_id)

        wait_until(lambda: read(undisturbed, first))
        second = imports.add_live(killed, service="github", handle="ada")
        for _ in range(KILLS):
            with runner(environ) as process:
                time.sleep(dice.uniform(0.0, 1.5))
                process.send_signal(signal.SIGKILL)
                slow.forget_who_is_gone(asked=slow.answering.locked())
            imports.change_import(second, lease_until=now() - timedelta(seconds=1))  # fifteen seconds later
        wait_until(lambda: read(killed, second))

        assert stored(killed) == stored(undisturbed)
        assert slow.too_early == 0


def finished(owner: int, import_id: int) -> bool:
    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state != "failed", row.message
    return bool(row.state == "done")
