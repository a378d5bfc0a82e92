"""Imports: uploads that are kept whole, leases that one holder has, cursors that never go back."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dashapp.models import Account, Import
from dashapp.services.errors import ExportError
from dashapp.services.records import Batch, Skipped
from dashapp.store import accounts, connections, imports
from dashapp.store.database import SKEW, now, writing
from dashapp.store.rows import ImportRow
from tests.records import ADA, follower, kept, merged, post

from .conftest import beside


@pytest.fixture
def waiting(owner: int) -> int:
    import_id = imports.add_import(owner, export="csv", filename="posts.csv", options={"handle": "ada"})
    imports.change_import(import_id, state="queued")
    return import_id


def claimed(import_id: int) -> ImportRow:
    row = imports.claim(import_id)
    assert row is not None
    return row


def the_lease_runs_out(import_id: int) -> None:
    imports.change_import(import_id, lease_until=now() - timedelta(seconds=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), piece=st.integers(1, 64))
def test_an_entry_is_read_as_it_was_received(owner: int, data: bytes, piece: int) -> None:
    import_id = imports.add_import(owner, export="csv", filename="f", options={})
    size, imports.PIECE = imports.PIECE, piece
    try:
        imports.add_entry(import_id, "a.csv", io.BytesIO(data or b"x"))
        entries = imports.entries(import_id)
        read = entries.open("a.csv").read()
    finally:
        imports.PIECE = size

    assert read == (data or b"x")
    assert (entries.names(), entries.size("a.csv")) == (["a.csv"], len(data or b"x"))


def test_an_entry_that_came_packed_is_read_unpacked_and_never_longer_than_stated(owner: int) -> None:
    import_id, data = imports.add_import(owner, export="csv", filename="f", options={}), bytes(3_000_000)
    for name, size in (("a.csv", len(data)), ("liar.csv", 1000)):
        imports.add_packed(import_id, name, io.BytesIO(gzip.compress(data)), size)

    entries = imports.entries(import_id)

    assert (entries.open("a.csv").read(), entries.size("a.csv")) == (data, len(data))
    with pytest.raises(ExportError, match="damaged"):
        entries.open("liar.csv").read(1)


def test_an_upload_waits_a_day_for_its_columns(owner: int) -> None:
    ids = [imports.add_import(owner, export="csv", filename="f", options={}) for _ in range(2)]
    for import_id, hours in zip(ids, (25, 23), strict=True):
        imports.add_entry(import_id, "a.csv", io.BytesIO(b"x"))
        imports.change_import(import_id, state="columns", lease_until=None, created_at=now() - timedelta(hours=hours))

    imports.drop_abandoned()

    rows = [imports.get_import(owner, import_id) for import_id in ids]
    assert [(row.state, row.message[:25]) for row in rows if row] == [
        ("failed", "Nobody said within a day "), ("columns", ""),
    ]  # fmt: skip
    assert [imports.entries(import_id).names() for import_id in ids] == [[], ["a.csv"]]


def test_one_import_has_one_holder(waiting: int) -> None:
    first = imports.claim()

    assert first is not None
    assert (first.id, first.attempts, first.options) == (waiting, 1, {"handle": "ada"})
    assert imports.claim() is None


def test_an_import_is_claimed_again_when_its_holder_is_gone(waiting: int) -> None:
    first = claimed(waiting)
    the_lease_runs_out(waiting)

    second = claimed(waiting)

    assert (second.lease, second.attempts) == (first.lease + 1, 2)


def test_a_former_holder_can_keep_renew_and_release_nothing(owner: int, waiting: int) -> None:
    first = claimed(waiting)
    the_lease_runs_out(waiting)
    second = claimed(waiting)

    lost = pytest.raises(imports.LeaseLostError)
    with lost:
        imports.renew(waiting, first.lease)
    with lost:
        imports.keep_batch(waiting, first.lease, 0, Batch(posts=[post(1)]))
    with lost:
        imports.end_import(waiting, first.lease, state="failed")
    imports.release(waiting, first.lease)
    imports.renew(waiting, second.lease, step="Merging", done=0, total=0)
    row = imports.get_import(owner, waiting)
    assert row is not None
    assert (row.state, row.step, row.batches) == ("running", "Merging", 0)


def test_a_released_import_is_free_at_once(waiting: int) -> None:
    imports.release(waiting, claimed(waiting).lease)

    assert claimed(waiting).attempts == 1


def test_a_batch_moves_the_cursor_and_the_report(owner: int, waiting: int) -> None:
    row = claimed(waiting)
    bad = [Skipped("row 3", "no date")] * 150

    imports.keep_batch(waiting, row.lease, 0, Batch(posts=[post(1)], skipped=bad, step="posts", done=5, total=9))
    imports.keep_batch(waiting, row.lease, 1, Batch(people=[follower("b")], done=9, total=9))

    after = imports.get_import(owner, waiting)
    assert after is not None
    assert (after.batches, after.done, after.total, after.attempts) == (2, 9, 9, 0)
    assert (after.report.posts, after.report.people, after.report.n_skipped) == (1, 1, 150)
    assert len(after.report.skipped) == imports.KEPT_SKIPPED
    assert [len(batch["posts"]) for batch in imports.batches(waiting)] == [1, 0]


def lease_of(import_id: int) -> timedelta:
    with writing() as session:
        return session.get_one(Import, import_id).lease_until - now()


def test_beside_the_work_a_longer_lease_stays_unless_the_clock_was_set_back(waiting: int) -> None:
    row = claimed(waiting)
    imports.renew(waiting, row.lease, lasts=imports.MEASURING)
    imports.hold_on(waiting, row.lease)
    longer = lease_of(waiting)
    imports.change_import(waiting, lease_until=now() + timedelta(days=1))

    imports.hold_on(waiting, row.lease)

    assert imports.LEASE < longer <= imports.MEASURING
    assert lease_of(waiting) <= imports.LEASE
    assert imports.claim() is None


def test_who_has_a_clock_that_is_behind_takes_no_import_that_is_held(waiting: int) -> None:
    row = claimed(waiting)
    imports.renew(waiting, row.lease, lasts=imports.MEASURING + SKEW)

    assert imports.claim() is None


def test_a_cancelled_import_stops_its_holder(owner: int, waiting: int) -> None:
    row = claimed(waiting)

    assert imports.forget_import(owner, waiting)
    with pytest.raises(imports.LeaseLostError):
        imports.keep_batch(waiting, row.lease, 0, Batch(posts=[post(1)]))


def test_the_holder_of_a_cancelled_import_does_not_go_on_with_the_next(owner: int, stranger: int) -> None:
    cancelled = claimed(imports.add_live(owner, service="github", handle="ada"))
    imports.forget_import(owner, cancelled.id)
    following = claimed(imports.add_live(stranger, service="github", handle="bob"))  # SQLite numbers it as the first

    for import_id in {cancelled.id, following.id}:
        with pytest.raises(imports.LeaseLostError):
            imports.keep_batch(import_id, cancelled.lease, 0, Batch(posts=[post(1)]))
    assert list(imports.batches(following.id)) == []


def test_a_stranger_neither_sees_nor_cancels_an_import(stranger: int, waiting: int) -> None:
    assert imports.get_import(stranger, waiting) is None
    assert not imports.forget_import(stranger, waiting)
    assert imports.claim() is not None


def test_an_ended_import_keeps_its_report_and_nothing_of_the_upload(owner: int) -> None:
    row = kept(owner, [Batch(posts=[post(1)])])
    imports.add_entry(row.id, "a.csv", io.BytesIO(b"x"))

    imports.end_import(row.id, row.lease, state="done")

    ended = imports.get_import(owner, row.id)
    assert ended is not None
    assert (ended.state, ended.report.posts) == ("done", 1)
    assert imports.entries(row.id).names() == []
    assert list(imports.batches(row.id)) == []


def test_uploads_whose_request_died_are_forgotten(owner: int, waiting: int) -> None:
    abandoned = imports.add_import(owner, export="csv", filename="f", options={})
    the_lease_runs_out(abandoned)

    imports.drop_abandoned()

    assert [row.id for row in imports.imports(owner)] == [waiting]


def test_an_analysis_waits_like_an_import_that_is_merged(owner: int) -> None:
    from tests.records import merged

    account, _ = merged(owner, Batch(posts=[post(1)]))

    row = claimed(imports.add_analysis(owner, account, "time zone changed"))

    assert (row.account_id, row.merged, row.options) == (account, True, {})
    assert [i.id for i in imports.imports(owner, account_id=account)] == [row.id, row.id - 1]


def test_one_analysis_that_waits_is_enough_but_one_that_runs_is_not(owner: int) -> None:
    from tests.records import merged

    account, _ = merged(owner, Batch(posts=[post(1)]))
    first = imports.add_analysis(owner, account, "time zone changed")

    waiting = imports.add_analysis(owner, account, "time zone changed")
    claimed(first)
    running = imports.add_analysis(owner, account, "time zone changed")

    assert waiting == first
    assert running != first


# ---- at the same time


@pytest.fixture
def connected(owner: int) -> tuple[int, ImportRow]:
    """A connection, and an import that reads by it and is held."""
    place = {"service": "x", "host": "", "uid": "1", "handle": "ada"}
    connection = connections.connect(owner, **place, token={"access_token": "old"}, expires_at=None)
    account, _ = merged(
        owner, Batch(posts=[post(1)]), profile=replace(ADA, service="x"), live=True, connection=connection
    )
    import_id = imports.add_live(owner, service="x", connection=connection, account_id=account)
    return connection, claimed(import_id)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("cost", [0, 10])
def test_a_disconnection_while_a_batch_is_kept_comes_after_it(
    app: Flask, owner: int, connected: tuple[int, ImportRow], cost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, row = connected
    others, packed = [], imports._packed

    def meanwhile(batch: Batch) -> bytes:
        others.append(beside(app, lambda: connections.disconnect(owner, connection)))
        return packed(batch)

    monkeypatch.setattr(imports, "_packed", meanwhile)
    imports.keep_batch(row.id, row.lease, 0, Batch(posts=[post(2)]), cost=cost, cursor={"old": 1})
    others[0].join(10)

    after = imports.get_import(owner, row.id)
    assert after is not None
    assert (after.state, after.is_disconnected, after.cursor, after.batches) == ("queued", True, {}, 1)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_disconnection_that_holds_imports_waits_for_no_account(
    app: Flask, owner: int, connected: tuple[int, ImportRow]
) -> None:
    connection, _ = connected
    account, _ = merged(owner, Batch(posts=[post(1)]))  # of files
    imports.add_live(owner, service="x", handle="b", connection=connection, account_id=account)
    with writing() as session:
        session.execute(select(Account.id).where(Account.id == account).with_for_update())
        other = beside(app, lambda: connections.disconnect(owner, connection))
        waits = other.is_alive()
    other.join(10)

    assert not waits


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_who_waits_for_an_account_holds_no_import(app: Flask, owner: int, connected: tuple[int, ImportRow]) -> None:
    _, row = connected
    with writing() as session:
        session.execute(select(Account.id).where(Account.id == row.account_id).with_for_update())
        others = [
            beside(app, lambda: imports.keep_batch(row.id, row.lease, 0, Batch(), cost=10)),
            beside(app, lambda: accounts.delete_account(owner, row.account_id or 0)),
        ]
        free = select(Import.id).where(Import.id == row.id).with_for_update(nowait=True)
        assert session.execute(free).scalar() == row.id
        assert all(other.is_alive() for other in others)
    for other in others:
        other.join(10)
