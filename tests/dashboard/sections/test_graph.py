"""The graph of an account: who is drawn, who is looked at."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flask import Flask

from analytics.graph_drawing import GraphDrawing
from analytics.graph_traits import GraphTraits
from dashapp.dashboard.figures.graph import CROWD, HEIGHT, NAMED, GraphCanvas
from dashapp.dashboard.figures.style import PALETTES
from dashapp.dashboard.formats import GRAPH_FORMATS
from dashapp.dashboard.sections.graph_brokers import connecting, reasons
from dashapp.dashboard.sections.graph_choices import SIZE_CLASSES, follower_colours
from dashapp.dashboard.sections.graph_legend import Meaning, meanings
from dashapp.dashboard.sections.graph_person import InGraph, Whereabouts, person_facts
from dashapp.dashboard.sections.graph_remark import facts, left_out
from dashapp.dashboard.sections.graph_selection import ListGraph, room_of
from dashapp.store import people
from dashapp.store.rows import PersonRow
from tests.records import partial_row

from ..conftest import Known
from ..dash_client import GRAPH, Page, links, parts, plain, text, with_id
from ..downloads import rows

pytestmark = pytest.mark.slow

DRAW = GRAPH + ".figure"
WORDS = '{"chart":"graph","type":"words"}'


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
        return next(row.id for row in people.find_people(owner, account, "everyone", key) if row.key == key)


def traces(answer: dict[str, Any]) -> list[str]:
    """What is drawn, from below to above."""
    return [trace["name"] for trace in answer[GRAPH]["figure"]["data"] if trace.get("visible") is not False]


def stamp(page: Page, account: int, which: str = "followers") -> str:
    """Which drawing a page shows that has been drawn."""
    return page.answer(DRAW, asking(account, which))["graph-stamp"]["data"]


def changes(answer: dict[str, Any]) -> dict[str, Any]:
    """What is changed in a figure that is drawn already, by its places."""
    operations = answer[GRAPH]["figure"]["operations"]
    assert {one["operation"] for one in operations} == {"Assign"}
    return {"/".join(map(str, one["location"])): one["params"]["value"] for one in operations}


def lit(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The traces that are changed and seen, by name."""
    changed = changes(answer)
    named = [value for place, value in changed.items() if place.startswith("data/") and place.count("/") == 1]
    return {trace["name"]: trace for trace in named if trace.get("visible") is not False}


def test_at_first_all_are_drawn_and_it_is_said_what_can_be_done(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.full))

    assert traces(answer) == ["ties", "people"]
    assert "Click a point" in text(answer["graph-person"]["children"])
    said = text(answer["graph-remark"]["children"])
    assert "All 2 people and the ties among them. On average a person has ties with 1 other." in said
    offered = links(answer["graph-remark"]["children"])
    files = [f"/download/{known.full}/followers-graph.{form.suffix}" for form in GRAPH_FORMATS]
    assert offered == [*files, "https://gephi.org/gephi-lite/"]  # where it is to be opened by hand


def test_a_graph_is_told_in_words_with_who_is_chosen(dashboard_app: Flask, ada: Page, known: Known) -> None:
    bob = person_id(dashboard_app, known.ada, known.full, "bob")
    asked, now = asking(known.full), {"graph-stamp.data": stamp(ada, known.full)}
    picks: list[tuple[dict[str, Any], str]] = [
        ({"graph-pick.data": {"person": bob}}, "Chosen: Bob with 1 tie."),
        ({"graph-pick.data": {"colour": 0}}, "Chosen: =HYPERLINK(1), Bob, 2 people."),
        ({"graph-search.value": "bo"}, "Found: 1 person."),
        ({"graph-pick.data": {"person": None}}, ""),
    ]

    at_first = ada.answer(DRAW, asked)[WORDS]["children"]
    then = [ada.answer(DRAW, asked | now | pick, changed=next(iter(pick)))[WORDS]["children"] for pick, _ in picks]
    filtered = ada.answer(DRAW, asked | {"graph-ties.value": 2, "graph-size.value": "followers"})[WORDS]["children"]

    assert at_first == (
        "2 people, 1 pair of them with a known tie, in 1 community. The largest is that of =HYPERLINK(1), Bob, with 2 "
        "people. Best connected: =HYPERLINK(1) with 1 tie; Bob with 1 tie. Size stands for ties, colour for community."
    )
    assert then == [f"{at_first} {chosen}".strip() for _, chosen in picks]
    assert filtered.endswith("Size stands for followers, colour for community. 0 people pass the filter.")


