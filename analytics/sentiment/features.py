"""What the model sees of texts: hashed n-grams of words and characters, and what a lexicon says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.sentiment.tokens import DIGIT, MARK, PICTURE, Hashes, Positions, Text, Tokens, mixed

Floats = NDArray[np.float64]
#: Whose each n-gram is, in order, and its hash.
Grams = tuple[Positions, Hashes]

CHARACTER_GRAMS = (2, 3, 4, 5)
NEGATED_WORDS = 4  # how far a "not" reaches, unless a stop ends it before
STOPS = np.array([ord(mark) for mark in ".,;:!?"])
# as in VADER: a negated word keeps three quarters of its strength, capitals add to it, "but" shifts the weight
NEGATED, CAPITALS, BEFORE_BUT, AFTER_BUT = -0.74, 0.733, 0.5, 1.5
_BIND = np.uint64(3)


@dataclass(frozen=True)
class Lexicon:
    """Sorted hashes of words, mixed with their language, and what each is.

    Valence, strength (very, hardly), negator, "but", a term of technology, a word that tells no feeling beside such.
    """

    keys: Hashes
    valence: Floats
    boost: Floats
    negates: NDArray[np.bool_]
    turns: NDArray[np.bool_]
    terms: NDArray[np.bool_]
    senses: NDArray[np.bool_]

    def rows(self, hashes: Hashes) -> Positions:
        """The row of each word; the row after the last key, which says nothing, where it is not in the lexicon."""
        rows = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        return np.where(self.keys[rows] == hashes, rows, len(self.keys))


@dataclass(frozen=True)
class WordScores:
    """Sorted hashes of English words; how much each speaks for each label, as it is and negated."""

    keys: Hashes
    plain: Floats
    negated: Floats

    def rows(self, hashes: Hashes) -> tuple[Positions, NDArray[np.bool_]]:
        """The row of each word, and whether it is known."""
        rows = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        return rows, self.keys[rows] == hashes


@dataclass(frozen=True)
class Features:
    """Of each n-gram whose it is and its hash; of each text its row of what the lexicon says."""

    count: int
    words: Sequence[Grams]
    characters: Sequence[Grams]
    dense: Floats


def of_language(hashes: Hashes, language: Positions) -> Hashes:
    """Hashes of words that differ from language to language: German "die" is no English one."""
    return mixed(hashes + language.astype(np.uint64) + np.uint64(1))


def features(text: Text, found: Tokens, languages: Positions, lexicon: Lexicon, scores: WordScores) -> Features:
    """What the model sees of texts of the languages with these numbers."""
    rows = _lexicon_rows(found, languages, lexicon)
    negated = _negated(text, found, lexicon.negates[rows])
    characters = [text.grams(length) for length in CHARACTER_GRAMS]
    listed = _dense(text, found, rows, negated, lexicon)
    dense = np.concatenate([listed, _scored(found, languages, negated, scores, text.count)], axis=1)
    return Features(text.count, _words(found, negated), characters, dense)


def negated_tokens(text: Text, found: Tokens, languages: Positions, lexicon: Lexicon) -> NDArray[np.bool_]:
    """Which tokens a "not" reaches."""
    return _negated(text, found, lexicon.negates[_lexicon_rows(found, languages, lexicon)])


def _scored(found: Tokens, languages: Positions, negated: NDArray[np.bool_], scores: WordScores, count: int) -> Floats:
    """What the words of each English text say by their scores: their sum, by length; the best and the worst."""
    rows, known = scores.rows(found.hashes)
    known &= languages[found.text] == 0
    said = np.where(negated[:, None], scores.negated[rows], scores.plain[rows]) * known[:, None]
    sums = np.column_stack([np.bincount(found.text, column, count) for column in said.T])
    length = np.bincount(found.text, minlength=count)[:, None]
    words = np.bincount(found.text[known], minlength=count)[:, None]
    lean = np.where(negated, 0.0, said[:, 2] - said[:, 0])
    best, worst = np.zeros(count), np.zeros(count)
    np.maximum.at(best, found.text, lean)
    np.minimum.at(worst, found.text, lean)
    total = sums / np.sqrt(np.maximum(length, 1))
    return np.column_stack([total, total / np.sqrt(np.maximum(words, 1)), best, worst])


def _lexicon_rows(found: Tokens, languages: Positions, lexicon: Lexicon) -> Positions:
    marks = (found.kinds == MARK) | (found.kinds == PICTURE)  # a smile is the same in every language
    return lexicon.rows(np.where(marks, found.hashes, of_language(found.hashes, languages[found.text])))


def _words(found: Tokens, negated: NDArray[np.bool_]) -> Sequence[Grams]:
    """Single tokens, apart where negated, and pairs of neighbours."""
    pairs = np.flatnonzero(found.text[1:] == found.text[:-1])
    single = mixed(found.hashes ^ np.where(negated, np.uint64(0x5BD1E995A5A5A5A5), np.uint64(0)))
    double = mixed(found.hashes[pairs] * _BIND + found.hashes[pairs + 1])
    return (found.text, single), (found.text[pairs], double)


def _last(where: NDArray[np.bool_]) -> Positions:
    """The position of the last true value up to each; -1 where there is none."""
    return np.maximum.accumulate(np.where(where, np.arange(len(where)), -1))


def _begins(found: Tokens) -> NDArray[np.bool_]:
    return np.asarray(np.diff(found.text, prepend=-1) != 0)


def _negated(text: Text, found: Tokens, negates: NDArray[np.bool_]) -> NDArray[np.bool_]:
    begins = _begins(found)
    stops = (found.kinds == MARK) & np.isin(text.characters[found.starts], STOPS)
    place = np.arange(len(begins))
    last = _last(negates)
    broken = np.maximum(_last(stops), _last(begins) - 1)
    return np.asarray((last > broken) & (place > last) & (place - last <= NEGATED_WORDS))


def _boosts(found: Tokens, rows: Positions, lexicon: Lexicon) -> Floats:
    """How much the three words before each strengthen it."""
    boost = lexicon.boost[rows]
    total = np.zeros(len(boost))
    for back, share in ((1, 1.0), (2, 0.95), (3, 0.9)):
        total[back:] += np.where(found.text[back:] == found.text[:-back], boost[:-back] * share, 0.0)
    return total


def _valences(
    text: Text, found: Tokens, rows: Positions, negated: NDArray[np.bool_], lexicon: Lexicon
) -> tuple[Floats, NDArray[np.bool_]]:
    """Valence of each token in its place, and which are written in capitals."""
    valence = lexicon.valence[rows] * _felt(text, found, rows, lexicon)
    capitals = text.upper[found.starts] & text.upper[np.minimum(found.starts + 1, len(text.upper) - 1)]
    capitals &= found.ends - found.starts > 1
    shouting = np.bincount(found.text, capitals, text.count) >= 0.6 * np.bincount(found.text, minlength=text.count)
    loud = CAPITALS * (capitals & ~shouting[found.text])
    valence = valence + np.sign(valence) * (_boosts(found, rows, lexicon) + loud)
    valence = np.where(negated, valence * NEGATED, valence)
    turns = lexicon.turns[rows]
    turned = np.bincount(found.text[turns], minlength=text.count) > 0
    after = _last(turns) >= _last(_begins(found))
    return np.where(turned[found.text], valence * np.where(after, AFTER_BUT, BEFORE_BUT), valence), capitals


def _felt(text: Text, found: Tokens, rows: Positions, lexicon: Lexicon) -> Floats:
    """How much of its feeling each word keeps: "fatal" the less, the more terms of technology stand beside it."""
    others = np.bincount(found.text, lexicon.terms[rows], text.count)[found.text] - lexicon.terms[rows]
    return np.where(lexicon.senses[rows], 1 / (1 + others), 1.0)


def _extremes(found: Tokens, valence: Floats, count: int) -> tuple[Floats, Floats, Floats]:
    """The highest, lowest and last valence of each text."""
    highest, lowest, last = np.zeros(count), np.zeros(count), np.zeros(count)
    np.maximum.at(highest, found.text, valence)
    np.minimum.at(lowest, found.text, valence)
    rated = valence != 0
    last[found.text[rated]] = valence[rated]
    return highest, lowest, last


def _squashed(total: Floats) -> Floats:
    return np.asarray(total / np.sqrt(total * total + 15))


def _dense(text: Text, found: Tokens, rows: Positions, negated: NDArray[np.bool_], lexicon: Lexicon) -> Floats:
    valence, capitals = _valences(text, found, rows, negated, lexicon)

    def total(weights: NDArray[np.generic]) -> Floats:
        return np.bincount(found.text, weights, text.count).astype(np.float64, copy=False)

    def marks(mark: str) -> Floats:
        return np.minimum(np.bincount(text.text, text.characters == ord(mark), text.count), 2) / 2

    up, down = total(np.maximum(valence, 0)), total(np.maximum(-valence, 0))
    ups, downs, length = total(valence > 0), total(valence < 0), total(np.ones(len(valence)))
    compound, shouts = _squashed(up - down), marks("!")
    highest, lowest, last = _extremes(found, valence, text.count)
    columns = [
        *(compound, compound * np.abs(compound), np.abs(compound), _squashed(up), _squashed(down)),
        *((up - down) / (up + down + 1), np.log1p(ups) - np.log1p(downs), (up - down) / np.maximum(length, 1)),
        *((ups > 0) & (downs == 0), (ups == 0) & (downs > 0), (ups > 0) & (downs > 0), (ups == 0) & (downs == 0)),
        *(highest / 3, lowest / 3, last / 3, shouts, marks("?"), marks("#"), compound * shouts),
        *(np.log1p(total(capitals)) / 2, np.log1p(length) / 3, total(found.kinds == DIGIT) > 0),
        *(np.minimum(total(lexicon.negates[rows]), 2) / 2, total(found.kinds == PICTURE) > 0),
        *(_squashed(total(np.maximum(valence, 0) * negated)), _squashed(total(np.maximum(-valence, 0) * negated))),
    ]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
