"""What stands out, as the analysis stores it: counted again from the lists, of one account and of several."""

from __future__ import annotations

import pytest

from analytics.timeline import PERIODS
from dashapp.imports.analysis import analyse
from dashapp.imports.cross_check import cross_check
from dashapp.services.records import Batch, Person, Profile
from dashapp.store import crosscheck, people, results
from tests.records import BOTH, merged

pytestmark = pytest.mark.slow


def crowd(server: str, *, back: int, size: int, first: int = 0, **told: object) -> list[Person]:
    """Followers at a server, so many of whom are followed back."""
    numbers = range(first, first + size)
    return [
        Person(key=f"{n}@{server}", handle=f"{n}@{server}", is_follower=True, is_friend=n < first + back, **told)  # type: ignore[arg-type]
        for n in numbers
    ]


def found(owner: int, account: int) -> dict[str, list[tuple[str, str]]]:
    frame = results.read(owner, account, "findings")["findings"]
    return {period: list(zip(of["sentence"], of["section"], strict=True)) for period, of in frame.groupby("period")}


@pytest.mark.parametrize("complete", [BOTH, frozenset({"followers"})], ids=["whole lists", "friends in part"])
def test_who_is_followed_back_is_told_in_every_period_where_both_lists_are_whole(
    owner: int, complete: frozenset[str]
) -> None:
    persons = crowd("a.example", back=30, size=40) + crowd("b.example", back=10, size=60)
    account, _ = merged(owner, Batch(people=persons), complete=complete)
    for _ in analyse(owner, account):
        pass

    rows = list(people.stream_list(owner, account, "followers"))
    at_a = [row["is_friend"] for row in rows if row["handle"].endswith("@a.example")]
    others = [row["is_friend"] for row in rows if row["handle"].endswith("@b.example")]
    sentence = (
        f"Of your followers at a.example you follow back 75% ({sum(at_a)} of {len(at_a)}), of the others of whom this "
        f"is told 17% ({sum(others)} of {len(others)})."
    )
    told = found(owner, account)
    assert told == ({period: [(sentence, "audience")] for period in PERIODS} if complete == BOTH else {})


def test_of_all_accounts_is_told_what_the_table_holds(owner: int) -> None:
    """Those who follow on GitHub too, by links that both return, are followed back on Mastodon."""
    twice = [
        Person(key=f"{n}@a.example", handle=f"{n}@a.example", url=f"https://a.example/@{n}", is_follower=True,
               is_friend=n < 30, links=(f"https://github.com/known{n}",))
        for n in range(40)
    ]  # fmt: skip
    there = [
        Person(key=f"g{n}", handle=f"known{n}", is_follower=True, links=(f"https://a.example/@{n}",)) for n in range(40)
    ]
    once = crowd("b.example", back=10, size=60, first=100)
    for service, persons in (("mastodon", twice + once), ("github", there)):
        profile = Profile(service=service, key="me", handle="me")
        account, _ = merged(owner, Batch(people=persons), profile=profile, complete=BOTH)
        for _ in analyse(owner, account):
            pass
    for _ in cross_check(owner):
        pass

    derived = crosscheck.derived(owner)
    assert derived is not None
    patterns = crosscheck.pattern_counts(owner)
    assert sorted(patterns.values()) == [10, 10, 30, 50]
    sentence = (
        "Of those who follow you on Mastodon and GitHub you follow back 75% (30 of 40) on Mastodon, of those who "
        "follow you on Mastodon and not on GitHub 17% (10 of 60)."
    )
    assert (sentence, "where") in found(owner, derived.id)["1y"]
