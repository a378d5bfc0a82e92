"""What all parts of the reliability report share: a server with people in it, visitors, and figures."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import requests
from flask import Flask

from dashapp.demo.load import load_demo
from dashapp.imports import run_waiting
from dashapp.imports.receive import receive
from dashapp.store import accounts, users
from tests import needs
from tests.conftest import ROOT, close, make_app
from tests.dashboard.dash_client import GRAPH, PREFIX, Page
from tests.dashboard.downloads import sign_in
from tests.needs import free_port
from tests.waiting import wait_until

UPDATE = PREFIX + "_dash-update-component"
GUNICORN = [sys.executable, "-m", "gunicorn"]
OURS = [*GUNICORN, "-c", "dashapp/gunicorn_conf.py", "dashapp.wsgi:server"]
BARE = [*GUNICORN, "-k", "gthread", "-w", "2", "--threads", "5", "--preload", "tests.benchmarks.bare_dash:server"]
SECRET = "only-for-tests-" + "0" * 32  # that of TestConfig, so that sessions can be made without signing in


@dataclass(frozen=True, slots=True)
class Asked:
    """What the report is made of."""

    seconds: float = 60
    people: int = 37_700
    ties: int = 289_003
    posts: int = 200_000
    kills: int = 20
    rate: float = 20
    storm: float = 5  # minutes
    accounts: int = 100
    database: str = ""  # the address of an empty one; none: an SQLite file


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report. `held`: None where there is no goal for it, or where it could not be tried."""

    tried: str
    held: bool | None
    figure: str


class OutOfTimeError(BaseException):
    """A row took as long as one may; what catches all exceptions does not catch this one."""


@contextmanager
def at_most(minutes: float) -> Iterator[None]:
    """Ends what the main thread does after so many, whatever it waits for."""

    def over(*_: Any) -> None:
        raise OutOfTimeError

    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, 60 * minutes)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@dataclass(slots=True)
class Seen:
    """Seconds and statuses of requests."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def quantile(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred were answered."""
        if len(self.seconds) < 2:
            return float("nan")
        return 1000 * statistics.quantiles(self.seconds, n=100)[percent - 1]

    def line(self) -> str:
        """For people."""
        told = ", ".join(f"p{percent} {self.quantile(percent):.0f} ms" for percent in (50, 95, 99))
        return f"{len(self.seconds)} requests, {told}, {len(self.errors)} errors"


# ---- servers


@dataclass(slots=True)
class Server:
    """A process with its children, and what it logs."""

    base: str
    process: subprocess.Popen[bytes]
    log: Path

    def processes(self) -> list[psutil.Process]:
        """All that run."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def memory(self) -> float:
        """MB that they hold, what they share counted once."""
        return sum(each.memory_full_info().pss for each in self.processes()) / 1e6

    def cpu(self) -> float:
        """Seconds of CPU that they took."""
        return sum(sum(each.cpu_times()[:2]) for each in self.processes())

    def logged(self, text: str) -> int:
        """In how many lines of the log that stands."""
        return sum(text in line for line in self.log.read_text(errors="replace").splitlines())


@contextmanager
def serving(command: Sequence[str], environ: dict[str, str], *, path: str = "/healthz") -> Iterator[Server]:
    """A server at a free port of the loopback, until the block ends; it may be killed meanwhile."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    usual = {"PORT": str(port), "BIND_HOST": "127.0.0.1", "WEB_CONCURRENCY": "2"}
    environ = os.environ | usual | environ
    bind = [] if "-c" in command else ["-b", f"127.0.0.1:{port}"]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        started = [*command[:3], *bind, *command[3:]]
        process = subprocess.Popen(started, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_until(lambda: is_there(base + path), 120)
            yield Server(base, process, Path(log.name))
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends it and what it started, gently first: the program `faketime` leaves that running."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_there(address: str) -> bool:
    """Whether something answers well."""
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


# ---- what stands in the database


@dataclass(slots=True)
class World:
    """A migrated database with the demo and somebody with very many people."""

    app: Flask
    environ: dict[str, str]
    demo: int
    owner: int
    large: int  # the owner's account


@contextmanager
def world(asked: Asked, *, peopled: bool = True) -> Iterator[World]:
    """That database, and the application on it."""
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{folder}/sociogram.sqlite"
        environ = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "APP_SETTINGS": "DevConfig"}
        flask = [sys.executable, "-m", "flask", "--app", "dashapp", "db", "upgrade"]
        subprocess.run(flask, cwd=ROOT, env=os.environ | environ, check=True, capture_output=True)
        app = make_app(url)
        with app.app_context():
            owner = users.add_user(users.free_name("Ada"), "!")
            demo, large = (load_demo(datetime.now(UTC)), imported(app, owner, asked)) if peopled else (0, 0)
        yield World(app, environ, demo, owner, large)
        close(app)


