"""Tests of the reader of X: what it reads, and above all what it pays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashapp.services.errors import DeniedError, PaymentRequiredError, RateLimitedError, ServiceError, UnavailableError
from dashapp.services.net.response import Response
from dashapp.services.paging import load
from dashapp.services.reading import Target
from dashapp.services.records import Person, Profile, Whereabouts
from dashapp.services.x import api_records
from dashapp.services.x.cursor import PLAN, XCursor
from dashapp.services.x.pricing import NEWEST, cost, dollars
from dashapp.services.x.reader import NOTHING_LEFT, XReader, limit, reader
from tests.services.fakes.x import TOKEN, TYPE, Fake, World, at, gone, problem, reply, tweet
from tests.services.live_reading import FakeAccess, Kept, read
from tests.services.servers import serving

pytestmark = pytest.mark.server

EVERYTHING = 10**9  # thousandths of a dollar
quick = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


class Wallet(Kept):
    """What an import keeps, with the account's options beside it: what a step costs is added to them."""

    def __init__(self, allowed: int = EVERYTHING) -> None:
        super().__init__()
        self.options = {"allowed": str(allowed), "spent": "0"}

    @property
    def spent(self) -> int:
        return int(self.options["spent"])

    def keep(self, steps: Iterator[Any], most: int | None = None) -> Wallet:
        for number, step in enumerate(steps, 1):
            self.steps.append(step)
            self.options["spent"] = str(self.spent + step.cost)
            if number == most:
                break
        return self


@contextmanager
def open_access(fake: Fake, token: str | None = TOKEN) -> Iterator[FakeAccess]:
    with serving(fake) as url:
        access = FakeAccess({"X_API_URL": url, "PRIVATE_HOSTS": []}, token)
        try:
            yield access
        finally:
            access.close()


def make_reader(access: FakeAccess, wallet: Wallet, *, key: str = "2001", fake: Fake | None = None) -> XReader:
    """A reader of a known account; of the fake's day where it is told."""
    told = reader(Target(handle="ada", key=key, options=wallet.options), access)
    if fake is not None:
        told._today = fake.today
    return told


def bought(fake: Fake, allowed: int = EVERYTHING) -> tuple[Wallet, Any]:
    """One whole import of an account that is known, the profile included."""
    wallet = Wallet(allowed)
    with open_access(fake) as access:
        reading = make_reader(access, wallet)
        reading.profile()
        _, coverage = read(reading, wallet)
    return wallet, coverage


def listed(kept: Kept, flag: str) -> list[str]:
    return [person.key for batch in kept.batches for person in batch.people if getattr(person, flag)]


# ---- the account


def test_profile_tells_the_account_with_its_counts() -> None:
    with open_access(Fake(World(followers=3, friends=2, posts=9))) as access:
        told = make_reader(access, Wallet()).profile()

    assert (told.service, told.key, told.handle, told.name) == ("x", "2001", "ada", "Ada")
    assert (told.followers, told.friends, told.posts) == (3, 2, 9)
    assert told.created_at == datetime(2015, 6, 1, 9, 30, tzinfo=UTC)
    assert told.url == "https://x.com/ada"


def test_profile_of_the_new_spelling_counts_posts_too() -> None:
    with open_access(Fake(World(posts=9), spelling="post")) as access:
        assert make_reader(access, Wallet()).profile().posts == 9


def test_nothing_is_told_without_a_token() -> None:
    with open_access(Fake(), None) as access, pytest.raises(DeniedError, match="bring its archive"):
        make_reader(access, Wallet())


def test_a_token_that_ended_is_denied() -> None:
    with (
        open_access(Fake(), "another") as access,
        pytest.raises(DeniedError, match="connect the account again") as caught,
    ):
        make_reader(access, Wallet()).profile()

    assert caught.value.status == 401


def test_a_token_of_somebody_else_does_not_read_into_the_account() -> None:
    with open_access(Fake()) as access, pytest.raises(DeniedError, match="another account"):
        make_reader(access, Wallet(), key="2002").profile()


