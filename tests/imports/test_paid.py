"""Imports from X: what an account costs stands with it, and nothing is bought without a yes, however they end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.imports.jobs import run
from dashapp.imports.receive import queue_live
from dashapp.imports.schedule import queue_due
from dashapp.store import accounts, connections, imports, people, posts
from dashapp.store.database import now
from dashapp.store.rows import AccountRow
from tests.conftest import ON_BOTH
from tests.services.fakes.x import TOKEN, Fake, World, problem
from tests.services.servers import serving

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("unmeasured")]


@pytest.fixture
def fake(app: Flask) -> Iterator[Fake]:
    """X, at which the application reads."""
    told = Fake(World(followers=25, friends=15, posts=40))
    told.page = 10
    with serving(told) as url:
        app.config["X_API_URL"] = url
        yield told


@pytest.fixture
def connection(owner: int, fake: Fake) -> int:
    """Ada's connection."""
    return connections.connect(
        owner, service="x", host="", uid="2001", handle="ada", token={"access_token": TOKEN}, expires_at=None
    )


def run_all(import_id: int) -> None:
    row = imports.claim(import_id)
    assert row is not None
    run(row, stopping=threading.Event())


def read_first(owner: int, connection: int) -> AccountRow:
    """What connecting does."""
    run_all(queue_live(owner, service="x", connection=connection))
    (account,) = accounts.accounts(owner)
    return account


def queue_again(owner: int, account: AccountRow) -> int:
    """What “Read now” does."""
    source = {"handle": account.handle, "connection": account.connection_id, "account_id": account.id}
    return queue_live(owner, service="x", **source)


def allow(owner: int, account: AccountRow, mills: int) -> None:
    accounts.save_options(owner, account.id, refresh_at=None, allowed=str(mills))


def of(owner: int, account: AccountRow) -> AccountRow:
    row = accounts.account(owner, account.id)
    assert row is not None
    return row


def test_connecting_reads_the_profile_and_buys_nothing(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)

    assert fake.calls == {"me": 1}
    assert (account.handle, account.followers, account.posts, account.spent) == ("ada", 25, 40, 0)
    assert (len(posts.posts(owner, account.id)), len(people.people(owner, account.id))) == (0, 0)
    assert "allow as much as you want to spend" in account.notes[0]
    assert (account.lists, account.refresh_at) == ([], None)


@ON_BOTH
def test_all_that_is_bought_is_kept_and_counted(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)

    run_all(queue_again(owner, account))

    after = of(owner, account)
    assert after.spent == fake.served - 10 == fake.world.price  # the first cent was for connecting
    assert (len(posts.posts(owner, account.id)), len(people.people(owner, account.id))) == (40, 40)
    assert after.lists == ["followers", "friends", "posts"]


def test_what_was_bought_is_not_bought_again_to_see_what_was_deleted(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    run_all(queue_again(owner, account))
    accounts.change_account(owner, account.id, posts_read_at=now() - timedelta(days=99))
    del fake.world.tweets[3]
    bought = fake.served

    run_all(queue_again(owner, account))

    assert fake.served - bought == 10 * (1 + 40)  # the profile and the lists
    assert len(posts.posts(owner, account.id)) == 40


@pytest.mark.parametrize("allowed", [34, 35, 250])
def test_an_amount_that_is_too_small_is_not_passed(owner: int, fake: Fake, connection: int, allowed: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, allowed)

    run_all(queue_again(owner, account))
    run_all(queue_again(owner, account))

    after = of(owner, account)
    assert after.spent == fake.served - 10 <= allowed
    assert "Not all is read of" in after.notes[0]


def test_reading_for_which_nothing_is_left_says_what_to_do(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    again = queue_again(owner, account)

    run_all(again)

    row = imports.get_import(owner, again)
    assert row is not None
    assert (row.state, fake.calls.total()) == ("failed", 1)
    assert "allow a larger one, save it, and choose “Read now”" in row.message


class KilledError(BaseException):
    """As kill -9: nothing catches it."""


@pytest.mark.parametrize("at", [0, 4, 8, *(pytest.param(at, marks=pytest.mark.nightly) for at in (1, 2, 3, 5, 6, 7))])
def test_a_process_that_is_killed_behind_an_answer_pays_that_page_alone_again(
    owner: int, fake: Fake, connection: int, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    import_id, keep, left = queue_again(owner, account), imports.keep_batch, [at]

    def killed(*args: Any, **values: Any) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise KilledError
        keep(*args, **values)

    monkeypatch.setattr(imports, "keep_batch", killed)
    row = imports.claim(import_id)
    assert row is not None
    with pytest.raises(KilledError):
        run(row, stopping=threading.Event())
    imports.change_import(import_id, lease_until=now())
    run_all(import_id)

    after = of(owner, account)
    assert fake.billed <= after.spent == fake.world.price  # X bills the same thing once a day
    assert fake.served - 10 - after.spent <= 10 * 10  # without that rule a page more
    assert (len(posts.posts(owner, account.id)), len(people.people(owner, account.id))) == (40, 40)


def test_what_was_bought_is_kept_when_the_operators_credits_end(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    fake.credits = 310

    import_id = queue_again(owner, account)
    run_all(import_id)

    row, after = imports.get_import(owner, import_id), of(owner, account)
    assert row is not None
    assert row.state == "done"
    assert after.spent == 310
    assert (len(posts.posts(owner, account.id)), len(people.people(owner, account.id))) == (20, 20)
    assert "people who run this server to pay" in after.notes[0]


def test_what_was_bought_is_kept_when_the_connection_ends(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    fake.fault = lambda name, call: problem(401, "Unauthorized") if (name, call) == ("tweets", 4) else None

    run_all(queue_again(owner, account))

    assert len(posts.posts(owner, account.id)) == 30
    assert connections.connections(owner)[0].broken is True


def test_connecting_again_buys_nothing_whatever_was_allowed(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)

    run_all(queue_live(owner, service="x", connection=connection))

    assert fake.calls == {"me": 2}
    assert of(owner, account).spent == 0


def test_connecting_again_keeps_what_was_bought_and_told(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    run_all(queue_again(owner, account))
    before = of(owner, account)

    run_all(queue_live(owner, service="x", connection=connection))

    after = of(owner, account)
    assert (after.lists, after.spent, after.data_at) == (before.lists, before.spent, before.data_at)
    assert (len(posts.posts(owner, account.id)), len(people.people(owner, account.id))) == (40, 40)


def test_a_smaller_amount_holds_while_an_import_runs(
    owner: int, fake: Fake, connection: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    keep = imports.keep_batch

    def withdrawn(import_id: int, lease: int, number: int, *args: Any, **values: Any) -> None:
        keep(import_id, lease, number, *args, **values)
        if number == 1:
            allow(owner, account, 0)

    monkeypatch.setattr(imports, "keep_batch", withdrawn)
    run_all(queue_again(owner, account))

    assert fake.calls == {"me": 2, "tweets": 1, "followers": 1}
    assert of(owner, account).spent == 10 + 50 + 100


def test_an_account_that_costs_is_never_read_by_itself(owner: int, fake: Fake, connection: int) -> None:
    account = read_first(owner, connection)
    allow(owner, account, 5_000)
    run_all(queue_again(owner, account))

    assert of(owner, account).refresh_at is None
    assert queue_due() == []
