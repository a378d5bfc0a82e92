"""The day that a user states for data is that day wherever a day is shown, also west of UTC."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from dashapp.imports.analysis import analyse
from dashapp.services.files.values import end_of_day
from dashapp.services.records import Batch
from dashapp.store import users
from tests.records import ADA, follower, merged, post

from .dash_client import Page, text
from .downloads import rows, sign_in

pytestmark = pytest.mark.slow

EVENING = datetime(2026, 2, 1, 1, 30, tzinfo=UTC)  # half past eight on 31 January in New York

NOBODY = "Followers: 1 at first, 1 at last; 0 gained, 0 lost. Friends: 0 at first, 0 at last; 0 gained, 0 lost."


def account_of(owner: int, day: date, zone: str) -> int:
    """An account whose data is of that day and of one before, and has a post of its evening."""
    for at in (date(2025, 12, 31), day):
        batch = Batch(posts=[post(1, created_at=EVENING)], people=[follower("bob")])
        account, _ = merged(owner, batch, profile=replace(ADA, as_of=end_of_day(at, zone)))
    for _ in analyse(owner, account):
        pass
    return account


@pytest.mark.parametrize(
    ("zone", "moved_to"),
    [
        ("America/New_York", "America/New_York"),
        ("America/New_York", "Asia/Tokyo"),
        ("Pacific/Auckland", "America/New_York"),
    ],
)
def test_a_stated_day_is_shown_as_that_day(app: Flask, zone: str, moved_to: str) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        users.change_user(owner, time_zone=zone)
        account = account_of(owner, date(2026, 1, 31), zone)
        users.change_user(owner, time_zone=moved_to)
    client = sign_in(app, owner)

    page = text(Page(client).open(f"user/mastodon?account={account}&period=all"))
    growth = client.get(f"/download/{account}/growth.csv")

    assert "data of 31 January 2026." in page
    assert NOBODY in page
    assert "2026-01-31.csv" in growth.headers["Content-Disposition"]
    assert [row["day"] for row in rows(growth)] == ["2025-12-31", "2026-01-31"]


def test_the_evening_of_the_stated_day_is_in_its_periods(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        users.change_user(owner, time_zone="America/New_York")
        account = account_of(owner, date(2026, 1, 31), "America/New_York")
    client = sign_in(app, owner)

    days = rows(client.get(f"/download/{account}/timeline.csv?period=30d&unit=day"))

    assert [row["start"] for row in days if row["posts"] == "1"] == ["2026-01-31"]


def test_whole_lists_without_change_tell_that_nobody_came_or_went(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        account = account_of(owner, date(2026, 1, 31), "UTC")
        later = replace(ADA, as_of=end_of_day(date(2026, 2, 5), "UTC"))
        merged(owner, Batch(people=[follower("bob")]), profile=later, complete=frozenset({"followers"}))
        for _ in analyse(owner, account):
            pass

    client = sign_in(app, owner)
    grown = rows(client.get(f"/download/{account}/growth.csv"))
    page = text(Page(client).open(f"user/mastodon?account={account}&period=all"))

    assert NOBODY in page
    assert [row["lost_followers"] for row in grown] == ["", "0", "0"]
    assert [row["gained_friends"] for row in grown] == ["", "0", ""]
    assert [row["friends"] for row in grown] == ["0", "0", ""]


def test_counts_and_changes_of_an_import_are_of_one_day_in_whatever_time_zone(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        users.change_user(owner, time_zone="Europe/Berlin")
        night = datetime(2026, 1, 10, 23, 30, tzinfo=UTC)  # the eleventh in Berlin
        for at, people in ((EVENING - timedelta(days=30), ["bob"]), (night, ["bob", "zoe"])):
            account, _ = merged(owner, Batch(people=[*map(follower, people)]), profile=replace(ADA, as_of=at))
        users.change_user(owner, time_zone="America/New_York")
        list(analyse(owner, account))
    client = sign_in(app, owner)

    grown = rows(client.get(f"/download/{account}/growth.csv"))
    page = text(Page(client).open(f"user/mastodon?account={account}&period=all"))

    assert [(row["day"], row["gained_followers"], row["lost_friends"]) for row in grown[1:]] == [
        ("2026-01-10", "1", "0")
    ]
    assert "Followers: 1 at first, 2 at last; 1 gained, 0 lost." in page
