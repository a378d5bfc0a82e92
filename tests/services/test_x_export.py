"""X exports: what is read of them, in all their forms."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.recognition import recognise
from dashapp.services.records import BATCH, Batch, Person, Post
from dashapp.services.x.export import XExport
from tests.services.exports import (
    Files,
    Spelling,
    read_all,
    x_account,
    x_archive,
    x_file,
    x_listed,
    x_manifest,
    x_post,
    x_small,
)

X = XExport()
ID = 1_780_000_000_000_000_001
AT = datetime(2024, 3, 5, 14, 2, 11, tzinfo=UTC)
HELLO = Post(
    audience="everybody",
    key=str(ID),
    created_at=AT,
    kind="post",
    text="Hello",
    url=f"https://x.com/ada_example/status/{ID}",
    language="en",
    reposts=1,
    likes=7,
)


def read(*posts: dict[str, Any], **files: str) -> Batch:
    return read_all(X, x_small(*posts, **files))


def only(batch: Batch) -> Post:
    assert batch.skipped == []
    (post,) = batch.posts
    return post


def archive(path: Path, **form: Any) -> Batch:
    """All that is read of a generated archive."""
    with x_archive(path / "x.zip", **form).open("rb") as file:
        return read_all(X, recognise(open_upload([("x.zip", file)]))["x"])


# posts


def test_a_post_is_read_as_x_tells_it() -> None:
    assert only(read(x_post())) == HELLO


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"full_text": "a &amp; b &lt;3"}, {"text": "a & b <3"}, id="html-escapes"),
        pytest.param(
            {"full_text": "RT @bob: Hel…"}, {"text": "RT @bob: Hel…", "kind": "repost", "likes": None, "reposts": None},
            id="repost",
        ),
        pytest.param({"in_reply_to_user_id_str": "777"}, {"kind": "reply"}, id="reply"),
        pytest.param({"in_reply_to_user_id_str": "12345"}, {"kind": "post"}, id="own-thread"),
        pytest.param({"in_reply_to_status_id_str": "3"}, {"kind": "reply", "reply_to": "3"}, id="reply-to-who-is-gone"),
        pytest.param({"favorite_count": "0", "retweet_count": 3}, {"likes": 0, "reposts": 3}, id="zero-and-number"),
        pytest.param({"favorite_count": "x", "retweet_count": None}, {"likes": None, "reposts": None}, id="no-count"),
        pytest.param({"favorite_count": "-1", "retweet_count": True}, {"likes": None, "reposts": None}, id="hidden"),
        pytest.param({"lang": "und"}, {"language": None}, id="no-language"),
        pytest.param({"lang": "in"}, {"language": "id"}, id="old-code-of-a-language"),
        pytest.param({"full_text": None, "text": "old"}, {"text": "old"}, id="old-name-of-the-text"),
        pytest.param({"full_text": "a\0b"}, {"text": "ab"}, id="nul"),
        pytest.param({"id_str": None, "id": ID}, {}, id="id-as-number"),
        pytest.param({"created_at": "Tue Mar 05 15:02:11 +0100 2024"}, {}, id="zone"),
        pytest.param({"created_at": "2024-03-05 14:02:11 +0000"}, {}, id="iso-time"),
        pytest.param({"entities": "none"}, {}, id="no-entities"),
    ],
)  # fmt: skip
def test_a_field_is_read(fields: dict[str, Any], told: dict[str, Any]) -> None:
    assert only(read(x_post(**fields))) == replace(HELLO, **told)


@pytest.mark.parametrize("date", ["Thu Jan 01 00:00:00 +0000 1970", "soon", None])
def test_a_date_that_cannot_be_is_taken_from_the_id(date: str | None) -> None:
    # by hand: (1790000000000000001 >> 22) + 1288834974657 ms since 1970
    post = only(read(x_post(1_790_000_000_000_000_001, created_at=date)))

    assert post.created_at == datetime(2024, 5, 13, 12, 43, 51, 248000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("post", "why"),
    [
        pytest.param(x_post(created_at="Tue Mar 05 14:02:11 +0000 2999"), "out of range", id="far-future"),
        pytest.param(x_post(20, created_at="Tue Mar 05 14:02:11 +0000 1999"), "out of range", id="before-x"),
        pytest.param(x_post(20, created_at="Tue Foo 05 14:02:11 +0000 2009"), "no readable date", id="no-month"),
        pytest.param(x_post(20, created_at="Tue Mar 35 14:02:11 +0000 2009"), "no readable date", id="no-day"),
        pytest.param(x_post(id_str="", id=""), "no post", id="no-id"),
        pytest.param(x_post(id_str="12a"), "no post", id="id-no-number"),
        pytest.param(x_post(id_str="9" * 19), "no post", id="id-too-large"),
        pytest.param({"tweet": "Hello"}, "no post", id="no-object"),
        pytest.param({}, "no post", id="empty"),
    ],
)  # fmt: skip
def test_a_bad_post_is_kept_out_and_told(post: dict[str, Any], why: str) -> None:
    batch = read(post, x_post())

    assert batch.posts == [HELLO]
    assert [skipped.where for skipped in batch.skipped] == ["data/tweets.js, record 1"]
    assert why in batch.skipped[0].why


def test_a_post_after_the_time_of_the_data_is_kept_out() -> None:
    late = x_post(created_at="Sat Oct 03 14:02:11 +0000 2026")  # the manifest says 2026-10-01

    batch = read(late, manifest=x_manifest({}))

    assert [skipped.why for skipped in batch.skipped] == ["its date, 2026-10-03, is out of range"]


def test_the_first_of_two_posts_with_one_id_is_read() -> None:
    batch = read(x_post(), x_post(full_text="again"), x_post(1))

    assert [post.text for post in batch.posts] == ["Hello", "Hello"]
    assert [(skipped.where, skipped.why) for skipped in batch.skipped] == [(f"post {ID}", "its id occurs twice")]


def edited(number: int, *versions: int, **fields: Any) -> dict[str, Any]:
    """A version of an edited post, as X writes the first and the later ones."""
    ids = {"editTweetIds": [str(version) for version in versions], "isEditEligible": True}
    first = {"initial": ids}
    later = {"edit": {"initialTweetId": str(versions[0]), "editControlInitial": ids}}
    return x_post(number, edit_info=first if number == versions[0] else later, **fields)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_an_edited_post_the_last_version_counts(order: tuple[int, ...]) -> None:
    first, second, third, other, early, late, missing = range(ID, ID + 7)
    versions = (first, second, third)

    batch = read(
        *(edited(versions[number], *versions) for number in order),
        edited(other, other),
        *(edited(number, early, late, missing) for number in (early, late)),
    )

    assert {int(post.key) for post in batch.posts} == {third, other, late}
    assert {(each.where, each.why) for each in batch.skipped} == {
        (f"post {number}", "it was edited: a later version of it counts") for number in (first, second, early)
    }


def test_a_record_that_is_no_json_leaves_the_others() -> None:
    files = x_small(x_post(), x_post(2))
    files["data/tweets.js"] = files["data/tweets.js"].replace('"Hello"', "Hello", 1)

    batch = read_all(X, files)

    assert [post.key for post in batch.posts] == ["2"]
    assert [skipped.why for skipped in batch.skipped] == ["it is not valid JSON in UTF-8"]


# long texts


LONG = "One two three four five. " * 30


def note(text: str, at: str = "2024-03-05T14:02:11.000Z") -> dict[str, Any]:
    return {"noteTweet": {"noteTweetId": "1", "createdAt": at, "core": {"text": text}}}


@pytest.mark.parametrize(
    ("cut", "notes", "text"),
    [
        pytest.param(f"{LONG[:270]}… https://t.co/abc", [note(LONG)], LONG, id="same-second"),
        pytest.param(f"{LONG[:270]}… https://t.co/abc", [note(LONG, "2024-03-05T14:02:12.9Z")], LONG, id="a-second-on"),
        pytest.param(f"@bob @eve {LONG[:200]}… https://t.co/a", [note(LONG)], LONG, id="mentions-left-out"),
        pytest.param(f"{LONG[:99]}…", [note("Something else " * 30), note(LONG)], LONG, id="two-in-one-second"),
        pytest.param(f"{LONG[:99]}…", [note(LONG, "2024-03-05T14:03:11.000Z")], f"{LONG[:99]}…", id="other-minute"),
        pytest.param("Other…", [note(LONG)], "Other…", id="other-text"),
        pytest.param("Hello", [{"noteTweet": {}}, {}, note("Hello", "never")], "Hello", id="bad-notes"),
        pytest.param("RT @bob: One two", [note(LONG)], "RT @bob: One two", id="repost"),
    ],
)  # fmt: skip
def test_a_long_text_is_joined_by_time_and_start(cut: str, notes: list[dict[str, Any]], text: str) -> None:
    batch = read(x_post(full_text=cut), note_tweet=x_file("note-tweet", notes))

    assert only(batch).text == text


def test_long_texts_are_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.x.long_texts.LARGEST", len(LONG) - 1)

    batch = read(x_post(full_text=f"{LONG[:99]}…"), note_tweet=x_file("note-tweet", [note(LONG)]))

    assert only(batch).text == f"{LONG[:99]}…"


# people


def mention(number: int, handle: str, name: str = "Bob") -> dict[str, Any]:
    return {"entities": {"user_mentions": [{"id_str": str(number), "screen_name": handle, "name": name}, "x", {}]}}


def test_people_are_the_two_lists_joined() -> None:
    batch = read(follower=x_listed("follower", [7, 8]), following=x_listed("following", [8, 9]))

    url = "https://x.com/intent/user?user_id="
    assert batch.people == [
        Person(key="7", url=f"{url}7", is_follower=True),
        Person(key="8", url=f"{url}8", is_follower=True, is_friend=True),
        Person(key="9", url=f"{url}9", is_friend=True),
    ]


def test_names_come_from_the_newest_post_that_has_them() -> None:
    posts = [
        x_post(ID, **mention(7, "bob_old")),
        x_post(ID + 2, **mention(7, "bob_new", "Bob  B.\n")),
        x_post(ID + 1, in_reply_to_user_id_str="8", in_reply_to_screen_name="eve"),
        x_post(ID + 3, **mention(9, "not_listed")),
        x_post(ID + 4, **mention(7, "no handle")),
    ]

    batch = read(*posts, follower=x_listed("follower", [7, 8]))

    assert [(each.handle, each.name, each.url) for each in batch.people] == [
        ("bob_new", "Bob B.", "https://x.com/bob_new"),
        ("eve", None, "https://x.com/eve"),
    ]


def test_bad_and_double_people_are_kept_out_and_told() -> None:
    listed = [{"follower": {"accountId": each}} for each in ("7", "7", "x", None)] + [{"follower": 5}, {}]

    batch = read(follower=x_file("follower", listed))

    assert [person.key for person in batch.people] == ["7"]
    assert [skipped.why for skipped in batch.skipped] == ["it is no account"] * 4 + ["it is listed twice"]


def test_the_account_itself_is_no_person() -> None:
    assert read(follower=x_listed("follower", [12345])).people == []


# forms


@pytest.mark.parametrize("spelling", ["tweets", "tweet", "parts"])
@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(("folder", "wrapper"), [("data/", ""), ("", ""), ("data/", "twitter-2026/")])
def test_all_forms_tell_the_same(tmp_path: Path, spelling: Spelling, wrapped: bool, folder: str, wrapper: str) -> None:
    plain = archive(tmp_path, posts=60)

    batch = archive(tmp_path, posts=60, spelling=spelling, wrapped=wrapped, folder=folder, wrapper=wrapper)

    assert batch == plain
    assert len(batch.posts) == 60
    assert {post.kind for post in batch.posts} == {"post", "reply", "repost"}
    assert batch.skipped == []


def test_parts_are_read_in_the_order_of_their_numbers() -> None:
    files = {"data/account.js": x_account(), "data/tweets.js": x_file("tweets", [x_post(1)])}
    files |= {f"data/tweets-part{part}.js": x_file("tweets", [x_post(part)], part=part) for part in (10, 9, 2)}

    batch = read_all(X, files)

    assert [post.key for post in batch.posts] == ["1", "2", "9", "10"]


def test_the_form_of_2014_is_read() -> None:
    post = {
        "id_str": "470000000000000001",
        "created_at": "2014-05-24 01:02:03 +0000",
        "text": "Hello",
        "user": {"id_str": "12345"},
    }
    files = {
        "data/js/user_details.js": 'var user_details = {"screen_name": "ada_example", "id": "12345"}',
        "data/js/tweets/2014_05.js": f"Grailbird.data.tweets_2014_05 = \n {json.dumps([post])}",
        "data/js/tweets/2014_04.js": "Grailbird.data.tweets_2014_04 = []",
    }

    told, batch = X.profile(Files(files), {}), read_all(X, files)

    assert (told.key, told.handle) == ("12345", "ada_example")
    assert only(batch).created_at == datetime(2014, 5, 24, 1, 2, 3, tzinfo=UTC)
    assert batch.posts[0].likes is None


@pytest.mark.parametrize(
    "name",
    [
        "data/tweets.js", "tweet.js", "data/tweet-part1.js", "data/tweets-part12.js", "data/follower.js",
        "following.js", "data/account.js", "data/profile.js", "data/note-tweet.js", "data/manifest.js", "tweets (1).js",
        "data/js/tweets/2014_05.js", "data/js/user_details.js",
    ],
)  # fmt: skip
def test_it_wants_what_it_reads(name: str) -> None:
    assert X.wants(name)


@pytest.mark.parametrize(
    "name",
    [
        "data/deleted-tweets.js", "data/direct-messages.js", "data/tweet-headers.js", "data/follower-requests.js",
        "data/tweets_media/1.js", "data/like.js", "data/ad-impressions.js", "data/phone-number.js", "data/ip-audit.js",
        "data/email-address-change.js", "Your archive.html", "assets/js/tweets.js", "data/tweets.json",
        "other/tweets.js",
    ],
)  # fmt: skip
def test_it_wants_nothing_else(name: str) -> None:
    assert not X.wants(name)


# the account, what is complete, what is missing


def test_the_profile_says_what_the_export_says() -> None:
    bio = x_file("profile", [{"profile": {"description": {"bio": "Maths"}}}])
    counted = {"tweets": [("data/tweets.js", 3)], "follower": [("data/follower.js", 2)]}
    files = x_small(manifest=x_manifest(counted), profile=bio)

    told = X.profile(Files(files), {})

    assert (told.service, told.key, told.handle, told.name, told.bio) == ("x", "12345", "ada_example", "Ada", "Maths")
    assert told.url == "https://x.com/ada_example"
    assert told.created_at == datetime(2015, 6, 1, 9, 30, tzinfo=UTC)
    assert told.as_of == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert (told.posts, told.followers, told.friends) == (3, 2, None)


def test_a_manifest_alone_says_whose_it_is() -> None:
    files = {"data/tweets.js": x_file("tweets", []), "data/manifest.js": x_manifest({})}

    assert X.profile(Files(files), {}).key == "12345"


def test_a_stated_handle_stands_in_for_a_missing_account() -> None:
    files = {"tweets.js": x_file("tweets", [x_post()])}

    told = X.profile(Files(files), {"handle": "@Ada_Example", "as_of": "2026-01-01"})

    assert (told.key, told.handle) == ("ada_example", "Ada_Example")
    assert told.as_of == datetime(2026, 1, 1, 23, 59, 59, 999_999, tzinfo=UTC)  # the day counts whole
    assert read_all(X, files, handle="@Ada_Example").posts[0].url == f"https://x.com/Ada_Example/status/{ID}"


@pytest.mark.parametrize(("answered", "kind"), [("ada_example", "post"), ("bob", "reply")])
def test_without_its_number_the_account_is_known_by_its_handle(answered: str, kind: str) -> None:
    post = x_post(in_reply_to_user_id_str="777", in_reply_to_screen_name=answered)

    batch = read_all(X, {"tweets.js": x_file("tweets", [post])}, handle="Ada_Example")

    assert [post.kind for post in batch.posts] == [kind]


def test_a_stated_time_that_is_none_is_refused() -> None:
    with pytest.raises(ExportError, match="is no date"):
        X.profile(Files(x_small()), {"as_of": "yesterday"})


LISTS = {"follower": x_listed("follower", [7]), "following": x_listed("following", [8])}
NAMED = {"follower": [("data/follower.js", 1)], "following": [("data/following.js", 1), ("data/following-part1.js", 1)]}


@pytest.mark.parametrize(
    ("files", "complete", "notes"),
    [
        pytest.param(LISTS, {"followers", "friends"}, ["by number"], id="whole"),
        pytest.param({}, set(), ["no list of followers", "no list of friends"], id="no-lists"),
        pytest.param(
            {**LISTS, "manifest": x_manifest({}, partial=True)}, set(), ["as partial", "by number"], id="partial"
        ),
        pytest.param(
            {**LISTS, "manifest": x_manifest(NAMED)}, {"followers"}, ["lacks data/following-part1.js", "by number"],
            id="part-missing",
        ),
        pytest.param(
            {"follower": x_listed("follower", [])}, {"followers"}, ["no list of friends", "by number"], id="empty-list"
        ),
    ],
)  # fmt: skip
def test_it_tells_which_lists_are_complete(files: dict[str, str], complete: set[str], notes: list[str]) -> None:
    entries = Files(x_small(**files))

    told = X.notes(entries, {})

    assert X.complete(entries, {}) == complete
    assert len(told) == len(notes)
    assert all(words in note for words, note in zip(notes, told, strict=True))


def test_an_export_without_posts_says_so() -> None:
    entries = Files({"data/account.js": x_account(), "data/follower.js": LISTS["follower"]})

    assert any("no posts" in note for note in X.notes(entries, {}))


def test_counts_of_a_partial_export_are_not_the_accounts() -> None:
    files = x_small(manifest=x_manifest({"follower": [("data/follower.js", 2)]}, partial=True))

    assert X.profile(Files(files), {}).followers is None


def test_large_archives_come_in_batches_with_progress(tmp_path: Path) -> None:
    path = x_archive(tmp_path / "x.zip", posts=BATCH + 10, followers=BATCH + 10)

    with path.open("rb") as file:
        batches = list(X.read(open_upload([("x.zip", file)]), {}))

    assert [len(batch.posts) for batch in batches if batch.posts] == [BATCH, 10]
    assert max(len(batch.people) for batch in batches) == BATCH
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total


# anything


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*x_post()["tweet"], "text", "in_reply_to_user_id_str", "in_reply_to_screen_name"])


@given(st.lists(st.dictionaries(FIELDS, JSON, max_size=6), max_size=4), JSON, JSON)
def test_any_json_is_read_or_kept_out(posts: list[dict[str, Any]], listed: Any, account: Any) -> None:
    changed = [{"tweet": {**x_post()["tweet"], **post}} for post in posts]
    files = x_small(*changed, manifest=f"window.__THAR_CONFIG = {json.dumps(account)}")
    files["data/follower.js"] = x_file("follower", [{"follower": {"accountId": listed}}, {"follower": listed}, listed])
    files["data/profile.js"] = x_file("profile", [{"profile": account}, account])
    if not isinstance(account, dict | list):
        del files["data/manifest.js"]

    batch = read_all(X, files)

    kept_out = [each for each in batch.skipped if "follower" not in each.where and "account" not in each.where]
    assert X.profile(Files(files), {}).key == "12345"
    assert len(batch.posts) + len(kept_out) == len(posts)
