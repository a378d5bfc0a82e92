"""A confirmed address: who reads it gets the name and a new password, and nobody learns whose it is."""

from __future__ import annotations

import re
from concurrent.futures import Future

import pytest

from dashapp.mail.delivery import NotDeliveredError
from dashapp.store import users
from dashapp.users import address_views, mailed_links
from tests.mail.smtp_server import smtp_server
from tests.waiting import wait_until

from .browser_session import ADA, BOB, BrowserSession, is_at

ADDRESS = "Ada@mail.example"
NEW = "herons wait in mist"


class AtOnce:
    """In place of the threads that send."""

    def submit(self, function, *arguments):
        function(*arguments)
        return Future()


@pytest.fixture
def mails(app, monkeypatch):
    """What would go to the mail server; mail is set up."""
    app.config.update(MAIL_URL="smtp://mail.example", MAIL_FROM="s@example.org", PUBLIC_URL="https://public.example")
    sent = []
    monkeypatch.setattr(address_views, "deliver", sent.append)
    monkeypatch.setattr(address_views, "SENDING", AtOnce())
    return sent


@pytest.fixture
def ada(app):
    visitor = BrowserSession(app)
    visitor.register()
    return visitor


def link_in(mail):
    """The path of the link in a mail."""
    [found] = re.findall(r"https://public\.example(\S+)", mail.get_body(("plain",)).get_content())
    return found


def ask(visitor, person=ADA, address=ADDRESS, **other):
    return visitor.send(
        f"/user/{person['name']}/address", {"address": address, "password": person["password"], **other}
    )


def confirm(app, visitor, mails, person=ADA, address=ADDRESS):
    ask(visitor, person, address)
    return BrowserSession(app).send(link_in(mails[-1]))


def forget(app, address=ADDRESS):
    return BrowserSession(app).send("/password/forgotten", {"address": address})


def email_of(app, name="Ada"):
    with app.app_context():
        return users.find_user(name).email


def test_without_a_mail_server_nothing_is_shown_or_taken(app, ada):
    visitor = BrowserSession(app)

    assert "Address for a new password" not in ada.get("/user/ada").text
    assert "forgotten" not in visitor.get("/signin").text
    assert ask(ada).status_code == forget(app).status_code == visitor.get("/password/forgotten").status_code == 404


def test_an_address_counts_once_it_is_confirmed(app, ada, mails):
    answer = ask(ada, address=f" {ADDRESS} ")

    assert is_at(answer, "/user/Ada#address")
    assert email_of(app) is None
    assert mails[0]["To"] == ADDRESS
    reader = BrowserSession(app)
    assert "Ada" in reader.get(link_in(mails[0])).text
    assert email_of(app) is None
    assert "Confirmed" in reader.send(link_in(mails[0])).text
    assert email_of(app) == ADDRESS
    assert ADDRESS in ada.get("/user/ada").text
    assert reader.send(link_in(mails[0])).status_code == 404


@pytest.mark.parametrize("sent", [{"password": "not the password"}, {"password": ""}, {"address": "nonsense"}])
def test_another_address_needs_the_password_and_be_one(app, ada, mails, sent):
    assert ask(ada, **sent).status_code == 422
    assert mails == []


def test_a_mail_that_cannot_be_sent_is_told(app, ada, mails, monkeypatch):
    def refused(_):
        raise NotDeliveredError(OSError())

    monkeypatch.setattr(address_views, "deliver", refused)

    assert "could not be sent" in ask(ada).text
    assert forget(app).status_code == 200


def test_an_address_is_of_one_account_only_which_its_reader_alone_learns(app, ada, mails):
    bob = BrowserSession(app)
    bob.register(BOB)
    confirm(app, ada, mails)

    asked = ask(bob, BOB, ADDRESS.upper())
    answer = BrowserSession(app).send(link_in(mails[-1]))

    assert is_at(asked, "/user/Bob#address")
    assert answer.status_code == 409
    assert "another account" in answer.text
    assert (email_of(app), email_of(app, "Bob")) == (ADDRESS, None)


def test_another_address_signs_other_browsers_out(app, ada, mails):
    other = BrowserSession(app)
    other.sign_in()
    confirm(app, ada, mails)
    assert other.is_signed_in()

    ask(ada, address="ada@other.example")
    ada.send(link_in(mails[-1]))

    assert email_of(app) == "ada@other.example"
    assert ada.is_signed_in()
    assert not other.is_signed_in()


