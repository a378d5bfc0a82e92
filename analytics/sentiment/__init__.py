"""Whether posts read negative, neutral or positive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
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
    detected,
    probabilities,
    probabilities_of,
    readable,
    trained,
)
from analytics.sentiment.tokens import Text, Tokens, read, tokens

__all__ = ["LANGUAGES", "MAX_CHARACTERS", "UNKNOWN_LANGUAGES", "assess", "explain"]

#: Codes with which services say that they do not know a post's language.
UNKNOWN_LANGUAGES = ("", "und", "unk", "mis", "mul", "zxx", "qam", "qct", "qht", "qme", "qst")

_BETWEEN = "\x1f"  # NUL would end the text for pandas
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
        without the region, else what was found in the text; missing where neither is known.

    Notes
    -----
    A linear model of hashed n-grams of words and characters and of what lexicons say of the words, trained on tweets
    of eight languages (`LANGUAGES`). Not assessed, rather than called neutral, are: texts in another language or one
    that cannot be told; texts in a script that the model has not seen; texts with fewer than three letters and no
    emoji. Of a text the first `MAX_CHARACTERS` are read.

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
    told = _primary(languages, texts.index)
    keys = own_words(texts).fillna("") + _BETWEEN + told.fillna("")
    codes, distinct = pd.factorize(keys)
    pairs = [key.rsplit(_BETWEEN, 1) for key in distinct]
    found = [_assessed([text for text, _ in chunk], [code for _, code in chunk]) for chunk in _chunks(pairs)]
    shares = np.concatenate([np.empty((0, len(LABELS))), *(part for part, _ in found)])[codes]
    language = np.array([code for _, part in found for code in part], dtype=object)[codes]
    assessed = pd.DataFrame(shares, index=texts.index, columns=list(LABELS))
    assessed.insert(0, "label", pd.Series(_labels(shares), index=texts.index, dtype="str"))
    return assessed.assign(language=pd.Series(language, index=texts.index, dtype="str"))


def explain(text: str, language: str | None = None, *, most: int = 6) -> pd.DataFrame:
    """The words and marks that moved a text's label most.

    Parameters
    ----------
    text : str
        A post as the service wrote it.
    language : str, optional
        What the service says of its language.
    most : int
        How many are wanted.

    Returns
    -------
    DataFrame
        Columns ``token`` (str, as written but for repeated characters and case) and ``weight`` (float64): how much
        the probability of positive less that of negative falls when the token is left out, in [-2, 2]; positive
        moved the text towards positive. The greatest first, whatever the sign; no rows if it was not assessed.

    Examples
    --------
    >>> explain("What a lovely day", "en")["token"][0]
    'lovely'
    """
    words = own_words(pd.Series([text], dtype="str")).iloc[0]
    told = _primary(pd.Series([language], dtype="str"), pd.RangeIndex(1)).fillna("").iloc[0]
    pieces, without = _without_each(words)
    text_of_words = read([words])
    numbers, _ = _numbers(text_of_words, tokens(text_of_words), [told])
    shares = probabilities([words, *without], np.repeat(numbers, len(without) + 1), trained())
    moved = (shares[0, 2] - shares[0, 0]) - (shares[1:, 2] - shares[1:, 0])
    rows = pd.DataFrame({"token": pd.Series(pieces, dtype="str"), "weight": moved}).dropna()
    summed = rows.groupby("token", sort=False)["weight"].sum().reset_index()
    return summed.sort_values("weight", key=lambda weight: -weight.abs(), kind="stable", ignore_index=True).head(most)


def _without_each(words: str) -> tuple[list[str], list[str]]:
    """The words and runs of marks of a text, and the text without each."""
    found = list(_PIECE.finditer(words))
    return [piece[0].lower() for piece in found], [words[: piece.start()] + words[piece.end() :] for piece in found]


def _primary(languages: pd.Series[str] | None, index: pd.Index[Any]) -> pd.Series[str]:
    """Language without region, missing where unknown."""
    if languages is None:
        return pd.Series(np.nan, index=index, dtype="str")
    primary = languages.reindex(index).astype("str").str.lower().str.replace("[-_].*", "", regex=True)
    return primary.mask(primary.isin(UNKNOWN_LANGUAGES))


def _chunks(pairs: Sequence[list[str]]) -> Iterator[Sequence[list[str]]]:
    """Pairs of text and language, as many at a time as have about `_CHUNK` characters."""
    ends = np.cumsum([len(text) for text, _ in pairs], dtype=np.int64) // _CHUNK
    starts = [0, *(np.flatnonzero(np.diff(ends)) + 1), len(pairs)]
    return (pairs[start:end] for start, end in pairwise(starts) if start < end)


def _assessed(texts: list[str], told: list[str]) -> tuple[NDArray[np.float64], list[str | float]]:
    """Probabilities and language of each text; `told` is empty where the service does not know."""
    text = read(texts)
    pieces = tokens(text)
    numbers, found = _numbers(text, pieces, told)
    names = {number: name for name, number in _NUMBERS.items()}
    languages = [code or names.get(number, np.nan) for code, number in zip(told, found.tolist(), strict=True)]
    return probabilities_of(text, pieces, numbers, trained()), languages


def _numbers(text: Text, pieces: Tokens, told: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By which language each text is assessed, and which it was found to be in."""
    silent = np.array([not code for code in told], dtype=bool)
    enough, wordless = readable(text)
    found = np.array([_NUMBERS.get(code, UNKNOWN) for code in told], dtype=np.int64)
    if (silent & enough).any():
        found = np.where(silent & enough, detected(text, pieces, trained()), found)
    # an emoji says the same in every language
    return np.where(wordless & silent, ENGLISH, np.where(enough | wordless, found, UNKNOWN)), found


def _labels(shares: NDArray[np.float64]) -> NDArray[np.object_]:
    best = np.argmax(np.nan_to_num(shares), axis=1)
    return np.where(np.isnan(shares[:, 0]), np.nan, np.array(LABELS, dtype=object)[best])
