"""Connecting and signing in by OAuth, through the services' own pages; and every way in which it may go wrong."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import make_url

from dashapp.connect import mastodon_servers
from dashapp.connect.messages import MESSAGES, message
from dashapp.services import oauth_of
from dashapp.services.net.oauth import NO_ANSWER
from dashapp.store import connections, imports, second_factors, users
from tests.connect.oauth_client import (
    FAKES,
    LOCAL,
    authorization_url,
    authorize,
    decide,
    follow_callback,
    messages,
    query,
    start,
)
from tests.users.browser_session import ADA, BOB, BrowserSession, is_at, lands

pytestmark = pytest.mark.server

DANCED = [service for service in FAKES if service != "bluesky"]
SIGNING_IN = ["github", "mastodon", "linkedin"]
OVERVIEW = "/dashboard/user"


def owner_of(app, person=ADA):
    """The id of a user."""
    with app.app_context():
        return users.find_user(person["name"]).id


def connections_of(app, person=ADA):
    """A user's connections."""
    owner = owner_of(app, person)
    with app.app_context():
        return connections.connections(owner)


def visitor_of(app, service):
    """Somebody signed in, at the address at which the service accepts us."""
    visitor = BrowserSession(app, site=LOCAL if service == "bluesky" else None)
    if service == "bluesky":
        visitor.client.get = lambda path, get=visitor.client.get, **more: get(path, **{"base_url": LOCAL, **more})
        visitor.client.post = lambda path, post=visitor.client.post, **more: post(path, **{"base_url": LOCAL, **more})
    visitor.register()
    return visitor


# ---- connecting


@pytest.mark.parametrize("service", FAKES)
def test_a_connected_account_is_queued_to_be_read(app, running, service):
    fake, visitor = running(service), visitor_of(app, service)

    answer = authorize(visitor, fake)

    assert lands(answer, service)
    (row,) = connections_of(app)
    with app.app_context():
        token = connections.token(owner_of(app), row.id)
        (queued,) = imports.imports(owner_of(app))
    assert fake.grants.tokens[token.access] == "ada"
    assert (queued.live, queued.state, queued.connection_id) == (True, "queued", row.id)
    assert queued.service == row.service == service


@pytest.mark.parametrize("service", FAKES)
def test_who_says_no_reads_one_sentence_on_the_services_page(app, running, service):
    fake, visitor = running(service), visitor_of(app, service)

    answer = authorize(visitor, fake, "deny")

    assert is_at(answer, f"/connect/{service}")
    assert messages(visitor, f"/connect/{service}") == [message("denied", service)]
    assert connections_of(app) == []
    assert not fake.grants.tokens


@pytest.mark.parametrize("service", ["github", "mastodon", "x"])
def test_the_code_is_bound_to_a_secret_of_this_attempt(ada, running, service):
    fake = running(service)
    first, second = authorization_url(start(ada, fake)), authorization_url(start(ada, fake))

    assert query(first)["code_challenge_method"] == "S256"
    assert query(first)["code_challenge"] != query(second)["code_challenge"]
    assert query(first)["state"] != query(second)["state"]


def test_beginning_is_no_link(ada, running):
    running("github")

    assert ada.get("/connect/github/start").status_code == 405
    assert ada.client.post("/connect/github/start").status_code == 400  # without the form's token


def test_connecting_needs_a_session(app, running):
    answer = start(BrowserSession(app), running("github"))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/signin?next=")


def test_x_asks_for_consent_before_it_costs(ada, running):
    fake = running("x")

    answer = ada.send("/connect/x/start")

    assert is_at(answer, "/connect/x")
    assert messages(ada, "/connect/x") == [oauth_of("x").agreement.refusal]
    assert not fake.grants.calls


def test_the_secret_of_x_goes_in_a_header_and_others_in_the_body(ada, running):
    x, github = running("x"), running("github")

    authorize(ada, x)
    authorize(ada, github)

    assert "client_secret" not in x.grants.seen[0]
    assert "client_secret" in github.grants.seen[0]


