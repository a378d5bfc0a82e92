"""Uploads: refused whole with a sentence, or kept and queued."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from dashapp.imports import receive as receiving
from dashapp.imports.receive import name_columns, receive
from dashapp.services.errors import ExportError
from dashapp.services.files import beginnings
from dashapp.services.files.budget import Budget
from dashapp.store import imports
from tests.conftest import ON_BOTH
from tests.imports.conftest import POSTS, TIES, files
from tests.services.exports import mastodon_post, mastodon_small, x_post, x_small, zipped
from tests.services.github_exports import github_small

HANDLE = {"handle": "ada"}


def test_csv_files_with_the_documented_columns_are_queued(owner: int) -> None:
    [import_id] = receive(owner, files(posts=POSTS, ties=TIES), options=HANDLE, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert (row.state, row.export, row.filename) == ("queued", "csv", "posts.csv, ties.csv")
    assert imports.entries(import_id).names() == ["posts.csv", "ties.csv"]


def test_other_columns_wait_to_be_named(owner: int) -> None:
    [import_id] = receive(owner, files(posts="day,words\n2026-03-02,hello\n"), options=HANDLE, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state == "columns"


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({"posts": "created_at,likes\n2026-03-02,1.000\n"}, id="a-number-that-may-be-two"),
        pytest.param({"posts": "created_at\n3/5/2026\n"}, id="a-date-that-may-be-two"),
        pytest.param({"posts": "created_at,author\n2026-03-02,bob\n2026-03-03,eve\n"}, id="several-authors"),
        pytest.param({"people": "person,handle\n1,bob\n"}, id="people-of-no-relation"),
    ],
)
def test_what_only_the_user_knows_is_waited_for(owner: int, texts: dict[str, str]) -> None:
    [import_id] = receive(owner, files(**texts), options=HANDLE, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state == "columns"


@pytest.mark.parametrize(
    ("texts", "options"),
    [
        pytest.param({"posts": "created_at,likes\n2026-03-02,1.000\n"}, {"decimal": ","}, id="said"),
        pytest.param({"posts": "created_at,author\n2026-03-02,bob\n2026-03-03,Ada\n"}, {}, id="the-accounts-author"),
        pytest.param({"people": "person,handle\nb,bob\n", "ties": TIES}, {}, id="ties-that-tell-relations"),
    ],
)
def test_what_is_known_is_not_asked(owner: int, texts: dict[str, str], options: dict[str, str]) -> None:
    [import_id] = receive(owner, files(**texts), options=HANDLE | options, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state == "queued"


def test_naming_columns_twice_is_refused(owner: int) -> None:
    [import_id] = receive(owner, files(posts=POSTS), options=HANDLE, ask=True)

    with pytest.raises(ExportError, match="does not wait"):
        name_columns(owner, import_id, {})


def test_an_export_of_another_service_says_which_it_is(owner: int) -> None:
    with pytest.raises(ExportError, match="a set of CSV files, not an X archive"):
        receive(owner, files(posts=POSTS), expected="x", options=HANDLE, ask=True)

    assert imports.imports(owner) == []


def test_a_refused_upload_leaves_nothing(owner: int) -> None:
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("data/tweets.js", "window.YTD.tweets.part0 = [")

    with pytest.raises(ExportError):
        receive(owner, [("x.zip", io.BytesIO(broken.getvalue()[:-30]))], options={}, ask=True)

    assert imports.imports(owner) == []


def test_a_stranger_names_no_columns(owner: int) -> None:
    [import_id] = receive(owner, files(posts="day,words\n2026-03-02,hello\n"), options=HANDLE, ask=True)

    with pytest.raises(ExportError):
        name_columns(owner + 1, import_id, {})


def test_an_upload_of_two_services_becomes_two_imports(owner: int) -> None:
    both = zipped({**x_small(x_post()), **mastodon_small(mastodon_post())})

    received = receive(owner, [("both.zip", both)], expected="x", options={"handle": "other"}, ask=True)

    rows = [imports.get_import(owner, import_id) for import_id in received]
    assert [(row.export, row.state, row.options) for row in rows if row] == [
        ("x", "queued", {"handle": "other"}),
        ("mastodon", "queued", {}),  # what the form asks for is told of the other account
    ]
    assert all(row and row.message.startswith("The upload holds an X archive and a Mastodon") for row in rows)


def test_a_file_of_which_nothing_is_read_is_named(owner: int) -> None:
    uploaded = [("x.zip", zipped(x_small(x_post()))), *files(posts=POSTS), ("a.jpg", io.BytesIO(b"x"))]

    [import_id] = receive(owner, uploaded, options={}, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert (row.filename, row.message) == ("x.zip", "Nothing is read of posts.csv, a.jpg.")


def test_the_name_that_tells_the_day_is_kept_however_many_files_there_are(owner: int) -> None:
    dated = "archive-20261001093011-a.zip"
    uploaded = [("x" * 300 + "friends.csv", io.BytesIO(b"bob@b.example\n")), (dated, zipped(mastodon_small()))]

    [import_id] = receive(owner, uploaded, options={}, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.filename.startswith(f"{dated}, xxx")


def test_where_one_of_two_cannot_be_read_nothing_is_kept(owner: int) -> None:
    both = zipped({**x_small(x_post()), "outbox.json": mastodon_small()["outbox.json"]})

    with pytest.raises(ExportError, match=r"an X archive and a Mastodon export\..* whose it is.* one by one"):
        receive(owner, [("both.zip", both)], expected="x", options={}, ask=True)

    assert imports.imports(owner) == []


@ON_BOTH
def test_an_export_is_kept_as_it_came_and_not_unpacked(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[int] = []
    monkeypatch.setattr(Budget, "spend", lambda _, count: unpacked.append(count))
    posts = x_small(*(x_post(number) for number in range(1, 999)))

    [import_id] = receive(owner, [("x.zip", zipped(posts))], options={}, ask=True)

    kept = imports.entries(import_id)
    assert sum(unpacked) < kept.size("data/tweets.js") / 10
    assert {name: kept.open(name).read().decode() for name in kept.names()} == posts


@pytest.fixture
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this test only the first 200 bytes of a file are looked at."""
    monkeypatch.setattr(beginnings, "LEAST", 200)
    monkeypatch.setattr(beginnings, "MOST", 200)


