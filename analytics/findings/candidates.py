"""What could be said, and which of it is: all that stands on a page is judged together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from analytics.significance import fisher, holm
from analytics.uncertainty import FEW

#: How often a page may say anything of an account of which there is nothing to say; an account has four periods.
LEVEL = 0.005
MAX_FINDINGS = 7
#: Cohen's h from which on two shares are said to differ: of many people also what nobody would notice is no chance
LEAST_DIFFERENCE = 0.2
MOST_STRETCHES = 40  # what an account was like long ago tells nothing of how it drifts today


Key = TypeVar("Key")
Section = Literal["timeline", "rhythm", "sentiment", "growth", "audience", "graph", "where", "accounts"]


class Candidate(NamedTuple):
    """What could be said.

    Attributes
    ----------
    p : float
        How probable such a difference were if there is none; may exceed 1.
    sentence : str
        With its numbers, what they rest on, and what they are compared with.
    section : Section
        Which chart or part of a page shows them.
    """

    p: float
    sentence: str
    section: Section


class Share(NamedTuple):
    """`part` of `whole`."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{100 * self.value:.0f}%"

    @property
    def value(self) -> float:
        """In [0, 1]."""
        return self.part / self.whole

    @property
    def counted(self) -> str:
        """The share with its numbers."""
        return f"{self} ({self.part:,} of {self.whole:,})"


def telling(candidates: Iterable[Candidate]) -> list[Candidate]:
    """What is said of all that a page could say.

    Parameters
    ----------
    candidates : iterable of Candidate
        All of the page.

    Returns
    -------
    list of Candidate
        At most `MAX_FINDINGS`, the most certain first, with p-values that hold for all of the page together.

    Notes
    -----
    What stays under `LEVEL` by the method of Holm, `significance.holm`.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6, 65-70.
    """
    known = list(candidates)
    adjusted = holm([candidate.p for candidate in known]).tolist()
    certain = [each._replace(p=p) for each, p in zip(known, adjusted, strict=True) if p < LEVEL]
    return sorted(certain, key=lambda each: each.p)[:MAX_FINDINGS]


def surest(compared: Mapping[Key, tuple[Share, Share]]) -> tuple[float, Key, Share, Share] | None:
    """Which two shares differ most surely.

    Parameters
    ----------
    compared : mapping of any to (Share, Share)
        Pairs of shares, those of a pair of different people.

    Returns
    -------
    (float, any, Share, Share) or None
        p-value of the difference, times the pairs that were looked at, which may exceed 1; the key of the pair, of
        equals the first; and its shares. None without a pair of which both rest on `FEW` people.

    Notes
    -----
    Fisher's exact test, `significance.fisher`, with the correction of Bonferroni for the pairs that rest on enough
    people. Where Cohen's :math:`h = 2 | \\arcsin \\sqrt p - \\arcsin \\sqrt q |` is below `LEAST_DIFFERENCE`, which
    lies between 50 % and 40 %, or 5 % and 1.5 %, p is 1.

    References
    ----------
    .. [1] Cohen, J. (1988). Statistical power analysis for the behavioral sciences, 2nd ed., chapter 6. Erlbaum.
    .. [2] Fisher, R. A. (1935). The logic of inductive inference. J. R. Stat. Soc. 98, 39-82.
    """
    keys = [key for key, pair in compared.items() if min(share.whole for share in pair) >= FEW]
    if not keys:
        return None
    counts = np.array([[*compared[key][0], *compared[key][1]] for key in keys]).T
    k, n, other, m = counts
    differ = 2 * np.abs(np.arcsin(np.sqrt(k / n)) - np.arcsin(np.sqrt(other / m))) >= LEAST_DIFFERENCE
    p = np.ones(len(keys))
    p[differ] = fisher(*counts[:, differ])
    best = int(p.argmin())
    return float(p[best] * len(keys)), keys[best], *compared[keys[best]]


def tells_beside(p: float, pages: int) -> bool:
    """Whether what stands on one page may stand together with what stands on others.

    Parameters
    ----------
    p : float
        As `telling` gives it, for all of its page.
    pages : int
        How many pages are looked at, this one included.

    Returns
    -------
    bool

    Notes
    -----
    Whether :math:`p n` stays under `LEVEL` for n pages (Bonferroni): more pages have more to say by chance.

    References
    ----------
    .. [1] Dunn, O. J. (1961). Multiple comparisons among means. J. Am. Stat. Assoc. 56, 52-64.
    """
    return p * pages < LEVEL


def width_of(days: int) -> int:
    """Into how many stretches a period of so many days is cut, to see how an account rises and falls by itself."""
    return int(np.clip(days // 15, 4, 12))


def rose_or_fell(now: float, then: float) -> str:
    """The verb of a change."""
    return "rose" if now > then else "fell"
