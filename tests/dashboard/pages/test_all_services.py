"""All services in one graph: who stands there, who is told apart how, and who connects."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask

from dashapp.dashboard.sections.graph_choices import OF_SEVERAL
from dashapp.services.records import Batch, Person, Profile
from dashapp.store import comparisons, crosscheck, imports, people, users
from tests.conftest import own_app
from tests.dashboard.crosscheck_world import compare
from tests.dashboard.dash_client import GRAPH, Page, has_id, links, parts, text, with_id
from tests.dashboard.downloads import rows, sign_in
from tests.records import BOTH, follower, merged, ties

pytestmark = pytest.mark.slow

DRAW = GRAPH + ".figure"
LINK = {"links": ("https://github.com/q",)}


@dataclass(frozen=True, slots=True)
class Known:
    """Ids: users, and ada's account of all services."""

    ada: int
    bob: int
    derived: int


def add(owner: int, service: str, persons: list[Person], pairs: str) -> None:
    """An account with these people and ties."""
    profile = Profile(service=service, key="me", handle=f"me-{service}")
    batch = Batch(people=persons, ties=ties(*pairs.split()))
    merged(owner, batch, profile=profile, complete=BOTH | {"ties"})


@pytest.fixture(scope="module")
def app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with its own users."""
    with own_app(sqlite_template, tmp_path_factory.mktemp("all")) as app:
        yield app


@pytest.fixture(scope="module")
def known(app: Flask) -> Known:
    """On GitHub the triangle a b q, on Mastodon c d q, on Bluesky e and q: q is one person, who joins all."""
    with app.app_context():
        ada, bob = (users.add_user(name, "!") for name in ("ada", "bob"))
        add(ada, "github", [follower("a", followers=900), follower("b"), follower("q", name="Quill")], "ab bq qa")
        add(ada, "mastodon", [follower("c"), follower("d"), follower("q", name="Quill", **LINK)], "cd dq qc")
        add(ada, "bluesky", [follower("e"), follower("q", name="Quill", **LINK)], "eq")
        compare(ada)
        derived = crosscheck.derived(ada)
        assert derived is not None
        return Known(ada, bob, derived.id)


@pytest.fixture
def ada(app: Flask, known: Known) -> Page:
    """Ada's browser."""
    return Page(sign_in(app, known.ada))


def drawn(page: Page, known: Known, changed: str | None = None, **values: Any) -> dict[str, Any]:
    """What the graph's callback answers."""
    told = {f"graph-{name}.{'data' if name == 'pick' else 'value'}": value for name, value in values.items()}
    data = {"account": known.derived, "period": "1y", "unit": "week"}
    sent = {"graph-list.value": "everyone", "graph-ego.value": False, "account-shown.data": data, **told}
    return page.answer(DRAW, sent, changed=changed)


