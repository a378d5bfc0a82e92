"""Accounts that are read again each day: how many an hour one worker reads from a fake, and how many four."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from dashapp.store import imports
from dashapp.store.database import now
from tests.conftest import ROOT
from tests.imports.load import add_user, from_the_sky, small_sky
from tests.services.servers import serving as fake_serving

from .reliability_server import Asked, Row, World, private_postgres, world

ACCOUNTS, WORKERS = 12, 4


def rows(asked: Asked) -> Iterator[Row]:
    """On a Postgres of our own, where there is one, else on SQLite."""
    with ExitStack() as stack:
        url = private_postgres(stack)
        sky = stack.enter_context(fake_serving(small_sky()))
        there = stack.enter_context(world(replace(asked, database=url or asked.database), peopled=False))
        environ = {**there.environ, "BLUESKY_APPVIEW_URL": sky, "BLUESKY_PLC_URL": sky, "PRIVATE_HOSTS": sky}
        with there.app.app_context():
            owners = [add_user(f"user{number}") for number in range(ACCOUNTS)]
        read(there, environ, owners, 1)  # the first time takes longer than any later one
        name = "Postgres" if url else "SQLite"
        for workers in (1, WORKERS):
            seconds, cpu, done = read(there, environ, owners, workers)
            told = (
                f"{done} of {ACCOUNTS} in {seconds:.0f} s: {3600 * done / seconds / workers:.0f} an hour and worker; "
                f"{cpu / ACCOUNTS:.2f} s of CPU each, so at most {3600 * ACCOUNTS / cpu:.0f} an hour and core"
            )
            what = f"{ACCOUNTS} accounts of 22 people read again, {workers} worker{'s' * (workers > 1)}, {name}"
            yield Row(what, done == ACCOUNTS, told)


def read(there: World, environ: dict[str, str], owners: list[int], workers: int) -> tuple[float, float, int]:
    """Seconds, seconds of CPU, and how many imports went well."""
    with there.app.app_context():
        began_at, numbers = now(), [from_the_sky(owner) for owner in owners]
    command = [sys.executable, "-m", "flask", "--app", "dashapp", "resume"]
    began, cpu = time.monotonic(), 0.0
    run = [
        subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(workers)
    ]
    for each in run:
        _, _, used = os.wait4(each.pid, 0)
        each.returncode = 0
        cpu += used.ru_utime + used.ru_stime
    seconds = time.monotonic() - began
    with there.app.app_context():
        found = [imports.get_import(*pair) for pair in zip(owners, numbers, strict=True)]
    done = sum(row is not None and row.state == "done" and row.created_at >= began_at for row in found)
    return seconds, cpu, done