def test_ties_without_direction_are_not_said_to_have_one(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.network, "everyone"))

    people_drawn = next(trace for trace in answer[GRAPH]["figure"]["data"] if trace["name"] == "people")
    assert "go both ways" not in text(answer["graph-remark"]["children"])
    assert any("Ties in this graph: 3" in one for one in people_drawn["hovertext"])


def test_who_tells_no_name_is_called_in_the_picture_as_in_lists(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.network, "everyone"))

    assert {name["text"] for name in answer[GRAPH]["figure"]["layout"]["annotations"]} == set("abcd")


def test_a_saved_picture_says_which_list_is_drawn(ada: Page, known: Known) -> None:
    called = ada.answer(DRAW, asking(known.full, "friends"))[GRAPH]["figure"]["layout"]["meta"]

    assert called["title"] == "Friend graph"
    assert "-friends-graph-" in called["name"]


def test_a_count_is_the_same_number_under_the_same_name_wherever_it_stands(ada: Page, known: Known) -> None:
    points = next(
        one for one in ada.answer(DRAW, asking(known.full))[GRAPH]["figure"]["data"] if one["name"] == "people"
    )
    in_all_data = {row["handle"]: row for row in rows(ada.client.get(f"/download/{known.full}/everyone.csv"))}

    for person, tooltip in zip(points["customdata"], points["hovertext"], strict=True):
        picked = asking(known.full) | {"graph-pick.data": {"person": person}}
        card = text(ada.answer(DRAW, picked, changed="graph-pick.data")["graph-person"]["children"])
        here = re.findall("(Followers|Friends) in this graph: (.)", tooltip)
        row = in_all_data[tooltip.split("<br>")[1]]
        assert here == re.findall("(Followers|Friends) in this graph (.)", card)
        assert all(int(count) <= int(row[f"{of.lower()}_in_all_data"]) for of, count in here)
        assert "1 person with a tie in this graph" in card
        assert "in all data" not in card


def test_the_account_can_stand_in_the_middle(ada: Page, known: Known) -> None:
    values = asking(known.full) | {"graph-ego.value": True}

    answer = ada.answer(DRAW, values | {"graph-stamp.data": stamp(ada, known.full)}, changed="graph-ego.value")

    assert traces(ada.answer(DRAW, values)) == ["ties", "ties of the account", "people", "account"]
    assert set(lit(answer)) == {"ties", "ties of the account", "account"}
    assert "graph-remark" not in answer


def test_who_is_looked_at_changes_the_drawing_without_sending_it_again(
    dashboard_app: Flask, ada: Page, known: Known
) -> None:
    bob = person_id(dashboard_app, known.ada, known.full, "bob")
    values = asking(known.full) | {"graph-pick.data": {"person": bob}, "graph-stamp.data": stamp(ada, known.full)}

    answer = ada.answer(DRAW, values, changed="graph-pick.data")

    assert set(lit(answer)) == {"ties", "their ties", "chosen"}
    assert lit(answer)["chosen"]["customdata"][0] == bob
    assert changes(answer)[f"data/{CROWD}/marker/opacity"] < 0.3
    assert not [place for place in changes(answer) if place.endswith(("/x", "/y", "/size"))]
    assert "graph-remark" not in answer


