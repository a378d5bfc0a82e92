"""Signing up with an account at a service."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashapp.connect.messages import message
from dashapp.store import connections, imports, pending, users
from tests.connect.oauth_client import authorize, messages
from tests.users.browser_session import ADA, BrowserSession, is_at, lands

pytestmark = pytest.mark.server

FINISH = "/register/finish"


@pytest.fixture
def newcomer(app, running):
    """Somebody whom GitHub knows and we do not."""
    fake, visitor = running("github"), BrowserSession(app)
    authorize(visitor, fake, path="/signin/github")
    visitor.fake = fake
    return visitor


def finish(visitor, **data):
    """Sends the form."""
    return visitor.send(FINISH, {"name": "Ada", **data})


@pytest.mark.parametrize(("taken", "suggested"), [(False, "ada"), (True, "ada-2")])
def test_the_page_suggests_a_free_name_after_the_handle(app, newcomer, taken, suggested):
    if taken:
        BrowserSession(app).register()

    page = newcomer.get(FINISH).text

    assert f'value="{suggested}"' in page
    assert "signs in with ada of GitHub" in page


def test_a_name_is_enough(app, newcomer):
    answer = finish(newcomer, time_zone="Europe/Berlin")

    assert lands(answer, "github")
    with app.app_context():
        owner = connections.user_of("github", "", "1001")
        (row,) = connections.connections(owner)
        assert users.user(owner).name == "Ada"
        assert users.user(owner).time_zone == "Europe/Berlin"
        assert users.password_hash(owner) == ""
        assert imports.imports(owner)[0].connection_id == row.id
    assert newcomer.is_signed_in()


@pytest.mark.parametrize("password", ["", " ", "!"])
def test_no_password_opens_an_account_without_one(app, newcomer, password):
    finish(newcomer)

    stranger = BrowserSession(app)
    for name in ("", "ada", "ada@example.social"):
        assert stranger.send("/signin", {"name": name, "password": password}).status_code == 422
    assert not stranger.is_signed_in()


def test_a_password_is_a_second_way_in(app, newcomer):
    finish(newcomer, password=ADA["password"])
    stranger = BrowserSession(app)

    stranger.sign_in()

    assert stranger.is_signed_in()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"name": ""}, id="no-name"),
        pytest.param({"name": "a/b"}, id="unfit-name"),
        pytest.param({"password": "password1"}, id="guessable"),
    ],
)
def test_what_does_not_fit_can_be_corrected(app, newcomer, sent):
    assert finish(newcomer, **sent).status_code == 422
    assert not newcomer.is_signed_in()

    assert lands(finish(newcomer), "github")


def test_name_and_password_of_somebody_here_do_not_take_the_identity(app, newcomer):
    BrowserSession(app).register()

    answer = finish(newcomer, password=ADA["password"])

    assert answer.status_code == 422
    assert "somebody has this one" in answer.text
    with app.app_context():
        assert connections.user_of("github", "", "1001") is None


def test_who_was_quicker_keeps_the_name_and_the_other_chooses_again(app, newcomer, monkeypatch):
    BrowserSession(app).register()
    monkeypatch.setattr(users, "find_user", lambda _: None)  # a moment ago it was free
    answer = finish(newcomer)
    monkeypatch.undo()

    assert answer.status_code == 422
    assert "Choose another name" in answer.text
    assert lands(finish(newcomer, name="Ada-Two"), "github")


def test_who_takes_longer_than_ten_minutes_starts_again(app, newcomer, monkeypatch):
    monkeypatch.setattr(pending, "LIFETIME", timedelta(0))

    answer = finish(newcomer)

    assert is_at(answer, "/signin")
    assert "longer than ten minutes" in messages(newcomer)[0]
    with app.app_context():
        assert connections.user_of("github", "", "1001") is None


def test_two_browsers_of_the_same_new_person_make_one_user(app, newcomer):
    second = BrowserSession(app)
    authorize(second, newcomer.fake, path="/signin/github")
    finish(newcomer)

    answer = finish(second, name="Ada-Two")

    assert is_at(answer, "/signin")
    assert not second.is_signed_in()


def test_without_coming_from_a_service_there_is_nothing_to_finish(app):
    visitor = BrowserSession(app)

    assert is_at(visitor.get(FINISH), "/signin")
    assert is_at(finish(visitor), "/signin")


def test_who_signed_up_in_another_browser_meanwhile_gets_no_second_account(app, newcomer):
    other = BrowserSession(app)
    authorize(other, newcomer.fake, path="/signin/github")
    finish(other)

    answer = finish(newcomer, name="Ada-Two")

    assert is_at(answer, "/signin")
    assert messages(newcomer) == [message("known", "github")]
    assert len(newcomer.fake.grants.tokens) == 1  # the one that is kept; the other was given back
