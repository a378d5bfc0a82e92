"""The weekly e-mail is asked for by a user, and confirmed and stopped by who reads the mails."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from dashapp.mail import links
from dashapp.mail.delivery import NotDeliveredError
from dashapp.mail.messages import weekly
from dashapp.mail.week import Week
from dashapp.store import users, weekly_mails
from dashapp.store.database import now
from dashapp.users import weekly_mail_views
from tests.mail.test_messages import account

from .browser_session import ADA, BOB, BrowserSession, is_at

ADDRESS = "ada@mail.example"


@pytest.fixture
def mails(app, monkeypatch):
    """What would go to the mail server; mail is set up."""
    app.config.update(MAIL_URL="smtp://mail.example", MAIL_FROM="s@example.org", PUBLIC_URL="https://public.example")
    sent: list[EmailMessage] = []
    monkeypatch.setattr(weekly_mail_views, "deliver", sent.append)
    return sent


@pytest.fixture
def ada(app):
    visitor = BrowserSession(app)
    visitor.register()
    return visitor


@pytest.fixture
def bob(app):
    visitor = BrowserSession(app)
    visitor.register(BOB)
    return visitor


def row(app, person=ADA):
    with app.app_context():
        return weekly_mails.find(users.find_user(person["name"]).id)


def link_in(mail):
    """The path of the link in a mail to confirm."""
    [found] = re.findall(r"https://public\.example(\S+)", mail.get_body(("plain",)).get_content())
    return found


def stop_link(app, person=ADA):
    """The path of the link in a weekly mail."""
    with app.app_context():
        account = users.find_user(person["name"])
        return links.link("unsubscribe", account.id, row(app, person).address).removeprefix("https://public.example")


def confirmed(app, visitor, mails, name="ada", address=ADDRESS):
    """Asks for it, and confirms."""
    visitor.send(f"/user/{name}/weekly-mail", {"address": address})
    return BrowserSession(app).send(link_in(mails[-1]))


def test_without_a_mail_server_nothing_is_shown_or_taken(app, ada):
    assert "eekly" not in ada.get("/user/ada").text
    assert ada.send("/user/ada/weekly-mail", {"address": ADDRESS}).status_code == 404
    assert row(app) is None


def test_one_mail_goes_to_confirm_and_nothing_is_due_before(app, ada, mails):
    answer = ada.send("/user/ada/weekly-mail", {"address": f" {ADDRESS} "})

    assert is_at(answer, "/user/Ada#weekly-mail")
    [mail] = mails
    assert mail["To"] == ADDRESS
    assert (row(app).address, row(app).due_at) == (ADDRESS, None)
    assert ADDRESS in ada.get("/user/ada").text


def test_the_link_asks_and_its_button_confirms_without_signing_in(app, ada, mails):
    ada.send("/user/ada/weekly-mail", {"address": ADDRESS})
    reader, link = BrowserSession(app), link_in(mails[0])

    asked, before = reader.get(link), row(app)
    answer = reader.send(link)

    assert (asked.status_code, before.confirmed_at) == (200, None)
    assert "Confirmed" in answer.text
    assert row(app).due_at > now()


def test_a_form_without_its_token_confirms_nothing(app, ada, mails):
    ada.send("/user/ada/weekly-mail", {"address": ADDRESS})

    assert app.test_client().post(link_in(mails[0])).status_code == 400
    assert row(app).confirmed_at is None


def test_another_address_has_to_be_confirmed_by_its_own_link(app, ada, mails):
    confirmed(app, ada, mails)
    ada.send("/user/ada/weekly-mail", {"address": "other@mail.example"})

    assert BrowserSession(app).send(link_in(mails[0])).status_code == 404
    assert row(app).confirmed_at is None


def test_the_same_address_is_not_asked_again(app, ada, mails):
    confirmed(app, ada, mails)

    ada.send("/user/ada/weekly-mail", {"address": ADDRESS})

    assert len(mails) == 1
    assert row(app).confirmed_at is not None


@pytest.mark.parametrize("token", ["", "x", "WzEsIngiXQ.x.x"])
@pytest.mark.parametrize("purpose", ["confirm", "unsubscribe"])
def test_a_forged_link_is_worth_nothing(app, ada, mails, purpose, token):
    confirmed(app, ada, mails)
    before = row(app)

    BrowserSession(app).send(f"/mail/{purpose}?token={token}")

    assert row(app) == before


def test_a_link_does_only_what_it_is_for(app, ada, mails):
    ada.send("/user/ada/weekly-mail", {"address": ADDRESS})
    before = row(app)

    BrowserSession(app).send(link_in(mails[0]).replace("confirm", "unsubscribe"))
    BrowserSession(app).send(stop_link(app).replace("unsubscribe", "confirm"))

    assert row(app) == before


def test_an_old_link_confirms_nothing(app, ada, mails, monkeypatch):
    ada.send("/user/ada/weekly-mail", {"address": ADDRESS})
    monkeypatch.setattr(links, "LIFETIMES", {"confirm": -1})

    assert BrowserSession(app).get(link_in(mails[0])).status_code == 404


def test_a_mail_program_ends_it_by_itself(app, ada, mails):
    confirmed(app, ada, mails)
    with app.app_context():
        message = weekly(row(app), Week(accounts=[account()], more=0, unread=[], on_several=None, to_decide=0))
    link = str(message["List-Unsubscribe"]).strip("<>").removeprefix("https://public.example")

    answer = app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert row(app) is None


def test_looking_at_the_link_stops_nothing_and_the_button_does_even_twice(app, ada, mails):
    confirmed(app, ada, mails)
    link, reader = stop_link(app), BrowserSession(app)

    reader.get(link)
    after_look = row(app)
    answers = [reader.send(link), reader.send(link)]

    assert after_look is not None
    assert row(app) is None
    assert all("Stopped" in answer.text for answer in answers)


def test_one_users_link_and_form_touch_no_others(app, ada, bob, mails):
    confirmed(app, ada, mails)
    confirmed(app, bob, mails, name="bob")  # at the same address
    of_bob = row(app, BOB)

    answer = ada.send("/user/bob/weekly-mail", {"address": "ada@other.example"})
    stopped = ada.send("/user/bob/weekly-mail/stop")
    BrowserSession(app).send(stop_link(app))

    assert (answer.status_code, stopped.status_code) == (404, 404)
    assert row(app) is None
    assert row(app, BOB) == of_bob


def test_it_is_stopped_in_the_settings_too(app, ada, mails):
    confirmed(app, ada, mails)

    ada.send("/user/ada/weekly-mail/stop")

    assert row(app) is None
    assert ADDRESS not in ada.get("/user/ada").text


def test_a_mail_that_cannot_be_sent_changes_nothing(app, ada, mails, monkeypatch):
    confirmed(app, ada, mails)
    before = row(app)

    def refuse(_message):
        raise NotDeliveredError(TimeoutError())

    monkeypatch.setattr(weekly_mail_views, "deliver", refuse)
    answer = ada.send("/user/ada/weekly-mail", {"address": "other@mail.example"})

    assert answer.status_code == 422
    assert "could not be sent" in answer.text
    assert row(app) == before


@pytest.mark.parametrize("address", ["", "ada", "a@b@c", "ada@mail.example\r\nBcc: eve@mail.example"])
def test_what_is_no_address_gets_no_mail(app, ada, mails, address):
    assert ada.send("/user/ada/weekly-mail", {"address": address}).status_code == 422
    assert mails == []
