"""Shares by unit of time, each with its interval: of posts that were answered, of posts that read positive."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.sentiment.bias import share_intervals
from analytics.timeline import LABELS
from analytics.uncertainty import FEW, wilson


def answered_shares(units: pd.DataFrame) -> pd.DataFrame:
    """The response rate of each day, week or month.

    Parameters
    ----------
    units : DataFrame
        As `timeline.per_unit` gives it.

    Returns
    -------
    DataFrame
        One row a unit, in order of time. Columns ``start``, ``partial`` (as in `units`), ``with_counts`` (own posts for
        which the service tells of responses, int64), ``answered`` (those with at least one, int64), ``share`` (in [0,
        1]), ``ci_low``, ``ci_high`` (its 95 % interval), ``few`` (bool), ``interactions`` (the sum of
        those that are told, else NaN).

    Notes
    -----
    With a of n posts answered it is :math:`a / n`, with the Wilson interval of `uncertainty.wilson`. The rule for too
    few posts: a share is given from one post on, always with its interval, and flagged `few` below 20; without a post
    of which responses are told, share and interval are NaN.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    """
    by_start = units.groupby("start")
    sums = by_start[["with_counts", "answered", "interactions"]].sum(min_count=1)
    n = sums["with_counts"]
    low, high = wilson(sums["answered"], n)
    share, few = sums["answered"] / n.where(n > 0), (n > 0) & (n < FEW)
    partial = by_start["partial"].first()
    return sums.assign(partial=partial, share=share, ci_low=low, ci_high=high, few=few).reset_index()


def tone_shares(units: pd.DataFrame, *, validated: bool = True) -> pd.DataFrame:
    """Which share of the posts of each day, week or month reads negative, neutral and positive.

    Parameters
    ----------
    units : DataFrame
        As `timeline.per_unit` gives it of `timeline.tones`.
    validated : bool
        Whether the texts are of a kind for which the errors of the sentiment model are known.

    Returns
    -------
    DataFrame
        One row a unit and label, in order of time. Columns ``start``, ``partial`` (as in `units`), ``label``, ``posts``
        (with this label, int64), ``assessed`` (posts of the unit with any label, int64), ``share`` (in [0, 1]; the
        three of a unit sum to 1), ``ci_low``, ``ci_high`` (its 95 % interval), ``few`` (bool).

    Notes
    -----
    With :math:`n_l` of n assessed posts labelled l it is :math:`n_l / n`, with the interval of
    `sentiment.bias.share_intervals`: it holds what chance and wrong labels may have done. Without `validated` it is
    NaN. The rule for too few posts is that of `answered_shares`; posts that are not assessed count nowhere.

    References
    ----------
    .. [1] Dodds, P. S. et al. (2011). Temporal patterns of happiness and information in a global social network:
       hedonometrics and Twitter. PLoS ONE 6, e26752.
    """
    names = list(LABELS)
    sums = units.groupby("start").agg({"partial": "first", **dict.fromkeys(names, "sum")}).reset_index()
    low, high = share_intervals(units, units["start"])
    posts, n = sums[names].to_numpy(), len(names)
    assessed = posts.sum(axis=1).repeat(n)
    untold = np.full(posts.size, np.nan)
    return pd.DataFrame(
        {
            "start": sums["start"].to_numpy().repeat(n),
            "partial": sums["partial"].to_numpy().repeat(n),
            "label": pd.Index(names).take(np.tile(np.arange(n), len(posts))),
            "posts": posts.ravel(),
            "assessed": assessed,
            "share": posts.ravel() / np.where(assessed > 0, assessed, np.nan),
            "ci_low": low.ravel() if validated else untold,
            "ci_high": high.ravel() if validated else untold,
            "few": (assessed > 0) & (assessed < FEW),
        }
    )
