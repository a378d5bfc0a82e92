"""Any range of days: the same page as a period, of other days."""

from __future__ import annotations

import pytest
from flask import Flask

from dashapp.dashboard import free_range
from dashapp.dashboard.sections import CHARTS

from .conftest import Known
from .dash_client import Page, has_id, links, parts, text, with_id
from .downloads import rows, sign_in

pytestmark = pytest.mark.slow

#: the 30 days that end with the day of ada's data
SAME_AS_30_DAYS = "from=2026-02-19&to=2026-03-20"
PERIOD_CHARTS = [name for name, chart in CHARTS.items() if "period" in chart.by]


@pytest.mark.parametrize("name", PERIOD_CHARTS)
def test_a_range_equal_to_a_period_has_the_same_charts_and_files(ada: Page, known: Known, name: str) -> None:
    chosen = {"type": "chart", "chart": name}
    pages = [ada.open(f"user/mastodon?account={known.full}&{query}") for query in ("period=30d", SAME_AS_30_DAYS)]
    address = f"/download/{known.full}/{name}.csv"

    file = ada.client.get(f"{address}?period=30d").data
    same = ada.client.get(f"{address}?{SAME_AS_30_DAYS}")

    assert [has_id(page, chosen) for page in pages] in ([True, True], [False, False])
    if has_id(pages[0], chosen):
        assert with_id(pages[0], chosen)["figure"] == with_id(pages[1], chosen)["figure"]
    assert same.data == file
    assert "2026-02-19_2026-03-20-2026-03-20.csv" in same.headers["Content-Disposition"]


def test_a_range_equal_to_a_period_has_the_same_figures(ada: Page, known: Known) -> None:
    pages = [ada.open(f"user/mastodon?account={known.full}&{query}") for query in ("period=30d", SAME_AS_30_DAYS)]

    first, second = ([text(one) for one in parts(page) if one["type"] == "Dd"] for page in pages)
    assert first == second


def test_the_whole_page_is_of_the_days_asked_for(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&from=2026-03-03&to=2026-03-11")

    said = text(page)
    assert "3 March 2026 to 11 March 2026" in said
    assert "Posts 2 Own posts" in said
    assert "@bob see you" in said
    assert "What a lovely day" not in said
    assert "This is told of 30 days" in said
    assert {f"/download/{known.full}/{name}.csv?from=2026-03-03&to=2026-03-11" for name in ("rhythm", "hashtags")} <= {
        *links(page)
    }
    tags = rows(ada.client.get(f"/download/{known.full}/hashtags.csv?from=2026-03-03&to=2026-03-11"))
    assert [(row["tag"], row["posts"]) for row in tags] == [("Garden", "1")]


def test_the_posts_behind_a_bar_are_of_the_range(ada: Page, known: Known) -> None:
    data = {"account": known.full, "from": "2026-03-03", "to": "2026-03-08", "unit": "week"}
    click = {"points": [{"curveNumber": 0, "x": "2026-03-02"}]}
    values = {'{"chart":"timeline","type":"chart"}.clickData': click, "account-shown.data": data}

    behind = ada.answer("timeline-behind.children", values)["timeline-behind"]["children"]

    assert text(behind).startswith("Week of 2 March 2026: 0 posts")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-03-11&to=2026-03-03", "11 March 2026 comes after 3 March 2026: write the earlier day first."),
        ("from=2026-03-03", "A range needs its first and its last day."),
        ("from=2026-02-30&to=2026-03-03", "“2026-02-30” is no day: write it as 2025-03-01."),
    ],
)
def test_what_is_no_range_has_a_sentence_and_loses_nothing(ada: Page, known: Known, query: str, sentence: str) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&period=90d&{query}")

    fields = {one["props"]["name"]: one["props"]["value"] for one in parts(page) if one["props"].get("type") == "date"}
    assert f"{sentence} Shown is: 90 days." in text(page)
    assert fields == {"from": "", "to": ""} | dict(part.split("=") for part in query.split("&"))
    assert sentence.split(":")[0] in ada.client.get(f"/download/{known.full}/timeline.csv?{query}").text


def test_days_without_data_are_said_and_are_no_zero(ada: Page, known: Known) -> None:
    wide = text(ada.open(f"user/mastodon?account={known.full}&from=1950-01-01&to=2150-01-01"))
    before = text(ada.open(f"user/mastodon?account={known.full}&from=2020-01-01&to=2020-02-01"))

    assert "No post from before 2 March 2026 is known." in wide
    assert "The data ends on 20 March 2026: of later days nothing is known." in wide
    assert "Posts 3 Own posts" in wide
    assert "Posts – no posts in this period" in before
    assert "Timeline" not in before.partition("What stands out")[2].partition("No posts in this period")[0]


def test_the_overview_is_of_the_days_asked_for(ada: Page) -> None:
    page = ada.open("user?from=2026-03-03&to=2026-03-11&sort=posts")

    assert "ada@example.social Mastodon, to 11 Mar 2026 2 " in text(page)
    assert any("&from=2026-03-03&to=2026-03-11" in link for link in links(page) if "account=" in link)
    assert "?from=2026-03-03&to=2026-03-11&sort=posts&order=desc" in links(page)


def test_words_of_more_posts_than_are_read_say_so(ada: Page, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_range, "MOST_READ", 1)

    said = text(ada.open(f"user/mastodon?account={known.full}&from=2026-03-01&to=2026-03-12"))

    assert "Counted in the newest 1 post of these days." in said


def test_a_range_of_nobodys_posts_and_of_others_accounts_is_as_any_page(dashboard_app: Flask, known: Known) -> None:
    bob = Page(sign_in(dashboard_app, known.bob))

    assert "No such account" in text(bob.open(f"user/mastodon?account={known.full}&{SAME_AS_30_DAYS}"))
    assert bob.client.get(f"/download/{known.full}/timeline.csv?{SAME_AS_30_DAYS}").status_code == 404
