"""Tokens at rest under changing keys."""

from __future__ import annotations

import pytest

from dashapp.store import connections, users
from tests.conftest import close, make_app

OLD, NEW = "b25seSBmb3IgdGVzdHMsIDMyIGJ5dGVzIG9mIGtleSE=", "c29tZSBvdGhlciBrZXksIDMyIGJ5dGVzIG9mIGl0ISE="


@pytest.mark.postgres
def test_rotating_keys_does_not_undo_a_renewal(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(postgres_url)
    app.config["TOKEN_KEYS"] = [OLD]
    place = {"service": "x", "host": "", "uid": "1", "handle": "ada"}
    encrypt_anew = connections.rotated

    with app.app_context():
        owner = users.add_user("Ada", "")
        connection = connections.connect(owner, **place, token={"access_token": "old"}, expires_at=None)
        app.config["TOKEN_KEYS"] = [NEW, OLD]

        def meanwhile(data: bytes) -> bytes:
            connections.renewed(owner, connection, {"access_token": "renewed"}, None)
            return encrypt_anew(data)

        monkeypatch.setattr(connections, "rotated", meanwhile)
        connections.rotate_keys()
        app.config["TOKEN_KEYS"] = [NEW]
        kept = connections.token(owner, connection)

    close(app)
    assert kept is not None
    assert kept.access == "renewed"
