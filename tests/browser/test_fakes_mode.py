"""The story with fake services, and the process they run in: a real server, a real browser, no key."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from dashapp.settings import FAKES
from tests.browser.conftest import PATIENCE
from tests.services.servers import free_ports

ROOT = Path(__file__).resolve().parents[2]
BANNER = "Fake services: nothing here is real"


class Site(NamedTuple):
    """A server with fakes, as `make run` starts it."""

    process: subprocess.Popen[bytes]
    address: str
    first: int  # port of its fakes
    log: Path


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found


def listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """gunicorn by the Procfile, in a process group of its own, as a terminal starts it."""
    first, log = free_ports(len(FAKES)), tmp_path / "log"
    told = {"APP_SETTINGS": "TestConfig", "DATABASE_URL": sqlite_url, "BIND_HOST": "127.0.0.1", "PORT": "0"}
    (line,) = [line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:")]
    command = [sys.executable, "-m", *line.split()[1:]]
    environ = os.environ | told | {"FAKE_SERVICES": str(first)}
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=file, stderr=file, start_new_session=True)
    try:
        address = until(lambda: re.search(r"open (http://\S+)", log.read_text()) or process.poll())[1]
        yield Site(process, address, first, log)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        until(lambda: not listens(first))  # the fakes end with it, whatever becomes of it


def workers_of(site: Site) -> list[int]:
    """The processes below the server."""
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(site.process.pid)], capture_output=True, text=True)
    return [int(line) for line in listing.stdout.split()]


@pytest.mark.slow
def test_fakes_end_with_a_server_that_is_killed(site: Site) -> None:
    until(lambda: len(workers_of(site)) == 3)
    assert listens(site.first)

    site.process.kill()
    site.process.wait()

    until(lambda: not any(listens(site.first + number) for number in range(len(FAKES))))


def connect(page: Page, service: str, label: str = "", typed: str = "", *, person: str = "Ada") -> None:
    """Goes through OAuth at a fake."""
    page.goto(f"/connect/{service.lower()}")
    if label:
        page.get_by_label(label).first.fill(typed)
    page.get_by_role("button", name=f"Connect with {service}").click()
    page.get_by_role("button", name=f"Allow as {person}").click()
    page.wait_for_url("**/dashboard/user*")


def await_import(page: Page) -> None:
    """Until it is done."""
    expect(page.get_by_text("Done", exact=True)).to_have_count(1)
    page.get_by_role("button", name="Dismiss").click()


def read(page: Page, service: str, people: int) -> None:
    """Looks at what came of an import."""
    page.goto(f"/dashboard/user/{service}")
    expect(page.get_by_text(f"All {people} people and the ties among them")).to_be_visible()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.get_by_text(f"{people} people", exact=True)).to_be_visible()
    expect(page.get_by_text(BANNER)).to_be_visible()


def register(page: Page) -> None:
    page.goto("/register")
    page.get_by_label("Name").fill("dan")
    page.get_by_label("E-mail").fill("dan@example.org")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/dashboard/user")


@pytest.mark.slow
@pytest.mark.browser
def test_a_newcomer_connects_accounts_without_any_key(site: Site, browser: Browser) -> None:
    page, errors, elsewhere = browser.new_page(base_url=site.address), [], []
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda sent: elsewhere.append(sent.url) if not sent.url.startswith(site.address) else None)
    register(page)
    connect(page, "GitHub")
    await_import(page)
    connect(page, "Mastodon", "Your server or address", f"127.0.0.1:{site.first + 1}", person="Bob")
    await_import(page)
    read(page, "mastodon", 75)
    page.goto("/user/dan")
    expect(page.get_by_role("button", name="Disconnect")).to_have_count(2)
    page.close()

    os.killpg(site.process.pid, signal.SIGINT)  # Ctrl-C
    assert site.process.wait(timeout=120) == 0
    assert not listens(site.first)
    assert (errors, [url for url in elsewhere if not url.startswith(("data:", "blob:"))]) == ([], [])
    assert "Traceback" not in site.log.read_text()
