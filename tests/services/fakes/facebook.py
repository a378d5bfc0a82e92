"""Facebook's Graph API, as far as it is open to everybody: a name, and how many friends."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN, SECRET = "facebook-token", "facebook-secret"


def error(code: int, status: int = 400, subcode: int | None = None) -> tuple[int, Any]:
    """An error as Facebook writes it."""
    told = {"message": "(#0) Something", "type": "OAuthException", "code": code, "fbtrace_id": "EXAMPLE"}
    return status, {"error": {**told, **({"error_subcode": subcode} if subcode else {})}}


class Fake:
    """The API. `faults`: what a path answers instead; `usage`: percent of what the application may use."""

    def __init__(self, *, friends: int | None = 348) -> None:
        self.me: dict[str, Any] = {"id": "3001", "name": "Ada Example"}
        self.friends = friends  # None: the permission is missing
        self.needs_proof = False
        self.usage: Any = None
        self.faults: dict[str, tuple[int, Any]] = {}
        self.calls: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        self.calls[request.path] += 1
        status, value = self.faults.get(request.path) or self._answer(request)
        response = Response(json.dumps(value), status, content_type="application/json; charset=UTF-8")
        if self.usage is not None:
            response.headers["X-App-Usage"] = (
                self.usage if isinstance(self.usage, str)
                else json.dumps({"call_count": self.usage, "total_time": 25, "total_cputime": 25})
            )  # fmt: skip
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, Any]:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return error(190, subcode=463)
        if self.needs_proof and request.args.get("appsecret_proof") != right_proof():
            return error(100)
        if request.path == "/me":
            return 200, self.me
        if request.path == "/me/friends":
            if self.friends is None:
                return error(200, 403)
            return 200, {"data": [{"id": "1", "name": "Bob Example"}], "summary": {"total_count": self.friends}}
        return error(803, 404)


def right_proof() -> str:
    """What shows that somebody knows the secret."""
    return hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
