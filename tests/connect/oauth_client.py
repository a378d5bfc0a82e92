"""Going through OAuth without a browser: the form here, the question at a fake service, the way back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Flask, request
from werkzeug.local import LocalProxy
from werkzeug.test import TestResponse

from tests.services.fakes import (
    bluesky_oauth,
    facebook_oauth,
    github_oauth,
    linkedin_oauth,
    mastodon_oauth,
    x_oauth,
)
from tests.services.fakes.oauth import CLIENT_ID, CLIENT_SECRET, Grants, served
from tests.users.browser_session import BrowserSession

FAKES = {
    "github": github_oauth,
    "x": x_oauth,
    "facebook": facebook_oauth,
    "linkedin": linkedin_oauth,
    "mastodon": mastodon_oauth,
    "bluesky": bluesky_oauth,
}
SETTINGS = {
    "github": ("GITHUB_URL", "GITHUB_API_URL"),
    "x": ("X_URL", "X_API_URL"),
    "facebook": ("FACEBOOK_URL", "FACEBOOK_API_URL"),
    "linkedin": ("LINKEDIN_URL", "LINKEDIN_API_URL"),
    "bluesky": ("BLUESKY_APPVIEW_URL", "BLUESKY_PLC_URL"),
}
LOCAL = "http://127.0.0.1:5000"  # Bluesky knows a developer's machine by this number alone


@dataclass
class Fake:
    """A service that runs."""

    service: str
    address: str
    grants: Grants
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """As a user names it."""
        return urlsplit(self.address).netloc


@contextmanager
def fake(service: str) -> Iterator[Fake]:
    """A service."""
    module, more = FAKES[service], {}
    grants = Grants(service, {name: dict(person) for name, person in module.PEOPLE.items()})
    if service == "linkedin":
        more["signing"] = linkedin_oauth.Signing()
    if service == "bluesky":
        more["network"] = bluesky_oauth.Network()
    server, known = _pages(service, *more), {"grants": grants, **more}
    with served(lambda environ, start_response: server(environ | known, start_response)) as address:
        yield Fake(service, address, grants, more)


@cache
def _pages(service: str, *more: str) -> Flask:
    """Of a service, whatever it knows: to make them takes longer than most of what tests ask of them."""
    known = {name: LocalProxy(lambda name=name: request.environ[name]) for name in ("grants", *more)}
    server = Flask(f"fake {service}", static_folder=None)
    server.register_blueprint(FAKES[service].blueprint(**known))
    return server


@contextmanager
def set_up(app: Flask, *services: str) -> Iterator[dict[str, Fake]]:
    """Services that run, and the application set up for them."""
    with ExitStack() as stack:
        fakes = {service: stack.enter_context(fake(service)) for service in services}
        for each in fakes.values():
            introduce(app, each)
        yield fakes


def introduce(app: Flask, each: Fake) -> None:
    """Sets the application up for a fake."""
    for name in SETTINGS.get(each.service, ()):
        app.config[name] = each.address
    app.config[f"{each.service.upper()}_OAUTH_CLIENT_ID"] = CLIENT_ID
    app.config[f"{each.service.upper()}_OAUTH_CLIENT_SECRET"] = CLIENT_SECRET
    app.config["PRIVATE_HOSTS"] = [*app.config["PRIVATE_HOSTS"], each.address]


def form_of(each: Fake, person: str = "ada") -> dict[str, str]:
    """What the form of the service asks for."""
    forms = {"mastodon": {"server": each.host}, "x": {"agreed": "1"}}
    if each.service == "bluesky":
        return {"handle": each.grants.people[person]["handle"]}
    return forms.get(each.service, {})


def base_of(each: Fake) -> dict[str, str]:
    """Where the visitor reaches us."""
    return {"base_url": LOCAL} if each.service == "bluesky" else {}


def authorization_url(answer: TestResponse) -> str:
    """The address to which the page leads."""
    assert answer.status_code == 200, answer.status_code
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    assert found, "the page leads nowhere"
    return html.unescape(found[1])


def start(visitor: BrowserSession, each: Fake, path: str = "", **data: str) -> TestResponse:
    """Sends the form that begins."""
    path = path or f"/connect/{each.service}/start"
    return visitor.send(path, {**form_of(each), **data}, **base_of(each))


def decide(address: str, decision: str) -> str:
    """Answers the question at the service; where it sends the browser."""
    asked = dict(parse_qsl(urlsplit(address).query))
    url = address.partition("?")[0]
    answer = requests.post(url, data={**asked, "decision": decision}, allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def follow_callback(visitor: BrowserSession, each: Fake, location: str) -> TestResponse:
    """Follows the service back to us."""
    parts = urlsplit(location)
    return visitor.get(f"{parts.path}?{parts.query}", **base_of(each))


def authorize(visitor: BrowserSession, each: Fake, decision: str = "ada", path: str = "", **data: str) -> TestResponse:
    """All of it."""
    return follow_callback(visitor, each, decide(authorization_url(start(visitor, each, path, **data)), decision))


def messages(visitor: BrowserSession, path: str = "/signin") -> list[str]:
    """The sentences that the next page shows."""
    page = visitor.get(path, follow_redirects=True).text
    notes = re.findall(r'class="sg-note" role="status"><p>([^<]*)</p>', page)
    return [html.unescape(note) for note in notes]


def query(address: str) -> Mapping[str, str]:
    """The parameters in an address."""
    return dict(parse_qsl(urlsplit(address).query))
