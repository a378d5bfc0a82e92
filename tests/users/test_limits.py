"""Tries are limited before anything is computed; who waits gets in again."""

from __future__ import annotations

import time

import pytest

from dashapp import create_app
from dashapp.extensions import limiter
from dashapp.settings import TestConfig
from dashapp.users import limits, passwords, weekly_mail_views
from tests.conftest import close, empty

from .browser_session import ADA, BOB, BrowserSession

pytestmark = pytest.mark.slow


class Limited(TestConfig):
    """As tests are, but with limits."""

    RATELIMIT_ENABLED = True


@pytest.fixture(scope="module")
def limited_app(tmp_path_factory):
    """One for all tests of this module: making it takes longer than most of them."""
    return create_app(Limited({"DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('limited') / 'sociogram.sqlite'}"}))


@pytest.fixture
def limited(limited_app, sqlite_template, monkeypatch):
    monkeypatch.setattr(limited_app, "config", limited_app.config.copy())
    empty(limited_app, sqlite_template)
    limiter.enabled = True
    with limited_app.app_context():
        limiter.reset()
    yield limited_app
    with limited_app.app_context():
        limiter.reset()
    limiter.enabled = False
    close(limited_app)


@pytest.fixture
def clock(monkeypatch):
    """A clock of the limits that can be put forward."""

    class Clock:
        ahead = 0.0

        def time(self) -> float:
            return real() + self.ahead

    real, clock = time.time, Clock()
    monkeypatch.setattr(time, "time", clock.time)
    return clock


def tries(app, count, *, person=ADA, address=None):
    """Statuses of so many wrong tries."""
    wrong = {**person, "password": "not the password"}
    return [
        BrowserSession(app, address=address or f"192.0.2.{n}").sign_in(wrong).status_code for n in range(1, count + 1)
    ]


def test_the_eleventh_try_from_one_place_waits(limited):
    people = [{**ADA, "email": f"ada{n}@example.social"} for n in range(12)]

    statuses = [tries(limited, 1, person=person, address="192.0.2.1")[0] for person in people]

    assert statuses == [422] * 10 + [429] * 2
    assert tries(limited, 1, person=BOB, address="192.0.2.2") == [422]


def test_signing_in_elsewhere_is_limited_over_all_services(limited):
    limited.config["GITHUB_OAUTH_CLIENT_ID"] = limited.config["GITHUB_OAUTH_CLIENT_SECRET"] = "x"
    visitor = BrowserSession(limited, address="192.0.2.1")

    statuses = [visitor.send(f"/signin/{('github', 'mastodon')[n % 2]}").status_code for n in range(21)]

    assert 429 not in statuses[:20]
    assert statuses[20] == 429


@pytest.mark.parametrize("path", ["/connect/github/start", "/connect/bluesky/start", "/connect/mastodon/handle"])
def test_connecting_is_limited_for_each_user(limited, path):
    ada, bob = BrowserSession(limited), BrowserSession(limited)
    ada.register()
    bob.register(BOB)

    statuses = [ada.send(path).status_code for _ in range(41)]

    assert 429 not in statuses[:40]
    assert statuses[40] == 429
    assert bob.send(path).status_code == 303


def test_nobody_is_flooded_with_mails_to_confirm(limited, monkeypatch):
    limited.config["MAIL_URL"] = "smtp://mail.example"
    monkeypatch.setattr(weekly_mail_views, "confirmation", lambda *_: None)
    monkeypatch.setattr(weekly_mail_views, "deliver", lambda _: None)
    ada, bob = BrowserSession(limited), BrowserSession(limited, address="192.0.2.9")
    ada.register()
    bob.register(BOB)

    def ask(visitor, name, address):
        return visitor.send(f"/user/{name}/weekly-mail", {"address": address}).status_code

    one_mailbox = [ask(ada, "ada", address) for address in ("eve@m.example", "Eve@m.example", "eve+1@m.example")]
    of_another = ask(bob, "bob", "eve+2@m.example")
    one_user = [ask(bob, "bob", f"eve{n}@m.example") for n in range(6)]

    assert one_mailbox == [303] * 3
    assert of_another == 429
    assert one_user.index(429) in (4, 5)


