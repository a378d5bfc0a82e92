"""Who is around made accounts: gained and lost by day, what people tell, their communities, a second service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics import network
from analytics.findings import Candidate, Place, of_communities, of_crosscheck, of_growth, of_people

STOP = pd.Timestamp("2024-07-01")
DAYS = 730
BLOCKS = 6
SERVERS, LANGUAGES = 12, ("en", "de", "fr", "es")
BOTH = ("followers", "friends")


@dataclass(frozen=True, kw_only=True)
class Around:
    """Who is around an account. What is not said to differ does not."""

    followers: int = 300
    friends: int = 220
    mutuals: int = 90
    a_day: float = 2.0  # gained, and lost
    spread: float = 0.0  # of the days' rates: deviation of their logarithm
    persistence: float = 0.0  # of the logarithm from day to day
    shape: float = 0.0  # of gamma-mixed days; 0: none
    bursts: float = 0.0  # share of days on which ten times as many come, more or less
    known: float = 0.7  # of how many people a trait is told
    on_other: float = 0.3  # share of people who are on the second service too
    pace: float = 1.0  # of the last 90 days against those before
    most: int = 0  # who are lost on one day of the last month
    liked_server: float = 0.0  # by how much more often people at one server are followed back
    liked_block: float = 0.0  # the same of one group of those who know each other
    liked_twice: float = 0.0  # the same of those who follow on the other service too
    one_language: bool = False  # of one such group four in five have a bio in French


def made_growth(around: Around, rng: np.random.Generator) -> pd.DataFrame:
    """By day who was gained and lost, as `growth.growth` gives it; a list that was read every day."""
    found = pd.DataFrame({"day": pd.date_range(end=STOP - pd.Timedelta(days=1), periods=DAYS)})
    for change in ("gained", "lost"):
        rate = _rates(around, rng) * np.where(np.arange(DAYS) >= DAYS - 90, around.pace, 1)
        found[f"{change}_followers"] = rng.poisson(rate).astype("float64")
    if around.most:
        found.loc[DAYS - 10, "lost_followers"] = around.most
    return found


def _rates(around: Around, rng: np.random.Generator) -> np.ndarray:
    values, correlation = rng.normal(size=DAYS), around.persistence
    for day in range(1, DAYS):
        values[day] = correlation * values[day - 1] + np.sqrt(1 - correlation**2) * values[day]
    rates = around.a_day * np.exp(around.spread * values - around.spread**2 / 2)
    if around.shape:
        rates *= rng.gamma(around.shape, 1 / around.shape, DAYS)
    return np.where(rng.random(DAYS) < around.bursts, 10 * rates * rng.lognormal(0, 0.5, DAYS), rates)


def made_people(around: Around, rng: np.random.Generator) -> pd.DataFrame:
    """Followers and friends with what they tell, `block`: with whom they have ties, and their communities by these."""
    n = around.followers + around.friends - around.mutuals
    block, zipf = rng.integers(0, BLOCKS, n), 1 / np.arange(1, SERVERS + 1)
    server = rng.choice(SERVERS, n, p=zipf / zipf.sum())
    language = rng.choice(LANGUAGES, n, p=(0.6, 0.2, 0.1, 0.1))
    if around.one_language:
        language = np.where((block == 0) & (rng.random(n) < 0.8), "fr", language)
    age = rng.uniform(30, 4_000, n)
    told = {
        "followers": rng.lognormal(5, 2, n).round(),
        "created_at": STOP.tz_localize("UTC") - pd.to_timedelta(age, unit="D"),
        "active_at": STOP.tz_localize("UTC") - pd.to_timedelta(age * rng.random(n) ** 4, unit="D"),
        "server": np.char.add("s", server.astype(str)),
        "language": language,
    }
    people = pd.DataFrame({"person": np.arange(n), "block": block, **told})
    for name in told:
        people[name] = people[name].where(rng.random(n) < around.known)
    follows = np.zeros(n, dtype=bool)
    follows[rng.choice(n, around.followers, replace=False)] = True
    liked = around.liked_server * (server == 0) + around.liked_block * (block == 0)
    back = rng.random(n) < around.mutuals / around.followers + liked
    return people.assign(is_follower=follows, is_friend=~follows | back).merge(_communities(block, rng), on="person")


def _communities(block: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    same = block[:, None] == block[None, :]
    ties = np.argwhere(rng.random(same.shape) < np.where(same, 0.08, 0.004))
    return network.communities(pd.DataFrame(ties[ties[:, 0] != ties[:, 1]], columns=["source", "target"]))


def of_account(around: Around, seed: tuple[int, int]) -> tuple[pd.DataFrame, list[Candidate]]:
    """Growth by day, and what may be said of people."""
    rng = np.random.default_rng(seed)
    daily, people = made_growth(around, rng), made_people(around, rng)
    numbers = sorted(people["community"].unique().tolist())
    named = pd.DataFrame([(which, number, f"of {number}") for which in BOTH for number in numbers])
    named.columns = ["list", "community", "name"]
    as_of = STOP.tz_localize("UTC").to_pydatetime()
    found = [*of_people(people, as_of=as_of), *of_communities(people, named, follow_back=True)]
    return daily, found


def of_days(daily: pd.DataFrame, days: int | None) -> list[Candidate]:
    """What may be said of who came and went in a period."""
    start = STOP - pd.Timedelta(days=days or DAYS)
    return of_growth(daily, start=start.date(), stop=STOP.date())


def of_two_services(around: Around, seed: tuple[int, int]) -> list[Candidate]:
    """What may be said of the people of two accounts; on either as many follow, and are followed back."""
    rng = np.random.default_rng(seed)
    n = 2 * (around.followers + around.friends - around.mutuals)
    places = rng.random(n) < 0.5, rng.random(n) < 0.5
    first = places[0] | (rng.random(n) < around.on_other)
    second = places[1] | (rng.random(n) < around.on_other)
    share = around.followers / (n / 2)
    follows = [rng.random(n) < share for _ in range(2)]
    both = first & second & follows[0] & follows[1]
    back = rng.random(n) < around.mutuals / around.followers + around.liked_twice * both
    again = rng.random(n) < around.mutuals / around.followers
    letters = [np.where(follows[i], np.where(each, "m", "f"), "i") for i, each in enumerate((back, again))]
    people = [
        ({place: str(letters[place][i]) for place, here in enumerate((first, second)) if here[i]}, 1)
        for i in range(n)
        if first[i] or second[i]
    ]
    return of_crosscheck(people, {i: Place(title=f"S{i}", whole=BOTH, one_sided=True) for i in range(2)})


QUIET = Around()
AROUND = {
    "independent": QUIET,
    "0.2 a day": Around(a_day=0.2),
    "few people": Around(followers=60, friends=50, mutuals=25),
    "gamma-mixed days, 0.5": Around(shape=0.5),
    "lognormal days, 1": Around(spread=1.0),
    "lognormal days, 1.5": Around(spread=1.5),
    "AR(1) days, 1, 0.9": Around(spread=1.0, persistence=0.9),
    "AR(1) days, 0.7, 0.98": Around(spread=0.7, persistence=0.98),
    "bursts on 3 % of days": Around(bursts=0.03, spread=0.5),
    "many people, 20 a day": Around(followers=1_000, friends=600, mutuals=300, a_day=20.0, spread=0.7),
}
