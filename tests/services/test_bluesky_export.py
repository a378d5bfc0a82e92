"""Bluesky repositories: CAR files, the search tree over the records, and the records."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import libipld
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.bluesky import car, mst
from dashapp.services.bluesky.export import BlueskyExport
from dashapp.services.bluesky.export_records import key_time
from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.recognition import recognise
from dashapp.services.records import BATCH, Batch, Person, Post
from tests.services import car_files
from tests.services.bluesky_exports import (
    DID,
    FOLLOW,
    HELLO_AT,
    LIKE,
    OTHER,
    POST,
    PROFILE,
    REPOST,
    REV,
    bluesky_archive,
    bluesky_blocks,
    bluesky_car,
    bluesky_follow,
    bluesky_post,
    bluesky_profile,
    bluesky_reply,
    bluesky_repost,
    bluesky_small,
    key_of,
    records,
)
from tests.services.car_files import PREFIX, Blocks, Link, cbor, section, time_key
from tests.services.exports import NEWEST, Files, read_all

BLUESKY = BlueskyExport()
WEB = "https://bsky.app/profile"
OTHERS = bluesky_reply()["reply"]["parent"]["uri"]
OWN = f"at://{DID}/{POST}/3k2aaaaaaaa2a"
HELLO = Post(
    audience="everybody",
    key=f"at://{DID}/{POST}/{key_of()}",
    created_at=HELLO_AT,
    kind="post",
    text="Hello",
    url=f"{WEB}/{DID}/post/{key_of()}",
    language="en",
)


def read(*posts: Mapping[str, Any], follows: tuple[Mapping[str, Any], ...] = ()) -> Batch:
    return read_all(BLUESKY, bluesky_small(*posts, follows=follows))


def read_blocks(root: bytes, blocks: Iterable[tuple[bytes, bytes]]) -> Batch:
    return read_all(BLUESKY, {"repo.car": car_files.car(root, blocks)})


def refused(data: bytes) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ExportError) as caught:
        read_all(BLUESKY, {"repo.car": data})
    return str(caught.value)


# what makes the repositories of these tests


CID = base64.b32decode("afyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454".upper() + "======")


@pytest.mark.parametrize(
    ("keys", "root"),
    [
        ([], "bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm"),
        (["3jqfcqzm3fo2j"], "bafyreibj4lsc3aqnrvphp5xmrnfoorvru4wynt6lwidqbm2623a6tatzdu"),
        (["3jqfcqzm3fx2j"], "bafyreih7wfei65pxzhauoibu3ls7jgmkju4bspy4t2ha2qdjnzqvoy33ai"),
        (
            ["3jqfcqzm3fp2j", "3jqfcqzm3fr2j", "3jqfcqzm3fs2j", "3jqfcqzm3ft2j", "3jqfcqzm4fc2j"],
            "bafyreicmahysq4n6wfuxo522m6dpiy7z7qzym3dzs756t5n7nfdgccwq7m",
        ),
    ],
    ids=["empty", "one-record", "one-record-high-up", "two-layers"],
)
def test_trees_are_those_that_the_protocol_publishes(keys: list[str], root: str) -> None:
    """The roots are those of the AT Protocol's own tests of how its programs agree."""
    make_reader, _ = car_files.tree({f"com.example.record/{key}".encode(): CID for key in keys})

    assert libipld.encode_cid(make_reader) == root


def test_files_are_those_that_another_program_reads() -> None:
    """libipld's own reader of whole CAR files, which the export does not use."""
    root, blocks = bluesky_blocks(records(bluesky_post(), bluesky_reply()))

    header, found = libipld.decode_car(bluesky_car(records(bluesky_post(), bluesky_reply())))

    assert header == {"roots": [root], "version": 1}
    assert found == {identifier: libipld.decode_dag_cbor(data) for identifier, data in blocks.items()}
    assert found[root]["did"] == DID


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=30) | st.binary(max_size=30),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_values_are_written_as_another_program_writes_them(value: Any) -> None:
    assert cbor(value) == libipld.encode_dag_cbor(value)


# posts


