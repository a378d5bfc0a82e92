"""Trains the model: `python -m analytics.sentiment.train --data DIR [--output model.npz]`.

DIR holds `tweeteval/` and `umsab/LANGUAGE/`. The same data give the same file, bit for bit, on the same versions of
numpy and scipy.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from analytics.sentiment.features import Features, Floats, Grams, Lexicon, WordScores, features, negated_tokens
from analytics.sentiment.model import (
    ENGLISH,
    LABELS,
    LANGUAGES,
    CommonWords,
    Model,
    buckets,
    language_grams,
    named,
    probabilities,
    shares,
    unpacked,
)
from analytics.sentiment.quality import (
    Quality,
    calibration_error,
    confusion,
    diagram,
    macro_recall,
    quality,
    reliability,
)
from analytics.sentiment.regression import fitted
from analytics.sentiment.sources import (
    FOLDERS,
    Posts,
    WordVectors,
    common_words,
    feeling_words,
    lexicon,
    listed,
    posts,
    word_vectors,
)
from analytics.sentiment.tokens import LETTER, Positions, read, tokens, word_hashes

Arrays = dict[str, NDArray[Any]]

SEED = 0
_HEAPS = 1_200  # made-up texts of the most common words, of each language
_VECTOR_PENALTY, _VECTOR_STEPS = 1e-3, 30  # of the regression on vectors of words
_TOPICS, _TOPIC_BITS, _TOPIC_SIZE = 4, 15, 24
_TOPIC_FEWEST, _TOPIC_MOST = 20, 0.05  # posts, and share of the posts, that a word which tells the topic stands in
_FOLDS = 4
_PIECES, _MOST_CUT = 3, 15_000  # of a post; posts of a language that are cut
_NAMING, _RARE = 1_000, 2e-5  # words that name a language; their share in texts where they are not common
# English is the likeliest, but for any of the many others; what is English in Hindi posts must not make English Hindi
_PRIOR = {"en": 1.5, "hi": 0.2, "": 2.0}
_NEAR = 0.11  # offsets that are neighbours
_CHUNK = 1_000
_FEWEST = 2  # posts that an n-gram must stand in
_SMOOTHING = 4.0  # added to counts before an n-gram's leaning is taken


@dataclass(frozen=True)
class Settings:
    """Sizes of the tables (powers of two) and what keeps the weights small."""

    words: int
    characters: int
    penalty: float
    dense_penalty: float = 1e-4
    steps: int = 25


@dataclass(frozen=True)
class FeatureMatrices:
    """Hashed n-grams of posts as sparse matrices, the dense features as a plain one."""

    words: sp.csr_array
    characters: sp.csr_array
    dense: Floats


#: of texts in other languages
NO_SCORES = WordScores(np.zeros(1, dtype=np.uint64), np.zeros((1, 3)), np.zeros((1, 3)))
ENGLISH_SETTINGS = Settings(words=18, characters=19, penalty=1e-4)
OTHER_SETTINGS = Settings(words=17, characters=18, penalty=4e-4, dense_penalty=1e-2, steps=40)
LANGUAGE_SETTINGS = Settings(words=16, characters=17, penalty=1e-5, steps=25)


def counted(grams: Sequence[Grams], count: int, *, bits: int) -> sp.csr_array:
    """Counts of hashed n-grams, one row a text, over the square root of their number."""
    whose = np.concatenate([texts for texts, _ in grams])
    columns = buckets(np.concatenate([hashes for _, hashes in grams]), 1 << bits)
    size = np.sqrt(np.maximum(np.bincount(whose, minlength=count), 1))
    return sp.csr_array(sp.coo_array((1 / size[whose], (whose, columns)), shape=(count, 1 << bits)))


def feature_matrices(
    texts: Sequence[str], languages: Positions, words: Lexicon, scores: WordScores, settings: Settings
) -> FeatureMatrices:
    """The features of texts, read some at a time."""
    parts = [
        _matrices(_features(texts[start : start + _CHUNK], languages[start : start + _CHUNK], words, scores), settings)
        for start in range(0, len(texts), _CHUNK)
    ]
    return FeatureMatrices(
        sp.csr_array(sp.vstack([part.words for part in parts])),
        sp.csr_array(sp.vstack([part.characters for part in parts])),
        np.concatenate([part.dense for part in parts]),
    )


def _features(texts: Sequence[str], languages: Positions, words: Lexicon, scores: WordScores) -> Features:
    text = read(texts)
    return features(text, tokens(text), languages, words, scores)


def _matrices(found: Features, settings: Settings) -> FeatureMatrices:
    return FeatureMatrices(
        counted(found.words, found.count, bits=settings.words),
        counted(found.characters, found.count, bits=settings.characters),
        found.dense,
    )


def telling(grams: sp.csr_array, labels: NDArray[np.int64], classes: int) -> Floats:
    """How much each n-gram is trusted beforehand: the more, the rarer it is and the more it leans to one label.

    The inverse document frequency times the square root of the spread of the logarithms of its counts over labels;
    0 for what stands in too few posts. The mean of the others is about 4.
    """
    stands = sp.csr_array((np.ones(len(grams.data)), grams.indices, grams.indptr), shape=grams.shape)
    counts = np.column_stack([np.asarray(stands[labels == label].sum(axis=0)).ravel() for label in range(classes)])
    sizes = np.bincount(labels, minlength=classes)
    leaning = np.log((counts + _SMOOTHING) / (sizes + classes * _SMOOTHING))
    posts_with = counts.sum(axis=1)
    rarity = np.log((grams.shape[0] + 1) / (posts_with + 1)) + 1
    trust = np.where(posts_with >= _FEWEST, rarity * np.sqrt(leaning.std(axis=1)), 0.0)
    return np.asarray(trust * (rarity[trust > 0].mean() / 3 / trust[trust > 0].mean()))


def trained_weights(
    grams: Mapping[str, sp.csr_array],
    dense: Floats,
    labels: NDArray[np.int64],
    weights: Floats,
    settings: Settings,
    *,
    classes: int,
) -> tuple[dict[str, Floats], Floats, Floats]:
    """Weights of each kind of n-gram (one row a class), of the dense features, and biases."""
    trusts = {name: telling(found, labels, classes) for name, found in grams.items()}
    used = {name: np.flatnonzero(trust) for name, trust in trusts.items()}
    blocks = [grams[name][:, used[name]] * trusts[name][used[name]][None, :] for name in grams]
    penalty = np.repeat([settings.penalty, settings.dense_penalty], [sum(map(len, used.values())), dense.shape[1]])
    matrix = sp.csr_array(sp.hstack([*(sp.csr_array(block) for block in blocks), sp.csr_array(dense)]))
    slopes, bias = fitted(matrix, labels, weights, penalty, classes=classes, steps=settings.steps)
    tables, start = {}, 0
    for name, columns in used.items():
        table = np.zeros((classes, len(trusts[name])))
        table[:, columns] = slopes[start : start + len(columns)].T * trusts[name][columns]
        tables[name], start = table, start + len(columns)
    return tables, slopes[start:], bias


def balanced(labels: NDArray[np.int64], groups: Positions | None = None) -> Floats:
    """Weights with which every label of every group counts alike."""
    cells = labels if groups is None else labels + (labels.max() + 1) * groups
    return np.asarray(1 / np.bincount(cells)[cells])


def quantised(table: Floats) -> tuple[NDArray[np.int8], float]:
    """Weights as whole numbers up to 127, and what one of them is worth; the few largest are cut."""
    largest = max(float(np.quantile(np.abs(table[table != 0]), 0.9998)), 1e-9) if table.any() else 1.0
    step = largest / 127
    return np.clip(np.rint(table / step), -127, 127).astype(np.int8), step


def standardised(dense: Floats) -> tuple[Floats, Floats, Floats]:
    """Dense features with mean 0 and spread 1, their means and spreads."""
    mean, spread = dense.mean(axis=0), dense.std(axis=0) + 0.01
    return (dense - mean) / spread, mean, spread


def varied(texts: Sequence[str]) -> list[str]:
    """Texts, half of their emojis swapped for others of the same feeling.

    The English tweets were stripped of their emojis; only typed smiles are left. So these stand in for all.
    """
    rng = np.random.default_rng(SEED)
    lists = [listed("feelings")[head] for head in ("* +", "* -")]
    alike = {emoji: emojis for emojis in lists for emoji in emojis}
    pattern = re.compile("[" + "".join(alike) + "]")

    def swapped(found: re.Match[str]) -> str:
        emojis = alike[found[0]]
        return found[0] if rng.random() < 0.5 else emojis[int(rng.integers(len(emojis)))]

    return [pattern.sub(swapped, text) for text in texts]


def emojis_alone() -> Posts:
    """Posts of one emoji and nothing else, which no English tweet was left as."""
    positive, negative = (listed("feelings")[head] for head in ("* +", "* -"))
    return Posts([*positive, *negative], np.repeat([2, 0], [len(positive), len(negative)]))


def word_scores(train: Posts, words: Lexicon, vectors: WordVectors) -> tuple[WordScores, Arrays]:
    """How much English words speak for each label, learned for those of like meaning together; and as arrays."""
    keys = word_hashes(vectors.words)
    order = np.argsort(keys, kind="stable")
    keys, meanings = keys[order], vectors.vectors[order]
    none = np.zeros((len(keys), len(LABELS)))
    means = _mean_vectors(train.texts, words, WordScores(keys, none, none), meanings)
    penalty = np.full(means.shape[1], _VECTOR_PENALTY)
    slopes, _ = fitted(
        sp.csr_array(means), train.labels, balanced(train.labels), penalty, classes=3, steps=_VECTOR_STEPS
    )
    parts = [meanings @ half for half in np.split(slopes, 2)]
    scored = np.concatenate([part - part.mean(axis=1, keepdims=True) for part in parts], axis=1)
    whole, scale = quantised(scored)
    arrays: Arrays = {"scored_keys": keys, "scored": whole, "scored_scale": np.array(scale)}
    plain, negated = np.split(whole.astype(np.float64) * scale, 2, axis=1)
    return WordScores(keys, plain, negated), arrays


def _mean_vectors(texts: Sequence[str], words: Lexicon, known: WordScores, vectors: Floats) -> Floats:
    """The vectors of the words of each text over the square root of its length; beside them those of negated words."""
    parts: list[Floats] = []
    for start in range(0, len(texts), _CHUNK):
        text = read(texts[start : start + _CHUNK])
        found = tokens(text)
        english_texts = np.full(text.count, ENGLISH)
        negated = negated_tokens(text, found, english_texts, words)
        rows, listed_words = known.rows(found.hashes)
        share = 1 / np.sqrt(np.maximum(np.bincount(found.text, minlength=text.count), 1))[found.text]
        shape = (text.count, len(vectors))
        halves: list[Floats] = [
            np.asarray(
                sp.csr_array(sp.coo_array((share[which], (found.text[which], rows[which])), shape=shape)) @ vectors
            )
            for which in (listed_words & ~negated, listed_words & negated)
        ]
        parts.append(np.concatenate(halves, axis=1))
    return np.concatenate(parts)


def english(train: Posts, vectors: WordVectors, words: Lexicon, settings: Settings) -> Arrays:
    """Tables, word scores, dense weights and bias of the English model."""
    alone = emojis_alone()
    train = Posts(varied(train.texts) + alone.texts, np.concatenate([train.labels, alone.labels]))
    scores, arrays = word_scores(train, words, vectors)
    found = feature_matrices(train.texts, np.full(len(train), ENGLISH), words, scores, settings)
    dense, mean, spread = standardised(found.dense)
    grams = {"english_words": found.words, "english_characters": found.characters}
    tables, slopes, bias = trained_weights(grams, dense, train.labels, balanced(train.labels), settings, classes=3)
    slopes = slopes / spread[:, None]
    bias = bias - (mean[:, None] * slopes).sum(axis=0)
    return tables | arrays | {"dense": slopes[None], "bias": bias[None]}


def others(train: Posts, languages: Positions, words: Lexicon, settings: Settings) -> Arrays:
    """The same of the model of the other languages: n-grams in common, dense weights partly a language's own."""
    found = feature_matrices(train.texts, languages, words, NO_SCORES, settings)
    dense, mean, spread = standardised(found.dense)
    one = np.column_stack([dense, np.ones(len(dense))])
    number = len(LANGUAGES) - 1
    own = np.concatenate([one * (languages == language)[:, None] for language in range(1, number + 1)], axis=1)
    grams = {"other_words": found.words, "other_characters": found.characters}
    weights = balanced(train.labels, languages)
    columns = np.concatenate([dense, own], axis=1)
    tables, slopes, bias = trained_weights(grams, columns, train.labels, weights, settings, classes=3)
    shared, apart = slopes[: dense.shape[1]], slopes[dense.shape[1] :].reshape(number, -1, len(LABELS))
    together = (shared[None] + apart[:, :-1]) / spread[None, :, None]
    return tables | {"dense": together, "bias": bias + apart[:, -1] - (mean[None, :, None] * together).sum(axis=1)}


