"""What the page and its files say of who came, who went, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Whereabouts
from dashapp.store import users
from tests.records import ADA, follower, friend, merged

from ..dash_client import Page, text
from ..downloads import AS_OF, rows, sign_in

BATCHES = [
    Batch(people=[*(follower(key) for key in "abcde"), follower("old"), friend("f")]),
    Batch(
        people=[follower("a"), follower("new")],
        whereabouts=[
            Whereabouts("b", "there"),
            Whereabouts("c", "gone"),
            Whereabouts("d", "moved", "d@elsewhere.example"),
            Whereabouts("f", "there"),
            Whereabouts("old", "moved", "new"),
        ],
    ),
    Batch(people=[replace(follower("a"), handle="a2"), follower("c"), follower("new")]),
]


@pytest.fixture
def client(app: Flask) -> tuple[Page, str]:
    """The page's browser, and where its files are."""
    with app.app_context():
        owner = users.add_user("Ada", "ada@example.social", "!")
        for days, batch in enumerate(BATCHES):
            at = replace(ADA, as_of=AS_OF + timedelta(days=days))
            account, _ = merged(owner, batch, profile=at, live=True)
        for _ in analyse(owner, account):
            pass
    return Page(sign_in(app, owner)), f"/download/{account}"


def test_the_page_says_why_somebody_is_missing_as_far_as_it_is_told(client: tuple[Page, str]) -> None:
    page, address = client

    said = text(page.open(f"user/mastodon?account={address.rpartition('/')[2]}"))

    assert "+1 followers came back" in said
    assert "1 person renamed a2 formerly a" in said
    assert "−1 followers no longer follow b" in said
    assert "−1 followers gone: account deleted or suspended c −1 followers moved" in said
    assert "moved to another account d now d@elsewhere.example" in said
    assert "−1 followers lost e Why is not told" in said
    assert "−1 friends no longer followed f" in said
    assert "1 person moved to another account, which is on a list new formerly old" in said


def test_files_say_it_too_and_count_who_is_gone_only_where_it_is_told_of_all(client: tuple[Page, str]) -> None:
    page, address = client

    changes = rows(page.client.get(f"{address}/changes.csv"))
    growth = rows(page.client.get(f"{address}/growth.csv"))

    reasons = {row["person"]: row["reason"] for row in changes if row["change"] == "lost"}
    assert reasons == {"b": "unfollowed", "c": "gone", "d": "moved", "e": "", "f": "unfollowed"}
    named = {(row["change"], row["relation"], row["person"], row["former"]) for row in changes if row["former"]}
    assert named == {("moved", "", "new", "old"), ("renamed", "", "a", "a")}
    assert [row["lost_followers"] for row in growth] == ["", "4", "0"]
    assert [row["gone_followers"] for row in growth] == ["", "", "0"]
    assert [row["gone_friends"] for row in growth] == ["", "0", "0"]