def test_a_post_is_read_as_the_repository_tells_it() -> None:
    batch = read(bluesky_post())

    assert batch.posts == [HELLO]
    assert batch.skipped == []


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(bluesky_reply(), {"kind": "reply", "reply_to": OTHERS}, id="reply"),
        pytest.param(bluesky_reply(OWN), {"kind": "post", "reply_to": OWN}, id="own-thread-goes-on"),
        pytest.param(bluesky_post(reply="?"), {"kind": "post"}, id="reply-of-no-form"),
        pytest.param(bluesky_post(langs=[]), {"language": None}, id="no-language"),
        pytest.param(bluesky_post(langs=["pt-BR", "en"]), {"language": "pt-BR"}, id="first-of-two-languages"),
        pytest.param(bluesky_post(langs="en"), {"language": None}, id="languages-of-no-form"),
        pytest.param(bluesky_post(text="äöü 🙂\0 #x"), {"text": "äöü 🙂 #x"}, id="text-as-it-stands"),
        pytest.param(bluesky_post(text=7), {"text": ""}, id="text-of-no-form"),
        pytest.param(bluesky_post(createdAt="2024-03-05T15:02:11+01:00"), {}, id="other-zone"),
        pytest.param(bluesky_post(createdAt="2024-03-05T14:02:11"), {}, id="no-zone"),
        pytest.param(bluesky_post(createdAt="soon"), {}, id="no-date-but-a-key-that-tells"),
        pytest.param(bluesky_post(createdAt="1970-01-01T00:00:00Z"), {}, id="date-before-all"),
        pytest.param(bluesky_post(createdAt="2031-01-01T00:00:00Z"), {}, id="date-to-come"),
        pytest.param(
            bluesky_post(createdAt="2009-01-01T00:00:00Z"),
            {"created_at": datetime(2009, 1, 1, tzinfo=UTC)},
            id="brought-from-elsewhere",
        ),
    ],
)
def test_posts_of_all_kinds(record: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read(record).posts == [replace(HELLO, **expected)]


def test_a_repost_has_a_link_and_no_text() -> None:
    assert read(bluesky_repost()).posts == [
        Post(
            audience="everybody",
            key=f"at://{DID}/{REPOST}/{key_of()}",
            created_at=datetime(2024, 3, 6, 8, tzinfo=UTC),
            kind="repost",
            url=f"{WEB}/{OTHER}/post/3k2aaaaaaaa2a",
        )
    ]


@pytest.mark.parametrize("of", ["https://example.com", f"at://{OTHER}/{FOLLOW}/x", "at://<a>/app.bsky.feed.post/1", ""])
def test_a_repost_of_something_else_has_no_link(of: str) -> None:
    assert read(bluesky_repost(of)).posts[0].url is None


@pytest.mark.parametrize(
    ("key", "record", "why"),
    [
        pytest.param("self", bluesky_post(createdAt="soon"), "no readable date", id="no-time-anywhere"),
        pytest.param("a" * 400, bluesky_post(), "no usable id", id="endless-key"),
        pytest.param(time_key(2**52), bluesky_post(createdAt="x"), "out of range", id="key-of-times-to-come"),
        pytest.param(key_of(), bluesky_follow(), "no post", id="other-type"),
        pytest.param(key_of(), ["a"], "no post", id="no-map"),
        pytest.param(key_of(), None, "no post", id="nothing"),
    ],
)
def test_what_cannot_be_a_post_is_kept_out(key: str, record: Any, why: str) -> None:
    batch = read_all(BLUESKY, {"repo.car": bluesky_car({f"{POST}/{key}": record})})

    assert batch.posts == []
    assert [(each.where, why in each.why) for each in batch.skipped] == [(f"{POST}/{key}", True)]


def test_what_is_no_valid_record_is_kept_out_and_the_rest_read() -> None:
    _, blocks = bluesky_blocks(records(bluesky_post()))
    for data in (b"\xff", b"\x81" * 100_000, b"\xa1\x65$type\xf9\x7e\x00"):
        bad = car_files.block_id(data)
        ids = {f"{POST}/{key_of(clock=1)}".encode(): bad}
        whole = _repository({**ids, **_ids(records(bluesky_post()))}, {**blocks, bad: data})

        batch = read_all(BLUESKY, {"repo.car": whole})

        assert batch.posts == [HELLO]
        assert [each.why for each in batch.skipped] == ["it cannot be read"]


def _ids(by_path: Mapping[str, Any]) -> dict[bytes, bytes]:
    return {path.encode(): car_files.block_id(cbor(record)) for path, record in by_path.items()}


def _repository(ids: Mapping[bytes, bytes], contents: Blocks, **changes: Any) -> bytes:
    """A repository of the contents by these ids."""
    top, nodes = car_files.tree(ids)
    return _commit(top, {**contents, **nodes}, **changes)


def _commit(top: bytes, blocks: Blocks, **changes: Any) -> bytes:
    """A repository whose tree begins at that block."""
    commit = {"did": DID, "version": 3, "data": Link(top), "rev": REV, "prev": None, "sig": bytes(64), **changes}
    data = cbor(commit)
    root = car_files.block_id(data)
    return car_files.car(root, {root: data, **blocks}.items())


# friends


def test_a_follow_is_a_friend_with_a_date_and_no_handle() -> None:
    since = datetime(2023, 5, 2, 8, 11, tzinfo=UTC)

    assert read(follows=(bluesky_follow(),)).people == [
        Person(key=OTHER, url=f"{WEB}/{OTHER}", is_friend=True, friend_since=since)
    ]


def test_a_follow_without_a_date_takes_the_one_of_its_key() -> None:
    assert read(follows=(bluesky_follow(createdAt=""),)).people[0].friend_since == HELLO_AT


def test_a_follow_without_any_date_is_a_friend_all_the_same() -> None:
    batch = read_all(BLUESKY, {"repo.car": bluesky_car({f"{FOLLOW}/x": bluesky_follow(createdAt="")})})

    assert batch.people == [Person(key=OTHER, url=f"{WEB}/{OTHER}", is_friend=True)]


@pytest.mark.parametrize(
    ("whom", "why"),
    [(DID, "the account itself"), ("bob.example", "follows nobody"), (7, "follows nobody"), ("did:x:" + "a" * 300, "")],
)
def test_who_cannot_be_a_friend_is_kept_out(whom: Any, why: str) -> None:
    batch = read(follows=(bluesky_follow(whom),))

    assert batch.people == []
    assert why in batch.skipped[0].why


def test_whoever_is_followed_twice_is_one_friend() -> None:
    batch = read(follows=(bluesky_follow(), bluesky_follow(createdAt="2024-01-01T00:00:00Z")))

    assert [person.key for person in batch.people] == [OTHER]
    assert [each.why for each in batch.skipped] == ["it is there twice"]


# whose it is


def test_the_profile_is_the_repositorys() -> None:
    profile = BLUESKY.profile(Files(bluesky_small(bluesky_post(), bluesky_reply(), bluesky_repost())), {})

    assert (profile.service, profile.key, profile.handle, profile.url) == ("bluesky", DID, DID, f"{WEB}/{DID}")
    assert (profile.name, profile.bio, profile.posts) == ("Ada", "Maths & engines", 2)
    assert profile.created_at == datetime(2023, 5, 2, 8, tzinfo=UTC)
    assert (profile.followers, profile.friends) == (None, None)


@pytest.mark.parametrize(
    ("stated", "handle"),
    [
        ("ada.example.social", "ada.example.social"),
        (" @Ada.Example.social", "ada.example.social"),
        ("ada", DID),
        ("", DID),
        ("a" * 300 + ".example", DID),
    ],
)
def test_the_handle_is_the_stated_one_or_the_permanent_id(stated: str, handle: str) -> None:
    assert BLUESKY.profile(Files(bluesky_small()), {"handle": stated}).handle == handle


def test_a_repository_without_profile_has_no_name() -> None:
    profile = BLUESKY.profile(Files({"repo.car": bluesky_car({})}), {})

    assert (profile.key, profile.name, profile.bio, profile.created_at, profile.posts) == (DID, None, None, None, 0)


def test_a_profile_that_the_tree_does_not_hold_is_an_old_one() -> None:
    root, blocks = bluesky_blocks(records())
    car_files.put(bluesky_profile(displayName="Old"), blocks)
    old_first = dict(reversed(list(blocks.items())))

    profile = BLUESKY.profile(Files({"repo.car": car_files.car(root, old_first.items())}), {})

    assert profile.name == "Ada"


@pytest.mark.parametrize(
    ("rev", "stated", "as_of"),
    [
        (REV, "", NEWEST),
        (REV, "2026-10-05T00:00Z", datetime(2026, 10, 5, tzinfo=UTC)),
        (REV, "2020-01-01T00:00Z", NEWEST),
        ("odd", "", None),
        ("odd", "2026-10-05T00:00Z", datetime(2026, 10, 5, tzinfo=UTC)),
        (time_key(2**52), "", None),
        (time_key(0), "", None),
    ],
)
def test_the_data_is_as_old_as_its_last_change(rev: str, stated: str, as_of: datetime | None) -> None:
    files = Files({"repo.car": bluesky_car(records(), rev=rev)})

    assert BLUESKY.profile(files, {"as_of": stated}).as_of == as_of


@pytest.mark.parametrize(
    ("key", "at"),
    [
        # by hand: the time in microseconds, ten bits of chance, five bits a digit
        ("2222222222222", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2222222222322", datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=1)),
        ("2222222223222", datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=32)),
        ("self", None),
        ("z222222222222", None),
        ("22222222222220", None),
    ],
)
def test_keys_tell_times(key: str, at: datetime | None) -> None:
    assert key_time(key) == at


@given(st.integers(0, 2**52), st.integers(0, 1023))
def test_times_come_back_from_keys(microseconds: int, clock: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)

    assert key_time(key_of(at, clock)) == at


# the tree


def test_what_was_deleted_is_not_read() -> None:
    root, blocks = bluesky_blocks(records(bluesky_post()))
    _, before = bluesky_blocks(records(bluesky_post(), bluesky_post(text="Deleted"), follows=(bluesky_follow(),)))

    batch = read_blocks(root, {**before, **blocks}.items())

    assert (batch.posts, batch.people, batch.skipped) == ([HELLO], [], [])


@given(seed=st.integers(0, 2**16))
def test_blocks_may_come_in_any_order_and_twice(seed: int) -> None:
    posts = [bluesky_post(text=str(number)) for number in range(30)]
    root, blocks = bluesky_blocks(records(*posts))
    shuffled = list(blocks.items()) * 2
    random.Random(seed).shuffle(shuffled)

    batch = read_blocks(root, shuffled)

    assert sorted(post.text for post in batch.posts) == sorted(record["text"] for record in posts)
    assert batch.skipped == []


def test_blocks_of_other_kinds_are_passed_over() -> None:
    root, blocks = bluesky_blocks(records(bluesky_post()))
    picture = b"\x01\x55\x12\x20" + bytes(32)

    batch = read_blocks(root, [(picture, b"picture"), (b"\x12\x20" + bytes(32), b"old"), *blocks.items()])

    assert batch.posts == [HELLO]


def test_leaves_of_likes_alone_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    likes = {f"{LIKE}/{key_of(clock=n)}": bluesky_repost() | {"$type": LIKE, "n": n} for n in range(900)}
    data = bluesky_car(likes | records(bluesky_post()))
    monkeypatch.setattr(mst, "MOST_NODES", 150)

    assert read_all(BLUESKY, {"repo.car": data}).posts == [HELLO]


def test_a_record_that_is_missing_is_kept_out_and_friends_are_not_complete() -> None:
    root, blocks = bluesky_blocks(records(bluesky_post(), follows=(bluesky_follow(),)))
    del blocks[car_files.block_id(cbor(bluesky_follow()))]
    files = {"repo.car": car_files.car(root, blocks.items())}

    batch = read_all(BLUESKY, files)

    assert batch.posts == [HELLO]
    assert [each.why for each in batch.skipped] == ["its content is missing or damaged"]
    assert BLUESKY.complete(Files(files), {}) == frozenset()


def test_a_record_that_is_damaged_is_kept_out() -> None:
    data = bluesky_small(bluesky_post(), bluesky_post(text="Another"))["repo.car"]

    batch = read_all(BLUESKY, {"repo.car": data.replace(b"Another", b"Anxther")})

    assert batch.posts == [HELLO]
    assert [each.why for each in batch.skipped] == ["its content is missing or damaged"]


def test_records_of_the_same_content_are_one() -> None:
    batch = read(bluesky_post(), bluesky_post())

    assert batch.posts == [HELLO]
    assert [each.why for each in batch.skipped] == ["its content is that of another record"]


def node(*paths: bytes, left: bytes | None = None) -> bytes:
    """A node of the tree, written by hand."""
    entries = [{"p": 0, "k": path, "v": Link(CID), "t": None} for path in paths]
    return cbor({"l": Link(left) if left else None, "e": entries})


def of_node(data: bytes, *more: bytes) -> bytes:
    """A repository whose tree begins with that node."""
    return _commit(car_files.block_id(data), {car_files.block_id(each): each for each in (data, *more)})


def tower(height: int) -> bytes:
    """A tree of nodes that only hold the next one."""
    data = [node()]
    for _ in range(height):
        data.append(node(left=car_files.block_id(data[-1])))
    return of_node(data[-1], *data)


def forged_circle() -> bytes:
    """A node that names itself, under an id that is not of its content."""
    circle = PREFIX + bytes(32)
    return _commit(circle, {circle: node(left=circle)})


def doubling() -> bytes:
    """Nodes that each name the next one twice: 60 of them stand for 2⁶⁰."""
    data = [node(b"app.bsky.feed.post/a")]
    for _ in range(60):
        below = Link(car_files.block_id(data[-1]))
        entry = {"p": 0, "k": b"app.bsky.feed.post/b", "v": Link(CID), "t": below}
        data.append(cbor({"l": below, "e": [entry]}))
    return of_node(data[-1], *data)


ENTRY = {"p": 0, "k": b"app.bsky.feed.post/a", "v": Link(CID), "t": None}
GOOD = bluesky_small(bluesky_post(), bluesky_reply(), follows=(bluesky_follow(),))["repo.car"]
ROOT = Link(CID)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "no repository", id="empty"),
        pytest.param(b"PNG\0", "no repository", id="no-car"),
        pytest.param(section(cbor([1])), "no repository", id="header-no-map"),
        pytest.param(section(cbor({"version": 2})), "no repository", id="car-version-2"),
        pytest.param(section(cbor({"roots": [], "version": 1})), "no repository", id="no-root"),
        pytest.param(section(cbor({"roots": [b"\x01"], "version": 1})), "no repository", id="root-no-id"),
        pytest.param(section(b"\x81" * 90_000), "no repository", id="header-nested-deep"),
        pytest.param(b"\xff" * 20, "no repository", id="header-of-endless-length"),
        pytest.param(b"\xff\xff\xff\x7f" + b"x" * 99, "no repository", id="header-too-long"),
        pytest.param(section(cbor({"roots": [ROOT], "version": 1})), "not whole", id="header-alone"),
        pytest.param(GOOD[:-5], "ends in the middle", id="cut-off"),
        pytest.param(GOOD + b"\x80", "ends in the middle", id="cut-off-in-a-length"),
        pytest.param(GOOD + b"\xff" * 9, "damaged", id="endless-length"),
        pytest.param(GOOD + b"\0", "damaged", id="block-of-nothing"),
        pytest.param(GOOD + section(b"\x01\x71\x12\x20abc"), "damaged", id="id-cut-off"),
        pytest.param(GOOD + section(b"\x07" * 50), "damaged", id="no-id"),
        pytest.param(GOOD.replace(b"\x01\x71\x12\x20", b"\x01\x71\x13\x20"), "no repository", id="other-hash"),
        pytest.param(_commit(CID, {}), "not whole", id="no-tree"),
        pytest.param(_commit(CID, {}, version=7), "no repository", id="other-version"),
        pytest.param(_commit(CID, {}, did=7), "no repository", id="did-no-text"),
        pytest.param(_repository({}, {}, did="ada"), "no repository", id="did-of-no-form"),
        pytest.param(_commit(CID, {}, data=None), "no repository", id="tree-no-id"),
        pytest.param(_commit(CID, {}).replace(DID.encode(), OTHER.encode()), "damaged", id="commit-changed"),
        pytest.param(of_node(node(left=CID)), "not whole", id="node-missing"),
        pytest.param(forged_circle(), "damaged", id="circle"),
        pytest.param(tower(500), "damaged", id="tower"),
        pytest.param(doubling(), "", id="doubling"),
        pytest.param(of_node(node(b"app.bsky.feed.post/b", b"app.bsky.feed.post/a")), "damaged", id="falling-order"),
        pytest.param(of_node(cbor({"l": 7, "e": []})), "damaged", id="link-no-id"),
        pytest.param(of_node(cbor({"l": None, "e": 7})), "damaged", id="entries-no-list"),
        pytest.param(of_node(cbor({"l": None, "e": [7]})), "damaged", id="entry-no-map"),
        pytest.param(of_node(cbor({"l": None, "e": [ENTRY | {"p": 3}]})), "damaged", id="shares-with-nothing"),
        pytest.param(of_node(cbor({"l": None, "e": [ENTRY | {"p": -1}]})), "damaged", id="shares-less-than-nothing"),
        pytest.param(of_node(cbor({"l": None, "e": [ENTRY | {"k": "a"}]})), "damaged", id="path-no-bytes"),
        pytest.param(of_node(cbor({"l": None, "e": [ENTRY | {"k": b"a" * 2000}]})), "damaged", id="endless-path"),
        pytest.param(of_node(cbor({"l": None, "e": [ENTRY | {"v": None}]})), "damaged", id="entry-of-nothing"),
        pytest.param(of_node(b"\xa2\x61e\xff"), "damaged", id="node-not-readable"),
    ],
)
def test_what_is_no_whole_repository_is_refused(data: bytes, words: str) -> None:
    told = refused(data)

    assert words in told
    assert told.endswith(".")