def language_head(texts: Sequence[str], languages: Positions, settings: Settings) -> Arrays:
    """Tables and bias that tell the languages, the last class any other."""
    parts = [_language_counts(texts[start : start + _CHUNK], settings) for start in range(0, len(texts), _CHUNK)]
    names = ("language_words", "language_characters")
    grams = {name: sp.csr_array(sp.vstack([part[place] for part in parts])) for place, name in enumerate(names)}
    none = np.zeros((len(texts), 0))
    weights = balanced(languages) * np.array([_PRIOR.get(name, 1.0) for name in (*LANGUAGES, "")])[languages]
    tables, _, bias = trained_weights(grams, none, languages, weights, settings, classes=len(LANGUAGES) + 1)
    return tables | {"language_bias": bias}


def _language_counts(texts: Sequence[str], settings: Settings) -> tuple[sp.csr_array, sp.csr_array]:
    text = read(texts)
    words, characters = language_grams(text, tokens(text))
    return (
        counted(words, text.count, bits=settings.words),
        counted(characters, text.count, bits=settings.characters),
    )


def language_texts(known: Mapping[str, Posts], common: CommonWords) -> tuple[list[str], Positions]:
    """Texts with the number of their language: posts, pieces of them, and heaps of common words of many languages.

    Pieces and heaps are short: of a short text the words that are in every text must tell the language.
    """
    rng = np.random.default_rng(SEED)
    texts: list[str] = []
    numbers: list[int] = []

    def add(language: str, more: Sequence[str]) -> None:
        texts.extend(more)
        numbers.extend([LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)] * len(more))

    for language, posts_of in known.items():
        own = [
            text
            for text, code in zip(posts_of.texts, _named(posts_of.texts, common), strict=True)
            if code in ("", language)
        ]
        add(language, own)
        add(language, [_piece(text, rng) for _ in range(_PIECES) for text in own[:_MOST_CUT]])
    for language, often in common_words().items():
        shares = np.array(list(often.values())) / sum(often.values())
        heaps = rng.choice(list(often), (_HEAPS, 12), p=shares)
        add(language, [" ".join(heap[:size]) for heap, size in zip(heaps, rng.integers(1, 13, _HEAPS), strict=True)])
    for language, feelings in feeling_words().items():
        add(language, feelings)
    return texts, np.array(numbers)


