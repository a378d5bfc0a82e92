"""Two users: whatever address, download or callback is crossed with the other's ids gives nothing of the other.

The addresses come from the application itself, so one that is added later is crossed as well.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from dashapp.dashboard import compare_view, crosscheck_tables, export_contents
from dashapp.dashboard.formats import FORMATS
from dashapp.dashboard.guard import PREFIX
from dashapp.dashboard.sections import CHARTS
from dashapp.imports import cross_check
from dashapp.imports.receive import receive
from dashapp.services import SERVICES
from dashapp.services.records import Batch, Profile, Tie
from dashapp.store import connections, imports, people, shares, users, weekly_mails
from tests.conftest import ON_BOTH, close, make_app, new_postgres_database, own_app
from tests.dashboard.dash_client import GRAPH, Page
from tests.dashboard.downloads import AS_OF, sign_in
from tests.imports.conftest import leave_out_measures
from tests.records import follower, friend, merged, post

pytestmark = pytest.mark.slow

CANARY = "bobolink"  # stands in all that is bob's
BOB = f"Bob {CANARY}"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
WHATS = (
    *export_contents.LISTS,
    *(f"{which}-graph" for which in export_contents.LISTS),
    *export_contents.TABLES,
    *CHARTS,
)
#: two of bob's people
BOBS_KEYS = (["bluesky", f"{CANARY}1"], ["mastodon", f"{CANARY}1"])
#: parts of an address that name something of a user
OTHERS = {"name", "account_id", "import_id", "connection_id", "share_id"}
#: what anybody may open, by endpoint
PUBLIC = {
    "static", "public.landing", "public.look_up", "public.demo", "public.healthz", "public.readyz", "public.version",
    "public.favicon", "help.first", "help.show", "help.picture", "shared.shown", "shared.preview",
    "users.sign_in", "users.register", "users.sign_out", f"{PREFIX}_favicon.ico",
    "users.confirm_mail", "users.unsubscribe", "users.confirm_address", "users.reset_password",
    "users.forgotten_password", "users.sign_in_code",
    *(f"connect.{key}.authorized" for key, service in SERVICES.items() if service.oauth),
    *(f"connect.{key}.sign_in" for key, service in SERVICES.items() if service.oauth and service.oauth.signs_in),
    "gephi_lite.graph_file",  # of who holds the token
    "connect.bluesky.client_metadata", "connect.bluesky.keys", "connect.sign_up_page",
    f"{PREFIX}_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
}  # fmt: skip
FORM = {
    "name": "Ada", "theme": "dark", "time_zone": "UTC", "password": "x" * 12,
    "new_password": "y" * 12, "0-kind": "posts", "0-posts-created_at": CANARY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of what there is."""

    ada: int
    bob: int
    adas: int
    bobs: int
    bobs_alone: int  # of a service of which ada has no account
    person: int  # one of bob's people
    waiting: int  # bob's import that waits for its columns
    failed: int  # bob's import that failed
    connected: int  # bob's connection
    share: int  # bob's link
    token: str  # of that link, which names nobody


class Site(NamedTuple):
    """An application with two users, their ids and their browsers."""

    app: Flask
    known: Known
    ada: Page
    bob: Page


