import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.uncertainty import FEW, NOT_TOLD, Estimate, count_interval, median, rate, undefined, wilson


@st.composite
def trials(draw):
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(trials())
def test_wilson_agrees_with_scipy(drawn):
    k, n = drawn
    expected = stats.binomtest(k, n).proportion_ci(method="wilson")

    low, high = wilson(k, n)

    assert float(low) == pytest.approx(expected.low, abs=1e-12)
    assert float(high) == pytest.approx(expected.high, abs=1e-12)


def test_wilson_takes_arrays_and_is_undefined_without_trials():
    low, high = wilson([0, 5, 10, 0], [10, 10, 10, 0])

    np.testing.assert_allclose(low, [0, 0.2366, 0.7225, np.nan], atol=5e-5)
    np.testing.assert_allclose(high, [0.2775, 0.7634, 1, np.nan], atol=5e-5)
    assert (low[0], high[2]) == (0, 1)


def test_rate_is_flagged_below_twenty_trials():
    assert rate(5, FEW - 1).few
    assert not rate(5, FEW).few
    assert rate(5, FEW).value == 0.25


def test_rate_is_undefined_without_trials():
    estimate = rate(0, 0)

    assert math.isnan(estimate.value)
    assert (estimate.n, estimate.reason, estimate.few) == (0, NOT_TOLD, False)


def test_median_of_ten_has_the_second_and_ninth_value_as_interval():
    # Conover's table for n = 10, p = 0.5: ranks 2 and 9.
    estimate = median([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])

    assert (estimate.value, estimate.ci_low, estimate.ci_high, estimate.n) == (55, 20, 90, 10)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=300))
def test_median_agrees_with_numpy_and_its_ranks_with_scipy(values):
    n, ordered = len(values), sorted(values)
    rank = int(stats.binom.ppf(0.025, n, 0.5))  # the smallest with more than 2.5 % at or below it
    rank += stats.binom.cdf(rank, n, 0.5) <= 0.025

    estimate = median(values)

    assert estimate.value == np.median(values)
    if rank:
        assert (estimate.ci_low, estimate.ci_high) == (ordered[rank - 1], ordered[n - rank])
    else:
        assert math.isnan(estimate.ci_low)


def test_median_leaves_out_what_is_not_told():
    estimate = median([math.nan, 3, 1, math.nan, 2])

    assert (estimate.value, estimate.n, estimate.few) == (2, 3, True)


@pytest.mark.parametrize(("n", "defined"), [(5, False), (6, True)])
def test_median_interval_needs_six_values(n, defined):
    estimate = median(range(n))

    assert math.isnan(estimate.ci_low) is not defined
    assert math.isnan(estimate.ci_high) is not defined


def test_median_is_undefined_without_values():
    assert median([math.nan]).reason == NOT_TOLD


@given(st.integers(0, 10_000))
def test_count_interval_agrees_with_the_chi_squared_form_in_scipy(count):
    low, high = count_interval(count)

    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


def test_count_interval_of_bursts_is_wider():
    low, high = count_interval(40)
    burst_low, burst_high = count_interval(40, dispersion=4)

    assert (burst_low, burst_high) == pytest.approx((4 * 4.795, 4 * 18.39), abs=0.01)
    assert burst_low < low < high < burst_high


@pytest.mark.parametrize("estimate", [rate(3, 40), median([1, 2]), undefined(NOT_TOLD)], ids=["rate", "median", "none"])
def test_an_estimate_survives_its_record(estimate):
    record = estimate.as_record()

    assert all(value is None or value == value for value in record.values())
    assert repr(Estimate.from_record(record)) == repr(estimate)
