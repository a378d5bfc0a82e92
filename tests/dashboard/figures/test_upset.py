"""Where people are: bars by combination, and the rows that each consists of."""

from __future__ import annotations

from dashapp.dashboard.figures.upset import MOST, Combination, upset, upset_height
from tests.dashboard.dash_client import as_plotly

COLOURS = ["#111111", "#222222", "#333333"]


def combination(*rows: int, people: int, title: str = "GitHub alone") -> Combination:
    """People on exactly these rows."""
    return Combination(rows=frozenset(rows), people=people, where=f"{rows}", title=title)


def test_each_combination_has_a_bar_and_its_rows_a_dot() -> None:
    drawn = as_plotly(
        upset(
            [combination(0, people=1_200), combination(0, 2, people=34)],
            ["GitHub", "Mastodon", "X"],
            COLOURS,
            theme="light",
        )
    )

    columns, bars, absent, line, present = drawn.data
    assert (list(bars.y), list(bars.text)) == ([1_200, 34], ["1,200", "34"])
    assert list(zip(present.x, present.y, strict=True)) == [(0, 0), (1, 0), (1, 2)]
    assert list(present.marker.color) == ["#111111", "#111111", "#333333"]
    assert (bars.marker.color[0], len(absent.x) + len(present.x)) == ("#111111", 6)
    assert (list(line.x), list(line.y)) == ([1, 1, None], [0, 2, None])
    assert list(drawn.layout.yaxis2.ticktext) == ["GitHub", "Mastodon", "X"]
    assert min(columns.y) > max(bars.y)  # a click above a low bar finds it


def test_bars_and_dots_of_a_column_name_the_same_filter() -> None:
    drawn = as_plotly(upset([combination(0, people=9), combination(0, 1, people=2)], ["a", "b"], COLOURS, theme="dark"))

    for trace in (drawn.data[0], drawn.data[1], drawn.data[2], drawn.data[4]):
        assert {x: told[0] for x, told in zip(trace.x, trace.customdata, strict=True)}.items() <= {
            0: "(0,)",
            1: "(0, 1)",
        }.items()


def test_no_more_columns_are_drawn_than_can_be_told_apart() -> None:
    drawn = as_plotly(upset([combination(0, people=n) for n in range(MOST + 5)], ["a"], COLOURS, theme="light"))

    assert len(drawn.data[1].x) == MOST
    assert upset_height(6) > upset_height(2)


def test_names_are_no_markup() -> None:
    drawn = as_plotly(
        upset([combination(0, people=1, title="<a href=x>x</a>")], ["<b>ada</b>"], COLOURS, theme="light")
    )

    assert "<" not in drawn.data[1].customdata[0][1] + drawn.layout.yaxis2.ticktext[0]
