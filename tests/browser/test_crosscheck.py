"""The cross-check in a real browser: chart, table and address go together, and answers come from the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashapp.store import users
from tests.browser.conftest import PATIENCE, faults, serving
from tests.conftest import close, make_app
from tests.dashboard.crosscheck_world import add, compare, on_github, on_mastodon
from tests.dashboard.downloads import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def page(sqlite_template: Path, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The page in the browser of somebody with two accounts; ends without an error or a violation of the policy."""
    app = make_app(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'sociogram.sqlite')}")
    with app.app_context():
        owner = users.add_user("Ada", "!")
        add(owner, "github", on_github())
        add(owner, "mastodon", on_mastodon())
        compare(owner)
    cookie = sign_in(app, owner).get_cookie("session")
    assert cookie is not None
    errors: list[str] = []
    with serving(app) as address:
        context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844})
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
        opened = context.new_page()
        opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto("/dashboard/user/crosscheck")
        yield opened
        context.close()
    close(app)
    assert not errors


def test_a_bar_narrows_the_table_and_an_answer_by_key_joins_two(page: Page) -> None:
    count, card = page.locator("#crosscheck-count"), page.locator(".sg-suggestion")
    page.locator("#crosscheck-grid").scroll_into_view_if_needed()
    expect(count).to_have_text("6 people")
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    bar = page.locator(".sg-upset .barlayer .trace").nth(1).locator(".point path").last
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] - 40)  # above it: the whole column counts

    expect(count).to_have_text("1 person matches")
    expect(page.locator(".sg-relation")).to_have_text(["⇄ mutual", "← follows you"])
    expect(page.locator(".sg-option select").first).to_have_value("there")
    assert "where=" in page.url

    page.get_by_role("button", name="Show everybody").click()
    expect(count).to_have_text("6 people")

    card.focus()
    page.keyboard.press("y")
    expect(page.locator("#crosscheck-undo")).to_contain_text("are one person now")
    expect(page.locator("#part-decide")).to_be_focused()  # there is no next one
    expect(count).to_have_text("5 people")

    page.get_by_role("button", name="Undo").click()
    expect(card).to_be_focused()
    expect(count).to_have_text("6 people")
    assert faults(page) == []
