"""LinkedIn's API, as far as it is open to everybody: who somebody is."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "linkedin-token"
REVOKED = {"status": 401, "serviceErrorCode": 65601, "code": "REVOKED_ACCESS_TOKEN", "message": "Revoked"}


class Fake:
    """The API. `fault`: status and value instead of the answer."""

    def __init__(self) -> None:
        self.me: dict[str, Any] = {
            "sub": "li-ada", "name": "Ada Example", "given_name": "Ada", "family_name": "Example",
            "locale": {"country": "US", "language": "en"}, "email": "ada@example.social", "email_verified": True,
        }  # fmt: skip
        self.fault: tuple[int, Any] | None = None
        self.headers: dict[str, str] = {}
        self.calls: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        self.calls[request.path] += 1
        status, value = self.fault or self._answer(request)
        response = Response(json.dumps(value), status, headers=self.headers, content_type="application/json")
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, Any]:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, REVOKED
        return (200, self.me) if request.path == "/userinfo" else (404, {"status": 404})
