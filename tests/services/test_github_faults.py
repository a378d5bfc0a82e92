"""Tests of the reader of GitHub where answers are wrong, too much at once, or refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashapp.services.errors import DeniedError, RateLimitedError, ServiceError, UnavailableError
from dashapp.services.reading import Target
from tests.services.fakes.github import TOKEN, Fake, bad_gateway, reply, secondary
from tests.services.fakes.github_graphql import offset
from tests.services.fakes.github_world import KINDS, World
from tests.services.github_reading import Seen, make_reader, open_access, read, whole, without

pytestmark = pytest.mark.server

# ---- lists and records that are not as they should be

FOLLOWERS = ("data", "user", "followers")


@pytest.mark.parametrize(
    "mutate",
    [
        pytest.param(without(*FOLLOWERS, "pageInfo", "endCursor"), id="no-cursor"),
        pytest.param(without(*FOLLOWERS, "pageInfo", "endCursor", value="Y3Vyc29yOjA="), id="cursor-that-repeats"),
        pytest.param(without(*FOLLOWERS, "nodes", 0, "databaseId", value="x"), id="somebody-without-a-number"),
        pytest.param(without(*FOLLOWERS, "pageInfo", "endCursor", value="x" * 9_000), id="cursor-without-end"),
    ],
)
def test_nobody_is_lost_from_a_list_that_is_not_told_in_full(mutate: Any) -> None:
    fake = Fake(World(followers=60, friends=3))
    fake.mutate = mutate
    _, coverage = whole(fake)

    assert coverage.complete == {"posts", "friends"}
    assert any("followers" in note and "nobody is counted as lost" in note for note in coverage.notes)


def test_a_null_beside_an_error_may_be_somebody() -> None:
    def mutate(told: Any) -> Any:
        if "followers" in (told["data"].get("user") or {}):
            told["data"]["user"]["followers"]["nodes"][0] = None
            told["errors"] = [{"message": "Something went wrong while executing your query."}]
        return told

    fake = Fake(World(followers=3, friends=3))
    fake.mutate = mutate
    seen, coverage = whole(fake)

    assert len(seen.listed("is_follower")) == 2
    assert coverage.complete == {"posts", "friends"}


ISSUE = ("data", "user", "issues", "nodes", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param((*ISSUE, "url"), "javascript:alert(1)", id="no-address"),
        pytest.param((*ISSUE, "url"), f"https://github.com/{'x' * 300}", id="address-that-is-too-long"),
        pytest.param((*ISSUE, "createdAt"), "yesterday", id="no-time"),
        pytest.param((*ISSUE, "createdAt"), "2999-01-01T00:00:00Z", id="a-time-to-come"),
        pytest.param(ISSUE, None, id="nothing"),
    ],
)
def test_a_post_that_cannot_be_read_is_counted_and_passed_over(path: tuple[str, ...], value: Any) -> None:
    fake = Fake(World(posts=4))
    fake.mutate = without(*path, value=value)
    seen, coverage = whole(fake)

    assert len(seen.posts) == 3
    assert len(seen.skipped) == 1
    assert ("posts" in coverage.complete) is (value is None)  # nothing beside no error: it is gone


@pytest.mark.parametrize("name", ["endCursor", "id"])
def test_whose_follows_cannot_be_read_on_is_told_in_part(name: str) -> None:
    def mutate(told: Any) -> Any:
        for node in (told["data"].get("user") or {}).get("followers", {}).get("nodes", []):
            (node["following"]["pageInfo"] if name == "endCursor" else node)[name] = None
        return told

    fake = Fake(World(followers=2, friends=0, follows=150))
    fake.mutate = mutate
    seen, coverage = whole(fake)

    assert seen.ties_of == set()
    assert any("2 of these people" in note for note in coverage.notes)


def test_follows_that_end_before_their_count_are_told_in_part() -> None:
    def mutate(told: Any) -> Any:
        for node in (told["data"].get("user") or {}).get("followers", {}).get("nodes", []):
            node["following"]["pageInfo"]["hasNextPage"] = False
        return told

    fake = Fake(World(followers=2, friends=0, follows=150))
    fake.mutate = mutate
    seen, coverage = whole(fake)

    assert seen.ties_of == set()
    assert any("2 of these people" in note for note in coverage.notes)


def test_a_missing_permission_is_denied() -> None:
    fake = Fake()
    fake.mutate = lambda _: {"data": {"user": None}, "errors": [{"type": "INSUFFICIENT_SCOPES"}]}

    with pytest.raises(DeniedError, match="permission"):
        whole(fake)


def test_follows_that_are_forbidden_end_nothing() -> None:
    def mutate(told: Any) -> Any:
        if "u0" in told["data"]:
            return {"data": {"u0": None}, "errors": [{"type": "FORBIDDEN"}]}
        return told

    fake = Fake(World(followers=2, friends=0, follows=150))
    fake.mutate = mutate
    _, coverage = whole(fake)

    assert coverage.complete == {"posts", "followers", "friends"}
    assert any("2 of these people" in note for note in coverage.notes)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("data", "user"), 3, id="no-user"),
        pytest.param(("data",), {}, id="no-data"),
        pytest.param(("data", "user", "databaseId"), 5, id="somebody-else"),
    ],
)
def test_an_answer_of_which_nothing_can_be_read_is_trouble(path: tuple[str, ...], value: Any) -> None:
    fake = Fake()
    fake.mutate = without(*path, value=value)

    with pytest.raises(UnavailableError):
        whole(fake)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param((*FOLLOWERS, "nodes"), None, id="no-nodes"),
        pytest.param(FOLLOWERS, [], id="list-instead-of-a-page"),
        pytest.param((*FOLLOWERS, "pageInfo"), None, id="no-page-info"),
    ],
)
def test_a_list_that_never_comes_costs_only_itself(path: tuple[str, ...], value: Any) -> None:
    fake = Fake(World(followers=3, friends=3))
    fake.mutate = without(*path, value=value)
    seen, coverage = whole(fake)

    assert len(seen.listed("is_friend")) == 3
    assert coverage.complete == {"posts", "friends"}
    assert any("followers" in note and "nobody is counted as lost" in note for note in coverage.notes)


def internal(place: int, of: str, *, bare: bool) -> Callable[[str, dict[str, Any]], Any]:
    """The answer to each query for a page with that place of a list; `bare`: even where nobody is asked for."""

    def failing(query: str, variables: dict[str, Any]) -> Any:
        first, start = variables.get("first", 0), offset(variables.get("after") or variables.get(of))
        if f" {of}(first: $first" in query and start <= place < start + first and (bare or "nodes" in query):
            return {"data": None, "errors": [{"type": "INTERNAL", "message": "Something went wrong."}]}
        return None

    return failing


@pytest.mark.parametrize("bare", [False, True])
def test_a_follower_who_spoils_the_page_costs_only_what_cannot_be_reached(bare: bool) -> None:
    fake = Fake(World(followers=120, friends=3))
    fake.failing = internal(50, "followers", bare=bare)
    seen, coverage = whole(fake)

    assert len(seen.listed("is_follower")) == (50 if bare else 119)
    assert len(seen.listed("is_friend")) == 3
    assert coverage.complete == {"posts", "friends"}
    assert any("followers" in note and "nobody is counted as lost" in note for note in coverage.notes)


def test_a_post_that_spoils_the_page_costs_only_itself() -> None:
    fake = Fake(World(posts=130, kinds=KINDS[:1]))
    fake.failing = internal(50, KINDS[0], bare=False)
    seen, coverage = whole(fake)

    assert len(seen.posts) == 129
    assert coverage.complete == {"followers", "friends"}


def test_a_list_shorter_than_its_count_is_not_whole() -> None:
    def mutate(told: Any) -> Any:
        page = (told["data"].get("user") or {}).get("followers", {})
        if "pageInfo" in page:
            page["pageInfo"]["hasNextPage"] = False
        return told

    fake = Fake(World(followers=200, friends=3))
    fake.mutate = mutate
    _, coverage = whole(fake)

    assert coverage.complete == {"posts", "friends"}
    assert "GitHub did not tell all followers, only 50 of 200: nobody is counted as lost." in coverage.notes


# ---- too much at once


def test_people_are_asked_in_smaller_pages_where_github_finds_it_too_much() -> None:
    world = World(followers=200, friends=0)
    fake = Fake(world)
    fake.heaviest = 30 * 101
    seen, coverage = whole(fake)

    assert seen.listed("is_follower") == [str(id) for id in world.followers]
    assert coverage.complete == {"posts", "followers", "friends"}
    assert len(fake.calls) <= 20


def test_a_query_that_times_out_is_asked_smaller_at_once() -> None:
    fake = Fake(World(followers=60, friends=0))
    fake.timeout = 30 * 101
    seen, _ = whole(fake)

    assert len(seen.listed("is_follower")) == 60
    assert len(fake.calls) <= 8


def test_pages_grow_again_after_a_bad_moment() -> None:
    fake = Fake(World(followers=500, friends=0, posts=0))
    fake.faults.extend([None, bad_gateway(), bad_gateway(), bad_gateway()])
    seen, _ = whole(fake)
    sizes = [len(batch.people) for batch in seen.batches if batch.step == "followers"]

    assert sizes[0] == 6
    assert sizes[-2] == 50
    assert sum(sizes) == 500


def test_posts_are_asked_kind_by_kind_where_all_at_once_are_too_much() -> None:
    world = World(posts=600, followers=0, friends=0)
    fake = Fake(world)
    fake.heaviest = 101
    seen, coverage = whole(fake)

    assert sorted(post.key for post in seen.posts) == sorted(post.url for post in world.posts)
    assert "posts" in coverage.complete


def test_a_kind_of_posts_that_is_too_much_is_asked_in_smaller_pages() -> None:
    fake = Fake(World(posts=100, kinds=KINDS[:1]))
    fake.heaviest = 40
    with open_access(fake) as access:
        step = next(make_reader(access).read({}, Seen()))

    assert len(step.batch.posts) == 25


def test_follows_of_fewer_people_are_asked_at_once() -> None:
    world = World(followers=45, friends=0, follows=150)
    fake = Fake(world)
    with open_access(fake) as access:
        seen = Seen()
        for step in make_reader(access).read({}, seen):
            seen.steps.append(step)
            fake.heaviest = 1_500 if len(seen.steps) >= 3 else fake.heaviest

    assert seen.among() == world.ties()


def test_whose_follows_are_too_much_even_alone_is_told_in_part() -> None:
    world = World(followers=2, friends=0, follows=150)
    fake = Fake(world)
    with open_access(fake) as access:
        seen = Seen()
        for step in (reading := make_reader(access)).read({}, seen):
            seen.steps.append(step)
            fake.heaviest = 50 if len(seen.steps) >= 3 else fake.heaviest
        coverage = reading.coverage(seen.cursor)

    assert seen.ties_of == set()
    assert any("2 of these people" in note for note in coverage.notes)


def test_follows_that_an_answer_leaves_out_are_asked_for() -> None:
    def mutate(told: Any) -> Any:
        for node in (told["data"].get("user") or {}).get("followers", {}).get("nodes", []):
            node["following"] = None
        return told

    world = World(followers=3, friends=0, follows=4)
    fake = Fake(world)
    fake.mutate = mutate
    seen, _ = whole(fake)

    assert seen.among() == world.ties()
    assert seen.ties_of == set(seen.listed("is_follower"))


def test_what_is_too_much_at_its_smallest_is_not_whole() -> None:
    fake = Fake(World(followers=9, friends=9, posts=9))
    fake.heaviest = 0
    seen, coverage = whole(fake)

    assert (seen.posts, seen.people(), coverage.complete) == ([], [], frozenset())
    assert len(fake.calls) <= 120


def test_a_service_that_is_down_is_not_asked_without_end() -> None:
    fake = Fake()
    fake.always = bad_gateway()

    with pytest.raises(UnavailableError):
        whole(fake)

    assert len(fake.calls) <= 12


# ---- limits


def test_a_limit_ends_reading_and_nothing_is_called_before_its_end() -> None:
    fake = Fake(World(followers=200))
    fake.left["graphql"] = 9
    with open_access(fake) as access:
        seen = Seen()
        for _ in range(3):
            with pytest.raises(RateLimitedError) as caught:
                read(access, seen=seen)

    assert abs(caught.value.until - fake.reset) < timedelta(seconds=2)
    assert fake.left["graphql"] <= 0
    assert len(fake.calls) == len(seen.steps)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(secondary(), id="403"),
        pytest.param(secondary(429), id="429"),
        pytest.param(secondary(Retry_After="90"), id="403-with-a-time"),
        pytest.param(reply(403, {"message": "Slow down."}, Retry_After="90"), id="403-with-nothing-but-a-time"),
        pytest.param(reply(200, {"errors": [{"type": "RATE_LIMITED", "message": "too many"}]}), id="200"),
        pytest.param(
            reply(200, {"data": None, "errors": [{"message": "You have exceeded a secondary rate limit."}]}),
            id="200-without-a-type",
        ),
    ],
)
def test_too_many_calls_at_once_are_waited_for(answer: Any) -> None:
    fake = Fake()
    fake.faults.append(answer)
    before = datetime.now(UTC)
    with open_access(fake) as access:
        for _ in range(2):
            with pytest.raises(RateLimitedError) as caught:
                read(access)

    assert len(fake.calls) == 1
    assert timedelta(seconds=58) < caught.value.until - before < timedelta(seconds=95)


def test_a_post_about_rate_limits_limits_nothing() -> None:
    world = World(posts=3)
    world.posts[0].text = 'You have exceeded a secondary rate limit: "RATE_LIMITED"'
    seen, _ = whole(Fake(world))

    assert len(seen.posts) == 3


def test_reading_goes_on_behind_a_limit_and_brings_the_same() -> None:
    world = World(followers=70, friends=60, follows=110, posts=300)
    straight, _ = whole(Fake(world))
    fake, seen = Fake(world), Seen()
    fake.left["graphql"] = 12
    with open_access(fake) as access:
        with pytest.raises(RateLimitedError):
            read(access, seen=seen)
        fake.left["graphql"] = 5_000
        access.cooldowns._until.clear()
        read(access, seen=seen)

    assert seen.batches == straight.batches


# ---- wrong values anywhere


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places in a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for name, inner in items for spot in spots(inner, (*path, name)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at that place."""
    if not path:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = put(value[path[0]], path[1:], new)
    return changed


