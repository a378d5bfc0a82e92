"""Remembering what came before."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.files.distinct import Distinct, hashed
from dashapp.services.records import Skipped

NUMBERS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=20)


@given(st.lists(NUMBERS, max_size=5))
def test_first_is_true_once_for_each_key(batches: list[list[int]]) -> None:
    known = Distinct()
    seen: set[int] = set()

    for batch in batches:
        first = known.first(np.array(batch, np.uint64)).tolist()

        expected = [key not in seen and key not in batch[:place] for place, key in enumerate(batch)]
        assert first == expected
        seen |= set(batch)
    assert len(known) == len(seen)
    assert known.has(np.array(sorted(seen), np.uint64)).all()


def test_hashes_tell_columns_and_their_order_apart() -> None:
    keys = hashed(["a", "b", "ab", "", "a"], ["b", "a", "", "ab", "b"])

    assert len(set(keys.tolist())) == 4
    assert keys[0] == keys[4]


def test_nothing_has_no_keys() -> None:
    assert hashed([]).size == 0
    assert not Distinct().has(np.array([1], np.uint64)).any()


def test_what_comes_again_is_noted() -> None:
    skipped: list[Skipped] = []

    found = Distinct().once(["a", "b", "a"], skipped, lambda each: Skipped(each, "twice"), hashed(["a", "b", "a"]))

    assert found == ["a", "b"]
    assert skipped == [Skipped("a", "twice", redundant=True)]
