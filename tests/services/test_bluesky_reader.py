"""The live reader of Bluesky against a network of ours: accounts, posts, lists, limits, faults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from dashapp.services import live_of
from dashapp.services.bluesky.export_records import Context, post, repost
from dashapp.services.bluesky.xrpc import named
from dashapp.services.errors import DeniedError, NotFoundError, ResponseError, UnavailableError
from dashapp.services.files.values import EARLIEST
from dashapp.services.reading import Coverage, Target
from dashapp.services.records import Profile
from tests.services.bluesky_network import Serve, network
from tests.services.fakes.bluesky import ADA, HIDDEN, NOW, Fault, World, did_of, item_of, repost_of
from tests.services.fakes.bluesky import time_of as at
from tests.services.live_reading import Kept, read

pytestmark = pytest.mark.server

BOB = did_of(0)
__all__ = ["network"]
ALL = frozenset({"posts", "followers", "friends"})


def one_item(network: Serve, item: Any) -> Kept:
    """What is read of a feed of that item."""
    world = World(followers=0, friends=0, mutual=0)
    world.feed = [item]
    return network(world).read()[0]


# ---- the account


@pytest.mark.parametrize(
    "typed",
    [
        "ada.example.social",
        " @Ada.Example.Social",
        ADA,
        f"at://{ADA}",
        "https://bsky.app/profile/ada.example.social",
        f"bsky.app/profile/{ADA}/post/3k2aaaaaaaa2a",
        "\u202aada.example.social\u202c",
    ],
)
def test_an_account_is_found_by_what_people_type_or_paste(network: Serve, typed: str) -> None:
    profile = network(posts=5).reader(typed).profile()

    assert profile == Profile(
        service="bluesky",
        key=ADA,
        handle="ada.example.social",
        name="Ada",
        url=f"https://bsky.app/profile/{ADA}",
        bio="maths · https://ada.example",
        followers=5,
        friends=4,
        posts=5,
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize("typed", ["ada", "@", "", "ada lovelace", "../../etc", "did:plc:", "a" * 400 + ".example"])
def test_what_is_no_handle_is_refused_without_a_call(network: Serve, typed: str) -> None:
    told = network()

    with pytest.raises(NotFoundError, match="This is no handle of Bluesky"):
        told.reader(typed)

    assert told.fake.total == 0


def test_the_permanent_id_finds_an_account_that_changed_its_handle(network: Serve) -> None:
    assert network().reader("old.example.social", key=ADA).profile().handle == "ada.example.social"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("gone", "There is no Bluesky account of that handle"),
        ("AccountTakedown", "Bluesky has suspended this account"),
        ("AccountDeactivated", "This account is switched off"),
    ],
)
def test_an_account_that_is_gone_is_told_in_words(network: Serve, state: str, sentence: str) -> None:
    told = network()
    told.fake.world.members[ADA].state = state

    with pytest.raises(NotFoundError, match=sentence):
        told.reader().profile()


def test_who_asks_not_to_be_shown_to_strangers_is_not_looked_up(network: Serve) -> None:
    told = network()
    told.fake.world.members[ADA].labels = (HIDDEN,)

    with pytest.raises(DeniedError, match=r"ada\.example\.social asks not to be shown") as caught:
        told.reader().profile()

    assert caught.value.status != 401  # which would break the connection


def test_who_signed_in_sees_their_own_account_whatever_its_label(network: Serve) -> None:
    told = network()
    told.fake.world.members[ADA].labels = (HIDDEN,)

    assert told.reader(key=ADA, token="a-token").profile().key == ADA


def test_no_token_is_sent(network: Serve) -> None:
    told = network()
    access = told.open_access(token="a-token")

    live_of("bluesky").reader(Target(key=ADA), access).profile()

    assert all("Authorization" not in client._headers for client in access.clients)


def test_an_account_with_a_broken_handle_is_shown_by_its_id(network: Serve) -> None:
    told = network()
    told.fake.world.members[ADA].handle = "handle.invalid"

    assert told.reader(key=ADA).profile().handle == ADA


def test_counts_of_an_account_that_are_not_told_are_not_zero(network: Serve) -> None:
    told = network()
    told.fake.mangle = lambda _method, value: {"did": value["did"], "handle": value["handle"]}

    profile = told.reader().profile()

    assert (profile.followers, profile.friends, profile.posts, profile.name) == (None, None, None, None)


@pytest.mark.parametrize("answer", [[], "Ada", 3, None, {"did": 3}, {"handle": "ada.example.social"}])
def test_what_is_no_account_is_trouble(network: Serve, answer: Any) -> None:
    told = network()
    told.fake.mangle = lambda _method, _value: answer

    with pytest.raises(UnavailableError):
        told.reader().profile()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"error":"InvalidRequest","message":"Profile not found"}', NotFoundError),
        (b'{"error":"InvalidRequest","message":"Actor not found: ada.example.social"}', NotFoundError),
        (b'{"error":"RepoDeactivated","message":"Repo has been deactivated"}', NotFoundError),
        (b'{"error":"BlockedByActor","message":"Requester is blocked by actor"}', DeniedError),
        (b'{"error":"InvalidRequest","message":"Error: limit must be 1 to 100"}', ResponseError),
        (b'{"error":["InvalidRequest"],"message":7}', ResponseError),
        (b"[]", ResponseError),
        (b"<html>", ResponseError),
        (b"", ResponseError),
    ],
)
def test_errors_are_told_apart_by_their_names(body: bytes, expected: type[ResponseError]) -> None:
    error = named(ResponseError("refused", 400, body))

    assert (type(error), error.status) == (expected, 400)


# ---- posts


def test_posts_are_read_to_the_first_one_with_what_they_received(network: Serve) -> None:
    kept, coverage = network(posts=250).read()

    assert [found.text for found in kept.posts] == [f"post {n}" for n in range(250)]
    newest = kept.posts[2]
    assert (newest.replies, newest.reposts, newest.likes, newest.quotes, newest.views) == (2, 1, 2, 0, None)
    assert (newest.kind, newest.language, newest.created_at) == ("post", "en", datetime.fromisoformat(at(2)))
    assert "posts" in coverage.complete


def test_a_post_is_the_same_one_as_in_the_export(network: Serve) -> None:
    item = item_of(3)
    path = item["post"]["uri"].removeprefix(f"at://{ADA}/")
    exported = post(item["post"]["record"], path, Context(ADA, NOW))

    (found,) = one_item(network, item).posts

    assert (found.key, found.url, found.text) == (exported.key, exported.url, exported.text)


def test_a_repost_is_the_same_one_as_in_the_export(network: Serve) -> None:
    item = repost_of(3, BOB)
    path = item["reason"]["uri"].removeprefix(f"at://{ADA}/")
    record = {"$type": "app.bsky.feed.repost", "subject": {"uri": item["post"]["uri"]}, "createdAt": at(3)}

    assert one_item(network, item).posts == [repost(record, path, Context(ADA, NOW))]


def test_a_repost_without_an_address_is_known_by_what_it_repeats(network: Serve) -> None:
    item = repost_of(3, BOB, uri=None)

    (found,) = one_item(network, item).posts

    assert (found.kind, found.key, found.likes) == ("repost", f"repost of {item['post']['uri']}", None)


@pytest.mark.parametrize(("author", "kind"), [(BOB, "reply"), (ADA, "post")], ids=["to-bob", "to-herself"])
def test_only_an_answer_to_others_is_a_reply(network: Serve, author: str, kind: str) -> None:
    item = item_of(0)
    of = {"uri": f"at://{author}/app.bsky.feed.post/3k2aaaaaaaa2a", "cid": "bafyreiexample"}
    item["post"]["record"]["reply"] = {"root": of, "parent": of}

    assert [(found.kind, found.reply_to) for found in one_item(network, item).posts] == [(kind, of["uri"])]


@pytest.mark.parametrize(
    ("stated", "indexed", "expected"),
    [
        pytest.param(at(8), at(2), at(8), id="written-before-it-was-seen"),
        pytest.param(at(2), at(8), at(8), id="dated-ahead"),
        pytest.param("2199-01-01T00:00:00Z", at(2), at(2), id="in-the-far-future"),
        pytest.param("0001-01-01T00:00:00Z", at(2), at(2), id="before-there-was-a-web"),
        pytest.param(None, at(2), at(2), id="not-dated"),
        pytest.param(at(2), "soon", at(2), id="not-seen"),
    ],
)
def test_a_post_is_no_newer_than_bluesky_saw_it(
    network: Serve, stated: str | None, indexed: str, expected: str
) -> None:
    item = item_of(0, indexedAt=indexed)
    item["post"]["record"]["createdAt"] = stated

    assert [found.created_at for found in one_item(network, item).posts] == [datetime.fromisoformat(expected)]


def test_a_count_that_is_left_out_is_zero_and_a_broken_one_is_not_told(network: Serve) -> None:
    item = item_of(0, likeCount="many", replyCount=None)
    del item["post"]["quoteCount"]

    (found,) = one_item(network, item).posts

    assert (found.likes, found.replies, found.quotes) == (None, 0, 0)


@pytest.mark.parametrize(
    "item", [None, [], {}, {"post": 3}, item_of(0, uri="at://x"), item_of(0, record={"$type": "app.bsky.feed.like"})]
)
def test_a_post_that_is_none_is_kept_out_and_the_rest_is_read(network: Serve, item: Any) -> None:
    world = World(followers=0, friends=0, mutual=0)
    world.feed = [item_of(0), item, item_of(1)]

    kept, _ = network(world).read()

    assert [found.text for found in kept.posts] == ["post 0", "post 1"]
    assert len(kept.skipped) == 1


@pytest.mark.parametrize("item", [item_of(0, author=BOB), repost_of(0, BOB, by={"did": BOB})])
def test_posts_and_reposts_of_others_are_not_the_accounts(network: Serve, item: Any) -> None:
    kept = one_item(network, item)

    assert (kept.posts, kept.skipped) == ([], [])


def test_of_posts_that_are_known_the_newest_are_read_again(network: Serve) -> None:
    told = network(posts=1_000)  # of 250 days

    kept, coverage = told.read(posts_until=NOW)

    assert len(kept.posts) == 300  # to the first page that is older than 30 days
    assert "posts" in coverage.complete
    assert coverage.posts_from == NOW - timedelta(days=30)


# ---- lists


def test_lists_tell_everybody_with_their_counts(network: Serve) -> None:
    told = network(followers=230, friends=120, mutual=50, follows=0)

    kept, coverage = told.read()

    people = {person.key: person for person in kept.people()}
    assert {key for key, person in people.items() if person.is_follower} == set(told.fake.world.listed("followers"))
    assert {key for key, person in people.items() if person.is_friend} == set(told.fake.world.listed("friends"))
    assert coverage == Coverage(complete=ALL, posts_from=EARLIEST)
    bob = people[BOB]
    assert (bob.handle, bob.name, bob.url) == ("p0.example.social", "P0", f"https://bsky.app/profile/{BOB}")
    assert (bob.followers, bob.friends, bob.posts) == (0, 1, 7)


def test_who_is_switched_off_is_in_no_list_which_is_whole_all_the_same(network: Serve) -> None:
    told = network(followers=5)
    told.fake.world.members[BOB].state = "AccountDeactivated"

    kept, coverage = told.read()

    assert BOB not in {person.key for person in kept.people()}
    assert (coverage.complete, len(coverage.notes)) == (ALL, 1)
    assert coverage.notes[0].startswith("Bluesky leaves switched-off and suspended accounts out of lists")


def test_a_page_without_people_is_not_the_last(network: Serve) -> None:
    told = network(followers=150, friends=0, mutual=0, follows=0)
    for number in range(100):
        told.fake.world.members[did_of(number)].state = "AccountTakedown"

    assert len(told.read()[0].people()) == 50


def test_a_cursor_that_repeats_breaks_off_a_list(network: Serve) -> None:
    told = network(followers=5)
    told.fake.mangle = lambda method, value: value | ({"cursor": "from-0"} if method.endswith("getFollowers") else {})

    _, coverage = told.read()

    assert told.fake.calls["app.bsky.graph.getFollowers"] == 2
    assert coverage.complete == {"posts", "friends"}
    assert "Bluesky stopped telling the followers after 5." in coverage.notes


def test_pages_without_anybody_end_some_time(network: Serve) -> None:
    told = network(followers=5)
    pages = count()
    told.fake.mangle = lambda method, value: (
        value | {"followers": [], "cursor": f"from-{next(pages)}"} if method.endswith("getFollowers") else value
    )

    _, coverage = told.read()

    assert told.fake.calls["app.bsky.graph.getFollowers"] == 50
    assert coverage.complete == {"posts", "friends"}


def test_somebody_who_cannot_be_read_makes_nobody_lost(network: Serve) -> None:
    told = network(followers=5)
    told.fake.mangle = lambda method, value: (
        value | {"followers": [*value["followers"], {"did": 7}]} if method.endswith("getFollowers") else value
    )

    kept, coverage = told.read()

    assert len([person for person in kept.people() if person.is_follower]) == 5
    assert coverage.complete == {"posts", "friends"}
    assert "Entries in the list of followers that could not be read: 1." in coverage.notes


@pytest.mark.parametrize("broken", [{"followers": "hidden"}, {"followers": None}, {"followers": [1]}, {"cursor": 7}])
def test_a_broken_page_costs_only_its_list(network: Serve, broken: dict[str, Any]) -> None:
    told = network()
    told.fake.mangle = lambda method, value: value | (broken if method.endswith("getFollowers") else {})

    kept, coverage = told.read()

    assert sum(person.is_friend for person in kept.people()) == 4
    assert coverage.complete == {"posts", "friends"}
    assert "Bluesky stopped telling the followers after 0." in coverage.notes


def test_a_list_without_a_cursor_for_its_next_page_is_not_whole(network: Serve) -> None:
    told = network(followers=350, friends=0, mutual=0, follows=0)
    without = {"cursor": None}
    told.fake.mangle = lambda method, value: value | (without if method.endswith("getFollowers") else {})

    _, coverage = told.read()

    assert coverage.complete == {"posts", "friends"}
    assert "Bluesky told only 100 of 350 followers; the rest counts neither as lost nor as there." in coverage.notes


def test_posts_that_end_early_are_not_whole(network: Serve) -> None:
    told = network(posts=250)
    told.fake.mangle = lambda method, value: value | ({"cursor": None} if method.endswith("getAuthorFeed") else {})

    _, coverage = told.read()

    assert "posts" not in coverage.complete
    assert any("100 of 250 posts" in note for note in coverage.notes)


def test_a_list_that_breaks_off_is_not_whole(network: Serve) -> None:
    told = network(followers=150)
    kept = told.look()
    told.fake.faults = [Fault("400", only="app.bsky.graph.getFollowers")]

    _, coverage = read(told.reader(), kept)

    assert coverage.complete == {"posts", "friends"}
    assert "Bluesky stopped telling the followers after 100." in coverage.notes


def test_a_list_of_nobody_where_somebody_is_counted_is_not_whole(network: Serve) -> None:
    told = network(followers=5)
    told.fake.mangle = lambda method, value: value | ({"followers": []} if method.endswith("getFollowers") else {})

    _, coverage = told.read()

    assert coverage.complete == {"posts", "friends"}
    assert "Bluesky told only 0 of 5 followers; the rest counts neither as lost nor as there." in coverage.notes


def test_people_tell_bios_and_links_without_a_further_call(network: Serve) -> None:
    told = network(followers=5, friends=0, mutual=0, follows=0)
    kept, _ = told.read()

    telling, silent = kept.people()[:2]
    assert (telling.bio, telling.links) == ("looms and lace", ("https://looms0.example",))
    assert (silent.bio, silent.links) == ("", ())
    assert (telling.created_at, telling.active_at) == (datetime(2024, 1, 1, tzinfo=UTC), None)
    assert told.fake.total == 10


@pytest.mark.parametrize("status", ["400", "500"])
def test_people_whose_counts_are_not_told_are_read_without(network: Serve, status: str) -> None:
    told = network(followers=150, friends=0, mutual=0, follows=0)
    told.fake.faults = [Fault(status, only="app.bsky.actor.getProfiles")]

    kept, coverage = told.read()

    assert {(person.followers, person.friends, person.links) for person in kept.people()} == {(None, None, None)}
    assert coverage.complete == ALL
    assert "Bluesky did not tell the counts of 150 of these people." in coverage.notes
    assert told.fake.calls["app.bsky.actor.getProfiles"] <= 70


@pytest.mark.parametrize("status", ["400", "500"])
def test_one_account_that_spoils_the_profiles_of_others_costs_only_its_counts(network: Serve, status: str) -> None:
    told = network(followers=60, friends=0, mutual=0, follows=0)
    told.fake.faults = [Fault(status, only="app.bsky.actor.getProfiles", about=did_of(30))]

    kept, coverage = told.read()

    assert [person.key for person in kept.people() if person.followers is None] == [did_of(30)]
    assert len(kept.people()) == 60
    assert coverage.complete == ALL
    assert "Bluesky did not tell the counts of 1 of these people." in coverage.notes


def test_a_first_look_takes_a_dozen_calls(network: Serve) -> None:
    told = network(followers=300, friends=300, mutual=0, posts=300, follows=0)
    steps = told.reader().read({}, Kept())

    shown = next(number for number, step in enumerate(steps, 1) if step.show)

    assert (shown, told.fake.total) == (3, 1 + 1 + 5 + 5)


def test_notes_say_how_far_reading_is(network: Serve) -> None:
    told = network(followers=150)

    kept = told.look()

    assert told.reader().coverage(kept.cursor) == Coverage(
        complete=frozenset({"posts", "friends"}),
        notes=("100 of 150 followers read so far.",),
        posts_from=EARLIEST,
    )
