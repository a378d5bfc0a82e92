"""The merge: all or nothing, the same twice, gained and lost, nobody lost by a partial list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from dashapp.services.records import Batch, Person
from dashapp.store import accounts, change_list, imports, people, posts, users
from dashapp.store import merge as merging
from dashapp.store.merge import MergeInput, merge
from tests.records import ADA, BOTH, follower, friend, kept, merged, post, ties

from .conftest import beside

pytestmark = pytest.mark.slow

DECEMBER = replace(ADA, as_of=datetime(2025, 12, 1, tzinfo=UTC))
JANUARY = replace(ADA, as_of=datetime(2026, 1, 1, tzinfo=UTC))
FEBRUARY = replace(ADA, as_of=datetime(2026, 2, 1, tzinfo=UTC))


def handles(owner: int, account: int, which: str) -> list[str]:
    return [person["handle"] for person in people.stream_list(owner, account, which)]


def test_records_become_posts_people_and_ties(owner: int) -> None:
    batch = Batch(posts=[post(1, likes=3)], people=[follower("b"), friend("c", followers=7)], ties=ties("bc", "cd"))

    account, report = merged(owner, batch)

    assert posts.posts(owner, account)["likes"].tolist() == [3.0]
    assert handles(owner, account, "followers") == ["b"]
    assert people.people(owner, account)["followers"].tolist()[1] == 7
    assert len(people.ties(owner, account)) == 2
    assert (report.new_posts, report.gained_followers) == (1, 0)


def test_the_first_import_gains_nobody(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b")]))

    assert change_list.changes(owner, account) == []


def test_the_same_import_twice_changes_nothing(owner: int) -> None:
    batch = Batch(posts=[post(1)], people=[follower("b"), friend("b")], ties=ties("bc"))
    account, _ = merged(owner, batch, profile=JANUARY)
    before = (posts.posts(owner, account), people.people(owner, account), people.ties(owner, account))

    again, report = merged(owner, batch, profile=JANUARY)

    after = (posts.posts(owner, account), people.people(owner, account), people.ties(owner, account))
    assert again == account
    assert all(b.equals(a) for b, a in zip(before, after, strict=True))
    changed = (report.new_posts, report.gained_followers, report.lost_followers, report.lost_friends)
    assert changed == (0, 0, 0, 0)
    assert change_list.changes(owner, account) == []


def test_a_newer_import_tells_who_was_gained_and_lost(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b"), follower("c"), friend("c")]), profile=JANUARY)

    _, report = merged(owner, Batch(people=[follower("c"), follower("d"), friend("c")]), profile=FEBRUARY)

    changes = {(c.handle, c.relation, c.change) for c in change_list.changes(owner, account)}
    assert changes == {("b", "follower", "lost"), ("d", "follower", "gained")}
    assert (report.gained_followers, report.lost_followers, report.lost_friends) == (1, 1, 0)
    assert handles(owner, account, "followers") == ["c", "d"]
    assert handles(owner, account, "mutuals") == ["c"]


def test_a_partial_list_loses_nobody(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b"), follower("c")]), profile=JANUARY)

    _, report = merged(owner, Batch(people=[follower("c")]), profile=FEBRUARY, complete=frozenset())

    assert report.lost_followers == 0
    assert handles(owner, account, "followers") == ["b", "c"]


def test_older_data_adds_missing_posts_and_says_nothing_of_today(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1, likes=9)], people=[follower("c")]), profile=FEBRUARY)

    older = Batch(posts=[post(0), post(1, likes=2)], people=[follower("b")])
    _, report = merged(owner, older, profile=JANUARY)

    assert report.older
    assert posts.posts(owner, account)["likes"].tolist()[1] == 9
    assert len(posts.posts(owner, account)) == 2
    assert handles(owner, account, "followers") == ["c"]


def test_older_lists_are_added_where_only_posts_were_ever_whole(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1)]), profile=FEBRUARY, complete=frozenset({"posts"}), live=True)

    _, report = merged(owner, Batch(people=[friend("b")]), profile=JANUARY, complete=frozenset({"friends"}))

    row = accounts.account(owner, account)
    assert row is not None
    assert (row.lists, report.older, report.new_people) == (["friends", "posts"], True, 1)


def test_older_data_adds_people_and_a_profile_where_there_are_none(owner: int) -> None:
    alone = replace(FEBRUARY, name=None)  # as of a single file of an archive
    account, _ = merged(owner, Batch(posts=[post(1)]), profile=alone, complete=frozenset(), notes=["No followers."])

    whole = replace(JANUARY, bio="Engines", followers=512)
    _, report = merged(owner, Batch(posts=[post(1)], people=[follower("b")]), profile=whole, notes=["By number."])

    row = accounts.account(owner, account)
    assert row is not None
    assert (row.name, row.bio, row.followers, row.notes) == ("Ada", "Engines", None, ["By number."])
    assert (row.as_of, row.lists) == (FEBRUARY.as_of, ["followers", "friends"])
    assert handles(owner, account, "followers") == ["b"]
    assert (report.older, report.gained_followers) == (True, 0)


def test_what_is_not_told_keeps_what_was_known(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1, likes=3)], people=[follower("b", followers=5)]))

    merged(owner, Batch(posts=[post(1, replies=1)], people=[follower("b", name="Bob")]))

    kept_post = posts.posts(owner, account).iloc[0]
    person = next(people.stream_list(owner, account, "followers"))
    assert (kept_post["likes"], kept_post["replies"]) == (3, 1)
    assert (person["name"], person["followers"]) == ("Bob", 5)


def test_bios_links_and_times_stay_until_they_are_told_anew(owner: int) -> None:
    told: dict[str, Any] = {
        "bio": "Clay and kilns",
        "links": ("https://bob.example",),
        "verified_links": ("https://bob.example",),
    }
    told |= {"created_at": datetime(2020, 1, 2, tzinfo=UTC), "active_at": datetime(2026, 1, 2, tzinfo=UTC)}
    account, _ = merged(owner, Batch(people=[follower("b", **told), follower("c")]))

    def known() -> dict[str, tuple[Any, ...]]:
        listed = people.stream_list(owner, account, "everyone")
        return {person["handle"]: tuple(person[name] for name in told) for person in listed}

    merged(owner, Batch(people=[follower("b"), follower("c")]))
    times = told["created_at"], told["active_at"]
    assert known() == {"b": ("Clay and kilns", *[["https://bob.example"]] * 2, *times), "c": (None,) * 5}

    merged(owner, Batch(people=[follower("b", bio="", links=(), verified_links=()), follower("c")]))
    assert known()["b"] == ("", [], [], *times)


def test_an_export_of_all_ties_tells_of_everybody_in_it_and_of_nobody_who_comes_later(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b"), follower("c")], ties=ties("bc")), profile=JANUARY)
    merged(owner, Batch(people=[follower(key) for key in "bcd"]), profile=FEBRUARY)

    known = people.people(owner, account).set_index("handle")
    assert known["ties_at"].tolist()[:2] == known["asked_since"].tolist()[:2] == [JANUARY.as_of] * 2
    assert known.loc["d", ["ties_at", "asked_since"]].isna().all()


def test_complete_ties_replace_those_that_stood_there(owner: int) -> None:
    everything = BOTH | {"ties"}
    account, _ = merged(owner, Batch(ties=ties("bc", "cd")), complete=everything)

    merged(owner, Batch(ties=ties("bc", "db")), complete=everything)

    pairs = {(t["source"], t["target"]) for t in people.stream_ties(owner, account)}
    assert pairs == {("b", "c"), ("d", "b")}


def test_a_snapshot_holds_counts_of_complete_lists_and_nothing_of_others(owner: int) -> None:
    people_read = Batch(people=[follower("b"), follower("c"), friend("d")])
    account, _ = merged(owner, people_read, profile=JANUARY, complete=frozenset({"followers"}))

    snapshot = accounts.snapshots(owner, account).iloc[0]

    assert str(snapshot["day"].date()) == "2026-01-01"
    assert snapshot["followers"] == 2
    assert snapshot[["friends", "posts"]].isna().all()


def test_a_snapshot_holds_nothing_that_an_earlier_import_told(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b")]), profile=replace(JANUARY, followers=12, posts=7))

    merged(owner, Batch(people=[follower("b")]), profile=FEBRUARY, complete=frozenset())

    counts = accounts.snapshots(owner, account)[["followers", "friends", "posts"]]
    assert counts.iloc[0].tolist() == [12, 0, 7]
    assert counts.iloc[1].isna().all()


def test_a_second_import_of_a_day_leaves_what_the_first_one_told(owner: int) -> None:
    account, _ = merged(owner, Batch(), profile=replace(JANUARY, followers=12), complete=frozenset())

    merged(owner, Batch(), profile=replace(JANUARY, posts=7), complete=frozenset())

    assert accounts.snapshots(owner, account)[["followers", "posts"]].values.tolist() == [[12, 7]]


def test_a_newer_list_goes_before_an_older_count(owner: int) -> None:
    account, _ = merged(owner, Batch(), profile=replace(JANUARY, followers=12), complete=frozenset())

    merged(owner, Batch(people=[follower("b")]), profile=FEBRUARY)

    row = accounts.account(owner, account)
    assert row is not None
    assert row.followers is None  # the page counts the list
    assert accounts.snapshots(owner, account)["followers"].tolist() == [12, 1]


def test_a_snapshot_is_of_the_users_day(owner: int) -> None:
    users.change_user(owner, time_zone="America/Los_Angeles")

    for hour in (2, 6):  # of 30 November, two readings of one evening of the 29th
        account, _ = merged(owner, Batch(), profile=replace(ADA, as_of=datetime(2025, 11, 30, hour, tzinfo=UTC)))

    assert accounts.snapshots(owner, account)["day"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-29"]


def test_who_came_and_went_by_one_import_was_seen_at_one_time(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b"), friend("c")]))  # when it was made is not told

    merged(owner, Batch(people=[follower("d"), friend("e")]))

    assert len(change_list.changes(owner, account)) == 4
    assert len({change.seen_at for change in change_list.changes(owner, account)}) == 1


def test_a_mutual_friend_who_is_lost_does_not_follow_any_more(owner: int) -> None:
    def both(key: str) -> Person:
        return friend(key, is_follower=True)

    friends = frozenset({"friends"})
    account, _ = merged(owner, Batch(people=[both("b"), both("c"), both("d")]), complete=friends, mutual_ties=True)

    later = Batch(people=[both("b"), follower("c")])
    _, report = merged(owner, later, complete=friends, mutual_ties=True)

    assert handles(owner, account, "friends") == ["b"]
    assert handles(owner, account, "followers") == ["b", "c"]
    assert (report.lost_friends, report.lost_followers) == (2, 0)


def test_the_services_own_count_goes_before_that_of_a_list(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b")]), profile=replace(JANUARY, followers=12))

    assert accounts.snapshots(owner, account)["followers"].tolist() == [12]


def test_a_changed_text_is_assessed_again_and_an_unchanged_one_is_not(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1), post(2)]))
    waiting = posts.unassessed(owner, account, limit=10)
    labels = {"label": "neutral", "negative": 0.0, "neutral": 1.0, "positive": 0.0, "language": "en"}
    posts.save_assessment(owner, account, waiting[["post"]].assign(**labels))

    merged(owner, Batch(posts=[post(1), post(2, text="something else")]))

    assert posts.unassessed(owner, account, limit=10)["text"].tolist() == ["something else"]


def test_who_is_only_the_end_of_a_tie_is_counted_apart(owner: int) -> None:
    _, report = merged(owner, Batch(people=[follower("b")], ties=ties("bz")))

    assert (report.new_people, report.new_strangers) == (2, 1)


def test_each_user_has_their_own_account_of_the_same_key(owner: int, stranger: int) -> None:
    mine, _ = merged(owner, Batch(people=[follower("b")]))
    theirs, _ = merged(stranger, Batch(people=[follower("c")]))

    assert mine != theirs
    assert handles(owner, mine, "followers") == ["b"]
    assert handles(owner, theirs, "followers") == []


def test_whoever_lost_the_lease_merges_nothing(owner: int) -> None:
    row = kept(owner, [Batch(people=[follower("b")])])
    reading = MergeInput(row.id, row.lease - 1, owner, "csv", ADA, BOTH, [])

    with pytest.raises(imports.LeaseLostError):
        merge(reading)

    assert accounts.accounts(owner) == []


def test_notes_and_source_stand_with_the_account(owner: int) -> None:
    account, _ = merged(owner, Batch(ties=ties("bc")), notes=["No posts."], mutual_ties=True)

    row = accounts.account(owner, account)

    assert row is not None
    assert (row.notes, row.source, row.mutual_ties) == (["No posts."], "csv", True)


def test_imports_forget_batches_when_they_end(owner: int) -> None:
    row = kept(owner, [Batch(people=[follower("b")])])

    imports.end_import(row.id, row.lease, state="failed", message="No.")

    assert list(imports.batches(row.id)) == []


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_imports_at_once_each_compares_with_what_the_other_left(
    app: Flask, owner: int, is_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_first:
        merged(owner, Batch(people=[follower("b"), follower("c")]), profile=DECEMBER)
    others, record = [], merging.record_merge

    def meanwhile(*arguments: Any, **options: Any) -> None:
        if not others:
            older = Batch(people=[follower("c"), follower("b")])
            others.append(None)
            others[0] = beside(app, lambda: merged(owner, older, profile=JANUARY))
        record(*arguments, **options)

    monkeypatch.setattr(merging, "record_merge", meanwhile)
    account, _ = merged(owner, Batch(people=[follower("b"), follower("d")]), profile=FEBRUARY)
    others[0].join(10)

    row = accounts.account(owner, account)
    assert row is not None
    assert row.as_of == FEBRUARY.as_of
    assert set(handles(owner, account, "followers")) == {"b", "d"}
    assert [each.state for each in imports.imports(owner)][:2] == ["done", "done"]
