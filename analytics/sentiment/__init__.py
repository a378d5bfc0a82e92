"""Whether posts read negative, neutral or positive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.sentiment.cleaning import MAX_CHARACTERS, own_words
from analytics.sentiment.model import (
    ENGLISH,
    LABELS,
    LANGUAGES,
    UNKNOWN,
    probabilities,
    probabilities_of,
    readable,
    spoken,
    trained,
)
from analytics.sentiment.tokens import Text, Tokens, read, tokens

__all__ = ["LANGUAGES", "MAX_CHARACTERS", "MOST_TRIED", "UNKNOWN_LANGUAGES", "assess", "languages", "reasons"]

#: Codes with which services say that they do not know a post's language.
UNKNOWN_LANGUAGES = ("", "und", "unk", "mis", "mul", "zxx", "qam", "qct", "qht", "qme", "qst")

#: How many tokens of a text are tried when it is explained.
MOST_TRIED = 16

# what moved a text less than this, or than this share of the strongest, is not named as a reason
_LEAST_MOVE, _LEAST_SHARE = 0.2, 0.25
_MOST_NAMED = 4
_BETWEEN = "\x1f"  # NUL would end the text for pandas
# letters that a text without a told language needs before it is said to be in one, and how probable that must be
FEWEST_LETTERS, SURE = 20, 0.9
_CHUNK = 60_000  # characters read at a time: what they take up stays in the processor's cache
_PIECE = re.compile(r"\w[\w'’]*|[^\w\s]+")
_NUMBERS = {language: number for number, language in enumerate(LANGUAGES)}


def assess(texts: pd.Series[str], languages: pd.Series[str] | None = None) -> pd.DataFrame:
    """Label and probabilities of sentiment of each text.

    Parameters
    ----------
    texts : Series of str
        Posts as the service wrote them. HTML, code, quotes, web addresses and mentions are taken off before.
    languages : Series of str, optional
        What the service says of their languages (``"en"``, ``"en-GB"``, ``"pt"`` ...), with the same index.

    Returns
    -------
    DataFrame
        Same index. ``label`` (str): ``"negative"``, ``"neutral"``, ``"positive"``, the most probable of them, or
        missing where a text was not assessed. ``negative``, ``neutral``, ``positive`` (float64): probabilities in
        [0, 1] with the sum 1; NaN where not assessed. ``language`` (str): ISO 639-1 code; what the service says,
        without the region, else what was found in the text, also of languages without a model; missing where neither is
        known.

    Notes
    -----
    A linear model of hashed n-grams of words and characters and of what lexicons say of the words, trained on tweets
    of eight languages (`LANGUAGES`). Where the language is not told, it is the one that the common words of the text
    speak for, else what its words and characters look like. Not assessed, rather than called neutral, are: texts in
    another language or one that cannot be told; texts in a script that the model has not seen; texts with fewer than
    three letters and no emoji. Of a text the first `MAX_CHARACTERS` are read.

    References
    ----------
    .. [1] Barbieri, F. et al. (2020). TweetEval: unified benchmark and comparative evaluation for tweet
       classification. Findings of EMNLP, 1644-1650.
    .. [2] Barbieri, F., Espinosa Anke, L. & Camacho-Collados, J. (2022). XLM-T: multilingual language models in
       Twitter for sentiment analysis and beyond. Proc. LREC, 258-266.
    .. [3] Wang, S. & Manning, C. (2012). Baselines and bigrams: simple, good sentiment and topic classification.
       Proc. ACL 2, 90-94.
    .. [4] Hutto, C. J. & Gilbert, E. (2014). VADER: a parsimonious rule-based model for sentiment analysis of social
       media text. Proc. ICWSM 8, 216-225.

    Examples
    --------
    >>> assess(pd.Series(["What a lovely day", "Что"]), pd.Series(["en", "ru"]))["label"].tolist()
    ['positive', nan]
    """
    declared = _primary(languages, texts.index)
    keys = own_words(texts).fillna("") + _BETWEEN + declared.fillna("")
    codes, distinct = pd.factorize(keys)
    pairs = [key.rsplit(_BETWEEN, 1) for key in distinct]
    found = [_assessed([text for text, _ in chunk], [code for _, code in chunk]) for chunk in _chunks(pairs)]
    shares = np.concatenate([np.empty((0, len(LABELS))), *(part for part, _ in found)])[codes]
    language = np.array([code for _, part in found for code in part], dtype=object)[codes]
    assessed = pd.DataFrame(shares, index=texts.index, columns=list(LABELS))
    assessed.insert(0, "label", pd.Series(_labels(shares), index=texts.index, dtype="str"))
    return assessed.assign(language=pd.Series(language, index=texts.index, dtype="str"))


def languages(texts: pd.Series[str]) -> pd.Series[str]:
    """The language of short texts of which nobody tells it, such as bios.

    Parameters
    ----------
    texts : Series of str
        As people wrote them. Web addresses and mentions are taken off before.

    Returns
    -------
    Series of str
        Same index. ISO 639-1 code; missing where a text has fewer than `FEWEST_LETTERS` letters, or where its language
        is not clear.

    Notes
    -----
    As in `assess`, but surer: one of `LANGUAGES` only if its probability reaches `SURE`, any other only if the common
    words of the text clearly speak for it.

    References
    ----------
    .. [1] Baldwin, T. & Lui, M. (2010). Language identification: the long and the short of the matter. Proc. NAACL HLT,
       229-237.

    Examples
    --------
    >>> languages(pd.Series(["I write about gardens and bread", "Potter"])).tolist()
    ['en', nan]
    """
    words = own_words(texts).fillna("").tolist()
    found: list[str] = []
    for start, end in _bounds([len(text) for text in words]):
        text = read(words[start:end])
        found += spoken(text, tokens(text), trained(), least=SURE)
    told = [
        code if sum(map(str.isalpha, text)) >= FEWEST_LETTERS else "" for code, text in zip(found, words, strict=True)
    ]
    return pd.Series([code or np.nan for code in told], index=texts.index, dtype="str")


def reasons(texts: pd.Series[str], languages: pd.Series[str] | None = None) -> pd.Series[str]:
    """Of each text in a sentence why it has its label.

    Parameters
    ----------
    texts : Series of str
        Posts as the service wrote them.
    languages : Series of str, optional
        What the service says of their languages, with the same index.

    Returns
    -------
    Series of str
        Same index. The label, its probability and up to four words and marks that moved the text towards it, the
        strongest first; missing where a text was not assessed. Of a neutral text those that moved it to either side.

    Notes
    -----
    A word moved a text by as much as the logarithm of positive's probability over negative's falls when it is left out
    wherever it stands. Of a text of more than `MOST_TRIED` different words and marks those are tried that say most when
    they stand alone.

    Examples
    --------
    >>> reasons(pd.Series(["What a lovely day"]), pd.Series(["en"]))[0].split(": ")[1]
    '“lovely”'
    """
    words, numbers, shares = _judged(texts, languages)
    sentences = [_reason(*row) for row in zip(shares, _moves(words, numbers), strict=True)]
    return pd.Series(sentences, index=texts.index, dtype="str")


def _judged(
    texts: pd.Series[str], languages: pd.Series[str] | None
) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64]]:
    """The own words of each text, by which language it is assessed, and its probabilities."""
    words = own_words(texts).fillna("").tolist()
    declared = _primary(languages, texts.index).fillna("").tolist()
    numbers = np.array([_number(text, code) for text, code in zip(words, declared, strict=True)], dtype=np.int64)
    return words, numbers, _shares(words, numbers)


def _number(words: str, declared: str) -> int:
    text = read([words])
    return int(_numbers(text, _languages(text, tokens(text), [declared]))[0])


def _shares(texts: Sequence[str], numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of texts of the languages with these numbers, some at a time."""
    bounds = _bounds([len(text) for text in texts])
    parts = [probabilities(texts[start:end], numbers[start:end], trained()) for start, end in bounds]
    return np.concatenate([np.empty((0, len(LABELS))), *parts])