@pytest.fixture(scope="module")
def sites(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """One on each kind of database, made when a test first asks for it, whatever the order of the tests."""
    with ExitStack() as stack:

        @cache
        def site(database: str) -> Site:
            if database == "postgres":
                app = make_app(stack.enter_context(new_postgres_database()))
                stack.callback(close, app)
            else:
                app = stack.enter_context(own_app(sqlite_template, tmp_path_factory.mktemp("crossed")))
            with pytest.MonkeyPatch.context() as patch:
                if database == "postgres":
                    leave_out_measures(patch)  # what is crossed there are rows
                known = fill(app)
            return Site(app, known, ada=Page(sign_in(app, known.ada)), bob=Page(sign_in(app, known.bob)))

        yield site


@pytest.fixture
def site(sites: Callable[[str], Site], database: str) -> Site:
    """On SQLite, but where a query is what matters: ids in it, numbers that are none, and searching."""
    return sites(database)


@pytest.fixture
def app(site: Site) -> Flask:
    """The application."""
    return site.app


@pytest.fixture
def known(site: Site) -> Known:
    """Who there is, and what is whose."""
    return site.known


@pytest.fixture
def ada(site: Site) -> Page:
    """Ada's browser."""
    return site.ada


@pytest.fixture
def bob(site: Site) -> Page:
    """Bob's browser."""
    return site.bob


def fill(app: Flask) -> Known:
    """Ada with an account, bob with two and with imports."""
    with app.app_context():
        ada = users.add_user("Ada", "!")
        bob = users.add_user(BOB, "!")
        bobs = add_account(bob, "mastodon", CANARY)
        [waiting] = receive(
            bob, [(f"{CANARY}.csv", BytesIO(f"{CANARY},{CANARY} text\n1,2\n".encode()))], options={}, ask=True
        )
        failed = imports.add_import(bob, export="x", filename=f"{CANARY}.zip", options={})
        imports.change_import(failed, state="failed", message=CANARY)
        secret = {"access_token": CANARY}
        place = {"service": "github", "host": "", "uid": CANARY, "handle": CANARY}
        connections.link_identity(bob, **place)
        users.start_session(bob, timedelta(days=9), device=CANARY)
        weekly_mails.ask(bob, f"{CANARY}@mail.example")
        adas = add_account(ada, "mastodon", "otter")
        add_account(ada, "github", "otter")
        bobs_alone = add_account(bob, "bluesky", CANARY)
        token = shares.add(bob, bobs, period="all", names=False, lifetime=timedelta(days=9))
        for owner in (ada, bob):
            for _ in cross_check.cross_check(owner):
                pass
        return Known(
            connected=connections.connect(bob, **place, token=secret, expires_at=None),
            ada=ada,
            bob=bob,
            adas=adas,
            bobs=bobs,
            bobs_alone=bobs_alone,
            person=next(people.stream_list(bob, bobs, "everyone"))["id"],
            waiting=waiting,
            failed=failed,
            share=shares.shares(bob)[0].id,
            token=token,
        )


def add_account(owner: int, service: str, word: str) -> int:
    """An analysed account with that word in everything."""
    named = {"handle": f"{word}@example.social", "name": f"{word} name", "url": f"https://example.social/@{word}"}
    profile = Profile(service=service, key=f"{word}@example.social", as_of=AS_OF, **named)
    posts = [post(n, text=f"{word} likes #{word} and @{word}", language="en", likes=n, replies=0) for n in range(4)]
    persons = [follower(f"{word}{n}", name=f"{word} {n}") for n in range(3)] + [friend(f"{word}0")]
    ties = [Tie(f"{word}0", f"{word}1"), Tie(f"{word}1", f"{word}2"), Tie(f"{word}2", f"{word}0")]
    merged(
        owner, Batch(people=persons[1:]), profile=replace(profile, as_of=AS_OF - timedelta(days=9))
    )  # the first came
    account, _ = merged(owner, Batch(posts=posts, people=persons, ties=ties), profile=profile)
    for _ in cross_check.analyse(owner, account):
        pass
    return account


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture(autouse=True)
def nothing_of_bobs_changes(app: Flask, known: Known) -> Iterator[None]:
    """Whatever is sent, bob has afterwards what he had before."""
    with app.app_context():
        before = users.user(known.bob), imports.imports(known.bob), stored(known.bob)
    yield
    with app.app_context():
        assert (users.user(known.bob), imports.imports(known.bob), stored(known.bob)) == before


def stored(owner: int) -> list[dict[str, Any]]:
    """What is stored about a user, but sessions."""
    told = [row for row in users.stored_about(owner) if row.table != "user_sessions"]
    return [*told, *connections.connections(owner), *connections.identities(owner), weekly_mails.find(owner)]


def values_of(rule: Rule, known: Known) -> Iterator[dict[str, Any]]:
    """What can stand in the rule's address, with all ids and names of bob's."""
    choices: Mapping[str, list[Any]] = {
        "name": [BOB, BOB.upper()] if "account_id" not in rule.arguments else ["Ada", BOB],
        "account_id": [known.bobs, known.bobs_alone],
        "import_id": [known.waiting, known.failed],
        "connection_id": [known.connected],
        "share_id": [known.share],
        "token": [CANARY],
        "what": [*WHATS, *crosscheck_tables.TABLES, *compare_view.TABLES],
        "form": list(FORMATS),
        "service": list(SERVICES),
        "path": ["user", "user/crosscheck", "user/compare", "user/mastodon", "user/github"],
        "filename": ["base.css"],
        "package_name": ["dash"],
        "fingerprinted_path": ["dcc/async-graph.js"],
        "folder": ["manual"],
        "page": ["account"],
    }
    names = sorted(rule.arguments)
    for combination in product(*(choices[name] for name in names)):
        yield dict(zip(names, combination, strict=True))


def addresses(app: Flask, known: Known, *, of_others: bool) -> Iterator[tuple[str, str, str]]:
    """Method, path and endpoint of every rule, filled with what is bob's."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if of_others and not OTHERS & set(rule.arguments):
                continue
            for values in values_of(rule, known):
                path = app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
                wanted = _own_path(rule, path)
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield method, wanted, rule.endpoint


def _own_path(rule: Rule, built: str) -> str:
    """Of two rules of one endpoint the first is built; the other has no parts."""
    return built if rule.arguments else rule.rule


def sent(page: Page, method: str, path: str) -> TestResponse:
    """The answer to a form that holds what the page's own would."""
    data = {**FORM, "csrf_token": page.token} if method in WRITING else None
    return fetched(page.client, path, method=method, data=data)


def fetched(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    """The answer, read to its end, for downloads are made while they are read."""
    return client.open(path, buffered=True, **options)


# ---- addresses


@ON_BOTH
def test_every_address_with_an_id_or_a_name_of_bobs_is_404_for_ada(app: Flask, known: Known, ada: Page) -> None:
    answers = {(method, path): sent(ada, method, path) for method, path, _ in addresses(app, known, of_others=True)}

    assert len(answers) > len(WHATS) * len(FORMATS)
    assert {key: answer.status_code for key, answer in answers.items() if answer.status_code != 404} == {}
    assert [key for key, answer in answers.items() if tells_of_bob(answer)] == []


@ON_BOTH
@pytest.mark.parametrize("number", [2**63, 10**40])
def test_a_number_that_no_database_takes_is_nothing(app: Flask, known: Known, ada: Page, number: int) -> None:
    names = {"account_id", "import_id", "connection_id", "share_id"}
    usual = {"name": "Ada", "what": "posts", "form": "csv"}
    answers = {}

    for rule in app.url_map.iter_rules():
        if names & set(rule.arguments):
            told = {name: number if name in names else usual[name] for name in rule.arguments}
            path = re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda found, told=told: str(told[found[1]]), rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answers[method, path] = sent(ada, method, path).status_code

    assert len(answers) >= 8
    assert {key: status for key, status in answers.items() if status not in (404, 405)} == {}


def test_bob_himself_opens_what_ada_cannot(known: Known, bob: Page) -> None:
    downloads = [f"/download/{known.bobs}/{what}.{form}" for what in export_contents.LISTS for form in ("csv", "json")]
    pages = [f"/user/{BOB}", f"/connect/columns/{known.waiting}", *downloads]

    answers = {path: fetched(bob.client, path) for path in pages}

    assert {path for path, answer in answers.items() if answer.status_code != 200} == set()
    assert {path for path, answer in answers.items() if not tells_of_bob(answer)} == set()


@pytest.mark.parametrize("service", ["mastodon", "github", "x"])
def test_a_page_with_bobs_account_in_its_address_is_404(known: Known, ada: Page, service: str) -> None:
    for account in (known.bobs, known.bobs_alone):
        answer = fetched(ada.client, f"{PREFIX}user/{service}?account={account}")

        assert answer.status_code == 404
        assert not tells_of_bob(answer)


def test_a_comparison_with_bobs_account_gives_ada_nothing(known: Known, ada: Page, bob: Page) -> None:
    query = f"left={known.adas}&left_period=all&right={known.bobs}&right_period=all"
    files = [f"/download/compare/{what}.{form}?{query}" for what in compare_view.TABLES for form in ("csv", "json")]

    answers = [fetched(ada.client, path) for path in files]

    assert {answer.status_code for answer in answers} == {404}
    assert CANARY not in json.dumps(ada.open(f"user/compare?{query}"))
    assert CANARY in json.dumps(bob.open(f"user/compare?{query}"))


def test_a_link_of_bobs_shows_ada_and_strangers_his_account_and_nobody_in_it(
    known: Known, ada: Page, stranger: FlaskClient
) -> None:
    for client in (ada.client, stranger):
        answers = [fetched(client, f"/shared/{known.token}{end}") for end in ("", "/picture.png")]

        assert [answer.status_code for answer in answers] == [200, 200]
        his_own = f"{CANARY}@example.social", f"/@{CANARY}", f"{CANARY} name"
        shown = text_of(answers[0]).lower()
        for own in his_own:
            assert own in shown
            shown = shown.replace(own, "")
        assert CANARY not in shown
        assert not tells_of_bob(answers[1])


def test_no_page_of_adas_tells_of_bob(app: Flask, known: Known, ada: Page) -> None:
    paths = [path for method, path, _ in addresses(app, known, of_others=False) if method == "GET"]
    open_to_ada = {path: answer for path in paths if (answer := fetched(ada.client, path)).status_code == 200}

    assert {"/", "/connect/csv", f"{PREFIX}user", f"{PREFIX}_dash-layout"} <= open_to_ada.keys()
    assert [path for path, answer in open_to_ada.items() if tells_of_bob(answer)] == []


def test_adas_own_pages_tell_nothing_of_bob(known: Known, ada: Page) -> None:
    paths = ["/user/Ada", *(f"/download/{known.adas}/{what}.{form}" for what in WHATS for form in FORMATS)]

    answers = {path: fetched(ada.client, path) for path in paths}

    assert answers["/user/Ada"].status_code == answers[f"/download/{known.adas}/posts.csv"].status_code == 200
    assert [path for path, answer in answers.items() if tells_of_bob(answer)] == []


def test_everything_of_ada_holds_nothing_of_bob(ada: Page) -> None:
    answer = fetched(ada.client, "/download/everything.zip")

    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        texts = {name: archive.read(name).decode().lower() for name in archive.namelist()}
    assert any("otter" in text for text in texts.values())
    assert [name for name, text in texts.items() if CANARY in name + text] == []


def tells_of_bob(answer: TestResponse) -> bool:
    """Whether the canary stands in the answer; an address that was asked for comes back where it leads to sign-in."""
    if is_turned_away(answer):
        return False
    return CANARY in (text_of(answer) + str(answer.headers)).lower()


def text_of(answer: TestResponse) -> str:
    """The body as text, whatever it is."""
    return answer.get_data().decode(errors="replace")


# ---- callbacks


def values_with(account: int, person: int) -> dict[str, Any]:
    """What inputs and states hold when somebody uses all of an account's page, by component and property."""
    click = {"points": [{"curveNumber": 0, "x": "2026-03-02", "customdata": person}]}
    return {
        "_pages_location.pathname": f"{PREFIX}user/mastodon",
        "_pages_location.search": f"?account={account}&period=all",
        "account-shown.data": {"account": account, "period": "all", "unit": "week"},
        "overview-poll.n_intervals": 1,
        "overview-shown.data": ["1", "2", "3"],
        "timeline-unit.value": "week",
        '{"chart":["ALL"],"type":"chart"}': [{"type": "chart", "chart": "timeline"}],
        '{"chart":["ALL"],"type":"words"}': [{"type": "words", "chart": "timeline"}],
        '{"chart":"timeline","type":"chart"}.clickData': click,
        '{"chart":"sentiment","type":"chart"}.clickData': click,
        f"{GRAPH}.clickData": click,
        '{"chart":["MATCH"],"type":"table-open"}.n_clicks': 1,
        '{"chart":["MATCH"],"type":"table-open"}.id': {"type": "table-open", "chart": "timeline"},
        "people-list.value": "followers",
        "people-search.value": "",
        "people-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
        "change-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
        "change-relation.value": "all",
        "graph-list.value": "followers",
        "graph-ego.value": True,
        "graph-search.value": "a",
        "graph-pick.data": {"person": person},
        "graph-chosen.data": {"person": person},
        "crosscheck-list.value": "anybody",
        "crosscheck-where.data": f"{account}.there",
        "crosscheck-search.value": "",
        "crosscheck-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
        "compare-list.value": f"{account}.there",
        "compare-search.value": "",
        "compare-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
        "crosscheck-answer.data": {"answer": "skip", "left": BOBS_KEYS[0], "right": BOBS_KEYS[1]},
        "crosscheck-skipped.data": [],
        "crosscheck-stamp.data": 0,
        '{"side":["MATCH"],"type":"crosscheck-find"}.value': CANARY[:4],
    }


def server_callbacks(page: Page) -> list[str]:
    """Outputs of all callbacks that run on the server."""
    return [name for name, one in page.declared.items() if not one["clientside_function"]]


def all_answers(page: Page, values: Mapping[str, Any]) -> dict[tuple[str, str], TestResponse]:
    """The answers of all callbacks, however they were set off."""
    answers = {}
    for output in server_callbacks(page):
        body = page.body(output, values, match="timeline", every=1)
        flat = [one for item in body["inputs"] for one in (item if isinstance(item, list) else [item])]
        for one in flat:
            written = (
                one["id"]
                if isinstance(one["id"], str)
                else json.dumps(one["id"], sort_keys=True, separators=(",", ":"))
            )
            answers[output, written] = page.post({**body, "changedPropIds": [f"{written}.{one['property']}"]})
    return answers


def person_of(app: Flask, owner: int, account: int) -> int:
    """One of the account's people."""
    with app.app_context():
        person: int = next(people.stream_list(owner, account, "followers"))["id"]
    return person


def test_every_callback_with_bobs_account_gives_ada_nothing(known: Known, ada: Page) -> None:
    answers = all_answers(ada, values_with(known.bobs, known.person))

    assert [key for key, answer in answers.items() if tells_of_bob(answer)] == []
    of_account = {
        key: answer.status_code
        for key, answer in answers.items()
        if any(one["id"] == "account-shown" for one in ada.declared[key[0]]["state"])
    }
    assert len(of_account) >= 10
    assert {key: status for key, status in of_account.items() if status not in (400, 404)} == {}


def test_the_same_callbacks_answer_bob(known: Known, bob: Page) -> None:
    answers = all_answers(bob, values_with(known.bobs, known.person))

    statuses = {answer.status_code for answer in answers.values()}
    silent = {key[0] for key, answer in answers.items() if not tells_of_bob(answer)}
    told = {key[0] for key in answers} - silent
    assert statuses <= {200, 204, 400}
    lists = {"people-grid.getRowsResponse", "change-grid.getRowsResponse"}
    assert lists | {"_pages_content.children", "timeline-behind.children"} <= {
        name.removeprefix("..").partition("...")[0] for name in told
    }


def test_a_person_of_bobs_is_nobody_in_adas_graph(app: Flask, known: Known, ada: Page) -> None:
    answers = all_answers(ada, values_with(known.adas, known.person))

    graph = {key[1]: answer for key, answer in answers.items() if "graph-person" in key[0]}
    assert [key for key, answer in answers.items() if tells_of_bob(answer)] == []
    assert graph["graph-pick"].status_code == graph[GRAPH].status_code == 404


@pytest.mark.parametrize("answer", ["same", "different", "undo"])
def test_what_ada_says_of_bobs_people_is_nothing(known: Known, ada: Page, answer: str) -> None:
    values = values_with(known.bobs, known.person)
    values["crosscheck-answer.data"] = {**values["crosscheck-answer.data"], "answer": answer}

    assert not tells_of_bob(ada.send("crosscheck-suggestions.children", values))


@ON_BOTH
def test_a_search_of_adas_does_not_find_bobs_people(app: Flask, known: Known, ada: Page) -> None:
    values = values_with(known.adas, person_of(app, known.ada, known.adas))
    values |= {"people-search.value": CANARY[:4], "graph-search.value": CANARY[:4]}

    answers = all_answers(ada, values)

    rows = next(a for key, a in answers.items() if "people-grid.getRowsResponse" in key[0]).get_json()["response"]
    assert rows["people-grid"]["getRowsResponse"] == {"rowData": [], "rowCount": 0}
    assert [key for key, answer in answers.items() if tells_of_bob(answer)] == []


@pytest.mark.parametrize("account", [0, -1, 10**6, 2**70, "1", None, True, [1], {"account": 1}])
def test_an_account_that_there_is_not_is_refused(known: Known, ada: Page, account: Any) -> None:
    values = {**values_with(known.adas, 1), "account-shown.data": {"account": account, "period": "all"}}

    assert ada.send("..people-grid", values).status_code in (400, 404)


# ---- strangers


def test_whoever_is_not_signed_in_is_sent_to_sign_in(app: Flask, known: Known, stranger: FlaskClient) -> None:
    token = csrf_token(stranger)
    closed = {key[:2]: key[2] for key in addresses(app, known, of_others=False) if key[2] not in PUBLIC}

    answers = {
        (method, path): fetched(
            stranger, path, method=method, data={**FORM, "csrf_token": token} if method in WRITING else None
        )
        for method, path in closed
    }

    let_in = {key: answer.status_code for key, answer in answers.items() if not is_turned_away(answer)}
    assert let_in == {}
    assert [key for key, answer in answers.items() if tells_of_bob(answer)] == []


def is_turned_away(answer: TestResponse) -> bool:
    """401, or to the sign-in page."""
    return answer.status_code == 401 or (
        answer.status_code == 302 and answer.headers["Location"].startswith("/signin?next=")
    )


def csrf_token(client: FlaskClient) -> str:
    """The token of a stranger's session: a form with a wrong one would be turned away for that."""
    page = client.get("/signin").text
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def test_what_everybody_may_open_tells_nothing_of_anybody(app: Flask, known: Known, stranger: FlaskClient) -> None:
    public = [key for key in addresses(app, known, of_others=False) if key[2] in PUBLIC and key[0] == "GET"]

    answers = {path: fetched(stranger, path) for _, path, _ in public}

    assert answers["/"].status_code == 200
    assert [path for path, answer in answers.items() if tells_of_bob(answer) or "otter" in text_of(answer)] == []


def test_every_callback_of_a_stranger_is_401(known: Known, bob: Page, stranger: FlaskClient) -> None:
    outsider = Page.__new__(Page)
    outsider.client, outsider.token, outsider.declared = stranger, csrf_token(stranger), bob.declared

    answers = all_answers(outsider, values_with(known.bobs, known.person))

    assert {answer.status_code for answer in answers.values()} == {401}
