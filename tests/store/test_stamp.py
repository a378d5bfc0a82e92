"""What says whether anything has changed that a user's pages show."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace

import pandas as pd
import pytest
from flask import Flask

from dashapp.services.records import Batch
from dashapp.store import accounts, crosscheck, imports, results
from dashapp.store.merge import MergeInput, merge
from dashapp.store.stamp import noting_writes, stamp
from tests.records import ADA, START, follower, kept, merged, post
from tests.snapshots import once

BOB, CAROL = ("mastodon", "bob"), ("mastodon", "carol")


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    account, _ = merged(owner, Batch(posts=[post(1)], people=[follower("bob"), follower("carol")]))
    results.save(owner, account, {})
    return account


def cancelled_behind_its_merge(owner: int) -> None:
    """An older export that added a post, which no row of the account tells."""
    row = kept(owner, [Batch(posts=[post(0)])])
    merge(MergeInput(row.id, row.lease, owner, "csv", replace(ADA, as_of=START), frozenset(), []))
    imports.forget_import(owner, row.id)


def newest_import(owner: int) -> int:
    """The id of the last one."""
    return imports.imports(owner)[0].id


CHANGES: dict[str, Callable[[int, int], object]] = {
    "posts": lambda owner, _: merged(owner, Batch(posts=[post(2)])),
    "nothing new": lambda owner, _: merged(owner, Batch(posts=[post(1)])),
    "renamed": lambda owner, account: accounts.change_account(owner, account, handle="ada.lovelace"),
    "analysed": lambda owner, account: results.save(owner, account, {"daily": pd.DataFrame({"n": [1]})}),
    "options": lambda owner, account: accounts.save_options(owner, account, refresh_at=None, home="1"),
    "merged and cancelled": lambda owner, _: cancelled_behind_its_merge(owner),
    "deleted": lambda owner, account: accounts.delete_account(owner, account),
    "import taken off the list": lambda owner, _: imports.forget_import(owner, newest_import(owner)),
    "waits for columns": lambda owner, _: imports.change_import(
        imports.add_import(owner, export="csv", filename="a.csv", options={}), state="columns"
    ),
    "decided": lambda owner, _: crosscheck.decide(owner, BOB, CAROL, True),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_is_seen_in_the_owners_stamp_alone(
    owner: int, account: int, stranger: int, change: Callable[[int, int], object]
) -> None:
    merged(stranger, Batch(posts=[post(1)]))
    before, of_stranger = stamp(owner), stamp(stranger)
    assert before == stamp(owner) != of_stranger

    change(owner, account)

    assert stamp(owner) not in (before, None)
    assert stamp(stranger) == of_stranger


def test_what_is_decided_and_taken_back_and_decided_again_is_another_state_each_time(owner: int, account: int) -> None:
    seen = [stamp(owner)]
    for same in (True, False, None, True):
        crosscheck.decide(owner, BOB, CAROL, same)
        seen.append(stamp(owner))

    assert len({*seen}) == 4  # with nothing decided all is as at first


def test_there_is_none_while_an_import_changes_things(owner: int, account: int) -> None:
    imports.add_analysis(owner, account, "again")

    assert stamp(owner) is None


def test_a_request_that_wrote_is_known_as_such(owner: int, account: int) -> None:
    with noting_writes() as reading:
        stamp(owner)
        accounts.accounts(owner)
    with noting_writes() as writing:
        copy_context().run(accounts.change_account, owner, account, name="Ada L.")

    assert (reading.begun, writing.begun) == (False, True)
