"""Whatever is sent to an address or a callback, by whomever, on either database: no answer is an error of ours.

Addresses, forms and callbacks come from the application itself, so one that is added later is tried as well.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from dashapp.dashboard.callbacks import UPDATE
from dashapp.dashboard.guard import PREFIX
from dashapp.imports import cross_check
from dashapp.imports.receive import receive
from dashapp.services import SERVICES
from dashapp.settings import CLIENTS
from dashapp.store import people, shares, users, weekly_mails
from dashapp.users.passwords import new_hash
from tests.conftest import close, make_app, new_postgres_database, own_app
from tests.dashboard.crosscheck_world import add, compare, on_github
from tests.dashboard.dash_client import Page
from tests.dashboard.downloads import add_account, sign_in
from tests.imports.conftest import leave_out_measures
from tests.test_crossed_users import values_with
from tests.users.browser_session import BrowserSession

pytestmark = pytest.mark.slow

PASSWORD = "otters build dams at dusk"
ADA = {"name": "Ada", "time_zone": "UTC"}
TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "x\udfff@example.org", "x" * 10_000, "İ" * 254, f"{'İ' * 120}@example.org",
    f"{'ß' * 40}", "@", "a@b@c", f"{'ada.' * 60}@example.org", "%00", "../..", "-1", "0", "1e999", "NaN", "9" * 5_000,
    str(2**31), str(2**63), "٣", "²", "0001-01-01", "9999-12-31", "2026-02-30", "2026-W01", "2026-03-02T10:00:00+99:99",
    "[" * 900, "{}", "\u202e", "https://[", "//", "://x", "https://user@127.0.0.1:99999/", "ada@127.0.0.1", "a.b" * 90,
    "_", "%", "\\", "'", ";", "\r\nX: y", "=1+1", "Europe/Nowhere", "../../etc/passwd", "Etc/GMT+12", "1.", "all",
)  # fmt: skip
FILES = (b"", b"\0", b"\xff\xfe", b"created_at,text\n2026-03-02,hello\n", b"[" * 5_000, b"PK\x03\x04" + bytes(64))
NUMBERS = (0, -1, 1, 10**6, 2**31, 2**53, 2**63, 2**70, -(2**63) - 1, 10**400, 0.5, 1e308, float("inf"), float("nan"))


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


VALUES: tuple[Any, ...] = (
    None, True, False, *NUMBERS, *TEXTS, [], {}, [None], [[]], {"": None}, {"id": 1}, ["1"] * 5_000, nested(200),
    {f"{number}": number for number in range(1_000)}, [["mastodon", "x"], [1, 2]], {"type": "x", "index": "\0"},
)  # fmt: skip
#: what stands in addresses of pages, downloads, and ways back from services
QUERY = {
    "account": "1", "period": "30d", "from": "2026-03-01", "to": "2026-03-20", "unit": "day", "sort": "handle",
    "order": "desc", "people": "followers", "class": "new", "graph": "friends", "what": "gained", "relation": "all",
    "size": "followers", "colour": "group", "show": "names", "left": "1", "right": "1", "left_period": "all",
    "right_from": "2026-03-01", "right_to": "2026-03-20", "list": "anybody", "there": "1", "search": "a", "state": "x",
    "code": "x", "error": "access_denied", "iss": "https://social.example", "at": "social.example", "token": "x",
    "next": "/dashboard/user", "handle": "ada@social.example", "service": "mastodon", "ego": "1",
}  # fmt: skip


def rows(*sorted_by: str, **filters: Any) -> dict[str, Any]:
    """What a grid asks for."""
    sort = [{"colId": name, "sort": "desc"} for name in sorted_by]
    return {"startRow": 0, "endRow": 100, "sortModel": sort, "filterModel": filters}


#: what components hold, beside what `values_with` says
USUAL = {
    "people-grid.getRowsRequest": rows(
        "name", "followers",
        handle={"filterType": "text", "type": "contains", "filter": "a"},
        followers={"filterType": "number", "type": "inRange", "filter": 1, "filterTo": 50},
        first_seen={"filterType": "date", "type": "inRange", "dateFrom": "2026-03-01 00:00:00", "dateTo": "2026-04-01"},
    ),
    "change-grid.getRowsRequest": rows("seen_at", "handle"),
    "compare-grid.getRowsRequest": rows("name"),
    "crosscheck-grid.getRowsRequest": rows("n", "name"),
    "crosscheck-answer.data": {"answer": "skip", "left": ["mastodon", "bob"], "right": ["github", "quillwood"]},
    "crosscheck-skipped.data": [{"left": ["mastodon", "bob"], "right": ["github", "carolgull"]}],
    "people-class.data": {"list": "followers", "measure": "size", "name": "10–99"},
    "change-what.value": ["gained"], "change-search.value": "a", "account-analysed.data": "1",
    "graph-size.value": "followers", "graph-colour.value": "community", "graph-shown.value": "all",
    "graph-room.data": 800, "graph-stamp.data": 1, "graph-view.data": {"x": [0, 1], "y": [0, 1]},
    "audience-list.value": "followers",
}  # fmt: skip


@dataclass(slots=True)
class World:
    """What there is to be asked for."""

    app: Flask
    owners: dict[str, int | None]  # by who asks
    arguments: dict[str, str]  # parts of addresses that are right for the user
    shown: dict[str, list[tuple[int, int]]]  # accounts of theirs, each with one of its people, by who asks
    hashed: str  # the user's password
    forms: dict[str, dict[str, str]] = field(default_factory=dict)  # fields and values by where a form goes
    faults: list[str] = field(default_factory=list)

    def browser(self, who: str) -> BrowserSession:
        """A browser of somebody, who is called as before."""
        browser, owner = BrowserSession(self.app), self.owners[who]
        if who == "user":
            with self.app.app_context():
                users.change_user(owner, **ADA, password_hash=self.hashed)
        if owner is not None:
            browser.client = sign_in(self.app, owner)
        return browser

    def send(self, client: FlaskClient, token: str, method: str, path: str, **body: Any) -> int:
        """The status of the answer, read to its end; what is an error of ours is noted."""
        answer = client.open(path, method=method, buffered=True, headers={"X-CSRFToken": token}, **body)
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {method} {path[:300]!r} {str(body)[:500]}")
        return answer.status_code


@pytest.fixture(scope="module")
def worlds(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], World]]:
    """One on each kind of database, made when a test first asks for it, whatever the order of the tests."""
    with ExitStack() as stack:

        @cache
        def world(database: str) -> World:
            if database == "postgres":
                app = make_app(stack.enter_context(new_postgres_database()))
                stack.callback(close, app)
            else:
                app = stack.enter_context(own_app(sqlite_template, tmp_path_factory.mktemp("fuzz")))
            return peopled(app, database)

        yield world


@pytest.fixture
def world(worlds: Callable[[str], World], database: str) -> World:
    """The demo's user and another one, each with accounts."""
    return worlds(database)


