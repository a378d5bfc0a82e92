"""Imports from claim to end: resumed where they stood, given back when the server stops, failed with a sentence."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from dashapp.imports import jobs, run_waiting, start, stop
from dashapp.imports.jobs import BROKEN, GAVE_UP, run
from dashapp.imports.receive import receive
from dashapp.services import SERVICES
from dashapp.services.errors import ExportError
from dashapp.services.records import Batch
from dashapp.services.service import Service, Upload
from dashapp.store import accounts, comparisons, imports, people, posts, results
from dashapp.store.database import now
from dashapp.store.rows import ImportRow
from tests.conftest import ON_BOTH
from tests.imports.conftest import POSTS, TIES, files
from tests.records import ADA, merged, post

pytestmark = pytest.mark.slow

HANDLE = {"handle": "ada"}
PATIENCE = 120  # seconds, after which something will never happen


class FewAtATime:
    """An export of ten batches of one post each, which does something before each."""

    service = "mastodon"

    def __init__(self, before: Any = lambda number: None) -> None:
        self.before, self.absent = before, dict[str, str]()

    def wants(self, name: str) -> bool:
        return True

    def profile(self, entries: Any, options: Any) -> Any:
        return ADA

    def complete(self, entries: Any, options: Any) -> frozenset[str]:
        return frozenset()

    def posts_from(self, entries: Any, options: Any) -> None:
        return None

    def notes(self, entries: Any, options: Any) -> list[str]:
        return []

    def read(self, entries: Any, options: Any) -> Iterator[Batch]:
        for number in range(10):
            self.before(number)
            yield Batch(posts=[post(number)], step="posts", done=number + 1, total=10)


def few_at_a_time(before: Any = lambda number: None) -> Service:
    texts = dict.fromkeys(("title", "with_article", "heading", "accept", "wanted"), "")
    return Service(key="few", title="Few", upload=Upload(export=FewAtATime(before), **texts))


def zipped(entries: dict[str, str]) -> io.BytesIO:
    """An upload of these files."""
    upload = io.BytesIO()
    with zipfile.ZipFile(upload, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    upload.seek(0)
    return upload


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


@ON_BOTH
def test_an_upload_becomes_an_analysed_account(owner: int, app: Flask) -> None:
    [import_id] = receive(owner, files(posts=POSTS, ties=TIES), options=HANDLE, ask=True)

    assert run_waiting(app, threading.Event()) == 1

    row = state(owner, import_id)
    account = accounts.account(owner, row.account_id)
    assert account is not None
    assert (row.state, row.message, account.handle) == ("done", "", "ada")
    assert row.share == pytest.approx(0.97)  # all but the last step, which begins and ends with nothing to say
    assert posts.posts(owner, account.id)["label"].tolist() == ["positive", "negative"]
    assert [p["key"] for p in people.stream_list(owner, account.id, "followers")] == ["b", "c"]
    stored = ("figures", "daily", "graph_nodes")
    assert set(results.read(owner, account.id, *stored)) == set(stored)


class Watched(threading.Event):
    """An event that counts how often it was found set."""

    def __init__(self) -> None:
        super().__init__()
        self.found = threading.Semaphore(0)

    def is_set(self) -> bool:
        if found := super().is_set():
            self.found.release()
        return found


@pytest.mark.usefixtures("unmeasured")
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


@ON_BOTH
@pytest.mark.usefixtures("unmeasured")
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


@pytest.mark.usefixtures("unmeasured")
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


@pytest.mark.parametrize("row", ["{n},x\n", "1,2026-03-02\n"], ids=["unread", "again and again"])
def test_an_import_in_which_nearly_nothing_is_of_use_ends_early(
    owner: int, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_OF_NO_USE", 10)
    table = "post,created_at\n0,2026-03-02\n" + "".join(row.format(n=n) for n in range(1, 10_000))
    [import_id] = receive(owner, files(posts=table), options={"handle": "ada"}, ask=False)

    run(claimed(), stopping=threading.Event())

    ended = state(owner, import_id)
    assert ended.state == "failed"
    assert ended.message.startswith("More than 10 records of posts.csv cannot be read or were there before in it")
    assert "What was kept out begins with posts.csv, row " in ended.message
    assert accounts.accounts(owner) == []


@pytest.mark.parametrize(
    "error",
    [KeyError("secret of the export"), OperationalError("", {}, sqlite3.OperationalError("no such table: posts"))],
    ids=["key", "table"],
)
def test_a_fault_of_ours_is_a_sentence_too(
    owner: int, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(number: int) -> None:
        raise error

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


class KilledError(BaseException):
    """The process ends."""


@pytest.mark.parametrize(
    ("work", "place", "error"),
    [
        ("comparison", "dashapp.imports.cross_check.individuals.with_people", KilledError()),
        ("comparison", "dashapp.imports.cross_check.individuals.with_people", OperationalError("", {}, MemoryError())),
        ("analysis", "dashapp.imports.analysis.people_results", KilledError()),
    ],
)
def test_a_step_that_begins_and_never_ends_is_given_up(
    owner: int, work: str, place: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(place, fail)
    if work == "comparison":
        comparisons.add_comparison(owner)
    else:
        imports.add_analysis(owner, merged(owner, Batch(posts=[post(1), post(2)]))[0], "asked for")
    for _ in range(imports.ATTEMPTS + 1):
        row = claimed()
        with suppress(KilledError):
            run(row, stopping=threading.Event())
        imports.change_import(row.id, lease_until=now() - timedelta(seconds=1))

    assert (state(owner, row.id).state, state(owner, row.id).message) == ("failed", GAVE_UP)


@ON_BOTH
@pytest.mark.usefixtures("unmeasured")
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


# ---- what was kept out is missing, and nobody in it is lost


CSV = {"handle": "ada", "service": "instagram"}
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
MASTODON = "Account address,Show boosts,Notify on new posts,Languages\n"
PROFILE = {"name": {"full_name": "Ada"}, "profile_uri": "https://www.facebook.com/ada"}
FACEBOOK = {
    "personal_information/profile_information/profile_information.json": json.dumps({"profile_v2": PROFILE}),
}
X = {
    "data/account.js": 'window.YTD.account.part0 = [{"account": {"username": "ada", "accountId": "7"}}]',
    "data/tweets.js": "window.YTD.tweets.part0 = []",
}


def x_followers(*ids: str) -> str:
    return f"window.YTD.follower.part0 = {json.dumps([{'follower': {'accountId': each}} for each in ids])}"


def facebook_friends(*names: str) -> str:
    friends = [{"name": name, "timestamp": 1264982400 + number} for number, name in enumerate(names)]
    return json.dumps({"friends_v2": friends})


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("export", "options", "name", "before", "after", "more"),
    [
        pytest.param("x", {}, "data/follower.js", x_followers("11", "12"), x_followers("x11", "12"), X, id="x"),
        pytest.param(
            "facebook", {}, "connections/friends/your_friends.json", facebook_friends("Bo", "Cy"),
            facebook_friends("", "Cy"), FACEBOOK, id="facebook",
        ),
        pytest.param(
            "linkedin", {"handle": "ada-l"}, "Connections.csv",
            f"{LINKEDIN}Bo,Bark,https://www.linkedin.com/in/bo,,,,14 Nov 2023\n",
            f"{LINKEDIN}Bo,Bark,https://www.linkedin.com/in/bo,,Oak, Ltd,Sawyer,14 Nov 2023\n,,,,,,14 Nov 2023\n",
            {"Profile.csv": "First Name,Last Name,Headline\nAda,L,\n"}, id="linkedin",
        ),
        pytest.param(
            "mastodon", {"handle": "ada@a.example"}, "following_accounts.csv", f"{MASTODON}bo@o.example,true,false,\n",
            f'{MASTODON}"bo@o.example ""old""",true,false,\n', {}, id="mastodon",
        ),
        pytest.param(
            "csv", CSV, "people.csv", "person,relation\nbo,follower\ncy,follower\n",
            "person,relation\nbo,fan\ncy,follower\n", {}, id="csv",
        ),
        pytest.param(
            "csv", CSV, "people.csv", "person,name,relation\nbo,B,follower\ncy,C,follower\n",
            'person,name,relation\ncy,"C,follower\nbo,B,follower\n', {}, id="csv-missing-quote",
        ),
        pytest.param(
            "linkedin", {"handle": "ada-l"}, "Connections.csv",
            f"{LINKEDIN}Bo,Bark,https://www.linkedin.com/in/bo,,,,14 Nov 2023\n",
            f'{LINKEDIN}Cy,Cork,https://www.linkedin.com/in/cy,,"Oak,,14 Nov 2023\n'
            'Bo,Bark,https://www.linkedin.com/in/bo,,Oak 24",,14 Nov 2023\n',
            {"Profile.csv": "First Name,Last Name,Headline\nAda,L,\n"}, id="linkedin-missing-quote",
        ),
    ],
)  # fmt: skip
def test_nobody_is_lost_from_a_list_of_which_something_was_kept_out(
    owner: int, export: str, options: dict[str, str], name: str, before: str, after: str, more: dict[str, str]
) -> None:
    rows = []
    for text in (before, after):
        with zipped({name: text, **more}) as upload:
            [import_id] = receive(owner, [("export.zip", upload)], options=options, expected=export, ask=False)
        run(claimed(), stopping=threading.Event())
        rows.append(state(owner, import_id))

    account = accounts.account(owner, rows[1].account_id)
    assert account is not None
    assert [(row.state, row.message, row.account_id) for row in rows] == [("done", "", account.id)] * 2
    assert rows[1].report.n_skipped
    assert (rows[1].report.lost_followers, rows[1].report.lost_friends) == (0, 0)
    assert any("Kept out of the f" in note for note in rows[1].report.partial)
    assert set(rows[1].report.partial) <= set(account.notes)
