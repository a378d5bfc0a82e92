"""The list of who came and went: narrowed, sorted, in portions; and the growth by the owner's days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from dashapp.services.records import Batch, Whereabouts
from dashapp.store import change_list, users
from dashapp.store.change_list import ChangeFilter
from tests.records import ADA, follower, friend, merged
from tests.snapshots import once

JANUARY, FEBRUARY, MARCH = (replace(ADA, as_of=datetime(2026, month, 1, 3, tzinfo=UTC)) for month in (1, 2, 3))


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    """In February b and c are lost, c is gone, D comes; in March b is back, D renamed, and f is no friend any more."""
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    merged(owner, Batch(people=[*map(follower, "abc"), friend("b"), friend("f")]), profile=JANUARY, live=True)
    gone = Batch(people=[*map(follower, "aD"), friend("b"), friend("f")], whereabouts=[Whereabouts("c", "gone")])
    merged(owner, gone, profile=FEBRUARY, live=True)
    back = [follower("a"), follower("b"), friend("b"), replace(follower("D"), handle="delta")]
    return merged(owner, Batch(people=back, whereabouts=[Whereabouts("f", "there")]), profile=MARCH, live=True)[0]


def listed(
    owner: int, account: int, chosen: ChangeFilter = change_list.ALL_CHANGES, **options: Any
) -> list[tuple[str, str]]:
    return [(row.key, row.kind) for row in change_list.changes(owner, account, chosen, **options)]


EVERY_KIND = {"gained", "returned", "unfollowed", "gone", "lost", "renamed"}


@pytest.mark.parametrize(
    ("chosen", "expected", "counted"),
    [
        pytest.param({"kinds": {"gone", "lost"}}, [("b", "lost"), ("c", "gone")], EVERY_KIND, id="kinds"),
        pytest.param({"relation": "friend"}, [("f", "unfollowed")], {"unfollowed"}, id="list"),
        pytest.param(
            {"relation": "follower", "kinds": {"renamed"}},
            [("D", "renamed")],
            EVERY_KIND - {"unfollowed"},
            id="list-of-today",
        ),
        pytest.param({"search": "D"}, [("D", "renamed"), ("D", "gained")], {"renamed", "gained"}, id="former-handle"),
        pytest.param({"search": "%"}, [], set(), id="no-pattern"),
        pytest.param(
            {"since": MARCH.as_of, "kinds": {"returned"}},
            [("b", "returned")],
            {"returned", "unfollowed", "renamed"},
            id="since",
        ),
    ],
)
def test_changes_are_chosen(
    owner: int, account: int, chosen: dict[str, Any], expected: list[tuple[str, str]], counted: set[str]
) -> None:
    wanted = ChangeFilter(**{**chosen, "kinds": frozenset(chosen.get("kinds", ()))})

    assert sorted(listed(owner, account, wanted)) == sorted(expected)
    assert sorted(row["person"] for row in change_list.stream_changes(owner, account, wanted)) == sorted(
        key for key, _ in expected
    )
    assert change_list.count_kinds(owner, account, wanted) == dict.fromkeys(counted, 1)


def test_they_come_in_portions_the_newest_first_or_sorted(owner: int, account: int) -> None:
    newest = listed(owner, account)

    assert {kind for _, kind in newest[:3]} == {"returned", "unfollowed", "renamed"}
    assert newest[2:5] == listed(owner, account, offset=2, limit=3)
    by_name = [key for key, _ in listed(owner, account, sort=[("first_seen", "desc"), ("handle", "asc")])]
    assert by_name == ["D", "D", "b", "b", "c", "f"]
    assert change_list.count_kinds(owner, account) == dict.fromkeys(EVERY_KIND, 1)


def test_growth_is_of_the_owners_days_with_mutuals_counted_back(owner: int, account: int) -> None:
    users.change_user(owner, time_zone="America/New_York")

    grown = change_list.daily_growth(owner, account)

    assert grown["day"].dt.strftime("%m-%d").tolist() == ["12-31", "01-31", "02-28"]
    assert grown["mutuals"].tolist() == [1, 0, 1]
    assert grown["gained_followers"].fillna(-1).tolist() == [-1, 1, 1]
    assert grown["lost_followers"].fillna(-1).tolist() == [-1, 2, 0]


def test_friends_of_each_other_have_no_mutuals_of_their_own(owner: int) -> None:
    both = Batch(people=[friend("b", is_follower=True)])

    account, _ = merged(owner, both, profile=JANUARY, mutual_ties=True)

    assert change_list.daily_growth(owner, account)["mutuals"].isna().all()
