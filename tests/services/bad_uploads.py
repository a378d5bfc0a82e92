"""Uploads that are no export: each must be refused in one sentence, and cost little."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO

from dashapp.services import upload_of
from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.recognition import recognise
from tests.services.bluesky_exports import bluesky_post, bluesky_small
from tests.services.car_files import PREFIX, block_id, car, cbor
from tests.services.exports import (
    FACEBOOK_FRIENDS,
    FACEBOOK_POSTS,
    FACEBOOK_PROFILE,
    linkedin_profile,
    mastodon_small,
    x_post,
    x_small,
    zipped,
)
from tests.services.github_exports import github_small

Upload = list[tuple[str, io.BytesIO]]
GOOD = x_small(x_post())
REPOSITORY = bluesky_small(bluesky_post())["repo.car"]


def in_zip(files: Mapping[str, bytes | str]) -> Upload:
    """One zip of the files."""
    return [("export.zip", zipped(files))]


def plain(name: str, data: bytes) -> Upload:
    """One file as it is."""
    return [(name, io.BytesIO(data))]


def changed(pattern: bytes, replacement: bytes, files: Mapping[str, bytes | str] = GOOD) -> Upload:
    """A zip in which some bytes are others."""
    data = zipped(files).getvalue()
    assert len(pattern) == len(replacement)
    assert pattern in data
    return plain("export.zip", data.replace(pattern, replacement))


def truncated() -> Upload:
    """Half a zip."""
    data = zipped(GOOD).getvalue()
    return plain("export.zip", data[: len(data) // 2])


def central_field(offset: int, layout: str, value: int, *, local: int | None = None) -> Upload:
    """A zip whose headers state something else for the first file."""
    data = bytearray(zipped(GOOD).getvalue())
    struct.pack_into(layout, data, data.index(b"PK\x01\x02") + offset, value)
    if local is not None:
        struct.pack_into(layout, data, local, value)
    return plain("export.zip", bytes(data))


def last(pattern: bytes, offset: int, replacement: bytes) -> Upload:
    """A zip in which bytes behind the last place of a pattern are others."""
    data = bytearray(zipped(GOOD).getvalue())
    at = data.rindex(pattern) + offset
    data[at : at + len(replacement)] = replacement
    return plain("export.zip", bytes(data))


def with_zip64_locator(at: int) -> Upload:
    """A zip that says that its longer directory record stands at some place."""
    data = zipped(GOOD).getvalue()
    end = data.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    return plain("export.zip", data[:end] + locator + data[end:])


def without_true_size(extra: bytes) -> Upload:
    """A zip whose directory says that the size stands in an extra field, where it does not."""
    header = struct.pack("<4s4x2H4x3L3H4x2L", b"PK\x01\x02", 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1, len(extra), 0, 0, 0)
    directory = header + b"a" + extra
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    return plain("export.zip", b"PK\x03\x04" + directory + tail)


def stored_in_other_size() -> Upload:
    """A file that is not packed, and yet has two sizes."""
    data = bytearray(zipped({"data/tweets.js": "x"}, packing=zipfile.ZIP_STORED).getvalue())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 2)
    return plain("export.zip", bytes(data))


def pax(record: bytes) -> Upload:
    """A tar whose extended header holds these bytes."""
    header = tar_info("x", kind=tarfile.XHDTYPE, size=len(record)).tobuf(tarfile.USTAR_FORMAT)
    body = record.ljust(512, b"\0") + tar_info("outbox.json").tobuf(tarfile.USTAR_FORMAT)
    return plain("export.tar", header + body + bytes(1024))


def overlapping() -> Upload:
    """Two names for the same bytes, as in zip bombs that need no nesting; Python up to 3.12 reads it."""
    data = zipped({"data/tweets.js": b"window.YTD.tweets.part0 = []"}).getvalue()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    directory = entry + entry.replace(b"data/tweets.js", b"data/twee2s.js")
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), start, 0)
    return plain("export.zip", data[:start] + directory + tail)


def bomb() -> Upload:
    """A file of blanks that packs a thousandfold."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/account.js", GOOD["data/account.js"])
        with archive.open("data/tweets.js", "w") as file:
            file.write(b"window.YTD.tweets.part0 = [")
            for _ in range(80):
                file.write(b" " * (1 << 20))
    return [("export.zip", packed)]


