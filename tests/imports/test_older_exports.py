"""An older export after a newer one adds the posts that are missing, and changes nothing else."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from flask import Flask

from dashapp.imports import run_waiting
from dashapp.imports.receive import receive
from dashapp.store import accounts, change_list, people, posts, users
from dashapp.store.rows import AccountRow
from tests.services import exports
from tests.services.exports import facebook_post, facebook_small, linkedin_share, linkedin_small, mastodon_post, zipped
from tests.services.github_exports import github_issue, github_small, github_user

pytestmark = pytest.mark.usefixtures("unmeasured")
Upload = list[tuple[str, io.BytesIO]]


def share(number: int, day: str) -> list[str]:
    """A post at LinkedIn."""
    return linkedin_share(number, Date=f"{day} 10:00:00")


def linkedin(name: str, headline: str, text: str, *shares: list[str], friends: tuple[int, ...]) -> Upload:
    """LinkedIn's zip."""
    connections = exports.linkedin_connections(*map(exports.linkedin_connection, friends))
    files = linkedin_small(linkedin_share(1, ShareCommentary=text), *shares, Connections=connections)
    files["Profile.csv"] = files["Profile.csv"].replace("Engines", headline)
    return [(f"Complete_LinkedInDataExport_{name}.zip", zipped(files))]


def mastodon(name: str, bio: str, likes: int, *newer: Mapping[str, Any], friends: tuple[str, ...]) -> Upload:
    """Mastodon's archive with the list beside it."""
    first = mastodon_post(1, likes={"totalItems": likes})
    files = exports.mastodon_small(first, *newer)
    files["actor.json"] = json.dumps({**exports.mastodon_actor(), "summary": f"<p>{bio}</p>"})
    following = io.BytesIO(exports.mastodon_following(friends).encode())
    return [(f"archive-{name}000000-a.zip", zipped(files)), ("following_accounts.csv", following)]


def facebook(
    name: str, full_name: str, *written: Mapping[str, Any], friends: Mapping[str, int] = MappingProxyType({})
) -> Upload:
    """Facebook's zip."""
    files = facebook_small(*written, friends=exports.facebook_friends(friends))
    files = {key: text.replace("Ada Example", full_name) for key, text in files.items()}
    return [(f"facebook-ada-{name}-Ab1.zip", zipped(files))]


def github(day: datetime, name: str, title: str, reactions: int) -> Upload:
    """GitHub's tar, whose files tell the day."""
    users_of = [github_user(name=name)]
    files = github_small(users=users_of, issues=[github_issue(title=title, reactions=[{}] * reactions)])
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for file, text in files.items():
            info = tarfile.TarInfo(file)
            info.size, info.mtime = len(text.encode()), day.timestamp()
            archive.addfile(info, io.BytesIO(text.encode()))
    packed.seek(0)
    return [("0b5e.tar.gz", packed)]


NEWER_THEN_OLDER: dict[str, tuple[Callable[[], Upload], Callable[[], Upload], int]] = {
    "linkedin": (
        lambda: linkedin("11-20-2026", "Expert", "edited", share(2, "2026-11-01"), friends=(1, 2)),
        lambda: linkedin("12-01-2025", "Novice", "first", share(3, "2025-11-01"), friends=(1, 3)),
        1,
    ),
    "mastodon": (
        lambda: mastodon("20261101", "new", 9, mastodon_post(2), friends=("bo@p.example", "cy@p.example")),
        lambda: mastodon("20260401", "old", 2, friends=("bo@p.example", "ex@p.example")),
        0,
    ),
    "facebook": (
        lambda: facebook("2026-11-01", "Ada New", facebook_post(1_790_812_800, "new"), friends={"Bo": 1, "Cy": 2}),
        lambda: facebook("2024-11-01", "Ada Old", facebook_post(1_727_740_800, "old"), friends={"Bo": 1, "Ex": 3}),
        1,
    ),
    "github": (
        lambda: github(datetime(2026, 10, 3, tzinfo=UTC), "New", "New title", 5),
        lambda: github(datetime(2025, 10, 3, tzinfo=UTC), "Old", "Old title", 1),
        0,
    ),
}  # fmt: skip


def brought(app: Flask, owner: int, files: Upload, **options: str) -> AccountRow:
    """The account after that upload was read."""
    receive(owner, files, options=options, ask=False)
    run_waiting(app, threading.Event())
    (account,) = accounts.accounts(owner)
    return account


def told(owner: int, account: AccountRow) -> dict[str, Any]:
    """All that is known of people and counts."""
    return {
        "people": list(people.stream_list(owner, account.id, "everyone")),
        "changes": change_list.changes(owner, account.id),
        "snapshots": accounts.snapshots(owner, account.id).to_dict("list"),
    }


def written(owner: int, account: AccountRow) -> dict[str, dict[str, Any]]:
    return {row["post"]: row for row in posts.stream_posts(owner, account.id)}


@pytest.mark.parametrize("service", NEWER_THEN_OLDER)
def test_an_older_export_adds_posts_and_changes_nothing(app: Flask, owner: int, service: str) -> None:
    newer, older, missing = NEWER_THEN_OLDER[service]
    before = brought(app, owner, newer(), handle="ada-example")
    known, stood = told(owner, before), written(owner, before)

    after = brought(app, owner, older(), handle="ada-example")

    assert _without_analysis(after) == _without_analysis(before)
    assert repr(told(owner, after)) == repr(known)
    assert {key: row for key, row in written(owner, after).items() if key in stood} == stood
    assert len(written(owner, after)) == len(stood) + missing


def _without_analysis(account: AccountRow) -> dict[str, Any]:
    return {name: getattr(account, name) for name in AccountRow.__slots__ if name != "analysed_at"}


def test_a_stated_day_is_whole_on_the_users_calendar(app: Flask, owner: int) -> None:
    users.change_user(owner, time_zone="America/New_York")

    account = brought(app, owner, facebook("x", "Ada", facebook_post(1_727_740_800, "old")), as_of="2026-01-31")

    assert account.as_of == datetime(2026, 2, 1, 4, 59, 59, 999_999, tzinfo=UTC)


def test_a_stated_day_goes_before_the_name_of_the_file(app: Flask, owner: int) -> None:
    account = brought(
        app, owner, facebook("2024-11-01", "Ada", facebook_post(1_727_740_800, "old")), as_of="2025-06-01"
    )

    assert account.as_of is not None
    assert account.as_of.date().isoformat() == "2025-06-01"


def test_a_list_brought_later_leaves_the_posts_as_old_as_they_are(app: Flask, owner: int) -> None:
    archive, following = mastodon("20261120", "new", 9, friends=("bo@p.example",))
    before = brought(app, owner, [archive])

    after = brought(app, owner, [following], handle="ada@example.social")

    assert (after.key, after.as_of, after.lists) == (before.key, before.as_of, ["friends"])
    assert [note for note in before.notes if "list of friends" not in note] == after.notes != before.notes
