"""Accounts: the owner's alone, and gone with all that belongs to them."""

from __future__ import annotations

import pytest

from dashapp.services.records import Batch
from dashapp.store import accounts, posts
from tests.records import follower, merged, post, ties


@pytest.fixture
def account(owner: int) -> int:
    return merged(owner, Batch(posts=[post(1)], people=[follower("b")], ties=ties("bc")))[0]


def test_a_stranger_sees_and_deletes_nothing(owner: int, stranger: int, account: int) -> None:
    assert accounts.accounts(stranger) == []
    assert accounts.account(stranger, account) is None
    assert accounts.snapshots(stranger, account).empty
    assert posts.posts(stranger, account).empty
    assert not accounts.delete_account(stranger, account)
    assert len(posts.posts(owner, account)) == 1


def test_a_deleted_account_is_gone_with_its_imports(owner: int, account: int) -> None:
    from dashapp.store import imports

    assert accounts.delete_account(owner, account)

    assert accounts.accounts(owner) == []
    assert imports.imports(owner) == []
