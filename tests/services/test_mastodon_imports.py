"""Whole imports of Mastodon accounts: what is stored, and who counts as lost."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo

import pandas as pd
import pytest
from flask import Flask

from analytics.growth import CHANGED
from dashapp.imports import live, run_waiting
from dashapp.imports.jobs import run
from dashapp.imports.receive import receive
from dashapp.store import accounts, change_list, connections, imports, people, posts, users
from dashapp.store.database import now
from dashapp.store.rows import AccountRow
from tests.imports.conftest import unmeasured
from tests.services.fakes.mastodon import TOKEN, served
from tests.services.fakes.mastodon_world import World
from tests.services.mastodon_reading import crowd, small

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("unmeasured")]
__all__ = ["unmeasured"]


@pytest.fixture
def owner(app: Flask) -> Iterator[int]:
    """A user, inside the application's context."""
    with app.app_context():
        yield users.add_user("Ada", "hash")


@contextmanager
def running(app: Flask, world: World) -> Iterator[World]:
    """The world's servers, which the application may call."""
    with served(world):
        app.config["PRIVATE_HOSTS"] = world.private_hosts
        yield world


def imported(owner: int, world: World, account_id: int | None = None, *, connection: int | None = None) -> AccountRow:
    """The account after an import of Ada by her handle, with as many sleeps as it takes."""
    handle, host = world.humans["ada"].key, world.servers["home"].domain
    import_id = imports.add_live(
        owner, service="mastodon", handle=handle, host=host, account_id=account_id, connection=connection
    )
    while (row := imports.claim(import_id)) is not None:
        run(row, stopping=threading.Event())
        imports.change_import(import_id, wake_at=now() - timedelta(seconds=1))
    ended = imports.get_import(owner, import_id)
    assert ended is not None
    assert (ended.state, ended.message) == ("done", "")
    account = accounts.account(owner, ended.account_id or 0)
    assert account is not None
    return account


def stored_ties(owner: int, account: AccountRow) -> set[tuple[str, str]]:
    """By handles."""
    handles = people.people(owner, account.id).set_index("person")["handle"]
    ties = people.ties(owner, account.id)
    return set(zip(ties["source"].map(handles), ties["target"].map(handles), strict=True))


def lost(owner: int, account: AccountRow) -> set[tuple[str, str]]:
    """Who, and of which list."""
    changes = change_list.changes(owner, account.id)
    return {(row.handle, row.relation) for row in changes if row.change == "lost"}


