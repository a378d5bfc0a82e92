"""What a messenger shows beside a link: posts as bars and the graph as points. It has no letters, so no fonts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..dashboard.figures.png import of_colours
from ..dashboard.figures.style import PALETTES
from .graph_drawing import Point

SIZE = (1_200, 630)
GRAPH_SIDE = SIZE[1]  # pixels: the graph stands to the right
EDGE = 60  # pixels around the bars
MOST_POINTS = 400
_FINE = 2  # so many times as large it is drawn, for smooth edges


def picture(posts: list[int], points: list[Point]) -> bytes:
    """The PNG."""
    palette = PALETTES["light"]
    pixels = np.empty((SIZE[1] * _FINE, SIZE[0] * _FINE, 3), dtype=np.uint8)
    pixels[:] = _rgb(palette.surface)
    _draw_bars(pixels, posts, right=SIZE[0] - EDGE - (GRAPH_SIDE if points else 0), colour=_rgb(palette.post))
    shift = SIZE[0] - GRAPH_SIDE if posts else (SIZE[0] - GRAPH_SIDE) / 2
    for point in points:
        _draw_disc(pixels, point.x + shift, point.y, point.radius, _rgb(point.colour))
    parts = np.stack([pixels[down::_FINE, across::_FINE] for down, across in np.ndindex(_FINE, _FINE)])
    sums = parts.sum(axis=0, dtype=np.uint16)  # a mean of axes that lie between others takes six times as long
    return of_colours((sums // _FINE**2).astype(np.uint8))


def _draw_bars(pixels: NDArray[np.uint8], posts: list[int], *, right: int, colour: NDArray[np.uint8]) -> None:
    most, bottom = max(posts, default=0) or 1, (SIZE[1] - EDGE) * _FINE
    width = (right - EDGE) * _FINE / max(len(posts), 1)
    for place, number in enumerate(posts):
        height = round(number / most * (SIZE[1] - 2 * EDGE) * _FINE)
        left = EDGE * _FINE + place * width
        pixels[bottom - height : bottom, round(left) : max(round(left + 0.75 * width), round(left) + 1)] = colour


def _draw_disc(pixels: NDArray[np.uint8], x: float, y: float, radius: float, colour: NDArray[np.uint8]) -> None:
    x, y, radius = x * _FINE, y * _FINE, max(radius, 1.0) * _FINE
    top, left = max(int(y - radius), 0), max(int(x - radius), 0)
    part = pixels[top : int(y + radius) + 1, left : int(x + radius) + 1]
    down, across = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
    part[(down - y) ** 2 + (across - x) ** 2 <= radius**2] = colour


def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex(colour.removeprefix("#")), dtype=np.uint8)
