"""Migrations: a database that stands already keeps its rows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, text

from dashapp.extensions import db
from dashapp.models import Account, Change, IdentityDecision, IdentityPair, Person, Post, Result, Ties, User
from dashapp.store.database import reading
from dashapp.store.ties import all_ties, packed
from tests.conftest import ON_BOTH, ROOT, close, make_app, new_postgres_database

pytestmark = pytest.mark.slow

MIGRATIONS = str(ROOT / "migrations")
USER = "INSERT INTO users (id, name, name_key, email, email_key, password_hash, time_zone, theme, is_demo, created_at)"
ACCOUNT = "INSERT INTO accounts (id, owner_id, service, key, handle, source, mutual_ties, notes, lists)"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
BOBS_ACCOUNT = " VALUES (1, 2, 'x', '1', 'bob', 'x', false, '[]', '[]', '', '{}', 0)"
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

    app, _ = first
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})

            assert compare_metadata(context, db.metadata) == []


@pytest.mark.parametrize("report", [{"ties": 1}, {"ties": 0}, None], ids=["ties", "no-ties", "live"])
def test_old_rows_know_of_ties_what_was_read_whole(first: tuple[Flask, Path], report: dict[str, int] | None) -> None:
    app, path = first
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0007")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE accounts SET lists = '[\"ties\"]', data_at = '2026-03-03'")
        told = {"live": report is None, "report": dumps(report or {"ties": 1})}
        insert(connection, "imports", id=1, account_id=1, export="x", merged=1, **told)
        insert(connection, "imports", id=2, account_id=1, export="analysis", merged=1, live=0, report="{}")
        for number, is_follower in enumerate([1, 0, 0], start=1):
            insert(connection, "people", id=number, account_id=1, is_follower=is_follower, first_seen="2026-02-02")
        insert(connection, "changes", id=1, account_id=1, import_id=1, person_id=3, change="lost", seen_at="2026-03-03")

    with app.app_context():
        upgrade(directory=MIGRATIONS)

    with closing(sqlite3.connect(path)) as connection, connection:
        known = connection.execute("SELECT ties_at, asked_since FROM people ORDER BY id").fetchall()
    whole = [("2026-03-03",) * 2] * 2 if report == {"ties": 1} else [(None, "2026-02-02"), (None, None)]
    assert known == [*whole, (None, None)]


def test_followers_and_friends_were_last_seen_in_the_newest_data(first: tuple[Flask, Path]) -> None:
    app, path = first
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0009")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE accounts SET data_at = '2026-03-03'")
        for number, is_friend in enumerate([1, 0], start=1):
            insert(connection, "people", id=number, account_id=1, is_follower=0, is_friend=is_friend)

    with app.app_context():
        upgrade(directory=MIGRATIONS)

    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT last_seen FROM people ORDER BY id").fetchall() == [("2026-03-03",), (None,)]


def test_old_snapshots_are_of_the_import_that_changed_something_on_their_day(first: tuple[Flask, Path]) -> None:
    app, path = first
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0010")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE users SET time_zone = 'America/New_York'")
        insert(connection, "people", id=1, account_id=1, is_follower=1, first_seen="2026-02-02")
        insert(connection, "changes", id=1, account_id=1, change="gained", seen_at="2026-02-02 03:30:00.000000")
        for day in ("2026-01-01", "2026-02-01"):
            connection.execute("INSERT INTO snapshots VALUES (1, ?, 7, 7, 7, 1, 1)", [day])

    with app.app_context():
        upgrade(directory=MIGRATIONS)

    with closing(sqlite3.connect(path)) as connection, connection:
        told = connection.execute("SELECT at FROM snapshots ORDER BY at").fetchall()
    assert told == [("2026-01-02 04:59:59.999999",), ("2026-02-02 03:30:00.000000",)]


@ON_BOTH
def test_rows_of_accounts_outlive_the_cross_check_down_and_up(database: str, sqlite_url: str) -> None:
    """The derived account goes on the way down; a CSV account that was called as it is now called is renamed."""
    with nullcontext(sqlite_url) if database == "sqlite" else new_postgres_database() as url:
        app = make_app(url)
        with app.app_context():
            crossed_rows()
            downgrade(directory=MIGRATIONS, revision="0013")
            kept = [rows(f"SELECT account_id, key FROM {table}") for table in ("people", "posts")]  # noqa: S608 - our own names
            with db.engine.begin() as connection:
                connection.execute(text("UPDATE accounts SET service = 'all' WHERE id = 1"))
            upgrade(directory=MIGRATIONS)

            assert kept == [[(1, "b")], [(1, "p")]]
            assert rows("SELECT id, service FROM accounts ORDER BY id") == [(1, "all-1"), (2, "any")]
            assert rows("SELECT account_id, key, is_follower, individual FROM people") == [(1, "b", True, None)]
            assert rows("SELECT account_id, change FROM changes") == [(1, "gained")]
            assert [rows(f"SELECT 1 FROM {table}") for table in ("results", "ties", "identity_decisions")] == [[]] * 3  # noqa: S608 - our own names
        close(app)


def test_a_downgrade_leaves_nothing_of_deleted_accounts(sqlite_url: str) -> None:
    app = make_app(sqlite_url)
    with app.app_context():
        crossed_rows()
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE accounts SET owner_id = NULL WHERE service = 'all'"))
        downgrade(directory=MIGRATIONS, revision="0018")

        assert rows("PRAGMA foreign_key_check") == []
        assert rows("SELECT account_id, key FROM people") == [(1, "b")]
    close(app)


def test_sessions_that_go_on_were_seen_when_they_began(first: tuple[Flask, Path]) -> None:
    app, path = first
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0021")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO user_sessions VALUES ('a', 1, '2026-03-03', '2026-04-04')")

    with app.app_context():
        upgrade(directory=MIGRATIONS)

    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT device, seen_at FROM user_sessions").fetchall() == [("", "2026-03-03")]


@ON_BOTH
def test_everybody_gets_a_name_of_their_own(database: str, sqlite_url: str) -> None:
    """An address of one user is their name; of several who share one the oldest has it."""
    before = [
        (3, "Eve", "ada@example.org"),
        (1, "Ada", "Ada@Example.org"),
        (2, "Bob", "bob/work@example.org"),
        (4, "Cleo", "cleo@example.org"),
        (5, "cleo@example.org", ""),  # signs in elsewhere
        (6, "Dan", ""),
        (7, "dan", ""),
    ]
    with nullcontext(sqlite_url) if database == "sqlite" else new_postgres_database() as url:
        app = make_app(url)
        with app.app_context():
            downgrade(directory=MIGRATIONS, revision="0020")
            with db.engine.begin() as connection:
                for number, name, email in before:
                    row = {"id": number, "name": name, "name_key": name.casefold(), "email": email}
                    row |= {"email_key": email.casefold(), "password_hash": "h", "time_zone": "UTC", "theme": "auto"}
                    row |= {"is_demo": False, "created_at": NOW}
                    columns = [
                        sa.column(each, sa.DateTime(timezone=True) if each == "created_at" else None) for each in row
                    ]
                    connection.execute(sa.insert(sa.table("users", *columns)), row)
                connection.execute(text(ACCOUNT.replace(")", ", host, options, spent)") + BOBS_ACCOUNT))
            upgrade(directory=MIGRATIONS)
            upgraded = rows("SELECT id, name, name_key FROM users ORDER BY id")
            kept = rows("SELECT owner_id FROM accounts")
            downgrade(directory=MIGRATIONS, revision="0020")
            back = rows("SELECT id, email_key FROM users ORDER BY id")
        close(app)

    names = {1: "Ada@Example.org", 2: "bob-work@example.org", 3: "ada@example.org-2", 4: "cleo@example.org"}
    names |= {5: "cleo@example.org-2", 6: "Dan", 7: "dan-2"}
    assert upgraded == [(number, name, name.casefold()) for number, name in names.items()]
    assert kept == [(2,)]
    assert back[:2] == [(1, "ada@example.org"), (2, "bob-work@example.org")]


@ON_BOTH
def test_ties_outlive_arrays_up_and_down(database: str, sqlite_url: str) -> None:
    pairs = {(1, source, target) for source in range(5, 45) for target in range(7, 1_007)}
    pairs |= {(3, 2**40 + step, 8) for step in range(3)} | {(1, 7, 2**33)}
    with nullcontext(sqlite_url) if database == "sqlite" else new_postgres_database() as url:
        app = make_app(url)
        with app.app_context():
            crossed_rows()
            downgrade(directory=MIGRATIONS, revision="0024")
            assert rows("SELECT * FROM ties") == [(3, 2, 2)]
            with db.engine.begin() as connection:
                values = [{"account": account, "one": one, "other": other} for account, one, other in pairs]
                connection.execute(text("INSERT INTO ties VALUES (:account, :one, :other)"), values)
            upgrade(directory=MIGRATIONS)

            assert {account: len(all_pairs(account)) for account in (1, 2, 3)} == {1: 40_001, 2: 0, 3: 4}
            assert {(account, *tie) for account in (1, 3) for tie in all_pairs(account)} == pairs | {(3, 2, 2)}
            assert rows("SELECT account_id, count(*), sum(n) FROM ties GROUP BY account_id ORDER BY account_id") == [
                (1, 3, 40_001),
                (3, 1, 4),
            ]
            downgrade(directory=MIGRATIONS, revision="0024")
            assert {*rows("SELECT account_id, source, target FROM ties")} == pairs | {(3, 2, 2)}
        close(app)


def test_a_migration_that_is_killed_in_its_midst_has_changed_nothing_and_runs_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    pairs = [(source, 2) for source in range(5, 45)]
    (killed := tmp_path / "killed").mkdir()

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "DROP TABLE old_ties" in statement:  # all is in the new table
            for file in tmp_path.glob("*.sqlite*"):
                shutil.copy(file, killed)

    app = make_app(sqlite_url)
    with app.app_context():
        crossed_rows()
        downgrade(directory=MIGRATIONS, revision="0024")
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO ties VALUES (1, :one, 2)"), [{"one": source} for source, _ in pairs])
        event.listen(db.engine, "before_cursor_execute", look)
        upgrade(directory=MIGRATIONS)
    close(app)
    app = make_app(f"sqlite:///{killed / 'sociogram.sqlite'}")
    with app.app_context():
        assert rows("SELECT version_num FROM alembic_version") == [("0024",)]
        assert len(rows("SELECT source FROM ties")) == 41

        upgrade(directory=MIGRATIONS)

        assert all_pairs(1) == pairs
    close(app)


def all_pairs(account: int) -> list[tuple[int, int]]:
    """The ties of an account, as the store reads them."""
    with reading() as session:
        return [(source, target) for source, target in all_ties(session, account).tolist()]


def crossed_rows() -> None:
    """An account with a follower and a post, one of the same key, and the derived account of all services."""
    now = datetime(2026, 3, 3, tzinfo=UTC)
    key = {"owner_id": 1, "left_service": "any", "left_key": "b", "right_service": "x", "right_key": "b"}
    told = {"handle": "ada", "source": "csv"}
    groups = [
        [User(id=1, name="a", name_key="a", password_hash="h", created_at=now)],
        [Account(id=n, owner_id=1, service=s, key="1", **told) for n, s in enumerate(("x", "any", "all"), start=1)],
        [Person(id=2, account_id=3, key="b", first_seen=now, pattern="x:f")],
        [Person(id=1, account_id=1, key="b", first_seen=now, is_follower=True, bio="Hi", individual=2)],
        [
            Post(account_id=1, key="p", created_at=now, kind="post"),
            Change(account_id=1, import_id=1, person_id=1, change="gained", seen_at=now),
            Ties(account_id=3, first=2, n=1, data=packed(np.array([[2, 2]]))),
            Result(account_id=3, name="graph", frame=b""),
            IdentityPair(**key, probability=0.5, certain=False, evidence={}),
            IdentityDecision(**key, same=True, decided_at=now),
        ],
    ]
    for group in groups:
        db.session.add_all(group)
        db.session.flush()
    db.session.commit()
    db.session.remove()


def rows(query: str) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def insert(connection: sqlite3.Connection, table: str, **values: Any) -> None:
    """A row; what must not be NULL is the id, or nothing."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    row = {name: values["id"] for _, name, _, needed, _, _ in columns if needed} | values
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608 - our own names
