"""What the fakes' OAuth has in common: codes, tokens, PKCE, a page with Allow and Deny, and faults on demand."""

from __future__ import annotations

import base64
import hashlib
import html
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CLIENT_ID, CLIENT_SECRET = "the-client-id", "the-client-secret-canary"
PAGE = """<!doctype html><html lang="en"><title>Authorise</title><h1>{service}</h1>
<form method="post" action="{action}">{fields}
<p>Sociogram wants to read your account.</p>{allow}
<button name="decision" value="deny">Deny</button></form></html>"""


@dataclass
class Grant:
    """What somebody allowed."""

    person: str
    asked: Mapping[str, str]
    used: bool = False


@dataclass
class Grants:
    """What one provider knows. Tests change it while it runs."""

    service: str
    people: dict[str, dict[str, Any]]
    scope: str | None = None  # granted instead of what was asked for
    token_fields: dict[str, Any] = field(default_factory=dict)  # beside the access token: expires_in …
    refreshing: bool = False  # whether there are refresh tokens
    fault: dict[str, tuple[int, Any]] = field(default_factory=dict)  # endpoint -> status and body
    jitter: float = 0.0  # seconds, at most
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # token -> person
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    seen: list[Mapping[str, str]] = field(default_factory=list)  # what the token endpoint was sent
    lock: threading.Lock = field(default_factory=threading.Lock)

    # -- faults

    def called(self, endpoint: str) -> Response | None:
        """Counts a call; the fault that a test wants there."""
        with self.lock:
            self.calls[endpoint] += 1
        time.sleep(random.uniform(0, self.jitter))
        if endpoint not in self.fault:
            return None
        status, body = self.fault[endpoint]
        return make_response(jsonify(body) if isinstance(body, dict) else body, status)

    # -- in the browser

    def authorize(self) -> Any:
        """The page with the question, and what comes of the answer."""
        if request.method == "GET":
            return self.page(request.args)
        asked, decision = request.form, request.form["decision"]
        if decision == "deny":
            return redirect(back(asked["redirect_uri"], error="access_denied", state=asked["state"]))
        return redirect(back(asked["redirect_uri"], code=self.code(decision, asked), state=asked["state"]))

    def page(self, asked: MultiDict[str, str]) -> str:
        """A button a person, and one for no."""
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        allow = "".join(f'<button name="decision" value="{name}">Allow as {name}</button>' for name in self.people)
        return PAGE.format(service=self.service, action=request.path, fields=fields, allow=allow)

    def code(self, person: str, asked: Mapping[str, str]) -> str:
        """A code for what was asked."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = Grant(person, dict(asked))
        return code

    # -- the token endpoint

    def token(self) -> Any:
        """A token for a code or a refresh token."""
        fault = self.called("token")
        self.seen.append(dict(request.form))
        if fault is not None:
            return fault
        if not self.knows_client():
            return refusal("invalid_client", 401)
        kind = request.form.get("grant_type", "authorization_code")
        if kind == "client_credentials":
            return jsonify(access_token=secrets.token_urlsafe(8), token_type="Bearer", scope="read")
        return self.refreshed() if kind == "refresh_token" else self.exchanged()

    def knows_client(self) -> bool:
        """Whether id and secret are right, in the body or in the header."""
        sent = request.authorization
        pair = (
            (sent.username, sent.password)
            if sent
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        return pair[0] in self.clients and self.clients[str(pair[0])] == pair[1]

    def exchanged(self) -> Any:
        """A token for a code, which works once, for its client and address, with its verifier."""
        with self.lock:
            grant = self.codes.get(request.form.get("code", ""))
            if grant is None or grant.used or grant.asked["redirect_uri"] != request.form.get("redirect_uri"):
                return refusal("invalid_grant")
            grant.used = True
        challenge = grant.asked.get("code_challenge")
        if challenge and challenge != s256(request.form.get("code_verifier", "")):
            return refusal("invalid_grant")
        return jsonify(self.issue(grant.person, grant.asked.get("scope", "")))

    def issue(self, person: str, scope: str) -> dict[str, Any]:
        """A new token of that person."""
        token = f"{self.service}-token-canary-{secrets.token_urlsafe(12)}"
        self.tokens[token] = person
        value = {"access_token": token, "token_type": "bearer", "scope": scope if self.scope is None else self.scope}
        if self.refreshing:
            value["refresh_token"] = f"{self.service}-refresh-canary-{secrets.token_urlsafe(12)}"
            self.refresh_tokens[value["refresh_token"]] = person
        return value | self.token_fields

    def refreshed(self) -> Any:
        """A token for a refresh token, which works once."""
        with self.lock:
            self.calls["refresh"] += 1
            person = self.refresh_tokens.pop(request.form.get("refresh_token", ""), None)
        return refusal("invalid_grant") if person is None else jsonify(self.issue(person, ""))

    # -- with a token

    def who(self) -> str | None:
        """Whose token the request carries."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.tokens.get(token) if scheme in ("Bearer", "DPoP") else None

    def told(self, endpoint: str, **more: Any) -> Any:
        """What is told of whoever's token it is."""
        fault = self.called(endpoint)
        person = self.who()
        if fault is not None:
            return fault
        return (jsonify(self.people[person] | more), 200) if person else refusal("invalid_token", 401)

    def revoke(self, token: str) -> None:
        """Forgets a token."""
        self.calls["revoke"] += 1
        self.revoked.append(token)
        self.tokens.pop(token, None)
        self.refresh_tokens.pop(token, None)


def refusal(error: str, status: int = 400) -> Any:
    """An error as OAuth writes it."""
    return jsonify(error=error, error_description="<script>reflected()</script>"), status


def back(address: str, **told: str) -> str:
    """Where the browser is sent, with what it brings."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}"


def s256(verifier: str) -> str:
    """PKCE's challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Quiet(WSGIRequestHandler):
    """Writes no line a request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """The address of a server on this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
