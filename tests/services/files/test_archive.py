"""Uploads: which are read, which are refused and in which words, and what they cost."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.files.archive import UploadedEntries, open_upload
from dashapp.services.files.budget import Budget
from dashapp.services.files.spool import Spool
from dashapp.services.files.streams import PIECE
from dashapp.services.recognition import recognise
from tests.memory import grown_by
from tests.services.bad_uploads import BAD, GOOD, bomb, plain, refusal, tar_info
from tests.services.exports import mastodon_small, upload, x_archive, x_listed, x_post, x_small, zipped

ROOT = Path(__file__).resolve().parents[3]
POSTS = b"window.YTD.tweets.part0 = []"
MEMORY = 250  # MB that reading an upload may take at most


def content(entries: UploadedEntries, name: str) -> bytes:
    with entries.open(name) as stream:
        return stream.read()


def test_files_of_a_zip_tell_when_they_were_written() -> None:
    times = {
        "new.js": (2025, 11, 1, 10, 0, 0),
        "old.js": (2024, 3, 5, 14, 2, 10),
        "odd.js": (1980, 1, 1, 0, 0, 0),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, time in times.items():
            archive.writestr(zipfile.ZipInfo(name, time), POSTS)
    entries = open_upload([("x.zip", packed)])

    assert entries.written_at(entries.names()) == datetime(2025, 11, 1, 10, tzinfo=UTC)
    assert entries.written_at(["old.js", "odd.js"]) == datetime(2024, 3, 5, 14, 2, 10, tzinfo=UTC)
    assert entries.written_at(["odd.js"]) is None


@pytest.mark.parametrize("name", BAD)
def test_a_bad_upload_is_refused_in_one_sentence_and_takes_little_memory(name: str) -> None:
    make, words = BAD[name]

    files = make()

    told, megabytes = grown_by(lambda: refusal(files))

    assert megabytes <= MEMORY
    assert words in told
    assert told.endswith(".")
    assert "\n" not in told
    assert len(told) < 250


def packed_as_tar(files: dict[str, bytes], mode: str, layout: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=layout) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(zipped({"data/tweets.js": POSTS}).getvalue(), id="zip"),
        pytest.param(zipped({"data/tweets.js": POSTS}, packing=zipfile.ZIP_STORED).getvalue(), id="stored-zip"),
        pytest.param(packed_as_tar({"data/tweets.js": POSTS}, "w"), id="tar"),
        pytest.param(packed_as_tar({"data/tweets.js": POSTS}, "w:gz"), id="tar-gz"),
        pytest.param(packed_as_tar({"./data/tweets.js": POSTS}, "w:gz", tarfile.PAX_FORMAT), id="tar-gz-with-dot"),
        pytest.param(gzip.compress(POSTS), id="gzip"),
        pytest.param(gzip.compress(POSTS[:9]) + gzip.compress(POSTS[9:]), id="gzip-of-two-members"),
        pytest.param(POSTS, id="plain"),
        pytest.param(b"\xef\xbb\xbf" + POSTS, id="plain-with-mark"),
        pytest.param(zipped({"export.zip": zipped({"data/tweets.js": POSTS}).getvalue()}).getvalue(), id="zip-in-zip"),
        pytest.param(
            zipped({"a.zip": zipped({"data/tweets.js": POSTS}).getvalue()}, packing=zipfile.ZIP_STORED).getvalue(),
            id="zip-stored-in-zip",
        ),
        pytest.param(zipped({"twitter-2026/data/tweets.js": POSTS}).getvalue(), id="wrapper-folder"),
        pytest.param(
            zipped({"e/data/tweets.js": POSTS, "__MACOSX/e/._tweets.js": b"x", "e/.DS_Store": b"x"}).getvalue(),
            id="zipped-again-by-a-mac",
        ),
        pytest.param(
            zipped({"e/data/": b"", "e/data/tweets.js": POSTS, "e/data/tweets_media/1.jpg": b"x"}).getvalue(),
            id="folders-and-media",
        ),
    ],
)  # fmt: skip
def test_an_upload_is_recognised_by_its_content(data: bytes) -> None:
    (service, entries), *others = recognise(open_upload([("whatever.bin", io.BytesIO(data))])).items()

    assert (service, entries.names(), others) == ("x", ["data/tweets.js"], [])
    with entries.open("data/tweets.js") as stream:
        assert stream.read().removeprefix(b"\xef\xbb\xbf") == POSTS


def test_backslashes_are_folders() -> None:
    data = zipped({"data/tweets.js": POSTS}).getvalue().replace(b"data/tweets.js", b"data\\tweets.js")

    entries = open_upload([("export.zip", io.BytesIO(data))])

    assert content(entries, "data/tweets.js") == POSTS


def test_names_in_an_old_code_page_are_read() -> None:
    data = (
        zipped({"data/tweets.js": POSTS, "data/uber.js": b"x"}).getvalue().replace(b"data/uber.js", b"data/\x81ber.js")
    )

    assert open_upload([("export.zip", io.BytesIO(data))]).names() == ["data/tweets.js", "data/über.js"]


def test_names_in_utf_8_that_do_not_say_so_are_read() -> None:
    data = zipped({"data/uuber.js": b"x"}).getvalue().replace(b"data/uu", b"data/\xc3\xbc")

    assert open_upload([("export.zip", io.BytesIO(data))]).names() == ["data/über.js"]


def test_a_directory_larger_than_any_real_one_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.zips.LARGEST_DIRECTORY", 100)

    with pytest.raises(ExportError, match="damaged"):
        open_upload([("export.zip", zipped(GOOD))])


def test_long_names_in_a_tar_are_read() -> None:
    name = f"{'folder/' * 30}outbox.json"
    data = {
        layout: packed_as_tar({name: b"{}", "a.json": b"1"}, "w", layout)
        for layout in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    }

    names = [open_upload(plain("export.tar", packed)).names() for packed in data.values()]

    assert names == [[name, "a.json"], [name, "a.json"]]


def test_sizes_beyond_32_bits_are_read_from_the_extra_field() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, archive.open("data/tweets.js", "w", force_zip64=True) as file:
        file.write(POSTS)
    data = packed.getvalue()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    central = bytearray(data[start:end])
    extra = b"\x01\x00\x18\x00" + b"".join(number.to_bytes(8, "little") for number in (len(POSTS), len(POSTS), 0))
    central[20:28], central[30:32], central[42:46] = b"\xff" * 8, len(extra).to_bytes(2, "little"), b"\xff" * 4
    directory = bytes(central) + extra
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12)
    record += b"".join(number.to_bytes(8, "little") for number in (1, 1, len(directory), start))
    locator = b"PK\x06\x07" + bytes(4) + (start + len(directory)).to_bytes(8, "little") + b"\1\0\0\0"
    tail = b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2)

    entries = open_upload([("export.zip", io.BytesIO(data[:start] + directory + record + locator + tail))])

    assert content(entries, "data/tweets.js") == POSTS


def test_several_files_are_read_as_one_upload() -> None:
    first, second = x_small(x_post(1)), {"data/tweets-part1.js": POSTS, "data/account.js": x_small()["data/account.js"]}

    entries = open_upload(
        [
            ("one.zip", zipped(first)),
            ("two.zip", zipped(second)),
            ("a.js", io.BytesIO(x_listed("follower", [7]).encode())),
        ]
    )

    assert set(entries.names()) == {"data/account.js", "data/tweets.js", "data/tweets-part1.js", "data/follower.js"}
    assert entries.size("data/tweets-part1.js") == len(POSTS)


def test_two_exports_at_once_are_not_mixed() -> None:
    entries = open_upload([("a.zip", zipped(x_small(x_post(1)))), ("b.zip", zipped(x_small(x_post(2))))])

    with pytest.raises(ExportError, match="upload one export at a time"):
        entries.open("data/tweets.js")


def test_interleaved_streams_do_not_disturb_each_other() -> None:
    entries = upload({"a.json": b"a" * 200_000, "b.json": b"b" * 200_000})

    with entries.open("a.json") as first, entries.open("b.json") as second:
        read = b"".join(stream.read(70_000) for _ in range(3) for stream in (first, second))

    assert read.count(b"a") == read.count(b"b") == 200_000


def test_an_entry_can_be_opened_again_without_counting_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.archive.LARGEST_TOTAL", 150_000)
    entries = upload({"a.json": bytes(100_000), "b.json": bytes(100_000)})

    assert content(entries, "a.json") == content(entries, "a.json")
    with pytest.raises(ExportError, match="The upload is too large"):
        content(entries, "b.json")


def test_the_limit_of_an_entry_counts_what_is_read_not_what_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.archive.LARGEST_ENTRY", 50_000)
    entries = open_upload([("a.json.gz", io.BytesIO(gzip.compress(bytes(100_000)) + gzip.compress(b"x")))])

    with pytest.raises(ExportError, match=r"a\.json is too large"):
        content(entries, "a.json")


def test_the_number_of_files_is_limited_over_all_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.archive.MOST_ENTRIES", 3)
    two = {"a.json": b"1", "b.json": b"2"}

    with pytest.raises(ExportError, match="more than 3 files"):
        open_upload([("one.zip", zipped(two)), ("two.zip", zipped(two))])
    with pytest.raises(ExportError, match="more than 3 files"):
        open_upload(plain("a.tar", packed_as_tar({str(number): b"1" for number in range(4)}, "w")))


def test_the_number_of_data_files_is_limited_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.archive.MOST_DATA", 2)
    files = {"a.json": b"1", "b.csv": b"2", "c.pdf": b"3", "d.html": b"4"}

    assert upload(files).names() == [*files]
    with pytest.raises(ExportError, match="data files, more than any export"):
        upload({**files, "e.js": b"5"})


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes that uploads of this test unpacked, each time as many as at once."""
    spent: list[int] = []
    spend = Budget.spend
    monkeypatch.setattr(Budget, "spend", lambda self, count: (spent.append(count), spend(self, count)))
    return spent


