"""What a link shows: what its owner chose and nothing else, to anybody, until it ends."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashapp.dashboard import answers
from dashapp.dashboard.answers import Answers
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Profile, Tie
from dashapp.sharing import views
from dashapp.store import accounts, imports, shares, users
from dashapp.store.database import now
from tests.dashboard.crosscheck_world import add, compare, on_github, on_mastodon
from tests.dashboard.dash_client import Page
from tests.dashboard.dash_client import text as words
from tests.dashboard.downloads import AS_OF, sign_in
from tests.records import follower, friend, merged, post

PERSON, TEXT = "quokka", "wombat"  # stand in all that is other people's, and in all texts
WEEK = timedelta(days=7)


@pytest.fixture
def owner(app: Flask) -> int:
    """Somebody who shares."""
    with app.app_context():
        return users.add_user("Ada", "!")


def add_account(owner: int, *, analysed: bool = True) -> int:
    """An account whose people are told by everything that could name them."""
    people = [
        follower(
            f"{PERSON}{n}@{PERSON}.example", name=f"{PERSON} {n}", bio=f"{PERSON} burrows in the warm sand", followers=n
        )
        for n in range(6)
    ]
    posts = [
        post(n, text=f"{TEXT} is lovely #{TEXT} says @{PERSON}{n % 2}", language="en", likes=n, replies=0)
        for n in range(5)
    ]
    keys = [person.key for person in people]
    ties = [Tie(one, other) for one, other in pairwise(keys)]
    profile = Profile(
        service="mastodon", key="ada@example.social", handle="ada@example.social", name="Ada<s own", as_of=AS_OF
    )
    batch = Batch(posts=posts, people=[*people, friend(keys[0])], ties=ties)
    account, _ = merged(owner, batch, profile=profile)
    if analysed:
        for _step in analyse(owner, account):
            pass
    return account


def link(app: Flask, owner: int, account: int | None = None, **chosen: Any) -> str:
    """The path of a new link."""
    usual: dict[str, Any] = {"period": "all", "names": False, "lifetime": WEEK}
    with app.app_context():
        return f"/shared/{shares.add(owner, account, **usual | chosen)}"


@pytest.mark.slow
def test_nobody_is_named_unless_that_was_chosen_and_no_text_is_shown(
    app: Flask, client: FlaskClient, owner: int
) -> None:
    with app.app_context():
        account = add_account(owner)
    unnamed, named = (link(app, owner, account, names=names) for names in (False, True))

    pages = {path: client.get(path) for path in (unnamed, named, f"{unnamed}/picture.png", f"{named}/picture.png")}
    card = sign_in(app, owner).get(f"/shares/card/{account}.svg?period=all")

    assert {answer.status_code for answer in (*pages.values(), card)} == {200}
    shown = pages[unnamed].text
    assert all(title in shown for title in ("Ada&lt;s own", "Timeline", "Hours of the week", "Audience", "Sentiment"))
    assert card.text.count("<circle") == len(shown.split("sg-shared-graph")[1].split("<circle")) - 1 == 6
    found = {path for path, answer in pages.items() if PERSON.encode() in answer.data.lower()}
    assert found == {named}
    assert [path for path, answer in pages.items() if TEXT.encode() in answer.data.lower()] == []
    assert PERSON not in card.text
    assert "Ada&lt;s own" in card.text
    assert all("Data of 20 March 2026" in text for text in (shown, card.text))
    png = pages[f"{unnamed}/picture.png"].data
    assert struct.unpack(">II", png[16:24]) == (1200, 630)


def test_a_link_needs_no_session_begins_none_and_is_in_no_index(app: Flask, client: FlaskClient, owner: int) -> None:
    with app.app_context():
        path = link(app, owner, add_account(owner, analysed=False))

    told = [browser.get(path) for browser in (client, sign_in(app, users_id(app, "Bob")))]

    assert [answer.status_code for answer in told] == [200, 200]
    assert told[0].data == told[1].data  # whoever looks
    assert "Set-Cookie" not in told[0].headers
    for answer in told:
        assert {name: answer.headers[name] for name in views.HEADERS} == views.HEADERS
        assert '<meta name="robots" content="noindex' in answer.text
    with app.app_context():
        assert [row.opened_at is not None for row in shares.shares(owner)] == [True]


def users_id(app: Flask, name: str) -> int:
    """Another user's id."""
    with app.app_context():
        return users.add_user(name, "!")


