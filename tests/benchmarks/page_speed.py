"""What pages of the demo cost a browser, beside a Dash page with one chart and no more, in the same run.

`python -m tests.benchmarks.page_speed`; docs/reference/benchmarks.md has the figures. Where `lighthouse` is on the
PATH, its scores follow. All takes eight minutes on two cores at rest.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
GOALS = {"overview", "account", "bare Dash"}  # whose performance is told as the median of several runs of Lighthouse
FORMS = {"desktop": ["--preset=desktop"], "mobile": []}
RULES = ("accessibility", "best-practices", "seo")
TIMES = {"FCP": "first-contentful-paint", "LCP": "largest-contentful-paint", "TBT": "total-blocking-time"}
#: what a visitor does most, on which page, and where
DONE = {
    "period": ("/dashboard/user", ".sg-periods a[data-stay]"),
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
    """One load of a page; times in milliseconds, `busy` that of its main thread, whatever else the machine does."""

    weight: int
    requests: int
    busy: float
    lcp: float
    tbt: float
    cls: float
    chart: float

    def __str__(self) -> str:
        chart = f", first chart {self.chart:.0f} ms" if self.chart else ""
        vitals = f"LCP {self.lcp:.0f} ms, TBT {self.tbt:.0f} ms, CLS {self.cls:.3f}, main thread {self.busy:.0f} ms"
        return f"{self.weight / 1000:.1f} kB, {self.requests} requests, {vitals}{chart}"


@dataclass(frozen=True)
class Score:
    """What Lighthouse says: points of a hundred, milliseconds, what is wrong, and how fast it found the machine."""

    points: Mapping[str, int]
    times: Mapping[str, int]
    faults: Sequence[str]
    machine: int

    def __str__(self) -> str:
        told = [", ".join(f"{name} {value}" for name, value in part.items()) for part in (self.points, self.times)]
        return f"{'; '.join(told)}; benchmark index {self.machine}" + "".join(f"; fails {name}" for name in self.faults)


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
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path, timeout=LIMIT)
    if name in DRAWN:
        page.wait_for_function("() => window.seen.chart", timeout=LIMIT)
    rest(page, wire)
    seen = {key: value for key, value in page.evaluate("window.seen").items() if key != "inp"}
    spent = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    page.close()
    return Load(wire.weight, len(wire.answers), 1000 * spent["TaskDuration"], **seen)


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


def score(context: BrowserContext, address: str, *options: str) -> Score:
    """That of Lighthouse, which gets the demo's session; the token of callbacks is set by the page itself."""
    session = "; ".join(f"session={one['value']}" for one in context.cookies(address) if one["name"] == "session")
    told = ["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox --disable-gpu", *options]
    command = ["lighthouse", address, *told, f"--extra-headers={json.dumps({'Cookie': session})}"]
    environ = {**os.environ, "CHROME_PATH": str(installed_chromium())}
    report = json.loads(subprocess.run(command, env=environ, check=True, capture_output=True, timeout=120).stdout)
    audits, categories = report["audits"], report["categories"]
    points = {one["title"].lower(): round(100 * (one["score"] or 0)) for one in categories.values()}
    rules = [one["id"] for name in RULES for one in categories[name]["auditRefs"] if one["weight"]]
    return Score(
        points=points,
        times={short: round(audits[name]["numericValue"]) for short, name in TIMES.items()},
        faults=[name for name in rules if audits[name]["score"] is not None and audits[name]["score"] < 1],
        machine=round(report["environment"]["benchmarkIndex"]),
    )


def middle(found: Sequence[Any], key: Callable[[Any], float]) -> Any:
    """The one that half of the others exceed."""
    return sorted(found, key=key)[len(found) // 2]


def measure(browser: Browser, places: Mapping[str, tuple[str, str]], runs: int) -> None:
    """Prints two lines a page, in turn with the others: medians of loads with nothing kept, and of second ones."""
    loads: dict[str, list[Load]] = {f"{name}, {kind}": [] for name in places for kind in ("at first", "again")}
    for _ in range(runs):
        for name, (address, path) in places.items():
            context = visitor(browser, address)
            loads[f"{name}, at first"].append(load(context, name, path))
            loads[f"{name}, again"].append(load(context, name, path))
            context.close()
    for name, found in loads.items():
        print(f"{name}: {middle(found, lambda one: one.chart or one.lcp)}", flush=True)


def judge(browser: Browser, places: Mapping[str, tuple[str, str]], runs: int) -> None:
    """Prints what Lighthouse says of each page, as of a desktop and of a phone: the median, and the best."""
    scores: dict[str, list[Score]] = {f"{name}, {form}": [] for name in places for form in FORMS}
    for run in range(runs):
        for name, (address, path) in places.items():
            if run and name not in GOALS:
                continue
            context = visitor(browser, address)
            for form, options in FORMS.items():
                try:
                    scores[f"{name}, {form}"].append(score(context, address + path, *options))
                    print(f"{name}, {form}: {scores[f'{name}, {form}'][-1]}", flush=True)
                except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                    why = (error.stderr or b"it took too long").decode().strip().splitlines()[-1]
                    print(f"{name}, {form}: Lighthouse failed, {why}", flush=True)
            context.close()
    for name, found in scores.items():
        points = [one.points["performance"] for one in found]
        if found:
            print(f"Lighthouse, {name}: {middle(found, lambda one: one.points['performance'])}; best {max(points)}")


def main() -> None:
    """Ours and the bare one in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environ = {**os.environ, "DATABASE_URL": f"sqlite:///{Path(folder) / 'demo.sqlite'}"}
        for command in (["db", "upgrade"], ["demo"]):
            subprocess.run([*FLASK, *command], cwd=ROOT, env=environ, check=True, capture_output=True)
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=options)
        with served(OURS, environ) as ours, served(BARE, environ) as bare:
            places = {name: (ours, path) for name, path in PAGES.items()} | {"bare Dash": (bare, "/")}
            print(f"load of the machine: {os.getloadavg()}", flush=True)
            measure(browser, places, runs)
            print(f"INP in ms: {responses(visitor(browser, ours))}", flush=True)
            if shutil.which("lighthouse"):
                judge(browser, places, runs)
            print(f"load of the machine: {os.getloadavg()}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
