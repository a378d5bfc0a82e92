"""Ties in arrays: what a set of pairs would hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from dashapp.models import Ties
from dashapp.services.records import Batch
from dashapp.store import graphs, people, ties
from dashapp.store.database import writing
from dashapp.store.ties import every, having, replace_ties
from tests.records import follower, merged
from tests.records import ties as named
from tests.snapshots import once

IDS = st.sampled_from([*range(1, 9), 70_000, 2**33, 2**33 + 1])
PAIRS = st.lists(st.tuples(IDS, IDS), max_size=12)
ENDS = st.sets(IDS, max_size=3)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of few ties, and few of them at once in memory."""
    for name, most in (("LARGEST", 2), ("SORTED", 5), ("PORTION", 3), ("LABELS", 2)):
        monkeypatch.setattr(ties, name, most)


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    return merged(owner, Batch(people=[follower("b")]))[0]


def arrays(pairs: list[tuple[int, int]]) -> Iterator[ties.Pairs]:
    """The pairs as an import tells them: some at a time."""
    for begin in range(0, len(pairs), 3):
        yield np.array(pairs[begin : begin + 3], dtype=np.int64)


@given(changes=st.lists(st.tuples(st.sampled_from(["all", "some"]), ENDS, ENDS, PAIRS), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changes_leave_what_they_leave_of_a_set(
    account: int, small: None, changes: list[tuple[str, set[int], set[int], list[tuple[int, int]]]]
) -> None:
    kept = set[tuple[int, int]]()
    with writing() as session:
        session.execute(delete(Ties))
        for which, sources, targets, added in changes:
            gone = {tie for tie in kept if which == "all" or tie[0] in sources or tie[1] in targets}
            kept = kept - gone | {*added}
            replace_ties(session, account, every if which == "all" else having(sources, targets), arrays(added))

            assert list(map(tuple, ties.all_ties(session, account).tolist())) == sorted(kept)
            found = ties.ties_of(session, account, [1]).tolist()
            assert list(map(tuple, found)) == sorted(tie for tie in kept if 1 in tie)
            assert session.execute(select(func.sum(Ties.n))).scalar() == (len(kept) or None)


def test_a_row_in_which_nothing_changes_is_not_written(
    account: int, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, write = [], ties._write
    pairs = [(source, target) for source in range(1, 40) for target in (70, 80)]
    with writing() as session:
        replace_ties(session, account, every, arrays(pairs))
        assert session.execute(select(func.count()).select_from(Ties)).scalar_one() > 10
        monkeypatch.setattr(ties, "_write", lambda *what: written.append(what[2]) or write(*what))

        replace_ties(session, account, having([20, 30], []), arrays([(20, 75), (20, 80), (30, 80), (30, 70)]))

    assert len(written) == 1


def test_a_tie_takes_a_few_bytes(account: int) -> None:
    pairs = np.random.default_rng(1).integers(10**9, 10**9 + 40_000, (100_000, 2))
    with writing() as session:
        replace_ties(session, account, every, [pairs])
        n, size = session.execute(select(func.sum(Ties.n), func.sum(func.length(Ties.data)))).one()

    assert n > 99_000
    assert size < 4 * n


def test_graphs_are_the_same_whether_memory_holds_their_ties_or_not(
    owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(2)
    keys = "bcdefghij"
    pairs = [keys[one] + keys[other] for one, other in chance.integers(0, len(keys), (40, 2)) if one != other]
    account, _ = merged(owner, Batch(people=[follower(key) for key in keys], ties=named(*pairs)))

    def drawn() -> list[Any]:
        nodes = [row.degree for row in graphs.stream_nodes(owner, account, "followers", directed=False)]
        edges = (graphs.stream_edges(owner, account, "everyone", directed=way) for way in (True, False))
        return [nodes, *map(list, edges), list(people.stream_ties(owner, account))]

    whole = drawn()
    for name, most in (("PORTION", 3), ("LABELS", 2)):
        monkeypatch.setattr(ties, name, most)

    assert drawn() == whole
    assert len(whole[1]) == len({*pairs}) > len(whole[2])
