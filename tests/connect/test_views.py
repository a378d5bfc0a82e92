"""Uploads in the browser: refused with a sentence, or received and queued; one's own only."""

from __future__ import annotations

import io

import pytest
from bs4 import BeautifulSoup

from dashapp.connect import views
from dashapp.services import SERVICES
from dashapp.store import imports, users
from tests.services.bluesky_exports import bluesky_post, bluesky_small
from tests.services.exports import (
    facebook_friends,
    facebook_post,
    facebook_small,
    linkedin_share,
    linkedin_small,
    mastodon_following,
    mastodon_post,
    mastodon_small,
    x_post,
    x_small,
    zipped,
)
from tests.services.github_exports import github_issue, github_repository, github_small
from tests.users.browser_session import ADA, BOB, BrowserSession, is_at, lands

pytestmark = pytest.mark.slow

OVERVIEW = "/dashboard/user"
POSTS = "created_at,text,likes\n2026-01-02,Hello,3\n"
TWEETS = "Date;Tweet;Favs\n2026-01-02;Hello;3\n"


@pytest.fixture
def ada(app):
    visitor = BrowserSession(app)
    visitor.register()
    return visitor


def send_files(visitor, page, files, **data):
    """Sends an upload; `files` are bytes or text by name."""
    streams = [(io.BytesIO(part.encode() if isinstance(part, str) else part), name) for name, part in files.items()]
    headers = data.pop("headers", None)
    return visitor.send(f"/connect/{page}", {"files": streams, **data}, headers=headers)


def all_imports(app, person=ADA):
    with app.app_context():
        return imports.imports(users.find_user(person["name"]).id)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_page(ada, service):
    page = BeautifulSoup(ada.get(f"/connect/{service}").text, "html.parser")

    assert len(page.find_all("h1")) == 1
    for field in page.select("main input:not([type=hidden]), main select"):
        assert page.find("label", {"for": field["id"]}), field
    for field in page.select("[aria-describedby]"):
        assert all(page.find(id=each) for each in field["aria-describedby"].split())


def test_an_unknown_service_is_not_found(ada):
    assert ada.get("/connect/usenet").status_code == 404
    assert ada.send("/connect/usenet").status_code == 404


@pytest.mark.parametrize("path", ["/connect/x", "/connect/columns/1"])
def test_pages_need_a_session(app, path):
    assert BrowserSession(app).get(path).headers["Location"].startswith("/signin?next=%2Fconnect%2F")


def test_an_upload_of_nobody_is_not_read(app, monkeypatch):
    monkeypatch.setattr(views, "receive", lambda *_, **__: pytest.fail("it was received"))

    assert BrowserSession(app).client.post("/connect/csv", data={"handle": "ada"}).status_code == 302


def test_an_upload_without_its_token_is_refused(app, ada):
    answer = ada.client.post("/connect/csv", data={"handle": "ada", "files": (io.BytesIO(b"x"), "posts.csv")})

    assert answer.status_code == 400
    assert all_imports(app) == []


@pytest.mark.parametrize("service", ["github", "bluesky", "facebook", "linkedin"])
def test_data_of_a_service_may_come_as_csv_too(ada, service):
    form = BeautifulSoup(ada.get(f"/connect/csv?service={service}").text, "html.parser")

    assert form.select_one("option[selected][value=" + service + "]")


def test_a_service_that_there_is_not_is_not_chosen(ada):
    form = BeautifulSoup(ada.get("/connect/csv?service=usenet").text, "html.parser")

    assert form.select_one("#form-service option[selected]")["value"] == "csv"


def test_exports_of_two_services_in_one_zip_become_two_imports_and_it_is_said(app, ada):
    both = zipped({**x_small(x_post()), **mastodon_small(mastodon_post())}).getvalue()

    answer = send_files(ada, "x", {"both.zip": both})

    assert is_at(answer, OVERVIEW)
    assert {row.export for row in all_imports(app)} == {"x", "mastodon"}
    assert "The upload holds an X archive and a Mastodon export" in ada.get(OVERVIEW).text


