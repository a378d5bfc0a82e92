"""A service that goes through one storm after the other: what other pages notice, and who calls too early.

GitHub refuses, is silent, breaks off, or sends what is wrong or far too large, while users import from it. Bluesky is
well, and somebody else imports from it again and again. Then the storm is over, and the imports go on.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import requests
from flask import Flask
from sqlalchemy import delete

from dashapp.models import Cooldown
from dashapp.store import imports
from dashapp.store.database import now, writing
from tests.dashboard.downloads import sign_in
from tests.imports.load import add_user, connected, from_the_sky, row_of, small_sky, stored
from tests.services.servers import serving as fake_serving
from tests.services.storms import KINDS, Storm, Town, own_world
from tests.waiting import wait_until

from .reliability_server import OURS, Asked, OutOfTimeError, Row, Seen, serving, world

PAGES = ("/healthz", "/readyz", "/dashboard/user", "/dashboard/_dash-layout")
NAMES = [f"user{number}" for number in range(5)]
CALM = 30.0  # seconds before the storm, for comparison
AFTER = 300.0  # seconds, within which the imports have to end when it is over
MOST_RATIO = 1.5  # of the other pages' p95
ENDED = ("done", "failed")


@dataclass
class Visit:
    """What a visitor saw, and how long each import from the other service took them."""

    pages: Seen = field(default_factory=Seen)
    imports: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Of the pages, in milliseconds."""
        return self.pages.quantile(95)

    @property
    def median(self) -> float:
        """Seconds of an import."""
        return statistics.median(self.imports) if self.imports else float("nan")


@dataclass
class Weather:
    """What is known until now."""

    storm: Storm
    calm: Visit = field(default_factory=Visit)
    stormy: Visit = field(default_factory=Visit)
    calls: dict[str, int] = field(default_factory=dict)  # by kind of storm
    after: str = ""

    def row(self, asked: Asked, *, why: str) -> Row:
        """For the report."""
        wrong = self.calm.pages.errors + self.stormy.pages.errors
        ratio = self.stormy.p95 / self.calm.p95
        kinds = ", ".join(f"{kind} {calls}" for kind, calls in self.calls.items())
        told = (
            f"{why}own 5xx {len(wrong)} of {len(self.stormy.pages.seconds)} pages; other pages' p95 "
            f"{self.stormy.p95:.0f} ms, {ratio:.1f} × that before; {self.storm.too_early} calls before Retry-After; "
            f"calls: {kinds}; another service's imports took {self.calm.median:.1f} s before, "
            f"{self.stormy.median:.1f} s in the storm{self.after}"
        )
        held = not why and not wrong and not self.storm.too_early and ratio <= MOST_RATIO
        return Row(f"{asked.storm:g} minutes of storms at a service: {', '.join(KINDS)}", held, told)


def rows(asked: Asked) -> Iterator[Row]:
    """All kinds, one after the other."""
    ada = own_world("ada", 0, followers=160, friends=120, mutual=40, follows=130, posts=100, until=now())
    storm = Storm(Town({f"token-of-{name}": ada for name in ("ada", *NAMES)}, slowest=0.1))
    weather, why = Weather(storm), ""
    try:
        with fake_serving(storm) as github, fake_serving(small_sky()) as sky, world(asked, peopled=False) as there:
            environ = {"GITHUB_API_URL": github, "BLUESKY_APPVIEW_URL": sky, "BLUESKY_PLC_URL": sky}
            environ |= {**there.environ, "APP_SETTINGS": "TestConfig", "PRIVATE_HOSTS": sky}
            with serving(OURS, environ) as server:
                try:
                    go_through(weather, there.app, server.base, asked.storm / len(KINDS))
                finally:
                    storm.end()
    except (OutOfTimeError, AssertionError):  # of a wait that has a limit of its own
        why = "did not end in time; until then: "
    yield weather.row(asked, why=why)


