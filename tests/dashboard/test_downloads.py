"""Downloads: their addresses, whose they are, what they hold."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.graph_drawing import from_row
from dashapp.dashboard import export_contents
from dashapp.dashboard.figures.style import community_colour
from dashapp.dashboard.formats import GRAPH_FORMATS, TABLE_FORMATS
from dashapp.dashboard.sections import CHARTS
from dashapp.extensions import db
from dashapp.services.records import Batch
from dashapp.store import accounts, results, users
from tests.conftest import close, make_app
from tests.records import merged, ties

from .downloads import add_account, add_analysed_account, records, rows, sign_in

pytestmark = pytest.mark.slow

LISTS = {"followers": ["bob", "carol"], "friends": ["carol", "dan"], "mutuals": ["carol"]}
EVERYONE = ["bob", "carol", "dan", "erin"]
TABLES = [*export_contents.TABLES, *CHARTS]
ADDRESSES = [
    *(f"{which}.{form.suffix}" for which in (*LISTS, "everyone") for form in TABLE_FORMATS),
    *(f"{which}-graph.{form.suffix}" for which in (*LISTS, "everyone") for form in GRAPH_FORMATS),
    *(f"{what}.{form.suffix}" for what in TABLES for form in TABLE_FORMATS),
]


@pytest.fixture(scope="module")
def module_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of this module's tests, which only read."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("downloads") / "sociogram.sqlite")
    app = make_app(f"sqlite:///{path}")
    yield app
    close(app)


@pytest.fixture(scope="module")
def account(module_app: Flask) -> tuple[int, int]:
    """A user and their account."""
    with module_app.app_context():
        owner = users.add_user("Ada", "!")
        return owner, add_analysed_account(owner)


@pytest.fixture
def ada(module_app: Flask, account: tuple[int, int]) -> FlaskClient:
    """The owner's browser."""
    return sign_in(module_app, account[0])


@pytest.fixture
def address(account: tuple[int, int]) -> str:
    """Where the account's downloads begin."""
    return f"/download/{account[1]}"


# ---- whose they are


@pytest.mark.parametrize("what", ADDRESSES)
def test_every_download_is_its_owners(ada: FlaskClient, address: str, what: str) -> None:
    assert ada.get(f"{address}/{what}").status_code == 200


@pytest.mark.parametrize("what", ADDRESSES)
def test_nobody_elses_is_found(module_app: Flask, address: str, what: str) -> None:
    with module_app.app_context():
        bob = users.add_user(users.free_name("Bob"), "!")

    assert sign_in(module_app, bob).get(f"{address}/{what}").status_code == 404


@pytest.mark.parametrize("what", ["followers.csv", "nothing.csv", "everyone-graph.gexf"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in(module_app: Flask, address: str, what: str) -> None:
    response = module_app.test_client().get(f"{address}/{what}")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/signin")


def test_everything_needs_a_session_too(module_app: Flask) -> None:
    assert module_app.test_client().get("/download/everything.zip").status_code == 302


@pytest.mark.parametrize(
    "what",
    ["nobody.csv", "followers.xls", "followers.gexf", "nobody-graph.gexf", "-graph.csv", "posts-graph.json", "a.b.csv"],
)
def test_what_there_is_not_is_not_found(ada: FlaskClient, address: str, what: str) -> None:
    assert ada.get(f"{address}/{what}").status_code == 404


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, 10**30])
def test_an_account_that_there_is_not_is_not_found(ada: FlaskClient, number: int) -> None:
    assert ada.get(f"/download/{number}/followers.csv").status_code == 404


@pytest.mark.parametrize("query", ["period=2y", "unit=hour", "period=", "unit=%00"])
def test_an_unknown_period_or_unit_is_named(ada: FlaskClient, address: str, query: str) -> None:
    response = ada.get(f"{address}/timeline.csv?{query}")

    assert response.status_code == 400
    assert "use one of" in response.text


def test_empty_days_are_none(ada: FlaskClient, address: str) -> None:
    named = ada.get(f"{address}/hashtags.csv?from=&to=").headers["Content-Disposition"]

    assert named == ada.get(f"{address}/hashtags.csv").headers["Content-Disposition"]


# ---- how they come


