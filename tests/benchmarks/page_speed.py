"""What pages of the demo cost a browser, beside a Dash page with one chart and no more, in the same run.

`python -m tests.benchmarks.page_speed`; docs/reference/benchmarks.md has the figures. Where there is Lighthouse, its
scores follow.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.wire import Wire
from tests.conftest import ROOT
from tests.needs import free_port, installed_chromium

FLASK = [sys.executable, "-m", "flask", "--app", "dashapp"]
GUNICORN = [sys.executable, "-m", "gunicorn"]
OURS = [*GUNICORN, "-c", "dashapp/gunicorn_conf.py", "dashapp.wsgi:server"]
BARE = [*GUNICORN, "-k", "gthread", "--threads", "5", "tests.benchmarks.bare_dash:server"]
WINDOW = {"width": 1440, "height": 900}
SLOW = {"offline": False, "latency": 60, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}  # 10 Mbit/s
AT_REST = 1.5  # seconds without a request, after which a page is done
LIMIT = 60_000  # milliseconds

ACCOUNT = "/dashboard/user/mastodon"
PAGES = {"landing": "/", "overview": "/dashboard/user", "account": ACCOUNT, "cross-check": "/dashboard/user/crosscheck"}
DRAWN = {"account", "cross-check", "bare Dash"}  # with a chart in the first view
#: what a visitor does most, on which page, and where
DONE = {
    "period": ("/dashboard/user", ".sg-periods nav a"),
    "list": (ACCOUNT, "#people-list"),
    "search": (ACCOUNT, "#people-search"),
}

#: notes the web vitals, and when the first chart is drawn
WATCH = """
(() => {
  const seen = window.seen = { lcp: 0, cls: 0, tbt: 0, inp: 0, chart: 0 };
  const watch = (type, each, options) => new PerformanceObserver(list => list.getEntries().forEach(each))
    .observe({ type, buffered: true, ...options });
  watch("largest-contentful-paint", entry => { seen.lcp = entry.startTime; });
  watch("longtask", entry => { seen.tbt += Math.max(0, entry.duration - 50); });
  watch("layout-shift", entry => { seen.cls += entry.hadRecentInput ? 0 : entry.value; });
  watch("event", entry => { seen.inp = Math.max(seen.inp, entry.interactionId ? entry.duration : 0); },
    { durationThreshold: 16 });
  const look = () => {
    const drawn = document.querySelector(".js-plotly-plot :is(.point path, .js-line)");
    drawn ? seen.chart = performance.now() : requestAnimationFrame(look);
  };
  look();
})()"""


@dataclass(frozen=True)
class Load:
    """One load of a page; times in milliseconds."""

    weight: int
    requests: int
    lcp: float
    tbt: float
    cls: float
    chart: float

    def __str__(self) -> str:
        chart = f", first chart {self.chart:.0f} ms" if self.chart else ""
        vitals = f"LCP {self.lcp:.0f} ms, TBT {self.tbt:.0f} ms, CLS {self.cls:.3f}"
        return f"{self.weight / 1000:.1f} kB, {self.requests} requests, {vitals}{chart}"


def opened(context: BrowserContext, path: str) -> tuple[Page, Wire]:
    """The page in a tab of its own, and what it asked for."""
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = Wire(context.new_cdp_session(page))
    page.goto(path, timeout=LIMIT)
    return page, wire


def rest(page: Page, wire: Wire) -> None:
    """Waits until the page has asked for nothing for a while."""
    wire.last = time.monotonic()
    while time.monotonic() - wire.last < AT_REST:
        page.wait_for_timeout(100)


def load(context: BrowserContext, name: str, path: str) -> Load:
    """One load at 10 Mbit/s, by half of a processor."""
    page = context.new_page()
    page.add_init_script(WATCH)
    cdp = context.new_cdp_session(page)
    wire = Wire(cdp)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 2})
    cdp.send("Network.emulateNetworkConditions", SLOW)
    page.goto(path, timeout=LIMIT)
    if name in DRAWN:
        page.wait_for_function("() => window.seen.chart", timeout=LIMIT)
    rest(page, wire)
    seen = {key: value for key, value in page.evaluate("window.seen").items() if key != "inp"}
    page.close()
    return Load(wire.weight, len(wire.answers), **seen)


def responses(context: BrowserContext) -> dict[str, int]:
    """Milliseconds until the page answers with a frame, by a quarter of a processor (INP)."""
    found = {}
    for name, (path, place) in DONE.items():
        page, wire = opened(context, path)
        page.locator(place).first.scroll_into_view_if_needed(timeout=LIMIT)
        rest(page, wire)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.evaluate("window.seen.inp = 0")
        if name == "search":
            page.locator(place).press_sequentially("ada", delay=120)
        elif name == "list":
            page.locator(place).press("ArrowDown")
        else:
            page.locator(place).first.click()
        rest(page, wire)
        found[name] = round(page.evaluate("window.seen.inp"))
        page.close()
    return found


def visitor(browser: Browser, address: str) -> BrowserContext:
    """A browser that has kept nothing, in the demo where there is one."""
    context = browser.new_context(base_url=address, viewport=WINDOW)
    page = context.new_page()
    page.goto("/")
    if (demo := page.locator('form[action="/demo"] button').first).count():
        demo.click()
        page.wait_for_url("**/dashboard/**")
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.close()
    return context


@contextmanager
def served(command: list[str], environ: Mapping[str, str]) -> Iterator[str]:
    """A server, until the end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    bind = ["--bind", f"127.0.0.1:{port}"] if command == BARE else []
    told = {**environ, "PORT": str(port), "BIND_HOST": "127.0.0.1"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, *bind], cwd=ROOT, env=told, **quiet)
    until = time.monotonic() + 60
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def scores(context: BrowserContext, address: str, *options: str) -> dict[str, int]:
    """Of Lighthouse, of a hundred."""
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies(address))
    told = ["--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox", *options]
    command = ["lighthouse", address, *told, f"--extra-headers={json.dumps({'Cookie': cookies})}"]
    environ = {**os.environ, "CHROME_PATH": str(installed_chromium())}
    report = subprocess.run(command, env=environ, check=True, capture_output=True, timeout=300).stdout
    return {name: round(100 * found["score"]) for name, found in json.loads(report)["categories"].items()}


