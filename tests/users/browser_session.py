"""A browser without a screen: keeps cookies, and sends forms with their token."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

ADA = {"name": "Ada", "password": "otters build dams at dusk"}
BOB = {"name": "Bob", "password": "seven slow green boats"}


class BrowserSession:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask, *, address: str = "127.0.0.1", site: str | None = None) -> None:
        self.client = app.test_client()
        self.address = address
        self.site = site  # where we are reached

    def get(self, path: str, **options: Any) -> TestResponse:
        """Opens a page."""
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **{"base_url": self.site, **options})

    def send(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Sends a form with the token of this browser's session."""
        options = {"base_url": self.site, **options}
        sent = {"csrf_token": self.token(options["base_url"]), **(data or {})}
        return self.client.post(path, data=sent, environ_base={"REMOTE_ADDR": self.address}, **options)

    def token(self, site: str | None = None) -> str:
        """A token as all forms of this session hold one; a page that is opened for it takes longer than its form."""
        with self.client.session_transaction(base_url=site) as session:
            secret = session.setdefault("csrf_token", secrets.token_hex(20))
        seal = URLSafeTimedSerializer(str(self.client.application.secret_key), salt="wtf-csrf-token")
        return str(seal.dumps(secret))

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


def lands(response: TestResponse, service: str = "[a-z]+") -> bool:
    """Whether the answer sends to the page of an account of that service, or of the import that reads it."""
    page = rf"/dashboard/user/{service}\?(account|import)=\d+"
    return response.status_code == 303 and re.fullmatch(page, response.headers["Location"]) is not None
