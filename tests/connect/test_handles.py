"""Connecting a public account by its handle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashapp.public.handles import NOTHING, TOO_LONG, UNFIT
from dashapp.services import SERVICES
from dashapp.services.errors import NotFoundError
from dashapp.services.records import Profile
from dashapp.services.service import Live
from dashapp.store import imports, users
from tests.connect.oauth_client import messages
from tests.users.browser_session import ADA, BrowserSession, is_at, lands


class Reader:
    """Knows ada alone."""

    def __init__(self, target, access):
        self.target = target

    def profile(self):
        """The account."""
        if self.target.handle.lower() != "ada":
            raise NotFoundError("There is no such account.", 404)
        return Profile(service="github", key="1001", handle="Ada")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    """One service with a reader."""
    monkeypatch.setitem(SERVICES, "github", replace(SERVICES["github"], live=Live(reader=Reader)))


def queued(app):
    """Ada's imports."""
    with app.app_context():
        return imports.imports(users.find_user(ADA["name"]).id)


@pytest.mark.parametrize("typed", ["ada", " @ada ", "https://github.com/ada", "HTTPS://github.com/ada/"])
def test_an_account_is_queued_as_its_service_writes_it(app, ada, typed):
    answer = ada.send("/connect/github/handle", {"handle": typed})

    assert lands(answer, "github")
    (row,) = queued(app)
    assert (row.live, row.options["handle"], row.connection_id) == (True, "Ada", None)


def test_twice_the_same_is_once(app, ada):
    for _ in range(2):
        ada.send("/connect/github/handle", {"handle": "ada"})

    assert len(queued(app)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", NOTHING),
        ("a b", UNFIT),
        ("a\u0000", UNFIT),
        ("x" * 301, TOO_LONG),
        ("nobody", "There is no such account."),
    ],
)
def test_what_is_no_account_is_one_sentence(app, ada, typed, sentence):
    answer = ada.send("/connect/github/handle", {"handle": typed})

    assert is_at(answer, "/connect/github")
    assert messages(ada, "/connect/github") == [sentence]
    assert queued(app) == []


@pytest.mark.parametrize("service", ["x", "facebook", "linkedin", "csv", "usenet"])
def test_what_is_not_public_has_no_such_way(ada, service):
    assert ada.send(f"/connect/{service}/handle", {"handle": "ada"}).status_code == 404


def test_naming_an_account_needs_a_session_and_a_token(app, ada):
    assert BrowserSession(app).send("/connect/github/handle", {"handle": "ada"}).status_code == 302
    assert ada.client.post("/connect/github/handle", data={"handle": "ada"}).status_code == 400