def test_facebook_keeps_the_long_token(app, ada, running):
    fake = running("facebook")

    authorize(ada, fake)

    (row,) = connections_of(app)
    assert fake.grants.calls["exchange"] == 1
    assert (row.expires_at - row.created_at).days in (59, 60)


def test_connecting_again_takes_the_place_of_the_ended_connection(app, ada, running):
    fake = running("github")
    authorize(ada, fake)
    (before,) = connections_of(app)
    with app.app_context():
        connections.break_connection(owner_of(app), before.id)

    authorize(ada, fake)

    (after,) = connections_of(app)
    assert (after.id, after.broken) == (before.id, False)


@pytest.mark.parametrize("service", ["github", "mastodon", "x", "facebook"])
def test_a_token_in_whose_place_another_comes_is_given_back(app, running, service):
    fake, visitor = running(service), visitor_of(app, service)
    authorize(visitor, fake)
    (row,) = connections_of(app)
    with app.app_context():
        before = connections.token(owner_of(app), row.id).access

    authorize(visitor, fake)

    with app.app_context():
        after = connections.token(owner_of(app), row.id).access
    assert after in fake.grants.tokens
    # Facebook takes back all permissions of a person or none
    assert fake.grants.revoked == ([] if service == "facebook" else [before])


# ---- answers that do not belong here


@pytest.mark.parametrize("service", DANCED)
def test_an_answer_is_good_for_one_return(app, running, service):
    fake, visitor = running(service), visitor_of(app, service)
    location = decide(authorization_url(start(visitor, fake)), "ada")
    follow_callback(visitor, fake, location)

    answer = follow_callback(visitor, fake, location)

    assert is_at(answer, f"/connect/{service}")
    assert messages(visitor, f"/connect/{service}")[-1] == message("used", service)
    assert fake.grants.calls["token"] == 1


def test_back_after_signing_in_says_that_the_answer_was_taken(app, ada, running):
    fake, visitor = running("github"), BrowserSession(app)
    authorize(ada, fake)
    location = decide(authorization_url(start(visitor, fake, "/signin/github")), "ada")
    follow_callback(visitor, fake, location)

    follow_callback(visitor, fake, location)

    assert messages(visitor, "/connect/github") == [message("used", "github")]
    assert visitor.is_signed_in()


def test_an_old_cookie_does_not_make_an_answer_good_again(app, ada, running):
    fake = running("github")
    address = authorization_url(start(ada, fake))
    cookie = ada.session_cookie()
    follow_callback(ada, fake, decide(address, "ada"))
    ada.client.set_cookie("session", cookie)

    answer = follow_callback(ada, fake, decide(address, "bob"))

    assert is_at(answer, "/connect/github")
    assert [row.handle for row in connections_of(app)] == ["ada"]


@pytest.mark.parametrize("state", ["", "x" * 30, "é☃", None])
def test_an_answer_to_no_question_is_refused(app, ada, running, state):
    fake = running("github")
    address = authorization_url(start(ada, fake))
    code = fake.grants.code("ada", query(address))

    answer = ada.get("/connect/github/authorized", query_string={"code": code} | ({"state": state} if state else {}))

    assert is_at(answer, "/connect/github")
    assert messages(ada, "/connect/github") == [message("state", "github")]
    assert connections_of(app) == []


def test_the_answer_of_another_browser_is_refused_and_stays_good_there(app, ada, running):
    fake, bob = running("github"), BrowserSession(app)
    bob.register(BOB)
    location = decide(authorization_url(start(bob, fake)), "bob")

    answer = follow_callback(ada, fake, location)

    assert is_at(answer, "/connect/github")
    assert connections_of(app) == []
    assert lands(follow_callback(bob, fake, location), "github")
    assert [row.handle for row in connections_of(app, BOB)] == ["bob"]


