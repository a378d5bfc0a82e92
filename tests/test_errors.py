"""What goes wrong is told: what happened, and what to do next."""

from __future__ import annotations

import shutil

import pytest
from flask import abort, request
from sqlalchemy import NullPool, create_engine, text

from dashapp import errors
from dashapp.services.errors import ExportError, ServiceError
from tests.conftest import close, make_app
from tests.users.browser_session import BrowserSession


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory):
    """An app with pages that fail."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("errors") / "sociogram.sqlite")
    app = make_app(f"sqlite:///{path}")

    def fail(how):
        raise {"value": ValueError("canary"), "service": ServiceError("The service is away. Try again at noon.")}[how]

    def query(database):
        with create_engine(f"sqlite://{database}", poolclass=NullPool).connect() as connection:
            connection.execute(text("SELECT * FROM nowhere"))

    app.add_url_rule("/query", view_func=lambda: query(request.args["database"]), endpoint="query")
    app.add_url_rule("/fail/<how>", view_func=fail, endpoint="fail")
    app.add_url_rule("/abort/<int:code>", view_func=lambda code: abort(code), endpoint="abort")
    app.add_url_rule("/say", view_func=lambda: abort(403, "Only on Sundays."), endpoint="say")
    app.add_url_rule("/read", view_func=lambda: str(len(request.get_data())), endpoint="read", methods=["POST"])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    close(app)


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (400, "This request is not complete"),
        (403, "This is not allowed"),
        (404, "There is nothing here"),
        (405, "This is not possible here"),
        (413, "This is too large"),
        (418, "This request is not complete"),
        (429, "Too many tries"),
        (500, "Something went wrong on our side"),
        (501, "Something went wrong on our side"),
        (503, "Sociogram is out of reach for a moment"),
    ],
)
def test_each_error_has_a_page_of_ours(app, code, title):
    answer = app.test_client().get(f"/abort/{code}")

    assert answer.status_code == code
    assert f"<h1>{title}</h1>" in answer.text
    assert "Werkzeug" not in answer.text


def test_a_reason_that_we_gave_is_shown(app):
    assert "Only on Sundays." in app.test_client().get("/say").text


def test_scripts_get_json(app):
    answer = app.test_client().get("/say", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json) == (403, {"error": "Only on Sundays."})


def test_an_unexpected_error_tells_nothing_of_its_inside(app, caplog):
    answer = app.test_client().get("/fail/value")

    assert answer.status_code == 500
    assert "canary" not in answer.text
    assert "canary" in caplog.text


def test_the_page_of_an_unexpected_error_needs_no_database(app, monkeypatch):
    visitor = BrowserSession(app)
    visitor.register()
    monkeypatch.setattr("dashapp.store.users.reading", lambda: 1 / 0)

    answer = visitor.get("/user/ada")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


@pytest.mark.parametrize(("database", "status"), [("", 500), ("//not/there", 503)])
def test_a_missing_table_is_our_fault_and_a_missing_database_goes_by(app, caplog, database, status):
    answer = app.test_client().get("/query", query_string={"database": database})

    assert answer.status_code == status
    assert "Traceback" in caplog.text


def test_an_error_of_a_service_is_its_sentence(app):
    answer = app.test_client().get("/fail/service")

    assert answer.status_code == 502
    assert "The service is away. Try again at noon." in answer.text


def test_an_export_that_cannot_be_read_is_an_error_of_a_service():
    assert issubclass(ExportError, ServiceError)


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_told_the_limit_and_not_cut(app, monkeypatch, chunked):
    for name, value in (("MAX_CONTENT_LENGTH", 3_000_000), ("WTF_CSRF_ENABLED", False)):
        monkeypatch.setitem(app.config, name, value)
    how = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""} if chunked else {}

    def sent(size):
        return app.test_client().post("/read", mimetype="text/plain", data=b"x" * size, environ_overrides=how)

    assert sent(3_000_000).text == "3000000"
    assert sent(3_000_001).status_code == 413
    assert "At most 3 MB can be sent at once." in sent(3_000_001).text


def test_a_wrong_method_tells_which_are_right(client):
    answer = client.get("/demo")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (300, "5 minutes"),
        (3600, "60 minutes"),
    ],
)
def test_waiting_times_are_never_too_short(seconds, words):
    assert errors.in_words(seconds) == words


def test_a_name_in_the_address_is_shown_as_text(client):
    assert "<script>x" not in client.get("/<script>x</script>").text