def _named(texts: Sequence[str], common: CommonWords) -> list[str]:
    text = read(texts)
    return named(tokens(text), text.count, common)


def _piece(text: str, rng: np.random.Generator) -> str:
    """Two to five words of a text that stand together."""
    words = text.split()
    begin = int(rng.integers(max(1, len(words) - 1)))
    return " ".join(words[begin : begin + int(rng.integers(2, 6))])


def commonest() -> Arrays:
    """The commonest words of each language, and how much likelier they are there than where they are not common."""
    found = common_words()
    entries = [
        (int(key), number, np.log(often / _RARE))
        for number, words in enumerate(found.values())
        for key, often in zip(word_hashes([*words][:_NAMING]).tolist(), words.values(), strict=False)
        if often > _RARE
    ]
    keys, languages, strength = zip(*sorted(entries), strict=True)
    return {
        "common_keys": np.array(keys, dtype=np.uint64),
        "common_languages": np.array(languages, dtype=np.uint8),
        "common_strength": np.array(strength, dtype=np.float16),
        "common_codes": np.array(list(found)),
    }


def topics(texts: Sequence[str]) -> Positions:
    """Which of a few topics each post is about, by the words that stand in it: latent semantics in clusters."""
    text = read(texts)
    found = tokens(text)
    letters = found.kinds == LETTER
    counts = counted([(found.text[letters], found.hashes[letters])], text.count, bits=_TOPIC_BITS)
    posts_with = np.bincount(counts.indices, minlength=counts.shape[1])
    telling_words = (posts_with >= _TOPIC_FEWEST) & (posts_with < _TOPIC_MOST * text.count)
    rarity = np.where(telling_words, np.log(text.count / np.maximum(posts_with, 1)), 0.0)
    weighted = sp.csr_array((rarity[counts.indices], counts.indices, counts.indptr), shape=counts.shape)
    length = np.sqrt(weighted.multiply(weighted).sum(axis=1))
    weighted = sp.csr_array(weighted * (1 / np.maximum(length, 1e-9))[:, None])
    rng = np.random.default_rng(SEED)
    semantics = rng.standard_normal((counts.shape[1], _TOPIC_SIZE))
    for _ in range(5):
        semantics, _ = np.linalg.qr(weighted.T @ (weighted @ semantics))
    places = weighted @ semantics
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    return np.asarray(kmeans2(places, _TOPICS, seed=SEED, minit="++", iter=30)[1], dtype=np.int64)


