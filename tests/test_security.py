"""What every response carries, what cookies are like in production, and what a visitor of the demo may not do."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashapp import create_app, quiet_loggers
from dashapp.dashboard.guard import PREFIX
from dashapp.imports.analysis import analyse
from dashapp.security import HEADERS, OPEN_TO_DEMO
from dashapp.services.records import Batch
from dashapp.settings import ProdConfig, TestConfig
from dashapp.store import users
from tests.conftest import close, make_app
from tests.dashboard.dash_client import Page
from tests.dashboard.downloads import sign_in
from tests.records import follower, merged, post

pytestmark = pytest.mark.slow

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
CALLBACK = f"{PREFIX}_dash-update-component"
HTTPS = "https://localhost"
NO_STORE = "no-store"
LIBRARY = f"{PREFIX}_dash-component-suites/dash/dcc/async-graph.js"


class Known(NamedTuple):
    """Ids of a user and of their account."""

    user: int
    account: int


class Production(ProdConfig):
    """As on a server, but without limits."""

    RATELIMIT_ENABLED = False


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the users and their accounts, of which the tests only read."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("security") / "sociogram.sqlite")
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def app(database: str) -> Iterator[Flask]:
    """The application as on a laptop."""
    app = make_app(database)
    yield app
    close(app)


@pytest.fixture(scope="module")
def production(database: str) -> Iterator[Flask]:
    """The application as strangers reach it."""
    app = create_app(Production({"SECRET_KEY": "only-for-tests-" + "0" * 32, "DATABASE_URL": database}))
    yield app
    close(app)


@pytest.fixture(scope="module")
def ada(app: Flask) -> Known:
    """A user."""
    with app.app_context():
        return with_account(users.add_user("Ada", "!"))


@pytest.fixture(scope="module")
def demo(app: Flask) -> Known:
    """The demo's user."""
    with app.app_context():
        robin = users.add_user("Robin (demo)", "!")
        users.change_user(robin, is_demo=True)
        return with_account(robin)


@pytest.fixture
def visitor(app: Flask, demo: Known) -> Page:
    """The browser of somebody who looks at the demo."""
    return Page(sign_in(app, demo.user))


def with_account(owner: int) -> Known:
    """The user, with an analysed account."""
    batch = Batch(posts=[post(n, likes=n, replies=0) for n in range(3)], people=[follower("bob")])
    account, _ = merged(owner, batch)
    for _ in analyse(owner, account):
        pass
    return Known(owner, account)


# ---- headers


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        pytest.param("/", 200, NO_STORE, id="page"),
        pytest.param("/signin", 200, NO_STORE, id="form"),
        pytest.param("/healthz", 200, NO_STORE, id="health"),
        pytest.param("/user/Ada", 200, NO_STORE, id="settings"),
        pytest.param("/connect/csv", 200, NO_STORE, id="upload"),
        pytest.param("/dashboard/", 302, NO_STORE, id="redirect"),
        pytest.param("/dashboard/user/mastodon", 200, NO_STORE, id="dashboard"),
        pytest.param(f"{PREFIX}_dash-layout", 200, NO_STORE, id="layout"),
        pytest.param("/download/ACCOUNT/posts.csv", 200, NO_STORE, id="download"),
        pytest.param("/download/everything.zip", 200, NO_STORE, id="zip"),
        pytest.param("/nothing", 404, NO_STORE, id="404"),
        pytest.param("/demo", 405, NO_STORE, id="405"),
        pytest.param("/assets/base.css", 200, "public, max-age=3600", id="asset"),
        pytest.param(LIBRARY, 200, "no-cache", id="library"),
    ],
)
def test_every_kind_of_answer_carries_the_headers(app: Flask, ada: Known, path: str, status: int, kept: str) -> None:
    client = app.test_client() if path == "/signin" else sign_in(app, ada.user)

    answer = read(client, path.replace("ACCOUNT", str(ada.account)))

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; script-src 'self' 'sha256-")
    assert answer.headers["Cache-Control"] == kept
    assert "Strict-Transport-Security" not in answer.headers


