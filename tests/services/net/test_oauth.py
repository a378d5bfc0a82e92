"""What services' answers mean, where secrets may go, and which server a handle leads to."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import DeniedError, ServiceError, UnavailableError
from dashapp.services.mastodon.oauth import MastodonProvider, find_server
from dashapp.services.net import oauth
from dashapp.services.net.response import Response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def response(status, value):
    """What a service sent."""
    return Response(status, {}, value if isinstance(value, bytes) else json.dumps(value).encode())


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.social/token", True),
        ("http://127.0.0.1:9000/token", True),
        ("http://[::1]:9000/token", True),
        ("http://localhost/token", True),
        ("http://example.social/token", False),
        ("http://10.0.0.1/token", False),
        ("http://social.internal:8080/token", True),
        ("http://social.internal/token", False),
        ("https://user:pass@example.social", False),
        ("ftp://127.0.0.1", False),
        ("//example.social", False),
        ("https://", False),
        ("https://[", False),
    ],
)
def test_secrets_go_by_https_or_stay_on_this_machine(url, safe):
    assert oauth.is_safe(url, ["http://social.internal:8080"]) is safe


def test_nothing_is_sent_to_an_unsafe_address():
    with pytest.raises(UnavailableError, match="https"):
        oauth.Transport("GitHub")("POST", "http://example.social/token", form={"client_secret": "canary"})


@pytest.mark.server
def test_errors_of_a_call_quote_nothing():
    with pytest.raises(UnavailableError) as raised:
        oauth.Transport("GitHub")("POST", "http://127.0.0.1:9/canary", form={"client_secret": "canary"})

    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("told", "scopes"),
    [
        ({"scope": "a b"}, {"a", "b"}),
        ({"scope": "a,b"}, {"a", "b"}),
        ({"scope": ["a", "b"]}, {"a", "b"}),
        ({"scope": ""}, set()),
        ({"scope": None}, set()),
        ({}, set()),
    ],
)
def test_scopes_are_written_in_three_ways(told, scopes):
    assert oauth.scopes_of(told) == scopes


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (3600, 3600),
        ("3600", 3600),
        (3600.5, 3600.5),
        (0, None),
        (-1, None),
        ("soon", None),
        (True, None),
        (10**12, None),
    ],
)
def test_a_token_ends_when_its_service_says(told, seconds):
    before = datetime.now(UTC)

    ends = oauth.expires_at({"expires_in": told})

    if seconds is None:
        assert ends is None
    else:
        assert timedelta(0) <= ends - before - timedelta(seconds=seconds) < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (response(400, {"error": "invalid_grant"}), DeniedError),
        (response(200, {"error": "bad_refresh_token"}), DeniedError),
        (response(400, {"error": "invalid_request"}), DeniedError),
        (response(503, {"error": "invalid_grant"}), UnavailableError),
        (response(401, {"error": "invalid_client"}), oauth.UnknownClientError),
        (response(200, {"access_token": 7}), UnavailableError),
        (response(500, b"oops"), UnavailableError),
        (response(200, b"\xff"), UnavailableError),
        (response(200, []), UnavailableError),
    ],
)
def test_what_is_no_token_says_what_to_do(sent, error):
    with pytest.raises(error) as raised:
        oauth.granted(sent, "GitHub")

    assert type(raised.value) is error


@given(status=st.sampled_from([200, 201, 400, 401, 403, 429, 500]), value=JSON)
def test_whatever_is_sent_is_an_object_or_an_error_of_ours(status, value):
    for work in (oauth.granted, oauth.document):
        with suppress(ServiceError):
            assert isinstance(work(response(status, value), "GitHub"), dict)


def test_nothing_prints_a_secret():
    application = oauth.Application(client_id="id", client_secret="canary", key={"d": "canary"})
    client = oauth.OAuthClient(settings={"SECRET_KEY": "canary"}, application=application, send=oauth.Transport("X"))

    assert "canary" not in repr(client)


# ---- which Mastodon server


class Web:
    """Servers by address; what was asked is remembered."""

    def __init__(self, pages):
        self.pages, self.asked = pages, []

    def __call__(self, method, url, *, guarded=False, **_):
        self.asked.append((url, guarded))
        status, headers, value = self.pages.get(url, (404, {}, {}))
        return Response(status, headers, json.dumps(value).encode())


def mastodon(domain, version="4.5.0"):
    """The description of a server."""
    return 200, {}, {"domain": domain, "version": version}


SETTINGS = {"PRIVATE_HOSTS": []}


@pytest.mark.parametrize(
    "typed", ["example.social", "ada@example.social", "@ada@Example.Social", "https://example.social/@ada"]
)
def test_a_server_is_found_in_what_people_write(typed):
    web = Web({"https://example.social/api/v2/instance": mastodon("example.social")})

    assert find_server(web, SETTINGS, typed).host == "example.social"
    assert all(guarded for _, guarded in web.asked)


def test_the_usual_port_makes_no_other_server():
    web = Web({"https://example.social/api/v2/instance": mastodon("example.social")})

    assert find_server(web, SETTINGS, "https://Example.Social.:443/@ada").host == "example.social"


def test_handles_may_have_another_name_than_the_server():
    links = [{"rel": "self", "type": "application/activity+json", "href": "https://social.example.org/users/ada"}]
    web = Web(
        {
            "https://example.org/.well-known/webfinger": (
                301,
                {"Location": "https://social.example.org/.well-known/webfinger?resource=acct:ada@example.org"},
                {},
            ),
            "https://social.example.org/.well-known/webfinger": (200, {}, {"links": links}),
            "https://social.example.org/api/v2/instance": mastodon("example.org"),
        }
    )

    found = find_server(web, SETTINGS, "ada@example.org")

    assert (found.host, found.domain) == ("social.example.org", "example.org")


@pytest.mark.parametrize(
    "there", ["http://10.0.0.1/.well-known/webfinger", "https://127.0.0.1/.well-known/webfinger", "//x", "https://"]
)
def test_a_server_cannot_lead_into_a_private_network(there):
    web = Web({"https://example.org/.well-known/webfinger": (302, {"Location": there}, {})})

    with pytest.raises(ServiceError):
        find_server(web, SETTINGS, "ada@example.org")
    assert {urlsplit(url).hostname for url, _ in web.asked} == {"example.org"}


@pytest.mark.parametrize(
    ("version", "scopes"),
    [
        ("4.5.0", ("read:accounts", "read:follows", "read:statuses")),
        ("4.2.1+glitch", ("read:accounts", "read:follows", "read:statuses")),
        ("2.4.2", ("read",)),
        ("2.7.2 (compatible; Pleroma 2.9.0)", ("read",)),
        ("0.19.1+git", ("read",)),
        ("strange", ("read",)),
    ],
)
def test_permissions_are_as_fine_as_the_server_knows(version, scopes):
    web = Web({"https://example.social/api/v2/instance": mastodon("example.social", version)})

    assert find_server(web, SETTINGS, "example.social").scopes == scopes


def test_an_older_server_describes_itself_elsewhere():
    web = Web({"https://example.social/api/v1/instance": (200, {}, {"uri": "example.social", "version": "3.5.0"})})

    assert find_server(web, SETTINGS, "example.social").domain == "example.social"


@pytest.mark.parametrize(
    ("scope", "missing"), [("read", 0), ("read:accounts read:follows read:statuses", 0), ("", 0), ("read:accounts", 2)]
)
def test_read_stands_for_all_that_is_read(scope, missing):
    assert len(MastodonProvider().missing({"scope": scope})) == missing
