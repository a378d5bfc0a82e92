"""What Heroku makes of this repository, on this machine: a review app, and a promotion from staging to production.

The processes of Procfile and app.json run from a copy of the tree that they cannot write to.
"""

from __future__ import annotations

import html
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import requests
from psycopg import sql

from dashapp.settings import FAKES
from tests import needs
from tests.conftest import ROOT, need
from tests.recipes.server_toys import MIGRATION, NEWEST
from tests.services.servers import free_ports
from tests.test_docs import uploads_of_the_quick_start
from tests.test_hosting import processes
from tests.waiting import wait_until

pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.postgres]
HOST = "sociogram-0123456789ab.herokuapp.com"
ADA = {"name": "ada", "password": "otters-build-dams-at-dusk"}
NOT_DEPLOYED = shutil.ignore_patterns(".*", "_build", "instance", "__pycache__", "node_modules")
#: makes the same table, which is there then
AGAIN = MIGRATION.replace('revision = "9999"', 'revision = "again"').replace(f'"{NEWEST}"', '"9999"')
APP = json.loads((ROOT / "app.json").read_text())


@pytest.fixture
def database() -> Iterator[str]:
    """An empty database as Heroku names it; the loopback has no TLS, which a dyno asks for."""
    server, name = needs.libpq(need("TEST_DATABASE_URL")), f"heroku_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlsplit(server)._replace(scheme="postgres", path=f"/{name}", query="sslmode=disable").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True, slots=True)
class Build:
    """A copy of the tree, of which a dyno can write to nothing, and the settings that it runs with."""

    folder: Path
    config: Mapping[str, str]
    port: int = field(default_factory=needs.free_port)

    def command(self, words: str) -> list[str]:
        """Root may write everywhere, unless it has no capabilities."""
        plain = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
        return [*plain, sys.executable, "-m", *words.split()]

    def run(self, words: str, *, fails: bool = False) -> str:
        """A one-off dyno, to its end; what it wrote."""
        work: dict[str, Any] = {"cwd": self.folder, "env": self.environ("run.1"), "capture_output": True, "text": True}
        done = subprocess.run(self.command(words), timeout=250, check=False, **work)
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, process: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A dyno of that process, which ends well when Heroku says so."""
        command = self.command(processes()[process])
        with log.open("wb") as file:
            output: dict[str, Any] = {"stdout": file, "stderr": file, "start_new_session": True}
            started = subprocess.Popen(command, cwd=self.folder, env=self.environ(f"{process}.1"), **output)
        try:
            yield started
            started.terminate()
            assert started.wait(timeout=60) == 0, log.read_text()
            assert "Traceback" not in log.read_text()
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait()

    def environ(self, dyno: str) -> dict[str, str]:
        """What a dyno finds; it is no dyno in that nobody else reaches it."""
        temporary = self.folder.parent / "tmp"
        own = {"DYNO": dyno, "PORT": str(self.port), "WEB_CONCURRENCY": "2", "BIND_HOST": "127.0.0.1"}
        return own | {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(temporary)} | self.config


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Build]]:
    """Makes a build, of other files too."""
    (tmp_path / "tmp").mkdir()
    made: list[Path] = []

    def make(config: Mapping[str, str], **migrations: str) -> Build:
        folder = shutil.copytree(ROOT, tmp_path / f"build-{len(made)}", ignore=NOT_DEPLOYED)
        made.append(folder)
        for name, text in migrations.items():
            (folder / "migrations" / "versions" / f"{name}.py").write_text(text, "utf-8")
        allow(folder, writing=False)
        with pytest.raises(AssertionError, match="Permission denied"):
            Build(folder, config).run("zipfile --create written.zip README.md")
        return Build(folder, config)

    yield make
    for folder in made:
        allow(folder, writing=True)


def allow(folder: Path, *, writing: bool) -> None:
    """Lets its owner write to all that is in it, or nobody."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o200 if writing else mode & ~0o222)


def config_of(part: Mapping[str, Any], **own: str) -> dict[str, str]:
    """The settings that app.json names, with secrets as Heroku makes them."""
    return {name: each.get("value") or secrets.token_hex(32) for name, each in part["env"].items()} | own


