"""An account's page: what stands on it, and that nobody else sees it."""

from __future__ import annotations

import pandas as pd
import pytest
from flask import Flask

from dashapp.dashboard.formats import FORMATS
from dashapp.store import results, users
from dashapp.store.results import FRAMES

from ..conftest import Known
from ..dash_client import PREFIX, Page, has_id, links, parts, text, with_id
from ..downloads import add_analysed_account, sign_in
from ..taken_away import missing

pytestmark = pytest.mark.slow

TIMELINE = {"type": "chart", "chart": "timeline"}
SENTIMENT = {"type": "chart", "chart": "sentiment"}


def shown(account: int, period: str = "all", unit: str = "day") -> dict[str, object]:
    """What the page keeps about itself."""
    return {"account": account, "period": period, "unit": unit}


def test_the_head_tells_whose_it_is_and_where_it_came_from(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.full}")

    said = text(page)
    assert "ada@example.social" in said
    assert "CSV files, data of 20 Mar 2026, 13:00." in said
    assert "Holds 4 posts, 2 followers, 2 friends." in said
    assert "Demo" not in said


def test_figures_come_with_their_meaning_and_what_they_rest_on(ada: Page, known: Known) -> None:
    said = text(ada.open(f"user/mastodon?account={known.full}&period=all"))

    assert "Posts 3 Own posts and replies" in said
    assert "Response rate 50%" in said
    assert "It rests on 2 posts; with 95% confidence it lies between" in said


def test_what_is_not_told_is_a_dash_with_its_reason(ada: Page, known: Known) -> None:
    said = text(ada.open(f"user/mastodon?account={known.other}&period=all"))

    assert "Response rate – not told in this data" in said
    assert "Followers" not in said  # of people nothing is told: no row of dashes
    assert "This data does not tell how often posts were answered." in said


@pytest.mark.parametrize(("period", "chosen"), [("30d", "30 days"), ("nonsense", "1 year"), ("", "1 year")])
def test_the_address_chooses_the_period(ada: Page, known: Known, period: str, chosen: str) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&period={period}")

    current = [one for one in parts(page) if one["props"].get("aria-current") == "true"]
    assert [text(one) for one in current] == [chosen]


def test_all_charts_stand_on_the_page_with_their_data(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.full}&period=all")

    base = f"/download/{known.full}"
    for name in ("timeline", "rhythm", "hashtags", "mentions", "sentiment", "growth"):
        assert has_id(page, {"type": "chart", "chart": name})
        assert any(link.startswith(f"{base}/{name}.csv?period=all") for link in links(page))
    assert {f"{base}/changes.csv", f"{base}/top_posts.csv?period=all"} <= set(links(page))


def test_lists_and_graphs_can_be_taken_away_in_every_format(ada: Page, known: Known) -> None:
    found = set(links(ada.open(f"user/mastodon?account={known.full}")))

    base = f"/download/{known.full}"
    for suffix, form in FORMATS.items():
        tables = {f"{base}/{name}.{suffix}" for name in ("followers", "friends", "mutuals", "posts")}
        graphs = {f"{base}/{name}-graph.{suffix}" for name in ("followers", "friends")}
        assert found & tables == (tables if form.table else set())
        assert found & graphs == (graphs if form.graph else set())


def test_downloads_that_a_page_offers_are_there(ada: Page, known: Known) -> None:
    offered = {link for link in links(ada.open(f"user/mastodon?account={known.full}")) if link.startswith("/download/")}

    assert len(offered) > 20
    for link in offered:
        with ada.client.get(link) as response:
            assert response.status_code == 200, link


def test_several_accounts_of_a_service_can_be_chosen_from(ada: Page, known: Known) -> None:
    page = ada.open("user/mastodon")

    options = with_id(page, "account-choice")["options"]
    assert {option["value"] for option in options} == {str(known.full), str(known.other)}


def test_a_network_alone_has_no_figures_but_its_people_and_graph(ada: Page, known: Known) -> None:
    page = ada.open("user/github")

    said = text(page)
    assert "Holds 4 people." in said
    assert "Posts a week" not in said
    assert said.index("Network") < said.index("Search by name") < said.index("No posts in this data")
    assert with_id(page, "people-list")["value"] == "everyone"
    assert with_id(page, "graph-list")["value"] == "everyone"
    columns = [column["headerName"] for column in with_id(page, "people-grid")["columnDefs"]]
    assert columns == ["Name", "Handle", "Ties in all data", "First seen"]


def test_a_period_without_posts_says_so_and_draws_nothing(bob: Page) -> None:
    page = bob.open("user/x?period=30d")

    said = text(page)
    assert "No posts in this period" in said
    assert "Posts a week 0" in said
    assert not has_id(page, TIMELINE)
    assert not has_id(page, SENTIMENT)


def test_posts_without_words_have_no_tone(bob: Page) -> None:
    assert "Sentiment not assessed" in text(bob.open("user/x?period=all"))


def test_people_whose_ties_nobody_tells_have_no_graph(bob: Page) -> None:
    said = text(bob.open("user/x"))

    assert "No ties in this data" in said
    assert "Holds 1 post, 1 follower." in said


