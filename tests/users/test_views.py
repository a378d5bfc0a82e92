"""Sign in, register, sign out: whoever tries learns nothing, and what was signed out stays out."""

from __future__ import annotations

import io
import logging
import re

import pytest

from dashapp.store import users
from dashapp.store.database import now

from .browser_session import ADA, BOB, BrowserSession, is_at

HOME = "/dashboard/user"


@pytest.fixture
def ada(app):
    visitor = BrowserSession(app)
    visitor.register()
    return visitor


def without_token(page: str) -> str:
    return re.sub(r'value="[\w.-]{40,}"', "", page)


def test_registering_signs_in(app):
    ada = BrowserSession(app)

    answer = ada.register()

    assert is_at(answer, HOME)
    assert ada.is_signed_in()


def test_registering_keeps_the_time_zone_of_the_browser(app, ada):
    BrowserSession(app).register(BOB, time_zone="Asia/Kolkata")
    BrowserSession(app).register({**BOB, "name": "Dan"}, time_zone="Nowhere/At all")

    with app.app_context():
        zones = [users.find_user(name).time_zone for name in ("Bob", "Dan")]
    assert zones == ["Asia/Kolkata", "UTC"]


@pytest.mark.parametrize("spelling", ["Ada", "aDA", "\uff21da", " ada "])
def test_a_name_belongs_to_one_user_in_any_spelling(app, ada, spelling):
    eve = BrowserSession(app)

    answer = eve.register({**ADA, "name": spelling})  # the right password opens nothing here

    assert answer.status_code == 422
    assert "somebody has this one" in answer.text
    assert not eve.is_signed_in()


