"""PNGs: of cells that the analysis counted, in the colours of a theme, and of pixels."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.edge_raster import LEVELS, NO_COLOUR, SIZE

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FAINTEST, STRONGEST = 16, 170  # opacity of a single tie, and of the most in one cell
BETWEEN = 0.45  # of that for ties between communities: they cross the others, and would hide them


def data_uri(lines: bytes, colours: Sequence[str]) -> str:
    """The picture of `imports.people_analysis`, its lines as they were stored: only the palette is made here."""
    palette, opacity = bytearray(3), bytearray(1)  # the first entry: no tie, nothing to see
    steps = np.linspace(FAINTEST, STRONGEST, LEVELS)
    for number, colour in enumerate(colours):
        palette += bytes.fromhex(colour.removeprefix("#")) * LEVELS
        opacity += (steps * (BETWEEN if number == NO_COLOUR else 1)).astype(np.uint8).tobytes()
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 3, 0, 0, 0)  # eight bits of a palette, no interlace
    png = _file((b"IHDR", head), (b"PLTE", palette), (b"tRNS", opacity), (b"IDAT", lines))
    return "data:image/png;base64," + b64encode(png).decode()


def of_colours(pixels: NDArray[np.uint8]) -> bytes:
    """The picture of pixels, an array of shape (height, width, 3)."""
    height, width, _ = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # eight bits a colour, no interlace
    lines = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0)))  # each begins with the number of its filter: none
    return _file((b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), 6)))


def _file(*chunks: tuple[bytes, bytes | bytearray]) -> bytes:
    return SIGNATURE + b"".join(_chunk(kind, bytes(data)) for kind, data in (*chunks, (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
