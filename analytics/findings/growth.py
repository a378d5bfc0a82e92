"""What may be said of who came and went: a change of the pace, and a day that stands out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from analytics.findings.candidates import MOST_STRETCHES, Candidate, rose_or_fell, width_of
from analytics.significance import peak, step
from analytics.uncertainty import FEW

_YEAR = pd.Timedelta(days=365)
_BURST = 7  # days before and after one that stands out


def of_growth(daily: pd.DataFrame, *, start: date, stop: date, who: str = "followers") -> list[Candidate]:
    """What may be said of who came to a list and went from it.

    Parameters
    ----------
    daily : DataFrame
        As `growth.growth` gives it, also of days before.
    start, stop : date
        The days of the period; `stop` is outside.
    who : str
        ``"followers"`` or ``"friends"``.

    Returns
    -------
    list of Candidate
        None where less than `FEW` people are compared, or `FEW` days for one that stands out.

    Notes
    -----
    Only days between two readings of the whole list are counted, the first of which is known. A change of how many are
    gained, or lost, a day is held against how the account rises and falls by itself, as that of posts is: in stretches
    of a week to a month with n people in t days, as :math:`\\sqrt{(n + 3/8) / t}`, see `significance.step`. It is told
    only where the days before are known; readings that are further apart than a stretch are left out.

    A day on which, and on the day before, the list was read stands out among those of the last year or, if that is
    longer, of the period, without the week before and after: see `significance.peak`.

    References
    ----------
    .. [1] Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial data. Biometrika 35,
       246-254.
    """
    compared = daily[daily[f"gained_{who}"].notna()]
    known = pd.DataFrame(
        {
            "day": compared["day"],
            "days": compared["day"].diff().dt.days,  # the first was compared with a reading of which no day is told
            "back": (pd.Timestamp(stop) - compared["day"]).dt.days - 1,
        }
    )
    since = min(pd.Timestamp(start), pd.Timestamp(stop) - _YEAR)
    found = []
    for change in ("gained", "lost"):
        counts = known.assign(people=compared[f"{change}_{who}"]).dropna()
        counts = counts[counts["back"] >= 0]
        found += [*_pace(counts, f"{who.capitalize()} {change}", (stop - start).days)]
        found += [*_day(counts[counts["day"] >= since], f"{who} were {change}", start)]
    return found


def _pace(counts: pd.DataFrame, what: str, days: int) -> Iterator[Candidate]:
    """More or fewer people a day than in the period before."""
    width = width_of(days)
    length = days / width
    kept = counts[counts["days"] <= length]
    if kept.empty or (kept["back"] + kept["days"]).max() < 2 * days:
        return
    stretch = (kept["back"] // length).astype("int64").to_numpy()
    people, told = (np.bincount(stretch, kept[name], 2 * width)[:MOST_STRETCHES] for name in ("people", "days"))
    now, then = slice(width), slice(width, 2 * width)
    came, before = people[now].sum(), people[then].sum()
    if came + before < FEW or not (told[now].any() and told[then].any()):
        return
    covered = np.where(told > 0, told, np.nan)
    found = step(np.sqrt((people + 3 / 8) / covered), 1 / (4 * covered), width=width)
    rate, earlier = came / told[now].sum(), before / told[then].sum()
    yield Candidate(
        found.p_of(rate - earlier),
        f"{what} a day {rose_or_fell(rate, earlier)} from {earlier:.1f} to {rate:.1f} against the {days} days before "
        f"({came:,.0f} in {told[now].sum():.0f} days now, {before:,.0f} in {told[then].sum():.0f} then).",
        "growth",
    )


def _day(counts: pd.DataFrame, what: str, start: date) -> Iterator[Candidate]:
    """The day with the most people, if it is one of the period."""
    single = counts[counts["days"] == 1].reset_index(drop=True)
    if single["people"].sum() < FEW:
        return
    found = peak(single["people"], single["back"], near=_BURST)
    day, most = single["day"][found.place], single["people"][found.place]
    others = single.loc[(single["back"] - single["back"][found.place]).abs() > _BURST, "people"]
    if day >= pd.Timestamp(start) and len(others):
        yield Candidate(
            found.p,
            f"On {day.day} {day:%B %Y} {most:,.0f} {what}; on the {len(others)} days that are more than a week away "
            f"{others.mean():.1f} a day, {others.max():,.0f} at most.",
            "growth",
        )
