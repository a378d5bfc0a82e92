"""What holds for every export: the contract of `services.reading.Export`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services import SERVICES, upload_of
from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.files.names import DATA
from dashapp.services.reading import Export
from dashapp.services.recognition import recognise
from dashapp.services.records import BATCH, Batch, Post
from tests.services import bluesky_exports, exports, github_exports
from tests.services.exports import (
    Files,
    csv_files,
    facebook_archive,
    linkedin_archive,
    mastodon_archive,
    x_archive,
)

UPLOADED = [key for key, service in SERVICES.items() if service.upload]
OPTIONS = {"handle": "ada@example.social", "as_of": "2026-10-01"}
PRIVATE = {
    "data/direct-messages.js": "private", "data/deleted-tweets.js": "private", "data/phone-number.js": "private",
    "your_facebook_activity/messages/inbox/bob_1/message_1.json": "private",
    "your_facebook_activity/comments_and_reactions/comments.json": "private",
    "likes.json": "private", "blocked_accounts.csv": "private", "muted_accounts.csv": "private", "notes.pdf": "private",
}  # fmt: skip
LIMITS = {"key": 300, "handle": 300, "name": 300, "url": 600, "language": 16, "kind": 8}  # of the database's columns
NOBODY = {"github"}  # tells no people


def stated(service: str) -> dict[str, str]:
    """What the user states: GitHub's export holds several accounts, by their handles."""
    return {**OPTIONS, "handle": "ada-example"} if service == "github" else OPTIONS


def content(path: Path) -> dict[str, bytes]:
    """The files of a generated export; of a picture in a packed tar nothing but the name is kept."""
    with path.open("rb") as file:
        entries = open_upload([(path.name, file)])
        return {name: entries.open(name).read() if DATA.search(name) else b"" for name in entries.names()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, bytes]]:
    """The files of one export of each service."""
    folder = tmp_path_factory.mktemp("exports")
    ties = csv_files(folder, posts=300, people=60, ties=900)
    return {
        "x": content(x_archive(folder / "x.zip", posts=300, spelling="parts")),
        "mastodon": content(mastodon_archive(folder / "m.zip", posts=300, followers=30)),
        "facebook": content(facebook_archive(folder / "f.zip", posts=300, followers=30)),
        "linkedin": content(linkedin_archive(folder / "l.zip", posts=300)),
        "bluesky": content(bluesky_exports.bluesky_archive(folder / "b.car", posts=300)),
        "github": content(github_exports.github_archive(folder / "g.tar.gz", posts=300)),
        "csv": {path.name: path.read_bytes() for path in ties},
    }


def batches(service: str, files: Mapping[str, bytes], **options: str) -> list[Batch]:
    return list(upload_of(service).export.read(Files(files), {**stated(service), **options}))


every_export = pytest.mark.parametrize("service", UPLOADED)


@every_export
def test_an_export_is_found_by_the_name_of_its_service(service: str) -> None:
    export: Export = upload_of(service).export

    assert export.service == service


@every_export
def test_it_is_recognised(service: str, files: Mapping[str, Mapping[str, bytes]]) -> None:
    assert list(recognise(Files(files[service]))) == [service]


@every_export
def test_nothing_is_opened_that_is_not_wanted(service: str, files: Mapping[str, Mapping[str, bytes]]) -> None:
    export, entries = (
        upload_of(service).export,
        Files({**files[service], **PRIVATE} if service != "csv" else files[service]),
    )

    export.profile(entries, stated(service))
    export.complete(entries, stated(service))
    export.notes(entries, stated(service))
    list(export.read(entries, stated(service)))

    assert entries.opened
    assert all(export.wants(name) for name in entries.opened)
    assert not PRIVATE.keys() & set(entries.opened)


@every_export
def test_records_keep_to_the_forms_of_base(service: str, files: Mapping[str, Mapping[str, bytes]]) -> None:
    read = batches(service, files[service])

    for batch in read:
        records = [asdict(record) for kind in (batch.posts, batch.people) for record in kind]
        assert len(batch.posts) + len(batch.people) + len(batch.ties) <= BATCH
        assert len(batch.skipped) <= BATCH
        assert all(zone_of(value) for record in records for value in record.values())
        assert all(len(record.get(name) or "") <= most for record in records for name, most in LIMITS.items())
        assert orjson.dumps(records)
    assert sum(len(batch.posts) for batch in read) == 300
    assert [skipped for batch in read for skipped in batch.skipped] == []