def lying_bomb() -> Upload:
    """A bomb that states to be small."""
    data = bytearray(bomb()[0][1].getvalue())
    struct.pack_into("<L", data, data.rindex(b"data/tweets.js") - 46 + 24, 1000)
    return plain("export.zip", bytes(data))


def gzip_bomb() -> Upload:
    """A gzip file of blanks."""
    packed = io.BytesIO()
    with gzip.open(packed, "wb", 1) as file:
        for _ in range(80):
            file.write(b" " * (1 << 20))
    return plain("posts.csv.gz", packed.getvalue())


def tar_of(*infos: tarfile.TarInfo, data: bytes = b"") -> Upload:
    """A tar.gz of the entries."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for info in infos:
            archive.addfile(info, io.BytesIO(data))
    return plain("export.tar.gz", out.getvalue())


def tar_info(name: str, *, kind: bytes = tarfile.REGTYPE, size: int = 0, target: str = "") -> tarfile.TarInfo:
    """An entry of a tar."""
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, target
    return info


FULL = tar_info("notes.txt", size=1)


def tar_with_endless_name() -> Upload:
    """A header that states a name of 8 GB, which a careless reader loads."""
    block = bytearray(tar_info("././@LongLink").tobuf(tarfile.GNU_FORMAT))
    block[124:136], block[156:157] = b"77777777777\0", tarfile.GNUTYPE_LONGNAME
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return plain("export.tar.gz", gzip.compress(bytes(block) + bytes(1 << 20)))


def tar_that_goes_back() -> Upload:
    """A header of negative size, at which Python up to 3.11.13 loops for ever."""
    block = bytearray(tar_info("outbox.json").tobuf(tarfile.GNU_FORMAT))
    block[124:136] = b"\xff" * 10 + b"\xfe\x00"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return plain("export.tar", bytes(block) + bytes(2048))


def symlink() -> Upload:
    """A link in place of the posts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        info = zipfile.ZipInfo("data/tweets.js")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return [("export.zip", packed)]


def encrypted() -> Upload:
    """A zip with a password: the flag is what a reader sees first."""
    return central_field(8, "<H", 1, local=6)


def twice() -> Upload:
    """Two files of one name."""
    files = {**GOOD, "data/follower.js": "x", "data/account1.js": "y"}
    return changed(b"data/follower.js", b"data/account1.js", files)


def x_with(kind: str, data: bytes | str) -> Upload:
    """An X export with a file of that content."""
    return in_zip({**GOOD, f"data/{kind}.js": data})


def outbox(data: str) -> Upload:
    """A Mastodon export with an outbox of that content."""
    return in_zip({**mastodon_small(), "outbox.json": data})


def posts_csv(data: bytes) -> Upload:
    """A file posts.csv."""
    return plain("posts.csv", data)


def many_nodes() -> Upload:
    """A repository with more nodes than the largest has, under ids that are not theirs."""
    node = cbor({"l": None, "e": []})
    return plain("repo.car", car(block_id(b""), ((PREFIX + number.to_bytes(32), node) for number in range(400_001))))


def many(count: int, data: bytes = b"") -> Upload:
    """A zip of many small files."""
    return in_zip({f"folder/{number}.txt": data for number in range(count)})


def too_many() -> Upload:
    """More entries than any export has."""
    header = struct.pack("<4s4x2H4x3L3H4x2L", b"PK\x01\x02", 0, 0, 0, 0, 0, 9, 0, 0, 0, 0)
    directory = b"".join(b"%b%06d.js" % (header, number) for number in range(250_000))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, len(directory), 4, 0)
    return plain("export.zip", b"PK\x03\x04" + directory + tail)


def deep_json(count: int) -> Upload:
    """Opening brackets only: 100 kB of them cost an incremental parser all memory."""
    return in_zip({**GOOD, "data/tweets.js": b"window.YTD.tweets.part0 = [" + b"[" * count})


def zip_in_zip(levels: int) -> Upload:
    """A zip in a zip in a zip."""
    data = zipped(GOOD).getvalue()
    for _ in range(levels):
        data = zipped({"export.zip": data}).getvalue()
    return plain("export.zip", data)


