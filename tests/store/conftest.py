"""Two users in a database of each kind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from dashapp.store import users
from tests.conftest import DATABASES


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """On SQLite, and again on Postgres."""
    kind: str = request.param
    return kind


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    """Queries want the application's engine."""
    with app.app_context():
        yield


@pytest.fixture
def owner(in_app: None) -> int:
    """A user."""
    return users.add_user("Ada", "hash of ada")


@pytest.fixture
def stranger(in_app: None) -> int:
    """Another user, who must see nothing of the owner's."""
    return users.add_user("Bob", "hash of bob")


def beside(app: Flask, work: Callable[[], object]) -> threading.Thread:
    """Work in a thread, which has begun to wait for a lock, or is done."""

    def in_app() -> None:
        with app.app_context():
            work()

    thread = threading.Thread(target=in_app)
    thread.start()
    thread.join(0.5)
    return thread
