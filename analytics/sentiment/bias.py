"""What labels say of the tones that are really there, as far as the model's errors are known."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.sentiment.model import ENGLISH, LABELS, LANGUAGES, trained
from analytics.sentiment.quality import Floats
from analytics.uncertainty import Z95, wilson

_TONES = np.array([-1.0, 0.0, 1.0])
_HEAVIEST = 5.0  # posts that a label may stand for: of a language in which it would be more, labels tell nothing
_AS_NORMAL = 1.4826  # times the median distance from the median it is a normal distribution's spread


class Corrected(NamedTuple):
    """Posts whose mean score estimates the share of positive posts less that of negative ones.

    Attributes
    ----------
    scores : Series of float
        Of each post; index as given, without posts that have no label or no language in which labels tell anything.
    error : float
        Standard error of the mean that the validation of the model leaves, however many posts there are.
    """

    scores: pd.Series[float]
    error: float


def corrected(labels: pd.Series[str], languages: pd.Series[str]) -> Corrected:
    r"""Labels with the model's errors taken out, on the average of many posts.

    Parameters
    ----------
    labels : Series of str
        As `assess` gives them.
    languages : Series of str
        ISO 639-1 codes, as `assess` gives them, with the same index.

    Returns
    -------
    Corrected
        The error is NaN without posts.

    Notes
    -----
    R holds, for the posts with which a language was validated, the share of each tone (rows) that got each label. Of
    posts with shares :math:`\pi` of the tones, :math:`R^T \pi` have the labels, so with w the solution of
    :math:`R w = (-1, 0, 1)^T` the mean of :math:`w_{label}` is on the average :math:`\pi_+ - \pi_-`. The error has two
    parts. What R says rests on :math:`n_t` posts of tone t: :math:`\max_t (\sum_f R_{tf} w_f^2 - y_t^2) / n_t`, with y
    the right side above. And an account is no sample of the posts of validation: its lean may differ as much as that of
    the languages does. So the variance between the languages of :math:`R_{0+} - R_{0-}` is added, times the square
    of half of :math:`w_+ - w_-`. Errors of several languages are taken to go the same way.

    References
    ----------
    .. [1] Rogan, W. J. & Gladen, B. (1978). Estimating prevalence from the results of a screening test. Am. J.
       Epidemiol. 107, 71-76.
    .. [2] Forman, G. (2008). Quantifying counts and costs via classification. Data Min. Knowl. Disc. 17, 164-206.
    """
    of = pd.Index(LANGUAGES).get_indexer(pd.Index(languages))
    found = pd.Index(LABELS).get_indexer(pd.Index(labels))
    weights, errors = _weights()
    known = (of >= 0) & (found >= 0) & (np.abs(weights).max(axis=1) <= _HEAVIEST)[of]
    error = float(errors[of[known]].mean()) if known.any() else np.nan
    return Corrected(pd.Series(weights[of[known], found[known]], index=labels.index[known]), error)


def share_intervals(counts: pd.DataFrame, units: pd.Series[Any]) -> tuple[Floats, Floats]:
    r"""Between what bounds the true share of each tone is, whatever the model's errors and chance have made of it.

    Parameters
    ----------
    counts : DataFrame
        Posts with each of `LABELS`, and ``language`` as `assess` gives it; an emoji alone has none and is read as in
        English.
    units : Series
        Which unit each row belongs to.

    Returns
    -------
    low, high : ndarray of float64, shape (units, labels)
        In [0, 1], one row a unit in the order of their values; NaN without labelled posts.

    Notes
    -----
    With R as for `corrected` and w the solution of :math:`R w = e_t`, the mean of :math:`w_{label}` estimates the share
    of tone t. Its variance is that of the mean over posts, and, with :math:`\pi` the shares so estimated (between 0 and
    1), :math:`\sum_r \pi_r^2 (v_r + s_r^2)`. Here :math:`v_r = (\sum_f R_{rf} w_f^2 - [r = t]) / n_r` is what the
    :math:`n_r` posts behind R leave, and :math:`s_r` how an account may differ from them: the spread of
    :math:`R_r w` between the languages beyond what their own posts leave (by their median, since one language is hardly
    read at all). The bounds are those of the 95 % interval and of Wilson's for the share of the labels, whichever are
    wider: the share that is shown lies between them. Errors of several languages are taken to go the same way.

    References
    ----------
    .. [1] Rogan, W. J. & Gladen, B. (1978). Estimating prevalence from the results of a screening test. Am. J.
       Epidemiol. 107, 71-76.
    """
    posts = _by_language(counts, units)
    total = posts.sum(axis=(1, 2))
    part = posts / np.where(total, total, np.nan)[:, None, None]
    weights, variance = _tone_errors()
    estimate = np.einsum("ulf,lft->ut", part, weights)
    squares = np.einsum("ulf,lft->ut", part, weights**2)
    centre = np.clip(estimate, 0, 1)
    mixed = centre / centre.sum(axis=1, keepdims=True)
    spoken = part.sum(axis=2)
    error = np.einsum("ul,ult->ut", spoken, np.sqrt(np.einsum("ur,lrt->ult", mixed**2, variance)))
    half = Z95 * np.sqrt((squares - estimate**2) / total[:, None] + error**2)
    low, high = wilson(posts.sum(axis=1), total[:, None])
    return np.clip(np.minimum(low, centre - half), 0, 1), np.clip(np.maximum(high, centre + half), 0, 1)


def _by_language(counts: pd.DataFrame, units: pd.Series[Any]) -> NDArray[np.int64]:
    codes, distinct = pd.factorize(units, sort=True)
    of = pd.Index(LANGUAGES).get_indexer(pd.Index(counts["language"]))
    posts = np.zeros((len(distinct), len(LANGUAGES), len(LABELS)), dtype=np.int64)
    np.add.at(posts, (codes, np.maximum(of, ENGLISH)), counts[list(LABELS)].to_numpy())
    return posts


@cache
def _weights() -> tuple[Floats, Floats]:
    """Of each language the weight of each label, and the error."""
    return _solved(trained().confusion)


def _solved(confusion: NDArray[np.int64]) -> tuple[Floats, Floats]:
    posts = confusion.sum(axis=2)
    rates = confusion / posts[..., None]
    weights = np.linalg.solve(rates, np.broadcast_to(_TONES[:, None], (len(rates), 3, 1)))[..., 0]
    sampled = ((rates @ weights[..., None] ** 2)[..., 0] - _TONES**2) / posts
    lean = rates[:, 1, 2] - rates[:, 1, 0]
    elsewhere = lean.var(ddof=1) * ((weights[:, 2] - weights[:, 0]) / 2) ** 2
    return weights, np.sqrt(sampled.max(axis=1) + elsewhere)


@cache
def _tone_errors() -> tuple[Floats, Floats]:
    """What `_tones_solved` says of the model's validation."""
    return _tones_solved(trained().confusion)


def _tones_solved(confusion: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Of each language the weights of labels (rows) for tones, and the variance that posts of each tone (rows) add."""
    posts = confusion.sum(axis=2)
    rates = confusion / posts[..., None]
    weights = np.linalg.inv(rates)
    # of posts of each tone in each language (k), read with the weights of another (l)
    read = np.einsum("krf,lft->lkrt", rates, weights)
    sampled = (np.einsum("krf,lft->lkrt", rates, weights**2) - read**2) / posts[None, ..., None]
    away = np.median(np.abs(read - np.median(read, axis=1, keepdims=True)), axis=1)
    elsewhere = np.maximum((_AS_NORMAL * away) ** 2 - np.median(sampled, axis=1), 0)
    return weights, np.einsum("llrt->lrt", sampled) + elsewhere
