import math

import numpy as np
import pandas as pd
import pytest

from analytics.sentiment.bias import _solved, corrected, share_intervals
from analytics.sentiment.model import LABELS, LANGUAGES, trained


def validated(language):
    """Posts labelled as those of validation were, and their true tones: -1, 0 and 1."""
    counts = trained().confusion[LANGUAGES.index(language)]
    labels = [label for row in counts for label, n in zip(LABELS, row, strict=True) for _ in range(n)]
    return pd.Series(labels), np.repeat([-1, 0, 1], counts.sum(axis=1))


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "hi"])
def test_of_posts_with_the_errors_of_validation_the_true_gap_comes_out(language):
    labels, tones = validated(language)
    chosen = np.flatnonzero(tones >= 0)  # none of them is negative; some read so

    found = corrected(labels[chosen], pd.Series(language, index=chosen))

    assert found.scores.mean() == pytest.approx(tones[chosen].mean())


def test_of_a_language_that_is_read_by_chance_nothing_is_corrected():
    found = corrected(pd.Series(["positive", "negative"]), pd.Series(["hi", "en"]))

    assert found.scores.index.tolist() == [1]


def test_a_language_that_is_read_worse_has_the_larger_error():
    errors = [corrected(pd.Series(["positive"]), pd.Series([language])).error for language in ("en", "de", "it")]

    assert errors == sorted(errors)
    assert 0.05 < errors[0] < 0.15


def test_errors_of_languages_do_not_cancel_out():
    of = {code: corrected(pd.Series(["positive"]), pd.Series([code])).error for code in ("en", "it")}

    mixed = corrected(pd.Series(["positive"] * 2), pd.Series(["en", "it"]))

    assert mixed.error == pytest.approx((of["en"] + of["it"]) / 2)


def test_posts_without_label_or_known_language_stay_out():
    found = corrected(pd.Series(["positive", None, "negative", "neutral"]), pd.Series(["en", "en", None, "nl"]))

    assert found.scores.index.tolist() == [0]
    assert math.isnan(corrected(pd.Series([None]), pd.Series(["en"])).error)


def test_more_validation_leaves_less_error():
    _, errors = _solved(trained().confusion)
    _, with_more = _solved(100 * trained().confusion)

    assert (with_more < errors).all()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("true", [(1 / 3, 1 / 3, 1 / 3), (0.1, 0.8, 0.1), (0.1, 0.2, 0.7)])
def test_the_true_shares_lie_in_the_interval_whatever_the_model_made_of_them(language, true):
    counts = trained().confusion[LANGUAGES.index(language)]
    found = 1_000 * np.array(true) @ (counts / counts.sum(axis=1, keepdims=True))
    posts = pd.DataFrame([found.round().astype(int)], columns=[*LABELS]).assign(language=language)

    low, high = share_intervals(posts, pd.Series([0]))

    assert (low[0] <= true).all()
    assert (high[0] >= true).all()
    assert (high - low).max() < 0.75


def test_of_a_language_that_is_read_by_chance_hardly_anything_is_known_of_the_shares():
    posts = pd.DataFrame([[340, 330, 330]], columns=[*LABELS]).assign(language="hi")

    low, high = share_intervals(posts, pd.Series([0]))

    assert (high - low).mean() > 0.8


def test_an_emoji_alone_is_counted_as_english():
    posts = pd.DataFrame([[2, 3, 9]] * 2, columns=[*LABELS]).assign(language=["en", ""])

    low, high = share_intervals(posts, pd.Series([0, 1]))

    assert low[0] == pytest.approx(low[1])
    assert high[0] == pytest.approx(high[1])
