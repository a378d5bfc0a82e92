"""The first lines of files: as much as is looked at while somebody waits."""

from __future__ import annotations

import pytest

from dashapp.services.files import beginnings
from dashapp.services.files.beginnings import Beginnings
from tests.services.exports import Files


@pytest.mark.parametrize(
    ("data", "read"),
    [
        pytest.param(b"one\ntwo\n", b"one\ntwo\n", id="short"),
        pytest.param(b"one\n" + b"\xc3\xa4" * 9, b"one\n", id="to-the-end-of-a-line"),
        pytest.param(b"one\rtwo\rthree\r", b"one\rtwo\r", id="of-an-old-mac"),
        pytest.param(b"x" * 30, b"x" * 12, id="one-line"),
        pytest.param("a\n\U0001f600\U0001f600\n".encode("utf-16"), "a\n".encode("utf-16"), id="utf-16"),
    ],
)
def test_a_file_ends_early_with_a_line(monkeypatch: pytest.MonkeyPatch, data: bytes, read: bytes) -> None:
    monkeypatch.setattr(beginnings, "LEAST", 12)
    monkeypatch.setattr(beginnings, "MOST", 24)
    first = Beginnings(Files({"a.csv": data, "b.csv": b""}))

    assert first.open("a.csv").read() == read
    assert first.are_cut is (data != read)
    assert first.size("a.csv") == len(data)
