"""What an account posted when, and what came back: figures of a period, sums by day, hours, top posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics.frames import KINDS, check
from analytics.uncertainty import NO_POSTS, TOO_FEW, Estimate, count_interval, median, rate, undefined

Unit = Literal["day", "week", "month"]

#: Days of a period; None: since the first post.
PERIODS: Mapping[str, int | None] = {"30d": 30, "90d": 90, "1y": 365, "all": None}
#: What a post receives; their sum is its interactions. Views are not interactions.
RESPONSES = ("replies", "reposts", "likes", "quotes")
LABELS = ("negative", "neutral", "positive")

#: One row a day and kind that occurs; what is stored at import.
DAILY: Mapping[str, str] = {
    "day": "datetime64[us]",
    "kind": "str",
    "posts": "int64",
    "with_counts": "int64",
    "answered": "int64",
    "replies": "float64",
    "reposts": "float64",
    "likes": "float64",
    "quotes": "float64",
    "interactions": "float64",
    "negative": "int64",
    "neutral": "int64",
    "positive": "int64",
}

#: One row a day and language that occurs, of own posts; what is stored at import.
TONES: Mapping[str, str] = {
    "day": "datetime64[us]",
    "language": "str",
    "posts": "int64",
    "negative": "int64",
    "neutral": "int64",
    "positive": "int64",
}

_COUNTED = ("created_at", "kind", *RESPONSES)  # texts and labels are not copied to count posts
_WEEK = pd.Timedelta(days=7)
_INSTANT = pd.Timedelta(1, unit="us")
_MIN_WEEKS_FOR_SPREAD = 4
#: How pandas calls a unit; a week ends on Sunday.
FREQUENCY: Mapping[Unit, str] = {"day": "D", "week": "W-SUN", "month": "M"}


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


def local_day(instant: datetime, time_zone: str) -> date:
    """The day of an aware instant on the calendar of a time zone."""
    return pd.Timestamp(instant).tz_convert(time_zone).date()


def midnight(day: date, time_zone: str) -> pd.Timestamp:
    """When a local day begins, in UTC; it may have 23 or 25 hours."""
    return pd.Timestamp(datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone)).astimezone(UTC))


def period_bounds(
    posts: pd.DataFrame, period: str, *, as_of: datetime, time_zone: str
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First instant of a period, and the first instant after it.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`; read for ``"all"`` only, which starts with the day of the first post.
    period : str
        One of `PERIODS`.
    as_of : datetime
        "Now", aware: the local day of the instant before it is the last of the period.
    time_zone : str
        IANA name. A period is made of whole local days, so that whatever is counted of it is counted of the same posts.

    Returns
    -------
    start, end : Timestamp
        UTC, half-open: `end` is outside. Equal where ``"all"`` finds no post.

    Raises
    ------
    KeyError
        If there is no such period.
    TypeError
        If `as_of` has no time zone.
    """
    tomorrow = local_day(pd.Timestamp(as_of) - _INSTANT, time_zone) + timedelta(days=1)
    end = midnight(tomorrow, time_zone)
    days = PERIODS[period]
    if days is not None:
        return midnight(tomorrow - timedelta(days=days), time_zone), end
    first = posts["created_at"].min()
    return (end if pd.isna(first) or first >= end else midnight(local_day(first, time_zone), time_zone)), end


def within(posts: pd.DataFrame, start: datetime, end: datetime) -> pd.DataFrame:
    """The posts of ``start <= created_at < end``, both aware."""
    return posts[(posts["created_at"] >= start) & (posts["created_at"] < end)]


def own(posts: pd.DataFrame) -> pd.DataFrame:
    """The account's own posts and replies: without reposts, whose text and counts are somebody else's."""
    return posts[posts["kind"] != "repost"]


def has_counts(posts: pd.DataFrame) -> pd.Series[bool]:
    """Whether the service tells at least one of replies, reposts, likes and quotes of a post."""
    return posts[list(RESPONSES)].notna().any(axis=1)


