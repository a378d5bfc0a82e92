"""Tests of the reader of GitHub without a token, which speaks REST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashapp.services.errors import NotFoundError, RateLimitedError, UnavailableError
from dashapp.services.reading import Target
from tests.services.fakes.github import TOKEN, Fake, bad_gateway
from tests.services.fakes.github_world import Somebody, World
from tests.services.github_reading import Seen, make_reader, open_access, read, whole

pytestmark = pytest.mark.server


def public(fake: Fake, **more: Any) -> Any:
    """All that is told without a token."""
    return whole(fake, None, **more)


# ---- the account


def test_profile_tells_the_account_with_its_counts() -> None:
    with open_access(Fake(World(followers=3, friends=2)), None) as access:
        told = make_reader(access, Target(handle="@ada")).profile()

    assert (told.key, told.handle, told.followers, told.friends, told.posts) == ("1001", "ada", 3, 2, None)
    assert told.url == "https://github.com/ada"


def test_a_renamed_account_is_found_by_its_number_and_not_the_one_that_took_its_name() -> None:
    fake = Fake()
    fake.world.me.login = "ada-lovely"
    fake.world.people[77] = Somebody(77, "ada")
    with open_access(fake, None) as access:
        assert make_reader(access).profile().handle == "ada-lovely"


@pytest.mark.parametrize("handle", ["nobody", "", "ada/followers", "../user", "a b?c#d"])
def test_nobody_of_that_name_is_said_so(handle: str) -> None:
    fake = Fake()
    with open_access(fake, None) as access, pytest.raises(NotFoundError, match="no such account"):
        make_reader(access, Target(handle=handle)).profile()


@pytest.mark.parametrize("ours", [None, TOKEN], ids=["without-a-token", "with-the-server's-token"])
def test_an_organization_is_said_to_be_one(ours: str | None) -> None:
    fake = Fake()
    fake.world.people[77] = Somebody(77, "tile-club", kind="Organization")
    with (
        open_access(fake, None, ours=ours) as access,
        pytest.raises(NotFoundError, match="tile-club is an organization"),
    ):
        make_reader(access, Target(handle="Tile-Club")).profile()


def test_what_is_no_account_is_trouble() -> None:
    fake = Fake()
    fake.mutate = lambda _: [1]
    with open_access(fake, None) as access, pytest.raises(UnavailableError, match="no account"):
        make_reader(access).profile()


# ---- everything


def test_lists_are_read_to_their_end_and_posts_as_far_as_they_are_told() -> None:
    world = World(followers=230, friends=105, mutual=5, posts=300)
    seen, coverage = public(Fake(world))
    told = [post for post in world.posts if post.kind in ("issues", "pullRequests")]

    assert seen.listed("is_follower") == [str(id) for id in world.followers]
    assert seen.listed("is_friend") == [str(id) for id in world.friends]
    assert {post.key for post in seen.posts} == {post.url for post in told}
    assert seen.ties == set()
    assert coverage.complete == {"followers", "friends"}


def test_posts_have_their_counts_and_people_have_none() -> None:
    world = World(followers=1, friends=0, posts=1)
    seen, _ = public(Fake(world))
    post, person = seen.posts[0], seen.people()[0]

    assert (post.kind, post.text) == ("post", "On loopback\n\nIt works.")
    assert (post.replies, post.likes) == (world.posts[0].comments, world.posts[0].reactions)
    assert (person.handle, person.followers, person.friends) == (world.people[2000].login, None, None)


def test_keys_are_those_of_a_reader_with_a_token() -> None:
    world = World(posts=2)
    without, _ = public(Fake(world))
    with_token, _ = whole(Fake(world))

    assert {post.key for post in without.posts} == {post.key for post in with_token.posts}
    assert [person.key for person in without.people()] == [person.key for person in with_token.people()]


def test_the_newest_posts_come_first_and_are_shown() -> None:
    fake = Fake(World(posts=900))
    with open_access(fake, None) as access:
        first = next(make_reader(access).read({}, Seen()))

    assert first.show
    assert fake.calls == ["/users/ada", "/search/issues", "/search/issues"]
    assert len(first.batch.posts) == 200


def test_a_thousand_issues_are_the_most() -> None:
    fake = Fake(World(posts=1_200, kinds=("issues",), followers=0, friends=0))
    seen, _ = public(fake)

    assert len(seen.posts) == 1_000
    assert fake.calls.count("/search/issues") == 11


def test_the_next_import_searches_only_what_is_new() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    fake = Fake(World(posts=1_900, kinds=("issues",), until=now))
    seen, _ = public(fake, seen=Seen(posts_until=now))

    assert len(seen.posts) == 800


def test_readers_that_begin_anywhere_bring_the_same() -> None:
    world = World(followers=230, friends=105, posts=500)
    straight, _ = public(Fake(world))
    restarted, _ = public(Fake(world), restarts=True)

    assert restarted.batches == straight.batches


def test_progress_grows_and_ends_at_its_total() -> None:
    seen, _ = public(Fake(World(followers=230, friends=105, posts=500)))
    told = [(batch.done, batch.total) for batch in seen.batches]

    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert all(done < total for done, total in told[:-1])
    assert told[-1][0] == told[-1][1]


# ---- what is missing


def test_an_account_that_hides_what_it_does_still_has_its_lists() -> None:
    fake = Fake(World(followers=3))
    fake.private_profile = True
    seen, coverage = public(fake)

    assert seen.posts == []
    assert len(seen.listed("is_follower")) == 3
    assert any("hides" in note for note in coverage.notes)


@pytest.mark.parametrize("broken", [{"id": "x"}, {"login": 7}], ids=["no number", "no name"])
def test_nobody_is_lost_from_a_list_with_an_unreadable_record(broken: dict[str, Any]) -> None:
    def mutate(value: Any) -> Any:
        return [{**value[0], **broken}, *value[1:]] if isinstance(value, list) and value else value

    fake = Fake(World(followers=3, friends=0))
    fake.mutate = mutate
    seen, coverage = public(fake)

    assert len(seen.listed("is_follower")) == 2
    assert len(seen.skipped) == 1
    assert "followers" not in coverage.complete
    assert any("followers" in note and "nobody is counted as lost" in note for note in coverage.notes)


def test_a_post_that_cannot_be_read_is_counted_and_passed_over() -> None:
    def mutate(value: Any) -> Any:
        if isinstance(value, dict) and value.get("items"):
            value["items"][0]["html_url"] = "ftp://github.com/ada"
        return value

    fake = Fake(World(posts=8))
    fake.mutate = mutate
    seen, _ = public(fake)

    assert len(seen.posts) == 2
    assert len(seen.skipped) == 2


def test_lists_that_are_half_read_are_partial() -> None:
    fake = Fake(World(followers=230))
    seen = Seen()
    with open_access(fake, None) as access:
        reading = make_reader(access)
        for step in reading.read({}, seen):
            seen.steps.append(step)
            if len(seen.steps) == 2:
                break
        coverage = reading.coverage(seen.cursor)

    assert coverage.complete == frozenset()
    assert "100 followers read so far." in coverage.notes
    assert reading.coverage({}).complete == frozenset()


@pytest.mark.parametrize("value", [{}, None, {"items": 3}, "x", {"message": "?"}])
def test_an_answer_without_a_list_is_trouble_and_no_empty_list(value: Any) -> None:
    fake = Fake()
    fake.mutate = lambda _: value
    with open_access(fake, None) as access, pytest.raises(UnavailableError):
        read(access, seen=Seen())


def test_a_service_that_is_down_is_trouble() -> None:
    fake = Fake()
    fake.always = bad_gateway()

    with pytest.raises(UnavailableError):
        public(fake)


# ---- limits


@pytest.mark.parametrize(("bucket", "left"), [("core", 3), ("search", 2), ("search", 0)])
def test_a_limit_ends_reading_and_nothing_is_called_before_its_end(bucket: str, left: int) -> None:
    fake = Fake(World(followers=500, posts=800))
    fake.left[bucket] = left
    with open_access(fake, None) as access:
        seen = Seen()
        for _ in range(3):
            calls = len(fake.calls)
            with pytest.raises(RateLimitedError) as caught:
                read(access, seen=seen)

    assert len(fake.calls) == calls
    assert abs(caught.value.until - fake.reset) < timedelta(seconds=2)


# ---- what does not come


def test_a_page_that_never_comes_costs_only_itself() -> None:
    fake = Fake(World(followers=230, friends=3))
    fake.broken_page = ("followers", 2)
    seen, coverage = public(fake)

    assert len(seen.listed("is_follower")) == 130
    assert coverage.complete == {"friends"}
    assert "Only 130 followers could be read: nobody is counted as lost." in coverage.notes


def test_a_list_shorter_than_its_count_is_not_whole() -> None:
    fake = Fake(World(followers=150, friends=3))
    fake.mutate = lambda value: value | {"followers": 300} if "followers" in value else value
    _, coverage = public(fake)

    assert coverage.complete == {"friends"}
    assert "Only 150 followers could be read: nobody is counted as lost." in coverage.notes


def test_a_search_that_broke_off_is_said() -> None:
    fake = Fake(World(posts=40))
    fake.mutate = lambda value: value | {"incomplete_results": True} if "items" in value else value
    _, coverage = public(fake)

    assert any("search broke off" in note for note in coverage.notes)


def test_lists_that_are_read_again_without_a_token_are_whole() -> None:
    fake = Fake(World(followers=150, friends=120))
    with open_access(fake) as access:
        seen = Seen().keep(make_reader(access).read({}, Seen()), 3)
        access.token = None
        _, coverage = read(access, seen=seen)

    assert len(seen.listed("is_follower")) > 150
    assert coverage.complete == {"followers", "friends"}
