"""The posts behind a bar: which days a unit covers, in the user's time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from flask_login import login_user
from werkzeug.exceptions import BadRequest

from analytics.timeline import midnight
from dashapp.dashboard import drill_down
from dashapp.dashboard.account_view import read
from dashapp.dashboard.drill_down import clicked, explained, posts_behind, unit_days, unit_title
from dashapp.store import users
from dashapp.store.rows import PostRow
from tests.records import partial_row

from .conftest import Known
from .dash_client import plain, text


@pytest.mark.parametrize(
    ("start", "unit", "expected"),
    [
        (date(2026, 3, 2), "day", (date(2026, 3, 2), date(2026, 3, 3))),
        (date(2026, 3, 2), "week", (date(2026, 3, 2), date(2026, 3, 9))),
        (date(2026, 12, 1), "month", (date(2026, 12, 1), date(2027, 1, 1))),
        (date(2028, 2, 1), "month", (date(2028, 2, 1), date(2028, 3, 1))),
    ],
)
def test_a_unit_covers_its_days(start: date, unit: str, expected: tuple[date, date]) -> None:
    assert unit_days(start, unit) == expected


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 2), "UTC", datetime(2026, 3, 2, tzinfo=UTC)),
        (date(2026, 3, 2), "Europe/Berlin", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        (date(2026, 3, 30), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),  # the day after summer time began
        (date(2026, 3, 2), "Asia/Kathmandu", datetime(2026, 3, 1, 18, 15, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_local_midnight(day: date, zone: str, expected: datetime) -> None:
    assert midnight(day, zone) == expected


@pytest.mark.parametrize(
    ("unit", "expected"), [("day", "2 March 2026"), ("week", "Week of 2 March 2026"), ("month", "March 2026")]
)
def test_a_unit_is_named_in_words(unit: str, expected: str) -> None:
    assert unit_title(date(2026, 3, 2), unit) == expected


@pytest.mark.parametrize("start", ["2026-03-02", "2026-03-02 12:00", "2026-03-02T12:00:00"])
def test_a_click_names_trace_and_day(start: str) -> None:
    assert clicked({"points": [{"curveNumber": 2, "x": start}]}) == (2, date(2026, 3, 2))


@pytest.mark.parametrize(
    "click",
    [
        None, [], {}, {"points": []}, {"points": [{}]}, {"points": [{"curveNumber": "a", "x": "2026-03-02"}]},
        {"points": [{"curveNumber": 0, "x": "yesterday"}]}, {"points": [{"curveNumber": 0, "x": None}]},
        {"points": [{"curveNumber": -1, "x": "2026-03-02"}]}, {"points": [{"curveNumber": 0, "x": "0001-01-01"}]},
        {"points": [{"curveNumber": 0, "x": "9999-12-31"}]}, {"points": [{"curveNumber": 1e999, "x": "2026-03-02"}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_click_on_a_bar_is_refused(click: Any) -> None:
    with pytest.raises(BadRequest):
        clicked(click)


@pytest.fixture
def shown(dashboard_app: Flask, known: Known):
    """Ada's account by week, as a callback of hers sees it."""
    with dashboard_app.test_request_context():
        login_user(users.signed_in(users.start_session(known.ada, pd.Timedelta(hours=1))))  # type: ignore[arg-type]
        yield read(known.full, period="all", unit="week", names=("periods", "daily"))


def test_the_posts_of_a_kind_are_listed_the_newest_first(shown) -> None:
    said = text(plain(posts_behind(shown, date(2026, 3, 9))))

    assert said.startswith("Week of 9 March 2026: 1 post Post 11 Mar 2026, 13:00")
    assert "-5 degrees, terrible and wet #Garden" in said


@pytest.mark.parametrize(("kind", "expected"), [("reply", "1 reply"), ("repost", "1 repost"), ("post", "1 post")])
def test_the_heading_counts_in_words(shown, kind: str, expected: str) -> None:
    said = text(plain(posts_behind(shown, date(2026, 3, 2), kind=kind)))

    assert said.startswith(f"Week of 2 March 2026: {expected} ")


def test_posts_behind_a_bar_tell_why_they_have_their_label(shown) -> None:
    said = text(plain(posts_behind(shown, date(2026, 3, 9))))

    assert re.search("negative -5 degrees, .* negative 0.[0-9]{2}: “terrible”", said)


def test_posts_without_a_label_have_no_reason() -> None:
    rows = [partial_row(PostRow, text="Что"), partial_row(PostRow, text="", language="en")]

    assert [post.why for post in explained(rows)] == [None, None]


def test_a_unit_without_such_posts_says_so(shown) -> None:
    said = text(plain(posts_behind(shown, date(2026, 3, 2), label="negative")))

    assert said == "Week of 2 March 2026: 0 negative posts No post here."


def test_more_posts_than_can_be_read_are_cut_and_that_is_said(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_down, "MOST", 2)

    said = text(plain(posts_behind(shown, date(2026, 3, 2))))

    assert said.startswith("Week of 2 March 2026: the newest 2 posts")
    assert "What a lovely day" not in said


def test_days_outside_the_period_are_left_out(shown) -> None:
    said = text(plain(posts_behind(shown, date(2026, 2, 23))))

    assert "0 posts" in said
