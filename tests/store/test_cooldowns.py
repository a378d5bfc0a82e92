"""Waits that all imports share: begun again by one caller alone, and forgotten when all is well."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask

from dashapp.store import cooldowns
from dashapp.store.database import now, reading, writing

LATER, PAST = timedelta(minutes=5), timedelta(seconds=-1)


def test_a_host_without_a_wait_needs_no_new_one() -> None:
    assert cooldowns.begin("h", now() + LATER) is None
    assert cooldowns.until("h") is None


def test_a_wait_that_lasts_is_not_begun_again() -> None:
    until = now() + LATER
    cooldowns.wait("h", until)

    assert cooldowns.begin("h", now() + 2 * LATER) is False
    assert cooldowns.until("h") == until


def test_a_wait_that_is_over_is_begun_again_by_one_alone(app: Flask) -> None:
    cooldowns.wait("h", now() + PAST)

    def begin(_: int) -> bool | None:
        with app.app_context():
            return cooldowns.begin("h", now() + LATER)

    with ThreadPoolExecutor(max_workers=4) as pool:
        begun = list(pool.map(begin, range(8)))

    assert sorted(map(str, begun)) == ["False"] * 7 + ["True"]


def test_a_wait_that_ended_is_forgotten() -> None:
    cooldowns.wait("h", now() + LATER)

    cooldowns.end("h")

    assert cooldowns.begin("h", now() + LATER) is None


def test_old_waits_are_swept() -> None:
    cooldowns.wait("old", now() - 2 * cooldowns.KEPT)

    cooldowns.wait("new", now() + LATER)

    assert cooldowns.begin("old", now() + LATER) is None


def test_a_look_within_a_transaction_takes_no_second_connection() -> None:
    with writing() as session, reading() as inner:
        assert inner is session

    with reading() as outer:
        assert outer is not session
