"""What the model is trained on: posts with labels, and word lists."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.sentiment.cleaning import own_words
from analytics.sentiment.features import Lexicon, of_language
from analytics.sentiment.model import LANGUAGES
from analytics.sentiment.tokens import Hashes, word_hashes

FOLDERS = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "it": "italian",
    "pt": "portuguese",
}
_VALENCE, _EMOJI_VALENCE = 2.0, 3.8  # of words and emojis that are listed without one
_SIGNS = {"+": 1, "-": -1, "not": 0}
_SILENT = (0.0, 0.0, False, False)  # what a word says that no list holds
_SILENT_ROW = (*_SILENT, False, False)
_WORD = re.compile(r"[a-z][a-z']{1,20}")
_FEWEST_TEXTS, _FREQUENT = 4, 20_000  # texts that a word must stand in, unless it is among the most frequent
_COMMON = 5_000  # words of a language; rarer ones are names and loans
_COMMONEST = 0.05  # share of the commonest word in a text
_CODES = {"fil": "tl", "nb": "no", "sh": "hr"}  # wordfreq's
_UNCOUNTED = ("hi", "ja", "zh")  # Hindi is listed in its own letters alone; the others do not part words
_EVERY = "*"  # a word list for all languages: emojis


@dataclass(frozen=True)
class Posts:
    """Posts without what is not their writers' words, and labels: 0 negative, 1 neutral, 2 positive."""

    texts: list[str]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    def without(self, others: Iterable[str]) -> Posts:
        """The posts that do not repeat one of the others, nor one another."""
        seen, kept = {_key(text) for text in others}, []
        for place, key in enumerate(map(_key, self.texts)):
            if key not in seen:
                seen.add(key)
                kept.append(place)
        return self.at(np.array(kept, dtype=np.int64))

    def at(self, places: NDArray[np.int64]) -> Posts:
        """The posts at these places."""
        return Posts([self.texts[place] for place in places], self.labels[places])


def posts(data: str, folder: str, split: str) -> Posts:
    """Posts of a folder of the data, as `<split>_text.txt.gz` and `<split>_labels.txt.gz`."""
    texts = _lines(f"{data}/{folder}/{split}_text.txt.gz")
    labels = [int(label) for label in _lines(f"{data}/{folder}/{split}_labels.txt.gz")]
    return Posts(own_words(pd.Series(texts, dtype="str")).tolist(), np.array(labels, dtype=np.int64))


@dataclass(frozen=True)
class WordVectors:
    """English words, and a vector of each, alike for words of like meaning."""

    words: list[str]
    vectors: NDArray[np.float64]


def word_vectors(data: str) -> WordVectors:
    """What `word_vectors` wrote."""
    with np.load(f"{data}/word_vectors.npz") as arrays:
        return WordVectors(arrays["words"].tolist(), arrays["vectors"].astype(np.float64))


def english_words(texts: Iterable[str]) -> list[str]:
    """Words that stand in some of the texts, common ones, and those of VADER's lexicon; the shortest first."""
    from wordfreq import top_n_list

    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    words = {word for word, many in counts.items() if many >= _FEWEST_TEXTS} | {*top_n_list("en", _FREQUENT), *_vader()}
    return sorted((word for word in words if _WORD.fullmatch(word)), key=lambda word: (len(word), word))


