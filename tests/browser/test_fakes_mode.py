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
from playwright.sync_api import Browser, expect

from dashapp.settings import FAKES
from tests.browser.conftest import PATIENCE
from tests.browser.test_story import register
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
@pytest.mark.nightly
def test_fakes_end_with_a_server_that_is_killed(site: Site) -> None:
    until(lambda: len(workers_of(site)) == 3)
    assert listens(site.first)

    site.process.kill()
    site.process.wait()

    until(lambda: not any(listens(site.first + number) for number in range(len(FAKES))))


@pytest.mark.slow
@pytest.mark.browser
def test_a_newcomer_connects_an_account_without_any_key(site: Site, browser: Browser) -> None:
    page, errors, elsewhere = browser.new_page(base_url=site.address), [], []
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda sent: elsewhere.append(sent.url) if not sent.url.startswith(site.address) else None)
    page.goto("/")
    register(page, "dan")
    page.goto("/connect/mastodon")
    page.get_by_label("Your server or address").first.fill(f"127.0.0.1:{site.first + 1}")
    page.get_by_role("button", name="Connect with Mastodon").click()
    page.get_by_role("button", name="Allow as Bob").click()
    page.wait_for_url("**/dashboard/user/mastodon?account=*")
    expect(page.get_by_text("all new")).to_be_visible()
    page.goto("/user/dan")
    stored = re.findall(r"([\d,]+) people and ([\d,]+) ties are deleted", page.content())
    assert stored == [("105", "362")]
    expect(page.get_by_text(BANNER)).to_be_visible()
    page.close()

    os.killpg(site.process.pid, signal.SIGINT)  # Ctrl-C
    assert site.process.wait(timeout=120) == 0
    assert not listens(site.first)
    assert (errors, [url for url in elsewhere if not url.startswith(("data:", "blob:"))]) == ([], [])
    assert "Traceback" not in site.log.read_text()