@pytest.mark.parametrize(
    ("module", "limit", "value", "words"),
    [
        (mst, "MOST_RECORDS", 1, "more records"),
        (mst, "MOST_NODES", 0, "more records"),
        (mst, "LARGEST_TREE", 10, "more records"),
        (car, "MOST_BLOCKS", 2, "larger than any real one"),
        (car, "LARGEST_BLOCK", 100, "larger than any real one"),
    ],
)
def test_limits_hold(monkeypatch: pytest.MonkeyPatch, module: Any, limit: str, value: int, words: str) -> None:
    monkeypatch.setattr(module, limit, value)

    assert words in refused(GOOD)


def test_a_block_beyond_all_limits_is_not_read_into_memory() -> None:
    filler = section(b"\x01\x55\x12\x20" + bytes(32) + bytes(1 << 20)) * 3

    assert "larger than any real one" in refused(GOOD + filler + b"\xff\xff\xff\x7f" + b"x")


def test_several_repositories_at_once_are_refused() -> None:
    with pytest.raises(ExportError, match=r"one \.car file at a time"):
        BLUESKY.profile(Files({"a.car": GOOD, "b.car": GOOD}), {})


# the whole


def test_friends_are_complete_and_the_rest_is_told_to_be_missing() -> None:
    entries = Files({"repo.car": GOOD})

    notes = BLUESKY.notes(entries, {})

    assert BLUESKY.complete(entries, {}) == {"friends"}
    assert [word in note for word, note in zip(("followers", "likes", "handles"), notes, strict=True)] == [True] * 3