def trace(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """The trace of that name."""
    found: dict[str, Any] = next(one for one in answer[GRAPH]["figure"]["data"] if one["name"] == name)
    return found


def ids(page: Page, known: Known) -> dict[str, int]:
    """Who stands in the graph, by key."""
    return {row["key"]: row["id"] for row in _people(page, known)}


def _people(page: Page, known: Known) -> list[dict[str, Any]]:
    with page.client.application.app_context():
        found, _ = crosscheck.table_page(known.ada)
    return [{"id": row.id, "key": row.key.split(":")[1]} for row in found]


def test_who_is_on_three_services_is_one_point_with_the_ties_of_all(ada: Page, known: Known) -> None:
    answer = drawn(ada, known)

    points = trace(answer, "people")["customdata"]
    assert len(points) == 6
    assert points[-1] == ids(ada, known)["q"]  # the best connected comes last
    assert "All 6 people" in text(answer["graph-remark"]["children"])


def test_when_the_picture_follows_decisions_is_said(ada: Page, known: Known) -> None:
    before = ada.open("user/all")
    with ada.client.application.app_context():
        comparisons.add_comparison(known.ada)
        waiting = comparisons.newest(known.ada)
    assert waiting is not None

    while_it_waits = ada.open("user/all")
    with ada.client.application.app_context():
        imports.change_import(waiting.id, state="failed")

    assert "follows by itself, about a minute after your last answer" in text(before)
    assert "does not show the last ones yet" in text(while_it_waits)
    assert not any("action" in one["props"] for one in parts(while_it_waits))
    failed = ada.open("user/all")
    assert "the last comparison failed" in text(failed)
    assert [one["props"]["action"] for one in parts(failed) if "action" in one["props"]] == ["/compare"]


def test_who_joins_the_triangles_is_named_with_why(ada: Page, known: Known) -> None:
    panel = drawn(ada, known)["graph-person"]["children"]

    picks = [one["props"]["data-person"] for one in parts(panel) if "data-person" in one["props"]]
    assert picks == [str(ids(ada, known)["q"])]
    # of the ten pairs of the other five, eight reach each other through q alone
    assert "On 80% of the shortest ways between others." in text(panel)
    assert "Is on Bluesky, GitHub and Mastodon, and knows people on each." in text(panel)


def test_a_persons_panel_says_where_they_are_and_where_each_tie_is(ada: Page, known: Known) -> None:
    picked = {"person": ids(ada, known)["q"]}

    panel = drawn(ada, known, "graph-pick.data", pick=picked)["graph-person"]["children"]

    assert "Bluesky q (follows you) GitHub q (follows you) Mastodon q (follows you)" in text(panel)
    assert "5 people with a tie in this graph a GitHub b GitHub c Mastodon d Mastodon e Bluesky" in text(panel)


@pytest.mark.parametrize(
    ("shown", "inside"),
    [("all", "abcdeq"), ("github", "abq"), ("bluesky", "eq"), ("several", "q"), ("nowhere", "abcdeq"), (7, "abcdeq")],
)
def test_whom_the_filter_leaves_out_stay_in_place_and_fade(ada: Page, known: Known, shown: Any, inside: str) -> None:
    before, answer = drawn(ada, known), drawn(ada, known, shown=shown)

    by_id = {person: key for key, person in ids(ada, known).items()}
    assert sorted(by_id[int(one)] for one in trace(answer, "people")["customdata"]) == sorted(inside)
    axes = [each[GRAPH]["figure"]["layout"]["xaxis"]["range"] for each in (before, answer)]
    assert axes[0] == axes[1]
    left_out = trace(answer, "left out")
    if len(inside) < 6:
        assert left_out["marker"]["opacity"] < 0.3
    else:
        assert left_out["visible"] is False


def test_colours_can_be_services_and_sizes_followers(ada: Page, known: Known) -> None:
    answer = drawn(ada, known, colour="service", size="followers")

    points, by_key = trace(answer, "people"), ids(ada, known)
    place = {int(person): n for n, person in enumerate(points["customdata"])}
    colours, sizes = (numbers(points["marker"][name]) for name in ("color", "size"))
    assert [colours[place[by_key[key]]] for key in "eacq"] == [0, 1, 2, OF_SEVERAL]
    assert [sizes[place[by_key[key]]] for key in "ab"] == [30, 1]
    said = text(answer["graph-remark"]["children"])
    assert "Bluesky alone (1) GitHub alone (2) Mastodon alone (2) on several services (1)" in said
    assert "It is not told of 5 people, who are small too." in said


def numbers(sent: Any) -> list[int]:
    """An array as it travels."""
    return sent if isinstance(sent, list) else np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).tolist()


def test_who_was_joined_with_another_since_the_drawing_was_made_is_said_to_be(
    ada: Page, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    picked = {"person": ids(ada, known)["a"]}
    monkeypatch.setattr(people, "person", lambda *_: None)

    panel = drawn(ada, known, "graph-pick.data", pick=picked)["graph-person"]["children"]

    assert "You joined this person with another, or parted them." in text(panel)


def test_choices_stand_in_the_address(ada: Page, known: Known) -> None:
    page = ada.open("user/all?size=followers&colour=service&show=github")
    other = ada.open("user/all?size=weight&colour=&show=nowhere")

    chosen = ("graph-size", "graph-colour", "graph-shown")
    assert [with_id(page, name)["value"] for name in chosen] == ["followers", "service", "github"]
    assert [with_id(other, name)["value"] for name in chosen] == ["ties", "community", "all"]
    assert with_id(page, "account-shown")["data"]["account"] == known.derived
    assert "6 people, of whom 1 is on more than one" in text(page)


def test_without_a_comparison_the_page_says_what_is_missing(app: Flask, known: Known) -> None:
    page = Page(sign_in(app, known.bob)).open("user/all")

    assert not has_id(page, "graph-list")
    assert "/dashboard/user/crosscheck" in links(page)


def test_the_download_says_on_which_services_a_tie_is(ada: Page, known: Known) -> None:
    address = f"/download/{known.derived}/everyone-graph"

    lines = rows(ada.client.get(f"{address}.csv"))
    read = json.loads(ada.client.get(f"{address}.json").get_data())

    assert {(row["source"], row["target"], row["services"]) for row in lines} == {
        ("github:a", "github:b", "github"), ("github:b", "bluesky:q", "github"), ("bluesky:q", "github:a", "github"),
        ("mastodon:c", "mastodon:d", "mastodon"), ("mastodon:d", "bluesky:q", "mastodon"),
        ("bluesky:q", "mastodon:c", "mastodon"), ("bluesky:e", "bluesky:q", "bluesky"),
    }  # fmt: skip
    assert {"source": "bluesky:e", "target": "bluesky:q", "services": ["bluesky"]} in read["edges"]
    assert b'<attvalue for="services" value="bluesky"/>' in ada.client.get(f"{address}.gexf").get_data()
    assert b'<data key="services">bluesky</data>' in ada.client.get(f"{address}.graphml").get_data()
