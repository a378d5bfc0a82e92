"""What was never stored is not none: it is said to be missing, with the button that makes it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_login import login_user
from werkzeug.test import TestResponse

from dashapp.dashboard.account_view import NOT_STORED, AccountView, NotStoredError, read
from dashapp.dashboard.pages.account import FRAMES as PAGE_FRAMES
from dashapp.dashboard.pages.overview import FRAMES as OVERVIEW_FRAMES
from dashapp.dashboard.parts import COMING, Chart
from dashapp.dashboard.sections import CHARTS, SECTIONS
from dashapp.imports import run_waiting
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Profile
from dashapp.store import accounts, imports, results, users
from dashapp.store.results import FRAMES
from tests.conftest import close, make_app
from tests.records import follower, merged, post

from .dash_client import GRAPH, Page, has_id, parts, text
from .downloads import add_analysed_account, sign_in

pytestmark = pytest.mark.slow

OTHER = Profile(service="mastodon", key="eve", handle="eve@example.social")
PARTS = [part for section in SECTIONS for part in section.PARTS]


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with Ada's analysed account: analysing takes longer than all else in these tests."""
    path = tmp_path_factory.mktemp("not-stored") / "template.sqlite"
    app = make_app(f"sqlite:///{shutil.copy(sqlite_template, path)}")
    with app.app_context():
        add_analysed_account(users.add_user("Ada", "!"))
    close(app)
    return path


@pytest.fixture(scope="module")
def one_app(template: Path) -> Flask:
    """An application of this module's own."""
    return make_app(f"sqlite:///{template.with_name('sociogram.sqlite')}")


@pytest.fixture
def app(one_app: Flask, template: Path) -> Iterator[Flask]:
    """The same, with the database as it was."""
    path = shutil.copy(template, template.with_name("sociogram.sqlite"))
    yield one_app
    close(one_app)
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()


@pytest.fixture
def owner(app: Flask) -> Iterator[int]:
    """Ada."""
    with app.app_context():
        yield users.find_user("Ada").id


@pytest.fixture
def page(app: Flask, owner: int) -> Page:
    """The owner's browser."""
    return Page(sign_in(app, owner))


def analysed_account(owner: int) -> int:
    """Ada's account."""
    return accounts.accounts(owner)[0].id


def account_without(owner: int, *names: str) -> int:
    """The same, whose results lack these frames, as if an older version had made them."""
    account = analysed_account(owner)
    kept = results.read(owner, account, *(name for name in FRAMES if name not in names))
    results.save(owner, account, kept)
    return account


@contextmanager
def looking_at(app: Flask, owner: int, account: int, *names: str) -> Iterator[AccountView]:
    """The account with these frames, in a request of its owner."""
    signed_in = users.signed_in(users.start_session(owner, timedelta(hours=1)))
    with app.test_request_context():
        login_user(signed_in)
        view = read(account, period="all", unit="week", names=names)
        assert view is not None
        yield view


def post_analyse(page: Page, account: int) -> TestResponse:
    """Presses the button."""
    return page.client.post(f"/analyse/{account}", headers={"X-CSRFToken": page.token})


def buttons(layout: Any) -> list[str]:
    """Where the buttons lead that analyse an account again."""
    actions = [part["props"].get("action") or "" for part in parts(layout)]
    return [action for action in actions if action.startswith("/analyse/")]


@pytest.mark.parametrize("address", ["user", "user/mastodon"])
def test_frames_that_an_older_version_stored_otherwise_are_to_be_analysed_again(
    owner: int, page: Page, address: str
) -> None:
    account = analysed_account(owner)
    stored = results.read(owner, account, *FRAMES)
    results.save(owner, account, stored, version=min(FRAMES.values()) - 1)

    assert "nalysed again" in text(page.open(address))


# ---- what is declared


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.title)
def test_a_part_reads_what_an_analysis_stores_and_the_page_fetches(part: Any) -> None:
    assert set(part.frames) <= set(FRAMES)
    assert set(part.frames) <= set(PAGE_FRAMES)
    assert set(getattr(part, "later", ())) <= set(FRAMES)


def test_the_pages_fetch_only_what_an_analysis_stores() -> None:
    assert {*PAGE_FRAMES, *OVERVIEW_FRAMES} <= set(FRAMES)


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_chart_reads_no_frame_that_it_does_not_name(app: Flask, owner: int, chart: Chart) -> None:
    account = analysed_account(owner)
    with looking_at(app, owner, account, *chart.frames) as view:
        narrowed = view.narrowed(chart.frames)
        made = [make(narrowed) for make in (chart.box, chart.figure, chart.table, chart.rows) if make]

    assert all(each is not None for each in made)


def test_a_frame_that_nobody_fetched_is_an_error_that_names_it(app: Flask, owner: int) -> None:
    account = analysed_account(owner)
    with looking_at(app, owner, account, "hashtags") as view:
        pass

    with pytest.raises(KeyError, match="languages"):
        view.frame("languages")
    with pytest.raises(KeyError, match="mentions"):
        view.of_period("mentions")
    with pytest.raises(KeyError, match="mentions"):
        view.narrowed(("mentions",))
    assert view.frame("hashtags") is not None


def test_a_frame_that_was_fetched_and_never_stored_is_not_empty(app: Flask, owner: int) -> None:
    account = account_without(owner, "hashtags")
    with looking_at(app, owner, account, "hashtags") as view:
        pass

    with pytest.raises(NotStoredError):
        view.of_period("hashtags")


