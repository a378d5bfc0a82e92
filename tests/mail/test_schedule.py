"""When mails go: each once, by whoever claims it, whatever dies; what certainly has not gone is tried again."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from dashapp import mail
from dashapp.mail import delivery, schedule
from dashapp.mail.schedule import LEAST, WAITS, next_time, send_due
from dashapp.models import WeeklyMail
from dashapp.services.records import Batch
from dashapp.store import accounts, results, users, weekly_mails
from dashapp.store.database import now, writing
from dashapp.store.rows import WeeklyMailRow
from tests.conftest import ON_BOTH
from tests.records import merged, post
from tests.waiting import wait_until

from .smtp_server import Inbox

pytestmark = pytest.mark.server
ADDRESS = "ada@mail.example"


def make_due(owner: int, *, read: bool = True) -> int:
    """A confirmed address whose mail is due, and an account that was read just now; its id."""
    account, _ = merged(owner, Batch(posts=[post(1)]))
    results.save(owner, account, {})
    if not read:
        accounts.change_account(owner, account, data_at=now() - timedelta(days=8))
    weekly_mails.ask(owner, ADDRESS)
    weekly_mails.confirm(found(owner), now() - timedelta(minutes=1))
    return account


def found(owner: int) -> WeeklyMailRow:
    """The user's row."""
    row = weekly_mails.find(owner)
    assert row is not None
    return row


def come_due(owner: int) -> None:
    """The time of the next mail is there."""
    with writing() as session:
        session.execute(
            update(WeeklyMail).where(WeeklyMail.owner_id == owner).values(due_at=now() - timedelta(minutes=1))
        )


def send() -> int:
    """What the thread does."""
    return send_due(threading.Event())


# ---- when


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_mails_go_on_monday_morning_where_the_user_lives(zone: str) -> None:
    after = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    times = [next_time(owner, zone, after) for owner in range(1, 200)]
    local = [at.astimezone(schedule.ZoneInfo(zone)) for at in times]

    assert {(at.weekday(), at.hour) for at in local} == {(0, 6), (0, 7), (0, 8)}
    assert all(timedelta(0) < at - after <= timedelta(days=7) for at in times)
    assert len(set(times)) > 100
    assert next_time(1, zone, times[0]) == times[0] + timedelta(days=7)


def test_where_the_host_does_not_know_a_time_zone_any_more_it_is_utc(inbox: Inbox, owner: int) -> None:
    make_due(owner)
    users.change_user(owner, time_zone="Mars/Olympus")

    assert send() == 1
    assert found(owner).due_at == next_time(owner, "UTC", now() + LEAST)


# ---- once


def test_it_goes_once_and_again_a_week_later(inbox: Inbox, owner: int) -> None:
    account = make_due(owner)

    sent = [send(), send()]
    next_week = found(owner).due_at
    accounts.change_account(owner, account, data_at=now() + timedelta(seconds=1))
    come_due(owner)
    sent.append(send())

    assert sent == [1, 0, 1]
    assert inbox.recipients == [ADDRESS] * 2
    assert next_week is not None
    assert next_week > now() + LEAST


def test_without_newer_data_none_goes(inbox: Inbox, owner: int) -> None:
    make_due(owner, read=False)

    assert send() == 0
    assert inbox.mails == []
    assert (found(owner).due_at or now()) > now()


def test_without_a_mail_server_nothing_is_touched(app: Flask, owner: int) -> None:
    make_due(owner)
    before = found(owner)
    app.config["MAIL_URL"] = None

    assert send() == 0
    assert found(owner) == before


@ON_BOTH
def test_of_several_processes_that_look_at_once_one_sends(app: Flask, inbox: Inbox, owner: int) -> None:
    make_due(owner)
    start = threading.Barrier(4)

    def look() -> None:
        with app.app_context():
            start.wait(timeout=60)
            send()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert len(inbox.mails) == 1


