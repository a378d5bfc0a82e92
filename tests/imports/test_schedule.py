"""What happens by itself: each account that is due or outdated is queued once, whoever asks."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from dashapp.imports import run_waiting, sweep
from dashapp.imports.schedule import AT_ONCE, DAY, JITTER, next_refresh, queue_due, queue_outdated
from dashapp.services.records import Batch, Profile
from dashapp.store import accounts, imports, results, users
from dashapp.store.database import empty_log, now
from dashapp.store.merge import MergeInput, merge
from dashapp.store.results import VERSION
from tests.conftest import ON_BOTH
from tests.records import ADA, follower, kept, merged, post

pytestmark = pytest.mark.slow


@pytest.fixture
def account(owner: int) -> int:
    """An account with one post."""
    account, _ = merged(owner, Batch(posts=[post(1)]))
    return account


@ON_BOTH
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
    assert result.output.splitlines()[0] == "1 account due."
    assert imports.imports(owner)[0].state != "running"


@pytest.mark.parametrize("command", ["refresh", "resume"])
def test_commands_delete_what_deleted_accounts_left(app: Flask, owner: int, account: int, command: str) -> None:
    accounts.delete_account(owner, account)

    app.test_cli_runner().invoke(args=[command])

    assert not accounts.delete_rows_of_nobody()


@pytest.mark.usefixtures("owner")
def test_what_was_deleted_stands_in_no_file_of_sqlite(app: Flask) -> None:
    canary = f"kestrel{secrets.token_hex(4)}"
    path = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    ada = users.add_user(canary, canary)
    posts = [post(number, text=f"{canary} wrote {number}") for number in range(300)]
    people = [follower(f"{canary}{number}", bio=canary) for number in range(300)]
    merged(ada, Batch(posts=posts, people=people), profile=Profile(service="mastodon", key=canary, handle=canary))
    empty_log()
    before = held(path, canary)

    users.delete_user(ada)
    app.test_cli_runner().invoke(args=["refresh"])

    assert before == {path.name}
    assert held(path, canary) == set()


def held(path: Path, text: str) -> set[str]:
    """Which of the database's files hold the text, in use or not."""
    return {file.name for file in path.parent.glob(f"{path.name}*") if text.encode() in file.read_bytes()}


# ---- after a release


def analysed(owner: int, key: str = "ada", *, version: int | None = None) -> int:
    """An account whose results that version made; None: one of before versions were stored."""
    account, _ = merged(owner, Batch(posts=[post(1)]), profile=Profile(service="mastodon", key=key, handle=key))
    results.save(owner, account, {})
    accounts.change_account(owner, account, analysis_version=version)
    return account


def queued_accounts() -> list[int]:
    """Whose analysis the next look queues."""
    return [imports.account_of(import_id) for import_id in queue_outdated()]


@pytest.mark.parametrize("version", [None, VERSION - 1])
def test_an_account_of_an_older_version_is_analysed_again(
    app: Flask, owner: int, version: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = analysed(owner, version=version)
    monkeypatch.setattr("dashapp.imports.GRACE", 0)

    sweep(app)
    run_waiting(app, threading.Event())

    row = accounts.account(owner, account)
    assert row is not None
    assert row.analysis_version == VERSION
    ended = imports.imports(owner, account_id=account)[0]
    assert (ended.export, ended.state) == ("analysis", "done")


def test_nothing_is_queued_while_the_version_before_may_run(
    app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = analysed(owner)
    monkeypatch.setattr("dashapp.imports.STARTED", time.monotonic())

    sweep(app)

    assert [row.export for row in imports.imports(owner, account_id=account)] == ["csv"]


def test_it_is_queued_once_even_if_that_fails_or_is_cancelled(owner: int) -> None:
    account = analysed(owner)
    (first,) = queue_outdated()

    again = queue_outdated()
    imports.change_import(first, state="failed")
    after_failure = queue_outdated()
    imports.forget_import(owner, first)

    assert [again, after_failure, queue_outdated()] == [[], [], []]
    assert imports.imports(owner, account_id=account)[0].export == "csv"


def test_an_account_of_this_version_is_left_alone(owner: int) -> None:
    analysed(owner, version=VERSION)

    assert queue_outdated() == []


@pytest.mark.parametrize("last", [True, False], ids=["all of it", "a first look"])
def test_an_account_is_analysed_whose_import_was_cancelled_behind_a_merge(owner: int, last: bool) -> None:
    results.save(owner, merged(owner, Batch(posts=[post(1)]))[0], {})
    row = kept(owner, [Batch(posts=[post(2)])])
    account = merge(MergeInput(row.id, row.lease, owner, "csv", ADA, frozenset(), []), last=last)
    while_it_runs = queue_outdated()

    imports.forget_import(owner, row.id)

    assert (while_it_runs, queued_accounts()) == ([], [account])


def test_a_reading_that_was_cancelled_before_it_merged_anything_changes_nothing(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1)]))
    results.save(owner, account, {})

    imports.forget_import(owner, imports.add_live(owner, service="csv", handle=ADA.handle, account_id=account))

    assert queue_outdated() == []


@pytest.mark.parametrize("known", [True, False], ids=["its import", "an import of an unknown account"])
def test_an_account_that_is_being_imported_is_left_alone(owner: int, known: bool) -> None:
    account = analysed(owner)
    import_id = imports.add_import(owner, export="csv", filename="posts.csv", options={})
    imports.change_import(import_id, state="queued", account_id=account if known else None)

    assert queue_outdated() == []

    imports.change_import(import_id, state="done")
    assert queued_accounts() == [account]


@ON_BOTH
def test_a_few_are_queued_at_a_time_and_first_of_those_who_signed_in_last(owner: int) -> None:
    absent = users.add_user("Eve", "!")
    of_absent = [analysed(absent, key=f"e{number}") for number in range(AT_ONCE)]
    users.start_session(owner, timedelta(hours=1))
    of_present = [analysed(owner, key=f"a{number}") for number in range(2)]

    first = queued_accounts()
    at_once = queued_accounts()
    for row in imports.imports(owner):
        imports.change_import(row.id, state="done")
    then = queued_accounts()

    assert first == [*of_present, *of_absent[: AT_ONCE - 2]]
    assert at_once == []
    assert then == of_absent[AT_ONCE - 2 :]
