"""The graph of an account: who is drawn, who is looked at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from flask import Flask

from dashapp.dashboard.sections.graph_remark import left_out
from dashapp.store import people

from ..browsing import GRAPH, Page, links, parts, text, with_id
from ..conftest import Known

DRAW = GRAPH + ".figure"


def asking(account: int, which: str = "followers", **values: Any) -> dict[str, Any]:
    """What the graph sends; names as in `graph_search`."""
    named = {name.replace("_", "-", 1) + ".value": value for name, value in values.items() if name != "click"}
    return {
        "graph-list.value": which,
        "graph-ego.value": False,
        "account-shown.data": {"account": account, "period": "1y", "unit": "week"},
        **named,
    }


def person_id(app: Flask, owner: int, account: int, key: str) -> int:
    """The id of a person of an account."""
    with app.app_context():
        return next(row["id"] for row in people.find_people(owner, account, "everyone", key) if row["key"] == key)


def traces(answer: dict[str, Any]) -> list[str]:
    """What is drawn, from below to above."""
    return [trace["name"] for trace in answer[GRAPH]["figure"]["data"]]


def test_at_first_all_are_drawn_and_it_is_said_what_can_be_done(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.full))

    assert traces(answer) == ["ties", "people"]
    assert "Click a point" in text(answer["graph-person"]["children"])
    said = text(answer["graph-remark"]["children"])
    assert "All 2 people and the ties among them. On average a person has ties with 1 others." in said
    assert f"/download/{known.full}/followers-graph.graphml" in links(answer["graph-remark"]["children"])


def test_ties_without_direction_are_not_said_to_have_one(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.network, "everyone"))

    people_drawn = answer[GRAPH]["figure"]["data"][1]
    assert "go both ways" not in text(answer["graph-remark"]["children"])
    assert any("Ties here: 3" in one for one in people_drawn["hovertext"])


def test_the_account_can_stand_in_the_middle(ada: Page, known: Known) -> None:
    values = asking(known.full) | {"graph-ego.value": True}

    answer = ada.answer(DRAW, values, changed="graph-ego.value")

    assert traces(answer) == ["ties", "ties of the account", "people", "account"]
    assert "graph-remark" not in answer


def test_a_click_on_a_person_lights_their_ties_and_tells_who_they_are(
    dashboard_app: Flask, ada: Page, known: Known
) -> None:
    bob = person_id(dashboard_app, known.ada, known.full, "bob")
    click = {"points": [{"curveNumber": 1, "customdata": float(bob)}]}

    answer = ada.answer(DRAW, asking(known.full) | {f"{GRAPH}.clickData": click}, changed=f"{GRAPH}.clickData")

    assert traces(answer) == ["ties", "their ties", "people", "chosen"]
    said = text(answer["graph-person"]["children"])
    assert "Bob bob" in said
    assert "Their followers 30 Their friends 0" in said
    assert "1 person with a tie =HYPERLINK(1)" in said
    assert answer["graph-chosen"]["data"] == {"person": bob}


def test_a_neighbour_can_be_picked_from_the_list(dashboard_app: Flask, ada: Page, known: Known) -> None:
    carol = person_id(dashboard_app, known.ada, known.full, "carol")
    values = asking(known.full) | {"graph-pick.data": {"person": carol, "at": 1}}

    answer = ada.answer(DRAW, values, changed="graph-pick.data")

    picks = [
        one["props"]["data-person"]
        for one in parts(answer["graph-person"]["children"])
        if "data-person" in one["props"]
    ]
    assert picks == [str(person_id(dashboard_app, known.ada, known.full, "bob")), ""]


def test_showing_all_again_forgets_who_was_looked_at(ada: Page, known: Known) -> None:
    values = asking(known.full) | {"graph-pick.data": {"person": None, "at": 2}, "graph-chosen.data": {"person": 1}}

    answer = ada.answer(DRAW, values, changed="graph-pick.data")

    assert traces(answer) == ["ties", "people"]
    assert answer["graph-chosen"]["data"] == {}


def test_a_search_lists_and_lights_whom_it_finds(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.full, graph_search=" bo "), changed="graph-search.value")

    assert traces(answer) == ["ties", "people", "chosen"]
    assert "The 1 person found Bob" in text(answer["graph-person"]["children"])


def test_a_search_that_finds_nobody_says_so(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.full, graph_search="zebra"), changed="graph-search.value")

    assert "No name or handle here holds “zebra”." in text(answer["graph-person"]["children"])


@pytest.mark.parametrize("before", [{"search": "bob"}, {"person": "bob"}])
def test_the_switch_keeps_who_is_looked_at(
    dashboard_app: Flask, ada: Page, known: Known, before: dict[str, Any]
) -> None:
    if "person" in before:
        before = {"person": person_id(dashboard_app, known.ada, known.full, "bob")}
    values = asking(known.full) | {"graph-ego.value": True, "graph-chosen.data": before}

    answer = ada.answer(DRAW, values, changed="graph-ego.value")

    assert "chosen" in traces(answer)
    assert answer["graph-chosen"]["data"] == before


def test_a_person_of_somebody_else_is_not_found(dashboard_app: Flask, ada: Page, known: Known) -> None:
    theirs = person_id(dashboard_app, known.bob, known.bobs, "bob")
    values = asking(known.full) | {"graph-pick.data": {"person": theirs}}

    assert ada.send(DRAW, values, changed="graph-pick.data").status_code == 404


@pytest.mark.parametrize("which", ["mutuals", "everyone", "nothing", None, 3, {}])
def test_a_graph_that_there_is_not_is_refused(ada: Page, known: Known, which: Any) -> None:
    assert ada.send(DRAW, asking(known.full, which)).status_code == 400


@pytest.mark.parametrize(
    "click", [None, 1, {}, {"points": 1}, {"points": []}, {"points": [1]}, {"points": [{"customdata": "x"}]},
              {"points": [{"customdata": True}]}, {"points": [{"customdata": 2**70}]}]
)  # fmt: skip
def test_a_click_on_nothing_looks_at_nobody(ada: Page, known: Known, click: Any) -> None:
    answer = ada.answer(DRAW, asking(known.full) | {f"{GRAPH}.clickData": click}, changed=f"{GRAPH}.clickData")

    assert answer["graph-chosen"]["data"] == {}


def test_the_address_chooses_the_graph(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&graph=friends")

    assert with_id(page, "graph-list")["value"] == "friends"


def test_it_is_said_how_many_are_left_out() -> None:
    summary = pd.Series({"people": 37_700, "shown": 1_500, "ties": 289_003, "ties_shown": 39_151})

    few, many = (left_out(summary, pictured=pictured) for pictured in (False, True))

    assert few == "The 1,500 best connected of 37,700 people; the download has all."
    assert many.startswith(f"{few} Their 39,151 ties lie under them as one picture")