def test_an_answer_cannot_be_carried_to_another_service(app, ada, running):
    github, x = running("github"), running("x")
    location = decide(authorization_url(start(ada, github)), "ada")

    answer = ada.get("/connect/x/authorized", query_string=query(location))

    assert is_at(answer, "/connect/x")
    assert not x.grants.calls
    assert connections_of(app) == []


def test_an_answer_of_one_server_cannot_be_carried_to_another(app, ada, running):
    first, second = running("mastodon"), running("mastodon")
    location = decide(authorization_url(start(ada, first)), "ada")

    answer = ada.get("/connect/mastodon/authorized", query_string={**query(location), "at": second.host})

    assert is_at(answer, "/connect/mastodon")
    assert not first.grants.calls["token"]
    assert not second.grants.calls["token"]


def test_what_was_begun_by_one_user_is_not_linked_to_another(app, ada, running):
    fake = running("github")
    location = decide(authorization_url(start(ada, fake)), "ada")
    kept = ada.session_cookie()
    ada.send("/signout")
    ada.register(BOB)
    with ada.client.session_transaction() as session, app.test_client() as other:
        other.set_cookie("session", kept)
        with other.session_transaction() as before:
            session["oauth_states"] = before["oauth_states"]

    answer = follow_callback(ada, fake, location)

    assert is_at(answer, "/connect/github")
    assert messages(ada, "/connect/github") == [message("session", "github")]
    assert connections_of(app, BOB) == []


def test_who_signed_out_meanwhile_links_nothing(app, ada, running):
    fake = running("github")
    location = decide(authorization_url(start(ada, fake)), "ada")
    ada.send("/signout")

    assert is_at(follow_callback(ada, fake, location), "/signin")
    assert connections_of(app) == []


# ---- services in trouble

TROUBLES = [
    pytest.param({"token": (500, "oops")}, "down", id="token-500"),
    pytest.param({"token": (200, "<html>")}, "down", id="token-not-json"),
    pytest.param({"token": (200, "[]")}, "down", id="token-wrong-type"),
    pytest.param({"token": (400, {"error": "invalid_grant"})}, "code", id="code-expired"),
    pytest.param({"token": (200, {"error": "bad_verification_code"})}, "code", id="code-expired-as-github-says"),
    pytest.param({"token": (401, {"error": "invalid_client"})}, "client", id="unknown-client"),
    pytest.param({"token": (400, {"error": ["<script>"]})}, "failed", id="error-of-wrong-type"),
    pytest.param({"token": (200, {"token_type": "bearer"})}, "failed", id="no-token"),
    pytest.param({"token": (302, "")}, "down", id="token-elsewhere"),
    pytest.param({"whoami": (500, "")}, None, id="whoami-500"),
    pytest.param({"whoami": (401, {"message": "Bad credentials"})}, None, id="whoami-401"),
    pytest.param({"whoami": (200, {"login": "ada"})}, None, id="whoami-without-id"),
    pytest.param({"whoami": (200, {"login": "ada", "id": True})}, None, id="whoami-wrong-type"),
]


@pytest.mark.parametrize(("fault", "reason"), TROUBLES)
def test_a_service_in_trouble_is_one_sentence(app, ada, running, fault, reason):
    fake = running("github")
    fake.grants.fault.update(fault)

    answer = authorize(ada, fake)

    assert is_at(answer, "/connect/github")
    shown = messages(ada, "/connect/github")
    assert len(shown) == 1
    assert shown == [message(reason, "github")] if reason else "GitHub" in shown[0]
    assert connections_of(app) == []


STRANGE = [
    pytest.param("[" * 100_000, "down", id="nested-deep"),
    pytest.param('{"access_token": "a", "token_type": "bearer", "n": 123456789012345678901234567890}', "", id="huge"),
    pytest.param('{"access_token": "a", "token_type": "bearer", "error": null}', "", id="no-error"),
    pytest.param('{"access_token": "a", "token_type": 5, "expires_in": []}', "down", id="wrong-types"),
]


