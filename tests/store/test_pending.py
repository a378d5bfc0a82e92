"""What waits for a browser is taken out once, in time, by whoever knows the key."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from dashapp.models import Instance
from dashapp.store import pending
from dashapp.store.database import reading

VALUE = {"service": "github", "verifier": "canary"}


def rows():
    """All that is kept."""
    with reading() as session:
        return [dict(row) for row in session.execute(select(*Instance.__table__.columns)).mappings()]


def test_what_is_kept_is_taken_out_once():
    key = pending.keep(VALUE)

    assert pending.take(key) == VALUE
    assert pending.take(key) is None
    assert rows() == []


def test_a_key_of_ones_own_will_do():
    assert pending.keep(VALUE, "state") == "state"
    assert pending.take("state") == VALUE


def test_neither_key_nor_value_can_be_read_in_the_database():
    key = pending.keep(VALUE)

    assert key not in str(rows())
    assert "canary" not in str(rows())


def test_nobody_guesses_a_key():
    pending.keep(VALUE)

    assert pending.take("") is None
    assert pending.take("%") is None
    assert len(rows()) == 1


def test_it_waits_for_ten_minutes(monkeypatch):
    key = pending.keep(VALUE)
    monkeypatch.setattr(pending, "LIFETIME", timedelta(0))

    assert pending.take(key) is None


def test_what_nobody_came_for_is_forgotten_by_the_next(monkeypatch):
    pending.keep(VALUE)
    monkeypatch.setattr(pending, "LIFETIME", timedelta(0))

    pending.keep(VALUE)

    assert len(rows()) == 1


def test_what_nobody_came_for_is_forgotten_without_another(monkeypatch):
    pending.keep({"token": "a"})
    later = pending.now() + timedelta(minutes=11)
    monkeypatch.setattr(pending, "now", lambda: later)

    pending.drop_stale()

    assert rows() == []


def test_without_its_encryption_key_it_is_lost():
    key = pending.keep(VALUE)
    current_app.config["TOKEN_KEYS"] = ["c29tZSBvdGhlciBrZXksIDMyIGJ5dGVzIG9mIGl0ISE="]

    assert pending.take(key) is None
