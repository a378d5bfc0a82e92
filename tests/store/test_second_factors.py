"""Secrets and recovery codes: each used once, also by two at once."""

from __future__ import annotations

import pytest
from flask import Flask

from dashapp.store import connections, second_factors

from .conftest import beside


@pytest.fixture
def confirmed(owner: int) -> int:
    """A user who is asked for codes."""
    second_factors.begin(owner, "SECRET")
    second_factors.confirm(owner, ["a", "b"])
    return owner


def test_it_is_on_once_it_is_confirmed(owner: int, stranger: int) -> None:
    second_factors.begin(owner, "FIRST")
    second_factors.begin(owner, "SECOND")

    assert not second_factors.is_on(owner)
    assert second_factors.secret(owner) == "SECOND"
    second_factors.confirm(owner, ["a"])
    assert second_factors.is_on(owner)
    assert not second_factors.is_on(stranger)


def test_what_is_on_is_not_begun_or_confirmed_anew(confirmed: int) -> None:
    second_factors.begin(confirmed, "ANOTHER")
    second_factors.confirm(confirmed, ["c"] * 10)

    row = second_factors.find(confirmed)
    assert row is not None
    assert (second_factors.secret(confirmed), row.recovery_codes) == ("SECRET", 2)


def test_no_step_is_used_twice_or_after_a_later_one(confirmed: int, stranger: int) -> None:
    assert [second_factors.use_step(confirmed, step) for step in (5, 5, 4, 6)] == [True, False, False, True]
    assert not second_factors.use_step(stranger, 7)


def test_a_recovery_code_is_used_once(app: Flask, confirmed: int, stranger: int) -> None:
    told: list[bool] = []

    threads = [beside(app, lambda: told.append(second_factors.use_recovery(confirmed, "a"))) for _ in range(2)]
    for thread in threads:
        thread.join(10)

    assert sorted(told) == [False, True]
    assert not second_factors.use_recovery(stranger, "b")
    assert second_factors.use_recovery(confirmed, "b")


def test_secrets_follow_another_key(app: Flask, confirmed: int) -> None:
    assert connections.rotate_keys() == (1, 0)
    assert second_factors.secret(confirmed) == "SECRET"


def test_it_is_gone_once_it_is_removed(confirmed: int) -> None:
    second_factors.remove(confirmed)

    assert second_factors.find(confirmed) is None
    assert second_factors.secret(confirmed) is None
