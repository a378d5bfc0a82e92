"""Facebook exports: what is read of them, in the folders of all years."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.facebook.encoding import repaired
from dashapp.services.facebook.export import FacebookExport
from dashapp.services.files.archive import open_upload
from dashapp.services.recognition import recognise
from dashapp.services.records import BATCH, Batch, Person, Post
from tests.services.exports import (
    FACEBOOK_FOLLOWERS,
    FACEBOOK_FRIENDS,
    FACEBOOK_POSTS,
    FACEBOOK_PROFILE,
    Files,
    as_facebook_writes,
    facebook_archive,
    facebook_followers,
    facebook_friends,
    facebook_json,
    facebook_post,
    facebook_profile,
    facebook_small,
    read_all,
    zipped,
)

FACEBOOK = FacebookExport()
SECOND = 1_709_647_331
AT = datetime(2024, 3, 5, 14, 2, 11, tzinfo=UTC)
HELLO = Post(key=str(SECOND), created_at=AT, kind="post", text="Hello", audience="everybody")
MET = 1_571_234_567
SINCE = datetime(2019, 10, 16, 14, 2, 47, tzinfo=UTC)
ZOE = Person(
    key=str(MET), name="Zoë Example", is_follower=True, is_friend=True, follower_since=SINCE, friend_since=SINCE
)
ZOES = facebook_friends({"Zoë Example": MET})


def read(*posts: Any, **lists: str) -> Batch:
    return read_all(FACEBOOK, facebook_small(*posts, **lists))


def caption(text: str) -> dict[str, Any]:
    """A picture with a text."""
    return {"data": [{"media": {"uri": "posts/media/x.jpg", "creation_timestamp": 1, "description": text}}]}


def part(**held: Any) -> dict[str, Any]:
    """What a post holds beside its words."""
    return {"data": [held]}


SHARED = {
    "data": [{"external_context": {"name": "Their headline", "source": "example.com", "url": "https://a.example"}}]
}


# texts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("Zo\u00c3\u00ab", "Zoë", id="bytes-as-characters"),
        pytest.param("\u00e2\u0098\u0095", "☕", id="emoji"),
        pytest.param("Zo\u00c3\u0083\u00c2\u00ab", "Zoë", id="encoded-twice"),
        pytest.param("Zoë", "Zoë", id="right-already"),
        pytest.param("☕ and caf\u00c3\u00a9, \u00d0\u009f\u00d1\u0080", "☕ and café, Пр", id="of-both-kinds"),
        pytest.param("Gr\u00c3\u00bc\u00c3\u009fe caf\u00c3", "Grüße caf", id="cut-in-a-character"),
        pytest.param("Well \u00f0\u009f\u0098", "Well ", id="cut-in-an-emoji"),
        pytest.param("»Spaß« im Café, MANHÃ", "»Spaß« im Café, MANHÃ", id="right-with-signs"),
        pytest.param("plain", "plain", id="ascii"),
        pytest.param(None, "", id="none"),
        pytest.param(["a"], "", id="no-text"),
    ],
)
def test_a_text_is_put_right_where_it_was_broken(written: Any, meant: str) -> None:
    assert repaired(written) == meant


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_comes_back_from_how_facebook_writes_it(text: str) -> None:
    assume(repaired(text) == text)  # else it looks broken itself, as text about broken texts does

    assert repaired(as_facebook_writes(text)) == text


# posts


def test_a_post_is_read_as_the_export_tells_it() -> None:
    batch = read(facebook_post())

    assert batch.posts == [HELLO]
    assert batch.skipped == []


def test_what_others_answered_is_not_told() -> None:
    (post,) = read(facebook_post()).posts

    assert (post.replies, post.reposts, post.likes, post.quotes, post.views) == (None,) * 5


@pytest.mark.parametrize(
    ("post", "text"),
    [
        pytest.param(facebook_post(text="Grüße ☕"), "Grüße ☕", id="beyond-ascii"),
        pytest.param(facebook_post(data=[{"post": "One"}, {"post": "Two"}]), "One\n\nTwo", id="two-texts"),
        pytest.param(facebook_post(text=None), "", id="no-text"),
        pytest.param({"timestamp": SECOND, "title": "Ada was with Bob."}, "", id="title-alone"),
        pytest.param(facebook_post(text=None, attachments=[caption("A cat")]), "A cat", id="caption"),
        pytest.param(
            facebook_post(text=None, attachments=[caption("A cat"), caption("A cat"), caption("A dog")]),
            "A cat\n\nA dog",
            id="captions",
        ),
        pytest.param(facebook_post(attachments=[caption("A cat")]), "Hello", id="text-before-caption"),
        pytest.param(facebook_post(text=None, attachments=[SHARED]), "", id="headline-of-others"),
        pytest.param(facebook_post(text=None, attachments=[part(life_event={"title": "Moved"})]), "Moved", id="event"),
        pytest.param(
            facebook_post(text=None, attachments=[part(note={"title": "On cats", "text": "They purr."})]),
            "On cats\n\nThey purr.",
            id="note",
        ),
        pytest.param(facebook_post(text=None, attachments=[part(poll={"question": "Tea?"})]), "Tea?", id="poll"),
        pytest.param(
            facebook_post(attachments=[part(life_event={"title": "Moved"})]), "Hello", id="text-before-life-event"
        ),
        pytest.param(facebook_post(data=None, attachments="x", tags=[1]), "", id="odd-types"),
    ],
)
def test_the_text_is_what_the_account_wrote(post: dict[str, Any], text: str) -> None:
    assert read(post).posts == [replace(HELLO, text=text)]


@pytest.mark.parametrize(
    ("post", "why"),
    [
        pytest.param({"name": "Bob"}, "no post", id="other-thing"),
        pytest.param(["a"], "no post", id="array"),
        pytest.param(facebook_post(timestamp=0), "no readable date", id="no-date"),
        pytest.param({**facebook_post(), "timestamp": "soon"}, "no readable date", id="words-for-a-date"),
        pytest.param(facebook_post(timestamp=500_000_000), "out of range", id="before-facebook"),
        pytest.param(facebook_post(timestamp=5_000_000_000), "out of range", id="in-the-future"),
    ],
)
def test_what_is_no_post_is_kept_out_and_told(post: Any, why: str) -> None:
    batch = read(post, facebook_post())

    assert batch.posts == [HELLO]
    assert [skipped.where for skipped in batch.skipped] == [f"{FACEBOOK_POSTS}, record 1"]
    assert why in batch.skipped[0].why


def test_posts_of_one_second_are_told_apart_and_the_same_one_counts_once() -> None:
    batch = read(facebook_post(), facebook_post(text="Again"), facebook_post(), facebook_post(text="Once more"))
    alone = read(facebook_post(), facebook_post(text="Once more"))

    assert [post.text for post in batch.posts] == ["Hello", "Again", "Once more"]
    assert len({post.key for post in batch.posts}) == 3
    assert [skipped.why for skipped in batch.skipped] == ["it is there twice"]
    assert alone.posts[1].key == batch.posts[2].key


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps([facebook_post()]), id="array"),
        pytest.param("\ufeff" + json.dumps([facebook_post()]), id="byte-order-mark"),
        pytest.param(json.dumps({"status_updates": [facebook_post()]}), id="wrapped"),
        pytest.param(json.dumps(facebook_post()), id="single"),
    ],
)
def test_a_file_of_posts_has_several_forms(text: str) -> None:
    assert read_all(FACEBOOK, {FACEBOOK_PROFILE: facebook_profile(), FACEBOOK_POSTS: text}).posts == [HELLO]


# people


def test_a_friend_is_a_follower_too_since_the_day_of_the_friendship() -> None:
    assert read(friends=ZOES).people == [ZOE]


def test_a_follower_who_is_no_friend_is_a_follower_alone() -> None:
    people = read(friends=ZOES, followers=facebook_followers(["Zoë Example", "Bob Example", "Bob Example"])).people

    assert people == [ZOE, Person(key="bob example", name="Bob Example", is_follower=True)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(facebook_friends({"Zoë Example": MET}, key="friends"), id="2018"),
        pytest.param(facebook_friends({"Zoë Example": MET}, key="friends_v3"), id="a-later-number"),
        pytest.param(facebook_json([{"name": "Zoë Example", "timestamp": MET}]), id="array"),
        pytest.param(
            facebook_json([{"title": "", "string_list_data": [{"value": "Zoë Example", "timestamp": MET}]}]), id="2021"
        ),
        pytest.param(
            facebook_json([{"timestamp": MET, "label_values": [{"label": "Nom", "value": "Zoë Example"}]}]),
            id="labels",
        ),
    ],
)  # fmt: skip
def test_a_list_of_friends_has_several_forms(text: str) -> None:
    assert read(friends=text).people == [ZOE]


def test_friends_of_one_name_or_one_second_are_told_apart() -> None:
    same_name = [{"name": "Bob", "timestamp": MET}, {"name": "Bob", "timestamp": MET + 1}]
    same_second = [{"name": "Eve", "timestamp": MET}, {"name": "Bob", "timestamp": MET}]

    people = read(friends=facebook_json({"friends_v2": [*same_name, *same_second]})).people

    assert [person.key for person in people] == [str(MET), str(MET + 1), f"{MET} eve"]


def test_a_renamed_friend_stays_the_same_person() -> None:
    before = read(friends=facebook_friends({"Bob": MET})).people
    after = read(friends=facebook_friends({"Facebook User": MET})).people

    assert [person.key for person in before] == [person.key for person in after]


def test_a_friend_without_a_day_is_known_by_the_name() -> None:
    (person,) = read(friends=facebook_json({"friends": [{"name": "Bob", "timestamp": 0}]})).people

    assert (person.key, person.friend_since, person.is_friend) == ("bob", None, True)


def test_items_that_name_nobody_are_kept_out_and_told() -> None:
    items = [{"timestamp": MET}, {"name": " "}, "Bob", {"name": "Bob", "timestamp": MET}]

    batch = read(friends=facebook_json({"friends_v2": items}))

    assert [person.name for person in batch.people] == ["Bob"]
    assert [(each.where, each.why) for each in batch.skipped] == [
        (f"{FACEBOOK_FRIENDS}, record {number}", "it names nobody") for number in (1, 2, 3)
    ]


def test_more_people_than_can_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.facebook.export.MOST_PEOPLE", 2)

    with pytest.raises(ExportError, match="more than 2 people"):
        read(friends=facebook_friends({f"Person {number}": MET + number for number in range(3)}))


# the account


def test_the_profile_says_what_the_export_says_and_no_more() -> None:
    told = FACEBOOK.profile(Files(facebook_small()), {})

    assert (told.service, told.key, told.handle, told.name) == ("facebook", "ada.example", "ada.example", "Ada Exämple")
    assert told.url == "https://www.facebook.com/ada.example"
    assert told.created_at == datetime(2008, 1, 10, 21, 20, tzinfo=UTC)
    assert (told.followers, told.friends, told.posts, told.bio) == (None,) * 4


@pytest.mark.parametrize(
    ("fields", "options", "key"),
    [
        pytest.param({"username": None}, {}, "ada.example", id="from-the-address"),
        pytest.param(
            {"username": None, "profile_uri": "https://www.facebook.com/profile.php?id=1000"}, {}, "1000", id="number"
        ),
        pytest.param({"username": None, "profile_uri": None}, {}, "ada exämple", id="name"),
        pytest.param({"username": None, "profile_uri": None}, {"handle": "@Ada.E"}, "ada.e", id="stated"),
        pytest.param({"username": None, "profile_uri": "https://[x"}, {}, "ada exämple", id="broken-address"),
        pytest.param({}, {"handle": "bob"}, "ada.example", id="told-before-stated"),
        pytest.param({"username": None, "profile_uri": 1, "name": "Ada"}, {}, "ada", id="name-as-text"),
    ],
)
def test_the_account_is_known_by_what_there_is(fields: dict[str, Any], options: dict[str, str], key: str) -> None:
    files = Files({**facebook_small(), FACEBOOK_PROFILE: facebook_profile(**fields)})

    assert FACEBOOK.profile(files, options).key == key


def test_an_export_without_profile_needs_to_be_told_whose_it_is() -> None:
    files = Files({FACEBOOK_FRIENDS: ZOES})

    with pytest.raises(ExportError, match="state your username"):
        FACEBOOK.profile(files, {})

    told = FACEBOOK.profile(files, {"handle": "https://www.facebook.com/Ada.Example/"})
    assert (told.key, told.handle, told.url) == ("ada.example", "Ada.Example", "https://www.facebook.com/Ada.Example")


# what is complete, what is missing


@pytest.mark.parametrize(
    ("lists", "complete"),
    [
        pytest.param({}, set(), id="none"),
        pytest.param({"friends": ZOES}, set(), id="began-late"),
        pytest.param({"friends": facebook_friends({"Bob": 1_205_000_000, "Eve": MET})}, {"friends"}, id="friends"),
        pytest.param(
            {"friends": facebook_friends({"Bob": 1_205_000_000}), "followers": facebook_followers(["Eve"])},
            {"friends", "followers"},
            id="both",
        ),
        pytest.param({"followers": facebook_followers(["Eve"])}, set(), id="followers-who-are-no-friends"),
        pytest.param({"friends": facebook_friends({})}, set(), id="nobody"),
        pytest.param({"friends": facebook_json([{"name": "Bob"}])}, {"friends"}, id="no-days"),
    ],
)
def test_it_tells_which_lists_are_complete(lists: dict[str, str], complete: set[str]) -> None:
    assert FACEBOOK.complete(Files(facebook_small(**lists)), {}) == complete


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(
            facebook_small(friends=ZOES),
            ["no list of followers", "limited to a range", "does not tell", "by name"],
            id="late",
        ),
        pytest.param(
            facebook_small(followers=facebook_followers(["Eve"])),
            ["no list of friends", "does not tell"],
            id="no-friends",
        ),
        pytest.param(
            {FACEBOOK_FRIENDS: facebook_friends({"Bob": 1_205_000_000})},
            ["no posts", "no list of followers", "by name"],
            id="no-posts",
        ),
        pytest.param(
            {FACEBOOK_POSTS.replace("_1.", "_3."): "[]", FACEBOOK_POSTS: "[]"},
            ["no list of friends", "no list of followers", "photos_and_videos_2.json", "does not tell"],
            id="a-part-is-missing",
        ),
    ],
)
def test_it_tells_what_is_missing(files: dict[str, str], words: list[str]) -> None:
    notes = FACEBOOK.notes(Files(files), {})

    assert len(notes) == len(words)
    assert all(word in note for word, note in zip(words, notes, strict=True))


# files


LAYOUTS = {
    "2018": ("friends/friends.json", "posts/your_posts.json", "profile_information/profile_information.json"),
    "2020": (
        "friends_and_followers/friends.json", "posts/your_posts_1.json",
        "profile_information/profile_information.json",
    ),
    "2023": (
        "your_activity_across_facebook/connections/friends/your_friends.json",
        "your_activity_across_facebook/posts/your_posts_1.json",
        "your_activity_across_facebook/personal_information/profile_information/profile_information.json",
    ),
    "2024": (FACEBOOK_FRIENDS, FACEBOOK_POSTS, FACEBOOK_PROFILE),
    "zipped-again": tuple(f"ada/export/{name}" for name in (FACEBOOK_FRIENDS, FACEBOOK_POSTS, FACEBOOK_PROFILE)),
}  # fmt: skip


def test_exports_of_two_persons_are_not_mixed() -> None:
    made = facebook_small(facebook_post())
    other = {name: text.replace("ada", "bob") for name, text in made.items()}
    files = {f"{key}/{name}": text for key, each in {"a": made, "b": other}.items() for name, text in each.items()}

    with pytest.raises(ExportError, match="upload one export at a time"):
        FACEBOOK.profile(Files(files), {})


@pytest.mark.parametrize("year", LAYOUTS)
def test_the_folders_of_all_years_are_read(year: str) -> None:
    friends, posts, profile = LAYOUTS[year]
    files = {friends: ZOES, posts: facebook_json([facebook_post()]), profile: facebook_profile()}

    entries = open_upload([("export.zip", zipped(files))])

    assert list(recognise(entries)) == ["facebook"]
    assert FACEBOOK.profile(entries, {}).handle == "ada.example"
    assert read_all(FACEBOOK, entries).people == [ZOE]
    assert read_all(FACEBOOK, entries).posts == [HELLO]


def test_parts_are_read_as_one_export() -> None:
    second = {FACEBOOK_POSTS.replace("_1.", "_2."): facebook_json([facebook_post(SECOND + 1)])}
    parts = [
        ("1.zip", zipped(facebook_small(facebook_post()))),
        ("2.zip", zipped(second)),
        ("3.zip", zipped({FACEBOOK_FRIENDS: ZOES, FACEBOOK_FOLLOWERS: facebook_followers(["Bob"])})),
    ]

    entries = open_upload(parts)
    batch = read_all(FACEBOOK, entries)

    assert list(recognise(entries)) == ["facebook"]
    assert [post.key for post in batch.posts] == [str(SECOND), str(SECOND + 1)]
    assert [person.name for person in batch.people] == ["Zoë Example", "Bob"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (FACEBOOK_FRIENDS, True), (FACEBOOK_FOLLOWERS, True), (FACEBOOK_POSTS, True), (FACEBOOK_PROFILE, True),
        ("your_friends.json", True), ("profile_posts_1.json", True),
        ("connections/friends/removed_friends.json", False), ("connections/friends/your_friends.html", False),
        ("connections/followers/who_you've_followed.json", False),
        ("connections/followers_and_following/followers_1.json", False), ("followers_1.json", False),
        ("your_facebook_activity/messages/inbox/bob_1/message_1.json", False),
        ("your_facebook_activity/posts/your_uncategorized_photos.json", False),
        ("your_facebook_activity/comments_and_reactions/comments.json", False),
        ("ads_information/advertisers.json", False), ("your_facebook_activity/posts/media/x.jpg", False),
    ],
)  # fmt: skip
def test_it_wants_what_it_reads(name: str, wanted: bool) -> None:
    assert FACEBOOK.wants(name) == wanted


def test_archives_come_in_batches_with_progress(tmp_path: Path) -> None:
    path = facebook_archive(tmp_path / "f.zip", posts=2 * BATCH + 20, friends=30, followers=5, media=3)

    with path.open("rb") as file:
        batches = list(FACEBOOK.read(open_upload([("f", file)]), {}))

    assert [len(batch.posts) for batch in batches if batch.posts] == [BATCH, 10, BATCH, 10]
    assert sum(len(batch.people) for batch in batches) == 35
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total


# anything


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
IN_POSTS = st.sampled_from(["timestamp", "data", "attachments", "title", "tags"])
IN_LISTS = st.sampled_from(["name", "timestamp", "string_list_data", "label_values", "title"])


@given(
    posts=st.lists(st.dictionaries(IN_POSTS, JSON), max_size=3),
    friends=st.lists(JSON | st.dictionaries(IN_LISTS, JSON), max_size=4),
    about=st.dictionaries(st.sampled_from(["name", "username", "profile_uri", "registration_timestamp"]), JSON),
)  # fmt: skip
def test_anything_is_read_or_kept_out(posts: list[Any], friends: list[Any], about: dict[str, Any]) -> None:
    items = [{**facebook_post(), **post} for post in posts]
    people = [each for each in friends if isinstance(each, dict | list)]  # other values stand in no list of records
    files = facebook_small(*items, friends=json.dumps({"friends_v2": people}))
    files[FACEBOOK_PROFILE] = facebook_profile(**about)

    batch = read_all(FACEBOOK, files)

    assert len(batch.posts) + len(batch.people) + len(batch.skipped) == len(items) + len(people)
    assert all(len(person.key) <= 300 for person in batch.people)
    assert FACEBOOK.profile(Files(files), {"handle": "ada"}).service == "facebook"
    assert FACEBOOK.complete(Files(files), {}) <= {"friends"}
