"""Settings: one's own, with the password where it matters; and the end of everything."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from dashapp.extensions import db
from dashapp.imports import sweep
from dashapp.models import Account, Import, Person, Post
from dashapp.store import accounts, imports, users, weekly_mails
from dashapp.store.database import now, writing

from .browser_session import ADA, BOB, BrowserSession, is_at

pytestmark = pytest.mark.slow


@pytest.fixture
def ada(app):
    visitor = BrowserSession(app)
    visitor.register()
    return visitor


def the_id(app, name="Ada"):
    with app.app_context():
        return users.find_user(name).id


def add_account(app, owner, handle="ada_social"):
    """An account with two posts and one person."""
    with app.app_context(), writing() as session:
        account = Account(owner_id=owner, service="x", key=handle, handle=handle, source="x")
        session.add(account)
        session.flush()
        for key in "12":
            session.add(Post(account_id=account.id, key=key, created_at=now(), kind="post", text="canary"))
        session.add(Person(account_id=account.id, key="bob", first_seen=now()))
        return account.id


def test_settings_need_a_session(app):
    assert is_at(BrowserSession(app).get("/user/ada"), "/signin?next=%2Fuser%2Fada")


@pytest.mark.parametrize("name", ["Ada", "ada", "ADA"])
def test_settings_are_ones_own_whatever_the_case(ada, name):
    assert "Signed in as Ada." in ada.get(f"/user/{name}").text


def test_another_name_is_not_found_whether_or_not_somebody_has_it(app, ada):
    BrowserSession(app).register(BOB)

    assert ada.get("/user/bob").status_code == 404
    assert ada.get("/user/nobody").status_code == 404


@pytest.mark.parametrize("action", ["name", "display", "password", "delete", "accounts/1/delete"])
def test_nothing_of_somebody_else_can_be_changed(app, ada, action):
    BrowserSession(app).register(BOB)

    assert ada.send(f"/user/bob/{action}", {"name": "Eve", "password": ADA["password"]}).status_code == 404


def test_a_new_name_moves_the_page(ada):
    answer = ada.send("/user/ada/name", {"name": "Augusta", "password": ADA["password"]})

    assert is_at(answer, "/user/Augusta#name")
    assert "Your name is changed" in ada.get("/user/augusta").text
    assert ada.get("/user/ada").status_code == 404


def test_a_name_that_is_none_is_refused(ada):
    answer = ada.send("/user/ada/name", {"name": "///", "password": ADA["password"]})

    assert answer.status_code == 422
    assert 'id="name-name-error"' in answer.text


def test_another_time_zone_has_all_accounts_analysed_again(app, ada):
    owner = the_id(app)
    first, second = add_account(app, owner), add_account(app, owner, "ada_work")

    ada.send("/user/ada/display", {"time_zone": "Asia/Kolkata", "theme": "auto"})
    ada.send("/user/ada/display", {"time_zone": "Asia/Kolkata", "theme": "dark"})

    with app.app_context():
        assert {row.account_id for row in imports.imports(owner)} == {first, second}
        assert len(imports.imports(owner)) == 2
        assert users.user(owner).time_zone == "Asia/Kolkata"


def test_the_weekly_mail_goes_on_monday_morning_of_the_new_time_zone(app, ada):
    with app.app_context():
        owner, monday = the_id(app), datetime(2026, 12, 7, 7, 0, tzinfo=UTC)
        weekly_mails.ask(owner, "ada@mail.example")
        weekly_mails.confirm(weekly_mails.find(owner), monday)

    for zone, expected in (("Pacific/Kiritimati", (6, 16)), ("America/Los_Angeles", (7, 14))):
        ada.send("/user/ada/display", {"time_zone": zone, "theme": "auto"})
        with app.app_context():
            due_at = weekly_mails.find(owner).due_at
        assert (due_at.day, due_at.hour) == expected


def test_a_chosen_theme_is_drawn_by_the_server(ada):
    ada.client.set_cookie("theme", "light")

    ada.send("/user/ada/display", {"time_zone": "UTC", "theme": "dark"})

    assert 'data-theme="dark" data-bs-theme="dark"' in ada.get("/user/ada").text


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Olympus"}, {"theme": "pink"}, {"time_zone": "../../etc/passwd"}])
def test_unknown_time_zones_and_themes_are_refused(app, ada, wrong):
    assert ada.send("/user/ada/display", {"time_zone": "UTC", "theme": "auto", **wrong}).status_code == 422
    with app.app_context():
        assert users.user(the_id(app)).time_zone == "UTC"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "Augusta", "password": "not the password"}, "not your password"),
        ({"name": "Augusta"}, "Enter your password."),
        ({"name": "BOB", "password": ADA["password"]}, "somebody has this one"),
    ],
)
def test_another_name_needs_the_password_and_be_free(app, ada, sent, sentence):
    BrowserSession(app).register(BOB)

    answer = ada.send("/user/ada/name", sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert BrowserSession(app).sign_in().status_code == 303


def test_another_name_signs_in_from_then_on_and_all_other_browsers_are_signed_out(app, ada):
    other = BrowserSession(app)
    other.sign_in()

    ada.send("/user/ada/name", {"name": "Augusta", "password": ADA["password"]})

    assert ada.is_signed_in()
    assert not other.is_signed_in()
    assert BrowserSession(app).sign_in({**ADA, "name": "augusta"}).status_code == 303
    assert BrowserSession(app).sign_in(ADA).status_code == 422


def test_the_own_name_may_be_written_in_another_way(ada):
    assert is_at(ada.send("/user/ada/name", {"name": "ADA", "password": ADA["password"]}), "/user/ADA#name")


def test_a_new_password_signs_all_other_browsers_out(app, ada):
    other, remembered = BrowserSession(app), BrowserSession(app)
    other.sign_in()
    remembered.sign_in(remember="y")

    answer = ada.send("/user/ada/password", {"password": ADA["password"], "new_password": "herons wait in mist"})

    assert is_at(answer, "/user/Ada#password")
    assert ada.is_signed_in()
    assert not other.is_signed_in()
    assert not remembered.is_signed_in()
    assert BrowserSession(app).sign_in().status_code == 422
    assert BrowserSession(app).sign_in({**ADA, "password": "herons wait in mist"}).status_code == 303


def opened(app, user_agent):
    """Another browser of ada's."""
    other = BrowserSession(app)
    other.client.environ_base["HTTP_USER_AGENT"] = user_agent
    other.sign_in()
    return other


