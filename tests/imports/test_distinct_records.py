"""Posts and persons of an import are new once each."""

from __future__ import annotations

from dashapp.imports.distinct_records import DistinctRecords
from dashapp.services.records import Batch
from tests.records import follower, friend, post


def test_who_is_on_both_lists_is_one_person() -> None:
    distinct = DistinctRecords()

    new = [
        distinct.add(Batch(posts=[post(1)], people=[follower("bob")])),
        distinct.add(Batch(people=[friend("bob")])),
    ]

    assert new == [{"posts": [post(1).key], "people": ["bob"]}, {"posts": [], "people": []}]


def test_what_was_kept_before_a_pause_is_known() -> None:
    distinct = DistinctRecords()
    distinct.add_kept({"posts": [{"key": post(1).key}], "people": [{"key": "bob"}]})

    new = distinct.add(Batch(posts=[post(1), post(2)], people=[follower("bob")]))

    assert new == {"posts": [post(2).key], "people": []}
