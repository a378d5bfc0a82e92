"""Who comes in, which pages there are, and the token that callbacks carry."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashapp.store import users

from .conftest import Known
from .dash_client import PREFIX, Page
from .downloads import sign_in


@pytest.fixture
def stranger(dashboard_app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return dashboard_app.test_client()


@pytest.mark.parametrize("path", ["", "user", "user/mastodon", "user/mastodon?account=1", "nothing", "assets/base.css"])
def test_strangers_are_sent_to_sign_in(stranger: FlaskClient, path: str) -> None:
    response = stranger.get(PREFIX + path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/signin?next=")


@pytest.mark.parametrize(
    "path",
    [
        "_dash-layout",
        "_dash-dependencies",
        "_reload-hash",
        "_mcp",
        "_dash-component-suites/x",
        "_favicon.ico/../user",
    ],
)
def test_scripts_of_strangers_get_401_as_json(stranger: FlaskClient, path: str) -> None:
    response = stranger.get(PREFIX + path)

    assert response.status_code == 401
    assert response.get_json()["error"]


def test_a_callback_of_an_ended_session_is_401_and_not_a_bad_token(dashboard_app: Flask, known: Known) -> None:
    page = Page(sign_in(dashboard_app, known.bob))
    with page.client.session_transaction() as session, dashboard_app.app_context():
        users.end_session(session["_user_id"])

    response = page.post({})

    assert response.status_code == 401


def test_libraries_are_for_everybody(ada: Page, stranger: FlaskClient) -> None:
    page = ada.client.get(PREFIX + "user").text
    script = page.split('<script src="/dashboard/_dash-component-suites/')[1].split('"')[0]

    response = stranger.get(f"{PREFIX}_dash-component-suites/{script}")

    assert response.status_code == 200
    assert "max-age=31536000" in response.headers["Cache-Control"]


def test_parts_of_libraries_are_kept_and_asked_for_anew(stranger: FlaskClient) -> None:
    response = stranger.get(f"{PREFIX}_dash-component-suites/dash/dcc/async-graph.js")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["ETag"]


@pytest.mark.parametrize("path", [PREFIX, "/dashboard"])
def test_the_root_leads_to_the_overview(ada: Page, path: str) -> None:
    response = ada.client.get(path, follow_redirects=True)

    assert response.request.path == "/dashboard/user"
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["user", "user/", "user/mastodon", "user/github", "user/x", "user/mastodon/"])
def test_pages_that_there_are_open(ada: Page, path: str) -> None:
    assert ada.client.get(PREFIX + path).status_code == 200


@pytest.mark.parametrize(
    "path", ["nothing", "user/nowhere", "user/mastodon/1", "users", "user/../user/x/y", "user/mastodon?account=x"]
)
def test_pages_that_there_are_not_are_404(ada: Page, path: str) -> None:
    assert ada.client.get(PREFIX + path).status_code == 404


@pytest.mark.parametrize("path", ["user", "_dash-layout"])
def test_no_cache_keeps_a_page(ada: Page, path: str) -> None:
    assert ada.client.get(PREFIX + path).headers["Cache-Control"] == "no-store"


# ---- the token


def test_a_callback_without_the_token_is_refused(ada: Page) -> None:
    response = ada.client.post(PREFIX + "_dash-update-component", json={})

    assert response.status_code == 400


def test_somebody_elses_token_is_refused(ada: Page, bob: Page) -> None:
    body = ada.body("overview-imports.children", {})

    assert ada.post(body).status_code == 200
    assert ada.post(body, **{"X-CSRFToken": bob.token}).status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_another_site_cannot_send_a_callback(ada: Page, content_type: str) -> None:
    response = ada.client.post(
        PREFIX + "_dash-update-component",
        data='{"output": "x"}',
        headers={"Content-Type": content_type, "X-CSRFToken": ada.token},
    )

    assert response.status_code == 415


def test_the_token_is_given_once_and_again_when_it_does_not_count_any_more(dashboard_app: Flask, known: Known) -> None:
    client = sign_in(dashboard_app, known.bob)

    first = client.get(PREFIX + "user")
    second = client.get(PREFIX + "user")
    client.set_cookie("_csrf_token", "of-another-session", path=PREFIX)
    third = client.get(PREFIX + "user")

    given = ["_csrf_token=" in ";".join(one.headers.getlist("Set-Cookie")) for one in (first, second, third)]
    assert given == [True, False, True]
    cookie = next(one for one in first.headers.getlist("Set-Cookie") if one.startswith("_csrf_token="))
    assert "Path=/dashboard/" in cookie
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" not in cookie
