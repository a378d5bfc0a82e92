"""What all tests share: databases with tables in them, the application, a client, and the list of what was not run."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from psycopg import sql
from redis import Redis
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine

from tests import needs

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"

# without a deadline, for a busy machine is no failure; in CI the same examples each time, so that red means the change
settings.register_profile("sociogram", deadline=None, max_examples=10, derandomize=CI)
settings.register_profile("nightly", deadline=None, max_examples=500)
settings.load_profile("sociogram")


#: whose tests may open sockets
SOCKETS = ("browser", "nightly", "postgres", "redis", "server", "slow")


#: who waits for other processes most of the time, or prepares much for all tests of a module: begun last, the whole run
#: would wait for them, and workers with nothing left would prepare it again
FIRST = (
    "test_worker", "test_killed_server", "test_killed_reading", "test_storms", "test_recipes", "test_fakes_mode",
    "test_story", "test_demo_world", "test_crossed_users", "test_dashboard",
)  # fmt: skip


@pytest.hookimpl(trylast=True)  # when all are sorted out that do not run
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A quick test opens no socket, or says with its marker that it is none. Who waits longest begins first."""
    items[:] = dealt_out(items, workers=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    for item in items:
        if not any(item.get_closest_marker(name) for name in SOCKETS):
            item.add_marker(pytest.mark.disable_socket)


def dealt_out(items: list[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """The tests in an order of which each worker gets an even part: modules of `FIRST` by turns, each part's first."""
    modules = [[item for item in items if item.path.stem == module] for module in FIRST]
    others = iter([item for item in items if item.path.stem not in FIRST])
    order: list[pytest.Item] = []
    for worker in range(workers):
        end = len(order) + (len(items) - len(order)) // (workers - worker)  # as xdist parts them
        order += chain.from_iterable(modules[worker::workers])
        order += islice(others, max(end - len(order), 0))
    return order


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: garbage collection need not look through it again."""
    gc.freeze()


# ---- databases


def need(variable: str) -> str:
    """What tests.needs found; without it the test is skipped, and that is told at the end."""
    value = os.environ.get(variable)
    if not value:
        pytest.skip(os.environ.get(f"{variable}_MISSING", f"{variable} is not set: run `make test`"))
    return value


class Compiled(BytecodeCache):
    """Templates compiled by one test serve the next."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """From memory."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """To memory."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def make_app(url: str) -> Flask:
    """The application on a database; imported late, for the tests of analytics do without the web."""
    from dashapp import create_app
    from dashapp.settings import TestConfig

    app = create_app(TestConfig({"DATABASE_URL": url}))
    app.jinja_env.bytecode_cache = COMPILED
    return app


@event.listens_for(Engine, "connect")
def turn_unordered_rows_round(connection: Any, _record: Any) -> None:
    """Rows that nobody sorted come in any order from Postgres, once in a while: in tests, always."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


def close(app: Flask) -> None:
    """Closes the app's connections: an open one would warn in some later test."""
    from dashapp.extensions import db

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def own_app(template: Path, folder: Path) -> Iterator[Flask]:
    """The application on a database of its own, for the tests of a module."""
    app = make_app(f"sqlite:///{shutil.copy(template, folder / 'sociogram.sqlite')}")
    yield app
    close(app)


def migrate(url: str) -> None:
    """Makes the tables as a host does."""
    from flask_migrate import upgrade

    app = make_app(url)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    close(app)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file; copying it takes a thousandth of migrating."""
    path = tmp_path_factory.mktemp("template") / "sociogram.sqlite"
    migrate(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An SQLite file of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'sociogram.sqlite')}"


@contextmanager
def new_postgres_database() -> Iterator[str]:
    """A migrated database, dropped at the end."""
    server = needs.libpq(need("TEST_DATABASE_URL"))
    name = f"sociogram_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """A database of this worker's own."""
    with new_postgres_database() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """The worker's Postgres database, emptied for this test."""
    from dashapp.extensions import db

    tables = [sql.Identifier(table.name) for table in reversed(db.metadata.sorted_tables)]
    with psycopg.connect(needs.libpq(postgres_database), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'")  # a transaction left open by another test: fail, do not hang
        # TRUNCATE makes files anew, which takes the server twenty times as long
        connection.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables))
        connection.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
    return postgres_database


# ---- the application

#: both kinds of database, for a fixture `database` where SQL lives
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ON_BOTH = pytest.mark.parametrize("database", DATABASES)


@pytest.fixture
def database() -> str:
    """The kind of database that a test runs on: SQLite, but where SQL lives (`test_the_store_alone_holds_queries`)."""
    return "sqlite"


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on an SQLite file: one for all tests, for making it takes longer than most of them."""
    return make_app(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'sociogram.sqlite'}")


@pytest.fixture(scope="session")
def postgres_app(postgres_database: str) -> Flask:
    """The same on Postgres."""
    return make_app(postgres_database)


def empty(app: Flask, template: Path) -> None:
    """Puts a new database in the place of the application's own, an SQLite file."""
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    for file in (path, f"{path}-wal", f"{path}-shm"):
        Path(file).unlink(missing_ok=True)
    shutil.copy(template, path)


@pytest.fixture
def empty_sqlite_app(sqlite_app: Flask, sqlite_template: Path) -> Flask:
    """Its database, new for this test."""
    empty(sqlite_app, sqlite_template)
    return sqlite_app


@pytest.fixture
def empty_postgres_app(postgres_app: Flask, postgres_url: str) -> Flask:
    """Its database, emptied for this test."""
    assert postgres_app.config["SQLALCHEMY_DATABASE_URI"] == postgres_url
    return postgres_app


@pytest.fixture
def app(request: pytest.FixtureRequest, database: str) -> Iterator[Flask]:
    """The application on an empty database; it gets its settings back afterwards."""
    from dashapp.extensions import limiter

    app: Flask = request.getfixturevalue(f"empty_{database}_app")
    settings = dict(app.config)
    limiter.enabled = app.config["RATELIMIT_ENABLED"]  # all applications share it
    yield app
    close(app)
    app.config.clear()
    app.config.update(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without a browser."""
    return app.test_client()


# ---- other programs


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    return os.environ.get("TEST_CHROMIUM") or needs.installed_chromium() or need("TEST_CHROMIUM")


@pytest.fixture
def redis_url(worker_id: str) -> str:
    """The address of an empty Redis database of this worker's own."""
    server = urlsplit(need("TEST_REDIS_URL"))
    number = int(server.path.strip("/") or 0) + int(worker_id.removeprefix("gw") if worker_id != "master" else 0)
    url = server._replace(path=f"/{number % needs.REDIS_DATABASES}").geturl()
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


# ---- what was not run


def skipped(config: pytest.Config) -> Counter[str]:
    """How many tests were skipped, by reason."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return Counter(report.longrepr[2].removeprefix("Skipped: ") for report in reports)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was not run is a failure: green must mean that everything was tried."""
    if CI and skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The last lines before the verdict: what was not run, and why."""
    counts = skipped(config)
    if not counts:
        return
    terminalreporter.section("not run" + (", which fails the run in CI" if CI else ""), red=CI, yellow=not CI)
    for reason, count in counts.most_common():
        terminalreporter.line(f"{count} {'test' if count == 1 else 'tests'}: {reason}")
