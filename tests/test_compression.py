"""Answers that are compressed on their way: which, for whom, and without being held in memory."""

from __future__ import annotations

import gzip
import random
import shutil
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashapp.compression import LEAST, compress
from dashapp.dashboard.guard import PREFIX
from dashapp.extensions import db
from dashapp.store import users
from tests.conftest import close, make_app
from tests.dashboard.downloads import add_account, sign_in

LONG = b"Ada follows Bob. " * LEAST
PART = 1 << 16


@pytest.fixture(scope="module")
def app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of this module's tests, which only read."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("compression") / "sociogram.sqlite")
    app = make_app(f"sqlite:///{path}")
    yield app
    close(app)


@pytest.fixture(scope="module")
def known(app: Flask) -> tuple[int, int]:
    """A user and their account."""
    with app.app_context():
        owner = users.add_user("Ada", "!")
        return owner, add_account(owner)


@pytest.fixture
def ada(app: Flask, known: tuple[int, int]) -> FlaskClient:
    """The user's browser."""
    return sign_in(app, known[0])


def ask(client: FlaskClient, path: str, accepted: str = "gzip") -> TestResponse:
    """The answer to a client that takes these encodings, as it comes."""
    return client.get(path, headers={"Accept-Encoding": accepted})


def encoding(app: Flask, response: Response, path: str = "/", accepted: str = "gzip", method: str = "GET") -> str:
    """How an answer would be sent."""
    with app.test_request_context(path, method=method, headers={"Accept-Encoding": accepted}):
        return compress(response).headers.get("Content-Encoding", "")


# ---- which, and for whom


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/connect/csv",
        f"{PREFIX}user",
        f"{PREFIX}_dash-dependencies",
        "/download/ACCOUNT/followers.csv",
        "/download/ACCOUNT/posts.json",
        "/download/ACCOUNT/everyone-graph.gexf",
        "/download/ACCOUNT/everyone-graph.graphml",
    ],
)
def test_pages_data_and_downloads_come_compressed_and_hold_the_same(
    ada: FlaskClient, known: tuple[int, int], path: str
) -> None:
    path = path.replace("ACCOUNT", str(known[1]))
    ada.get(path)  # the first visit makes tokens

    packed = ask(ada, path)
    data = gzip.decompress(packed.data)
    whole = ask(ada, path, "")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in whole.headers
    assert _without_token(data) == _without_token(whole.data)
    assert {"Accept-Encoding"} <= set(packed.vary) & set(whole.vary)
    assert packed.headers.get("Content-Length") in (None, str(len(packed.data)))


def _without_token(page: bytes) -> list[bytes]:
    """A token is signed anew each second."""
    return [line for line in page.splitlines() if b"csrf_token" not in line]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br, zstd", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0.5, identity", "gzip"),
        ("gzip;q=0", ""),
        ("br", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_a_client_gets_what_it_takes(app: Flask, accepted: str, expected: str) -> None:
    assert encoding(app, Response(LONG, mimetype="application/json"), accepted=accepted) == expected


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(Response(LONG, mimetype="application/zip"), id="compressed-already"),
        pytest.param(Response(b"x" * (LEAST - 1), mimetype="application/json"), id="short"),
        pytest.param(Response(LONG, mimetype="text/html", status=404), id="error"),
        pytest.param(Response(LONG, mimetype="application/json", direct_passthrough=True), id="file"),
    ],
)
def test_what_gains_nothing_comes_as_it_is(app: Flask, response: Response) -> None:
    data = response.data

    assert encoding(app, response) == ""
    assert response.data == data


def test_everything_is_a_zip_that_opens(ada: FlaskClient) -> None:
    answer = ask(ada, "/download/everything.zip")

    assert "Content-Encoding" not in answer.headers
    assert zipfile.ZipFile(BytesIO(answer.data)).testzip() is None


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        pytest.param("GET", "/signin", "gzip", id="page"),
        pytest.param("GET", "/signin?next=guess", "", id="page-of-a-link"),
        pytest.param("GET", f"{PREFIX}user?period=guess", "gzip", id="page-that-leaves-it-to-scripts"),
        pytest.param("POST", "/signin", "", id="form-that-comes-back"),
    ],
)
def test_a_page_that_may_echo_its_sender_is_not_compressed(app: Flask, method: str, path: str, expected: str) -> None:
    assert encoding(app, Response(LONG, mimetype="text/html"), path, method=method) == expected


def test_the_answer_of_a_callback_is_compressed(app: Flask) -> None:
    answer = Response(LONG, mimetype="application/json")

    assert encoding(app, answer, f"{PREFIX}_dash-update-component", method="POST") == "gzip"


# ---- without being held


def rows(count: int) -> Iterator[bytes]:
    """Portions of a table that hardly shrinks."""
    chance = random.Random(1)
    return (chance.randbytes(PART) for _ in range(count))


def test_a_long_download_is_sent_while_it_is_made(app: Flask) -> None:
    taken = 0

    def parts() -> Iterator[bytes]:
        nonlocal taken
        for part in rows(50):
            taken += 1
            yield part

    response = Response(parts(), mimetype="text/csv")
    assert encoding(app, response) == "gzip"
    body = response.iter_encoded()
    first = [next(body) for _ in range(3)]

    assert all(first)
    assert taken <= 4
    assert gzip.decompress(b"".join([*first, *body])) == b"".join(rows(50))


def test_the_first_row_goes_out_before_the_second_is_there(app: Flask) -> None:
    made: list[str] = []

    def parts() -> Iterator[bytes]:
        for row in ("id,name\r\n", "1,ada\r\n"):
            made.append(row)
            yield row.encode()

    response = Response(parts(), mimetype="text/csv")
    encoding(app, response)

    assert next(response.iter_encoded())
    assert len(made) == 1


def test_a_download_of_any_length_takes_the_same_memory(app: Flask) -> None:
    response = Response(rows(100), mimetype="text/csv")
    assert encoding(app, response) == "gzip"

    tracemalloc.start()
    size = sum(len(part) for part in response.iter_encoded())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 99 * PART
    assert peak < 20 * PART


@pytest.mark.parametrize("what", ["everyone-graph.gexf", "everyone-graph.csv", "posts.json"])
@pytest.mark.parametrize("read", [0, 1])
def test_a_download_that_is_broken_off_gives_its_connection_back(
    app: Flask, ada: FlaskClient, known: tuple[int, int], what: str, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashapp.dashboard.formats.records.PORTION", 1)
    answer = ask(ada, f"/download/{known[1]}/{what}")
    parts = answer.iter_encoded()
    assert all(next(parts) for _ in range(read))

    answer.close()

    with app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_empty_parts_do_not_end_an_answer(app: Flask) -> None:
    response = Response(iter([b"", b"a", b"", b"b"]), mimetype="text/csv")
    encoding(app, response)

    parts = list(response.iter_encoded())

    assert all(parts)
    assert gzip.decompress(b"".join(parts)) == b"ab"
