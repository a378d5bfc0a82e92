"""What is more than chance: tests for posts that come in sittings, activity that drifts, people, and single days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analytics.uncertainty import FEW

Floats = NDArray[np.float64]

_TINY = 1e-12
_LEAST = 1e-300
# of how many people come a day: how far the logarithms of the rates spread, and where their middle is beside the mean's
_SPREADS = np.array([0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.1, 1.35, 1.6])
_MIDDLES = np.arange(-3, 3.1, 0.25)
_USUAL = 0.1  # a day that is less probable stands out
# how strongly neighbouring blocks of time may hang together, and how much of their spread does so
_CORRELATIONS = np.array([0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95])
_DRIFTING = np.array([0.25, 0.5, 0.75, 1.0])


def holm(p: ArrayLike) -> Floats:
    r"""p-values that hold for all tests together.

    Parameters
    ----------
    p : array-like of float
        One of each test, in [0, 1]; the tests may depend on each other.

    Returns
    -------
    ndarray of float64
        Same order, in [0, 1]. What stays under a level is false, in any of the tests, at most that often.

    Notes
    -----
    With the m values in order, :math:`\max_{j \le i} \min(1, (m - j + 1) p_{(j)})`.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.5, 0.02]).round(2).tolist()
    [0.03, 0.5, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)), 1)
    return adjusted


def more_than(successes: ArrayLike, trials: ArrayLike, share: float) -> Floats:
    r"""p-values of proportions that exceed a share, if only the posts of different units are independent.

    Parameters
    ----------
    successes : array-like of float, shape (n_units, n_tests)
        Successes of each unit, such as a day, in each test.
    trials : array-like of float, shape (n_units,)
        Trials of each unit, the same in all tests; together at least one.
    share : float
        In (0, 1): what is expected at most.

    Returns
    -------
    ndarray of float64, shape (n_tests,)
        One-sided; 1 where there is less than two units' worth of trials.

    Notes
    -----
    With k of n trials in all and :math:`k_g` of :math:`n_g` in unit g, :math:`t = (k - s n) / \sqrt V`. V is the larger
    of :math:`\frac{G}{G - 1} \sum_g (k_g - n_g k / n)^2` and, as for independent trials, :math:`s (1 - s) n`; G and the
    rest as in `differences`.

    References
    ----------
    .. [1] Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika
       73, 13-22.
    """
    k, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)[:, None]
    excess = (k - share * n).sum(axis=0)
    return _upper(excess, k - n * (k.sum(axis=0) / n.sum()), share * (1 - share) * n.sum(), sizes=n)


def mean_above(values: ArrayLike, unit: ArrayLike, limit: float) -> float:
    r"""p-value of a mean above a limit, if only the posts of different units are independent.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        One of each post, n at least 1.
    unit : array-like of int, shape (n,)
        From 0.
    limit : float
        In the unit of the values.

    Returns
    -------
    float
        One-sided; 1 where there is less than two units' worth of posts.

    Notes
    -----
    :math:`t = n (\bar x - l) / \sqrt V`, V the larger of
    :math:`\frac{G}{G - 1} \sum_g (\sum_{i \in g} (x_i - \bar x))^2` and :math:`\sum (x_i - l)^2`; G and the rest as in
    `differences`.

    References
    ----------
    .. [1] Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika
       73, 13-22.
    """
    x, units = np.asarray(values, dtype=np.float64), np.asarray(unit, dtype=np.int64)
    rest = x - x.mean()
    left, sizes = (np.bincount(units, each)[:, None].astype(np.float64) for each in (rest, np.ones(len(x))))
    return float(_upper(np.array([(x - limit).sum()]), left, ((x - limit) ** 2).sum(), sizes=sizes)[0])


