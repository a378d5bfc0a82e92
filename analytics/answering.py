"""How long posts need until they are answered: before that, nothing says that they are not."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

_DAYS = np.concatenate([[1e-6], 2.0 ** np.arange(-3, 5)])  # mean delays, an eighth of a day to 16; and none
_SHARES = (np.arange(40) + 0.5) / 40  # of posts that are answered in the end
_WATCHED = 32.0  # days: twice the longest delay. What was answered before says nothing of delays
_NEARLY_ALL = 0.95
_AGES = np.geomspace(1 / 24, 64, 120)


def time_to_answer(created_at: pd.Series[pd.Timestamp], answered: pd.Series[bool], *, as_of: datetime) -> pd.Timedelta:
    r"""The age at which posts have nearly all the answers that they will get.

    Parameters
    ----------
    created_at : Series of Timestamp
        UTC, of posts for which the service tells of responses.
    answered : Series of bool
        Whether each had an answer by `as_of`.
    as_of : datetime
        When the data was made.

    Returns
    -------
    Timedelta
        About an hour where the newest posts are answered as often as others, at most some weeks; about two weeks where
        there are no posts to tell.

    Notes
    -----
    The times of answers are not told, only how many posts of which age have one: a share s of posts is answered after a
    delay with an exponential distribution of mean :math:`\tau`, so at age a with probability
    :math:`s (1 - e^{-a / \tau})`. Of the posts of the last 32 days follow the weights of each :math:`\tau` (none, and
    an eighth of a day to 16 days, each twice the one before; uniform prior for it and for s), and so, on their average,
    how many of the answers have come at each age. The age returned is the one at which 95 % have. That the shares of
    this month differ from those before it is no sign of delay.

    References
    ----------
    .. [1] Berkson, J. & Gage, R. P. (1952). Survival curve for cancer patients following treatment. J. Am. Stat. Assoc.
       47, 501-515.
    """
    age = ((pd.Timestamp(as_of) - created_at) / pd.Timedelta(days=1)).to_numpy()
    watched = age < _WATCHED
    place = np.searchsorted(_AGES, age[watched])
    came = answered.to_numpy()[watched]
    yes, no = (np.bincount(place[came == which], minlength=len(_AGES))[: len(_AGES)] for which in (True, False))
    arrived = -np.expm1(-_AGES / _DAYS[:, None])  # by delay and age
    chance = _SHARES[:, None, None] * arrived
    likelihood = np.log(chance) @ yes + np.log1p(-chance) @ no
    weights = np.exp(likelihood - likelihood.max()).sum(axis=0)
    expected = weights @ arrived / weights.sum()
    return pd.Timedelta(days=float(_AGES[np.argmax(expected >= _NEARLY_ALL)]))
