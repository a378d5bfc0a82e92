"""Connecting accounts of the invented town, as a review app does behind its router; the fakes run as their command."""

from __future__ import annotations

import html
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from dashapp import create_app
from dashapp.imports import run_waiting
from dashapp.preview import fetch
from dashapp.services import SERVICES
from dashapp.settings import FAKES, ReviewConfig
from dashapp.store import accounts, connections, people
from tests import needs
from tests.conftest import COMPILED, close
from tests.connect.oauth_client import authorization_url, messages
from tests.imports.conftest import unmeasured
from tests.services.servers import free_ports
from tests.users.browser_session import BrowserSession, lands

__all__ = ["unmeasured"]
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
CONNECTABLE = [key for key in FAKES if SERVICES[key].oauth]
REVIEW = "https://review-1.example.org"
SECRETS = {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz", "TOKEN_KEYS": "zyxwvutsrqponmlkjihgfedcba9876543210"}


class Review(ReviewConfig):
    """A review app without limits."""

    RATELIMIT_ENABLED = False


class Stranger(BrowserSession):
    """Somebody who reaches the review app by https, as its router lets nobody come otherwise."""

    def get(self, path: str, **options: Any) -> TestResponse:
        """Opens a page."""
        return super().get(path, base_url=REVIEW, **options)

    def send(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Sends a form."""
        return super().send(path, data, base_url=REVIEW, headers={"Referer": f"{REVIEW}/"}, **options)

    def answer(self, address: str, decision: str) -> TestResponse:
        """Answers the question at a fake, whose page has to be one of ours, and comes back."""
        assert address.startswith("/fake/")
        page = self.get(address)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
        asked = {name: html.unescape(value) for name, value in fields.items()} | {"decision": decision}
        assert f'value="{decision}"' in page.text
        back = self.client.post(address, base_url=REVIEW, data=asked)  # without a token of ours
        assert back.headers["Location"].startswith(f"{REVIEW}/connect/")
        parts = urlsplit(back.headers["Location"])
        return self.get(f"{parts.path}?{parts.query}")


@pytest.fixture(scope="module")
def first() -> Iterator[int]:
    """The first port of the fakes."""
    port = free_ports(len(FAKES))
    command = [sys.executable, "-m", "flask", "--app", "dashapp", "fake-services", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = [process.stdout.readline() for _ in range(5)]
            assert f"export GITHUB_URL=http://127.0.0.1:{port}\n" in lines
            yield port
        finally:
            needs.end(process)  # by SIGTERM: a child inherits that SIGINT is ignored, as behind nohup
    assert process.returncode == -signal.SIGTERM


@pytest.fixture
def app(first: int, sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The review app."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'sociogram.sqlite')}"
    made = create_app(Review({"FAKE_SERVICES": str(first), "DATABASE_URL": url, **SECRETS}))
    made.jinja_env.bytecode_cache = COMPILED
    yield made
    close(made)


@pytest.fixture
def dan(app: Flask) -> Stranger:
    """Somebody who has registered."""
    stranger = Stranger(app)
    stranger.register()
    return stranger


def typed(service: str, first: int) -> dict[str, str]:
    """What the form of a service asks for."""
    named = {"mastodon": {"server": f"127.0.0.1:{first + 1}"}, "bluesky": {"handle": "ada.example.social"}}
    return {**named, "x": {"agreed": "1"}}.get(service, {})


@pytest.mark.usefixtures("unmeasured")
def test_everything_can_be_connected_and_read(app: Flask, dan: Stranger, first: int) -> None:
    ends = set()
    for service in CONNECTABLE:
        page = dan.send(f"/connect/{service}/start", typed(service, first))
        ends.add(lands(dan.answer(authorization_url(page), "ada"), service))

    with app.app_context():
        run_waiting(app, threading.Event())
        found = {row.service: len(people.people(1, row.id)) for row in accounts.accounts(1)}
        connected = {row.service: row.handle for row in connections.connections(1)}
        links = {
            row.service: [row.url, *people.people(1, row.id).get("url", [])]
            for row in accounts.accounts(1)
            if row.service in ("github", "x")
        }

    assert ends == {True}
    assert found == {"github": 132, "mastodon": 132, "bluesky": 132, "x": 0, "facebook": 0, "linkedin": 0}
    assert connected == {
        "github": "ada", "mastodon": f"ada@127.0.0.1:{first + 1}", "bluesky": "ada.example.social",
        "x": "ada_of_a_fake_town", "facebook": "Ada", "linkedin": "Ada",
    }  # fmt: skip
    assert all(link.startswith("https://github.example/") for link in links["github"])  # no host that exists
    assert all(re.fullmatch(r"https://x\.com/\w{16,}", link) for link in links["x"])  # and no name


@pytest.mark.parametrize("service", CONNECTABLE)
def test_saying_no_comes_back_as_a_sentence(service: str, dan: Stranger, first: int) -> None:
    answer = dan.answer(authorization_url(dan.send(f"/connect/{service}/start", typed(service, first))), "deny")

    assert answer.status_code == 303
    assert any(
        sentence.startswith("You did not allow access") for sentence in messages(dan, answer.headers["Location"])
    )


@pytest.mark.parametrize("handle", ["cleo", "cleo@127.0.0.1:{mastodon}", "cleo.example.social"])
def test_public_accounts_of_the_town_are_found(
    handle: str, app: Flask, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 100.0)  # a busy machine is no service in trouble
    service = "mastodon" if "@" in handle else "bluesky" if "." in handle else "github"

    page = Stranger(app).get("/look-up", query_string={"service": service, "handle": handle.format(mastodon=first + 1)})

    assert page.status_code == 200
    assert re.search(r"<h1[^>]*>\s*Cleo", page.text)