def test_findings_stand_above_the_charts(dashboard_app: Flask, bob: Page, known: Known) -> None:
    with dashboard_app.app_context():
        kept = results.read(known.bob, known.quiet, *FRAMES)
        findings = pd.DataFrame({"sentence": ["Posts rose.", "Posts fell."], "period": ["all", "30d"]})
        findings = findings.assign(section="timeline", p=0.001)
        results.save(known.bob, known.quiet, kept | {"findings": findings})

    page = bob.open("user/x?period=all")

    said = text(page)
    assert "What stands out ? Posts rose. Timeline" in said
    assert "Posts fell." not in said
    assert "#chart-timeline" in links(page)


def test_days_picked_by_hand_have_no_findings(bob: Page) -> None:
    assert "something always stands out" in text(bob.open("user/x?from=2026-01-01&to=2026-12-31"))


def test_a_service_that_is_not_connected_says_how_to(ada: Page) -> None:
    page = ada.open("user/bluesky")

    assert "No Bluesky account yet" in text(page)
    assert "/connect/bluesky" in links(page)


def test_an_unknown_service_has_no_page(ada: Page) -> None:
    assert "There is no such page" in text(ada.open("user/nowhere"))
    assert ada.client.get("/dashboard/user/nowhere").status_code == 404


def test_the_path_names_the_service_whatever_the_query_says(ada: Page, known: Known) -> None:
    page = ada.open(f"user/github?service=mastodon&pathname=/dashboard/user/mastodon&account={known.network}")

    assert "Holds 4 people." in text(page)


def test_somebody_elses_account_is_not_shown(ada: Page, known: Known) -> None:
    page = ada.open(f"user/mastodon?account={known.bobs}")

    assert "Not among your accounts" in text(page)
    assert ada.client.get(f"/dashboard/user/mastodon?account={known.bobs}").status_code == 404


@pytest.mark.parametrize(
    ("output", "values"),
    [
        pytest.param('{"chart":["ALL"],"type":"chart"}.figure', {"timeline-unit.value": "week"}, id="unit"),
        pytest.param("timeline-behind.children", {}, id="timeline"),
        pytest.param("sentiment-behind.children", {}, id="sentiment"),
        pytest.param("people-box.children", {"people-list.value": "followers"}, id="list"),
        pytest.param(
            "people-grid.getRowsResponse",
            {"people-grid.getRowsRequest": {"startRow": 0, "endRow": 100}, "people-list.value": "followers"},
            id="rows",
        ),
        pytest.param('{"chart":"graph","type":"chart"}.figure', {"graph-list.value": "followers"}, id="graph"),
        pytest.param('{"chart":["MATCH"],"type":"table"}.children', {}, id="table"),
    ],
)
def test_callbacks_find_nothing_of_others(ada: Page, known: Known, output: str, values: dict[str, object]) -> None:
    nothing = {f'{{"chart":["ALL"],"type":"{part}"}}': list[str]() for part in ("chart", "words")}
    theirs = {**values, **nothing, "account-shown.data": shown(known.bobs)}
    if "table" in output:
        theirs['{"chart":["MATCH"],"type":"table-open"}.n_clicks'] = 1
        theirs['{"chart":["MATCH"],"type":"table-open"}.id'] = {"type": "table-open", "chart": "timeline"}

    response = ada.send(output, theirs, match="timeline")

    assert response.status_code == 404


@pytest.mark.parametrize(
    "data", [None, [], {}, {"account": "1"}, {"account": True}, {"account": 2**60}, {"account": -1}]
)
def test_a_callback_without_an_account_is_refused(ada: Page, data: object) -> None:
    values = {'{"chart":"timeline","type":"chart"}.clickData': click(0, "2026-03-02"), "account-shown.data": data}

    assert ada.send("timeline-behind.children", values).status_code == 400


# ---- its charts


def test_another_unit_draws_the_charts_over_time_anew_and_leaves_the_others(ada: Page, known: Known) -> None:
    ids = [TIMELINE, SENTIMENT, {"type": "chart", "chart": "rhythm"}]
    values = {
        "timeline-unit.value": "month",
        "account-shown.data": shown(known.full),
        '{"chart":["ALL"],"type":"chart"}': ids,
        '{"chart":["ALL"],"type":"words"}': [{**each, "type": "words"} for each in ids],
    }

    answer = ada.answer('{"chart":["ALL"],"type":"chart"}.figure', values)

    drawn = {name: one["figure"] for name, one in answer.items() if "figure" in one}
    assert set(drawn) == {'{"chart":"timeline","type":"chart"}', '{"chart":"sentiment","type":"chart"}'}
    assert answer["account-shown"]["data"]["unit"] == "month"
    assert drawn['{"chart":"timeline","type":"chart"}']["layout"]["yaxis"]["title"]["text"] == "Posts a month"


def click(curve: int, start: str) -> dict[str, object]:
    """What plotly tells of a click."""
    return {"points": [{"curveNumber": curve, "x": start, "y": 1}]}


