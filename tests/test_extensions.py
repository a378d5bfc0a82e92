"""SQLite's lock: a request waits a little for it, an import or a command for as long as a merge may take."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from dashapp import extensions
from dashapp.store import users
from dashapp.store.database import is_away


@contextmanager
def held(app: Flask, seconds: float) -> Iterator[None]:
    """Another writer holds the database."""
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(seconds, other.execute, ["COMMIT"])
        timer.start()
        try:
            yield
        finally:
            timer.join()


def test_who_waits_for_nobody_waits_for_the_lock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "PATIENCE", 50)
    with app.app_context(), held(app, 0.5):
        ada = users.add_user("Ada", "!")

    with app.test_request_context(), held(app, 0.5), pytest.raises(OperationalError) as refused:
        users.add_user("Bob", "!")

    assert is_away(refused.value)
    with app.app_context():
        assert users.user(ada).name == "Ada"
        assert users.find_user("Bob") is None


def test_nobody_waits_for_the_lock_to_look_at_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        ada = users.add_user("Ada", "!")
        token, began = users.start_session(ada, timedelta(days=9)), users.now()
        monkeypatch.setattr(users, "now", lambda: began + timedelta(days=1))
        with held(app, 0.5):
            assert users.signed_in(token)

        [row] = users.sessions(ada, limit=9)
    assert row.seen_at < began + timedelta(days=1)
