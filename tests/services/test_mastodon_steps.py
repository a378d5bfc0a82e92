"""How an account is read: ties, few calls, limits, going on, troubles."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import RateLimitedError, ServiceError
from dashapp.services.mastodon.reader import MastodonReader
from tests.services.fakes.mastodon import TOKEN
from tests.services.live_reading import FakeAccess, Kept, read, read_in_pieces
from tests.services.mastodon_reading import among, crowd, listed, make_reader, open_access, small, target, whole

pytestmark = pytest.mark.server

ALL = frozenset({"posts", "followers", "friends"})


# ties


def test_ties_are_those_that_the_server_knows() -> None:
    world = crowd(followers=90, friends=50)

    kept, coverage = whole(world, "home")

    expected = world.ties("ada", known_at=world.servers["home"])
    assert expected < world.ties("ada")
    assert among(kept) == expected
    assert coverage.notes[0].startswith("The server tells only which friends of this account follow the others;")


def test_the_server_tells_all_follows_of_its_own_people_among_the_friends_but_not_to_those_who_hide_it() -> None:
    world = crowd(followers=90, friends=50)
    world.humans["f7"].hidden = True
    friends = [world.humans[f"g{n}"] for n in range(50)]

    kept, _ = whole(world, "home")

    home = world.servers["home"]
    assert kept.ties_of == {each.key for each in friends if each.server is home and not each.hidden}
    hiding = {each.key for each in friends if each.hidden} | {world.humans["f7"].key}
    assert {key for batch in kept.batches for key in batch.no_ties_to} == hiding
    told = {(a, b) for a, b in world.ties("ada") if a in kept.ties_of and b not in hiding}
    assert {(a, b) for a, b in among(kept) if a in kept.ties_of} == told


def test_nobodys_follows_are_told_in_full_where_a_list_is_not_whole() -> None:
    world = crowd(followers=90, friends=50)
    refused = ({"error": "This action is not allowed"}, 403)
    world.servers["home"].fault = lambda path: refused if path.endswith("/followers") else None

    kept, _ = whole(world, "home")

    assert kept.ties
    assert kept.ties_of == set()


def test_strangers_are_told_no_ties() -> None:
    kept, coverage = whole(small(), token=False)

    assert kept.ties == set()
    assert coverage.notes[0].startswith("Without signing in")


def test_a_server_that_does_not_know_familiar_followers_is_asked_once() -> None:
    world = crowd(followers=200)
    home = world.servers["home"]
    home.familiar = False

    kept, coverage = whole(world, "home")

    assert len(listed(kept, "is_follower")) == 200
    assert home.calls["/api/v1/accounts/familiar_followers"] == 1
    assert coverage.complete == ALL
    assert coverage.notes[0] == "This server does not tell who of these people follow each other."


def test_who_stands_on_both_lists_is_asked_for_once() -> None:
    world = crowd(followers=40)
    world.humans["ada"].follows = dict.fromkeys(f"f{n}" for n in range(40))

    whole(world, "home")

    assert world.servers["home"].calls["/api/v1/accounts/familiar_followers"] == 1


# how it is read


def test_five_hundred_people_and_posts_take_at_most_forty_calls() -> None:
    world = crowd(followers=250, friends=250, posts=500)

    kept, coverage = whole(world, "home")

    assert len(kept.people()) == len(kept.posts) == 500
    assert coverage.complete == ALL
    assert world.calls <= 40
    assert max(len(step.cursor["familiar"]) for step in kept.steps) <= 200
    assert max(len(json.dumps(step.cursor)) for step in kept.steps) < 12_000


def test_a_first_look_comes_after_a_page_of_each() -> None:
    kept, _ = whole(crowd(followers=100, friends=100, posts=50), "home")

    assert [step.batch.step for step in kept.steps[:4]] == ["posts", "followers", "friends", "ties"]
    assert [step.show for step in kept.steps].index(True) == 2
    assert sum(step.show for step in kept.steps) == 1
    assert kept.steps[-1].batch.done == kept.steps[-1].batch.total


@pytest.mark.parametrize("token", [True, False])
def test_reading_goes_on_behind_every_step(token: bool) -> None:
    world = crowd(followers=100, friends=90, posts=90)
    with open_access(world, "home", token=token) as access:
        undisturbed, _ = read(make_reader(access, world))
        who = target(world.humans["ada"], token=token)
        pieces = read_in_pieces(MastodonReader, who, lambda: FakeAccess(access.settings, access.token))

    assert pieces.content() == undisturbed.content()
    assert pieces.cursor == undisturbed.cursor


@pytest.mark.parametrize("told", [True, False])
def test_nothing_is_called_before_a_limit_ends_and_reading_goes_on_then(told: bool) -> None:
    world = crowd(followers=300, friends=90, posts=90)
    undisturbed, _ = whole(world, "home")
    home = world.servers["home"]
    home.renew()
    home.limits["paging"], home.told_limits = 3, told
    kept, sleeps = Kept(), 0
    with open_access(world, "home") as access:
        while True:
            try:
                _, coverage = read(make_reader(access, world), kept)
                break
            except RateLimitedError as error:
                calls, sleeps = world.calls, sleeps + 1
                with pytest.raises(RateLimitedError):
                    read(make_reader(access, world), kept)
                assert world.calls == calls
                wait = error.until - datetime.now(UTC)
                assert timedelta(minutes=14 if told else 0.9) < wait < timedelta(minutes=15.1 if told else 1)
            home.renew()
            access.cooldowns._until.clear()

    assert sleeps > 1
    assert [each.text for each in kept.posts] == [each.text for each in undisturbed.posts]
    assert len(kept.people()) == len(undisturbed.people())
    assert coverage.complete == ALL


def test_short_troubles_are_tried_again() -> None:
    world = small()
    faults = iter([("", 502), ("[", 200), ("<html>", 200)] * 3)
    chance = random.Random(7)
    world.servers["home"].fault = lambda path: next(faults, None) if chance.random() < 0.4 else None

    kept, coverage = whole(world)

    assert listed(kept, "is_follower") == world.followers("ada")
    assert coverage.complete == ALL


def test_the_token_reaches_only_the_server_that_gave_it() -> None:
    world = small()
    seen: list[str] = []
    with open_access(world) as access:
        client = access.client

        def noted(base: str, **more: Any) -> Any:
            seen.extend(base for value in (more.get("headers") or {}).values() if TOKEN.format(user="ada") in value)
            return client(base, **more)

        access.client = noted  # type: ignore[method-assign, assignment]
        read(make_reader(access, world, home="1"))

    assert set(seen) == {f"http://{world.servers['home'].host}"}


WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.none(), max_size=2), st.just({"id": {}})
)


@given(wrong=WRONG, seed=st.integers(0, 10**6))
def test_values_of_the_wrong_type_are_no_more_than_errors_in_words(wrong: Any, seed: int) -> None:
    world, chance = small(), random.Random(seed)
    server = world.servers["home"]
    world.humans["eve"].more = {chance.choice(FIELDS): wrong}
    world.humans["ada"].more = {chance.choice(FIELDS): wrong}
    world.post("ada", **{chance.choice(STATUS_FIELDS): wrong})
    server.fault = lambda path: (json.dumps(wrong), 200) if chance.random() < 0.05 else None
    with open_access(world, "home") as access, suppress(ServiceError):
        read(make_reader(access, world))


FIELDS = ("id", "acct", "username", "url", "uri", "followers_count", "display_name", "note", "moved", "suspended")
STATUS_FIELDS = ("uri", "created_at", "content", "reblog", "visibility", "in_reply_to_id", "language", "spoiler_text")


def test_lists_that_are_read_again_without_the_token_are_whole() -> None:
    world = crowd(followers=200, friends=50)
    ada = world.humans["ada"]
    with open_access(world, "home") as access:
        kept = Kept().keep(make_reader(access, world).read({}, Kept()), 5)
        access.token = None
        kept.keep(MastodonReader(target(ada, token=False), access).read({}, kept), 4)  # and stopped once more
        _, coverage = read(MastodonReader(target(ada, token=False), access), kept)

    assert coverage.complete == ALL
    assert "hidden" not in str(coverage.notes)
