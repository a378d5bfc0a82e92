"""What labels say of the tones that are really there, as far as the model's errors are known."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.sentiment.model import LABELS, LANGUAGES, trained
from analytics.sentiment.quality import Floats

_TONES = np.array([-1.0, 0.0, 1.0])


class Corrected(NamedTuple):
    """Posts whose mean score estimates the share of positive posts less that of negative ones.

    Attributes
    ----------
    scores : Series of float
        Of each post; index as given, without posts that have no label or no known language.
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
    known = (of >= 0) & (found >= 0)
    weights, errors = _weights()
    error = float(errors[of[known]].mean()) if known.any() else np.nan
    return Corrected(pd.Series(weights[of[known], found[known]], index=labels.index[known]), error)


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
