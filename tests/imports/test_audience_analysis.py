"""The part of the analysis that looks at what followers and friends tell of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.audience import AudienceClass
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Person
from dashapp.store import people, results
from tests.conftest import ON_BOTH
from tests.records import BOTH, START, follower, friend, merged

pytestmark = pytest.mark.slow

NAMES = ("audience", "audience_told", "audience_shares")


def analysed(
    owner: int, listed: Sequence[Person], complete: frozenset[str] | None = None
) -> tuple[int, dict[str, pd.DataFrame]]:
    account, _ = merged(owner, Batch(people=list(listed)), complete=complete)
    for _ in analyse(owner, account):
        pass
    return account, results.read(owner, account, *NAMES)


def telling(number: int) -> Person:
    """A person of whom every fifth tells nothing; a few are mutuals and friends."""
    known = Person(key=f"p{number}", is_follower=number < 35, is_friend=number >= 30)
    if number % 5 == 0:
        return known
    told: dict[str, Any] = {
        "handle": f"p{number}@{'a_b' if number % 2 else 'aXb'}.Example",
        "followers": 10 ** (number % 7),
        "created_at": START - timedelta(days=number * 40 - 5),
        "active_at": START - timedelta(days=number * 13),
        "bio": "I write about looms_and lace 100%" if number % 2 else "Schreibt über Gärten und die Spitzen",
    }
    return replace(known, **told)


@ON_BOTH
def test_a_class_filters_the_list_to_as_many_as_it_counts(owner: int) -> None:
    account, found = analysed(owner, [telling(number) for number in range(40)])
    [as_of] = found["audience_told"]["as_of"].unique()

    counted = found["audience"][["list", "measure", "name", "people"]]
    chosen = [
        (which, AudienceClass(measure=measure, name=name, as_of=as_of))
        for which, measure, name, _ in counted.itertuples(index=False, name=None)
    ]
    listed = [people.list_page(owner, account, which, of_class=of)[1] for which, of in chosen]

    assert set(counted["measure"]) == {"size", "age", "activity", "server", "language", "word"}
    assert counted.assign(listed=listed).query("people != listed").empty


def test_bios_that_are_empty_or_not_told_are_no_bios(owner: int) -> None:
    _, found = analysed(owner, [follower("a", bio=""), follower("b"), follower("c", bio="Potter")])

    told = found["audience_told"].set_index("measure")["told"]
    assert (told["word"], told["language"], told["size"]) == (1, 0, 0)


def test_follow_back_needs_both_lists_whole(owner: int) -> None:
    crowd = [follower(f"p{n}") for n in range(30)] + [friend(f"p{n}") for n in range(24, 54)]

    _, whole = analysed(owner, crowd, complete=BOTH)

    shares = whole["audience_shares"].set_index(["list", "measure"])["value"]
    assert (shares["followers", "follow_back"], shares["friends", "follow_back"]) == (0.2, 0.2)


def test_a_list_that_was_read_in_part_tells_no_follow_back(owner: int) -> None:
    crowd = [follower(f"p{n}") for n in range(30)] + [friend(f"p{n}") for n in range(24, 54)]

    _, part = analysed(owner, crowd, complete=frozenset({"followers"}))

    assert set(part["audience_shares"]["measure"]) == {"inactive"}
