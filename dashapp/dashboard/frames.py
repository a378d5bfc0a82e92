"""Stored frames as the sections want them: never missing, in known shape."""

from __future__ import annotations

import pandas as pd

from .reading import Shown

FIGURES = ["measure", "value", "low", "high", "n", "reason", "few"]


def figures_of(shown: Shown) -> pd.DataFrame:
    """The figures of the period, and the counts of people, which hold for each."""
    people = shown.frames.get("people", pd.DataFrame())
    parts = [part.reindex(columns=FIGURES) for part in (shown.of_period("figures"), people) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=FIGURES)


def findings_of(shown: Shown) -> list[str]:
    """The sentences of the period."""
    frame = shown.frames.get("findings", pd.DataFrame({"sentence": []}))
    if "period" in frame:
        frame = frame[frame["period"] == shown.period]
    return frame["sentence"].tolist()


def slots_of(shown: Shown) -> pd.DataFrame:
    """Posts by weekday and hour."""
    return shown.of_period("rhythm")