def test_a_broken_page_carries_the_headers(sqlite_url: str) -> None:
    app = make_app(sqlite_url)
    app.testing = False
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)

    answer = read(app.test_client(), "/broken")

    close(app)
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def read(client: FlaskClient, path: str, base_url: str = "http://localhost") -> TestResponse:
    """The answer, read to its end."""
    return client.get(path, base_url=base_url, buffered=True)


def policy(answer: TestResponse) -> dict[str, list[str]]:
    """The parts of the content security policy."""
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("host", ["...", "a..b", "a" * 300])
@pytest.mark.parametrize("path", ["/signin", "/nothing"])
def test_a_host_that_nobody_can_have_is_refused(app: Flask, path: str, host: str) -> None:
    answer = app.test_client().get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert answer.text == "This server does not answer to that host name."


def test_the_policy_lets_in_our_own_scripts_alone(app: Flask) -> None:
    told = policy(app.test_client().get("/"))

    own, *hashes = told["script-src"]
    assert own == "'self'"
    assert hashes
    assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", value) for value in hashes)
    assert told["connect-src"] == told["form-action"] == told["default-src"] == ["'self'"]
    assert told["object-src"] == told["base-uri"] == told["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("path", ["/", "/user/Ada", "/connect/csv", "/dashboard/user", "/nothing"])
def test_each_script_in_a_page_is_one_that_the_policy_knows(app: Flask, ada: Known, path: str) -> None:
    answer = sign_in(app, ada.user).get(path)

    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    written_here = [text for attributes, text in scripts if "src=" not in attributes and "json" not in attributes]
    assert scripts
    assert {hashed(text) for text in written_here} <= set(policy(answer)["script-src"])
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", answer.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//[^"]*\.(?:js|css|woff2?)', answer.text)


def test_the_dashboards_own_inline_scripts_are_hashed(app: Flask, ada: Known) -> None:
    text = sign_in(app, ada.user).get("/dashboard/user").text

    assert re.search(r"<script[^>]*>\s*\S[^<]*DashRenderer", text)