def test_files_with_the_documented_columns_are_queued(app, ada):
    answer = send_files(
        ada, "csv", {"posts.csv": POSTS}, handle=" ada ", name="Ada", service="github", mutual="y", as_of="2026-02-01"
    )

    assert lands(answer, "github")
    row = all_imports(app)[0]
    assert (row.state, row.export, row.filename) == ("queued", "csv", "posts.csv")
    assert row.options == {
        "handle": "ada",
        "name": "Ada",
        "service": "github",
        "mutual": "1",
        "as_of": "2026-02-01",
        "time_zone": "UTC",
    }


@pytest.mark.parametrize("service", [key for key, service in SERVICES.items() if service.upload])
def test_every_form_asks_for_the_day_of_the_data(ada, service):
    form = BeautifulSoup(ada.get(f"/connect/{service}").text, "html.parser")

    assert form.select_one("form[data-upload] input[type=date][name=as_of]")


@pytest.mark.parametrize(("service", "kept"), [("x", True), ("mastodon", True), ("csv", False), ("github", False)])
def test_where_posts_may_go_the_form_says_so_and_can_keep_them(ada, service, kept):
    form = BeautifulSoup(ada.get(f"/connect/{service}").text, "html.parser")

    box = form.select_one("form[data-upload] input[type=checkbox][name=keep_posts]")
    assert bool(box) is kept
    assert ("Posts that you deleted before the files were made are removed here too" in form.text) is kept


def test_an_upload_that_finds_no_room_is_refused_with_a_sentence(app, ada):
    app.config["USER_MOST_UPLOAD_BYTES"] = 20

    answer = send_files(ada, "csv", {"posts.csv": POSTS}, handle="ada")

    assert answer.status_code == 422
    assert "for each user 0 MB may wait to be imported: upload less at once." in answer.text
    assert all_imports(app) == []


def test_a_day_to_come_is_refused(app, ada):
    answer = send_files(ada, "csv", {"posts.csv": POSTS}, handle="ada", as_of="2999-01-01")

    assert answer.status_code == 422
    assert "is a day to come" in answer.text
    assert all_imports(app) == []


def test_an_x_archive_is_queued(app, ada):
    answer = send_files(ada, "x", {"any name.zip": zipped(x_small(x_post())).getvalue()})

    assert lands(answer)
    assert (all_imports(app)[0].export, all_imports(app)[0].options) == ("x", {})


def test_a_facebook_export_is_queued(app, ada):
    answer = send_files(ada, "facebook", {"any name.zip": zipped(facebook_small(facebook_post())).getvalue()})

    assert lands(answer)
    assert (all_imports(app)[0].export, all_imports(app)[0].options) == ("facebook", {})


def test_friends_alone_need_the_username(app, ada):
    files = {"your_friends.json": facebook_friends({"Bob": 1_571_234_567})}

    refused = send_files(ada, "facebook", files)

    assert refused.status_code == 422
    assert "state your username" in refused.text
    assert lands(send_files(ada, "facebook", files, handle="ada.example"), "facebook")
    assert all_imports(app)[0].options == {"handle": "ada.example"}


def test_web_pages_of_facebook_are_refused_with_what_to_choose(app, ada):
    files = {"f.zip": zipped({"connections/friends/your_friends.html": "<html>", "index.html": "<html>"}).getvalue()}

    answer = send_files(ada, "facebook", files)

    assert answer.status_code == 422
    assert "choose JSON as its format" in BeautifulSoup(answer.text, "html.parser").select_one("[data-problem]").text
    assert all_imports(app) == []


def test_a_linkedin_export_is_queued_with_the_time_zone_of_its_times(app, ada):
    files = {"any name.zip": zipped(linkedin_small(linkedin_share())).getvalue()}

    answer = send_files(ada, "linkedin", files, time_zone="Europe/Berlin")

    assert lands(answer)
    row = all_imports(app)[0]
    assert (row.export, row.options) == ("linkedin", {"time_zone": "Europe/Berlin"})
    assert "Choose a time zone" in send_files(ada, "linkedin", files, time_zone="Mars").text


def test_a_bluesky_repository_is_queued_with_the_handle_that_it_does_not_tell(app, ada):
    files = {"repo.car": bluesky_small(bluesky_post())["repo.car"]}

    answer = send_files(ada, "bluesky", files, handle="Ada.example.social")

    assert lands(answer)
    row = all_imports(app)[0]
    assert (row.export, row.options) == ("bluesky", {"handle": "Ada.example.social"})
    assert "looks like ada.example.social" in send_files(ada, "bluesky", files, handle="ada").text