STRANGE = st.sampled_from([None, True, -1, 0, 3.5, 2**70, "", "x", "\0", [], {}, [None], {"nodes": 1}, "https://x"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), token=st.sampled_from([TOKEN, None]))
def test_wrong_values_anywhere_end_in_no_error_of_ours(data: st.DataObject, token: str | None) -> None:
    def mutate(value: Any) -> Any:
        for _ in range(data.draw(st.integers(0, 2))):
            places = spots(value)
            value = put(value, data.draw(st.sampled_from(places)), data.draw(STRANGE))
        return value

    fake = Fake(World(followers=3, friends=2, posts=4))
    fake.mutate = mutate
    with open_access(fake, token) as access:
        reading, seen = make_reader(access, Target(handle="ada")), Seen()
        with suppress(ServiceError):
            reading.profile()
            seen.keep(islice(reading.read({}, seen), 40))
        reading.coverage(seen.cursor)

    assert len(seen.steps) < 40
    assert all(person.key.isdigit() for person in seen.people())
    assert all(post.key.startswith("https://") for post in seen.posts)


@pytest.mark.parametrize("data", [7, "text", [1], True])
def test_an_answer_of_another_kind_does_not_say_that_there_is_no_account(data: Any) -> None:
    fake = Fake(World())
    fake.always = reply(200, {"data": data})

    with open_access(fake) as access, pytest.raises(UnavailableError):
        make_reader(access).profile()
