"""What users notice of a part that is away: as little as can be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from dashapp import create_app
from dashapp.extensions import limiter
from dashapp.settings import TestConfig
from dashapp.store import imports
from tests import needs
from tests.conftest import close, need
from tests.users.browser_session import ADA, BrowserSession

pytestmark = pytest.mark.redis


class Limited(TestConfig):
    """As tests are, but with limits."""

    RATELIMIT_ENABLED = True


@pytest.fixture
def own_redis() -> Iterator[tuple[str, ExitStack]]:
    """A server of this test's own, and what stops it."""
    need("TEST_REDIS_URL")
    with ExitStack() as stack:
        url = needs.private_redis(stack)
        if url is None:
            pytest.skip("no redis-server is installed")
        yield url, stack


@pytest.fixture
def app(own_redis: tuple[str, ExitStack], sqlite_url: str) -> Iterator[Flask]:
    """Counts limits and queues imports there."""
    app = create_app(Limited({"DATABASE_URL": sqlite_url, "REDIS_URL": own_redis[0]}))
    limiter.enabled = True
    yield app
    limiter.enabled = False
    close(app)


def test_without_redis_users_sign_in_and_upload_within_limits(app: Flask, own_redis: tuple[str, ExitStack]) -> None:
    ada, stranger = BrowserSession(app), BrowserSession(app, address="127.0.0.2")
    ada.register()
    ready = ada.get("/readyz").json

    own_redis[1].close()

    assert (ready, ada.get("/readyz").json) == ({"status": "ready"}, {"status": "ready", "away": "redis"})
    files = {"files": (io.BytesIO(b"created_at,text\n2025-03-01,Hello\n"), "posts.csv"), "handle": "ada"}
    assert ada.send("/connect/csv", files).status_code == 303
    with app.app_context():
        assert len(imports.free_imports()) == 1
    tries = [stranger.sign_in({**ADA, "password": f"wrong guess {number}"}).status_code for number in range(11)]
    assert tries == [422] * 10 + [429]
    assert ada.sign_in(ADA).status_code == 429
