"""The cross-check: what it says, what it lets through, and what the user decides."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashapp.dashboard.sections import crosscheck_decisions
from dashapp.imports import run_waiting
from dashapp.store import crosscheck, results, users
from tests.conftest import own_app
from tests.dashboard.crosscheck_world import add, compare, on_github, on_mastodon
from tests.dashboard.dash_client import Page, has_id, links, parts, text, with_id
from tests.dashboard.downloads import records, rows, sign_in
from tests.records import follower, friend

pytestmark = pytest.mark.slow

ROWS, ANSWER = "crosscheck-grid.getRowsResponse", "crosscheck-suggestions.children"
CHART = {"type": "chart", "chart": "where_people_are"}


@dataclass(frozen=True, slots=True)
class Known:
    """Ids: users, and ada's accounts."""

    ada: int
    bob: int
    demo: int
    github: int
    mastodon: int


@pytest.fixture(scope="module")
def app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with its own users."""
    with own_app(sqlite_template, tmp_path_factory.mktemp("crosscheck")) as app:
        yield app


@pytest.fixture(scope="module")
def known(app: Flask) -> Known:
    """Ada and the demo have two accounts that overlap; bob has one."""
    with app.app_context():
        ada, bob, demo = (users.add_user(n, "!") for n in ("ada", "bob", "demo"))
        for owner in (ada, demo):
            github = add(owner, "github", on_github())
            mastodon = add(owner, "mastodon", on_mastodon())
            compare(owner)
            if owner == ada:
                adas = github, mastodon
        add(bob, "github", on_github())
        users.change_user(demo, is_demo=True)
        return Known(ada, bob, demo, *adas)


@pytest.fixture
def ada(app: Flask, known: Known) -> Iterator[Page]:
    """Ada's browser; what a test decides is taken back."""
    yield Page(sign_in(app, known.ada))
    with app.app_context():
        for each in crosscheck.decisions(known.ada):
            crosscheck.decide(known.ada, each.left, each.right, None)


def opened(page: Page, query: str = "") -> Any:
    """The layout."""
    return page.open(f"user/crosscheck?{query}")


def table_rows(page: Page, where: str = "", search: Any = "", sort: str = "name") -> list[dict[str, Any]]:
    """Who stands in the table."""
    request = {"startRow": 0, "endRow": 100, "sortModel": [{"colId": sort, "sort": "asc"}], "filterModel": {}}
    sent = {
        "crosscheck-grid.getRowsRequest": request,
        "crosscheck-where.data": where,
        "crosscheck-search.value": search,
    }
    found: list[dict[str, Any]] = page.answer(ROWS, sent)["crosscheck-grid"]["getRowsResponse"]["rowData"]
    return found


def names(page: Page, where: str = "", search: Any = "") -> list[str]:
    """Their names."""
    return [row["name"] for row in table_rows(page, where, search)]


def row_of(page: Page, name: str) -> dict[str, Any]:
    """The row of somebody."""
    return next(row for row in table_rows(page) if row["name"] == name)


def wheres(layout: Any) -> dict[str, str]:
    """The filter of each button by its text."""
    return {text(one): one["props"]["data-where"] for one in parts(layout) if "data-where" in one["props"]}


FINCHES = [["github", "zebrafinch"], ["mastodon", "zebrafinch@social.example"]]


def answer(page: Page, what: str, pair: Any = FINCHES, skipped: Any = ()) -> dict[str, Any]:
    """What an answer gives."""
    sent = {"answer": what, "left": pair[0], "right": pair[1]}
    values: Mapping[str, Any] = {
        "crosscheck-answer.data": sent, "crosscheck-skipped.data": list(skipped), "crosscheck-stamp.data": 0,
    }  # fmt: skip
    return page.answer(ANSWER, values)


def decided(page: Page) -> str:
    """The list of decisions, opened."""
    sent = {"crosscheck-decided-open.n_clicks": 1, "crosscheck-stamp.data": 0}
    return text(page.answer("crosscheck-decided.children", sent)["crosscheck-decided"]["children"])


# ---- what it says


def test_the_sentence_counts_who_is_on_more_than_one_and_who_never_follows_back(ada: Page) -> None:
    told = text(with_id(opened(ada), "crosscheck-lead")["children"])

    assert told == (
        "1 person is with you on more than one service ; 2 you follow on GitHub do not follow you anywhere . "
        "1 more pair may be the same: you decide."
    )


