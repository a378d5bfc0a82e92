"""Connecting Bluesky: pushed requests, proofs of possession, nonces, and servers that lie."""

from __future__ import annotations

import json

import pytest

from dashapp.connect.messages import message
from dashapp.oauth import clients, tokens
from dashapp.services.bluesky.oauth import ANOTHER, NO_ACCOUNT, NO_HANDLE, NOT_ACCEPTED, NOT_PUBLIC
from dashapp.store import connections, imports, users
from tests.connect.oauth_client import (
    LOCAL,
    authorization_url,
    authorize,
    decide,
    follow_callback,
    messages,
    query,
    start,
)
from tests.services.fakes.bluesky_oauth import PEOPLE
from tests.users.browser_session import ADA, BrowserSession, is_at, lands

pytestmark = pytest.mark.server

SITE = "https://sociogram.example"
PAGE = "/connect/bluesky"


class At(BrowserSession):
    """A visitor who reaches us at another address."""

    def __init__(self, app, base):
        super().__init__(app)
        self.base = base

    def get(self, path, **options):
        """Opens a page there."""
        return super().get(path, **{"base_url": self.base, **options})

    def send(self, path, data=None, **options):
        """Sends a form there."""
        return super().send(path, data, **{"base_url": self.base, **options, "headers": {"Referer": self.base + "/"}})


@pytest.fixture
def ada(app):
    """Ada on her own machine."""
    visitor = At(app, LOCAL)
    visitor.register()
    return visitor


@pytest.fixture
def fake(running):
    """The network."""
    return running("bluesky")


def kept(app):
    """Ada's connections."""
    with app.app_context():
        return connections.connections(users.find_user(ADA["name"]).id)


@pytest.mark.parametrize(
    "handle", ["ada.example.social", "@Ada.Example.Social", "at://ada.example.social", PEOPLE["ada"]["did"]]
)
def test_a_handle_leads_to_its_own_server(app, ada, fake, handle):
    answer = authorize(ada, fake, handle=handle)

    assert lands(answer, "bluesky")
    assert [(row.uid, row.handle) for row in kept(app)] == [(PEOPLE["ada"]["did"], "ada.example.social")]


def test_nothing_of_the_request_goes_through_the_browser(ada, fake):
    asked = query(authorization_url(start(ada, fake)))

    assert asked.keys() == {"client_id", "request_uri"}
    (pushed,) = fake.more["network"].pushed.values()
    assert (pushed["scope"], pushed["code_challenge_method"], pushed["login_hint"]) == (
        "atproto",
        "S256",
        "ada.example.social",
    )


@pytest.mark.parametrize(
    ("handle", "problem"),
    [
        ("", NO_HANDLE),
        ("ada", NO_HANDLE),
        ("a b.c", NO_HANDLE),
        ("nobody.example.social", NO_ACCOUNT),
        ("ada@x.y", NO_HANDLE),
    ],
)
def test_a_handle_that_there_is_not_is_said(ada, fake, handle, problem):
    start(ada, fake, handle=handle)

    assert messages(ada, PAGE) == [problem]


def test_a_handle_that_its_account_does_not_own_is_refused(ada, fake):
    fake.grants.people["ada"]["handle"] = "other.example.social"
    fake.grants.people["liar"] = {"did": PEOPLE["ada"]["did"], "handle": "ada.example.social"}

    start(ada, fake, handle="ada.example.social")

    assert messages(ada, PAGE) == [NO_ACCOUNT]


def test_a_handle_that_only_its_account_claims_is_not_believed(app, ada, fake):
    liar = "did:plc:" + "y" * 24
    fake.grants.people["liar"] = {**fake.grants.people["bob"], "did": liar, "handle": "ada.example.social"}

    authorize(ada, fake, "liar", handle=liar)

    assert [(row.uid, row.handle) for row in kept(app)] == [(liar, liar)]


def test_an_account_is_read_by_its_permanent_id(app, ada, fake):
    authorize(ada, fake)

    with app.app_context():
        (queued,) = imports.imports(users.find_user(ADA["name"]).id)
    assert queued.options["handle"] == PEOPLE["ada"]["did"]
    assert queued.filename == "ada.example.social"


