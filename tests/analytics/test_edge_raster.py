"""The picture of all ties: where they run, how many, in whose colour."""

from __future__ import annotations

import numpy as np
import pytest

from analytics import edge_raster as module
from analytics.edge_raster import LEVELS, NO_COLOUR, SIZE, edge_raster

SQUARE = np.array([[-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])  # upper left, upper right, lower left and right
PLAIN = np.full(4, NO_COLOUR)


def links(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.uint16).reshape(-1, 2)


def test_a_tie_is_a_line_between_its_ends() -> None:
    picture = edge_raster(SQUARE, links((0, 1)), PLAIN)

    rows, columns = np.nonzero(picture.cells)
    assert set(rows) == {np.unique(rows)[0]}
    assert rows[0] < SIZE / 10  # the upper edge of the square is at the top of the picture
    assert len(np.unique(columns)) > 0.95 * SIZE


def test_the_picture_lies_where_the_people_stand() -> None:
    picture = edge_raster(SQUARE, links((0, 3)), PLAIN)

    assert picture.left < -1 < 1 < picture.right
    assert picture.bottom < -1 < 1 < picture.top
    assert picture.right - picture.left == pytest.approx(picture.top - picture.bottom)


def test_a_tie_within_a_community_has_its_colour_and_one_between_two_has_none() -> None:
    picture = edge_raster(SQUARE, links((0, 1), (2, 3)), np.array([3, 3, 5, 3], dtype=np.uint8))

    top, bottom = picture.cells[: SIZE // 2], picture.cells[SIZE // 2 :]
    assert set((top[top > 0] - 1) // LEVELS) == {3}
    assert set((bottom[bottom > 0] - 1) // LEVELS) == {NO_COLOUR}


def test_more_ties_are_stronger() -> None:
    many = np.concatenate([SQUARE, np.tile(SQUARE[0], (15, 1))])
    pairs = links((2, 3), *((n, 1) for n in range(4, 19)))

    picture = edge_raster(many, pairs, np.full(19, NO_COLOUR))

    level = (picture.cells[picture.cells > 0].astype(int) - 1) % LEVELS
    assert level.max() == LEVELS - 1
    assert level.min() < LEVELS / 2


@pytest.mark.parametrize("people", [SQUARE, SQUARE[:0]], ids=["no-ties", "nobody"])
def test_without_ties_the_picture_is_empty(people: np.ndarray) -> None:
    picture = edge_raster(people, links(), np.full(len(people), NO_COLOUR))

    assert picture.cells.shape == (SIZE, SIZE)
    assert not picture.cells.any()


def test_longer_steps_count_for_the_cells_they_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    ties = links((0, 1), (0, 1), (2, 3))
    fine = edge_raster(SQUARE, ties, PLAIN)
    monkeypatch.setattr(module, "SAMPLES", 1_000)
    monkeypatch.setattr(module, "CHUNK", 100)

    coarse = edge_raster(SQUARE, ties, PLAIN)

    assert coarse.cells.max() == fine.cells.max()
    assert 0 < (coarse.cells > 0).sum() < (fine.cells > 0).sum()
