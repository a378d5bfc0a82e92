"""Chapters of the documentation: all are there, their links lead to what is there, and nothing else is read."""

from __future__ import annotations

from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from dashapp.help.chapters import DOCS, FOLDERS, _chapter, _parser, chapter, contents
from dashapp.settings import TestConfig
from dashapp.store import users
from tests.dashboard.downloads import sign_in

ADDRESSES = [
    f"/help/{folder}/{name}" for folder in FOLDERS for name in ("index", *(each.name for each in contents(folder)))
]


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    """A page that is there."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.text, "html.parser")


def test_every_chapter_is_in_the_list() -> None:
    for folder in FOLDERS:
        written = {path.stem for path in (DOCS / folder).glob("*.md")} - {"index"}

        assert {each.name for each in contents(folder)} == written


def test_a_link_leads_to_a_section_that_is_there(client: FlaskClient) -> None:
    pages = {address: page(client, address) for address in ADDRESSES}

    links = {(address, link["href"]) for address, shown in pages.items() for link in shown.select("article a")}
    inside = {urldefrag(target if target.startswith("/") else address + target) for address, target in links}

    assert {target for _, target in links if not target.startswith(("/help/", "#", "https://"))} == set()
    assert len(inside) > 20
    for address, section in inside:
        shown = pages.get(address) or page(client, address)
        assert not section or shown.find(id=section), f"{address}#{section}"


def test_what_leads_out_of_the_help_stays_as_text() -> None:
    shown = chapter("manual", "overview")

    assert shown is not None
    assert "the time of the data" in shown.html
    assert "decisions" not in shown.html


def test_a_picture_is_drawn_in_both_themes_and_other_html_is_text(client: FlaskClient) -> None:
    drawn = page(client, "/help/manual/account").select("article img")
    kept = []
    for picture in drawn:
        with client.get(str(picture["src"])) as answer:
            kept.append(answer.mimetype)

    assert [picture["class"] for picture in drawn] == [["sg-in-light"], ["sg-in-dark"]] * 2
    assert kept == ["image/webp"] * 4
    assert "<script" not in _parser().render("<picture>\n<script>alert(1)</script>\n</picture>\n\na <b>b</b>")
    assert "<b" not in _parser().render("a <b>b</b>")


def test_a_chapter_has_its_title_its_tables_and_its_definitions(client: FlaskClient) -> None:
    account, index = page(client, "/help/manual/account"), page(client, "/help/")

    assert account.title
    assert account.title.text == "An account's page · Sociogram help"
    assert len(account.select("article table")) == 4
    assert account.select_one('nav[aria-label="Chapters"] [aria-current="page"]').text == "An account's page"  # type: ignore[union-attr]
    assert "follower" in [term.text for term in index.select("article dt")]
    assert "toctree" not in index.text


@pytest.mark.parametrize(
    "address",
    [
        "/help/reference/measures",
        "/help/manual/none",
        "/help/..%2fmanual/account",
        "/help/manual/..%2f..%2fREADME",
        "/help/images/none.webp",
        "/help/images/..%2findex.md",
    ],
)
def test_nothing_else_is_read(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_foot_of_every_page_leads_to_help_and_to_whoever_runs_the_server(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = TestConfig({"CONTACT": "ada@example.org", "SOURCE_URL": "https://code.example.org/sociogram"})
    for name in ("CONTACT", "SOURCE_URL"):
        monkeypatch.setitem(client.application.config, name, getattr(told, name))

    with client.application.app_context():
        ada = sign_in(client.application, users.add_user("Ada", "!"))

    for visitor, address in ((client, "/signin"), (ada, "/dashboard/user")):
        assert {link.text: link["href"] for link in page(visitor, address).select("footer a")} == {
            "Help": "/help/",
            "Privacy": "/help/manual/privacy",
            "Source": "https://code.example.org/sociogram",
            "Contact": "mailto:ada@example.org",
        }


def test_addresses_that_lead_nowhere_are_not_kept(client: FlaskClient) -> None:
    before = _chapter.cache_info().currsize

    assert client.get("/help/manual/what-a-stranger-made-up").status_code == 404
    assert _chapter.cache_info().currsize == before