def test_the_file_says_whose_it_is_what_and_of_when(ada: FlaskClient, address: str) -> None:
    headers = ada.get(f"{address}/followers.csv").headers

    assert headers["Content-Disposition"] == (
        'attachment; filename="sociogram-mastodon-ada_example.social-followers-2026-03-20.csv"; '
        "filename*=UTF-8''sociogram-mastodon-ada_example.social-followers-2026-03-20.csv"
    )
    assert headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_charts_file_says_the_period(ada: FlaskClient, address: str) -> None:
    headers = ada.get(f"{address}/hashtags.csv?period=90d").headers

    assert "-hashtags-90d-2026-03-20.csv" in headers["Content-Disposition"]


@pytest.mark.parametrize("what", ["followers.csv", "everyone-graph.gexf", "posts.json"])
def test_no_cache_keeps_them_and_no_browser_guesses(ada: FlaskClient, address: str, what: str) -> None:
    headers = ada.get(f"{address}/{what}").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Length" not in headers


@pytest.mark.parametrize("what", ["everyone-graph.gexf", "everyone-graph.csv", "posts.json"])
def test_a_download_that_is_broken_off_gives_its_connection_back(
    module_app: Flask, ada: FlaskClient, address: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashapp.dashboard.formats.records.PORTION", 1)
    response = ada.get(f"{address}/{what}")
    parts = response.iter_encoded()
    assert all(next(parts) for _ in range(4))

    response.close()
    del parts

    with module_app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


# ---- lists and posts


@pytest.mark.parametrize(("which", "expected"), [*LISTS.items(), ("everyone", [*EVERYONE, "zoe"])])
def test_lists_hold_their_persons(ada: FlaskClient, address: str, which: str, expected: list[str]) -> None:
    assert sorted(row["person"] for row in rows(ada.get(f"{address}/{which}.csv"))) == expected
    assert sorted(row["person"] for row in records(ada.get(f"{address}/{which}.json"))) == expected


def test_what_is_not_told_of_a_person_is_empty_or_null_and_zero_is_zero(ada: FlaskClient, address: str) -> None:
    in_csv = {row["person"]: row for row in rows(ada.get(f"{address}/followers.csv"))}
    in_json = {row["person"]: row for row in records(ada.get(f"{address}/followers.json"))}

    assert (in_csv["bob"]["friends"], in_csv["carol"]["friends"]) == ("0", "")
    assert (in_json["bob"]["friends"], in_json["carol"]["friends"]) == (0, None)
    assert in_csv["bob"]["first_seen"] == in_json["bob"]["first_seen"] == "2026-03-20T12:00:00Z"
    assert in_csv["carol"]["is_friend"] == "true"


def test_a_name_that_is_a_formula_is_defused_in_csv_and_exact_in_json(ada: FlaskClient, address: str) -> None:
    in_csv = {row["person"]: row["name"] for row in rows(ada.get(f"{address}/followers.csv"))}
    in_json = {row["person"]: row["name"] for row in records(ada.get(f"{address}/followers.json"))}

    assert (in_csv["carol"], in_json["carol"]) == ("'=HYPERLINK(1)", "=HYPERLINK(1)")


def test_posts_come_with_how_they_read(ada: FlaskClient, address: str) -> None:
    posts = records(ada.get(f"{address}/posts.json"))

    assert [post["post"] for post in posts] == ["0", "1", "2", "9"]
    assert [posts[place]["label"] for place in (0, 2, 3)] == ["positive", None, "negative"]
    assert posts[0]["positive"] > posts[0]["negative"]
    assert (posts[0]["likes"], posts[0]["reposts"], posts[0]["quotes"], posts[3]["likes"]) == (3, 0, None, None)
    assert [post["text"] for post in rows(ada.get(f"{address}/posts.csv"))][1:3] == ["'@bob see you", "'=1+1"]


def test_changes_name_who_came_and_who_left(ada: FlaskClient, address: str) -> None:
    changes = rows(ada.get(f"{address}/changes.csv"))

    assert {(row["change"], row["relation"], row["person"]) for row in changes} == {
        ("gained", "follower", "bob"),
        ("lost", "follower", "zoe"),
    }


# ---- graphs


@pytest.mark.parametrize(("which", "members"), [*LISTS.items(), ("everyone", [*EVERYONE, "zoe"])])
def test_all_forms_of_a_graph_hold_the_same(ada: FlaskClient, address: str, which: str, members: list[str]) -> None:
    def data(form: str) -> io.BytesIO:
        return io.BytesIO(ada.get(f"{address}/{which}-graph.{form}").data)

    node_link = nx.node_link_graph(records(ada.get(f"{address}/{which}-graph.json")))
    gexf, graphml = nx.read_gexf(data("gexf")), nx.read_graphml(data("graphml"))
    ties = {(row["source"], row["target"]) for row in rows(ada.get(f"{address}/{which}-graph.csv"))}

    assert sorted(node_link) == sorted(gexf) == sorted(graphml) == members
    assert ties == set(node_link.edges) == set(gexf.edges) == set(graphml.edges)
    assert all(type(graph) is nx.DiGraph for graph in (node_link, gexf, graphml))


def test_a_graphs_persons_say_how_many_others_of_the_list_they_have_a_tie_with(ada: FlaskClient, address: str) -> None:
    graph = nx.node_link_graph(records(ada.get(f"{address}/everyone-graph.json")))

    assert dict(graph.nodes(data="degree")) == {"bob": 1, "carol": 2, "dan": 2, "erin": 1, "zoe": None}
    assert graph.nodes["bob"]["label"] == "Bob"
    assert graph.nodes["erin"]["label"] == "erin"
    assert graph.nodes["carol"]["community"] is not None


@pytest.mark.parametrize("which", ["followers", "friends"])
def test_a_graphs_persons_stand_where_the_page_has_them(
    module_app: Flask, account: tuple[int, int], ada: FlaskClient, address: str, which: str
) -> None:
    with module_app.app_context():
        frames = results.read(*account, "graph_drawn", "graph_nodes", "communities")
    of_list = {name: frame[frame["list"] == which] for name, frame in frames.items()}
    page = from_row(of_list["graph_drawn"].iloc[0])
    labels = of_list["graph_nodes"].set_index("person")["label"][page.person]
    names = of_list["communities"].set_index("community")["name"]

    nodes = {
        node["label"]: node
        for _, node in nx.node_link_graph(records(ada.get(f"{address}/{which}-graph.json"))).nodes(data=True)
    }

    for label, x, y, colour in zip(labels, page.x / page.unit, page.y / page.unit, page.colour, strict=True):
        assert (nodes[label]["x"], nodes[label]["y"]) == pytest.approx((1_000 * x, 1_000 * y), abs=0.1)
        assert nodes[label]["color"] == community_colour("light", colour)
        assert nodes[label]["community_name"] == names[nodes[label]["community"]]
    assert len(nodes) == len(page.person)


@pytest.mark.parametrize("which", [*LISTS, "everyone"])
def test_all_persons_of_all_graphs_have_a_place_in_every_form(ada: FlaskClient, address: str, which: str) -> None:
    gexf = nx.read_gexf(io.BytesIO(ada.get(f"{address}/{which}-graph.gexf").data))
    graphml = nx.read_graphml(io.BytesIO(ada.get(f"{address}/{which}-graph.graphml").data))

    places = {key: (node["x"], node["y"], node["size"]) for key, node in graphml.nodes.items()}
    marks = {key: node["viz"] for key, node in gexf.nodes.items()}
    assert {key: (viz["position"]["x"], viz["position"]["y"], viz["size"]) for key, viz in marks.items()} == places
    assert len({place[:2] for place in places.values()}) == len(places)
    assert all(size > 0 for _, _, size in places.values())


def test_a_graph_that_was_not_analysed_yet_has_no_places(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        account = add_account(owner)

    nodes = records(sign_in(app, owner).get(f"/download/{account}/followers-graph.json"))["nodes"]

    assert {(node["x"], node["color"], node["community_name"]) for node in nodes} == {(None, None, None)}


def test_ties_that_stand_for_both_directions_make_an_undirected_graph(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        account = add_account(owner)
        row = accounts.account(owner, account)
        assert row is not None
        graph = export_contents.graph("everyone", owner, replace(row, mutual_ties=True), day=row.data_day("UTC"))
        edges = {frozenset((edge.source, edge.target)) for edge in graph.edges}

    assert not graph.directed
    assert edges == {frozenset(pair) for pair in (("bob", "carol"), ("carol", "dan"), ("dan", "erin"))}


# ---- data behind charts


def test_the_timeline_is_by_unit_and_kind_without_gaps(ada: FlaskClient, address: str) -> None:
    weeks = rows(ada.get(f"{address}/timeline.csv?unit=week"))

    assert [row["start"] for row in weeks[::3]] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert [row["kind"] for row in weeks[:3]] == ["post", "reply", "repost"]
    assert [row["posts"] for row in weeks] == ["1", "1", "1", "1", "0", "0", "0", "0", "0"]
    assert (weeks[0]["likes"], weeks[0]["quotes"], weeks[3]["likes"]) == ("3", "", "")


def test_the_timeline_holds_the_period_before_where_it_is_known_whole(ada: FlaskClient, address: str) -> None:
    known, cut = ({"from": first, "to": "2026-03-12"} for first in ("2026-03-08", "2026-03-07"))
    whole, missing = (rows(ada.get(f"{address}/timeline.csv", query_string=query)) for query in (known, cut))

    assert [row["before"] for row in whole if row["kind"] == "reply"] == ["1", "0", "0", "0", "0"]
    assert {row["before"] for row in missing} == {""}


def test_the_timeline_keeps_to_its_period(ada: FlaskClient, address: str) -> None:
    days = rows(ada.get(f"{address}/timeline.csv?period=30d"))

    assert (days[0]["start"], days[-1]["start"], len(days)) == ("2026-02-19", "2026-03-20", 30 * 3)


def test_sentiment_counts_own_posts_by_label(ada: FlaskClient, address: str) -> None:
    months = records(ada.get(f"{address}/sentiment.json?unit=month"))

    labels = [post["label"] for post in records(ada.get(f"{address}/posts.json")) if post["kind"] != "repost"]
    counts = {label: labels.count(label) for label in ("negative", "neutral", "positive")}
    bounds = {name: months[0].pop(name) for name in list(months[0]) if name.endswith(("_low", "_high"))}
    assert months == [{"start": "2026-03-01", "posts": 3, **counts, "assessed": 3, "partial": True}]
    assert all(bounds[f"{label}_low"] <= n / 3 <= bounds[f"{label}_high"] for label, n in counts.items())


def test_words_and_hours_are_of_the_period(ada: FlaskClient, address: str) -> None:
    tags = rows(ada.get(f"{address}/hashtags.csv"))
    hours = rows(ada.get(f"{address}/rhythm.csv"))

    assert [(row["tag"], row["posts"]) for row in tags] == [("Garden", "2")]
    assert "period" not in tags[0]
    assert sum(int(row["posts"]) for row in hours) == 3
    assert {row["mention"] for row in rows(ada.get(f"{address}/mentions.csv"))} == {"bob"}


def test_top_posts_are_named_by_what_others_understand(ada: FlaskClient, address: str) -> None:
    top = rows(ada.get(f"{address}/top_posts.csv"))

    assert top[0]["text"] == "What a lovely day #Garden"
    assert top[0]["interactions"] == "4"
    assert "post" not in top[0]


def test_growth_leaves_empty_what_cannot_be_compared(ada: FlaskClient, address: str) -> None:
    days = rows(ada.get(f"{address}/growth.csv"))

    assert [row["day"] for row in days] == ["2026-02-18", "2026-03-20"]
    assert [row["gained_followers"] for row in days] == ["", "1"]
    assert [row["lost_followers"] for row in days] == ["", "1"]
    assert [row["gone_followers"] for row in days] == ["", ""]
    assert [row["gone_friends"] for row in days] == ["", "0"]
    assert [row["posts"] for row in days] == ["", "4"]


def test_charts_of_an_account_without_posts_are_not_found(app: Flask) -> None:
    with app.app_context():
        owner = users.add_user("Ada", "!")
        account, _ = merged(owner, Batch(ties=ties("ab")))
    client = sign_in(app, owner)

    assert client.get(f"/download/{account}/timeline.csv").status_code == 404
    assert client.get(f"/download/{account}/sentiment.csv").status_code == 404
    assert client.get(f"/download/{account}/hashtags.csv").status_code == 404
    assert rows(client.get(f"/download/{account}/posts.csv")) == []
    assert len(rows(client.get(f"/download/{account}/everyone-graph.csv"))) == 1
