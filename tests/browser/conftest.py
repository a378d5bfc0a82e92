"""One browser for all tests of a worker, and patience: the machine may be busy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 90_000  # milliseconds, after which something will never happen
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: one look at every change, the others at night
LOOKS = [
    pytest.param(
        {"viewport": viewport, "color_scheme": theme},
        id=f"{name}-{theme}",
        marks=[] if (name, theme) == ("phone", "dark") else pytest.mark.nightly,
    )
    for name, viewport in (("phone", PHONE), ("desktop", DESKTOP))
    for theme in ("light", "dark")
]
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@contextmanager
def serving(app: Flask, **options: Any) -> Iterator[str]:
    """Serves the application by threads; its end waits for each request, whose database would stay open."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """A response whose file is closed; werkzeug's server forgets it where the browser goes away in the middle."""
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            getattr(body, "close", list)()  # a list has none, as of what the browser has kept

    server = make_server("127.0.0.1", 0, whole, threaded=True, **options)
    server.daemon_threads = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, drawing without a graphics card."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        options = [
            "--no-sandbox",
            "--enable-unsafe-swiftshader",
            "--disable-gpu-compositing",
            "--js-flags=--no-opt",  # pages go before optimised code has paid for its making
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",  # pages of its own, two for each window
        ]
        started = playwright.chromium.launch(executable_path=chromium, args=options)
        yield started
        started.close()


def faults(page: Page) -> list[str]:
    """What axe finds on the page."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{page.url} {rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