def test_a_list_that_was_not_read_in_full_is_never_taken_for_nobody(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Partly", "!")
        add(owner, "github", on_github())
        mastodon = add(owner, "mastodon", on_mastodon(), frozenset({"friends"}))
        compare(owner)
    browser = Page(sign_in(app, owner))

    page = opened(browser)

    told = text(page)
    assert "2 you follow on GitHub do not follow you on GitHub ." in told
    assert "Not read in full: followers on Mastodon. Who is missing there may be on them." in told
    assert "at least 2" in text(with_id(page, "crosscheck-own")["children"])
    cell = row_of(browser, "Lone Heron")[f"a{mastodon}"]
    assert (cell["sign"], cell["words"]) == ("–", "")
    assert "not all were read in full" in cell["why"]


def test_the_chart_has_a_bar_for_each_combination(ada: Page) -> None:
    figure = with_id(opened(ada), CHART)["figure"]

    bars = figure["data"][1]
    assert list(bars["y"]) == [3, 2, 1]
    assert figure["layout"]["yaxis2"]["ticktext"] == ["GitHub · 4", "Mastodon · 3"]


def test_the_switch_draws_followers_alone(ada: Page) -> None:
    drawn = ada.answer("crosscheck-lead.children", {"crosscheck-list.value": "followers", "crosscheck-stamp.data": 1})

    figure = with_id(drawn["crosscheck-chart"]["children"], CHART)["figure"]
    assert list(figure["data"][1]["y"]) == [1, 1, 1]
    assert "/download/crosscheck/combinations.csv?list=followers" in links(drawn["crosscheck-chart"]["children"])


def test_own_accounts_stand_side_by_side(ada: Page) -> None:
    table = with_id(opened(ada), "crosscheck-own")["children"]

    cells = [text(one) for one in parts(table) if one["props"].get("role") == "cell"]
    assert cells[:6] == ["2", "3", "1", "1 25%", "", "1 25%"]
    assert cells[6:] == ["2", "1", "0", "1 33%", "1 33%", ""]


# ---- whom the table shows


@pytest.mark.parametrize(
    ("where", "search", "expected"),
    [
        ("", "", ["Ada Quillwood", "Carol Gull", "Lone Heron", "Otto Ter", "Zoe Brafinch", "Zoe Brafinch"]),
        ("{github}.absent", "", ["Otto Ter", "Zoe Brafinch"]),
        ("{github}.absent", "otter@social", ["Otto Ter"]),
    ],
)
def test_address_and_search_narrow_the_table(
    ada: Page, known: Known, where: str, search: str, expected: list[str]
) -> None:
    asked = where.format(github=known.github)

    assert names(ada, asked, search) == expected
    assert with_id(opened(ada, f"where={asked}"), "crosscheck-where")["data"] == asked


def test_a_bar_and_a_question_find_as_many_as_they_say(ada: Page) -> None:
    page = opened(ada)
    bars = with_id(page, CHART)["figure"]["data"][1]

    for (where, _title, people), drawn in zip(bars["customdata"], bars["y"], strict=True):
        assert len(names(ada, where)) == people == drawn
    questions = with_id(page, "crosscheck-questions")["children"]
    asked = {label: where for label, where in wheres(questions).items() if "·" in label}
    assert {label: len(names(ada, where)) for label, where in asked.items()} == {
        label: int(label.rpartition(" ")[2]) for label in asked
    }
    assert len(asked) == 3


def test_a_cell_says_what_somebody_is_there_and_why_it_is_one_person(ada: Page, known: Known) -> None:
    row = row_of(ada, "Ada Quillwood")

    here, there = row[f"a{known.github}"], row[f"a{known.mastodon}"]
    assert (here["words"], there["words"]) == ("mutual", "follows you")
    assert there["people"] == [{"label": "quillwood@social.example", "url": "https://social.example/@quillwood"}]
    assert here["why"].startswith("The same as quillwood@social.example on Mastodon: ")
    assert "one links to the other" in here["why"]


def test_each_friend_is_mutual_where_ties_are_but_who_follows_alone_is_not(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Felix", "!")
        facebook = add(owner, "facebook", [friend("wren"), follower("rook"), follower("finch")], mutual_ties=True)
        add(owner, "github", on_github())
        compare(owner)
    browser = Page(sign_in(app, owner))

    expected = {"wren": "mutual", "rook": "follows you", "finch": "follows you"}
    found = {row["name"]: row.get(f"a{facebook}") for row in table_rows(browser, f"{facebook}.there")}
    assert {name: cell and cell["words"] for name, cell in found.items()} == expected
    file = rows(browser.client.get(f"/download/crosscheck/people.csv?where={facebook}.there"))
    assert {row["handle"]: row["facebook me-facebook relation"] for row in file} == {
        "wren": "mutual", "rook": "follower", "finch": "follower",
    }  # fmt: skip


def test_what_is_chosen_stands_as_chips_and_in_the_files_addresses(ada: Page, known: Known) -> None:
    where = f"{known.github}.follower,many"

    drawn = ada.answer("crosscheck-chips.children", {"crosscheck-where.data": where, "crosscheck-search.value": "ada"})

    chips, files = (drawn[f"crosscheck-{name}"]["children"] for name in ("chips", "downloads"))
    assert wheres(chips) == {
        "Follow you on GitHub ×": "many", "On more than one ×": f"{known.github}.follower", "Show everybody": "",
    }  # fmt: skip
    assert f"/download/crosscheck/people.csv?where={known.github}.follower,many&search=ada" in links(files)


def test_rows_that_no_grid_of_ours_asks_for_are_refused(ada: Page) -> None:
    request = {"startRow": 0, "endRow": 9, "sortModel": [{"colId": "name", "sort": "up"}]}

    assert ada.send(ROWS, {"crosscheck-grid.getRowsRequest": request}).status_code == 400


# ---- what the user decides


def test_a_suggestion_shows_both_and_why(ada: Page) -> None:
    card = next(one for one in parts(opened(ada)) if "sg-suggestion" in str(one["props"].get("className", "")).split())

    assert card["props"]["aria-label"] == "Are Zoe Brafinch on GitHub and Zoe Brafinch on Mastodon the same person?"
    told = text(card)
    assert "Maps of rivers" in told
    assert "GitHub · follows you" in told
    assert "Mastodon · you follow" in told
    assert "handle" in told
    assert [one["props"]["data-answer"] for one in parts(card) if "data-answer" in one["props"]] == [
        "same", "different", "skip",
    ]  # fmt: skip


def test_an_answer_joins_at_once_and_can_be_taken_back(ada: Page) -> None:
    said = answer(ada, "same")

    assert text(said["crosscheck-suggestions"]["children"]) == "Nobody to decide."
    assert "are one person now. Undo" in text(said["crosscheck-undo"]["children"])
    assert "One person: Zoe Brafinch on GitHub and Zoe Brafinch on Mastodon" in decided(ada)
    assert said["crosscheck-stamp"]["data"] == 1
    assert names(ada, "many") == ["Ada Quillwood", "Zoe Brafinch"]

    back = answer(ada, "undo")

    assert "1 pair to decide" in text(back["crosscheck-suggestions"]["children"])
    assert names(ada, "many") == ["Ada Quillwood"]


def test_what_is_skipped_comes_with_the_next_visit(ada: Page) -> None:
    said = answer(ada, "skip")

    assert "All others are skipped" in text(said["crosscheck-suggestions"]["children"])
    assert said["crosscheck-skipped"]["data"] == [{"left": FINCHES[0], "right": FINCHES[1]}]
    assert "crosscheck-stamp" not in said

    back = answer(ada, "unskip", skipped=said["crosscheck-skipped"]["data"])

    assert "1 pair to decide" in text(back["crosscheck-suggestions"]["children"])
    assert "1 pair to decide" in text(opened(ada))


def test_two_people_are_joined_by_hand(ada: Page) -> None:
    find = '{"side":["MATCH"],"type":"crosscheck-find"}'
    sent = ada.answer('{"side":["MATCH"],"type":"crosscheck-found"}', {f"{find}.value": "otter"}, match="left")
    [option] = next(iter(sent.values()))["options"]

    answer(ada, "same", [json.loads(option["value"]), ["github", "lonelyheron"]])

    assert option["label"] == "Otto Ter on Mastodon (otter@social.example)"
    assert "Otto Ter" not in names(ada, "one")


def test_the_newest_decisions_are_listed_with_how_many_there_are(ada: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosscheck_decisions, "MOST_DECISIONS", 1)
    for pair in (FINCHES, [["mastodon", "otter@social.example"], ["github", "lonelyheron"]]):
        answer(ada, "different", pair)

    said = decided(ada)

    assert "The newest 1 of 2" in said
    assert "Lone Heron" in said
    assert "Zoe Brafinch" not in said


def test_somebody_who_is_not_there_any_more_is_said(ada: Page) -> None:
    said = answer(ada, "same", [["github", "nobody"], FINCHES[1]])

    assert "is not among your followers and friends any more" in text(said["crosscheck-undo"]["children"])


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"answer": "maybe", "left": ["a", "b"], "right": ["c", "d"]},
        {"answer": "same", "left": ["a", 5], "right": ["c", "d"]},
        {"answer": "same", "left": ["a", "b" * 9_999], "right": ["c", "d"]},
        {"answer": "same", "left": ["a", "b\x00"], "right": ["c", "d"]},
        {"answer": "same", "left": ["a", "b"], "right": ["c", "d\ud800"]},
        {"answer": ["same"], "left": ["a", "b"], "right": ["c", "d"]},
    ],
    ids=str,
)
def test_what_no_page_of_ours_answers_is_refused(ada: Page, sent: Any) -> None:
    values = {"crosscheck-answer.data": sent, "crosscheck-skipped.data": [], "crosscheck-stamp.data": 0}

    assert ada.send(ANSWER, values).status_code == 400


