"""A dashboard with two users: ada has accounts of all kinds, bob has one."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from flask import Flask

from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Profile
from dashapp.store import users
from tests.conftest import close, make_app, own_app
from tests.records import follower, merged, post, ties

from .dash_client import Page
from .downloads import AS_OF, add_analysed_account, sign_in

ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of what stands in the dashboard: users, then accounts."""

    ada: int
    bob: int
    full: int  # ada's: posts, people, ties, two imports
    other: int  # ada's second one of the same service: posts that nobody tells anything of
    network: int  # ada's: ties alone, without direction
    bobs: int
    quiet: int  # bob's: a post of long ago without words, and followers whose ties nobody tells


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A database with the users and their accounts, and their ids beside it, made by the worker that asks first."""
    folder = tmp_path_factory.getbasetemp()
    path = (folder if worker_id == "master" else folder.parent) / "dashboard.sqlite"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ids := path.with_suffix(".json")).exists():
            app = make_app(f"sqlite:///{shutil.copy(sqlite_template, path)}")
            made = fill(app)
            close(app)
            ids.write_text(json.dumps(asdict(made)))
    return path


@pytest.fixture(scope="session")
def dashboard_app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose tests only read."""
    with own_app(filled, tmp_path_factory.mktemp("dashboard")) as app:
        yield app


@pytest.fixture(scope="session")
def known(filled: Path) -> Known:
    """The users and their accounts."""
    return Known(**json.loads(filled.with_suffix(".json").read_text()))


def fill(app: Flask) -> Known:
    """Makes them."""
    with app.app_context():
        ada = users.add_user("Ada", "!")
        bob = users.add_user("Bob", "!")
        users.change_user(ada, time_zone=ZONE)
        full = add_analysed_account(ada)
        other = Profile(service="mastodon", key="ada@example.org", handle="ada@example.org", as_of=AS_OF)
        quiet = Profile(service="x", key="bob", handle="bob", as_of=AS_OF)
        network = Profile(service="github", key="net", handle="net")
        return Known(
            ada=ada,
            bob=bob,
            full=full,
            other=_analysed(ada, Batch(posts=[post(1), post(2)]), profile=other, complete=frozenset()),
            network=_analysed(
                ada, Batch(ties=ties("ab", "bc", "ca", "cd")), profile=network, complete=frozenset({"ties"}),
                mutual_ties=True,
            ),
            bobs=add_analysed_account(bob),
            quiet=_analysed(
                bob, Batch(posts=[post(-200, text="")], people=[follower("zoe")]), profile=quiet,
                complete=frozenset({"followers"}),
            ),
        )  # fmt: skip


def _analysed(owner: int, *batches: Batch, **options: object) -> int:
    account, _ = merged(owner, *batches, **options)  # type: ignore[arg-type]
    for _ in analyse(owner, account):
        pass
    return account


@pytest.fixture(scope="session")
def ada(dashboard_app: Flask, known: Known) -> Page:
    """Ada's browser."""
    return Page(sign_in(dashboard_app, known.ada))


@pytest.fixture(scope="session")
def bob(dashboard_app: Flask, known: Known) -> Page:
    """Bob's browser."""
    return Page(sign_in(dashboard_app, known.bob))
