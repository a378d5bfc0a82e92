"""Exports are found by what is inside an upload, and refusals speak of the service that it looks like."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dashapp.services import upload_of
from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.recognition import link_target, recognise
from tests.services.exports import (
    Files,
    facebook_json,
    facebook_post,
    linkedin_connection,
    linkedin_connections,
    linkedin_profile,
    mastodon_archive,
    mastodon_following,
    mastodon_post,
    mastodon_small,
    read_all,
    upload,
    x_listed,
    x_post,
    x_small,
    zipped,
)

X = x_small(x_post(), follower=x_listed("follower", [7]))
MASTODON = mastodon_small(mastodon_post(), following_accounts=mastodon_following(["bob@other.example"]))
LINKEDIN = {"Profile.csv": linkedin_profile(), "Connections.csv": linkedin_connections(linkedin_connection())}
FACEBOOK = {"posts/your_posts_1.json": facebook_json([facebook_post()])}
FILES: Mapping[str, Mapping[str, str]] = {"x": X, "mastodon": MASTODON, "linkedin": LINKEDIN}


def in_folder(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


@pytest.mark.parametrize("service", FILES)
@pytest.mark.parametrize(
    ("folder", "beside"),
    [
        pytest.param("export/export", {}, id="folder-in-folder"),
        pytest.param("export", {"notes.txt": "Mine"}, id="stray-file"),
        pytest.param("export", {"photos/list.txt": "x", "photos.csv": "name,place\na,Rome\n"}, id="folder-beside"),
        pytest.param("a/b/c", {"__MACOSX/a/b/._c": "x", "a/.DS_Store": "x"}, id="mac"),
        pytest.param("export", {"a/x.csv": "1,2\n", "b/x.csv": "3,4\n"}, id="other-files-of-one-name"),
        pytest.param("export", {"copy": ""}, id="a-copy-of-it"),
    ],
)  # fmt: skip
def test_an_export_is_found_in_whatever_folders(service: str, folder: str, beside: dict[str, str]) -> None:
    beside = in_folder("copy", FILES[service]) if "copy" in beside else beside

    found = recognise(upload({**in_folder(folder, FILES[service]), **beside}))

    told = {key: read_all(upload_of(key).export, entries, handle="") for key, entries in found.items()}
    assert told == {service: read_all(upload_of(service).export, FILES[service])}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([("all.zip", zipped({**X, **MASTODON, **LINKEDIN}))], id="flat"),
        pytest.param(
            [("all.zip", zipped({n: t for key, each in FILES.items() for n, t in in_folder(key, each).items()}))],
            id="in-folders",
        ),
        pytest.param([(f"{key}.zip", zipped(each)) for key, each in FILES.items()], id="zips"),
        pytest.param(
            [("a.zip", zipped({"a.txt": "x", **{f"{k}.zip": zipped(each).getvalue() for k, each in FILES.items()}}))],
            id="zips-in-a-zip-with-a-stray-file",
        ),
    ],
)  # fmt: skip
def test_exports_of_several_services_are_told_apart(files: list[tuple[str, io.BytesIO]]) -> None:
    found = recognise(open_upload(files))

    assert {key: set(entries.names()) for key, entries in found.items()} == {
        key: set(each) for key, each in FILES.items()
    }


@pytest.mark.parametrize(
    ("new", "old"),
    [
        pytest.param(X, {"data/tweets.js": x_small(x_post(2))["data/tweets.js"]}, id="x"),
        pytest.param(X, {"tweets.js": x_small(x_post(2))["data/tweets.js"]}, id="x-without-its-folder"),
        pytest.param(FACEBOOK, {"posts/your_posts_1.json": "[]"}, id="facebook"),
    ],
)
def test_two_exports_of_one_service_are_not_mixed(new: dict[str, str], old: dict[str, str]) -> None:
    with pytest.raises(ExportError, match=r"is there twice in the upload, and the two differ: upload one export at"):
        recognise(Files({**in_folder("new", new), **in_folder("old", old)}))


def test_many_copies_of_one_export_are_not_said_to_differ() -> None:
    with pytest.raises(ExportError, match=r"holds more than 20 copies of files, such as .*: upload the export once"):
        recognise(Files({f"{copy}/{name}": text for copy in range(22) for name, text in X.items()}))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({f"{at}/posts.csv": f"created_at\n{at}-03-05\n" for at in (2024, 2025)}, id="of-one-name"),
        pytest.param({"edges.csv": "a@b.example,c@d.example\n", "followers.csv": "id,name\n7,Bob\n"}, id="of-handles"),
    ],
)
def test_csv_files_of_ones_own_are_no_export_of_a_service(files: dict[str, str]) -> None:
    found = recognise(upload(files))

    assert {key: entries.names() for key, entries in found.items()} == {"csv": [*files]}


@pytest.mark.parametrize("beside", [{}, {"notes.txt": "Mine"}], ids=["alone", "beside"])
def test_an_archive_of_another_kind_in_a_zip_is_opened(tmp_path: Path, beside: dict[str, str]) -> None:
    packed = mastodon_archive(tmp_path / "m.tar.gz", posts=2, packed="tar.gz").read_bytes()

    assert list(recognise(upload({"old/m.tar.gz": packed, **beside}))) == ["mastodon"]


def test_a_damaged_zip_beside_an_export_does_not_spoil_it() -> None:
    assert list(recognise(upload({**X, "old.zip": b"PK\3\4 no zip"}))) == ["x"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param({"t/Your archive.html": "<html>", "t/assets/a.js": "x"}, "part of an X archive", id="x"),
        pytest.param({"data/direct-messages.js": "x"}, "part of an X archive", id="x-messages"),
        pytest.param({"a/bookmarks.json": "{}"}, "part of a Mastodon export", id="mastodon"),
        pytest.param({"issue_events_000001.json": "[]"}, "part of a GitHub archive", id="github"),
        pytest.param(
            {"o.example.user.ada.json": json.dumps({"account": {"id": "1", "acct": "ada"}, "statuses": []})},
            "o.example.user.ada.json holds data of Mastodon that a program has saved, which is not read: upload "
            "the official archive, a Mastodon export",
            id="mastodon-archive",
        ),
        pytest.param({"t.jsonl": '{"id": 1, "full_text": "Hi"}\n'}, "data of X that a program", id="tweets-of-a-tool"),
        pytest.param({"p.json": '[{"uri": "at://did:plc:abc/app.bsky.feed.post/1"}]'}, "data of Bluesky", id="bluesky"),
        pytest.param({"mine.json": '{"a": 1}'}, "no file in the upload that Sociogram reads", id="unknown"),
    ],
)  # fmt: skip
def test_a_refusal_speaks_of_the_service_that_it_looks_like(files: dict[str, str], words: str) -> None:
    with pytest.raises(ExportError) as refused:
        recognise(upload(files))

    assert words in str(refused.value)


DID = "did:plc:" + "a" * 24


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://github.com/Ada-Example", "github:ada-example"),
        ("http://www.github.com/ada/?tab=repositories#top", "github:ada"),
        ("https://github.com/sponsors/ada", "github:ada"),
        ("https://gist.github.com/ada", "github:ada"),
        ("https://example.social/@Ada", "mastodon:ada@example.social"),
        ("https://example.social/users/ada/", "mastodon:ada@example.social"),
        ("https://example.social/web/@ada", "mastodon:ada@example.social"),
        ("https://example.social/@bob@other.example?utm_source=a", "mastodon:bob@other.example"),
        ("https://example.social/%40ada", "mastodon:ada@example.social"),
        ("https://b\u00fccher.example/@ada", "mastodon:ada@xn--bcher-kva.example"),
        ("https://m.example.social:8443/@ada", "mastodon:ada@m.example.social:8443"),
        ("https://bsky.app/profile/Ada.Example", "bluesky:ada.example"),
        (f"https://bsky.app/profile/{DID}/", f"bluesky:{DID}"),
        ("https://x.com/Ada_L", "x:ada_l"),
        ("https://mobile.twitter.com/@ada?lang=de", "x:ada"),
        ("https://twitter.com/intent/user?user_id=778", "x:778"),
        ("https://twitter.com/intent/follow?ref=a&screen_name=ada&x=1", "x:ada"),
        ("https://x.com/i/user/778", "x:778"),
        ("https://de.linkedin.com/in/Ada-Example/?trk=a", "linkedin:ada-example"),
        ("https://www.linkedin.com/in/ad%C3%A9", "linkedin:ad\u00e9"),
        ("https://m.facebook.com/ada.example?ref=a", "facebook:ada.example"),
        ("https://de-de.facebook.com/profile.php?id=100&sk=about", "facebook:100"),
        ("https://facebook.com/people/Ada-Example/100/", "facebook:100"),
    ],
)
def test_a_link_to_a_profile_is_whose_that_is(address: str, target: str) -> None:
    assert link_target(address) == target


@pytest.mark.parametrize(
    "address",
    [
        "https://ada.example",
        "https://Ada.example/About?a=1",
        "https://github.com/ada/looms",
        "https://github.com/features",
        "https://github.com",
        "https://ada.github.io",
        "https://medium.com/@ada",
        "https://m.youtube.com/@ada",
        "https://t.me/@ada",
        "https://dev.to/@ada",
        "https://keybase.io/@ada",
        "https://stackoverflow.com/users/12",
        "https://example.social/@ada/115",
        "https://example.social/@a b",
        "https://ex_ample/@ada@\u0378",
        f"https://bsky.app/profile/{DID}/post/3k2aaaaaaaa2a",
        "https://x.com/home",
        "https://x.com/ada/status/1",
        "https://x.com/i/events/1",
        "https://notx.com/ada",
        "https://www.linkedin.com/company/ada",
        "https://www.facebook.com/groups/100",
        "https://www.facebook.com/sharer.php?u=a",
        "https://t.co/ada",
        "https://[broken",
        "",
    ],
)
def test_any_other_link_stays_the_address_of_a_page(address: str) -> None:
    assert link_target(address) == address
