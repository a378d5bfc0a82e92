"""What logs tell of a request."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from dashapp.request_log import ID, RULE
from tests.conftest import close, make_app


@pytest.mark.parametrize(
    ("path", "rule"),
    [("/healthz", "/healthz"), ("/user/Ada%0aERROR", "/user/<name>"), ("/nothing%0aERROR", "-")],
)
def test_the_access_log_has_the_rule_of_an_address(app: Flask, path: str, rule: str) -> None:
    environ = EnvironBuilder(path, headers={"X-Request-ID": "canary 200"}).get_environ()

    b"".join(app.wsgi_app(environ, lambda *_: None))

    assert (environ[RULE], environ[ID]) == (rule, "-")


def test_a_fault_is_logged_with_the_rule_of_its_address(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(sqlite_url)
    app.testing = False
    app.add_url_rule("/broken/<name>", view_func=lambda name: 1 / 0)

    answer = app.test_client().get("/broken/canary%0aERROR")

    close(app)
    assert answer.status_code == 500
    assert "Exception at /broken/<name> [GET]" in caplog.text
    assert "canary" not in caplog.text