def answered(posts: pd.DataFrame) -> pd.Series[bool]:
    """Whether a post got at least one reply, repost, like or quote that the service tells of."""
    return (posts[list(RESPONSES)] > 0).any(axis=1)


def interactions(posts: pd.DataFrame) -> pd.Series[float]:
    """Sum of what is told of replies, reposts, likes and quotes of a post; NaN where nothing is told."""
    return posts[list(RESPONSES)].sum(axis=1, min_count=1)


def figures(posts: pd.DataFrame, *, period: str, as_of: datetime, time_zone: str) -> Figures:
    """The figures of a period, each with what it rests on.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`: all that is known of the account, also from before the period.
    period : str
        One of `PERIODS`.
    as_of : datetime
        "Now", aware. For the period before, give the start of this one.
    time_zone : str
        IANA name: whose days a period is made of.

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
    - The dispersion of posts a week is :math:`\\phi = \\max(1, s^2 / \\bar x)`, variance over mean of whole weeks,
      counted back from the end; 1 below four weeks.

    The newest posts have had little time to be answered; a short period's rates read a little low.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    .. [2] McCullagh, P. & Nelder, J. A. (1989). Generalized linear models, 2nd ed., chapter 6. Chapman and Hall.
    .. [3] Barabasi, A.-L. (2005). The origin of bursts and heavy tails in human dynamics. Nature 435, 207-211.
    """
    start, end = period_bounds(posts, period, as_of=as_of, time_zone=time_zone)
    created, now = posts["created_at"], pd.Timestamp(as_of)
    in_period = within(posts[[*_COUNTED]], start, end)
    mine = own(in_period)
    return Figures(
        posts=len(mine),
        reposts=len(in_period) - len(mine),
        posts_per_week=_posts_per_week(mine, known_since=created[created < end].min(), start=start, end=now),
        response_rate=_of_posts(mine, rate(int(answered(mine).sum()), int(has_counts(mine).sum()))),
        reply_rate=_of_posts(mine, rate(int((mine["replies"] > 0).sum()), int(mine["replies"].count()))),
        median_interactions=_of_posts(mine, median(interactions(mine))),
    )


def _of_posts(posts: pd.DataFrame, estimate: Estimate) -> Estimate:
    return undefined(NO_POSTS) if posts.empty else estimate


def _posts_per_week(
    posts: pd.DataFrame, *, known_since: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp
) -> Estimate:
    if pd.isna(known_since):
        return undefined(NO_POSTS)
    n = len(posts)
    weeks = (end - max(start, known_since)) / _WEEK
    if weeks < 1 or (n < 2 and known_since >= start):
        return undefined(TOO_FEW, n=n)
    low, high = count_interval(n, dispersion=_dispersion(posts, end=end, weeks=int(weeks)))
    return Estimate(n / weeks, low / weeks, high / weeks, n, few=weeks < _MIN_WEEKS_FOR_SPREAD)


def _dispersion(posts: pd.DataFrame, *, end: pd.Timestamp, weeks: int) -> float:
    if weeks < _MIN_WEEKS_FOR_SPREAD or posts.empty:
        return 1.0
    week = (end - _INSTANT - posts["created_at"]).dt.days.to_numpy() // 7
    counts = np.bincount(week.clip(min=0), minlength=weeks)[:weeks]
    return max(1.0, float(counts.var(ddof=1) / counts.mean())) if counts.any() else 1.0


def local_time(posts: pd.DataFrame, time_zone: str) -> pd.Series[pd.Timestamp]:
    """Wall-clock time of each post, without zone."""
    local: pd.Series[pd.Timestamp] = posts["created_at"].dt.tz_convert(time_zone).dt.tz_localize(None)
    return local


