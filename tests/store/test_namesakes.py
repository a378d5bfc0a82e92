"""An account that comes by export and by connection is one, though each tells another number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashapp.services.records import Batch, Profile
from dashapp.store import accounts, change_list, connections, imports, people, posts, users
from dashapp.store.database import now
from dashapp.store.merge import MergeInput, merge
from dashapp.store.rows import AccountRow
from tests.records import follower, friend, kept, post

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def put(owner: int, profile: Profile, *batches: Batch, source: str, **more: Any) -> int:
    """The account of a reading, ended."""
    row = kept(owner, batches)
    values = {"complete": frozenset(), "notes": [f"note of {source}"], **more}
    account = merge(MergeInput(row.id, row.lease, owner, source, profile, live=source == "live", **values))
    imports.end_import(row.id, row.lease, state="done")
    return account


def exported(owner: int, service: str, name: str = "Ada Example", key: str = "ada.example", **more: Any) -> int:
    """By export."""
    profile = Profile(service=service, key=key, handle=key, name=name, **more)
    return put(
        owner, profile, Batch(posts=[post(1)], people=[friend("bob")]), source=service, complete=frozenset({"friends"})
    )


def connected(owner: int, service: str, name: str = "Ada Example", key: str = "3001") -> int:
    """By connection."""
    given = connections.connect(
        owner, service=service, host="", uid=key, handle=name, token={"access_token": "t"}, expires_at=None
    )
    profile = Profile(service=service, key=key, handle=name, name=name, friends=348, as_of=now())
    return put(owner, profile, source="live", connection=given)


def of(owner: int, account: int) -> AccountRow:
    row = accounts.account(owner, account)
    assert row is not None
    return row


@pytest.fixture
def stranger(owner: int) -> int:
    return users.add_user("Bob", "!")


def test_a_connection_leaves_an_exported_account_as_it_was(owner: int) -> None:
    first = exported(owner, "facebook")
    before = of(owner, first)

    again = connected(owner, "facebook")

    after = of(owner, again)
    assert again == first
    for name in ("handle", "notes", "source", "lists", "data_at", "key"):
        assert getattr(after, name) == getattr(before, name)
    assert after.connection_id is not None
    assert after.friends == 348


def test_an_export_fills_a_connected_account(owner: int) -> None:
    first = connected(owner, "facebook")

    again = exported(owner, "facebook", as_of=NOW - timedelta(days=3))  # made before it was connected

    after = of(owner, again)
    assert again == first
    assert (after.handle, after.source, after.notes) == ("ada.example", "facebook", ["note of facebook"])
    assert after.connection_id is not None
    assert len(posts.posts(owner, again)) == 1
    assert people.people(owner, again)["handle"].tolist() == ["bob"]


@pytest.mark.parametrize("service", ["facebook", "linkedin"])
def test_both_go_on_as_one(owner: int, service: str) -> None:
    first = connected(owner, service)

    later = [exported(owner, service), connected(owner, service), exported(owner, service), connected(owner, service)]

    assert set(later) == {first}
    assert of(owner, first).source == service


def test_a_connected_account_is_known_under_another_name(owner: int) -> None:
    first = exported(owner, "facebook")
    connected(owner, "facebook")

    assert connected(owner, "facebook", name="Ada Married") == first


@pytest.mark.parametrize(
    ("told", "other"), [("Özil Ücgen", "özil ücgen"), ("ИВАН", "Иван"), ("Ada  Example", "ADA EXAMPLE")]
)
def test_names_are_compared_in_every_alphabet(owner: int, told: str, other: str) -> None:
    assert exported(owner, "facebook", name=told) == connected(owner, "facebook", name=other)


def test_two_connections_of_one_name_are_two(owner: int) -> None:
    assert connected(owner, "facebook", key="3001") != connected(owner, "facebook", key="3002")


def test_two_exports_of_one_name_are_two(owner: int) -> None:
    assert exported(owner, "facebook", key="ada.example") != exported(owner, "facebook", key="ada.two")


def test_of_two_that_could_be_meant_none_is_taken(owner: int) -> None:
    both = {exported(owner, "facebook", key="ada.example"), exported(owner, "facebook", key="ada.two")}

    assert connected(owner, "facebook") not in both


def test_an_account_without_a_name_joins_none(owner: int) -> None:
    assert exported(owner, "facebook", name="") != connected(owner, "facebook", name="")


@pytest.mark.parametrize("service", ["x", "github"])
def test_other_services_go_by_their_keys_alone(owner: int, service: str) -> None:
    assert exported(owner, service) != connected(owner, service)


def test_the_account_of_another_user_is_never_met(owner: int, stranger: int) -> None:
    theirs = exported(stranger, "facebook", key="theirs")

    mine = connected(owner, "facebook")

    assert mine != theirs
    assert of(stranger, theirs).connection_id is None
    assert accounts.account(owner, theirs) is None
    assert (len(posts.posts(owner, mine)), len(people.people(owner, mine))) == (0, 0)


# ---- a profile alone


def lives(owner: int, *batches: Batch, **more: Any) -> int:
    """An account of X by connection."""
    profile = Profile(service="x", key="2001", handle="ada", followers=512, as_of=NOW)
    return put(owner, profile, *batches, source="live", **more)


def archived(owner: int, at: datetime, *people: Any) -> int:
    """The same by archive."""
    profile = Profile(service="x", key="2001", handle="ada", as_of=at)
    batch = Batch(posts=[post(1)], people=list(people) or [follower("7")])
    return put(owner, profile, batch, source="x", complete=frozenset({"followers"}))


def test_an_archive_that_is_older_than_the_connection_is_read_whole(owner: int) -> None:
    account = lives(owner)

    assert archived(owner, NOW - timedelta(days=9)) == account
    after = of(owner, account)
    assert (after.source, after.lists, after.data_at) == ("x", ["followers"], NOW - timedelta(days=9))
    assert len(people.people(owner, account)) == 1


def test_a_profile_alone_makes_an_archive_no_newer(owner: int) -> None:
    account = archived(owner, NOW - timedelta(days=9))

    lives(owner)

    after = of(owner, account)
    assert (after.source, after.as_of) == ("x", NOW - timedelta(days=9))
    assert after.notes == ["note of x", "note of live"]
    assert after.followers == 512
    assert archived(owner, NOW - timedelta(days=3), follower("7"), follower("8")) == account
    assert len(people.people(owner, account)) == 2


def test_what_is_read_whole_is_no_profile_alone(owner: int) -> None:
    account = archived(owner, NOW - timedelta(days=9))

    lives(owner, complete=frozenset({"followers"}))

    assert of(owner, account).source == "live"
    assert not people.people(owner, account)["is_follower"].any()


def test_a_snapshot_of_a_profile_alone_is_of_its_own_day(owner: int) -> None:
    account = archived(owner, NOW - timedelta(days=9))

    lives(owner)

    days = accounts.snapshots(owner, account)["day"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2026-11-11", "2026-11-20"]


HANDLE = Profile(service="x", key="ada", handle="Ada", url="https://x.com/ada")
NUMBER = Profile(service="x", key="7", handle="ada", url="https://x.com/ada", aliases=("ada",))
OLD = Profile(service="mastodon", key="ada@a.example", handle="ada@a.example", url="https://a.example/@ada")
NEW = replace(OLD, key="ada@example.net", handle="ada@example.net", aliases=("ada@a.example",))


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(("less", "more"), [pytest.param(HANDLE, NUMBER, id="x"), pytest.param(OLD, NEW, id="domains")])
def test_data_that_tells_less_of_an_account_is_of_the_same(
    owner: int, less: Profile, more: Profile, live: bool
) -> None:
    source = "live" if live else more.service
    first = put(owner, less, Batch(posts=[post(1)]), source=less.service)
    second = put(owner, more, Batch(posts=[post(1), post(2)]), source=source)
    third = put(owner, less, Batch(posts=[post(1)]), source=less.service)

    assert first == second == third
    assert (of(owner, first).key, of(owner, first).handle) == (more.key, more.handle)
    assert len(posts.posts(owner, first)) == 2


def test_friends_at_the_same_server_move_with_the_account(owner: int) -> None:
    friends = {"complete": frozenset({"friends"})}
    put(owner, OLD, Batch(people=[friend("pal@a.example"), friend("bob@b.example")]), source="mastodon", **friends)

    moved = Batch(people=[friend("pal@example.net"), friend("bob@b.example")])
    account = put(owner, NEW, moved, source="mastodon", **friends)

    assert sorted(people.people(owner, account)["handle"]) == ["bob@b.example", "pal@example.net"]
    assert change_list.changes(owner, account) == []


def test_a_handle_that_another_account_took_over_does_not_join_them(owner: int) -> None:
    first = put(owner, NUMBER, source="x")

    assert put(owner, replace(NUMBER, key="8"), source="x") != first


def test_tables_of_ones_own_do_not_join_an_export(owner: int) -> None:
    first = put(owner, HANDLE, source="csv")
    second = put(owner, NUMBER, source="x")

    assert put(owner, HANDLE, source="csv") == first != second