class Visitor:
    """Somebody behind Heroku's router, which alone speaks TLS."""

    def __init__(self, build: Build) -> None:
        self.address = f"http://127.0.0.1:{build.port}"
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, *, page: str = "/", **options: Any) -> requests.Response:
        """What the server answers; cookies are for https alone, so they are kept and sent by hand."""
        router = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        own = {"Referer": f"https://{HOST}{page}", "Cookie": "; ".join(map("=".join, self.cookies.items()))}
        options |= {"headers": router | own, "allow_redirects": False}
        answer = requests.request(method, self.address + path.removeprefix(f"https://{HOST}"), timeout=60, **options)
        self.cookies |= answer.cookies.get_dict()
        return answer

    def text(self, path: str) -> str:
        """A page that is there."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, page: str, path: str, data: Mapping[str, str], **options: Any) -> requests.Response:
        """Sends a form of that page."""
        [token, *_] = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', self.text(page))
        answer = self.ask("POST", path, page=page, data={**data, "csrf_token": token}, **options)
        assert answer.status_code < 400, answer.text
        return answer

    def is_ready(self) -> bool:
        """Whether the server takes requests."""
        try:
            return self.ask("GET", "/readyz").status_code == 200
        except requests.ConnectionError:
            return False

    def stored(self, name: str) -> set[str]:
        """How many people and ties the settings count, of each account."""
        return set(re.findall(r"([\d,]+ people and [\d,]+ ties) are deleted", self.text(f"/user/{name}")))


def test_a_review_app_shows_the_demo_and_connects_accounts(
    build: Callable[..., Build], database: str, tmp_path: Path
) -> None:
    review, first = APP["environments"]["review"], free_ports(len(FAKES))
    app = build(config_of(review, DATABASE_URL=database) | {"FAKE_SERVICES": str(first)})
    guest, dan = Visitor(app), Visitor(app)

    app.run(processes()["release"])
    with app.running("web", tmp_path / "web.log"):
        wait_until(guest.is_ready)
        app.run(review["scripts"]["postdeploy"])
        assert guest.send("/", "/demo", {}).headers["Location"] == "/dashboard/user/all"
        assert "invented data" in guest.text("/dashboard/user/all")

        dan.send("/register", "/register", {**ADA, "name": "dan", "time_zone": "UTC"})
        page = dan.send("/connect/mastodon", "/connect/mastodon/start", {"server": f"127.0.0.1:{first + 1}"}).text
        [asked] = map(html.unescape, re.findall(r'content="0; url=([^"]+)"', page))
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', dan.text(asked)))
        answer = {name: html.unescape(value) for name, value in fields.items()} | {"decision": "bob"}
        dan.ask("GET", dan.ask("POST", asked, data=answer).headers["Location"])
        wait_until(lambda: dan.stored("dan") == {"105 people and 362 ties"})


def test_a_promotion_migrates_what_is_stored_and_a_release_that_fails_changes_nothing(
    build: Callable[..., Build], database: str, redis_url: str, tmp_path: Path
) -> None:
    config = config_of(APP, DATABASE_URL=database, REDIS_URL=redis_url, TRUSTED_HOSTS=HOST)
    older, newer, broken = build(config), build(config, toys=MIGRATION), build(config, toys=MIGRATION, again=AGAIN)
    [_, (paths, said)] = uploads_of_the_quick_start()
    older.run(processes()["release"])
    older.run(f"flask --app dashapp user add ada --password {ADA['password']}")
    files = " ".join(str(path.relative_to(ROOT)) for path in paths)
    older.run(f"flask --app dashapp import csv {files} --user ada --handle {said['handle']}")
    older.run("flask --app dashapp db downgrade")  # as a production stands that is more than one release behind

    newer.run(processes()["release"])
    with ExitStack() as stack:
        for process in ("web", "worker"):
            stack.enter_context(newer.running(process, tmp_path / f"{process}.log"))
        ada = Visitor(newer)
        wait_until(ada.is_ready)
        ada.send("/signin", "/signin", ADA)
        assert ada.stored("ada") == {"360 people and 3,600 ties"}
        upload = {"files": ("ties.csv", "source,target\nbob,cyd\ncyd,bob\n")}
        ada.send("/connect/csv", "/connect/csv", {"handle": "ada", "service": "csv", "time_zone": "UTC"}, files=upload)
        wait_until(lambda: len(ada.stored("ada")) == 2)

        broken.run(processes()["release"], fails=True)
        assert ada.is_ready()
        assert len(ada.stored("ada")) == 2
    assert newer.run("flask --app dashapp db current").split()[0] == "9999"
