"""The sentence that says what a chart shows."""

from __future__ import annotations

import pandas as pd
import pytest

from dashapp.dashboard.components.data_words import in_words

WEEKS = pd.DataFrame(
    {
        "Week from": ["2026-03-02", "2026-03-09", "2026-03-16"],
        "Posts": [3, 1_200, 4],
        "Answered": ["9%", "40%", "–"],
        "Likely": ["2% to 20%", "30% to 50%", "–"],
    }
)
WORDS = pd.DataFrame({"Hashtag": ["#sea", "#tea"], "Posts": ["1,012", "7"]})
HOURS = pd.DataFrame({"Weekday": ["Mon", "Tue"], **{f"{hour}:00": [0, hour] for hour in range(24)}})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            WEEKS,
            "Week from 2026-03-02 to 2026-03-16; Posts: highest 1,200 (2026-03-09), last 4; "
            "Answered: highest 40% (2026-03-09), last 40% (2026-03-09).",
            id="over-time",
        ),
        pytest.param(WORDS, "2 rows; Posts: highest 1,012 (#sea), lowest 7 (#tea).", id="by-name"),
        pytest.param(HOURS, "2 rows; Of all: highest 23 (Tue, 23:00), lowest 0 (Mon, 0:00).", id="matrix"),
        pytest.param(WEEKS.head(0), "", id="empty"),
    ],
)
def test_a_table_is_told_by_its_range_its_highest_and_its_last_numbers(rows: pd.DataFrame, said: str) -> None:
    assert in_words(rows) == said
