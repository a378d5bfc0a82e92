"""The landing page, the demo's door, and what a host asks."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from dashapp import create_app
from dashapp.services import SERVICES
from dashapp.settings import TestConfig
from dashapp.store import users
from tests.conftest import close
from tests.users.browser_session import BrowserSession, is_at


def links(page):
    return {link["href"] for link in BeautifulSoup(page, "html.parser").find_all("a")}


def add_demo(app):
    with app.app_context():
        return users.add_user("Demo", "!", is_demo=True)


def test_the_landing_page_offers_the_ways_in(client):
    page = client.get("/").text

    assert {"/signin", "/register", "/connect/x", "/connect/mastodon", "/connect/csv"} <= links(page)
    assert 'role="img"' in page
    assert "Try the demo" not in page


def test_the_landing_page_says_of_each_service_what_it_tells(client):
    page = client.get("/").text

    assert [s.key for s in SERVICES.values() if f"<p>{s.tells}</p>" in page.replace("&#39;", "'")] == [
        key for key, service in SERVICES.items() if service.live
    ]


def test_whoever_is_signed_in_is_led_to_the_overview(app):
    visitor = BrowserSession(app)
    visitor.register()

    assert "/dashboard/user" in links(visitor.get("/").text)
    assert "/register" not in links(visitor.get("/").text)


def test_the_demo_opens_with_one_click_once_it_is_loaded(app):
    visitor = BrowserSession(app)
    assert visitor.send("/demo").status_code == 404
    add_demo(app)

    assert "Try the demo" in visitor.get("/").text
    assert is_at(visitor.send("/demo"), "/dashboard/user/all")
    assert visitor.get("/user/demo").status_code == 200


def test_a_visitor_of_the_demo_can_still_register(app):
    add_demo(app)
    visitor = BrowserSession(app)
    visitor.send("/demo")

    assert visitor.get("/register").status_code == 200
    assert is_at(visitor.register(), "/dashboard/user")
    assert visitor.get("/user/ada").status_code == 200


def test_the_pulse_asks_nobody(app, monkeypatch):
    monkeypatch.setattr("sqlalchemy.engine.Engine.connect", lambda *_: pytest.fail("the database was asked"))

    answer = app.test_client().get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_means_that_the_database_answers(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_not_ready_is_told_with_its_reason(tmp_path):
    app = create_app(TestConfig({"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/file.sqlite"}))

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json) == (503, {"status": "unavailable", "reason": "database"})
    close(app)


def test_the_version_is_that_of_the_settings(client, app):
    app.config["GIT_SHA"] = "abc123"

    assert client.get("/version").json == {"version": "abc123"}


@pytest.mark.parametrize("path", ["/favicon.ico", "/assets/icon.svg", "/assets/base.css", "/assets/theme.js"])
def test_what_every_page_asks_for_is_there(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("path", ["/", "/signin", "/register", "/no-such-page"])
def test_pages_are_built_for_everybody(client, path):
    page = BeautifulSoup(client.get(path).text, "html.parser")

    assert page.html["lang"] == "en"
    assert len(page.find_all("h1")) == 1
    assert page.title.text.strip()
    assert page.find("meta", {"name": "description"})["content"]
    assert page.find("a", class_="sg-skip")["href"] == "#" + page.main["id"]
    for field in page.select("input:not([type=hidden]), select"):
        assert page.find("label", {"for": field["id"]}), field


@pytest.mark.parametrize("path", ["/", "/signin", "/register"])
def test_pages_need_no_script_or_style_of_their_own(client, path):
    page = BeautifulSoup(client.get(path).text, "html.parser")

    assert all(script.get("src", "").startswith("/assets/") and not script.text for script in page.find_all("script"))
    assert not [tag for tag in page.find_all() if any(name.startswith("on") for name in tag.attrs)]
