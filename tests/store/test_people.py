"""Lists as a grid asks for them, streams, measures."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from flask import Flask

from dashapp.services.records import Batch
from dashapp.store import change_list, people
from dashapp.store.rows import PersonRow
from tests.records import follower, friend, merged, ties
from tests.snapshots import once


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    """Followers b, c, d; friend c; ties b-c, c-d, d-e, where e is neither."""
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    batch = Batch(
        people=[
            follower("b", name="Bob", followers=30),
            follower("c", name="Carol", followers=None),
            follower("d", name="100%", followers=10),
            friend("c"),
        ],
        ties=ties("bc", "cd", "de"),
    )
    return merged(owner, batch)[0]


def keys(rows: list[PersonRow]) -> str:
    return "".join(row.key for row in rows)


@pytest.mark.parametrize(
    ("which", "expected"),
    [("followers", "bcd"), ("friends", "c"), ("mutuals", "c"), ("everyone", "bcde")],
)
def test_lists_hold_those_of_their_relation(owner: int, account: int, which: str, expected: str) -> None:
    rows, total = people.list_page(owner, account, which)

    assert (keys(rows), total) == (expected, len(expected))
    assert "".join(row["person"] for row in people.stream_list(owner, account, which)) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"search": "bo"}, "b", id="search-in-names"),
        pytest.param({"search": "0%"}, "d", id="search-takes-percent-literally"),
        pytest.param({"sort": [("followers", "asc")]}, "dbc", id="ascending-untold-last"),
        pytest.param({"sort": [("followers", "desc")]}, "bdc", id="descending-untold-last"),
        pytest.param({"sort": [("password_hash", "asc")]}, "bcd", id="unknown-column-is-no-order"),
        pytest.param({"filters": {"followers": {"type": "greaterThanOrEqual", "filter": 11}}}, "b", id="number"),
        pytest.param({"filters": {"followers": {"type": "inRange", "filter": 5, "filterTo": 10}}}, "d", id="range"),
        pytest.param({"filters": {"followers": {"type": "blank"}}}, "c", id="not-told"),
        pytest.param({"filters": {"name": {"type": "startsWith", "filter": "bo"}}}, "b", id="start"),
        pytest.param({"filters": {"name": {"type": "endsWith", "filter": "rol"}}}, "c", id="end"),
        pytest.param({"offset": 1, "limit": 1}, "c", id="a-page"),
    ],
)
def test_followers_as_the_grid_asks(owner: int, account: int, asked: dict[str, object], expected: str) -> None:
    rows, _ = people.list_page(owner, account, "followers", **asked)  # type: ignore[arg-type]

    assert keys(rows) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(1, None, "d"), (None, 1, "dm"), (2, None, ""), (1, 1, "d")],
)
def test_days_are_those_of_the_users_zone_but_of_a_service_that_tells_no_hours(
    owner: int, first: int | None, last: int | None, expected: str
) -> None:
    day, moment = (datetime(2026, 2, 1, *clock, tzinfo=UTC) for clock in ((0, 0), (1, 30)))
    account, _ = merged(owner, Batch(people=[follower("d", follower_since=day), follower("m", follower_since=moment)]))
    wanted = {"first": first and date(2026, 2, first), "last": last and date(2026, 2, last)}

    rows, _ = people.list_page(
        owner,
        account,
        "followers",
        filters={"follower_since": {"type": "days", **wanted}},
        time_zone="America/New_York",
    )

    assert keys(rows) == expected


def test_the_total_counts_beyond_the_page(owner: int, account: int) -> None:
    assert people.list_page(owner, account, "followers", limit=1)[1] == 3


def test_ties_are_told_by_their_ends_keys(owner: int, account: int) -> None:
    rows = people.stream_ties(owner, account)

    assert [row["source"] + row["target"] for row in rows] == ["bc", "cd", "de"]


def test_neighbours_have_a_tie_in_either_direction(owner: int, account: int) -> None:
    carol = people.find_people(owner, account, "everyone", "carol")[0]

    assert keys(people.neighbours(owner, account, carol.id, "everyone")) == "bd"


def test_measures_are_kept_and_old_ones_forgotten(owner: int, account: int) -> None:
    ids = people.people(owner, account)["person"]
    people.save_measures(owner, account, pd.DataFrame({"person": ids, "shared_followers": range(len(ids))}))

    people.save_measures(owner, account, pd.DataFrame({"person": ids[:1], "shared_followers": [7]}))

    rows, _ = people.list_page(owner, account, "everyone")
    assert [row.shared_followers for row in rows] == [7, None, None, None]


def test_a_stranger_gets_nothing(owner: int, account: int, stranger: int) -> None:
    bob = people.find_people(owner, account, "everyone", "bob")[0].id
    people.save_measures(stranger, account, pd.DataFrame({"person": [bob], "community": [3]}))

    assert people.list_page(stranger, account, "everyone") == ([], 0)
    assert people.people(stranger, account).empty
    assert people.ties(stranger, account).empty
    assert list(people.stream_ties(stranger, account)) == []
    assert people.person(stranger, account, bob) is None
    assert people.neighbours(stranger, account, bob, "everyone") == []
    assert change_list.changes(stranger, account) == list(change_list.stream_changes(stranger, account)) == []
    assert change_list.count_kinds(stranger, account) == {}
    assert change_list.daily_growth(stranger, account).empty
    mine = people.person(owner, account, bob)
    assert mine is not None
    assert mine.community is None
