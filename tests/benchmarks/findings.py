"""How often an account without any effect gets a sentence, and how often one with an effect gets the right one.

    python -m tests.benchmarks.findings [--accounts 100] [--only sittings] [--pages 500]

The accounts are made here, from fixed seeds: two years of posts at any hour between five and nine, two fifths of them
replies, half of them neutral and the others positive as often as negative. A sitting is two to four posts within an
hour, which are answered, and read, alike as far as the intraclass correlation says. An account is wrong if any sentence
stands on the page of any period. Beside each share stands its 95 % interval.

`--pages` makes so many accounts with all that a page could speak of: posts of one habit after the other, people, growth
and communities of `findings_worlds`, and people of two services. An account is wrong if anything stands on its page.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from analytics.findings import Candidate, of_posts, telling
from analytics.frames import POSTS, check
from analytics.timeline import PERIODS
from analytics.uncertainty import rate
from tests.benchmarks.findings_worlds import AROUND, Around, of_account, of_days, of_two_services

END = pd.Timestamp("2024-07-01T00:00Z")
Effect = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How an account posts. Days are counted back from `END`."""

    weeks: int = 104
    per_week: float = 20.0
    spread: float = 0.0  # of the weeks' rates: their coefficient of variation, or deviation of the logarithm
    persistence: float | None = None  # of the logarithm from week to week; None: independent weeks, gamma-mixed
    in_sittings: bool = False
    icc: float = 0.0
    answered: float = 0.4
    answers_spread: float = 0.0  # of the weeks, in logits; with the same persistence
    delay: float = 0.0  # mean days until an answer comes
    effect: Effect | None = None


def rates(habit: Habit, rng: np.random.Generator) -> np.ndarray:
    """Posts a week, of each week."""
    if not habit.spread:
        return np.full(habit.weeks, habit.per_week)
    if habit.persistence is None:
        return rng.gamma(habit.spread**-2, habit.per_week * habit.spread**2, habit.weeks)
    return habit.per_week * np.exp(habit.spread * drift(habit, rng) - habit.spread**2 / 2)


def drift(habit: Habit, rng: np.random.Generator) -> np.ndarray:
    """A number for each week, of mean 0 and variance 1, which hangs together as the habit says."""
    values, correlation = rng.normal(size=habit.weeks), habit.persistence or 0.0
    for week in range(1, habit.weeks):
        values[week] = correlation * values[week - 1] + np.sqrt(1 - correlation**2) * values[week]
    return values


