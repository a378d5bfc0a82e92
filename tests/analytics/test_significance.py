import numpy as np
import pytest
from scipy import stats

from analytics.significance import differences, fisher, holm, mean_above, more_than, peak, step


def test_holm_multiplies_by_the_tests_that_are_left_and_keeps_the_order():
    # R: p.adjust(c(0.04, 0.01, 0.03, 0.9), "holm")
    assert holm([0.04, 0.01, 0.03, 0.9]) == pytest.approx([0.09, 0.04, 0.09, 0.9])
    assert holm([0.6, 0.7]).tolist() == [1, 1]
    assert holm([]).tolist() == []


def test_a_share_of_independent_trials_is_tested_as_in_the_textbook():
    # One trial a unit: the score test with 399 degrees of freedom, as the sample varies less than is expected of 1/2.
    successes = np.repeat([1, 0], [240, 160])[:, None]

    p = more_than(successes, np.ones(400), 0.5)

    assert p == pytest.approx(stats.t.sf(40 / 10, 399))
    assert more_than(1 - successes, np.ones(400), 0.5) == pytest.approx(1 - p)


def test_a_share_is_not_surer_for_posts_that_go_together():
    successes = np.repeat([1, 0], [70, 30])[:, None]

    assert more_than(3 * successes, np.full(100, 3), 0.5) == pytest.approx(stats.t.sf(20 / np.sqrt(21 * 100 / 99), 99))


def test_a_share_of_one_unit_tells_nothing():
    assert more_than([[50]], [50], 0.5) == 1


def test_a_mean_is_tested_by_its_units():
    values = np.random.default_rng(7).normal(0.2, 1, 100)

    once = mean_above(values, np.arange(100), 0)

    assert once == pytest.approx(stats.ttest_1samp(values, 0, alternative="greater").pvalue, rel=0.2)
    assert mean_above(np.repeat(values, 3), np.repeat(np.arange(100), 3), 0) == pytest.approx(once)
    assert mean_above(values, np.arange(100), 0.3) > 0.5
    assert mean_above([1, 1], [0, 0], 0) == 1


def groups(rng, *, days=80, a_day=3):
    """Outcome, group, unit and stratum of posts in which nothing differs."""
    unit = np.repeat(np.arange(days), a_day)
    return rng.random(days * a_day) < 0.4, rng.integers(0, 3, days * a_day), unit, unit // 20


def test_a_group_that_differs_is_found_and_no_other():
    outcome, group, unit, stratum = groups(np.random.default_rng(1), days=200)
    outcome = outcome | (group == 2)

    p = differences(outcome, group, unit, stratum, n_groups=4)

    assert p[2] < 1e-9
    assert (p[[0, 1]] > 0.99).all()  # less often than the others, of which group 2 is a part
    assert p[3] == 1  # nobody in it


def test_units_and_groups_may_come_in_any_order():
    rng = np.random.default_rng(2)
    outcome, group, unit, stratum = groups(rng)
    order = rng.permutation(len(outcome))

    p = differences(outcome[order], group[order], unit[order], stratum[order], n_groups=3)

    np.testing.assert_allclose(p, differences(outcome, group, unit, stratum, n_groups=3))


def test_posts_of_a_unit_count_as_one_where_they_share_their_fate():
    outcome, group, unit, stratum = groups(np.random.default_rng(3), days=400, a_day=1)
    thrice = [np.repeat(each, 3) for each in (outcome, group, unit, stratum)]

    once = differences(outcome, group, unit, stratum, n_groups=3)

    np.testing.assert_allclose(differences(*thrice, n_groups=3), once, atol=0.02)


def test_what_changes_from_stratum_to_stratum_is_no_difference():
    """Later posts are answered more often, and later posts are of another group."""
    rng = np.random.default_rng(4)
    unit = np.arange(600)
    late = unit >= 300
    outcome = rng.random(600) < np.where(late, 0.8, 0.2)
    group = (rng.random(600) < np.where(late, 0.8, 0.2)).astype(int)

    assert differences(outcome, group, unit, np.zeros(600, int), n_groups=2)[1] < 1e-9
    assert differences(outcome, group, unit, late.astype(int), n_groups=2)[1] > 0.05


def test_groups_without_posts_do_not_differ():
    nothing = np.array([], dtype=int)

    assert differences(nothing, nothing, nothing, nothing, n_groups=2).tolist() == [1, 1]


def test_a_step_is_found_in_steady_values():
    values = np.r_[np.full(6, 3.0), np.full(20, 2.0)] + np.random.default_rng(5).normal(0, 0.3, 26)

    assert step(values, np.full(26, 0.09), width=6).p < 1e-3
    assert step(values[6:], np.full(20, 0.09), width=6).p > 0.05


def test_a_step_is_nothing_where_values_drift_as_much_by_themselves():
    drift = np.cos(np.arange(40) / 4) + np.random.default_rng(6).normal(0, 0.1, 40)
    jump = drift[:6].mean() - drift[6:12].mean()

    assert abs(jump) > 1
    assert step(drift, np.full(40, 0.01), width=6).p > 0.05


def test_a_step_is_held_against_no_less_than_the_noise():
    values = np.r_[np.full(6, 3.0), np.full(20, 2.0)]  # not a trace of noise to be seen

    assert step(values, np.full(26, 4.0), width=6).p > 0.1


def test_a_step_needs_both_sides_and_leaves_gaps_out():
    values = np.array([3.1, np.nan, 2.9, 3.0, 2.1, 1.9, 2.0, np.nan])

    assert step(values, np.full(8, 0.01), width=4) == step(
        np.r_[values[:7], [np.nan, np.nan]], np.full(9, 0.01), width=4
    )
    assert step(values[:4], np.full(4, 0.01), width=4).p == 1
    assert step(values[[0, 4]], np.full(2, 0.01), width=1).p == 1


def test_proportions_are_compared_exactly():
    tables = [[[3, 1], [1, 3]], [[8, 2], [1, 9]], [[0, 5], [7, 3]]]
    sides = [[stats.fisher_exact(each, alternative=side).pvalue for side in ("less", "greater")] for each in tables]

    rows = np.array([[a, a + b, c, c + d] for (a, b), (c, d) in tables]).T

    assert fisher(*rows) == pytest.approx([min(1, 2 * min(pair)) for pair in sides])


def test_a_day_like_the_others_is_no_peak_and_one_of_ten_times_as_many_is():
    rng = np.random.default_rng(3)
    days = rng.poisson(rng.gamma(2, 5, 365))
    crowded = days.copy()
    crowded[200] = 20 * days.max()

    assert peak(days, np.arange(365), near=7).p > 0.05
    assert peak(crowded, np.arange(365), near=7) == (200, pytest.approx(0, abs=1e-5))


def test_a_burst_that_goes_on_for_days_is_one_peak():
    days = np.tile([0, 1, 1, 2, 1], 20)
    days[50:54] = [60, 30, 15, 7]

    assert peak(days, np.arange(100), near=7).p < 1e-5
    assert peak(days, np.arange(100), near=1).p == 1


def test_peaks_that_come_again_are_the_account_s_own():
    days = np.tile([0, 1, 1, 2, 1], 20)
    days[[20, 50]] = [50, 60]

    assert peak(days, np.arange(100), near=7).p == 1


def test_few_days_have_no_peak():
    assert peak([*[1] * 20, 50], np.arange(21), near=1).p == 1
