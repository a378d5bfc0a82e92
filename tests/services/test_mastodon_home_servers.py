"""The second pass: people's own servers."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import RateLimitedError, ServiceError
from dashapp.services.mastodon import home_servers
from dashapp.services.mastodon.home_servers import home_of
from dashapp.services.mastodon.reader import MastodonReader
from dashapp.services.paging import ReadingPlan
from dashapp.services.reading import Coverage
from dashapp.services.records import Person
from tests.services.fakes.mastodon_world import Server, World
from tests.services.live_reading import FakeAccess, Kept, read, read_in_pieces
from tests.services.mastodon_reading import among, make_reader, open_access, small, target, whole

pytestmark = pytest.mark.server

GONE, CLOSED = "hide whom they follow", "do not tell strangers"
FOLLOWING = "/following"


def test_without_a_wish_nobody_elsewhere_is_asked() -> None:
    world = small()

    whole(world, "home", "other", "third")

    assert sum(world.servers[name].calls.total() for name in ("other", "third")) == 0


@pytest.mark.parametrize("token", [True, False])
def test_with_it_all_ties_are_read(token: bool) -> None:
    world = small()

    kept, coverage = whole(world, token=token, home="1")

    assert among(kept) == world.ties("ada")
    assert kept.ties_of == {person.key for person in kept.people()}
    assert coverage.notes == ()


def test_ties_to_the_account_itself_are_left_out() -> None:
    world = small()

    kept, _ = whole(world, home="1")

    assert world.humans["ada"].key not in {end for tie in kept.ties for end in tie}


def test_long_lists_are_read_to_their_end() -> None:
    world = small()
    for number in range(170):
        world.add(f"p{number}", world.servers["other"])
        world.humans["eve"].follows[f"p{number}"] = None

    kept, _ = whole(world, home="1")

    assert sum(source == world.humans["eve"].key for source, _ in kept.ties) == 172


def test_a_first_look_comes_before_the_second_pass() -> None:
    world = World()
    home = world.server("home")
    world.add("ada", home)
    world.add("bob", home, "ada")

    kept, _ = whole(world, token=False, home="1")

    assert [step.show for step in kept.steps] == [False, False, True, *[False] * (len(kept.steps) - 3)]


# what is not told


def test_hidden_and_gone_people_are_counted_and_not_told_in_full() -> None:
    world = small()
    world.humans["eve"].hidden = True
    world.humans["dora"].suspended = True

    kept, coverage = whole(world, home="1")

    assert kept.ties_of == {world.humans[name].key for name in ("bob", "cleo")}
    assert coverage.notes == ("People who hide whom they follow, or are gone from their servers: 2.",)


def test_who_has_left_a_server_does_not_close_it() -> None:
    world = servers(persons=5)
    gone = ({"error": "Record not found"}, 404)
    world.servers["s0"].fault = lambda path: gone if path.endswith("lookup") else None

    kept, coverage = whole(world, home="1")

    assert world.servers["s0"].calls.total() == 5
    assert len(kept.ties_of) == 10
    assert GONE in coverage.notes[0]


def test_a_site_that_is_no_such_server_is_asked_once() -> None:
    world = servers(persons=5)
    world.servers["s0"].fault = lambda path: ("<!doctype html>", 404)

    _, coverage = whole(world, home="1")

    assert world.servers["s0"].calls.total() == 1
    assert CLOSED in coverage.notes[0]


def test_an_untold_count_makes_an_empty_list_a_hidden_one() -> None:
    world = small()
    eve = world.humans["eve"]
    eve.hidden = eve.untold = True

    kept, _ = whole(world, home="1")

    assert eve.key not in kept.ties_of


def test_who_follows_nobody_is_told_in_full() -> None:
    world = small()
    world.humans["dora"].follows.clear()

    kept, _ = whole(world, home="1")

    assert world.humans["dora"].key in kept.ties_of


def test_who_follows_thousands_is_not_asked_for() -> None:
    world = small()
    world.humans["eve"].more = {"following_count": 5_001}

    kept, coverage = whole(world, home="1")

    assert world.humans["eve"].key not in kept.ties_of
    assert world.servers["third"].calls["/api/v1/accounts/lookup"] == 1
    assert coverage.notes == ("People who follow more than 5,000 others, whose ties are not read: 1.",)
    assert not any(world.servers["third"].ident("eve") in path for path in world.servers["third"].calls)


def test_a_list_that_never_ends_is_not_read_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    part = replace(home_servers.FOLLOWS, most_pages=20)
    monkeypatch.setattr(home_servers, "PLAN", ReadingPlan(parts=(part,), sentences={}))
    world = small()
    third = world.servers["third"]
    link = '<https://third.example/x?max_id=%d>; rel="next"'
    told = lambda: ([{"acct": "bob"}], 200, {"Link": link % third.calls.total()})  # noqa: E731
    third.fault = lambda path: told() if path.endswith(FOLLOWING) else None

    kept, coverage = whole(world, home="1")

    assert len(kept.ties_of) == 2
    assert "not read: 2." in coverage.notes[0]
    assert third.calls.total() == 2 * 21


@pytest.mark.parametrize(
    "told", [{"acct": "eve@elsewhere.example"}, {"acct": "mallory"}, {"id": "../../x"}, {"id": None}]
)
def test_another_account_than_the_one_asked_for_is_not_used(told: dict[str, Any]) -> None:
    world = small()
    third = world.servers["third"]
    third.fault = lambda path: third.account(world.humans["eve"]) | told if path.endswith("lookup") else None

    kept, coverage = whole(world, home="1")

    assert world.humans["eve"].key not in kept.ties_of
    assert GONE in coverage.notes[0]


# servers in trouble


@pytest.mark.parametrize("how", ["closed", "foreign"])
def test_a_server_that_tells_strangers_nothing_is_asked_once(how: str) -> None:
    world = servers(persons=5)
    shut = world.servers["s0"]
    setattr(shut, how, True)

    kept, coverage = whole(world, home="1")

    assert shut.calls.total() == 1
    assert len(kept.ties_of) == 10
    assert coverage.notes == (f"People whose servers {CLOSED} whom they follow, or did not answer: 5.",)


def test_a_server_that_hangs_costs_one_wait() -> None:
    world = servers(persons=5)
    world.servers["s0"].fault = lambda path: world.over.wait() and None

    kept, coverage = hasty(world)

    assert world.servers["s0"].calls.total() == 1
    assert len(kept.ties_of) == 10
    assert CLOSED in coverage.notes[0]


def test_a_server_that_cannot_be_called_is_counted() -> None:
    world = servers(persons=5)

    kept, coverage = whole(world, "home", "s1", home="1")

    assert len(kept.ties_of) == 5
    assert coverage.notes[0].endswith(": 10.")


def test_a_server_that_stops_answering_for_a_while_is_asked_again_at_the_end() -> None:
    world = servers(persons=5)
    bad = iter([None, None, None, None, "<html>", *[None] * 99])
    world.servers["s0"].fault = lambda path: (answer, 502) if (answer := next(bad)) else None

    kept, coverage = whole(world, home="1")

    assert len(kept.ties_of) == 15
    assert coverage.notes == ()


def test_a_server_that_stops_answering_for_good_is_left_alone() -> None:
    world = servers(persons=9)
    s0 = world.servers["s0"]
    s0.fault = lambda path: ("", 500) if s0.calls.total() > 4 else None

    kept, coverage = whole(world, home="1")

    assert len(kept.ties_of) == 2 + 18
    assert s0.calls.total() == 4 + 4
    assert coverage.notes[0].endswith(": 7.")


def test_one_person_in_trouble_does_not_keep_others_of_the_server_away() -> None:
    world = servers(persons=5)
    s0 = world.servers["s0"]
    s0.fault = lambda path: ("", 500) if path.endswith(f"{s0.ident('p0_2')}/following") else None

    kept, coverage = whole(world, home="1")

    assert world.humans["p0_2"].key not in kept.ties_of
    assert len(kept.ties_of) == 14
    assert coverage.notes[0].endswith(": 1.")


# limits


def test_a_server_that_asks_to_wait_does_not_stop_the_others() -> None:
    world = servers(persons=5)
    world.servers["s0"].limits["all"] = 5
    kept = Kept()
    with open_access(world) as access, pytest.raises(RateLimitedError):
        read(make_reader(access, world, home="1"), kept)

    assert len(kept.ties_of) == 2 + 10
    assert world.servers["s0"].calls.total() == 5


def test_reading_goes_on_when_the_wait_is_over() -> None:
    world = servers(persons=5)
    for number, most in enumerate((5, 4)):
        world.servers[f"s{number}"].limits["all"] = most

    kept, coverage, sleeps = with_sleeps(world)

    assert among(kept) == world.ties("ada")
    assert len(kept.ties_of) == 15
    assert (coverage.notes, sleeps) == ((), 2)


def test_a_server_that_always_asks_to_wait_is_given_up() -> None:
    world = servers(persons=5)
    s0 = world.servers["s0"]
    s0.fault = lambda path: ({"error": "Too many requests"}, 429)

    kept, coverage, sleeps = with_sleeps(world)

    assert len(kept.ties_of) == 10
    assert sleeps == home_servers.REFUSALS
    assert s0.calls.total() == home_servers.REFUSALS + 1
    assert coverage.notes[0].endswith(": 5.")


def test_a_person_whose_pages_never_fit_into_a_limit_is_given_up() -> None:
    world = servers(persons=2)
    world.servers["s0"].largest_page, world.servers["s0"].limits["paging"] = 1, 1
    world.humans["p0_0"].follows |= dict.fromkeys([f"p1_{n}" for n in range(2)])

    kept, _, sleeps = with_sleeps(world)

    assert sleeps <= home_servers.REFUSALS + 1
    assert {world.humans[f"p{server}_{n}"].key for server in (1, 2) for n in range(2)} <= kept.ties_of


# going on


def test_reading_goes_on_behind_every_step_of_this_pass_too() -> None:
    world = servers(persons=12, n_servers=4)
    world.servers["s1"].closed = True
    s2 = world.servers["s2"]
    s2.fault = lambda path: ("", 500) if path.endswith(f"{s2.ident('p2_4')}/following") else None
    with open_access(world) as access:
        undisturbed, _ = read(make_reader(access, world, home="1"))
        for server in world.servers.values():
            server.renew()
        who = target(world.humans["ada"], home="1")
        pieces = read_in_pieces(MastodonReader, who, lambda: FakeAccess(access.settings, access.token))

    assert pieces.content() == undisturbed.content()
    assert pieces.cursor == undisturbed.cursor


def test_the_cursor_holds_numbers_only() -> None:
    world = servers(persons=3, n_servers=12)
    for name in list(world.servers)[1:]:
        world.servers[name].limits["all"] = 3
    kept = Kept()
    with open_access(world) as access, pytest.raises(RateLimitedError):
        read(make_reader(access, world, home="1"), kept)

    assert len(kept.cursor["homes"]["later"]) == 12
    assert len(json.dumps(kept.cursor["homes"])) < 600


def test_who_was_read_lately_is_not_asked_again() -> None:
    world = servers(persons=5)
    with open_access(world) as access:
        fresh = frozenset(world.humans[f"p{number}_{n}"].key for number in (0, 1) for n in range(5))
        kept, _ = read(make_reader(access, world, home="1"), Kept(fresh=fresh))

    assert world.servers["s0"].calls.total() == 0
    assert kept.ties_of == {world.humans[f"p2_{n}"].key for n in range(5)}


def test_it_does_not_matter_who_ceases_to_be_fresh_on_the_way() -> None:
    world = servers(persons=5)
    fresh = frozenset(world.humans[f"p0_{n}"].key for n in range(4))
    with open_access(world) as access:
        kept = Kept(fresh=fresh)
        kept.keep(make_reader(access, world, home="1").read({}, kept), len(whole_steps(access, world)) + 1)
        kept.fresh = frozenset()
        read(make_reader(access, world, home="1"), kept)

    assert kept.ties_of == {each.key for each in world.humans.values() if each.user != "ada"} - fresh


def test_hosts_are_those_of_profiles_not_of_handles() -> None:
    handles = ["https://social.example.org/@bob", "https://[", None]

    found = [home_of(Person(key="bob@example.org", url=url)) for url in handles]

    assert found == ["social.example.org", "example.org", "example.org"]


WRONG = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just([None, {}]), st.just({"a": []}))


@given(wrong=WRONG, seed=st.integers(0, 10**6))
def test_values_of_the_wrong_type_harm_nobody_else(wrong: Any, seed: int) -> None:
    world, chance = servers(persons=3), random.Random(seed)
    world.servers["s0"].fault = lambda path: (json.dumps(wrong), 200) if chance.random() < 0.5 else None
    kept = Kept()
    with open_access(world) as access, suppress(ServiceError):
        read(make_reader(access, world, home="1"), kept)

    assert len(kept.ties_of) >= 6


def servers(*, persons: int, n_servers: int = 3) -> World:
    """Ada, and so many followers at each of so many servers, who follow each other and her."""
    world = World()
    world.add("ada", world.server("home"))
    for number in range(n_servers):
        server = world.server(f"s{number}")
        for n in range(persons):
            others = (f"p{(number + 1) % n_servers}_{n}", f"p{number}_{(n + 1) % persons}")
            world.add(f"p{number}_{n}", server, "ada", *others)
    return world


def hasty(world: World) -> tuple[Kept, Coverage]:
    """Everything, by a client that waits a moment only."""
    with open_access(world, timeout=(5.0, 1.5)) as access:
        return read(make_reader(access, world, home="1"))


def whole_steps(access: FakeAccess, world: World) -> list[Any]:
    """The steps of the first pass."""
    return list(make_reader(access, world).read({}, Kept()))


def with_sleeps(world: World) -> tuple[Kept, Coverage, int]:
    """Everything, with a new window of each limit after every sleep; how many sleeps that took."""
    kept, sleeps = Kept(), 0
    with open_access(world) as access:
        while sleeps < 20:
            try:
                return *read(make_reader(access, world, home="1"), kept), sleeps
            except RateLimitedError:
                sleeps += 1
                access.cooldowns = type(access.cooldowns)()
                _renew(world.servers.values())
    raise AssertionError("it never ends")


def _renew(servers: Any) -> None:
    for server in servers:
        assert isinstance(server, Server)
        server.renew()
