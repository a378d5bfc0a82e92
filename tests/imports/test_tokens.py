"""Tokens are renewed before they end, by one at a time, and given back when they are no longer wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask

from dashapp.imports.service_access import at_once
from dashapp.oauth import tokens
from dashapp.services.errors import DeniedError, RateLimitedError, UnavailableError
from dashapp.store import connections
from tests.conftest import ON_BOTH
from tests.connect.oauth_client import Fake, fake, introduce

pytestmark = pytest.mark.server

SOON, LATER = timedelta(seconds=30), timedelta(hours=1)


@pytest.fixture
def x(app: Flask) -> Iterator[Fake]:
    """X, whose tokens are renewed."""
    with fake("x") as started:
        introduce(app, started)
        started.grants.refreshing = True
        started.grants.token_fields = {"expires_in": 7200}
        yield started


@pytest.fixture
def connect(owner: int, x: Fake) -> Callable[..., int]:
    """Keeps a token that ends so much later from now."""

    def keep(ends: timedelta | None, **changes: str) -> int:
        token = x.grants.issue("ada", "users.read") | changes
        moment = None if ends is None else datetime.now(UTC) + ends
        place = {"service": "x", "host": "", "uid": "2001", "handle": "ada"}
        return connections.connect(owner, **place, token=token, expires_at=moment)

    return keep


@pytest.mark.parametrize("ends", [None, LATER])
def test_a_token_that_is_good_for_a_while_is_taken_as_it_is(owner, x, connect, ends):
    connection = connect(ends)

    assert x.grants.tokens[tokens.access(owner, connection)] == "ada"
    assert not x.grants.calls["refresh"]


@pytest.mark.parametrize("ends", [SOON, -LATER])
def test_a_token_that_ends_is_renewed_and_kept(owner, x, connect, ends):
    connection = connect(ends)
    before = connections.token(owner, connection)

    renewed = tokens.access(owner, connection)

    after = connections.token(owner, connection)
    assert renewed == after.access != before.access
    assert after.value["refresh_token"] != before.value["refresh_token"]
    assert after.expires_at - datetime.now(UTC) > timedelta(minutes=110)
    assert tokens.access(owner, connection) == renewed
    assert x.grants.calls["refresh"] == 1


def test_a_refresh_token_that_is_not_sent_again_stays(owner, x, connect):
    connection = connect(SOON)
    before = connections.token(owner, connection).value["refresh_token"]
    x.grants.refreshing = False

    tokens.access(owner, connection)

    assert connections.token(owner, connection).value["refresh_token"] == before


@ON_BOTH
def test_of_many_at_once_one_renews_and_the_others_wait_or_get_it(app, owner, x, connect):
    connection, barrier = connect(SOON), Barrier(8)
    x.grants.jitter = 0.05

    def work(_: int) -> str | None:
        with app.app_context():
            barrier.wait()
            with suppress(RateLimitedError):
                return tokens.access(owner, connection)
            return None

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(work, range(8))) - {None}

    assert x.grants.calls["refresh"] == 1
    assert got == {connections.token(owner, connection).access}


def test_a_refused_renewal_ends_the_connection(owner, x, connect):
    connection = connect(SOON, refresh_token="unknown")

    with pytest.raises(DeniedError, match="Connect the account again"):
        tokens.access(owner, connection)

    assert connections.connection(owner, connection).broken
    with pytest.raises(DeniedError):
        tokens.access(owner, connection)


def test_a_token_that_is_refused_before_its_end_is_renewed_once(owner, x, connect):
    connection = connect(LATER)
    first = tokens.access(owner, connection)

    with pytest.raises(RateLimitedError):
        tokens.note_refusal(owner, connection, first)
    second = tokens.access(owner, connection)
    tokens.note_refusal(owner, connection, second)

    assert x.grants.tokens[second] == "ada"
    assert second != first
    assert connections.connection(owner, connection).broken


def test_who_is_refused_while_another_renews_waits_a_moment(owner, connect):
    connection = connect(LATER)
    connections.begin_renewal(owner, connection)

    with pytest.raises(RateLimitedError) as caught:
        tokens.note_refusal(owner, connection, tokens.access(owner, connection))

    assert caught.value.until > datetime.now(UTC)


@pytest.mark.parametrize("fault", [(500, "oops"), (200, "<html>"), (503, {"error": "invalid_grant"})])
def test_a_service_in_trouble_ends_nothing(owner, x, connect, fault):
    connection = connect(SOON)
    x.grants.fault["token"] = fault

    with pytest.raises(UnavailableError):
        tokens.access(owner, connection)
    x.grants.fault.clear()

    assert x.grants.tokens[tokens.access(owner, connection)] == "ada"


def test_a_token_without_renewal_is_good_until_its_end(owner, x, connect):
    x.grants.refreshing = False
    connection = connect(SOON)

    assert tokens.access(owner, connection)

    connection = connect(-SOON)
    with pytest.raises(DeniedError):
        tokens.access(owner, connection)
    assert connections.connection(owner, connection).broken


def test_a_token_of_somebody_else_is_none(owner, x, connect):
    connection = connect(LATER)

    with pytest.raises(DeniedError):
        tokens.access(owner + 1, connection)


def test_a_lost_key_asks_to_connect_again(app, owner, x, connect):
    connection = connect(LATER)
    app.config["TOKEN_KEYS"] = ["c29tZSBvdGhlciBrZXksIDMyIGJ5dGVzIG9mIGl0ISE="]

    with pytest.raises(DeniedError, match="Connect the account again"):
        tokens.access(owner, connection)


def test_keys_are_rotated_and_the_old_one_taken_away(app, owner, x, connect):
    connection, (old,) = connect(LATER), app.config["TOKEN_KEYS"]
    new = "c29tZSBvdGhlciBrZXksIDMyIGJ5dGVzIG9mIGl0ISE="
    before = connections.token(owner, connection).access
    app.config["TOKEN_KEYS"] = [new, old]

    told = app.test_cli_runner().invoke(args=["rotate-keys"]).output

    app.config["TOKEN_KEYS"] = [new]
    assert told == "1 secret encrypted with the first key.\n"
    assert connections.token(owner, connection).access == before


def test_disconnecting_gives_the_token_back(owner, x, connect):
    connection = connect(LATER)
    kept = connections.token(owner, connection).value

    assert tokens.disconnect(owner, connection)

    assert x.grants.revoked == [kept["refresh_token"], kept["access_token"]]
    assert connections.connections(owner) == []
    assert not tokens.disconnect(owner, connection)


def test_a_service_that_is_gone_keeps_nobody_from_disconnecting(app, owner, x, connect, caplog):
    connection = connect(LATER)
    app.config["X_API_URL"] = "http://127.0.0.1:9"

    assert tokens.disconnect(owner, connection)

    assert connections.connections(owner) == []
    assert "could not be revoked" in caplog.text
    assert "canary" not in caplog.text


def test_nothing_of_the_settings_is_printed(app, owner):
    with app.app_context():
        printed = repr(at_once(app.config, 1.0))

    assert app.config["SECRET_KEY"] not in printed
    assert app.config["TOKEN_KEYS"][0] not in printed


def test_no_token_is_printed(owner, x, connect, caplog):
    caplog.set_level(logging.DEBUG)
    connection = connect(SOON)

    tokens.access(owner, connection)
    printed = (
        repr(tokens.revocable(owner)) + repr(connections.token(owner, connection)) + str(connections.connections(owner))
    )

    assert "canary" not in printed + caplog.text
