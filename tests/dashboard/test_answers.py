"""Answers that are kept: given again while nothing has changed, to nobody else, and never too many."""

from __future__ import annotations

import base64
import gzip
import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import dash
import pytest
from flask import Flask

from dashapp.dashboard import answers
from dashapp.dashboard.answers import LIFETIME, Answers
from dashapp.dashboard.pages import account
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch
from dashapp.store import accounts, crosscheck, imports, users
from tests.records import merged, post

from .conftest import Known
from .crosscheck_world import add, compare, on_github, on_mastodon
from .dash_client import GRAPH, Page, parts, text
from .downloads import add_account, sign_in

pytestmark = pytest.mark.slow

# ---- as long as nothing changes


@dataclass
class Asked:
    """A user's browser, and how many answers were made for it."""

    app: Flask
    owner: int
    account: int
    page: Page
    made: list[Any]

    def open(self, query: str = "") -> Any:
        """The account's page."""
        return self.page.open(f"user/mastodon?account={self.account}{query}")


@pytest.fixture
def mine(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """An account, whose page was looked at."""
    with app.app_context():
        owner = users.add_user("Ada", "!")
        number = add_account(owner)
    made: list[Any] = []
    keep = Answers.put
    monkeypatch.setattr(Answers, "put", lambda *given: (made.append(given[1:]), keep(*given)))
    asked = Asked(app, owner, number, Page(sign_in(app, owner)), made)
    asked.open()
    return asked


def test_a_page_that_did_not_change_is_made_once(mine: Asked) -> None:
    first = mine.open()

    assert mine.open() == first
    assert len(mine.made) == 1


def test_of_many_who_ask_at_once_one_makes_the_page(mine: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    name, layout, made = account.__name__, dash.page_registry[account.__name__]["layout"], list[str]()

    def slow(**query: str) -> Any:
        made.append(query["account"])
        time.sleep(0.3)
        return layout(**query)

    monkeypatch.setitem(dash.page_registry[name], "layout", slow)
    clients = [mine.app.test_client() for _ in range(4)]
    for client in clients:
        client.set_cookie("session", mine.page.client.get_cookie("session").value)
    pages = [Page(client) for client in clients]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda page: page.open(f"user/mastodon?account={mine.account}&period=7d"), pages))

    assert len(made) == 1
    assert answers == answers[:1] * 4


def analysed(mine: Asked) -> None:
    """At the end of an import."""
    for _ in analyse(mine.owner, mine.account):
        pass


CHANGES: dict[str, Callable[[Asked], object]] = {
    "analysed": analysed,
    "posts": lambda mine: (merged(mine.owner, Batch(posts=[post(20, text="#New")])), analysed(mine)),
    "renamed": lambda mine: accounts.change_account(mine.owner, mine.account, handle="ada.lovelace"),
    "time zone": lambda mine: users.change_user(mine.owner, time_zone="Asia/Tokyo"),
    "theme of the user": lambda mine: users.change_user(mine.owner, theme="dark"),
    "theme of the browser": lambda mine: mine.page.client.set_cookie("theme", "light"),
    "deleted": lambda mine: accounts.delete_account(mine.owner, mine.account),
}


def test_a_change_is_seen_at_once(mine: Asked) -> None:
    seen = [mine.open()]

    for change in CHANGES.values():  # one after the other: an account that is analysed takes longer than these
        with mine.app.app_context():
            change(mine)
        seen.append(mine.open())

    assert [name for name, before, after in zip(CHANGES, seen, seen[1:], strict=False) if before == after] == []


def test_another_period_unit_or_list_is_another_page(ada: Page, known: Known) -> None:
    queries = ["", "&period=30d", "&unit=month", "&from=2026-03-02&to=2026-03-03", "&people=friends"]

    pages = [json.dumps(ada.open(f"user/mastodon?account={known.full}{query}")) for query in queries]

    assert len({*pages}) == len(queries)


