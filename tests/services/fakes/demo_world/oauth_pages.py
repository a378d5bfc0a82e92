"""OAuth of the town's services: people to choose from, and tokens that are the same at each start."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask
from werkzeug.datastructures import MultiDict

from dashapp.services import SERVICES
from dashapp.settings import FAKE_CLIENT

from ..oauth import Grants
from .people import CHOICES, full_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fake {service}</title><style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ margin: 0 auto; max-width: 26rem; padding: 3rem 1.25rem }}
h1 {{ font-size: 1.6rem; line-height: 1.2; margin: 0 0 .75rem }}
button {{ display: block; width: 100%; margin: .6rem 0; padding: .7rem; font: inherit; border-radius: .5rem;
  border: 1px solid #7c868c; background: #0b6472; color: #fff; cursor: pointer }}
button[value=deny] {{ background: none; color: inherit }}
</style></head><body><main>
<h1>Fake {service}</h1>
<p>This page stands where {service} asks whether Sociogram may read an account. Nothing here is real: the people are
invented, and so is all that they write.</p>
<form method="post" action="{action}">{fields}{allow}
<button name="decision" value="deny">Deny</button></form>
</main></body></html>"""


def token_of(service: str, person: str) -> str:
    """A token that is still good when the fakes were started again."""
    return f"{service}-token-canary-{person}"


@dataclass
class Door(Grants):
    """What one service grants."""

    def offered(self, asked: Mapping[str, str]) -> Iterable[str]:
        """Who may allow it."""
        return list(CHOICES)

    def page(self, asked: MultiDict[str, str]) -> str:
        """A button a person; sent to the same address, wherever the browser has it from."""
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        allow = "".join(
            f'<button name="decision" value="{name}">Allow as {full_name(name)}</button>'
            for name in self.offered(asked)
        )
        return PAGE.format(service=SERVICES[self.service].title, action="", fields=fields, allow=allow)

    def issue(self, person: str, scope: str) -> dict[str, Any]:
        """That person's token."""
        told = super().issue(person, scope)
        self.tokens.pop(told["access_token"], None)
        told["access_token"] = token_of(self.service, person)
        self.tokens[told["access_token"]] = person
        return told


def door(service: str, people: Mapping[str, dict[str, Any]], made: type[Door] = Door) -> Door:
    """The grants of a service, which know Sociogram already."""
    tokens = {token_of(service, name): name for name in people}
    return made(service, dict(people), clients={FAKE_CLIENT["ID"]: FAKE_CLIENT["SECRET"]}, tokens=tokens)


def flask_of(pages: Blueprint) -> Flask:
    """The pages as a server of their own."""
    app = Flask(f"fake {pages.name}")
    app.register_blueprint(pages)
    return app


@dataclass(frozen=True)
class Joined:
    """Both parts of a service at one address: OAuth at paths that begin like that, the rest elsewhere."""

    oauth: WSGIApplication
    rest: WSGIApplication
    paths: str

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        part = self.oauth if re.match(self.paths, environ["PATH_INFO"]) else self.rest
        return part(environ, start_response)


@dataclass(frozen=True)
class Each:
    """A fake that knows one account alone, for each of those who can be connected: the token tells whose it is."""

    service: str
    fakes: Mapping[str, WSGIApplication]
    token: str  # which each of them wants to see

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sent = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        owner = next((name for name in self.fakes if sent == token_of(self.service, name)), None)
        if owner is None:
            return next(iter(self.fakes.values()))(environ, start_response)
        return self.fakes[owner]({**environ, "HTTP_AUTHORIZATION": f"Bearer {self.token}"}, start_response)
