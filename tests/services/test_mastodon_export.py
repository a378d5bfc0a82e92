"""Mastodon exports: the archive, the CSV lists, and both together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.mastodon.export import MastodonExport
from dashapp.services.records import BATCH, Batch, Person, Post
from tests.services.exports import (
    ADA,
    PUBLIC,
    Files,
    mastodon_actor,
    mastodon_archive,
    mastodon_boost,
    mastodon_following,
    mastodon_outbox,
    mastodon_post,
    mastodon_small,
    read_all,
)

MASTODON = MastodonExport()
HELLO = Post(
    audience="everybody",
    key=f"{ADA}/statuses/115",
    created_at=datetime(2026, 3, 2, 17, 45, 11, tzinfo=UTC),
    kind="post",
    text="Hello",
    url="https://example.social/@ada/115",
    language="en",
    reposts=1,
    likes=7,
)
OF_BOB = "https://other.example/users/bob/statuses/9"


def read(*activities: Any, **lists: str) -> Batch:
    return read_all(MASTODON, mastodon_small(*activities, **lists))


def people(**lists: str) -> list[tuple[str, bool, bool]]:
    """Key, follower, friend of everybody on the lists."""
    return [(each.key, each.is_follower, each.is_friend) for each in read(**lists).people]


# posts


def test_a_post_is_read_as_the_export_tells_it() -> None:
    batch = read(mastodon_post())

    assert batch.posts == [HELLO]
    assert batch.skipped == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"content": "<p>a &amp; b</p><p>c<br>d</p>"}, {"text": "a & b\nc\nd"}, id="html"),
        pytest.param({"summary": "Food"}, {"text": "Food\n\nHello"}, id="content-warning"),
        pytest.param({"inReplyTo": OF_BOB}, {"kind": "reply", "reply_to": OF_BOB}, id="reply"),
        pytest.param(
            {"inReplyTo": f"{ADA}/statuses/114"}, {"kind": "post", "reply_to": f"{ADA}/statuses/114"}, id="own-thread"
        ),
        pytest.param(
            {"inReplyTo": f"{ADA}m/statuses/114"}, {"kind": "reply", "reply_to": f"{ADA}m/statuses/114"},
            id="reply-to-a-longer-name",
        ),
        pytest.param({"likes": None, "shares": "https://e.social/x"}, {"likes": None, "reposts": None}, id="no-counts"),
        pytest.param({"likes": {"totalItems": 0}}, {"likes": 0}, id="zero-likes"),
        pytest.param({"contentMap": {"en": "a", "de": "b"}}, {"language": None}, id="two-languages"),
        pytest.param({"contentMap": None}, {"language": None}, id="no-language"),
        pytest.param({"type": "Question"}, {}, id="poll"),
        pytest.param({"url": "javascript:alert(1)"}, {"url": HELLO.key}, id="no-web-address"),
        pytest.param({"to": [f"{ADA}/followers"], "cc": []}, {"audience": "followers"}, id="followers-only"),
        pytest.param({"to": f"{ADA}/followers", "cc": PUBLIC}, {}, id="unlisted-as-text"),
        pytest.param({"to": ["https://example.social/#Public"], "cc": []}, {"audience": "followers"}, id="local-only"),
    ],
)  # fmt: skip
def test_a_field_is_read(fields: dict[str, Any], told: dict[str, Any]) -> None:
    assert read(mastodon_post(**fields)).posts == [replace(HELLO, **told)]


@pytest.mark.parametrize("actor", [{"followers": "https://example.social/followers/ada"}, {}], ids=["named", "not"])
def test_a_post_for_followers_is_read_as_actor_json_names_them(actor: dict[str, str]) -> None:
    to_followers = mastodon_post(to=[actor.get("followers", f"{ADA}/followers")], cc=[])
    files = {**mastodon_small(to_followers), "actor.json": json.dumps({"id": ADA, "preferredUsername": "ada", **actor})}

    assert read_all(MASTODON, files).posts == [replace(HELLO, audience="followers")]


def test_a_boost_has_the_originals_address_and_no_counts() -> None:
    assert read(mastodon_boost()).posts == [
        Post(
            audience="everybody",
            key=f"{ADA}/statuses/116/activity",
            created_at=datetime(2026, 3, 3, 8, tzinfo=UTC),
            kind="repost",
            url=OF_BOB,
        )
    ]


def test_a_boost_of_an_own_private_post_has_its_text() -> None:
    boost = mastodon_boost() | {"object": mastodon_post()["object"]}

    (post,) = read(boost).posts

    assert (post.kind, post.text, post.likes) == ("repost", "Hello", None)


@pytest.mark.parametrize(
    ("activity", "why"),
    [
        pytest.param(mastodon_post(to=["https://other.example/users/bob"], cc=[]), "direct messages", id="direct"),
        pytest.param(mastodon_post(to=["https://a.example/users/followers"], cc=[]), "direct", id="a-name-like-a-list"),
        pytest.param(mastodon_post(to=[], cc=None), "nothing says whom it is for", id="to-nobody"),
        pytest.param(mastodon_post(to=["https://a.example/lists/7"], cc=[]), "list of people only", id="list"),
        pytest.param(mastodon_post() | {"type": "Like"}, "no post", id="other-activity"),
        pytest.param(mastodon_post() | {"object": OF_BOB}, "no post", id="object-elsewhere"),
        pytest.param(mastodon_post(type="Tombstone"), "no post", id="unknown-kind"),
        pytest.param(mastodon_post(id=""), "no usable id", id="no-id"),
        pytest.param(mastodon_post(id="x" * 400), "no usable id", id="long-id"),
        pytest.param(mastodon_post(published="soon"), "no readable date", id="no-date"),
        pytest.param(mastodon_post(published="1999-01-01T00:00:00Z"), "out of range", id="too-early"),
        pytest.param(mastodon_post(published="2999-01-01T00:00:00Z"), "out of range", id="too-late"),
        pytest.param({}, "nothing says whom it is for", id="empty"),
    ],
)
def test_what_is_no_post_is_kept_out_and_told(activity: dict[str, Any], why: str) -> None:
    batch = read(activity, mastodon_post())

    assert batch.posts == [HELLO]
    assert [skipped.where for skipped in batch.skipped] == ["outbox.json, record 1"]
    assert why in batch.skipped[0].why


def test_a_thread_goes_on_whatever_addresses_look_like() -> None:
    ids = [f"https://example.social/objects/{name}" for name in ("c", "b", "a")]
    thread = [mastodon_post(id=one, inReplyTo=before) for one, before in zip(ids, [*ids[1:], None], strict=True)]

    batch = read(*thread, mastodon_post(id="https://example.social/objects/d", inReplyTo=OF_BOB))

    assert [post.kind for post in batch.posts] == ["post", "post", "post", "reply"]


def test_the_first_of_two_posts_with_one_id_is_read() -> None:
    batch = read(mastodon_post(), mastodon_post(content="again"))

    assert batch.posts == [HELLO]
    assert [skipped.why for skipped in batch.skipped] == ["its id occurs twice"]


# lists


def test_people_of_both_lists_are_joined() -> None:
    following = mastodon_following(["bob@other.example", "Eve@Third.example"])
    followers = "Account address\neve@third.example\ndan\n"

    batch = read(following_accounts=following, followers=followers)

    assert batch.people == [
        Person(key="bob@other.example", handle="bob@other.example", url="https://other.example/@bob", is_friend=True),
        Person(
            key="eve@third.example",
            handle="Eve@third.example",
            url="https://third.example/@Eve",
            is_follower=True,
            is_friend=True,
        ),
        Person(
            key="dan@example.social",
            handle="dan@example.social",
            url="https://example.social/@dan",
            is_follower=True,
        ),
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param("bob@other.example\neve\n", ["bob@other.example", "eve@example.social"], id="before-2.9"),
        pytest.param("Account address,Show boosts\nbob@other.example,true\n", ["bob@other.example"], id="2.9"),
        pytest.param("\ufeffAccount address\r\n@bob@other.example\r\n", ["bob@other.example"], id="mark-and-crlf"),
        pytest.param(
            'Account address,Show boosts,Notify on new posts,Languages\nbob@other.example,true,false,"de, en"\n',
            ["bob@other.example"],
            id="4.0",
        ),
        pytest.param("\nAccount address;Show boosts\nbob@other.example;true\n", ["bob@other.example"], id="semicolons"),
        pytest.param("eve\nbob@other.example\n", ["eve@example.social", "bob@other.example"], id="bare"),
        pytest.param("Account address\n", [], id="nobody"),
    ],
)  # fmt: skip
def test_the_lists_of_all_versions_are_read(text: str, keys: list[str]) -> None:
    assert people(following_accounts=text) == [(key, False, True) for key in keys]


def test_rows_that_name_nobody_are_kept_out_and_told() -> None:
    rows = ["bob@other.example", "bob@other.example", "no one", "", "ADA@example.social", "x@y", "a@b@c.example"]

    batch = read(following_accounts=mastodon_following(rows))

    assert [person.key for person in batch.people] == ["bob@other.example"]
    assert [(skipped.where, skipped.why) for skipped in batch.skipped] == [
        ("following_accounts.csv, row 3", "it is listed twice"),
        ("following_accounts.csv, row 4", "it is no account address"),
        ("following_accounts.csv, row 5", "it is no account address"),
        ("following_accounts.csv, row 6", "it is the account itself"),
        ("following_accounts.csv, row 7", "it is no account address"),
        ("following_accounts.csv, row 8", "it is no account address"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("username,since\nbob,2024\n", id="of-another-program"),
        pytest.param("username\nbob@other.example\n", id="with-another-header"),
        pytest.param("7\n8\n", id="ids"),
        pytest.param("ada@example.social,bob@other.example\n", id="ties"),
        pytest.param("\n", id="empty"),
    ],
)
def test_what_is_only_called_a_list_is_not_read_and_named(text: str) -> None:
    files = Files(mastodon_small(followers=text))

    assert read_all(MASTODON, files).people == []
    assert MASTODON.complete(files, {}) == frozenset()
    assert any(note.startswith("Nothing is read of followers.csv:") for note in MASTODON.notes(files, {}))


def test_a_list_of_muted_accounts_is_not_taken_for_followers() -> None:
    assert people(followers_maybe="Account address,Hide notifications\nbob@other.example,true\n") == []


def test_the_user_says_what_a_list_of_unclear_name_lists() -> None:
    files = mastodon_small(accounts="Account address\nbob@other.example\n")

    with pytest.raises(ExportError, match="say which"):
        MASTODON.profile(Files(files), {})

    assert MASTODON.complete(Files(files), {"list": "followers"}) == {"followers"}
    assert read_all(MASTODON, files, list="followers").people[0].is_follower
    assert read_all(MASTODON, files, list="friends").people[0].is_friend


def test_more_people_than_can_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.mastodon.export_lists.MOST_PEOPLE", 2)

    with pytest.raises(ExportError, match="more than 2 accounts"):
        people(following_accounts=mastodon_following(f"p{number}@other.example" for number in range(3)))


def test_the_collections_of_a_backup_are_lists() -> None:
    pages = ["https://a.example/users/bob", "https://b.example/@Eve", "https://example.social/users/pal", "no one", 5]
    misskey = "https://c.example/users/9k2j3h4g5f"
    files = mastodon_small() | {
        "actor.json": json.dumps(mastodon_actor() | {"webfinger": "ada@example.net"}),
        "followers.json": json.dumps({"type": "OrderedCollection", "orderedItems": [*pages, misskey]}),
        "following.json": json.dumps({"orderedItems": [{"id": pages[0]}]}),
    }

    batch = read_all(MASTODON, files)

    assert [(each.handle, each.url, each.is_follower, each.is_friend) for each in batch.people] == [
        ("bob@a.example", pages[0], True, True),
        ("Eve@b.example", pages[1], True, False),
        ("pal@example.net", pages[2], True, False),
        (None, misskey, True, False),
    ]
    assert [each.where for each in batch.skipped] == ["followers.json, item 4", "followers.json, item 5"]
    assert MASTODON.complete(Files(files), {}) == {"followers", "friends"}
    assert MASTODON.notes(Files(files), {}) == []


# the account, what is complete, what is missing


def test_the_profile_says_what_the_export_says() -> None:
    told = MASTODON.profile(Files(mastodon_small(mastodon_post(), mastodon_boost())), {})

    assert (told.service, told.key, told.handle, told.name) == ("mastodon",) + ("ada@example.social",) * 2 + ("Ada",)
    assert (told.bio, told.url, told.posts) == ("Maths & engines", "https://example.social/@ada", 2)
    assert told.created_at == datetime(2022, 11, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("actor", "stated", "handle"),
    [
        pytest.param({"webfinger": "ada@example.net"}, "", "ada@example.net", id="archive"),
        pytest.param({"webfinger": "ada@example.net"}, "ada@example.social", "ada@example.net", id="both"),
        pytest.param({}, "ada@example.net", "ada@example.net", id="stated"),
        pytest.param({}, "", "ada@example.social", id="by-its-server"),
    ],
)
def test_the_domain_of_handles_need_not_be_the_servers(actor: dict[str, str], stated: str, handle: str) -> None:
    files = mastodon_small(following_accounts=mastodon_following(["pal"]))
    files["actor.json"] = json.dumps(mastodon_actor() | actor)

    told, (pal,) = MASTODON.profile(Files(files), {"handle": stated}), read_all(MASTODON, files, handle=stated).people

    assert (told.handle, told.url) == (handle, "https://example.social/@ada")
    assert (pal.handle, pal.url) == (handle.replace("ada", "pal"), "https://example.social/@pal")


def test_a_list_alone_needs_to_be_told_whose_it_is() -> None:
    files = Files({"following_accounts.csv": mastodon_following(["bob@other.example"])})

    with pytest.raises(ExportError, match="user@instance"):
        MASTODON.profile(files, {"handle": "ada"})

    told = MASTODON.profile(files, {"handle": "@Ada@Example.social"})
    assert (told.key, told.handle, told.posts) == ("ada@example.social", "Ada@example.social", None)
    assert told.url == "https://example.social/@Ada"


@pytest.mark.parametrize(
    "actor", [[], mastodon_actor() | {"id": "https://["}, mastodon_actor() | {"id": None}], ids=["none", "broken", "no"]
)
def test_an_actor_without_address_does_not_say_whose_it_is(actor: Any) -> None:
    with pytest.raises(ExportError, match="does not say whose"):
        MASTODON.profile(Files({"actor.json": json.dumps(actor), "outbox.json": mastodon_outbox([])}), {})


@pytest.mark.parametrize(
    ("files", "complete", "notes"),
    [
        pytest.param({}, set(), ["list of friends", "list of followers"], id="archive-alone"),
        pytest.param({"following_accounts": "a@b.example\n"}, {"friends"}, ["list of followers"], id="friends"),
        pytest.param(
            {"followers": "a@b.example\n", "friends": "a@b.example\n"}, {"followers", "friends"}, [], id="both"
        ),
    ],
)
def test_it_tells_which_lists_are_complete(files: dict[str, str], complete: set[str], notes: list[str]) -> None:
    entries = Files(mastodon_small(**files))

    told = MASTODON.notes(entries, {})

    assert MASTODON.complete(entries, {}) == complete
    assert len(told) == len(notes)
    assert all(words in note for words, note in zip(notes, told, strict=True))


def test_lists_alone_say_that_posts_are_missing() -> None:
    entries = Files({"following_accounts.csv": "a@b.example\n"})

    assert any("no posts" in note for note in MASTODON.notes(entries, {}))


@pytest.mark.parametrize("packed", ["zip", "tar.gz"])
def test_archives_come_in_batches_with_progress(tmp_path: Path, packed: Literal["zip", "tar.gz"]) -> None:
    path = mastodon_archive(tmp_path / "m", posts=BATCH + 10, friends=30, followers=20, packed=packed, media=5)

    with path.open("rb") as file:
        entries = open_upload([("m", file)])
        batches = list(MASTODON.read(entries, {}))

    assert [len(batch.posts) for batch in batches if batch.posts] == [BATCH, 10]
    assert sum(len(batch.people) for batch in batches) == 35
    assert {post.kind for batch in batches for post in batch.posts} == {"post", "reply", "repost"}
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("outbox.json", True), ("actor.json", True), ("following_accounts.csv", True), ("followers.csv", True),
        ("likes.json", False), ("bookmarks.json", False), ("media_attachments/files/outbox.json", False),
        ("blocked_accounts.csv", False), ("muted_accounts.csv", False), ("blocked_domains.csv", False),
        ("bookmarks.csv", False), ("lists.csv", False), ("avatar.png", False),
    ],
)  # fmt: skip
def test_it_wants_what_it_reads(name: str, wanted: bool) -> None:
    assert MASTODON.wants(name) == wanted


# anything


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([PUBLIC, OF_BOB, ADA]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*mastodon_post()["object"], "attributedTo"])


@given(
    notes=st.lists(st.dictionaries(FIELDS, JSON, max_size=5), max_size=3),
    activities=st.lists(st.dictionaries(st.sampled_from([*mastodon_boost()]), JSON), max_size=3),
    actor=JSON,
    rows=st.lists(st.text(max_size=20), max_size=4),
)  # fmt: skip
def test_anything_is_read_or_kept_out(notes: list[Any], activities: list[Any], actor: Any, rows: list[str]) -> None:
    items = [mastodon_post() | {"object": {**mastodon_post()["object"], **note}} for note in notes]
    items += [{**mastodon_boost(), **activity} for activity in activities]
    files = mastodon_small(*items, followers="\n".join(["Account address", *(row.replace("\0", "") for row in rows)]))
    files["actor.json"] = json.dumps({**mastodon_actor(), "name": actor, "summary": actor, "url": actor})

    batch = read_all(MASTODON, files, handle="ada@example.social")

    kept_out = [each for each in batch.skipped if "followers.csv" not in each.where]
    assert len(batch.posts) + len(kept_out) == len(items)
    assert MASTODON.profile(Files(files), {}).key == "ada@example.social"
