"""Accounts: the owner's alone, and gone with all that belongs to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from dashapp.models import Account, Person, Post, Snapshot, Ties
from dashapp.services.records import Batch, Profile
from dashapp.store import accounts, imports, people, posts
from dashapp.store.database import now, reading, writing
from tests.records import follower, merged, post, ties
from tests.snapshots import once

from .conftest import beside


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    return merged(owner, Batch(posts=[post(1)], people=[follower("b")], ties=ties("bc")))[0]


def test_a_stranger_sees_and_deletes_nothing(owner: int, account: int, stranger: int) -> None:
    assert accounts.accounts(stranger) == []
    assert accounts.account(stranger, account) is None
    assert accounts.snapshots(stranger, account).empty
    assert posts.posts(stranger, account).empty
    assert not accounts.delete_account(stranger, account)
    assert len(posts.posts(owner, account)) == 1


def test_a_deleted_account_is_gone_with_its_imports(owner: int, account: int) -> None:
    assert accounts.delete_account(owner, account)

    assert accounts.accounts(owner) == []
    assert imports.imports(owner) == []


def test_the_rows_of_a_deleted_account_go_by_portions_also_if_it_is_back(
    owner: int, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "IDS", 2)
    portions = 0
    accounts.delete_account(owner, account)
    again = merged(owner, Batch(posts=[post(1)], people=[follower("b")], ties=ties("bc")))[0]

    while accounts.delete_rows_of_nobody():
        portions += 1

    assert portions > 2
    assert rows_by_account() == {again}
    assert [row.id for row in accounts.accounts(owner)] == [again]
    assert len(posts.posts(owner, again)) == 1


def test_an_account_of_nobody_is_neither_read_nor_analysed_again(owner: int, account: int) -> None:
    accounts.delete_account(owner, account)
    with writing() as session:
        session.execute(update(Account).values(refresh_at=now(), analysed_at=now(), analysis_version=None))

    assert accounts.claim_due(timedelta(days=1)) is None
    assert imports.add_outdated(most=1, why="a new version") == []


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_an_import_that_ends_while_its_account_is_deleted_makes_it_anew(
    app: Flask, owner: int, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    merges, disown = [], accounts.disown

    def meanwhile(*arguments: Any) -> None:
        merges.append(beside(app, lambda: merged(owner, Batch(people=[follower("c")]))))
        disown(*arguments)

    monkeypatch.setattr(accounts, "disown", meanwhile)
    accounts.delete_account(owner, account)
    merges[0].join(10)

    (again,) = accounts.accounts(owner)
    assert again.id != account
    assert [row["handle"] for row in people.stream_list(owner, again.id, "followers")] == ["c"]


def rows_by_account() -> set[int]:
    """The accounts of which there is any row."""
    queries = [select(Account.id), *(select(table.account_id) for table in (Person, Post, Ties, Snapshot))]
    with reading() as session:
        return {account for query in queries for account in session.execute(query).scalars()}


def test_an_account_keeps_its_place_when_others_come(owner: int, account: int, stranger: int) -> None:
    merged(stranger, Batch(posts=[post(1)]))
    newer, _ = merged(owner, Batch(posts=[post(1)]), profile=Profile(service="bluesky", key="b", handle="b"))

    assert [(row.id, row.place) for row in accounts.accounts(owner)] == [(newer, 1), (account, 0)]