def sessions_in(page):
    """The id of each session that can be ended, by what its browser is called."""
    found = re.findall(r'name="session" value="(\w+)">\s*<button[^>]*aria-label="Sign out ([^,]+),', page)
    return {device: session for session, device in found}


def test_signed_in_browsers_are_listed_and_signed_out_one_by_one(app, ada):
    phone, desk = opened(app, "Mozilla/5.0 (iPhone) Safari/604"), opened(app, "Mozilla/5.0 (X11; Linux) Firefox/140.0")
    page = ada.get("/user/ada").text

    answer = ada.send("/user/ada/sessions/end", {"session": sessions_in(page)["Safari on iPhone"]})

    assert sessions_in(page).keys() == {"Safari on iPhone", "Firefox on Linux"}
    assert page.count(">this one<") == 1
    assert is_at(answer, "/user/Ada#sessions")
    assert "That browser is signed out." in ada.get("/user/ada").text
    assert not phone.is_signed_in()
    assert desk.is_signed_in()


def test_all_other_browsers_are_signed_out_at_once(app, ada):
    others = [opened(app, ""), opened(app, "")]

    ada.send("/user/ada/sessions/end-others")

    assert [other.is_signed_in() for other in others] == [False, False]
    assert "All other browsers are signed out." in ada.get("/user/ada").text


