import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.frames import POSTS, empty
from analytics.shares import answered_shares, tone_shares
from analytics.timeline import LABELS, daily, per_unit, tones
from analytics.uncertainty import wilson

START, END = pd.Timestamp("2024-01-01T00:00Z"), pd.Timestamp("2024-01-04T00:00Z")
NOW = pd.Timestamp("2024-01-03T12:00Z")


def days_of(posts, of=daily):
    return per_unit(of(posts, time_zone="UTC"), "day", start=START, end=END, as_of=NOW, time_zone="UTC")


def on(day, n=1, **columns):
    return [{"created_at": f"2024-01-{day:02}T10:00Z", **columns}] * n


def test_a_day_has_the_share_of_what_is_told_of_its_own_posts(make_posts):
    posts = make_posts(
        *on(1, likes=1), *on(1, likes=0, kind="reply"), *on(1), *on(1, likes=9, kind="repost"), *on(2), *on(3, likes=0)
    )

    found = answered_shares(days_of(posts))

    assert found["with_counts"].tolist() == [2, 0, 1]
    assert found["answered"].tolist() == [1, 0, 0]
    assert found["share"].tolist() == pytest.approx([0.5, float("nan"), 0], nan_ok=True)
    assert found["interactions"].tolist() == pytest.approx([1, float("nan"), 0], nan_ok=True)
    assert found["partial"].tolist() == [False, False, True]


@given(answered=st.integers(0, 30), silent=st.integers(0, 30))
def test_a_days_share_has_the_interval_of_scipy(make_posts, answered, silent):
    posts = make_posts(*on(1, answered, likes=2), *on(1, silent, likes=0), *on(2, likes=1))
    n = answered + silent

    day = answered_shares(days_of(posts)).iloc[0]

    if n == 0:
        assert day[["share", "ci_low", "ci_high"]].isna().all()
    else:
        expected = stats.binomtest(answered, n).proportion_ci(method="wilson")
        assert day[["share", "ci_low", "ci_high"]].tolist() == pytest.approx([answered / n, *expected], abs=1e-12)


@pytest.mark.parametrize(("n", "few"), [(0, False), (1, True), (19, True), (20, False)])
def test_shares_of_less_than_twenty_posts_are_flagged(make_posts, n, few):
    posts = make_posts(*on(1, n, likes=1, label="neutral"), *on(2, kind="repost"), *on(3, label="neutral"))

    assert answered_shares(days_of(posts))["few"].iloc[0] == few
    assert tone_shares(days_of(posts, tones))["few"].iloc[:3].tolist() == [few] * 3


def test_a_day_has_the_shares_of_its_labels(make_posts):
    own = (
        *on(1, 2, label="positive", language="en"),
        *on(1, label="positive"),
        *on(1, label="negative", language="de"),
    )
    posts = make_posts(*own, *on(1, language="nl"), *on(1, label="positive", kind="repost"), *on(2))

    found = tone_shares(days_of(posts, tones))

    assert found["label"].tolist() == [*LABELS] * 3
    assert found["assessed"].tolist() == [4] * 3 + [0] * 6
    assert found["share"].tolist()[:3] == [0.25, 0, 0.75]
    assert found.loc[3:, ["share", "ci_low", "ci_high"]].isna().all(axis=None)


def test_the_interval_of_a_tone_holds_the_share_and_is_wider_than_chance(make_posts):
    posts = make_posts(*on(1, 300, label="positive", language="en"), *on(1, 100, label="negative", language="en"))

    found = tone_shares(days_of(posts, tones)).head(3)

    low, high = wilson([100, 0, 300], 400)
    assert (found["ci_low"] <= low).all()
    assert (found["ci_high"] >= high).all()
    assert (found["ci_high"] - found["ci_low"] > high - low).all()
    assert found[["ci_low", "ci_high"]].stack().between(0, 1).all()


def test_of_texts_of_which_the_errors_are_not_known_no_interval_is_told(make_posts):
    found = tone_shares(days_of(make_posts(*on(1, 3, label="positive")), tones), validated=False)

    assert found["share"].tolist()[:3] == [0, 0, 1]
    assert found[["ci_low", "ci_high"]].isna().all(axis=None)


@pytest.mark.parametrize(("of", "shares"), [(daily, answered_shares), (tones, tone_shares)])
def test_without_units_there_are_no_shares(of, shares):
    nothing = per_unit(of(empty(POSTS), time_zone="UTC"), "day", start=END, end=END, as_of=END, time_zone="UTC")

    found = shares(nothing)

    assert len(found) == 0
    assert {"start", "partial", "share", "ci_low", "ci_high", "few"} <= set(found.columns)
