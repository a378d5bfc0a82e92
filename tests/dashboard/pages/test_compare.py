"""Two accounts, or two periods of one, side by side: answers found by hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask

from dashapp.dashboard.formats import TABLE_FORMATS
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Person, Post, Profile
from dashapp.store import users
from tests.conftest import own_app
from tests.dashboard.crosscheck_world import add, compare, on_github, on_mastodon
from tests.dashboard.dash_client import Page, has_id, links, parts, text, with_id
from tests.dashboard.downloads import AS_OF, records, sign_in
from tests.records import BOTH, follower, friend, merged, mutual

pytestmark = pytest.mark.slow

LINES, OVERLAP = ({"type": "chart", "chart": f"compare-{name}"} for name in ("timeline", "overlap"))


@dataclass(frozen=True, slots=True)
class Known:
    """Ids: users, and ada's accounts."""

    ada: int
    bob: int
    busy: int  # Mastodon: two posts a day, the first of them liked
    calm: int  # Mastodon: a post a day, liked
    github: int  # people alone
    mastodon: int  # the same
    mute: int  # Bluesky: posts alone
    cut: int  # X: some followers alone
    bobs: int


@pytest.fixture(scope="module")
def app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with its own users."""
    with own_app(sqlite_template, tmp_path_factory.mktemp("compare")) as app:
        yield app


@pytest.fixture(scope="module")
def known(app: Flask) -> Known:
    """Ada has accounts of all kinds, bob has one."""
    with app.app_context():
        ada, bob = (users.add_user(name, "!") for name in ("ada", "bob"))
        made = Known(
            ada=ada,
            bob=bob,
            github=analysed(ada, add(ada, "github", on_github())),
            mastodon=analysed(ada, add(ada, "mastodon", on_mastodon())),
            mute=account(ada, "bluesky", "mute", posts(1)),
            cut=account(ada, "x", "cut", [], [follower("anna")], complete=frozenset()),
            busy=account(ada, "mastodon", "busy", posts(2), [follower("anna"), mutual("ben"), follower("cleo")]),
            calm=account(ada, "mastodon", "calm", posts(1), [mutual("ben"), follower("cleo"), friend("dora")]),
            bobs=account(bob, "mastodon", "bobs", posts(1), [follower("kestrel")]),
        )
        compare(ada)
    return made


def posts(a_day: int) -> list[Post]:
    """So many on each of 70 days, the last of them today; the first of a day is liked."""
    times = [(AS_OF - timedelta(days=day, hours=hour), hour) for day in range(70) for hour in range(a_day)]
    return [
        Post(key=f"{number}", created_at=at, kind="post", text="What a lovely day", language="en", likes=int(hour == 0))
        for number, (at, hour) in enumerate(times)
    ]


def account(
    owner: int,
    service: str,
    key: str,
    posted: list[Post],
    people: Sequence[Person] = (),
    *,
    complete: frozenset[str] = BOTH,
) -> int:
    """An analysed account; without people no list of them is told."""
    batch = Batch(posts=posted, people=[*people])
    profile = Profile(service=service, key=key, handle=key, as_of=AS_OF)
    made, _ = merged(owner, batch, profile=profile, complete=complete if people else frozenset())
    return analysed(owner, made)


def analysed(owner: int, account: int) -> int:
    for _ in analyse(owner, account):
        pass
    return account


@pytest.fixture(scope="module")
def ada(app: Flask, known: Known) -> Page:
    """Ada's browser."""
    return Page(sign_in(app, known.ada))


@pytest.fixture(scope="module")
def bob(app: Flask, known: Known) -> Page:
    """Bob's browser."""
    return Page(sign_in(app, known.bob))


def both(left: int, right: int, period: str = "30d") -> str:
    """Two accounts in one period."""
    return f"left={left}&left_period={period}&right={right}&right_period={period}"


def opened(page: Page, query: str) -> Any:
    """The layout."""
    return page.open(f"user/compare?{query}")


def figure_rows(layout: Any) -> dict[str, list[str]]:
    """The cells of the table by figure."""
    table = next(part for part in parts(layout) if part["props"].get("role") == "table")
    found = [part for part in parts(table) if part["props"].get("role") in ("rowheader", "cell")]
    cells = [text(part) for part in found]
    return {cells[n]: cells[n + 1 : n + 4] for n in range(0, len(cells), 4)}


def file(page: Page, what: str, query: str) -> Any:
    """The rows of a file."""
    return records(page.client.get(f"/download/compare/{what}.json?{query}"))


def drawn(values: Any) -> list[float]:
    """Numbers of a figure as it is sent; NaN for what is not told."""
    told = values if isinstance(values, list) else np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return [float(value) for value in told]


def chosen(layout: Any) -> dict[str, str]:
    """What the form shows."""
    named = {part["props"].get("name"): part["props"].get("value") for part in parts(layout)}
    return {name: value for name, value in named.items() if name and value}


