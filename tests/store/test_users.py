"""Users, whose names are their own, and sessions that end on the server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.services.records import Batch
from dashapp.store import accounts, connections, imports, merge, users
from dashapp.store.merge import MergeInput
from tests.records import ADA, BOTH, follower, kept, merged

from .conftest import beside

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("name", ["ada", "ADA", " \uff21da", "a\u00adda"])
def test_a_name_is_somebodys_in_any_spelling(owner: int, stranger: int, name: str) -> None:
    found = users.find_user(name)

    assert found is not None
    assert found.id == owner
    with pytest.raises(users.TakenError):
        users.add_user(name, "another hash")
    with pytest.raises(users.TakenError):
        users.change_user(stranger, name=name)


@pytest.mark.parametrize("name", ["", "\x00", "ada\ud800!", "x" * 10_000])
def test_what_can_be_no_name_finds_nobody(owner: int, name: str) -> None:
    assert users.find_user(name) is None


def test_an_address_is_of_one_user(owner: int, stranger: int) -> None:
    users.change_user(owner, email="Ada@mail.example")

    with pytest.raises(users.TakenError):
        users.change_user(stranger, email="ada@MAIL.example")
    assert users.user_of_address("ADA@mail.example") == users.user(owner)
    users.change_user(owner, email=None)
    assert users.user_of_address("ada@mail.example") is None


def test_a_free_name_is_numbered_where_it_is_taken(owner: int) -> None:
    names = [users.free_name("ada") for _ in range(10) if users.add_user(users.free_name("ada"), "!")]

    assert users.free_name("eve") == "eve"
    assert names[0] == "ada-3"
    assert len(set(names)) == 10


def test_a_session_tells_its_user(owner: int) -> None:
    token = users.start_session(owner, HOUR)

    signed_in = users.signed_in(token)

    assert signed_in is not None
    assert (signed_in.id, signed_in.name, signed_in.get_id()) == (owner, "Ada", token)


def test_an_ended_session_is_worthless(owner: int) -> None:
    token = users.start_session(owner, HOUR)

    users.end_session(token)

    assert users.signed_in(token) is None


def test_an_expired_session_is_worthless(owner: int) -> None:
    assert users.signed_in(users.start_session(owner, -HOUR)) is None


def test_ending_other_sessions_keeps_this_one_and_those_of_others(owner: int, stranger: int) -> None:
    mine, other, bobs = (users.start_session(user, HOUR) for user in (owner, owner, stranger))

    users.end_other_sessions(owner, mine)

    assert users.signed_in(mine)
    assert users.signed_in(other) is None
    assert users.signed_in(bobs)


def test_a_session_is_noted_as_seen_once_a_day(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    token, began = users.start_session(owner, 9 * DAY, device="Firefox"), users.now()

    for later in (timedelta(0), DAY, DAY + timedelta(seconds=1)):
        monkeypatch.setattr(users, "now", lambda later=later: began + later)
        users.signed_in(token)

    (row,) = users.sessions(owner, limit=9)
    assert (row.device, row.created_at.date(), row.seen_at) == ("Firefox", began.date(), began + DAY)


def test_sessions_are_listed_from_the_newest_without_those_of_others_and_expired_ones(
    owner: int, stranger: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = users.now()
    for n in range(4):
        monkeypatch.setattr(users, "now", lambda n=n: began + timedelta(minutes=n))
        users.start_session(owner, HOUR if n else -HOUR, device=str(n))
        users.start_session(stranger, HOUR)

    assert [row.device for row in users.sessions(owner, limit=2)] == ["3", "2"]
    assert [row.device for row in users.sessions(owner, limit=9)] == ["3", "2", "1"]


def test_a_session_is_ended_by_its_user_alone(owner: int, stranger: int) -> None:
    token = users.start_session(owner, HOUR)
    (row,) = users.sessions(owner, limit=1)

    assert not users.sign_out(stranger, row.id)
    assert not users.sign_out(owner, "\0")
    assert users.signed_in(token)
    assert users.sign_out(owner, row.id)
    assert users.signed_in(token) is None


def test_changing_the_name_changes_how_it_is_found(owner: int) -> None:
    users.change_user(owner, name="Countess", time_zone="Europe/Paris")

    assert users.find_user("countess") == users.user(owner)
    assert users.user(owner).time_zone == "Europe/Paris"


def test_what_is_stored_about_a_user_counts_only_their_rows(owner: int, stranger: int) -> None:
    merged(owner, Batch(people=[follower("b"), follower("c")]))
    merged(stranger, Batch(people=[follower("d")]))

    stored = {(row.table, row.account is None): row.rows for row in users.stored_about(owner)}

    assert stored["users", True] == stored["accounts", True] == 1
    assert stored["imports", True] == 1
    assert stored["people", False] == 2


def test_deleting_a_user_leaves_nothing_of_theirs(owner: int, stranger: int) -> None:
    merged(owner, Batch(people=[follower("b")]))
    account, _ = merged(stranger, Batch(people=[follower("d")]))
    token = users.start_session(owner, HOUR)

    users.delete_user(owner)

    assert users.signed_in(token) is None
    assert {row.rows for row in users.stored_about(owner)} == {0}
    assert accounts.account(stranger, account) is not None


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_deleting_a_user_waits_for_a_merge_and_takes_along_what_it_made(
    app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _ = merged(owner, Batch(people=[follower("b")]))
    of_ada = {"service": "mastodon", "host": "", "uid": "1", "handle": "ada", "token": {}, "expires_at": None}
    connection = connections.connect(owner, **of_ada)
    row = kept(owner, [Batch(people=[follower("c")])])
    imports.change_import(row.id, account_id=account)
    deletions, record = [], merge.record_merge

    def meanwhile(*arguments: Any, **options: Any) -> None:
        deletions.append(beside(app, lambda: users.delete_user(owner)))
        record(*arguments, **options)

    monkeypatch.setattr(merge, "record_merge", meanwhile)
    merge.merge(MergeInput(row.id, row.lease, owner, "csv", ADA, BOTH, [], connection=connection))
    deletions[0].join(10)

    assert {row.rows for row in users.stored_about(owner)} == {0}


def test_the_demo_belongs_to_the_newest_demo_user(owner: int) -> None:
    assert users.demo_user() is None

    demo = users.add_user("Demo", "!", is_demo=True)

    assert users.demo_user() == demo


def test_imports_of_others_are_not_listed(owner: int, stranger: int) -> None:
    merged(owner, Batch(people=[follower("b")]))

    assert imports.imports(stranger) == []
