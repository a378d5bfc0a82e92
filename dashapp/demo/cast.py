"""The people of the demo: invented persons in groups, who of them follows its accounts, and who follows whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ..services.records import Person, Tie
from .bios import address, shown
from .words import COLOURS, CREATURES, TOPICS

N_PEOPLE = 720
#: how likely a person of each group is on a service, in the order of TOPICS
PRESENCE = {
    "mastodon": (0.9, 0.8, 0.9, 0.8, 0.6, 0.5),
    "bluesky": (0.4, 0.5, 0.5, 0.7, 0.6, 0.3),
    "github": (0.02, 0.02, 0.1, 0.05, 0.5, 0.9),
}
#: of which group the account follows back many more than of the others
LIKED = {"mastodon": "garden", "bluesky": "birds", "github": "code"}
HUBS = 0.03  # share of persons whom all groups know
NOT_TOLD = 0.06  # share of persons whose counts are hidden


@dataclass(frozen=True, slots=True)
class Crowd:
    """The persons around one account, numbered; `ties[i, j]` says that i follows j."""

    people: Sequence[Person]
    ties: NDArray[np.bool_]
    new_followers: NDArray[np.bool_]  # who is one only since the later import
    new_friends: NDArray[np.bool_]
    lost: NDArray[np.bool_]  # who was a follower only until then


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many follow an account, and whom it follows."""

    followers: int
    friends: int
    mutuals: int


def all_names(rng: np.random.Generator) -> list[str]:
    """Names of all persons: a colour and a creature, each pair once."""
    pairs = [f"{colour} {creature}" for colour in COLOURS for creature in CREATURES]
    return [pairs[place] for place in rng.permutation(len(pairs))[:N_PEOPLE]]


def groups() -> NDArray[np.int64]:
    """The group of each person: some are larger than others."""
    sizes = np.array([0.24, 0.14, 0.2, 0.12, 0.14, 0.16])
    return np.repeat(np.arange(len(TOPICS)), np.round(sizes * N_PEOPLE).astype(int))[:N_PEOPLE]


def crowd(rng: np.random.Generator, service: str, names: Sequence[str], sizes: Sizes, *, as_of: datetime) -> Crowd:
    """The persons around an account in its later state, and what the earlier one was."""
    group = groups()
    chances = np.array(PRESENCE[service])[group]
    n = sizes.followers + sizes.friends - sizes.mutuals
    n_lost = max(2, sizes.followers // 35)
    chosen = rng.choice(N_PEOPLE, size=n + n_lost, replace=False, p=chances / chances.sum())
    chosen[: sizes.followers] = _liked_last(rng, chosen[: sizes.followers], list(TOPICS).index(LIKED[service]))
    order = np.arange(n + n_lost)
    is_follower, is_friend = order < sizes.followers, (order >= n - sizes.friends) & (order < n)
    new_followers = is_follower & (rng.random(len(order)) < 0.08)
    new_friends = is_friend & (rng.random(len(order)) < 0.06)
    ties = _ties(rng, group[chosen])
    counts = _counts(rng, ties)
    people = [
        _person(rng, service, int(who), names, flags=(bool(is_follower[i]), bool(is_friend[i])), as_of=as_of)
        for i, who in enumerate(chosen)
    ]
    is_known = rng.random(len(order)) >= NOT_TOLD
    counted = [
        replace(person, followers=followers, friends=friends, posts=posts) if knows else person
        for person, knows, (followers, friends, posts) in zip(people, is_known, counts, strict=True)
    ]
    return Crowd(counted, ties, new_followers, new_friends, order >= n)


def _liked_last(rng: np.random.Generator, followers: NDArray[np.int64], liked: int) -> NDArray[np.int64]:
    """The followers, those who are followed back last: more of the liked group."""
    return followers[np.argsort(rng.gumbel(size=len(followers)) + 2 * (groups()[followers] == liked))]


def _ties(rng: np.random.Generator, group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """A block model with hubs: within a group ties are likely, across them rare, to known persons more so."""
    n = len(group)
    fame = rng.pareto(2.2, n) + 0.4
    hub = rng.random(n) < HUBS
    diligence = rng.gamma(2.0, 0.5, n)
    same = group[:, None] == group[None, :]
    chance = np.where(same, 0.075, np.where(hub[None, :], 0.05, 0.003)) * fame[None, :] * diligence[:, None]
    follows = rng.random((n, n)) < np.minimum(chance, 0.7)
    returned = follows.T & (rng.random((n, n)) < 0.35)
    ties = follows | returned
    np.fill_diagonal(ties, False)
    return ties


def _counts(rng: np.random.Generator, ties: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Followers, friends and posts of each, never fewer than what is seen here."""
    n = len(ties)
    followers = ties.sum(axis=0) + rng.lognormal(4.6, 1.3, n)
    friends = ties.sum(axis=1) + rng.lognormal(4.8, 0.9, n)
    posts = rng.lognormal(5.5, 1.4, n)
    return [(int(a), int(b), int(c)) for a, b, c in zip(followers, friends, posts, strict=True)]


def _person(
    rng: np.random.Generator, service: str, who: int, names: Sequence[str], *, flags: tuple[bool, bool], as_of: datetime
) -> Person:
    is_follower, is_friend = flags
    days = int(rng.integers(70, 900))
    tells_since = service == "bluesky" and is_friend
    told = shown(service, who, names, as_of=as_of)
    return Person(
        key=address(service, names[who])[0],
        **told | {"name": told["name"] if rng.random() < 0.9 else None},
        is_follower=is_follower,
        is_friend=is_friend,
        friend_since=as_of - timedelta(days=days, minutes=int(rng.integers(1440))) if tells_since else None,
    )


def pairs(people: Sequence[Person], ties: NDArray[np.bool_]) -> list[Tie]:
    """The ties among the persons."""
    return [Tie(people[source].key, people[target].key) for source, target in np.argwhere(ties).tolist()]
