"""Storms: whatever a service does, its imports sleep and go on; other services, other users and the pages go on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashapp.imports import live
from dashapp.services.net import circuit_breaker
from dashapp.store import connections, imports, posts
from dashapp.store.database import now
from tests.conftest import close, make_app
from tests.dashboard.downloads import sign_in
from tests.services.fakes.mastodon import TOKEN, served
from tests.services.fakes.mastodon_world import World as Fediverse
from tests.services.servers import serving
from tests.services.storms import KINDS, Storm, Town, own_world
from tests.waiting import wait_until

from .conftest import leave_out_measures
from .load import (
    account_of,
    add_user,
    connected,
    from_the_sky,
    hurry,
    is_asleep,
    is_done,
    listed,
    lost,
    row_of,
    running,
    small_sky,
    stored,
    ties_of,
)

USERS = 3
UNTIL = now().replace(microsecond=0)
ADA = 1  # her number
CALLS_UNTIL_ASLEEP = 15  # tries, and smaller pages
#: one of each sort at every change: a wait that is told, an error, silence, a wrong answer
STORMS = [
    kind if kind in ("429", "500", "hang", "types") else pytest.param(kind, marks=pytest.mark.nightly) for kind in KINDS
]


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Nothing is measured."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        leave_out_measures(monkeypatch)
        yield


@contextmanager
def application(url: str) -> Iterator[Flask]:
    """Within its context."""
    app = make_app(url)
    with app.app_context():
        yield app
    close(app)


@pytest.fixture(scope="module")
def calm(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with Ada's account, whose import nothing disturbed."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("calm")))
    with application(f"sqlite:///{path}") as app, stormy(app, "ada"), running(app):
        ada = add_user("ada")
        first = connected(ada, "github", "token-of-ada")
        wait_until(lambda: is_done(ada, first))
    return path


@pytest.fixture
def server(calm: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite; Ada's account is there."""
    with application(f"sqlite:///{shutil.copy(calm, tmp_path)}") as app:
        yield app


# ---- many users at once


def fediverse(names: list[str]) -> Fediverse:
    """Each of these with followers, friends and posts of their own at the same server."""
    world = Fediverse()
    home = world.server("home", limits={"all": 10**6, "paging": 10**6})
    for name in names:
        friends = [f"{name}_f{n}" for n in range(4)]
        who = world.add(name, home, *friends)
        for n, friend in enumerate(friends):
            world.add(friend, home, friends[(n + 1) % 4], *([name] if n % 2 else []))
        world.post(name, f"<p>{name} wrote this</p>")
        assert who.follows
    return world


@pytest.mark.slow
@pytest.mark.parametrize(
    "database",
    [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("sqlite", marks=pytest.mark.nightly)],
)
def test_users_who_import_at_once_get_their_own_and_nobody_elses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    names = [f"user{n}" for n in range(USERS)]
    sizes = {"followers": 14, "friends": 12, "mutual": 5, "follows": 8, "posts": 10}
    worlds = {f"token-of-{name}": own_world(name, n, **sizes) for n, name in enumerate(names)}
    homes = fediverse(names)
    with serving(Town(worlds, slowest=0.05)) as address, served(homes), app.app_context():
        app.config.update(GITHUB_API_URL=address, PRIVATE_HOSTS=homes.private_hosts, LIVE_THREADS=5)
        owners = {name: add_user(name) for name in names}
        begun = [
            pair
            for name, owner in owners.items()
            for pair in (
                (owner, connected(owner, "github", f"token-of-{name}", handle=name)),
                (owner, connected(owner, "mastodon", TOKEN.format(user=name), host=homes.servers["home"].host)),
            )
        ]
        with running(app):
            wait_until(lambda: all(is_done(*pair) for pair in begun))

        for name, owner in owners.items():
            assert_own_github(owner, name, worlds[f"token-of-{name}"])
            assert_own_mastodon(owner, name, homes)
            held = {row.service: connections.token(owner, row.id) for row in connections.connections(owner)}
            assert {service: token and token.access for service, token in held.items()} == {
                "github": f"token-of-{name}",
                "mastodon": TOKEN.format(user=name),
            }


def assert_own_github(owner: int, name: str, world: Any) -> None:
    account = account_of(owner, "github")
    logins = {str(person.id): person.login for person in world.people.values()}
    assert (account.handle, account.key) == (name, str(world.me.id))
    assert listed(owner, account.id, "is_follower") == {logins[str(id)] for id in world.followers}
    assert listed(owner, account.id, "is_friend") == {logins[str(id)] for id in world.friends}
    assert ties_of(owner, account.id) == {(logins[a], logins[b]) for a, b in world.ties()}
    texts = posts.posts(owner, account.id)["text"]
    assert len(texts) == len(world.posts)
    assert all(f"{name} wrote number" in text for text in texts)


def assert_own_mastodon(owner: int, name: str, world: Fediverse) -> None:
    account, home = account_of(owner, "mastodon"), world.servers["home"]
    assert account.handle == world.humans[name].key
    assert listed(owner, account.id, "is_follower") == world.followers(name)
    assert listed(owner, account.id, "is_friend") == world.friends(name)
    assert ties_of(owner, account.id) == world.ties(name, known_at=home)
    assert list(posts.posts(owner, account.id)["text"]) == [f"{name} wrote this"]