def test_an_answer_of_another_server_is_refused(app, ada, fake):
    fake.more["network"].issuer = "https://evil.example"

    answer = authorize(ada, fake)

    assert is_at(answer, PAGE)
    assert messages(ada, PAGE) == [message("state", "bluesky")]
    assert not fake.grants.calls["token"]


def test_a_token_of_somebody_else_is_refused(app, ada, fake):
    answer = authorize(ada, fake, "bob")

    assert is_at(answer, PAGE)
    assert messages(ada, PAGE) == [ANOTHER.format(handle="ada.example.social")]
    assert kept(app) == []
    assert not fake.grants.refresh_tokens


@pytest.mark.parametrize("fields", [{"token_type": "Bearer"}, {"sub": None}, {"scope": ""}])
def test_a_token_that_is_not_bound_or_not_whole_is_refused(app, ada, fake, fields):
    fake.grants.token_fields = fields

    assert is_at(authorize(ada, fake), PAGE)
    assert kept(app) == []
    assert fake.grants.calls["revoke"] == 1


def test_an_answer_is_good_for_one_return(ada, fake):
    location = decide(authorization_url(start(ada, fake)), "ada")
    follow_callback(ada, fake, location)

    assert is_at(follow_callback(ada, fake, location), PAGE)
    assert fake.grants.calls["token"] == 1


def test_by_name_a_machine_of_ones_own_cannot_connect(app, running):
    fake, visitor = running("bluesky"), BrowserSession(app)
    visitor.register()

    visitor.send("/connect/bluesky/start", {"handle": "ada.example.social"})

    assert messages(visitor, PAGE) == [message("local", "bluesky")]
    assert not fake.grants.calls


def test_a_site_describes_itself_and_signs(app, fake):
    visitor = At(app, SITE)
    visitor.register()
    document = json.loads(visitor.get("/connect/bluesky/client-metadata.json").text)
    keys = json.loads(visitor.get("/connect/bluesky/jwks.json").text)
    fake.more["network"].client_keys = keys

    address = authorization_url(visitor.send("/connect/bluesky/start", {"handle": "ada.example.social"}))
    answer = come_back_to(visitor, decide(address, "ada"))

    assert lands(answer, "bluesky")
    assert document["client_id"] == query(address)["client_id"] == f"{SITE}/connect/bluesky/client-metadata.json"
    assert document["redirect_uris"] == [f"{SITE}/connect/bluesky/authorized"]
    assert document["token_endpoint_auth_method"] == "private_key_jwt"
    assert document["dpop_bound_access_tokens"] is True
    assert [key.get("d") for key in keys["keys"]] == [None]


def come_back_to(visitor, location):
    """Follows the server back to a site."""
    return visitor.get(location.removeprefix(visitor.base))


def test_the_key_of_a_site_stays_the_same(app, fake):
    with app.app_context():
        first, second = clients.signing_key(), clients.signing_key()

    assert first == second
    assert "d" in first


def test_a_session_is_renewed_with_its_key_and_given_back(app, ada, fake):
    fake.grants.token_fields = {"expires_in": 30}
    authorize(ada, fake)
    (row,) = kept(app)
    with app.app_context():
        owner = users.find_user(ADA["name"]).id
        before = connections.token(owner, row.id).access

        after = tokens.access(owner, row.id)
        refresh = connections.token(owner, row.id).value["refresh_token"]
        tokens.disconnect(owner, row.id)

    assert after != before
    assert fake.grants.tokens[after] == "ada"
    assert fake.grants.revoked == [refresh]


@pytest.mark.parametrize("pds", ["http://pds.example.org", "https://10.0.0.7", "https://pds.example.org:3000"])
def test_a_server_that_not_everybody_can_reach_is_told(ada, fake, pds):
    fake.more["network"].pds = pds

    start(ada, fake)

    assert messages(ada, PAGE) == [NOT_PUBLIC]


def test_a_server_that_will_not_have_us_is_told(app, fake):
    visitor = At(app, SITE)  # the fake knows only sites on their own machine
    visitor.register()

    answer = visitor.send("/connect/bluesky/start", {"handle": "ada.example.social"})

    assert is_at(answer, PAGE)
    assert messages(visitor, PAGE) == [NOT_ACCEPTED]
