"""The picture of ties as a PNG: read again by its chunks, with the checks of the format."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode

import numpy as np

from analytics.edge_raster import LEVELS, NO_COLOUR, SIZE
from dashapp.dashboard.figures.png import FAINTEST, SIGNATURE, STRONGEST, data_uri

COLOURS = ("#102030", "#ffffff")


def chunks(png: bytes) -> dict[bytes, bytes]:
    """The chunks by their kind, each with a right checksum."""
    found, place = {}, len(SIGNATURE)
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + data)
        found[kind] = data
        place += 12 + length
    return found


def picture(cells: np.ndarray, colours: tuple[str, ...] = COLOURS) -> dict[bytes, bytes]:
    lines = zlib.compress(np.pad(cells, ((0, 0), (1, 0))).tobytes())
    kind, _, data = data_uri(lines, colours).partition(",")
    png = b64decode(data)
    assert kind == "data:image/png;base64"
    assert png.startswith(SIGNATURE)
    return chunks(png)


def test_cells_keep_their_places_and_get_the_themes_colours() -> None:
    cells = np.zeros((SIZE, SIZE), dtype=np.uint8)
    cells[3, 5] = 1 + LEVELS  # the second colour, as faint as a single tie

    read = picture(cells)

    lines = np.frombuffer(zlib.decompress(read[b"IDAT"]), dtype=np.uint8).reshape(SIZE, SIZE + 1)
    entry = int(lines[3, 6])
    assert not lines[:, 0].any()
    assert read[b"PLTE"][3 * entry : 3 * entry + 3] == b"\xff\xff\xff"
    assert read[b"tRNS"][entry] == FAINTEST


def test_where_no_tie_runs_nothing_is_seen_and_the_most_ties_are_strongest() -> None:
    read = picture(np.zeros((SIZE, SIZE), dtype=np.uint8))

    assert struct.unpack(">IIBBBBB", read[b"IHDR"]) == (SIZE, SIZE, 8, 3, 0, 0, 0)
    assert read[b"tRNS"][0] == 0
    assert read[b"tRNS"][LEVELS] == STRONGEST
    assert len(read[b"PLTE"]) == 3 * (1 + len(COLOURS) * LEVELS)


def test_ties_between_communities_are_fainter_than_those_within() -> None:
    read = picture(np.zeros((SIZE, SIZE), dtype=np.uint8), ("#102030",) * (NO_COLOUR + 1))

    opacity = np.frombuffer(read[b"tRNS"][1:], dtype=np.uint8).reshape(-1, LEVELS)
    assert (opacity[:NO_COLOUR] == opacity[0]).all()
    assert (opacity[NO_COLOUR] < opacity[0]).all()
    assert opacity[NO_COLOUR].min() > 0