def zone_of(value: Any) -> bool:
    """Whether a value is no time, or one in UTC."""
    return not isinstance(value, datetime) or value.utcoffset() == timedelta()


@every_export
def test_keys_are_unique_and_never_the_accounts_own(service: str, files: Mapping[str, Mapping[str, bytes]]) -> None:
    read = batches(service, files[service], **({"handle": "person_1"} if service == "csv" else {}))
    people = [person.key for batch in read for person in batch.people]
    posts = [post.key for batch in read for post in batch.posts]
    ties = [tie for batch in read for tie in batch.ties]

    assert len(set(people)) == len(people)
    assert len(people) > 30 or service in NOBODY
    assert len(set(posts)) == len(posts)
    assert len(set(ties)) == len(ties)
    assert not {"12345", "ada@example.social", "person_1", bluesky_exports.DID} & set(people)
    assert not any("person_1" in (tie.source, tie.target) for tie in ties)


@every_export
def test_the_same_export_gives_the_same_batches(service: str, files: Mapping[str, Mapping[str, bytes]]) -> None:
    shuffled = dict(sorted(files[service].items(), reverse=True))

    assert batches(service, files[service]) == batches(service, files[service]) == batches(service, shuffled)


@every_export
def test_progress_goes_up_to_its_end(service: str, files: Mapping[str, Mapping[str, bytes]]) -> None:
    read = batches(service, files[service])

    assert all(batch.step and 0 < batch.done <= batch.total for batch in read)
    assert [batch.done for batch in read] == sorted(batch.done for batch in read)
    assert {batch.total for batch in read} == {read[-1].done}


@every_export
@given(data=st.data())
def test_cut_files_end_in_an_error_of_ours_or_are_read(service: str, data: st.DataObject) -> None:
    files = small(service)
    name = data.draw(st.sampled_from(sorted(files)))
    cut = data.draw(st.integers(0, len(files[name])))

    read_or_refused(service, {**files, name: files[name][:cut]})


@every_export
@given(data=st.data())
def test_random_bytes_end_in_an_error_of_ours_or_are_read(service: str, data: st.DataObject) -> None:
    files = small(service)
    name = data.draw(st.sampled_from(sorted(files)))
    start = data.draw(
        st.sampled_from([b"", b"window.YTD.x.part0 = [", b'{"orderedItems": [', b"created_at\n", b"\xff\xfe"])
    )

    read_or_refused(service, {**files, name: start + data.draw(st.binary(max_size=200))})


def small(service: str) -> dict[str, bytes]:
    """The files of the smallest export of a service."""
    lists = {"follower": exports.x_listed("follower", [7]), "manifest": exports.x_manifest({})}
    following = exports.mastodon_following(["bob@other.example"])
    friends, followers = exports.facebook_friends({"Bob": 1_571_234_567}), exports.facebook_followers(["Eve"])
    connections = exports.linkedin_connections(exports.linkedin_connection())
    made: dict[str, dict[str, str]] = {
        "x": exports.x_small(exports.x_post(), **lists),
        "mastodon": exports.mastodon_small(exports.mastodon_post(), following=following),
        "facebook": exports.facebook_small(exports.facebook_post(), friends=friends, followers=followers),
        "linkedin": exports.linkedin_small(
            exports.linkedin_share(), Connections=connections, Invitations=exports.linkedin_invitations()
        ),
        "github": github_exports.github_small(
            issues=[github_exports.github_issue()], issue_comments=[github_exports.github_comment()]
        ),
        "csv": {
            "posts.csv": "post,created_at,likes\n1,2024-03-05,7\n",
            "people.csv": "person,relation\n7,friend\n",
            "ties.csv": "source,target\nbob,ada\n",
        },
    }
    if service == "bluesky":
        follow = bluesky_exports.bluesky_follow()
        return bluesky_exports.bluesky_small(bluesky_exports.bluesky_post(), follows=(follow,))
    return {name: text.encode() for name, text in made[service].items()}