@pytest.mark.parametrize(
    "value", [[], {}, {"data": []}, {"data": {"id": 1.5, "username": "ada"}}, {"data": {"id": "1"}}]
)
def test_what_is_no_account_is_trouble(value: Any) -> None:
    fake = Fake()
    fake.mutate = lambda name, sent: value
    with open_access(fake) as access, pytest.raises(UnavailableError):
        make_reader(access, Wallet()).profile()


# ---- everything


def test_all_of_an_account_is_read() -> None:
    world = World(followers=1_203, friends=7, mutual=2, posts=250)

    wallet, coverage = bought(Fake(world))

    assert listed(wallet, "is_follower") == [each["id"] for each in world.people["followers"]]
    assert listed(wallet, "is_friend") == [each["id"] for each in world.people["following"]]
    assert [post.key for post in wallet.posts] == [each["id"] for each in world.tweets]
    assert coverage.complete == {"posts", "followers", "friends"}
    assert len(coverage.notes) == 1
    assert "follow each other is not read" in coverage.notes[0]


def test_an_account_of_a_thousand_posts_takes_thirteen_calls() -> None:
    fake = Fake(World(followers=500, friends=500, posts=1_000))

    wallet, _ = bought(fake)

    assert fake.calls.total() == 13
    assert wallet.spent == fake.served == fake.world.price == 15_010


def test_people_and_posts_have_all_that_is_told() -> None:
    wallet, _ = bought(Fake(World(followers=4, posts=1)))

    (post,), person = wallet.posts, wallet.people()[3]
    assert (person.key, person.handle, person.name, person.url) == ("5003", "p3", "Person 3", "https://x.com/p3")
    assert (person.followers, person.friends, person.posts) == (3, 6, 9)
    assert (post.replies, post.reposts, post.likes, post.quotes, post.views) == (2, 1, 3, 4, 500)
    assert (post.kind, post.language, post.url) == ("post", "en", "https://x.com/ada/status/1000000")
    assert post.created_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_people_tell_bios_and_links_with_their_whole_addresses() -> None:
    fake = Fake(World(followers=2))
    wallet, _ = bought(fake)

    telling, silent = wallet.people()
    assert (telling.bio, telling.links) == ("Looms & https://lace.example/", ("https://p0.example/",))
    assert (silent.bio, silent.links) == ("", ())
    assert telling.created_at == datetime.fromisoformat(at(0))
    assert fake.calls == {"me": 1, "tweets": 1, "followers": 1, "following": 1}
    assert {"description", "entities", "url"} <= set(dict(fake.asked)["followers"]["user.fields"].split(","))


def test_of_endless_addresses_in_a_bio_the_first_are_made_whole() -> None:
    short = [f"https://t.co/{number:02}" for number in range(25)]
    urls = [{"url": each, "expanded_url": each.replace("t.co", "lace.example")} for each in short]
    told = {"id": "7", "description": " ".join(short), "entities": {"description": {"urls": urls}}}

    person = api_records.person(told, is_follower=True, is_friend=False)

    assert person.bio == " ".join([each["expanded_url"] for each in urls[:20]] + short[20:])


@pytest.mark.parametrize("strict", [True, False])
def test_both_spellings_of_fields_are_read(strict: bool) -> None:
    worlds = [World(followers=2, posts=250), World(followers=2, posts=250)]
    old, new = Fake(worlds[0]), Fake(worlds[1], spelling="post")
    new.strict = strict

    told, told_too = bought(old)[0], bought(new)[0]

    first = 0 if strict else 100  # a server that leaves fields out sends a page without dates, and then all
    assert told.posts[first:] == told_too.posts
    assert told.people() == told_too.people()