@pytest.mark.parametrize("was", [None, "followers 2020-01-01", 7, {}])
def test_a_drawing_of_before_the_latest_import_is_sent_again(ada: Page, known: Known, was: Any) -> None:
    values = asking(known.full, graph_search="bob") | {"graph-stamp.data": was}

    answer = ada.answer(DRAW, values, changed="graph-search.value")

    assert traces(answer) == ["ties", "people", "chosen"]
    assert answer["graph-stamp"]["data"] == stamp(ada, known.full)


@pytest.mark.parametrize(
    "view", [None, {}, {"left": -1, "right": 1, "bottom": -1, "top": 1}, {"left": "x"}, {"left": True}, 3]
)
def test_the_ties_in_view_are_no_lines_of_their_own_where_all_ties_are(ada: Page, known: Known, view: Any) -> None:
    answer = ada.answer("graph-near.data", asking(known.full) | {"graph-view.data": view})

    assert answer["graph-near"]["data"]["shapes"] == []
    assert answer["graph-near"]["data"]["opacity"] is None


def test_few_ties_in_view_become_lines_over_their_picture(
    ada: Page, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GraphDrawing, "as_lines", False)
    everywhere = {"left": -40_000, "right": 40_000, "bottom": -40_000, "top": 40_000}
    asked = asking(known.full) | {"graph-view.data": everywhere}

    near = ada.answer("graph-near.data", asked)["graph-near"]["data"]
    behind = ada.answer("graph-near.data", asked | {"graph-chosen.data": {"person": 1}})["graph-near"]["data"]

    assert [shape["path"].count("L") for shape in near["shapes"]] == [1]
    assert near["opacity"] < 1
    assert behind["shapes"][0]["opacity"] < near["shapes"][0]["opacity"]


def test_the_neighbours_of_somebody_who_is_not_drawn_keep_their_names_in_a_part_of_the_drawing(
    dashboard_app: Flask, ada: Page, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = person_id(dashboard_app, known.ada, known.full, "bob")
    drawn = GraphDrawing.numbers
    monkeypatch.setattr(GraphDrawing, "numbers", lambda self, ids: drawn(self, [one for one in ids if one != bob]))
    everywhere = {"left": -40_000, "right": 40_000, "bottom": -40_000, "top": 40_000}
    asked = asking(known.full) | {"graph-view.data": everywhere, "graph-chosen.data": {"person": bob}}

    near = ada.answer("graph-near.data", asked)["graph-near"]["data"]

    assert [name["text"] for name in near["annotations"]] == ["=HYPERLINK(1)"]


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        ({"width": 340, "height": 370}, (340, 370)),
        ({"width": 340}, (HEIGHT, HEIGHT)),
        ({"width": 0, "height": 370}, (HEIGHT, HEIGHT)),
        ({"width": 1e9, "height": 370}, (HEIGHT, HEIGHT)),
        ({"width": "340", "height": True}, (HEIGHT, HEIGHT)),
        (None, (HEIGHT, HEIGHT)),
    ],
)
def test_a_browsers_room_is_believed_if_it_can_be(room: Any, expected: tuple[float, float]) -> None:
    assert room_of(room) == expected


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
    assert "1 person with a tie in this graph =HYPERLINK(1)" in said
    assert answer["graph-chosen"]["data"] == {"person": bob}


