"""Stored frames as the sections want them: never missing, in known shape."""

from __future__ import annotations

import pandas as pd

from .account_view import Shown

FIGURES = ["measure", "value", "low", "high", "n", "reason", "few"]


def figures_of(shown: Shown) -> pd.DataFrame:
    """The figures of the period, and the counts of people, which hold for each."""
    people = shown.frames.get("people", pd.DataFrame())
    if shown.account.mutual_ties and not people.empty:
        people = _with_friends_as_mutuals(people)
    parts = [part.reindex(columns=FIGURES) for part in (shown.of_period("figures"), people) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=FIGURES)


def _with_friends_as_mutuals(people: pd.DataFrame) -> pd.DataFrame:
    """Where people are friends of each other, as many are mutuals, even if the followers are not told."""
    counts = people.set_index("measure")
    columns = ["value", "reason"]
    counts.loc["mutuals", columns] = counts.loc["friends", columns]
    return counts.reset_index()


def findings_of(shown: Shown) -> list[str]:
    """The sentences of the period."""
    frame = shown.frames.get("findings", pd.DataFrame({"sentence": []}))
    if "period" in frame:
        frame = frame[frame["period"] == shown.period]
    return frame["sentence"].tolist()


def slots_of(shown: Shown) -> pd.DataFrame:
    """Posts by weekday and hour."""
    return shown.of_period("rhythm")
