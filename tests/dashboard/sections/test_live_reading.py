"""How an account is read from its service: what its page shows of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask import Flask

from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Profile
from dashapp.store import accounts, connections, imports, results, users
from dashapp.store.database import now
from dashapp.store.merge import MergeInput, merge
from tests.conftest import close, make_app
from tests.records import follower, kept, post

from ..dash_client import Page, has_id, parts, text, with_id
from ..downloads import sign_in

pytestmark = pytest.mark.slow

POLL = "account-imports.children"
FOUND: dict[str, dict[str, pd.DataFrame]] = {}  # of profiles alone, each analysed once


@pytest.fixture(scope="module")
def one_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application for the tests of this module; each has users of its own."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("live") / "sociogram.sqlite")
    app = make_app(f"sqlite:///{path}")
    yield app
    close(app)


@dataclass
class Mine:
    """Ada's browser, and what stands behind it."""

    app: Flask
    owner: int
    page: Page

    def add(self, service: str, *batches: Batch, **more: Any) -> int:
        """An account, analysed."""
        with self.app.app_context():
            return self._added(service, *batches, **more)

    def _added(self, service: str, *batches: Batch, connected: bool = False, **profile: Any) -> int:
        given = self.connection(service) if connected else None
        row = kept(self.owner, batches)
        told = Profile(service=service, key="2001", handle="ada", as_of=now(), **profile)
        reading = MergeInput(
            row.id, row.lease, self.owner, "live", told, frozenset(), ["What to do stands here."],
            live=True, connection=given,
        )  # fmt: skip
        account = merge(reading)
        imports.end_import(row.id, row.lease, state="done")
        if not batches and (known := FOUND.get(f"{service} {profile}")):
            results.save(self.owner, account, known)
            return account
        for _ in analyse(self.owner, account):
            pass
        if not batches:
            FOUND[f"{service} {profile}"] = results.read(self.owner, account, *results.FRAMES)
        return account

    def connection(self, service: str) -> int:
        return connections.connect(
            self.owner, service=service, host="", uid="2001", handle="ada", token={"access_token": "t"}, expires_at=None
        )

    def queue(self, account: int, **values: Any) -> int:
        with self.app.app_context():
            import_id = imports.add_live(self.owner, service="github", handle="ada", account_id=account)
            imports.change_import(import_id, **{"state": "queued", **values})
            return import_id

    def end(self, import_id: int) -> None:
        with self.app.app_context():
            imports.change_import(import_id, state="done")

    def change(self, account: int, **values: Any) -> None:
        with self.app.app_context():
            accounts.change_account(self.owner, account, **values)

    def open(self, account: int, service: str) -> Any:
        return self.page.open(f"user/{service}?account={account}")

    def poll(self, account: int, before: str = "", *, unit: str = "week") -> dict[str, Any]:
        """What the page asks for every two seconds."""
        shown = {"account": account, "period": "1y", "unit": unit}
        return self.page.answer(
            POLL, {"account-poll.n_intervals": 1, "account-analysed.data": before, "account-shown.data": shown}
        )


@pytest.fixture
def mine(one_app: Flask, request: pytest.FixtureRequest) -> Mine:
    with one_app.app_context():
        owner = users.add_user(users.free_name("Ada"), "!")
    return Mine(one_app, owner, Page(sign_in(one_app, owner)))


# ---- the menu


@pytest.mark.parametrize(
    ("service", "connected", "readable"),
    [
        ("github", False, True),
        ("mastodon", False, True),
        ("bluesky", False, True),
        ("x", True, True),
        ("facebook", True, True),
        ("linkedin", True, True),
        ("x", False, False),
        ("facebook", False, False),
        ("linkedin", False, False),
    ],
)
def test_what_can_be_read_has_a_menu(mine: Mine, service: str, connected: bool, readable: bool) -> None:
    said = text(mine.open(mine.add(service, connected=connected), service))

    assert ("Read now" in said) == readable
    assert ("Upload newer data" in said) == (not readable)


def test_visitors_of_the_demo_have_no_menu_and_no_cards(mine: Mine) -> None:
    account = mine.add("github")
    mine.queue(account)
    with mine.app.app_context():
        users.change_user(mine.owner, is_demo=True)

    said = text(mine.open(account, "github"))
    assert "Read now" not in said
    assert "Waits for its turn" not in said


