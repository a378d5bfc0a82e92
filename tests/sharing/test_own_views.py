"""One's own links: made and shown once, listed, revoked; only of what is one's own."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from dashapp.sharing import own_views
from dashapp.store import shares, users
from tests.dashboard.downloads import sign_in
from tests.records import merged
from tests.users.browser_session import BrowserSession

USUAL = {"period": "1y", "days": "30"}


@pytest.fixture
def owner(app: Flask) -> int:
    """Somebody who shares."""
    with app.app_context():
        return users.add_user("Ada", "!")


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    """Their account."""
    with app.app_context():
        return merged(owner)[0]


@pytest.fixture
def browser(app: Flask, owner: int) -> BrowserSession:
    """Theirs."""
    session = BrowserSession(app)
    session.client = sign_in(app, owner)
    return session


def listed(app: Flask, owner: int) -> list[tuple[Any, ...]]:
    """What, of which days, with names or without, for how many days."""
    with app.app_context():
        rows = shares.shares(owner)
    return [(row.account_id, row.period, row.names, (row.expires_at - row.created_at).days) for row in rows]


def test_a_link_is_shown_once_opens_its_page_and_is_revoked(
    app: Flask, browser: BrowserSession, owner: int, account: int
) -> None:
    form = browser.get(f"/shares?account={account}&from=2026-03-01&to=2026-03-09").text
    assert '<option selected value="2026-03-01_2026-03-09">1 March 2026 to 9 March 2026</option>' in form

    made = browser.send("/shares", {"what": str(account), "period": "2026-03-01_2026-03-09", "days": "7"})

    assert listed(app, owner) == [(account, "2026-03-01_2026-03-09", False, 7)]
    assert made.location == "/shares"
    with browser.client.session_transaction() as session:
        kept = str(dict(session))
    link = browser.get("/shares").text.split('id="new-link" readonly value="http://localhost')[1].split('"')[0]
    assert link.split("/")[-1] not in kept
    assert app.test_client().get(link).status_code == 200
    later = browser.get("/shares").text
    assert link not in later
    assert "Last opened on" in later
    [row] = later.split('action="/shares/')[1:]
    assert browser.send(f"/shares/{row.split('/')[0]}/revoke").location == "/shares"
    assert listed(app, owner) == []
    assert app.test_client().get(link).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"what": "crosscheck"}, id="nothing-compared"),
        pytest.param({"what": "others"}, id="of-somebody-else"),
        pytest.param({"period": "2026-03-09_2026-03-01"}, id="no-range"),
        pytest.param({"period": "forever"}, id="no-period"),
        pytest.param({"days": "9999"}, id="no-end"),
    ],
)
def test_what_cannot_be_shared_is_refused(
    app: Flask, browser: BrowserSession, owner: int, account: int, changed: dict[str, str]
) -> None:
    with app.app_context():
        others = str(merged(users.add_user("Bob", "!"))[0])
    sent = {"what": str(account), **USUAL, **changed}

    answer = browser.send("/shares", {**sent, "what": others if sent["what"] == "others" else sent["what"]})

    assert answer.status_code == 422
    assert listed(app, owner) == []


def test_beyond_the_limit_a_sentence_says_what_to_do(
    app: Flask, browser: BrowserSession, owner: int, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "MOST", 1)
    sent = {"what": str(account), "names": "y", **USUAL}

    answers = [browser.send("/shares", sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 422]
    assert own_views.FULL in answers[1].text
    assert listed(app, owner) == [(account, "1y", True, 30)]


def test_the_demo_says_that_it_makes_no_links(app: Flask) -> None:
    with app.app_context():
        demo = users.add_user("Demo", "!", is_demo=True)

    assert "The demo is read-only, so it makes no links." in sign_in(app, demo).get("/shares").text
