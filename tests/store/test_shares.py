"""Links to pages: found by their token until they end, the owner's alone to list and to revoke."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from dashapp.store import accounts, shares, users
from dashapp.store.database import now, writing
from dashapp.store.individuals import lock_user
from tests.records import merged

from .conftest import beside

WEEK = timedelta(days=7)
USUAL = {"period": "1y", "names": False, "lifetime": WEEK}


def test_a_link_is_found_until_it_ends_or_is_revoked(owner: int, stranger: int) -> None:
    tokens = [shares.add(owner, None, **USUAL) for _ in range(2)]

    found = [shares.find(token, now()) for token in tokens]

    assert [row and row.owner_id for row in found] == [owner, owner]
    assert shares.find(tokens[0][:-1], now()) is None
    assert shares.find(tokens[0], now() + WEEK) is None
    assert [row.id for row in shares.shares(owner)] == [row.id for row in reversed(found) if row]
    assert shares.shares(stranger) == []
    [kept, gone] = [row.id for row in found if row]
    assert not shares.revoke(stranger, gone)
    assert shares.revoke(owner, gone)
    assert shares.find(tokens[1], now()) is None
    assert [row.id for row in shares.shares(owner)] == [kept]


def test_there_are_only_so_many_and_ended_ones_do_not_count(owner: int) -> None:
    shares.add(owner, None, period="1y", names=False, lifetime=-WEEK)
    for _ in range(shares.MOST):
        shares.add(owner, None, **USUAL)

    with pytest.raises(shares.FullError):
        shares.add(owner, None, **USUAL)


def test_a_link_goes_with_its_account_and_leads_to_no_other_users(owner: int, stranger: int) -> None:
    account, _ = merged(owner)
    token = shares.add(owner, account, **USUAL)

    with pytest.raises(NoResultFound):
        shares.add(stranger, account, **USUAL)
    accounts.delete_account(owner, account)
    assert shares.find(token, now()) is None
    assert shares.shares(owner) == []


def test_a_link_goes_with_its_user(owner: int) -> None:
    token = shares.add(owner, None, **USUAL)
    users.delete_user(owner)

    assert shares.find(token, now()) is None


def test_the_day_on_which_a_link_was_opened_is_noted_once_a_day(owner: int) -> None:
    token, at, noted = shares.add(owner, None, **USUAL), now(), []

    for later in (at, at + timedelta(seconds=1), at + timedelta(days=1)):
        row = shares.find(token, at)
        assert row is not None
        shares.note_opened(row, later)
        noted += [row.opened_at for row in shares.shares(owner)]

    assert noted in ([at, at, later], [at, later, later])  # the second is after midnight


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_link_is_made_while_an_import_merges(app: Flask, owner: int) -> None:
    with writing() as session:
        lock_user(session, owner)
        other = beside(app, lambda: shares.add(owner, None, **USUAL))
        waits = other.is_alive()
    other.join(10)

    assert not waits
    assert len(shares.shares(owner)) == 1
