"""How a share looks that rests on few posts, and what is said of it; the rule is `analytics.uncertainty.FEW`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.uncertainty import FEW

from ..components.numbers import likely

PALE = 0.45
FEW_POSTS = "few posts"
_SMALLEST, _LARGEST = 4, 12  # pixels of a dot


def strength(pale: pd.Series) -> NDArray[np.float64]:
    """The opacity of marks."""
    return np.where(pale, PALE, 1.0)


def sizes(n: pd.Series) -> NDArray[np.float64]:
    """Dots whose area grows with the posts they rest on; as large as they get from four times `FEW` on."""
    grown = _LARGEST * np.sqrt(n.to_numpy(dtype=np.float64, na_value=0) / (4 * FEW))
    return np.clip(grown, _SMALLEST, _LARGEST).round(1)


def likely_words(low: float, high: float, *, few: bool) -> str:
    """The interval of a share, as far as it is told, and that it rests on few."""
    return ", ".join([*([f"likely {likely(low, high)}"] if low == low else []), *([FEW_POSTS] if few else [])])


def hover(shares: pd.DataFrame) -> list[str]:
    """The same as a line of its own, for each mark."""
    rows = zip(shares["ci_low"], shares["ci_high"], shares["few"], strict=True)
    words = [likely_words(low, high, few=few is True) for low, high, few in rows]
    return [f"<br>{each}" if each else "" for each in words]


def faint_remark(few: pd.Series, marks: str) -> str:
    """The sentence below the chart; none where no mark is faint."""
    return f"Faint {marks} rest on fewer than {FEW} posts." if few.any() else ""