@pytest.mark.parametrize(("body", "reason"), STRANGE)
def test_a_strange_token_is_no_error_of_ours(app, ada, running, body, reason):
    fake = running("mastodon")
    location = decide(authorization_url(start(ada, fake)), "ada")
    fake.grants.fault["token"] = (200, body)

    follow_callback(ada, fake, location)

    shown = messages(ada, "/connect/mastodon")
    assert shown == [message(reason, "mastodon")] if reason else "connect the account again" in shown[0]
    assert connections_of(app) == []


def test_a_token_that_nobody_can_use_is_given_back(app, ada, running):
    fake = running("github")
    fake.grants.fault["whoami"] = (500, "")

    authorize(ada, fake)

    assert fake.grants.calls["revoke"] == 1
    assert not fake.grants.tokens


def test_names_hold_nothing_that_no_database_takes(app, ada, running):
    fake = running("mastodon")
    fake.grants.people["ada"] |= {"id": "4001\0", "username": "a\0d\na"}

    authorize(ada, fake)

    assert [(row.uid, row.handle) for row in connections_of(app)] == [("4001", "ada@example.social")]


def test_a_long_name_fits_into_a_cookie(app, running):
    fake, visitor = running("mastodon"), BrowserSession(app)
    fake.grants.people["ada"]["display_name"] = "".join(f"{n:x}" for n in range(5_000))

    answer = authorize(visitor, fake, path="/signin/mastodon")

    assert is_at(answer, "/register/finish")
    assert len(visitor.session_cookie()) < 3_000


def test_only_so_many_servers_are_asked_at_once(app, running, monkeypatch):
    fake = running("mastodon")
    monkeypatch.setattr(mastodon_servers, "_free", threading.BoundedSemaphore(1))
    visitor = BrowserSession(app)

    with mastodon_servers._free:
        start(visitor, fake, "/signin/mastodon")
    shown = messages(visitor)

    assert shown == [message("busy", "mastodon")]
    assert not fake.grants.calls
    assert authorization_url(start(visitor, fake, "/signin/mastodon"))


def test_a_slow_server_holds_nobody_for_long(app, running, monkeypatch):
    fake = running("mastodon")
    monkeypatch.setattr(mastodon_servers, "SECONDS", 0.0)
    visitor = BrowserSession(app)

    start(visitor, fake, "/signin/mastodon")

    assert messages(visitor) == [NO_ANSWER.format(name="The server")]
    assert not fake.grants.calls


def test_who_connects_is_told_that_it_signs_in(ada, running):
    authorize(ada, running("github"))
    (signs_in,) = messages(ada, OVERVIEW)
    authorize(ada, running("x"))
    (only_reads,) = messages(ada, OVERVIEW)

    assert "signs you in from now on" in signs_in
    assert "signs you in" not in only_reads


def test_a_service_that_is_gone_is_one_sentence(app, ada, running):
    linkedin = running("linkedin")
    app.config["LINKEDIN_URL"] = "http://127.0.0.1:9"

    answer = start(ada, linkedin)

    assert is_at(answer, "/connect/linkedin")
    assert messages(ada, "/connect/linkedin") == [message("down", "linkedin")]


def test_x_without_credits_says_so(ada, running):
    fake = running("x")
    fake.grants.fault["whoami"] = (402, {"title": "CreditsDepleted"})

    authorize(ada, fake)

    assert "pay" in messages(ada, "/connect/x")[0]


def test_an_app_that_x_does_not_let_in_is_a_matter_of_the_operator(ada, running):
    fake = running("x")
    kind = "https://api.twitter.com/2/problems/client-forbidden"
    fake.grants.fault["whoami"] = (403, {"type": kind, "reason": "client-not-enrolled"})

    authorize(ada, fake)

    assert "Tell the people who run this server" in messages(ada, "/connect/x")[0]
    assert not fake.grants.tokens


