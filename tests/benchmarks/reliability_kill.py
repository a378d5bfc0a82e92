"""kill -9 of the server, its workers and jobs, which import and send mail: the rows are those of an undisturbed run.

Whoever imports has an upload that changes one account, and buys another one from a fake of X.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from signal import SIGKILL
from typing import Any

from dashapp.imports import run_waiting
from dashapp.imports.receive import queue_live, receive
from dashapp.store import accounts, change_list, connections, weekly_mails
from dashapp.store.database import now
from tests.conftest import ROOT
from tests.imports.load import account_of, add_user, row_of, stored
from tests.mail.smtp_server import PUBLIC_URL, SENDER, Inbox, smtp_server
from tests.services.fakes.x import TOKEN, Fake
from tests.services.fakes.x import World as X
from tests.services.servers import serving as fake_serving
from tests.waiting import wait_until

from .reliability_server import OURS, Asked, OutOfTimeError, Row, Server, World, private_postgres, serving, world

VICTIMS = ("server", "worker", "importing job", "mailing job")
JOB = [sys.executable, "-m", "flask", "--app", "dashapp", "refresh"]
PEOPLE, POSTS = 300, 6_000
MOMENT = 4.0  # seconds of an import, within which its process is killed
ANSWER, MAIL = 0.3, 0.2  # seconds that a service and a mail server take
MAILS = 3  # that are due for a job
ENDED = ("done", "failed")
Import = tuple[int, int]  # its owner, its number


def rows(asked: Asked) -> Iterator[Row]:
    """On SQLite, and on a Postgres of our own."""
    yield killed(asked, "SQLite")
    with ExitStack() as stack:
        url = private_postgres(stack)
        if url is None:
            yield Row("kill -9 on Postgres", None, "no Postgres is installed")
        else:
            yield killed(replace(asked, database=url), "Postgres")


@dataclass
class Found:
    """What is known until now."""

    kills: Counter[str] = field(default_factory=Counter)
    imports: list[Import] = field(default_factory=list)
    ended: int = 0
    same: int = 0  # of the users, each of whom has two imports
    doubled: Counter[str] = field(default_factory=Counter)
    lost: int = 0  # mails

    def row(self, asked: Asked, name: str, why: str) -> Row:
        """For the report."""
        whole = self.ended == len(self.imports) == 2 * self.same
        doubled = ", ".join(f"{self.doubled[what]} {what}" for what in ("changes", "purchases", "mails"))
        told = (
            f"{', '.join(f'{victim} {times} times' for victim, times in self.kills.items())}; {self.ended} of "
            f"{len(self.imports)} imports ended well, {self.same} of {len(self.imports) // 2} users have the rows of "
            f"an undisturbed one; doubled: {doubled}; {self.lost} mails died with their process"
        )
        held = not why and whole and not self.doubled.total()
        return Row(f"kill -9, {asked.kills} times at random moments, {name}", held, why + told)


def killed(asked: Asked, name: str) -> Row:
    """So many times, by turns what VICTIMS names."""
    found, x, why = Found(), Fake(X(followers=25, friends=15, posts=40)), ""
    x.page = 10

    def slow(environ: Any, start_response: Any) -> Any:
        time.sleep(ANSWER)  # so that a kill finds something to interrupt
        return x(environ, start_response)

    try:
        with fake_serving(slow) as url, smtp_server() as inbox, world(asked, peopled=False) as there:
            inbox.pause = MAIL
            there.environ |= {"APP_SETTINGS": "TestConfig", "X_API_URL": url}
            there.app.config["X_API_URL"] = url
            with there.app.app_context():
                go(asked.kills, there, inbox, found)
    except OutOfTimeError:
        why = "did not end in time; until then "
    return found.row(asked, name, why)


def go(kills: int, there: World, inbox: Inbox, found: Found) -> None:
    """Kills, lets everything end, and compares."""
    dice, stopping = random.Random(0), threading.Event()
    mail = {"MAIL_URL": f"smtp://127.0.0.1:{inbox.port}?tls=no", "MAIL_FROM": SENDER, "PUBLIC_URL": PUBLIC_URL}
    job = os.environ | there.environ | mail
    undisturbed, *owners = [with_accounts(number) for number in range(kills + 1)]
    run_waiting(there.app, stopping)
    for owner in (undisturbed, *owners):
        accounts.save_options(owner, account_of(owner, "x").id, refresh_at=None, allowed="5000")
    begin(undisturbed)
    run_waiting(there.app, stopping)
    due: list[str] = []
    with ExitStack() as running:
        server: Server | None = None
        for number, owner in enumerate(owners):
            victim = VICTIMS[number % len(VICTIMS)]
            if victim == "mailing job":
                running.close()
                due += [mail_due(each) for each in owners[len(due) : len(due) + MAILS]]
                kill_mailing(job, inbox, dice)
            else:
                found.imports += (begun := begin(owner))
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
    compare(undisturbed, found)
    got = Counter(inbox.recipients)
    found.doubled["mails"] = sum(times - 1 for times in got.values())
    found.lost = len(set(due) - set(got))


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


def is_running(owner: int, number: int) -> bool:
    """Whether somebody works on it, or did."""
    return row_of(owner, number).state in ("running", *ENDED)


# ---- what is killed


def kill(server: Server, begun: list[Import], dice: random.Random, *, whole: bool) -> None:
    """The server with all its processes, or one of its workers."""
    wait_until(lambda: any(is_running(*each) for each in begun))
    time.sleep(dice.uniform(0, MOMENT))
    if whole:
        os.killpg(server.process.pid, SIGKILL)
        server.process.wait()
    else:
        dice.choice(server.processes()[1:]).kill()


def kill_importing(environ: dict[str, str], begun: list[Import], dice: random.Random) -> None:
    """`flask refresh`, which runs what waits."""
    with subprocess.Popen(JOB, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as job:
        wait_until(lambda: any(is_running(*each) for each in begun) or job.poll() is not None)
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


def compare(undisturbed: int, found: Found) -> None:
    """Everybody who imported with whom nothing disturbed."""
    expected, changes, spent = rows_of(undisturbed), changes_of(undisturbed), account_of(undisturbed, "x").spent
    found.ended = sum(row_of(*each).state == "done" for each in found.imports)
    for owner in {owner for owner, _ in found.imports}:
        found.same += (rows_of(owner), changes_of(owner)) == (expected, changes)
        found.doubled["changes"] += (changes_of(owner) - changes).total()
        found.doubled["purchases"] += account_of(owner, "x").spent > spent


def rows_of(owner: int) -> list[object]:
    """Of both accounts."""
    return [stored(owner, service) for service in ("csv", "x")]


def changes_of(owner: int) -> Counter[tuple[str, str]]:
    """Who came and went."""
    both = [account_of(owner, service).id for service in ("csv", "x")]
    found = [row for account in both for row in change_list.changes(owner, account, limit=10_000)]
    return Counter((row.change, row.handle) for row in found)
