"""How good labels and probabilities are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

BINS = 10


@dataclass(frozen=True)
class Quality:
    """Figures of one set; `error` is the expected calibration error."""

    posts: int
    recall: float
    f1: float
    error: float


def quality(labels: Labels, shares: Floats) -> Quality:
    """Figures of probabilities, one row a post, against the labels."""
    found = shares.argmax(axis=1)
    return Quality(len(labels), macro_recall(labels, found), macro_f1(labels, found), calibration_error(labels, shares))


def macro_recall(labels: Labels, found: Labels) -> float:
    """Share of each label's posts that were found, averaged over the labels that occur.

    Returns
    -------
    float
        In [0, 1]; NaN without posts.
    """
    present = np.unique(labels)
    return float(np.mean([(found[labels == label] == label).mean() for label in present])) if len(present) else np.nan


def macro_f1(labels: Labels, found: Labels) -> float:
    """Harmonic mean of precision and recall, averaged over the labels that occur.

    Returns
    -------
    float
        In [0, 1]; NaN without posts.
    """
    present = np.unique(labels)
    both = [
        2 * ((found == label) & (labels == label)).sum() / ((found == label).sum() + (labels == label).sum())
        for label in present
    ]
    return float(np.mean(both)) if len(present) else np.nan


def confusion(labels: Labels, found: Labels) -> Labels:
    """How many posts of each label (rows) were given which (columns): three by three."""
    return np.bincount(labels * 3 + found, minlength=9).reshape(3, 3)


def reliability(labels: Labels, shares: Floats) -> pd.DataFrame:
    """How sure the model was and how often right, by tenths of sureness.

    Returns
    -------
    DataFrame
        Columns ``confidence`` (mean probability of the label given), ``accuracy`` (share that is right), both in
        [0, 1], and ``posts`` (int64). Tenths without posts are left out.
    """
    sure = shares.max(axis=1)
    rows = pd.DataFrame({"confidence": sure, "accuracy": (shares.argmax(axis=1) == labels).astype(float), "posts": 1})
    return (
        rows.groupby(_tenth(sure))
        .agg({"confidence": "mean", "accuracy": "mean", "posts": "sum"})
        .reset_index(drop=True)
    )


def calibration_error(labels: Labels, shares: Floats) -> float:
    """Mean distance of sureness and share right over ten equal bins, weighted by posts.

    Returns
    -------
    float
        In [0, 1]; NaN without posts.

    References
    ----------
    .. [1] Guo, C. et al. (2017). On calibration of modern neural networks. Proc. ICML 70, 1321-1330.
    """
    sure = shares.max(axis=1)
    gaps = np.bincount(_tenth(sure), sure - (shares.argmax(axis=1) == labels), BINS)
    return float(np.abs(gaps).sum() / len(labels)) if len(labels) else np.nan


def _tenth(sure: Floats) -> Labels:
    return np.minimum((sure * BINS).astype(np.int64), BINS - 1)


def diagram(rows: pd.DataFrame) -> str:
    """A reliability diagram as SVG: a dot for each tenth, its area the posts; the line is perfect calibration."""
    size = np.sqrt(rows["posts"] / rows["posts"].max()) * 12
    dots = "".join(
        f'<circle cx="{60 + 300 * x:.1f}" cy="{330 - 300 * y:.1f}" r="{r:.1f}"><title>{n:,} posts</title></circle>'
        for x, y, n, r in zip(rows["confidence"], rows["accuracy"], rows["posts"], size, strict=True)
    )
    ticks = "".join(
        f'<text x="{60 + 300 * t:.0f}" y="350" text-anchor="middle">{t:.1f}</text>'
        f'<text x="52" y="{334 - 300 * t:.0f}" text-anchor="end">{t:.1f}</text>'
        for t in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 385" width="380" height="385" role="img" '
        'font-family="sans-serif" font-size="12">\n'
        "<title>Reliability: probability of the label given, and share of labels that are right</title>\n"
        '<rect width="380" height="385" fill="#fff"/>\n'
        '<path d="M60 30V330H360" fill="none" stroke="#444"/>\n'
        '<path d="M60 330L360 30" stroke="#999" stroke-dasharray="4 4"/>\n'
        f'<g fill="#1f77b4" fill-opacity="0.8">{dots}</g>\n{ticks}\n'
        '<text x="210" y="374" text-anchor="middle">probability of the label given</text>\n'
        '<text transform="translate(16 180) rotate(-90)" text-anchor="middle">share of labels that are right</text>\n'
        "</svg>\n"
    )
