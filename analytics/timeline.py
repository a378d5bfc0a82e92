"""What an account posted when, and what came back: sums by day, from which any days are put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.frames import KINDS, TIME, check

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
    "with_replies": "int64",
    "replied": "int64",
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

#: One row a day and number of interactions that occurs, of own posts; what is stored at import.
RECEIVED: Mapping[str, str] = {"day": "datetime64[us]", "interactions": "float64", "posts": "int64"}

#: One row a day and hour that occurs, of own posts; what is stored at import.
HOURS: Mapping[str, str] = {
    "day": "datetime64[us]",
    "hour": "int64",
    "posts": "int64",
    "with_counts": "int64",
    "answered": "int64",
}

#: One row a post that may be among the top posts of some days; what is stored at import.
BEST: Mapping[str, str] = {"day": "datetime64[us]", "post": "int64", "created_at": TIME, "interactions": "float64"}
MOST_BEST = 10

_COUNTED = ("created_at", "kind", *RESPONSES)  # texts and labels are not copied to count posts
_INSTANT = pd.Timedelta(1, unit="us")
#: How pandas calls a unit; a week ends on Sunday.
FREQUENCY: Mapping[Unit, str] = {"day": "D", "week": "W-SUN", "month": "M"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Whole local days: a period, or any others.

    Attributes
    ----------
    start, end : Timestamp
        UTC, half-open: `end` is outside.
    as_of : Timestamp
        "Now", UTC: what comes after it is not known yet.
    first_at : Timestamp
        When the first known post was made, UTC; NaT without any.
    whole_since : Timestamp
        From then on no post is missing, UTC; NaT without any.
    time_zone : str
        IANA name.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    as_of: pd.Timestamp
    first_at: pd.Timestamp
    whole_since: pd.Timestamp
    time_zone: str

    @property
    def until(self) -> pd.Timestamp:
        """Where what is known of these days ends."""
        return min(self.end, self.as_of)

    @property
    def local(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The first day, and the first one after the last, on the local calendar."""
        first, stop = (at.tz_convert(self.time_zone).tz_localize(None) for at in (self.start, self.end))
        return first.normalize(), stop.normalize()  # a day without midnight begins later

    def before(self) -> Days:
        """As many days, just before these."""
        first, stop = self.local
        return replace(self, start=midnight((first - (stop - first)).date(), self.time_zone), end=self.start)

    @property
    def is_whole_before(self) -> bool:
        """Whether no post is missing of as many days just before these."""
        return bool(self.whole_since <= self.before().start and self.start < self.until)

    def of(self, by_day: pd.DataFrame) -> pd.DataFrame:
        """The rows of these days of a frame that has a column ``day``."""
        first, stop = self.local
        return by_day[(by_day["day"] >= first) & (by_day["day"] < stop)]


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


def period_days(
    posts: pd.DataFrame, period: str, *, as_of: datetime, time_zone: str, whole_since: datetime | None = None
) -> Days:
    """The days of a period, with what is known of them; without `whole_since` no post is missing since the first."""
    start, end = period_bounds(posts, period, as_of=as_of, time_zone=time_zone)
    first = posts["created_at"].min()
    whole = first if whole_since is None else pd.Timestamp(whole_since)
    return Days(start=start, end=end, as_of=pd.Timestamp(as_of), first_at=first, whole_since=whole, time_zone=time_zone)


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
        tells at least one of replies, reposts, likes, quotes; ``answered``: those of them with at least one;
        ``with_replies``, ``replied``: the same of replies alone. Sums of counts are NaN where nothing is told, and for
        reposts: what a repost counts is its author's. ``negative``, ``neutral``, ``positive``: posts with that label;
        the rest is not assessed.

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
            "with_replies": counts["replies"].notna().astype("int64"),
            "replied": (counts["replies"] > 0).astype("int64"),
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
    begin, following = units.start_time, (units + 1).start_time
    key = "language" if "language" in daily else "kind"
    groups = pd.Index(daily[key].unique() if key == "language" else KINDS)
    of_group = groups.get_indexer(pd.Index(daily[key]))
    inside = ((daily["day"] >= first) & (daily["day"] < stop)).to_numpy() & (of_group >= 0) & (start < end)
    of_unit = begin.searchsorted(daily["day"].to_numpy()[inside], side="right") - 1
    places = of_unit * len(groups) + of_group[inside]
    n_rows = len(units) * len(groups)
    sums = {
        name: _summed(column.to_numpy()[inside], places, n_rows)
        for name, column in daily.drop(columns=["day", key]).items()
    }
    partial = (begin < first) | (following - _INSTANT > min(stop, now))
    return pd.DataFrame(
        {
            "start": begin.astype("datetime64[us]").repeat(len(groups)),
            key: groups.take(np.tile(np.arange(len(groups)), len(units))),
            **sums,
            "partial": partial.repeat(len(groups)),
        }
    )


def _summed(values: NDArray[Any], places: NDArray[np.int64], n: int) -> NDArray[Any]:
    """The sum at each of n places; of whole numbers 0, of others NaN where there is nothing to sum."""
    if values.dtype == np.int64:
        whole = np.zeros(n, dtype=np.int64)
        np.add.at(whole, places, values)
        return whole
    known = ~np.isnan(values)
    sums = np.bincount(places[known], values[known], minlength=n)
    return np.where(np.bincount(places[known], minlength=n) > 0, sums, np.nan)