def test_a_click_on_somebody_of_the_crowd_counts_if_that_drawing_was_clicked(
    dashboard_app: Flask, ada: Page, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = person_id(dashboard_app, known.ada, known.full, "bob")
    monkeypatch.setattr(GraphCanvas, "person_at", lambda _, curve, point: bob if (curve, point) == (CROWD, 7) else None)
    asked = asking(known.full) | {f"{GRAPH}.clickData": {"points": [{"curveNumber": CROWD, "pointNumber": 7}]}}
    now = {"graph-stamp.data": stamp(ada, known.full)}

    clicked = ada.answer(DRAW, asked | now, changed=f"{GRAPH}.clickData")
    too_late = ada.answer(DRAW, asked | {"graph-stamp.data": "another drawing"}, changed=f"{GRAPH}.clickData")

    assert clicked["graph-chosen"]["data"] == {"person": bob}
    assert too_late["graph-chosen"]["data"] == {}


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
    assert "The 1 person found Bob" in text(answer["graph-found"]["children"])


def test_a_search_that_finds_nobody_says_so(ada: Page, known: Known) -> None:
    answer = ada.answer(DRAW, asking(known.full, graph_search="zebra"), changed="graph-search.value")

    assert "No name or handle here holds “zebra”." in text(answer["graph-found"]["children"])


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


@pytest.mark.parametrize(
    ("changed", "names"), [("graph-size.value", []), ("graph-list.value", ["Bob", "=HYPERLINK(1)"])]
)
def test_another_look_keeps_the_part_in_view_and_another_list_is_seen_whole(
    ada: Page, known: Known, changed: str, names: list[str]
) -> None:
    nobody_there = {"left": 90_000, "right": 90_001, "bottom": 0, "top": 1}

    answer = ada.answer(DRAW, asking(known.full) | {"graph-view.data": nobody_there}, changed=changed)

    assert sorted(name["text"] for name in answer[GRAPH]["figure"]["layout"]["annotations"]) == sorted(names)
    in_view = answer[GRAPH]["figure"]["layout"]["xaxis"]["range"] == [90_000, 90_001]
    assert (in_view, "graph-view" in answer) == ((True, False) if not names else (False, True))


@pytest.mark.parametrize("which", ["mutuals", "everyone", "nothing", None, 3, {}])
def test_a_graph_that_there_is_not_is_refused(ada: Page, known: Known, which: Any) -> None:
    assert ada.send(DRAW, asking(known.full, which)).status_code == 400


@pytest.mark.parametrize(
    "click", [None, 1, {}, {"points": 1}, {"points": []}, {"points": [1]}, {"points": [{"customdata": "x"}]},
              {"points": [{"customdata": True}]}, {"points": [{"customdata": 2**70}]},
              {"points": [{"customdata": 0.5}]}]
)  # fmt: skip
def test_a_click_on_nothing_looks_at_nobody(ada: Page, known: Known, click: Any) -> None:
    answer = ada.answer(DRAW, asking(known.full) | {f"{GRAPH}.clickData": click}, changed=f"{GRAPH}.clickData")

    assert answer["graph-chosen"]["data"] == {}


def test_the_address_chooses_the_graph(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&graph=friends")

    assert with_id(page, "graph-list")["value"] == "friends"


def test_the_address_chooses_a_person_of_the_account_and_nobody_else(
    dashboard_app: Flask, ada: Page, known: Known
) -> None:
    bob = person_id(dashboard_app, known.ada, known.full, "bob")
    theirs = person_id(dashboard_app, known.bob, known.bobs, "bob")
    chosen = [
        with_id(ada.open(f"user/mastodon?account={known.full}&person={one}"), "graph-chosen")["data"]
        for one in (bob, theirs, 2**40, "x")
    ]

    answer = ada.answer(DRAW, asking(known.full) | {"graph-chosen.data": chosen[0]})

    assert chosen == [{"person": bob}, {}, {}, {}]
    assert "chosen" in traces(answer)


def test_the_legend_lights_a_community_and_names_its_best_connected(ada: Page, known: Known) -> None:
    legend_parts = parts(ada.answer(DRAW, asking(known.full))["graph-remark"]["children"])
    colours = [one["props"]["data-colour"] for one in legend_parts if "data-colour" in one["props"]]
    pick = {"graph-pick.data": {"colour": int(colours[0])}, "graph-stamp.data": stamp(ada, known.full)}

    answer = ada.answer(DRAW, asking(known.full) | pick, changed="graph-pick.data")

    assert answer["graph-chosen"]["data"] == {"colour": 0}
    assert "Best connected" in text(answer["graph-person"]["children"])
    assert changes(answer)[f"data/{CROWD}/marker/opacity"] == [1.0, 1.0]


def test_other_colours_light_nobody_of_the_old_ones(ada: Page, known: Known) -> None:
    values = asking(known.full) | {"graph-chosen.data": {"colour": 1}, "graph-colour.value": "mutual"}

    assert ada.answer(DRAW, values, changed="graph-colour.value")["graph-chosen"]["data"] == {}


def test_followers_that_are_not_told_have_a_colour_of_their_own_and_none_is_a_number(ada: Page, known: Known) -> None:
    chosen = asking(known.full) | {"graph-colour.value": "followers"}
    shown = [one["props"] for one in parts(ada.answer(DRAW, chosen)["graph-remark"]["children"])]
    entries = {text(one["children"]): one["data-colour"] for one in shown if "data-colour" in one}
    dots = [one["style"]["backgroundColor"] for one in shown if one.get("className") == "sg-dot"]
    untold = {"graph-pick.data": {"colour": NAMED}}
    panel = text(ada.answer(DRAW, chosen | untold, changed="graph-pick.data")["graph-person"]["children"])

    assert entries == {"10–99 followers (1)": "1", "followers not told (1)": str(NAMED)}
    assert dots == [PALETTES["light"].few_to_many[1], PALETTES["light"].other]
    assert "followers not told 1 person Best connected" in panel
    told = GraphTraits(np.array([-1, 0, 9, 10, 2**31 - 1]), *[np.empty(0)] * 4, [])
    assert follower_colours(told).tolist() == [NAMED, 0, 0, 1, len(SIZE_CLASSES) - 1]


@pytest.mark.parametrize(("account", "offered"), [("full", True), ("network", False)])
def test_followers_are_offered_where_they_are_told(ada: Page, known: Known, account: str, offered: bool) -> None:
    service = {"full": "mastodon", "network": "github"}[account]
    page = ada.open(f"user/{service}?account={getattr(known, account)}")

    for name in ("graph-size", "graph-colour"):
        assert ("followers" in [option["value"] for option in with_id(page, name)["options"]]) is offered


def test_a_community_that_the_list_does_not_have_leaves_nobody_out(ada: Page, known: Known) -> None:
    remark = ada.answer(DRAW, asking(known.full) | {"graph-shown.value": "community-7"})["graph-remark"]["children"]

    assert "fade" not in text(remark)


@pytest.mark.parametrize(
    ("least", "inside"), [(None, 2), ("", 2), (1, 2), (2, 0), ("x", 2), (-1, 2), (10**9, 2), ("9" * 5000, 2)]
)
def test_people_with_fewer_ties_can_be_left_out(ada: Page, known: Known, least: Any, inside: int) -> None:
    answer = ada.answer(DRAW, asking(known.full) | {"graph-ties.value": least})

    drawn = next(trace for trace in answer[GRAPH]["figure"]["data"] if trace["name"] == "people")
    assert len(drawn["customdata"]) == inside


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ({"people": 30, "shown": 30, "ties_shown": 40}, "All 30 people and the ties among them."),
        (
            {"people": 37_700, "shown": 37_700, "ties_shown": 289_003},
            "All 37,700 people and the ties among them. Their 289,003 ties lie under them as one picture: click a "
            "person to see theirs as lines, or zoom in until at most 3,000 are in view.",
        ),
        (
            {"people": 99_000, "shown": 60_000, "ties_shown": 2_000},
            "The 60,000 best connected of 99,000 people, for a screen shows no more points. The search finds "
            "everybody, and the download has all.",
        ),
    ],
    ids=["few", "many-ties", "too-many-people"],
)
def test_it_is_said_what_is_drawn(summary: dict[str, int], expected: str) -> None:
    assert left_out(pd.Series(summary)) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param(
            (5, 5, 2.0, 0.5), "On average a person has ties with 2 others. 50% of the ties go both ways.", id="all"
        ),
        pytest.param(
            (5, 4, 2.5, 0.25),
            "Both whom they follow here and who follows them is known of 4 of 5 people: among these a person has ties "
            "with 2.5 others on average. 25% of the ties go both ways.",
            id="some",
        ),
        pytest.param(
            (5, 1, None, None),
            "How many ties a person has on average is not known: it was not told which of them follow each other.",
            id="nobody",
        ),
        pytest.param(
            (3, 3, 2.0, 0.0),
            "On average a person has ties with 2 others. No tie goes both ways: if each stands for both directions, "
            "say so when you upload the data.",
            id="no-directions",
        ),
        pytest.param((2, 2, 0.0, None), "On average a person has ties with 0 others.", id="no-ties"),
    ],
)
def test_the_graph_in_numbers_says_of_whom_it_is(numbers: tuple[Any, ...], expected: str) -> None:
    summary = pd.Series(numbers, index=["people", "mutually_known", "mean_degree", "reciprocity"], dtype=object)

    assert facts(summary, directed=True, uploaded=True) == expected


