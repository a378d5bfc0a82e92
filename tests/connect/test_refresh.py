"""Reading an account again, and how far: the owner alone, and never more than was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.connect.refresh import BAD_AMOUNT
from dashapp.services.records import Profile
from dashapp.store import accounts, connections, imports, users
from dashapp.store.database import now
from dashapp.store.rows import AccountRow, ImportRow
from tests.records import merged
from tests.users.browser_session import ADA, BOB, BrowserSession

pytestmark = pytest.mark.slow


def owner_of(app: Flask, person: dict[str, str] = ADA) -> int:
    with app.app_context():
        return users.find_user(person["name"]).id


def add(app: Flask, owner: int, service: str = "github", *, connected: bool = False) -> int:
    """An account; connected ones have a token."""
    with app.app_context():
        account, _ = merged(owner, profile=Profile(service=service, key="2001", handle="ada"))
        if connected:
            given = connections.connect(
                owner, service=service, host="", uid="2001", handle="ada", token={"access_token": "t"}, expires_at=None
            )
            accounts.change_account(owner, account, connection_id=given)
        return account


def live_rows(app: Flask, owner: int) -> list[ImportRow]:
    with app.app_context():
        return [row for row in imports.imports(owner) if row.live]


def of(app: Flask, owner: int, account: int) -> AccountRow:
    with app.app_context():
        row = accounts.account(owner, account)
    assert row is not None
    return row


# ---- read now


def test_read_now_queues_an_import_of_the_account(app: Flask, ada: BrowserSession) -> None:
    owner = owner_of(app)
    account = add(app, owner, "x", connected=True)

    answer = ada.send(f"/connect/accounts/{account}/read")

    (row,) = live_rows(app, owner)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/dashboard/user/x?account={account}")
    assert (row.account_id, row.state, row.connection_id) == (
        account,
        "queued",
        of(app, owner, account).connection_id,
    )


@pytest.mark.parametrize("meanwhile", [{}, {"wake_at": 1}, {"state": "running"}, {"renamed": 1}])
def test_read_now_queues_once(app: Flask, ada: BrowserSession, meanwhile: dict[str, Any]) -> None:
    owner = owner_of(app)
    account = add(app, owner)
    ada.send(f"/connect/accounts/{account}/read")
    (row,) = live_rows(app, owner)
    with app.app_context():
        if "wake_at" in meanwhile:
            imports.change_import(row.id, wake_at=now() + timedelta(hours=1))
        if "state" in meanwhile:
            imports.claim(row.id)
        if "renamed" in meanwhile:
            accounts.change_account(owner, account, handle="ada-lovely")

    answer = ada.send(f"/connect/accounts/{account}/read")

    assert answer.status_code == 303
    assert len(live_rows(app, owner)) == 1


def test_an_import_that_ended_does_not_keep_the_next_away(app: Flask, ada: BrowserSession) -> None:
    owner = owner_of(app)
    account = add(app, owner)
    ada.send(f"/connect/accounts/{account}/read")
    with app.app_context():
        row = imports.claim()
        assert row is not None
        imports.end_import(row.id, row.lease, state="failed", message="no")

    ada.send(f"/connect/accounts/{account}/read")

    assert len(live_rows(app, owner)) == 2


# ---- who may


ROUTES = pytest.mark.parametrize("route", ["read", "reading"])


@ROUTES
def test_nobody_else_reaches_an_account(app: Flask, ada: BrowserSession, route: str) -> None:
    account = add(app, owner_of(app), "x", connected=True)
    before = of(app, owner_of(app), account)
    bob = BrowserSession(app)
    bob.register(BOB)

    answer = bob.send(f"/connect/accounts/{account}/{route}", {"allowed": "100"})

    assert answer.status_code == 404
    assert of(app, owner_of(app), account) == before
    assert live_rows(app, owner_of(app)) == live_rows(app, owner_of(app, BOB)) == []


@ROUTES
def test_visitors_sign_in_first(app: Flask, ada: BrowserSession, route: str) -> None:
    account = add(app, owner_of(app))

    answer = BrowserSession(app).send(f"/connect/accounts/{account}/{route}")

    assert answer.status_code in (302, 401)
    assert live_rows(app, owner_of(app)) == []


@ROUTES
def test_a_form_without_its_token_is_refused(app: Flask, ada: BrowserSession, route: str) -> None:
    account = add(app, owner_of(app))

    answer = ada.client.post(f"/connect/accounts/{account}/{route}")

    assert answer.status_code == 400
    assert live_rows(app, owner_of(app)) == []


@ROUTES
@pytest.mark.parametrize("service", ["x", "facebook", "linkedin", "csv"])
def test_accounts_that_came_by_upload_alone_cannot_be_read(
    app: Flask, ada: BrowserSession, service: str, route: str
) -> None:
    account = add(app, owner_of(app), service)

    assert ada.send(f"/connect/accounts/{account}/{route}", {"allowed": "1"}).status_code == 404


@ROUTES
def test_an_account_that_there_is_not_is_nothing(ada: BrowserSession, route: str) -> None:
    assert ada.send(f"/connect/accounts/77/{route}").status_code == 404
    assert ada.send(f"/connect/accounts/{10**30}/{route}").status_code == 404


@ROUTES
def test_the_demo_stays_as_it_is(app: Flask, ada: BrowserSession, route: str) -> None:
    owner = owner_of(app)
    account = add(app, owner)
    with app.app_context():
        users.change_user(owner, is_demo=True)

    assert ada.send(f"/connect/accounts/{account}/{route}").status_code == 403


# ---- how it is read


@pytest.mark.parametrize("service", ["github", "bluesky", "mastodon"])
def test_the_daily_reading_can_be_switched(app: Flask, ada: BrowserSession, service: str) -> None:
    owner = owner_of(app)
    account = add(app, owner, service)

    ada.send(f"/connect/accounts/{account}/reading", {"daily": "on"})
    on = of(app, owner, account)
    ada.send(f"/connect/accounts/{account}/reading")
    off = of(app, owner, account)

    assert on.options["daily"] == "1"
    assert on.refresh_at > now() + timedelta(hours=20)
    assert (off.options["daily"], off.refresh_at) == ("0", None)


def test_saving_again_does_not_put_the_next_reading_off(app: Flask, ada: BrowserSession) -> None:
    owner = owner_of(app)
    account = add(app, owner)
    ada.send(f"/connect/accounts/{account}/reading", {"daily": "on"})
    first = of(app, owner, account).refresh_at

    ada.send(f"/connect/accounts/{account}/reading", {"daily": "on"})

    assert of(app, owner, account).refresh_at == first


def test_the_people_s_own_servers_are_asked_if_wanted(app: Flask, ada: BrowserSession) -> None:
    owner = owner_of(app)
    account = add(app, owner, "mastodon")

    ada.send(f"/connect/accounts/{account}/reading", {"home": "on"})
    wanted = of(app, owner, account).options["home"]
    ada.send(f"/connect/accounts/{account}/reading")

    assert (wanted, of(app, owner, account).options["home"]) == ("1", "0")


@pytest.mark.parametrize(
    ("written", "mills"),
    [("5", 5_000), ("2.50", 2_500), ("2,5", 2_500), ("$15.01", 15_010), (" 0 ", 0), ("25", 25_000)],
)
def test_an_amount_is_kept_and_buys_nothing_by_itself(
    app: Flask, ada: BrowserSession, written: str, mills: int
) -> None:
    owner = owner_of(app)
    account = add(app, owner, "x", connected=True)

    answer = ada.send(f"/connect/accounts/{account}/reading", {"allowed": written, "daily": "on"})

    after = of(app, owner, account)
    assert answer.status_code == 303
    assert (after.options["allowed"], after.options["daily"], after.refresh_at) == (str(mills), "0", None)
    assert live_rows(app, owner) == []


@pytest.mark.parametrize("written", ["", "-1", "all", "1e3", "10000", "1.005", "1,234.50", "٣", "5 5", "NaN"])
def test_a_bad_amount_changes_nothing_and_says_so(app: Flask, ada: BrowserSession, written: str) -> None:
    owner = owner_of(app)
    account = add(app, owner, "x", connected=True)
    ada.send(f"/connect/accounts/{account}/reading", {"allowed": "5"})

    answer = ada.send(f"/connect/accounts/{account}/reading", {"allowed": written})

    assert answer.status_code == 400
    assert BAD_AMOUNT in answer.text
    assert of(app, owner, account).options["allowed"] == "5000"


@pytest.mark.parametrize("written", ["25.01", "9999.99"])
def test_more_than_the_server_pays_changes_nothing_and_says_so(app: Flask, ada: BrowserSession, written: str) -> None:
    owner = owner_of(app)
    account = add(app, owner, "x", connected=True)

    answer = ada.send(f"/connect/accounts/{account}/reading", {"allowed": written})

    assert answer.status_code == 400
    assert "This server pays at most $25 for an account." in answer.text
    assert "allowed" not in of(app, owner, account).options


def test_options_of_one_service_are_not_set_for_another(app: Flask, ada: BrowserSession) -> None:
    owner = owner_of(app)
    account = add(app, owner)

    ada.send(f"/connect/accounts/{account}/reading", {"allowed": "99", "home": "on", "spent": "0"})

    assert of(app, owner, account).options == {"daily": "0"}