def test_a_worker_that_is_killed_while_it_sends_has_sent_it_once(
    app: Flask, inbox: Inbox, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_due(owner)
    monkeypatch.setattr(delivery, "TIMEOUT", 2)
    inbox.answers["DATA"] = "hang"  # the server has it, and nobody was told so

    def look() -> None:
        with app.app_context():
            send()

    worker = threading.Thread(target=look)
    worker.start()
    wait_until(lambda: bool(inbox.mails))
    row = found(owner)  # what a kill would leave behind
    again = send()
    worker.join(timeout=60)

    assert (again, len(inbox.mails)) == (0, 1)
    assert (row.due_at or now()) > now()


# ---- what does not go


def test_what_has_not_gone_is_tried_again_a_few_times(
    inbox: Inbox, owner: int, caplog: pytest.LogCaptureFixture
) -> None:
    make_due(owner)
    inbox.answers["DATA"] = "451 later"
    waits = []

    for _ in range(len(WAITS) + 2):
        assert send() == 0
        waits.append((found(owner).due_at or now()) - now())
        come_due(owner)
    inbox.answers.clear()

    assert [round(wait / timedelta(minutes=1)) for wait in waits if wait < LEAST] == [15, 60, 240, 720, 15]
    assert waits[len(WAITS)] == pytest.approx(next_time(owner, "UTC", now() + LEAST) - now(), abs=timedelta(minutes=5))
    assert send() == 1
    assert found(owner).tries == 0
    said = [record.getMessage() for record in caplog.records if record.name.startswith("dashapp")]
    assert len(said) == len(WAITS) + 2
    assert not [line for line in said if ADDRESS in line]


@pytest.mark.parametrize(("command", "answer"), [("DATA", "break off"), ("RCPT", "550 nobody here")])
def test_what_may_have_gone_or_nobody_takes_waits_for_the_next_week(
    inbox: Inbox, owner: int, command: str, answer: str
) -> None:
    make_due(owner)
    inbox.answers[command] = answer

    send()

    assert found(owner).due_at == next_time(owner, "UTC", now() + LEAST)
    assert found(owner).tries == 0  # it is not to come any more


def test_one_mail_that_cannot_be_made_stops_no_other(inbox: Inbox, owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    other = users.add_user("Bob", "hash")
    make_due(owner)
    make_due(other)
    made = schedule.week

    def broken(of: int, *args: object, **options: object) -> object:
        if of == owner:
            raise KeyError
        return made(of, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(schedule, "week", broken)

    assert send() == 1


def test_a_database_that_goes_away_while_a_mail_is_made_loses_none(
    inbox: Inbox, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_due(owner)
    with monkeypatch.context() as broken:
        broken.setattr(schedule, "week", Mock(side_effect=OperationalError("", None, Exception())))
        with pytest.raises(OperationalError):
            send()

    assert send() == 1


# ---- the thread


def test_the_thread_outlives_what_nobody_expected(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "EVERY", 0.01)
    monkeypatch.setattr(mail, "send_due", Mock(side_effect=KeyError))

    mail.start(app)
    wait_until(lambda: mail.send_due.call_count > 1, seconds=30)  # type: ignore[attr-defined]

    assert app.extensions["mail"].thread.is_alive()
    mail.stop(app)


def test_the_thread_of_a_web_process_sends_what_is_due(
    app: Flask, inbox: Inbox, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "EVERY", 0.01)
    make_due(owner)

    mail.start(app)
    wait_until(lambda: found(owner).sent_at is not None)
    mail.stop(app)

    assert len(inbox.mails) == 1


@pytest.mark.parametrize("missing", [{"MAIL_URL": None}, {"CELERY": "redis://127.0.0.1:1"}])
def test_without_mail_or_with_workers_there_is_no_thread(app: Flask, missing: dict[str, str | None]) -> None:
    app.config.update(missing)

    mail.start(app)

    assert "mail" not in app.extensions