@pytest.mark.parametrize("n_followers", [None, 3])
def test_a_dash_beside_the_graph_has_its_reason(n_followers: int | None) -> None:
    person = partial_row(
        PersonRow,
        key="bob",
        is_follower=True,
        is_friend=False,
        shared_followers=1,
    )
    view: Any = SimpleNamespace(account=SimpleNamespace(mutual_ties=False), time_zone="UTC")

    here = InGraph("everyone", 0, n_followers, 2)

    said = text(plain(person_facts(view, person, [], {}, here=here, where=Whereabouts())))

    assert ("“–”: which of these people" in said) is (n_followers is None)
    assert ("0 people with a known tie" in said) is (n_followers is None)
    assert f"Followers in this graph {n_followers or '–'} Friends in this graph 2 Shared followers 1" in said
    assert "Common friends" not in said


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            {"ci_low": 0.25, "ci_high": 0.25, "second": None},
            ["On 25% of the shortest ways between others."],
            id="exact",
        ),
        pytest.param(
            {"ci_low": 0.2, "ci_high": 0.31, "second": 1, "reached": 3, "tied": ["github"]},
            [
                "On 25% (likely 20% to 31%) of the shortest ways between others.",
                "Knows 1 person around Ada and 4 around Bob, and some of 1 more community.",
            ],
            id="communities",
        ),
        pytest.param(
            {"ci_low": 0.25, "ci_high": 0.25, "second": None, "tied": ["github", "mastodon"]},
            [
                "On 25% of the shortest ways between others.",
                "Is on GitHub and Mastodon, and knows people on both.",
            ],
            id="services",
        ),
    ],
)
def test_a_broker_has_reasons(told: dict[str, Any], expected: list[str]) -> None:
    known = {"betweenness": 0.25, "first": 0, "n_first": 1, "n_second": 4, "reached": 2}

    assert list(reasons(known | told, {0: "Ada, Zoe", 1: "Bob"})) == expected


def test_a_broker_who_tells_no_name_is_called_as_in_lists(
    dashboard_app: Flask, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashapp.dashboard.sections.graph_brokers.current_user", SimpleNamespace(id=known.ada))
    view: Any = SimpleNamespace(id=known.network, account=SimpleNamespace(service="mastodon"))
    with dashboard_app.app_context():
        [someone, *_] = people.find_people(known.ada, known.network, "everyone", "")
        told = {"person": someone.id, "label": None, "betweenness": 0.5, "ci_low": 0.5, "ci_high": 0.5, "second": None}

        [_, listed] = connecting(view, pd.DataFrame([told]), {})

    assert (someone.name, someone.handle) == (None, None)
    assert f"Button(children='{someone.key}'" in str(listed)


def test_the_largest_community_comes_first_and_of_equals_the_smaller_number() -> None:
    communities = pd.DataFrame({"community": [0, 1, 2], "people": [5, 9, 5], "name": ["ada", "bob", "carol"]})
    view: Any = SimpleNamespace(of_list=lambda *_: communities)

    in_order = list(meanings(ListGraph(view, "followers", (1, 1), lambda: view)))

    assert in_order == [Meaning(0, "bob", 9), Meaning(1, "ada", 5), Meaning(2, "carol", 5)]
