"""Who came and who went between two imports, and how counts changed from day to day."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pandas as pd

from analytics.uncertainty import TOO_FEW, Estimate, rate, undefined


@dataclass(frozen=True, eq=False)
class Change:
    """Persons who are new, gone and still there.

    Attributes
    ----------
    gained, lost, kept : Index of int64
        Named ``person``, ascending.
    """

    gained: pd.Index[int]
    lost: pd.Index[int]
    kept: pd.Index[int]


def gained_lost(before: pd.Index[int] | AbstractSet[int], after: pd.Index[int] | AbstractSet[int]) -> Change:
    """Who came and who went between two full readings of the same list.

    Parameters
    ----------
    before, after : Index or set of int
        Persons of the earlier and the later reading. Both must be complete: in a partial reading nobody is lost.

    Returns
    -------
    Change

    Notes
    -----
    With B before and A after: gained :math:`A \\setminus B`, lost :math:`B \\setminus A`, kept :math:`A \\cap B`.

    References
    ----------
    .. [1] Kwak, H., Chun, H. & Moon, S. (2011). Fragile online relationship: a first look at unfollow dynamics in
       Twitter. Proc. CHI, 1091-1100.

    Examples
    --------
    >>> change = gained_lost({1, 2, 3}, {2, 3, 4})
    >>> change.gained.tolist(), change.lost.tolist()
    ([4], [1])
    """
    then, now = _persons(before), _persons(after)
    return Change(gained=now.difference(then), lost=then.difference(now), kept=then.intersection(now))


def _persons(people: pd.Index[int] | AbstractSet[int]) -> pd.Index[int]:
    return pd.Index(list(people), dtype="int64", name="person").unique().sort_values()


def churn_rate(change: Change) -> Estimate:
    """Share of the earlier persons who left.

    Parameters
    ----------
    change : Change
        As `gained_lost` gives it.

    Returns
    -------
    Estimate
        Lost over all who were there before, in [0, 1], with its Wilson interval; `n` those who were there before.
        Undefined (``"too few"``) if there was nobody; `few` below 20.

    Notes
    -----
    With B before and A after: :math:`|B \\setminus A| / |B|`.

    References
    ----------
    .. [1] Kwak, H., Chun, H. & Moon, S. (2011). Fragile online relationship: a first look at unfollow dynamics in
       Twitter. Proc. CHI, 1091-1100.
    """
    n_before = len(change.lost) + len(change.kept)
    return rate(len(change.lost), n_before) if n_before else undefined(TOO_FEW)


def daily_change(snapshots: pd.DataFrame) -> pd.DataFrame:
    """How the counts of an account changed since the snapshot before.

    Parameters
    ----------
    snapshots : DataFrame
        As `frames.SNAPSHOTS`, one row a day, in any order.

    Returns
    -------
    DataFrame
        Columns ``day``, ``days`` (since the snapshot before, float64), ``followers``, ``friends``, ``posts`` (float64:
        the change over these days, not a day's mean), in order of time. NaN in the first row, and where one of the two
        snapshots does not tell.

    Notes
    -----
    With :math:`x_i` the count of the i-th snapshot: :math:`x_i - x_{i-1}`. Who came and left between the two is not in
    it, see `gained_lost`.
    """
    ordered = snapshots.sort_values("day", ignore_index=True)
    changes: pd.DataFrame = ordered[["followers", "friends", "posts"]].diff()
    changes.insert(0, "day", ordered["day"])
    changes.insert(1, "days", ordered["day"].diff().dt.days.astype("float64"))
    return changes
