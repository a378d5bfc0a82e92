"""Where labels of a drawing stand: beside what they name, within the frame, and over no other label."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import ArrayLike, NDArray

_WIDTH = 0.56  # of a letter, by its height
_HEIGHT = 1.4  # of a line, by that of its letters
_GAP = 3.0
_A_LABEL = 16_000  # square pixels: each name is drawn again in each frame of a drag
_FEWEST, _MOST = 8, 40
#: above, below, right or left of a point, then at its corners; y goes upwards
WAYS: NDArray[np.float64] = np.array(
    [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)], dtype=np.float64
)


def label_budget(points: int, room: tuple[float, float]) -> int:
    """How many labels can be read in so many pixels; of few points all, as far as they have room."""
    return _MOST if points <= _MOST else int(np.clip(room[0] * room[1] / _A_LABEL, _FEWEST, _MOST))


def offsets(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a label's nearest edge or corner is from its point, for each way."""
    return WAYS / np.hypot(*WAYS.T)[:, None] * distance.reshape(-1, 1, 1)


def label_ways(
    points: ArrayLike, radii: ArrayLike, texts: Sequence[str], *, room: tuple[float, float], size: float, most: int
) -> dict[int, int]:
    """By number of a point on which side of it its label stands (`WAYS`), the first ones first, at most so many.

    Points and `room` are pixels from the lower left corner, `size` is the letters' height. Of the sides where a label
    has room it gets the one where it covers fewest points.
    """
    places = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    half = np.array([[_letters(text) * _WIDTH * size + _GAP, _HEIGHT * size] for text in texts]).reshape(-1, 2) / 2
    middles = places[:, None] + offsets(np.asarray(radii, dtype=np.float64)) + WAYS * half[:, None]
    fits = (middles >= half[:, None]) & (middles <= np.array(room) - half[:, None])
    inside = np.asarray(fits.all(axis=2))
    under = _covered(middles, half, places, np.zeros_like(places)).sum(axis=2)
    found: dict[int, int] = {}
    taken, taken_half = np.empty((most, 2)), np.empty((most, 2))
    for number, text in enumerate(texts):
        n = len(found)
        if n == most:
            break
        free = inside[number] & ~_covered(middles[number], half[number], taken[:n], taken_half[:n]).any(axis=1)
        if text and free.any():
            way = found[number] = int(np.where(free, under[number], np.inf).argmin())
            taken[n], taken_half[n] = middles[number, way], half[number]
    return found


def _letters(text: str) -> int:
    """How many letters are as wide as the text: signs of East Asia and emoji take the room of two."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(sign) in "FW") for sign in text)


def _covered(
    middles: NDArray[np.float64],
    half: NDArray[np.float64],
    others: NDArray[np.float64],
    other_half: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Of each place for a label, in the last axis, which others it would cover."""
    distance = np.abs(middles[..., None, :] - others)
    return np.asarray((distance < half[..., None, None, :] + other_half).all(axis=-1))
