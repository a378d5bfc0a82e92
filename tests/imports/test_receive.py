"""Uploads: refused whole with a sentence, or kept and queued."""

from __future__ import annotations

import io
import zipfile

import pytest

from dashapp.imports.receive import name_columns, receive
from dashapp.services.errors import ExportError
from dashapp.store import imports
from tests.imports.conftest import POSTS, TIES, files

HANDLE = {"handle": "ada"}


def test_csv_files_with_the_documented_columns_are_queued(owner: int) -> None:
    import_id = receive(owner, files(posts=POSTS, ties=TIES), options=HANDLE, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert (row.state, row.export, row.filename) == ("queued", "csv", "posts.csv, ties.csv")
    assert imports.entries(import_id).names() == ["posts.csv", "ties.csv"]


def test_other_columns_wait_to_be_named(owner: int) -> None:
    import_id = receive(owner, files(posts="day,words\n2026-03-02,hello\n"), options=HANDLE, ask=True)

    row = imports.get_import(owner, import_id)
    assert row is not None
    assert row.state == "columns"


def test_naming_columns_twice_is_refused(owner: int) -> None:
    import_id = receive(owner, files(posts=POSTS), options=HANDLE, ask=True)

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
    import_id = receive(owner, files(posts="day,words\n2026-03-02,hello\n"), options=HANDLE, ask=True)

    with pytest.raises(ExportError):
        name_columns(owner + 1, import_id, {})
