"""How an account's audience grew: counts, mutuals, and who came and went, by day."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.frames import check
from analytics.timeline import FREQUENCY, Unit

LISTS: Mapping[str, str] = {"follower": "followers", "friend": "friends"}
COUNTS = ("followers", "friends", "mutuals", "posts")
CHANGED = tuple(f"{change}_{name}" for name in LISTS.values() for change in ("gained", "lost", "gone"))

#: One row a day on which an account was read; what is stored at import.
GROWTH: Mapping[str, str] = {"day": "datetime64[us]", **dict.fromkeys((*COUNTS, *CHANGED), "float64")}


def growth(snapshots: pd.DataFrame, changes: pd.DataFrame, *, mutuals: float) -> pd.DataFrame:
    """Counts by day on which an account was read, and how many came and went since its lists were read before.

    Parameters
    ----------
    snapshots : DataFrame
        As `frames.SNAPSHOTS`, in order of time.
    changes : DataFrame
        As `frames.CHANGES`, in order of time.
    mutuals : float
        How many people are mutuals today; NaN where that is not told, or ties have no direction.

    Returns
    -------
    DataFrame
        As `GROWTH`. ``gained`` and ``lost`` count the people of a list, of those ``gone`` the lost whose account was
        deleted or suspended: NaN on a day on which the list was not compared, ``gone`` also if somebody was lost whose
        reason is not told. Whoever came on a day on which the list was read in part is counted with the next
        comparison. ``mutuals`` are NaN unless both lists were compared.

    Notes
    -----
    Mutuals are told for today. Of each earlier day d, :math:`m_d = m - \\sum_{c > d} s_c`, where a change c after d has
    the step :math:`s_c = 1` if its person came to one list and is on the other, -1 if they went from one and are on the
    other, else 0. The first reading of all counts as compared if the second is: it is what that was compared with.

    Without snapshots there are no rows.

    References
    ----------
    .. [1] Kivran-Swaine, F., Govindan, P. & Naaman, M. (2011). The impact of network structure on breaking ties in
       online social networks: unfollowing on Twitter. Proc. CHI 2011, 1101-1104.
    """
    days = pd.DatetimeIndex(snapshots["day"])
    found = snapshots.assign(mutuals=_mutuals(snapshots, changes, today=mutuals)).set_index("day")
    for relation, name in LISTS.items():
        compared = found[f"{name}_compared"]
        of_list = _counted_on(changes[changes["relation"] == relation], days[compared])
        lost = of_list[of_list["change"] == "lost"]
        counted = {
            "gained": of_list[of_list["change"] == "gained"],
            "lost": lost,
            "gone": lost[lost["reason"] == "gone"],
        }
        for change, rows in counted.items():
            by_day = rows.groupby("day").size().reindex(days, fill_value=0)
            found[f"{change}_{name}"] = by_day.astype("float64").where(compared)
        untold = days.isin(lost.loc[lost["reason"].isna(), "day"])
        found[f"gone_{name}"] = found[f"gone_{name}"].mask(untold)
    return check(found.reset_index(), GROWTH)


def _counted_on(changes: pd.DataFrame, compared: pd.DatetimeIndex) -> pd.DataFrame:
    """The changes with the first day since theirs on which the list was compared; without those of which none is."""
    place = compared.searchsorted(changes["day"])
    told = place < len(compared)
    return changes[told].assign(day=compared[place[told]])


def _mutuals(snapshots: pd.DataFrame, changes: pd.DataFrame, *, today: float) -> pd.Series[float]:
    both = snapshots["followers_compared"] & snapshots["friends_compared"]
    told = both.copy()
    told.iloc[:1] = both.iloc[:2].any()
    steps = changes.assign(step=_steps(changes)).groupby("day")["step"].sum()
    until = np.concatenate([[0.0], steps.cumsum()])
    place = np.searchsorted(steps.index, snapshots["day"], side="right")
    return pd.Series(today - (until[-1] - until[place]), index=snapshots.index).where(told)


def _steps(changes: pd.DataFrame) -> pd.Series[float]:
    """By how many each change made the mutuals more: of a person on the other list one more, or one less."""
    came = changes["change"] == "gained"
    step = pd.Series(0.0, index=changes.index)
    for relation, other in (("follower", "friend"), ("friend", "follower")):
        of_other = changes["relation"] == other
        after = came.where(of_other).astype("float64")  # whether they are on the other list, where a change tells it
        before = (~came).where(of_other).astype("float64")
        by_person = changes["person"]
        there = after.groupby(by_person).ffill().fillna(before.groupby(by_person).bfill())
        there = there.fillna(changes[f"is_{other}"].astype("float64"))
        step = step.where(changes["relation"] != relation, there * np.where(came, 1.0, -1.0))
    return step


def per_unit(daily: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """The growth by day, week or month in which the account was read.

    Parameters
    ----------
    daily : DataFrame
        As `growth` gives it.
    unit : {"day", "week", "month"}
        A week runs from Monday.

    Returns
    -------
    DataFrame
        As `GROWTH`, with the first day of the unit. Counts are the last ones told in the unit; of those who came and
        went the sum over the days on which it is told, NaN without such a day. ``gone`` is NaN too if it is not told
        of all days on which ``lost`` is.

    Notes
    -----
    The sum over the days of a unit: :math:`\\sum_{d \\in u} x_d`. Whoever came or went since the last comparison of a
    unit is in the next unit's.

    References
    ----------
    .. [1] ISO 8601-1:2019. Date and time: representations for information interchange. (A week runs from Monday.)
    """
    begins = daily["day"].dt.to_period(FREQUENCY[unit]).dt.start_time.astype(GROWTH["day"])
    units = daily.drop(columns="day").groupby(begins)
    sums = units[list(CHANGED)].sum(min_count=1)
    for name in LISTS.values():
        untold = daily[f"lost_{name}"].notna() & daily[f"gone_{name}"].isna()
        sums[f"gone_{name}"] = sums[f"gone_{name}"].mask(untold.groupby(begins).any())
    return check(units[list(COUNTS)].last().join(sums).reset_index(), GROWTH)
