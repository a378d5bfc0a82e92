"""A browser without a screen: keeps cookies, and sends forms with their token."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

ADA = {"name": "Ada", "password": "otters build dams at dusk"}
BOB = {"name": "Bob", "password": "seven slow green boats"}


class BrowserSession:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask, *, address: str = "127.0.0.1") -> None:
        self.client = app.test_client()
        self.address = address

    def get(self, path: str, **options: Any) -> TestResponse:
        """Opens a page."""
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **options)

    def send(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Sends a form with the token of this browser's session."""
        sent = {"csrf_token": self.token(), **(data or {})}
        return self.client.post(path, data=sent, environ_base={"REMOTE_ADDR": self.address}, **options)

    def token(self) -> str:
        """A token that stands in some form."""
        page = self.get("/signin")
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', (page if page.status_code == 200 else self.get("/")).text
        )
        assert found
        return found[1]

    def register(self, person: dict[str, str] = ADA, **other: str) -> TestResponse:
        """Registers."""
        return self.send("/register", {**person, **other})

    def sign_in(self, person: dict[str, str] = ADA, **other: str) -> TestResponse:
        """Signs in."""
        return self.send("/signin", {**person, **other})

    def session_cookie(self) -> str:
        """The value of the session's cookie."""
        cookie = self.client.get_cookie("session")
        assert cookie is not None
        return cookie.value

    def is_signed_in(self) -> bool:
        """Whether the settings open."""
        return self.get("/connect/csv").status_code == 200


def is_at(response: TestResponse, path: str) -> bool:
    """Whether the answer sends to that path of this site."""
    return response.status_code in (302, 303) and response.headers["Location"] == path