def test_what_only_the_end_of_a_file_may_tell_is_left_to_the_import(owner: int, request: pytest.FixtureRequest) -> None:
    def received() -> list[int]:
        return receive(owner, [("g.zip", zipped(github_small()))], options={"handle": "nobody"}, ask=True)

    with pytest.raises(ExportError, match="nobody"):
        received()
    request.getfixturevalue("short_looks")
    [import_id] = received()

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state == "queued"


@pytest.mark.usefixtures("short_looks")
def test_columns_are_asked_for_by_the_first_lines(owner: int) -> None:
    columns = {"posts.csv": {"kind": "posts", "columns": {"created_at": "day", "text": "words"}}}
    [import_id] = receive(owner, files(posts="day,words\n" + "2026-03-02,hello\n" * 99), options=HANDLE, ask=True)

    name_columns(owner, import_id, {"columns": json.dumps(columns)})

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state == "queued"


def test_more_files_than_any_export_has_are_refused_before_one_is_looked_at(
    owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_FILES", 3)
    tables = {f"{number}.csv": b"created_at\n2024-01-02\n" for number in range(4)}

    with pytest.raises(ExportError, match="holds 4 files to be read"):
        receive(owner, [("many.zip", zipped(tables))], options=HANDLE, ask=True)

    assert imports.imports(owner) == []


def test_files_whose_names_are_equal_for_300_letters_are_told_apart(owner: int) -> None:
    tables = {f"{'x' * 300}-{number}.csv": POSTS for number in (1, 2)}

    [import_id] = receive(owner, [("long.zip", zipped(tables))], options=HANDLE, ask=True)

    kept = imports.entries(import_id)
    assert [(len(name), name[-6:], kept.open(name).read()) for name in sorted(kept.names(), key=lambda n: n[-6:])] == [
        (300, f"-{number}.csv", POSTS.encode()) for number in (1, 2)
    ]
