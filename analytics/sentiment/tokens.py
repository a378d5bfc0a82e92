"""Texts as arrays of characters and tokens, with a hash of any stretch of characters in constant time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int64]

SPACE, LETTER, DIGIT, MARK, PICTURE = range(5)
# odd, so that it has an inverse modulo 2**64
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 2**64)
_PLANE = 0x10000
_CATEGORIES = {"L": LETTER, "M": LETTER, "N": DIGIT, "P": MARK, "S": MARK, "Z": SPACE, "C": SPACE}
# written otherwise, meant the same: quotation marks, dashes, letters of Arabic that many leave the dots off
_SAME = {
    "'": "\u2018\u2019\u201b\u02bc\u00b4`",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "-": "\u2013\u2014",
    "\u0627": "\u0622\u0623\u0625",
    "\u064a": "\u0649",
    "\u0647": "\u0629",
}
# joiners, variation selectors, the lengthener and the vowel signs of Arabic
_SILENT = [0x200D, *range(0xFE00, 0xFE10), 0x640, *range(0x64B, 0x653)]
_SKIN_TONES = range(0x1F3FB, 0x1F400)


@dataclass(frozen=True)
class Text:
    """Texts laid end to end: characters in lower case and whose they are; `sums` hold the hashes."""

    characters: NDArray[np.uint32]
    upper: NDArray[np.bool_]
    kinds: NDArray[np.uint8]
    text: Positions
    sums: Hashes
    count: int

    def hashes(self, starts: Positions, ends: Positions) -> Hashes:
        """A hash of each stretch of characters, the same wherever the stretch stands."""
        return mixed((self.sums[ends] - self.sums[starts]) * _powers(_INVERSE, _room(len(self.sums)))[starts])

    def grams(self, length: int) -> tuple[Positions, Hashes]:
        """Whose, and the hash of, every run of so many characters within one text."""
        many = max(0, len(self.text) - length + 1)
        within = self.text[:many] == self.text[length - 1 :][:many]
        powers = _powers(_INVERSE, _room(len(self.sums)))[:many]
        hashed = (self.sums[length:][:many] - self.sums[:many]) * powers
        return self.text[:many][within], mixed(hashed[within])


@dataclass(frozen=True)
class Tokens:
    """Words, runs of punctuation marks and single emojis, in order."""

    starts: Positions
    ends: Positions
    kinds: NDArray[np.uint8]
    text: Positions
    hashes: Hashes


def read(texts: Sequence[str]) -> Text:
    """Texts end to end with a space around each; of a character that repeats, two are kept."""
    joined = "".join(f" {text} " for text in texts).replace("\u0130", "I")  # its small letter is two
    written, lower = _codes(joined), _codes(joined.lower())
    text = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    characters = np.where(lower < _PLANE, _same()[np.minimum(lower, _PLANE - 1)], lower).astype(np.uint32)
    kept = _told_apart(characters, text)
    characters, text, upper = characters[kept], text[kept], (written != lower)[kept]
    sums = np.zeros(len(characters) + 1, np.uint64)
    terms = (characters.astype(np.uint64) + np.uint64(1)) * _powers(_BASE, _room(len(sums)))[: len(characters)]
    np.cumsum(terms, out=sums[1:])
    return Text(characters, upper, _kinds(characters), text, sums, len(texts))


def tokens(text: Text) -> Tokens:
    """The tokens; an emoji is one by itself, NewsOfToday is three words."""
    before, after = text.kinds[:-1], text.kinds[1:]
    begins = np.ones(len(text.kinds), bool)
    begins[1:] = (after != before) | (after == PICTURE)
    begins[1:] |= text.upper[1:] & ~text.upper[:-1] & (before == LETTER) & (after == LETTER)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(text.kinds))[: len(starts)]
    solid = text.kinds[starts] != SPACE
    starts, ends = starts[solid], ends[solid]
    return Tokens(starts, ends, text.kinds[starts], text.text[starts], text.hashes(starts, ends))


def mixed(hashes: Hashes) -> Hashes:
    """Hashes whose high bits depend on every bit."""
    spread = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return np.asarray((spread ^ (spread >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9))


def word_hashes(words: Sequence[str]) -> Hashes:
    """The hash that each word has as a token."""
    text = read(words)
    edges = np.flatnonzero(np.diff(text.text, prepend=-1, append=text.count))
    return text.hashes(edges[:-1] + 1, edges[1:] - 1)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype="<u4")


def _told_apart(characters: NDArray[np.uint32], text: Positions) -> NDArray[np.bool_]:
    kept = (characters != 0) & ((characters < _SKIN_TONES.start) | (characters >= _SKIN_TONES.stop))
    repeated = (characters[1:] == characters[:-1]) & (text[1:] == text[:-1])
    kept[1:] &= ~(repeated & (characters[1:] == ord(" ")))
    kept[2:] &= ~(repeated[1:] & repeated[:-1])
    return np.asarray(kept)


def _room(size: int) -> int:
    return 1 << max(17, (size - 1).bit_length())


@cache
def _powers(base: int, size: int) -> Hashes:
    powers = np.full(size, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


def _kinds(characters: NDArray[np.uint32]) -> NDArray[np.uint8]:
    beyond = np.where((characters >= 0x1F000) & (characters < 0x20000), PICTURE, LETTER)
    return np.where(characters < _PLANE, _plane()[np.minimum(characters, _PLANE - 1)], beyond).astype(np.uint8)


@cache
def _plane() -> NDArray[np.uint8]:
    """The kind of every character of the basic plane."""
    categories = [unicodedata.category(chr(code)) for code in range(_PLANE)]
    kinds = [PICTURE if category == "So" else _CATEGORIES[category[0]] for category in categories]
    kinds[ord("'")], kinds[ord("_")] = LETTER, SPACE
    return np.array(kinds, dtype=np.uint8)


@cache
def _same() -> NDArray[np.uint32]:
    """The character to read for each of the basic plane; 0 is to leave it out."""
    same = np.arange(_PLANE, dtype=np.uint32)
    kinds = _plane()
    same[kinds == SPACE] = ord(" ")
    same[kinds == DIGIT] = ord("0")
    for character, others in _SAME.items():
        same[[ord(other) for other in others]] = ord(character)
    same[_SILENT] = 0
    return same
