"""Whole servers whose clock jumped, as the program `faketime` makes them: what docs/how-to/host-elsewhere.md says."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from dashapp.imports import run_waiting
from dashapp.imports.receive import receive
from dashapp.store import accounts, imports, users, weekly_mails
from dashapp.store.database import now
from tests.conftest import ROOT
from tests.imports.load import account_of, from_the_sky, row_of, small_sky
from tests.mail.smtp_server import PUBLIC_URL, SENDER, smtp_server
from tests.services.servers import serving as fake_serving
from tests.users.browser_session import BOB, BrowserSession
from tests.waiting import wait_until

from .reliability_kill import JOB
from .reliability_server import OURS, Asked, Row, Server, World, many_posts, serving, world

HOURS, LATER = timedelta(hours=10), timedelta(days=7)  # until an account is read, and until a mail goes
SWEEPS = 20  # seconds, in which a server looks for what is due, and for what others left
PATIENCE = 60.0  # seconds for what must happen


@dataclass(frozen=True, slots=True)
class Held:
    """What is there after a jump; mails are those of two jobs."""

    signed_in: bool
    stayed_in: bool  # for 30 days
    read_again: bool
    mails: int
    taken_over: bool = True  # an import whose process is gone
    enters: bool = True  # who signs in now
    tracebacks: int = 0

    def line(self) -> str:
        """For people."""
        yes = {True: "yes", False: "no"}
        told = {
            "still signed in": yes[self.signed_in],
            "for 30 days": yes[self.stayed_in],
            "signs in": yes[self.enters],
            "account read again": yes[self.read_again],
            "mails of two jobs": self.mails,
            "an import that nobody held ended well": yes[self.taken_over],
            "errors in the log": self.tracebacks,
        }
        return "; ".join(f"{what}: {value}" for what, value in told.items())


JUMPS = {
    "+13h": Held(signed_in=False, stayed_in=True, read_again=True, mails=0),
    "+31d": Held(signed_in=False, stayed_in=False, read_again=True, mails=1),
    "-1d": Held(signed_in=False, stayed_in=False, read_again=False, mails=0),
}


def rows(asked: Asked) -> Iterator[Row]:
    """A row a jump."""
    for jump, expected in JUMPS.items():
        what = f"the clock of the server {jump}"
        if not shutil.which("faketime"):
            yield Row(what, None, "faketime is not installed")
            continue
        found = after(jump, asked, expected)
        yield Row(what, found == expected, found.line())


def after(jump: str, asked: Asked, expected: Held) -> Held:
    """What a server finds that is started with that clock beside a database of ours."""
    with ExitStack() as stack:
        sky, inbox = stack.enter_context(fake_serving(small_sky())), stack.enter_context(smtp_server())
        there = stack.enter_context(world(asked, peopled=False))
        told = {"BLUESKY_APPVIEW_URL": sky, "BLUESKY_PLC_URL": sky, "APP_SETTINGS": "TestConfig"}
        there.environ |= told | {
            "MAIL_URL": f"smtp://127.0.0.1:{inbox.port}?tls=no",
            "MAIL_FROM": SENDER,
            "PUBLIC_URL": PUBLIC_URL,
        }
        there.app.config.update(told)
        stack.enter_context(there.app.app_context())
        cookies = [signed_in(there, number) for number in range(2)]
        owner = next(row.id for row in users.all_users() if row.name == BOB["name"])
        left = prepare(there, owner)
        clock = ["faketime", "-f", jump]
        before = account_of(owner, "bluesky").data_at
        with serving([*clock, *OURS], there.environ) as server:
            happens(lambda: row_of(owner, left).state == "done")
            if expected.read_again:
                happens(lambda: account_of(owner, "bluesky").data_at != before)
            time.sleep(SWEEPS)
            seen = [is_in(server, each) for each in cookies]
            enters = signs_in(server)
            tracebacks = server.logged("Traceback")
        for _ in range(2):  # threads that wait for a minute do not wake up under faketime: a host's scheduler sends
            job = os.environ | there.environ
            subprocess.run([*clock, *JOB], cwd=ROOT, env=job, check=True, capture_output=True, timeout=120)
        return Held(
            signed_in=seen[0],
            stayed_in=seen[1],
            read_again=account_of(owner, "bluesky").data_at != before,
            mails=len(inbox.mails),
            taken_over=row_of(owner, left).state == "done",
            enters=enters,
            tracebacks=tracebacks,
        )


def signed_in(there: World, number: int) -> dict[str, str]:
    """The cookie of a browser: the first registers, the second stays signed in."""
    browser = BrowserSession(there.app)
    if number == 0:
        browser.register(BOB)
    else:
        browser.sign_in(BOB, remember="y")
    return {"session": browser.session_cookie()}


def prepare(there: World, owner: int) -> int:
    """An account that is due soon, a mail that is due later, and an import that runs, whose process is gone."""
    from_the_sky(owner)
    run_waiting(there.app, threading.Event())
    accounts.change_account(owner, account_of(owner, "bluesky").id, refresh_at=now() + HOURS)
    weekly_mails.ask(owner, "ada@example.org")
    mail = weekly_mails.find(owner)
    assert mail is not None
    weekly_mails.confirm(mail, now() + LATER)
    [left] = receive(owner, many_posts(Asked(posts=20)), options={"handle": "ada"}, ask=False)
    assert imports.claim(left) is not None
    return left


def happens(condition: Any) -> None:
    """Waits for it; what did not happen shows in what is found."""
    with suppress(AssertionError):
        wait_until(condition, PATIENCE)


def is_in(server: Server, cookies: dict[str, str]) -> bool:
    """Whether that browser need not sign in."""
    answer = requests.get(f"{server.base}/connect/csv", cookies=cookies, timeout=60, allow_redirects=False)
    return answer.status_code == 200


def signs_in(server: Server) -> bool:
    """Whether a new browser can."""
    with requests.Session() as session:
        page = session.get(f"{server.base}/signin", timeout=60).text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        session.post(f"{server.base}/signin", data={"csrf_token": token, **BOB}, timeout=60)
        answer = session.get(f"{server.base}/connect/csv", timeout=60, allow_redirects=False)
    return answer.status_code == 200