def _moves(words: list[str], numbers: NDArray[np.int64]) -> list[list[tuple[str, float]]]:
    """Of each text its tokens and how much each moved it, the greatest move first."""
    places = [_places(text) if number != UNKNOWN else {} for text, number in zip(words, numbers, strict=True)]
    places = [_loudest(found, number) for found, number in zip(places, numbers, strict=True)]
    without = [_left_out(text, spans) for text, found in zip(words, places, strict=True) for spans in found.values()]
    whose = np.repeat(np.arange(len(words)), np.array([len(found) for found in places], dtype=np.int64))
    moved = _leaning(words, numbers)[whose] - _leaning(without, numbers[whose])
    pairs = iter(zip((token for found in places for token in found), moved.tolist(), strict=True))
    return [sorted(islice(pairs, len(found)), key=lambda pair: -abs(pair[1])) for found in places]


def _leaning(texts: Sequence[str], numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """The logarithm of positive's probability over negative's: it still moves where a probability is near 1."""
    shares = _shares(texts, numbers)
    return np.asarray(np.log(shares[:, 2] / shares[:, 0]))


def _places(words: str) -> dict[str, list[tuple[int, int]]]:
    """The words and runs of marks of a text, and where each stands."""
    places: dict[str, list[tuple[int, int]]] = {}
    for piece in _PIECE.finditer(words):
        places.setdefault(piece[0].lower(), []).append(piece.span())
    return places


def _loudest(places: dict[str, list[tuple[int, int]]], number: int) -> dict[str, list[tuple[int, int]]]:
    """Those of too many tokens that say most when they stand alone: each costs as much as the whole text."""
    if len(places) <= MOST_TRIED:
        return places
    alone = np.abs(_leaning(["", *places], np.full(len(places) + 1, number)))
    kept = set(np.argsort(-np.abs(alone[1:] - alone[0]), kind="stable")[:MOST_TRIED].tolist())
    return {token: spans for place, (token, spans) in enumerate(places.items()) if place in kept}


def _left_out(words: str, spans: list[tuple[int, int]]) -> str:
    edges = [0, *chain.from_iterable(spans), len(words)]
    return "".join(words[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _reason(shares: NDArray[np.float64], moves: list[tuple[str, float]]) -> str | float:
    if np.isnan(shares[0]):
        return np.nan
    best = int(shares.argmax())
    least = max([_LEAST_MOVE, *(abs(weight) * _LEAST_SHARE for _, weight in moves)])
    named = [(token, weight) for token, weight in moves if abs(weight) >= least]
    up, down = (
        [f"“{token}”" for token, weight in named if (weight > 0) is side][:_MOST_NAMED] for side in (True, False)
    )
    because = {"negative": ", ".join(down), "positive": ", ".join(up), "neutral": _both_sides(up, down)}[LABELS[best]]
    return f"{LABELS[best]} {shares[best]:.2f}: {because or 'no single word or mark decided it'}"


def _both_sides(up: list[str], down: list[str]) -> str:
    sides = ((up, "towards positive"), (down, "towards negative"))
    return "; ".join(f"{', '.join(named)} {side}" for named, side in sides if named)


def _primary(languages: pd.Series[str] | None, index: pd.Index[Any]) -> pd.Series[str]:
    """Language without region, missing where unknown."""
    if languages is None:
        return pd.Series(np.nan, index=index, dtype="str")
    primary = languages.reindex(index).astype("str").str.lower().str.replace("[-_].*", "", regex=True)
    return primary.mask(primary.isin(UNKNOWN_LANGUAGES))


def _chunks(pairs: Sequence[list[str]]) -> Iterator[Sequence[list[str]]]:
    """Pairs of text and language, some at a time."""
    return (pairs[start:end] for start, end in _bounds([len(text) for text, _ in pairs]))


def _bounds(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where to begin and end so that about `_CHUNK` characters are read at a time."""
    ends = np.cumsum(sizes, dtype=np.int64) // _CHUNK
    starts = [0, *(np.flatnonzero(np.diff(ends)) + 1).tolist(), len(sizes)]
    return ((start, end) for start, end in pairwise(starts) if start < end)


def _assessed(texts: list[str], declared: list[str]) -> tuple[NDArray[np.float64], list[str | float]]:
    """Probabilities and language of each text; `declared` is empty where the service does not know."""
    text = read(texts)
    pieces = tokens(text)
    languages = _languages(text, pieces, declared)
    shares = probabilities_of(text, pieces, _numbers(text, languages), trained())
    return shares, [code or np.nan for code in languages]


def _languages(text: Text, pieces: Tokens, declared: list[str]) -> list[str]:
    """What the service says of the language of each text, else what is found in it; empty where neither is known."""
    found = declared if all(declared) else spoken(text, pieces, trained())
    return [told or code for told, code in zip(declared, found, strict=True)]


def _numbers(text: Text, languages: list[str]) -> NDArray[np.int64]:
    """By which language each text is assessed."""
    enough, wordless = readable(text)
    numbers = np.array([_NUMBERS.get(code, UNKNOWN) for code in languages], dtype=np.int64)
    silent = np.array([not code for code in languages], dtype=bool)
    # an emoji says the same in every language
    return np.where(wordless & silent, ENGLISH, np.where(enough | wordless, numbers, UNKNOWN))


def _labels(shares: NDArray[np.float64]) -> NDArray[np.object_]:
    best = np.argmax(np.nan_to_num(shares), axis=1)
    return np.where(np.isnan(shares[:, 0]), np.nan, np.array(LABELS, dtype=object)[best])