def test_a_post_without_its_date_takes_it_from_its_id() -> None:
    fake = Fake()
    fake.world.tweets = [{"id": "1780000000000000001", "text": "Hi"}]

    wallet, _ = bought(fake)

    assert f"{wallet.posts[0].created_at:%Y-%m-%d}" == "2024-04-15"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "post"),
        ({"referenced_tweets": [{"type": "quoted", "id": "1"}]}, "post"),
        ({"referenced_tweets": [{"type": "retweeted", "id": "1"}]}, "repost"),
        ({"referenced_tweets": [{"type": "reposted", "id": "1"}]}, "repost"),
        ({"text": "RT @bob: hello"}, "repost"),
        ({"referenced_tweets": [{"type": "replied_to", "id": "1"}], "in_reply_to_user_id": "7"}, "reply"),
        ({"referenced_tweets": [{"type": "replied_to", "id": "1"}]}, "reply"),
        ({"referenced_tweets": [{"type": "replied_to", "id": "1"}], "in_reply_to_user_id": "2001"}, "post"),
    ],
)
def test_kinds_of_posts(more: dict[str, Any], kind: str) -> None:
    fake = Fake()
    fake.world.tweets = [tweet(1, **more)]

    (post,) = bought(fake)[0].posts

    assert post.kind == kind
    assert post.reply_to == ("1" if "replied_to" in str(more) else None)
    assert (post.likes is None) == (kind == "repost")  # its counts are the original's


def test_long_posts_are_whole_and_signs_are_signs() -> None:
    fake = Fake()
    fake.world.tweets = [
        tweet(1, text="cut…", note_tweet={"text": "all &amp; more"}),
        tweet(2, text="a &lt; b", lang="und"),
    ]

    posts = bought(fake)[0].posts

    assert [post.text for post in posts] == ["all & more", "a < b"]
    assert posts[1].language is None


def test_an_account_of_more_posts_than_x_tells_says_so() -> None:
    _, coverage = bought(Fake(World(posts=3_300)))

    assert any("newest 3,200 posts" in note for note in coverage.notes)
    assert coverage.posts_from is None  # what is older may be there


def test_of_posts_that_x_keeps_back_among_its_newest_the_others_are_not_all() -> None:
    state = load(XCursor, PLAN, {})
    state.begin(Kept(), Profile(service="x", key="1", handle="ada", posts=40_000))
    state.paging.turn("posts", 2_950, None)

    assert state.coverage().posts_from is None


# ---- money


def test_without_a_yes_only_the_profile_is_paid() -> None:
    fake = Fake(World(followers=9, friends=9, posts=9))
    with open_access(fake) as access:
        reading = reader(Target(), access)
        reading.profile()
        kept, coverage = read(reading)

    assert fake.calls == {"me": 1}
    assert fake.served == 10
    assert (kept.posts, kept.people()) == ([], [])
    assert coverage.complete == frozenset()
    assert "nothing yet" in coverage.notes[0]
    assert "“Read now”" in coverage.notes[0]


def test_an_account_for_which_nothing_is_left_is_not_even_asked_for_its_profile() -> None:
    fake = Fake()
    with open_access(fake) as access, pytest.raises(PaymentRequiredError) as caught:
        make_reader(access, Wallet(9)).profile()

    assert str(caught.value) == NOTHING_LEFT
    assert fake.calls.total() == 0