def peopled(app: Flask, database: str) -> World:
    """That world."""
    app.config.update(dict.fromkeys(CLIENTS, "set-up"), PROPAGATE_EXCEPTIONS=False, UPLOAD_MAX_BYTES=100_000)
    app.config.update(PUBLIC_URL="http://localhost", MAIL_URL="smtp://127.0.0.1:9", MAIL_FROM="sociogram@example.org")
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        if database == "postgres":
            leave_out_measures(patch)  # what is asked for there are rows
        ada = users.add_user(ADA["name"], hashed := new_hash(PASSWORD))
        demo = users.add_user("Demo", "!", is_demo=True)
        shown = {"user": with_accounts(ada), "demo": with_accounts(demo)}
        [waiting] = receive(ada, [("posts.csv", BytesIO(b"when,what\n1,2\n"))], options={}, ask=True)
        weekly_mails.ask(ada, "ada@example.social")
    arguments = {"account_id": f"{shown['user'][0][0]}", "import_id": f"{waiting}", "connection_id": "1", "name": "Ada"}
    arguments |= {
        "what": "posts",
        "form": "csv",
        "service": "mastodon",
        "path": "user/mastodon",
        "folder": "manual",
        "page": "account",
    }
    with app.app_context():
        arguments["token"] = shares.add(ada, shown["user"][0][0], period="1y", names=True, lifetime=timedelta(days=1))
    arguments |= {"filename": "base.css", "share_id": "1"}
    owners = {"nobody": None, "demo": demo, "user": ada}
    made = World(app, owners, arguments, {**shown, "nobody": shown["user"]}, hashed)
    made.forms = forms(made)
    return made


