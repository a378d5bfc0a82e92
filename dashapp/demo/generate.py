"""The demo: an invented person with accounts on three services, each in two states two months apart.

All of it comes from a seed and a day: the same two give the same demo. Nobody in it exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..services.records import BATCH, Batch, Person, Post, Profile, Tie
from .cast import Crowd, Sizes, all_names, crowd, pairs
from .posts import EVENINGS, OFFICE, Habits, as_they_were, posts

VERSION = "5"  # another one makes the demo anew where it is loaded
SEED = 20_260_302
APART = timedelta(days=61)  # between the two imports
NAME = "Robin Example"
BIO = "Invented for the demo of Sociogram. Nobody you see here exists."
NOTE = "Everything here is invented: no person, post or tie of this demo exists."
COMPLETE = frozenset({"followers", "friends", "ties"})

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "mastodon": {"key": "robin_example@demo.example", "handle": "robin_example@demo.example"},
    "bluesky": {"key": "did:demo:robinexample", "handle": "robinexample.demo.example"},
    "github": {"key": "demo-robin-example", "handle": "robin-example-demo"},
}
SIZES: Mapping[str, Sizes] = {
    "mastodon": Sizes(followers=300, friends=150, mutuals=90),
    "bluesky": Sizes(followers=210, friends=130, mutuals=60),
    "github": Sizes(followers=95, friends=60, mutuals=12),
}
WEEKEND = (0.9, 1, 0.9, 0.9, 1, 1.4, 1.3)
WORKWEEK = (1.2, 1.3, 1.2, 1.1, 0.9, 0.3, 0.3)
HABITS: Mapping[str, Habits] = {
    "mastodon": Habits(
        posts=190,
        topics={"garden": 0.35, "bread": 0.2, "bikes": 0.25, "maps": 0.2},
        kinds=(0.62, 0.22, 0.16),
        reads=(0.42, 0.42, 0.16),
        hours=EVENINGS,
        weekdays=WEEKEND,
        answers=3.0,
        reported=frozenset({"likes", "reposts", "replies"}),
        german=0.08,
    ),
    "bluesky": Habits(
        posts=130,
        topics={"birds": 0.35, "bikes": 0.3, "maps": 0.2, "code": 0.15},
        kinds=(0.6, 0.26, 0.14),
        reads=(0.36, 0.44, 0.2),
        hours=EVENINGS,
        weekdays=WEEKEND,
        answers=1.8,
        reported=frozenset({"likes", "reposts", "replies", "quotes"}),
    ),
    "github": Habits(
        posts=80,
        topics={"issues": 1.0},
        kinds=(0.6, 0.4, 0.0),
        reads=(0.22, 0.55, 0.23),
        hours=OFFICE,
        weekdays=WORKWEEK,
        answers=1.1,
        reported=frozenset({"likes", "replies"}),
    ),
}


@dataclass(frozen=True, slots=True)
class State:
    """An account as one import reads it."""

    profile: Profile
    posts: Sequence[Post]
    people: Sequence[Person]
    ties: Sequence[Tie]

    def batches(self) -> Iterator[Batch]:
        """All of it in batches, as a service's reader gives it."""
        yield Batch(step="people", people=list(self.people))
        for start in range(0, len(self.ties), BATCH):
            yield Batch(step="ties", ties=list(self.ties[start : start + BATCH]))
        yield Batch(step="posts", posts=list(self.posts))


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demo's person."""

    service: str
    earlier: State
    later: State


def demo_accounts(day: date, *, seed: int = SEED) -> list[DemoAccount]:
    """All accounts; their data ends with the beginning of that day."""
    rng = np.random.default_rng(seed)
    names = all_names(rng)
    as_of = datetime.combine(day, time(), tzinfo=UTC)
    return [_account(rng, service, names, as_of=as_of) for service in PROFILES]


def _account(rng: np.random.Generator, service: str, names: Sequence[str], *, as_of: datetime) -> DemoAccount:
    around = crowd(rng, service, names, SIZES[service], as_of=as_of)
    written = posts(rng, HABITS[service], around.people, as_of=as_of)
    before = rng.random(around.ties.shape) < 0.93
    earlier = _state(service, _as_it_was(around, before), as_they_were(written, as_of=as_of - APART), as_of - APART)
    return DemoAccount(service, earlier, _state(service, around, written, as_of))


def _as_it_was(later: Crowd, before: NDArray[np.bool_]) -> Crowd:
    """The crowd of the earlier import: with those who left since, without those who came. Every second was a friend."""
    people = [
        replace(
            _grown_less(person),
            is_follower=bool(person.is_follower and not new_follower) or bool(lost),
            is_friend=bool(person.is_friend and not new_friend) or bool(lost and place % 2),
        )
        for place, (person, new_follower, new_friend, lost) in enumerate(
            zip(later.people, later.new_followers, later.new_friends, later.lost, strict=True)
        )
    ]
    return replace(later, people=people, ties=later.ties & before)


def _grown_less(person: Person) -> Person:
    if person.followers is None or person.posts is None:
        return person
    return replace(person, followers=int(person.followers * 0.97), posts=int(person.posts * 0.97))


def _state(service: str, around: Crowd, written: Sequence[Post], as_of: datetime) -> State:
    here = np.array([person.is_follower or person.is_friend for person in around.people])
    people = [person for person, is_here in zip(around.people, here, strict=True) if is_here]
    profile = Profile(
        service=service,
        **PROFILES[service],
        name=NAME,
        bio=BIO,
        followers=sum(person.is_follower for person in people),
        friends=sum(person.is_friend for person in people),
        posts=len(written),
        created_at=datetime(2023, 5, 4, 8, 30, tzinfo=UTC),
        as_of=as_of,
    )
    return State(profile, written, people, pairs(around.people, around.ties & here[:, None] & here[None, :]))
