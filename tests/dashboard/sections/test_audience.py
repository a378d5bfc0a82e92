"""Who the followers and friends are: what is said of them, and the classes that narrow the list."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..conftest import Known
from ..dash_client import Page, has_id, links, parts, text, with_id
from ..downloads import rows

pytestmark = pytest.mark.slow

ROWS = "people-grid.getRowsResponse"


def box(page: Page, known: Known, which: str) -> Any:
    """The charts of ada's list."""
    values = {"audience-list.value": which, "account-shown.data": {"account": known.full}}
    return page.answer("audience-box.children", values)["audience-box"]["children"]


def bars(layout: Any) -> list[dict[str, Any]]:
    """What the bars stand for."""
    return [json.loads(one["props"]["data-audience"]) for one in parts(layout) if "data-audience" in one["props"]]


def asking(known: Known, chosen: Any) -> dict[str, Any]:
    """What the grid sends while a class is chosen."""
    return {
        "people-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
        "people-list.value": "followers",
        "people-class.data": chosen,
        "account-shown.data": {"account": known.full},
    }


def test_what_is_told_of_few_is_drawn_and_what_is_not_told_is_said(ada: Page, known: Known) -> None:
    followers = box(ada, known, "followers")

    assert "Rests on 1 of 2 followers." in text(followers)
    assert [bar["name"] for bar in bars(followers)] == ["10–99"]
    assert (
        "This data does not tell of these followers: when their accounts began, when they last posted and servers in "
        "their handles."
    ) in text(followers)
    assert "No word stands in the bios of 3 people." in text(followers)
    assert "Only 2 followers: too few to say what share is mutual." in text(followers)


def test_each_chart_is_saved_as_a_picture_of_its_bars(ada: Page, known: Known) -> None:
    [chart] = [one for one in parts(box(ada, known, "followers")) if "data-figure" in one["props"]]

    drawn = json.loads(chart["props"]["data-figure"])

    assert drawn["layout"]["yaxis"]["ticktext"] == [one["props"]["children"] for one in labels(chart)]
    assert [one["props"]["data-image"] for one in parts(chart) if "data-image" in one["props"]] == ["png", "svg"]


def labels(chart: Any) -> list[Any]:
    return [one for one in parts(chart) if one["props"].get("className") == "sg-bar-label"]


def test_a_class_narrows_the_list_and_none_is_the_whole(ada: Page, known: Known) -> None:
    [chosen] = bars(box(ada, known, "followers"))

    narrowed, whole = (ada.answer(ROWS, asking(known, each)) for each in (chosen, None))

    assert [row["handle"] for row in narrowed["people-grid"]["getRowsResponse"]["rowData"]] == ["bob"]
    assert (text(narrowed["people-count"]["children"]), text(whole["people-count"]["children"])) == (
        "1 person matches", "2 people",
    )  # fmt: skip


def test_a_class_in_the_address_narrows_the_list_and_its_file(ada: Page, known: Known) -> None:
    [chosen] = bars(box(ada, known, "followers"))

    page = ada.open(f"user/mastodon?account={known.full}&class=size:10%E2%80%9399")
    offered = ada.answer(ROWS, asking(known, chosen))["people-downloads"]["children"]

    assert with_id(page, "people-class")["data"] == chosen
    assert [row["handle"] for row in rows(ada.client.get(links(offered)[0]))] == ["bob"]
    unknown = ada.open(f"user/mastodon?account={known.full}&class=gender:any")
    assert with_id(unknown, "people-class").get("data") is None


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param("size", id="no-class"),
        pytest.param({"measure": "gender", "name": "any"}, id="no-such-measure"),
        pytest.param({"measure": "size", "name": "12–13"}, id="no-such-class"),
        pytest.param({"measure": "word", "name": ""}, id="no-word"),
        pytest.param({"measure": ["size"], "name": "0–9"}, id="a-list"),
    ],
)
def test_what_no_bar_stands_for_is_refused(ada: Page, known: Known, chosen: Any) -> None:
    assert ada.send(ROWS, asking(known, chosen)).status_code == 400


def test_an_account_without_followers_and_friends_has_no_audience(ada: Page, known: Known) -> None:
    assert not has_id(ada.open(f"user/github?account={known.network}"), "audience-box")
    assert with_id(ada.open(f"user/mastodon?account={known.full}"), "audience-list")["value"] == "followers"
