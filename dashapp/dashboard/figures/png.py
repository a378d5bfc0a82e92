"""A PNG of cells that the analysis counted, in the colours of a theme."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence

import numpy as np

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
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"tRNS", opacity), (b"IDAT", lines), (b"IEND", b""))
    png = SIGNATURE + b"".join(_chunk(kind, bytes(data)) for kind, data in chunks)
    return "data:image/png;base64," + b64encode(png).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
