"""A network of ours that is served, and readers of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dashapp.services import live_of
from dashapp.services.reading import Coverage, Reader, Target
from tests.services.fakes.bluesky import BlueskyFake, World
from tests.services.live_reading import FakeAccess, Kept, read
from tests.services.servers import serving


class Network:
    """A fake that is served, and readers of it."""

    def __init__(self, url: str, fake: BlueskyFake) -> None:
        self.url, self.fake, self.accesses = url, fake, list[FakeAccess]()

    def open_access(self, **values: Any) -> FakeAccess:
        """A way to the fake and to nothing else."""
        addresses = {"BLUESKY_APPVIEW_URL": self.url, "BLUESKY_PLC_URL": self.url, "PRIVATE_HOSTS": [self.url]}
        self.accesses.append(FakeAccess(addresses, **values))
        return self.accesses[-1]

    def reader(self, handle: str = "ada.example.social", key: str = "", **values: Any) -> Reader:
        """A reader of that account."""
        return live_of("bluesky").reader(Target(handle=handle, key=key), self.open_access(**values))

    def read(self, **kept: Any) -> tuple[Kept, Coverage]:
        """Everything of Ada's account."""
        return read(self.reader(), Kept(**kept))

    def look(self, steps: int = 3) -> Kept:
        """The first steps; three are a first look."""
        kept = Kept()
        return kept.keep(self.reader().read({}, kept), steps)

    def close(self) -> None:
        """Ends what hangs, and lets go of all connections."""
        self.fake.over.set()
        for open_access in self.accesses:
            open_access.close()


Serve = Callable[..., Network]


@pytest.fixture
def network() -> Iterator[Serve]:
    """Serves a world."""
    with ExitStack() as stack:

        def serve(world: World | None = None, **sizes: int) -> Network:
            fake = BlueskyFake(world or World(**sizes))
            told = Network(stack.enter_context(serving(fake)), fake)
            stack.callback(told.close)
            return told

        yield serve
