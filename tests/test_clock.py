"""A clock that jumps: what ends by it, and that nothing waits until it is again where it was set by mistake."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from dashapp.imports.schedule import queue_due
from dashapp.mail import schedule
from dashapp.services.records import Batch
from dashapp.store import accounts, connections, cooldowns, database, imports, users, weekly_mails
from tests.records import ADA, follower, merged
from tests.users.browser_session import BrowserSession, is_at

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Jump = Callable[[timedelta], None]


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Sets all clocks that count here: so far ahead of the real time."""
    real, ahead = time.time, timedelta()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + ahead

    def set_ahead(by: timedelta) -> None:
        nonlocal ahead
        ahead = by

    store = [module for name, module in sys.modules.items() if name.startswith("dashapp.store.")]
    for module in [module for module in store if getattr(module, "now", None) is database.now]:
        monkeypatch.setattr(module, "now", Clock.now)
    monkeypatch.setattr(schedule, "datetime", Clock)
    monkeypatch.setattr(time, "time", lambda: real() + ahead.total_seconds())
    return set_ahead


@pytest.fixture
def owner(app: Flask) -> int:
    with app.app_context():
        return users.add_user("ada", "hash")


def test_ahead_sessions_end_after_their_time(app: Flask, jump: Jump) -> None:
    today, this_month = BrowserSession(app), BrowserSession(app)
    today.register()
    this_month.sign_in(remember="y")

    jump(13 * HOUR)
    after_hours = today.is_signed_in(), this_month.is_signed_in()
    jump(31 * DAY)

    assert after_hours == (False, True)
    assert not this_month.is_signed_in()


def test_back_everybody_signs_in_again_and_is_let_in(app: Flask, jump: Jump) -> None:
    ada = BrowserSession(app)
    ada.register()

    jump(-DAY)

    assert not ada.is_signed_in()
    assert is_at(ada.sign_in(), "/dashboard/user")
    assert ada.is_signed_in()


def test_back_a_day_the_next_one_takes_what_a_dead_one_held(app: Flask, owner: int, jump: Jump) -> None:
    with app.app_context():
        number = imports.add_live(owner, service="mastodon", handle="ada@example.social")
        place = {"service": "x", "host": "", "uid": "1", "handle": "ada"}
        connection = connections.connect(owner, **place, token={}, expires_at=None)
        held = [imports.claim(number), connections.begin_renewal(owner, connection)]
        jump(-DAY)

        again = [imports.claim(number), connections.begin_renewal(owner, connection)]

    assert all(held)
    assert all(again)


def test_back_from_a_month_ahead_nothing_waits_for_that_month(app: Flask, owner: int, jump: Jump) -> None:
    with app.app_context():
        jump(31 * DAY)
        account, _ = merged(owner, Batch(people=[follower("b")]), profile=replace(ADA, as_of=database.now()))
        accounts.change_account(owner, account, refresh_at=database.now() + DAY)
        cooldowns.wait("host", database.now() + HOUR)
        row = imports.claim(imports.add_analysis(owner, account, "again"))
        assert row is not None
        imports.sleep(row.id, row.lease, database.now() + HOUR, why="busy", troubles=1)
        weekly_mails.ask(owner, "ada@mail.example")
        weekly_mails.confirm(found(owner), database.now() + MINUTE)
        broken_off = imports.add_import(owner, export="csv", filename="posts.csv", options={})

        jump(timedelta())
        imports.drop_abandoned()
        is_kept = imports.get_import(owner, broken_off)
        later, _ = merged(owner, Batch(people=[follower("c")]), profile=replace(ADA, as_of=database.now()))

        assert accounts.accounts(owner)[0].as_of == pytest.approx(database.now(), abs=MINUTE)
        assert later == account
        assert len(queue_due()) == 1
        assert cooldowns.until("host") is None
        cooldowns.wait("host", until := database.now() + HOUR)
        assert cooldowns.until("host") == until
        assert imports.claim(row.id)
        app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
        assert schedule.send_due(threading.Event()) == 0
        assert found(owner).due_at < database.now() + 14 * DAY
        assert not is_kept


def found(owner: int) -> weekly_mails.WeeklyMailRow:
    row = weekly_mails.find(owner)
    assert row is not None
    return row
