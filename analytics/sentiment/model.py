"""The trained model: its file, and what it says of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from analytics.sentiment.features import Features, Floats, Grams, Lexicon, WordScores, features
from analytics.sentiment.tokens import LETTER, PICTURE, Hashes, Positions, Text, Tokens, read, tokens

#: ISO 639-1 codes of the languages that the model has seen; English first.
LANGUAGES = ("en", "ar", "de", "es", "fr", "hi", "it", "pt")
ENGLISH = 0
UNKNOWN = -1
LABELS = ("negative", "neutral", "positive")
LANGUAGE_GRAMS = (2, 3, 4)

_SURE = 0.5  # below, a language counts as unknown
# strength of the words of one language, and how much more it must be than that of any other's
_CLEAR, _CLEARER = 4.0, 2.0
_FEWEST_LETTERS = 3
_FILE = "model.npz"
# 21 bits hold the sum of `MAX_CHARACTERS` weights from 1 to 255
_BITS, _LIFT = 21, 128


@dataclass(frozen=True)
class Table:
    """Weights of hashed n-grams, three classes of each packed into one number: one look-up instead of three."""

    packed: tuple[NDArray[np.int64], ...]
    scale: float

    @classmethod
    def of(cls, weights: NDArray[np.int8], scale: float) -> Table:
        """From one row a class; the number of columns is a power of two."""
        lifted = weights.astype(np.int64) + _LIFT
        return cls(
            tuple(row[0] | row[1] << _BITS | row[2] << 2 * _BITS for row in lifted.reshape(-1, 3, lifted.shape[1])),
            scale,
        )

    def sums(self, grams: Sequence[Grams], count: int) -> Floats:
        """Weights of each text's n-grams together, over the square root of their number; one row a text."""
        total, many = np.zeros((count, 3 * len(self.packed))), np.zeros((count, 1))
        for whose, hashes in grams:
            sizes = np.bincount(whose, minlength=count)
            ends = np.cumsum(sizes)
            columns = buckets(hashes, len(self.packed[0]))
            total += np.concatenate([_unpacked(row[columns], ends) for row in self.packed], axis=1)
            many += sizes[:, None]
        return np.asarray((total - _LIFT * many) * (self.scale / np.sqrt(np.maximum(many, 1))))


def _unpacked(packed: NDArray[np.int64], ends: Positions) -> Floats:
    """Sums of stretches that end there, a column for each of the three."""
    running = np.concatenate([[0], np.cumsum(packed)])[np.concatenate([[0], ends])]
    sums = np.diff(running)  # right even where the running sum has gone over
    mask = (1 << _BITS) - 1
    return np.column_stack([(sums >> shift) & mask for shift in (0, _BITS, 2 * _BITS)]).astype(np.float64)


@dataclass(frozen=True)
class CommonWords:
    """Sorted hashes of the commonest words of languages; of each its language, and how strongly it speaks for it."""

    keys: Hashes
    languages: Positions
    strength: Floats
    codes: tuple[str, ...]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]]) -> CommonWords:
        """From the arrays of the model's file."""
        return cls(
            arrays["common_keys"].astype(np.uint64),
            arrays["common_languages"].astype(np.int64),
            arrays["common_strength"].astype(np.float64),
            tuple(arrays["common_codes"].tolist()),
        )

    def sums(self, found: Tokens, count: int) -> Floats:
        """How strongly the words of each text speak for each language; one row a text."""
        first = np.searchsorted(self.keys, found.hashes)
        many = np.searchsorted(self.keys, found.hashes, side="right") - first  # a word may be common in several
        rows = np.arange(many.sum()) + np.repeat(first - np.cumsum(many) + many, many)
        cells = np.repeat(found.text, many) * len(self.codes) + self.languages[rows]
        sums = np.bincount(cells, self.strength[rows], count * len(self.codes))
        return sums.astype(np.float64, copy=False).reshape(count, len(self.codes))


@dataclass(frozen=True)
class Model:
    """Tables for English and for the other languages; what else is added, and divided by, of each language."""

    lexicon: Lexicon
    scores: WordScores
    words: tuple[Table, Table]
    characters: tuple[Table, Table]
    dense: Floats
    bias: Floats
    heat: Floats
    language_words: Table
    language_characters: Table
    language_bias: Floats
    common: CommonWords
    confusion: NDArray[np.int64]  # of held-out posts, by language, label and label found


def buckets(hashes: Hashes, number: int) -> Positions:
    """Which of so many (a power of two) each hash falls into."""
    return (hashes >> np.uint64(65 - number.bit_length())).astype(np.int64)


@cache
def trained() -> Model:
    """The model in the repository."""
    with resources.files("analytics.sentiment").joinpath(_FILE).open("rb") as file, np.load(file) as arrays:
        return unpacked(dict(arrays))