def received(posts: pd.DataFrame, *, time_zone: str) -> pd.DataFrame:
    """How many own posts of a local day got how many interactions.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.
    time_zone : str
        IANA name.

    Returns
    -------
    DataFrame
        As `RECEIVED`, in order; posts of which nothing is told are left out.

    Notes
    -----
    Of day d and x interactions :math:`|\\{i : d_i = d, x_i = x\\}|`: from these the median of any days is exact.

    References
    ----------
    .. [1] Conover, W. J. (1999). Practical nonparametric statistics, 3rd ed., section 3.2. Wiley.
    """
    mine = own(posts[[*_COUNTED]])
    by_post = pd.DataFrame(
        {"day": local_time(mine, time_zone).dt.normalize(), "interactions": interactions(mine), "posts": 1}
    )
    return check(by_post.groupby(["day", "interactions"]).sum().reset_index(), RECEIVED)


def hours(posts: pd.DataFrame, *, time_zone: str) -> pd.DataFrame:
    """Own posts and replies by local day and hour, and how many of them were answered.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.
    time_zone : str
        IANA name. Hours are read off the local clock, summer time included.

    Returns
    -------
    DataFrame
        As `HOURS`, in order of time; ``with_counts`` and ``answered`` as those of `daily`.

    Notes
    -----
    Of day d and hour h :math:`|\\{i : d_i = d, h_i = h\\}|`. The hour that a clock change repeats holds the posts of
    both; the one that it leaves out has none.

    References
    ----------
    .. [1] Golder, S. A. & Macy, M. W. (2011). Diurnal and seasonal mood vary with work, sleep, and daylength across
       diverse cultures. Science 333, 1878-1881.
    """
    mine = own(posts[[*_COUNTED]])
    local = local_time(mine, time_zone)
    by_post = pd.DataFrame(
        {
            "day": local.dt.normalize(),
            "hour": local.dt.hour,
            "posts": 1,
            "with_counts": has_counts(mine).astype("int64"),
            "answered": answered(mine).astype("int64"),
        }
    )
    return check(by_post.groupby(["day", "hour"]).sum().reset_index(), HOURS)


def responses_by_hour(hours: pd.DataFrame) -> pd.DataFrame:
    """Own posts and replies by local weekday and hour, and how many of them were answered.

    Parameters
    ----------
    hours : DataFrame
        As `hours` gives it, of the days that count.

    Returns
    -------
    DataFrame, shape (168, 5)
        Columns ``weekday`` (0 is Monday), ``hour`` (0 to 23), ``posts``, ``with_counts``, ``answered`` (int64); 0 where
        there are none.

    Notes
    -----
    For weekday w and hour h: :math:`\\sum_{d : w_d = w} x_{dh}`, of all own posts, of those told, of those answered.

    References
    ----------
    .. [1] Golder, S. A. & Macy, M. W. (2011). Diurnal and seasonal mood vary with work, sleep, and daylength across
       diverse cultures. Science 333, 1878-1881.
    """
    slot = (hours["day"].dt.day_of_week * 24 + hours["hour"]).to_numpy()
    weekday, hour = np.divmod(np.arange(168), 24)
    slots = pd.DataFrame({"weekday": weekday, "hour": hour})
    counted = ("posts", "with_counts", "answered")
    sums = {name: np.bincount(slot, hours[name].to_numpy(), minlength=168).astype("int64") for name in counted}
    return slots.assign(**sums)


def best_posts(posts: pd.DataFrame, *, time_zone: str) -> pd.DataFrame:
    """The own posts with the most interactions of each local day: the top posts of any days are among them.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.
    time_zone : str
        IANA name.

    Returns
    -------
    DataFrame
        As `BEST`, up to `MOST_BEST` rows a day; posts of which nothing is told are left out.

    Notes
    -----
    Ranked as by `top_posts`. A post among the first n of some days is among the first n of its own day.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    """
    mine = own(posts[["post", *_COUNTED]])
    day = local_time(mine, time_zone).dt.normalize()
    told = mine.assign(day=day, interactions=interactions(mine)).dropna(subset="interactions")
    ranked = told.sort_values(_RANKING, ascending=_ASCENDING)
    return check(ranked.groupby("day").head(MOST_BEST).reset_index(drop=True), BEST)


def top_posts(best: pd.DataFrame, n: int = MOST_BEST) -> pd.DataFrame:
    """The own posts with the most interactions.

    Parameters
    ----------
    best : DataFrame
        As `best_posts` gives it, of the days that count.
    n : int
        How many, `MOST_BEST` at most.

    Returns
    -------
    DataFrame
        Its rows, the first `n` in order. Of equals the newer comes first, then the smaller ``post``, in whatever order
        the rows came.

    Notes
    -----
    Ranked by the sum :math:`r + s + l + q` of what is told of replies, reposts, likes and quotes. Sums of posts of
    which the service tells different counts are not quite comparable.

    References
    ----------
    .. [1] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    """
    return best.sort_values(_RANKING, ascending=_ASCENDING).head(n).reset_index(drop=True)


_RANKING, _ASCENDING = ["interactions", "created_at", "post"], [False, False, True]

#: The frames that an import stores, each made of all posts: from their rows of some days, what is told of these days is
#: put together.
BY_DAY: Mapping[str, Callable[..., pd.DataFrame]] = {
    "daily": daily,
    "tones": tones,
    "received": received,
    "hours": hours,
    "best_posts": best_posts,
}
