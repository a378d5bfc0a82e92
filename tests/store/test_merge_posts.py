"""Posts that go: what a source that shows all of a span does not tell any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dashapp.services.files.values import EARLIEST
from dashapp.services.records import Batch, Post
from dashapp.store import connections, posts
from dashapp.store.rows import ImportReport
from tests.records import ADA, START, merged, post

SERVICE = replace(ADA, as_of=START + timedelta(days=10))
LATER = replace(ADA, as_of=START + timedelta(days=20))


def told(number: int, **values: Any) -> Post:
    """A post that everybody is told."""
    return post(number, **{"audience": "everybody", **values})


def left(owner: int, first: Sequence[Post], then: Sequence[Post], **more: Any) -> tuple[list[int], ImportReport]:
    """The numbers of the posts that are left after the second of two imports, and its report."""
    merged(owner, Batch(posts=[*first]), profile=SERVICE)
    account, report = merged(
        owner, Batch(posts=[*then]), **{"profile": replace(LATER, posts=len(then)), "posts_from": EARLIEST, **more}
    )
    return [int(text.split()[1]) for text in posts.posts(owner, account)["text"]], report


@pytest.mark.parametrize(
    ("count", "numbers"),
    [
        pytest.param(2, [3, 5], id="all-are-told"),
        pytest.param(9, [1, 3, 5], id="it-ended-early"),
        pytest.param(None, [1, 3, 5], id="nobody-counts"),
    ],
)
def test_what_is_older_than_a_list_that_may_be_cut_stays(owner: int, count: int | None, numbers: list[int]) -> None:
    profile = replace(LATER, posts=count)

    assert left(owner, [told(1), told(4)], [told(3), told(5)], live=True, profile=profile)[0] == numbers


def test_a_post_that_a_whole_reading_does_not_tell_is_gone(owner: int) -> None:
    numbers, report = left(owner, [told(1), told(2), told(3)], [told(1), told(3)], live=True)

    assert numbers == [1, 3]
    assert (report.removed_posts, report.new_posts) == (1, 0)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"posts_from": None}, id="some-may-be-missing"),
        pytest.param({"posts_from": START + timedelta(days=2, hours=1)}, id="older-than-what-was-read"),
        pytest.param({"profile": replace(LATER, as_of=START + timedelta(days=1))}, id="made-after-the-data"),
    ],
)
def test_what_was_not_asked_for_stays(owner: int, more: dict[str, Any]) -> None:
    assert left(owner, [told(2)], [told(3)], live=True, **more)[0] == [2, 3]


def test_behind_the_newest_post_of_a_range_of_dates_nothing_is_gone(owner: int) -> None:
    assert left(owner, [told(1), told(2), told(5)], [told(3)], to_newest_post=True)[0] == [3, 5]


def test_what_is_not_told_of_all_stays(owner: int) -> None:
    assert left(owner, [post(1), told(2)], [told(3)], live=True)[0] == [1, 3]


@pytest.mark.parametrize("connected", [True, False])
def test_strangers_are_not_shown_what_is_for_followers(owner: int, connected: bool) -> None:
    whose = {"service": "mastodon", "host": "", "uid": "1", "handle": "ada"}
    token = connections.connect(owner, **whose, token={"access_token": "t"}, expires_at=None)
    first, then = [told(1, audience="followers"), told(2)], [told(3)]

    numbers, _ = left(owner, first, then, live=True, connection=token if connected else None)

    assert numbers == ([3] if connected else [1, 3])


def test_what_was_once_told_to_everybody_is_gone_for_strangers_too(owner: int) -> None:
    merged(owner, Batch(posts=[told(1)]), profile=SERVICE)

    assert left(owner, [told(1, audience="followers")], [told(2)], live=True)[0] == [2]


@pytest.mark.parametrize(("counted", "numbers"), [(0, []), (1, [1]), (None, [1])])
def test_where_no_post_is_told_all_are_gone_only_if_none_is_counted(
    owner: int, counted: int | None, numbers: list[int]
) -> None:
    profile = replace(LATER, posts=counted)

    assert left(owner, [told(1)], [], live=True, profile=profile)[0] == numbers


@pytest.mark.parametrize(
    ("as_of", "numbers"),
    [
        pytest.param(START + timedelta(days=20), [1, 3], id="newer"),
        pytest.param(START + timedelta(days=10, hours=1), [1, 3, 10], id="its-day-may-be-a-little-off"),
        pytest.param(START + timedelta(days=9), [1, 2, 3, 10], id="older"),
    ],
)
def test_a_newer_export_removes_what_it_lacks(owner: int, as_of: datetime, numbers: list[int]) -> None:
    first, then = [told(1), told(2), told(10)], [told(1), told(3)]

    assert left(owner, first, then, profile=replace(ADA, as_of=as_of))[0] == numbers
