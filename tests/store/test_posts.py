"""Posts to be assessed and to be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from flask import Flask

from dashapp.services.records import Batch
from dashapp.store import posts
from tests.records import ADA, START, merged, post
from tests.snapshots import once

LABELS = {"negative": 0.1, "neutral": 0.2, "positive": 0.7, "language": "en"}


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    """Five posts on five days; the third is a repost, the fifth tells a like."""
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    written = [post(0), post(1, kind="reply"), post(2, kind="repost"), post(3, text="50% off"), post(4, likes=1)]
    return merged(owner, Batch(posts=written))[0]


def test_posts_come_oldest_first_with_untold_counts_missing(owner: int, account: int) -> None:
    frame = posts.posts(owner, account)

    assert frame["created_at"].is_monotonic_increasing
    assert frame["likes"].tolist()[-1] == 1
    assert frame["replies"].isna().all()
    assert frame["label"].isna().all()


def test_reposts_are_not_assessed(owner: int, account: int) -> None:
    waiting = posts.unassessed(owner, account, limit=10)

    assert sorted(waiting["text"]) == ["50% off", "post 0", "post 1", "post 4"]
    assert posts.progress(owner, account) == (0, 4)


def test_an_assessed_post_is_not_assessed_again_even_if_it_got_no_label(owner: int, account: int) -> None:
    waiting = posts.unassessed(owner, account, limit=10).sort_values("post")
    labelled = waiting[["post"]].assign(label=["positive", None, "neutral", None], **LABELS)

    posts.save_assessment(owner, account, labelled)

    assert posts.unassessed(owner, account, limit=10).empty
    assert posts.progress(owner, account) == (4, 4)
    kept = posts.posts(owner, account)
    assert kept["label"].dropna().tolist() == ["positive", "neutral"]
    assert kept["language"].dropna().tolist() == ["en"] * 4


def test_forgotten_assessments_are_made_again(owner: int, account: int) -> None:
    posts.save_assessment(
        owner, account, posts.unassessed(owner, account, limit=10)[["post"]].assign(label="neutral", **LABELS)
    )

    posts.forget_assessments(owner, account)

    assert len(posts.unassessed(owner, account, limit=10)) == 4


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, ["4", "3", "2", "1", "0"], id="newest-first"),
        pytest.param({"start": START + timedelta(days=3)}, ["4", "3"], id="from-inclusive"),
        pytest.param({"end": START + timedelta(days=1)}, ["0"], id="to-exclusive"),
        pytest.param({"kind": "reply"}, ["1"], id="kind"),
        pytest.param({"label": "positive"}, [], id="label"),
        pytest.param({"limit": 2}, ["4", "3"], id="limit"),
    ],
)
def test_posts_behind_a_bar(owner: int, account: int, asked: dict[str, Any], expected: list[str]) -> None:
    rows = posts.posts_between(owner, account, **asked)

    days = [str((row.created_at - START).days) for row in rows]
    assert days == expected


def test_a_download_streams_all_posts(owner: int, account: int) -> None:
    assert [row["post"] for row in posts.stream_posts(owner, account)] == list("01234")


def test_the_newest_posts_of_some_days_are_read_to_be_measured(owner: int, account: int) -> None:
    days = {"start": START + timedelta(days=1), "end": START + timedelta(days=4)}

    assert posts.newest(owner, account, **days, limit=2)["text"].tolist() == ["50% off", "post 2"]
    assert len(posts.newest(owner, account, **days, limit=9)) == 3


def test_posts_are_found_by_their_ids(owner: int, account: int, stranger: int) -> None:
    known = posts.posts(owner, account)
    ids = known["post"].tolist()[1:3]

    found = posts.of_ids(owner, account, ids).sort_values("post", ignore_index=True)
    pd.testing.assert_frame_equal(found, known[1:3].reset_index(drop=True))
    assert posts.of_ids(owner, account, []).empty
    assert posts.of_ids(stranger, account, ids).empty


def test_a_stranger_reads_and_changes_nothing(owner: int, account: int, stranger: int) -> None:
    waiting = posts.unassessed(owner, account, limit=10)
    posts.save_assessment(stranger, account, waiting[["post"]].assign(label="neutral", **LABELS))
    posts.forget_assessments(stranger, account)

    assert posts.unassessed(stranger, account, limit=10).empty
    assert posts.posts_between(stranger, account) == []
    assert list(posts.stream_posts(stranger, account)) == []
    assert posts.progress(stranger, account) == (0, 0)
    assert posts.progress(owner, account) == (0, 4)
    assert isinstance(waiting, pd.DataFrame)


def test_an_answer_of_ones_own_is_no_answer(owner: int) -> None:
    asked, thread = post(0, replies=3), post(1, replies=0, reply_to="0")
    other, early = post(2, replies=None), post(3, replies=1, reply_to="2")
    late = post(9, replies=0, reply_to="3")  # nobody can have counted it
    private = post(4, replies=0, reply_to="0", audience="followers")  # the service counts what everybody may see
    told = [asked, thread, other, early, private]
    profile = replace(ADA, as_of=START + timedelta(days=5))

    account, _ = merged(owner, Batch(posts=told), profile=profile)
    merged(owner, Batch(posts=[late]), profile=replace(ADA, as_of=START + timedelta(days=10)))

    answers = posts.posts(owner, account)["replies"].fillna(-1).tolist()
    assert answers == [2, 0, -1, 1, 0, 0]
    assert [row.replies for row in posts.posts_between(owner, account)] == [0, 0, 1, None, 0, 2]
    assert [row["replies"] for row in posts.stream_posts(owner, account)] == [2, 0, None, 1, 0, 0]


def test_an_answer_finds_its_post_by_the_alias_of_it(owner: int) -> None:
    batches = Batch(posts=[post(1, reply_to="a", alias="b")]), Batch(posts=[post(0, replies=1, alias="a")])

    account, _ = merged(owner, *batches)

    assert posts.posts(owner, account)["replies"].tolist()[0] == 0
