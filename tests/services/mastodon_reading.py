"""Drives the reader of Mastodon against its fake servers: over real HTTP, through the real client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dashapp.services.mastodon.reader import MastodonReader
from dashapp.services.reading import Coverage, Target
from tests.services.fakes.mastodon import TOKEN, served
from tests.services.fakes.mastodon_world import Human, World
from tests.services.live_reading import FakeAccess, Kept, read


def small(**more: Any) -> World:
    """Ada at `home` with three followers and three friends at three servers, among whom there are ties."""
    world = World()
    home, other, third = world.server("home"), world.server("other"), world.server("third")
    world.add("ada", home, "bob", "cleo", "dora", posts=5, **more)
    world.add("bob", home, "ada", "cleo", "dora", "finn")
    world.add("cleo", other, "dora", "ada")
    world.add("dora", third, "bob")
    world.add("eve", third, "ada", "bob", "cleo")
    world.add("finn", other, "eve")
    return world


@contextmanager
def open_access(world: World, *names: str, token: bool = True, user: str = "ada", **more: Any) -> Iterator[FakeAccess]:
    """The servers of those names, or all, and the way to them; with the user's token, or without."""
    with served(world, *names):
        given = TOKEN.format(user=user) if token else None
        access = FakeAccess({"PRIVATE_HOSTS": world.private_hosts}, given, **more)
        try:
            yield access
        finally:
            world.over.set()
            access.close()


def target(who: Human, *, token: bool = True, **options: str) -> Target:
    """As an import has it: with a token the server, without one the handle and its domain."""
    handle, host = ("", who.server.host) if token else (who.key, who.server.domain)
    return Target(handle=handle, host=host, options=options)


def make_reader(access: FakeAccess, world: World, user: str = "ada", **options: str) -> MastodonReader:
    """A reader."""
    return MastodonReader(target(world.humans[user], token=access.token is not None, **options), access)


def whole(world: World, *names: str, token: bool = True, **options: str) -> tuple[Kept, Coverage]:
    """Everything of Ada, from the beginning; only the second pass needs more servers than hers."""
    called = names if names or "home" in options else ("home",)
    with open_access(world, *called, token=token) as access:
        return read(make_reader(access, world, **options))


def listed(kept: Kept, flag: str) -> set[str]:
    """The keys of a list."""
    return {person.key for person in kept.people() if getattr(person, flag)}


def among(kept: Kept) -> set[tuple[str, str]]:
    """Ties among the people of the account, as the merge keeps them."""
    alters = {person.key for person in kept.people()}
    return {(source, target) for source, target in kept.ties if source in alters and target in alters}


def crowd(*, followers: int = 0, friends: int = 0, posts: int = 0) -> World:
    """Ada with many followers and friends, half of them elsewhere, and ties from friends to others."""
    world = World()
    home, away = world.server("home"), world.server("away", "elsewhere.example")
    world.add("ada", home, *(f"g{n}" for n in range(friends)), posts=posts)
    for n in range(followers):
        world.add(f"f{n}", home if n % 2 else away, "ada", f"f{(n + 1) % followers}")
    for n in range(friends):
        others = [*(f"f{(n * 7) % followers}" for _ in range(followers > 0)), f"g{(n + 3) % friends}"]
        world.add(f"g{n}", home if n % 3 else away, *others, hidden=n % 10 == 4)
    return world
