"""The graph of a list in Chromium: time to appear, a frame while it is moved, bytes, a click; and a peer's way.

    python -m tests.benchmarks.graph_in_browser [--data FOLDER] [--chromium PATH]

Block models of 10,000 and 50,000 people are imported through the product, served by its own server, and opened as a
person would. FOLDER may hold `musae_github_edges.csv.gz` (MUSAE GitHub), which is then shown too. The peer is plotly
with people as `scattergl` and all ties as one line trace of the same type.

Appears: from the start of the callback to the first frame with people in it, browser's cache warm. Frame: while the
drawing is dragged. Click: from a click on a person to the end of the answer. Best and median, for other work of the
machine delays some; of frames the median. Drawn without a graphics card: a real screen is quicker.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from analytics.layout import force_directed

from .layout import block_model

ROOT = Path(__file__).resolve().parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "dashapp"]
PASSWORD = "correct horse battery"
PORT = 8917
OPENED, MOVES, CLICKS = 5, 25, 5
SKIPPED = 5  # moves before the drag goes on in its own pace
DESKTOP = {"width": 1440, "height": 900}
BUNDLE = next((ROOT / "assets" / "vendor").glob("plotly-*.min.js"))

#: notes when the graph's callback is sent, and when its people are in a frame that is done
WATCH = """
(() => {
  const sent = window.fetch;
  const graph = () => document.querySelector('.sg-graph .js-plotly-plot');
  window.frameDone = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => {
    const gl = document.querySelector('.gl-canvas-context').getContext('webgl');
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    resolve(performance.now());
  })));
  const watch = () => {
    const drawn = graph();
    const there = drawn && (drawn._fullData || []).some(trace => trace.name === 'people' && trace.visible === true);
    there ? window.frameDone().then(at => { window.appeared = at - window.asked; }) : requestAnimationFrame(watch);
  };
  window.fetch = function (url, options) {
    const body = options && options.body;
    if (window.asked === undefined && typeof body === 'string' && body.includes('"graph-list"')) {
      window.asked = performance.now();
      watch();
    }
    return sent.apply(this, arguments);
  };
})()"""
#: the peer's figure, drawn in an empty page
PEER = """
async ([data, layout]) => {
  const start = performance.now();
  await Plotly.newPlot(document.querySelector('#drawn'), data, layout, {});
  return (await window.frameDone()) - start;
}"""
#: where a person stands whom no name comes along with; else one of those with a name
A_PERSON = """
() => {
  const drawn = document.querySelector('.sg-graph .js-plotly-plot');
  const shown = drawn._fullData.filter(trace => trace.visible === true && trace.marker && trace._length);
  const trace = shown[0], number = Math.floor(trace._length / 2), box = drawn.getBoundingClientRect();
  const { xaxis, yaxis } = drawn._fullLayout;
  return [box.x + xaxis._offset + xaxis.c2p(trace.x[number]), box.y + yaxis._offset + yaxis.c2p(trace.y[number])];
}"""


@dataclass(frozen=True)
class Cost:
    """What a drawing took: milliseconds of each try, and bytes."""

    appears: Sequence[float]
    frames: Sequence[float]
    sent: int
    clicks: Sequence[float] = ()

    def __str__(self) -> str:
        told = [("appears", self.appears), ("click", self.clicks)]
        parts = [f"{name} {min(of):5.0f} / {statistics.median(of):5.0f} ms" for name, of in told if of]
        parts += [f"frame {statistics.median(self.frames):5.0f} ms", f"gzip {self.sent / 1000:4.0f} kB"]
        return "  ".join(parts)


# ---- the product


def imported(handle: str, ties: Path, environ: dict[str, str]) -> None:
    """Makes an account with these ties."""
    options = ["--user", "ada", "--handle", handle, "--service", "github", "--mutual"]
    subprocess.run(
        [*FLASK, "import", "csv", str(ties), *options], cwd=ROOT, env=environ, check=True, capture_output=True
    )


@contextmanager
def served(environ: dict[str, str]) -> Iterator[str]:
    """The product's own server, until the end."""
    command = [sys.executable, "-m", "gunicorn", "-c", "dashapp/gunicorn_conf.py", "dashapp.wsgi:server"]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environ | {"PORT": str(PORT), "BIND_HOST": "127.0.0.1"}, **pipes)
    address = f"http://127.0.0.1:{PORT}"
    try:
        wait_for(address + "/signin")
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, *, seconds: float = 60) -> None:
    """Returns when somebody answers there."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  a loopback address
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def signed_in(browser: Browser, address: str) -> BrowserContext:
    """A browser with a session."""
    context = browser.new_context(base_url=address, viewport=DESKTOP)
    page = context.new_page()
    page.goto("/signin")
    page.fill("input[name=name]", "ada")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/dashboard/**")
    page.close()
    return context


def product(context: BrowserContext, account: int) -> Cost:
    """What the account's graph takes."""
    opened_graph(context, account)[0].close()  # fills the browser's cache
    appears = []
    for _ in range(OPENED):
        page, appeared, sent = opened_graph(context, account)
        appears.append(appeared)
        if len(appears) < OPENED:
            page.close()
    frames = dragged(page, page.locator(".sg-graph .js-plotly-plot"))
    page.locator(".modebar-btn[data-title='Reset axes']").click()
    page.evaluate("window.frameDone()")
    clicks = [clicked(page) for _ in range(CLICKS)]
    page.close()
    return Cost(appears, frames, sent, clicks)


