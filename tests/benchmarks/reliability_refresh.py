"""Accounts that are read again each day from a fake: how many an hour by one worker and by four, and their bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update

from dashapp.imports.schedule import queue_due
from dashapp.models import Account, Import
from dashapp.store import users
from dashapp.store.database import now, reading, writing
from tests.conftest import ROOT
from tests.imports.load import add_user, from_the_sky, small_sky
from tests.services.fakes.bluesky import BlueskyFake
from tests.services.fakes.bluesky import World as Sky
from tests.services.servers import serving as fake_serving

from .reliability_server import Asked, OutOfTimeError, Row, World, private_postgres, world
from .reliability_size import sizes

WORKERS = 4
LARGE = 3  # accounts of 1,000 people and 1,000 posts
MOST_RATIO = 1.25  # of the CPU that an account takes with so many workers


def rows(asked: Asked) -> Iterator[Row]:
    """On a Postgres of our own, where there is one, else on SQLite."""
    with ExitStack() as stack:
        url = private_postgres(stack)
        there = stack.enter_context(world(replace(asked, database=url or asked.database), peopled=False))
        stack.enter_context(there.app.app_context())
        sky = stack.enter_context(fake_serving(small_sky()))
        what = f"{asked.accounts} accounts of 22 people and 20 posts on {'Postgres' if url else 'SQLite'}"
        yield from read_and_again(there, asked.accounts, sky, what, (1, WORKERS))
        people = Sky(followers=600, friends=500, mutual=100, follows=30, posts=1_000)
        sky = stack.enter_context(fake_serving(BlueskyFake(people)))
        yield from read_and_again(there, LARGE, sky, f"{LARGE} of 1,000 people and 1,000 posts", (1,))


def read_and_again(there: World, many: int, sky: str, what: str, workers: tuple[int, ...]) -> Iterator[Row]:
    """New accounts, read for the first time, then by so many workers each; and their bytes."""
    there.environ |= {"BLUESKY_APPVIEW_URL": sky, "BLUESKY_PLC_URL": sky, "PRIVATE_HOSTS": sky}
    cores, nothing = os.cpu_count() or 1, sum(sizes().values())
    starts = {number: read(there, number).cpu for number in {cores, *workers}}
    owners = [add_user(users.free_name("user")) for _ in range(many)]
    for owner in owners:
        from_the_sky(owner)
    first = read(there, cores, starts[cores])
    before = sum(sizes().values())
    yield Row(f"{what}, read for the first time", first.done == many, first.line())
    found: list[Reading] = []
    for number in workers:
        with writing() as session:
            session.execute(update(Account).where(Account.owner_id.in_(owners)).values(refresh_at=now()))
        queue_due()
        found.append(read(there, number, starts[number]))
        ratio = found[-1].cpu_each / found[0].cpu_each
        told = f"; {found[-1].rate / max(found[0].rate, 1):.1f} × as many as one worker, {ratio:.2f} × the CPU of each"
        yield Row(
            f"{what}, read again, workers: {number}",
            found[-1].done == many and ratio <= MOST_RATIO,
            found[-1].line() + told * (number > 1),
        )
    grown = (sum(sizes().values()) - before) / many / len(workers)
    told = f"{(before - nothing) / many / 1000:.0f} kB each, {grown / 1000:+.1f} kB with each reading, before a vacuum"
    yield Row(f"{what}: bytes of the database", None, told)


@dataclass(frozen=True, slots=True)
class Reading:
    """What so many workers did of what waited."""

    workers: int
    waited: int
    done: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Accounts an hour."""
        return 3600 * self.done / self.seconds

    @property
    def cpu_each(self) -> float:
        """Seconds of CPU that an account took, without the start of the process."""
        return self.cpu / max(self.done, 1)

    def line(self) -> str:
        """For people."""
        return (
            f"{self.done} of {self.waited} in {self.seconds:.0f} s: {self.rate / self.workers:.0f} an hour and worker; "
            f"{self.cpu_each:.2f} s of CPU each, so at most {3600 / self.cpu_each:.0f} an hour and core"
        )


def read(there: World, workers: int, start: float = 0.0) -> Reading:
    """Lets so many processes run what waits, which take that much CPU to start."""
    waited, before = number_of("queued"), number_of("done")
    command, environ = [sys.executable, "-m", "flask", "--app", "dashapp", "resume"], os.environ | there.environ
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    began, cpu = time.monotonic(), 0.0
    started = [subprocess.Popen(command, cwd=ROOT, env=environ, **quiet) for _ in range(workers)]
    try:
        for each in started:
            cpu += ended(each)
    except OutOfTimeError:  # what they did until now is told
        for each in started:
            if each.returncode is None:
                each.kill()
                cpu += ended(each)
    return Reading(workers, waited, number_of("done") - before, time.monotonic() - began, max(cpu - start, 0.01))


def ended(process: subprocess.Popen[bytes]) -> float:
    """Waits for it; the seconds of CPU that it took."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def number_of(state: str) -> int:
    """Imports that are in it."""
    with reading() as session:
        return session.execute(select(func.count()).where(Import.state == state)).scalar_one()
