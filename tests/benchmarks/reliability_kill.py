"""kill -9 of server, workers, jobs, Celery and Redis, which import and mail: the rows are those of an undisturbed run.

Whoever imports has an upload that changes one account, and buys another one from a fake of X.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from signal import SIGKILL
from typing import Any

import pytest

from dashapp.imports import run_waiting
from dashapp.imports.receive import queue_live, receive
from dashapp.store import accounts, change_list, connections, weekly_mails
from dashapp.store.database import now
from tests import needs
from tests.conftest import ROOT
from tests.imports.conftest import leave_out_measures
from tests.imports.load import account_of, add_user, row_of, stored
from tests.mail.smtp_server import PUBLIC_URL, SENDER, Inbox, smtp_server
from tests.services.fakes.x import TOKEN, Fake
from tests.services.fakes.x import World as X
from tests.services.servers import serving as fake_serving
from tests.waiting import wait_until

from .reliability_server import OURS, Asked, OutOfTimeError, Row, Server, World, private_postgres, serving, world

VICTIMS = ("server", "worker", "importing job", "mailing job")
JOB = [sys.executable, "-m", "flask", "--app", "dashapp", "refresh"]
WORKER = ["worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "error"]
CELERY = [sys.executable, "-m", "celery", "-A", "dashapp.worker", *WORKER]
PEOPLE, POSTS = 300, 6_000
MOMENT = 4.0  # seconds of an import, within which its process is killed
ANSWER, MAIL = 0.3, 0.2  # seconds that a service and a mail server take
MAILS = 3  # that are due for a job
ENDED = ("done", "failed")
Import = tuple[int, int]  # its owner, its number


def rows(asked: Asked) -> Iterator[Row]:
    """On SQLite, and on a Postgres of our own; there by Celery too."""
    yield killed(asked, "SQLite")
    with ExitStack() as stack:
        url = private_postgres(stack)
        if url is None:
            yield Row("kill -9 on Postgres", None, "no Postgres is installed")
        else:
            yield killed(replace(asked, database=url), "Postgres")
    with ExitStack() as stack:
        program, url = next(filter(None, map(shutil.which, needs.REDIS)), None), private_postgres(stack)
        if program is None:
            yield Row("kill -9 of Celery workers", None, "no Redis is installed")
        else:
            redis = stack.enter_context(serving_redis(program))
            where = "Postgres" if url else "SQLite"
            yield killed(replace(asked, database=url or ""), f"Celery on {where}", partial(go_celery, redis))


@dataclass
class Found:
    """What is known until now."""

    kills: Counter[str] = field(default_factory=Counter)
    undisturbed: int = 0  # a user
    imports: list[Import] = field(default_factory=list)
    due: set[str] = field(default_factory=set)  # addresses to which a mail shall go
    ended: int = 0
    users: int = 0  # all of whose imports ended well
    same: int = 0  # of them
    doubled: Counter[str] = field(default_factory=Counter)
    lost: int = 0  # mails

    def row(self, asked: Asked, name: str, why: str) -> Row:
        """For the report."""
        whole = self.ended == len(self.imports) and self.same == self.users
        doubled = ", ".join(f"{self.doubled[what]} {what}" for what in ("changes", "purchases", "mails"))
        told = (
            f"{', '.join(f'{victim} {times} times' for victim, times in self.kills.items())}; {self.ended} of "
            f"{len(self.imports)} imports ended well, {self.same} of {self.users} users have the rows of an "
            f"undisturbed one; doubled: {doubled}; {self.lost} of {len(self.due)} mails not sent"
        )
        held = not why and whole and not self.doubled.total()
        return Row(f"kill -9, {asked.kills} times at random moments, {name}", held, why + told)


def killed(asked: Asked, name: str, kill_all: Callable[[int, World, Inbox, Found], None] | None = None) -> Row:
    """So many times, by turns what VICTIMS names, or as it is said."""
    found, x, why = Found(), Fake(X(followers=25, friends=15, posts=40)), ""
    x.page = 10

    def slow(environ: Any, start_response: Any) -> Any:
        time.sleep(ANSWER)  # so that a kill finds something to interrupt
        return x(environ, start_response)

    with fake_serving(slow) as url, smtp_server() as inbox, world(asked, peopled=False) as there:
        inbox.pause = MAIL
        there.environ |= {"APP_SETTINGS": "TestConfig", "X_API_URL": url}
        there.app.config["X_API_URL"] = url
        with there.app.app_context():
            try:
                (kill_all or go)(asked.kills, there, inbox, found)
            except (OutOfTimeError, AssertionError):  # of a wait that has a limit of its own
                why = "did not end in time; until then "
            compare(inbox, found)
    return found.row(asked, name, why)


def prepared(kills: int, there: World, inbox: Inbox, found: Found) -> tuple[list[int], dict[str, str]]:
    """A user for each kill, beside the undisturbed one; and the environment of what is killed."""
    stopping = threading.Event()
    mail = {"MAIL_URL": f"smtp://127.0.0.1:{inbox.port}?tls=no", "MAIL_FROM": SENDER, "PUBLIC_URL": PUBLIC_URL}
    found.undisturbed, *owners = [with_accounts(number) for number in range(kills + 1)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        leave_out_measures(monkeypatch)
        run_waiting(there.app, stopping)
    for owner in (found.undisturbed, *owners):
        accounts.save_options(owner, account_of(owner, "x").id, refresh_at=None, allowed="5000")
    begin(found.undisturbed)
    run_waiting(there.app, stopping)
    return owners, os.environ | there.environ | mail


def go(kills: int, there: World, inbox: Inbox, found: Found) -> None:
    """Kills, lets everything end, and compares."""
    dice = random.Random(0)
    owners, job = prepared(kills, there, inbox, found)
    with ExitStack() as running:
        server: Server | None = None
        for number, owner in enumerate(owners):
            victim = VICTIMS[number % len(VICTIMS)]
            if victim == "mailing job":
                running.close()
                found.due |= {mail_due(each) for each in owners[len(found.due) : len(found.due) + MAILS]}
                kill_mailing(job, inbox, dice)
            else:
                found.imports += begin(owner)
                begun = partial(is_begun, found, claims(found))
                if victim == "importing job":
                    running.close()
                    kill_importing(job, begun, dice)
                else:
                    if server is None or server.process.poll() is not None:
                        running.close()
                        server = running.enter_context(serving(OURS, there.environ))
                    kill(server, begun, dice, whole=victim == "server")
            found.kills[victim] += 1
    with serving(OURS, there.environ):
        while not all(has_ended(*each) for each in found.imports):
            time.sleep(0.5)
    subprocess.run(JOB, cwd=ROOT, env=job, check=True, capture_output=True)  # sends what mails are left


def go_celery(redis: Redis, kills: int, there: World, inbox: Inbox, found: Found) -> None:
    """The same of a Celery worker, which then starts anew, and once of Redis, which forgets all messages."""
    dice = random.Random(0)
    owners, environ = prepared(kills, there, inbox, found)
    environ["REDIS_URL"] = there.app.config["CELERY"] = redis.url
    victim = "Celery worker"
    with ExitStack() as running:
        for number, owner in enumerate(owners):
            if victim == "Celery worker":
                worker = running.enter_context(celery(environ))
            found.due.add(mail_due(owner))
            before = claims(found)
            found.imports += begin(owner)
            wait_until(partial(is_begun, found, before))
            time.sleep(dice.uniform(0, MOMENT))
            victim = "Redis" if number == kills // 2 else "Celery worker"
            if victim == "Redis":
                redis.kill_and_start()
            else:
                worker.kill()
            found.kills[victim] += 1
        running.enter_context(celery(environ))
        while not all(has_ended(*each) for each in found.imports):
            time.sleep(0.5)
    subprocess.run(JOB, cwd=ROOT, env=environ, check=True, capture_output=True)


@contextmanager
def celery(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, which is killed at the end of the block if it still runs."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(CELERY, cwd=ROOT, env=environ, **quiet)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@dataclass
class Redis:
    """One of our own, which keeps nothing on the disk."""

    program: str
    folder: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Until it answers."""
        told = ["--bind", "127.0.0.1", "--port", f"{self.port}", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([self.program, *told], cwd=self.folder, stdout=subprocess.DEVNULL)
        wait_until(lambda: needs.redis_answers(self.url), 30)

    def kill(self) -> None:
        """At once."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def kill_and_start(self) -> None:
        """It is away for a moment, and empty then."""
        self.kill()
        time.sleep(MOMENT)
        self.start()


@contextmanager
def serving_redis(program: str) -> Iterator[Redis]:
    """At a free port of the loopback, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(program, folder, needs.free_port())
        try:
            redis.start()
            yield redis
        finally:
            redis.kill()


# ---- what is begun


def with_accounts(number: int) -> int:
    """A user whose two accounts wait for their first reading; that of X buys nothing."""
    owner = add_user(f"user{number}")
    receive(owner, [csv("ties", followers(0))], options={"handle": "graph"}, ask=False)
    connection = connections.connect(
        owner, service="x", host="", uid=f"{owner}", handle="ada", token={"access_token": TOKEN}, expires_at=None
    )
    queue_live(owner, service="x", connection=connection)
    return owner


def begin(owner: int) -> list[Import]:
    """An upload in which a third of the people have gone and others came, and the reading of X."""
    ties = followers(PEOPLE // 3) + [f"p{n % PEOPLE},p{(n * 7 + n // PEOPLE + 1) % PEOPLE}" for n in range(POSTS)]
    posts = [f"{n},2026-03-0{n % 9 + 1}T10:00,text number {n}" for n in range(POSTS)]
    files = [csv("ties", ties), csv("posts", posts, "post,created_at,text")]
    [upload] = receive(owner, files, options={"handle": "graph"}, ask=False)
    x = account_of(owner, "x")
    live = queue_live(owner, service="x", handle=x.handle, connection=x.connection_id, account_id=x.id)
    return [(owner, upload), (owner, live)]


def followers(first: int) -> list[str]:
    """Rows of ties of the account."""
    return [f"p{number},graph" for number in range(first, first + PEOPLE)]


def csv(name: str, rows: list[str], head: str = "source,target") -> tuple[str, io.BytesIO]:
    """An upload."""
    return f"{name}.csv", io.BytesIO("\n".join([head, *rows]).encode())


def mail_due(owner: int) -> str:
    """Whoever looks sends that user's weekly mail; its address."""
    address = f"user{owner}@example.org"
    weekly_mails.ask(owner, address)
    row = weekly_mails.find(owner)
    assert row is not None
    weekly_mails.confirm(row, now())
    return address


def has_ended(owner: int, number: int) -> bool:
    """Whether the import did."""
    return row_of(owner, number).state in ENDED


def claims(found: Found) -> int:
    """How often somebody began to work on an import, or went on."""
    return sum(row_of(*each).lease for each in found.imports)


def is_begun(found: Found, before: int) -> bool:
    """Whether there were more claims since."""
    return claims(found) > before


# ---- what is killed


def kill(server: Server, begun: Callable[[], bool], dice: random.Random, *, whole: bool) -> None:
    """The server with all its processes, or one of its workers."""
    wait_until(begun)
    time.sleep(dice.uniform(0, MOMENT))
    if whole:
        os.killpg(server.process.pid, SIGKILL)
        server.process.wait()
    else:
        dice.choice(server.processes()[1:]).kill()


def kill_importing(environ: dict[str, str], begun: Callable[[], bool], dice: random.Random) -> None:
    """`flask refresh`, which runs what waits."""
    with subprocess.Popen(JOB, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as job:
        wait_until(lambda: begun() or job.poll() is not None)
        time.sleep(dice.uniform(0, MOMENT))
        job.kill()


def kill_mailing(environ: dict[str, str], inbox: Inbox, dice: random.Random) -> None:
    """The same, while it sends mails."""
    before = len(inbox.mails)
    with subprocess.Popen(JOB, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as job:
        wait_until(lambda: len(inbox.mails) > before or job.poll() is not None)
        time.sleep(dice.uniform(0, MAIL * MAILS))
        job.kill()


# ---- what there is afterwards


def compare(inbox: Inbox, found: Found) -> None:
    """Everybody whose imports ended with whom nothing disturbed, and the mails with those that were due."""
    if not found.imports:
        return
    undisturbed = found.undisturbed
    expected, changes, spent = rows_of(undisturbed), changes_of(undisturbed), account_of(undisturbed, "x").spent
    done = Counter(owner for owner, number in found.imports if row_of(owner, number).state == "done")
    found.ended = done.total()
    for owner in [owner for owner, imports in done.items() if imports == 2]:
        found.users += 1
        found.same += (rows_of(owner), changes_of(owner)) == (expected, changes)
        found.doubled["changes"] += (changes_of(owner) - changes).total()
        found.doubled["purchases"] += account_of(owner, "x").spent > spent
    got = Counter(inbox.recipients)
    found.doubled["mails"] = sum(times - 1 for times in got.values())
    found.lost = len(found.due - set(got))


def rows_of(owner: int) -> list[object]:
    """Of both accounts."""
    return [stored(owner, service) for service in ("csv", "x")]


def changes_of(owner: int) -> Counter[tuple[str, str]]:
    """Who came and went."""
    both = [account_of(owner, service).id for service in ("csv", "x")]
    found = [row for account in both for row in change_list.changes(owner, account, limit=10_000)]
    return Counter((row.change, row.handle) for row in found)
