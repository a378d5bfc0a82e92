"""What users notice of a part that is away: as little as can be."""

from __future__ import annotations

import io
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url, text

from dashapp import create_app
from dashapp.extensions import db, limiter
from dashapp.imports.queue import announce
from dashapp.settings import TestConfig
from dashapp.store import imports, users
from tests import needs
from tests.conftest import close, need
from tests.users.browser_session import ADA, BrowserSession


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
def app_with_redis(own_redis: tuple[str, ExitStack], sqlite_url: str) -> Iterator[Flask]:
    """Counts limits and queues imports there."""
    app = create_app(Limited({"DATABASE_URL": sqlite_url, "REDIS_URL": own_redis[0]}))
    limiter.enabled = True
    yield app
    limiter.enabled = False
    close(app)


@pytest.mark.redis
def test_without_redis_users_sign_in_and_upload_within_limits(
    app_with_redis: Flask, own_redis: tuple[str, ExitStack]
) -> None:
    app = app_with_redis
    ada, stranger = BrowserSession(app), BrowserSession(app, address="127.0.0.2")
    ada.register()
    ready = ada.get("/readyz").json

    own_redis[1].close()

    assert (ready, ada.get("/readyz").json) == ({"status": "ready"}, {"status": "ready", "away": "redis"})
    assert ada.send("/connect/csv", upload("created_at,text\n2025-03-01,Hello\n")).status_code == 303
    with app.app_context():
        assert len(imports.free_imports()) == 1
    tries = [stranger.sign_in({**ADA, "password": f"wrong guess {number}"}).status_code for number in range(11)]
    assert tries == [422] * 10 + [429]
    assert ada.sign_in(ADA).status_code == 303  # nobody keeps her out from elsewhere


@pytest.mark.server
def test_a_redis_that_does_not_answer_costs_an_upload_seconds(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, app.app_context():
        app.config["CELERY"] = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        announce(1)

    assert time.monotonic() - began < 60


@pytest.mark.postgres
def test_a_database_that_is_away_is_told_and_used_again_at_once(empty_postgres_app: Flask, postgres_url: str) -> None:
    app = empty_postgres_app
    ada = BrowserSession(app)
    ada.register()
    name = sql.Identifier(make_url(postgres_url).database or "")
    server = needs.libpq(need("TEST_DATABASE_URL"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [make_url(postgres_url).database],
            )
            page, ready = ada.get("/user/ada"), ada.get("/readyz")
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    assert (page.status_code, page.headers["Retry-After"], ready.status_code) == (503, "10", 503)
    assert "Its database does not answer." in page.text
    assert ada.is_signed_in()
    close(app)


def test_a_full_disk_is_told_and_keeps_nothing_of_an_upload(app: Flask) -> None:
    ada = BrowserSession(app)
    ada.register()
    limit_pages(app, 1)
    rows = "".join(f"2025-03-01,{secrets.token_hex(2_000)}\n" for _ in range(100))

    answer = ada.send("/connect/csv", upload(f"created_at,text\n{rows}"))

    assert answer.status_code == 507
    assert "Nothing of this was kept." in answer.text
    limit_pages(app, 1 << 30)
    assert ada.send("/connect/csv", upload("created_at,text\n2025-03-01,Hello\n")).status_code == 303
    with app.app_context():
        assert len(imports.imports(users.find_user(ADA["name"]).id)) == 1


def limit_pages(app: Flask, most: int) -> None:
    """Lets the SQLite file grow to so many pages; what it has stays."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {most}"))


def upload(rows: str) -> dict[str, Any]:
    """The fields of an upload."""
    return {"files": (io.BytesIO(rows.encode()), "posts.csv"), "handle": "ada"}
