import re

import numpy as np
import pandas as pd
import pytest

from analytics.findings import of_posts, telling
from analytics.frames import POSTS, check, empty
from analytics.sentiment.model import LANGUAGES
from tests.benchmarks.findings import Habit, made_posts, sentences

END = pd.Timestamp("2024-07-01T00:00Z")


def made(ages, *, hour=12, seed=1, **columns):
    """Posts written so many days ago at that hour; `replies` is how probable an answer is."""
    ages = np.asarray(ages)
    rng = np.random.default_rng(seed)
    at = (END - pd.to_timedelta(np.ceil(ages), unit="D")) + pd.to_timedelta(
        np.asarray(hour) + rng.random(len(ages)), unit="h"
    )
    frame = pd.DataFrame({"created_at": at, "kind": "post", "label": "neutral", "replies": 0.0, **columns})
    frame["replies"] = (rng.random(len(ages)) < frame["replies"]).astype(float).where(frame["replies"].notna())
    for name in ("text", "url", "language", "reposts", "likes", "quotes", "views"):
        frame[name] = frame.get(name)
    return check(frame.assign(post=range(len(ages))), POSTS)


def say(posts, *, days=90, time_zone="UTC", **options):
    start = END - pd.Timedelta(days=days)
    return [each.sentence for each in telling(of_posts(posts, start=start, as_of=END, time_zone=time_zone, **options))]


def any_day(n, *, days=90, seed=3):
    return np.random.default_rng(seed).uniform(0, days, n)


def any_hour(n, *, seed=4):
    return np.random.default_rng(seed).integers(0, 24, n)


def test_about_nothing_nothing_is_said():
    assert say(empty(POSTS)) == []
    assert say(made([100.0, 120.0])) == []


def test_a_change_of_pace_is_said():
    ages = np.r_[any_day(30), 90 + any_day(810, days=270)]

    assert say(made(ages, replies=np.nan, hour=any_hour(840))) == [
        "Posts fell from 21.8 to 2.3 a week against the 90 days before."
    ]
    fewer = np.r_[any_day(270), 90 + any_day(90, days=270)]
    assert say(made(fewer, replies=np.nan, hour=any_hour(360)))[0].startswith("Posts rose from")


def test_a_period_of_which_the_one_before_is_not_known_has_not_changed():
    ages = np.r_[any_day(30), 90 + any_day(240, days=80)]

    assert say(made(ages, replies=np.nan, hour=any_hour(270))) == []


def test_a_change_of_the_response_rate_is_said_with_its_posts():
    ages = any_day(2400, days=360)
    posts = made(ages, hour=any_hour(2400), replies=np.where(ages < 90, 0.2, 0.6))

    (said,) = say(posts)

    assert re.fullmatch(
        r"The response rate fell from \d\d% to \d\d% against the 90 days before \(\d{3} posts now, \d{3} then\)\.", said
    )


def test_nothing_is_said_of_a_change_that_most_of_the_time_went_the_other_way():
    """One month full of posts that few answer outweighs eleven in which nearly all are answered."""
    ages = np.r_[np.linspace(1, 29, 4000), np.linspace(31, 359, 660), np.linspace(361, 1439, 2160)]
    share = np.r_[np.full(4000, 0.05), np.full(660, 0.95), np.full(2160, 0.2)]

    said = say(made(ages, hour=any_hour(len(ages)), replies=share), days=360)

    assert not any("response rate" in sentence for sentence in said)


def test_a_hole_in_what_was_read_is_no_silence():
    ages = np.r_[any_day(80, days=85), 700 + any_day(400, days=500)]
    posts = made(ages, hour=any_hour(480), replies=np.nan)
    newest = posts.loc[posts["created_at"] > END - pd.Timedelta(days=90), "created_at"].min()

    assert say(posts)[0].startswith("Posts rose from 0.0 ")
    assert say(posts, since=newest) == []


def test_the_best_answered_hour_is_said():
    hour = any_hour(2000)

    (said,) = say(made(any_day(2000), hour=hour, replies=np.where(hour == 18, 0.9, 0.3)))

    assert re.fullmatch(r"Answered more often than the rest: 18-19 h \(\d\d% of \d\d posts, else \d\d%\)\.", said)


def test_the_best_answered_weekday_is_said_in_the_time_zone():
    """24 June 2024 is a Monday; in Kiritimati, 14 hours ahead, its noon is on Tuesday."""
    ages = np.repeat(np.arange(1, 85), 8)
    monday = (END - pd.to_timedelta(ages, unit="D")).day_of_week == 0
    posts = made(ages, replies=np.where(monday, 0.9, 0.3), hour=np.tile([8, 11, 12, 14, 16, 18, 20, 22], 84))

    assert say(posts)[0].startswith("Answered more often than the rest: Monday (")
    assert say(posts, time_zone="Pacific/Kiritimati")[0].startswith("Answered more often than the rest: Tuesday (")


def test_no_day_is_called_better_whose_posts_are_answered_less_than_all_others():
    """Mondays stand out as long as there are posts on Mondays; later the others overtake them."""
    ages = np.arange(1, 361)
    monday = (END - pd.to_timedelta(ages, unit="D")).day_of_week == 0
    early = ages > 120
    n = np.where(early, np.where(monday, 5, 2), np.where(monday, 0, 12))
    share = np.where(early, np.where(monday, 0.55, 0.05), 0.9)

    said = say(made(np.repeat(ages, n), replies=np.repeat(share, n), hour=any_hour(n.sum())), days=360)

    assert not any("Monday" in sentence for sentence in said)