@pytest.mark.parametrize(
    ("service", "scope"), [("x", "users.read"), ("mastodon", "read:accounts"), ("linkedin", "email")]
)
def test_a_missing_permission_is_told_and_the_token_given_back(app, ada, running, service, scope):
    fake = running(service)
    fake.grants.scope = scope

    authorize(ada, fake)

    assert messages(ada, f"/connect/{service}") == [message("scope", service)]
    assert fake.grants.calls["revoke"] >= 1
    assert connections_of(app) == []


def test_scopes_with_commas_are_scopes(app, ada, running):
    fake = running("x")
    fake.grants.scope = "offline.access,tweet.read,users.read"

    authorize(ada, fake)

    assert len(connections_of(app)) == 1


@pytest.mark.parametrize("error", ["server_error", "invalid_scope", "unheard_of", "<script>alert(1)</script>"])
def test_nothing_that_a_service_sends_stands_on_the_page(ada, running, error):
    fake = running("github")
    state = query(authorization_url(start(ada, fake)))["state"]

    ada.get(
        "/connect/github/authorized",
        query_string={"state": state, "error": error, "error_description": "canary", "error_uri": "https://canary"},
    )

    page = ada.get("/connect/github").text
    assert "canary" not in page
    assert "alert(1)" not in page


@pytest.mark.parametrize("service", ["github", "x", "facebook", "linkedin"])
def test_a_service_that_is_not_set_up_says_so_and_offers_the_other_ways(app, ada, running, service):
    fake = running(service)
    app.config[f"{service.upper()}_OAUTH_CLIENT_SECRET"] = None

    page, answer = ada.get(f"/connect/{service}").text, start(ada, fake)

    assert "is not set up on this server" in page
    assert f"/connect/{service}/set-up" in page
    assert 'type="file"' in page
    assert is_at(answer, f"/connect/{service}")
    assert messages(ada, f"/connect/{service}") == [message("not-set-up", service)]


def test_without_keys_for_tokens_nothing_is_set_up(app, ada, running):
    app.config["TOKEN_KEYS"] = []

    assert all("is not set up on this server" in ada.get(f"/connect/{service}").text for service in FAKES)


def test_every_sentence_can_be_said():
    assert all(message(reason, "github").endswith((".", "!")) for reason in MESSAGES)


# ---- Mastodon's servers


def test_the_application_registers_itself_once_at_a_server(app, ada, running):
    fake = running("mastodon")

    authorize(ada, fake)
    authorize(ada, fake)

    assert fake.grants.calls["apps"] == 1


def asked_as(app, site, fake):
    """What the form answers to somebody who sends that name of the site."""
    stranger = BrowserSession(app)
    token = stranger.client.get("/signin", base_url=site).text.split('name="csrf_token"')[1].split('value="')[1]
    sent = {"csrf_token": token.split('"')[0], "server": fake.host}
    return stranger.client.post("/signin/mastodon", data=sent, base_url=site)


@pytest.mark.parametrize("site", ["http://evil.example", "http://localhost.evil.example"])
def test_a_forged_name_of_this_site_leads_nobodys_answer_away(app, ada, running, site):
    fake = running("mastodon")
    authorize(ada, fake)

    answer = asked_as(app, site, fake)

    assert is_at(answer, "/signin")
    assert fake.grants.calls["apps"] == 1
    assert lands(authorize(ada, fake), "mastodon")


@pytest.mark.parametrize(
    ("named", "registered"), [({}, 0), ({"TRUSTED_HOSTS": ["127.0.0.1"]}, 1), ({"PUBLIC_URL": LOCAL}, 1)]
)
def test_in_production_a_server_gets_to_know_no_name_but_the_operators(app, running, named, registered):
    fake = running("mastodon")
    app.config.update(SECURE=True, **named)

    asked_as(app, LOCAL, fake)

    assert fake.grants.calls["apps"] == registered