@pytest.mark.parametrize("end", ["", "/picture.png"], ids=["page", "picture"])
def test_what_never_was_has_ended_or_was_taken_back_answers_alike(
    app: Flask, client: FlaskClient, owner: int, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    with app.app_context():
        account = add_account(owner, analysed=False)
    ended = link(app, owner, account, lifetime=timedelta(minutes=1))
    revoked, orphaned = link(app, owner, account), link(app, owner, account)
    uncompared = link(app, owner)
    with app.app_context():
        known = {row.id for row in shares.shares(owner)}
        assert [client.get(path + end).status_code for path in (ended, revoked, orphaned)] == [200] * 3
        assert shares.revoke(owner, sorted(known)[1])
        accounts.delete_account(owner, account)
    at = now() + timedelta(minutes=2)
    monkeypatch.setattr(views, "now", lambda: at)

    paths = [f"/shared/{'x' * 43}", "/shared/\0", f"{ended}", f"{revoked}", f"{orphaned}", f"{uncompared}"]
    answers = [client.open(f"{path}{end}", method=method) for path in paths for method in ("GET", "HEAD")]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.data for answer in answers[1::2]} == {b""}
    [body] = {answer.text for answer in answers[::2]}
    assert views.NO_LINK in body
    [headers] = {tuple(sorted(answer.headers.items())) for answer in answers}
    assert dict(headers).items() >= views.HEADERS.items()


def test_data_that_does_not_tell_its_day_is_of_its_import_wherever_it_is_shown(app: Flask, owner: int) -> None:
    with app.app_context():
        account, _ = merged(owner)
    path, browser = link(app, owner, account), sign_in(app, owner)
    told = f"mported on {now():%-d %B %Y}"

    shown, card = browser.get(path).text, browser.get(f"/shares/card/{account}.svg").text

    assert [text.count(told) for text in (shown, card)] == [
        3,
        1,
    ]  # on the page, and twice for who makes a preview of it
    assert "Data of" not in shown + card
    assert f"{told}; the data does not tell when it was made." in words(
        Page(browser).open(f"user/mastodon?account={account}")
    )


def test_a_page_is_made_once_for_all_until_something_changes_on_which_it_depends(
    app: Flask, client: FlaskClient, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        account = add_account(owner, analysed=False)
    path, named = (link(app, owner, account, names=names) for names in (False, True))
    made: list[Any] = []
    keep = Answers.put
    monkeypatch.setattr(Answers, "put", lambda *given: (made.append(given), keep(*given)))
    changes: dict[str, Callable[[], object]] = {
        "none": lambda: None,
        "name": lambda: accounts.change_account(owner, account, name="Ada"),
        "time zone": lambda: users.change_user(owner, time_zone="Pacific/Kiritimati"),
        "theme of the system": lambda: client.set_cookie("theme", "auto-dark"),
        "theme of the browser": lambda: client.set_cookie("theme", "dark"),
        "host": lambda: asked.update(base_url="http://sociogram.example"),  # where nothing is known of a theme
        "address": lambda: app.config.update(PUBLIC_URL="https://sociogram.example"),
    }
    asked, pages = {"base_url": "http://localhost"}, []

    for change in changes.values():
        with app.app_context():
            change()
        pages.append(client.get(path, **asked).data)
        assert client.get(path, **asked).data == pages[-1]

    assert len({*pages}) == len(made) == len(changes)
    assert client.get(named).data not in pages
    pictures = [client.get(f"{path}/picture.png", headers={"Accept-Encoding": to}) for to in ("", "gzip")]
    assert [answer.mimetype for answer in pictures] == ["image/png"] * 2
    assert pictures[0].data == gzip.decompress(pictures[1].data)
    assert len(made) == len(changes) + 2
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(views, "now", lambda: tomorrow)
    assert client.get(path, **asked).data == pages[-1]
    with app.app_context():
        assert tomorrow in [row.opened_at for row in shares.shares(owner)]
    monkeypatch.setattr(answers, "now", lambda: tomorrow)
    client.get(path)
    assert len(made) == len(changes) + 3
    with app.app_context():
        imports.add_analysis(owner, account, "again")
    assert [client.get(path + end).mimetype for end in ("", "/picture.png")] == ["text/html", "image/png"]
    assert len(made) == len(changes) + 3


def test_a_link_takes_nothing_but_reading(app: Flask, client: FlaskClient, owner: int) -> None:
    path = link(app, owner)

    assert {client.open(path, method=method).status_code for method in ("PUT", "PATCH", "DELETE")} == {405}
    assert client.get("/shares").status_code == client.get("/dashboard/user").status_code == 302


def test_the_cross_check_is_shared_as_numbers(app: Flask, client: FlaskClient, owner: int) -> None:
    with app.app_context():
        add(owner, "mastodon", on_mastodon())
        add(owner, "github", on_github())
        compare(owner)
    path = link(app, owner, names=True)

    answers = [client.get(path), client.get(f"{path}/picture.png")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Where people are" in answers[0].text
    assert "On more than one service" in answers[0].text
    for person in (*on_github(), *on_mastodon()):
        told = (person.key, person.name, person.bio, *(person.links or ()))
        assert not [text for text in told if text and text.encode() in answers[0].data]