def with_accounts(owner: int) -> list[tuple[int, int]]:
    """Gives somebody accounts that are compared, one with all and one without posts, and one of the people of each."""
    known = [add_account(owner), add(owner, "github", on_github())]
    for _ in cross_check.analyse(owner, known[0]):
        pass
    compare(owner)
    return [(account, next(people.stream_list(owner, account, "everyone"))["id"]) for account in known]


def forms(world: World) -> dict[str, dict[str, str]]:
    """All forms of the user's pages, as a browser would send them."""
    pages = ["/", "/look-up", "/user/Ada", f"/connect/columns/{world.arguments['import_id']}", f"{PREFIX}user"]
    pages += ["/shares", *(f"/connect/{key}" for key in SERVICES)]
    found = {}
    for who, paths in (("user", pages), ("nobody", ["/signin", "/register"])):
        client = world.browser(who).client
        for path in paths:
            for form in BeautifulSoup(client.get(path).text, "html.parser").find_all("form"):
                fields = {str(one["name"]): str(one.get("value") or "1") for one in form.select("[name]")}
                fields.pop("csrf_token", None)  # it is sent as scripts do
                found[str(form.get("action") or path).partition("?")[0]] = fields
    return found


@pytest.fixture(autouse=True)
def apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes outside, and faults are of one test."""
    world.faults.clear()

    def refuse(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", refuse)


# ---- what is sent


def address(rule: Rule, world: World, dice: random.Random) -> str:
    """The rule with parts that are right, or something else."""

    def part(found: re.Match[str]) -> str:
        deletes = found[1].endswith("_id") and rule.rule.endswith(("/delete", "/forget"))  # others still need it
        right = "0" if deletes else world.arguments.get(found[1], "x")
        return quote(right if dice.random() < 0.7 else dice.choice(TEXTS), safe="", errors="surrogatepass")

    return re.sub(r"<(?:[^<>:]*:)?(\w+)>", part, rule.rule)


def fields(path: str, usual: Mapping[str, str], dice: random.Random) -> list[tuple[str, str]]:
    """Those of a form, some of them missing, doubled, or with something else in them."""
    knows = not path.endswith("/delete")  # the others still need the user
    sent = [(name, PASSWORD if "password" in name and knows else value) for name, value in usual.items()]
    for _ in range(dice.randrange(4)):
        place = dice.randrange(len(sent)) if sent else 0
        name = sent[place][0] if sent else "handle"
        sent[place : place + dice.randrange(2)] = [(name, dice.choice(TEXTS))] * dice.randrange(3)
    if dice.random() < 0.1:
        sent += [(f"field{number}", "x") for number in range(60)]
    if dice.random() < 0.1:
        sent.append((dice.choice(TEXTS), "x"))
    return sent


def body(sent: Sequence[tuple[str, str]], dice: random.Random) -> dict[str, Any]:
    """The fields as a form, in parts of which some are files, or as JSON."""
    how = dice.choice(("form", "form", "parts", "json", "broken"))
    if how == "form":
        return {"data": urlencode(sent, errors="surrogatepass"), "content_type": "application/x-www-form-urlencoded"}
    if how == "parts":
        parts = b"".join(_part(name, value, dice) for name, value in [*sent, ("files", "x")])
        return {"data": parts + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
    data = json.dumps(dict(sent)) if how == "json" else dice.choice(("[" * 50_000, "{", '"\\ud800"', "\0", "1e999"))
    return {"data": data, "content_type": "application/json"}


def _part(name: str, value: str, dice: random.Random) -> bytes:
    """A field of a form in parts, or a file in its place."""
    named = name.replace('"', "%22").replace("\r\n", " ").encode(errors="surrogatepass")
    is_file = name == "files" or dice.random() < 0.2
    filename = f"; filename={json.dumps(dice.choice((*TEXTS, 'a.csv', 'a.zip')))}" if is_file else ""
    filename = filename.replace("\r\n", " ")
    data = dice.choice(FILES) if is_file else value.encode(errors="surrogatepass")
    return b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (named, filename.encode(), data)


def bent(value: Any, dice: random.Random) -> Any:
    """The value, with something else in the place of one of its parts, or of all of it."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        name = dice.choice(list(value))
        changed = {**value, name: bent(value[name], dice)}
        if dice.random() < 0.1:
            del changed[name]
        return changed
    if isinstance(value, list) and value and dice.random() < 0.85:
        place = dice.randrange(len(value))
        return [*value[:place], bent(value[place], dice), *value[place + 1 :]]
    return dice.choice(VALUES)


