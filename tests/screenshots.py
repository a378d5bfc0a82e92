"""Draws README's pictures anew from the demo, in both themes: `python -m tests.screenshots`."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from dashapp.demo import load_demo
from dashapp.settings import ROOT
from tests.browser.conftest import serving
from tests.conftest import close, make_app, migrate
from tests.needs import installed_chromium

IMAGES = ROOT / "docs" / "images"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WINDOW = {"width": 1280, "height": 860}


def graph(page: Page) -> None:
    """The demo's sociogram with the people around it."""
    page.goto("/dashboard/user/mastodon")
    page.locator("#chart-graph").scroll_into_view_if_needed()
    page.locator("#chart-graph .js-plotly-plot .annotation").first.wait_for()
    page.evaluate("document.querySelector('.sg-periods').style.position = 'static'")
    page.locator("#part-graph").evaluate("heading => heading.scrollIntoView()")
    page.wait_for_timeout(1_000)  # the browser draws the last frame


def main() -> None:
    """Draws all of them."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'demo.sqlite'}"
        migrate(url)
        app = make_app(url)
        with app.app_context():
            load_demo(datetime.now(UTC))
        with serving(app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=installed_chromium(), args=["--no-sandbox", "--enable-unsafe-swiftshader"]
            )
            for theme in THEMES:
                page = browser.new_page(base_url=address, viewport=WINDOW, color_scheme=theme)  # type: ignore[arg-type]
                page.goto("/")
                page.locator('form[action="/demo"] button').first.click()
                page.wait_for_url("**/dashboard/user/all")
                graph(page)
                page.screenshot(path=IMAGES / f"graph-{theme}.jpg", type="jpeg", quality=85)
            browser.close()
        close(app)


if __name__ == "__main__":
    main()