def held_out(posts_of: Posts, languages: Positions, groups: Positions, learned: Callable[[Positions], Model]) -> Floats:
    """Logarithms of the probabilities of posts, each by a model that has seen no post of its group."""
    scores = np.empty((len(posts_of), len(LABELS)))
    for group in np.unique(groups):
        model = learned(np.flatnonzero(groups != group))
        out = np.flatnonzero(groups == group)
        scores[out] = np.log(probabilities(posts_of.at(out).texts, languages[out], model))
    return scores


def calibration(
    scores: Floats, labels: NDArray[np.int64], groups: Positions, offsets: Iterable[float]
) -> tuple[Floats, float]:
    """Offsets of the labels for the best macro-averaged recall, and the temperature with the least calibration error.

    Both are tried on grids; a good offset has good neighbours. The recall is that of all groups of posts on average and
    of the worst, in equal parts; the error is that of the group where it is greatest.
    """
    rows = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    grid = [np.array([negative, 0.0, positive]) for negative, positive in product(offsets, repeat=2)]
    found = [(scores + offset).argmax(axis=1) for offset in grid]
    by_group = np.array([[macro_recall(labels[row], each[row]) for row in rows] for each in found])
    recalls = (by_group.mean(axis=1) + by_group.min(axis=1)) / 2
    near = np.abs(np.array(grid)[:, None] - np.array(grid)).max(axis=2) <= _NEAR
    offset = grid[int(np.argmax(recalls + near @ recalls / near.sum(axis=1)))]
    temperatures = np.linspace(0.5, 4.5, 401)
    probable = [shares((scores + offset) / value) for value in temperatures]
    errors = [max(calibration_error(labels[row], each[row]) for row in rows) for each in probable]
    return offset, float(temperatures[int(np.argmin(errors))])


