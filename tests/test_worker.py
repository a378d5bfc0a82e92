"""A real Celery worker on a real Redis: it runs what waits, also what nobody announced or a killed worker left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from dashapp import create_app
from dashapp.imports.receive import receive
from dashapp.settings import TestConfig
from dashapp.store import imports, users
from dashapp.store.database import now
from tests.conftest import close
from tests.imports.conftest import files
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]
MANY = "post,created_at,text\n" + "".join(f"{n},2026-03-0{n % 9 + 1}T10:00,text number {n}\n" for n in range(6_000))


@contextmanager
def worker(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The worker as the Procfile starts it, in a process group of its own."""
    (line,) = [line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("worker:")]
    command = [sys.executable, "-m", *line.split()[1:]]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
def test_workers_go_on_with_imports_of_a_killed_one_and_give_theirs_back_when_told_to_stop(
    postgres_url: str, redis_url: str
) -> None:
    environ = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, "APP_SETTINGS": "DevConfig"}
    app = create_app(TestConfig(environ))
    with app.app_context():
        owner = users.add_user("ada", "hash")

        def state() -> str:
            return str(imports.imports(owner)[0].state)

        with worker(environ) as first:
            receive(owner, files(posts=MANY), options={"handle": "bob"}, ask=False)
            wait_until(lambda: imports.imports(owner)[0].batches >= 1)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
        left_in = state()
        imports.change_import(
            imports.imports(owner)[0].id, lease_until=now() - timedelta(seconds=1)
        )  # is not waited for
        with worker(environ) as second:
            wait_until(lambda: state() in ("done", "failed"))
            ended_in = state()
            receive(owner, files(posts=MANY), options={"handle": "cleo"}, ask=False)
            wait_until(lambda: imports.imports(owner)[0].batches >= 1)
            second.terminate()
            second.wait(timeout=200)

        assert left_in == "running"
        assert ended_in == "done"
        assert second.returncode == 0
        assert state() in ("queued", "done")
    close(app)
