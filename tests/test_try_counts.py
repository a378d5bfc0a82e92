"""Tries are counted for all processes of a server together."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from dashapp import try_counts
from dashapp.try_counts import FileStorage


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file is."""
    monkeypatch.setattr(try_counts, "SHARED_MEMORY", tmp_path)
    return tmp_path


def test_what_one_process_counted_the_others_know() -> None:
    here = FileStorage()
    there = copy.deepcopy(here)  # as a fork makes it

    taken = [each.acquire_entry("ada", 5, 300) for each in (here, there) * 4]

    assert taken == [True] * 5 + [False] * 3
    assert there.get_moving_window("ada", 5, 300)[1] == 5
    assert there.acquire_entry("bob", 5, 300)


def test_a_file_that_was_removed_is_made_anew_for_its_owner_alone(folder: Path) -> None:
    storage = FileStorage()
    assert storage.acquire_entry("ada", 1, 300)

    [file] = folder.iterdir()
    file.unlink()

    assert [storage.acquire_entry("ada", 1, 300) for _ in range(2)] == [True, False]
    assert file.stat().st_mode & 0o777 == 0o600