def packed(parts: Sequence[Arrays], words: Lexicon) -> Arrays:
    """The arrays of the model's file, before calibration."""
    arrays: Arrays = {f"lexicon_{name}": column for name, column in vars(words).items()}
    arrays |= {name: values for name, values in parts[0].items() if name.startswith("scored")}
    for name, weights in (entry for part in parts for entry in part.items()):
        if name.endswith(("_words", "_characters")):
            arrays[name], scale = quantised(weights)
            arrays[f"{name}_scale"] = np.array(scale)
    arrays["dense"] = np.concatenate([part["dense"] for part in parts[:2]]).astype(np.float32)
    arrays["bias"] = np.concatenate([part["bias"] for part in parts[:2]]).astype(np.float32)
    arrays["heat"] = np.ones(len(LANGUAGES), dtype=np.float32)
    arrays["confusion"] = np.zeros((len(LANGUAGES), len(LABELS), len(LABELS)), dtype=np.int32)
    return arrays | {"language_bias": parts[2]["language_bias"].astype(np.float32)}


@dataclass(frozen=True)
class Data:
    """Posts of each language, to train on and to validate with; vectors of English words."""

    train: dict[str, Posts]
    validation: dict[str, Posts]
    vectors: WordVectors


def read_data(data: str) -> Data:
    """All posts; English is TweetEval's, without the posts of its validation part."""
    validation = {"en": posts(data, "tweeteval", "val")}
    train = {"en": posts(data, "tweeteval", "train").without(validation["en"].texts)}
    for language in LANGUAGES[1:]:
        folder = f"umsab/{FOLDERS[language]}"
        validation[language] = posts(data, folder, "val")
        train[language] = posts(data, folder, "train").without(validation[language].texts)
    return Data(train, validation, word_vectors(data))


class Trained(NamedTuple):
    """The arrays of the model's file, and quality on the English posts of each topic by models that saw none of it."""

    arrays: Arrays
    by_topic: dict[str, Quality]


