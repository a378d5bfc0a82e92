"""A code beside the password: asked for at every door, good once, ended by who shows both."""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import b32decode, b32encode

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from dashapp.extensions import db
from dashapp.models import SecondFactor
from dashapp.store import second_factors, users
from dashapp.users import codes, sessions

from .browser_session import ADA, BrowserSession, is_at

HOME = "/dashboard/user"
RFC = b32encode(b"12345678901234567890").decode()  # the secret of RFC 6238, appendix B


@pytest.fixture
def clock(monkeypatch):
    """A clock of codes that stands still until it is put forward."""

    class Clock:
        now = 2_000_000_000.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(codes, "time", clock)
    return clock


@pytest.fixture
def ada(app):
    visitor = BrowserSession(app)
    visitor.register()
    return visitor


class Phone:
    """An authenticator application, and the list of recovery codes."""

    def __init__(self, visitor, clock):
        visitor.send("/user/ada/second-factor/begin", {"password": ADA["password"]})
        page = visitor.get("/user/Ada/second-factor").text
        self.secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
        self.clock = clock
        self.confirmed = visitor.send("/user/ada/second-factor", {"code": self.code()})
        self.recovery = re.findall(r"<code>([a-z2-7-]{19})</code>", self.confirmed.text)
        clock.now += 30

    def code(self, *, off=0):
        totp = TOTP(b32decode(self.secret), 6, SHA1(), 30)  # noqa: S303
        return totp.generate(self.clock.now + 30 * off).decode()


@pytest.fixture
def phone(ada, clock):
    return Phone(ada, clock)


def step(visitor, code):
    return visitor.send("/signin/code", {"code": code})


def asked(app):
    """A browser in which the password was shown."""
    visitor = BrowserSession(app)
    assert is_at(visitor.sign_in(next="/connect/x"), "/signin/code")
    return visitor


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(app, clock, at, code):
    clock.now = at
    with app.app_context():
        owner = users.add_user("Ada", "!")
        second_factors.begin(owner, RFC)

        assert codes.confirm(owner, code) is not None


def test_who_adds_it_gets_ten_recovery_codes_and_other_browsers_are_signed_out(app, ada, clock):
    other = BrowserSession(app)
    other.sign_in()

    phone = Phone(ada, clock)

    assert phone.confirmed.status_code == 200
    assert len(set(phone.recovery)) == 10
    assert not other.is_signed_in()
    assert ada.is_signed_in()
    assert "10 recovery codes are left" in ada.get("/user/ada").text
    assert ada.get("/user/ada/second-factor").status_code == 404


def test_a_code_signs_in_where_it_was_asked_for(app, phone):
    visitor = asked(app)

    assert not visitor.is_signed_in()
    assert visitor.get("/signin/code").status_code == 200
    assert is_at(step(visitor, f"{phone.code()[:3]} {phone.code()[3:]}"), "/connect/x")
    assert visitor.is_signed_in()


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_off_by_half_a_minute(app, phone, off, good):
    phone.clock.now += 90

    assert is_at(step(asked(app), phone.code(off=off)), "/connect/x") is good


def test_a_code_is_good_once(app, phone):
    code = phone.code()
    first, second = asked(app), asked(app)

    assert is_at(step(first, code), "/connect/x")
    assert step(second, code).status_code == 422
    assert not second.is_signed_in()


def test_an_older_code_is_worthless_after_a_newer_one(app, phone):
    phone.clock.now += 60
    step(asked(app), phone.code())

    assert step(asked(app), phone.code(off=-1)).status_code == 422


def test_a_recovery_code_is_good_once(app, ada, phone):
    first, second = asked(app), asked(app)

    assert is_at(step(first, f" {phone.recovery[3].upper()} "), "/connect/x")
    assert step(second, phone.recovery[3]).status_code == 422
    assert "9 recovery codes are left" in ada.get("/user/ada").text


@pytest.mark.parametrize(
    "code", ["", "000000", "\uff11\uff12\uff13\uff14\uff15\uff16", "abcd-efgh-ijkl-mnop", "\0", "x" * 10_000]
)
def test_a_wrong_code_opens_nothing(app, phone, code):
    visitor = asked(app)

    answer = step(visitor, code)

    assert answer.status_code == 422
    assert not visitor.is_signed_in()


def test_without_the_password_no_code_is_asked_for(app, phone):
    visitor = BrowserSession(app)

    assert is_at(visitor.get("/signin/code"), "/signin")
    assert is_at(step(visitor, phone.code()), "/signin")
    assert visitor.sign_in({**ADA, "password": "not the password"}).status_code == 422
    assert is_at(step(visitor, phone.code()), "/signin")


def test_the_password_has_to_be_shown_again_after_ten_minutes(app, phone, monkeypatch):
    visitor = asked(app)
    monkeypatch.setattr(sessions, "PATIENCE", -1)

    assert is_at(step(visitor, phone.code()), "/signin")


@pytest.mark.parametrize(
    "wrong", [{"password": "not the password"}, {"code": "000000"}, {"code": ""}, {"password": ""}]
)
def test_it_is_ended_by_who_shows_password_and_code(app, ada, phone, wrong):
    other = asked(app)
    step(other, phone.code())
    phone.clock.now += 30
    both = {"password": ADA["password"], "code": phone.code()}

    refused = ada.send("/user/ada/second-factor/end", {**both, **wrong})
    answer = ada.send("/user/ada/second-factor/end", both)

    assert refused.status_code == 422
    assert is_at(answer, "/user/Ada#second-factor")
    assert not other.is_signed_in()
    assert is_at(BrowserSession(app).sign_in(), HOME)


def test_it_is_not_begun_without_the_password_or_anew(app, ada, clock):
    assert ada.send("/user/ada/second-factor/begin", {"password": "not the password"}).status_code == 422
    assert ada.get("/user/ada/second-factor").status_code == 404
    phone = Phone(ada, clock)

    again = ada.send("/user/ada/second-factor/begin", {"password": ADA["password"]})

    assert again.status_code == 404
    assert is_at(step(asked(app), phone.code()), "/connect/x")


def test_what_was_not_confirmed_is_not_asked_for(app, ada, clock):
    ada.send("/user/ada/second-factor/begin", {"password": ADA["password"]})

    assert ada.send("/user/ada/second-factor", {"code": "000000"}).status_code == 422
    assert is_at(BrowserSession(app).sign_in(), HOME)


def test_without_keys_it_is_not_offered_and_recovery_codes_still_sign_in(app, ada, phone):
    visitor = asked(app)
    app.config["TOKEN_KEYS"] = []

    assert step(visitor, phone.code()).status_code == 422
    assert is_at(step(visitor, phone.recovery[0]), "/connect/x")
    with app.app_context():
        second_factors.remove(users.find_user("Ada").id)
    assert "Second factor" not in ada.get("/user/ada").text


def test_the_secret_is_encrypted_and_told_in_no_download(app, ada, phone):
    with app.app_context():
        row = db.session.get(SecondFactor, users.find_user("Ada").id)

        assert phone.secret.encode() not in row.secret
        assert phone.recovery[0].replace("-", "") not in str(row.recovery_hashes)
    with zipfile.ZipFile(io.BytesIO(ada.get("/download/everything.zip").data)) as archive:
        told = json.loads(archive.read("user.json"))["second_factor"]
    assert (set(told), told["recovery_codes"]) == ({"confirmed_at", "recovery_codes"}, 10)
