"""Somebody who moved to another account stays one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashapp.services.records import Batch, Person, Whereabouts
from dashapp.store import change_list, people
from tests.records import ADA, BOTH, follower, friend, merged, ties

JANUARY, FEBRUARY, MARCH = (replace(ADA, as_of=datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2, 3))


def listed(owner: int, account: int) -> dict[str, tuple[bool, bool]]:
    """Who is a follower, and who a friend."""
    rows, _ = people.list_page(owner, account, "everyone")
    return {row.key: (row.is_follower, row.is_friend) for row in rows}


def changes(owner: int, account: int) -> list[tuple[str, str, str | None, str | None]]:
    return [(c.key, c.change, c.reason, c.former) for c in change_list.changes(owner, account)]


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(
            Batch(people=[follower("new"), follower("c")], whereabouts=[Whereabouts("old", "moved", "new")]),
            id="the-old-account-is-missing",
        ),
        pytest.param(
            Batch(people=[follower("old", moved_to="new"), follower("new"), follower("c")]), id="both-are-listed"
        ),
    ],
)
def test_who_follows_with_a_new_account_is_neither_lost_nor_gained(owner: int, later: Batch) -> None:
    merged(owner, Batch(people=[follower("old"), follower("c")]), profile=JANUARY, live=True)

    account, report = merged(owner, later, profile=FEBRUARY, live=True)

    assert (report.gained_followers, report.lost_followers, report.new_people) == (0, 0, 0)
    assert listed(owner, account) == {"new": (True, False), "c": (True, False)}
    assert changes(owner, account) == [("new", "moved", None, "old")]
    (person, _), _ = people.list_page(owner, account, "followers")
    assert (person.handle, person.first_seen, person.moved_to) == ("new", JANUARY.as_of, None)


def test_two_accounts_of_one_person_that_stood_here_become_one(owner: int) -> None:
    before = Batch(people=[follower("old"), friend("new"), friend("c")], ties=ties("cd"))
    merged(owner, before, profile=JANUARY, live=True)

    told = Batch(people=[follower("old", moved_to="new"), friend("new"), friend("c")])
    account, report = merged(owner, told, profile=FEBRUARY, live=True)

    assert listed(owner, account) == {"new": (True, True), "c": (False, True)}
    assert (report.gained_followers, report.lost_followers, report.lost_friends) == (0, 0, 0)


def test_ties_of_both_accounts_are_the_persons(owner: int) -> None:
    def person(key: str, **values: str) -> Person:
        return friend(key, **values)

    told = Batch(
        people=[person("o", moved_to="n"), person("n"), person("c")], ties=ties("oc", "co", "on"), ties_of=["o", "c"]
    )
    account, _ = merged(owner, told, profile=JANUARY, complete=BOTH, live=True)

    assert {(t["source"], t["target"]) for t in people.stream_ties(owner, account)} == {("n", "c"), ("c", "n")}
    known = {row.key: row.ties_at is not None for row in people.followers_and_friends(owner, account)}
    assert known == {"n": False, "c": True}


def test_who_moved_and_comes_later_with_the_new_account_is_back(owner: int) -> None:
    merged(owner, Batch(people=[follower("old"), follower("c")]), profile=JANUARY, live=True)
    gone = Batch(people=[follower("c")], whereabouts=[Whereabouts("old", "moved", "new")])
    merged(owner, gone, profile=FEBRUARY, live=True)

    account, report = merged(owner, Batch(people=[follower("new"), follower("c")]), profile=MARCH, live=True)

    assert changes(owner, account) == [
        ("new", "moved", None, "old"),
        ("new", "gained", "returned", None),
        ("new", "lost", "moved", None),
    ]
    assert report.new_people == 0


def test_an_export_that_names_the_former_account_means_the_same_person(owner: int) -> None:
    merged(owner, Batch(people=[friend("old"), friend("c")]), profile=JANUARY, live=True)
    told = Batch(people=[friend("old", moved_to="new"), friend("new"), friend("c")])
    merged(owner, told, profile=FEBRUARY, live=True)

    account, report = merged(owner, Batch(people=[friend("old"), friend("new"), friend("c")]), profile=MARCH)

    assert (report.gained_friends, report.lost_friends) == (0, 0)
    assert listed(owner, account) == {"new": (False, True), "c": (False, True)}


@pytest.mark.parametrize(
    ("later", "live"),
    [
        pytest.param(follower("old", moved_to="new"), True, id="live"),
        pytest.param(follower("old"), False, id="in-an-export-which-tells-no-moves"),
    ],
)
def test_who_stays_with_the_former_account_alone_is_neither_lost_nor_gained(
    owner: int, later: Person, live: bool
) -> None:
    merged(owner, Batch(people=[follower("old"), follower("c")]), profile=JANUARY, live=True)
    told = Batch(people=[follower("old", moved_to="new"), follower("new"), follower("c")])
    merged(owner, told, profile=FEBRUARY, live=True)

    account, report = merged(owner, Batch(people=[later, follower("c")]), profile=MARCH, live=live)

    assert (report.gained_followers, report.lost_followers, report.new_people) == (0, 0, 0)
    assert listed(owner, account) == {"new": (True, False), "c": (True, False)}


def test_who_moved_back_is_told_by_the_service(owner: int) -> None:
    merged(owner, Batch(people=[follower("a"), follower("c")]), profile=JANUARY, live=True)
    away = Batch(people=[follower("a", moved_to="b"), follower("b"), follower("c")])
    merged(owner, away, profile=FEBRUARY, live=True)

    back = Batch(people=[follower("b", moved_to="a"), follower("a"), follower("c")])
    account, report = merged(owner, back, profile=MARCH, live=True)

    assert listed(owner, account) == {"a": (True, False), "c": (True, False)}
    assert (report.gained_followers, report.lost_followers) == (0, 0)


def test_accounts_that_lead_in_a_circle_are_not_believed(owner: int) -> None:
    told = [follower("a", moved_to="b"), follower("b", moved_to="a")]
    account, _ = merged(owner, Batch(people=told), profile=JANUARY, live=True)

    assert set(listed(owner, account)) == {"a", "b"}