# ---- figures


def test_figures_of_two_accounts_stand_side_by_side_with_their_difference(ada: Page, known: Known) -> None:
    rows = figure_rows(opened(ada, both(known.busy, known.calm)))

    # 60 posts against 30: p / (1 - p) at Wilson's bounds of 60 of 90 by scipy, 0.5642 and 0.7555
    assert rows["Posts"] == ["60", "30", "▲ 100% (29 to 209)"]
    # by hand of Wilson's bounds, 0.3773 to 0.6227 and 0.8865 to 1: 0.5 less hypot(0.1227, 0.1135), and more 0.1227
    assert [row.split()[0] for row in rows["Response rate"][:2]] == ["50%", "100%"]
    assert rows["Response rate"][2] == "▼ 50 points (33 to 62)"
    assert rows["Reply rate"][2] == "– too few posts to tell"
    assert rows["Median interactions"][2] == "– not told of medians"
    assert rows["Followers"] == ["3", "2", "1 more"]
    assert rows["Friends"] == ["1", "2", "1 fewer"]


def test_the_file_of_figures_says_the_same(ada: Page, known: Known) -> None:
    rows = {row["measure"]: row for row in file(ada, "figures", both(known.busy, known.calm))}

    posts, followers = rows["posts"], rows["followers"]
    assert (posts["left"], posts["right"], posts["difference"]) == (60, 30, 1)
    assert (posts["difference_low"], posts["difference_high"]) == pytest.approx((0.2948, 2.0894), abs=1e-4)
    assert (followers["left"], followers["right"], followers["difference"]) == (3, 2, 1)
    assert followers["difference_low"] is rows["median_interactions"]["difference"] is None


def test_days_that_overlap_are_not_held_against_each_other(ada: Page, known: Known) -> None:
    query = f"left={known.busy}&left_period=30d&right={known.busy}&right_period=90d"
    layout = opened(ada, query)

    rows = figure_rows(layout)
    assert rows["Posts a week"][2] == rows["Response rate"][2] == "– the days overlap"
    assert rows["Followers"][2] == "– of today on both sides"
    assert "cannot be held against each other" in text(layout)
    assert file(ada, "figures", query)[0]["difference"] is None


# ---- posts


def test_the_same_days_lie_on_one_calendar(ada: Page, known: Known) -> None:
    figure = with_id(opened(ada, both(known.busy, known.calm) + "&unit=week"), LINES)["figure"]

    busy, calm = figure["data"]
    assert (busy["name"], calm["name"]) == ("busy", "calm")
    assert busy["x"] == calm["x"] == ["2026-02-16", "2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"]
    assert (drawn(busy["y"]), drawn(calm["y"])) == ([8, 14, 14, 14, 10], [4, 7, 7, 7, 5])


def test_other_days_lie_beside_each_other(ada: Page, known: Known) -> None:
    query = (
        f"left={known.busy}&left_from=2026-03-01&left_to=2026-03-08"
        f"&right={known.mute}&right_from=2026-02-01&right_to=2026-02-07&unit=week"
    )
    busy, mute = with_id(opened(ada, query), LINES)["figure"]["data"]

    assert drawn(busy["x"]) == drawn(mute["x"]) == [1, 2]
    assert drawn(busy["y"]) == [14, 2]
    assert drawn(mute["y"])[0] == 7
    assert np.isnan(drawn(mute["y"])[1])
    assert file(ada, "timeline", query) == [
        {"left_start": "2026-03-01", "left_posts": 14, "right_start": "2026-02-01", "right_posts": 7},
        {"left_start": "2026-03-08", "left_posts": 2, "right_start": None, "right_posts": None},
    ]


@pytest.mark.parametrize("days", ["{side}_period=30d", "{side}_from=2026-02-19&{side}_to=2026-03-20"])
def test_an_account_without_posts_has_no_line(ada: Page, known: Known, days: str) -> None:
    asked = "&".join(days.format(side=side) for side in ("left", "right"))
    layout = opened(ada, f"left={known.github}&right={known.busy}&{asked}")

    people_alone, busy = with_id(layout, LINES)["figure"]["data"]
    assert np.isnan(drawn(people_alone["y"])).all()
    assert sum(drawn(busy["y"])) == 60
    assert figure_rows(layout)["Posts"] == ["– not told in this data", "60", "– no posts on one side"]


# ---- people