def test_a_packed_tar_is_unpacked_once_however_many_of_its_files_are_read(unpacked: list[int]) -> None:
    files = {"a.bin": b"\0" * 3_000_000} | {f"posts/your_posts_{number}.json": b"[]" for number in range(1, 41)}
    entries = open_upload(plain("a.tar.gz", packed_as_tar(files, "w:gz")))

    assert {content(entries, name) for name in recognise(entries)["facebook"].paths()} == {b"[]"}
    assert sum(unpacked) < 3_500_000


def test_of_a_packed_tar_only_what_may_be_read_is_kept_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    keep = Spool.keep
    monkeypatch.setattr(Spool, "keep", lambda self, tar, size: kept.append(size) or keep(self, tar, size))
    files = {"repositories/a.git/a.pack": b"x" * 50_000, "old.zip": b"PK" * 5_000, "outbox.json": b"{}"}

    entries = open_upload(plain("a.tar.gz", packed_as_tar(files, "w:gz")))

    assert (entries.names(), kept) == ([*files], [2])
    with pytest.raises(ExportError):
        content(entries, "old.zip")


def test_members_of_a_gzip_file_cost_even_if_they_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.budget.LEAST", 1_000_000)
    monkeypatch.setattr("dashapp.services.files.budget.PER_BYTE", 1)
    rows = gzip.compress(b"source,target\n" + b"a,b\n" * 2000)

    def entries(members: int) -> UploadedEntries:
        return open_upload(plain("a.csv.gz", rows + gzip.compress(b"") * members + gzip.compress(b"c,d\n")))

    assert content(entries(200), "a.csv").endswith(b"c,d\n")
    with pytest.raises(ExportError, match="takes too long to unpack"):
        content(entries(300), "a.csv")


