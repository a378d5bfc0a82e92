"""Files that are the same for everybody: compressed, kept by browsers, sent without looking at session or database."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version
from werkzeug.test import TestResponse

from dashapp import security, static_files
from dashapp.dashboard import libraries
from dashapp.dashboard.guard import PREFIX
from dashapp.store import users
from tests.conftest import ROOT, close, make_app
from tests.dashboard.downloads import sign_in

SUITES = f"{PREFIX}_dash-component-suites/"
#: what Dash's scripts fetch on our pages, under names without a version
FETCHED = [f"{SUITES}dash_ag_grid/async-community.js"]
CHART = f"{SUITES}dash/dcc/async-graph.js"
FOR_EVER = "max-age=315360000, public, immutable"
ASK_AGAIN = "max-age=0, public"
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}
BASE = (ROOT / "assets" / "base.css").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the copies are."""
    return tmp_path_factory.mktemp("copies") / "static"


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with a user."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('static') / 'sociogram.sqlite')}"


@pytest.fixture(scope="module")
def app(database: str, folder: Path) -> Iterator[Flask]:
    """The application as a web server has it, but quicker compressed."""
    app = make_app(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_files, "QUALITY", 5)
        static_files.serve(app, folder)
    yield app
    close(app)


@pytest.fixture(scope="module")
def plain(database: str) -> Iterator[FlaskClient]:
    """A visitor of an application that has no copies."""
    app = make_app(database)
    yield app.test_client()
    close(app)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture(scope="module")
def named(app: Flask) -> list[str]:
    """All files that the dashboard's page names."""
    with app.app_context():
        owner = users.add_user("Ada", "!")
    page = sign_in(app, owner).get(f"{PREFIX}user").text
    return re.findall(rf'"((?:/assets/|{SUITES})[^"]+)"', page)


def ask(client: FlaskClient, address: str, accepted: str = "", **headers: str) -> TestResponse:
    """The answer to a browser that takes these encodings, read to its end."""
    return client.get(address, headers={"Accept-Encoding": accepted, **headers}, buffered=True)


# ---- what is sent


def test_the_page_names_libraries_and_our_own_files_by_their_content(named: list[str]) -> None:
    assert [name.rpartition("/")[2].split(".")[0] for name in named if name.startswith(SUITES)] == [
        "dash_renderer_and_all",
        "dash_ag_grid",
    ]
    assert [name for name in named if re.fullmatch(r"/assets/base\.[0-9a-f]{12}\.css", name)]
    plotly = re.escape(f"/assets/vendor/plotly-{get_plotlyjs_version()}.min.")
    assert [name for name in named if re.fullmatch(plotly + r"[0-9a-f]{12}\.js", name)]


@pytest.mark.parametrize("encoding", UNPACK)
def test_every_file_of_a_page_comes_compressed_and_holds_what_it_holds_without(
    stranger: FlaskClient, named: list[str], encoding: str
) -> None:
    for address in [*named, *FETCHED]:
        packed, whole = ask(stranger, address, encoding), ask(stranger, address)

        assert packed.status_code == whole.status_code == 200, address
        assert packed.headers.get("Content-Encoding", "") in (encoding, ""), address
        data = UNPACK[encoding](packed.data) if "Content-Encoding" in packed.headers else packed.data
        assert data == whole.data, address
        assert len(packed.data) == int(packed.headers["Content-Length"]) <= len(whole.data)
        assert len(packed.data) < 0.6 * len(whole.data) or len(whole.data) < 5_000, address


def test_libraries_are_those_that_dash_sends_and_its_drawing_of_charts(
    app: Flask, stranger: FlaskClient, plain: FlaskClient, named: list[str]
) -> None:
    joined, grid = (name for name in named if name.startswith(SUITES))
    with app.test_request_context(PREFIX):
        of_dash = libraries.at_once(app.extensions["dashboard"]._generate_scripts_html())

    parts = [ask(plain, address).data for address in [*of_dash, CHART]]
    assert ask(stranger, joined).data == b"\n;\n".join(parts)
    for address in [grid, *FETCHED]:
        assert ask(stranger, address).data == ask(plain, address).data, address


def test_a_browser_that_takes_both_gets_the_smaller(stranger: FlaskClient) -> None:
    answer = ask(stranger, FETCHED[0], "gzip, deflate, br, zstd")

    assert answer.headers["Content-Encoding"] == "br"


def test_what_is_compressed_already_is_sent_as_it_is(stranger: FlaskClient, named: list[str]) -> None:
    (address,) = (name for name in named if "/plotly-" in name)
    (packed,) = (ROOT / "assets" / "vendor").glob("plotly-*.min.js.br")

    assert ask(stranger, address, "br").data == packed.read_bytes()


