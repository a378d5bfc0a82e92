"""Parts that are away for a while: the database, Redis, room on the disk; and a backup that is restored."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import requests
from sqlalchemy import make_url

from dashapp.store import accounts, people, posts, users
from tests import needs
from tests.conftest import close, make_app
from tests.dashboard.downloads import add_analysed_account, sign_in
from tests.users.browser_session import BrowserSession
from tests.waiting import wait_until

from .reliability_server import OURS, Asked, Row, World, private_postgres, serving, world

AWAY = 10  # seconds
ROOM = 4  # MB


def rows(asked: Asked) -> Iterator[Row]:
    """One after the other."""
    yield from database_away(asked)
    yield from redis_away(asked)
    yield from disk_full(asked)
    yield from restored(asked)


def database_away(asked: Asked) -> Iterator[Row]:
    """Postgres takes nobody in for a while, and throws out who was."""
    what = f"the database away for {AWAY} s"
    with ExitStack() as stack:
        url = private_postgres(stack)
        if url is None:
            yield Row(what, None, "no Postgres is installed")
            return
        there = stack.enter_context(world(replace(asked, database=url), peopled=False))
        server = stack.enter_context(serving(OURS, there.environ))
        cookie = signed_in(there)
        stop(url)
        began, seen = time.monotonic(), set()
        while time.monotonic() - began < AWAY:
            answer = requests.get(f"{server.base}/dashboard/user", cookies=cookie, timeout=60)
            ready, alive = (
                requests.get(server.base + path, timeout=60).status_code for path in ("/readyz", "/healthz")
            )
            seen.add((answer.status_code, answer.headers.get("Retry-After"), ready, alive))
        go_on(url)
        back = time.monotonic()
        wait_until(lambda: requests.get(f"{server.base}/dashboard/user", cookies=cookie, timeout=60).ok, 60)
        took = time.monotonic() - back
        told = f"page, Retry-After, /readyz, /healthz: {sorted(seen, key=str)}; well again after {took:.1f} s"
        yield Row(what, seen == {(503, "10", 503, 200)} and took <= 5, told)


def stop(url: str) -> None:
    """Nobody gets in any more, and who was in is thrown out."""
    name = make_url(url).database
    with admin(url) as run:
        run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608


def go_on(url: str) -> None:
    """All is as before."""
    with admin(url) as run:
        run(f'ALTER DATABASE "{make_url(url).database}" ALLOW_CONNECTIONS true')


@contextmanager
def admin(url: str) -> Iterator[Callable[[str], object]]:
    """Statements from another database of the server."""
    server = make_url(url).set(drivername="postgresql", database="template1").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        yield connection.execute  # type: ignore[misc]


def signed_in(there: World) -> dict[str, str]:
    """The cookie of somebody."""
    return {"session": cookie_and_token(there)[0]}


def cookie_and_token(there: World) -> tuple[str, str]:
    """Of somebody who can send forms."""
    browser = BrowserSession(there.app)
    browser.client = sign_in(there.app, there.owner)
    token = browser.token()
    return browser.session_cookie(), token


def redis_away(asked: Asked) -> Iterator[Row]:
    """Redis ends while the server runs."""
    what = "Redis away"
    with ExitStack() as stack:
        url = needs.private_redis(stack)
        if url is None:
            yield Row(what, None, "no Redis is installed")
            return
        with world(asked, peopled=False) as there, serving(OURS, {**there.environ, "REDIS_URL": url}) as server:
            cookie = signed_in(there)
            stack.close()
            with requests.Session() as session:
                page = session.get(f"{server.base}/signin", timeout=60)
                token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
                wrong = {"csrf_token": token, "name": "a", "password": "wrong guess"}
                tried = session.post(f"{server.base}/signin", data=wrong, timeout=60).status_code
            look = requests.get(f"{server.base}/dashboard/user", cookies=cookie, timeout=60).status_code
            ready = requests.get(f"{server.base}/readyz", timeout=60).json()
        held = (tried, look, ready.get("away")) == (422, 200, "redis")
        yield Row(what, held, f"a wrong sign-in {tried}, a page {look}, /readyz {ready}")


def disk_full(asked: Asked) -> Iterator[Row]:
    """SQLite on a file system without room for an upload."""
    what = f"a disk of {ROOM} MB that is full"
    with tempfile.TemporaryDirectory() as folder:
        mounted = (
            os.geteuid() == 0
            and not subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", folder], check=False, capture_output=True
            ).returncode
        )
        if not mounted:
            yield Row(what, None, "only root can mount a file system")
            return
        try:
            path = Path(folder) / "sociogram.sqlite"
            with (
                world(replace(asked, database=f"sqlite:///{path}"), peopled=False) as there,
                serving(OURS, there.environ) as server,
            ):
                cookie, token = cookie_and_token(there)
                text = "created_at,text\n" + "".join(f"2025-03-01,{os.urandom(40).hex()}\n" for _ in range(150_000))
                known = {"session": cookie}
                sent = {"data": {"csrf_token": token, "handle": "ada"}, "files": {"files": ("posts.csv", text)}}
                answer = requests.post(
                    f"{server.base}/connect/csv", cookies=known, timeout=60, allow_redirects=False, **sent
                ).status_code
                look = requests.get(f"{server.base}/dashboard/user", cookies=known, timeout=60).status_code
            with sqlite3.connect(path) as connection:
                sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.close()
        finally:
            subprocess.run(["umount", folder], check=False)
    yield Row(
        what, (answer, look, sound) == (507, 200, "ok"), f"an upload {answer}, a page {look}, the database {sound}"
    )


def restored(asked: Asked) -> Iterator[Row]:
    """The backup of docs/how-to/back-up-and-upgrade.md, while the server runs, is put in place of what was lost."""
    with tempfile.TemporaryDirectory() as folder:
        path, copy = Path(folder) / "sociogram.sqlite", Path(folder) / "backup.sqlite"
        with (
            world(replace(asked, database=f"sqlite:///{path}"), peopled=False) as there,
            serving(OURS, there.environ) as server,
        ):
            with there.app.app_context():
                add_analysed_account(there.owner)
                before = stored(there.owner)
            back_up = f"import sqlite3; sqlite3.connect({str(path)!r}).execute(\"VACUUM INTO '{copy}'\")"
            subprocess.run([sys.executable, "-c", back_up], check=True)
        for lost in Path(folder).glob("sociogram.sqlite*"):
            lost.unlink()
        copy.rename(path)
        with serving(OURS, there.environ) as server:
            look = requests.get(f"{server.base}/dashboard/user", cookies=signed_in(there), timeout=60).status_code
        app = make_app(f"sqlite:///{path}")
        with app.app_context():
            same = stored(there.owner) == before
        close(app)
    told = f"{'all' if same else 'not all'} rows are there, a page {look}"
    yield Row("a backup of SQLite, restored", same and look == 200, told)


def stored(owner: int) -> tuple[object, ...]:
    """What somebody has."""
    mine = accounts.accounts(owner)
    told = [row for row in users.stored_about(owner) if row.table != "user_sessions"]
    return told, [(len(posts.posts(owner, a.id)), len(people.people(owner, a.id))) for a in mine]