def unpacked(arrays: Mapping[str, NDArray[np.generic]]) -> Model:
    """A model from the arrays of its file."""

    def table(name: str) -> Table:
        return Table.of(arrays[name].astype(np.int8), float(arrays[f"{name}_scale"]))

    columns = ("keys", "valence", "boost", "negates", "turns", "terms", "senses")
    return Model(
        Lexicon(*(arrays[f"lexicon_{column}"] for column in columns)),  # type: ignore[arg-type]
        WordScores(arrays["scored_keys"].astype(np.uint64), *_halves(arrays["scored"], arrays["scored_scale"])),
        (table("english_words"), table("other_words")),
        (table("english_characters"), table("other_characters")),
        arrays["dense"].astype(np.float64),
        arrays["bias"].astype(np.float64),
        arrays["heat"].astype(np.float64),
        table("language_words"),
        table("language_characters"),
        arrays["language_bias"].astype(np.float64),
        CommonWords.of(arrays),
        arrays["confusion"].astype(np.int64),
    )


def _halves(scored: NDArray[np.generic], scale: NDArray[np.generic]) -> tuple[Floats, Floats]:
    both = scored.astype(np.float64) * float(scale)
    return both[:, : len(LABELS)], both[:, len(LABELS) :]


def probabilities(texts: Sequence[str], languages: Positions, model: Model) -> Floats:
    """Of each text, how probably it is negative, neutral, positive; NaN in a language that is unknown."""
    text = read(texts)
    return probabilities_of(text, tokens(text), languages, model)


def probabilities_of(text: Text, found: Tokens, languages: Positions, model: Model) -> Floats:
    """The same of texts that have been read."""
    of_texts = features(text, found, languages, model.lexicon, model.scores)
    scores = np.full((text.count, len(LABELS)), np.nan)
    for group, chosen in enumerate((languages == ENGLISH, languages > ENGLISH)):
        if chosen.any():
            scores[chosen] = _scores(of_texts, languages, group, model)[chosen]
    return shares(scores)


def _scores(features: Features, languages: Positions, group: int, model: Model) -> Floats:
    words = model.words[group].sums(features.words, features.count)
    characters = model.characters[group].sums(features.characters, features.count)
    dense = np.einsum("td,tdc->tc", features.dense, model.dense[languages])
    return np.asarray((words + characters + dense + model.bias[languages]) / model.heat[languages, None])


def shares(scores: Floats) -> Floats:
    """Scores as probabilities, each row with the sum 1."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def language_grams(text: Text, found: Tokens) -> tuple[Sequence[Grams], Sequence[Grams]]:
    """What tells a language: words and short runs of characters."""
    words = found.kinds == LETTER
    return [(found.text[words], found.hashes[words])], [text.grams(length) for length in LANGUAGE_GRAMS]


def spoken(text: Text, found: Tokens, model: Model, *, least: float = _SURE) -> list[str]:
    """The language of each text, as its code: any that its common words clearly speak for, else one of `LANGUAGES`.

    Empty where neither is sure; of `LANGUAGES` one is that is at least so probable.
    """
    enough, _ = readable(text)
    words, characters = language_grams(text, found)
    scores = model.language_words.sums(words, text.count) + model.language_characters.sums(characters, text.count)
    probable = shares(scores + model.language_bias)
    known = probable[:, : len(LANGUAGES)]
    sure = enough & (known.max(axis=1) >= least)
    by_words = named(found, text.count, model.common)
    likeliest = [LANGUAGES[best] if good else "" for best, good in zip(known.argmax(axis=1), sure, strict=True)]
    return [word or code for word, code in zip(by_words, likeliest, strict=True)]


def named(found: Tokens, count: int, common: CommonWords) -> list[str]:
    """The language that the common words of each text clearly speak for, as its code; empty where they do not."""
    sums = common.sums(found, count)
    second, best = np.partition(sums, -2, axis=1)[:, -2:].T
    clear = (best >= _CLEAR) & (best - second >= _CLEARER)
    return [common.codes[code] if sure else "" for code, sure in zip(sums.argmax(axis=1), clear, strict=True)]


def readable(text: Text) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which texts have enough letters of a script that the model has seen, and which have emojis and no letters."""
    letters = text.kinds == LETTER
    supported = letters & _is_supported_script(text.characters)
    n_letters, n_supported = (np.bincount(text.text[which], minlength=text.count) for which in (letters, supported))
    pictures = np.bincount(text.text[text.kinds == PICTURE], minlength=text.count)
    wordless = (n_letters == 0) & (pictures > 0)
    enough = (n_supported >= _FEWEST_LETTERS) | ((n_letters > 0) & (pictures > 0))
    return enough & (2 * n_supported > n_letters), wordless


def _is_supported_script(characters: NDArray[np.uint32]) -> NDArray[np.bool_]:
    latin = (characters < 0x250) | ((characters >= 0x1E00) & (characters < 0x1F00))
    return np.asarray(latin | ((characters >= 0x600) & (characters < 0x700)))