def hashed(script: str) -> str:
    """A script as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


# ---- production


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", LIBRARY])
def test_production_is_reached_by_https_alone(production: Flask, path: str) -> None:
    answer = read(production.test_client(), path, HTTPS)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_sessions_cookie_of_production_is_bound_to_host_and_https(production: Flask) -> None:
    answer = production.test_client().get("/signin", base_url=HTTPS)

    name, flags = cookie(answer, "session")
    assert name == "__Host-session"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags
    assert not any(flag.startswith("Domain") for flag in flags)


def test_the_cookie_of_the_dashboards_token_is_secure_too(production: Flask, ada: Known) -> None:
    client = production.test_client()
    with production.app_context():
        token = users.start_session(ada.user, timedelta(hours=1))
    with client.session_transaction(base_url=HTTPS) as session:
        session["_user_id"] = token

    answer = client.get("/dashboard/user", base_url=HTTPS)

    _, flags = cookie(answer, "_csrf_token")
    assert answer.status_code == 200
    assert {"Secure", f"Path={PREFIX}", "SameSite=Lax"} <= flags


def test_on_a_laptop_cookies_go_over_plain_http(app: Flask) -> None:
    name, flags = cookie(app.test_client().get("/signin"), "session")

    assert name == "session"
    assert {"HttpOnly", "SameSite=Lax"} <= flags
    assert "Secure" not in flags


def cookie(answer: TestResponse, name: str) -> tuple[str, set[str]]:
    """Name and flags of the cookie that an answer sets."""
    (line,) = [line for line in answer.headers.getlist("Set-Cookie") if name in line.partition("=")[0]]
    pair, *flags = line.split("; ")
    return pair.partition("=")[0], set(flags)


# ---- the demo


def test_what_is_open_to_the_demo_exists(database: str) -> None:
    app = create_app(TestConfig({"DATABASE_URL": database, "FAKE_SERVICES": "1"}))

    assert app.view_functions.keys() >= OPEN_TO_DEMO
    close(app)


def test_a_visitor_of_the_demo_can_sign_up_with_an_account_elsewhere(visitor: Page) -> None:
    answer = visitor.client.post("/register/finish", data={"csrf_token": visitor.token})

    assert (answer.status_code, answer.location) == (302, "/signin")  # nobody waits for a name


def test_nothing_that_changes_something_is_open_to_the_demo(app: Flask, demo: Known, visitor: Page) -> None:
    with app.app_context():
        before = users.user(demo.user), users.stored_about(demo.user)
    values = {"name": "Robin (demo)", "account_id": demo.account, "import_id": 1, "connection_id": 1, "service": "csv"}
    values["share_id"] = 1
    tried = {}

    for rule in app.url_map.iter_rules():
        for method in WRITING & (rule.methods or set()):
            if rule.endpoint in OPEN_TO_DEMO or rule.rule == CALLBACK:
                continue
            with app.test_request_context():
                path = app.url_map.bind("").build(
                    rule.endpoint, {name: values[name] for name in rule.arguments}, method
                )
            sent = {"csrf_token": visitor.token, "name": "Eve", "theme": "dark", "time_zone": "UTC"}
            tried[rule.endpoint] = visitor.client.open(path, method=method, data=sent)

    assert len(tried) >= 9
    assert {endpoint: answer.status_code for endpoint, answer in tried.items() if answer.status_code != 403} == {}
    assert all("The demo is read-only" in answer.text for answer in tried.values())
    with app.app_context():
        assert (users.user(demo.user), users.stored_about(demo.user)) == before


def test_callbacks_that_read_are_open_to_the_demo(demo: Known, visitor: Page) -> None:
    shown = {"account": demo.account, "period": "all", "unit": "day"}
    rows = {"startRow": 0, "endRow": 10, "sortModel": [], "filterModel": {}}

    answer = visitor.answer(
        "people-grid.getRowsResponse",
        {"account-shown.data": shown, "people-list.value": "followers", "people-grid.getRowsRequest": rows},
    )

    assert answer["people-grid"]["getRowsResponse"]["rowCount"] == 1
    assert visitor.open("user/mastodon?period=all")


@pytest.mark.parametrize(
    "path", ["/dashboard/user", "/dashboard/user/mastodon", "/download/ACCOUNT/posts.csv", "/connect/csv"]
)
def test_pages_are_open_to_the_demo(demo: Known, visitor: Page, path: str) -> None:
    assert read(visitor.client, path.replace("ACCOUNT", str(demo.account))).status_code == 200


def test_a_visitor_of_the_demo_can_leave(visitor: Page) -> None:
    answer = visitor.client.post("/signout", data={"csrf_token": visitor.token})

    assert answer.status_code == 303
    assert visitor.client.get("/dashboard/user").status_code == 302


def test_what_the_demo_may_not_is_open_to_others(app: Flask, ada: Known) -> None:
    page = Page(sign_in(app, ada.user))

    sent = {"csrf_token": page.token, "theme": "dark", "time_zone": "UTC"}
    answer = page.client.post("/user/Ada/display", data=sent)

    assert answer.status_code == 303
    with app.app_context():
        assert users.user(ada.user).theme == "dark"


# ---- loggers


@pytest.mark.parametrize(
    "name",
    [
        "flask_dance.consumer.oauth2",
        "requests_oauthlib.oauth2_session",
        "oauthlib.oauth2.rfc6749.clients.base",
        "urllib3.connectionpool",
    ],
)
def test_no_level_of_the_root_lets_a_library_print_secrets(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_loggers()

    logging.getLogger(name).debug("client_secret=%s", "canary")
    logging.getLogger(name).info("state=%s", "canary")
    logging.getLogger(name).warning("something is wrong")

    assert "canary" not in caplog.text
    assert "something is wrong" in caplog.text


def test_the_application_quiets_them(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    assert not logging.getLogger("urllib3.connectionpool").isEnabledFor(logging.INFO)
    assert logging.getLogger("dashapp").isEnabledFor(logging.INFO)