def _lines(path: str) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return file.read().removesuffix("\n").split("\n")


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def listed(name: str) -> dict[str, list[str]]:
    """Words of a list in `words/`, by what stands before the colon."""
    text = resources.files("analytics.sentiment").joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    lines = [line.split(":", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {head: words.split() for head, words in lines}


def common_words() -> dict[str, dict[str, float]]:
    """How often the most common words of languages occur, the commonest first, by ISO 639-1 code.

    Those of `words/function_words.txt`, of languages that wordfreq does not count, as often as their rank says.
    """
    from wordfreq import available_languages, get_frequency_dict

    by_rank = {
        code: {word: _COMMONEST / rank for rank, word in enumerate(words, 1)}
        for code, words in listed("function_words").items()
    }
    counted = {
        _CODES.get(code, code): get_frequency_dict(code, "small")
        for code in available_languages("small")
        if code not in _UNCOUNTED
    }
    return by_rank | {code: _spelled(words) for code, words in counted.items()}


def _spelled(frequencies: Mapping[str, float]) -> dict[str, float]:
    letters = ((word, often) for word, often in frequencies.items() if not re.search(r"[^\w']|[\d_]", word))
    return dict(islice(letters, _COMMON))


def lexicon() -> Lexicon:
    """VADER's lexicon for English, the lists of `words/feelings.txt` for the others; emojis for all."""
    entries: dict[int, tuple[float, float, bool, bool]] = {}
    for language, words in _feelings().items():
        keys = word_hashes(list(words))
        if language != _EVERY:
            keys = _keys(words, language)
        entries |= dict(zip(keys.tolist(), words.values(), strict=True))
    terms, senses = (set(_keys(listed("technical")[head], "en").tolist()) for head in ("terms", "senses"))
    ordered = sorted({*entries, *terms, *senses})
    rows = [(*entries.get(key, _SILENT), key in terms, key in senses) for key in ordered]
    columns = [np.array(column) for column in zip(*rows, _SILENT_ROW, strict=True)]
    return Lexicon(np.array(ordered, dtype=np.uint64), *columns)


def _keys(words: Iterable[str], language: str) -> Hashes:
    """As words of a language, but for marks and emojis."""
    named = list(words)
    hashes = word_hashes(named)
    number = np.full(len(hashes), LANGUAGES.index(language))
    spoken = np.array([any(character.isalnum() for character in word) for word in named])
    return np.where(spoken, of_language(hashes, number), hashes)


def _feelings() -> dict[str, dict[str, tuple[float, float, bool, bool]]]:
    """Valence, strength, whether it negates, whether it turns, of the words of each language."""
    english = _vader()
    spoken: dict[str, dict[str, tuple[float, float, bool, bool]]] = {"en": english, "hi": dict(english)}
    for head, words in listed("feelings").items():
        language, sign = head.split()
        valence = _SIGNS[sign] * (_EMOJI_VALENCE if language == _EVERY else _VALENCE)
        listed_here = dict.fromkeys(words, (valence, 0.0, sign == "not", False))
        known = english if language == "en" else {}
        spoken[language] = spoken.get(language, {}) | listed_here | known
    return spoken


def feeling_words() -> dict[str, list[str]]:
    """The words of each language that tell a feeling; English words are English only."""
    feelings = {language: [word for word in words if word.isalpha()] for language, words in _feelings().items()}
    english = set(feelings["en"])
    return {
        language: words if language == "en" else [word for word in words if word not in english]
        for language, words in feelings.items()
        if language != _EVERY
    }


def _vader() -> dict[str, tuple[float, float, bool, bool]]:
    from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SentimentIntensityAnalyzer

    vader = SentimentIntensityAnalyzer()
    plain = {word: valence for word, valence in vader.lexicon.items() if not re.search(r"[\d\s]", word)}
    emojis = {emoji: sum(plain.get(word, 0.0) for word in names.split()) for emoji, names in vader.emojis.items()}
    single = {emoji: valence for emoji, valence in emojis.items() if len(emoji.strip("\ufe0f")) == 1 and valence}
    entries = {word: (float(valence), 0.0, False, False) for word, valence in (plain | single).items()}
    entries |= {word: (0.0, boost, False, False) for word, boost in BOOSTER_DICT.items() if " " not in word}
    entries |= dict.fromkeys([*NEGATE, "no"], (0.0, 0.0, True, False))
    return entries | {"but": (0.0, 0.0, False, True)}
