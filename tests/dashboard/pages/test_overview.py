"""The overview: accounts side by side, imports that go on, what can be connected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.store import imports, users
from dashapp.store.database import now

from ..conftest import Known
from ..dash_client import Page, as_plotly, links, parts, text, with_id
from ..downloads import add_account, records, rows, sign_in

pytestmark = pytest.mark.slow

POLL = "overview-imports.children"


def account_names(page: Any) -> list[str]:
    """The accounts in the order of the table."""
    return [text(one).split()[1] for one in parts(page) if one["props"].get("role") == "rowheader"]


def test_every_account_stands_there_with_its_figures_and_a_link(ada: Page, known: Known) -> None:
    page = ada.open("user?period=all")

    assert account_names(page) == ["net", "ada@example.org", "ada@example.social"]
    assert f"/dashboard/user/mastodon?account={known.full}&period=all" in links(page)
    assert f"/dashboard/user/github?account={known.network}&period=all" in links(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=posts&order=desc", ["ada@example.social", "ada@example.org", "net"]),
        ("sort=posts&order=asc", ["ada@example.org", "ada@example.social", "net"]),
        ("sort=account&order=desc", ["ada@example.social", "ada@example.org", "net"]),
        ("sort=nonsense", ["net", "ada@example.org", "ada@example.social"]),
    ],
)
def test_the_address_sorts_and_what_is_not_told_comes_last(ada: Page, query: str, expected: list[str]) -> None:
    page = ada.open(f"user?period=all&{query}")

    assert account_names(page) == expected


def test_the_heading_that_sorts_says_so(ada: Page) -> None:
    page = ada.open("user?sort=posts&order=desc")

    sorts = {text(one): one["props"]["aria-sort"] for one in parts(page) if "aria-sort" in one["props"]}
    assert sorts["Posts"] == "descending"
    assert sorts["Account"] == sorts["Followers"] == "none"
    assert "?period=1y&sort=posts&order=asc" in links(page)


def test_the_timeline_stacks_all_accounts_on_one_calendar(ada: Page) -> None:
    page = ada.open("user?period=all&unit=month")

    figure = with_id(page, {"type": "chart", "chart": "overview"})["figure"]
    drawn = {trace["name"]: trace["x"] for trace in figure["data"]}
    [behind] = [one for one in parts(page) if one["props"].get("className") == "sg-as-table"]
    assert text(behind).endswith(f"Month from {' '.join(drawn)} 2026-03-01 2 3")
    assert drawn == {"ada@example.social, Mastodon": ["2026-03-01"], "ada@example.org, Mastodon": ["2026-03-01"]}


def test_accounts_without_posts_in_the_period_are_named(bob: Page) -> None:
    said = text(bob.open("user?period=30d"))

    assert (
        "The period of each account ends with the day that stands with it above. Without posts in it: bob, X." in said
    )


def test_the_timeline_and_the_table_count_the_same_posts_and_say_of_which_days(ada: Page, known: Known) -> None:
    page = ada.open("user?period=all")

    rows = {
        text(one).split()[1]: one for one in parts(page) if one["type"] == "Tr" and one["props"].get("role") == "row"
    }
    cells = {name: {p["props"].get("data-label"): text(p) for p in parts(row)} for name, row in rows.items()}
    drawn = {trace["name"]: trace for trace in with_id(page, {"type": "chart", "chart": "overview"})["figure"]["data"]}
    assert {name: (cells[name]["Posts"], cells[name]["People"]) for name in cells if "@" in name} == {
        "ada@example.social": ("3", "3"),
        "ada@example.org": ("2", "–"),
    }
    assert cells["net"]["People"] == "4"
    assert {name: as_plotly({"data": [drawn[name]]}).data[0].y.sum() for name in drawn} == {
        "ada@example.social, Mastodon": 3,
        "ada@example.org, Mastodon": 2,
    }
    assert "Mastodon, to 20 Mar 2026" in text(rows["ada@example.social"])


def test_the_timelines_data_can_be_saved(ada: Page) -> None:
    sent = ada.client.get("/download/overview/timeline.csv?period=all&unit=month")

    assert [(row["start"], row["posts"]) for row in rows(sent)] == [("2026-03-01", "2"), ("2026-03-01", "3")]


def test_the_figures_of_all_accounts_can_be_saved(ada: Page) -> None:
    told = records(ada.client.get("/download/overview/figures.json?period=all"))

    posts = {row["handle"]: row["value"] for row in told if row["measure"] == "posts"}
    assert posts == {"ada@example.social": 3, "ada@example.org": 2, "net": None}


def test_only_services_that_are_missing_are_offered(ada: Page) -> None:
    page = ada.open("user")

    said = text(page)
    assert "Connect X account" in said
    assert "Connect Bluesky account" in said
    assert "Connect Mastodon account" not in said
    assert {"/connect/x", "/connect/mastodon"} <= set(links(page))


# ---- somebody new, and imports


@pytest.fixture
def newcomer(dashboard_app: Flask) -> Page:
    """Somebody who has just registered."""
    with dashboard_app.app_context():
        owner = users.add_user(f"carol-{now().timestamp()}", "!")
    page = Page(sign_in(dashboard_app, owner))
    page.owner = owner  # type: ignore[attr-defined]
    return page


@pytest.fixture
def running(dashboard_app: Flask, newcomer: Page) -> int:
    """An import of theirs, done to 40%, that kept two records out."""
    with dashboard_app.app_context():
        number = imports.add_import(newcomer.owner, export="x", filename="archive.zip", options={})  # type: ignore[attr-defined]
        skipped = {"n_skipped": 2, "skipped": [{"where": "tweets.js, 12", "why": "has no date"}]}
        imports.change_import(number, state="running", step="Reading posts", share=0.4, report=skipped)
    return number


def test_somebody_new_is_shown_what_to_do(newcomer: Page) -> None:
    page = newcomer.open("user")

    assert "Connect your first account" in text(page)
    assert {"/connect/x", "/connect/mastodon", "/connect/csv"} <= set(links(page))
    assert with_id(page, "overview-poll")["disabled"] is True


def test_an_import_that_runs_shows_how_far_it_is(newcomer: Page, running: int) -> None:
    page = newcomer.open("user")

    said = text(page)
    assert "archive.zip Reading posts" in said
    assert "40%" in said
    assert "2 records kept out tweets.js, 12 : has no date and 1 more" in said
    assert with_id(page, "overview-poll")["disabled"] is False
    forms = [one["props"] for one in parts(page) if one["type"] == "Form"]
    assert forms[0]["action"] == f"/connect/imports/{running}/forget"
    assert forms[0]["method"] == "POST"


def test_the_button_that_forgets_carries_a_token_that_counts(newcomer: Page, running: int) -> None:
    page = newcomer.open("user")
    token = next(one["props"] for one in parts(page) if one["props"].get("name") == "csrf_token")["value"]

    response = newcomer.client.post(f"/connect/imports/{running}/forget", data={"csrf_token": token})

    assert response.status_code == 303
    assert "archive.zip" not in text(newcomer.open("user"))


def test_polling_goes_on_while_an_import_runs(newcomer: Page, running: int) -> None:
    answer = newcomer.answer(POLL, {"overview-poll.n_intervals": 1, "overview-shown.data": [str(running)]})

    assert answer["overview-poll"]["disabled"] is False
    assert "overview-body" not in answer


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("failed", "Failed Dismiss This zip file is damaged."),
        ("columns", "Waits for you: say which column is which Name the columns"),
        ("done", ""),
    ],
)
def test_polling_stops_and_the_page_is_drawn_anew_when_an_import_ends(
    dashboard_app: Flask, newcomer: Page, running: int, state: str, said: str
) -> None:
    message = "This zip file is damaged." if state == "failed" else ""
    with dashboard_app.app_context():
        imports.change_import(running, state=state, message=message, finished_at=now())

    answer = newcomer.answer(POLL, {"overview-poll.n_intervals": 2, "overview-shown.data": [str(running)]})

    assert said in text(answer["overview-imports"]["children"])
    assert answer["overview-poll"]["disabled"] is True
    assert "overview-body" in answer


@pytest.mark.parametrize(("hours", "told"), [(23, True), (25, False)])
def test_an_import_that_ended_stands_below_the_accounts_for_a_day(
    dashboard_app: Flask, newcomer: Page, running: int, hours: int, told: bool
) -> None:
    with dashboard_app.app_context():
        account = add_account(newcomer.owner, handle="carol@example.social")  # type: ignore[attr-defined]
        ended = {"state": "done", "finished_at": now() - timedelta(hours=hours), "account_id": account}
        imports.change_import(running, report={"posts": 5, "new_posts": 3}, **ended)

    page = newcomer.open("user")

    said = text(with_id(page, "overview-body")["children"])
    assert ("archive.zip 3 new posts of 5. Open carol@example.social Dismiss" in said) == told
    assert text(with_id(page, "overview-imports")["children"]) == ""
    assert said.index("Followers") < said.find("archive.zip") or not told


def test_the_first_look_of_an_import_is_shown_while_it_goes_on(
    dashboard_app: Flask, newcomer: Page, running: int
) -> None:
    with dashboard_app.app_context():
        add_account(newcomer.owner, handle="carol@example.social")  # type: ignore[attr-defined]

    answer = newcomer.answer(POLL, {"overview-poll.n_intervals": 2, "overview-shown.data": [str(running)]})

    assert "carol" in text(answer["overview-body"]["children"])
    assert answer["overview-poll"]["disabled"] is False


def test_nobody_sees_the_imports_of_others(ada: Page, newcomer: Page, running: int) -> None:
    answer = ada.answer(POLL, {"overview-poll.n_intervals": 1, "overview-shown.data": [str(running)]})

    assert "archive.zip" not in text(answer["overview-imports"]["children"])


def test_saving_without_any_posts_finds_nothing(newcomer: Page) -> None:
    assert [newcomer.client.get(f"/download/overview/{what}.csv").status_code for what in ("timeline", "figures")] == [
        404,
        404,
    ]
