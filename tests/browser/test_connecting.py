"""OAuth in a real browser, whose policy a form has to get past: connect, say no, come back, sign in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, serving
from tests.browser.test_story import ON_A_DESK, ON_THE_WAY, no_sideways_scroll, register
from tests.conftest import close, make_app
from tests.connect.oauth_client import Fake, fake, introduce
from tests.services.fakes.oauth import Quiet

pytestmark = pytest.mark.browser


@pytest.fixture
def app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'sociogram.sqlite')}")
    yield made
    close(made)


@pytest.fixture
def fakes(app: Flask) -> Iterator[dict[str, Fake]]:
    """Services that run, and for which the application is set up."""
    with ExitStack() as stack:
        started = {name: stack.enter_context(fake(name)) for name in ("github", "mastodon", "linkedin", "bluesky", "x")}
        for each in started.values():
            introduce(app, each)
        yield started


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, which runs no imports."""
    with serving(app, request_handler=Quiet) as address:
        yield address


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page without an error on its console, such as that of a form which the policy stopped."""
    context = browser.new_context(base_url=address, **request.param)
    context.set_default_timeout(PATIENCE)
    opened, errors = context.new_page(), []
    opened.on("console", lambda message: errors.append(message) if message.type == "error" else None)
    yield opened
    told = [message.text for message in errors if not message.location["url"].endswith("/favicon.ico")]  # the fakes'
    context.close()
    assert told == []


def allow(page: Page, person: str = "ada") -> None:
    page.get_by_role("button", name=f"Allow as {person}").click()


@pytest.mark.parametrize("page", ON_THE_WAY, indirect=True)
def test_a_stranger_connects_github_says_no_and_signs_in_with_it(page: Page, fakes: dict[str, Fake]) -> None:
    page.goto("/")
    register(page, "ada")
    page.get_by_role("link", name="Connect GitHub account").click()
    page.wait_for_url("**/connect/github")
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Connect with GitHub").click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url("**/connect/github")
    expect(page.get_by_text("You did not allow access at GitHub")).to_be_visible()

    page.get_by_role("button", name="Connect with GitHub").click()
    allow(page)
    page.wait_for_url("**/dashboard/user/github?*")
    expect(page.get_by_text("ada is connected.")).to_be_visible()

    page.goto("/user/ada")
    expect(page.get_by_role("button", name="Disconnect ada of GitHub")).to_be_visible()
    assert no_sideways_scroll(page)
    page.goto("/signout")
    page.locator("main form button").click()
    page.goto("/signin")
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Sign in with GitHub").click()
    allow(page)
    page.wait_for_url("**/dashboard/user*")
    assert fakes["github"].grants.calls["whoami"] == 2


@pytest.mark.parametrize("page", ON_A_DESK[:1], indirect=True)
def test_servers_that_users_name_are_reached_too(page: Page, fakes: dict[str, Fake]) -> None:
    page.goto("/")
    register(page, "ada")
    for service, label, typed in (
        ("mastodon", "Your server or address", fakes["mastodon"].host),
        ("bluesky", "Your handle", "ada.example.social"),
    ):
        page.goto(f"/connect/{service}")
        page.get_by_label(label).first.fill(typed)
        page.locator("main form").first.get_by_role("button").click()
        allow(page)
        page.wait_for_url(f"**/dashboard/user/{service}?*", wait_until="commit")
    page.goto("/connect/x")
    page.get_by_label("I know that X bills").check()
    page.get_by_role("button", name="Connect with X").click()
    allow(page)
    page.wait_for_url("**/dashboard/user/x?*", wait_until="commit")

    page.goto("/user/ada")
    assert page.get_by_role("button", name="Disconnect").count() == 3


@pytest.mark.parametrize("page", ON_A_DESK, indirect=True)
def test_somebody_new_signs_up_with_linkedin(page: Page, fakes: dict[str, Fake]) -> None:
    page.goto("/signin")
    page.get_by_role("button", name="Sign in with LinkedIn").click()
    allow(page)
    page.wait_for_url("**/register/finish")
    expect(page.get_by_label("Name")).to_have_value("Ada-Example")
    assert no_sideways_scroll(page)

    page.get_by_role("button", name="Begin").click()

    page.wait_for_url("**/dashboard/user/linkedin?*")
    expect(page.get_by_text("LinkedIn: Ada Example")).to_be_visible()
