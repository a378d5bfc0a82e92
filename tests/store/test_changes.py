"""Who is missing and why, who came back, who has another name, and when somebody was last seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashapp.services.records import Batch, State, Whereabouts
from dashapp.store import change_list, people
from tests.records import ADA, follower, friend, merged

JANUARY, FEBRUARY, MARCH = (replace(ADA, as_of=datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2, 3))


@pytest.mark.parametrize(
    ("state", "reason", "gone"), [("there", "unfollowed", 0), ("gone", "gone", 1), ("moved", "moved", 0)]
)
def test_why_somebody_is_missing_is_kept(owner: int, state: State, reason: str, gone: int) -> None:
    merged(owner, Batch(people=[follower("b"), follower("c"), friend("b")]), profile=JANUARY)

    later = Batch(people=[follower("c"), friend("b")], whereabouts=[Whereabouts("b", state)])
    account, report = merged(owner, later, profile=FEBRUARY)

    (change,) = change_list.changes(owner, account)
    assert (change.key, change.relation, change.change, change.reason) == ("b", "follower", "lost", reason)
    assert (report.lost_followers, report.gone_followers, report.gone_friends) == (1, gone, 0)


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        pytest.param(9, 5, "unfollowed", id="the-count-fell-too"),
        pytest.param(13, 9, "unfollowed", id="as-many-as-before-are-not-listed"),
        pytest.param(9, 9, None, id="the-list-may-be-cut"),
    ],
)
def test_who_is_there_has_left_a_list_only_if_the_count_fell(
    owner: int, before: int, now: int, reason: str | None
) -> None:
    everybody, cut = list("abcdefghi"), list("abcde")
    merged(owner, Batch(people=list(map(follower, everybody))), profile=replace(JANUARY, followers=before))

    there = [Whereabouts(key, "there") for key in everybody if key not in cut]
    later = Batch(people=list(map(follower, cut)), whereabouts=there)
    account, _ = merged(owner, later, profile=replace(FEBRUARY, followers=now))

    assert {change.reason for change in change_list.changes(owner, account)} == {reason}


def test_nothing_is_said_of_why_where_it_is_not_told(owner: int) -> None:
    merged(owner, Batch(people=[follower("b"), follower("c")]), profile=JANUARY)

    account, report = merged(owner, Batch(people=[follower("c")]), profile=FEBRUARY)

    assert [change.reason for change in change_list.changes(owner, account)] == [None]
    assert (report.lost_followers, report.gone_followers) == (1, 0)


def test_who_is_back_on_a_list_is_not_new_there(owner: int) -> None:
    merged(owner, Batch(people=[follower("b"), friend("c")]), profile=JANUARY)
    merged(owner, Batch(people=[friend("c")], whereabouts=[Whereabouts("b", "gone")]), profile=FEBRUARY)

    back = Batch(people=[follower("b"), follower("c"), friend("b"), friend("c")])
    account, _ = merged(owner, back, profile=MARCH)

    gained = {(c.key, c.relation): c.reason for c in change_list.changes(owner, account) if c.change == "gained"}
    assert gained == {("b", "follower"): "returned", ("c", "follower"): None, ("b", "friend"): None}


@pytest.mark.parametrize("live", [True, False])
def test_a_new_handle_is_no_new_person_and_the_former_is_kept_where_handles_are_those_of_today(
    owner: int, live: bool
) -> None:
    merged(owner, Batch(people=[follower("1", name="Bob"), follower("2")]), profile=JANUARY, live=live)

    renamed = [replace(follower("1"), handle="bobby"), replace(follower("2"), handle=None)]
    account, report = merged(owner, Batch(people=renamed), profile=FEBRUARY, live=live)

    (bob, _), _ = people.list_page(owner, account, "followers")
    assert (bob.handle, report.gained_followers, report.lost_followers) == ("bobby", 0, 0)
    changes = [(c.change, c.relation, c.former) for c in change_list.changes(owner, account)]
    assert changes == ([("renamed", None, "1")] if live else [])


def test_it_is_known_when_somebody_was_last_on_a_list(owner: int) -> None:
    merged(owner, Batch(people=[follower("b"), follower("c")]), profile=JANUARY)

    account, _ = merged(owner, Batch(people=[follower("c")]), profile=FEBRUARY)

    rows, _ = people.list_page(owner, account, "everyone")
    assert {row.key: row.last_seen for row in rows} == {"b": JANUARY.as_of, "c": FEBRUARY.as_of}