def test_nobody_ends_a_session_of_somebody_else(app, ada):
    bob, other = BrowserSession(app), opened(app, "Firefox")
    bob.register(BOB)

    bob.send("/user/bob/sessions/end", {"session": sessions_in(ada.get("/user/ada").text)["Firefox"]})
    bob.send("/user/bob/sessions/end-others")

    assert other.is_signed_in()
    assert ada.is_signed_in()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"password": "not the password", "new_password": "herons wait in mist"}, "not your password"),
        ({"password": ADA["password"], "new_password": "short"}, "at least 8 characters"),
        ({"password": ADA["password"], "new_password": "adaada12"}, "among the first"),
        ({"password": "", "new_password": "herons wait in mist"}, "the password you have now"),
    ],
)
def test_a_password_that_cannot_be_changed_is_told_why(app, ada, sent, sentence):
    answer = ada.send("/user/ada/password", sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert BrowserSession(app).sign_in().status_code == 303


def test_what_is_stored_is_counted_by_account(app, ada):
    add_account(app, the_id(app))

    page = ada.get("/user/ada").text

    assert "ada_social" in page
    assert "2 posts, 1 person and 0 ties are deleted" in page
    assert "1 signed-in browser, 0 ways to sign in elsewhere, 0 connections" in page
    table = re.findall(r'class="sg-number">([^<]+)</t', page)
    titles, numbers = table[: len(table) // 2], table[len(table) // 2 :]
    assert (
        dict(zip(titles, numbers, strict=True)).items() >= {"Posts": "2", "People": "1", "Gained or lost": "0"}.items()
    )
    assert 'href="/download/everything.zip"' in page


def test_an_account_can_be_deleted(app, ada):
    account = add_account(app, the_id(app))

    answer = ada.send(f"/user/ada/accounts/{account}/delete")

    assert is_at(answer, "/user/Ada#accounts")
    with app.app_context():
        assert accounts.accounts(the_id(app)) == []
    sweep(app)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Post)) == 0


def test_what_one_uses_stands_beside_what_one_may(app, ada):
    add_account(app, the_id(app))
    app.config |= {"USER_MOST_ACCOUNTS": 1, "USER_MOST_PEOPLE": 0}

    page = BeautifulSoup(ada.get("/user/ada").text, "html.parser")

    told = [" ".join(row.text.split()) for row in page.select("#usage li")]
    assert told[0] == (
        "Accounts 1 of 1 No room is left for accounts: nothing new is kept. Delete an account to make room."
    )
    assert told[1].endswith(" of 1,000,000")
    assert " of " not in told[2]
    assert told[3] == "Ties 0 of 20,000,000"
    assert told[4] == "Uploads that wait 0 MB of 1,024 MB"


def test_an_account_of_somebody_else_is_not_found(app, ada):
    bob = BrowserSession(app)
    bob.register(BOB)
    account = add_account(app, the_id(app, "Bob"))

    assert ada.send(f"/user/ada/accounts/{account}/delete").status_code == 404
    with app.app_context():
        assert accounts.account(the_id(app, "Bob"), account) is not None


def test_deleting_everything_needs_the_password(app, ada):
    answer = ada.send("/user/ada/delete", {"password": "not the password"})

    assert answer.status_code == 422
    assert '<details class="sg-more sg-danger" open>' in answer.text
    assert ada.is_signed_in()


def test_deleting_everything_leaves_nothing(app, ada):
    owner = the_id(app)
    add_account(app, owner)
    with app.app_context():
        imports.add_import(owner, export="x", filename="x.zip", options={})
    other = BrowserSession(app)
    other.sign_in()
    BrowserSession(app).register(BOB)

    answer = ada.send("/user/ada/delete", {"password": ADA["password"]})

    assert is_at(answer, "/")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert "is deleted" in ada.get("/").text
    assert not other.is_signed_in()
    assert BrowserSession(app).sign_in().status_code == 422
    with app.app_context():
        assert users.find_user("Ada") is None
    sweep(app)
    with app.app_context():
        for table in (Account, Post, Person, Import):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
        assert users.find_user("Bob") is not None


def test_a_visitor_of_the_demo_sees_settings_and_changes_none(app):
    with app.app_context():
        owner = users.add_user("Demo", "!", is_demo=True)
    visitor = BrowserSession(app)
    visitor.send("/demo")

    page = visitor.get("/user/demo").text
    answer = visitor.send("/user/demo/name", {"name": "Eve"})

    assert "The demo is read-only." in page
    assert page.count("<fieldset disabled>") == 4
    assert "Signed-in browsers" not in page  # other visitors of the demo
    assert answer.status_code == 403
    with app.app_context():
        assert users.user(owner).name == "Demo"
