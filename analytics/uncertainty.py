"""How much a number rests on: estimates with 95 % intervals, and the reasons why a number is undefined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Z95 = 1.959963984540054
#: Below this many observations an estimate is shown with its interval, but flagged, and nothing is concluded from it.
FEW = 20

NO_POSTS = "no posts"
NOT_TOLD = "not told"
TOO_FEW = "too few"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, its 95 % interval, and what it rests on.

    Attributes
    ----------
    value, ci_low, ci_high : float
        NaN where undefined. The interval can be undefined where the value is not.
    n : int
        Observations behind the value.
    reason : str or None
        Why the value is undefined: ``"no posts"``, ``"not told"`` or ``"too few"``; None where it is defined.
    few : bool
        The value is defined, but rests on too little to conclude anything from it.
    """

    value: float
    ci_low: float
    ci_high: float
    n: int
    reason: str | None = None
    few: bool = False

    def as_record(self) -> dict[str, Any]:
        """For JSON: None for NaN."""
        return {name: None if value != value else value for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Estimate:
        """The estimate of which `as_record` made the record."""
        numbers = {name: math.nan if record[name] is None else record[name] for name in ("value", "ci_low", "ci_high")}
        return cls(**{**record, **numbers})


def undefined(reason: str, *, n: int = 0) -> Estimate:
    """An estimate without value or interval, and why."""
    return Estimate(math.nan, math.nan, math.nan, n, reason)


def wilson(successes: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Wilson score interval of a proportion.

    Parameters
    ----------
    successes, n : array-like of numbers, broadcast against each other
        Successes and trials, ``0 <= successes <= n``.
    z : float
        Quantile of the normal distribution; 1.96 for 95 %.

    Returns
    -------
    low, high : ndarray of float64
        In [0, 1]; NaN where `n` is 0 or NaN.

    Notes
    -----
    With :math:`p` the observed proportion, the bounds are

    .. math:: \frac{p + z^2 / 2n \pm z \sqrt{p (1 - p) / n + z^2 / 4 n^2}}{1 + z^2 / n}.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. J. Am. Stat.
       Assoc. 22, 209-212.
    .. [2] Brown, L. D., Cai, T. T. & DasGupta, A. (2001). Interval estimation for a binomial proportion. Stat. Sci. 16,
       101-133.

    Examples
    --------
    >>> low, high = wilson(5, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.237, 0.763)
    """
    k = np.asarray(successes, dtype=np.float64)
    trials = np.asarray(n, dtype=np.float64)
    trials = np.where(trials > 0, trials, np.nan)
    p = k / trials
    middle = p + z * z / (2 * trials)
    half = z * np.sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2)
    scale = 1 + z * z / trials
    # Exactly 0 and 1 at the ends, where rounding leaves a trace.
    low = np.where(k == 0, 0 * p, (middle - half) / scale)
    high = np.where(k == trials, p, (middle + half) / scale)
    return low, high


def rate(successes: int, n: int) -> Estimate:
    """Proportion with its Wilson interval.

    Parameters
    ----------
    successes, n : int
        Successes and trials.

    Returns
    -------
    Estimate
        In [0, 1]; undefined (``"not told"``) without trials; `few` below `FEW` trials.

    Notes
    -----
    :math:`k / n`, with the interval of `wilson`.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. & DasGupta, A. (2001). Interval estimation for a binomial proportion. Stat. Sci. 16,
       101-133.
    """
    if n == 0:
        return undefined(NOT_TOLD)
    low, high = wilson(successes, n)
    return Estimate(successes / n, float(low), float(high), n, few=n < FEW)


def median(values: ArrayLike) -> Estimate:
    """Median with its distribution-free interval.

    Parameters
    ----------
    values : array-like of float
        Observations; NaN are left out.

    Returns
    -------
    Estimate
        In the unit of the values; undefined (``"not told"``) without observations. The interval is undefined below six
        observations, where no pair of order statistics reaches 95 %.

    Notes
    -----
    With the n values in order, :math:`x_{(1)} \\le \\cdots \\le x_{(n)}`, it is the middle one, or the mean of the two
    in the middle. The interval runs from :math:`x_{(j)}` to :math:`x_{(n+1-j)}`, j the largest rank for which a
    binomial(n, 1/2) variable stays below j with a probability of at most 2.5 %.

    References
    ----------
    .. [1] Conover, W. J. (1999). Practical nonparametric statistics, 3rd ed., section 3.2. Wiley.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    n = len(known)
    if n == 0:
        return undefined(NOT_TOLD)
    j = _median_rank(n)
    places = [(n - 1) // 2, n // 2] + ([j - 1, n - j] if j else [])
    ordered = np.partition(known, places)  # these places alone, which sorting would take five times longer to find
    low, high = (ordered[j - 1], ordered[n - j]) if j else (math.nan, math.nan)
    return Estimate(float(ordered[places[:2]].mean()), float(low), float(high), n, few=n < FEW)


def _median_rank(n: int) -> int:
    """The rank from either end at which the interval of a median of `n` values stands; 0 where there is none."""
    first = max(0, n // 2 - math.ceil(2 * math.sqrt(n)))  # four standard deviations below: left out for certain
    ranks = np.arange(first, n // 2 + 1)
    below = int((special.bdtr(ranks, n, 0.5) <= 0.025).sum())
    return first + below if below else 0


def count_interval(count: float, *, dispersion: float = 1.0) -> tuple[float, float]:
    """95 % interval of the expectation behind a count.

    Parameters
    ----------
    count : float
        Events seen.
    dispersion : float
        Variance over mean of such counts; 1 for a Poisson process, more for events that come in bursts.

    Returns
    -------
    low, high : float
        In events.

    Notes
    -----
    The exact interval of Garwood for ``count / dispersion`` independent events, times `dispersion`: with
    :math:`\\gamma_q(k)` the q-quantile of a gamma distribution of shape k, c the count and :math:`\\phi` the
    dispersion, from :math:`\\phi \\gamma_{0.025}(c / \\phi)` (0 for no event) to
    :math:`\\phi \\gamma_{0.975}(c / \\phi + 1)`.

    References
    ----------
    .. [1] Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
    .. [2] McCullagh, P. & Nelder, J. A. (1989). Generalized linear models, 2nd ed., chapter 6. Chapman and Hall.

    Examples
    --------
    >>> low, high = count_interval(10)
    >>> round(low, 2), round(high, 2)
    (4.8, 18.39)
    """
    events = count / dispersion
    low = float(special.gammaincinv(events, 0.025)) if events > 0 else 0.0
    high = float(special.gammaincinv(events + 1, 0.975))
    return low * dispersion, high * dispersion


def growth(count: float, earlier: float, *, longer: float = 1.0, dispersion: float = 1.0) -> Estimate:
    """By which part the rate behind a count is larger than the one behind an earlier count.

    Parameters
    ----------
    count, earlier : float
        Events seen in either time.
    longer : float
        The later time over the earlier one.
    dispersion : float
        Variance over mean of such counts; 1 for a Poisson process, more for events that come in bursts.

    Returns
    -------
    Estimate
        0.12 for 12 % more; undefined (``"too few"``) below `FEW` events in all, and without any earlier one.

    Notes
    -----
    With counts a and b, and l the later time over the earlier, it is :math:`a / (b l) - 1`. Given their sum, a is
    binomial with :math:`p = r l / (1 + r l)`, r the ratio of the rates: the bounds of r are
    :math:`p / ((1 - p) l)` at the Wilson bounds of p, for :math:`a / \\phi` of :math:`(a + b) / \\phi` events with
    :math:`\\phi` the dispersion.

    References
    ----------
    .. [1] Przyborowski, J. & Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
       Biometrika 31, 313-323.
    .. [2] Barker, L. & Cadwell, B. L. (2008). An analysis of eight 95 per cent confidence intervals for a ratio of
       Poisson parameters when events are rare. Stat. Med. 27, 4030-4037.

    Examples
    --------
    >>> found = growth(60, 40)
    >>> round(found.value, 2), round(found.ci_low, 2), round(found.ci_high, 2)
    (0.5, 0.01, 1.23)
    """
    both = count + earlier
    if both < FEW or earlier == 0:
        return undefined(TOO_FEW, n=int(both))
    low, high = (float(p) for p in wilson(count / dispersion, both / dispersion))
    return Estimate(count / earlier / longer - 1, _odds(low) / longer - 1, _odds(high) / longer - 1, int(both))


def _odds(p: float) -> float:
    return p / (1 - p)


def difference(successes: float, n: float, earlier_successes: float, earlier_n: float) -> Estimate:
    """Difference of two independent proportions.

    Parameters
    ----------
    successes, n, earlier_successes, earlier_n : float
        Successes and trials of either.

    Returns
    -------
    Estimate
        The first proportion less the second, in [-1, 1]; undefined (``"too few"``) where either has less than `FEW`
        trials.

    Notes
    -----
    With Wilson bounds l and u of each, the hybrid score interval of Newcombe (his method 10) runs from
    :math:`p_1 - p_2 - \\sqrt{(p_1 - l_1)^2 + (u_2 - p_2)^2}` to
    :math:`p_1 - p_2 + \\sqrt{(u_1 - p_1)^2 + (p_2 - l_2)^2}`.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
       eleven methods. Stat. Med. 17, 873-890.

    Examples
    --------
    >>> found = difference(56, 70, 48, 80)
    >>> round(found.value, 4), round(found.ci_low, 4), round(found.ci_high, 4)
    (0.2, 0.0524, 0.3339)
    """
    if min(n, earlier_n) < FEW:
        return undefined(TOO_FEW, n=int(min(n, earlier_n)))
    (low, earlier_low), (high, earlier_high) = wilson([successes, earlier_successes], [n, earlier_n])
    p, earlier = successes / n, earlier_successes / earlier_n
    down = math.hypot(p - low, earlier_high - earlier)
    up = math.hypot(high - p, earlier - earlier_low)
    return Estimate(p - earlier, p - earlier - down, p - earlier + up, int(min(n, earlier_n)))