def test_headers_of_a_tar_cost_even_if_its_files_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.files.budget.LEAST", 500_000)
    monkeypatch.setattr("dashapp.services.files.budget.PER_BYTE", 1)

    def entries(count: int) -> UploadedEntries:
        files = {f"{number}.pdf": b"" for number in range(count)}
        return open_upload(plain("a.tar.gz", packed_as_tar({"a.json": b"{}", **files}, "w:gz")))

    assert len(entries(60).names()) == 61
    with pytest.raises(ExportError, match="takes too long to unpack"):
        entries(200)


def test_a_member_may_begin_where_a_piece_of_the_file_ends() -> None:
    first = gzip.compress(random.Random(1).randbytes(PIECE - 64), 0)
    rest = PIECE - len(first) - len(gzip.compress(b"", 0)) - 1
    padded = gzip.compress(b"", 0) if rest < 0 else gzip.compress(b"x" * rest, 0)
    data = first + padded
    assert len(data) == PIECE - 1

    entries = open_upload(plain("a.csv.gz", data + gzip.compress(b"end")))

    assert content(entries, "a.csv").endswith(b"end")


def test_reading_an_upload_ends_when_its_seconds_of_work_are_over() -> None:
    with pytest.raises(ExportError, match="takes too long to unpack"):
        open_upload(plain("a.tar.gz", packed_as_tar({"outbox.json": b"{}"}, "w:gz")), seconds=-1)


@pytest.mark.parametrize("packing", ["zip", "tar.gz"])
def test_what_came_packed_is_handed_on_without_being_unpacked(packing: str, unpacked: list[int]) -> None:
    files = {"a.json": b"[" + b"1, " * 9999 + b"1]"}
    data = zipped(files).getvalue() if packing == "zip" else packed_as_tar(files, "w:gz")
    entries = open_upload(plain(f"a.{packing}", data))
    unpacked.clear()

    packed = entries.packed("a.json")

    assert packed is not None
    assert (gzip.decompress(packed.read()), unpacked) == (files["a.json"], [])


def test_what_states_to_be_far_larger_than_it_came_is_not_handed_on() -> None:
    with pytest.raises(ExportError, match="far larger unpacked"):
        open_upload(bomb()).packed("data/tweets.js")