@quick
@given(
    allowed=st.one_of(st.integers(10, 400), st.integers(10, 40_000)),
    page=st.integers(1, 1_000),
    followers=st.integers(0, 1_500),
    friends=st.integers(0, 40),
    posts=st.integers(0, 230),
)
def test_never_is_more_paid_than_allowed(allowed: int, page: int, followers: int, friends: int, posts: int) -> None:
    fake = Fake(World(followers=followers, friends=friends, posts=posts))
    fake.page = max(page, followers // 40)

    wallet, coverage = bought(fake, allowed)

    assert fake.served == wallet.spent <= allowed
    everything = {"posts", "followers", "friends"}
    assert (coverage.complete == everything) or any("Not all is read of" in note for note in coverage.notes)
    assert coverage.complete == everything or fake.world.price + 25 > allowed  # at most a page too small for X is left


@quick
@given(allowed=st.integers(10, 4_000), seed=st.integers(0, 10**9))
def test_never_is_more_billed_than_allowed_when_answers_are_lost(allowed: int, seed: int) -> None:
    chance = Random(seed)  # of its own, for the server asks it too
    fake = Fake(World(followers=130, friends=20, posts=120))
    fake.page = 50
    days = [0]
    fake.today = lambda: f"2026-11-{1 + days[0]:02}"
    fake.broken = lambda name, call: name != "me" and chance.random() < 0.4
    fake.fault = lambda name, call: problem(503, "Over capacity") if name != "me" and chance.random() < 0.2 else None
    wallet = Wallet(allowed)
    with open_access(fake) as access:
        make_reader(access, wallet).profile()
        while days[0] < 20:
            try:
                wallet.keep(make_reader(access, wallet, fake=fake).read(wallet.cursor, wallet))
                break
            except UnavailableError:
                days[0] += chance.random() < 0.5

    assert fake.billed <= wallet.spent <= allowed


def test_a_page_that_was_lost_is_paid_once_when_it_comes_the_same_day() -> None:
    fake = Fake(World(followers=10))
    fake.broken = lambda name, call: name == "followers" and call <= 3  # as often as the client tries
    wallet = Wallet(200)
    with open_access(fake) as access:
        reading = make_reader(access, wallet, fake=fake)
        with pytest.raises(UnavailableError):
            wallet.keep(reading.read({}, wallet))
        set_aside = wallet.spent
        wallet.keep(make_reader(access, wallet, fake=fake).read(wallet.cursor, wallet))

    assert set_aside > 110
    assert len(wallet.people()) == 10
    assert wallet.spent == 110 == fake.billed + 10  # the profile, which this test did not ask for


def test_a_refusal_costs_nothing() -> None:
    fake = Fake(World(followers=10))
    fake.fault = lambda name, call: problem(503, "Over capacity") if name == "followers" else None
    wallet = Wallet(1_000)
    with open_access(fake) as access, pytest.raises(UnavailableError):
        wallet.keep(make_reader(access, wallet).read({}, wallet))

    assert wallet.spent == 10


def test_trouble_that_lasts_adds_no_step_so_that_it_ends_some_day() -> None:
    fake = Fake(World(followers=10))
    fake.broken = lambda name, call: name == "followers"
    wallet = Wallet(1_000)
    with open_access(fake) as access:
        for _ in range(4):
            with pytest.raises(UnavailableError):
                wallet.keep(make_reader(access, wallet, fake=fake).read(wallet.cursor, wallet))

    assert len(wallet.steps) == 2  # the empty list of posts; what was set aside


def test_what_others_spend_meanwhile_is_not_spent_again() -> None:
    fake = Fake(World(followers=5_000))
    wallet = Wallet(31_000)
    with open_access(fake) as access:
        steps = make_reader(access, wallet).read({}, wallet)
        wallet.keep(steps, 2)
        wallet.options["spent"] = str(wallet.spent + 15_000)
        wallet.keep(steps)

    assert fake.served + 15_000 + 10 <= 31_000


def test_a_smaller_yes_holds_from_the_next_page_on() -> None:
    fake = Fake(World(followers=5_000))
    wallet = Wallet()
    with open_access(fake) as access:
        steps = make_reader(access, wallet).read({}, wallet)
        wallet.keep(steps, 2)
        wallet.options["allowed"] = "0"
        wallet.keep(steps)

    assert fake.calls["followers"] == 1


@pytest.mark.parametrize("allowed", ["", "-5", "many", "1e9", "٣"])
def test_an_amount_that_is_none_allows_nothing(allowed: str) -> None:
    fake = Fake(World(followers=3))
    wallet = Wallet()
    wallet.options["allowed"] = allowed
    with open_access(fake) as access:
        wallet.keep(make_reader(access, wallet).read({}, wallet))

    assert fake.calls.total() == 0


def test_what_is_estimated_is_what_it_costs() -> None:
    world = World(followers=12, friends=30, posts=45)

    wallet, _ = bought(Fake(world))

    assert cost(45, 42) == wallet.spent == world.price
    assert cost(10**6, 0) == cost(NEWEST, 0)
    assert [dollars(mills) for mills in (0, 5, 10, 15_010, 1_234_560)] == [
        "$0.00",
        "$0.01",
        "$0.01",
        "$15.01",
        "$1,234.56",
    ]


# ---- lists that end before X's own count


@pytest.mark.parametrize(("name", "part"), [("tweets", "posts"), ("followers", "followers"), ("following", "friends")])
def test_what_ends_before_its_count_is_not_whole(name: str, part: str) -> None:
    fake = Fake(World(followers=60, friends=60, mutual=0, posts=60))
    fake.page = 20
    fake.mutate = lambda asked, value: {**value, "meta": {"result_count": 20}} if asked == name else value
    _, coverage = bought(fake)

    assert coverage.complete == {"posts", "followers", "friends"} - {part}
    assert any(note.startswith("X did not tell all of") for note in coverage.notes)


def test_a_page_that_brings_fewer_than_it_says_is_not_whole() -> None:
    fake = Fake(World(followers=60, friends=5))
    short = {"meta": {"result_count": 60}}
    fake.mutate = lambda asked, value: {**value, **short, "data": value["data"][:59]} if asked == "followers" else value
    _, coverage = bought(fake)

    assert "followers" not in coverage.complete


# ---- again later


def test_only_newer_posts_are_bought_again() -> None:
    fake = Fake(World(posts=150))
    wallet = Wallet()
    wallet.posts_until = datetime.fromisoformat(at(139))
    with open_access(fake) as access:
        _, coverage = read(make_reader(access, wallet), wallet)

    assert [post.key for post in wallet.posts] == [str(10**6 + number) for number in range(149, 139, -1)]
    assert fake.served == 10 * 5
    assert "posts" in coverage.complete
    assert coverage.posts_from == datetime.fromisoformat(at(139)) + timedelta(seconds=1)


def test_where_posts_began_stays_while_they_are_read() -> None:
    fake = Fake(World(posts=350))
    wallet = Wallet()
    wallet.posts_until = datetime.fromisoformat(at(9))
    with open_access(fake) as access:
        wallet.keep(make_reader(access, wallet).read({}, wallet), 1)
        wallet.posts_until = datetime.fromisoformat(at(349))  # a first look was merged
        wallet.keep(make_reader(access, wallet).read(wallet.cursor, wallet))

    assert len(wallet.posts) == 340


def test_another_reader_goes_on_from_every_cursor() -> None:
    world = World(followers=30, friends=25, mutual=5, posts=60)
    undisturbed, restarted = Fake(world), Fake(world)
    undisturbed.page = restarted.page = 10
    expected, coverage = bought(undisturbed, 700)
    wallet = Wallet(700)
    with open_access(restarted) as access:
        make_reader(access, wallet).profile()
        while (step := next(make_reader(access, wallet).read(wallet.cursor, wallet), None)) is not None:
            wallet.keep(iter([step]))
        again = make_reader(access, wallet).coverage(wallet.cursor)

    assert wallet.content() == expected.content()
    assert again == coverage
    assert restarted.asked == undisturbed.asked
    assert wallet.spent == expected.spent


def test_a_first_look_comes_after_a_page_of_each() -> None:
    fake = Fake(World(followers=30, friends=30, posts=30))
    fake.page = 10

    wallet, _ = bought(fake)

    assert [step.show for step in wallet.steps] == [False, False, True, *[False] * 6]
    assert [batch.step for batch in wallet.batches[:4]] == ["posts", "followers", "friends", "posts"]
    assert [(batch.done, batch.total) for batch in wallet.batches][-1] == (9, 9)


# ---- what X refuses


def test_limits_end_at_their_reset() -> None:
    fake = Fake(World(followers=30, posts=9))
    fake.remaining = {"followers": 2}
    fake.page = 10
    wallet = Wallet()
    with open_access(fake) as access:
        with pytest.raises(RateLimitedError) as caught:
            wallet.keep(make_reader(access, wallet).read({}, wallet))
        calls = fake.calls.total()
        with pytest.raises(RateLimitedError):
            make_reader(access, wallet).profile()

    assert abs(caught.value.until - fake.reset) < timedelta(seconds=2)
    assert fake.calls.total() == calls
    assert wallet.steps[-1].show  # what was bought is on the page meanwhile


def test_a_limit_in_the_middle_changes_nothing() -> None:
    fake = Fake(World(followers=30, posts=9))
    fake.remaining = {"followers": 2}
    fake.page = 10
    wallet = Wallet()
    with open_access(fake) as access, suppress(RateLimitedError):
        wallet.keep(make_reader(access, wallet).read({}, wallet))
    fake.remaining = {}
    with open_access(fake) as access:
        _, coverage = read(make_reader(access, wallet), wallet)

    assert len(wallet.people()) == 30
    assert "followers" in coverage.complete


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "900"}, 900),
        (429, {"x-rate-limit-reset": "900"}, 900),
        (200, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "900"}, 900),
        (200, {"x-rate-limit-remaining": "1", "x-rate-limit-reset": "900"}, None),
        (200, {}, None),
        (429, {"x-rate-limit-reset": "soon"}, None),
    ],
)
def test_limits_are_read_from_the_headers(status: int, headers: dict[str, str], seconds: int | None) -> None:
    response = Response(status, headers)

    until = limit(response)

    assert until == (None if seconds is None else response.at + timedelta(seconds=seconds))


