"""Whole imports of Bluesky accounts: what is known of who comes later."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pandas as pd
import pytest
from flask import Flask

from dashapp.imports.jobs import run
from dashapp.imports.people_analysis import people_results
from dashapp.store import accounts, change_list, imports, people, users
from tests.imports.conftest import unmeasured
from tests.services.bluesky_network import Network, Serve, network
from tests.services.fakes.bluesky import ADA, Fault, did_of

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("unmeasured")]
__all__ = ["network", "unmeasured"]
FOLLOWS = "app.bsky.graph.getFollows"
NEW = ("new.example.social", "newer.example.social")


@pytest.fixture
def owner(app: Flask) -> Iterator[int]:
    """A user, inside the application's context."""
    with app.app_context():
        yield users.add_user("Ada", "hash")


def imported(app: Flask, owner: int, told: Network) -> int:
    """The account after an import of Ada by her handle."""
    app.config.update(BLUESKY_APPVIEW_URL=told.url, BLUESKY_PLC_URL=told.url, PRIVATE_HOSTS=[told.url])
    import_id = imports.add_live(owner, service="bluesky", handle="ada.example.social")
    row = imports.claim(import_id)
    assert row is not None
    run(row, stopping=threading.Event())
    ended = imports.get_import(owner, import_id)
    assert ended is not None
    assert (ended.state, ended.message) == ("done", "")
    return ended.account_id or 0


def with_newcomers(told: Network, *, come: bool = True) -> None:
    """Two follow Ada, and are followed by most of her people, or both stop it."""
    world = told.fake.world
    known = [member for member in world.members.values() if member.did != ADA and member.handle not in NEW]
    for number, handle in enumerate(NEW):
        new = world.members.get(did_of(900 + number)) or world.add(did_of(900 + number), handle, did_of(0), did_of(1))
        for member in (new, *known[number:]):
            target = ADA if member is new else new.did
            if come:
                member.follows[target] = None
            else:
                member.follows.pop(target, None)


def counted(owner: int, account: int) -> pd.DataFrame:
    """What is counted of whom, by handle; only of followers and friends."""
    row = accounts.account(owner, account)
    assert row is not None
    people_results(owner, row)
    rows, _ = people.list_page(owner, account, "everyone", limit=500)
    numbers = {row.handle: (row.n_followers, row.n_friends) for row in rows if row.is_follower or row.is_friend}
    return pd.DataFrame.from_dict(numbers, orient="index", columns=["n_followers", "n_friends"])


def truth(told: Network) -> pd.DataFrame:
    """The same of the world."""
    world, ties = told.fake.world, told.fake.world.ties()
    around = {world.members[did].handle: did for did in {*world.listed("followers"), *world.listed("friends")}}
    numbers = {handle: [sum(tie[end] == did for tie in ties) for end in (1, 0)] for handle, did in around.items()}
    return pd.DataFrame.from_dict(numbers, orient="index", columns=["n_followers", "n_friends"])


def test_who_follows_newcomers_is_known_at_once_and_others_are_not_read_again(
    app: Flask, owner: int, network: Serve
) -> None:
    told = network(followers=20, friends=10, mutual=5, follows=8)
    first = imported(app, owner, told)
    with_newcomers(told)
    before = told.fake.calls[FOLLOWS]

    account = imported(app, owner, told)

    found = counted(owner, account)
    assert account == first
    assert found.sort_index().equals(truth(told).sort_index())
    assert found.loc[list(NEW), "n_followers"].min() >= 20
    assert told.fake.calls[FOLLOWS] - before <= 1 + len(NEW)  # Ada's friends, and theirs


def test_who_left_and_came_back_is_asked_about_again(app: Flask, owner: int, network: Serve) -> None:
    told = network(followers=20, friends=10, mutual=5, follows=8)
    with_newcomers(told)
    imported(app, owner, told)
    with_newcomers(told, come=False)
    imported(app, owner, told)
    with_newcomers(told)

    account = imported(app, owner, told)

    assert counted(owner, account).sort_index().equals(truth(told).sort_index())


def test_who_is_switched_off_suspended_or_deleted_has_not_unfollowed(app: Flask, owner: int, network: Serve) -> None:
    told = network(followers=40, friends=0, mutual=0, follows=2)
    members = told.fake.world.members
    imported(app, owner, told)
    states = {did_of(0): "AccountDeactivated", did_of(1): "AccountTakedown", did_of(2): "gone"}
    for did, state in states.items():
        members[did].state = state
    del members[did_of(3)].follows[ADA]
    members[did_of(4)].handle = "renamed.example.social"
    account = imported(app, owner, told)

    gone = {(did, "lost", "gone") for did in states}
    known = {*gone, (did_of(3), "lost", "unfollowed"), (did_of(4), "renamed", None)}
    assert changes(owner, account) == known

    for did in states:
        members[did].state = ""
    imported(app, owner, told)

    assert changes(owner, account) == known | {(did, "gained", "returned") for did in states}


def test_nobody_has_unfollowed_where_profiles_do_not_come(app: Flask, owner: int, network: Serve) -> None:
    told = network(followers=10, friends=0, mutual=0, follows=2)
    imported(app, owner, told)
    del told.fake.world.members[did_of(3)].follows[ADA]
    told.fake.faults = [Fault("500", only="app.bsky.actor.getProfiles"), Fault("500", about=did_of(3))]
    account = imported(app, owner, told)

    assert changes(owner, account) == {(did_of(3), "lost", None)}


def changes(owner: int, account: int) -> set[tuple[str, str, str | None]]:
    """What became of whom, and why."""
    return {(row.key, row.change, row.reason) for row in change_list.changes(owner, account)}
