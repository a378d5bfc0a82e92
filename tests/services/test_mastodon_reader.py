"""Reading an account from its own server: who it is, lists, posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashapp.services.errors import DeniedError, NotFoundError, ServiceError, UnavailableError
from dashapp.services.mastodon.reader import MastodonReader
from dashapp.services.reading import Target
from dashapp.services.records import Person, Profile
from tests.services.fakes.mastodon_world import START, World
from tests.services.live_reading import FakeAccess, Kept, read
from tests.services.mastodon_reading import crowd, listed, make_reader, open_access, small, whole

pytestmark = pytest.mark.server

ALL = frozenset({"posts", "followers", "friends"})
DAY = timedelta(days=1)


# the account


def test_the_profile_is_that_of_the_token() -> None:
    world = small()
    with open_access(world) as access:
        profile = make_reader(access, world).profile()

    assert profile == Profile(
        service="mastodon",
        key=world.humans["ada"].key,
        handle=world.humans["ada"].key,
        name="Ada",
        url=f"https://{world.servers['home'].host}/@ada",
        bio="This is ada & co",
        followers=3,
        friends=3,
        posts=5,
        created_at=datetime(2022, 11, 6, tzinfo=UTC),
        aliases=(f"ada@{world.servers['home'].host}",),
    )


def test_counts_below_zero_are_not_told() -> None:
    world = small(untold=True)
    with open_access(world) as access:
        profile = make_reader(access, world).profile()

    assert (profile.followers, profile.friends, profile.posts) == (None, None, None)


@pytest.mark.parametrize("typed", ["ada@{host}", "@ada@{host}", "ADA@{host}", "http://{host}/@ada", "acct:ada@{host}"])
def test_a_public_account_is_found_however_its_handle_is_typed(typed: str) -> None:
    world = small()
    with open_access(world, token=False) as access:
        profile = MastodonReader(Target(handle=typed.format(host=world.servers["home"].host)), access).profile()

    assert profile.key == world.humans["ada"].key


def test_an_account_that_is_not_there_is_said_so() -> None:
    world = small()
    with (
        open_access(world, token=False) as access,
        pytest.raises(NotFoundError, match=r"no account zoe@127\.0\.0\.1:[0-9]+ at 127"),
    ):
        MastodonReader(Target(handle=f"zoe@{world.servers['home'].host}"), access).profile()


@pytest.mark.parametrize("handle", ["", "ada", "@"])
def test_a_handle_without_a_server_is_refused_in_words(handle: str) -> None:
    with pytest.raises(NotFoundError, match=r"as in ada@example\.social"):
        MastodonReader(Target(handle=handle), FakeAccess({"PRIVATE_HOSTS": []}))


def test_a_private_host_is_not_called() -> None:
    world = small()
    with open_access(world, token=False) as access:
        access.settings = {"PRIVATE_HOSTS": []}
        with pytest.raises(ServiceError, match="not a public server"):
            make_reader(access, world).profile()

    assert world.calls == 0


def test_a_server_that_tells_strangers_nothing_asks_to_sign_in() -> None:
    world = small()
    world.servers["home"].closed = True
    with open_access(world, token=False) as access, pytest.raises(DeniedError, match="tells strangers nothing"):
        make_reader(access, world).profile()


def test_a_closed_server_tells_its_own_people() -> None:
    world = small()
    world.servers["home"].closed = True

    kept, coverage = whole(world)

    assert listed(kept, "is_follower") == world.followers("ada")
    assert coverage.complete == ALL


def test_a_revoked_token_ends_the_connection() -> None:
    world = small()
    with open_access(world) as access:
        access.token = "revoked"
        with pytest.raises(DeniedError) as raised:
            make_reader(access, world).profile()

    assert raised.value.status == 401


def test_a_token_that_is_revoked_on_the_way_ends_the_connection() -> None:
    world = small()
    with open_access(world) as access:
        kept = Kept().keep(make_reader(access, world).read({}, Kept()), 1)
        revoked = {"error": "The access token was revoked"}
        world.servers["home"].fault = lambda path: (revoked, 401) if path.endswith("followers") else None
        with pytest.raises(DeniedError) as raised:
            read(make_reader(access, world), kept)

    assert raised.value.status == 401


def test_a_suspended_account_is_not_read_as_one_without_followers() -> None:
    world = small(suspended=True)
    with open_access(world, token=False) as access, pytest.raises(NotFoundError, match="suspended"):
        read(make_reader(access, world))


def test_an_account_that_moved_says_where_to() -> None:
    _, coverage = whole(small(moved="eve"))

    assert coverage.notes[0].startswith("This account has moved to eve@third.example")


@pytest.mark.parametrize("id_", [None, "", "../7", {}, True])
def test_an_account_without_a_usable_id_is_trouble(id_: Any) -> None:
    world = small(more={"id": id_})
    with open_access(world) as access, pytest.raises(UnavailableError, match="no account"):
        make_reader(access, world).profile()


# lists


@pytest.mark.parametrize("token", [True, False])
def test_lists_are_those_of_the_account(token: bool) -> None:
    world = small()

    kept, coverage = whole(world, token=token)

    assert listed(kept, "is_follower") == world.followers("ada")
    assert listed(kept, "is_friend") == world.friends("ada")
    assert coverage.complete == ALL


def test_pages_follow_each_other_to_the_end() -> None:
    world = crowd(followers=170, friends=90)

    kept, coverage = whole(world, "home")

    assert len(listed(kept, "is_follower")) == 170
    assert len(listed(kept, "is_friend")) == 90
    assert coverage.complete == ALL


@pytest.mark.parametrize("size", [40, 17])
def test_smaller_pages_than_asked_for_follow_each_other_too(size: int) -> None:
    world = crowd(followers=100)
    world.servers["home"].largest_page = size

    kept, _ = whole(world, "home")

    assert len(listed(kept, "is_follower")) == 100


def test_links_with_another_name_of_the_server_are_followed_at_its_address() -> None:
    world = crowd(followers=170, posts=90)
    world.servers["home"].links_to = "behind.example"

    kept, _ = whole(world, "home")

    assert len(listed(kept, "is_follower")) == 170
    assert len(kept.posts) == 90


def test_a_person_has_the_counts_of_the_list() -> None:
    world = small()

    kept, _ = whole(world)

    dora = world.humans["dora"]
    expected = Person(
        key=dora.key,
        handle=dora.key,
        name="Dora",
        url="https://third.example/@dora",
        bio="This is dora & co",
        links=(),
        verified_links=(),
        followers=3,
        friends=1,
        posts=0,
        created_at=datetime(2022, 11, 6, tzinfo=UTC),
        is_friend=True,
    )
    assert expected in kept.people()


def test_people_tell_bios_and_links_without_a_further_call() -> None:
    world = small()
    world.humans["cleo"].more = {"last_status_at": "2026-02-03"}
    kept, _ = whole(world)
    told = {person.handle.partition("@")[0]: person for person in kept.people() if person.handle}

    assert told["cleo"].bio == "This is cleo & co"
    assert told["cleo"].links == ("https://cleo.example", "https://code.example/")
    assert told["cleo"].verified_links == ("https://cleo.example",)
    assert (told["bob"].links, told["bob"].verified_links) == ((), ())
    assert (told["cleo"].active_at, told["bob"].active_at) == (datetime(2026, 2, 3, tzinfo=UTC), None)
    assert world.calls == 7


def test_a_record_that_is_no_account_is_passed_over_and_the_list_not_taken_for_whole() -> None:
    world = small()
    world.humans["eve"].more = {"acct": None}

    kept, coverage = whole(world)

    assert listed(kept, "is_follower") == {world.humans[name].key for name in ("bob", "cleo")}
    assert coverage.complete == ALL - {"followers"}
    assert "Entries in the list of followers that could not be read: 1." in coverage.notes


def test_who_is_told_twice_is_one_person() -> None:
    world = crowd(followers=30)
    world.humans["ada"].more = {"followers_count": 60}
    home = world.servers["home"]
    with open_access(world, "home") as access:
        page = [home.account(each) for each in world.humans.values() if each.user != "ada"]
        home.fault = lambda path: page + page if path.endswith("followers") else None
        kept, coverage = read(make_reader(access, world))

    assert sum(len(batch.people) for batch in kept.batches) == 30
    assert coverage.complete == ALL - {"followers"}


@pytest.mark.parametrize("untold", [False, True])
def test_hidden_lists_are_not_taken_for_empty_ones(untold: bool) -> None:
    kept, coverage = whole(small(hidden=True, untold=untold), token=False)

    assert kept.people() == []
    assert coverage.complete == {"posts"}
    assert "The list of followers is hidden: only their number is told." in coverage.notes


def test_the_account_itself_sees_its_hidden_lists() -> None:
    assert whole(small(hidden=True))[1].complete == ALL


def test_nobody_on_a_list_is_a_complete_list_where_the_count_says_so() -> None:
    world = World()
    world.add("ada", world.server("home"))

    assert whole(world)[1].complete == ALL


def test_a_list_far_shorter_than_its_count_is_not_complete() -> None:
    world = crowd(followers=30)
    world.humans["ada"].more = {"followers_count": 50}

    _, coverage = whole(world, "home")

    assert coverage.complete == ALL - {"followers"}
    assert any("30 of 50 followers were told" in note for note in coverage.notes)


def test_a_list_that_is_not_read_to_its_end_is_not_complete() -> None:
    world = crowd(followers=100)
    with open_access(world, "home") as access:
        kept = Kept().keep(make_reader(access, world).read({}, Kept()), 3)
        coverage = make_reader(access, world).coverage(kept.cursor)

    assert coverage.complete == {"posts", "friends"}
    assert "80 of 100 followers read so far." in coverage.notes


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_list_that_strangers_may_not_see_does_not_keep_the_rest_away(status: int) -> None:
    world = small()
    world.servers["home"].fault = lambda path: ({"error": "No"}, status) if path.endswith("followers") else None

    kept, coverage = whole(world, token=False)

    assert len(kept.posts) == 5
    assert listed(kept, "is_friend") == world.friends("ada")
    assert coverage.complete == ALL - {"followers"}
    assert "The server does not tell followers." in coverage.notes


def test_an_account_that_is_gone_on_the_way_is_gone() -> None:
    world = small()
    world.servers["home"].fault = lambda path: ({"error": "Record not found"}, 404) if "/700" in path else None

    with pytest.raises(NotFoundError):
        whole(world)


@pytest.mark.parametrize(
    "answer", [*((json.dumps(page), 200) for page in ({}, None, "no", {"accounts": []})), ({"error": "Oops"}, 500)]
)
@pytest.mark.parametrize("part", ["statuses", "followers"])
def test_a_page_that_never_comes_costs_only_itself(part: str, answer: Any) -> None:
    world = small()
    world.servers["home"].fault = lambda path: answer if path.endswith(part) else None

    kept, coverage = whole(world)

    assert listed(kept, "is_friend") == world.friends("ada")
    assert coverage.complete == ALL - {"posts" if part == "statuses" else "followers"}
    assert any("stopped telling" in note for note in coverage.notes)


def test_a_server_of_which_nothing_comes_is_trouble() -> None:
    world = small()
    broken = ("statuses", "followers", "following")
    world.servers["home"].fault = lambda path: ({"error": "Oops"}, 500) if path.endswith(broken) else None

    with pytest.raises(UnavailableError):
        whole(world)


def test_a_server_in_trouble_with_ties_tells_its_lists() -> None:
    world = crowd(followers=90)
    world.servers["home"].fault = lambda path: ({"error": "Oops"}, 500) if path.endswith("familiar_followers") else None

    kept, coverage = whole(world, "home")

    assert len(listed(kept, "is_follower")) == 90
    assert coverage.complete == ALL


@pytest.mark.parametrize(("by_account", "lag"), [(True, 0), (True, 40), (False, 0)])
def test_a_server_without_link_headers_is_paged_by_its_records(by_account: bool, lag: int) -> None:
    world = crowd(followers=200, posts=130)
    home = world.servers["home"]
    world.humans["ada"].more["followers_count"] = 200 - lag
    home.links, home.by_account = False, by_account

    kept, coverage = whole(world, "home")

    assert len(kept.posts) == 130
    assert len(listed(kept, "is_follower")) == (200 if by_account else 80)
    assert coverage.complete == (ALL if by_account else ALL - {"followers"})


def test_what_a_server_did_not_tell_is_read_when_it_does() -> None:
    world = crowd(posts=130)
    home = world.servers["home"]
    first = world.humans["ada"].statuses[:-41:-1]
    home.fault = lambda path: first if path.endswith("statuses") else None
    _, coverage = whole(world, "home")
    home.fault = lambda path: None
    kept, again = whole(world, "home")

    assert "posts" not in coverage.complete
    assert any("goes on" in note for note in coverage.notes)
    assert (len(kept.posts), again.complete) == (130, ALL)


@pytest.mark.parametrize("part", ["statuses", "followers", "following"])
def test_pages_that_never_end_are_broken_off(part: str) -> None:
    world = small()
    home = world.servers["home"]
    link = f'<https://{home.domain}/x?max_id=%d>; rel="next"'
    status = world.post("ada")
    entry = status if part == "statuses" else {"acct": "bob"}
    home.fault = lambda path: ([entry], 200, {"Link": link % world.calls}) if path.endswith(part) else None

    _, coverage = whole(world)

    assert 50 <= world.calls < 70
    assert any("never ends" in note for note in coverage.notes)
    assert len(coverage.complete) == 2


@pytest.mark.parametrize("part", ["statuses", "followers", "following"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param(lambda _: "max_id=7", id="repeated"),
        pytest.param(lambda _: "a" * 2_001, id="too-long"),
        pytest.param(lambda calls: f"max_id={calls}", id="empty-pages"),
    ],
)
def test_a_next_page_that_leads_nowhere_is_no_end(part: str, query: Callable[[int], str]) -> None:
    world = small()
    home = world.servers["home"]
    link = f'<https://{home.domain}/x?%s>; rel="next"'
    home.fault = lambda path: ([], 200, {"Link": link % query(world.calls)}) if path.endswith(part) else None

    _, coverage = whole(world)

    assert world.calls < 20
    assert any("goes on" in note or "never ends" in note for note in coverage.notes)
    assert len(coverage.complete) == 2


# posts


def test_posts_are_read_whole() -> None:
    world = small()
    world.post("ada", "<p>A &amp; B<br>c</p><p>d</p>", spoiler_text="Food", language="de", favourites_count=9)

    kept, _ = whole(world)

    assert len(kept.posts) == 6
    found = kept.posts[0]
    assert (found.text, found.language) == ("Food\n\nA & B\nc\nd", "de")
    assert (found.replies, found.reposts, found.likes, found.quotes) == (3, 1, 9, 0)
    assert found.created_at == START.replace(microsecond=123_000)


def test_direct_posts_are_never_read() -> None:
    world = small()
    world.post("ada", "<p>secret</p>", visibility="direct")
    world.post("ada", "<p>to followers</p>", visibility="private")

    kept, _ = whole(world)

    assert [each.text for each in kept.posts].count("secret") == 0
    assert kept.posts[0].text == "to followers"


@pytest.mark.parametrize(
    "fields", [{"uri": None}, {"created_at": "soon"}, {"created_at": "1999-01-01"}, {"visibility": "list:7"}]
)
def test_a_status_that_cannot_be_used_is_passed_over(fields: dict[str, Any]) -> None:
    world = small()
    world.post("ada", **fields)

    kept, coverage = whole(world)

    assert (len(kept.posts), len(kept.skipped)) == (5, 1)
    assert coverage.complete == ALL - {"posts"}


def test_of_an_earlier_import_only_the_posts_of_a_month_are_read_again() -> None:
    world = small()
    for number in range(400):
        world.post("ada", at=START + timedelta(days=number / 2))
    kept = Kept(posts_until=START + 199 * DAY)
    with open_access(world) as access:
        _, coverage = read(make_reader(access, world), kept)

    oldest = min(each.created_at for each in kept.posts)
    assert START + 129 * DAY < oldest < START + 169 * DAY
    assert coverage.complete == ALL


@pytest.mark.parametrize("token", [True, False])
def test_the_account_s_server_tells_what_became_of_people_however_it_is_asked(token: bool) -> None:
    world = small()
    with open_access(world, token=token) as access:
        reader = make_reader(access, world)
        read(reader)
        world.humans["bob"].suspended, world.humans["cleo"].moved = True, "eve"
        keys = [world.humans[name].key for name in ("bob", "cleo", "dora")]
        told = {each.key: each for each in reader.whereabouts([Person(key=key) for key in (*keys, "an odd key")])}

    assert [told[key].state for key in keys] == ["gone", "moved", "there"]
    assert told[keys[1]].moved_to == world.humans["eve"].key
    assert len(told) == 3
