"""Reading Bluesky in the rough: limits, faults, answers of any shape, one reader going on for another, an import."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from dashapp.imports.jobs import run
from dashapp.services import live_of
from dashapp.services.errors import RateLimitedError, ServiceError, UnavailableError
from dashapp.services.reading import Target
from dashapp.store import accounts, imports, people, posts, users
from dashapp.store.rows import ImportRow
from tests.imports.conftest import unmeasured
from tests.services.bluesky_network import Network, Serve, network
from tests.services.fakes.bluesky import ADA, BlueskyFake, Fault, World, did_of, repost_of
from tests.services.live_reading import Kept, read, read_in_pieces
from tests.services.servers import serving

pytestmark = pytest.mark.server

BOB = did_of(0)
__all__ = ["network", "unmeasured"]


def test_nothing_is_called_before_the_reset(network: Serve) -> None:
    told = network(posts=900)
    told.fake.limit, told.fake.reset = 6, time.time() + 300
    reader = told.reader()

    for _ in range(3):
        with pytest.raises(RateLimitedError) as caught:
            read(reader)

    assert told.fake.total == 6  # the sixth answer said that none remains
    assert abs(caught.value.until.timestamp() - told.fake.reset) < 3


def test_after_too_many_calls_the_reset_is_waited_for(network: Serve) -> None:
    told = network()
    told.fake.limit, told.fake.reset = 2, time.time() + 300
    told.reader().profile()
    told.reader().profile()

    with pytest.raises(RateLimitedError) as caught:
        told.reader().profile()

    assert caught.value.until.timestamp() >= told.fake.reset - 1


def test_what_was_read_before_a_limit_is_not_read_again(network: Serve) -> None:
    told = network(followers=30, friends=0, mutual=0, follows=50)
    whole, _ = told.read()
    told.fake.limit, told.fake.reset, told.fake._used = 12, time.time() + 300, 0
    told.fake.calls.clear()
    kept = Kept()

    with pytest.raises(RateLimitedError):
        read(told.reader(), kept)
    told.fake.limit = 0
    read(told.reader(), kept)

    assert kept.content() == whole.content()
    assert told.fake.calls["app.bsky.graph.getFollows"] == whole_calls(whole)


def whole_calls(kept: Kept) -> int:
    """One for Ada's friends, one for each person's follows of less than a page."""
    return 1 + len(kept.people())


def test_another_reader_may_go_on_behind_each_step_from_a_small_cursor_and_progress_grows(network: Serve) -> None:
    told = network(followers=110, friends=20, mutual=10, follows=60, posts=150)
    whole, _ = told.read()

    pieces = read_in_pieces(live_of("bluesky").reader, Target(handle="ada.example.social"), told.open_access)

    assert pieces.content() == whole.content()
    assert [step.cursor for step in pieces.steps] == [step.cursor for step in whole.steps]
    assert pieces.ties == told.fake.world.ties()
    done = [batch.done for batch in whole.batches]
    assert done == sorted(done)
    assert all(batch.done <= batch.total for batch in whole.batches)
    assert done[-1] == whole.batches[-1].total
    assert max(len(str(step.cursor)) for step in whole.steps) < 1_000


@pytest.mark.parametrize("kind", ["500", "502", "503", "cut", "bomb"])
def test_a_service_in_trouble_is_told_as_such(network: Serve, kind: str) -> None:
    told = network()
    told.fake.faults = [Fault(kind)]

    with pytest.raises(UnavailableError):
        told.reader().profile()


def test_a_service_that_says_nothing_is_in_trouble(network: Serve) -> None:
    told = network()
    told.fake.faults = [Fault("hang")]

    with pytest.raises(UnavailableError, match="timeout"):
        told.reader(timeout=(1.0, 0.05)).profile()


@pytest.mark.parametrize("kind", ["500", "cut"])
def test_faults_now_and_then_change_nothing(network: Serve, kind: str) -> None:
    told = network(followers=30, friends=20, follows=20)
    whole, expected = told.read()
    told.fake.faults = [Fault(kind, share=0.2)]
    kept, coverage = Kept(), None

    for _ in range(50):
        with suppress(UnavailableError):
            _, coverage = read(told.reader(), kept)
            break

    assert kept.content()[:2] == whole.content()[:2]
    assert kept.ties == told.fake.world.ties()
    assert coverage == expected


@pytest.mark.slow
@pytest.mark.usefixtures("unmeasured")
def test_an_import_of_the_account_tells_who_was_gained_and_lost(app: Flask, network: Serve) -> None:
    told = network(followers=30, friends=20, mutual=10, follows=10, posts=20)
    world = told.fake.world
    with app.app_context():
        app.config.update(told.open_access().settings)
        owner = users.add_user("Ada", "hash")
        first = imported(owner)
        known = len(people.ties(owner, first.account_id)), len(posts.posts(owner, first.account_id))
        expected = len(world.ties()), 20
        del world.members[BOB].follows[ADA]
        world.add(did_of(900), "new.example.social", ADA)

        second = imported(owner)

        assert (first.state, second.state) == ("done", "done")
        assert (second.report.gained_followers, second.report.lost_followers) == (1, 1)
        account = accounts.account(owner, second.account_id)
        assert account is not None
        assert (account.key, account.handle, account.notes) == (ADA, "ada.example.social", [])
        assert known == expected


def imported(owner: int) -> ImportRow:
    """An import of Ada's account, when it has ended."""
    import_id = imports.add_live(owner, service="bluesky", handle="ada.example.social")
    row = imports.claim(import_id)
    assert row is not None
    run(row, stopping=threading.Event())
    ended = imports.get_import(owner, import_id)
    assert ended is not None
    return ended


odd = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just([]) | st.just({})


@given(data=st.data())
def test_answers_of_any_shape_raise_nothing_of_our_own(data: st.DataObject) -> None:
    world = World(followers=3, friends=2, mutual=1, posts=3)
    world.feed.append(repost_of(5, BOB))

    def spoil(value: Any) -> Any:
        if data.draw(st.integers(0, 11)) == 0:
            return data.draw(odd)
        if isinstance(value, dict):
            return {key: spoil(each) for key, each in value.items()}
        return [spoil(each) for each in value] if isinstance(value, list) else value

    fake = BlueskyFake(world)
    with serving(fake) as url:
        told = Network(url, fake)
        fake.mangle = lambda method, value: value if method.endswith("getProfile") else spoil(value)
        with suppress(ServiceError):
            told.read()
        told.close()

    assert fake.total