def test_of_two_who_register_a_name_at_once_one_gets_it(app, ada, monkeypatch):
    monkeypatch.setattr(users, "find_user", lambda _: None)  # as it was when both of them asked

    answer = BrowserSession(app).register({**ADA, "password": "herons wait in mist"})

    assert answer.status_code == 422
    assert "somebody has this one" in answer.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "../.."}, "letter or digit"),
        ({"name": "ada@example.social"}, "such as ada.lovelace"),
        ({"password": "short"}, "at least 8 characters"),
        ({"password": "password1"}, "among the first"),
        ({"password": "ada.lovelace", "name": "ada.lovelace"}, "among the first"),
    ],
)
def test_what_cannot_be_registered_is_told_at_its_field(app, wrong, sentence):
    visitor = BrowserSession(app)

    answer = visitor.register({**ADA, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.text
    field = next(iter(wrong))
    assert re.search(rf'<input[^>]*aria-describedby="form-{field}-error[^>]*', answer.text)
    assert not visitor.is_signed_in()


def test_a_refused_form_keeps_what_was_typed_but_not_the_password(app):
    answer = BrowserSession(app).register({**ADA, "name": "Ada L", "password": "otters build dams"})

    assert 'value="Ada L"' in answer.text
    assert "otters build dams" not in answer.text


@pytest.mark.parametrize("path", ["/signin", "/login"])
def test_name_and_password_open_the_account(app, ada, path):
    visitor = BrowserSession(app)

    answer = visitor.send(path, {"name": " \uff21DA ", "password": ADA["password"]})

    assert is_at(answer, HOME)
    assert visitor.is_signed_in()


def test_signing_in_goes_on_where_it_was_asked_for(app, ada):
    visitor = BrowserSession(app)
    first = visitor.get("/connect/x")

    page = visitor.get(first.headers["Location"])

    assert first.headers["Location"] == "/signin?next=%2Fconnect%2Fx"
    assert 'name="next" type="hidden" value="/connect/x"' in page.text
    assert is_at(visitor.sign_in(next="/connect/x"), "/connect/x")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app, ada):
    wrong = BrowserSession(app).sign_in({**ADA, "password": "not the password"})
    unknown = BrowserSession(app).sign_in({**ADA, "name": "Cleo"})

    assert wrong.status_code == unknown.status_code == 422
    assert without_token(wrong.text) == without_token(unknown.text).replace("Cleo", "Ada")


def test_a_form_without_its_token_is_refused(app, ada):
    answer = app.test_client().post("/signin", data=ADA)

    assert answer.status_code == 400
    assert "too old" in answer.text


def test_signing_in_leaves_nothing_of_the_session_before(app, ada):
    visitor = BrowserSession(app)
    visitor.get("/signin")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"
        token = session["csrf_token"]

    visitor.sign_in()

    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != token


def test_signing_in_as_somebody_else_ends_the_session_before(app, ada):
    BrowserSession(app).register(BOB)
    before = ada.session_cookie()

    assert ada.send("/signin", BOB).status_code == 303

    old = BrowserSession(app)
    old.client.set_cookie("session", before)
    assert not old.is_signed_in()


def test_a_session_ends_with_the_browser_unless_it_is_to_stay(app, ada):
    short, long = BrowserSession(app), BrowserSession(app)

    short.sign_in()
    long.sign_in(remember="y")

    assert short.client.get_cookie("session").expires is None
    assert (long.client.get_cookie("session").expires - now()).days >= 29


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(ada):
    cookie = ada.client.get_cookie("session")

    assert cookie.http_only
    assert cookie.same_site == "Lax"


@pytest.mark.parametrize("path", ["/signout", "/logout"])
def test_an_old_cookie_replayed_after_signing_out_gets_nothing(app, ada, path):
    cookie = ada.session_cookie()

    answer = ada.send(path)

    assert is_at(answer, "/")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    thief = BrowserSession(app)
    thief.client.set_cookie("session", cookie)
    assert not thief.is_signed_in()
    assert not ada.is_signed_in()


def test_a_link_to_sign_out_only_asks(ada):
    page = ada.get("/signout")

    assert page.status_code == 200
    assert "Sign out?" in page.text
    assert ada.is_signed_in()


def test_signing_out_without_being_signed_in_goes_to_the_landing_page(app):
    assert is_at(BrowserSession(app).get("/signout"), "/")
    assert is_at(BrowserSession(app).send("/signout"), "/")


def test_signing_out_is_said(ada):
    ada.send("/signout")

    assert "You are signed out." in ada.get("/").text


@pytest.mark.parametrize("path", ["/signin", "/register"])
def test_whoever_is_signed_in_is_not_asked_again(ada, path):
    assert is_at(ada.get(path), HOME)


def test_a_setting_of_the_theme_counts_on_a_new_browser(app, ada):
    ada.send("/user/ada/display", {"time_zone": "UTC", "theme": "dark"})
    visitor = BrowserSession(app)
    visitor.client.set_cookie("theme", "light")

    visitor.sign_in()

    assert 'data-theme="dark" data-bs-theme="dark"' in visitor.get("/user/ada").text


def test_each_event_leaves_one_line_without_name_or_password(app, caplog):
    caplog.set_level(logging.INFO, logger="dashapp")
    visitor = BrowserSession(app, address="192.0.2.7")
    person = {"name": "canary", "password": "canary sings at dawn"}

    visitor.register(person)
    visitor.send("/signout")
    visitor.sign_in({**person, "password": "canary sings at noon"})
    visitor.sign_in(person)

    lines = [record.getMessage() for record in caplog.records if record.name == "dashapp.users.audit"]
    assert [line.split(" user=")[0] for line in lines] == ["registration", "sign-out", "sign-in refused", "sign-in"]
    assert all("ip=192.0.2.7" in line for line in lines)
    assert "canary" not in caplog.text.lower()


@pytest.mark.parametrize(("told", "kept"), [("a-b_9", "a-b_9"), ("x\ty", "-"), ("x" * 65, "-"), ("", "-"), ("é", "-")])
def test_a_request_id_that_could_forge_a_line_is_left_out(app, told, kept):
    from dashapp.users.audit import request_id

    with app.test_request_context(headers={"X-Request-ID": told}):
        assert request_id() == kept


def test_nothing_is_changed_without_a_token(app, ada):
    values = {"name": "ada", "account_id": 1, "import_id": 1, "service": "csv"}
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and "." in rule.endpoint]
    with app.test_request_context():
        paths = [
            rule.build({name: values[name] for name in rule.arguments})[1]
            for rule in rules
            if rule.arguments <= set(values) and rule.endpoint != "users.unsubscribe"  # the link is its token
        ]

    statuses = {path: ada.client.post(path).status_code for path in paths}

    assert len(paths) >= 14
    assert {path for path, status in statuses.items() if status != 400} == set()


@pytest.mark.parametrize("path", ["/signin", "/register"])
@pytest.mark.parametrize("kind", ["json", "files"])
def test_forms_take_the_fields_of_forms_alone(app, ada, path, kind):
    ada.send("/signout")
    stranger = BrowserSession(app)
    token = {"X-CSRFToken": stranger.token()}
    fields = {**ADA, "name": "Eve"} if path == "/register" else ADA
    files = {name: (io.BytesIO(value.encode()), f"{name}.txt") for name, value in fields.items()}

    answer = stranger.client.post(path, headers=token, **({"json": fields} if kind == "json" else {"data": files}))

    assert answer.status_code == 422
    assert not stranger.is_signed_in()
