"""Live imports that slept through an update: their cursors, as older versions wrote them, lead on to the same end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from dashapp.extensions import db
from dashapp.services.bluesky.cursor import PLAN as BLUESKY_PLAN
from dashapp.services.bluesky.cursor import BlueskyCursor
from dashapp.services.github import rest_reader
from dashapp.services.github.cursor import PLAN as GITHUB_PLAN
from dashapp.services.github.cursor import GitHubCursor
from dashapp.services.mastodon.cursor import PLAN as MASTODON_PLAN
from dashapp.services.mastodon.cursor import MastodonCursor
from dashapp.services.paging import Paging, dump, load
from dashapp.services.reading import Reader
from dashapp.services.x.cursor import PLAN as X_PLAN
from dashapp.services.x.cursor import XCursor
from tests.conftest import ON_BOTH, ROOT, close, make_app
from tests.services import bluesky_network, github_reading, mastodon_reading, test_x_reader
from tests.services.fakes import bluesky as bluesky_fake
from tests.services.fakes import github as github_fake
from tests.services.fakes import x as x_fake
from tests.services.fakes.github_world import World as GitHubWorld
from tests.services.live_reading import Kept, read
from tests.services.servers import serving

pytestmark = pytest.mark.slow

MIGRATIONS = str(ROOT / "migrations")
Cursor = dict[str, Any]
Migrate = Callable[[str, Cursor], Cursor]
NOW = datetime(2026, 8, 1, tzinfo=UTC)
USER = {
    "name": "ada",
    "name_key": "ada",
    "email": "a@example.org",
    "email_key": "a@example.org",
    "password_hash": "h",
    "time_zone": "UTC",
    "theme": "auto",
    "is_demo": False,
    "created_at": NOW,
}
IMPORT = {
    "export": "live",
    "filename": "ada",
    "step": "Reading posts",
    "done": 4,
    "total": 9,
    "batches": 4,
    "merged": False,
    "message": "",
    "report": {},
    "lease": 7,
    "attempts": 0,
    "live": True,
    "calls": 4,
    "troubles": 0,
    "created_at": NOW,
    "wake_at": NOW,
}


@pytest.fixture(scope="module")
def old_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file from before cursors were moved: going back takes longer than most of these tests."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("old")))
    app = make_app(f"sqlite:///{path}")
    with app.app_context():
        downgrade(directory=MIGRATIONS, revision="0003")
    close(app)
    return path


@pytest.fixture
def before(app: Flask, database: str, old_sqlite: Path) -> Iterator[sa.Table]:
    """The table of imports before cursors were moved, with a user beside it."""
    with app.app_context():
        if database == "sqlite":
            shutil.copy(old_sqlite, str(db.engine.url.database))
        else:
            downgrade(directory=MIGRATIONS, revision="0003")
        with db.engine.begin() as connection:
            tables = sa.MetaData()
            tables.reflect(connection, only=["users", "imports"])
            connection.execute(tables.tables["users"].insert().values(**USER))
        yield tables.tables["imports"]
        if database != "sqlite":
            upgrade(directory=MIGRATIONS)


def move_cursors() -> None:
    """The one update that does; that rows outlive the later ones is shown by tests of migrations."""
    upgrade(directory=MIGRATIONS, revision="0004")


def add(table: sa.Table, service: str, cursor: Cursor, **more: Any) -> int:
    """An import as an older version kept it."""
    options = {"service": service, "handle": "ada", "host": ""}
    with db.engine.begin() as connection:
        owner = connection.execute(sa.text("SELECT id FROM users")).scalar()
        row = {**IMPORT, "owner_id": owner, "options": options, "cursor": cursor, "state": "queued", **more}
        return int(connection.execute(table.insert().values(row).returning(table.c.id)).scalar_one())


def kept(table: sa.Table, number: int) -> Cursor:
    """Its cursor."""
    with db.engine.connect() as connection:
        cursor: Cursor = connection.execute(sa.select(table.c.cursor).where(table.c.id == number)).scalar_one()
    return cursor


@pytest.fixture
def migrated(before: sa.Table) -> Migrate:
    """The cursor of a sleeping import behind the update."""

    def update(service: str, cursor: Cursor) -> Cursor:
        number = add(before, service, cursor)
        move_cursors()
        return kept(before, number)

    return update


def check_goes_on(reader: Callable[[], Reader], steps: int, cursor: Cursor, whole: Kept, rest: Kept) -> None:
    """Reads everything, then only what comes behind so many steps: it has to be the same."""
    _, coverage = read(reader(), whole)
    rest.steps = [*whole.steps[: steps - 1], replace(whole.steps[steps - 1], cursor=cursor)]
    _, same_coverage = read(reader(), rest)

    assert rest.batches == whole.batches
    assert same_coverage == coverage


# ---- imports that go on


PAGE_2 = "Y3Vyc29yOjEwMA=="
KINDS = ("issues", "pullRequests", "issueComments", "repositoryDiscussions")
GITHUB = {
    "steps": 5,
    "rest": [[f"{number}", f"U_{number}", PAGE_2, 1] for number in range(2150, 2170)],
    "many": 0,
    "untold": 0,
    "after": {**dict.fromkeys(KINDS, PAGE_2), "followers": "Y3Vyc29yOjUw", "friends": "Y3Vyc29yOjUw"},
    "done": [],
    "cut": {},
    "read": {**dict.fromkeys(KINDS, 100), "followers": 50, "friends": 50},
    "of": {**dict.fromkeys(KINDS[:2], 113), **dict.fromkeys(KINDS[2:], 112), "followers": 130, "friends": 60},
    "sizes": {"posts": 100, "followers": 50, "friends": 50, "ties": 40},
}
GITHUB_REST = {
    "steps": 4,
    "next": {"friends": 1, "issues": 2, "pulls": 2},
    "read": {"followers": 230},
    "cut": [],
    "hidden": False,
}
MASTODON = {
    "steps": 6,
    "next": {"followers": "limit=80&max_id=5270", "friends": "limit=80&max_id=5010"},
    "pages": {"posts": 4, "followers": 1, "friends": 1},
    "done": ["posts"],
    "refused": [],
    "cut": [],
    "read": {"posts": 90, "followers": 80, "friends": 80},
    "bad": {"posts": 0, "followers": 0, "friends": 0},
    "of": {"posts": 90, "followers": 170, "friends": 90},
    "familiar": [],
    "unfamiliar": False,
    "moved": "",
    "id": "7000000",
}
BLUESKY = {
    "did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
    "next": {"followers": "from-100", "friends": "from-100"},
    "done": ["posts"],
    "cut": {},
    "read": {"posts": 150, "followers": 100, "friends": 100},
    "of": {"posts": 150, "followers": 130, "friends": 110},
    "pages": {"posts": 2, "followers": 1, "friends": 1},
    "at": 0,
    "people": 0,
    "again": [],
    "told": {},
    "calls": 13,
}
BLUESKY_TIES = BLUESKY | {
    "next": {},
    "done": ["posts", "followers", "friends"],
    "read": {"posts": 150, "followers": 130, "friends": 110},
    "pages": {"posts": 2, "followers": 2, "friends": 2},
    "at": 20,
    "people": 220,
    "calls": 38,
}
X = {
    "next": {"followers": "t10", "friends": "t10", "posts": "t40"},
    "done": [],
    "stopped": {},
    "partial": [],
    "calls": 6,
    "shown": 3,
    "posts": 40,
    "empty": 0,
    "spelling": "tweet",
    "aside": {},
    "since": "",
}


@pytest.mark.server
@pytest.mark.parametrize("token", [github_fake.TOKEN, None], ids=["token", "public"])
def test_an_import_of_github_goes_on(migrated: Migrate, token: str | None) -> None:
    large, public = (
        GitHubWorld(followers=130, friends=60, mutual=10, follows=120, posts=450),
        GitHubWorld(followers=230, friends=105, posts=500),
    )
    steps, old = (5, GITHUB) if token else (4, GITHUB_REST)
    cursor = migrated("github", old)

    with github_reading.open_access(github_fake.Fake(large if token else public), token) as access:
        check_goes_on(lambda: github_reading.make_reader(access), steps, cursor, Kept(), Kept())


@pytest.mark.server
def test_an_import_of_mastodon_goes_on(migrated: Migrate) -> None:
    world = mastodon_reading.crowd(followers=170, friends=90, posts=90)
    with mastodon_reading.open_access(world, "home", token=False) as access:
        host = world.servers["home"].host
        cursor = migrated("mastodon", MASTODON | {"key": world.humans["ada"].key, "host": host, "domain": host})

        check_goes_on(lambda: mastodon_reading.make_reader(access, world), 6, cursor, Kept(), Kept())


def test_who_waits_on_mastodon_goes_on_waiting(migrated: Migrate) -> None:
    waiting = {
        "familiar": [["7", "bob@example.social"]],
        "homes": {"at": 3, "now": None, "later": [[1, 2, 0, 0, True]], "closed": 1, "many": 0, "gone": 0},
        "moved": "eve@example.social",
    }
    ids = {"key": "ada@example.social", "host": "example.social", "domain": "example.social"}

    cursor = dump(load(MastodonCursor, MASTODON_PLAN, migrated("mastodon", MASTODON | waiting | ids)))

    assert {name: cursor[name] for name in waiting} == waiting


@pytest.mark.server
@pytest.mark.parametrize(("steps", "old"), [(4, BLUESKY), (7, BLUESKY_TIES)], ids=["lists", "ties"])
def test_an_import_of_bluesky_goes_on(migrated: Migrate, steps: int, old: Cursor) -> None:
    cursor = migrated("bluesky", old)
    world = bluesky_fake.World(followers=130, friends=110, mutual=20, follows=60, posts=150)
    fake = bluesky_fake.BlueskyFake(world)

    with serving(fake) as url:
        network = bluesky_network.Network(url, fake)
        check_goes_on(network.reader, steps, cursor, Kept(), Kept())
        network.close()


@contextmanager
def x_served() -> Iterator[tuple[x_fake.Fake, Any]]:
    """Ada at X, with pages of ten."""
    fake = x_fake.Fake(x_fake.World(followers=30, friends=25, mutual=5, posts=60))
    fake.page = 10
    with test_x_reader.open_access(fake) as access:
        yield fake, access


@ON_BOTH
@pytest.mark.server
def test_an_import_of_x_goes_on_and_pays_nothing_twice(migrated: Migrate) -> None:
    cursor = migrated("x", X)
    wallet = test_x_reader.Wallet()
    with x_served() as (fake, access):
        whole, coverage = read(test_x_reader.make_reader(access, wallet), wallet)
        asked, billed = list(fake.asked), fake.served
        rest = test_x_reader.Wallet()
        rest.steps = [*whole.steps[:5], replace(whole.steps[5], cursor=cursor)]
        _, same_coverage = read(test_x_reader.make_reader(access, rest), rest)

    assert rest.batches == whole.batches
    assert same_coverage == coverage
    assert fake.asked[len(asked) :] == asked[6:]
    assert fake.served - billed == sum(step.cost for step in whole.steps[6:]) == rest.spent


def test_what_x_was_paid_for_a_lost_page_stays_set_aside(migrated: Migrate) -> None:
    aside = {"day": "2026-08-01", "cost": 100}
    old = X | {"aside": aside, "since": "2026-07-01T00:00:00Z", "spelling": "post"}

    state = load(XCursor, X_PLAN, migrated("x", old))

    assert (state.set_aside_on("2026-08-01"), state.set_aside_on("2026-08-02")) == (100, 0)
    assert (state.since, state.spelling, state.shown) == ("2026-07-01T00:00:00Z", "post", 3)


# ---- what was stopped stays stopped


BOTH = frozenset({"followers", "friends"})


@pytest.mark.parametrize(
    ("done", "cut", "complete"),
    [
        ([*KINDS, *BOTH], {}, BOTH | {"posts"}),
        ([*KINDS, *BOTH], {"followers": "GitHub did not tell all {name}, …"}, {"friends", "posts"}),
        ([*KINDS, *BOTH], {"issues": "The newest {n:,} {name} were read: …"}, BOTH | {"posts"}),
        ([*KINDS, *BOTH], {"issues": "GitHub did not tell all {name}, …", "friends": "The newest …"}, {"followers"}),
        ([*KINDS, "friends"], {"followers": "GitHub did not tell all {name}, …"}, {"friends", "posts"}),
    ],
)
def test_lists_of_github_that_were_cut_stay_partial(
    migrated: Migrate, done: list[str], cut: dict[str, str], complete: set[str]
) -> None:
    state = load(
        GitHubCursor, GITHUB_PLAN, migrated("github", GITHUB | {"done": done, "cut": cut, "of": GITHUB["read"]})
    )
    if "followers" not in done:
        state.paging.turn("followers", 0, None)
    coverage = state.coverage()

    assert coverage.complete == complete
    assert len(coverage.notes[1:]) == len(cut)


def test_what_github_hides_stays_hidden(migrated: Migrate) -> None:
    old = GITHUB_REST | {"next": {"friends": 2}, "cut": ["followers", "friends"], "hidden": True}

    paging = Paging(rest_reader.PLAN, migrated("github", old))

    assert (paging.next(), paging.progress["friends"].next) == ("friends", "2")
    assert not paging.is_whole("followers")
    assert {paging.progress[name].stopped for name in ("issues", "pulls")} == {"refused"}
    assert paging.progress["friends"].unreadable


@pytest.mark.parametrize(
    ("old", "complete", "note"),
    [
        ({"done": ["posts", "followers"]}, {"posts"}, "80 of 170 followers were told"),
        ({"done": ["posts", "followers"], "refused": ["followers"]}, {"posts"}, "The server does not tell followers."),
        ({"done": ["posts"], "cut": ["posts"]}, set(), "The server never ends its list of posts"),
        ({"done": ["posts", "friends"], "bad": {"friends": 2}}, {"posts"}, "could not be read: 2."),
    ],
)
def test_lists_of_mastodon_that_are_not_whole_stay_partial(
    migrated: Migrate, old: Cursor, complete: set[str], note: str
) -> None:
    state = load(MastodonCursor, MASTODON_PLAN, migrated("mastodon", MASTODON | old))

    coverage = state.coverage(signed=False, home=False)

    assert coverage.complete == complete
    assert any(note in each for each in coverage.notes)


@pytest.mark.parametrize(
    ("cut", "read", "note"),
    [
        ("The newest {n:,} {name} were read: …", 100, "The newest 100 followers were read"),
        ("Bluesky stopped telling the {name} after {n:,}.", 100, "Bluesky stopped telling the followers after 100."),
        ("Bluesky counts {of:,} {name} and lists nobody.", 0, "Bluesky told only 0 of 130 followers"),
    ],
)
def test_lists_of_bluesky_that_were_cut_stay_partial(migrated: Migrate, cut: str, read: int, note: str) -> None:
    old = BLUESKY_TIES | {"cut": {"followers": cut}, "read": {"posts": 150, "followers": read, "friends": 110}}

    coverage = load(BlueskyCursor, BLUESKY_PLAN, migrated("bluesky", old | {"told": {"gone": 2}})).coverage()

    assert coverage.complete == {"posts", "friends"}
    assert any(each.startswith(note) for each in coverage.notes)
    assert any(each.startswith("2 of these people are gone") for each in coverage.notes)


@pytest.mark.parametrize(
    ("why", "note"),
    [
        ("money", "Not all is read of followers and those whom the account follows: the amount that you allow"),
        ("credits", "X asks the people who run this server to pay"),
        ("private", "X does not show followers and those whom the account follows"),
        ("broken", "X broke off in the middle of followers and those whom the account follows"),
    ],
)
def test_parts_of_x_that_were_left_stay_left(migrated: Migrate, why: str, note: str) -> None:
    old = X | {"done": ["posts"], "next": {}, "stopped": {"followers": why, "friends": why}, "posts": 3_200}

    state = load(XCursor, X_PLAN, migrated("x", old))
    coverage = state.coverage()

    assert state.paging.next() is None
    assert coverage.complete == {"posts"}
    assert coverage.notes[0].startswith(note)
    assert coverage.notes[1].startswith("X tells only the newest 3,200 posts")


def test_a_list_of_x_with_holes_stays_partial(migrated: Migrate) -> None:
    old = X | {"done": ["posts", "followers"], "next": {}, "partial": ["followers"]}

    state = load(XCursor, X_PLAN, migrated("x", old))

    assert state.coverage().complete == {"posts"}


# ---- which imports, and the way back


@ON_BOTH
def test_other_cursors_stay_as_they_are(before: sa.Table) -> None:
    others = [
        ("x", {}, {}),  # not begun
        ("x", X, {"state": "done"}),
        ("x", X, {"state": "failed"}),
        ("facebook", {"at": 1}, {}),
    ]
    numbers = [add(before, service, cursor, **more) for service, cursor, more in others]

    move_cursors()

    assert [kept(before, number) for number in numbers] == [cursor for _, cursor, _ in others]


@ON_BOTH
def test_processes_of_the_version_before_are_kept_away(before: sa.Table) -> None:
    numbers = [add(before, "x", cursor, state=state) for cursor in (X, {}) for state in ("queued", "running")]

    move_cursors()

    with db.engine.connect() as connection:
        rows = connection.execute(sa.select(before).where(before.c.id.in_(numbers))).mappings().all()
    assert [(row["lease"], row["state"]) for row in rows] == [(8, "queued")] * 4
    assert all(row["wake_at"].replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(minutes=5) for row in rows)


@ON_BOTH
def test_the_way_back_keeps_what_was_paid_and_begins_the_rest_anew(before: sa.Table) -> None:
    paid = X | {"stopped": {"friends": "private"}, "next": {"followers": "t10", "posts": "t40"}, "partial": ["posts"]}
    numbers = [add(before, "x", paid), add(before, "mastodon", MASTODON)]
    upgrade(directory=MIGRATIONS)

    downgrade(directory=MIGRATIONS, revision="0003")

    assert [kept(before, number) for number in numbers] == [paid, {}]