def test_a_github_archive_is_queued(app, ada):
    answer = send_files(ada, "github", {"export.zip": zipped(github_small(issues=[github_issue()])).getvalue()})

    assert lands(answer)
    assert (all_imports(app)[0].export, all_imports(app)[0].options) == ("github", {})


def test_a_github_archive_of_several_owners_asks_whose_it_is(app, ada):
    owners = [github_repository(), github_repository("https://github.com/bob-example")]
    files = {"export.zip": zipped(github_small(repositories=owners)).getvalue()}

    refused = send_files(ada, "github", files)

    assert refused.status_code == 422
    assert "state your handle on GitHub" in refused.text
    assert lands(send_files(ada, "github", files, handle="ada-example"), "github")


def test_several_files_come_together(app, ada):
    files = {
        "archive.zip": zipped(mastodon_small()).getvalue(),
        "following_accounts.csv": mastodon_following(["bob@other.example"]),
    }

    assert lands(send_files(ada, "mastodon", files), "mastodon")
    assert all_imports(app)[0].filename == "archive.zip, following_accounts.csv"


def test_a_list_alone_needs_the_address(app, ada):
    files = {"following_accounts.csv": mastodon_following(["bob@other.example"])}

    assert send_files(ada, "mastodon", files).status_code == 422
    assert lands(send_files(ada, "mastodon", files, handle="ada@example.social"), "mastodon")


