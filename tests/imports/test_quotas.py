"""What a user may have: an upload beyond it keeps nothing, reading ends at it, and the settings tell of it."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest
from flask import Flask

from dashapp.imports import jobs
from dashapp.imports import receive as receiving
from dashapp.imports.jobs import run
from dashapp.imports.quotas import Quota, quotas
from dashapp.imports.receive import receive
from dashapp.services.errors import ExportError
from dashapp.store import accounts, imports
from dashapp.store.rows import ImportRow
from tests.imports.conftest import POSTS, TIES, files

pytestmark = pytest.mark.usefixtures("unmeasured")


def imported(owner: int, handle: str = "ada", **texts: str) -> ImportRow:
    """How the import of these files ends."""
    [import_id] = receive(owner, files(**texts), options={"handle": handle}, ask=True)
    claimed = imports.claim(import_id)
    assert claimed is not None
    run(claimed, stopping=threading.Event())
    row = imports.get_import(owner, import_id)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("setting", "limit", "sentence"),
    [
        ("USER_MOST_POSTS", 1, "No room is left for more posts: this server keeps 1 for each user."),
        ("USER_MOST_PEOPLE", 2, "No room is left for more people: this server keeps 2 for each user."),
        ("USER_MOST_TIES", 1, "No room is left for more ties: this server keeps 1 for each user."),
    ],
)
def test_an_upload_beyond_a_limit_keeps_nothing(
    app: Flask, owner: int, setting: str, limit: int, sentence: str
) -> None:
    app.config[setting] = limit

    row = imported(owner, posts=POSTS, ties=TIES)

    assert row.state == "failed"
    assert row.message.startswith(sentence)
    assert row.message.endswith("Nothing of this upload was kept.")
    assert accounts.accounts(owner) == []
    assert imports.entries(row.id).names() == []


def test_an_upload_of_more_than_there_may_be_is_not_read_to_its_end(
    app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["USER_MOST_POSTS"] = 1
    monkeypatch.setattr(jobs, "merge", lambda *_: pytest.fail("merged"))

    row = imported(owner, posts=POSTS)

    assert row.message.startswith("No room is left for more posts")
    assert row.batches == 0


def test_at_the_limit_of_accounts_those_that_are_there_are_still_filled(app: Flask, owner: int) -> None:
    app.config["USER_MOST_ACCOUNTS"] = 1
    imported(owner, posts=POSTS)

    same, other = imported(owner, posts=POSTS, ties=TIES), imported(owner, "bob", posts=POSTS)

    assert (same.state, other.state) == ("done", "failed")
    assert "this server keeps 1 for each user" in other.message
    assert len(accounts.accounts(owner)) == 1


def test_at_the_limit_what_is_there_can_be_uploaded_again(app: Flask, owner: int) -> None:
    app.config["USER_MOST_POSTS"] = 2

    assert [imported(owner, posts=POSTS).state for _ in range(2)] == ["done", "done"]


def test_uploads_that_wait_share_their_room(app: Flask, owner: int) -> None:
    def upload(rows: int) -> list[int]:
        file = io.BytesIO(b"created_at,text\n" + b"2026-03-02,hello\n" * rows)
        return receive(owner, [("a.csv", file)], options={"handle": "ada"}, ask=True)

    app.config["USER_MOST_UPLOAD_BYTES"] = 1_100
    upload(60)

    with pytest.raises(ExportError, match="0 MB of yours wait to be imported, and this server keeps 0 MB"):
        upload(62)
    with pytest.raises(ExportError, match="upload less at once"):
        upload(99)
    assert len(imports.imports(owner)) == 1


def test_uploads_that_come_at_once_share_their_room(app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["USER_MOST_UPLOAD_BYTES"] = 3 * len(POSTS) // 2
    keep, others = receiving._keep, [files(other=POSTS)]

    def keep_later(*kept: Any) -> None:
        if others:
            receive(owner, others.pop(), options={"handle": "other"}, ask=True)
        keep(*kept)

    monkeypatch.setattr(receiving, "_keep", keep_later)
    with pytest.raises(ExportError, match="There is no room for this upload"):
        receive(owner, files(posts=POSTS), options={"handle": "ada"}, ask=True)

    assert [row.filename for row in imports.imports(owner, limit=9)] == ["other.csv"]


def test_without_a_limit_there_is_room_for_all(app: Flask, owner: int) -> None:
    app.config |= dict.fromkeys([name for name in app.config if name.startswith("USER_MOST_")], 0)

    assert imported(owner, posts=POSTS, ties=TIES).state == "done"
    assert [quota.remark for quota in quotas(owner)] == [""] * 5


@pytest.mark.parametrize(
    ("used", "remark"),
    [
        (79, ""),
        (80, "Little room is left for posts: 80% is used. At the limit nothing new is kept."),
        (100, "No room is left for posts: nothing new is kept. Delete an account to make room."),
    ],
)
def test_little_room_is_told_before_there_is_none(used: int, remark: str) -> None:
    assert Quota("posts", used, 100).remark == remark
