"""kill -9 of the real server in the middle of an import: the next one goes on, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask

from dashapp.imports.receive import receive
from dashapp.store import accounts, imports, people, posts, users
from dashapp.store.database import now
from tests.imports.conftest import files
from tests.needs import free_port
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 300
TIES = "source,target\n" + "".join(f"p{n % PEOPLE},p{(n + n // PEOPLE + 1) % PEOPLE}\n" for n in range(6_000))
POSTS = "post,created_at,text\n" + "".join(f"{n},2026-03-0{n % 9 + 1}T10:00,text number {n}\n" for n in range(6_000))


@pytest.fixture(
    params=[pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("sqlite", marks=pytest.mark.nightly)]
)
def database(request: pytest.FixtureRequest) -> str:
    """The other is killed at every change by tests/imports/test_killed_reading.py."""
    kind: str = request.param
    return kind


@contextmanager
def server(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server as the Procfile starts it, in a process group of its own."""
    port = free_port()
    environ = os.environ | {"DATABASE_URL": url, "PORT": str(port), "BIND_HOST": "127.0.0.1", "WEB_CONCURRENCY": "2"}
    command = [sys.executable, "-m", "gunicorn", "-c", "dashapp/gunicorn_conf.py", "dashapp.wsgi:server"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ | {"APP_SETTINGS": "DevConfig"}, start_new_session=True)
    try:
        wait_until(lambda: answers(port))
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


@pytest.mark.slow
def test_an_import_goes_on_after_the_server_was_killed(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("ada", "hash")
        with server(app.config["SQLALCHEMY_DATABASE_URI"]) as first:
            receive(owner, files(posts=POSTS, ties=TIES), options={"handle": "graph"}, ask=False)
            wait_until(lambda: imports.imports(owner)[0].batches >= 1)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
        stopped = imports.imports(owner)[0]
        imports.change_import(stopped.id, lease_until=now() - timedelta(seconds=1))  # fifteen seconds later

        with server(app.config["SQLALCHEMY_DATABASE_URI"]):
            wait_until(lambda: imports.imports(owner)[0].state in ("done", "failed"))

        assert stopped.state == "running"
        assert imports.imports(owner)[0].state == "done"
        (account,) = accounts.accounts(owner)
        assert posts.progress(owner, account.id) == (6_000, 6_000)
        assert len(people.people(owner, account.id)) == PEOPLE
        assert len(people.ties(owner, account.id)) == 6_000