def measure(browser: Browser, address: str, pages: Mapping[str, str], runs: int) -> None:
    """Prints two lines a page: the median of the loads with nothing kept, and of the second ones."""
    for name, path in pages.items():
        cold, warm = [], []
        for _ in range(runs):
            context = visitor(browser, address)
            cold.append(load(context, name, path))
            warm.append(load(context, name, path))
            context.close()
        for kind, loads in (("at first", cold), ("again", warm)):
            middle = sorted(loads, key=lambda one: one.chart or one.lcp)[runs // 2]
            print(f"{name}, {kind}: {middle}", flush=True)
        context = visitor(browser, address)
        if shutil.which("lighthouse"):
            for form, options in (("desktop", ["--preset=desktop"]), ("mobile", [])):
                print(f"{name}, Lighthouse, {form}: {scores(context, address + path, *options)}", flush=True)
        context.close()


def main() -> None:
    """Ours, then the bare one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environ = {**os.environ, "DATABASE_URL": f"sqlite:///{Path(folder) / 'demo.sqlite'}"}
        for command in (["db", "upgrade"], ["demo"]):
            subprocess.run([*FLASK, *command], cwd=ROOT, env=environ, check=True, capture_output=True)
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=options)
        with served(OURS, environ) as ours, served(BARE, environ) as bare:
            measure(browser, ours, PAGES, runs)
            measure(browser, bare, {"bare Dash": "/"}, runs)
            context = visitor(browser, ours)
            print(f"INP in ms: {responses(context)}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
