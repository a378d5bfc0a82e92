"""A toy live service and its OAuth, and what somebody does with them."""

from __future__ import annotations

from .copied_tree import Toy, behind, edited, replaced

READER = '''"""Reads an account of Marbles."""

from ..files.values import moment
from ..net.response import no_limit
from ..paging import SENTENCES, Paging, Part, ReadingPlan
from ..reading import Coverage, Reader, Step
from ..records import Batch, Person, Post, Profile

PLAN = ReadingPlan(parts=(Part(name="posts", size=2), Part(name="followers", size=2, people=True)), sentences=SENTENCES)


def reader(target, access):
    headers = {"Authorization": f"Bearer {access.token}"} if access.token else {}
    client = access.client(access.settings["MARBLES_URL"], name="Marbles", limit=no_limit, headers=headers)
    return MarblesReader(client, target.key or target.handle or "me")


class MarblesReader(Reader):
    def __init__(self, client, player):
        self._client, self._path = client, f"players/{player}"

    def profile(self):
        told = self._client.get(self._path).json()
        return Profile(service="marbles", key=told["id"], handle=told["name"])

    def read(self, cursor, known):
        paging = Paging(PLAN, cursor)
        while (part := paging.next()) is not None:
            page = self._client.get(f"{self._path}/{part}/{paging.progress[part].next or 1}").json()
            paging.turn(part, len(page["items"]), page["next"])
            batch = paging.measured(records(part, page["items"]), len(paging.unfinished()))
            show = paging.is_first_look(more=paging.next() is not None)
            yield Step(batch=batch, cursor=paging.cursor(), show=show)

    def coverage(self, cursor):
        paging = Paging(PLAN, cursor)
        return Coverage(complete=paging.complete(), notes=tuple(paging.notes()))


def records(part, items):
    if part == "posts":
        return Batch(step=part, posts=[Post(key=at, created_at=moment(at), kind="post", text="Click!") for at in items])
    return Batch(step=part, people=[Person(key=name, handle=name, is_follower=True) for name in items])
'''
ABOUT = '''"""What Marbles is."""

import re

from ..service import Field, Handle, Live, Service
from .reader import reader

SERVICE = Service(
    key="marbles",
    title="Marbles",
    live=Live(reader=reader),
    handle=Handle(
        field=Field(name="handle", label="Name of the player", placeholder="marbles:ada"),
        parse=lambda typed: typed.removeprefix("marbles:"),
        only_here=re.compile("marbles:.+"),
        form=re.compile("marbles:.+"),
    ),
    addresses={"MARBLES_URL": "https://marbles.example"},
)
'''
FAKE = '''"""Marbles: what its players post and who follows them, two at a time."""

import json
from collections import Counter

from werkzeug.wrappers import Request, Response

LISTS = {"posts": [f"2026-01-0{day}T10:00:00Z" for day in (1, 2, 3)], "followers": ["bob", "carol", "dan"]}


class Fake:
    def __init__(self):
        self.is_busy = False  # behind the first pages
        self.told = Counter()

    def __call__(self, environ, start_response):
        status, value = self._answer(*Request(environ).path.split("/")[2:])
        headers = {"Content-Type": "application/json", "Retry-After": "1"}
        return Response(json.dumps(value), status, headers)(environ, start_response)

    def _answer(self, player, part="", page="1"):
        if self.is_busy and page != "1":
            return 429, {}
        self.told[part + page] += 1
        end = 2 * int(page)
        following = str(int(page) + 1) if end < 3 else None
        return 200, {"items": LISTS[part][end - 2 : end], "next": following} if part else {"id": player, "name": player}
'''
HOW_TO = "# Connect Marbles\n\nThe name of a player is enough.\n"
READ = '''"""What holds of the reader of Marbles."""

from dashapp.services.marbles.reader import reader
from dashapp.services.reading import Target
from tests.services.fakes.marbles import Fake
from tests.services.live_reading import FakeAccess, read
from tests.services.servers import serving


def test_all_pages_are_read():
    with serving(Fake()) as url:
        access = FakeAccess({"MARBLES_URL": url, "PRIVATE_HOSTS": []})
        kept, coverage = read(reader(Target(handle="ada"), access))
        access.close()

    assert (len(kept.posts), len(kept.people())) == (3, 3)
    assert coverage.complete == {"posts", "followers"}
'''
#: whose name is known is read without a key, as far as the service lets itself be asked; later it goes on from there
READING = """
import threading, time
from werkzeug.test import Client
from dashapp.imports import run_waiting
from dashapp.public.handles import PublicAccount, parse
from dashapp.store import accounts, imports, people, users
from tests import test_docs
from tests.dashboard.dash_client import Page, text
from tests.services.fakes.demo_world import serving as demo_world
from tests.services.fakes.marbles import Fake
from tests.services.servers import serving
from tests.services.test_marbles_reader import test_all_pages_are_read
from tests.users.browser_session import BrowserSession

player, fake = BrowserSession(app), Fake()
player.register(name="player")
assert "Name of the player" in player.get("/connect/marbles").text
assert parse("marbles:ada") == PublicAccount("marbles", "ada")
with serving(fake) as app.config["MARBLES_URL"], app.app_context():
    fake.is_busy = True
    sent = player.send("/connect/marbles/handle", {"handle": "ada"})
    assert sent.status_code == 303, sent.text
    owner = users.find_user("player").id
    assert run_waiting(app, threading.Event())  # more than once, if a first look takes as long as it sleeps
    first, (asleep,) = accounts.accounts(owner)[0], imports.imports(owner)
    assert (asleep.state, len(people.people(owner, first.id)), first.lists) == ("queued", 2, []), asleep
    page = text(Page(player.client).open("user/marbles"))
    assert "Holds 2 posts, 2 followers (not the full list)." in page, page
    fake.is_busy = False
    ends = time.monotonic() + 60
    while imports.imports(owner)[0].state != "done" and time.monotonic() < ends:
        if not run_waiting(app, threading.Event()):
            time.sleep(0.05)
    assert len(people.people(owner, first.id)) == 3
    assert accounts.accounts(owner)[0].lists == ["followers", "posts"]
    assert set(fake.told.values()) == {1, 2}, fake.told
    assert "Marbles" in player.get("/look-up?handle=marbles:ada").text
    assert "marbles:.+" in player.get("/look-up").text
town = Client(demo_world.applications({"marbles": "127.0.0.1:8107"})["marbles"])
assert town.get("/players/ada").json["name"] == "ada"
test_all_pages_are_read()
test_docs.test_every_live_service_has_its_how_to_page("marbles")
test_docs.test_every_setting_has_its_row()
"""
PROVIDER = '''"""OAuth of Marbles."""

from ..net.oauth import Endpoints, Identity, Provider, bearer, check_revoked, document, own_names, renewed, text

NAME = "Marbles"


class MarblesProvider(Provider):
    service = "marbles"
    scopes = ("play",)
    pkce = True

    def endpoints(self, client):
        base = client.settings["MARBLES_URL"]
        return Endpoints(f"{base}/oauth/authorize", f"{base}/oauth/token")

    def whoami(self, client, token, *, nonce):
        url = f"{client.settings['MARBLES_URL']}/oauth/me"
        user = document(client.send("GET", url, headers=bearer(token)), NAME)
        return Identity(uid=text(user, "id", NAME), handle=text(user, "name", NAME))

    def refresh(self, client, token):
        return renewed(client, self.endpoints(client).token, token, name=NAME, basic=False)

    def revoke(self, client, token, uid):
        form = {"token": token["access_token"], **own_names(client, basic=False)}
        check_revoked(client.send("POST", f"{client.settings['MARBLES_URL']}/oauth/revoke", form=form), NAME)
'''
OAUTH = """    oauth=OAuth(
        provider=MarblesProvider(),
        gives="Sociogram reads your posts and followers. It cannot play.",
        signs_in=True,
        portal="At marbles.example, add an application.",
        fake_page="oauth/authorize",
    ),
"""
OAUTH_FAKE = '''"""OAuth of Marbles: it asks, gives tokens and takes them back."""

from flask import Blueprint, request

PEOPLE = {"ada": {"id": "m-ada", "name": "ada"}, "bob": {"id": "m-bob", "name": "bob"}}


def blueprint(grants):
    pages = Blueprint("marbles_oauth", __name__)
    pages.add_url_rule("/oauth/authorize", "authorize", grants.authorize, methods=["GET", "POST"])
    pages.add_url_rule("/oauth/token", "token", grants.token, methods=["POST"])
    pages.add_url_rule("/oauth/me", "me", lambda: grants.told("whoami"))

    @pages.post("/oauth/revoke")
    def revoke():
        grants.revoke(request.form["token"])
        return {}

    return pages
'''
DEMO_WORLD = """    people = {name: {"id": name, "name": name} for name in CHOICES}
    pages = marbles_oauth.blueprint(door("marbles", people))
    return Joined(flask_of(pages), marbles.Fake(), r"/oauth/")
"""
#: who connects an account goes to the service and comes back; its token is kept until it is taken back
CONNECTING = """
from werkzeug.test import Client
from dashapp.store import connections, imports, users
from tests.connect.oauth_client import authorize, messages, set_up
from tests.services.fakes.demo_world import serving as demo_world
from tests.users.browser_session import BrowserSession, lands

with set_up(app, "marbles") as fakes:
    fake, visitor = fakes["marbles"], BrowserSession(app)
    visitor.register(name="connector")
    assert "It cannot play." in visitor.get("/connect/marbles").text
    assert "MARBLES_OAUTH_CLIENT_ID" in visitor.get("/connect/marbles/set-up").text
    assert not lands(authorize(visitor, fake, "deny"), "marbles")
    assert lands(authorize(visitor, fake), "marbles")
    with app.app_context():
        owner = users.find_user("connector").id
        (connected,), (queued,) = connections.connections(owner), imports.imports(owner)
        token = connections.token(owner, connected.id)
    assert (connected.service, connected.handle) == ("marbles", "ada")
    assert (queued.live, queued.connection_id) == (True, connected.id)
    assert fake.grants.tokens == {token.access: "ada"}
    again = BrowserSession(app)
    authorize(again, fake, path="/signin/marbles")
    assert again.is_signed_in()
    visitor.send(f"/connect/connections/{connected.id}/disconnect")
    with app.app_context():
        assert connections.connections(owner) == []
    assert fake.grants.calls["revoke"] == 2  # the replaced token, and that of the connection
town = Client(demo_world.applications({"marbles": "127.0.0.1:8107"})["marbles"])
assert "Allow as Cleo" in town.get("/oauth/authorize").text
"""
TOYS = (
    Toy(
        "A live service",
        "marbles",
        {
            "dashapp/services/marbles/__init__.py": '"""Marbles: what it tells of a player."""\n',
            "dashapp/services/marbles/reader.py": READER,
            "dashapp/services/marbles/about.py": ABOUT,
            "dashapp/services/__init__.py": edited(
                behind("mastodon.about", "from .marbles.about import SERVICE as MARBLES\n"),
                behind('"linkedin": LINKEDIN', '    "marbles": MARBLES,\n'),
            ),
            "dashapp/templates/fake_services.html": behind(
                "Facebook, LinkedIn",
                '      <tr><th scope="row">Marbles</th><td>The player <code>ada</code>.</td></tr>\n',
            ),
            "docs/how-to/connect-marbles.md": HOW_TO,
            "docs/how-to/index.md": behind("connect-linkedin", "connect-marbles\n"),
            "README.md": replaced("a public handle of GitHub", "a public handle of Marbles, GitHub"),
            "tests/services/fakes/marbles.py": FAKE,
            "tests/services/fakes/demo_world/others.py": edited(
                replaced("from .. import facebook", "from .. import marbles, facebook"),
                lambda text: text + "\n\ndef marbles_application() -> WSGIApplication:\n    return marbles.Fake()\n",
            ),
            "tests/services/fakes/demo_world/serving.py": behind(
                "others.linkedin_application", '    "marbles": lambda _host: others.marbles_application(),\n'
            ),
            "tests/services/test_marbles_reader.py": READ,
        },
    ),
    Toy(
        "An OAuth provider",
        "marbles",
        {
            "dashapp/services/marbles/oauth.py": PROVIDER,
            "dashapp/services/marbles/about.py": edited(
                replaced("Field, Handle, Live, Service", "Field, Handle, Live, OAuth, Service"),
                behind("from .reader", "from .oauth import MarblesProvider\n"),
                behind("live=Live", OAUTH),
            ),
            "docs/how-to/connect-marbles.md": lambda text: text + "\nSet `MARBLES_OAUTH_CLIENT_ID`.\n",
            "README.md": replaced("account of GitHub, Mastodon, ", "account of GitHub, Marbles, Mastodon, "),
            "tests/services/fakes/marbles_oauth.py": OAUTH_FAKE,
            "tests/services/fakes/demo_world/others.py": edited(
                replaced("import marbles, ", "import marbles, marbles_oauth, "),
                lambda text: text.replace("    return marbles.Fake()\n", DEMO_WORLD),
            ),
            "tests/connect/oauth_client.py": edited(
                replaced("    mastodon_oauth,\n    x_oauth", "    marbles_oauth,\n    mastodon_oauth,\n    x_oauth"),
                behind('"linkedin": linkedin_oauth', '    "marbles": marbles_oauth,\n'),
                behind('"linkedin": ("LINKEDIN_URL"', '    "marbles": ("MARBLES_URL",),\n'),
            ),
            "tests/connect/test_demo_world.py": edited(
                replaced('"linkedin": 0}', '"linkedin": 0, "marbles": 3}'),
                replaced('"linkedin": "Ada",', '"linkedin": "Ada", "marbles": "ada",'),
            ),
        },
    ),
)