@pytest.mark.parametrize(
    ("files", "data", "sentence"),
    [
        pytest.param({}, {"handle": "ada"}, "Choose at least one file.", id="no file"),
        pytest.param({"posts.csv": POSTS}, {}, "enter the handle", id="no handle"),
        pytest.param({"posts.csv": POSTS}, {"handle": "a\0da"}, "invisible characters", id="NUL"),
        pytest.param({"posts.csv": POSTS}, {"handle": "a" * 301}, "at most 300", id="long handle"),
        pytest.param(
            {"posts.csv": POSTS}, {"handle": "ada", "time_zone": "Mars"}, "Choose a time zone", id="time zone"
        ),
        pytest.param({"x.zip": b"PK\3\4 cut"}, {"handle": "ada"}, "damaged or was cut off", id="cut zip"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(app, ada, files, data, sentence):
    answer = send_files(ada, "csv", files, name="Typed name", **data)

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert sentence in page.select_one("[data-problem]").text
    assert page.select_one("#form-name")["value"] == "Typed name"
    assert all_imports(app) == []


def test_a_name_of_a_file_is_kept_without_what_is_invisible(app, ada):
    assert lands(send_files(ada, "csv", {"po\u202e\0sts.csv": POSTS}, handle="ada"), "csv")
    assert all_imports(app)[0].filename == "posts.csv"


def test_an_export_of_another_service_is_named(ada):
    answer = send_files(ada, "x", {"posts.csv": POSTS})

    assert "a set of CSV files, not an X archive" in answer.text


@pytest.mark.parametrize(
    ("files", "status", "answer"),
    [
        ({"posts.csv": POSTS}, 200, {"location": f"{OVERVIEW}/csv?import=1"}),
        ({}, 422, {"error": "Choose at least one file."}),
        ({"posts.csv": TWEETS}, 200, {"location": "/connect/columns/1"}),
        ({"x.html": "<html>"}, 422, None),
    ],
)
def test_a_script_gets_json(ada, files, status, answer):
    got = send_files(ada, "csv", files, handle="ada", headers={"Accept": "application/json"})

    assert got.status_code == status
    assert got.json == answer if answer else set(got.json) == {"error"}


def test_too_large_an_upload_tells_the_limit(app, ada):
    app.config["UPLOAD_MAX_BYTES"] = 2_000_000

    answer = ada.client.post(
        "/connect/csv",
        data=b"x" * 2_000_001,
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "application/json"},
    )

    assert (answer.status_code, answer.json) == (413, {"error": "At most 2 MB can be sent at once."})


def waiting_import(app, visitor):
    """The address of the question about columns."""
    answer = send_files(visitor, "csv", {"my tweets.csv": TWEETS}, handle="ada")
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_other_columns_are_asked_for(app, ada):
    path = waiting_import(app, ada)

    page = BeautifulSoup(ada.get(path).text, "html.parser")

    assert page.select_one("h2").text == "my tweets.csv"
    assert [cell.text for cell in page.select("tbody td")] == ["2026-01-02", "Hello", "3"]
    assert page.select_one('[name="0-kind"] option[selected]')["value"] == "posts"
    assert page.select_one('[name="0-posts-created_at"] option[selected]')["value"] == "Date"
    for field in page.select("main select"):
        assert page.find("label", {"for": field["id"]})


def test_named_columns_are_queued(app, ada):
    path = waiting_import(app, ada)

    answer = ada.send(path, {"0-kind": "posts", "0-posts-created_at": "Date", "0-posts-likes": "Favs"})

    assert lands(answer)
    assert all_imports(app)[0].state == "queued"
    assert ada.get(path).status_code == 404


def test_a_needed_column_that_is_missing_is_asked_again(app, ada):
    path = waiting_import(app, ada)

    answer = ada.send(path, {"0-kind": "posts", "0-posts-created_at": "", "0-posts-likes": "Favs"})

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert "lacks the column created_at" in page.select_one("[role=alert]").text
    assert page.select_one('[name="0-posts-likes"] option[selected]')["value"] == "Favs"
    assert all_imports(app)[0].state == "columns"


def test_what_a_choice_of_columns_makes_unclear_is_asked_before_it_is_read(app, ada):
    rows = "Date,When,By\n2026-01-02,3/1/2026,ada\n2026-01-03,4/1/2026,bob\n"
    path = send_files(ada, "csv", {"t.csv": rows}, handle="ada").headers["Location"]
    chosen = {"0-kind": "posts", "0-posts-created_at": "When", "0-posts-author": "By"}

    asked = ada.send(path, chosen)
    page = BeautifulSoup(asked.text, "html.parser")

    assert asked.status_code == 422
    assert "something more is unclear" in page.select_one("[role=alert]").text
    assert "3/1/2026" in page.select_one("#day_first-help").text
    assert page.select_one('[name="0-author"] option[selected]')["value"] == "ada"
    for field in page.select("main select"):
        assert page.find("label", {"for": field["id"]})
    assert lands(ada.send(path, {**chosen, "0-author": "ada", "day_first": "1"}))


def test_known_columns_with_something_unclear_are_asked_about_as_such(app, ada):
    sent = send_files(ada, "csv", {"t.csv": "created_at,likes\n2026-01-02,1.000\n"}, handle="ada")

    page = BeautifulSoup(ada.get(sent.headers["Location"]).text, "html.parser")

    assert page.select_one(".sg-lead").text.startswith("The columns of t.csv are known")
    assert page.select_one("[name=decimal]")


def test_a_column_that_is_not_in_the_file_is_refused(app, ada):
    path = waiting_import(app, ada)

    assert ada.send(path, {"0-kind": "posts", "0-posts-created_at": "<script>"}).status_code == 422


def test_text_of_a_file_stands_as_text(app, ada):
    answer = send_files(
        ada, "csv", {"<b>.csv": "Date;<script>x</script>\n2026-01-02;<img src=x onerror=x>\n"}, handle="ada"
    )

    page = ada.get(answer.headers["Location"]).text

    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "<b>.csv" not in page


def test_an_import_can_be_given_up(app, ada):
    waiting_import(app, ada)
    row = all_imports(app)[0]

    assert is_at(ada.send(f"/connect/imports/{row.id}/forget"), OVERVIEW)
    assert all_imports(app) == []
    assert ada.send(f"/connect/imports/{row.id}/forget").status_code == 404


def test_imports_of_somebody_else_are_not_found(app, ada):
    path = waiting_import(app, ada)
    row = all_imports(app)[0]
    bob = BrowserSession(app)
    bob.register(BOB)

    assert bob.get(path).status_code == 404
    assert bob.send(path, {"0-kind": "posts", "0-posts-created_at": "Date"}).status_code == 404
    assert bob.send(f"/connect/imports/{row.id}/forget").status_code == 404
    assert all_imports(app)[0].state == "columns"


def test_a_visitor_of_the_demo_brings_nothing(app):
    with app.app_context():
        users.add_user("Demo", "!", is_demo=True)
    visitor = BrowserSession(app)
    visitor.send("/demo")

    assert send_files(visitor, "csv", {"posts.csv": POSTS}, handle="ada").status_code == 403
    assert all_imports(app, {"name": "Demo"}) == []