# ---- storms


@contextmanager
def stormy(server: Flask, *names: str) -> Iterator[Storm]:
    """GitHub with a storm to come, where all of these have the same world; Bluesky, where there is none."""
    world = own_world("ada", 0, followers=56, friends=30, mutual=20, follows=8, posts=20, until=UNTIL)
    storm, sky = Storm(Town({f"token-of-{name}": world for name in names})), small_sky()
    with serving(storm) as address, serving(sky) as other:
        server.config.update(GITHUB_API_URL=address, BLUESKY_APPVIEW_URL=other, BLUESKY_PLC_URL=other)
        try:
            yield storm
        finally:
            storm.end()


@pytest.mark.slow
@pytest.mark.parametrize("kind", STORMS)
def test_an_import_sleeps_through_a_storm_and_ends_as_an_undisturbed_one(
    server: Flask, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    hurry(monkeypatch, **({"timeout": 1.0} if kind == "hang" else {}))
    ada, bob, cleo = ADA, add_user("bob"), add_user("cleo")
    browser = sign_in(server, ada)
    with stormy(server, "bob") as storm, running(server):
        storm.begin(kind, after=3)
        second = connected(bob, "github", "token-of-bob")
        wait_until(lambda: is_asleep(bob, second))
        calls = len(storm.calls)
        other = from_the_sky(cleo)
        wait_until(lambda: is_done(cleo, other))
        pages = [browser.get(path).status_code for path in ("/healthz", "/readyz", "/dashboard/user")]
        during = row_of(bob, second).state
        storm.end()
        hurry(monkeypatch)  # an answer may take its time now
        imports.change_import(second, wake_at=now() + timedelta(seconds=storm.wait))
        wait_until(lambda: is_done(bob, second))

        assert pages == [200, 200, 200]
        assert during in ("queued", "running")
        assert 0 < calls <= CALLS_UNTIL_ASLEEP
        assert storm.too_early == 0
        assert stored(bob, "github") == stored(ada, "github")
        assert row_of(bob, second).report.lost_followers == 0


@pytest.mark.slow
def test_a_service_that_hangs_holds_up_no_other_one(server: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch, timeout=250.0)
    names = [f"user{n}" for n in range(3 * server.config["LIVE_THREADS"])]
    owners = {name: add_user(name) for name in names}
    cleo = add_user("cleo")
    with stormy(server, *names) as storm, running(server):
        storm.begin("hang")
        begun = [(owner, connected(owner, "github", f"token-of-{name}")) for name, owner in owners.items()]
        wait_until(lambda: len(storm.calls) >= server.config["LIVE_THREADS"])
        other = from_the_sky(cleo)
        wait_until(lambda: is_done(cleo, other))
        held = [pair for pair in begun if row_of(*pair).state == "running"]
        storm.end()

        assert len(held) == server.config["LIVE_THREADS"]


@pytest.mark.slow
def test_one_import_finds_out_that_a_service_hangs_and_the_others_leave_it_alone(
    server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, timeout=0.3)
    monkeypatch.setattr(circuit_breaker, "LONGER", timedelta(minutes=5))
    names = [f"user{n}" for n in range(12)]
    owners = {name: add_user(name) for name in names}
    with stormy(server, *names) as storm, running(server):
        storm.begin("hang")
        begun = [(owner, connected(owner, "github", f"token-of-{name}")) for name, owner in owners.items()]
        wait_until(lambda: all(is_asleep(*pair) for pair in begun))
        troubled = [owner for owner, import_id in begun if row_of(owner, import_id).troubles]

        assert len(storm.calls) <= circuit_breaker.MOST * (server.config["LIVE_THREADS"] + 1)
        assert len(troubled) <= server.config["LIVE_THREADS"] + 1
        assert all("does not answer" in row_of(*pair).message for pair in begun)


# ---- nobody is lost by a list that breaks


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["500", pytest.param("cut", marks=pytest.mark.nightly), "types"])
def test_a_list_that_was_whole_and_breaks_loses_nobody(
    server: Flask, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(live, "TROUBLES", 1)
    monkeypatch.setattr(live, "FIRST_PAUSE", timedelta(seconds=0.1))
    ada, account = ADA, account_of(ADA, "github").id
    with stormy(server, "ada") as storm, running(server):
        before = listed(ada, account, "is_follower")
        storm.begin(kind, after=3)
        second = connected(ada, "github", "token-of-ada")
        wait_until(lambda: row_of(ada, second).state in ("done", "failed"))
        storm.end()
        broken = row_of(ada, second)
        kept, nobody = listed(ada, account, "is_follower"), lost(ada, account)
        world = storm.app.worlds["token-of-ada"]  # type: ignore[attr-defined]
        gone = world.people[world.followers.pop()].login
        third = connected(ada, "github", "token-of-ada")
        wait_until(lambda: is_done(ada, third))

        assert storm.calls
        assert kind == "types" or broken.state == "failed"  # where only a name is wrong, the list is whole
        assert (kept, nobody) == (before, set())
        assert lost(ada, account) == {gone}
