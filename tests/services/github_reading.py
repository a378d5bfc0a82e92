"""Drives the readers of GitHub against its fake: over real HTTP, through the real client, with any restarts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dashapp.services.github.reader import reader
from dashapp.services.reading import Coverage, Reader, Target
from tests.services.fakes.github import TOKEN, Fake
from tests.services.live_reading import FakeAccess, Kept
from tests.services.servers import serving

ADA = Target(handle="ada", key="1001")


class Seen(Kept):
    """What steps brought (`live.Known` of the reader that makes them)."""

    def listed(self, flag: str) -> list[str]:
        """The keys of a list, in the order of reading."""
        return [person.key for batch in self.batches for person in batch.people if getattr(person, flag)]

    def among(self) -> set[tuple[str, str]]:
        """Ties among the people of the account, as the merge keeps them."""
        alters = {person.key for person in self.people()}
        return {(source, target) for source, target in self.ties if source in alters and target in alters}


@contextmanager
def open_access(fake: Fake, token: str | None = TOKEN, *, ours: str | None = None) -> Iterator[FakeAccess]:
    """The fake, served. `ours`: the token of the server."""
    with serving(fake) as url:
        access = FakeAccess({"GITHUB_API_URL": url, "GITHUB_TOKEN": ours, "PRIVATE_HOSTS": []}, token)
        try:
            yield access
        finally:
            access.close()


def make_reader(access: FakeAccess, target: Target = ADA) -> Reader:
    """A reader."""
    return reader(target, access)


def read(access: FakeAccess, *, seen: Seen | None = None, restarts: bool = False) -> tuple[Seen, Coverage]:
    """All steps behind those that were seen; with `restarts` each is made by a reader of its own."""
    seen, reading = seen or Seen(), make_reader(access)
    while restarts and (step := next(make_reader(access).read(seen.cursor, seen), None)) is not None:
        seen.steps.append(step)
    seen.keep(reading.read(seen.cursor, seen))
    return seen, reading.coverage(seen.cursor)


def whole(fake: Fake, token: str | None = TOKEN, **more: Any) -> tuple[Seen, Coverage]:
    """Everything, from the beginning."""
    with open_access(fake, token) as access:
        return read(access, **more)


def without(*path: str | int, value: Any = None) -> Any:
    """A change of answers (`Fake.mutate`): something in them becomes another value, where it is there."""

    def mutate(told: Any) -> Any:
        inner = told
        for name in path[:-1]:
            inner = inner.get(name) if isinstance(inner, dict) else inner[name] if inner else None
            if inner is None:
                return told
        inner[path[-1]] = value
        return told

    return mutate
