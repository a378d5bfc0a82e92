"""A server in a storm: its import threads, users with tokens, and what stands in the database in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from dashapp import imports as runner
from dashapp.imports import service_access
from dashapp.services.net import circuit_breaker, client
from dashapp.services.net.client import Client
from dashapp.store import accounts, change_list, connections, imports, people, posts, users
from dashapp.store.rows import AccountRow, ImportRow
from tests.services.fakes.bluesky import BlueskyFake
from tests.services.fakes.bluesky import World as Sky


@contextmanager
def running(app: Flask) -> Iterator[None]:
    """The import threads of the server."""
    runner.start(app)
    try:
        yield
    finally:
        runner.stop(app)


def hurry(monkeypatch: pytest.MonkeyPatch, *, timeout: float = 10.0) -> None:
    """Waits that nobody told are short; `timeout`: seconds for an answer."""
    monkeypatch.setattr(runner, "PAUSE", 0.3)  # each thread looks as often: oftener costs more than waiting
    monkeypatch.setattr(client, "DEFAULT_COOLDOWN", timedelta(seconds=1))
    monkeypatch.setattr(circuit_breaker, "LONGER", timedelta(seconds=1))
    monkeypatch.setattr(circuit_breaker, "PROBE", timedelta(seconds=1))
    monkeypatch.setattr(service_access, "Client", partial(Client, timeout=(3.0, timeout)))


def add_user(name: str) -> int:
    """A user without a password."""
    return users.add_user(name, "!")


def connected(owner: int, service: str, token: str, *, host: str = "", handle: str = "") -> int:
    """A new import of the account that the token belongs to."""
    value = {"access_token": token}
    connection = connections.connect(
        owner, service=service, host=host, uid=f"{owner}", handle=handle, token=value, expires_at=None
    )
    return imports.add_live(owner, service=service, host=host, connection=connection)


def row_of(owner: int, import_id: int) -> ImportRow:
    """The import's row."""
    row = imports.get_import(owner, import_id)
    assert row is not None
    return row


def is_done(owner: int, import_id: int) -> bool:
    """Whether it ended; it must not fail."""
    row = row_of(owner, import_id)
    assert row.state != "failed", row.message
    return bool(row.state == "done")


def is_asleep(owner: int, import_id: int) -> bool:
    """Whether it waits in its row, and says why."""
    row = row_of(owner, import_id)
    return bool(row.state == "queued" and row.wake_at and row.message)


def account_of(owner: int, service: str) -> AccountRow:
    """The only one of the service."""
    (account,) = (account for account in accounts.accounts(owner) if account.service == service)
    return account


def ties_of(owner: int, account: int) -> set[tuple[str, str]]:
    """Who follows whom, by handles."""
    handles = people.people(owner, account).set_index("person")["handle"].fillna("")  # broken answers tell none
    ties = people.ties(owner, account)
    return set(zip(ties["source"].map(handles), ties["target"].map(handles), strict=True))


def listed(owner: int, account: int, flag: str) -> set[str]:
    """The handles of a list."""
    persons = people.people(owner, account)
    return set(persons.loc[persons[flag], "handle"])


def lost(owner: int, account: int) -> set[str]:
    """The handles of who was lost."""
    return {row.handle for row in change_list.changes(owner, account) if row.change == "lost"}


def stored(owner: int, service: str) -> tuple[Any, ...]:
    """All rows, by names instead of numbers."""
    account = account_of(owner, service)
    persons = people.people(owner, account.id)
    return (
        posts.posts(owner, account.id)[["created_at", "kind", "text", "likes", "label"]].to_csv(),
        persons.drop(columns=["person", "ties_at", "asked_since"]).sort_values("handle").to_csv(index=False),
        sorted(ties_of(owner, account.id)),
        (account.lists, account.notes, account.followers, account.handle),
    )


def small_sky() -> BlueskyFake:
    """Another service, where the weather is fine."""
    return BlueskyFake(Sky(followers=12, friends=10, follows=4, posts=20))


def from_the_sky(owner: int) -> int:
    """A new import from it."""
    return imports.add_live(owner, service="bluesky", handle="ada.example.social")
