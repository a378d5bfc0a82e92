"""What a web server imports."""

from __future__ import annotations

import runpy

import pytest
from flask import Flask

from dashapp.settings import SettingsError
from tests.conftest import close


def test_the_server_is_the_application_that_the_environment_asks_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_SETTINGS", "TestConfig")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)

    server = runpy.run_module("dashapp.wsgi")["server"]

    assert isinstance(server, Flask)
    assert server.config["SQLALCHEMY_DATABASE_URI"] == sqlite_url
    assert server.test_client().get("/readyz").get_json() == {"status": "ready"}
    close(server)


def test_an_unsafe_server_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SETTINGS", "ProdConfig")
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(SettingsError, match="SECRET_KEY"):
        runpy.run_module("dashapp.wsgi")