CAP = problem(429, "UsageCapExceeded", TYPE + "usage-capped", period="Monthly", scope="Product")


@pytest.mark.parametrize("refusal", [problem(402, "Payment Required"), CAP], ids=["credits", "cap"])
def test_credits_that_are_used_up_end_reading_and_keep_what_was_bought(refusal: Any) -> None:
    fake = Fake(World(followers=30, friends=5, posts=9))
    fake.page = 10
    fake.fault = lambda name, call: refusal if name == "followers" and call > 1 else None

    wallet, coverage = bought(fake)

    assert (len(wallet.posts), len(listed(wallet, "is_follower"))) == (9, 10)
    assert coverage.complete == {"posts", "friends"}
    assert "people who run this server to pay" in coverage.notes[0]
    assert "Not all is read of followers." in coverage.notes[0]


@pytest.mark.parametrize("refusal", [problem(402, "Payment Required"), CAP], ids=["credits", "cap"])
def test_a_profile_for_which_nobody_paid_says_so(refusal: Any) -> None:
    fake = Fake()
    fake.fault = lambda name, call: refusal
    with open_access(fake) as access, pytest.raises(PaymentRequiredError, match="people who run this server"):
        make_reader(access, Wallet()).profile()


NOT_ENROLLED = problem(403, "Client Forbidden", TYPE + "client-forbidden", reason="client-not-enrolled")


