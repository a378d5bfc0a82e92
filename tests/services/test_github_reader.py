"""Tests of the reader of GitHub with a token, which speaks GraphQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from dashapp.services.errors import DeniedError, NotFoundError
from dashapp.services.github import cursor, queries
from dashapp.services.reading import Target
from dashapp.services.records import Person, Whereabouts
from tests.services.fakes.github import TOKEN, Fake
from tests.services.fakes.github_graphql import checked, weight
from tests.services.fakes.github_world import KINDS, Somebody, World, Written
from tests.services.github_reading import Seen, make_reader, open_access, read, whole
from tests.services.live_reading import FakeAccess
from tests.services.servers import serving

pytestmark = pytest.mark.server

# ---- queries


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(queries.profile_query(), id="profile"),
        pytest.param(queries.profile_query((), own=True), id="own-profile"),
        pytest.param(queries.posts_query(KINDS), id="posts"),
        pytest.param(queries.people_query("followers"), id="followers"),
        pytest.param(queries.people_query("friends"), id="friends"),
        pytest.param(queries.follows_query(queries.MORE), id="follows"),
    ],
)
def test_queries_fit_the_schema_and_stay_light(query: str) -> None:
    document = checked(query)
    assert not isinstance(document, list), document

    asked = weight(document, {"first": queries.POSTS if "issues(" in query else queries.PEOPLE})

    assert asked.nodes <= 5_300
    assert asked.points <= 7


# ---- the account


def test_profile_tells_the_account_with_its_counts() -> None:
    world = World(followers=3, friends=2, posts=9)
    with open_access(Fake(world)) as access:
        told = make_reader(access, Target(handle="@ADA")).profile()

    assert (told.service, told.key, told.handle, told.name) == ("github", "1001", "ada", "Ada Example")
    assert (told.followers, told.friends, told.posts) == (3, 2, 9)
    assert told.created_at == datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_profile_of_a_token_is_whose_it_is() -> None:
    with open_access(Fake()) as access:
        assert make_reader(access, Target()).profile().handle == "ada"


def test_a_renamed_account_is_found_by_its_number() -> None:
    fake = Fake()
    fake.world.me.login = "ada-lovely"
    with open_access(fake) as access:
        assert make_reader(access).profile().handle == "ada-lovely"


def test_a_handle_that_somebody_else_took_does_not_lead_to_them() -> None:
    fake = Fake()
    fake.world.me.login = "ada-lovely"
    fake.world.people[77] = Somebody(77, "ada", follows=[2000, 2001])
    with open_access(fake) as access:
        assert make_reader(access).profile().key == "1001"
        seen, _ = read(access)

    assert seen.listed("is_friend") == [str(id) for id in fake.world.friends]


def test_an_account_that_is_renamed_while_it_is_read_is_read_on() -> None:
    fake = Fake(World(followers=120, friends=0))
    with open_access(fake) as access:
        reading, seen = make_reader(access), Seen()
        for step in reading.read({}, seen):
            seen.steps.append(step)
            fake.world.me.login = "ada-lovely"

    assert len(seen.listed("is_follower")) == 120


def test_nobody_of_that_name_is_said_so() -> None:
    with open_access(Fake()) as access, pytest.raises(NotFoundError, match="no such account"):
        make_reader(access, Target(handle="nobody")).profile()


def test_an_account_that_is_gone_is_missing() -> None:
    fake = Fake()
    fake.world.me.gone = True
    with open_access(fake) as access, pytest.raises(NotFoundError):
        make_reader(access).profile()


def test_a_profile_that_github_finds_too_much_comes_without_the_number_of_posts() -> None:
    fake = Fake(World(followers=3))
    fake.heaviest_counts = True
    with open_access(fake) as access:
        told = make_reader(access).profile()

    assert (told.followers, told.posts) == (3, None)


def test_a_token_that_ended_is_denied() -> None:
    with (
        open_access(Fake(tokens=[])) as access,
        pytest.raises(DeniedError, match="connect the account again") as caught,
    ):
        make_reader(access).profile()

    assert caught.value.status == 401


def test_a_token_of_the_server_that_ended_is_nothing_the_user_could_renew() -> None:
    with open_access(Fake(tokens=[]), None, ours=TOKEN) as access, pytest.raises(DeniedError, match="this server"):
        make_reader(access).profile()


# ---- everything


def test_an_enterprise_server_has_rest_and_graphql_at_addresses_of_their_own() -> None:
    fake = Fake()
    fake.world.me.login = "ada-lovely"  # which is asked for by REST
    enterprise: Any = DispatcherMiddleware(NotFound(), {"/api/v3": fake, "/api": fake})
    with serving(enterprise) as url:
        settings = {"GITHUB_API_URL": f"{url}/api/v3", "GITHUB_TOKEN": None, "PRIVATE_HOSTS": []}
        access = FakeAccess(settings, TOKEN)
        told = make_reader(access).profile()
        access.close()

    assert told.handle == "ada-lovely"
    assert set(fake.calls) == {"/graphql", "/user/1001"}


def test_all_of_an_account_is_read() -> None:
    world = World(followers=7, friends=5, mutual=2, follows=4, posts=13)
    seen, coverage = whole(Fake(world))

    assert seen.listed("is_follower") == [str(id) for id in world.followers]
    assert seen.listed("is_friend") == [str(id) for id in world.friends]
    assert {post.key for post in seen.posts} == {post.url for post in world.posts}
    assert seen.among() == world.ties()
    assert seen.ties_of == {str(id) for id in world.alters}
    assert coverage.complete == {"posts", "followers", "friends"}


def test_people_come_with_their_counts() -> None:
    world = World(followers=1, friends=0, follows=3)
    seen, _ = whole(Fake(world))
    person, told = world.people[2000], seen.people()[0]

    assert (told.handle, told.followers, told.friends) == (person.login, person.followers, 3)
    assert told.url == f"https://github.com/{person.login}"


def test_people_tell_bios_and_links_without_a_further_call() -> None:
    fake = Fake(World(followers=120, friends=0))
    seen, _ = whole(fake)
    telling, silent = seen.people()[:2]

    assert telling.bio == "Looms and lace"
    assert telling.links == ("https://ada-0.example", "https://x.com/loom_lace", "https://fedi.example/@ada-0")
    assert (silent.bio, silent.links, silent.verified_links) == ("", (), None)
    assert telling.created_at == datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert telling.active_at is None
    assert len(fake.calls) == 5


def test_posts_are_what_the_account_wrote() -> None:
    world = World(posts=4)
    seen, _ = whole(Fake(world))
    issue, _, comment, discussion = (next(p for p in seen.posts if p.key == post.url) for post in world.posts)

    assert (issue.kind, comment.kind, discussion.kind) == ("post", "reply", "post")
    assert issue.text == "On loopback\n\nIt works."
    assert comment.text == "It works."
    assert (issue.replies, issue.likes) == (world.posts[0].comments, world.posts[0].reactions)
    assert (comment.replies, comment.likes) == (None, world.posts[2].reactions)
    assert issue.created_at == world.posts[0].created_at


def test_what_stands_in_a_private_repository_is_left_out() -> None:
    world = World(posts=8)
    world.posts[0].private = world.posts[5].private = True
    seen, _ = whole(Fake(world))

    assert {post.key for post in seen.posts} == {post.url for post in world.posts if not post.private}
    assert seen.skipped == []


def test_the_account_itself_is_no_end_of_a_tie() -> None:
    seen, _ = whole(Fake(World(followers=9)))

    assert all("1001" not in (tie.source, tie.target) for batch in seen.batches for tie in batch.ties)


def test_mutual_people_are_asked_once_for_whom_they_follow() -> None:
    world = World(followers=30, friends=30, mutual=30, follows=350)
    fake = Fake(world)
    seen, _ = whole(fake)
    more = [query for query in fake.queries if "u0:" in query]

    assert sum(query.count("node(") for query in more) == 30 * 3
    assert seen.among() == world.ties()


def test_a_first_look_is_there_after_three_calls() -> None:
    fake = Fake(World(followers=130, friends=60, follows=150, posts=900))
    with open_access(fake) as access:
        seen = Seen()
        for step in make_reader(access).read({}, seen):
            seen.steps.append(step)
            if step.show:
                break

    assert len(fake.calls) == 3
    assert (len(seen.listed("is_follower")), len(seen.listed("is_friend"))) == (50, 50)
    assert len(seen.posts) == 400


def test_only_one_step_is_shown_early_and_none_of_a_small_account() -> None:
    large, _ = whole(Fake(World(followers=130)))
    small, _ = whole(Fake())

    assert [at for at, step in enumerate(large.steps) if step.show] == [2]
    assert not any(step.show for step in small.steps)


@pytest.mark.parametrize(
    ("each", "calls", "points"),
    [
        pytest.param(50, 10, 25, id="hundred"),
        pytest.param(500, 80, 200, id="thousand", marks=pytest.mark.nightly),
    ],
)
def test_many_people_take_few_calls(each: int, calls: int, points: int) -> None:
    world = World(followers=each, friends=each, follows=200, posts=2 * each, kinds=KINDS[:1])
    fake = Fake(world)
    with open_access(fake) as access:
        make_reader(access).profile()
        seen, coverage = read(access)

    assert len(fake.calls) <= calls
    assert sum(fake.points.values()) <= points
    assert seen.among() == world.ties()
    assert len(seen.posts) == 2 * each
    assert coverage.complete == {"posts", "followers", "friends"}


def test_progress_grows_and_ends_at_its_total() -> None:
    seen, _ = whole(Fake(World(followers=90, friends=30, follows=110, posts=500)))
    told = [(batch.done, batch.total) for batch in seen.batches]

    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert all(done < total for done, total in told[:-1])
    assert told[-1][0] == told[-1][1]


# ---- going on


def test_readers_that_begin_anywhere_bring_the_same() -> None:
    world = World(followers=70, friends=60, mutual=20, follows=120, posts=450)
    straight, told = whole(Fake(world))
    restarted, told_again = whole(Fake(world), restarts=True)

    assert restarted.batches == straight.batches
    assert restarted.cursor == straight.cursor
    assert told_again == told


def test_a_cursor_stays_as_it_was_when_reading_goes_on() -> None:
    seen, cursors = Seen(), []
    with open_access(Fake(World(followers=120, follows=230))) as access:
        for step in make_reader(access).read({}, seen):
            seen.steps.append(step)
            cursors.append(repr(step.cursor))

    assert cursors == [repr(step.cursor) for step in seen.steps]


def test_a_cursor_does_not_grow_with_the_account() -> None:
    seen, _ = whole(Fake(World(followers=150, friends=50, follows=120)))

    assert max(len(repr(step.cursor)) for step in seen.steps) < 10_000


# ---- the next time


def test_a_comment_says_what_it_is_on() -> None:
    seen, _ = whole(Fake(World(posts=4)))

    assert [post.reply_to for post in seen.posts] == [None, None, "https://github.com/ada/demo/issues/1", None]


def test_the_next_import_reads_new_posts_and_counts_of_thirty_days() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    world = World(posts=2_400, until=now)
    fake = Fake(world)
    seen, coverage = whole(fake, seen=Seen(posts_until=now))

    months = [post.url for post in world.posts if post.created_at >= now - timedelta(days=30)]
    assert set(months) <= {post.key for post in seen.posts}
    assert len(seen.posts) <= len(months) + 400
    assert "posts" in coverage.complete
    assert coverage.posts_from == now - timedelta(days=30)


def test_an_old_comment_that_was_edited_does_not_hide_newer_ones() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    old, new = now - timedelta(days=900), now - timedelta(days=1)
    world = World(posts=0)
    edited = [Written("issueComments", at, old, now) for at in range(100)]
    world.posts = [*edited, Written("issueComments", 500, new, new)]
    seen, _ = whole(Fake(world), seen=Seen(posts_until=now - timedelta(days=2)))

    assert world.posts[-1].url in {post.key for post in seen.posts}


def test_whom_people_follow_is_asked_again_each_time() -> None:
    world = World(followers=5, friends=0, follows=150)
    seen, _ = whole(Fake(world), seen=Seen(fresh=frozenset(map(str, world.followers))))

    assert seen.ties_of == set(map(str, world.followers))


# ---- what is missing


def test_people_who_are_gone_are_counted_and_passed_over() -> None:
    world = World(followers=6, friends=0, follows=4)
    for id in world.followers[2:4]:
        world.people[id].gone = True
    seen, coverage = whole(Fake(world))

    assert len(seen.listed("is_follower")) == 4
    assert len(seen.skipped) == 2
    assert "followers" in coverage.complete
    assert seen.ties_of == set(seen.listed("is_follower"))


def test_whoever_vanishes_before_all_of_their_follows_are_read_is_told_in_part() -> None:
    world = World(followers=50, friends=0, follows=150)
    fake, seen = Fake(world), Seen()
    with open_access(fake) as access:
        for step in (reading := make_reader(access)).read({}, seen):
            seen.steps.append(step)
            if len(seen.steps) == 3:
                for id in world.followers[:45]:
                    world.people[id].gone = True
        coverage = reading.coverage(seen.cursor)

    assert len(seen.ties_of) == 5
    assert any("45 of these people" in note for note in coverage.notes)
    assert "followers" in coverage.complete


def test_whoever_follows_more_than_a_thousand_is_told_in_part() -> None:
    world = World(followers=2, friends=0, follows=1_150)
    world.people[2001].follows = world.people[2001].follows[:1_000]
    fake = Fake(world)
    seen, coverage = whole(fake)

    assert len(fake.calls) == 3 + 9
    assert seen.ties_of == {"2001"}
    assert any(note.startswith("1 of these people follow more than 1,000") for note in coverage.notes)


def test_of_somebody_very_well_known_only_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    most = {"followers": 100, "issues": 200}
    parts = [replace(part, most_records=most.get(part.name, part.most_records)) for part in cursor.PLAN.parts]
    monkeypatch.setattr("dashapp.services.github.reader.PLAN", replace(cursor.PLAN, parts=tuple(parts)))
    seen, coverage = whole(Fake(World(followers=260, posts=500, kinds=KINDS[:1])))

    assert (len(seen.listed("is_follower")), len(seen.posts)) == (100, 200)
    assert coverage.complete == {"posts", "friends"}
    assert "The newest 100 followers were read: more are not read of one account." in coverage.notes


def test_half_read_lists_are_told_and_count_as_partial() -> None:
    fake = Fake(World(followers=130, friends=20))
    seen = Seen()
    with open_access(fake) as access:
        reading = make_reader(access)
        for step in reading.read({}, seen):
            seen.steps.append(step)
            if step.show:
                break
        coverage = reading.coverage(seen.cursor)

    assert coverage.complete == {"posts", "friends"}
    assert "50 of 130 followers read so far." in coverage.notes
    assert reading.coverage({}).complete == frozenset()


# ---- who is missing


@pytest.mark.parametrize("token", [TOKEN, None])
def test_of_who_is_missing_it_is_asked_whether_they_are_there_under_whatever_name(token: str | None) -> None:
    world = World(followers=3)
    renamed, suspended, _ = (world.people[key] for key in world.followers)
    renamed.login, suspended.gone = "another-name", True
    people = [*(Person(key=str(key)) for key in world.followers[:2]), Person(key="a-handle-of-a-csv")]
    with open_access(Fake(world), token) as access:
        told = list(make_reader(access).whereabouts(people))

    assert told == [Whereabouts(str(renamed.id), "there"), Whereabouts(str(suspended.id), "gone")]


def test_somebody_with_a_new_handle_has_the_same_key() -> None:
    world = World(followers=1, friends=0)
    before, _ = whole(Fake(world))
    world.people[world.followers[0]].login = "another-name"
    after, _ = whole(Fake(world))

    assert [person.key for person in before.people()] == [person.key for person in after.people()]
    assert [person.handle for person in after.people()] == ["another-name"]
