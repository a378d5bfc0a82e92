"""Which follows among people are known: for whom they were read, and whether they were asked of everybody since.

Somebody's follows were read at a moment, `ties_at`; they say whether they go to a person if that person was among those
asked for by then: since `asked_since`. So it is known whether p follows q if :math:`\\text{ties\\_at}_p \\ge
\\text{asked\\_since}_q`. What was never read, or never asked, is NaT.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def follows_known(people: pd.DataFrame) -> pd.Series[bool]:
    """Whether it is known, of all of these people, who of them a person follows.

    Parameters
    ----------
    people : DataFrame
        Columns ``ties_at`` and ``asked_since``, as in `frames.PEOPLE`; the rows of one list.

    Returns
    -------
    Series of bool
        In the order of `people`.

    Examples
    --------
    The first two were asked on the 1st, the third came on the 3rd, and only the second was asked again:

    >>> days = pd.to_datetime(["2026-01-01", "2026-01-03", None])
    >>> came = pd.to_datetime(["2026-01-01", "2026-01-01", "2026-01-03"])
    >>> people = pd.DataFrame({"ties_at": days, "asked_since": came})
    >>> follows_known(people).tolist()
    [False, True, False]
    """
    known: pd.Series[bool] = people["ties_at"] >= people["asked_since"].max(skipna=False)
    return known


def followers_known(people: pd.DataFrame) -> pd.Series[bool]:
    """Whether it is known, of all of these people, who of them follows a person.

    Parameters
    ----------
    people : DataFrame
        As in `follows_known`.

    Returns
    -------
    Series of bool
        In the order of `people`.
    """
    known: pd.Series[bool] = people["asked_since"] <= people["ties_at"].min(skipna=False)
    return known


def mutually_known(people: pd.DataFrame) -> pd.Series[bool]:
    """Who belongs to the largest group in which it is known of everybody whether they follow each other.

    Parameters
    ----------
    people : DataFrame
        As in `follows_known`.

    Returns
    -------
    Series of bool
        In the order of `people`. Of groups of the same size the one that was known last.

    Notes
    -----
    Two people tell of each other if the times from ``asked_since`` to ``ties_at`` of both have a moment in common. Then
    such a group is a clique of an interval graph, and all of its times have a moment in common: the one that lies
    in most of them.

    References
    ----------
    .. [1] Golumbic, M. C. (2004). Algorithmic graph theory and perfect graphs, 2nd ed., section 1.3 and chapter 8.
       Elsevier.
    """
    asked, known = people["asked_since"], people["ties_at"]
    spans: pd.Series[bool] = asked <= known
    if not spans.any():
        return spans
    starts, ends = asked[spans].sort_values(), known[spans].sort_values()
    running = starts.searchsorted(starts, side="right") - ends.searchsorted(starts, side="left")
    moment = starts.iloc[np.flatnonzero(running == running.max())[-1]]
    group: pd.Series[bool] = (asked <= moment) & (known >= moment)
    return group
