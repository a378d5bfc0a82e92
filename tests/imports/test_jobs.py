"""Imports from claim to end: resumed where they stood, given back when the server stops, failed with a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.imports import run_waiting, start, stop
from dashapp.imports.jobs import BROKEN, GAVE_UP, run
from dashapp.imports.receive import receive
from dashapp.services import SERVICES
from dashapp.services.errors import ExportError
from dashapp.services.records import Batch
from dashapp.services.service import Service, Upload
from dashapp.store import accounts, imports, people, posts
from dashapp.store.database import now
from dashapp.store.rows import ImportRow
from tests.imports.conftest import POSTS, TIES, files
from tests.records import ADA, post

pytestmark = pytest.mark.slow

HANDLE = {"handle": "ada"}
PATIENCE = 120  # seconds, after which something will never happen


class FewAtATime:
    """An export of ten batches of one post each, which does something before each."""

    service = "mastodon"

    def __init__(self, before: Any = lambda number: None) -> None:
        self.before = before

    def wants(self, name: str) -> bool:
        return True

    def profile(self, entries: Any, options: Any) -> Any:
        return ADA

    def complete(self, entries: Any, options: Any) -> frozenset[str]:
        return frozenset()

    def notes(self, entries: Any, options: Any) -> list[str]:
        return []

    def read(self, entries: Any, options: Any) -> Iterator[Batch]:
        for number in range(10):
            self.before(number)
            yield Batch(posts=[post(number)], step="posts", done=number + 1, total=10)


def few_at_a_time(before: Any = lambda number: None) -> Service:
    texts = dict.fromkeys(("title", "with_article", "heading", "accept", "wanted"), "")
    return Service(key="few", title="Few", upload=Upload(export=FewAtATime(before), **texts))


def queued(owner: int) -> int:
    import_id = imports.add_import(owner, export="few", filename="f", options={})
    imports.change_import(import_id, state="queued")
    return import_id


def claimed() -> ImportRow:
    row = imports.claim()
    assert row is not None
    return row


def state(owner: int, import_id: int) -> ImportRow:
    row = imports.get_import(owner, import_id)
    assert row is not None
    return row


def test_an_upload_becomes_an_analysed_account(owner: int, app: Flask) -> None:
    [import_id] = receive(owner, files(posts=POSTS, ties=TIES), options=HANDLE, ask=True)

    assert run_waiting(app, threading.Event()) == 1

    row = state(owner, import_id)
    account = accounts.account(owner, row.account_id)
    assert account is not None
    assert (row.state, row.message, account.handle) == ("done", "", "ada")
    assert posts.posts(owner, account.id)["label"].tolist() == ["positive", "negative"]
    assert [p["key"] for p in people.stream_list(owner, account.id, "followers")] == ["b", "c"]
    stored = ("figures", "daily", "graph_nodes")
    assert set(accounts.results(owner, account.id, *stored)) == set(stored)


class Watched(threading.Event):
    """An event that counts how often it was found set."""

    def __init__(self) -> None:
        super().__init__()
        self.found = threading.Semaphore(0)

    def is_set(self) -> bool:
        if found := super().is_set():
            self.found.release()
        return found


def test_a_stopped_server_gives_the_import_back_and_the_next_goes_on(
    owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = Watched()
    read: list[int] = []

    def stop_at_four(number: int) -> None:
        read.append(number)
        if number == 4 and not stopping.is_set():
            stopping.set()
            for _ in range(2):  # when the heartbeat finds it again, it has acted on the first time
                stopping.found.acquire(timeout=PATIENCE)

    monkeypatch.setitem(SERVICES, "few", few_at_a_time(stop_at_four))
    import_id = queued(owner)
    run(claimed(), stopping=stopping)
    between = state(owner, import_id)
    run(claimed(), stopping=threading.Event())

    after = state(owner, import_id)
    assert (between.state, between.batches) == ("queued", 4)
    assert after.state == "done"
    assert len(posts.posts(owner, after.account_id)) == 10


def test_a_killed_import_is_read_on_from_its_last_batch(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SERVICES, "few", few_at_a_time())
    import_id = queued(owner)
    dead = claimed()
    for number, batch in zip(range(3), FewAtATime().read(None, None), strict=False):
        imports.keep_batch(import_id, dead.lease, number, batch)
    imports.change_import(import_id, lease_until=now() - timedelta(seconds=1))

    run(claimed(), stopping=threading.Event())

    row = state(owner, import_id)
    assert (row.state, row.report.posts) == ("done", 10)


def test_an_import_killed_after_its_merge_is_only_analysed(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(number: int) -> None:
        raise AssertionError("read again")

    monkeypatch.setitem(SERVICES, "few", few_at_a_time())
    import_id = queued(owner)
    run(claimed(), stopping=threading.Event())
    imports.change_import(import_id, state="running", lease_until=now() - timedelta(seconds=1))
    monkeypatch.setitem(SERVICES, "few", few_at_a_time(never))

    run(claimed(), stopping=threading.Event())

    assert state(owner, import_id).state == "done"


def test_an_export_that_cannot_be_read_fails_with_its_sentence_and_leaves_nothing(
    owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(number: int) -> None:
        if number == 5:
            raise ExportError("The file ends in the middle.")

    monkeypatch.setitem(SERVICES, "few", few_at_a_time(broken))
    import_id = queued(owner)

    run(claimed(), stopping=threading.Event())

    row = state(owner, import_id)
    assert (row.state, row.message) == ("failed", "The file ends in the middle.")
    assert accounts.accounts(owner) == []
    assert list(imports.batches(import_id)) == []


def test_an_import_that_reads_nothing_fails_and_leaves_no_account(owner: int) -> None:
    only_the_account = "person,handle\n1,ada\n,bob\n"
    [import_id] = receive(owner, files(people=only_the_account), options={"handle": "ada"}, ask=False)

    run(claimed(), stopping=threading.Event())

    row = state(owner, import_id)
    assert (row.state, row.message) == (
        "failed",
        "Nothing was read: people.csv holds no posts, people or ties of the account, so nothing was changed. "
        "What was kept out begins with people.csv, row 3: person is empty.",
    )
    assert accounts.accounts(owner) == []


def test_a_fault_of_ours_is_a_sentence_too(
    owner: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(number: int) -> None:
        raise KeyError("secret of the export")

    monkeypatch.setitem(SERVICES, "few", few_at_a_time(wrong))
    import_id = queued(owner)

    run(claimed(), stopping=threading.Event())

    assert state(owner, import_id).message == BROKEN
    assert f"import {import_id} failed" in caplog.text


def test_a_cancelled_import_stops_and_stays_away(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = queued(owner)

    def cancel(number: int) -> None:
        if number == 3:
            imports.forget_import(owner, import_id)

    monkeypatch.setitem(SERVICES, "few", few_at_a_time(cancel))

    run(claimed(), stopping=threading.Event())

    assert imports.imports(owner) == []
    assert accounts.accounts(owner) == []


def test_an_import_that_kills_every_worker_is_given_up(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SERVICES, "few", few_at_a_time())
    import_id = queued(owner)
    imports.change_import(import_id, attempts=imports.ATTEMPTS)

    run(claimed(), stopping=threading.Event())

    assert state(owner, import_id).message == GAVE_UP


def test_threads_of_the_server_take_what_waits_and_end_when_told(
    owner: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = threading.Event()
    monkeypatch.setitem(SERVICES, "few", few_at_a_time(lambda number: reading.set()))
    queued(owner)

    start(app)
    start(app)
    taken = reading.wait(PATIENCE)
    stop(app)
    stop(app)

    assert taken
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("import-")]
