import numpy as np
import pandas as pd
import pytest

from analytics.answering import time_to_answer

AS_OF = pd.Timestamp("2024-07-01T00:00Z")


def time_of(*, delay, share=0.7, a_day=10, days=60, seed=1):
    """Days that posts need which are answered after that many days on average."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(0, days, a_day * days)
    answered = (rng.random(len(age)) < share) & (rng.exponential(delay, len(age)) < age)
    created_at = pd.Series(AS_OF - pd.to_timedelta(age, unit="D"))
    return time_to_answer(created_at, pd.Series(answered), as_of=AS_OF) / pd.Timedelta(days=1)


@pytest.mark.parametrize("delay", [1, 4])
def test_of_late_answers_nearly_all_have_come_after_three_times_the_mean_delay(delay):
    assert 2 * delay < time_of(delay=delay) < 5 * delay


def test_where_posts_are_answered_at_once_the_newest_count_too():
    assert time_of(delay=0.001) < 1


def test_a_worse_month_is_no_delay():
    rng = np.random.default_rng(2)
    age = rng.uniform(0, 120, 1200)
    answered = pd.Series(rng.random(1200) < np.where(age < 32, 0.3, 0.9))

    waited = time_to_answer(pd.Series(AS_OF - pd.to_timedelta(age, unit="D")), answered, as_of=AS_OF)

    assert waited < pd.Timedelta(days=5)


def test_without_posts_two_weeks_or_so_are_assumed():
    none = pd.Series([], dtype="datetime64[us, UTC]")

    waited = time_to_answer(none, pd.Series([], dtype=bool), as_of=AS_OF)

    assert pd.Timedelta(days=10) < waited < pd.Timedelta(days=30)