# ---- how it is kept


def test_a_file_named_by_its_content_is_kept_for_ever(stranger: FlaskClient, named: list[str]) -> None:
    kept = {address: ask(stranger, address).headers["Cache-Control"] for address in named}

    assert set(kept.values()) == {FOR_EVER}


@pytest.mark.parametrize("address", [*FETCHED, "/assets/base.css"])
def test_a_file_of_any_content_is_asked_for_again(stranger: FlaskClient, address: str) -> None:
    first = ask(stranger, address, "br")
    second = ask(stranger, address, "br", **{"If-None-Match": first.headers["ETag"]})
    changed = ask(stranger, address, "br", **{"If-None-Match": 'W/"of-before"'})

    assert first.headers["Cache-Control"] == ASK_AGAIN
    assert (second.status_code, second.data) == (304, b"")
    assert (changed.status_code, changed.data) == (200, first.data)


@pytest.mark.parametrize("accepted", ["", "br"])
@pytest.mark.parametrize("address", [FETCHED[0], "/assets/base.css", "/assets/icon.svg"])
def test_it_carries_the_headers_of_all_answers_and_no_cookie(
    app: Flask, stranger: FlaskClient, address: str, accepted: str
) -> None:
    answer = ask(stranger, address, accepted)

    expected = security.headers(app)
    assert expected.keys() >= {"Content-Security-Policy", "X-Content-Type-Options"}
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_neither_session_nor_database_is_asked(
    app: Flask, stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.wsgi_app, "application", None)

    assert ask(stranger, "/assets/base.css").data == BASE


# ---- what there is not


@pytest.mark.parametrize(
    "address",
    [
        "/assets/../dashapp/settings.py",
        "/assets/%2e%2e/dashapp/settings.py",
        "/assets/vendor/../../pyproject.toml",
        "/assets/..%2fpyproject.toml",
        f"{SUITES}dash/../flask/app.py",
        f"{SUITES}dash/dcc/../../flask/app.py",
    ],
)
def test_no_path_leads_out_of_what_is_served(stranger: FlaskClient, address: str) -> None:
    assert ask(stranger, address).status_code == 404


@pytest.mark.parametrize("address", ["/assets/base.000000000000.css", "/assets/base.css.br", "/assets/base.css.gz"])
def test_names_of_old_contents_and_of_the_copies_are_not_found(stranger: FlaskClient, address: str) -> None:
    assert ask(stranger, address).status_code == 404


def test_what_has_no_copy_is_sent_by_flask(stranger: FlaskClient) -> None:
    answer = ask(stranger, "/assets/vendor/package.json", "gzip")

    assert answer.data == (ROOT / "assets" / "vendor" / "package.json").read_bytes()


def test_nothing_is_sent_to_a_file(stranger: FlaskClient) -> None:
    assert stranger.post("/assets/base.css").status_code == 405


# ---- the copies


@pytest.fixture
def other(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application of which one style sheet is served, and no library."""
    app = make_app(sqlite_url)
    app.static_folder = str(tmp_path / "assets")
    monkeypatch.setattr(static_files, "_libraries", lambda *_: [])
    sheet(app).parent.mkdir()
    sheet(app).write_bytes(BASE)
    yield app
    close(app)


def sheet(app: Flask) -> Path:
    """The style sheet."""
    return Path(str(app.static_folder)) / "base.css"


def address(app: Flask) -> str:
    """What pages call it."""
    with app.test_request_context():
        return app.url_for("static", filename="base.css")


def test_copies_are_made_once(other: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static_files.serve(other, tmp_path / "static")
    made = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "static").iterdir()}
    monkeypatch.setattr(brotli, "compress", None)

    static_files.serve(other, tmp_path / "static")

    assert sorted(Path(name).suffix for name in made) == [".br", ".css", ".gz"]
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "static").iterdir()} == made


def test_a_changed_file_has_another_name_and_copy(other: Flask, tmp_path: Path, sqlite_url: str) -> None:
    static_files.serve(other, tmp_path / "static")
    before = address(other)
    later = make_app(sqlite_url)
    later.static_folder = other.static_folder
    sheet(other).write_bytes(BASE + b"\n")

    static_files.serve(later, tmp_path / "static")

    close(later)
    assert address(later) != before
    assert ask(later.test_client(), address(later)).data == BASE + b"\n"
    assert ask(later.test_client(), before).status_code == 404
    assert ask(other.test_client(), before).data == BASE


def test_where_no_copy_can_be_written_files_are_sent_as_they_are(
    other: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")

    static_files.serve(other, tmp_path / "file" / "static")

    answer = ask(other.test_client(), address(other), "br")
    assert address(other) == "/assets/base.css"
    assert answer.data == BASE
    assert "uncompressed" in caplog.text
