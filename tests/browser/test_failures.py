"""What does not work says so, on a page that stays, and the address still says what was chosen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashapp.store import users
from tests.browser.conftest import PATIENCE, serving
from tests.conftest import own_app
from tests.dashboard.downloads import add_analysed_account, sign_in

pytestmark = pytest.mark.browser


def test_an_error_and_a_stopped_server_are_told_and_tried_again(
    browser: Browser, sqlite_template: Path, tmp_path: Path
) -> None:
    with own_app(sqlite_template, tmp_path) as app, browser.new_context() as context:
        with app.app_context():
            owner = users.add_user("Ada", "!")
            add_analysed_account(owner)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        strip, figures = page.get_by_role("alert"), page.get_by_role("table").first
        again = strip.get_by_role("button", name="Try again")
        with serving(app) as address:
            cookie = sign_in(app, owner).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
            page.goto(f"{address}/dashboard/user?period=all")
            expect(figures).to_be_visible()
            page.route(re.compile("_dash-update-component"), lambda route: route.fulfill(status=500))
            page.get_by_role("link", name="30 days").click()
            expect(strip).to_contain_text("The server failed to answer")
            page.unroute_all()
            again.click()
            expect(page.get_by_role("link", name="30 days")).to_have_attribute("aria-current", "true")
            expect(page).to_have_url(re.compile("period=30d"))
            expect(strip).to_be_hidden()
            page.evaluate("fetch('/dashboard/_dash-of-another-page')")
            expect(strip).to_contain_text("does not fit any more")
            page.route(re.compile("healthz"), lambda route: route.fulfill(status=502))
            again.click()
            expect(strip).to_contain_text("The server is away")
            expect(figures).to_be_visible()
            page.get_by_role("link", name="1 year").click()
            expect(strip).to_be_hidden()
            page.unroute_all()
        page.get_by_role("link", name="90 days").click()
        expect(strip).to_contain_text("Sociogram does not answer")
        again.click()
        expect(strip).to_contain_text("Still no answer")
        page.evaluate("sight.fetched('scattergl').catch(() => null)")
        expect(strip).to_contain_text("Sociogram does not answer")
        expect(figures).to_be_visible()