def test_folders_in_a_tar_are_passed_over() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tar_info("data", kind=tarfile.DIRTYPE))
        archive.addfile(tar_info("data/tweets.js"))
        archive.addfile(tar_info("data/follower.js", size=1), io.BytesIO(b"x"))

    assert open_upload(plain("a.tar", out.getvalue())).names() == ["data/tweets.js", "data/follower.js"]


def test_a_link_that_is_never_opened_refuses_nothing() -> None:
    link = zipfile.ZipInfo("docs/latest")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(packed := zipped(x_small(x_post())), "a") as archive:
        archive.writestr(link, "../elsewhere")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.addfile(tar_info("docs/latest", kind=tarfile.SYMTYPE, target="../elsewhere"))
        tar.addfile(tar_info("data/tweets.js", size=len(POSTS)), io.BytesIO(POSTS))

    uploads = [open_upload([("x.zip", packed)]), open_upload(plain("x.tar", out.getvalue()))]

    assert [list(recognise(entries)) for entries in uploads] == [["x"], ["x"]]


def test_names_of_media_are_not_kept(tmp_path: Path) -> None:
    path = x_archive(tmp_path / "x.zip", posts=1, media=1000)

    with path.open("rb") as file:
        names = open_upload([("x.zip", file)]).names()

    assert len(names) == 8


@pytest.mark.parametrize(
    ("files", "service"),
    [
        pytest.param({"tweet.js": POSTS}, "x", id="x-of-2019"),
        pytest.param({"data/js/tweets/2014_05.js": "Grailbird.data.tweets_2014_05 = []"}, "x", id="x-of-2014"),
        pytest.param({"data/follower.js": "x"}, "x", id="x-followers-only"),
        pytest.param(mastodon_small(), "mastodon", id="mastodon"),
        pytest.param(
            {"accounts.csv": "Account address,Show boosts\nbob@other.example,true\n"}, "mastodon", id="csv-list"
        ),
        pytest.param({"old.csv": "bob@other.example\n"}, "mastodon", id="csv-list-without-header"),
        pytest.param({"a.csv": "source,target\na,b\n"}, "csv", id="csv"),
        pytest.param({"a.txt": "1 2\n3 4\n"}, "csv", id="edge-list"),
        pytest.param({"a.csv": "a@b.example,c,d,e,f\n1,2,3,4,5\n"}, "csv", id="csv-with-an-address-as-header"),
    ],
)
def test_an_upload_is_recognised_by_its_structure(files: dict[str, bytes | str], service: str) -> None:
    assert list(recognise(upload(files))) == [service]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param("window.YTD.follower.part0 = []", "data/follower.js", id="x"),
        pytest.param("window.YTD.direct_messages.part2 = []", "data/direct-messages-part2.js", id="x-messages"),
        pytest.param("window.__THAR_CONFIG = {}", "data/manifest.js", id="x-manifest"),
        pytest.param("Grailbird.data.tweets_2014_05 = []", "data/js/tweets/2014_05.js", id="x-of-2014"),
        pytest.param(mastodon_small()["outbox.json"], "outbox.json", id="mastodon-outbox"),
        pytest.param(mastodon_small()["actor.json"], "actor.json", id="mastodon-actor"),
        pytest.param("source,target\n", "export (1).csv", id="csv"),
    ],
)
def test_a_single_file_may_have_any_name(data: str, name: str) -> None:
    assert open_upload(plain("export (1)", data.encode())).names() == [name]


def test_likes_are_not_taken_for_posts() -> None:
    likes = '{"@context": "https://www.w3.org/ns/activitystreams", "id": "likes.json", "type": "OrderedCollection"}'

    assert open_upload(plain("likes.json", likes.encode())).names() == ["likes.json"]


SOUND = [
    zipped(GOOD).getvalue(),
    packed_as_tar({"outbox.json": b"{}" * 99}, "w:gz"),
    packed_as_tar({"a" * 120: b"x"}, "w", tarfile.PAX_FORMAT),
]


@given(data=st.binary(max_size=3000), start=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"PK\x05\x06"]))
def test_random_bytes_are_refused_or_read(data: bytes, start: bytes) -> None:
    read_as_upload(start + data)


@given(
    data=st.sampled_from(SOUND),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)  # fmt: skip
def test_changed_bytes_are_refused_or_read(data: bytes, changes: list[tuple[float, int]]) -> None:
    changed = bytearray(data)
    for place, value in changes:
        changed[int(place * len(data))] = value

    read_as_upload(bytes(changed))


def read_as_upload(data: bytes) -> None:
    """Reads every entry; anything but `ExportError` fails the test."""
    try:
        entries = open_upload([("export.zip", io.BytesIO(data))])
        assert all(len(content(entries, name)) >= 0 for name in entries.names())
        recognise(entries)
    except ExportError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
