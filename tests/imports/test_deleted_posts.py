"""What was deleted at a service goes with the next reading: within what is read again, and now and then of all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.imports.jobs import run
from dashapp.imports.receive import queue_live
from dashapp.store import accounts, imports, posts
from dashapp.store.database import now
from dashapp.store.rows import ImportReport
from tests.services.fakes import bluesky, github, github_world
from tests.services.servers import serving

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("unmeasured")]
POSTS, APART = 320, timedelta(hours=6)  # on four pages


@dataclass
class AtService:
    """Ada's account at a service."""

    service: str
    handle: str
    posts: list[Any]  # the newest first


@contextmanager
def at_bluesky(app: Flask) -> Iterator[AtService]:
    world = bluesky.World(followers=0, friends=0, mutual=0, posts=POSTS)
    fake = bluesky.BlueskyFake(world)
    with serving(fake) as url:
        app.config.update(BLUESKY_APPVIEW_URL=url, BLUESKY_PLC_URL=url, PRIVATE_HOSTS=[url])
        yield AtService("bluesky", "ada.example.social", world.feed)
        fake.over.set()


@contextmanager
def at_github(app: Flask) -> Iterator[AtService]:
    world, fresh = github_world.World(followers=0, friends=0, posts=0), now().replace(microsecond=0)
    times = [fresh - APART * number for number in range(POSTS)]
    world.posts = [github_world.Written("issues", number, at, at) for number, at in enumerate(times, 1)]
    with serving(github.Fake(world)) as url:
        app.config.update(GITHUB_API_URL=url, GITHUB_TOKEN=github.TOKEN)
        yield AtService("github", "ada", world.posts)


def read(owner: int, told: AtService) -> tuple[int, ImportReport]:
    """How many posts are there after a reading, and what it says."""
    row = imports.claim(queue_live(owner, service=told.service, handle=told.handle))
    assert row is not None
    run(row, stopping=threading.Event())
    ended = imports.get_import(owner, row.id)
    assert ended is not None
    assert (ended.state, ended.message) == ("done", "")
    return len(posts.posts(owner, ended.account_id or 0)), ended.report


@pytest.mark.parametrize("service", [at_bluesky, at_github])
def test_posts_go_where_they_are_read_again(app: Flask, owner: int, service: Callable[[Flask], Any]) -> None:
    with service(app) as told:
        before, _ = read(owner, told)
        del told.posts[24]
        after, report = read(owner, told)

    assert (before, after, report.removed_posts) == (POSTS, POSTS - 1, 1)


@pytest.mark.parametrize(
    ("service", "days", "left"), [(at_bluesky, 30, POSTS - 1), (at_github, 30, POSTS - 1), (at_github, 0, POSTS)]
)
def test_older_posts_go_when_all_are_read_again(
    app: Flask, owner: int, service: Callable[[Flask], Any], days: int, left: int
) -> None:
    app.config["REREAD_DAYS"] = days
    with service(app) as told:
        read(owner, told)
        (account,) = accounts.accounts(owner)
        accounts.change_account(owner, account.id, posts_read_at=now() - timedelta(days=31))
        told.posts.pop()
        after, _ = read(owner, told)

    assert after == left
