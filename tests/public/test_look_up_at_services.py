"""The look-up at servers in the shapes of real ones: few calls, hidden accounts, limits, faults, closed hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from dashapp.preview import fetch
from tests.services.fakes.bluesky import ADA, HIDDEN, BlueskyFake
from tests.services.fakes.bluesky import World as BlueskyWorld
from tests.services.fakes.github import Fake as GitHubFake
from tests.services.fakes.github_world import World as GitHubWorld
from tests.services.fakes.mastodon import served
from tests.services.fakes.mastodon_world import World as Fediverse
from tests.services.servers import hang, raw, serving

pytestmark = pytest.mark.server


@pytest.fixture
def bluesky(app: Flask) -> Iterator[BlueskyFake]:
    """Bluesky, with 150 posts of Ada's."""
    fake = BlueskyFake(BlueskyWorld(posts=150))
    with serving(fake) as url:
        app.config["BLUESKY_APPVIEW_URL"] = url
        yield fake
        fake.over.set()


@pytest.fixture
def fediverse(app: Flask) -> Iterator[Fediverse]:
    """A server with Ada and 130 posts of hers."""
    world = Fediverse()
    world.add("ada", world.server("home"), posts=130)
    with served(world):
        app.config["PRIVATE_HOSTS"] = world.private_hosts
        yield world


def look(app: Flask, handle: str, service: str = "") -> Any:
    """The answer."""
    return app.test_client().get("/look-up", query_string={"handle": handle, "service": service})


def problem(page: Any) -> str:
    """The sentence at the form."""
    return str(BeautifulSoup(page.text, "html.parser").select_one("#look-problem").text)


def test_a_mastodon_account_takes_its_posts_and_no_list(app: Flask, fediverse: Fediverse) -> None:
    home, ada = fediverse.servers["home"], fediverse.humans["ada"]

    page = look(app, ada.key)

    assert page.status_code == 200
    assert "The newest 100 posts" in page.text
    assert home.calls.total() == 5  # WebFinger, the account, three pages of posts
    assert not [path for path in home.calls if path.endswith(("followers", "following"))]


def test_a_server_that_asks_to_wait_is_left_alone(app: Flask, fediverse: Fediverse) -> None:
    home = fediverse.servers["home"]
    home.limits["all"] = 0

    pages = [look(app, f"{user}@{home.host}") for user in ("ada", "bob")]

    assert home.calls.total() == 1
    assert all("takes no more calls before" in problem(page) for page in pages)


def test_a_bluesky_account_takes_two_calls(app: Flask, bluesky: BlueskyFake) -> None:
    page = look(app, "ada.example.social")

    assert "The newest 100 posts" in page.text
    assert bluesky.total == 2


def test_who_asks_not_to_be_shown_to_strangers_is_not_shown(app: Flask, bluesky: BlueskyFake) -> None:
    bluesky.world.members[ADA].labels = (HIDDEN,)

    page = look(app, "ada.example.social")

    assert page.status_code == 403
    assert "not to be shown" in problem(page)
    assert "maths" not in page.text


@pytest.mark.parametrize("token", [None, "github-token"])
def test_a_github_account_takes_few_calls(app: Flask, token: str | None) -> None:
    fake = GitHubFake(GitHubWorld(posts=20))
    with serving(fake) as url:
        app.config["GITHUB_API_URL"], app.config["GITHUB_TOKEN"] = url, token

        page = look(app, "ada")

    assert page.status_code == 200
    assert "GitHub" in page.text
    assert len(fake.calls) <= 3


def test_no_such_account_anywhere(app: Flask, bluesky: BlueskyFake, fediverse: Fediverse) -> None:
    pages = [look(app, handle) for handle in ("nobody.example.social", f"nobody@{fediverse.servers['home'].host}")]

    assert [page.status_code for page in pages] == [404, 404]
    assert all("There is no" in problem(page) for page in pages)


def test_nobody_waits_for_a_server_that_says_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.2)
    with raw(hang) as server:
        app.config["PRIVATE_HOSTS"] = [server.url]

        page = look(app, f"ada@{server.url.removeprefix('http://')}")

    assert page.status_code == 424
    assert "does not answer as it should (timeout)" in problem(page)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0x7f.1"])
def test_hosts_that_are_not_public_are_not_called(app: Flask, host: str) -> None:
    page = look(app, f"ada@{host}", "mastodon")

    assert page.status_code == 400
    assert "is not a public server" in problem(page) or "names no server" in problem(page)


def test_a_fault_of_the_service_is_no_fault_of_ours(app: Flask, bluesky: BlueskyFake) -> None:
    bluesky.mangle = lambda _method, _value: [1, 2, 3]

    page = look(app, "ada.example.social")

    assert page.status_code == 424
    assert problem(page)