#: name: the upload, and words of the sentence that refuses it
BAD: dict[str, tuple[Callable[[], Upload], str]] = {
    "nothing-chosen": (list, "choose"),
    "empty-file": (lambda: plain("export.zip", b""), "is empty"),
    "not-a-zip": (lambda: plain("export.zip", b"\x00\x01\x02 no zip"), "no file in the upload"),
    "truncated-zip": (truncated, "damaged or was cut off"),
    "truncated-gzip": (lambda: plain("posts.csv.gz", gzip.compress(bytes(range(256)) * 99)[:200]), "damaged"),
    "truncated-tar": (
        lambda: plain("a.tar.gz", gzip.compress(tar_info("outbox.json", size=9999).tobuf() + b"{")),
        "damaged",
    ),
    "directory-missing": (lambda: plain("export.zip", zipped(GOOD).getvalue()[:-30]), "damaged"),
    "other-packing": (lambda: plain("export.rar", b"Rar!\x1a\x07\x00"), "packed as RAR: unpack it"),
    "web-page-as-zip": (lambda: plain("export.zip", b"\xef\xbb\xbf\n<!DOCTYPE html><title>Sign in"), "is a web page"),
    "html-export": (lambda: in_zip({"index.html": "<html>", "files/a.jpg": "x"}), "choose JSON"),
    "excel": (lambda: in_zip({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "save each of its sheets"),
    "facebook-html": (lambda: in_zip({"connections/friends/your_friends.html": "<html>"}), "choose JSON"),
    "facebook-other-parts": (
        lambda: in_zip({"your_facebook_activity/messages/a.json": "{}"}),
        "without posts and friends",
    ),
    "facebook-no-list": (lambda: in_zip({FACEBOOK_FRIENDS: "{}"}), "not as the service"),
    "facebook-cut-off": (lambda: in_zip({FACEBOOK_FRIENDS: '{"friends_v2": [{"name"'}), "ends in the middle"),
    "facebook-deep": (lambda: in_zip({FACEBOOK_POSTS: b"[" * 900_000}), "ends in the middle"),
    "facebook-huge-record": (
        lambda: in_zip({FACEBOOK_POSTS: b'{"timestamp": 1, "data": [' + b" " * (2 << 20)}),
        "larger than any real one",
    ),
    "facebook-profile-no-json": (lambda: in_zip({FACEBOOK_PROFILE: "<html>"}), "not as the service"),
    "car-no-car": (lambda: plain("repo.car", b"\0\1\2 no car"), "no repository as Bluesky exports it"),
    "car-cut-off": (lambda: plain("repo", REPOSITORY[:-9]), "ends in the middle"),
    "car-not-whole": (lambda: plain("repo.car", REPOSITORY[:300]), "ends in the middle"),
    "car-endless-block": (lambda: plain("a.car", REPOSITORY + b"\xff\xff\xff\1" + bytes(5 << 20)), "larger than any"),
    "car-many-nodes": (many_nodes, "holds more records than"),
    "github-nobody's": (lambda: in_zip({"issues_000001.json": "[]"}), "does not say whose it is"),
    "github-no-json": (lambda: in_zip({**github_small(), "issues_000001.json": "<html>"}), "not as the service"),
    "github-cut-off": (lambda: in_zip({**github_small(), "issues_000001.json": '[{"a": 1}, {'}), "ends in the middle"),
    "github-deep": (lambda: in_zip({**github_small(), "issues_000001.json": b"[" * 3_000_000}), "larger than any"),
    "github-comments-cut-off": (lambda: in_zip({**github_small(), "issue_comments_000001.json": "["}), "ends in the"),
    "instagram": (
        lambda: in_zip({"connections/followers_and_following/followers_1.json": "[]"}),
        "choose your Facebook profile",
    ),
    "linkedin-other-parts": (lambda: in_zip({"Email Addresses.csv": "a,b\n"}), "wait for LinkedIn's second mail"),
    "linkedin-other-columns": (
        lambda: in_zip({"Profile.csv": linkedin_profile(), "Shares.csv": "Day,Words\n1,2\n"}),
        "no line that begins with 'Date'",
    ),
    "linkedin-many-cells": (
        lambda: in_zip({"Profile.csv": linkedin_profile(), "Shares.csv": "Date," + "x," * 5000}),
        "more than 200 columns",
    ),
    "zip-bomb": (bomb, "far larger unpacked"),
    "lying-bomb": (lying_bomb, "damaged"),
    "gzip-bomb": (gzip_bomb, "far larger unpacked"),
    "overlapping": (overlapping, "overlap each other"),
    "dot-dot": (lambda: in_zip({**GOOD, "../../evil.js": "x"}), "unsafe name"),
    "dot-dot-backslash": (lambda: in_zip({**GOOD, "data\\..\\..\\evil.js": "x"}), "unsafe name"),
    "absolute": (lambda: in_zip({**GOOD, "/etc/passwd": "x"}), "unsafe name"),
    "drive": (lambda: in_zip({**GOOD, "C:/windows/x.js": "x"}), "unsafe name"),
    "control-character": (lambda: changed(b"data/tweets.js", b"data/twe\nts.js"), "unsafe name"),
    "symlink": (symlink, "holds a link"),
    "tar-symlink": (lambda: tar_of(FULL, tar_info("outbox.json", kind=tarfile.SYMTYPE), data=b"x"), "holds a link"),
    "tar-dot-dot": (lambda: tar_of(tar_info("../outbox.json")), "unsafe name"),
    "tar-twice": (lambda: tar_of(tar_info("outbox.json"), tar_info("outbox.json")), "outbox.json twice"),
    "tar-device": (lambda: tar_of(FULL, tar_info("outbox.json", kind=tarfile.CHRTYPE), data=b"x"), "holds a link"),
    "tar-endless-name": (tar_with_endless_name, "too large"),
    "tar-negative-size": (tar_that_goes_back, "too large"),
    "encrypted": (encrypted, "protected by a password"),
    "twice": (twice, "twice"),
    "other-method": (lambda: central_field(10, "<H", 98, local=8), "packed in a way"),
    "size-too-small": (lambda: central_field(24, "<L", 5), "damaged"),
    "size-too-large": (lambda: central_field(24, "<L", 5000), "damaged"),
    "size-beyond-limit": (lambda: central_field(24, "<L", 3 << 30), "too large unpacked"),
    "checksum": (lambda: central_field(16, "<L", 12345), "damaged"),
    "offset-beyond-end": (lambda: central_field(42, "<L", 1 << 30), "damaged"),
    "offset-before-begin": (lambda: last(b"PK\x05\x06", 16, b"\xff\xff\xff\x7f"), "damaged"),
    "no-local-header": (lambda: last(b"PK\x03\x04", 0, b"KP"), "damaged"),
    "local-header-beyond-end": (lambda: last(b"PK\x03\x04", 28, b"\xff\xff"), "damaged"),
    "no-directory-header": (lambda: last(b"PK\x01\x02", 0, b"KP"), "damaged"),
    "directory-too-long": (lambda: last(b"PK\x05\x06", 12, b"\xff\xff"), "damaged"),
    "no-entries": (lambda: plain("a.zip", b"PK\x05\x06" + bytes(18)), "no file in the upload"),
    "locator-beyond-end": (lambda: with_zip64_locator(1 << 60), "damaged"),
    "locator-to-nowhere": (lambda: with_zip64_locator(0), "damaged"),
    "true-size-missing": (lambda: without_true_size(b""), "damaged"),
    "true-size-not-among-extras": (lambda: without_true_size(b"\x0a\x00\x04\x00abcd"), "damaged"),
    "stored-in-other-size": (stored_in_other_size, "damaged"),
    "tar-header-cut-off": (lambda: plain("a.tar", tar_info("outbox.json").tobuf() + b"x" * 100), "damaged"),
    "pax-too-long": (lambda: pax(b"70000 path=" + b"x" * 70_000), "damaged"),
    "pax-no-length": (lambda: pax(b"path=outbox.json\n"), "damaged"),
    "pax-length-too-long": (lambda: pax(b"99 path=outbox.json\n"), "damaged"),
    "pax-sparse": (lambda: pax(b"22 GNU.sparse.major=1\n"), "damaged"),
    "pax-size-no-number": (lambda: pax(b"11 size=-1\n"), "damaged"),
    "split": (lambda: changed(b"PK\x05\x06\0\0", b"PK\x05\x06\1\0"), "split zip"),
    "10000-empty-files": (lambda: many(10_000), "is empty"),
    "10000-small-files": (lambda: many(10_000, b"x"), "no file in the upload"),
    "too-many-files": (too_many, "more than 200,000 files"),
    "zip-in-zip-in-zip": (lambda: zip_in_zip(2), "unpack the upload once"),
    "many-zips-in-zip": (lambda: in_zip({f"{number}.zip": b"PK" for number in range(30)}), "unpack the upload once"),
    "no-json": (lambda: x_with("tweets", "<html>Please sign in</html>"), "not as the service writes"),
    "other-json": (lambda: x_with("tweets", '{"posts": []}'), "not as the service writes"),
    "json-cut-off": (lambda: x_with("tweets", GOOD["data/tweets.js"][:-60]), "ends in the middle"),
    "json-empty": (lambda: x_with("tweets", ""), "ends in the middle"),
    "json-in-utf-16": (lambda: x_with("tweets", GOOD["data/tweets.js"].encode("utf-16")), "not in UTF-8"),
    "json-deep": (lambda: deep_json(900_000), "ends in the middle"),
    "json-deeper": (lambda: deep_json(3_000_000), "larger than any real one"),
    "json-endless-text": (
        lambda: x_with("tweets", 'window.YTD.tweets.part0 = [{"a": "' + "x" * (5 << 20)),
        "larger than any real one",
    ),
    "account-no-json": (lambda: x_with("account", "window.YTD.account.part0 = [{"), "not as the service"),
    "account-too-large": (lambda: x_with("account", b"[" + b" " * (2 << 20)), "larger than any real"),
    "nobody's": (lambda: in_zip({"data/tweets.js": GOOD["data/tweets.js"]}), "does not say whose"),
    "outbox-no-list": (lambda: outbox('{"orderedItems": {}}'), "not as the service"),
    "outbox-is-likes": (lambda: outbox("[]"), "not as the service"),
    "csv-binary": (lambda: posts_csv(b"created_at\n\x00\x01\x02"), "not a text file"),
    "csv-wrong-encoding": (lambda: posts_csv(b"created_at,text\n2024-01-01,\x81\x8d"), "CSV UTF-8"),
    "csv-utf-16-odd": (lambda: posts_csv("created_at\n".encode("utf-16") + b"\x00\xd8"), "not a text file"),
    "csv-unclear": (lambda: plain("stuff.csv", b"foo,bar\n1,2\n"), "not clear what stuff.csv holds"),
    "csv-lacks-column": (lambda: plain("ties.csv", b"source,weight\n1,2\n"), "lacks the column target"),
    "csv-no-rows": (lambda: posts_csv(b"\n\n"), "has no rows"),
    "csv-none-usable": (lambda: posts_csv(b"created_at,text\nsoon,Hello\n"), "None of the rows"),
    "csv-endless-row": (lambda: posts_csv(b"created_at,text\n2024-01-01," + b"x" * 2_000_000), "longer than a million"),
    "csv-endless-quotes": (lambda: posts_csv(b"created_at\n" + b'"\n",' * 400_000), "longer than a million"),
    "csv-row-of-many-cells": (lambda: posts_csv(b"created_at\n" + b"x," * 5000), "more than 200 columns"),
    "csv-many-columns": (lambda: posts_csv(b"created_at" + b",x" * 5000), "more than 200 columns"),
}  # fmt: skip


def exhaust(stream: BinaryIO) -> None:
    """Reads all of it, as keeping an upload does."""
    while stream.read(1 << 20):
        pass


def refusal(files: Upload) -> str:
    """The sentence with which an upload is refused, at whichever step."""
    try:
        (service, entries), *_ = recognise(open_upload(files)).items()
        export = upload_of(service).export
        options = {} if export.service in ("x", "github") else {"handle": "ada@example.social"}
        for name in filter(export.wants, entries.names()):
            exhaust(entries.open(name))
        export.profile(entries, options)
        for _ in export.read(entries, options):
            pass
    except ExportError as error:
        return str(error)
    return ""