def train(data: Data, settings: Sequence[Settings] = (ENGLISH_SETTINGS, OTHER_SETTINGS, LANGUAGE_SETTINGS)) -> Trained:
    """The model, calibrated by posts held out: of English those of whole topics, else any, and those of validation."""
    words, common = lexicon(), commonest()
    in_english = data.train["en"]
    rest, languages = joined({language: data.train[language] for language in LANGUAGES[1:]})
    head = language_head(*language_texts(data.train, CommonWords.of(common)), settings[2])
    parts = [english(in_english, data.vectors, words, settings[0]), others(rest, languages, words, settings[1]), head]
    arrays = packed(parts, words) | common

    def with_english_of(kept: Positions) -> Model:
        part = english(in_english.at(kept), data.vectors, words, settings[0])
        return unpacked(packed([part, *parts[1:]], words) | common)

    def with_others_of(kept: Positions) -> Model:
        part = others(rest.at(kept), languages[kept], words, settings[1])
        return unpacked(packed([parts[0], part, head], words) | common)

    about = topics(in_english.texts)
    scores = held_out(in_english, np.full(len(in_english), ENGLISH), about, with_english_of)
    scores = _calibrated(arrays, ENGLISH, scores, in_english.labels, about, np.arange(-0.4, 0.41, 0.05))
    by_topic = {
        f"en, topic {topic + 1} held out": quality(in_english.labels[about == topic], np.exp(scores[about == topic]))
        for topic in np.unique(about)
    }
    scores = held_out(rest, languages, np.arange(len(rest)) % _FOLDS, with_others_of)
    for number, language in enumerate(LANGUAGES[1:], 1):
        of = languages == number
        unseen, labels = _scored({language: data.validation[language]}, unpacked(arrays))
        both = np.concatenate([scores[of], unseen]), np.concatenate([rest.labels[of], labels])
        # too few posts to choose offsets by
        _calibrated(arrays, number, *both, np.repeat([0, 1], [of.sum(), len(labels)]), (0.0,))
    return Trained(arrays, by_topic)


def _calibrated(
    arrays: Arrays,
    language: int,
    scores: Floats,
    labels: NDArray[np.int64],
    groups: Positions,
    offsets: Iterable[float],
) -> Floats:
    """The scores calibrated, and so the arrays; they also keep which labels the posts were given."""
    offset, heat = calibration(scores, labels, groups, offsets)
    calibrated = np.log(shares((scores + offset) / heat))
    arrays["bias"][language] += offset
    arrays["heat"][language] = heat
    arrays["confusion"][language] = confusion(labels, calibrated.argmax(axis=1))
    return np.asarray(calibrated)


def joined(known: Mapping[str, Posts]) -> tuple[Posts, Positions]:
    """Posts of all languages with the number of each post's."""
    texts = [text for each in known.values() for text in each.texts]
    numbers = [LANGUAGES.index(language) for language, each in known.items() for _ in each.texts]
    return Posts(texts, np.concatenate([each.labels for each in known.values()])), np.array(numbers)


def _scored(known: Mapping[str, Posts], model: Model) -> tuple[Floats, NDArray[np.int64]]:
    """Logarithms of the probabilities, and the labels."""
    all_posts, numbers = joined(known)
    return np.log(probabilities(all_posts.texts, numbers, model)), all_posts.labels


def figures(data: Data, model: Model) -> dict[str, Quality]:
    """Quality on each language's validation posts."""
    scored = {language: _scored({language: each}, model) for language, each in data.validation.items()}
    return {language: quality(labels, np.exp(scores)) for language, (scores, labels) in scored.items()}


def table(found: Mapping[str, Quality]) -> str:
    """The figures as lines of a Markdown table."""
    lines = ["| set | posts | macro-recall | macro-F1 | calibration error |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {q.posts:,} | {q.recall:.3f} | {q.f1:.3f} | {q.error:.3f} |" for name, q in found.items()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads, trains, saves, prints."""
    parser = argparse.ArgumentParser(prog="python -m analytics.sentiment.train", description=__doc__)
    parser.add_argument("--data", required=True, help="folder with tweeteval/ and umsab/")
    parser.add_argument("--output", default="analytics/sentiment/model.npz")
    parser.add_argument("--diagram", help="where to write the reliability diagram (SVG)")
    asked = parser.parse_args(arguments)
    data = read_data(asked.data)
    arrays, by_topic = train(data)
    with open(asked.output, "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    model = unpacked(arrays)
    if asked.diagram:
        scores, labels = _scored({"en": data.validation["en"]}, model)
        with open(asked.diagram, "w", encoding="utf-8", newline="\n") as file:
            file.write(diagram(reliability(labels, np.exp(scores))))
    print(table(figures(data, model) | by_topic))  # noqa: T201


if __name__ == "__main__":  # pragma: no cover - the command line itself
    main()
