"""A drawn network as small arrays: who comes when, where they stand, which ties are in view."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import graph_drawing as module
from analytics.graph_drawing import MOST, REACH, GraphDrawing, from_row, graph_drawing, to_row


def nodes(**values: object) -> pd.DataFrame:
    """Four people on a line, a unit from one to the next; 30 has the most ties."""
    usual = {
        "person": [10, 20, 30, 40],
        "x": [-1.0, 0.0, 1.0, 2.0],
        "y": [0.0, 0.0, 0.0, -2.0],
        "degree": [1, 2, 3, 2],
        "colour": [1, 0, 0, 8],
    }
    return pd.DataFrame(usual | values)


LINKS = pd.DataFrame({"source": [30, 10, 40, 20], "target": [20, 30, 30, 99]})


def pairs(people: GraphDrawing, ties: np.ndarray) -> set[frozenset[int]]:
    """Ties by the ids of their ends."""
    return {frozenset(people.person[tie].tolist()) for tie in ties}


def test_the_best_connected_come_last_and_all_others_by_colour() -> None:
    people = graph_drawing(nodes(), LINKS, named=1)

    assert people.person.tolist() == [20, 10, 40, 30]
    assert people.colour.tolist() == [0, 1, 8, 0]
    assert (people.named, people.degree[-1]) == (1, 3)


def test_positions_are_whole_numbers_of_a_known_unit() -> None:
    people = graph_drawing(nodes(), LINKS)

    placed = dict(zip(people.person.tolist(), (people.x / people.unit).tolist(), strict=True))
    assert people.x.dtype == np.int16
    assert max(np.abs(people.x).max(), np.abs(people.y).max()) == REACH
    assert placed == pytest.approx({10: -1, 20: 0, 30: 1, 40: 2}, abs=1 / people.unit)


def test_ties_with_somebody_who_is_not_drawn_are_left_out() -> None:
    people = graph_drawing(nodes(), LINKS)

    assert pairs(people, people.ties) == {frozenset({20, 30}), frozenset({10, 30}), frozenset({30, 40})}
    assert (people.ties[:, 0] < people.ties[:, 1]).all()


def test_a_tie_makes_neighbours_of_both_ends() -> None:
    people = graph_drawing(nodes(), LINKS)
    number = people.numbers([30])[0]

    assert set(people.person[people.neighbours(number)].tolist()) == {10, 20, 40}
    assert people.person[people.neighbours(people.numbers([20])[0])].tolist() == [30]


def test_numbers_are_of_those_who_are_drawn() -> None:
    people = graph_drawing(nodes(), LINKS)

    assert people.person[people.numbers(iter([40, 99, 10]))].tolist() == sorted(
        [10, 40], key=people.person.tolist().index
    )
    assert people.numbers([]).tolist() == []


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        pytest.param(3, {(20, 30), (10, 30)}, id="all-ties-of-those-in-the-box"),
        pytest.param(1, {(10, 30)}, id="only-those-among-them-if-these-are-too-many"),
        pytest.param(0, set(), id="none-if-these-are-too"),
    ],
)
def test_ties_in_a_box(monkeypatch: pytest.MonkeyPatch, most: int, expected: set[tuple[int, int]]) -> None:
    monkeypatch.setattr(module, "LINES", most)
    people = graph_drawing(nodes(x=[-1.0, 5.0, 1.0, 9.0]), LINKS[:2])

    found = people.ties_in((-2 * people.unit, 2 * people.unit), (-people.unit, people.unit))

    assert pairs(people, found) == {frozenset(pair) for pair in expected}


def test_few_ties_are_lines() -> None:
    few = graph_drawing(nodes(), LINKS)
    many = graph_drawing(nodes(), pd.DataFrame({"source": [10] * 3_001, "target": [20] * 3_001}))

    assert few.as_lines
    assert not many.as_lines


def test_more_people_than_a_drawing_holds_are_refused() -> None:
    n = MOST + 1
    crowd = pd.DataFrame({name: np.zeros(n) for name in ("x", "y")} | {"person": range(n), "degree": 0, "colour": 8})

    with pytest.raises(ValueError, match="60,001 people are too many"):
        graph_drawing(crowd, LINKS)


def test_nobody_can_be_drawn() -> None:
    people = from_row(to_row(graph_drawing(nodes().head(0), LINKS)))

    assert len(people.person) == len(people.ties) == people.named == 0


@given(n=st.integers(1, 40), seed=st.integers(0, 2**32 - 1), named=st.integers(0, 50))
def test_a_row_holds_all_of_it(n: int, seed: int, named: int) -> None:
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"person": rng.choice(10**12, n, replace=False), "colour": rng.integers(0, 9, n)})
    people = people.assign(x=rng.normal(size=n), y=rng.normal(size=n), degree=rng.integers(0, 70_000, n))
    ends = rng.integers(0, n, (2 * n, 2))
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    links = pd.DataFrame(people["person"].to_numpy()[ends], columns=["source", "target"])

    whole = graph_drawing(people, links, named=named)
    again = from_row(to_row(whole))

    for name in ("person", "x", "y", "degree", "colour", "ties"):
        np.testing.assert_array_equal(getattr(again, name), getattr(whole, name))
    assert (again.named, again.unit) == (whole.named, whole.unit)
