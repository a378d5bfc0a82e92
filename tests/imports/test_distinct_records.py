"""Posts and persons of an import are counted once each."""

from __future__ import annotations

from dashapp.imports.distinct_records import DistinctRecords
from dashapp.services.records import Batch
from tests.records import follower, friend, post


def test_who_is_on_both_lists_is_one_person() -> None:
    distinct = DistinctRecords()

    counts = [
        distinct.add(Batch(posts=[post(1)], people=[follower("bob")])),
        distinct.add(Batch(people=[friend("bob")])),
    ]

    assert counts == [{"posts": 1, "people": 1}, {"posts": 0, "people": 0}]


def test_what_was_kept_before_a_pause_is_known() -> None:
    distinct = DistinctRecords([{"posts": [{"key": post(1).key}], "people": [{"key": "bob"}]}])

    assert distinct.add(Batch(posts=[post(1), post(2)], people=[follower("bob")])) == {"posts": 1, "people": 0}
