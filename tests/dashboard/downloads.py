"""An account with a little of everything, whoever looks at it, and readers of what they take away."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Post, Profile, Tie
from dashapp.store import users
from tests.records import ADA, START, follower, friend, merged, post

AS_OF = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
POSTS: list[Post] = [
    post(0, text="What a lovely day #Garden", language="en", likes=3, replies=1, reposts=0),
    post(1, text="@bob see you", language="en", kind="reply", likes=0, replies=0, reposts=0),
    post(2, text="=1+1", kind="repost"),
    post(9, text="-5 degrees, terrible\nand wet #Garden", language="en", url="https://example.social/9"),
]
PEOPLE = [
    follower(
        "bob",
        name="Bob",
        bio="-- Looms, “lace”; and more",
        links=("https://bob.example/?a=1,2", "https://code.example/bob"),
        verified_links=("https://bob.example/?a=1,2",),
        followers=30,
        friends=0,
    ),
    follower("carol", name="=HYPERLINK(1)"),
    friend("carol"),
    friend("dan", friend_since=START),
]
TIES = [Tie("bob", "carol"), Tie("carol", "bob"), Tie("carol", "dan"), Tie("dan", "erin")]
EVERYTHING_OF_ADA = (
    "posts.csv",
    "posts.json",
    "people.csv",
    "people.json",
    "ties.csv",
    "ties.json",
    "growth.json",
    "changes.json",
)


def sign_in(app: Flask, owner: int, *, lasts: timedelta = timedelta(hours=1)) -> FlaskClient:
    """A browser in which the user is signed in."""
    client = app.test_client()
    with app.app_context():
        token = users.start_session(owner, lasts)
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


def add_account(owner: int, **profile: Any) -> int:
    """The account, read twice: since the first time bob came and zoe left."""
    first = Batch(people=[follower("zoe"), *PEOPLE[1:]])
    later = Batch(posts=POSTS, people=PEOPLE, ties=TIES)
    known = {"service": ADA.service, "key": ADA.key, "handle": ADA.handle, **profile}
    merged(owner, first, profile=Profile(**known, as_of=AS_OF - timedelta(days=30)))
    return merged(owner, later, profile=Profile(**known, as_of=AS_OF, posts=4))[0]


def add_analysed_account(owner: int) -> int:
    """The same with all that an analysis stores."""
    account = add_account(owner)
    for _ in analyse(owner, account):
        pass
    return account


def rows(response: TestResponse) -> list[dict[str, str]]:
    """The rows of a CSV."""
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def records(response: TestResponse) -> Any:
    """What a JSON holds."""
    assert response.status_code == 200, response.text
    return json.loads(response.data)
