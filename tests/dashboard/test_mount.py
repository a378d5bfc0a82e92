"""The dashboard inside the server: set up at once, alone in its process or not, and with a policy that fits."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from dashapp.dashboard.components.chart import GRAPH
from dashapp.store import users
from tests.conftest import close, make_app

from .conftest import Known
from .dash_client import PREFIX, Page, text
from .downloads import add_analysed_account, sign_in

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def second_app(sqlite_url: str, dashboard_app: Flask) -> Iterator[Flask]:
    """Another application in the same process, made after the first."""
    app = make_app(sqlite_url)
    yield app
    close(app)


def test_nothing_is_left_for_the_first_request(dashboard_app: Flask) -> None:
    waiting = dashboard_app.before_request_funcs[None]

    assert not [function for function in waiting if function.__module__.startswith("dash.")]


def test_two_applications_in_one_process_both_answer(second_app: Flask, ada: Page, known: Known) -> None:
    with second_app.app_context():
        eve = users.add_user("Eve", "!")
        add_analysed_account(eve)
    hers = Page(sign_in(second_app, eve))

    assert ada.declared.keys() == hers.declared.keys()
    assert "Timeline" in text(hers.open("user/mastodon"))
    assert "Timeline" in text(ada.open(f"user/mastodon?account={known.full}"))


def test_many_first_visitors_all_get_the_callbacks(second_app: Flask) -> None:
    with second_app.app_context():
        eve = users.add_user("Eve", "!")
    clients = [sign_in(second_app, eve) for _ in range(8)]

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: client.get(PREFIX + "_dash-dependencies").get_json(), clients))

    assert len({len(answer) for answer in answers}) == 1
    assert len(answers[0]) > 10


def test_a_visitors_page_holds_nothing_of_the_visitor_before(ada: Page, bob: Page, known: Known) -> None:
    ada.open(f"user/mastodon?account={known.full}")

    page = bob.client.get(PREFIX + "user").text

    assert "ada@example.org" not in page
    assert "validation_layout" not in page


def test_the_policy_allows_every_script_that_stands_in_the_page(ada: Page) -> None:
    response = ada.client.get(PREFIX + "user")

    inline = re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", response.text, re.DOTALL
    )
    hashes = {base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline}
    allowed = set(re.findall(r"'sha256-([^']+)'", response.headers["Content-Security-Policy"]))
    assert hashes
    assert hashes <= allowed
    assert "unsafe-eval" not in response.headers["Content-Security-Policy"]


def test_the_page_is_ours_with_language_description_and_a_way_past_the_navigation(ada: Page) -> None:
    page = ada.client.get(PREFIX + "user").text

    assert '<html lang="en"' in page
    assert 'name="description"' in page
    assert 'href="#main"' in page
    assert page.count("<main") == page.count("<title>") == 1


def test_every_file_that_the_page_names_is_there(ada: Page) -> None:
    page = ada.client.get(PREFIX + "user").text

    names = set(re.findall(r'(?:src|href|data-plotly)="(/(?:assets|dashboard/_dash-component)[^"]+)"', page))
    assert f"/assets/vendor/plotly-{get_plotlyjs_version()}.min.js" in names
    for name in names:
        with ada.client.get(name) as response:
            assert response.status_code == 200, name


def test_paper_is_without_what_only_screens_need(ada: Page) -> None:
    page = ada.client.get(PREFIX + "user").text
    style = (ROOT / "assets" / "print.css").read_text(encoding="utf-8")
    hidden = style.partition("what only a screen needs")[2].partition("}")[0]

    assert re.search(r'href="/assets/print\.css[^"]*" media="print"', page)
    assert {"sg-nav", "sg-demo", "sg-actions", "sg-downloads", "sg-to-help", "sg-on-screen"} <= set(
        re.findall(r"\.(sg-[a-z-]+)", hidden)
    )


def test_no_other_host_is_named(ada: Page) -> None:
    page = ada.client.get(PREFIX + "user").text

    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_no_chart_is_ever_sent_to_plotlys_cloud() -> None:
    assert GRAPH["showSendToCloud"] is False
    assert GRAPH["plotlyServerURL"] == ""


def test_charts_are_made_in_one_place_only() -> None:
    folder = ROOT / "dashapp" / "dashboard"

    makers = [path.name for path in folder.rglob("*.py") if "dcc.Graph(" in path.read_text(encoding="utf-8")]

    assert makers == ["chart.py"]


def test_nothing_in_the_dashboard_lets_a_text_become_markup() -> None:
    folder = ROOT / "dashapp" / "dashboard"
    risky = re.compile(
        r"dangerously_allow|dcc\.Markdown|DangerouslySetInnerHTML|cellRenderer\W+markdown", re.IGNORECASE
    )

    assert not [path.name for path in folder.rglob("*.py") if risky.search(path.read_text(encoding="utf-8"))]


def test_a_script_that_no_library_has_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/dashboard/_dash-component-suites/dash/nothing.js")

    assert answer.status_code == 404


def test_the_first_answer_holds_the_page_that_is_opened_and_none_that_there_is_not(ada: Page, known: Known) -> None:
    def first(opened: str) -> Any:
        answer = ada.client.get(f"{PREFIX}_dash-layout", headers={"X-Opened-Page": opened})
        return answer.get_json()["props"]["children"][0]

    address = f"user/mastodon?account={known.full}&period=all"
    location, content, store, _ = first(PREFIX + address)["props"]["children"]

    assert "Timeline" in text(content["props"]["children"]) == text(ada.open(address))
    assert location["props"]["pathname"] + location["props"]["search"] == PREFIX + address
    assert store["props"]["data"] == {"title": "Mastodon · Sociogram"}
    for other in ("", "/settings", f"{PREFIX}user/nowhere", f"{PREFIX}user/mastodon?account=999999"):
        assert "pathname" not in first(other)["props"]["children"][0]["props"]


def test_what_is_the_same_for_all_is_kept_for_ever_by_its_digest(ada: Page) -> None:
    (address,) = re.findall(r'data-dependencies="([^"]+)"', ada.client.get(PREFIX + "user").text)

    assert "immutable" in ada.client.get(address).headers["Cache-Control"]
    assert ada.client.get(f"{PREFIX}_dash-dependencies?v=of-before").headers["Cache-Control"] == "no-store"
