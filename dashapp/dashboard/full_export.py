"""All that is stored about a user, as the files of a zip.

The CSV files have the columns of a CSV import (docs), so each account's folder can be uploaded again; they are for
spreadsheets, so texts that would run as a formula have an apostrophe in front. The JSON files hold everything, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from ..store import (
    accounts,
    change_list,
    connections,
    crosscheck,
    imports,
    people,
    second_factors,
    shares,
    users,
    weekly_mails,
)
from ..store.rows import AccountRow, Decision, ImportRow, SessionRow
from .chart_tables import dated, file_of
from .export_contents import PERSON, POST, all_people, all_posts, changes
from .filenames import safe
from .formats import csv, json
from .formats.records import Table

POSTS = POST[: POST.index("label")]
PEOPLE = (*PERSON[: PERSON.index("created_at")], "relation", "follower_since", "friend_since")
TIES = ("source", "target")
#: columns that only our own machinery reads
INNER = ("owner_id", "lease", "lease_until", "attempts", "batches", "merged")
ALL_IMPORTS = ALL_SESSIONS = 1_000_000

File = tuple[str, Iterable[bytes]]


def files(owner: int) -> Iterator[File]:
    """All files, each with its name in the zip; what they hold is read when they are."""
    yield "user.json", [json.document(about(owner))]
    for account in accounts.accounts(owner):
        folder = "-".join([account.service, safe(account.handle) or "account", str(account.id)])
        yield from ((f"{folder}/{name}", parts) for name, parts in _of_account(owner, account))
    if crosscheck.derived(owner) is not None:
        yield from ((f"all-services/{name}", parts) for name, parts in _of_all_services(owner))


def about(owner: int) -> dict[str, Any]:
    """The user's profile, accounts and imports, and how much of what is stored; nothing that opens a door."""
    rows = imports.imports(owner, limit=ALL_IMPORTS)
    return {
        "profile": users.user(owner),
        "signed_in_browsers": [_browser(row) for row in users.sessions(owner, limit=ALL_SESSIONS)],
        "second_factor": second_factors.find(owner),
        "weekly_mail": weekly_mails.find(owner),
        "shared_pages": shares.shares(owner),
        "signs_in_with": connections.identities(owner),
        "connections": connections.connections(owner),
        "decisions": [_decision(row) for row in crosscheck.decisions(owner)],
        "accounts": [_outer(row) for row in accounts.accounts(owner)],
        "imports": [_outer(row) | {"report": row.report.counted()} for row in rows],
        "stored": users.stored_about(owner),
    }


def _outer(row: AccountRow | ImportRow) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(row) if each.name not in INNER}


def _browser(row: SessionRow) -> dict[str, Any]:
    return {"device": row.device, "signed_in_at": row.created_at, "seen_at": row.seen_at}


def _decision(row: Decision) -> dict[str, Any]:
    left, right = (dict(zip(("service", "key"), end, strict=True)) for end in (row.left, row.right))
    return {"left": left, "right": right, "same": row.same, "decided_at": row.decided_at}


def _of_all_services(owner: int) -> Iterator[File]:
    names = crosscheck.table_columns(owner)
    yield "people.csv", csv.table(Table(names, crosscheck.stream_table(owner)))
    yield "people.json", json.table(Table(names, crosscheck.stream_table(owner)))
    yield "pairs.csv", csv.table(Table(crosscheck.PAIR, crosscheck.stream_pairs(owner)))
    yield "pairs.json", json.table(Table(crosscheck.PAIR, crosscheck.stream_pairs(owner)))


def _of_account(owner: int, account: AccountRow) -> Iterator[File]:
    mine = (owner, account.id)
    yield "posts.csv", csv.table(Table(POSTS, all_posts(*mine).rows))
    yield "posts.json", json.table(all_posts(*mine))
    yield "people.csv", csv.table(Table(PEOPLE, map(_with_relation, all_people(*mine).rows)))
    yield "people.json", json.table(all_people(*mine))
    yield "ties.csv", csv.table(_ties(*mine))
    yield "ties.json", json.table(_ties(*mine))
    yield "growth.json", json.table(file_of(dated(change_list.daily_growth(*mine))))
    yield "changes.json", json.table(changes(*mine))


def _with_relation(person: Mapping[str, Any]) -> dict[str, Any]:
    kept = [name for name in ("follower", "friend") if person[f"is_{name}"]]
    return {**person, "relation": "mutual" if len(kept) == 2 else "".join(kept)}


def _ties(owner: int, account_id: int) -> Table:
    return Table(TIES, people.stream_ties(owner, account_id))