def read_or_refused(service: str, files: Mapping[str, bytes]) -> None:
    """Reads all of it; anything but `ExportError` fails the test."""
    export, entries = upload_of(service).export, Files(files)
    try:
        assert set(recognise(entries)) <= set(UPLOADED)
        assert export.profile(entries, stated(service)).service == service
        assert export.complete(entries, stated(service)) <= {"followers", "friends", "ties"}
        assert all(note.endswith(".") for note in export.notes(entries, stated(service)))
        assert all(isinstance(batch, Batch) for batch in export.read(entries, stated(service)))
    except ExportError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right


STAMP = datetime(2024, 3, 5, tzinfo=UTC)
OTHERS = "https://other.example/1"
TOLD = st.lists(
    st.builds(
        Post,
        key=st.integers(10**9, 10**18).map(str),
        created_at=st.integers(0, 10**8).map(lambda seconds: STAMP - timedelta(seconds=seconds)),
        kind=st.sampled_from(["post", "reply"]),
        text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30).map(str.strip),
        language=st.sampled_from([None, "en", "de"]),
        likes=st.integers(0, 10**9),
        reposts=st.integers(0, 10**9),
        audience=st.just("everybody"),
    ),
    unique_by=lambda post: post.key,
    max_size=8,
)


@given(posts=TOLD)
def test_posts_come_back_from_xs_form(posts: list[Post]) -> None:
    escaped = {post.key: post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for post in posts}
    written = [
        exports.x_post(
            int(post.key),
            created_at=post.created_at.strftime(exports.X_TIME),
            full_text=escaped[post.key],
            lang=post.language or "und",
            favorite_count=str(post.likes),
            retweet_count=str(post.reposts),
            **({"in_reply_to_user_id_str": "7"} if post.kind == "reply" else {}),
        )
        for post in posts
    ]

    read = exports.read_all(upload_of("x").export, exports.x_small(*written))

    assert read.skipped == []
    assert [without_url(post) for post in read.posts] == [without_url(post) for post in posts]


@given(posts=TOLD)
def test_posts_come_back_from_mastodons_form(posts: list[Post]) -> None:
    escaped = {post.key: post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for post in posts}
    written = [
        exports.mastodon_post(
            id=post.key,
            published=post.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            content=f"<p>{escaped[post.key]}</p>",
            contentMap={post.language: ""} if post.language else {},
            likes={"totalItems": post.likes},
            shares={"totalItems": post.reposts},
            inReplyTo=OTHERS if post.kind == "reply" else None,
        )
        for post in posts
    ]
    told = [replace(post, reply_to=OTHERS if post.kind == "reply" else None) for post in posts]

    read = exports.read_all(upload_of("mastodon").export, exports.mastodon_small(*written))

    assert read.skipped == []
    assert [without_url(post) for post in read.posts] == [without_url(post) for post in told]


def without_url(post: Post) -> dict[str, Any]:
    """What a post says, but for its address, which the export's form decides."""
    return {name: value for name, value in asdict(post).items() if name != "url"}


def test_the_command_writes_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = {service: tmp_path / f"{service}.zip" for service in ("x", "mastodon", "facebook", "linkedin")}
    for service, path in {**paths, "csv": tmp_path / "csv"}.items():
        monkeypatch.setattr("sys.argv", ["exports", service, str(path), "--posts", "20"])

        exports.main()

        assert path.exists()
    assert json.loads(content(paths["mastodon"])["outbox.json"])["totalItems"] == 20


def test_a_download_of_everything_is_not_merged_into_one_account() -> None:
    posts = b"post,created_at,text\n1,2026-01-02,hello\n"
    one = Files({"user.json": b"{}", "x-ada/posts.csv": posts})
    two = Files({"user.json": b"{}", "x-ada/posts.csv": posts, "mastodon-ada/posts.csv": posts.replace(b"o", b"a")})

    assert list(recognise(one)) == ["csv"]
    with pytest.raises(ExportError, match="one account's folder at a time"):
        recognise(two)
