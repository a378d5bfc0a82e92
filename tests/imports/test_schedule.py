"""The daily refresh: each account that is due is queued once, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from dashapp.imports.schedule import DAY, JITTER, next_refresh, queue_due
from dashapp.services.records import Batch
from dashapp.store import accounts, imports
from dashapp.store.database import now
from tests.records import merged, post


@pytest.fixture
def account(owner: int) -> int:
    """An account with one post."""
    account, _ = merged(owner, Batch(posts=[post(1)]))
    return account


def test_an_account_that_is_due_is_queued(owner: int, account: int) -> None:
    accounts.change_account(owner, account, refresh_at=now() - timedelta(minutes=1))

    (queued,) = queue_due()

    row = imports.get_import(owner, queued)
    assert row is not None
    assert (row.live, row.state, row.account_id) == (True, "queued", account)
    assert row.options["service"] == "mastodon"


def test_it_is_due_again_a_day_later(owner: int, account: int) -> None:
    accounts.change_account(owner, account, refresh_at=now() - timedelta(minutes=1))
    queue_due()

    again = accounts.accounts(owner)[0].refresh_at

    assert timedelta(hours=23) < again - now() < timedelta(hours=25)
    assert queue_due() == []


@pytest.mark.parametrize("at", [None, timedelta(minutes=5)])
def test_an_account_that_is_not_due_is_left_alone(owner: int, account: int, at: timedelta | None) -> None:
    accounts.change_account(owner, account, refresh_at=at and now() + at)

    assert queue_due() == []


def test_refreshes_are_spread(app: Flask) -> None:
    moments = {next_refresh() for _ in range(20)}

    assert max(moments) - min(moments) > timedelta(minutes=1)
    assert all(DAY - JITTER <= at - now() <= DAY + JITTER + timedelta(minutes=1) for at in moments)


def test_the_command_runs_what_is_due(app: Flask, owner: int, account: int) -> None:
    accounts.change_account(owner, account, refresh_at=now() - timedelta(minutes=1), handle="ada@127.0.0.1:1")

    result = app.test_cli_runner().invoke(args=["refresh"])

    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "1 accounts are due."
    assert imports.imports(owner)[0].state != "running"
