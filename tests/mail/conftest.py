"""The application with a mail server, and a user."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from dashapp.mail import delivery
from dashapp.store import users

from .smtp_server import PUBLIC_URL, SENDER, Inbox, smtp_server


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    """Mail is set up, but nobody listens."""
    app.config.update(MAIL_URL="smtp://127.0.0.1:9?tls=no", MAIL_FROM=SENDER, PUBLIC_URL=PUBLIC_URL)
    with app.app_context():
        yield


@pytest.fixture
def inbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """A mail server without TLS, which the application knows."""
    monkeypatch.setattr(delivery, "TIMEOUT", 30)  # of a busy machine
    with smtp_server() as inbox:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{inbox.port}?tls=no"
        yield inbox


@pytest.fixture
def owner(in_app: None) -> int:
    """A user."""
    return users.add_user("Ada", "hash of ada")
