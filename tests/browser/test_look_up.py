"""A stranger looks an account up: from the form on the landing page to its page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dashapp.public.handles import recognise
from dashapp.services import service_of
from tests.browser.conftest import LOOKS, faults
from tests.browser.test_story import ON_A_DESK, Site, no_sideways_scroll, page, site
from tests.services.fakes.mastodon import served
from tests.services.fakes.mastodon_world import World

__all__ = ["page", "site"]
pytestmark = pytest.mark.browser

HANDLES = [
    "ada", "@ada", "ada@example.social", "@ada@example.social", "ada.bsky.social", "did:plc:aaaa", "at://ada.example",
    "https://github.com/ada", "github.com/ada", "https://example.social/@ada", "https://example.social/users/ada",
    "https://bsky.app/profile/ada.bsky.social", "bsky.app/profile/ada.bsky.social",
]  # fmt: skip


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_a_stranger_looks_up_an_account(page: Page, site: Site) -> None:
    world = World()
    ada = world.add("ada", world.server("home"), posts=30)
    with served(world):
        site.app.config["PRIVATE_HOSTS"] = world.private_hosts
        page.goto("/")
        page.get_by_label("Look up any public account").fill(ada.key)
        expect(page.get_by_label("Service").locator("option").first).to_have_text("Looks like Mastodon")
        page.get_by_role("button", name="Look up").click()

        expect(page.get_by_role("heading", name="Ada", exact=True)).to_be_visible()

    expect(page.get_by_label("Service")).to_have_value("mastodon")
    expect(page.get_by_role("table", name="Own posts by weekday and hour")).to_be_visible()
    expect(page.get_by_text("30 of 30 own posts could be assessed.")).to_be_visible()
    assert no_sideways_scroll(page)
    assert faults(page) == []
    page.reload()  # the server is gone: what it told is kept
    expect(page.get_by_role("heading", name="Ada", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Look up")).to_be_enabled()


@pytest.mark.parametrize("page", ON_A_DESK[:1], indirect=True)
def test_the_form_recognises_what_the_server_does(page: Page) -> None:
    page.goto("/")
    said = {}
    for handle in HANDLES:
        page.get_by_label("Look up any public account").fill(handle)
        said[handle] = page.get_by_label("Service").locator("option").first.inner_text()

    assert said == {handle: f"Looks like {service_of(recognise(handle)).title}" for handle in HANDLES}