def differences(outcome: ArrayLike, group: ArrayLike, unit: ArrayLike, stratum: ArrayLike, *, n_groups: int) -> Floats:
    r"""p-values of groups whose outcome is more frequent than that of all others.

    Parameters
    ----------
    outcome : array-like of bool, shape (n,)
        Whether each post has it.
    group, unit, stratum : array-like of int, shape (n,)
        From 0; each unit lies in one stratum. Only posts of different units are independent. Posts are compared within
        a stratum, so that what changes from one to the next is no difference between groups.
    n_groups : int
        Groups, with those that have no post.

    Returns
    -------
    ndarray of float64, shape (n_groups,)
        One-sided; 1 where less than two units' worth of posts is in the group, or outside.

    Notes
    -----
    A regression of the outcome y on x, 1 in the group and else 0, with an intercept for each stratum and errors that
    may depend on each other within a unit. With the means of the stratum of each post and
    :math:`\tilde x = x - \bar x_s`, :math:`\tilde y = y - \bar y_s`, it is
    :math:`t = \sum \tilde x \tilde y / \sqrt V`. V is the larger of
    :math:`\frac{G}{G - 1} \sum_g (\sum_{i \in g} \tilde x_i (\tilde y_i - \hat\beta \tilde x_i))^2` with
    :math:`\hat\beta = \sum \tilde x \tilde y / \sum \tilde x^2`, and the variance for independent posts of which none
    differs, :math:`\sum_s \frac{n_s^2}{n_s - 1} \bar x_s (1 - \bar x_s) \bar y_s (1 - \bar y_s)`: of few units the
    first may show less spread than there is. G is the effective number of units,
    :math:`(\sum n_g)^2 / \sum n_g^2` with the posts :math:`n_g` that unit g has in the group, or outside if that is
    less; t has G - 1 degrees of freedom.

    References
    ----------
    .. [1] Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika
       73, 13-22.
    .. [2] Mantel, N. & Haenszel, W. (1959). Statistical aspects of the analysis of data from retrospective studies of
       disease. J. Natl. Cancer Inst. 22, 719-748.
    .. [3] Carter, A. V., Schnepel, K. T. & Steigerwald, D. G. (2017). Asymptotic behavior of a t-test robust to cluster
       heterogeneity. Rev. Econ. Stat. 99, 698-709.
    """
    y = np.asarray(outcome, dtype=np.float64)
    of, units, strata = (np.asarray(codes, dtype=np.int64) for codes in (group, unit, stratum))
    if not len(y):
        return np.ones(n_groups)
    n_units, n_strata = units.max() + 1, strata.max() + 1
    n = np.maximum(np.bincount(strata, minlength=n_strata), 1)
    mean, part = np.bincount(strata, y, n_strata) / n, _table(strata, of, n_strata, n_groups) / n[:, None]
    independent = (n * n / np.maximum(n - 1, 1) * mean * (1 - mean)) @ (part * (1 - part))
    stratum_of = np.zeros(n_units, dtype=np.int64)
    stratum_of[units] = strata
    around = part[stratum_of]  # the group's part of each unit's stratum
    rest = y - mean[strata]
    held, size = _table(units, of, n_units, n_groups), np.bincount(units, minlength=n_units)[:, None]
    scores = _table(units, of, n_units, n_groups, rest) - around * np.bincount(units, rest, n_units)[:, None]
    squares = held * (1 - 2 * around) + size * around**2
    excess = scores.sum(axis=0)
    left = scores - squares * (excess / np.maximum(squares.sum(axis=0), _TINY))
    return np.maximum(*(_upper(excess, left, independent, sizes=sizes) for sizes in (held, size - held)))


def _table(
    row: NDArray[np.int64], column: NDArray[np.int64], rows: int, columns: int, weights: Floats | None = None
) -> Floats:
    sums = np.bincount(row * columns + column, weights, rows * columns)
    return sums.reshape(rows, columns).astype(np.float64)


def _upper(excess: Floats, left: Floats, independent: ArrayLike, *, sizes: Floats) -> Floats:
    """One-sided p-values of sums over independent units; see `differences`."""
    units = sizes.sum(axis=0) ** 2 / np.maximum((sizes**2).sum(axis=0), _TINY)
    free = np.maximum(units - 1, _TINY)
    variance = np.maximum(independent, (left**2).sum(axis=0) * units / free)
    p = special.stdtr(free, -excess / np.sqrt(np.maximum(variance, _TINY)))
    return np.where(units >= 2, p, 1.0)


