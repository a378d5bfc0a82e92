"""Small components: numbers in words, cards, posts, imports, tables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashapp.dashboard.components.cards import MEASURES, card, cards, change, change_meaning
from dashapp.dashboard.components.chart import LONGEST_TABLE, ChartBox, chart, table
from dashapp.dashboard.components.downloads import download_links
from dashapp.dashboard.components.import_card import (
    ended_card,
    import_card,
    progress_bar,
    result_of,
    state_of,
    time_left,
)
from dashapp.dashboard.components.numbers import count, day, decimal, moment, percent, plural, short_day
from dashapp.dashboard.components.overview_table import Row, ordered, overview_table
from dashapp.dashboard.components.people_grid import COLUMNS, people_grid
from dashapp.dashboard.components.posts import ListedPost, listed, post_list, safe_link
from dashapp.settings import ROOT
from dashapp.store.rows import ImportReport, ImportRow
from tests.records import import_row

from ..dash_client import links, parts, plain, text

WHEN = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
BY_NAME = {measure.name: measure for measure in MEASURES}

# ---- numbers


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (count, 37_700, "37,700"), (count, 0, "0"), (count, 2.6, "3"), (count, None, "–"), (count, math.nan, "–"),
        (count, pd.NA, "–"),
        (decimal, 2.84, "2.8"), (decimal, 4.0, "4"), (decimal, 14_935.4, "14,935"), (decimal, 0.0, "0"),
        (decimal, None, "–"),
        (percent, 0.457, "46%"), (percent, 0.0, "0%"), (percent, 1.0, "100%"), (percent, 0.001, "0.1%"),
        (percent, 0.996, "99.6%"), (percent, math.nan, "–"),
        (day, None, "–"), (moment, pd.NaT, "–"), (short_day, WHEN, "2 Mar 2026"),
    ],
)  # fmt: skip
def test_numbers_are_written_for_people_and_nothing_told_is_a_dash(write: Any, value: Any, expected: str) -> None:
    assert write(value) == expected


def test_times_are_written_in_the_users_zone() -> None:
    assert moment(WHEN, "Europe/Berlin") == "3 Mar 2026, 00:30"
    assert day(WHEN, "America/New_York") == "2 March 2026"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 replies"),
        (1, "1 reply"),
        (1.0, "1 reply"),
        (1.5, "1.5 replies"),
        (2, "2 replies"),
        (1_000, "1,000 replies"),
        (math.nan, "– replies"),
    ],
)
def test_words_follow_their_number(number: float, expected: str) -> None:
    assert plural(number, "reply", "replies") == expected


COUNTED = "posts|replies|reposts|likes|interactions|people|followers|friends|ties|others|accounts|rows|pairs|records"


@pytest.mark.parametrize("where", ["dashboard", "public", "sharing", "templates"])
def test_no_word_stands_behind_a_number_but_by_the_rule(where: str) -> None:
    number = re.compile(rf"(:,\}}+|format\([^()]*\) \}}\}}) (?:\w+ )?({COUNTED})\b")
    files = [path for path in (ROOT / "dashapp" / where).rglob("*.*") if path.suffix in (".py", ".html")]

    found = [
        f"{path.name}: {line.strip()}"
        for path in files
        for line in path.read_text().splitlines()
        if number.search(line)
    ]

    assert files
    assert found == []


# ---- cards


def test_a_card_says_what_its_number_means_and_rests_on() -> None:
    row = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 90.0, "reason": None, "few": False}

    said = text(plain(card(BY_NAME["response_rate"], row)))

    assert said.startswith("Response rate 50% 40% to 60% Share of own posts")
    assert said.endswith("It rests on 90 posts; with 95% confidence it lies between 40% and 60%.")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("no posts", "no posts in this period"),
        ("too few", "too few posts to tell"),
        ("not told", "not told in this data"),
        (math.nan, "not told in this data"),
    ],
)
def test_a_card_without_a_number_says_why(reason: Any, expected: str) -> None:
    row = {"value": math.nan, "low": math.nan, "high": math.nan, "n": 0, "reason": reason}

    said = text(plain(card(BY_NAME["reply_rate"], row)))

    assert said.startswith(f"Reply rate – {expected} Share")


def test_a_number_on_few_posts_is_flagged() -> None:
    row = {"value": 1.0, "low": 0.3, "high": 1.0, "n": 3, "reason": None, "few": True}

    assert "30% to 100%, few posts" in text(plain(card(BY_NAME["reply_rate"], row)))


@pytest.mark.parametrize(
    ("name", "bounds", "expected"),
    [
        pytest.param("posts", (0.12, 0.03, 0.21), "▲ 12% (3 to 21)", id="more"),
        pytest.param("posts", (-0.5, -0.7, -0.2), "▼ 50% (20 to 70)", id="less"),
        pytest.param("reply_rate", (0.05, 0.004, 0.09), "▲ 5 points (0.4 to 9)", id="a share by points"),
        pytest.param("posts", (0.12, -0.03, 0.3), "no clear change", id="chance"),
        pytest.param("posts", (math.nan, math.nan, math.nan), "", id="not told"),
    ],
)
def test_a_change_is_told_with_its_bounds_where_it_is_clear(
    name: str, bounds: tuple[float, ...], expected: str
) -> None:
    figure = {"value": 1, **dict(zip(("change", "change_low", "change_high"), bounds, strict=True))}

    assert change(BY_NAME[name], figure) == expected


@pytest.mark.parametrize("number", [float, np.float64])  # of the page's cards, and of two accounts beside each other
def test_a_change_in_words_has_the_bounds_of_its_sign(number: Callable[[float], Any]) -> None:
    figure = {"value": 1, "change": number(-0.14), "change_low": number(-0.26), "change_high": number(-0.002)}

    assert change_meaning(BY_NAME["reply_rate"], figure).endswith("lies between -26 and -0.2 points.")


def test_all_measures_have_their_card_in_their_order() -> None:
    said = [
        text(one) for one in parts(plain(cards(pd.DataFrame(columns=["measure"]), {*BY_NAME}))) if one["type"] == "Dt"
    ]

    assert said == [measure.title for measure in MEASURES]


def test_cards_are_reached_with_the_keyboard_and_described() -> None:
    shown = plain(card(BY_NAME["posts"], {"value": 3, "n": 3}))

    assert shown["props"]["tabIndex"] == 0
    described = shown["props"]["aria-describedby"]
    assert any(one["props"].get("id") == described for one in parts(shown))


# ---- charts


def test_a_chart_is_described_and_can_be_taken_away() -> None:
    box = ChartBox(summary="Posts by day.", height=200, note="Note.")

    shown = plain(chart("x", "Posts", box, None, filename="ada-x", links=download_links(1, "x")))

    pictures = [one["props"] for one in parts(shown) if "data-image" in one["props"]]
    assert [(one["data-image"], one["data-name"], one["data-title"]) for one in pictures] == [
        ("png", "ada-x", "Posts"),
        ("svg", "ada-x", "Posts"),
    ]
    assert links(shown) == ["/download/1/x.csv", "/download/1/x.json"]
    assert any(one["props"].get("aria-label") == "Posts by day." for one in parts(shown))


def test_a_table_writes_a_dash_where_nothing_is_told_and_says_what_it_leaves_out() -> None:
    rows = pd.DataFrame({"Day": range(LONGEST_TABLE + 1), "Posts": [None, *range(LONGEST_TABLE)]})

    said = text(plain(table(rows, caption="Posts by day")))

    assert said.startswith("Posts by day Day Posts 0 – 1 0.0")
    assert said.endswith("The first 500 of 501 rows; the CSV has all.")


# ---- posts


def one_post(**values: Any) -> list[ListedPost]:
    """The one post of a stored frame."""
    known = {
        "kind": "post",
        "created_at": WHEN,
        "text": "Hello",
        "url": None,
        "label": None,
        "likes": 1,
        "replies": None,
    }
    return listed(pd.DataFrame([known | values]))


def test_a_post_shows_its_time_text_and_what_is_told() -> None:
    said = text(plain(post_list(one_post(label="positive", replies=0), time_zone="Europe/Berlin")))

    assert said == "Post 3 Mar 2026, 00:30 positive Hello 0 replies, 1 like"


def test_a_label_whose_reason_is_known_is_a_button_that_tells_it() -> None:
    why = "positive 0.92: “love”, “!”"

    said = plain(post_list(one_post(label="positive", why=why), time_zone="UTC"))

    (button,) = [part for part in parts(said) if part["type"] == "Button"]
    assert button["props"]["aria-label"] == why
    assert [part["props"]["children"] for part in parts(said) if part["props"].get("className") == "sg-why"] == [why]


@pytest.mark.parametrize("why", [None, math.nan, "negative 0.50: “slow”"])
def test_a_label_without_a_reason_of_its_own_is_only_a_word(why: Any) -> None:
    said = plain(post_list(one_post(label="positive", why=why), time_zone="UTC"))

    assert text(said) == "Post 2 Mar 2026, 23:30 positive Hello 1 like"
    assert not [part for part in parts(said) if part["type"] == "Button"]


def test_a_post_of_which_nothing_is_told_says_so() -> None:
    said = text(plain(post_list(one_post(likes=math.nan, text="  ", label=math.nan), time_zone="UTC", ordered=True)))

    assert said == "Post 2 Mar 2026, 23:30 Without text No counts told"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.social/1", "https://example.social/1"),
        ("http://example.social", "http://example.social"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.social", None),
        (math.nan, None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(url: Any, expected: str | None) -> None:
    assert safe_link(url) == expected
    assert links(plain(post_list(one_post(url=url), time_zone="UTC"))) == ([expected] if expected else [])


# ---- imports


def running(**values: Any) -> ImportRow:
    """An import of files."""
    known = {"id": 7, "step": "Reading posts", "done": 1, "total": 4, "share": 0.25, "filename": "archive.zip"}
    return import_row(**known | values)


def reading(**values: Any) -> ImportRow:
    """An import from a service."""
    known = {"live": True, "filename": "ada", "options": {"service": "github"}, "calls": 20}
    return running(**known | values)


def test_reading_a_service_tells_whose_account_and_how_many_calls() -> None:
    card = text(plain(import_card(reading(report={"people": 150}), csrf_token="t")))

    assert "GitHub: ada" in card
    assert "Reading posts: 150 people read in 20 calls until now." in card


def test_a_sleeping_import_tells_when_it_goes_on() -> None:
    at = datetime.now(UTC) + timedelta(days=300)

    said = state_of(running(state="queued", wake_at=at), "Europe/Berlin")

    assert said == f"Pauses, and goes on at {moment(at, 'Europe/Berlin')}"


def test_an_import_that_has_slept_enough_waits_for_its_turn() -> None:
    said = state_of(running(state="queued", wake_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert said == "Waits for its turn"


def test_the_time_left_is_that_of_the_rest_at_the_same_pace() -> None:
    row = reading(done=10, total=40, started_at=datetime.now(UTC) - timedelta(minutes=2))

    assert time_left(row) == "about 6 minutes"


@pytest.mark.parametrize("values", [{"done": 4}, {"state": "queued"}, {"step": "Merging"}, {"started_at": None}])
def test_the_time_left_is_not_told_before_it_is_known(values: dict[str, Any]) -> None:
    row = reading(done=10, total=40, started_at=datetime.now(UTC) - timedelta(minutes=2))

    assert time_left(replace(row, **values)) is None


def test_progress_is_a_bar_with_its_share_in_words() -> None:
    bar = plain(progress_bar(running()))

    shown = next(one["props"] for one in parts(bar) if one["type"] == "Progress")
    assert (shown["value"], shown["max"], shown["aria-label"]) == ("0.25", "1", "Import of archive.zip")
    assert text(bar) == "25%"


def test_progress_without_a_known_end_says_only_that_it_goes_on() -> None:
    bar = plain(progress_bar(running(share=0.0)))

    assert "value" not in next(one["props"] for one in parts(bar) if one["type"] == "Progress")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "Reading posts"),
        ({"state": "queued"}, "Waits for its turn"),
        ({"state": "running", "step": ""}, "Running"),
        ({"state": "receiving"}, "Receiving the upload"),
    ],
)
def test_an_imports_state_is_said_in_words(values: dict[str, Any], expected: str) -> None:
    assert state_of(running(**values)) == expected


def test_an_import_that_waits_for_its_columns_leads_there() -> None:
    shown = plain(import_card(running(state="columns"), csrf_token="token"))

    assert links(shown) == ["/connect/columns/7"]
    assert not [one for one in parts(shown) if one["type"] == "Progress"]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ({"posts": 435, "people": 169, "new_posts": 435, "new_people": 169}, "435 posts, 169 people, all new."),
        ({"posts": 40, "people": 169, "new_posts": 12, "new_people": 3}, "12 new posts of 40, 3 new people of 169."),
        ({"posts": 12, "people": 169, "new_posts": 12, "new_people": 0}, "12 new posts, no new people."),
        ({"posts": 5, "people": 1, "new_posts": 0, "new_people": 0, "ties": 9}, "5 posts, 1 person, none new, 9 ties."),
        ({"posts": 1, "new_posts": 1, "new_people": 0}, "1 post, new."),
        ({"ties": 4, "new_posts": 0, "new_people": 4, "new_strangers": 4}, "4 ties, 4 new people in them."),
        (
            {"people": 2, "ties": 9, "new_people": 5, "new_strangers": 5},
            "2 people, none new, 9 ties, 5 new people in them.",
        ),
        (
            {"people": 9, "new_people": 3, "gained_followers": 3, "lost_friends": 1},
            "3 new people of 9. 3 followers gained, 1 friend lost.",
        ),
        (
            {"posts": 5, "new_posts": 1, "older": True},
            "1 new post of 5. It is older than what was here already: only what was missing was added. "
            "If it is not, upload it again and state the day on which it was made.",
        ),
        (
            {"posts": 5, "people": 2, "new_posts": 1, "older_lists": True},
            "1 new post of 5, 2 people. Its lists are older than those that were here already: they change nothing. "
            "If they are not, upload it again and state the day on which it was made.",
        ),
        (
            {"posts": 5, "new_posts": 0, "removed_posts": 1},
            "5 posts, none new. 1 post removed that is not told any more.",
        ),
        ({}, "Nothing but the profile."),
    ],
)
def test_an_import_that_ended_says_what_it_brought(report: dict[str, Any], expected: str) -> None:
    assert result_of(ImportReport.read(report)) == expected


def test_an_import_says_which_values_could_not_be_read() -> None:
    report = {"n_skipped": 1, "n_not_told": 2, "not_told": [{"where": "a.csv, row 2", "why": "likes 'x' is no number"}]}

    shown = plain(ended_card(running(state="done", report=report), csrf_token="token"))

    assert "1 record kept out" in text(shown)
    assert "2 values that could not be read, and are not told" in text(shown)
    assert "likes 'x' is no number" in text(shown)


# ---- grid and overview


def test_every_column_of_the_grid_says_what_it_means() -> None:
    for which in COLUMNS:
        for column in people_grid(which, sort=None, mutual_ties=False).children[0].columnDefs:
            assert column["headerTooltip"]


def test_the_grid_opens_sorted_and_loads_one_block_at_a_time() -> None:
    grid, _keys = people_grid("followers", sort="shared_followers", mutual_ties=False).children

    assert [column["field"] for column in grid.columnDefs if column.get("sort") == "desc"] == ["shared_followers"]
    assert grid.dashGridOptions["maxConcurrentDatasourceRequests"] == 1


def overview_row(name: str, posts: float | None) -> Row:
    """An account with so many posts."""
    return Row(name=name, who=name, href="#", figures={"posts": {"value": posts}})


@pytest.mark.parametrize(
    ("sort", "descending", "expected"),
    [
        ("posts", True, ["b", "a", "c"]),
        ("posts", False, ["a", "b", "c"]),
        ("account", True, ["c", "b", "a"]),
        ("unknown", False, ["a", "b", "c"]),
    ],
)
def test_accounts_are_sorted_and_what_is_not_told_comes_last(sort: str, descending: bool, expected: list[str]) -> None:
    rows = [overview_row("c", math.nan), overview_row("a", 1), overview_row("b", 20)]

    assert [one.name for one in ordered(rows, sort, descending=descending)] == expected


def test_the_overview_tells_a_change_below_its_figure_in_the_words_of_the_cards() -> None:
    told = {"value": 46, "n": 46, "change": 0.94, "change_low": 0.14, "change_high": 2.28}
    unclear = {"value": 0.5, "n": 46, "change": 0.01, "change_low": -0.1, "change_high": 0.12}
    row = Row(name="a", who="a", href="/", figures={"posts": told, "reply_rate": unclear, "followers": {"value": 3}})

    cells = list(parts(plain(overview_table([row], sort="account", descending=False, period="30d"))))

    said = {one["props"]["data-label"]: text(one) for one in cells if "data-label" in one["props"]}
    assert (said["Posts"], said["Reply rate"], said["Followers"]) == (
        "46 ▲ 94% (14 to 228)",
        "50% no clear change",
        "3",
    )
    assert any("Against as many days before it is 94% more" in (one["props"].get("title") or "") for one in cells)