def test_a_visitor_of_the_demo_sees_all_and_decides_nothing(app: Flask, known: Known) -> None:
    visitor = Page(sign_in(app, known.demo))

    said = answer(visitor, "same")

    assert "The demo is read-only" in text(said["crosscheck-undo"]["children"])
    assert names(visitor, "many") == ["Ada Quillwood"]
    assert "1 pair to decide" in text(opened(visitor))


# ---- what can be taken away


def test_the_table_is_taken_away_as_it_is_narrowed(ada: Page, known: Known) -> None:
    one = rows(ada.client.get(f"/download/crosscheck/people.csv?where={known.github}.mutual"))
    everybody = records(ada.client.get("/download/crosscheck/people.json"))

    assert [row["name"] for row in one] == ["Ada Quillwood"]
    assert len(everybody) == 6
    assert one[0]["github me-github relation"] == "mutual"


def test_pairs_and_combinations_are_files_too(ada: Page) -> None:
    pairs = rows(ada.client.get("/download/crosscheck/pairs.csv"))
    combinations = rows(ada.client.get("/download/crosscheck/combinations.csv?list=anybody"))

    assert {(row["left_key"], row["certain"]) for row in pairs} == {("quillwood", "true"), ("zebrafinch", "false")}
    assert [(row["GitHub"], row["Mastodon"], row["people"]) for row in combinations] == [
        ("1", "0", "3"), ("0", "1", "2"), ("1", "1", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "status"),
    [("people.gexf", 404), ("nothing.csv", 404), ("people.exe", 404), ("combinations.csv?list=x", 400)],
)
def test_what_is_no_file_is_refused(ada: Page, address: str, status: int) -> None:
    assert ada.client.get(f"/download/crosscheck/{address}").status_code == status