def test_the_question_about_columns_is_limited_as_it_reads_the_files(limited):
    ada = BrowserSession(limited)
    ada.register()

    statuses = [ada.get("/connect/columns/1").status_code for _ in range(61)]

    assert statuses == [404] * 60 + [429]


def test_the_eleventh_try_on_one_address_waits_wherever_it_comes_from(limited):
    assert tries(limited, 11) == [422] * 10 + [429]
    assert tries(limited, 1, person={**ADA, "email": " ADA@Example.social"}, address="198.51.100.1") == [429]
    assert tries(limited, 1, person=BOB, address="198.51.100.1") == [422]


def test_an_unknown_address_is_limited_as_a_known_one(limited):
    BrowserSession(limited, address="203.0.113.1").register()

    assert tries(limited, 11, person=ADA)[-1] == tries(limited, 11, person=BOB)[-1] == 429


def test_who_waits_is_told_how_long_and_gets_in_again(limited, clock):
    BrowserSession(limited, address="203.0.113.1").register()
    tries(limited, 10)
    visitor = BrowserSession(limited, address="203.0.113.2")

    refused = visitor.sign_in()

    assert refused.status_code == 429
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 301
    assert "It goes on in" in refused.text
    clock.ahead += wait
    assert visitor.sign_in().status_code == 303


def test_nobody_is_kept_out_by_tries_that_were_refused(limited, clock):
    BrowserSession(limited, address="203.0.113.1").register()
    clock.ahead += 3600
    tries(limited, 30)

    clock.ahead += 301

    assert BrowserSession(limited, address="203.0.113.2").sign_in().status_code == 303


def test_fifty_tries_an_hour_are_all(limited, clock):
    counted = []
    for _ in range(6):
        counted += tries(limited, 10)
        clock.ahead += 301

    assert counted == [422] * 50 + [429] * 10


def test_no_hash_is_computed_for_a_try_that_is_refused(limited, monkeypatch):
    tries(limited, 10)
    monkeypatch.setattr(passwords, "_hash", lambda *_: pytest.fail("a hash was computed"))

    assert tries(limited, 1, address="198.51.100.1") == [429]


def test_registering_counts_as_a_try_for_it_can_open_an_account(limited):
    tries(limited, 10)

    assert BrowserSession(limited, address="198.51.100.1").register().status_code == 429


def test_ten_users_an_hour_are_registered_from_one_place(limited):
    people = [{**ADA, "email": f"ada{n}@example.social"} for n in range(11)]

    statuses = [BrowserSession(limited, address="192.0.2.1").register(person).status_code for person in people]

    assert statuses == [303] * 10 + [429]


def test_the_own_password_can_be_guessed_ten_times(limited):
    ada = BrowserSession(limited)
    ada.register()

    statuses = [ada.send("/user/ada/delete", {"password": f"guess number {n}"}).status_code for n in range(11)]

    assert statuses == [422] * 10 + [429]


def test_uploads_are_limited_by_user(limited):
    ada, bob = BrowserSession(limited), BrowserSession(limited)
    ada.register()
    bob.register(BOB)

    statuses = [ada.send("/connect/csv").status_code for _ in range(31)]

    assert statuses == [422] * 30 + [429]
    assert bob.send("/connect/csv").status_code == 422


def test_a_forwarded_address_is_not_believed_without_a_proxy(limited):
    tries(limited, 1)
    statuses = []
    for n in range(12):
        visitor = BrowserSession(limited, address="192.0.2.99")
        visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{n}"
        statuses.append(visitor.sign_in({**ADA, "email": f"ada{n}@example.social"}).status_code)

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("no address", "no address"),
    ],
)
def test_addresses_of_one_ipv6_network_count_together(app, address, counted):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert limits.client() == counted


def test_the_counted_address_cannot_be_read(app):
    with app.test_request_context("/signin", method="POST", data={"email": "Ada@example.social"}):
        key = limits.address()

    assert "ada" not in key
    assert len(key) == 64


def test_what_is_no_address_counts_for_the_visitor(app):
    with app.test_request_context(
        "/signin", method="POST", data={"email": ""}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    ):
        assert limits.address() == "192.0.2.7"