def opened_graph(context: BrowserContext, account: int) -> tuple[Page, float, int]:
    """The page with its graph, after how many milliseconds it was there, and what the callback sent, gzipped."""
    page = context.new_page()
    page.add_init_script(WATCH)
    sent: list[int] = []
    page.on("response", lambda response: sent.extend(figure_bytes(response)))
    page.goto(f"/dashboard/user/github?account={account}")
    page.wait_for_function("() => window.appeared !== undefined", timeout=120_000)
    appeared = page.evaluate("window.appeared")
    page.wait_for_load_state("networkidle")
    return page, appeared, max(sent)


def figure_bytes(response: Response) -> list[int]:
    """How many bytes the answer of the graph's callback has, gzipped."""
    if "update-component" not in response.url or '"graph-list"' not in (response.request.post_data or ""):
        return []
    return [len(gzip.compress(response.body(), 6))]


def clicked(page: Page) -> float:
    """From a click on a person to the end of the answer, in milliseconds."""
    page.locator(".sg-graph .js-plotly-plot").scroll_into_view_if_needed()
    x, y = page.evaluate(A_PERSON)
    page.mouse.move(x, y)
    page.evaluate("window.frameDone()")
    page.wait_for_load_state("networkidle")
    with page.expect_response(re.compile("_dash-update-component")) as answer:
        page.mouse.click(x, y)
    answer.value.finished()
    took = answer.value.request.timing
    page.evaluate("window.frameDone()")
    return float(took["responseEnd"] - took["requestStart"])


def dragged(page: Page, drawing: Any, *, moves: int = MOVES) -> list[float]:
    """How long each frame takes while the drawing is dragged, in milliseconds."""
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    took = []
    for step in range(moves):
        start = time.perf_counter()
        page.mouse.move(x + 3 * step, y + 2 * step)
        page.evaluate("window.frameDone()")
        took.append((time.perf_counter() - start) * 1000)
    page.mouse.up()
    return took[SKIPPED:]


# ---- the peer


def peer(browser: Browser, ties: pd.DataFrame) -> Cost:
    """All ties as one line trace of scattergl."""
    figure = peer_figure(ties).to_plotly_json()
    text = go.Figure(figure).to_json()
    page = browser.new_page(viewport=DESKTOP)
    page.add_init_script(WATCH)
    page.goto("about:blank")
    page.set_content("<div id=drawn style='width:816px;height:620px'></div>")
    page.evaluate(WATCH)
    page.add_script_tag(path=str(BUNDLE))
    sent = json.loads(text)
    appears = page.evaluate(PEER, [sent["data"], sent["layout"]])
    frames = dragged(page, page.locator("#drawn"), moves=12)
    page.close()
    return Cost([appears], frames, len(gzip.compress(text.encode(), 6)))


def peer_figure(ties: pd.DataFrame) -> go.Figure:
    """People and lines, in typed arrays."""
    places = force_directed(ties).set_index("person")
    ends = np.full((len(ties), 3, 2), np.nan, dtype=np.float32)
    ends[:, 0], ends[:, 1] = places.loc[ties["source"]], places.loc[ties["target"]]
    x, y = (np.ascontiguousarray(along) for along in ends.reshape(-1, 2).T)
    line = {"width": 0.8, "color": "rgba(88,100,105,0.22)"}
    lines = go.Scattergl(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
    people = go.Scattergl(x=places["x"].to_numpy(), y=places["y"].to_numpy(), mode="markers", marker={"size": 5})
    layout = {"xaxis": {"visible": False}, "yaxis": {"visible": False}, "dragmode": "pan", "showlegend": False}
    return go.Figure([lines, people], {**layout, "template": "none"})


# ---- all


def main() -> None:
    """Prints a line a drawing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    asked = parser.parse_args()
    small = block_model(10_000, 40, degree=21.2, inside=0.8)
    large = block_model(50_000, 60, degree=20.35, inside=0.8)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        environ = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/sociogram.sqlite"}
        subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=environ, check=True, capture_output=True)
        who = ["--password", PASSWORD]
        subprocess.run([*FLASK, "user", "add", "ada", *who], cwd=ROOT, env=environ, check=True, capture_output=True)
        files = {f"{len(ties):,} ties": written(folder, ties) for ties in (small, large)}
        if asked.data:
            files["musae-github"] = asked.data / "musae_github_edges.csv.gz"
        for title, path in files.items():
            imported(title, path, environ)
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=options)
        with served(environ) as address:
            context = signed_in(browser, address)
            for account, title in enumerate(files, start=1):
                print(f"Sociogram, {title:<16} {product(context, account)}", flush=True)
        print(f"ties as one line trace, {len(small):,} ties  {peer(browser, small)}")
        browser.close()


def written(folder: Path, ties: pd.DataFrame) -> Path:
    """The ties as a file to import."""
    path = folder / f"ties{len(ties)}.csv"
    ties.to_csv(path, index=False)
    return path


if __name__ == "__main__":
    main()
