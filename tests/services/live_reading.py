"""Drives a live reader as an import does: each step is kept with its cursor, and anybody may go on from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Self

from dashapp.services.net.client import Client, LocalCooldowns
from dashapp.services.net.response import Limit
from dashapp.services.reading import Coverage, Cursor, Reader, ReaderOf, Step, Target
from dashapp.services.records import Batch, Person, Post


@dataclass
class FakeAccess:
    """An `Access` whose clients do not pause between tries."""

    settings: Mapping[str, Any]
    token: str | None = None
    timeout: tuple[float, float] = (60.0, 60.0)  # a busy machine is no service in trouble
    cooldowns: LocalCooldowns = field(default_factory=LocalCooldowns)
    clients: list[Client] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)

    def client(
        self, base: str, *, name: str, limit: Limit, headers: Mapping[str, str] | None = None, guarded: bool = False
    ) -> Client:
        """A client that shares the waits."""
        made = Client(
            base,
            name=name,
            limit=limit,
            headers=headers,
            guarded=guarded,
            allow=self.settings["PRIVATE_HOSTS"],
            cooldowns=self.cooldowns,
            pause=self.paused.append,
            timeout=self.timeout,
        )
        self.clients.append(made)
        return made

    def close(self) -> None:
        """Lets go of all connections."""
        for client in self.clients:
            client.close()


@dataclass
class Kept:
    """What an import has kept so far; a `Known` for readers."""

    steps: list[Step] = field(default_factory=list)
    posts_until: datetime | None = None
    held: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()

    def newcomers(self) -> frozenset[str]:
        """Of whom the fresh have not told."""
        return self.new

    def people(self, *, since: int = 0) -> list[Person]:
        """Followers and friends, each once."""
        told: dict[str, Person] = {}
        for person in (person for batch in self.batches[since:] for person in batch.people):
            before = told.get(person.key, person)
            flags = {name: getattr(before, name) or getattr(person, name) for name in ("is_follower", "is_friend")}
            told[person.key] = replace(person, **flags)
        return list(told.values())

    @property
    def n_steps(self) -> int:
        """How many are kept."""
        return len(self.steps)

    @property
    def batches(self) -> list[Batch]:
        """Of all steps."""
        return [step.batch for step in self.steps]

    @property
    def posts(self) -> list[Post]:
        """All posts."""
        return [post for batch in self.batches for post in batch.posts]

    @property
    def ties(self) -> set[tuple[str, str]]:
        """All ties."""
        return {(tie.source, tie.target) for batch in self.batches for tie in batch.ties}

    @property
    def ties_of(self) -> set[str]:
        """Whose ties are told in full."""
        return {key for batch in self.batches for key in batch.ties_of}

    @property
    def skipped(self) -> list[str]:
        """Why records were kept out."""
        return [skipped.why for batch in self.batches for skipped in batch.skipped]

    @property
    def cursor(self) -> Cursor:
        """With which reading goes on, as the database gives it back."""
        cursor: Cursor = json.loads(json.dumps(self.steps[-1].cursor)) if self.steps else {}
        return cursor

    def keep(self, steps: Iterator[Step], most: int | None = None) -> Self:
        """So many steps, or all to the end."""
        for step in islice(steps, most):
            self.steps.append(step)
        return self

    def content(self) -> tuple[Any, ...]:
        """Everything that was read."""
        return self.posts, self.people(), sorted(self.ties), sorted(self.ties_of), self.skipped


def read(reader: Reader, kept: Kept | None = None) -> tuple[Kept, Coverage]:
    """Reads behind what is kept to the end; what was read, and how much of the account that is."""
    kept = kept or Kept()
    kept.keep(reader.read(kept.cursor, kept))
    return kept, reader.coverage(kept.cursor)


def read_in_pieces(reader_of: ReaderOf, target: Target, open_access: Callable[[], FakeAccess]) -> Kept:
    """The same, by another reader after each step."""
    kept = Kept()
    while True:
        access = open_access()
        steps = reader_of(target, access).read(kept.cursor, kept)
        try:
            step = next(steps, None)
        finally:
            access.close()
        if step is None:
            return kept
        kept.steps.append(step)
