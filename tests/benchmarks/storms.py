"""Storms at one service for minutes, against the real server: calls, calls that came too early, errors of ours, pages.

    python -m tests.benchmarks.storms [--minutes 5] [--users 10] [--database URL]

GitHub goes through one storm after the other while these users import from it; Bluesky is well, and somebody else
imports from it again and again. In the end the storm is over, and the imports have to end as undisturbed ones.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import requests
from flask import Flask
from sqlalchemy import delete

from dashapp.models import Cooldown
from dashapp.store import imports
from dashapp.store.database import now, writing
from tests.conftest import ROOT, make_app
from tests.dashboard.downloads import sign_in
from tests.imports.load import add_user, connected, from_the_sky, row_of, small_sky, stored
from tests.needs import free_port
from tests.services.servers import serving
from tests.services.storms import KINDS, Storm, Town, own_world
from tests.waiting import wait_until

PAGES = ("/healthz", "/readyz", "/dashboard/user", "/dashboard/_dash-layout")
CALM = 30.0  # seconds before the storm, for comparison
ENDED = ("done", "failed")


@dataclass
class Seen:
    """What one visitor saw: seconds by page, and statuses."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    imports: list[float] = field(default_factory=list)  # seconds of each import from the other service

    def line(self) -> str:
        """Numbers for people."""
        p95 = statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else float("nan")
        others = ", ".join(f"{seconds:.1f}" for seconds in self.imports)
        errors = sum(many for status, many in self.statuses.items() if status >= 500)
        return (
            f"{len(self.seconds)} pages, median {statistics.median(self.seconds) * 1000:.0f} ms, p95 {p95 * 1000:.0f} "
            f"ms, own 5xx {errors}, statuses {dict(self.statuses)}; the other service's imports took {others} s"
        )


@contextmanager
def server(environ: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The server as the Procfile starts it: its address and process."""
    port = free_port()
    environ = os.environ | environ | {"PORT": str(port), "BIND_HOST": "127.0.0.1", "WEB_CONCURRENCY": "2"}
    command = [sys.executable, "-m", "gunicorn", "-c", "dashapp/gunicorn_conf.py", "dashapp.wsgi:server"]
    quiet = {"stdout": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environ, **quiet) as process:
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def peaks(parent: int) -> list[int]:
    """The peak memory of each worker, in MiB."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = [line for pid in children for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return [int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")]


class BrowserSession:
    """Looks at pages, and begins an import of the other service whenever the last one ended."""

    def __init__(self, app: Flask, base: str) -> None:
        self.app, self.base, self.numbers = app, base, count()
        with app.app_context():
            cookies = sign_in(app, add_user("visitor"))
            self.cookie = cookies.get_cookie("session").value  # type: ignore[union-attr]

    @contextmanager
    def looking(self) -> Iterator[Seen]:
        """While the block runs."""
        seen, over = Seen(), threading.Event()
        threads = [threading.Thread(target=work, args=(seen, over)) for work in (self._pages, self._imports)]
        for thread in threads:
            thread.start()
        try:
            yield seen
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _pages(self, seen: Seen, over: threading.Event) -> None:
        with requests.Session() as session:
            session.cookies.set("session", self.cookie)
            while not over.wait(0.1):
                for page in PAGES:
                    start = time.perf_counter()
                    seen.statuses[session.get(self.base + page, timeout=60, allow_redirects=False).status_code] += 1
                    seen.seconds.append(time.perf_counter() - start)

    def _imports(self, seen: Seen, over: threading.Event) -> None:
        with self.app.app_context():
            while not over.is_set():
                start, owner = time.perf_counter(), add_user(f"other-{next(self.numbers)}")
                number = from_the_sky(owner)
                wait_until(lambda o=owner, n=number: row_of(o, n).state in ENDED, 300)  # type: ignore[misc]
                seen.imports.append(time.perf_counter() - start)
                over.wait(2)


def told(storm: Storm, kind: str, minutes: float, rows: list[dict[str, object]]) -> str:
    """Of one kind of storm."""
    states = Counter(f"{row.state}{' asleep' if row.wake_at else ''}" for row in rows)
    failed = "".join(f"\n      failed: {row.message}" for row in rows if row.state == "failed")
    return (
        f"  {kind:<11} {len(storm.calls):4} calls, {len(storm.calls) / minutes:5.0f} a minute, {storm.too_early} too "
        f"early; imports {dict(states)}{failed}"
    )


def wake(begun: list[tuple[int, int]]) -> None:
    """Lets imports begin with the next storm, whatever the last one did to them; what was told is over."""
    with writing() as session:
        session.execute(delete(Cooldown))
    for _, number in begun:
        imports.change_import(number, wake_at=now(), troubles=0)


def run(app: Flask, storm: Storm, base: str, pid: int, *, minutes: float, users: list[str]) -> None:
    """The weather: calm, storms, calm."""
    visitor = BrowserSession(app, base)
    with app.app_context():
        ada = add_user("ada")
        first = connected(ada, "github", "token-of-ada")
        with visitor.looking() as seen:
            wait_until(lambda: row_of(ada, first).state in ENDED, 120)
            time.sleep(CALM)
        print("calm:  ", seen.line(), "\n        memory of workers:", peaks(pid), "MiB", flush=True)
        owners = {name: add_user(name) for name in users}
        begun, each = [], minutes / len(KINDS)
        with visitor.looking() as seen:
            for kind in KINDS:
                storm.calls.clear()
                storm.begin(kind, after=3)
                time.sleep(storm.wait)  # what the last storm told is over
                begun = [(owner, connected(owner, "github", f"token-of-{name}")) for name, owner in owners.items()]
                wake(begun)
                time.sleep(each * 60)
                print(told(storm, kind, each, [row_of(*pair) for pair in begun]), flush=True)
                storm.over.set()
        print("storms:", seen.line(), "\n        memory of workers:", peaks(pid), "MiB", flush=True)
        storm.end()
        wake(begun)
        wait_until(lambda: all(row_of(*pair).state in ENDED for pair in begun), 600)
        same = sum(stored(owner, "github") == stored(ada, "github") for owner in owners.values())
        print(
            f"after:  {same} of {len(owners)} have the rows of an undisturbed import, {storm.too_early} too early; a "
            "storm of wrong types leaves out records that could not be read"
        )


def main() -> None:
    """Starts everything and prints what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    users = [f"user{n}" for n in range(asked.users)]
    world = own_world("ada", 0, followers=160, friends=120, mutual=40, follows=130, posts=100, until=now())
    storm, sky = Storm(Town({f"token-of-{name}": world for name in ("ada", *users)}, slowest=0.1)), small_sky()
    with tempfile.TemporaryDirectory() as folder, serving(storm) as github, serving(sky) as bluesky:
        environ = {"DATABASE_URL": asked.database or f"sqlite:///{folder}/sociogram.sqlite"}
        environ |= {"GITHUB_API_URL": github, "BLUESKY_APPVIEW_URL": bluesky, "BLUESKY_PLC_URL": bluesky}
        environ |= {"APP_SETTINGS": "TestConfig", "PRIVATE_HOSTS": bluesky}
        flask = [sys.executable, "-m", "flask", "--app", "dashapp", "db", "upgrade"]
        subprocess.run(flask, cwd=ROOT, env=os.environ | environ, check=True, capture_output=True)
        with server(environ) as (base, pid):
            run(make_app(environ["DATABASE_URL"]), storm, base, pid, minutes=asked.minutes, users=users)
        storm.end()


if __name__ == "__main__":
    main()
