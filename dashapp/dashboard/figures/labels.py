"""Which labels of a drawing can stand without covering each other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

_WIDTH = 0.56  # of a letter, by its height
_HEIGHT = 1.5  # of a line, by that of its letters
_GAP = 4.0


def labels_that_fit(
    x: ArrayLike, y: ArrayLike, texts: Iterable[str], *, scale: float, size: float
) -> NDArray[np.bool_]:
    """Marks the labels that can stand, the first ones first; `scale` is pixels a unit, `size` the letters' height."""
    middles = np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)]) * scale
    boxes = np.array([[len(text) * _WIDTH * size + _GAP, _HEIGHT * size] for text in texts]).reshape(-1, 2)
    kept: list[int] = []
    for number in range(len(boxes)):
        if len(boxes) and boxes[number][0] > _GAP and _is_free(number, kept, middles, boxes):
            kept.append(number)
    return np.isin(np.arange(len(boxes)), kept)


def _is_free(number: int, kept: list[int], middles: NDArray[np.float64], boxes: NDArray[np.float64]) -> bool:
    distance = np.abs(middles[kept] - middles[number])
    room = (boxes[kept] + boxes[number]) / 2
    return bool(((distance > room).any(axis=1)).all())