def test_the_best_answered_hour_of_a_weekday_is_said():
    ages, hour = np.repeat(np.arange(1, 361), 8), any_hour(2880)
    here = ((END - pd.to_timedelta(ages, unit="D")).day_of_week == 6) & (hour >= 12) & (hour < 13)
    crowded = np.r_[ages, np.repeat(np.arange(1, 361, 7), 3)]

    posts = made(
        crowded, hour=np.r_[hour, np.full(156, 12)], replies=np.r_[np.where(here, 0.95, 0.3), np.full(156, 0.95)]
    )

    assert say(posts, days=365)[0].startswith("Answered more often than the rest: Sunday 12-13 h (")


def test_posts_and_replies_are_compared():
    kind = np.where(np.arange(600) % 3 == 0, "reply", "post")
    more = made(any_day(600), hour=any_hour(600), kind=kind, replies=np.where(kind == "post", 0.6, 0.2))
    less = made(any_day(600), hour=any_hour(600), kind=kind, replies=np.where(kind == "post", 0.2, 0.6))

    (said,) = say(more)

    assert re.fullmatch(r"Posts are answered more often than replies \(\d\d% of \d{3} against \d\d% of \d{3}\)\.", said)
    assert say(less)[0].startswith("Posts are answered less often than replies")


def test_what_can_be_answered_in_another_way_is_not_compared():
    """Comments on GitHub can be liked, but not answered."""
    kind = np.where(np.arange(600) % 2 == 0, "reply", "post")
    posts = made(any_day(600), hour=any_hour(600), kind=kind, replies=np.where(kind == "post", 0.9, np.nan))
    posts["likes"] = 0.0

    assert say(posts) == []


def test_the_newest_posts_are_not_yet_unanswered():
    ages = any_day(4000, days=400)
    posts = made(ages, hour=any_hour(4000), replies=0.7 * (1 - np.exp(-ages / 4)))

    assert say(posts, days=30) == []


def toned(n, *, share, more="positive", language="en"):
    """Posts of which half are neutral, and that share of the others reads so."""
    less = {"positive": "negative", "negative": "positive"}[more]
    label = np.where(np.arange(n) % 2 == 0, "neutral", np.where(np.arange(n) % 20 < 20 * share, more, less))
    return made(any_day(n), hour=any_hour(n), label=label, language=language)


@pytest.mark.parametrize(("more", "less"), [("positive", "negative"), ("negative", "positive")])
def test_the_tone_of_own_posts_is_said(more, less):
    reposts = made(any_day(300), kind="repost", label=less)

    said = say(pd.concat([toned(400, share=0.9, more=more), reposts], ignore_index=True))

    assert said == [f"More posts read {more} than {less} (45% against 5% of 400)."]


@pytest.mark.parametrize("language", [*LANGUAGES, None])
@pytest.mark.parametrize("neutral", [0.8, 0.95])
def test_no_tone_is_said_of_posts_that_hardly_have_one(language, neutral):
    """What is corrected for neutral posts of another share than those of validation may lean to one side."""
    clear = round(2000 * (1 - neutral)) // 2
    label = np.repeat(["neutral", "negative", "positive"], [2000 - 2 * clear, clear, clear + 1])
    posts = made(any_day(2001), hour=any_hour(2001), label=label, language=language)

    assert say(posts) == []


def test_no_tone_is_said_in_a_language_whose_labels_tell_nothing():
    assert say(toned(2000, share=1.0, more="negative", language="hi")) == []


def test_no_tone_is_said_that_may_be_the_model_s():
    """Of Italian posts that are as often negative as positive, three in five of the clear ones read negative."""
    assert say(toned(2000, share=0.65, more="negative", language="it")) == []
    assert say(toned(2000, share=0.65, more="negative", language=None)) == []
    assert say(toned(2000, share=1.0, more="negative"))[0].startswith("More posts read negative")


def test_no_tone_is_said_of_texts_of_which_the_model_s_errors_are_not_known():
    posts = toned(400, share=0.9)

    assert say(posts, tone=False) == []


def test_the_tone_of_a_few_days_is_not_that_of_the_account():
    ages = np.repeat([3, 9, 20], 20)

    assert say(made(ages, hour=any_hour(60), label="positive", language="en")) == []


def test_the_four_hours_with_the_most_posts_are_said():
    posts = made(any_day(280), hour=np.resize([22, 23, 0, 1], 280))

    assert say(posts) == ["100% of 280 posts were written at 22-2 h."]


@pytest.mark.parametrize(("n", "days"), [(49, 49), (200, 2)], ids=["few posts", "few days"])
def test_four_hours_are_not_said_of_few(n, days):
    assert say(made(np.arange(n) % days, hour=12)) == []


def test_of_accounts_without_any_effect_hardly_anything_is_said():
    """Posts in sittings, weeks that hang together, answers that come late: each alone made sentences once."""
    habit = Habit(weeks=60, in_sittings=True, icc=0.33, spread=0.5, persistence=0.7, answered=0.5, delay=3.0)

    wrong = [number for number in range(10) if any(sentences(made_posts(habit, seed=(1, number))))]

    assert len(wrong) <= 1
