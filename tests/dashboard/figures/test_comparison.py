"""Two sides as lines and bars."""

from __future__ import annotations

import pandas as pd
import pytest

from dashapp.dashboard.figures.comparison import overlap, posts, side_colours
from dashapp.dashboard.figures.style import PALETTES, account_colour
from tests.dashboard.dash_client import as_plotly

ROWS = pd.DataFrame(
    {
        "left_start": pd.to_datetime(["2026-03-02", "2026-03-09"]),
        "left_posts": [8.0, 3.0],
        "right_start": pd.to_datetime(["2025-03-03", None]),
        "right_posts": [2.0, float("nan")],
    }
)
COLOURS = ("#111111", "#222222")


@pytest.mark.parametrize(
    ("by_date", "x", "title"),
    [
        pytest.param(True, ["2026-03-02", "2026-03-09"], None, id="on-the-calendar"),
        pytest.param(False, [1, 2], "Week since the first day", id="by-place"),
    ],
)
def test_lines_lie_on_one_axis_and_tell_their_own_days(by_date: bool, x: list[object], title: str | None) -> None:
    figure = as_plotly(posts(ROWS, ["<b>ada</b>", "bob"], COLOURS, unit="week", theme="light", by_date=by_date))

    left, right = figure.data
    assert list(left.x) == x
    assert (list(left.text), list(right.text)) == (["2 Mar 2026", "9 Mar 2026"], ["3 Mar 2025", ""])
    assert left.name == "&lt;b&gt;ada&lt;/b&gt;"
    assert figure.layout.xaxis.title.text == title
    assert figure.layout.yaxis.title.text == "Posts a week"


def test_a_list_is_a_bar_of_three_parts() -> None:
    rows = pd.DataFrame({"list": ["followers"], "only_left": [3], "both": [1], "only_right": [0]})

    parts = as_plotly(overlap(rows, ["ada", "bob"], COLOURS, theme="dark")).data

    assert [(part.name, list(part.x), list(part.y)) for part in parts] == [
        ("Only ada", [3], ["Followers"]),
        ("Both", [1], ["Followers"]),
        ("Only bob", [0], ["Followers"]),
    ]


def test_both_sides_of_one_account_do_not_have_one_colour() -> None:
    assert side_colours("light", [0, 1]) == (account_colour("light", 0), account_colour("light", 1))
    assert side_colours("dark", [2, 2]) == (account_colour("dark", 2), PALETTES["dark"].muted)
