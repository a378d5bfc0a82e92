"""Which of two exports is the older one, by what tells when they were made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashapp.services.records import Batch, Post
from dashapp.store import accounts, imports, people
from dashapp.store.merge import MergeInput, merge
from tests.records import ADA, BOTH, follower, kept, merged, post

SPRING, SUMMER, AUTUMN = (datetime(2026, month, 1, tzinfo=UTC) for month in (4, 7, 10))


def brought(owner: int, *posts: Post, told: datetime | None = None, **times: Any) -> bool | None:
    """Whether an import of these posts was older than what stood there."""
    row = kept(owner, [Batch(posts=[*posts], people=[follower("b")])])
    merge(MergeInput(row.id, row.lease, owner, "csv", replace(ADA, as_of=told), BOTH, [], **times))
    imports.end_import(row.id, row.lease, state="done")
    ended = imports.get_import(owner, row.id)
    assert ended is not None
    return ended.report.older or ended.report.older_lists


@pytest.mark.parametrize(
    ("first", "second", "older"),
    [
        pytest.param({"told": SUMMER}, {"told": SPRING}, True, id="day-and-day"),
        pytest.param({"told": SUMMER}, {"told": AUTUMN}, False, id="day-and-later-day"),
        pytest.param({"told": SUMMER}, {"told": AUTUMN, "named_at": SPRING}, False, id="day-before-name"),
        pytest.param({"told": SUMMER}, {"named_at": SPRING, "files_at": AUTUMN}, True, id="name-before-files"),
        pytest.param({"files_at": SUMMER}, {"files_at": SPRING}, True, id="files-and-files"),
        pytest.param({"told": SUMMER}, {"files_at": AUTUMN}, False, id="day-and-later-files"),
        pytest.param({}, {"told": AUTUMN}, True, id="nothing-is-of-its-import"),
        pytest.param({"told": AUTUMN}, {}, True, id="day-and-post-from-before"),
        pytest.param({}, {}, False, id="nothing-and-nothing"),
    ],
)
def test_what_is_trusted_more_decides(owner: int, first: dict[str, Any], second: dict[str, Any], older: bool) -> None:
    brought(owner, post(1), **first)

    assert brought(owner, post(1), **second) is older


def lists(owner: int, *posts: Post, followers: str, told: datetime | None = None) -> tuple[str, str]:
    """What of an import with that list was older, and who follows then."""
    batch = Batch(posts=[*posts], people=[*map(follower, followers)])
    complete = frozenset({"followers"} if followers else ())
    account, report = merged(owner, batch, profile=replace(ADA, as_of=told), complete=complete)
    older = "all" if report.older else "lists" if report.older_lists else ""
    return older, "".join(sorted(row["person"] for row in people.stream_list(owner, account, "followers")))


def test_dated_exports_are_older_than_each_other_and_not_than_posts_that_nothing_dates(owner: int) -> None:
    lists(owner, post(1), followers="")

    assert lists(owner, post(1), followers="ab", told=SUMMER) == ("", "ab")
    assert lists(owner, post(1), followers="bc", told=AUTUMN) == ("", "bc")
    assert lists(owner, post(1), followers="ab", told=SUMMER) == ("all", "bc")
    assert accounts.accounts(owner)[0].as_of == AUTUMN


def test_an_export_from_before_a_post_that_stands_here_is_older_but_its_lists_are_dated(owner: int) -> None:
    lists(owner, post(99), followers="")  # of June

    assert lists(owner, post(1), followers="ab", told=SPRING) == ("all", "ab")
    assert lists(owner, post(1), followers="bc", told=SUMMER) == ("", "bc")
    assert accounts.snapshots(owner, accounts.accounts(owner)[0].id)["followers"].tolist()[:2] == [2, 2]


def test_a_list_that_nothing_dates_is_of_its_import_and_posts_are_not(owner: int) -> None:
    lists(owner, post(1), followers="ab", told=SPRING)
    lists(owner, followers="bc")

    assert lists(owner, followers="ab", told=AUTUMN) == ("all", "bc")
    assert accounts.accounts(owner)[0].as_of == SPRING
    assert lists(owner, post(1), followers="ab", told=SUMMER) == ("lists", "bc")
    assert accounts.accounts(owner)[0].as_of == SUMMER


def test_the_newest_post_decides_where_no_day_is_known(owner: int) -> None:
    brought(owner, post(1), post(5), files_at=SUMMER)

    assert brought(owner, post(1), post(2), files_at=AUTUMN)  # written again, as when it is unpacked and packed
    assert brought(owner, post(1), post(2))
    assert not brought(owner, post(1), post(6), files_at=AUTUMN)


def test_a_name_from_before_a_record_says_nothing(owner: int) -> None:
    brought(owner, post(1), named_at=post(1).created_at - timedelta(days=2))

    account = accounts.accounts(owner)[0]
    assert account.as_of is None


def test_data_of_no_known_day_does_not_keep_the_day_before(owner: int) -> None:
    brought(owner, post(1), told=SPRING)

    brought(owner, post(90))  # of June: nothing else tells when it was made

    account = accounts.accounts(owner)[0]
    assert account.as_of is None
    assert account.data_at is not None
    assert account.data_at > post(90).created_at
