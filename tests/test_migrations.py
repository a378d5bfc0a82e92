"""Migrations: a database that stands already keeps its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.conftest import ROOT, close

MIGRATIONS = str(ROOT / "migrations")
USER = "INSERT INTO users (id, name, name_key, email, email_key, password_hash, time_zone, theme, is_demo, created_at)"
ACCOUNT = "INSERT INTO accounts (id, owner_id, service, key, handle, source, mutual_ties, notes, lists)"
POST = "INSERT INTO posts (account_id, key, created_at, kind, text, assessed)"


@pytest.fixture
def first(tmp_path: Path) -> Iterator[tuple[Flask, Path]]:
    """An application whose SQLite file stands at the first revision, with a user, an account and a post in it."""
    from dashapp import create_app
    from dashapp.settings import TestConfig

    path = tmp_path / "old.sqlite"
    app = create_app(TestConfig({"DATABASE_URL": f"sqlite:///{path}"}))
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(USER + " VALUES (1, 'ada', 'ada', 'a', 'a', 'h', 'UTC', 'auto', 0, '2026-01-01')")
        connection.execute(ACCOUNT + " VALUES (1, 1, 'x', '1', 'ada', 'x', 0, '[]', '[]')")
        connection.execute(POST + " VALUES (1, '1', '2026-01-01', 'post', 'hello', 0)")
    yield app, path
    close(app)


def test_rows_outlive_an_upgrade(first: tuple[Flask, Path]) -> None:
    app, path = first

    with app.app_context():
        upgrade(directory=MIGRATIONS)

    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT text FROM posts").fetchall() == [("hello",)]
        assert connection.execute("SELECT handle, host, options, spent, analysis_version FROM accounts").fetchall() == [
            ("ada", "", "{}", 0, None)
        ]


def test_rows_outlive_an_upgrade_and_a_downgrade(first: tuple[Flask, Path]) -> None:
    app, path = first

    with app.app_context():
        upgrade(directory=MIGRATIONS)
        downgrade(directory=MIGRATIONS, revision="0001")

    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT text FROM posts").fetchall() == [("hello",)]


def test_an_account_that_was_analysed_before_versions_were_stored_is_analysed_again(first: tuple[Flask, Path]) -> None:
    from dashapp.imports.schedule import queue_outdated

    app, path = first
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE accounts SET analysed_at = '2026-01-01'")

    with app.app_context():
        upgrade(directory=MIGRATIONS)
        queued = queue_outdated()

    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT id, account_id, state FROM imports").fetchall() == [(queued[0], 1, "queued")]


def test_the_models_need_no_further_migration(first: tuple[Flask, Path]) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from dashapp.extensions import db

    app, _ = first
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})

            assert compare_metadata(context, db.metadata) == []
