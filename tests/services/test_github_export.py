"""GitHub exports: issues, pull requests and comments of the account itself, and whose the export is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.github import export_files
from dashapp.services.github.export import GitHubExport
from dashapp.services.recognition import recognise
from dashapp.services.records import BATCH, Batch, Post
from tests.services.exports import Files, read_all, upload
from tests.services.github_exports import (
    ADA,
    BOB,
    DEMO,
    github_archive,
    github_comment,
    github_issue,
    github_pull_request,
    github_reaction,
    github_repository,
    github_review,
    github_small,
    github_user,
)

GITHUB = GitHubExport()
ISSUE = Post(
    key=f"{DEMO}/issues/7",
    created_at=datetime(2025, 3, 4, 9, 12, 33, tzinfo=UTC),
    kind="post",
    text="Crash on start\n\nSteps:\r\n\r\n```sh\nrun\n```",
    url=f"{DEMO}/issues/7",
    likes=1,
)
COMMENT = Post(
    key=f"{DEMO}/issues/7#issuecomment-1",
    created_at=datetime(2025, 3, 5, 10, tzinfo=UTC),
    kind="reply",
    text="Thank you.",
    url=f"{DEMO}/issues/7#issuecomment-1",
    likes=0,
    reply_to=f"{DEMO}/issues/7",
)


def read(**kinds: list[Mapping[str, Any]]) -> Batch:
    return read_all(GITHUB, github_small(**kinds))


# posts


def test_an_issue_is_read_as_the_export_tells_it() -> None:
    batch = read(issues=[github_issue()])

    assert batch.posts == [ISSUE]
    assert (batch.people, batch.ties, batch.skipped) == ([], [], [])


def test_a_pull_request_is_a_post_and_a_comment_a_reply() -> None:
    batch = read(pull_requests=[github_pull_request()], issue_comments=[github_comment()])

    pull_request = replace(ISSUE, key=f"{DEMO}/pull/8", url=f"{DEMO}/pull/8", text="Start again", replies=0, likes=0)
    assert batch.posts == [pull_request, COMMENT]


@pytest.mark.parametrize("kind", ["commit_comments", "pull_request_review_comments"])
def test_comments_on_code_are_replies(kind: str) -> None:
    url = f"{DEMO}/pull/8/files#r363017488"

    assert read(**{kind: [github_comment(url=url)]}).posts == [replace(COMMENT, key=url, url=url, reply_to=None)]


def test_a_review_is_a_reply_if_it_has_words() -> None:
    batch = read(pull_request_reviews=[github_review(), github_review(2, body="No, because …")])

    assert [(post.kind, post.text, post.created_at.hour) for post in batch.posts] == [("reply", "No, because …", 11)]
    assert batch.skipped == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"reactions": [github_reaction(), github_reaction(content="-1")]}, {"likes": 2}, id="reactions"),
        pytest.param({"reactions": None}, {"likes": None}, id="reactions-not-told"),
        pytest.param({"body": None}, {"text": "Crash on start"}, id="title-alone"),
        pytest.param({"title": None, "body": "Words"}, {"text": "Words"}, id="body-alone"),
        pytest.param({"title": 7, "body": ["x"]}, {"text": ""}, id="text-of-no-form"),
        pytest.param({"created_at": "2025-03-04T17:12:33.000+08:00"}, {}, id="other-zone"),
        pytest.param({"user": f"{ADA}/"}, {}, id="slash"),
        pytest.param({"user": ADA.replace("ada", "Ada")}, {}, id="capital"),
    ],
)
def test_issues_of_all_kinds(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read(issues=[github_issue(**fields)]).posts == [replace(ISSUE, **expected)]


@pytest.mark.parametrize("user", [BOB, None, 7, "", f"{ADA}2", "https://github.com/apps/ada-example"])
def test_what_others_wrote_is_not_read_and_not_noted(user: Any) -> None:
    batch = read(
        issues=[github_issue(user=user)],
        issue_comments=[github_comment(user=user)],
        pull_request_reviews=[github_review(user=user, body="x")],
    )

    assert (batch.posts, batch.skipped) == ([], [])


def test_comments_are_counted_as_replies() -> None:
    batch = read(
        issues=[github_issue(7), github_issue(9)],
        pull_requests=[github_pull_request()],
        issue_comments=[
            github_comment(1),
            github_comment(2, user=BOB),
            github_comment(3, user=None),
            github_comment(4, on=f"{DEMO}/pull/8", user=BOB),
        ],
    )

    assert [(post.key, post.replies) for post in batch.posts if post.kind == "post"] == [
        (f"{DEMO}/issues/7", 3),
        (f"{DEMO}/issues/9", 0),
        (f"{DEMO}/pull/8", 1),
    ]


def test_without_a_file_of_comments_replies_are_not_told() -> None:
    assert read(issues=[github_issue()]).posts[0].replies is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"created_at": None}, "no readable date"),
        ({"created_at": "1970-01-01T00:00:00Z"}, "out of range"),
        ({"created_at": "2100-01-01T00:00:00Z"}, "out of range"),
        ({"url": None}, "no usable address"),
        ({"url": "javascript:alert(1)"}, "no usable address"),
        ({"url": f"{DEMO}/{'x' * 300}"}, "no usable address"),
    ],
)
def test_a_record_that_cannot_be_is_kept_out(fields: dict[str, Any], why: str) -> None:
    batch = read(issues=[github_issue(**fields), github_issue(9)])

    assert [post.key for post in batch.posts] == [f"{DEMO}/issues/9"]
    assert [(each.where, why in each.why) for each in batch.skipped] == [("issues_000001.json, record 1", True)]


def test_a_record_that_is_none_is_kept_out() -> None:
    made = {**github_small(), "issues_000001.json": '[[7], {"a": \xff}]'.encode("latin-1")}

    batch = read_all(GITHUB, made)

    assert ["it is no issue" in each.why or "not valid JSON" in each.why for each in batch.skipped] == [True, True]


def test_a_record_that_is_there_twice_counts_once() -> None:
    batch = read(issues=[github_issue()], issue_comments=[github_comment(), github_comment()])

    assert len(batch.posts) == 2
    assert [each.why for each in batch.skipped] == ["its address occurs twice"]


# whose it is


def test_the_profile_is_that_of_the_owner_of_the_repositories() -> None:
    profile = GITHUB.profile(Files(github_small()), {})

    assert (profile.service, profile.key, profile.handle, profile.url) == ("github", "1000001", "ada-example", ADA)
    assert (profile.name, profile.bio) == ("Ada", "Maths & engines")
    assert profile.created_at == datetime(2015, 6, 1, 9, 30, tzinfo=UTC)
    assert (profile.followers, profile.friends, profile.posts, profile.as_of) == (None, None, None, None)


def test_the_profile_is_the_stated_one() -> None:
    profile = GITHUB.profile(Files(github_small()), {"handle": "@Bob-Example", "as_of": "2026-10-01T00:00Z"})

    assert (profile.key, profile.handle) == ("1000002", "bob-example")
    assert profile.as_of == datetime(2026, 10, 1, tzinfo=UTC)


def test_the_only_person_of_an_export_without_repositories_is_its_owner() -> None:
    assert GITHUB.profile(Files(github_small(users=[github_user()], repositories=[])), {}).key == "1000001"


@pytest.mark.parametrize("picture", [None, "https://github.com/ada-example.png", "/u/7"])
def test_without_a_number_the_key_is_the_handle(picture: str | None) -> None:
    user = github_user(login="Ada-Example", url=ADA, avatar_url=picture)

    assert GITHUB.profile(Files(github_small(users=[user])), {}).key == "ada-example"


@pytest.mark.parametrize("at", ["soon", "1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_beginning_that_cannot_be_is_not_told(at: str) -> None:
    assert GITHUB.profile(Files(github_small(users=[github_user(created_at=at)])), {}).created_at is None


TWO_OWNERS = [github_repository(), github_repository(BOB)]
MANY_OWNERS = [
    github_repository(f"https://github.com/person-{number}") for number in range(export_files.MOST_OWNERS + 5)
]


@pytest.mark.parametrize(
    ("kinds", "handle", "words"),
    [
        ({"repositories": TWO_OWNERS}, "", "state your handle"),
        ({"repositories": []}, "", "state your handle"),
        ({"repositories": MANY_OWNERS}, "", "state your handle"),
        ({"repositories": [github_repository("https://github.com/some-company")]}, "", "state your handle"),
        ({"users": [github_user(login=None), github_user(url="x"), 7], "repositories": []}, "", "state your handle"),
        ({}, "eve", "no account 'eve' in this export"),
    ],
    ids=["two-owners", "two-users", "too-many-owners", "an-organisation", "no-user", "unknown"],
)
def test_an_export_that_does_not_say_whose_it_is_is_refused(kinds: dict[str, Any], handle: str, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        GITHUB.profile(Files(github_small(**kinds)), {"handle": handle})


def test_single_files_need_the_one_that_says_whose_they_are() -> None:
    entries = Files({"issues_000001.json": json.dumps([github_issue()])})

    assert list(recognise(entries)) == ["github"]
    with pytest.raises(ExportError, match="lacks users_000001"):
        GITHUB.profile(entries, {"handle": "ada-example"})


# the whole


def test_no_list_is_there_and_it_says_so() -> None:
    entries = Files(github_small(issues=[github_issue()]))

    assert GITHUB.complete(entries, {}) == frozenset()
    assert [word in note for word, note in zip(("followers", "others"), GITHUB.notes(entries, {}), strict=True)]


def test_an_export_without_posts_says_so() -> None:
    entries = Files(github_small())

    assert "no issues" in GITHUB.notes(entries, {})[-1]
    assert list(GITHUB.read(entries, {})) == []


def test_an_archive_comes_in_batches_with_progress(tmp_path: Path) -> None:
    path = github_archive(tmp_path / "export.tar.gz", posts=600)

    with path.open("rb") as file:
        entries = open_upload([("export.tar.gz", file)])
        wanted = [name for name in entries.names() if GITHUB.wants(name)]
        batches = list(GITHUB.read(entries, {}))
        found = recognise(entries)

    assert "audit_log.csv" in entries.names()
    assert list(found) == ["github"]
    assert len(wanted) == 6
    assert sum(len(batch.posts) for batch in batches) == 600
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total


def test_parts_are_read_in_their_order() -> None:
    many = {f"issues_{number:06}.json": json.dumps([github_issue(number)]) for number in (2, 10, 1)}

    batch = read_all(GITHUB, {**github_small(), **many})

    assert [post.key.rpartition("/")[2] for post in batch.posts] == ["1", "2", "10"]


def test_more_than_a_batch_of_records_comes_in_two() -> None:
    issues = [github_issue(number) for number in range(BATCH + 1)]

    batches = list(GITHUB.read(Files(github_small(issues=issues)), {}))

    assert [len(batch.posts) for batch in batches] == [BATCH, 1]


@pytest.mark.parametrize("folder", ["", "ada-example-export/", "data/"])
def test_it_is_recognised_as_it_was_downloaded_and_packed_again(folder: str) -> None:
    made = github_small(issues=[github_issue()])
    if folder == "data/":
        made = {**made, "repositories/a/demo.git/HEAD": "x"}
        folder = ""

    [(service, entries)] = recognise(upload({f"{folder}{name}": text for name, text in made.items()})).items()

    assert service == "github"
    assert len(read_all(GITHUB, entries).posts) == 1


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("users_000001.json", True), ("repositories_000002.json", True), ("issues_000001.json", True),
        ("pull_requests_000001.json", True), ("issue_comments_000010.json", True),
        ("commit_comments_000001.json", True), ("pull_request_review_comments_000001.json", True),
        ("pull_request_reviews_000001.json", True),
        ("schema.json", False), ("issue_events_000001.json", False), ("attachments_000001.json", False),
        ("audit_log.csv", False), ("organizations_000001.json", False), ("bots_000001.json", False),
        ("pull_request_review_threads_000001.json", False), ("repositories/a/users_000001.json", False),
        ("issues_1.json", False), ("issues_000001.json.txt", False),
    ],
)  # fmt: skip
def test_it_wants_what_it_reads(name: str, wanted: bool) -> None:
    assert GITHUB.wants(name) == wanted


# anything


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([ADA, BOB, DEMO]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*github_issue(), *github_review(), "issue"])
CHANGES = st.dictionaries(FIELDS, JSON, max_size=4)


@given(changes=st.lists(CHANGES, min_size=3, max_size=3), user=st.dictionaries(st.sampled_from([*github_user()]), JSON))
def test_anything_is_read_or_kept_out(changes: list[dict[str, Any]], user: dict[str, Any]) -> None:
    issue, comment, review = changes
    made = github_small(
        users=[github_user(), {**github_user("eve", 5), **user}],
        issues=[{**github_issue(), **issue}],
        issue_comments=[{**github_comment(), **comment}],
        pull_request_reviews=[{**github_review(body="x"), **review}],
    )

    try:
        batch = read_all(GITHUB, made)
    except ExportError as error:
        assert str(error).endswith(".")  # noqa: PT017 - two users may be made one, or none
        return

    assert len(batch.posts) + len(batch.skipped) <= 3
    assert all(post.likes is None or post.likes >= 0 for post in batch.posts)
