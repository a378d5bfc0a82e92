"""The figures of some days, each with what it rests on, put together from sums by day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.timeline import Days, own
from analytics.uncertainty import (
    NO_POSTS,
    NOT_TOLD,
    TOO_FEW,
    Estimate,
    count_interval,
    difference,
    growth,
    median,
    rate,
    undefined,
)

#: The figures whose change is told.
CHANGING = ("posts", "posts_per_week", "response_rate", "reply_rate")

_WEEK = pd.Timedelta(days=7)
_DAY = pd.Timedelta(days=1)
_USUAL = 26 * _WEEK  # so long before the days is looked at for how unevenly posts come
_MIN_WEEKS_FOR_SPREAD = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one account in one period.

    Attributes
    ----------
    posts : int
        Own posts and replies; a repost is somebody else's post.
    reposts : int
        Posts of others that the account passed on.
    posts_per_week : Estimate
        Own posts and replies a week; `n` is their number.
    response_rate : Estimate
        Share of own posts with at least one reply, repost, quote or like; `n` posts for which one of these is told.
    reply_rate : Estimate
        Share of own posts with at least one reply; `n` posts for which replies are told.
    median_interactions : Estimate
        Median over own posts of the sum of what is told of replies, reposts, likes and quotes.
    """

    posts: int
    reposts: int
    posts_per_week: Estimate
    response_rate: Estimate
    reply_rate: Estimate
    median_interactions: Estimate

    def as_record(self) -> dict[str, Any]:
        """For JSON: plain dictionaries, None for NaN."""
        return {name: value.as_record() if isinstance(value, Estimate) else value for name, value in _fields(self)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Figures:
        """The figures of which `as_record` made the record."""
        values: dict[str, Any] = dict(record)
        estimates = {k: Estimate.from_record(v) for k, v in values.items() if isinstance(v, Mapping)}
        return cls(**{**values, **estimates})


def _fields(figures: Figures) -> list[tuple[str, int | Estimate]]:
    return [(field.name, getattr(figures, field.name)) for field in fields(figures)]


def figures(daily: pd.DataFrame, received: pd.DataFrame, days: Days) -> Figures:
    """The figures of some days, each with what it rests on.

    Parameters
    ----------
    daily, received : DataFrame
        As `timeline.daily` and `timeline.received` give them of all posts.
    days : Days
        The period.

    Returns
    -------
    Figures
        Rates in [0, 1] with Wilson intervals; the median with its distribution-free interval; posts a week with the
        interval of a Poisson count, widened by how unevenly the weeks were filled.

    Notes
    -----
    With n own posts and replies in the period: the response rate is :math:`a / t`, a of t posts answered, where t are
    those for which the service tells at least one of replies, reposts, likes and quotes; the reply rate is the same of
    replies alone. Interactions of a post are the sum :math:`r + s + l + q` of what is told of the four. Posts a week
    are :math:`n / w`, w the weeks, with an interval of the count for events that come in bursts.

    Rules for too few posts:

    - A rate or median is given from one post on, always with its interval, and flagged `few` below 20 posts. Without
      any post its reason is ``"no posts"``; with posts of which nothing is told, ``"not told"``.
    - Posts a week divide by the time until now since the start of the period or, if that is later, since the first post
      known: time before it may just not have been read. They are undefined (``"too few"``) below seven days, and below
      two posts if all that is known lies within the period; flagged `few` below four weeks.
    - The dispersion of posts a week is :math:`\\phi = \\max(1, s^2 / \\bar x)`, variance over mean of weeks of seven
      local days, counted back from the last midnight; 1 below four of them.

    The newest posts have had little time to be answered; a short period's rates read a little low.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    .. [2] McCullagh, P. & Nelder, J. A. (1989). Generalized linear models, 2nd ed., chapter 6. Chapman and Hall.
    .. [3] Barabasi, A.-L. (2005). The origin of bursts and heavy tails in human dynamics. Nature 435, 207-211.
    """
    rows = days.of(daily)
    mine = own(rows)
    sums = mine[["posts", "with_counts", "answered", "with_replies", "replied"]].sum()
    told = days.of(received)
    interactions = np.repeat(told["interactions"].to_numpy(), told["posts"].to_numpy())
    n = int(sums["posts"])
    return Figures(
        posts=n,
        reposts=int(rows["posts"].sum()) - n,
        posts_per_week=_posts_per_week(mine, n, days),
        response_rate=rate(int(sums["answered"]), int(sums["with_counts"])) if n else undefined(NO_POSTS),
        reply_rate=rate(int(sums["replied"]), int(sums["with_replies"])) if n else undefined(NO_POSTS),
        median_interactions=median(interactions) if n else undefined(NO_POSTS),
    )


def _posts_per_week(mine: pd.DataFrame, n: int, days: Days) -> Estimate:
    if not days.first_at < days.end or not days.start < days.until:
        return undefined(NO_POSTS)
    weeks = (days.until - max(days.start, days.first_at)) / _WEEK
    if weeks < 1 or (n < 2 and days.first_at >= days.start):
        return undefined(TOO_FEW, n=n)
    low, high = count_interval(n, dispersion=_dispersion([_counts(mine, days, 7)]))
    return Estimate(n / weeks, low / weeks, high / weeks, n, few=weeks < _MIN_WEEKS_FOR_SPREAD)


def _counts(mine: pd.DataFrame, days: Days, length: int) -> NDArray[np.int64]:
    """Posts of the whole stretches of so many local days, the newest first."""
    known, last = (at.tz_convert(days.time_zone).tz_localize(None) for at in (days.first_at, days.until))
    stop = last.normalize()
    n = max(0, int((stop - max(days.local[0], known)) / (length * _DAY)))
    stretch = ((stop - _DAY - mine["day"]).dt.days // length).to_numpy()
    inside = (stretch >= 0) & (stretch < n)
    return np.bincount(stretch[inside], mine["posts"].to_numpy()[inside], minlength=n).astype(np.int64)


def _dispersion(parts: Sequence[NDArray[np.int64]]) -> float:
    """Variance over mean of counts, of each part around its own mean; 1 for too few of them."""
    if min(map(len, parts)) < _MIN_WEEKS_FOR_SPREAD:
        return 1.0
    counts = np.concatenate(parts)
    spread = sum(float(((part - part.mean()) ** 2).sum()) for part in parts) / (len(counts) - len(parts))
    return max(1.0, spread / float(counts.mean())) if counts.any() else 1.0


def changes(daily: pd.DataFrame, days: Days) -> dict[str, Estimate]:
    """How the figures of some days differ from those of as many days before.

    Parameters
    ----------
    daily : DataFrame
        As `timeline.daily` gives it of all posts.
    days : Days
        The period.

    Returns
    -------
    dict of str to Estimate
        As `differences` tells them. Undefined (``"not told"``) where the days before are not whole in the data.

    Notes
    -----
    With s days in the period, day d is held against day :math:`d - s`.

    Where nothing changes and posts come in bursts of a day, about one change in twenty is said to be clear; of accounts
    with busy and quiet weeks more. The newest posts have had less time to be answered than those of the days before.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
       eleven methods. Stat. Med. 17, 873-890.
    """
    if not days.is_whole_before:
        return dict.fromkeys(CHANGING, undefined(NOT_TOLD))
    return differences(daily, days, daily, days.before())


def differences(daily: pd.DataFrame, days: Days, other_daily: pd.DataFrame, other: Days) -> dict[str, Estimate]:
    """How the figures of some days differ from those of others, of the same account or another one.

    Parameters
    ----------
    daily, other_daily : DataFrame
        As `timeline.daily` gives it of all posts of either account; of one account the same frame.
    days, other : Days
        What is compared, and with what.

    Returns
    -------
    dict of str to Estimate
        Of ``posts`` and ``posts_per_week`` the growth of posts in the same time (0.12: 12 % more), of ``response_rate``
        and ``reply_rate`` the difference. Undefined (``"not told"``) where posts of either may be missing since its
        start or, if that is later, since its first known post, and of ``posts`` where one is longer or began later
        than its days; ``"too few"`` below 20 posts, of both together for the growth, of either for a difference. Of the
        median nothing is told.

    Notes
    -----
    See `uncertainty.growth` and `uncertainty.difference`. The time of the last day is counted until now. The dispersion
    :math:`\\phi` of the posts is the largest of these: those of days and of weeks, of one account over both around
    their own means, of two accounts those of either, since one may post in bursts and the other not; and of either
    account that of the weeks of the half year before the later of the two begins; each from four of them on. Shares
    take the posts as independent of each other.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
       eleven methods. Stat. Med. 17, 873-890.
    .. [2] McCullagh, P. & Nelder, J. A. (1989). Generalized linear models, 2nd ed., chapter 6. Chapman and Hall.
    """
    begin, other_begin = (max(each.start, each.first_at) for each in (days, other))
    if not (days.whole_since <= begin < days.until and other.whole_since <= other_begin < other.until):
        return dict.fromkeys(CHANGING, undefined(NOT_TOLD))
    both = [(own(daily), days), (own(other_daily), other)]
    parts = [(each.of(mine), each) for mine, each in both]
    later = max(days.start, other.start)
    usual = [(mine, replace(of, start=later - _USUAL, end=later, first_at=of.whole_since)) for mine, of in both]
    together = [parts] if daily is other_daily else [[part] for part in parts]
    spread = max(
        *(_dispersion([_counts(mine, each, n) for mine, each in alike]) for alike in together for n in (1, 7)),
        *(_dispersion([_counts(each.of(mine), each, 7)]) for mine, each in usual),
    )
    longer = (days.until - begin) / (other.until - other_begin)
    now, then = (mine.sum(numeric_only=True) for mine, _ in parts)
    weekly = growth(now["posts"], then["posts"], longer=longer, dispersion=spread)
    first, stop = days.local
    other_first, other_stop = other.local
    is_known = max(begin - days.start, other_begin - other.start) < pd.Timedelta(days=1)
    posts = weekly if is_known and stop - first == other_stop - other_first else undefined(NOT_TOLD)
    response = difference(now["answered"], now["with_counts"], then["answered"], then["with_counts"])
    reply = difference(now["replied"], now["with_replies"], then["replied"], then["with_replies"])
    return dict(zip(CHANGING, (posts, weekly, response, reply), strict=True))


def figure_rows(daily: pd.DataFrame, received: pd.DataFrame, days: Days) -> pd.DataFrame:
    """Figures and changes as a frame: `measure`, `value`, `low`, `high`, `n`, `reason`, `few`, `change`, its bounds."""
    changed, unchanged = changes(daily, days), undefined(NOT_TOLD)
    unknown = undefined(NO_POSTS) if days.start >= days.until else None
    rows = [
        figure_row(name, unknown or value) | _change(changed.get(name, unchanged))
        for name, value in _fields(figures(daily, received, days))
    ]
    return pd.DataFrame(rows)


def figure_row(measure: str, of: Estimate | int) -> dict[str, Any]:
    """A figure as a row; a bare number was counted and rests on nothing else."""
    if isinstance(of, int):
        of = Estimate(float(of), math.nan, math.nan, of)
    values = {"value": of.value, "low": of.ci_low, "high": of.ci_high, "n": of.n, "reason": of.reason, "few": of.few}
    return {"measure": measure, **values}


def _change(of: Estimate) -> dict[str, float]:
    return {"change": of.value, "change_low": of.ci_low, "change_high": of.ci_high}