def test_a_decision_is_seen_at_once(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        add(owner, "github", on_github())
        add(owner, "mastodon", on_mastodon())
        compare(owner)
    page = Page(sign_in(app, owner))
    before = page.open("user/crosscheck")

    with app.app_context():
        pair = crosscheck.suggestions(owner, limit=1)[0][0]
        crosscheck.decide(owner, pair.left.service_key, pair.right.service_key, True)

    assert text(page.open("user/crosscheck")) != text(before)


def test_after_midnight_a_page_is_made_anew(mine: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(answers, "now", lambda: later)

    mine.open()

    assert len(mine.made) == 2


def test_while_an_import_is_under_way_nothing_is_kept(mine: Asked) -> None:
    with mine.app.app_context():
        imports.add_analysis(mine.owner, mine.account, "again")

    before, _ = text(mine.open()), mine.open()

    assert "Waits for its turn" in before
    assert len(mine.made) == 1


def test_what_writes_is_done_each_time(mine: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    name = account.__name__
    for _ in range(2):
        monkeypatch.setitem(dash.page_registry[name], "layout", lambda **_query: _written(mine))
        mine.open("&twice")

    assert len(mine.made) == 1


def _written(mine: Asked) -> str:
    accounts.change_account(mine.owner, mine.account, name="Ada")
    return "written"


def test_the_same_question_of_another_user_gets_nothing_of_it(ada: Page, bob: Page, known: Known) -> None:
    graph = {"graph-list.value": "followers", "graph-ego.value": False, "account-shown.data": {"account": known.full}}
    address = f"user/mastodon?account={known.full}"

    assert [page.send(GRAPH + ".figure", graph).status_code for page in (ada, bob)] == [200, 404]
    assert ada.open(address) != bob.open(address)


def form_token(component: dict[str, Any]) -> str | None:
    """The token of a form, if it is that."""
    return component["props"].get("value") if component["props"].get("name") == "csrf_token" else None


def test_a_browser_gets_forms_with_the_token_of_its_own_session(mine: Asked) -> None:
    pages = [mine.page, Page(sign_in(mine.app, mine.owner))]

    told = [
        next(filter(None, map(form_token, parts(page.open(f"user/mastodon?account={mine.account}"))))) for page in pages
    ]

    secrets = [token.partition(".")[0] for token in told]
    assert secrets == [page.token.partition(".")[0] for page in pages]
    assert len({*secrets}) == 2


# ---- what is kept


def test_an_answer_of_another_stamp_or_an_old_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Answers()
    kept.put((1, b"q"), "then", b"answer", "image/png")

    found = kept.get((1, b"q"), "then")
    assert found is not None
    assert (found.data, found.mimetype) == (b"answer", "image/png")
    assert kept.get((1, b"q"), "now") is None
    assert kept.get((2, b"q"), "then") is None
    late = time.monotonic() + LIFETIME + 1
    monkeypatch.setattr(time, "monotonic", lambda: late)
    assert kept.get((1, b"q"), "then") is None


def test_no_more_is_kept_than_there_is_room_for_and_the_longest_unused_leave() -> None:
    kept = Answers(most=100)
    for number in range(10):
        kept.put((number, b""), "", b"x" * 10, "")
    kept.get((0, b""), "")

    kept.put((0, b"other"), "", b"x" * 10, "")
    kept.put((0, b"large"), "", b"x" * 11, "")

    assert kept.size == 100
    assert [kept.get((number, of), "") is not None for number, of in ((0, b""), (1, b""), (0, b"large"))] == [
        True, False, False,
    ]  # fmt: skip


def test_long_base64_is_compressed_too() -> None:
    data = b'{"x":"%s","y":"words and words"}' % base64.b64encode(random.Random(0).randbytes(60_000)).replace(
        b"/", b"\\u002f"
    )

    packed = answers.compressed(data)

    assert gzip.decompress(packed) == data
    assert len(packed) < 0.85 * len(data)