def test_a_frame_that_is_stored_while_an_account_is_read_is_not_said_to_be_there(
    app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = results.read(owner, analysed_account(owner), *FRAMES)
    account, fetch = account_without(owner, "hashtags"), results.read

    def fetched_before_an_analysis_ends(*asked: Any) -> dict[str, Any]:
        found = fetch(*asked)
        results.save(owner, account, whole)
        return found

    monkeypatch.setattr(results, "read", fetched_before_an_analysis_ends)
    with looking_at(app, owner, account, "hashtags") as view:
        assert view.lacks("hashtags")


# ---- what is shown


@pytest.mark.parametrize(
    ("names", "title", "rest"),
    [
        pytest.param(["hashtags"], "Hashtags", "Mentions", id="a chart"),
        pytest.param(["findings"], "What stands out", "Timeline", id="a part"),
        pytest.param(["figures"], "Figures", "Timeline", id="figures"),
        pytest.param(["daily", "periods"], "Posts", "People", id="posts"),
        pytest.param(["people"], "People", "Timeline", id="people"),
        pytest.param(["graph_drawn"], "Network", "Timeline", id="of a callback"),
    ],
)
def test_the_place_of_what_was_never_stored_says_so(
    page: Page, owner: int, names: Sequence[str], title: str, rest: str
) -> None:
    account = account_without(owner, *names)

    layout = page.open(f"user/mastodon?account={account}&period=all")

    said = text(layout)
    assert f"{title} {NOT_STORED} Analyse again" in said
    assert rest in said
    assert set(buttons(layout)) == {f"/analyse/{account}"}
    assert "hold no hashtags" not in said


def test_a_graph_that_an_older_version_drew_is_not_drawn(page: Page, owner: int) -> None:
    account = account_without(owner, "graph_drawn")

    layout = page.open(f"user/mastodon?account={account}")
    drawing = page.send(
        GRAPH + ".figure",
        {"graph-list.value": "followers", "account-shown.data": {"account": account, "period": "all"}},
    )

    assert not has_id(layout, {"type": "chart", "chart": "graph"})
    assert drawing.status_code == 404


def test_an_account_that_was_never_analysed_has_one_sentence_and_the_button(page: Page, owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1)], people=[follower("b")]), profile=OTHER)

    layout = page.open(f"user/mastodon?account={account}")

    assert "Nothing of this account was analysed yet." in text(layout)
    assert buttons(layout) == [f"/analyse/{account}"]
    assert "No people in this data" not in text(layout)


def test_while_an_account_is_imported_it_is_said_to_come(page: Page, owner: int) -> None:
    account, _ = merged(owner, Batch(posts=[post(1)]), profile=OTHER)
    imports.add_analysis(owner, account, "asked for on its page")

    layout = page.open(f"user/mastodon?account={account}")

    assert COMING in text(layout)
    assert buttons(layout) == []


def test_an_account_without_posts_has_nothing_to_be_analysed_again(page: Page, owner: int) -> None:
    account, _ = merged(owner, Batch(people=[follower("b")]), profile=OTHER)
    list(analyse(owner, account))

    layout = page.open(f"user/mastodon?account={account}")

    assert "No posts in this data" in text(layout)
    assert buttons(layout) == []


def test_the_overview_says_it_of_the_account(page: Page, owner: int) -> None:
    account_without(owner, "figures", "daily")
    other, _ = merged(owner, Batch(posts=[post(1)]), profile=OTHER)
    list(analyse(owner, other))

    layout = page.open("user?period=all")

    titles = {part["props"].get("title") for part in parts(layout) if part["props"].get("role") == "cell"}
    assert "this account has to be analysed again" in titles
    assert "To be analysed again: ada@example.social, Mastodon." in text(layout)


@pytest.mark.parametrize("what", ["hashtags.csv", "timeline.json"])
def test_a_file_of_what_was_never_stored_is_not_found_and_says_why(page: Page, owner: int, what: str) -> None:
    account = account_without(owner, "hashtags", "daily")

    response = page.client.get(f"/download/{account}/{what}")

    assert response.status_code == 404
    assert NOT_STORED in response.text


# ---- the button


def test_the_button_has_the_account_analysed(app: Flask, page: Page, owner: int) -> None:
    account = account_without(owner, "hashtags")

    answers = [post_analyse(page, account) for _ in range(2)]
    queued = [row for row in imports.imports(owner, account_id=account) if row.state == "queued"]
    run_waiting(app, threading.Event())

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == f"/dashboard/user/mastodon?account={account}"
    assert [row.export for row in queued] == ["analysis"]
    layout = page.open(f"user/mastodon?account={account}&period=all")
    assert buttons(layout) == []
    assert has_id(layout, {"type": "chart", "chart": "hashtags"})


def test_nobody_else_has_an_account_analysed(app: Flask, owner: int) -> None:
    account = account_without(owner, "hashtags")
    bob = Page(sign_in(app, users.add_user("Bob", "!")))

    assert post_analyse(bob, account).status_code == 404
    assert all(row.export != "analysis" for row in imports.imports(owner))


def test_visitors_of_the_demo_have_the_sentence_without_the_button(app: Flask, owner: int) -> None:
    users.change_user(owner, is_demo=True)
    account = account_without(owner, "hashtags")
    visitor = Page(sign_in(app, owner))

    layout = visitor.open(f"user/mastodon?account={account}&period=all")

    assert NOT_STORED in text(layout)
    assert buttons(layout) == []
    assert post_analyse(visitor, account).status_code == 403
