"""Which account a handle means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dashapp.services.mastodon import webfinger
from dashapp.services.mastodon.reader import MastodonReader
from dashapp.services.reading import Target
from tests.services.fakes.mastodon import TOKEN, sending_on
from tests.services.fakes.mastodon_world import World
from tests.services.live_reading import FakeAccess, read
from tests.services.mastodon_reading import make_reader, open_access, small
from tests.services.servers import Reply, scripted, serving

pytestmark = pytest.mark.server


@contextmanager
def split_names(*, token: bool = False) -> Iterator[tuple[World, FakeAccess]]:
    """The small world, where the handles of `home` have the domain of another site, which sends on."""
    world = small()
    home = world.servers["home"]
    with serving(sending_on(lambda: home.host)) as site:
        home.domain = site.removeprefix("http://")
        with open_access(world, token=token) as access:
            access.settings = {"PRIVATE_HOSTS": [*world.private_hosts, site]}
            yield world, access


@pytest.mark.parametrize("typed", ["domain", "host"])
def test_an_account_is_one_under_the_domain_of_its_handle_and_the_name_of_its_server(typed: str) -> None:
    with split_names() as (world, access):
        home = world.servers["home"]
        profile = MastodonReader(
            Target(handle=f"ada@{getattr(home, typed)}", host=getattr(home, typed)), access
        ).profile()

    assert profile.key == f"ada@{home.domain}"
    assert profile.url == f"https://{home.host}/@ada"


def test_a_token_finds_the_domain_of_its_server() -> None:
    with split_names(token=True) as (world, access):
        profile = make_reader(access, world).profile()

    assert profile.key == f"ada@{world.servers['home'].domain}"


@pytest.mark.parametrize("token", [True, False])
def test_everything_is_read_there_with_the_right_keys(token: bool) -> None:
    with split_names(token=token) as (world, access):
        kept, coverage = read(make_reader(access, world, home="1"))

    assert {each.key for each in kept.people()} == world.followers("ada") | world.friends("ada")
    assert kept.ties >= world.ties("ada")
    assert kept.ties_of == {each.key for each in kept.people()}
    assert coverage.complete == {"posts", "followers", "friends"}


def test_reading_goes_on_at_the_server() -> None:
    with split_names() as (world, access):
        steps = list(make_reader(access, world).read({}, known := NobodyKnown()))
        calls = world.calls
        rest = list(make_reader(access, world).read(steps[-2].cursor, known))

    assert [step.cursor for step in rest] == [steps[-1].cursor]
    assert world.calls == calls + 1


def test_an_alias_means_the_account_that_it_names() -> None:
    world = small()
    with open_access(world, token=False) as access:
        home = world.servers["home"]
        links = [{"rel": "self", "href": f"https://{home.host}/users/ada"}]
        told = Reply({"subject": world.humans["ada"].key, "links": links})
        with scripted({"/.well-known/webfinger": told}) as (site, _):
            access.settings = {"PRIVATE_HOSTS": [*world.private_hosts, site]}
            profile = MastodonReader(Target(handle=f"me@{site.removeprefix('http://')}"), access).profile()

    assert profile.key == world.humans["ada"].key


@pytest.mark.parametrize("victim", ["bob", "nobody"])
def test_nobody_passes_for_an_account_of_another_server(victim: str) -> None:
    world = small()
    evil = world.server("evil")
    world.add("mallory", evil)
    with open_access(world, token=False) as access:
        home = world.servers["home"]
        links = [{"rel": "self", "href": f"https://{evil.host}/users/mallory"}]
        told = {"subject": f"acct:{victim}@{home.domain}", "links": links}
        evil.fault = lambda path: told if path.endswith("webfinger") else None
        profile = MastodonReader(Target(handle=f"mallory@{evil.host}"), access).profile()

    real = {"bob": (home.domain, home.host, "bob"), "nobody": (evil.host, evil.host, "mallory")}
    domain, host, user = real[victim]
    assert (profile.key, profile.url) == (f"{user}@{domain}", f"https://{host}/@{user}")


def test_a_server_of_a_token_does_not_choose_a_domain_that_is_not_its_own() -> None:
    world = small()
    world.server("evil")
    world.add("mallory", world.servers["evil"])
    with open_access(world, user="mallory") as access:
        evil = world.servers["evil"]
        evil.domain = world.servers["home"].domain
        profile = make_reader(access, world, "mallory").profile()

    assert access.token == TOKEN.format(user="mallory")
    assert profile.key == f"mallory@{evil.host}"


@pytest.mark.parametrize(
    "told",
    [
        "<html>",
        [],
        {"subject": None},
        {"subject": "acct:ada@x.example", "links": [{"rel": "self", "href": "https://["}]},
        {"subject": "acct:ada@x.example", "links": [None, {"rel": "self", "href": 7}]},
        {"subject": "acct:ada@[", "links": [{"rel": "self", "href": "https://x.example/"}]},
    ],
)
def test_a_useless_answer_leaves_the_handle_as_it_was_typed(told: Any) -> None:
    world = small()
    home = world.servers["home"]
    home.fault = lambda path: told if path.endswith("webfinger") else None
    with open_access(world, token=False) as access:
        profile = make_reader(access, world).profile()

    assert profile.key == world.humans["ada"].key


def test_a_site_that_sends_on_for_ever_is_left() -> None:
    world = small()
    home = world.servers["home"]
    with serving(sending_on(lambda: home.host)) as site:
        there = {"Location": f"{site}/.well-known/webfinger?resource=acct:ada@x.example"}
        home.fault = lambda path: ("", 302, there) if path.endswith("webfinger") else None
        with open_access(world, token=False) as access:
            access.settings = {"PRIVATE_HOSTS": [*world.private_hosts, site]}
            profile = make_reader(access, world).profile()

    assert profile.key == world.humans["ada"].key
    assert home.calls["/.well-known/webfinger"] == 2


def test_a_site_does_not_send_us_to_a_private_host() -> None:
    world = small()
    home = world.servers["home"]
    with scripted({}) as (private, script), open_access(world, token=False) as access:
        there = {"Location": f"{private}/.well-known/webfinger"}
        home.fault = lambda path: ("", 302, there) if path.endswith("webfinger") else None
        make_reader(access, world).profile()

    assert script.calls() == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ada@example.social", ("ada", "example.social")),
        (" @ada@example.social ", ("ada", "example.social")),
        ("acct:ada@example.social", ("ada", "example.social")),
        ("https://example.social/@ada", ("ada", "example.social")),
        ("https://example.social/@ada/", ("ada", "example.social")),
        ("https://example.social/users/ada", ("ada", "example.social")),
        ("https://example.social/@bob@other.example", ("bob", "other.example")),
        ("ada@127.0.0.1:9001", ("ada", "127.0.0.1:9001")),
        ("ada", ("ada", "")),
        ("", ("", "")),
    ],
)
def test_a_handle_is_taken_apart(typed: str, found: tuple[str, str]) -> None:
    assert webfinger.split(typed) == found


class NobodyKnown:
    """A `live.Known` of an account that is read for the first time, without people."""

    posts_until = None
    held: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    n_steps = 0

    def newcomers(self) -> frozenset[str]:
        """Nobody."""
        return frozenset()

    def people(self, *, since: int = 0) -> list[Any]:
        """Nobody."""
        return []