def callback_values(shown: tuple[int, int]) -> dict[str, Any]:
    """What inputs and states hold when somebody uses all of an account's page."""
    return {**values_with(*shown), **USUAL}


def callback(page: Page, output: str, values: Mapping[str, Any], dice: random.Random) -> Any:
    """The body of a callback; mostly what one component holds is something else, sometimes any part of it."""
    sent = deepcopy(page.body(output, values, match=dice.choice(("timeline", "sentiment", "left", "x")), every=2))
    flat = [one for item in [*sent["inputs"], *sent["state"]] for one in (item if isinstance(item, list) else [item])]
    for one in dice.sample(flat, min(len(flat), dice.randrange(1, 3))):
        one["value"] = bent(one.get("value"), dice)
    of_inputs = [one for item in sent["inputs"] for one in (item if isinstance(item, list) else [item])]
    if of_inputs and dice.random() < 0.8:
        one = dice.choice(of_inputs)
        name = one["id"] if isinstance(one["id"], str) else json.dumps(one["id"], sort_keys=True, separators=(",", ":"))
        sent["changedPropIds"] = [f"{name}.{one['property']}"]
    return bent(sent, dice) if dice.random() < 0.15 else sent


# ---- the tests

#: the same each time; at night others, and many more
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(1, 20))]
#: on Postgres the user, who reaches every query; the others send the same, and get less of an answer
ALL = [
    *(("sqlite", who) for who in ("nobody", "demo", "user")),
    pytest.param("postgres", "user", marks=pytest.mark.postgres),
    *(pytest.param("postgres", who, marks=[pytest.mark.postgres, pytest.mark.nightly]) for who in ("nobody", "demo")),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("database", "who"), ALL)
def test_no_address_answers_with_an_error_of_ours(world: World, who: str, seed: int) -> None:
    dice = random.Random(f"{who} {seed}")
    statuses = set()
    for rule in sorted(world.app.url_map.iter_rules(), key=str):
        browser = world.browser(who)  # the last answer may have signed out
        client, token = browser.client, browser.token()
        for method in sorted(rule.methods or ()):
            path = address(rule, world, dice)
            form = world.forms.get(path) or dice.choice(list(world.forms.values()))
            sent = body(fields(path, form, dice), dice) if method == "POST" else {}
            if dice.random() < 0.5:
                path += "?" + urlencode(fields(path, dice.choice((QUERY, form)), dice), errors="surrogatepass")
            statuses.add(world.send(client, token, method, path, **sent))

    assert world.faults == []
    assert {200, 400, 404} <= statuses


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("database", "who"), ALL)
def test_no_callback_answers_with_an_error_of_ours(world: World, who: str, seed: int) -> None:
    dice = random.Random(f"{who} {seed}")
    page = Page(world.browser("user").client)
    values, browser = [callback_values(shown) for shown in world.shown[who]], world.browser(who)
    client, token = browser.client, browser.token()
    statuses = set()
    for output in page.declared:
        for one in values:
            data = json.dumps(callback(page, output, one, dice))
            statuses.add(world.send(client, token, "POST", UPDATE, data=data, content_type="application/json"))

    assert world.faults == []
    assert statuses >= ({401} if who == "nobody" else {200, 400})
