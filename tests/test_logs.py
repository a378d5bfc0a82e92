"""Whatever breaks, no log tells a secret."""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from dashapp.extensions import db
from dashapp.imports import run_waiting
from dashapp.store import connections, pending, users
from dashapp.users import weekly_mail_views
from tests.conftest import ON_BOTH
from tests.imports.conftest import leave_out_measures
from tests.users.browser_session import BrowserSession

CANARY = "kestrel"  # stands in every secret, and in all that people wrote
ADA = {"name": "Ada", "password": f"{CANARY} builds dams at dusk"}
LATER = {"address": f"later-{CANARY}@example.social", "password": f"{CANARY} sails home at dawn"}
POSTS = f"post,created_at,text\n1,2026-03-02T10:00,{CANARY} wrote this\n2,2026-03-03T10:00,{CANARY} again\n"
TIES = f"source,target\n{CANARY},b\nb,{CANARY}\nc,{CANARY}\n"
MOST_TRIES = 60
#: what refuses all rows of a table, and what takes them again; Postgres tells the row that it refused
REFUSALS = {
    "sqlite": (
        "CREATE TEMP TRIGGER refused BEFORE {how} ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "DROP TRIGGER refused",
    ),
    "postgresql": (
        "ALTER TABLE {table} ADD CONSTRAINT refused CHECK (false) NOT VALID",
        "ALTER TABLE {table} DROP CONSTRAINT refused",
    ),
}


@contextmanager
def each_write_fails_once(app: Flask) -> Iterator[set[str]]:
    """Every statement that inserts or updates fails the first time; which did."""
    failed: set[str] = set()
    undo: list[str] = []
    with app.app_context():
        engine = db.engine
    sqls = REFUSALS[engine.dialect.name]

    def refuse(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found = re.match(r"(INSERT) INTO (\w+)|(UPDATE) (\w+)", statement)
        if found and statement not in failed:
            failed.add(statement)
            begin, end = (sql.format(how=found[1] or found[3], table=found[2] or found[4]) for sql in sqls)
            cursor.execute(begin)
            undo.append(end)

    def take_again(connection: Any, *_: Any) -> None:
        if undo:  # no row was there to be refused
            connection.connection.cursor().execute(undo.pop())

    def forget(_: Any) -> None:
        undo.clear()

    event.listen(engine, "before_cursor_execute", refuse)
    event.listen(engine, "after_cursor_execute", take_again)
    event.listen(engine, "handle_error", forget)
    try:
        yield failed
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
        event.remove(engine, "after_cursor_execute", take_again)
        event.remove(engine, "handle_error", forget)


def until_it_goes_well(step: Callable[[], Any], failed: set[str]) -> None:
    """Does it again as long as another statement of it fails."""
    for _ in range(MOST_TRIES):
        before = len(failed)
        try:
            step()
        except SQLAlchemyError:
            logging.getLogger(__name__).exception("as a worker logs it")
        if len(failed) == before:
            return
    raise AssertionError(f"a statement of its own each time: {sorted(failed)[-3:]}")


@ON_BOTH
@pytest.mark.slow
def test_a_write_that_fails_puts_no_secret_into_a_log(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_out_measures(monkeypatch)
    caplog.set_level(logging.INFO)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config.update(PUBLIC_URL="http://localhost", MAIL_URL="smtp://127.0.0.1:9", MAIL_FROM="sociogram@example.org")
    monkeypatch.setattr(weekly_mail_views, "deliver", lambda _message: None)
    ada = BrowserSession(app)
    place = {"service": "github", "host": "", "uid": CANARY, "handle": CANARY}
    passwords = {"password": ADA["password"], "new_password": LATER["password"]}

    def in_app(step: Callable[[int], Any]) -> Callable[[], Any]:
        def within() -> Any:
            with app.app_context():
                return step(users.find_user("Ada").id)

        return within

    def bring_files() -> None:
        files = [(io.BytesIO(text.encode()), name) for text, name in ((POSTS, "posts.csv"), (TIES, "ties.csv"))]
        ada.send("/connect/csv", {"files": files, "handle": CANARY})
        run_waiting(app, threading.Event())

    with each_write_fails_once(app) as failed:
        for step in (
            lambda: ada.register(ADA),
            lambda: ada.sign_in(ADA),
            in_app(lambda owner: connections.connect(owner, **place, token={"access_token": CANARY}, expires_at=None)),
            in_app(lambda owner: connections.link_identity(owner, **place)),
            in_app(lambda _: pending.keep({"secret": CANARY}, key=CANARY)),
            bring_files,
            lambda: ada.send("/user/Ada/weekly-mail", {"address": LATER["address"]}),
            lambda: ada.send("/user/Ada/name", {"name": "ada", "password": ADA["password"]}),
            lambda: ada.send("/user/Ada/password", passwords),
            lambda: ada.send("/user/Ada/display", {"time_zone": "Europe/Berlin", "theme": "dark"}),
            lambda: ada.send("/user/Ada/delete", {"password": LATER["password"]}),
        ):
            until_it_goes_well(step, failed)
    with app.app_context():
        gone = users.find_user("Ada") is None

    assert gone
    assert len(failed) > 20
    assert "refused" in caplog.text
    secrets = [CANARY, app.config["SECRET_KEY"], *app.config["TOKEN_KEYS"]]
    assert [line for line in caplog.text.splitlines() if any(secret in line for secret in secrets)] == []