def test_the_menu_says_when_it_is_read_again(mine: Mine) -> None:
    account = mine.add("github")
    before = text(mine.open(account, "github"))
    mine.change(account, refresh_at=now() + timedelta(days=1))

    page = mine.open(account, "github")

    assert "It is not read again by itself." in before
    assert "Read again by itself on" in text(page)
    assert with_id(page, "reading-daily")["value"] is True
    assert not has_id(page, "reading-home")


def test_mastodon_can_ask_the_people_s_own_servers(mine: Mine) -> None:
    account = mine.add("mastodon")
    mine.change(account, options={"home": "1"})

    assert with_id(mine.open(account, "mastodon"), "reading-home")["value"] is True


# ---- money


def test_what_x_costs_stands_before_it_is_spent(mine: Mine) -> None:
    account = mine.add("x", connected=True, followers=500, friends=500, posts=1_000)

    page = mine.open(account, "x")

    said = text(page)
    assert "Reading 1,000 posts and 1,000 people costs about $15.01." in said
    assert "So far $0.00 went into this account. For all of it, allow $15.01." in said
    assert "Nothing is bought until you choose “Read now”." in said
    assert with_id(page, "reading-allowed")["value"] == "0.00"
    assert not has_id(page, "reading-daily")


def test_what_is_to_be_allowed_counts_what_was_spent(mine: Mine) -> None:
    account = mine.add("x", connected=True, followers=10, friends=0, posts=5_000)
    mine.change(account, options={"allowed": "20000"}, spent=2_005)

    page = mine.open(account, "x")

    assert "Reading 3,200 posts and 10 people costs about $16.11." in text(page)
    assert "So far $2.01 went into this account. For all of it, allow $18.12." in text(page)
    assert with_id(page, "reading-allowed")["value"] == "20.00"


def test_posts_that_were_read_cost_nothing_again(mine: Mine) -> None:
    account = mine.add("x", connected=True, followers=1, friends=0, posts=5_000)
    mine.change(account, lists=["posts"])

    assert "Reading new posts, if there are any, and 1 person costs about $0.02." in text(mine.open(account, "x"))


def test_counts_that_x_does_not_tell_are_no_zero(mine: Mine) -> None:
    account = mine.add("x", connected=True, followers=None, friends=3, posts=4)

    said = text(mine.open(account, "x"))

    assert "X has not told how many there are." in said
    assert "costs about" not in said


def test_an_account_without_posts_says_what_is_known_and_what_to_do(mine: Mine) -> None:
    account = mine.add("x", connected=True, followers=500, friends=500, posts=1_000)

    said = text(mine.open(account, "x"))

    assert "Holds the profile alone." in said
    assert "What to do stands here." in said
    assert "No posts in this data Only the profile is known until now." in said
    assert "Followers 500" in said
    assert "Posts a week" not in said


# ---- an account that is not there yet


def test_an_import_is_shown_on_its_services_page_until_there_is_an_account(mine: Mine) -> None:
    import_id = mine.queue(0, account_id=None, filename="ada")
    waiting = mine.page.open(f"user/github?import={import_id}")
    account = mine.add("github")
    with mine.app.app_context():
        imports.change_import(import_id, account_id=account)

    answer = mine.page.answer("arrival-import.children", {"arrival-shown.data": import_id})

    assert "GitHub: ada Waits for its turn" in text(waiting)
    assert with_id(waiting, "arrival-poll")["disabled"] is False
    assert answer["arrival-page"]["href"] == f"/dashboard/user/github?account={account}"
    assert "Holds the profile alone." in text(mine.page.open(f"user/github?import={import_id}"))


def test_nobody_elses_import_is_shown(mine: Mine, one_app: Flask) -> None:
    import_id = mine.queue(0, account_id=None, filename="ada")
    with one_app.app_context():
        other = Page(sign_in(one_app, users.add_user(users.free_name("Ben"), "!")))

    assert "No GitHub account yet" in text(other.open(f"user/github?import={import_id}"))
    answer = other.answer("arrival-import.children", {"arrival-shown.data": import_id})
    assert answer == {"arrival-poll": {"disabled": True}, "arrival-page": {"href": "/dashboard/user"}}


# ---- what goes on