def imported(app: Flask, owner: int, asked: Asked) -> int:
    """The account with that many people, imported here."""
    receive(owner, large_graph(asked), options={"handle": "p0", "mutual": "1"}, ask=False)
    run_waiting(app, threading.Event())
    return next(row.id for row in accounts.accounts(owner) if row.handle == "p0")


def large_graph(asked: Asked, *, seed: int = 0) -> list[tuple[str, io.BytesIO]]:
    """A file of mutual ties: few have very many, most have few, as in networks that grew."""
    dice, ends, pairs = random.Random(seed), [0, 1], {(0, 1)}
    known, new = 2, 1.1 * asked.people / asked.ties
    while len(pairs) < asked.ties:
        if dice.random() < new and known < asked.people:
            person, known = known, known + 1
        else:
            person = dice.choice(ends)
        other = dice.choice(ends)
        pair = (min(person, other), max(person, other))
        if person != other and pair not in pairs:
            pairs.add(pair)
            ends += pair
    rows = "".join(f"p{one},p{other}\n" for one, other in sorted(pairs))
    return [("ties.csv", io.BytesIO(f"source,target\n{rows}".encode()))]


def many_posts(asked: Asked) -> list[tuple[str, io.BytesIO]]:
    """A file of posts."""
    days = [f"20{10 + n % 15}-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:00" for n in range(asked.posts)]
    rows = "".join(f"{n},{day},I love the rain of day {n},{n % 9}\n" for n, day in enumerate(days))
    return [("posts.csv", io.BytesIO(f"post,created_at,text,likes\n{rows}".encode()))]


# ---- visitors


@dataclass(slots=True)
class Visitor:
    """A signed-in browser that knows what can be asked for: a path alone, or with the body of a callback."""

    cookies: dict[str, str]
    token: str
    pages: list[str]
    callbacks: list[dict[str, Any]]
    downloads: list[str]

    def ask(self, base: str, dice: random.Random) -> str:
        """Sends a callback, a page or a download, 7 : 2 : 1; what went wrong, or nothing."""
        sort = dice.choices(("callbacks", "pages", "downloads"), (70, 20, 10))[0]
        what = dice.choice(getattr(self, sort))
        headers = {"X-CSRFToken": self.token, "Accept-Encoding": "gzip"}
        known = {"cookies": self.cookies, "headers": headers, "timeout": 60, "allow_redirects": False}
        try:
            if sort == "callbacks":
                answer = SESSIONS.session.post(base + UPDATE, json=what, **known)
            else:
                answer = SESSIONS.session.get(base + what, **known)
        except requests.RequestException as error:
            return f"{type(error).__name__}"
        return "" if answer.status_code in (200, 204) else f"{answer.status_code} {str(what)[:80]}"


class Sessions(threading.local):
    """Connections that stay open, of each thread its own."""

    def __init__(self) -> None:
        self.session = requests.Session()


SESSIONS = Sessions()


def visitors(world: World) -> list[Visitor]:
    """Of the demo's accounts ten, of the large one two."""
    with world.app.app_context():
        small = [row.id for row in accounts.accounts(world.demo)]
        services = [row.service for row in accounts.accounts(world.demo)]
    many = [visitor(world, world.demo, account, service) for account, service in zip(small, services, strict=True)]
    few = visitor(world, world.owner, world.large, "csv")
    return [many[n % len(many)] for n in range(10)] + [few] * 2


