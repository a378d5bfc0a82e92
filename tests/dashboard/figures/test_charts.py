"""The smaller figures: hours, tone, words, growth, all accounts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics.growth import GROWTH
from analytics.shares import tone_shares
from dashapp.dashboard.figures.growth import growth, growth_height, growth_panels
from dashapp.dashboard.figures.overview import all_accounts
from dashapp.dashboard.figures.rhythm import rhythm
from dashapp.dashboard.figures.sentiment import sentiment
from dashapp.dashboard.figures.words import SHOWN, words, words_height
from tests.dashboard.dash_client import as_plotly

# ---- hours of the week


def test_hours_and_weekdays_stand_in_their_cells() -> None:
    slots = pd.DataFrame({"weekday": [0, 6], "hour": [9, 23], "posts": [4, 1]})

    drawn = as_plotly(rhythm(slots, theme="light")).data[0]

    assert np.asarray(drawn.z).shape == (7, 24)
    assert (drawn.z[0][9], drawn.z[6][23], int(np.sum(drawn.z))) == (4, 1, 5)
    assert list(drawn.y) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert (drawn.zmin, drawn.zmax) == (0, 4)


def test_hours_without_posts_have_a_scale_all_the_same() -> None:
    drawn = as_plotly(rhythm(pd.DataFrame({"weekday": [0], "hour": [0], "posts": [0]}), theme="dark")).data[0]

    assert (drawn.zmin, drawn.zmax) == (0, 1)


# ---- tone

UNITS = pd.DataFrame(
    {
        "start": pd.to_datetime(["2026-03-02", "2026-03-02", "2026-03-09"]),
        "language": ["en", "de", "en"],
        "partial": [False, False, False],
        "negative": [1, 0, 0],
        "neutral": [0, 1, 0],
        "positive": [1, 1, 0],
    }
)


def test_shares_of_a_unit_add_up_and_units_without_assessed_posts_are_left_out() -> None:
    shares = tone_shares(UNITS)

    drawn = as_plotly(sentiment(shares, unit="week", theme="light"))

    assert {trace.name: list(trace.y) for trace in drawn.data} == {
        "Negative": [0.25],
        "Neutral": [0.25],
        "Positive": [0.5],
    }
    assert list(drawn.data[0].x) == ["2026-03-02"]
    assert drawn.data[2].customdata.tolist() == [[2, 4]]
    assert list(drawn.data[2].hovertext) == ["<br>likely 0% to 100%, few posts"]
    assert drawn.layout.yaxis.title.text == "Share of a week's posts"


# ---- words


def test_words_stand_with_their_counts_the_most_used_first() -> None:
    counts = pd.DataFrame({"mention": ["bob", "carol@example.social"], "posts": [12_000, 3]})

    drawn = as_plotly(words(counts, name="mention", mark="@", theme="light"))

    assert list(drawn.layout.yaxis.ticktext) == ["@bob", "@carol@example.social"]
    assert (list(drawn.data[0].x), list(drawn.data[0].text)) == ([12_000, 3], ["12,000", "3"])
    assert drawn.layout.yaxis.autorange == "reversed"


def test_words_tell_the_share_answered_where_it_is_known() -> None:
    counts = pd.DataFrame({"tag": ["a", "b"], "posts": [4, 2], "with_counts": [4, 0], "response_rate": [0.5, math.nan]})
    counts = counts.assign(ci_low=[0.15, math.nan], ci_high=[0.85, math.nan])

    drawn = as_plotly(words(counts, name="tag", mark="#", theme="light")).data[0]

    assert list(drawn.hovertext) == ["#a: 4 posts<br>50% of 4 answered, likely 15% to 85%, few posts", "#b: 2 posts"]


def test_words_of_strangers_bring_no_markup() -> None:
    counts = pd.DataFrame({"mention": ["<b>x</b>"], "posts": [1]})

    drawn = as_plotly(words(counts, name="mention", mark="@", theme="light"))

    assert drawn.layout.yaxis.ticktext[0] == "@&lt;b&gt;x&lt;/b&gt;"


def test_only_as_many_words_are_drawn_as_can_be_read() -> None:
    counts = pd.DataFrame({"tag": [f"t{n}" for n in range(20)], "posts": range(20, 0, -1)})

    drawn = as_plotly(words(counts, name="tag", mark="#", theme="light"))

    assert len(drawn.data[0].x) == SHOWN
    assert drawn.layout.height == words_height(20) == words_height(SHOWN)


# ---- growth


def read_daily(**told: list[float]) -> pd.DataFrame:
    """What was told on the first days of March."""
    days = pd.date_range("2026-03-01", periods=len(next(iter(told.values()))))
    return pd.DataFrame({"day": days, **told}).reindex(columns=list(GROWTH)).astype(GROWTH)


def drawn_growth(units: pd.DataFrame) -> go.Figure:
    return as_plotly(growth(units, unit="day", theme="light"))


def test_each_series_has_panels_and_scales_of_its_own() -> None:
    units = read_daily(
        followers=[100, 110], friends=[7, 5], gained_followers=[math.nan, 12], lost_followers=[math.nan, 2]
    )

    drawn = drawn_growth(units)

    assert [(trace.name, trace.yaxis, list(trace.y)) for trace in drawn.data] == [
        ("Followers", "y", [100, 110]),
        ("Gained", "y2", [12]),
        ("Lost", "y2", [-2]),
        ("Friends", "y3", [7, 5]),
    ]
    assert drawn.layout.yaxis.domain[0] > drawn.layout.yaxis2.domain[1] > drawn.layout.yaxis3.domain[1]
    assert drawn.layout.xaxis.anchor == "y3"
    assert drawn.layout.height == growth_height(growth_panels(units))


def test_lines_begin_at_zero_so_that_a_small_change_looks_small() -> None:
    drawn = drawn_growth(read_daily(followers=[100, 110], friends=[3, 4]))

    assert (drawn.layout.yaxis.rangemode, drawn.layout.yaxis.dtick, drawn.layout.yaxis2.dtick) == ("tozero", 50, 1)


def test_a_series_that_is_not_told_twice_has_no_panel() -> None:
    drawn = drawn_growth(read_daily(followers=[1, 2, 3], friends=[math.nan, 5, math.nan]))

    assert [trace.name for trace in drawn.data] == ["Followers"]
    assert drawn.layout.xaxis.anchor == "y"


def test_days_on_which_nothing_was_told_are_left_out() -> None:
    drawn = drawn_growth(read_daily(followers=[1, math.nan, 3], friends=[1, 2, 3])).data[0]

    assert (list(drawn.x), list(drawn.y)) == (["2026-03-01", "2026-03-03"], [1, 3])


def test_a_day_of_which_it_is_not_told_who_came_has_no_bar_but_a_mark() -> None:
    told = {"followers": [5, 6, 6, 7], "gained_followers": [math.nan, 1, math.nan, 0]}

    _, gained, _, untold = drawn_growth(read_daily(**told, lost_followers=told["gained_followers"])).data

    assert (list(gained.x), list(gained.y)) == (["2026-03-02", "2026-03-04"], [1, 0])
    assert (untold.name, list(untold.x)) == ("Not told", ["2026-03-03"])


# ---- all accounts


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_account_has_a_colour_and_its_name_without_markup(theme: str) -> None:
    names = ["ada, X", "<i>bob</i>, X"]
    starts = pd.to_datetime(["2026-03-01", "2026-03-01"])
    units = pd.DataFrame({"start": starts, "account": names, "posts": [4, 2]})

    drawn = as_plotly(all_accounts(units, names=names, unit="month", theme=theme))

    assert [(trace.name, list(trace.y)) for trace in drawn.data] == [
        ("ada, X", [4]),
        ("&lt;i&gt;bob&lt;/i&gt;, X", [2]),
    ]
    assert drawn.data[0].marker.color != drawn.data[1].marker.color
    assert drawn.layout.barmode == "stack"
