"""The picture of all ties: where they run, how many, in whose colour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics import edges
from analytics.edges import LEVELS, SIZE, edge_picture

SQUARE = pd.DataFrame({"person": [1, 2, 3, 4], "x": [-1.0, 1.0, -1.0, 1.0], "y": [1.0, 1.0, -1.0, -1.0]})
NO_COLOUR = pd.Series(dtype="int64")


def links(*pairs: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


def test_a_tie_is_a_line_between_its_ends() -> None:
    picture = edge_picture(SQUARE, links((1, 2)), NO_COLOUR)

    rows, columns = np.nonzero(picture.cells)
    assert set(rows) == {np.unique(rows)[0]}
    assert rows[0] < SIZE / 10  # the upper edge of the square is at the top of the picture
    assert len(np.unique(columns)) > 0.95 * SIZE


def test_the_picture_lies_where_the_people_stand() -> None:
    picture = edge_picture(SQUARE, links((1, 4)), NO_COLOUR)

    assert picture.left < -1 < 1 < picture.right
    assert picture.bottom < -1 < 1 < picture.top
    assert picture.right - picture.left == pytest.approx(picture.top - picture.bottom)


def test_a_tie_within_a_community_has_its_colour_and_one_between_two_has_none() -> None:
    colours = pd.Series({1: 3, 2: 3, 3: 5, 4: 3})

    picture = edge_picture(SQUARE, links((1, 2), (3, 4)), colours)

    top, bottom = picture.cells[: SIZE // 2], picture.cells[SIZE // 2 :]
    assert set((top[top > 0] - 1) // LEVELS) == {3}
    assert set((bottom[bottom > 0] - 1) // LEVELS) == {8}


def test_more_ties_are_stronger() -> None:
    many = pd.concat(
        [SQUARE, pd.DataFrame([{"person": n, "x": -1.0, "y": 1.0} for n in range(5, 20)])], ignore_index=True
    )
    pairs = links((3, 4), *((n, 2) for n in range(5, 20)))

    picture = edge_picture(many, pairs, NO_COLOUR)

    level = (picture.cells[picture.cells > 0].astype(int) - 1) % LEVELS
    assert level.max() == LEVELS - 1
    assert level.min() < LEVELS / 2


@pytest.mark.parametrize("people", [SQUARE, SQUARE.head(0)], ids=["no-ties", "nobody"])
def test_without_ties_the_picture_is_empty(people: pd.DataFrame) -> None:
    picture = edge_picture(people, links(), NO_COLOUR)

    assert picture.cells.shape == (SIZE, SIZE)
    assert not picture.cells.any()


def test_longer_steps_count_for_the_cells_they_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = edge_picture(SQUARE, links((1, 2), (1, 2), (3, 4)), NO_COLOUR)
    monkeypatch.setattr(edges, "SAMPLES", 1_000)
    monkeypatch.setattr(edges, "CHUNK", 100)

    coarse = edge_picture(SQUARE, links((1, 2), (1, 2), (3, 4)), NO_COLOUR)

    assert coarse.cells.max() == fine.cells.max()
    assert 0 < (coarse.cells > 0).sum() < (fine.cells > 0).sum()
