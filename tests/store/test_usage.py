"""What users take of the server: their own rows, each account by itself, without what is derived."""

from __future__ import annotations

import io

import pytest

from dashapp.models import Account
from dashapp.services.records import ALL, Batch
from dashapp.store import accounts, imports, usage, users
from dashapp.store.database import writing
from dashapp.store.rows import Usage
from dashapp.store.usage import FullError, check_growth
from tests.records import follower, merged, post, ties


def test_rows_of_ones_own_accounts_are_counted_without_derived_ones(owner: int) -> None:
    stranger = users.add_user("Bob", "hash")
    merged(owner, Batch(posts=[post(1), post(2)], people=[follower("bob")], ties=ties("ab", "ba", "ac")))
    merged(stranger, Batch(posts=[post(number) for number in range(1, 9)]))
    with writing() as session:
        session.add(Account(owner_id=owner, service=ALL, key="", handle="", source=ALL, notes=[], lists=[]))
    imports.add_entry(imports.add_import(owner, export="x", filename="x.zip", options={}), "a", io.BytesIO(b"x" * 9999))

    mine = usage.usage(owner)

    assert (mine.accounts, mine.posts, mine.people, mine.ties) == (1, 2, 4, 3)
    assert 0 < mine.upload_bytes < 9999
    assert [(row.id, row.usage) for row in usage.usages()] == [(stranger, Usage(1, 8, 0, 0, 0)), (owner, mine)]


def test_keys_that_are_not_there_yet_are_counted(owner: int) -> None:
    merged(owner, Batch(posts=[post(1), post(2)], people=[follower("bob")]))
    [account] = accounts.accounts(owner)

    keys = [post(number).key for number in (1, 2, 3)]

    assert usage.unknown(account.id, "posts", keys) == 1
    assert usage.unknown(account.id, "people", ["bob", "eve", "zoe"]) == 2
    assert usage.unknown(None, "posts", keys) == 3


@pytest.mark.parametrize(
    ("before", "after", "grown_too_far"),
    [
        pytest.param(9, 10, False, id="to-the-limit"),
        pytest.param(9, 11, True, id="beyond"),
        pytest.param(12, 12, False, id="was-beyond"),
        pytest.param(12, 13, True, id="further-beyond"),
    ],
)
def test_growth_ends_at_the_limit(before: int, after: int, grown_too_far: bool) -> None:
    was, there = Usage(1, before, 0, 0, 0), Usage(1, after, 99, 0, 0)

    raised = None
    try:
        check_growth(was, there, Usage(accounts=1, posts=10, people=0, ties=0, upload_bytes=0))
    except FullError as error:
        raised = str(error)

    assert raised == ("posts" if grown_too_far else None)
