"""Taking back what was allowed: connections, ways to sign in, accounts, everything."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from dashapp.models import Account
from dashapp.store import accounts, connections, users
from dashapp.store.database import writing
from tests.connect.oauth_client import authorize, messages
from tests.records import merged
from tests.users.browser_session import ADA, BOB, BrowserSession, is_at

pytestmark = pytest.mark.server


def owner_of(app, person=ADA):
    """The id of a user."""
    with app.app_context():
        return users.find_user(person["name"]).id


def connection_of(app):
    """Ada's one connection."""
    owner = owner_of(app)
    with app.app_context():
        (row,) = connections.connections(owner)
    return row


@pytest.fixture
def github(ada, running):
    """GitHub, which ada connected."""
    fake = running("github")
    authorize(ada, fake)
    return fake


@pytest.mark.parametrize("service", ["github", "mastodon", "x", "facebook", "linkedin"])
def test_disconnecting_revokes_at_the_service(app, ada, running, service):
    fake = running(service)
    authorize(ada, fake)

    answer = ada.send(f"/connect/connections/{connection_of(app).id}/disconnect")

    assert is_at(answer, "/user/Ada#connections")
    assert fake.grants.calls["revoke"] == 1
    assert not fake.grants.tokens
    with app.app_context():
        assert connections.connections(owner_of(app)) == []


def test_a_connection_of_somebody_else_is_not_found(app, ada, github):
    bob = BrowserSession(app)
    bob.register(BOB)

    assert bob.send(f"/connect/connections/{connection_of(app).id}/disconnect").status_code == 404
    assert bob.send("/connect/identities/remove", {"service": "github", "host": "", "uid": "1001"}).status_code == 404
    assert not github.grants.calls["revoke"]


def test_a_way_to_sign_in_is_removed_while_there_is_another(app, ada, github):
    ada.send("/connect/identities/remove", {"service": "github", "host": "", "uid": "1001"})

    stranger = BrowserSession(app)
    authorize(stranger, github, path="/signin/github")
    assert not stranger.is_signed_in()


def test_who_came_in_by_a_way_that_is_removed_is_signed_out(app, ada, github):
    intruder = BrowserSession(app)
    authorize(intruder, github, path="/signin/github")
    assert intruder.is_signed_in()

    ada.send("/connect/identities/remove", {"service": "github", "host": "", "uid": "1001"})

    assert not intruder.is_signed_in()
    assert ada.is_signed_in()


def test_a_first_password_signs_other_browsers_out(app, running):
    fake, visitor, other = running("github"), BrowserSession(app), BrowserSession(app)
    authorize(visitor, fake, path="/signin/github")
    visitor.send("/register/finish", {"name": "Ada"})
    authorize(other, fake, path="/signin/github")

    visitor.send("/user/Ada/first-password", {"new_password": ADA["password"]})

    assert not other.is_signed_in()
    assert visitor.is_signed_in()


def test_the_last_way_to_sign_in_stays(app, running):
    fake, visitor = running("github"), BrowserSession(app)
    authorize(visitor, fake, path="/signin/github")
    visitor.send("/register/finish", {"name": "Ada"})
    place = {"service": "github", "host": "", "uid": "1001"}

    visitor.send("/connect/identities/remove", place)

    assert "only way in" in messages(visitor, "/user/Ada")[-1]
    visitor.send("/user/Ada/first-password", {"new_password": ADA["password"]})
    visitor.send("/connect/identities/remove", place)
    assert "no longer signs you in" in messages(visitor, "/user/Ada")[-1]
    again = BrowserSession(app)
    again.sign_in()
    assert again.is_signed_in()


def test_settings_tell_what_is_allowed(app, ada, github):
    with app.app_context():
        connections.break_connection(owner_of(app), connection_of(app).id)

    page = ada.get("/user/Ada").text

    assert "Disconnect ada of GitHub" in page
    assert "Remove ada of GitHub" in page
    assert "This connection has ended" in page


def test_deleting_everything_gives_all_tokens_back(app, ada, github, running):
    mastodon = running("mastodon")
    authorize(ada, mastodon)

    ada.send("/user/Ada/delete", {"password": ADA["password"]})

    assert github.grants.calls["revoke"] == mastodon.grants.calls["revoke"] == 1
    assert not github.grants.tokens
    assert not ada.is_signed_in()
    with app.app_context():
        assert connections.user_of("github", "", "1001") is None


def test_who_has_no_password_deletes_everything_by_name(app, running):
    fake, visitor = running("github"), BrowserSession(app)
    authorize(visitor, fake, path="/signin/github")
    visitor.send("/register/finish", {"name": "Ada"})

    for wrong in ({}, {"name": "bob"}, {"password": ""}):
        assert visitor.send("/user/Ada/delete", wrong).status_code == 422
    answer = visitor.send("/user/Ada/delete", {"name": "ada"})

    assert answer.status_code == 303
    assert fake.grants.calls["revoke"] == 1
    assert not visitor.is_signed_in()


def test_a_name_does_not_delete_what_a_password_protects(ada):
    assert ada.send("/user/Ada/delete", {"name": "Ada"}).status_code == 422
    assert ada.send("/user/Ada/first-password", {"new_password": "x" * 20}).status_code == 404


def test_deleting_the_account_of_a_connection_gives_its_token_back(app, ada, github):
    owner, connection = owner_of(app), connection_of(app)
    with app.app_context():
        account, _ = merged(owner)
        with writing() as session:
            session.execute(update(Account).values(connection_id=connection.id))

    ada.send(f"/user/Ada/accounts/{account}/delete")

    assert github.grants.calls["revoke"] == 1
    with app.app_context():
        assert connections.connections(owner) == []
        assert accounts.accounts(owner) == []


def test_without_keys_for_tokens_everything_can_be_deleted(app, ada, github):
    app.config["TOKEN_KEYS"] = []

    answer = ada.send("/user/Ada/delete", {"password": ADA["password"]})

    assert is_at(answer, "/")
    assert not ada.is_signed_in()


def test_a_service_that_is_gone_keeps_nobody(app, ada, github):
    app.config["GITHUB_API_URL"] = "http://127.0.0.1:9"

    ada.send("/user/Ada/delete", {"password": ADA["password"]})

    assert not ada.is_signed_in()
