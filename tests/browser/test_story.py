"""The user's story, from the landing page to the worthless cookie: a real browser, and uploads that are really read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from dashapp import imports
from dashapp.demo import generate
from dashapp.demo.load import load_demo
from dashapp.store.database import now
from tests.browser.conftest import DESKTOP, PATIENCE, PHONE, serving
from tests.conftest import close, make_app
from tests.services.exports import x_archive

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"


class Site(NamedTuple):
    """A server that runs."""

    address: str
    app: Flask


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A server whose threads run imports."""
    app: Flask = make_app(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'sociogram.sqlite')}")
    with serving(app) as address:
        imports.start(app)
        yield Site(address, app)
        imports.stop(app)
    close(app)


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A page that ends without an error on its console, and without one on any page it was at."""
    context = browser.new_context(base_url=site.address, accept_downloads=True, **request.param)
    context.set_default_timeout(PATIENCE)
    opened, errors = context.new_page(), []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def register(page: Page, name: str) -> None:
    page.get_by_role("link", name="Register").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/dashboard/user")


def no_sideways_scroll(page: Page) -> bool:
    page.wait_for_load_state()  # the next page may have no content yet
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def account_page(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("figure.sg-chart").first.scroll_into_view_if_needed()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()


LIGHT: dict[str, Any] = {"viewport": DESKTOP, "color_scheme": "light"}
DARK: dict[str, Any] = {"viewport": PHONE, "color_scheme": "dark"}
#: a story goes through its pages in one look at every change, and in the other at night
ON_A_DESK = [
    pytest.param(LIGHT, id="desktop-light"),
    pytest.param(DARK, id="phone-dark", marks=pytest.mark.nightly),
]
ON_THE_WAY = [
    pytest.param(DARK, id="phone-dark"),
    pytest.param(LIGHT, id="desktop-light", marks=pytest.mark.nightly),
]


@pytest.mark.parametrize("page", ON_THE_WAY, indirect=True)
def test_a_stranger_registers_brings_an_export_reads_takes_away_and_leaves(page: Page, tmp_path: Path) -> None:
    x_archive(tmp_path / "x.zip", posts=60, followers=40, friends=30, seed=1)

    page.goto("/")
    register(page, "ada")
    page.get_by_role("link", name="Connect X account").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "x.zip")
    page.locator("main form").get_by_role("button", name="Upload").click()
    page.wait_for_url("**/dashboard/user/x?account=*")
    expect(page.get_by_text("60 posts, 63 people, all new.")).to_be_visible()
    assert no_sideways_scroll(page)

    account_page(page, "/dashboard/user/x?period=all")
    page.locator("#people-grid").scroll_into_view_if_needed()
    expect(page.locator(".ag-row").first).to_be_visible()
    assert no_sideways_scroll(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").first.click()
    assert taken.value.suggested_filename.startswith("sociogram-x-")

    page.goto("/user/ada")
    expect(page.get_by_role("heading", name="What is stored about me")).to_be_visible()
    cookie = page.context.cookies()
    page.goto("/signout")
    page.locator("main form button").click()
    page.wait_for_url(lambda url: url.rstrip("/").count("/") == 2)
    page.context.clear_cookies()
    page.context.add_cookies(cookie)
    page.goto("/dashboard/user")
    page.wait_for_url("**/signin*")


@pytest.mark.parametrize("page", ON_A_DESK, indirect=True)
def test_a_visitor_reads_the_demo_and_cannot_change_it(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"mastodon": generate.PROFILES["mastodon"]}  # is enough here; tests/demo has all
    monkeypatch.setattr(generate, "PROFILES", one)
    with site.app.app_context():
        load_demo(now())

    page.goto("/")
    page.get_by_role("button", name="Try the demo").click()
    page.wait_for_url("**/dashboard/user/all")

    account_page(page, "/dashboard/user/mastodon")
    expect(page.get_by_text("You look at invented data.")).to_be_visible()
    page.locator("#graph-search, input[id*=graph]").first.fill("a")
    assert no_sideways_scroll(page)
    answer = page.request.post("/connect/x")

    assert answer.status in (400, 403)