@pytest.mark.parametrize(("trusted", "site"), [(["localhost", "b.example"], "http://b.example"), (None, LOCAL)])
def test_a_site_may_have_several_names(app, ada, running, trusted, site):
    fake = running("mastodon")
    authorize(ada, fake)
    app.config["TRUSTED_HOSTS"] = trusted

    answer = asked_as(app, site, fake)

    assert query(authorization_url(answer))["redirect_uri"].startswith(f"{site}/connect/mastodon/authorized?")


def test_a_server_that_was_reset_gets_to_know_the_application_anew(app, ada, running):
    fake = running("mastodon")
    authorize(ada, fake)
    fake.grants.clients.clear()

    answer = authorize(ada, fake)

    assert lands(answer, "mastodon")
    assert fake.grants.calls["apps"] == 2


def test_a_server_that_forgets_in_the_middle_is_told_and_forgotten(app, ada, running):
    fake = running("mastodon")
    address = authorization_url(start(ada, fake))
    location = decide(address, "ada")
    fake.grants.clients.clear()

    follow_callback(ada, fake, location)

    assert messages(ada, "/connect/mastodon") == [message("forgotten", "mastodon")]
    assert lands(authorize(ada, fake), "mastodon")


@pytest.mark.parametrize(
    "server", ["", "localhost", "127.0.0.1:9", "10.0.0.1", "[::1]", "http://169.254.169.254/", "a b"]
)
def test_a_private_server_is_not_asked(app, ada, server):
    answer = ada.send("/connect/mastodon/start", {"server": server})

    assert is_at(answer, "/connect/mastodon")
    assert len(messages(ada, "/connect/mastodon")) == 1


def test_a_server_that_is_no_mastodon_is_told(ada, running):
    fake = running("mastodon")
    fake.grants.fault["instance"] = (404, "")

    start(ada, fake)

    assert len(messages(ada, "/connect/mastodon")) == 1


# ---- signing in


@pytest.mark.parametrize("service", SIGNING_IN)
def test_a_connected_identity_signs_in(app, ada, running, service):
    fake, stranger = running(service), BrowserSession(app)
    authorize(ada, fake)

    answer = authorize(stranger, fake, path=f"/signin/{service}")

    assert is_at(answer, OVERVIEW)
    assert stranger.get("/user/ada").status_code == 200


@pytest.mark.parametrize("service", ["x", "facebook", "bluesky"])
def test_other_services_sign_nobody_in(app, running, service):
    running(service)

    assert BrowserSession(app).send(f"/signin/{service}").status_code == 404


def test_signing_in_makes_a_new_session(app, ada, running):
    fake, stranger = running("github"), BrowserSession(app)
    authorize(ada, fake)
    stranger.get("/signin")
    before = stranger.session_cookie()

    authorize(stranger, fake, path="/signin/github")

    old = BrowserSession(app)
    old.client.set_cookie("session", before)
    assert not old.is_signed_in()
    assert stranger.is_signed_in()