def test_a_forgotten_address_gets_nothing_more(app, ada, mails):
    confirm(app, ada, mails)

    ada.send("/user/ada/address/forget")
    forget(app)

    assert email_of(app) is None
    assert len(mails) == 1


def test_no_link_brings_a_forgotten_address_back(app, ada, mails):
    confirm(app, ada, mails)
    ada.send("/user/ada/address/forget")

    assert BrowserSession(app).send(link_in(mails[0])).status_code == 404
    assert email_of(app) is None


def test_who_reads_the_mails_sets_a_new_password_once(app, ada, mails):
    confirm(app, ada, mails)
    forget(app, " ada@MAIL.example")
    link, reader = link_in(mails[-1]), BrowserSession(app)

    weak = reader.send(link, {"new_password": "password1"})
    answer = reader.send(link, {"new_password": NEW})

    assert "Your name there is Ada." in mails[-1].get_body(("plain",)).get_content()
    assert weak.status_code == 422
    assert is_at(answer, "/signin")
    assert "Sign in as Ada." in reader.get("/signin").text
    assert not ada.is_signed_in()
    assert BrowserSession(app).sign_in().status_code == 422
    assert BrowserSession(app).sign_in({**ADA, "password": NEW}).status_code == 303
    assert reader.send(link, {"new_password": "seven slow green boats"}).status_code == 404
    assert reader.get(link).status_code == 404


def test_an_account_without_a_password_gets_its_first_one(app, mails):
    with app.app_context():
        users.change_user(users.add_user("Ada", ""), email=ADDRESS)
    forget(app)

    BrowserSession(app).send(link_in(mails[-1]), {"new_password": NEW})

    assert BrowserSession(app).sign_in({"name": "Ada", "password": NEW}).status_code == 303


def test_the_answer_is_the_same_for_an_address_that_nobody_has(app, ada, mails):
    confirm(app, ada, mails)

    known, unknown = forget(app), forget(app, "eve@mail.example")

    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    assert len(mails) == 2


def test_an_address_that_was_only_asked_for_gets_nothing(app, ada, mails):
    ask(ada)

    forget(app)

    assert len(mails) == 1


def test_no_mail_is_sent_while_somebody_waits_for_the_answer(app, mails, monkeypatch):
    class Later:
        submitted = 0

        def submit(self, *_):
            self.submitted += 1

    later = Later()
    monkeypatch.setattr(address_views, "SENDING", later)
    monkeypatch.setattr(users, "user_of_address", lambda _: pytest.fail("it was looked up"))

    forget(app)

    assert later.submitted == 1


@pytest.mark.server
def test_the_mail_goes_from_a_thread_of_its_own(app, ada):
    with app.app_context():
        users.change_user(users.find_user("Ada").id, email=ADDRESS)
    with smtp_server() as inbox:
        url = f"smtp://127.0.0.1:{inbox.port}?tls=no"
        app.config.update(MAIL_URL=url, MAIL_FROM="s@example.org", PUBLIC_URL="https://public.example")

        forget(app)
        wait_until(lambda: bool(inbox.mails))

    assert inbox.recipients == [ADDRESS]
    assert is_at(BrowserSession(app).send(link_in(inbox.mails[0]), {"new_password": NEW}), "/signin")


@pytest.mark.parametrize(
    "worthless", ["late", "other purpose", "forged", "another password", "another address", "gone"]
)
def test_a_link_that_proves_nothing_any_more_is_refused(app, ada, mails, monkeypatch, worthless):
    confirm(app, ada, mails)
    forget(app)
    link = link_in(mails[-1])
    if worthless == "late":
        monkeypatch.setitem(mailed_links.LIFETIMES, "password", -1)
    elif worthless == "other purpose":
        link = link.replace("/mail/password", "/mail/address")
    elif worthless == "forged":
        link = link[:-1]
    elif worthless == "another password":
        ada.send("/user/ada/password", {"password": ADA["password"], "new_password": "seven slow green boats"})
    elif worthless == "another address":
        ada.send("/user/ada/address/forget")
    else:
        ada.send("/user/ada/delete", {"password": ADA["password"]})

    answer = BrowserSession(app).send(link, {"new_password": NEW})

    assert answer.status_code == 404
    assert "too old, or was used already" in answer.text