def test_what_the_last_import_brought_stands_there_and_the_poll_rests(mine: Mine) -> None:
    account = mine.add("github", Batch(posts=[post(1), post(2)], people=[follower("b")]))

    page = mine.open(account, "github")

    assert with_id(page, "account-poll")["disabled"] is True
    card = with_id(page, "account-imports")["children"]
    assert text(card).endswith("2 posts, 1 person, all new. Dismiss")
    back = next(one["props"] for one in parts(card) if one["props"].get("name") == "next")
    assert back["value"] == f"/dashboard/user/github?account={account}"


@pytest.mark.parametrize(
    ("values", "said", "asleep"),
    [
        ({}, "Waits for its turn", False),
        ({"state": "running", "step": "Reading followers", "done": 3, "total": 6}, "Reading followers", False),
        ({"wake_at": now() + timedelta(hours=1), "message": "GitHub takes no more calls."}, "goes on at", True),
    ],
)
def test_an_import_that_goes_on_is_shown_and_polled(
    mine: Mine, values: dict[str, Any], said: str, asleep: bool
) -> None:
    account = mine.add("github")
    mine.queue(account, **values)

    page = mine.open(account, "github")

    shown = text(with_id(page, "account-imports")["children"])
    assert said in shown
    assert ("GitHub takes no more calls." in shown) == asleep
    assert with_id(page, "account-poll")["disabled"] is False


def test_the_last_import_that_failed_says_why(mine: Mine) -> None:
    account = mine.add("github")
    mine.queue(account, state="failed", message="This account is private.")

    page = mine.open(account, "github")

    assert "This account is private." in text(with_id(page, "account-imports")["children"])
    assert with_id(page, "account-poll")["disabled"] is True


def test_a_failure_that_a_later_import_made_good_is_not_shown(mine: Mine) -> None:
    account = mine.add("github")
    mine.queue(account, state="failed", message="This account is private.")
    mine.queue(account, state="done")

    assert "private" not in text(mine.open(account, "github"))


def test_the_page_stays_while_nothing_new_is_analysed(mine: Mine) -> None:
    account = mine.add("github")
    mine.queue(account)
    stamp = with_id(mine.open(account, "github"), "account-analysed")["data"]

    answer = mine.poll(account, stamp)

    assert "account-page" not in answer
    assert answer["account-poll"]["disabled"] is False


def test_the_page_is_filled_again_after_each_analysis(mine: Mine) -> None:
    account = mine.add("github")
    import_id = mine.queue(account)
    stamp = with_id(mine.open(account, "github"), "account-analysed")["data"]
    mine.add("github", Batch(posts=[post(1)]))
    mine.end(import_id)

    answer = mine.poll(account, stamp, unit="day")

    anew = answer["account-page"]["children"]
    assert "Holds 1 post." in text(anew)
    assert with_id(anew, "account-shown")["data"]["unit"] == "week"  # of a year; by day was what was there before
    assert answer["account-analysed"]["data"] != stamp
    assert answer["account-poll"]["disabled"] is True


def test_ties_are_not_said_to_be_missing_while_they_may_come(mine: Mine) -> None:
    account = mine.add("github", Batch(people=[follower("b"), follower("c")]))
    import_id = mine.queue(account)
    page = mine.open(account, "github")
    before = text(page)
    mine.end(import_id)
    after = text(mine.poll(account, with_id(page, "account-analysed")["data"])["account-page"]["children"])

    assert ("No ties in this data" in before, "the graph comes by itself" in before) == (False, True)
    assert ("No ties in this data" in after, "the graph comes by itself" in after) == (True, False)


def test_an_import_that_ends_while_the_page_is_made_is_seen_by_the_next_poll(
    mine: Mine, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = mine.add("github")
    import_id, read = mine.queue(account), accounts.account

    def read_after_the_end(owner: int, account_id: int) -> Any:
        imports.change_import(import_id, state="done")
        return read(owner, account_id)

    monkeypatch.setattr(accounts, "account", read_after_the_end)

    assert with_id(mine.open(account, "github"), "account-poll")["disabled"] is False


def test_nobody_else_polls_an_account(mine: Mine, one_app: Flask) -> None:
    account = mine.add("github")
    with one_app.app_context():
        bob = users.add_user("Bob", "!")
    shown = {"account": account, "period": "1y", "unit": "week"}

    answer = Page(sign_in(one_app, bob)).send(POLL, {"account-poll.n_intervals": 1, "account-shown.data": shown})

    assert answer.status_code == 404