def fisher(successes: ArrayLike, trials: ArrayLike, other_successes: ArrayLike, other_trials: ArrayLike) -> Floats:
    r"""p-values of two proportions that differ, of independent trials.

    Parameters
    ----------
    successes, trials, other_successes, other_trials : array-like of int, broadcast against each other
        Of either proportion.

    Returns
    -------
    ndarray of float64
        Two-sided, in [0, 1]; exact.

    Notes
    -----
    With k of n and l of m trials, k has a hypergeometric distribution given k + l; it is twice the smaller of
    :math:`P(X \le k)` and :math:`P(X \ge k)`.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The logic of inductive inference. J. R. Stat. Soc. 98, 39-82.

    Examples
    --------
    >>> fisher([3, 8], [4, 10], [1, 1], [4, 10]).round(4).tolist()
    [0.4857, 0.0055]
    """
    from scipy import stats  # takes half a second, and here instead of above nobody waits for it to start the program

    k, n, other, m = (np.asarray(each, dtype=np.int64) for each in (successes, trials, other_successes, other_trials))
    as_given = n + m, k + other, n
    tails: Floats = np.minimum(stats.hypergeom.cdf(k, *as_given), stats.hypergeom.sf(k - 1, *as_given))
    return np.minimum(2 * tails, 1)


class Peak(NamedTuple):
    """The day with the most events.

    Attributes
    ----------
    place : int
        Which of the days; of equals the first.
    p : float
        One-sided: of a day that holds as many, if it is like the others. It holds for all days together.
    """

    place: int
    p: float


def peak(counts: ArrayLike, day: ArrayLike, *, near: int) -> Peak:
    r"""Whether one day holds more events than the account's own days would bring.

    Parameters
    ----------
    counts : array-like of int, shape (n,)
        Events of each day, n at least 1.
    day : array-like of int, shape (n,)
        Which days these are.
    near : int
        So many days before and after the fullest are of the same burst, and none of the others.

    Returns
    -------
    Peak
        p is 1 with less than 20 other days.

    Notes
    -----
    A day's events are Poisson, its rate is drawn for itself: from a gamma or a lognormal distribution, with the middle
    and the spread of a grid. With x events on the fullest day, and n other days, p is :math:`(n + 1) P(X \ge x)`,
    averaged over the grid with the likelihood of the other days as weights: what they do not tell of how rates spread
    is not taken for known. Where by the same rule the fullest of the others is improbable (p below 0.1), such days are
    the account's own, and p is 1.

    References
    ----------
    .. [1] Barnett, V. & Lewis, T. (1994). Outliers in statistical data, 3rd ed. Wiley.
    .. [2] Hoeting, J. A., Madigan, D., Raftery, A. E. & Volinsky, C. T. (1999). Bayesian model averaging: a tutorial.
       Stat. Sci. 14, 382-417.
    """
    x, days = np.asarray(counts, dtype=np.float64), np.asarray(day, dtype=np.int64)
    place = int(x.argmax())
    others = x[np.abs(days - days[place]) > near]
    if len(others) < FEW:
        return Peak(place, 1.0)
    second = int(others.argmax())
    is_usual = _beyond(others[second], np.delete(others, second)) < _USUAL
    return Peak(place, 1.0 if is_usual else _beyond(x[place], others))


def _beyond(most: float, others: Floats) -> float:
    """p of a fullest day beside others; see `peak`."""
    from scipy import stats  # as above

    middle = np.log((others.sum() + 1) / len(others))
    logs = np.arange(middle - 9, np.log(10 * most + 20), 0.1)
    share, rates = _of_rates(logs, middle), np.exp(logs)
    counts, times = np.unique(others, return_counts=True)
    likelihood = np.log(np.maximum(share @ stats.poisson.pmf(counts, rates[:, None]), _LEAST)) @ times
    weights = np.exp(likelihood - likelihood.max())
    tail = np.average(share @ stats.poisson.sf(most - 1, rates), weights=weights)
    return min((len(others) + 1) * float(tail), 1.0)


def _of_rates(logs: Floats, middle: float) -> Floats:
    """How each distribution of the grid spreads over rates, whose logarithms these are: a row each, which sums to 1."""
    spread, at = (grid.ravel()[:, None] for grid in np.meshgrid(_SPREADS, middle + _MIDDLES))
    away = logs - at
    density = np.concatenate([(away - np.exp(away)) / spread**2, -((away / spread) ** 2) / 2])
    shares = np.exp(density - density.max(axis=1, keepdims=True))
    made: Floats = shares / shares.sum(axis=1, keepdims=True)
    return made


