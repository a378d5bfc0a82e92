"""Tries are limited before anything is computed; who waits gets in again."""

from __future__ import annotations

import re
import time
from itertools import cycle

import pytest
from jinja2 import FunctionLoader

from dashapp import create_app
from dashapp.extensions import limiter
from dashapp.settings import TestConfig
from dashapp.store import second_factors, users
from dashapp.users import address_views, codes, limits, mailed_links, passwords, weekly_mail_views
from tests.conftest import close, empty

from .browser_session import ADA, BOB, BrowserSession

pytestmark = pytest.mark.slow
PLACES = cycle(range(256))


class Limited(TestConfig):
    """As tests are, but with limits."""

    RATELIMIT_ENABLED = True


@pytest.fixture(scope="module")
def limited_app(tmp_path_factory):
    """One for all tests of this module: making it takes longer than most of them. Of a page it shows the sentence."""
    app = create_app(Limited({"DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('limited') / 'sociogram.sqlite'}"}))
    app.jinja_env.loader = FunctionLoader(lambda _: "{{ sentence }}")
    return app


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
    """Statuses of so many wrong tries, each from another place unless one is named."""
    wrong = {**person, "password": "not the password"}
    return [
        BrowserSession(app, address=address or f"192.0.{next(PLACES)}.1").sign_in(wrong).status_code
        for _ in range(count)
    ]


#: what takes a password: the path, and what stands beside the name and the password
DOORS = {
    "/signin": {},
    "/login": {"email": "somebody@example.social", "next": "/"},
    "/user/ada/name": {"name": "Augusta"},
    "/user/ada/password": {"new_password": "herons wait in mist", "email": "other@example.social"},
    "/user/ada/delete": {"user": "2", "name": "Bob"},
    "/user/ada/second-factor/begin": {},
    "/user/ada/address": {"address": "ada@mail.example"},
}


def test_a_password_can_be_tried_ten_times_in_five_minutes_by_whatever_door(limited, clock):
    inside, outside = BrowserSession(limited, address="192.0.2.1"), BrowserSession(limited, address="192.0.2.1")
    limited.config["MAIL_URL"] = "smtp://mail.example"
    inside.register()
    statuses = []

    for n in range(24):
        path = list(DOORS)[n % len(DOORS)]
        visitor = inside if path.startswith("/user/") else outside
        wrong = {"name": (" ada", "ADA")[n % 2], "password": f"wrong number {n}"}
        more = {f"email{n}": "x", **DOORS[path]} if path.startswith("/user/") else {**DOORS[path], **wrong}
        statuses.append(visitor.send(path, {**wrong, **more}).status_code)

    assert statuses == [422] * 10 + [429] * 14
    clock.ahead += 301
    assert outside.sign_in().status_code == 303


@pytest.mark.parametrize("path", DOORS)
def test_bodies_that_are_no_forms_try_no_password(limited, monkeypatch, path):
    ada = BrowserSession(limited)
    ada.register()
    token = {"X-CSRFToken": ada.token()}
    limited.config["MAIL_URL"] = "smtp://mail.example"
    for name in ("find_user", "is_password_of"):
        monkeypatch.setattr(passwords, name, lambda *_: pytest.fail("a password was tried"))

    answer = ada.client.post(path, json={**ADA, **DOORS[path]}, headers=token)

    assert answer.status_code == 422


def test_ending_a_second_factor_is_such_a_door(limited):
    ada = BrowserSession(limited)
    ada.register()
    with limited.app_context():
        owner = users.find_user("Ada").id
        second_factors.begin(owner, codes.new_secret())
        second_factors.confirm(owner, [])

    path, sent = "/user/ada/second-factor/end", {"password": "not the password", "code": "000000"}
    statuses = [ada.send(path, sent).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]
    assert BrowserSession(limited).sign_in().status_code == 429


def test_every_form_with_a_password_is_a_counted_door(app):
    """Whoever adds a door adds it here."""
    app.config["MAIL_URL"] = "smtp://mail.example"
    ada = BrowserSession(app)
    ada.register()
    forms = re.findall(r'<form[^>]*action="([^"]+)"(.*?)</form>', ada.get("/user/ada").text, re.DOTALL)
    asking = {path.casefold() for path, fields in forms if 'autocomplete="current-password"' in fields}

    assert asking == {path for path in DOORS if path.startswith("/user/")}


