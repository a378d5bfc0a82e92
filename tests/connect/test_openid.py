"""Forged id tokens: whatever is wrong with one, nobody is signed in and nothing is linked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from dashapp.services.linkedin.oauth import FORGED
from dashapp.store import connections, users
from tests.connect.oauth_client import authorize, messages
from tests.services.fakes.linkedin_oauth import KEY
from tests.services.fakes.oauth import CLIENT_ID, CLIENT_SECRET
from tests.users.browser_session import BrowserSession, is_at

pytestmark = pytest.mark.server

OTHER = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)


def unpadded(value):
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(claims):
    """With the algorithm `none`."""
    return f"{unpadded({'alg': 'none', 'typ': 'JWT'})}.{unpadded(claims)}."


def by_secret(secret):
    """Signed with something that is no private key."""

    def sign(claims):
        body = f"{unpadded({'alg': 'HS256', 'kid': KEY.kid, 'typ': 'JWT'})}.{unpadded(claims)}"
        digest = hmac.new(secret, body.encode(), hashlib.sha256).digest()
        return f"{body}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    return sign


def by_stranger(claims):
    """Signed by somebody else under the real key's name."""
    return jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, OTHER)


def broken(claims):
    """Claims that were changed after they were signed."""
    head, _, signature = jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, KEY).split(".")
    return f"{head}.{unpadded(claims | {'sub': 'li-bob'})}.{signature}"


SIGNATURES = {
    "none": unsigned,
    "client-secret": by_secret(CLIENT_SECRET.encode()),
    "public-key-as-secret": by_secret(KEY.as_pem(private=False)),
    "stranger": by_stranger,
    "changed": broken,
    "empty": lambda claims: "",
    "garbage": lambda claims: "a.b.c",
}
CLAIMS = {
    "other-issuer": {"iss": "https://evil.example"},
    "no-issuer": {"iss": None},
    "other-audience": {"aud": "another-client"},
    "audience-beside-another": {"aud": [CLIENT_ID, "another-client"]},
    "no-audience": {"aud": None},
    "other-party": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
    "expired": {"exp": 1_000_000_000},
    "no-end": {"exp": None},
    "other-nonce": {"nonce": "x" * 32},
    "nonce-of-wrong-type": {"nonce": 1},
    "no-nonce": {"nonce": None},
    "no-subject": {"sub": None},
    "other-subject": {"sub": "li-bob"},
}


@pytest.mark.parametrize("sign", SIGNATURES.values(), ids=SIGNATURES)
def test_a_token_that_the_provider_did_not_sign_is_refused(app, running, sign):
    fake, visitor = running("linkedin"), BrowserSession(app)
    fake.more["signing"].sign = sign

    answer = authorize(visitor, fake, path="/signin/linkedin")

    assert is_at(answer, "/signin")
    assert messages(visitor) == [FORGED]


@pytest.mark.parametrize("change", CLAIMS.values(), ids=CLAIMS)
def test_a_token_with_a_wrong_claim_is_refused(app, running, change):
    fake, visitor = running("linkedin"), BrowserSession(app)
    fake.more["signing"].claims = lambda claims: {k: v for k, v in (claims | change).items() if v is not None}

    answer = authorize(visitor, fake, path="/signin/linkedin")

    assert is_at(answer, "/signin")
    assert messages(visitor) == [FORGED]


@pytest.mark.parametrize("change", [{"aud": [CLIENT_ID]}, {"aud": [CLIENT_ID, "b"], "azp": CLIENT_ID}])
def test_an_audience_may_be_written_as_a_list(app, running, change):
    fake, visitor = running("linkedin"), BrowserSession(app)
    fake.more["signing"].claims = lambda claims: claims | change

    assert is_at(authorize(visitor, fake, path="/signin/linkedin"), "/register/finish")


def test_a_description_of_another_provider_is_not_believed(app, running):
    fake, visitor = running("linkedin"), BrowserSession(app)
    fake.grants.fault["discovery"] = (200, {"issuer": "https://evil.example", "authorization_endpoint": "x"})

    answer = visitor.send("/signin/linkedin")

    assert is_at(answer, "/signin")
    assert len(messages(visitor)) == 1


@pytest.mark.parametrize("endpoint", ["javascript:alert(1)", "http://evil.example/", "//evil.example", 7])
def test_the_browser_is_sent_to_a_safe_address_alone(app, running, endpoint):
    fake, visitor = running("linkedin"), BrowserSession(app)
    discovery = {
        "issuer": fake.address,
        "authorization_endpoint": endpoint,
        "token_endpoint": f"{fake.address}/v2/accessToken",
    }
    fake.grants.fault["discovery"] = (200, discovery)

    answer = visitor.send("/signin/linkedin")

    assert is_at(answer, "/signin")
    assert len(messages(visitor)) == 1


def test_a_proven_address_of_somebody_else_is_nobodys_here(app, running):
    fake, mallory = running("linkedin"), BrowserSession(app)
    with app.app_context():
        ada = users.add_user("ada@example.social", "!")
    fake.grants.people["ada"]["email"] = "ada@example.social"

    authorize(mallory, fake, path="/signin/linkedin")

    with app.app_context():
        assert connections.identities(ada) == []