def test_a_click_on_a_bar_shows_its_posts(ada: Page, known: Known) -> None:
    values = {
        '{"chart":"timeline","type":"chart"}.clickData': click(0, "2026-03-02"),
        "account-shown.data": shown(known.full, unit="week"),
    }

    said = text(ada.answer("timeline-behind.children", values)["timeline-behind"]["children"])

    assert said.startswith("Week of 2 March 2026: 1 post ")
    assert "What a lovely day #Garden" in said
    assert "1 reply, 0 reposts, 3 likes" in said
    assert "positive" in said


def test_a_click_on_the_line_shows_all_posts_of_the_unit(ada: Page, known: Known) -> None:
    values = {
        '{"chart":"timeline","type":"chart"}.clickData': click(3, "2026-03-02"),
        "account-shown.data": shown(known.full, unit="week"),
    }

    said = text(ada.answer("timeline-behind.children", values)["timeline-behind"]["children"])

    assert said.startswith("Week of 2 March 2026: 3 posts")


def test_a_share_shows_its_posts_of_the_whole_period(ada: Page, known: Known) -> None:
    body = ada.body("sentiment-behind.children", {"account-shown.data": shown(known.full)}, every=1)
    body["inputs"][1] = [{"id": {"type": "tone", "label": "negative"}, "property": "n_clicks", "value": 1}]
    body["changedPropIds"] = ['{"label":"negative","type":"tone"}.n_clicks']

    response = ada.post(body)

    said = text(response.get_json()["response"]["sentiment-behind"]["children"])
    assert said.startswith("Whole period: 1 negative post ")
    assert "-5 degrees, terrible" in said


def test_a_click_on_a_bar_of_tone_shows_its_posts(ada: Page, known: Known) -> None:
    values = {
        '{"chart":"sentiment","type":"chart"}.clickData': click(2, "2026-03-02"),
        "account-shown.data": shown(known.full),
    }

    said = text(ada.answer("sentiment-behind.children", values)["sentiment-behind"]["children"])

    assert said.startswith("2 March 2026: 1 positive post ")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("timeline", "Week from Posts Replies Reposts Answered Likely Interactions 2026-03-02 1 1 1 50% 9% to 91% 4"),
        (
            "sentiment",
            "Week from Positive Neutral Negative Likely positive Likely neutral Likely negative 2026-03-02 2 0 0",
        ),
        ("hashtags", "Hashtag Posts Answered #Garden 2 100%"),
        ("mentions", "Mention Posts @bob 1"),
        ("growth", "Friends lost 2026-02-16 2 2 1 – – – – 2026-03-16 2 2 1 1 1 0 0"),
        ("rhythm", "Weekday 0:00 1:00"),
    ],
)
def test_the_data_of_a_chart_opens_as_a_table(ada: Page, known: Known, name: str, expected: str) -> None:
    values = {
        '{"chart":["MATCH"],"type":"table-open"}.n_clicks': 1,
        '{"chart":["MATCH"],"type":"table-open"}.id': {"type": "table-open", "chart": name},
        "account-shown.data": shown(known.full, unit="week"),
    }

    answer = ada.answer('{"chart":["MATCH"],"type":"table"}.children', values, match=name)

    assert expected in text(next(iter(answer.values()))["children"])


@pytest.mark.parametrize("name", ["nothing", ["timeline"]])
def test_the_table_of_no_chart_is_refused(ada: Page, known: Known, name: object) -> None:
    values = {
        '{"chart":["MATCH"],"type":"table-open"}.n_clicks': 1,
        '{"chart":["MATCH"],"type":"table-open"}.id': {"type": "table-open", "chart": name},
        "account-shown.data": shown(known.full),
    }

    assert ada.send('{"chart":["MATCH"],"type":"table"}.children', values, match="timeline").status_code == 400


def test_a_table_that_is_not_open_is_not_sent(ada: Page, known: Known) -> None:
    values = {
        '{"chart":["MATCH"],"type":"table-open"}.n_clicks': 0,
        '{"chart":["MATCH"],"type":"table-open"}.id': {"type": "table-open", "chart": "timeline"},
        "account-shown.data": shown(known.full),
    }

    assert ada.answer('{"chart":["MATCH"],"type":"table"}.children', values, match="timeline") == {}


# ---- visitors of the demo


def test_the_demo_says_on_every_page_that_its_data_is_invented(dashboard_app: Flask, known: Known) -> None:
    with dashboard_app.app_context():
        owner = users.demo_user() or users.add_user("Demo", "!", is_demo=True)
        add_analysed_account(owner)
    visitor = Page(sign_in(dashboard_app, owner))

    pages = [visitor.open("user"), visitor.open("user/mastodon")]

    assert "You look at invented data." in visitor.client.get(f"{PREFIX}user").text
    assert not any(link.startswith("/connect/") for page in pages for link in links(page))


@pytest.mark.parametrize("period", ["30d", "all"])
def test_all_charts_and_tables_of_an_account_can_be_taken_away(ada: Page, known: Known, period: str) -> None:
    assert missing(ada, f"user/mastodon?account={known.full}&period={period}&unit=week") == []