class Step(NamedTuple):
    """A change, and the two-sided p-value of one that is as large if there is none.

    Attributes
    ----------
    change : float
        In the unit of the values; NaN where too few blocks are known.
    p : float
        1 where too few blocks are known.
    """

    change: float
    p: float

    def p_of(self, difference: float) -> float:
        """p if what is said, a difference of sums over posts, goes the same way as the blocks do; else 1."""
        return self.p if self.change * difference > 0 else 1


def step(values: ArrayLike, noise: ArrayLike, *, width: int) -> Step:
    r"""The change between the newest blocks of time and as many before, if blocks hang together.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        What was measured in blocks of equal length, the newest first; NaN where there is nothing to measure.
    noise : array-like of float, shape (n,)
        Variance of each value by chance alone.
    width : int
        Blocks of "now", and of "then" before it. Those before both show how the values drift.

    Returns
    -------
    Step
        Of the mean of the blocks; how many posts each holds tells only its noise.

    Notes
    -----
    :math:`y = X \beta + \varepsilon` with a mean for now, for then and for all before, and
    :math:`\operatorname{Cov} \varepsilon = \sigma^2 ((1 - a) N + a R_\rho)`: N the noise, scaled to a mean of 1, R with
    :math:`\rho^{|i - j|}`, a first-order autoregression. For each :math:`\rho` and a of a grid the change has a
    t-distribution; these are averaged with the restricted likelihood of their :math:`\rho` and a as weights, so that
    what the blocks do not tell is not taken for known. No less than the noise is taken for the spread.

    References
    ----------
    .. [1] Harville, D. A. (1974). Bayesian inference for variance components using only error contrasts. Biometrika 61,
       383-385.
    .. [2] Zellner, A. & Tiao, G. C. (1964). Bayesian analysis of the regression model with autocorrelated errors. J.
       Am. Stat. Assoc. 59, 763-778.
    """
    y, spread = (np.asarray(each, dtype=np.float64) for each in (values, noise))
    place = np.flatnonzero(~np.isnan(y))
    y, spread = y[place], spread[place]
    now, then, older = place < width, (place >= width) & (place < 2 * width), place >= 2 * width
    means = np.column_stack([now, now | then, older] if older.any() else [now, now | then]).astype(np.float64)
    free = len(y) - means.shape[1]
    if not (now.any() and then.any() and free > 0):
        return Step(np.nan, 1.0)
    covariance, prior = _covariances(spread / spread.mean(), np.abs(np.subtract.outer(place, place)))
    factor = np.linalg.cholesky(covariance)
    whitened = np.linalg.solve(factor, np.column_stack([means, y]))
    x, target = whitened[..., :-1], whitened[..., -1:]
    products = x.transpose(0, 2, 1) @ x
    inverse = np.linalg.inv(products)
    fitted = inverse @ x.transpose(0, 2, 1) @ target
    left = np.maximum(((target - x @ fitted) ** 2).sum(axis=(1, 2)), _TINY)
    likelihood = -np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    likelihood -= np.linalg.slogdet(products)[1] / 2 + free / 2 * np.log(left)
    weights = prior * np.exp(likelihood - likelihood.max())
    scale = np.maximum(left / free, spread.mean())
    below = special.stdtr(free, -np.abs(fitted[:, 0, 0]) / np.sqrt(scale * inverse[:, 0, 0]))
    change = np.average(fitted[:, 0, 0], weights=weights)
    return Step(float(change), float(2 * np.average(below, weights=weights)))


def _covariances(noise: Floats, lag: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Of the errors for each correlation and share that drifts, and how likely these are before anything is seen."""
    correlation, share = (grid.ravel()[:, None, None] for grid in np.meshgrid(_CORRELATIONS, _DRIFTING))
    drifting = share * correlation**lag + (1 - share) * np.diag(noise)
    prior = np.ones(len(drifting))
    return np.concatenate([np.diag(noise)[None], drifting]), np.append(len(_CORRELATIONS), prior)