def daily(posts: pd.DataFrame, *, time_zone: str) -> pd.DataFrame:
    """Sums by local day and kind of post.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.
    time_zone : str
        IANA name, such as ``"Europe/Berlin"``; a day runs from local midnight to local midnight.

    Returns
    -------
    DataFrame
        As `DAILY`, one row a day and kind that occurs, in order of time. ``with_counts``: posts for which the service
        tells at least one of replies, reposts, likes, quotes; ``answered``: those of them with at least one. Sums of
        counts are NaN where nothing is told, and for reposts: what a repost counts is its author's. ``negative``,
        ``neutral``, ``positive``: posts with that label; the rest is not assessed.

    Raises
    ------
    zoneinfo.ZoneInfoNotFoundError
        If there is no such time zone.

    Notes
    -----
    With :math:`P_{dk}` the posts of local day d and kind k, and :math:`x_i` one of the counts of post i where it is
    told: :math:`\\sum_{i \\in P_{dk}} x_i`. The day of a clock change has 23 or 25 hours and is a day like others.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    """
    # Words that repeat are compared once each, not once a post.
    kind, label = posts["kind"].astype("category"), posts["label"].astype("category")
    counts = posts[list(RESPONSES)].where(kind != "repost")
    by_post = pd.DataFrame(
        {
            "day": local_time(posts, time_zone).dt.normalize(),
            "kind": kind,
            "posts": 1,
            "with_counts": has_counts(counts).astype("int64"),
            "answered": answered(counts).astype("int64"),
            **{name: counts[name] for name in RESPONSES},
            "interactions": interactions(counts),
            **{name: (label == name).astype("int64") for name in LABELS},
        }
    )
    return check(by_post.groupby(["day", "kind"], observed=True).sum(min_count=1).reset_index(), DAILY)


def tones(posts: pd.DataFrame, *, time_zone: str) -> pd.DataFrame:
    """Own posts and their labels by local day and language.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`, assessed.
    time_zone : str
        IANA name.

    Returns
    -------
    DataFrame
        As `TONES`, one row a day and language that occurs, in order of time. ``language`` is empty where it is not
        known; ``negative``, ``neutral``, ``positive``: posts with that label; the rest is not assessed.

    Notes
    -----
    Days as those of `daily`, so that the same period holds the same posts.

    References
    ----------
    .. [1] Dodds, P. S. et al. (2011). Temporal patterns of happiness and information in a global social network:
       hedonometrics and Twitter. PLoS ONE 6, e26752.
    """
    mine = own(posts)
    label = mine["label"].astype("category")
    by_post = pd.DataFrame(
        {
            "day": local_time(mine, time_zone).dt.normalize(),
            "language": mine["language"].fillna("").astype("category"),
            "posts": 1,
            **{name: (label == name).astype("int64") for name in LABELS},
        }
    )
    sums = by_post.groupby(["day", "language"], observed=True).sum().reset_index()
    return check(sums.astype({"language": "str"}), TONES)