@pytest.mark.parametrize(
    ("refusal", "note"),
    [
        (problem(403, "Forbidden"), "X does not show followers: a permission is missing"),
        (NOT_ENROLLED, "X does not let this site read followers: its app"),
    ],
    ids=["permission", "app-in-no-project"],
)
def test_what_x_refuses_leaves_out_that_part_alone(refusal: Any, note: str) -> None:
    fake = Fake(World(followers=30, friends=5, posts=9))
    fake.fault = lambda name, call: refusal if name == "followers" else None

    wallet, coverage = bought(fake)

    assert (len(wallet.posts), len(wallet.people())) == (9, 5)
    assert coverage.complete == {"posts", "friends"}
    assert coverage.notes[0].startswith(note)


def test_posts_that_are_protected_are_no_empty_list() -> None:
    fake = Fake(World(followers=3, posts=9))
    hidden = {"errors": [gone("2001", "not-authorized-for-resource")]}
    fake.mutate = lambda name, value: hidden if name == "tweets" else value

    wallet, coverage = bought(fake)

    assert coverage.complete == {"followers", "friends"}
    assert coverage.notes[0].startswith("X does not show posts")
    assert wallet.posts == []


def test_people_who_are_gone_are_counted_and_passed_over() -> None:
    fake = Fake(World(followers=3))
    fake.mutate = lambda name, value: {**value, "errors": [gone("77")]} if name == "followers" else value

    wallet, coverage = bought(fake)

    assert len(wallet.people()) == 3
    assert wallet.skipped == ["X does not tell it any more"]
    assert [each for batch in wallet.batches for each in batch.whereabouts] == [Whereabouts("77", "gone")]
    assert "followers" in coverage.complete


def test_errors_of_another_kind_make_nobody_lost() -> None:
    fake = Fake(World(followers=3))
    fake.mutate = lambda name, value: {**value, "errors": [gone("77", "internal")]} if name == "followers" else value

    _, coverage = bought(fake)

    assert "followers" not in coverage.complete