def test_what_the_server_tells_is_stored(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        account = imported(owner, world)

        assert account.lists == ["followers", "friends", "posts"]
        assert set(people.people(owner, account.id)["handle"]) == world.followers("ada") | world.friends("ada")


def test_a_thread_is_answered_by_others_alone_whatever_the_server_calls_its_posts(app: Flask, owner: int) -> None:
    world = crowd(posts=45)
    first, *between, last = world.humans["ada"].statuses  # on two pages
    first |= {"uri": "https://home.example/objects/a-word", "replies_count": 1}
    last |= {"in_reply_to_id": first["id"], "in_reply_to_account_id": world.humans["ada"].number, "replies_count": 2}
    between[-1] |= {"in_reply_to_id": "5", "in_reply_to_account_id": "99"}

    with running(app, world):
        account = imported(owner, world)

    assert posts.posts(owner, account.id)["replies"].tolist() == [0, *[3] * 43, 2]


def test_the_second_pass_stores_all_ties_and_is_not_repeated_at_once(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        account = imported(owner, world)
        assert stored_ties(owner, account) == set()
        accounts.save_options(owner, account.id, refresh_at=None, home="1")
        imported(owner, world, account.id)
        asked = world.servers["third"].calls.total()
        imported(owner, world, account.id)

        assert stored_ties(owner, account) == world.ties("ada")
        told = {row.key for row in people.followers_and_friends(owner, account.id) if row.ties_at is not None}
        assert told == world.followers("ada") | world.friends("ada")
        assert world.servers["third"].calls.total() == asked == 4


def test_the_second_pass_asks_everybody_again_when_somebody_new_has_come(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        account = imported(owner, world)
        accounts.save_options(owner, account.id, refresh_at=None, home="1")
        imported(owner, world, account.id)
        world.add("gus", world.servers["other"], "ada", "eve")
        world.humans["dora"].follows["gus"] = None
        imported(owner, world, account.id)

        assert (world.humans["dora"].key, world.humans["gus"].key) in stored_ties(owner, account)
        assert stored_ties(owner, account) == world.ties("ada")


def test_who_is_gone_from_a_whole_list_is_lost(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        imported(owner, world)
        del world.humans["eve"].follows["ada"]
        account = imported(owner, world)

        assert lost(owner, account) == {(world.humans["eve"].key, "follower")}


@pytest.mark.parametrize("untold", [False, True])
def test_hiding_the_lists_makes_nobody_lost(app: Flask, owner: int, untold: bool) -> None:
    with running(app, small()) as world:
        imported(owner, world)
        world.humans["ada"].hidden, world.humans["ada"].untold = True, untold
        account = imported(owner, world)

        assert lost(owner, account) == set()
        assert "The list of friends is hidden: only their number is told." in account.notes


def test_a_list_that_is_refused_makes_nobody_lost(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        imported(owner, world)
        world.servers["home"].fault = lambda path: ({"error": "No"}, 403) if path.endswith("following") else None
        account = imported(owner, world)

        assert lost(owner, account) == set()
        assert "The server does not tell friends." in account.notes


def test_what_a_server_did_not_tell_is_read_when_it_does_and_nobody_is_lost(app: Flask, owner: int) -> None:
    with running(app, crowd(followers=100, posts=130)) as world:
        home, newest = world.servers["home"], world.humans["ada"].statuses[:-41:-1]
        home.fault = lambda path: newest if path.endswith("statuses") else None
        partial = imported(owner, world)
        few = len(posts.posts(owner, partial.id))
        home.fault, home.links = lambda path: None, False
        account = imported(owner, world)

        assert (few, partial.posts_until, len(posts.posts(owner, account.id))) == (40, None, 130)
        assert account.posts_until is not None
        assert lost(owner, account) == set()
        assert any("list of followers goes on behind 80" in note for note in account.notes)


def fates(owner: int, account: AccountRow) -> set[tuple[str, str, str | None]]:
    """What became of whom, and why."""
    return {(row.key.partition("@")[0], row.change, row.reason) for row in change_list.changes(owner, account.id)}


def test_who_is_gone_has_not_unfollowed(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        world.add("gus", world.servers["other"], "ada")
        imported(owner, world)
        humans = world.humans
        del humans["bob"].follows["ada"]  # at the server itself
        humans["cleo"].suspended, follows, humans["cleo"].follows = True, humans["cleo"].follows, {}
        humans["eve"].deleted = True
        account = imported(owner, world)

        lost = {
            ("bob", "lost", "unfollowed"),
            ("cleo", "lost", "gone"),
            ("eve", "lost", "gone"),
        }
        assert fates(owner, account) == lost
        humans["cleo"].suspended, humans["cleo"].follows = False, follows
        account = imported(owner, world)

        assert fates(owner, account) == lost | {("cleo", "gained", "returned")}


def test_whom_the_server_has_forgotten_their_own_one_knows(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        imported(owner, world)
        del world.humans["eve"].follows["ada"]
        del world.humans["eve"].follows["bob"]
        world.servers["home"].remembered.clear()
        account = imported(owner, world)

        assert fates(owner, account) == {("eve", "lost", "unfollowed")}


@pytest.mark.parametrize("failing", ["home", "third"])
def test_who_is_missing_is_lost_without_a_reason_where_a_server_fails_to_tell_it(
    app: Flask, owner: int, failing: str
) -> None:
    with running(app, small()) as world:
        imported(owner, world)
        world.humans["eve"].deleted = True
        server, missing = world.servers[failing], Counter[str]()

        def fault(path: str) -> tuple[str, int] | None:
            missing[path] += 1  # of these calls the first one of an import asks for the account itself
            return ("Busy", 503) if path.endswith("lookup") and (failing == "third" or missing[path] > 1) else None

        server.fault = fault
        account = imported(owner, world)

        assert fates(owner, account) == {("eve", "lost", None)}
        assert "followers" in account.lists


@pytest.mark.parametrize("is_listed", [True, False])
def test_who_moved_to_another_server_is_one_person(app: Flask, owner: int, is_listed: bool) -> None:
    with running(app, small()) as world:
        imported(owner, world)
        world.add("evelyn", world.servers["other"], "ada")
        world.humans["eve"].moved = "evelyn"
        if not is_listed:
            del world.humans["eve"].follows["ada"]
        account = imported(owner, world)

        assert fates(owner, account) == {("evelyn", "moved", None)}
        handles = {handle.partition("@")[0] for handle in people.people(owner, account.id)["handle"]}
        assert handles == {"bob", "cleo", "dora", "evelyn"}


def test_a_friend_whose_new_account_is_on_no_list_stands_with_a_sign(app: Flask, owner: int) -> None:
    with running(app, small()) as world:
        world.add("doris", world.servers["other"])
        world.humans["dora"].moved = "doris"
        account = imported(owner, world)

        rows, _ = people.list_page(owner, account.id, "friends")
        moved = {row.key: row.moved_to for row in rows if row.moved_to}
        assert moved == {world.humans["dora"].key: world.humans["doris"].key}


def written(world: World, *days: int) -> None:
    """Posts of Ada, so many days ago."""
    for day in days:
        world.post("ada", f"<p>{day} days ago</p>", at=now() - timedelta(days=day))


def texts(owner: int, account: AccountRow) -> list[str]:
    return posts.posts(owner, account.id)["text"].tolist()


def test_what_was_deleted_at_the_server_is_gone_within_what_is_read_again(app: Flask, owner: int) -> None:
    world = crowd()
    written(world, *range(90, 30, -1), 6, 2, 1)

    with running(app, world):
        imported(owner, world)
        statuses = world.humans["ada"].statuses
        del statuses[-2], statuses[0]
        account = imported(owner, world)
        after_a_day = texts(owner, account)
        read_long_ago = now() - timedelta(days=app.config["REREAD_DAYS"], minutes=1)
        accounts.change_account(owner, account.id, posts_read_at=read_long_ago)
        account = imported(owner, world)

    assert [after_a_day[0], *after_a_day[-2:]] == ["90 days ago", "6 days ago", "1 days ago"]
    assert texts(owner, account)[0] == "89 days ago"
    assert len(texts(owner, account)) == len(statuses)
    assert account.posts_read_at != read_long_ago
    assert imports.imports(owner)[0].report.removed_posts == 1


def test_where_a_post_was_kept_out_none_is_taken_for_gone(app: Flask, owner: int) -> None:
    world = crowd()
    written(world, *range(60, 0, -1))

    with running(app, world):
        imported(owner, world)
        del world.humans["ada"].statuses[-1]
        world.humans["ada"].statuses[-1]["created_at"] = None  # kept out
        account = imported(owner, world)

    assert len(texts(owner, account)) == 60


def test_a_stranger_takes_no_post_for_followers_for_gone(app: Flask, owner: int) -> None:
    world = crowd()
    written(world, 3, 2, 1)
    world.humans["ada"].statuses[0]["visibility"] = "private"
    token = {"access_token": TOKEN.format(user="ada")}

    with running(app, world):
        whose = {"service": "mastodon", "host": world.servers["home"].domain, "uid": "1", "handle": "ada"}
        connection = connections.connect(owner, **whose, token=token, expires_at=None)
        imported(owner, world, connection=connection)
        connections.disconnect(owner, connection)
        del world.humans["ada"].statuses[-1]
        account = imported(owner, world)

    assert texts(owner, account) == ["3 days ago", "2 days ago"]


def test_two_exports_tell_the_same_as_two_readings_of_the_same_days(
    app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 9)]
    uploader = users.add_user("Bea", "hash")
    with running(app, small()) as world:
        for day in days:
            monkeypatch.setattr(live, "datetime", clock_of(day))
            account = imported(owner, world)
            lists = {"followers.csv": world.followers("ada"), "following_accounts.csv": world.friends("ada")}
            files = [(name, io.BytesIO("\n".join(["Account address", *keys]).encode())) for name, keys in lists.items()]
            options = {"handle": world.humans["ada"].key, "as_of": f"{day:%Y-%m-%dT%H:%M}"}
            receive(uploader, files, options=options, ask=False)
            run_waiting(app, threading.Event())
            if day == days[0]:
                world.humans["ada"].follows.pop("dora")
                world.humans["eve"].follows.pop("ada")
                world.add("gus", world.servers["other"], "ada")
                world.humans["ada"].follows["gus"] = None
    (uploaded,) = accounts.accounts(uploader)

    seen = [
        {(row.key, row.relation, row.change, row.seen_at.date()) for row in change_list.changes(user, one.id)}
        for user, one in ((owner, account), (uploader, uploaded))
    ]
    assert seen[0] == seen[1]
    assert len(seen[0]) == 4
    grown = [change_list.daily_growth(*mine) for mine in ((owner, account.id), (uploader, uploaded.id))]
    told = ["day", "followers", "friends", "mutuals", *(name for name in CHANGED if not name.startswith("gone"))]
    pd.testing.assert_frame_equal(grown[0][told], grown[1][told])
    assert grown[1]["gone_followers"].isna().all()  # files do not tell it


def clock_of(day: datetime) -> type[datetime]:
    """A clock that stands still."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return day.astimezone(tz)

    return Clock
