"""Rows: what they say of themselves, and what they make of JSON that another version wrote."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashapp.services.records import Profile, Skipped
from dashapp.store.rows import ImportReport
from tests.records import account_row, import_row

MOMENT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("receiving", True), ("columns", False), ("queued", True), ("running", True), ("done", False), ("failed", False)],
)
def test_an_import_is_open_while_it_goes_on_by_itself(state: str, expected: bool) -> None:
    assert import_row(state=state).is_open is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"state": "queued", "wake_at": datetime.now(UTC) + timedelta(days=1)}, True, id="later"),
        pytest.param({"state": "queued", "wake_at": MOMENT}, False, id="slept enough"),
        pytest.param({"state": "queued"}, False, id="waits for its turn"),
        pytest.param({"state": "failed", "wake_at": datetime.now(UTC) + timedelta(days=1)}, False, id="ended"),
    ],
)
def test_an_import_is_asleep_until_its_moment(values: dict[str, Any], expected: bool) -> None:
    assert import_row(**values).is_asleep is expected


def test_a_report_of_another_version_is_read_as_far_as_it_is_known() -> None:
    report = ImportReport.read({"posts": 3, "stars": 9, "skipped": [{"where": "a.csv, line 2", "why": "no date"}]})

    assert report == ImportReport(posts=3, skipped=(Skipped("a.csv, line 2", "no date"),))
    assert report.counted() == {"posts": 3, "skipped": report.skipped, "not_told": (), "partial": ()}


def test_a_profile_is_kept_with_its_times() -> None:
    stored = {"service": "x", "key": "1", "handle": "ada", "as_of": MOMENT.isoformat(), "created_at": None, "stars": 9}

    assert import_row(profile=stored).profile == Profile(service="x", key="1", handle="ada", as_of=MOMENT)


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        account_row().handle = "bob"  # type: ignore[misc]