def test_a_code_can_be_tried_ten_times_in_five_minutes_from_everywhere(limited):
    BrowserSession(limited, address="203.0.113.1").register()
    with limited.app_context():
        owner = users.find_user("Ada").id
        second_factors.begin(owner, codes.new_secret())
        second_factors.confirm(owner, [])
    statuses = []

    for n in range(12):
        visitor = BrowserSession(limited, address=f"192.0.2.{n}")
        visitor.sign_in()
        statuses.append(visitor.send("/signin/code", {"code": f"{n:06}"}).status_code)

    assert statuses == [422] * 10 + [429] * 2


def test_the_tries_of_a_stranger_keep_the_owner_out_nowhere_else(limited):
    BrowserSession(limited, address="203.0.113.1").register()

    assert tries(limited, 11, address="192.0.2.1") == [422] * 10 + [429]
    assert BrowserSession(limited, address="203.0.113.2").sign_in().status_code == 303


def test_one_place_alone_keeps_the_owner_out_nowhere_else_however_long_it_tries(limited, clock):
    BrowserSession(limited, address="203.0.113.1").register()
    statuses = []

    for minutes in (5, 5, 40, 0):
        statuses += tries(limited, 12, address="192.0.2.1")
        clock.ahead += minutes * 60 + 1

    assert statuses.count(422) == 20
    assert BrowserSession(limited, address="203.0.113.2").sign_in().status_code == 303


def test_fifty_tries_an_hour_from_everywhere_leave_devices_that_are_known_alone(limited):
    known = BrowserSession(limited, address="203.0.113.1")
    known.register()
    known.send("/signout")

    assert tries(limited, 52) == [422] * 50 + [429] * 2
    assert BrowserSession(limited, address="203.0.113.2").sign_in().status_code == 429
    assert known.sign_in().status_code == 303
    assert tries(limited, 1, person=BOB) == [422]


def test_a_device_knows_its_user_by_another_name_and_no_other_user_by_the_former(limited):
    known, other = BrowserSession(limited, address="203.0.113.1"), BrowserSession(limited, address="203.0.113.3")
    known.register()
    known.send("/user/ada/name", {"name": "Lovelace", "password": ADA["password"]})
    known.send("/signout")
    other.register()

    assert tries(limited, 51) == [422] * 50 + [429]
    assert known.sign_in().status_code == 429
    assert tries(limited, 51, person={**ADA, "name": "Lovelace"}) == [422] * 50 + [429]
    assert known.sign_in({**ADA, "name": "Lovelace"}).status_code == 303


def test_a_place_tries_twenty_passwords_at_once_a_hundred_an_hour_and_known_devices_there_go_on(limited, clock):
    known = BrowserSession(limited, address="192.0.2.1")
    known.register()
    known.send("/signout")
    statuses = []

    for number in range(108):
        clock.ahead += 301 if number and number % 21 == 0 else 0
        statuses += tries(limited, 1, person={**BOB, "name": f"bob{number}"}, address="192.0.2.1")

    assert statuses[:105] == ([422] * 20 + [429]) * 5
    assert statuses[105:] == [429] * 3
    assert known.sign_in().status_code == 303


@pytest.mark.parametrize("forged", ["theirs", "cut", "none"])
def test_a_device_is_known_to_who_signed_in_on_it_alone(limited, forged):
    eve, ada = BrowserSession(limited, address="203.0.113.1"), BrowserSession(limited, address="203.0.113.1")
    ada.register()
    eve.register(BOB)
    tries(limited, 50)
    cookie = {"theirs": eve, "cut": ada, "none": ada}[forged].client.get_cookie("device").value
    visitor = BrowserSession(limited, address="203.0.113.9")
    visitor.client.set_cookie("device", {"theirs": cookie, "cut": cookie[:-1], "none": "x"}[forged])

    assert visitor.sign_in().status_code == 429


def test_what_a_place_is_refused_uses_up_nothing_of_the_others(limited):
    BrowserSession(limited, address="203.0.113.1").register()

    tries(limited, 70, address="192.0.2.1")

    assert BrowserSession(limited, address="203.0.113.2").sign_in().status_code == 303


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

    refused = [ask(ada, "ada", "no address") for _ in range(6)]
    one_mailbox = [ask(ada, "ada", f"{name}@m.example") for name in ("eve", "Eve", "eve+1", "eve+2")]
    one_user = [ask(bob, "bob", f"eve{n}@m.example") for n in range(6)]

    assert refused == [422] * 6
    assert one_mailbox == [303] * 3 + [429]
    assert one_user == [303] * 5 + [429]


