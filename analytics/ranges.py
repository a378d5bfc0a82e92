"""What is told of any days, put together from what is stored by day: periods are ranges like others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from analytics.figures import figure_rows
from analytics.frames import KINDS
from analytics.timeline import FREQUENCY, Days, Unit, responses_by_hour, top_posts

#: of each frame, those of `timeline.BY_DAY` that it is made of, and how
FROM_DAYS: Mapping[str, tuple[tuple[str, ...], Callable[..., pd.DataFrame]]] = {
    "figures": (("daily", "received"), figure_rows),
    "rhythm": (("hours",), lambda hours, days: responses_by_hour(days.of(hours))),
    "top_posts": (("best_posts",), lambda best, days: top_posts(days.of(best))[["post", "interactions"]]),
}
_STEP: Mapping[Unit, pd.DateOffset] = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(days=7),
    "month": pd.DateOffset(months=1),
}


def of_days(
    by_day: Mapping[str, pd.DataFrame], days: Days, names: Iterable[str] = FROM_DAYS
) -> dict[str, pd.DataFrame]:
    """The frames of some days.

    Parameters
    ----------
    by_day : mapping of str to DataFrame
        Frames of all posts as `timeline.BY_DAY` makes them; those that the wanted ones are made of.
    days : Days
        A period, or any others.
    names : iterable of str
        The wanted ones of `FROM_DAYS`.

    Returns
    -------
    dict of str to DataFrame
        The wanted frames.
    """
    made = {name: FROM_DAYS[name] for name in names}
    return {name: make(*(by_day[of] for of in sources), days) for name, (sources, make) in made.items()}


def posts_before(daily: pd.DataFrame, units: pd.DataFrame, days: Days) -> pd.Series[float]:
    """How many posts stood at the same place of as many days before.

    Parameters
    ----------
    daily : DataFrame
        As `timeline.daily` gives it of all posts.
    units : DataFrame
        As `timeline.per_unit` gives it of these days.
    days : Days
        The period.

    Returns
    -------
    Series of float64
        One number a row of `units`: posts of its kind on the days before that lie as far from their first one as those
        of its unit lie from theirs. NaN where the days before are not whole in the data.

    Notes
    -----
    With s days in the period, the posts of kind k on the days of unit u, each s days earlier:
    :math:`\\sum_{d \\in u} x_{k, d - s}`.

    References
    ----------
    .. [1] Cleveland, W. S. (1993). Visualizing Data, chapter 4. Hobart Press. (Series are superposed on one scale.)
    """
    if not days.is_whole_before:
        return pd.Series(np.nan, index=units.index)
    before = days.before()
    rows = before.of(daily)
    shifted = rows["day"] + (days.local[0] - before.local[0])
    unit = np.searchsorted(units["start"].unique(), shifted, side="right") - 1
    kind = pd.Index(KINDS).get_indexer(pd.Index(rows["kind"]))
    sums = np.bincount(unit * len(KINDS) + kind, rows["posts"], minlength=len(units))
    return pd.Series(sums, index=units.index)


def overlaid(
    daily: pd.DataFrame, days: Days, other_daily: pd.DataFrame, other: Days, unit: Unit, *, by_date: bool
) -> pd.DataFrame:
    """Posts of two ranges of days on one axis.

    Parameters
    ----------
    daily, other_daily : DataFrame
        As `timeline.daily` gives it of all posts of either account.
    days, other : Days
        The two ranges.
    unit : {"day", "week", "month"}
        How long a stretch is.
    by_date : bool
        Whether both are the same days.

    Returns
    -------
    DataFrame
        One row a stretch. ``left_start``, ``left_posts``, ``right_start``, ``right_posts``: its first local day in
        either range, and the posts of all kinds; NaT and NaN behind the end of the shorter one. Posts are NaN before
        the first known one, and after the data.

    Notes
    -----
    If both are the same days, stretches are those of the calendar, as in `timeline.per_unit`; else each range is cut
    from its own first day on, so that the n-th stretch of one lies beside the n-th of the other. The posts of a stretch
    u are :math:`\\sum_{d \\in u} x_d`.

    References
    ----------
    .. [1] Cleveland, W. S. (1993). Visualizing Data, chapter 4. Hobart Press. (Series are superposed on one scale.)
    """
    left = _stretches(daily, days, unit, by_date=by_date).add_prefix("left_")
    right = _stretches(other_daily, other, unit, by_date=by_date).add_prefix("right_")
    return pd.concat([left, right], axis=1)


def _stretches(daily: pd.DataFrame, days: Days, unit: Unit, *, by_date: bool) -> pd.DataFrame:
    first, stop = days.local
    if by_date:
        begins = pd.period_range(first, stop - pd.Timedelta(days=1), freq=FREQUENCY[unit]).start_time
    else:
        step, most = _STEP[unit], (stop - first).days
        # each from the first day: a date_range adds months to the one before, and stays on the 28th after February
        begins = pd.DatetimeIndex([at for n in range(most) if (at := first + n * step) < stop])
    rows = days.of(daily)
    place = np.searchsorted(begins, rows["day"], side="right") - 1
    posts = np.bincount(place, rows["posts"], minlength=len(begins))
    ends = begins[1:].append(pd.DatetimeIndex([stop]))[: len(begins)]
    known, last = (at.tz_convert(days.time_zone).tz_localize(None) for at in (days.first_at, days.until))
    return pd.DataFrame({"start": begins, "posts": np.where((ends > known) & (begins < last), posts, np.nan)})