@pytest.mark.parametrize("name", ["repo.car", "download", "repo.CAR"])
def test_it_is_recognised_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(GOOD)

    with path.open("rb") as file:
        entries = open_upload([(name, file)])

        assert list(recognise(entries)) == ["bluesky"]
        assert all(BLUESKY.wants(each) for each in entries.names())


def test_a_large_repository_comes_in_batches_with_progress(tmp_path: Path) -> None:
    path = bluesky_archive(tmp_path / "repo.car", posts=BATCH, friends=10, likes=50)

    with path.open("rb") as file:
        batches = list(BLUESKY.read(open_upload([("repo.car", file)]), {}))

    assert sum(len(batch.posts) for batch in batches) == BATCH
    assert sum(len(batch.people) for batch in batches) == 10
    assert max(len(batch.posts) + len(batch.people) for batch in batches) == BATCH
    assert {post.kind for batch in batches for post in batch.posts} == {"post", "reply", "repost"}
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)


# anything


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["$type", "text", "createdAt", "langs", "reply", "subject", "displayName", "description"])


@given(changes=st.lists(st.dictionaries(FIELDS, JSON, max_size=4), min_size=4, max_size=4))
def test_any_record_is_read_or_kept_out(changes: list[dict[str, Any]]) -> None:
    whole = [bluesky_post(), bluesky_repost(), bluesky_follow(), bluesky_profile()]
    paths = [f"{kind}/{key_of()}" for kind in (POST, REPOST, FOLLOW)] + [f"{PROFILE}/self"]
    changed = [{**record, **change} for record, change in zip(whole, changes, strict=True)]
    files = {"repo.car": bluesky_car(dict(zip(paths, changed, strict=True)))}

    batch = read_all(BLUESKY, files)

    assert len(batch.posts) + len(batch.people) + len(batch.skipped) == 3
    assert BLUESKY.profile(Files(files), {}).key == DID


@given(data=st.data())
def test_any_change_of_a_file_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    changed = GOOD[:at] + data.draw(st.binary(min_size=1, max_size=9)) + GOOD[at + data.draw(st.integers(0, 9)) :]

    _read_or_refused(changed)


@given(data=st.binary(max_size=300))
def test_any_block_is_read_or_refused(data: bytes) -> None:
    _read_or_refused(of_node(data))
    _read_or_refused(of_node(b"\xa2\x61e" + data))
    _read_or_refused(section(cbor({"roots": [ROOT], "version": 1})) + data)


def _read_or_refused(data: bytes) -> None:
    try:
        read = read_all(BLUESKY, {"repo.car": data})
        assert BLUESKY.profile(Files({"repo.car": data}), {}).service == "bluesky"
        assert len(read.posts) <= 2
    except ExportError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