def test_strangers_keep_nobody_from_a_mail_for_longer_than_the_links_in_theirs_are_good(limited, monkeypatch, clock):
    limited.config["MAIL_URL"] = "smtp://mail.example"
    monkeypatch.setattr(address_views.SENDING, "submit", lambda *_: None)
    ada = BrowserSession(limited)
    ada.register()
    with limited.app_context():
        users.change_user(users.find_user("ada").id, email="ada@m.example")

    def ask(visitor):
        return visitor.send("/password/forgotten", {"address": "ada@m.example"}).status_code

    ada.send("/signout")
    beside, elsewhere = BrowserSession(limited, address=ada.address), BrowserSession(limited, address="192.0.2.9")
    asked = [[ask(visitor) for _ in range(4)] for visitor in (beside, elsewhere)]

    assert asked == [[200] * 3 + [429], [429] * 4]
    assert ask(ada) == 200
    clock.ahead += mailed_links.LIFETIMES["password"]
    new_device = BrowserSession(limited, address="192.0.3.9")
    assert [ask(visitor) for visitor in (*[beside] * 3, new_device)] == [429] * 3 + [200]


@pytest.mark.parametrize(
    ("path", "most", "status"),
    [
        pytest.param("/connect/columns/1", 60, 404, id="columns"),  # it reads the files
        pytest.param("/download/everything.zip", 3, 200, id="everything"),
    ],
)
def test_what_takes_long_is_limited(limited, path, most, status):
    ada = BrowserSession(limited)
    ada.register()

    statuses = [ada.get(path).status_code for _ in range(most + 1)]

    assert statuses == [status] * most + [429]


def test_who_waits_is_told_how_long_and_gets_in_again(limited, clock):
    BrowserSession(limited, address="203.0.113.1").register()
    tries(limited, 10, address="192.0.2.1")
    visitor = BrowserSession(limited, address="192.0.2.1")

    refused = visitor.sign_in()

    assert refused.status_code == 429
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 301
    assert "It goes on in" in refused.text
    clock.ahead += wait
    assert visitor.sign_in().status_code == 303


def test_no_hash_is_computed_for_a_try_that_is_refused(limited, monkeypatch):
    tries(limited, 10, address="192.0.2.1")
    monkeypatch.setattr(passwords, "new_hash", lambda *_: pytest.fail("a hash was computed"))

    assert tries(limited, 1, address="192.0.2.1") == [429]


def test_ten_users_an_hour_are_registered_from_one_place(limited):
    people = [{**ADA, "name": f"ada{n}"} for n in range(11)]

    statuses = [BrowserSession(limited, address="192.0.2.1").register(person).status_code for person in people]

    assert statuses == [303] * 10 + [429]


def test_the_own_password_can_be_guessed_ten_times_wherever_the_session_is_used(limited):
    ada = BrowserSession(limited)
    ada.register()
    statuses = []

    for n in range(11):
        ada.address = f"192.0.2.{n}"
        statuses.append(ada.send("/user/ada/delete", {"password": f"guess number {n}"}).status_code)

    assert statuses == [422] * 10 + [429]


def test_uploads_are_limited_by_user(limited):
    ada, bob = BrowserSession(limited), BrowserSession(limited)
    ada.register()
    bob.register(BOB)

    statuses = [ada.send("/connect/csv").status_code for _ in range(31)]

    assert statuses == [422] * 30 + [429]
    assert bob.send("/connect/csv").status_code == 422


def test_a_forwarded_address_is_not_believed_without_a_proxy(limited):
    statuses = []
    for n in range(11):
        visitor = BrowserSession(limited, address="192.0.2.99")
        visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{n}"
        statuses.append(visitor.sign_in().status_code)

    assert statuses[-1] == 429


def test_a_counted_mailbox_cannot_be_read(app):
    with app.test_request_context("/", method="POST", data={"address": "Ada@example.social"}):
        key = limits.mailbox()

    assert "ada" not in key
    assert len(key) == 64


def test_shared_pages_are_opened_sixty_times_a_minute_from_one_place(limited):
    places = [{"REMOTE_ADDR": f"192.0.2.{end}"} for end in (1, 2)]
    statuses = [limited.test_client().get("/shared/x", environ_base=places[0]).status_code for _ in range(61)]

    assert statuses == [404] * 60 + [429]
    assert limited.test_client().get("/shared/x", environ_base=places[1]).status_code == 404
