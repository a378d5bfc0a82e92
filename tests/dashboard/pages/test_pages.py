"""Every page answers at its own address, whichever way a browser takes to it."""

from __future__ import annotations

import re
from html import escape
from pathlib import PurePosixPath
from types import ModuleType

import dash
import pytest
from dash import html

from dashapp.dashboard.pages import PAGES
from dashapp.help.chapters import chapter, contents

from ..dash_client import PREFIX, Page, parts, text


def address(page: ModuleType) -> str:
    """Where the page stands for ada, below the dashboard."""
    return (page.PATH or re.sub("<.*?>", "mastodon", page.TEMPLATE)).removeprefix("/")


def title(page: ModuleType) -> str:
    """What stands in the browser's tab."""
    return page.TITLE if isinstance(page.TITLE, str) else page.TITLE("mastodon")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_every_page_opens(ada: Page, page: ModuleType) -> None:
    assert ada.client.get(PREFIX + address(page)).status_code == 200


def test_the_manual_calls_each_part_of_a_page_by_its_heading(ada: Page) -> None:
    shown = [one for page in PAGES for one in parts(ada.open(address(page)))]
    ways = {
        (one["props"]["aria-label"].removeprefix("Help: "), one["props"]["href"])
        for one in shown
        if one["props"].get("className") == "sg-to-help"
    }
    others = {text(one) for one in shown if one["type"] == "H2"} - {heading for heading, _ in ways}
    manual = " ".join(each.html.lower() for each in contents("manual"))

    said = {href: chapter("manual", PurePosixPath(href).name.partition("#")[0]).html.lower() for _, href in ways}
    assert len(ways) >= 7
    assert not [heading for heading, href in ways if escape(heading.partition(":")[0].lower()) not in said[href]]
    assert not [heading for heading in others if escape(heading.lower()) not in manual]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_every_page_answers_with_its_own_layout_and_title(
    ada: Page, page: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in PAGES:
        said = html.P(one.__name__)
        monkeypatch.setitem(dash.page_registry[one.__name__], "layout", lambda said=said, **_query: said)

    asked = {"_pages_location.pathname": PREFIX + address(page), "_pages_location.search": "?of=this-test"}
    answer = ada.answer("_pages_content.children", asked)

    assert text(answer["_pages_content"]["children"]) == page.__name__
    assert answer["_pages_store"]["data"]["title"] == title(page)


@pytest.mark.parametrize("path", ["nothing", "user/nowhere", "user/mastodon/more", "userx"])
def test_an_unknown_page_is_not_found(ada: Page, path: str) -> None:
    said = text(ada.open(path))

    assert "Page not found" in said
    assert ada.client.get(PREFIX + path).status_code == 404


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_page_has_an_exact_path_or_says_what_of_its_pattern_exists(page: ModuleType) -> None:
    assert (page.PATH is None) != (page.TEMPLATE is None)
    assert page.TEMPLATE is None or callable(page.exists)