@pytest.mark.parametrize(
    "target", ["/user/ada", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil"]
)
def test_after_signing_in_the_browser_stays_here(app, ada, running, target):
    fake, stranger = running("github"), BrowserSession(app)
    authorize(ada, fake)

    answer = authorize(stranger, fake, path="/signin/github", next=target)

    assert is_at(answer, target if target == "/user/ada" else OVERVIEW)


def test_an_account_elsewhere_is_asked_for_the_code_as_well(app, ada, running, caplog):
    caplog.set_level("INFO", "dashapp.users.audit")
    fake, visitor = running("github"), BrowserSession(app)
    authorize(ada, fake)
    with app.app_context():
        owner = users.find_user("Ada").id
        second_factors.begin(owner, "SECRET")
        second_factors.confirm(owner, [])

    answer = authorize(visitor, fake, path="/signin/github")

    assert is_at(answer, "/signin/code")
    assert not visitor.is_signed_in()
    assert "code asked for" in caplog.text
    assert "sign-in" not in caplog.text


def test_an_address_that_is_somebodys_name_here_opens_nothing(app, ada, running):
    fake, mallory = running("linkedin"), BrowserSession(app)
    with app.app_context():
        users.change_user(users.find_user("Ada").id, name="ada@example.social")
    fake.grants.people["mallory"] = {"sub": "li-m", "name": "M", "email": "ada@example.social", "email_verified": True}

    answer = authorize(mallory, fake, "mallory", path="/signin/linkedin")

    assert is_at(answer, "/register/finish")
    assert not mallory.is_signed_in()
    assert "ada@example.social" not in mallory.get("/register/finish").text


def test_a_name_that_was_given_to_somebody_else_opens_nothing(app, ada, running):
    fake, later = running("github"), BrowserSession(app)
    authorize(ada, fake)
    fake.grants.people["later"] = {"id": 9, "login": "ada", "name": "Ada Example"}

    assert is_at(authorize(later, fake, "later", path="/signin/github"), "/register/finish")


def test_the_same_number_at_another_server_is_somebody_else(app, ada, running):
    first, second, other = running("mastodon"), running("mastodon"), BrowserSession(app)
    authorize(ada, first)

    assert is_at(authorize(other, second, path="/signin/mastodon"), "/register/finish")


def test_an_identity_of_somebody_else_is_read_but_does_not_sign_in(app, ada, running):
    fake, bob = running("github"), BrowserSession(app)
    authorize(ada, fake)
    bob.register(BOB)

    answer = authorize(bob, fake, "ada")

    assert lands(answer, "github")
    assert message("taken", "github") in messages(bob, "/connect/csv")
    assert len(connections_of(app, BOB)) == 1
    with app.app_context():
        assert connections.user_of("github", "", "1001") == owner_of(app)


def test_who_disconnected_is_not_connected_again_by_signing_in(app, ada, running):
    fake, stranger = running("github"), BrowserSession(app)
    authorize(ada, fake)
    (row,) = connections_of(app)
    ada.send(f"/connect/connections/{row.id}/disconnect")

    authorize(stranger, fake, path="/signin/github")

    assert stranger.is_signed_in()
    assert connections_of(app) == []
    assert not fake.grants.tokens


def test_who_says_no_when_signing_in_is_back_at_signing_in(app, running):
    fake, stranger = running("github"), BrowserSession(app)

    answer = authorize(stranger, fake, "deny", path="/signin/github")

    assert is_at(answer, "/signin")
    assert messages(stranger) == [message("denied", "github")]


def test_the_page_to_sign_in_offers_what_is_set_up(app, running):
    running("github")

    page = BrowserSession(app).get("/signin").text

    assert 'action="/signin/github"' in page
    assert 'action="/signin/linkedin"' not in page


# ---- secrets


def test_no_secret_is_where_it_should_not_be(app, running, caplog):
    caplog.set_level(logging.DEBUG)
    ada, cookies = BrowserSession(app), []
    ada.register()
    for service in DANCED:
        fake = running(service)
        fake.grants.refreshing = True
        address = authorization_url(start(ada, fake))
        location = decide(address, "ada")
        cookies.append(ada.session_cookie())
        answer = follow_callback(ada, fake, location)
        cookies += [ada.session_cookie(), answer.text, str(answer.headers)]
    shown = "".join(cookies) + caplog.text + ada.get("/user/ada").text

    assert len(connections_of(app)) == len(DANCED)
    assert "canary" not in shown
    export = ada.get("/download/everything.zip").data
    assert b"canary" not in export


def test_the_database_holds_no_token_in_the_clear(app, ada, running):
    for service in DANCED:
        authorize(ada, running(service))

    with closing(sqlite3.connect(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database)) as raw:
        dump = "\n".join(raw.iterdump())  # what is binary stands there in hexadecimal digits

    assert "canary" not in dump
    assert b"canary".hex().upper() not in dump
    assert b"gAAAAA".hex().upper() in dump  # as Fernet begins
