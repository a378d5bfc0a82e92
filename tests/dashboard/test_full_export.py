"""All that is stored about a user, and its way back in."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.dashboard.full_export import about
from dashapp.imports.cross_check import cross_check
from dashapp.imports.jobs import run
from dashapp.imports.receive import receive
from dashapp.services.csv_files.formulas import undefused
from dashapp.services.records import Batch, Profile
from dashapp.store import crosscheck, imports, people, posts, users, weekly_mails
from tests.records import follower, merged

from .downloads import AS_OF, EVERYTHING_OF_ADA, add_account, add_analysed_account, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def owner(app: Flask) -> int:
    """A user with a password and a session."""
    with app.app_context():
        return users.add_user("Ada", "$argon2id$canary")


def taken(app: Flask, owner: int) -> dict[str, bytes]:
    """The files of the zip."""
    response = sign_in(app, owner).get("/download/everything.zip")
    assert response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def cells(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_each_account_has_a_folder_and_the_user_a_file(app: Flask, owner: int) -> None:
    with app.app_context():
        account = add_account(owner)

    folder = f"mastodon-ada_example.social-{account}"
    assert set(taken(app, owner)) == {"user.json"} | {f"{folder}/{name}" for name in EVERYTHING_OF_ADA}


def test_a_user_without_accounts_takes_their_profile(app: Flask, owner: int) -> None:
    assert set(taken(app, owner)) == {"user.json"}


def test_the_user_is_told_all_but_what_opens_a_door(app: Flask, owner: int) -> None:
    with app.app_context():
        add_account(owner)
        weekly_mails.ask(owner, "ada@mail.example")
        users.start_session(owner, timedelta(days=1), device="Firefox on Linux")

    text = taken(app, owner)["user.json"].decode()

    user = json.loads(text)
    assert user["profile"]["name"] == "Ada"
    assert [account["handle"] for account in user["accounts"]] == ["ada@example.social"]
    assert len(user["imports"]) == 2
    assert "Firefox on Linux" in [session["device"] for session in user["signed_in_browsers"]]
    assert user["weekly_mail"]["address"] == "ada@mail.example"
    assert {row["table"] for row in user["stored"]} >= {"users", "user_sessions", "posts"}
    assert not re.search("argon2|token|password|lease", text)


def test_who_is_the_same_on_several_services_and_what_was_decided_is_in_it(app: Flask, owner: int) -> None:
    with app.app_context():
        for service in ("mastodon", "csv"):
            merged(owner, Batch(people=[follower("b")]), profile=Profile(service=service, key="me", handle="ada"))
        for _ in cross_check(owner):
            pass
        crosscheck.decide(owner, ("csv", "b"), ("mastodon", "b"), True)

    found = taken(app, owner)

    assert [row["same"] for row in json.loads(found["user.json"])["decisions"]] == [True]
    [person] = cells(found["all-services/people.csv"])
    assert (person["person"], person["csv ada handle"], person["mastodon ada relation"]) == ("csv:b", "b", "follower")
    assert len(json.loads(found["all-services/people.json"])) == 1
    assert {row["left_key"] for row in cells(found["all-services/pairs.csv"])} <= {"b"}
    assert json.loads(found["all-services/pairs.json"]) == [] or found["all-services/pairs.csv"]


def test_nothing_of_somebody_else_is_in_it(app: Flask, owner: int) -> None:
    with app.app_context():
        bob = users.add_user("Bob", "!")
        add_account(bob, key="canary", handle="canary")

    assert not any(b"canary" in data for data in taken(app, owner).values())


def test_texts_are_exact_in_json_and_defused_in_csv(app: Flask, owner: int) -> None:
    with app.app_context():
        add_account(owner)

    by_name = {name.rpartition("/")[2]: data for name, data in taken(app, owner).items()}

    exact = [post["text"] for post in json.loads(by_name["posts.json"])]
    in_csv = [row["text"] for row in cells(by_name["posts.csv"])]
    assert exact[1:3] == ["@bob see you", "=1+1"]
    assert in_csv[1:3] == ["'@bob see you", "'=1+1"]
    assert [undefused(text) for text in in_csv] == exact


def test_relations_are_said_in_a_word(app: Flask, owner: int) -> None:
    with app.app_context():
        add_account(owner)

    people_csv = next(data for name, data in taken(app, owner).items() if name.endswith("people.csv"))

    relations = {row["person"]: row["relation"] for row in cells(people_csv)}
    assert relations == {"bob": "follower", "carol": "mutual", "dan": "friend", "erin": "", "zoe": ""}


def uploaded_again(owner: int, data: dict[str, bytes]) -> int:
    """The account that the CSV files of a folder make when another user uploads them."""
    tables = [(name.rpartition("/")[2], io.BytesIO(part)) for name, part in data.items() if name.endswith(".csv")]
    options = {"handle": "ada@example.social", "service": "mastodon"}
    [import_id] = receive(owner, tables, expected="csv", options=options, ask=False)
    row = imports.claim(import_id)
    assert row is not None
    run(row, stopping=threading.Event())
    ended = imports.get_import(owner, import_id)
    assert ended is not None
    assert (ended.state, ended.report.n_skipped) == ("done", 0), ended
    account_id: int = ended.account_id
    return account_id


def everybody(owner: int, account: int) -> list[dict[str, Any]]:
    """All persons by key, as far as the CSV files tell."""
    told = ("key", "handle", "bio", "links", "verified_links", "followers", "friends", "is_follower", "is_friend")
    told += ("friend_since",)
    return sorted(
        ({name: row[name] for name in told} for row in people.stream_list(owner, account, "everyone")), key=str
    )


def all_ties(owner: int, account: int) -> set[tuple[str, str]]:
    """All ties by keys."""
    return {(row["source"], row["target"]) for row in people.stream_ties(owner, account)}


def test_an_accounts_csv_files_can_be_uploaded_again(app: Flask, owner: int) -> None:
    with app.app_context():
        account = add_analysed_account(owner)
    data = taken(app, owner)

    with app.app_context():
        bob = users.add_user("Bob", "!")
        again = uploaded_again(bob, data)

        assert everybody(bob, again) == everybody(owner, account)
        assert list(posts.stream_posts(bob, again)) == list(posts.stream_posts(owner, account))
        assert all_ties(bob, again) == all_ties(owner, account)


def test_any_name_is_found_again(app: Flask, owner: int) -> None:
    names = ["=1", "'=1", "''@x", "\ufeff-", "Zoë, “the first”", 'a"b', "two\r\nlines", "\x07bell", " ", "＝1", "🌿"]
    persons = [follower(f"p{number}", name=name) for number, name in enumerate(names)]
    with app.app_context():
        merged(owner, Batch(people=persons), profile=Profile(service="x", key="ada", handle="ada", as_of=AS_OF))

    by_name = {name.rpartition("/")[2]: data for name, data in taken(app, owner).items()}

    assert [row["name"] for row in json.loads(by_name["people.json"])] == names
    assert [undefused(row["name"]) for row in cells(by_name["people.csv"])] == names


def test_about_says_how_much_is_stored(app: Flask, owner: int) -> None:
    with app.app_context():
        add_account(owner)
        stored = {row.table: row.rows for row in about(owner)["stored"]}

    assert (stored["posts"], stored["people"], stored["ties"]) == (4, 5, 4)