# ---- where there is nothing


def test_one_account_alone_is_asked_for_another(app: Flask, known: Known) -> None:
    bob = Page(sign_in(app, known.bob))
    page = opened(bob)

    assert "Nothing to compare yet" in text(page)
    assert "GitHub has some." in text(page)
    assert {"/connect/mastodon", "/connect/csv"} <= set(links(page))
    assert not has_id(page, "crosscheck-grid")
    assert bob.client.get("/download/crosscheck/people.csv").status_code == 404
    assert bob.send(ROWS, {"crosscheck-grid.getRowsRequest": {"startRow": 0, "endRow": 9}}).status_code == 404


def test_what_was_never_compared_can_be(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Waiting", "!")
        add(owner, "github", on_github())
        add(owner, "mastodon", on_mastodon())
    waiting = Page(sign_in(app, owner))
    page = opened(waiting)
    assert "Not compared yet" in text(page)
    assert "/compare" in [one["props"].get("action") for one in parts(page)]

    answer = waiting.client.post("/compare", headers={"X-CSRFToken": waiting.token})

    assert answer.location == "/dashboard/user/crosscheck"
    assert "are being read or compared" in text(opened(waiting))
    run_waiting(app, threading.Event())
    assert "Who they are" in text(opened(waiting))


def test_a_comparison_that_is_older_than_the_accounts_says_so(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Older", "!")
        account = add(owner, "github", on_github())
        add(owner, "mastodon", on_mastodon())
        compare(owner)
    page = Page(sign_in(app, owner))
    before = text(opened(page))

    with app.app_context():
        results.save(owner, account, {})

    assert "Not up to date" not in before
    assert "Not up to date" in text(opened(page))


def test_the_overview_leads_here(ada: Page) -> None:
    page = ada.open("user")

    assert "1 person is with you on more than one service. 1 pair may be the same person." in text(page)
    assert "/dashboard/user/crosscheck" in links(page)
