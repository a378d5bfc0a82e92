"""The invented person: the same from the same seed, believable, and nobody's."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import networkx as nx
import pandas as pd
import pytest

from analytics.identity import LIKELY, matches
from analytics.sentiment import assess
from analytics.timeline import RESPONSES
from dashapp.demo.generate import APART, DemoAccount, State, demo_accounts
from dashapp.services.recognition import link_target
from dashapp.services.records import Person

DAY = date(2026, 11, 20)
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
ACCOUNTS = {account.service: account for account in demo_accounts(DAY)}
each = pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
each_state = pytest.mark.parametrize(
    "state", [state for account in ACCOUNTS.values() for state in (account.earlier, account.later)]
)


def followers(state: State) -> set[str]:
    return {person.key for person in state.people if person.is_follower}


def friends(state: State) -> set[str]:
    return {person.key for person in state.people if person.is_friend}


def test_a_seed_and_a_day_give_the_same_demo() -> None:
    assert list(ACCOUNTS.values()) == demo_accounts(DAY)


@pytest.mark.slow
def test_another_process_makes_the_same_demo() -> None:
    program = (
        "import datetime, hashlib; from dashapp.demo.generate import demo_accounts;"
        "print(hashlib.sha256(repr(demo_accounts(datetime.date(2026, 11, 20))).encode()).hexdigest())"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "1"}, capture_output=True, text=True, check=True
    )

    here = hashlib.sha256(repr(list(ACCOUNTS.values())).encode()).hexdigest()
    assert made.stdout.strip() == here


def test_another_seed_gives_another() -> None:
    assert list(ACCOUNTS.values()) != demo_accounts(DAY, seed=1)


def test_another_day_moves_all_of_it() -> None:
    moved = {account.service: account for account in demo_accounts(DAY + timedelta(days=40))}

    newest = {service: account.later.posts[-1].created_at for service, account in moved.items()}
    assert all(AS_OF + timedelta(days=30) < at < AS_OF + timedelta(days=40) for at in newest.values())


def test_there_are_three_services_with_400_posts_and_600_followers() -> None:
    assert set(ACCOUNTS) == {"mastodon", "bluesky", "github"}
    assert sum(len(account.later.posts) for account in ACCOUNTS.values()) == 400
    assert sum(len(followers(account.later)) for account in ACCOUNTS.values()) == 605


@each
def test_both_imports_show_who_came_and_who_left(account: DemoAccount) -> None:
    assert account.later.profile.as_of == AS_OF
    assert account.earlier.profile.as_of == AS_OF - APART
    assert followers(account.later) - followers(account.earlier)
    assert followers(account.earlier) - followers(account.later)
    assert friends(account.earlier) ^ friends(account.later)
    assert len(account.later.posts) > len(account.earlier.posts)


@each_state
def test_the_profile_counts_what_is_there(state: State) -> None:
    assert state.profile.followers == len(followers(state))
    assert state.profile.friends == len(friends(state))
    assert state.profile.posts == len(state.posts)


@each_state
def test_keys_are_unique_and_ties_are_among_the_persons(state: State) -> None:
    keys = {person.key for person in state.people}

    assert len(keys) == len(state.people)
    assert len({post.key for post in state.posts}) == len(state.posts)
    assert {end for tie in state.ties for end in (tie.source, tie.target)} <= keys
    assert all(tie.source != tie.target for tie in state.ties)
    assert len(set(state.ties)) == len(state.ties)


@each_state
def test_no_post_is_younger_than_the_data(state: State) -> None:
    times = [post.created_at for post in state.posts]

    assert times == sorted(times)
    assert state.profile.as_of is not None
    assert times[-1] < state.profile.as_of


@each
def test_the_newest_post_is_of_the_last_days(account: DemoAccount) -> None:
    assert AS_OF - account.later.posts[-1].created_at < timedelta(days=7)


@each
def test_persons_form_communities(account: DemoAccount) -> None:
    graph = nx.Graph((tie.source, tie.target) for tie in account.later.ties)

    communities = nx.community.louvain_communities(graph, seed=1)

    assert len([group for group in communities if len(group) >= 10]) >= 3
    assert nx.community.modularity(graph, communities) > 0.3


@each
def test_some_persons_are_far_better_connected(account: DemoAccount) -> None:
    degrees = sorted(dict(nx.Graph((tie.source, tie.target) for tie in account.later.ties).degree).values())

    assert degrees[-1] > 4 * degrees[len(degrees) // 2]


def test_some_persons_are_on_several_services() -> None:
    named = [{person.name for person in account.later.people if person.name} for account in ACCOUNTS.values()]

    assert all(len(a & b) >= 20 for a in named for b in named)


def test_some_are_proven_to_be_one_some_are_likely_and_some_only_bear_the_name() -> None:
    people = pd.DataFrame(
        {"service": service, "key": person.key, "handle": person.handle, "name": person.name, "bio": person.bio}
        | {name: [*map(link_target, getattr(person, name) or ())] for name in ("links", "verified_links")}
        for service, account in ACCOUNTS.items()
        for person in account.later.people
    )
    pairs = matches(people)

    named = people["key"].map(lambda key: re.sub(r"@.*|did:|demo|[^a-z]", "", key))
    same = named[pairs["left"]].to_numpy() == named[pairs["right"]].to_numpy()
    proven = pairs[["verified", "moved", "declared"]].any(axis=1)
    asked = ~pairs["certain"] & (pairs["probability"] >= LIKELY)
    assert (pairs["certain"] & proven).sum() >= 30
    assert (pairs["certain"] & ~proven).sum() >= 20
    assert same[pairs["certain"]].all()
    assert (asked & same).sum() >= 40
    assert 3 <= (asked & ~same).sum() <= 15


def test_no_link_leads_to_somebody_who_exists() -> None:
    people: list[Person] = [person for account in ACCOUNTS.values() for person in account.later.people]

    assert all(re.match(r"https://([a-z-]+\.)+example(/|$)", link) for person in people for link in person.links or ())


@pytest.mark.parametrize(
    ("service", "expected"),
    [("bluesky", {"replies", "reposts", "likes", "quotes"}), ("github", {"replies", "likes"})],
)
def test_a_service_tells_some_counts_only(service: str, expected: set[str]) -> None:
    posts = ACCOUNTS[service].later.posts

    told = {name for name in RESPONSES if any(getattr(post, name) is not None for post in posts)}
    assert told == expected


def test_not_everything_is_told_of_everybody() -> None:
    people = [person for account in ACCOUNTS.values() for person in account.later.people]

    assert 0 < sum(person.followers is None for person in people) < len(people) / 5
    assert 0 < sum(person.name is None for person in people) < len(people) / 5


def test_counts_have_a_heavy_tail() -> None:
    likes = sorted(
        post.likes for account in ACCOUNTS.values() for post in account.later.posts if post.likes is not None
    )

    assert likes[len(likes) // 4] <= 1
    assert likes[-1] > 15 * max(likes[len(likes) // 2], 1)


def test_posts_of_all_kinds_read_in_all_ways() -> None:
    posts = [post for account in ACCOUNTS.values() for post in account.later.posts]
    texts = pd.Series([post.text for post in posts], dtype="str")

    labels = assess(texts, pd.Series([post.language for post in posts], dtype="str"))["label"].value_counts()

    assert set(Counter(post.kind for post in posts)) == {"post", "reply", "repost"}
    assert (labels > 40).all()
    assert set(labels.index) == {"negative", "neutral", "positive"}
    assert texts.nunique() > 350
    assert (texts.str.contains("#")).sum() > 80
    assert (texts.str.contains("@")).sum() > 50
    assert not texts.str.contains("[{}]").any()


def test_nobody_posts_at_night_as_much_as_in_the_evening() -> None:
    hours = Counter(post.created_at.hour for account in ACCOUNTS.values() for post in account.later.posts)

    assert sum(hours[hour] for hour in (0, 1, 2, 3)) * 5 < sum(hours[hour] for hour in (17, 18, 19, 20))


def test_every_handle_is_marked_as_of_the_demo() -> None:
    handles = [person.handle for account in ACCOUNTS.values() for person in account.later.people]
    handles += [account.later.profile.handle for account in ACCOUNTS.values()]

    assert all(handle and re.search(r"demo\.example$|-demo2?(\.example)?$", handle) for handle in handles)
    assert all(person.url is None for account in ACCOUNTS.values() for person in account.later.people)


@each
def test_batches_hold_all_of_a_state(account: DemoAccount) -> None:
    batches = list(account.later.batches())

    assert [post for batch in batches for post in batch.posts] == list(account.later.posts)
    assert [person for batch in batches for person in batch.people] == list(account.later.people)
    assert [tie for batch in batches for tie in batch.ties] == list(account.later.ties)
