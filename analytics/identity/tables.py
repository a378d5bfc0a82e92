"""Words of people as sparse tables: how rare each is among the people at hand, and what two people share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Table = sp.csr_array

_SIGNS, _LONGEST = 37, 24  # a-z, 0-9 and the end of a word; signs of a word that count
_PRIOR = 5.0  # signs seen before anything is seen


def table(rows: Iterable[Iterable[str]]) -> Table:
    """Words as a table.

    Parameters
    ----------
    rows : iterable of iterables of str
        The words of each person, each once.

    Returns
    -------
    csr_array of float32, shape (n_people, n_words)
        1 where the person has the word.
    """
    words: list[str] = []
    ends = [0]
    for row in rows:
        words.extend(row)
        ends.append(len(words))
    codes, known = pd.factorize(np.array(words, dtype=object))
    ones = np.ones(len(codes), dtype=np.float32)
    return sp.csr_array(
        (ones, codes.astype(np.int32), np.array(ends, dtype=np.int32)), shape=(len(ends) - 1, len(known))
    )


def rarity(counts: Table, bounds: Ints) -> Floats:
    r"""How rare each word is among the people at hand.

    Parameters
    ----------
    counts : csr_array, shape (n_people, n_words)
        As `table` gives it.
    bounds : ndarray of int
        Where the people of each service begin, and the number of people.

    Returns
    -------
    ndarray of float64, shape (n_words,)
        In nats.

    Notes
    -----
    :math:`\log \frac{n + 1}{m + 1/2}`, with m those of the n people who have the word beside the first of each service:
    the same person on several services is no sign that a word is common.

    References
    ----------
    .. [1] Winkler, W. E. (1989). Frequency-based matching in the Fellegi-Sunter model of record linkage. Proc. Sect.
       Surv. Res. Methods, Am. Stat. Assoc., 778-783.
    """
    others = np.zeros(counts.shape[1])
    for begin, end in pairwise(bounds):
        held = counts.indices[counts.indptr[begin] : counts.indptr[end]]
        others += np.maximum(np.bincount(held, minlength=counts.shape[1]) - 1, 0)
    return np.log((counts.shape[0] + 1) / (others + 0.5))


def rare(counts: Table, bounds: Ints) -> Table:
    """The same table with the square root of each word's `rarity`, so that `shared` of it sums what both have."""
    weights = np.sqrt(rarity(counts, bounds)).astype(np.float32)
    return sp.csr_array((weights[counts.indices], counts.indices, counts.indptr), shape=counts.shape)


def directions(values: Table) -> Table:
    """Rows of length 1, so that `shared` of it is the cosine."""
    sizes = np.diff(values.indptr)
    squares = np.bincount(np.repeat(np.arange(len(sizes)), sizes), values.data**2, len(sizes))
    data = values.data / np.repeat(np.sqrt(squares), sizes).astype(np.float32)
    return sp.csr_array((data, values.indices, values.indptr), shape=values.shape)


def shared(values: Table, left: Ints, right: Ints) -> Floats:
    """Sum of the products of two people's rows, for each pair."""
    sizes = np.diff(values.indptr)
    told = np.flatnonzero((sizes[left] > 0) & (sizes[right] > 0))
    sums = np.zeros(len(left))
    sums[told] = values[left[told]].multiply(values[right[told]]).sum(axis=1)
    return sums


def gram_table(words: Sequence[str]) -> Table:
    """Runs of three signs in words of a-z and 0-9, the ends included: 1 where the word has the run."""
    row, gram = _grams(words)
    made = sp.csr_array((np.ones(len(row), dtype=np.float32), (row, gram)), shape=(len(words), _SIGNS**3))
    made.sum_duplicates()
    made.data[:] = 1
    return made


def surprise(words: Sequence[str], known: Sequence[str]) -> Floats:
    r"""How unlikely words are, by which signs follow each other in the words at hand.

    Parameters
    ----------
    words : sequence of str
        In a-z and 0-9.
    known : sequence of str
        Words at hand, from which it is learned.

    Returns
    -------
    ndarray of float64
        In nats; 0 of an empty word.

    Notes
    -----
    :math:`-\sum_i \log p(c_i \mid c_{i-2} c_{i-1})`, the p of runs of three signs smoothed by those of two.

    References
    ----------
    .. [1] Perito, D., Castelluccia, C., Kaafar, M. A. & Manils, P. (2011). How unique and traceable are usernames?
       Proc. PETS 11, 1-17.
    """
    _, learned = _grams(known)
    three = np.bincount(learned, minlength=_SIGNS**3).reshape(_SIGNS, _SIGNS, _SIGNS).astype(np.float64)
    two = three.sum(axis=0)
    fallback = (two + 1) / (two.sum(axis=1, keepdims=True) + _SIGNS)
    chance = (three + _PRIOR * fallback) / (three.sum(axis=2, keepdims=True) + _PRIOR)
    row, gram = _grams(words)
    return np.bincount(row, -np.log(chance.ravel()[gram]), len(words)).astype(np.float64)


def _grams(words: Sequence[str]) -> tuple[Ints, Ints]:
    """Row and number of every run of three signs, in order."""
    raw = np.array([f" {word[:_LONGEST]} " for word in words], dtype=f"S{_LONGEST + 2}")
    signs = np.zeros(256, dtype=np.uint8)
    signs[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", dtype=np.uint8)] = np.arange(1, _SIGNS)
    codes = signs[raw.view(np.uint8).reshape(len(words), _LONGEST + 2)]
    row, place = np.nonzero(codes[:, 1:-1])
    first, second, third = (codes[row, place + step].astype(np.int64) for step in range(3))
    return row, (first * _SIGNS + second) * _SIGNS + third
