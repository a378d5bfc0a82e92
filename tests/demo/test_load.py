"""The demo in the database: once, complete, made anew when it is old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.demo import demo_command, load
from dashapp.demo.generate import APART, State, demo_accounts
from dashapp.demo.load import LASTS, NO_PASSWORD, USER, load_demo
from dashapp.store import accounts, change_list, imports, results, users
from dashapp.store.database import now
from dashapp.users.passwords import find_user
from tests.imports.conftest import leave_out_measures

pytestmark = pytest.mark.slow
STAMP = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    """Queries want the application's engine."""
    with app.app_context():
        yield


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of one account with few people and without measures, for what does not depend on its contents."""

    def few(state: State) -> State:
        return replace(state, posts=state.posts[-5:], people=state.people[:5], ties=())

    def of_few(day: Any) -> list[Any]:
        account = demo_accounts(day)[-1]
        return [replace(account, earlier=few(account.earlier), later=few(account.later))]

    leave_out_measures(monkeypatch)

    monkeypatch.setattr(load, "demo_accounts", of_few)
    monkeypatch.setattr(load, "STATES", 2)


def thinned(state: State) -> State:
    """A quarter of the people and posts: the demo in full is shown to a browser (`tests/browser/test_story.py`)."""
    people = state.people[::4]
    keys = {person.key for person in people}
    ties = [tie for tie in state.ties if {tie.source, tie.target} <= keys]
    return replace(state, posts=state.posts[::4], people=people, ties=ties)


def test_the_demo_has_three_analysed_accounts_with_a_past(monkeypatch: pytest.MonkeyPatch) -> None:
    thin = [
        replace(each, earlier=thinned(each.earlier), later=thinned(each.later)) for each in demo_accounts(STAMP.date())
    ]
    monkeypatch.setattr(load, "demo_accounts", lambda _: thin)

    owner = load_demo(STAMP)

    rows = accounts.accounts(owner)
    assert [row.service for row in rows] == ["bluesky", "github", "mastodon"]
    for row in rows:
        assert row.source == "demo"
        assert row.analysed_at is not None
        assert len(accounts.snapshots(owner, row.id)) == 2
        assert {change.change for change in change_list.changes(owner, row.id)} == {"gained", "lost"}
        assert {"figures", "daily", "graph_nodes"} <= results.read(
            owner, row.id, "figures", "daily", "graph_nodes"
        ).keys()
    assert {row.state for row in imports.imports(owner)} == {"done"}


@pytest.mark.usefixtures("small")
def test_the_data_is_of_the_day_it_is_loaded_and_of_two_months_before() -> None:
    owner = load_demo(STAMP)

    (account,) = accounts.accounts(owner)
    assert account.data_at == datetime(2026, 11, 20, tzinfo=UTC)
    days = accounts.snapshots(owner, account.id)["day"].dt.date.tolist()
    assert days == [(account.data_at - APART).date(), account.data_at.date()]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=20), LASTS - timedelta(days=1)])
def test_loading_it_again_changes_nothing(later: timedelta) -> None:
    owner = load_demo(STAMP)
    before = users.stored_about(owner), imports.imports(owner)

    assert load_demo(STAMP + later) == owner
    assert (users.stored_about(owner), imports.imports(owner)) == before


@pytest.mark.usefixtures("small")
def test_it_is_made_anew_when_it_is_old() -> None:
    old = load_demo(STAMP)

    new = load_demo(STAMP + LASTS)

    assert new != old
    assert users.demo_user() == new
    assert [user.id for user in users.all_users()] == [new]
    assert accounts.accounts(old) == []


@pytest.mark.usefixtures("small")
def test_it_is_made_anew_by_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    old = load_demo(STAMP)
    monkeypatch.setattr(load, "VERSION", "another")

    assert load_demo(STAMP) != old
    assert len(users.all_users()) == 1


@pytest.mark.usefixtures("small")
def test_what_a_stopped_load_left_goes_with_the_next() -> None:
    left = users.add_user(USER, NO_PASSWORD)
    users.change_user(left, created_at=STAMP - timedelta(hours=2))
    going_on = users.add_user(f"{USER}-2", NO_PASSWORD)
    users.change_user(going_on, created_at=STAMP)

    owner = load_demo(STAMP)

    assert [user.id for user in users.all_users()] == [going_on, owner]


@pytest.mark.usefixtures("small")
def test_people_keep_their_accounts() -> None:
    person = users.add_user(USER, "$argon2id$of a real password")
    elsewhere = users.add_user("Robin", "")
    for owner in (person, elsewhere):
        users.change_user(owner, created_at=STAMP - timedelta(days=90))

    owner = load_demo(STAMP)

    assert [user.id for user in users.all_users()] == [person, elsewhere, owner]


@pytest.mark.usefixtures("small")
def test_no_password_opens_it() -> None:
    load_demo(STAMP)

    assert find_user(USER, NO_PASSWORD) is None


def broken(*_: Any) -> Iterator[Any]:
    yield "Measuring posts", 0, 1
    raise ValueError


@pytest.mark.usefixtures("small")
def test_a_failed_load_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    former = load_demo(STAMP)
    monkeypatch.setattr("dashapp.imports.cross_check.analyse", broken)

    with pytest.raises(load.DemoError, match="github"):
        load_demo(STAMP + LASTS)

    assert users.demo_user() == former
    assert [user.id for user in users.all_users()] == [former]


@pytest.mark.usefixtures("small")
def test_the_command_says_that_it_is_loaded(app: Flask) -> None:
    result = app.test_cli_runner().invoke(demo_command)

    assert result.exit_code == 0
    assert "is loaded" in result.output
    owner = users.demo_user()
    assert owner is not None
    assert abs(now() - accounts.accounts(owner)[0].data_at) <= timedelta(days=1)


@pytest.mark.usefixtures("small")
def test_the_command_says_when_it_failed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.imports.cross_check.analyse", broken)

    result = app.test_cli_runner().invoke(demo_command)

    assert result.exit_code == 1
    assert "could not be analysed" in result.output
