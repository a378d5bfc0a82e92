"""Draws the pictures of README and of the manual anew, in both themes: `python -m tests.screenshots [NAME...]`."""

from __future__ import annotations

import base64
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from flask import Flask
from playwright.sync_api import BrowserContext, Page, sync_playwright

from dashapp.demo import load_demo
from dashapp.imports import run_waiting
from dashapp.imports.receive import receive
from dashapp.settings import ROOT
from dashapp.store import users
from tests.browser.conftest import serving
from tests.browser.test_story import register
from tests.conftest import close, make_app, migrate
from tests.needs import installed_chromium
from tests.quickstart_files import FOLDER

IMAGES = ROOT / "docs" / "images"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTH = 960
NAMES_ARE_DRAWN = "#chart-graph .js-plotly-plot .annotation"
PLOT = ".js-plotly-plot .main-svg"
ACCOUNT, ALL = "/dashboard/user/mastodon", "/dashboard/user/all"
TO_WEBP = """async png => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A part of a page: what stands at its top, what has to be drawn, what is clicked before."""

    address: str
    height: int
    top: str = "h1"
    drawn: str = ""
    click: str = ""
    by: Literal["demo", "ada", "nobody"] = "demo"

    def draw(self, page: Page) -> bytes:
        """The picture as PNG, of a new page."""
        page.set_viewport_size({"width": WIDTH, "height": self.height})
        page.goto(self.address)
        page.locator(self.top).first.wait_for()
        page.add_style_tag(content=".sg-periods, .sg-header { position: static !important }")
        page.locator(self.top).first.evaluate("top => top.scrollIntoView()")  # charts are drawn on sight
        page.locator(self.drawn or self.top).first.wait_for()
        if self.click:
            page.locator(self.click).first.click()
        page.locator(self.top).first.evaluate(
            "top => window.scrollTo(0, top.getBoundingClientRect().top + scrollY - 16)"
        )
        page.wait_for_timeout(1_500)  # what is seen now is drawn now
        picture = page.screenshot()
        page.close()
        return picture


#: by chapter of the manual, of which some have a second one; README shows the graph too
SHOTS: Mapping[str, Shot] = {
    "account": Shot(f"{ACCOUNT}?period=1y", height=680),
    "account-timeline": Shot(
        f"{ACCOUNT}?period=1y", top="#chart-timeline", drawn=f"#chart-timeline {PLOT}", height=520
    ),
    "compare": Shot("/dashboard/user/compare", height=600),
    "cross-check": Shot("/dashboard/user/crosscheck", top="#part-where", drawn=PLOT, height=600),
    "downloads": Shot(ACCOUNT, height=520, click="summary:has-text('Download data')"),
    "graphs": Shot(ACCOUNT, top="#part-graph", drawn=NAMES_ARE_DRAWN, height=860),
    "look-up": Shot("/", height=660, by="nobody"),
    "overview": Shot("/dashboard/user", height=650),
    "people": Shot(ACCOUNT, top="#part-audience", height=480),
    "privacy": Shot("/user/ada", top="#stored", height=420, by="ada"),
    "sentiment": Shot(f"{ACCOUNT}?period=1y", top="#chart-sentiment", drawn=f"#chart-sentiment {PLOT}", height=560),
    "settings": Shot("/user/ada", height=500, by="ada"),
    "sharing": Shot("/shares", height=560, by="ada"),
}


def enter(page: Page, who: str, app: Flask) -> BrowserContext:
    """The browser of a stranger, of the demo's visitor, or of a user who has brought the quick start's account."""
    page.goto("/")
    if who == "demo":
        page.locator('form[action="/demo"] button').first.click()
        page.wait_for_url(f"**{ALL}")
    if who == "ada":
        register(page, who)
        with app.app_context():
            ada = users.find_user(who)
            assert ada is not None
            for part, day in (("december", "2025-12-31"), ("march", "2026-03-02")):
                files = [(path.name, path.open("rb")) for path in (FOLDER / part).iterdir()]
                receive(ada.id, files, options={"handle": "robin", "as_of": day}, ask=False)
        run_waiting(app, threading.Event())
    return page.context


def main(names: Sequence[str]) -> None:
    """Draws those of these names, or all."""
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
            blank, shots = browser.new_page(), {name: SHOTS[name] for name in names or SHOTS}
            ways = {
                who: enter(browser.new_context(base_url=address).new_page(), who, app)
                for who in {one.by for one in shots.values()}
            }
            for name, shot in shots.items():
                for theme in THEMES:
                    page = ways[shot.by].new_page()
                    page.emulate_media(color_scheme=theme)
                    png = base64.b64encode(shot.draw(page)).decode()
                    (IMAGES / f"{name}-{theme}.webp").write_bytes(base64.b64decode(blank.evaluate(TO_WEBP, png)))
            browser.close()
        close(app)


if __name__ == "__main__":
    main(sys.argv[1:])