def made_posts(habit: Habit, *, seed: tuple[int, int]) -> pd.DataFrame:
    """An account's posts, as `frames.POSTS`."""
    rng = np.random.default_rng(seed)
    mean_size = 3 if habit.in_sittings else 1
    sittings = rng.poisson(np.repeat(rates(habit, rng) / 7 / mean_size, 7))
    begun = np.repeat(np.arange(7 * habit.weeks), sittings) + rng.uniform(3 / 24, 19 / 24, sittings.sum())
    size = rng.integers(2, 5, len(begun)) if habit.in_sittings else np.ones(len(begun), dtype=int)
    of = np.repeat(np.arange(len(begun)), size)
    posts = pd.DataFrame(
        {
            "age": begun[of] - rng.uniform(0, 1 / 24, len(of)),
            "chance": alike(habit.answered, habit.icc, len(begun), rng)[of],
            "kind": np.where(rng.random(len(of)) < 0.4, "reply", "post"),
            "label": np.where(rng.random(len(of)) < alike(0.5, habit.icc, len(begun), rng)[of], "positive", "negative"),
        }
    )
    by_week = habit.answers_spread * drift(habit, rng)[(begun[of] // 7).astype(int)]
    posts["chance"] = special.expit(special.logit(posts["chance"]) + by_week)
    posts["label"] = posts["label"].where(rng.random(len(of)) < 0.5, "neutral")
    posts["at"] = END - pd.to_timedelta((posts["age"] * 86_400e6).astype("int64") + 1, unit="us")
    posts = (habit.effect(posts, rng) if habit.effect else posts).sort_values("at", ignore_index=True)
    came = (rng.random(len(posts)) < posts["chance"]) & (rng.exponential(habit.delay, len(posts)) < posts["age"])
    told = posts[["at", "kind", "label"]].rename(columns={"at": "created_at"}).assign(replies=came.astype("float64"))
    nothing = dict.fromkeys(("reposts", "likes", "quotes", "views"), np.nan)
    return check(told.assign(post=range(len(told)), text="", url=None, language="en", **nothing), POSTS)


def alike(mean: float, icc: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """A chance for each sitting, so that its posts have that intraclass correlation."""
    return rng.beta(mean * (1 / icc - 1), (1 - mean) * (1 / icc - 1), n) if icc else np.full(n, mean)


def candidates(posts: pd.DataFrame, days: int | None) -> list[Candidate]:
    """What may be said of the posts of a period."""
    start = END - pd.Timedelta(days=days) if days else posts["created_at"].min()
    return of_posts(posts, start=start, as_of=END, time_zone="UTC")


def sentences(posts: pd.DataFrame) -> Iterator[str]:
    """What stands on the pages of all periods, of posts alone."""
    for days in PERIODS.values():
        yield from (each.sentence for each in telling(candidates(posts, days)))


def on_page(habit: Habit, around: Around, seed: tuple[int, int]) -> set[str]:
    """What stands on the page of an account in any period."""
    posts, (daily, of_people) = made_posts(habit, seed=seed), of_account(around, seed)
    of_periods = [telling([*candidates(posts, days), *of_days(daily, days), *of_people]) for days in PERIODS.values()]
    return {each.sentence for said in of_periods for each in said}


def on_crosscheck(around: Around, seed: tuple[int, int]) -> set[str]:
    """What stands on the pages of all accounts together."""
    return {each.sentence for each in telling(of_two_services(around, seed))}


# ---- accounts of which there is nothing to say

SITTINGS = Habit(in_sittings=True, icc=0.2)
DRIFTING = Habit(spread=0.5, persistence=0.7)
LATE = Habit(answered=0.6, delay=3.0)
NOTHING: Mapping[str, Habit] = {
    "independent": Habit(),
    "independent, 3 a week": Habit(per_week=3.0),
    "independent, 100 a week": Habit(per_week=100.0),
    "independent, 5 % answered": Habit(answered=0.05),
    "independent, 90 % answered": Habit(answered=0.9),
    "sittings, correlation 0.1": replace(SITTINGS, icc=0.1),
    "sittings, correlation 0.2": SITTINGS,
    "sittings, correlation 0.33": replace(SITTINGS, icc=0.33),
    "sittings, 0.33, 100 a week": replace(SITTINGS, icc=0.33, per_week=100.0),
    "gamma-mixed weeks, 0.5": Habit(spread=0.5),
    "gamma-mixed weeks, 1": Habit(spread=1.0),
    "AR(1) weeks, 0.5": replace(DRIFTING, persistence=0.5),
    "AR(1) weeks, 0.7": DRIFTING,
    "AR(1) weeks, 0.9": replace(DRIFTING, persistence=0.9),
    "AR(1) weeks, 0.7, sittings, 0.33": replace(DRIFTING, in_sittings=True, icc=0.33),
    "answers AR(1) from week to week, 0.7": Habit(answers_spread=0.5, persistence=0.7),
    "answers of independent weeks": Habit(answers_spread=0.8),
    "all of it": replace(DRIFTING, in_sittings=True, icc=0.33, answers_spread=0.5, answered=0.5, delay=3.0),
    "answers after 1 day": replace(LATE, delay=1.0),
    "answers after 3 days": LATE,
    "answers after 7 days": replace(LATE, delay=7.0),
}

# ---- accounts with an effect


def answered_more(where: Callable[[pd.DataFrame], pd.Series], by: float) -> Effect:
    """Some posts are answered more often, or less."""
    return lambda posts, rng: posts.assign(chance=posts["chance"].mask(where(posts), posts["chance"] + by).clip(0, 1))


def fewer_posts(posts: pd.DataFrame, rng: np.random.Generator, *, days: int) -> pd.DataFrame:
    """Of the last days, three fifths of the posts are missing."""
    return posts[(posts["age"] >= days) | (rng.random(len(posts)) < 0.4)]


def kinder(posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Seven in ten of the negative posts are positive."""
    turned = (posts["label"] == "negative") & (rng.random(len(posts)) < 0.7)
    return posts.assign(label=posts["label"].mask(turned, "positive"))


def at_night(posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Another third of the posts is written between eight and midnight."""
    later = posts["at"].dt.normalize() + pd.to_timedelta(rng.uniform(20, 24, len(posts)), unit="h")
    return posts.assign(at=posts["at"].mask((rng.random(len(posts)) < 1 / 3) & (posts["age"] > 1), later))


SATURDAY = answered_more(lambda posts: posts["at"].dt.day_of_week == 5, 0.25)
LESS = answered_more(lambda posts: posts["age"] < 90, -0.2)
SOMETHING: Mapping[str, tuple[Habit, str]] = {
    "18-19 h: 70 % answered, else 40 %": (
        Habit(effect=answered_more(lambda posts: posts["at"].dt.hour == 18, 0.3)),
        "Answered more often than the rest: .*18-19 h",
    ),
    "Saturday: 65 % answered, else 40 %": (Habit(effect=SATURDAY), "Answered more often than the rest: Saturday"),
    "the same in sittings": (replace(SITTINGS, effect=SATURDAY), "Answered more often than the rest: Saturday"),
    "posts: 60 % answered, replies: 40 %": (
        Habit(effect=answered_more(lambda posts: posts["kind"] == "post", 0.2)),
        "Posts are answered more often",
    ),
    "40 % answered, in the last 90 days 20 %": (Habit(effect=LESS), "response rate fell"),
    "the same, answers after 1 day": (Habit(effect=LESS, delay=1.0), "response rate fell"),
    "20 a week, in the last 90 days 8": (Habit(effect=lambda p, rng: fewer_posts(p, rng, days=90)), "Posts fell"),
    "20 a week, in the last 30 days 8": (Habit(effect=lambda p, rng: fewer_posts(p, rng, days=30)), "Posts fell"),
    "the same, AR(1) weeks, 0.5": (
        Habit(spread=0.3, persistence=0.5, effect=lambda p, rng: fewer_posts(p, rng, days=30)),
        "Posts fell",
    ),
    "positive 42 %, negative 8 %": (Habit(effect=kinder), "More posts read positive"),
    "half of the posts at 20-24 h": (Habit(effect=at_night), "posts were written at"),
}


#: of people, growth and communities, and of two services; days bursty, posts of the last habit
BURSTY = replace(AROUND["gamma-mixed days, 0.5"], shape=1.0)
AROUND_SOMETHING: Mapping[str, tuple[Around, str]] = {
    "gained 2 a day, in the last 90 days 6": (replace(BURSTY, pace=3.0), "Followers gained a day rose"),
    "50 lost on a day, else 2": (replace(BURSTY, most=50), "2024 50 followers were lost"),
    "one server: 65 % followed back, else 30 %": (replace(BURSTY, liked_server=0.35), "followers at s0"),
    "one community: 65 % followed back, else 30 %": (replace(BURSTY, liked_block=0.35), "in the community"),
    "one community: 80 % with a bio in French, else 10 %": (replace(BURSTY, one_language=True), "bio in French"),
}
TWICE = "on both services: 60 % followed back, else 30 %", Around(liked_twice=0.3), "Of those who follow you on"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--only", default="")
    parser.add_argument("--pages", type=int, default=0)
    options = parser.parse_args()
    if options.pages:
        print_pages(options.pages, with_effect=options.accounts)
        return
    for number, (name, habit) in enumerate(NOTHING.items()):
        if options.only in name:
            said = [set(sentences(made_posts(habit, seed=(number, i)))) for i in range(options.accounts)]
            kinds = Counter(re.sub(r"[\d.,%-]+", "", s)[:24] for each in said for s in each)
            print_row(name, sum(map(bool, said)), len(said), ", ".join(f"{n} {kind}" for kind, n in kinds.items()))
    for number, (name, (habit, pattern)) in enumerate(SOMETHING.items(), start=len(NOTHING)):
        if options.only in name:
            said = [set(sentences(made_posts(habit, seed=(number, i)))) for i in range(options.accounts)]
            print_row(name, sum(any(re.search(pattern, s) for s in each) for each in said), len(said), "right")


def print_pages(accounts: int, *, with_effect: int) -> None:
    """Of accounts without any effect how many are wrong on which page; of those with one how many are right."""
    habits, arounds = list(NOTHING), list(AROUND)
    made, wrong, kinds = Counter[str](), Counter[str](), Counter[str]()
    for i in range(accounts):
        habit, around = habits[i % len(habits)], arounds[i % len(arounds)]
        said = on_page(NOTHING[habit], AROUND[around], (1_000, i))
        of_all = on_crosscheck(AROUND[around], (2_000, i))
        made.update(["page of an account", "pages of all services", f"posts: {habit}", f"around: {around}"])
        wrong.update(["page of an account", f"posts: {habit}", f"around: {around}"] if said else [])
        wrong.update(["pages of all services"] if of_all else [])
        kinds.update(re.sub(r"[\d.,%-]+", "", each)[:40] for each in [*said, *of_all])
    for row in sorted(made):
        print_row(row, wrong[row], made[row], "")
    print(", ".join(f"{n} {kind}" for kind, n in kinds.items()))
    habit_of_all = NOTHING["all of it"]
    for name, (around_it, pattern) in AROUND_SOMETHING.items():
        pages = [on_page(habit_of_all, around_it, (3_000, i)) for i in range(with_effect)]
        print_row(name, sum(any(re.search(pattern, s) for s in page) for page in pages), with_effect, "right")
    name, around_it, pattern = TWICE
    pages = [on_crosscheck(around_it, (4_000, i)) for i in range(with_effect)]
    print_row(name, sum(any(re.search(pattern, s) for s in page) for page in pages), with_effect, "right")


def print_row(name: str, number: int, of: int, remark: str) -> None:
    """A share, its interval, and what was said."""
    share = rate(number, of)
    numbers = f"{number:4} of {of}  {share.value:6.1%}  ({share.ci_low:.1%} to {share.ci_high:.1%})"
    print(f"{name:42}{numbers}  {remark}", flush=True)


if __name__ == "__main__":
    main()
