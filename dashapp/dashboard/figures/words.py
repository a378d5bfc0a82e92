"""What posts speak of: hashtags and mentions."""

from __future__ import annotations

import pandas as pd

from analytics.uncertainty import FEW

from ..components.numbers import plural
from .certainty import likely_words
from .named_bars import bars_height, named_bars
from .style import Figure, literal

SHOWN = 12


def words(counts: pd.DataFrame, *, name: str, mark: str, theme: str) -> Figure:
    """Bars of the most used; `name` is the column of the words, `mark` stands before each."""
    most_used = counts.head(SHOWN)
    labels = [literal(f"{mark}{word}", longest=24) for word in most_used[name]]
    whole = [literal(f"{mark}{word}") for word in most_used[name]]
    return named_bars(labels, most_used["posts"].tolist(), _hover(most_used, whole), theme=theme)


def words_height(n: int) -> int:
    """Pixels that the bars of so many words need."""
    return bars_height(min(n, SHOWN))


def _hover(most_used: pd.DataFrame, labels: list[str]) -> list[str]:
    lines = [f"{label}: {plural(posts, 'post')}" for label, posts in zip(labels, most_used["posts"], strict=True)]
    if "response_rate" not in most_used:
        return lines
    rates = zip(*(most_used[name] for name in ("response_rate", "with_counts", "ci_low", "ci_high")), strict=True)
    return [line + _answered(*rate) for line, rate in zip(lines, rates, strict=True)]


def _answered(rate: float, n_known: int, low: float, high: float) -> str:
    if pd.isna(rate):
        return ""
    return f"<br>{rate:.0%} of {n_known:,} answered, {likely_words(low, high, few=n_known < FEW)}"
