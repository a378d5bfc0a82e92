"""The list of people: what the grid asks for and gets."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dashapp.dashboard.components.people_grid import grid_row
from dashapp.dashboard.formats import TABLE_FORMATS
from dashapp.dashboard.sections.people import not_told
from dashapp.store.rows import PersonRow
from tests.records import partial_row

from ..conftest import Known
from ..dash_client import Page, links, text, with_id
from ..downloads import rows as file_rows

ROWS = "people-grid.getRowsResponse"


def asking(known: Known, which: str = "followers", *, search: Any = "", **request: Any) -> dict[str, Any]:
    """What the grid of ada's account sends."""
    return {
        "people-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}, **request},
        "people-list.value": which,
        "people-search.value": search,
        "account-shown.data": {"account": known.full, "period": "1y", "unit": "week"},
    }


def rows(ada: Page, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that come."""
    return ada.answer(ROWS, values)["people-grid"]["getRowsResponse"]["rowData"]


def test_rows_are_written_out_and_what_is_not_told_is_a_dash(ada: Page, known: Known) -> None:
    sort = [{"colId": "handle", "sort": "asc"}]

    bob, carol = rows(ada, asking(known, sortModel=sort))

    assert (bob["name"], bob["handle"], bob["followers"], bob["friends"]) == ("Bob", "bob", "30", "0")
    assert (bob["shared_followers"], bob["mutual"], bob["first_seen"]) == ("1", "No", "2026-03-20")
    assert (carol["followers"], carol["follower_since"], carol["mutual"]) == ("–", "–", "Yes")


@pytest.mark.parametrize(("at", "day"), [("2026-02-01T00:00", "2026-02-01"), ("2026-02-01T01:30", "2026-01-31")])
def test_a_day_of_a_service_stays_that_day_and_a_moment_is_of_the_users_zone(at: str, day: str) -> None:
    since = datetime.fromisoformat(f"{at}+00:00")
    person = partial_row(PersonRow, id=1, key="bob", first_seen=since, follower_since=since)

    row = grid_row(person, tells_mutual=True, time_zone="America/New_York")

    assert (row["follower_since"], row["first_seen"]) == (day, "2026-01-31")


def test_the_answer_says_how_many_there_are(ada: Page, known: Known) -> None:
    answer = ada.answer(ROWS, asking(known, startRow=1, endRow=2))

    assert answer["people-grid"]["getRowsResponse"]["rowCount"] == 2
    assert len(answer["people-grid"]["getRowsResponse"]["rowData"]) == 1
    assert answer["people-count"]["children"] == "2 people"


@pytest.mark.parametrize(
    ("which", "search", "request_", "expected"),
    [
        pytest.param("followers", "BOB", {}, ["bob"], id="search"),
        pytest.param("friends", "", {"sortModel": [{"colId": "handle", "sort": "desc"}]}, ["dan", "carol"], id="sort"),
        pytest.param("mutuals", "", {}, ["carol"], id="mutuals"),
        pytest.param(
            "followers",
            "",
            {"filterModel": {"followers": {"filterType": "number", "type": "greaterThanOrEqual", "filter": 30}}},
            ["bob"],
            id="number",
        ),
        pytest.param(
            "followers",
            "",
            {"filterModel": {"name": {"filterType": "text", "type": "startsWith", "filter": "="}}},
            ["carol"],
            id="text",
        ),
        pytest.param(
            "friends",
            "",
            {"filterModel": {"friend_since": {"type": "lessThan", "dateFrom": "2026-03-03 00:00:00", "dateTo": None}}},
            ["dan"],
            id="time",
        ),
        pytest.param("friends", "", {"filterModel": {"friend_since": {"type": "blank"}}}, ["carol"], id="blank"),
    ],
)
def test_the_server_searches_sorts_and_filters(
    ada: Page, known: Known, which: str, search: str, request_: dict[str, Any], expected: list[str]
) -> None:
    found = rows(ada, asking(known, which, search=search, **request_))

    assert [row["handle"] for row in found] == expected


def test_a_search_says_that_it_narrows(ada: Page, known: Known) -> None:
    answer = ada.answer(ROWS, asking(known, search="bob"))

    assert answer["people-count"]["children"] == "1 person matches"


def test_a_grid_that_asks_for_nothing_gets_nothing(ada: Page, known: Known) -> None:
    values = asking(known)
    values["people-grid.getRowsRequest"] = None

    assert ada.answer(ROWS, values) == {}


def test_a_search_that_is_no_text_finds_all(ada: Page, known: Known) -> None:
    assert len(rows(ada, asking(known, search=["bob"]))) == 2


@pytest.mark.parametrize("which", ["posts", "", None, 1, ["followers"]])
def test_a_list_that_there_is_not_is_refused(ada: Page, known: Known, which: Any) -> None:
    assert ada.send(ROWS, asking(known, which)).status_code == 400


def test_another_list_brings_its_columns(ada: Page, known: Known) -> None:
    values = {"people-list.value": "friends", "account-shown.data": asking(known)["account-shown.data"]}

    answer = ada.answer("people-box.children", values)

    grid = with_id(answer["people-box"]["children"], "people-grid")
    titles = [column["headerName"] for column in grid["columnDefs"]]
    assert titles == ["Name", "Handle", "Their friends", "Common friends", "Mutual", "Friend since", "First seen"]
    assert grid["rowModelType"] == "infinite"


@pytest.mark.parametrize(
    ("asked", "words", "handles"),
    [
        ({}, "All followers:", 2),
        ({"search": "bob"}, "What is shown:", 1),
        ({"filterModel": {"handle": {"type": "contains", "filter": "ob"}}}, "What is shown:", 1),
    ],
    ids=["all", "search", "filter"],
)
def test_a_file_has_what_the_list_shows(
    ada: Page, known: Known, asked: dict[str, Any], words: str, handles: int
) -> None:
    offered = ada.answer(ROWS, asking(known, **asked))["people-downloads"]["children"]

    address = links(offered)[0]
    assert words in text(offered)
    assert len(file_rows(ada.client.get(address))) == handles
    assert len(links(offered)) == len(TABLE_FORMATS)


@pytest.mark.parametrize("query", ["filter=x", "filter=[1]", 'filter={"no":{"type":"blank"}}', "class=size:12"])
def test_a_file_narrowed_by_what_no_list_has_is_refused(ada: Page, known: Known, query: str) -> None:
    assert ada.client.get(f"/download/{known.full}/followers.csv?{query}").status_code == 400


def test_the_address_chooses_the_list(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&people=mutuals")

    assert with_id(page, "people-list")["value"] == "mutuals"


def test_an_account_without_people_says_so(ada: Page, known: Known) -> None:
    assert "No people in this data" in text(ada.open(f"user/mastodon?account={known.other}"))


@pytest.mark.parametrize(
    ("which", "told", "expected"),
    [
        pytest.param("followers", {"followers": (3, 3)}, "", id="all"),
        pytest.param(
            "followers",
            {"followers": (40, 92), "friends": (40, 40)},
            "Whom they follow here is known in full of 40 of 92 people; a – stands for the others.",
            id="some",
        ),
        pytest.param(
            "mutuals",
            {"followers": (30, 30), "friends": (0, 40)},
            "Whom they follow here is known of nobody in full: a – stands for what would be counted.",
            id="nobody",
        ),
        pytest.param("followers", {}, "", id="analysed-before-that-was-counted"),
    ],
)
def test_a_list_says_of_how_many_it_is_not_told_whom_they_follow(
    which: str, told: dict[str, tuple[int, int]], expected: str
) -> None:
    rows = {name: pd.DataFrame([row], columns=["known", "people"]) for name, row in told.items()}
    view: Any = SimpleNamespace(
        of_list=lambda _, name: rows.get(name, pd.DataFrame({"people": [7]})),
        account=SimpleNamespace(mutual_ties=False),
    )

    assert not_told(view, which) == expected