def go_through(weather: Weather, app: Flask, base: str, minutes: float) -> None:
    """Calm, storms of so many minutes each, calm."""
    storm, visitor = weather.storm, Visitor(app, base)
    with app.app_context():
        ada = add_user("undisturbed")
        first = connected(ada, "github", "token-of-ada")
        with visitor.looking(Visit()):  # everything is loaded then
            wait_until(lambda: row_of(ada, first).state in ENDED)
        with visitor.looking(weather.calm):
            time.sleep(CALM)
        owners = {name: add_user(name) for name in NAMES}
        begun: list[tuple[int, int]] = []
        with visitor.looking(weather.stormy):
            for kind in KINDS:
                storm.calls.clear()
                storm.begin(kind, after=3)
                time.sleep(storm.wait)  # what the last storm told is over
                begun = [(owner, connected(owner, "github", f"token-of-{name}")) for name, owner in owners.items()]
                wake(begun, storm.wait)
                time.sleep(60 * minutes)
                weather.calls[kind] = len(storm.calls)
                storm.over.set()
        storm.end()
        wake(begun, storm.wait)
        until = time.monotonic() + AFTER
        while time.monotonic() < until and any(row_of(*pair).state not in ENDED for pair in begun):
            time.sleep(0.5)
        done = [owner for owner, number in begun if row_of(owner, number).state == "done"]
        other = [owner for owner in done if stored(owner, "github") != stored(ada, "github")]
        told = [owner for owner in other if tells_what_is_missing(owner)]
        weather.after = (
            f"; {len(done)} of {len(begun)} imports end well: {len(done) - len(other)} with the rows of an undisturbed "
            f"one, {len(told)} say which records they could not read, of {len(other) - len(told)} values are not told"
        )


def tells_what_is_missing(owner: int) -> bool:
    """Whether one of the user's imports does."""
    return any(row.report.n_skipped or row.report.n_not_told for row in imports.imports(owner))


def wake(begun: Sequence[tuple[int, int]], wait: float) -> None:
    """Lets imports begin with the next storm, whatever the last one did to them: no wait is left but what was told."""
    with writing() as session:
        session.execute(delete(Cooldown).where(Cooldown.until > now() + timedelta(seconds=wait)))
    for _, number in begun:
        imports.change_import(number, wake_at=now(), troubles=0)


class Visitor:
    """Looks at pages, and begins an import of the other service whenever the last one ended."""

    def __init__(self, app: Flask, base: str) -> None:
        self.app, self.base, self.numbers = app, base, count()
        with app.app_context():
            cookies = sign_in(app, add_user("visitor"))
            self.cookie = cookies.get_cookie("session").value  # type: ignore[union-attr]

    @contextmanager
    def looking(self, visit: Visit) -> Iterator[None]:
        """While the block runs."""
        over = threading.Event()
        threads = [threading.Thread(target=work, args=(visit, over)) for work in (self._pages, self._imports)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _pages(self, visit: Visit, over: threading.Event) -> None:
        with requests.Session() as session:
            session.cookies.set("session", self.cookie)
            while not over.wait(0.1):
                for page in PAGES:
                    start = time.perf_counter()
                    try:
                        answer = session.get(self.base + page, timeout=60, allow_redirects=False).status_code
                    except requests.RequestException as error:
                        visit.pages.errors.append(type(error).__name__)
                    else:
                        visit.pages.errors += [f"{answer} {page}"] if answer >= 500 else []
                    visit.pages.seconds.append(time.perf_counter() - start)

    def _imports(self, visit: Visit, over: threading.Event) -> None:
        with self.app.app_context():
            while not over.is_set():
                start, owner = time.perf_counter(), add_user(f"other{next(self.numbers)}")
                number = from_the_sky(owner)
                while row_of(owner, number).state not in ENDED:
                    if over.wait(0.2):
                        return
                visit.imports.append(time.perf_counter() - start)
                over.wait(2)