@pytest.mark.parametrize(
    ("sides", "followers", "friends"),
    [
        pytest.param(("busy", "calm"), (1, 2, 0), (0, 1, 1), id="by-the-services-own-id"),
        pytest.param(("github", "mastodon"), (1, 1, 1), (3, 0, 1), id="as-the-cross-check-knows-them"),
        pytest.param(("github", "busy"), (2, 0, 3), (3, 0, 1), id="nobody-on-both"),
    ],
)
def test_lists_overlap(
    ada: Page, known: Known, sides: tuple[str, str], followers: tuple[int, ...], friends: tuple[int, ...]
) -> None:
    query = both(*(getattr(known, name) for name in sides))

    figure = with_id(opened(ada, query), OVERLAP)["figure"]
    rows = file(ada, "overlap", query)

    assert [drawn(trace["x"]) for trace in figure["data"]] == [
        list(pair) for pair in zip(followers, friends, strict=True)
    ]
    assert [(row["only_left"], row["both"], row["only_right"]) for row in rows] == [followers, friends]
    assert {row["left_whole"] for row in rows} == {row["right_whole"] for row in rows} == {True}


def test_who_is_on_both_is_named(ada: Page, known: Known) -> None:
    layout = opened(ada, both(known.busy, known.calm))
    where = with_id(layout, "compare-list")["value"]
    request = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
    values = {"compare-grid.getRowsRequest": request, "compare-list.value": where, "compare-search.value": ""}

    sent = ada.answer("compare-grid.getRowsResponse", values)["compare-grid"]["getRowsResponse"]

    assert [row["name"] for row in sent["rowData"]] == ["ben", "cleo"]
    people = records(ada.client.get(f"/download/crosscheck/people.json?where={where}"))
    assert sorted(row["handle"] for row in people) == ["ben", "cleo"]


def test_a_list_that_was_cut_gives_the_least_and_one_that_is_not_told_gives_nothing(ada: Page, known: Known) -> None:
    said = text(opened(ada, both(known.calm, known.cut)))

    assert "Followers: at least 0 on both, of 2 (Mastodon) and 1 (X)." in said
    assert "Not read in full: followers (X)." in said
    assert "Of friends nothing is said" in said
    assert [row["list"] for row in file(ada, "overlap", both(known.calm, known.cut))] == ["followers"]


def test_without_people_on_one_side_that_is_said(ada: Page, known: Known) -> None:
    layout = opened(ada, both(known.busy, known.mute))

    assert "The data of mute, Bluesky holds no followers or friends." in text(layout)
    assert not has_id(layout, OVERLAP)
    assert figure_rows(layout)["Followers"][1:] == ["– not told in this data", "– not told of both"]


# ---- what the address leaves out, and what it may not ask for


def test_one_account_is_compared_with_its_period_before(bob: Page, known: Known) -> None:
    layout = opened(bob, "left_period=30d")

    days = {"left": f"{known.bobs}", "left_period": "30d", "right": f"{known.bobs}", "right_period": "days"}
    before = {"right_from": "2026-01-20", "right_to": "2026-02-18"}
    assert chosen(layout).items() >= {**days, **before}.items()
    assert figure_rows(layout)["Posts"] == ["30", "30", "no clear difference"]


def test_of_several_accounts_the_newest_stands_beside_another(ada: Page, known: Known) -> None:
    assert (
        chosen(opened(ada, f"left={known.busy}&left_period=90d")).items()
        >= {
            "left": f"{known.busy}",
            "right_period": "90d",
        }.items()
    )
    assert chosen(opened(ada, ""))["left"] != chosen(opened(ada, ""))["right"]


def test_an_accounts_page_leads_to_its_period_before(bob: Page, known: Known) -> None:
    query = f"left={known.bobs}&left_period=30d&right={known.bobs}&right_from=2026-01-20&right_to=2026-02-18"

    assert f"/dashboard/user/compare?{query}" in links(bob.open("user/mastodon?period=30d"))
    assert "/dashboard/user/compare?left_period=30d" in links(bob.open("user?period=30d"))


def test_without_an_account_the_page_says_what_it_needs(app: Flask) -> None:
    with app.app_context():
        nobody = users.add_user("nobody", "!")

    assert "Nothing to compare yet" in text(opened(Page(sign_in(app, nobody)), ""))


def test_every_file_that_the_page_offers_is_there(ada: Page, known: Known) -> None:
    offered = [link for link in links(opened(ada, both(known.busy, known.calm))) if link.startswith("/download/")]

    assert {link.split("?")[0].rsplit("/", 1)[1] for link in offered} == {
        f"{what}.{form.suffix}"
        for what in ("figures", "timeline", "tone", "overlap", "people")
        for form in TABLE_FORMATS
    }
    assert {ada.client.get(link).status_code for link in offered} == {200}


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("left={bobs}", 404, "not among yours"),
        ("right={bobs}", 404, "not among yours"),
        ("left_from=2026-03-08&left_to=2026-03-01", 400, "comes after"),
        ("right_from=2026-03-08", 400, "A range needs its first and its last day."),
    ],
)
def test_what_cannot_be_shown_is_said_and_no_file(ada: Page, known: Known, query: str, status: int, said: str) -> None:
    asked = query.format(bobs=known.bobs)

    page = text(opened(ada, asked))

    assert said in page
    assert "bobs" not in page
    assert ada.client.get(f"/download/compare/figures.csv?{asked}").status_code == status
