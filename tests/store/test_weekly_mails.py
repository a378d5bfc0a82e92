"""Weekly e-mails: nothing is due before the address is confirmed, and one process alone sends what is."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask

from dashapp.store import users, weekly_mails
from dashapp.store.database import now
from dashapp.store.rows import WeeklyMailRow

ADDRESS = "ada@mail.example"
WEEK = timedelta(days=7)


def asked(owner: int, address: str = ADDRESS) -> WeeklyMailRow:
    """The row after the user asked for mail there."""
    weekly_mails.ask(owner, address)
    row = weekly_mails.find(owner)
    assert row is not None
    return row


def due(owner: int) -> WeeklyMailRow:
    """A confirmed row whose mail is due."""
    weekly_mails.confirm(asked(owner), now() - timedelta(minutes=1))
    row = weekly_mails.first_due()
    assert row is not None
    return row


def test_nothing_is_due_before_the_address_is_confirmed(owner: int) -> None:
    row = asked(owner)

    assert weekly_mails.first_due() is None
    assert (row.confirmed_at, row.due_at) == (None, None)


def test_another_address_has_to_be_confirmed_anew_and_by_its_own_link(owner: int) -> None:
    first = due(owner)
    second = asked(owner, "other@mail.example")

    weekly_mails.confirm(first, now())

    assert second.confirmed_at is None
    assert weekly_mails.find(owner) == second
    assert weekly_mails.first_due() is None


def test_a_second_confirmation_changes_nothing(owner: int) -> None:
    row = due(owner)

    weekly_mails.confirm(row, now() + WEEK)

    assert weekly_mails.first_due() == row


def test_of_many_who_see_that_it_is_due_one_claims_it(app: Flask, owner: int) -> None:
    row, next_time = due(owner), now() + WEEK
    start, claimed = threading.Barrier(8), []

    def claim() -> None:
        with app.app_context():
            start.wait(timeout=60)
            claimed.append(weekly_mails.claim(row, next_time))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(claimed) == [False] * 7 + [True]
    assert weekly_mails.first_due() is None


def test_who_has_stopped_it_meanwhile_is_not_claimed(owner: int) -> None:
    row = due(owner)
    weekly_mails.stop(owner)

    assert not weekly_mails.claim(row, now() + WEEK)


def test_what_has_not_gone_is_due_again_and_counted(owner: int) -> None:
    row, next_time = due(owner), now() + WEEK
    weekly_mails.claim(row, next_time)

    weekly_mails.try_again(row, next_time, now())
    again = weekly_mails.first_due()
    assert again is not None
    weekly_mails.claim(again, next_time)
    weekly_mails.note_sent(owner, next_time)

    sent = weekly_mails.find(owner)
    assert sent is not None
    assert (again.tries, sent.tries, sent.due_at) == (1, 0, next_time)
    assert sent.sent_at is not None


def test_an_address_that_nobody_confirms_is_forgotten(owner: int, stranger: int, monkeypatch) -> None:
    confirmed = due(stranger)
    asked(owner)

    weekly_mails.drop_unconfirmed()
    kept = weekly_mails.find(owner)
    monkeypatch.setattr(weekly_mails, "UNCONFIRMED", timedelta(0))
    weekly_mails.drop_unconfirmed()

    assert kept is not None
    assert weekly_mails.find(owner) is None
    assert weekly_mails.find(stranger) == confirmed


def test_it_goes_with_its_user_and_no_other(owner: int, stranger: int) -> None:
    asked(owner)
    others = asked(stranger)

    users.delete_user(owner)

    assert weekly_mails.find(owner) is None
    assert weekly_mails.find(stranger) == others