def per_unit(
    daily: pd.DataFrame, unit: Unit, *, start: datetime, end: datetime, as_of: datetime, time_zone: str
) -> pd.DataFrame:
    """Sums by day, week or month, without gaps.

    Parameters
    ----------
    daily : DataFrame
        As `daily` or `tones` gives it.
    unit : {"day", "week", "month"}
        A week runs from Monday.
    start, end : datetime
        Aware bounds of whole local days, such as `period_bounds` gives; half-open.
    as_of : datetime
        "Now", aware: what comes after it is not known yet.
    time_zone : str
        The one that `daily` was made with.

    Returns
    -------
    DataFrame
        Its columns with ``start`` (local date on which the unit begins) in place of ``day``, then ``partial`` (bool).
        One row a unit and kind or language, from the unit of `start` to that of the last instant before `end`. A unit
        without posts has 0 posts; its sums of responses are NaN, as there was nothing to respond to. No rows if `end`
        is not after `start`.

    Notes
    -----
    The sum over the days of a unit: :math:`\\sum_{d \\in u} x_d`. A unit is partial if it begins before `start`, or
    goes on after `end` or `as_of`.

    References
    ----------
    .. [1] ISO 8601-1:2019. Date and time: representations for information interchange. (A week runs from Monday.)
    """
    first, stop, now = (pd.Timestamp(at).tz_convert(time_zone).tz_localize(None) for at in (start, end, as_of))
    first, stop = first.normalize(), stop.normalize()  # a day without midnight begins later
    units = pd.period_range(first, stop - _INSTANT, freq=FREQUENCY[unit])
    units = units if start < end else units[:0]
    rows = daily[(daily["day"] >= first) & (daily["day"] < stop)].drop(columns="day")
    begins = daily.loc[rows.index, "day"].dt.to_period(FREQUENCY[unit]).rename("start")
    key, groups = ("language", daily["language"].unique()) if "language" in daily else ("kind", KINDS)
    grid = pd.MultiIndex.from_product([units, groups], names=["start", key])
    sums = rows.groupby([begins, key]).sum(min_count=1).reindex(grid).reset_index()
    whole = [name for name in daily if daily[name].dtype == "int64"]
    sums = sums.fillna(dict.fromkeys(whole, 0)).astype(dict.fromkeys(whole, "int64"))
    return _with_partial(sums, first, min(stop, now))


def _with_partial(sums: pd.DataFrame, first: pd.Timestamp, stop: pd.Timestamp) -> pd.DataFrame:
    begin = sums["start"].dt.start_time
    following = (sums["start"] + 1).dt.start_time
    partial = (begin < first) | (following - _INSTANT > stop)
    return sums.assign(start=begin.astype("datetime64[us]"), partial=partial)


def responses_by_hour(posts: pd.DataFrame, *, time_zone: str) -> pd.DataFrame:
    """Own posts and replies by local weekday and hour, and how many of them were answered.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.
    time_zone : str
        IANA name. Hours are read off the local clock, summer time included.

    Returns
    -------
    DataFrame, shape (168, 5)
        Columns ``weekday`` (0 is Monday), ``hour`` (0 to 23), ``posts``, ``with_counts``, ``answered`` (int64); 0 where
        there are none.

    Notes
    -----
    For weekday d and hour h: :math:`|\\{i : d_i = d, h_i = h\\}|`, of all own posts, of those told, of those answered.
    The hour that a clock change repeats holds the posts of both; the one that it leaves out has none on that day.

    References
    ----------
    .. [1] Golder, S. A. & Macy, M. W. (2011). Diurnal and seasonal mood vary with work, sleep, and daylength across
       diverse cultures. Science 333, 1878-1881.
    """
    mine = own(posts[[*_COUNTED]])
    local = local_time(mine, time_zone)
    slot = (local.dt.day_of_week * 24 + local.dt.hour).to_numpy()
    weekday, hour = np.divmod(np.arange(168), 24)
    counted = {
        "posts": np.bincount(slot, minlength=168),
        "with_counts": np.bincount(slot[has_counts(mine).to_numpy()], minlength=168),
        "answered": np.bincount(slot[answered(mine).to_numpy()], minlength=168),
    }
    return pd.DataFrame({"weekday": weekday, "hour": hour, **counted})


def top_posts(posts: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """The own posts with the most interactions.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.
    n : int
        How many at most.

    Returns
    -------
    DataFrame
        The columns given and ``interactions``; posts of which nothing is told are left out. Of equals the newer comes
        first, then the smaller ``post``, in whatever order the rows came.

    Notes
    -----
    Ranked by the sum :math:`r + s + l + q` of what is told of replies, reposts, likes and quotes. Sums of posts of
    which the service tells different counts are not quite comparable.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    """
    received = interactions(posts).where(posts["kind"] != "repost")
    top = received >= received.nlargest(n).min()  # without sorting all posts
    ranked = posts[top].assign(interactions=received[top])
    order = ["interactions", "created_at", "post"]
    return ranked.sort_values(order, ascending=[False, False, True]).head(n).reset_index(drop=True)