def test_a_token_that_ends_in_the_middle_shows_what_was_bought() -> None:
    fake = Fake(World(followers=3, posts=9))
    fake.fault = lambda name, call: problem(401, "Unauthorized") if name == "followers" else None
    wallet = Wallet()
    with open_access(fake) as access, pytest.raises(DeniedError) as caught:
        wallet.keep(make_reader(access, wallet).read({}, wallet))

    assert caught.value.status == 401
    assert wallet.steps[-1].show


def test_paging_that_turns_in_a_circle_ends_and_the_list_is_not_whole() -> None:
    fake = Fake(World(followers=3))
    fake.mutate = lambda name, value: (
        {**value, "meta": {"result_count": 3, "next_token": "t0"}} if name == "followers" else value
    )

    _, coverage = bought(fake)

    assert fake.calls["followers"] == 2
    assert "followers" not in coverage.complete
    assert "broke off" in coverage.notes[0]


def test_pages_without_anything_on_them_end_some_time() -> None:
    fake = Fake()
    fake.mutate = lambda name, value: (
        value if name == "me" else {"data": [], "meta": {"next_token": f"n{fake.calls.total()}"}}
    )

    _, coverage = bought(fake)

    assert fake.calls.total() < 20
    assert coverage.complete == frozenset()


def test_a_question_that_x_refuses_leaves_the_rest() -> None:
    fake = Fake(World(followers=3, posts=9))
    fake.fault = lambda name, call: problem(400, "Invalid Request") if name == "tweets" else None

    wallet, coverage = bought(fake)

    assert fake.calls["tweets"] == 2  # in both spellings
    assert len(wallet.people()) == 3
    assert coverage.complete == {"followers", "friends"}


# ---- wrong types


def test_one_bad_post_is_kept_out() -> None:
    fake = Fake()
    fake.world.tweets = [
        tweet(1),
        {**tweet(2), "id": "no"},
        {**tweet(3), "created_at": "1999-01-01T00:00:00Z"},
        tweet(4),
    ]

    wallet, coverage = bought(fake)

    assert [post.text for post in wallet.posts] == ["post 1", "post 4"]
    assert wallet.skipped == ["it has no usable id", "its date, 1999-01-01, is out of range"]
    assert "posts" not in coverage.complete
    assert any("X did not tell all of posts" in note for note in coverage.notes)


def test_a_person_who_cannot_be_read_makes_nobody_lost() -> None:
    fake = Fake(World(followers=3))
    fake.world.people["followers"][1]["id"] = "no"

    wallet, coverage = bought(fake)

    assert len(wallet.people()) == 2
    assert "followers" not in coverage.complete


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def changed(value: Any, chance: Random, anything: Any) -> Any:
    """The value with some parts of it replaced."""
    if chance.random() < 0.15:
        return anything
    if isinstance(value, dict):
        return {key: changed(inner, chance, anything) for key, inner in value.items()}
    return [changed(inner, chance, anything) for inner in value] if isinstance(value, list) else value


@quick
@given(anything=ANYTHING, seed=st.integers(0, 10**9))
def test_wrong_types_bring_errors_of_services_alone(anything: Any, seed: int) -> None:
    fake = Fake(World(followers=6, friends=3, posts=6))
    fake.page = 3
    chance = Random(seed)
    fake.mutate = lambda name, value: changed(value, chance, anything)
    wallet = Wallet(300)
    with open_access(fake) as access, suppress(ServiceError):
        wallet.keep(make_reader(access, wallet).read({}, wallet))

    assert fake.served <= 300


@pytest.mark.parametrize("response", [reply(200, b"{"), reply(200, "[]"), reply(200, {"data": {}}), reply(500, "")])
def test_nonsense_is_trouble(response: Any) -> None:
    fake = Fake(World(posts=9))
    fake.fault = lambda name, call: response if name == "tweets" else None
    wallet = Wallet()
    with open_access(fake) as access, pytest.raises(UnavailableError):
        wallet.keep(make_reader(access, wallet).read({}, wallet))


def test_what_became_of_who_is_missing_is_not_bought() -> None:
    fake = Fake(World(followers=3))
    with open_access(fake) as access:
        told = list(make_reader(access, Wallet()).whereabouts([Person(key="5001")]))

    assert (told, fake.calls.total()) == ([], 0)
