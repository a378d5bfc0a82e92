"""Records for tests, and the way they take into the database: the same as an import's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from dashapp.services.records import Batch, Person, Post, Profile, Tie
from dashapp.store import imports
from dashapp.store.database import of
from dashapp.store.merge import MergeInput, merge
from dashapp.store.rows import AccountRow, ImportReport, ImportRow, Row

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
ADA = Profile(service="mastodon", key="ada@example.social", handle="ada@example.social", name="Ada")
BOTH = frozenset({"followers", "friends"})


def post(number: int, **values: Any) -> Post:
    """The post of that number, a day after the one before."""
    told = {"created_at": START + timedelta(days=number), "kind": "post", "text": f"post {number}"} | values
    return Post(key=str(number), **told)


def follower(key: str, **values: Any) -> Person:
    """A follower."""
    return Person(key=key, handle=key, is_follower=True, **values)


def friend(key: str, **values: Any) -> Person:
    """A friend."""
    return Person(key=key, handle=key, is_friend=True, **values)


def mutual(key: str, **values: Any) -> Person:
    """A follower and friend."""
    return Person(key=key, handle=key, is_follower=True, is_friend=True, **values)


def ties(*pairs: str) -> list[Tie]:
    """Ties between persons of one letter: "ab" says that a follows b."""
    return [Tie(source, target) for source, target in pairs]


def kept(owner: int, batches: Iterable[Batch], *, export: str = "csv") -> ImportRow:
    """A claimed import with these batches."""
    import_id = imports.add_import(owner, export=export, filename="records", options={})
    imports.change_import(import_id, state="queued")
    row = imports.claim(import_id)
    assert row is not None
    for number, batch in enumerate(batches):
        imports.keep_batch(import_id, row.lease, number, batch)
    return row


def partial_row(kind: type[Row], **values: Any) -> Row:
    """A row as the store gives it; None in all columns that are not named."""
    return of(kind, dict.fromkeys(each.name for each in fields(kind)) | values)


def account_row(**values: Any) -> AccountRow:
    """An account that was made from files."""
    known = {"id": 1, "owner_id": 1, "service": "mastodon", "key": "ada", "handle": "ada", "source": "csv", "host": ""}
    empty = {"mutual_ties": False, "notes": [], "lists": [], "options": {}, "spent": 0, "place": 0}
    return partial_row(AccountRow, **known | empty | values)


def import_row(**values: Any) -> ImportRow:
    """An import of files that has just begun to run."""
    known = {"id": 1, "owner_id": 1, "export": "csv", "filename": "posts.csv", "state": "running"}
    counts = dict.fromkeys(("done", "total", "batches", "lease", "attempts", "calls", "troubles"), 0)
    objects = {
        "options": {},
        "report": {},
        "cursor": {},
        "merged": False,
        "live": False,
        "created_at": START,
        "share": 0.0,
    }
    return partial_row(ImportRow, **known | dict.fromkeys(("step", "message"), "") | counts | objects | values)


def _told(batches: Iterable[Batch]) -> frozenset[str]:
    """Both lists, and the ties if there are any."""
    return BOTH | {"ties" for batch in batches if batch.ties}


def merged(
    owner: int,
    *batches: Batch,
    profile: Profile = ADA,
    complete: frozenset[str] | None = None,
    notes: Iterable[str] = (),
    **more: Any,
) -> tuple[int, ImportReport]:
    """The account's id and the report of an import of these batches, ended."""
    row = kept(owner, batches)
    reading = MergeInput(
        import_id=row.id,
        lease=row.lease,
        owner=owner,
        source=row.export,
        profile=profile,
        complete=_told(batches) if complete is None else complete,
        notes=list(notes),
        **more,
    )
    account = merge(reading)
    imports.end_import(row.id, row.lease, state="done")
    ended = imports.get_import(owner, row.id)
    assert ended is not None
    return account, ended.report