def visitor(world: World, owner: int, account: int, service: str) -> Visitor:
    """Somebody who looks at one account."""
    page = Page(sign_in(world.app, owner, lasts=timedelta(days=1)))
    fits = [body for body in bodies(page, account, service).values() if page.post(body).status_code in (200, 204)]
    downloads = [f"/download/{account}/{name}" for name in ("posts.csv", "followers.json", "timeline.csv")]
    downloads = [path for path in downloads if page.client.get(path, buffered=True).status_code == 200]
    cookies = {
        name: page.client.get_cookie(name, path=path) for name, path in (("session", "/"), ("_csrf_token", PREFIX))
    }
    told = {name: cookie.value for name, cookie in cookies.items() if cookie}
    return Visitor(told, page.token, ["/", f"{PREFIX}user", f"{PREFIX}user/{service}", "/healthz"], fits, downloads)


def bodies(page: Page, account: int, service: str) -> dict[str, dict[str, Any]]:
    """What a browser sends that looks at the account, by what it looks at."""
    shown = {"account-shown.data": {"account": account, "period": "1y", "unit": "week"}}
    where = {
        "_pages_location.pathname": f"{PREFIX}user/{service}",
        "_pages_location.search": f"?account={account}&period=1y",
    }
    grid = {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "followers", "sort": "desc"}], "filterModel": {}}
    people = {"people-list.value": "followers", "people-search.value": "", "people-grid.getRowsRequest": grid}
    graph = {"graph-list.value": "followers", "graph-ego.value": True, "graph-room.data": 800}
    asked: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "account": ("_pages_content.children", where, {}),
        "overview": ("_pages_content.children", {"_pages_location.pathname": f"{PREFIX}user"}, {}),
        "table": ('{"chart":["MATCH"],"type":"table"}', {**shown, **open_table("timeline")}, {"match": "timeline"}),
        "people": ("people-grid.getRowsResponse", {**shown, **people}, {}),
        "graph": (GRAPH + ".figure", {**shown, **graph}, {"changed": "graph-room.data"}),
        "imports": ("overview-imports.children", {"overview-poll.n_intervals": 1}, {}),
    }
    return {name: page.body(output, values, **options) for name, (output, values, options) in asked.items()}


def open_table(chart: str) -> dict[str, Any]:
    """What holds when somebody opens the table of a chart."""
    button = '{"chart":["MATCH"],"type":"table-open"}'
    return {f"{button}.n_clicks": 1, f"{button}.id": {"type": "table-open", "chart": chart}}


def at_rate(asked: Asked, base: str, known: Sequence[Visitor], *, until: Callable[[], bool] | None = None) -> Seen:
    """So many requests a second, each begun in its moment whatever the others do, for so long or until that is so."""
    seen, dice, begun = Seen(), random.Random(0), time.perf_counter()

    def ask(moment: float, who: Visitor, seed: int) -> None:
        wrong = who.ask(base, random.Random(seed))
        seen.seconds.append(time.perf_counter() - moment)
        seen.errors += [wrong] if wrong else []

    with ThreadPoolExecutor(50) as pool:
        for number in range(10**9):
            moment = begun + number / asked.rate
            if until() if until else moment - begun >= asked.seconds:
                break
            time.sleep(max(moment - time.perf_counter(), 0))
            pool.submit(ask, moment, dice.choice(known), number)
    return seen


def as_many(seconds: float, ask: Callable[[], Any], *, threads: int = 10) -> float:
    """How many a second, asked by ten at a time."""
    until, counts = time.perf_counter() + seconds, [0] * threads

    def work(number: int) -> None:
        while time.perf_counter() < until:
            ask()
            counts[number] += 1

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return sum(counts) / seconds


def private_postgres(stack: ExitStack) -> str | None:
    """The address of a Postgres of our own, as SQLAlchemy takes it."""
    url = needs.private_postgres(stack)
    return re.sub("^postgresql:", "postgresql+psycopg:", url) if url else None
