"""A newer export that holds all posts removes those that it lacks."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from flask import Flask

from dashapp.imports import run_waiting
from dashapp.imports.receive import receive
from dashapp.store import accounts, imports, posts
from dashapp.store.rows import ImportReport
from tests.services import exports
from tests.services.bluesky_exports import bluesky_car, bluesky_post, key_of
from tests.services.car_files import time_key
from tests.services.exports import table_text, zipped
from tests.services.github_exports import github_issue, github_small

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]
Upload = list[tuple[str, io.BytesIO]]
EARLIER, LATER = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC)


def at(number: int) -> datetime:
    """When the post of that number was made."""
    return datetime(2026, 3, number, 12, tzinfo=UTC)


def x(day: datetime, numbers: Sequence[int], *, partial: bool = False) -> Upload:
    written = [
        exports.x_post(n, full_text=f"post {n}", created_at=f"{at(n):%a %b %d %H:%M:%S} +0000 2026") for n in numbers
    ]
    manifest = exports.x_manifest({"tweets": [("data/tweets.js", len(numbers))]}, partial=partial)
    manifest = manifest.replace("2026-10-01T09:00:00.000Z", day.isoformat())
    return [("x.zip", zipped(exports.x_small(*written, manifest=manifest)))]


def mastodon(day: datetime, numbers: Sequence[int]) -> Upload:
    """Among the posts a direct message, which is never read."""
    direct = exports.mastodon_post(99, to=["https://other.example/users/bob"], cc=[])
    written = [
        exports.mastodon_post(n, content=f"<p>post {n}</p>", published=f"{at(n):%Y-%m-%dT%H:%M:%SZ}") for n in numbers
    ]
    return [(f"archive-{day:%Y%m%d%H%M%S}-a.zip", zipped(exports.mastodon_small(*written, direct)))]


def bluesky(day: datetime, numbers: Sequence[int]) -> Upload:
    by_path = {
        f"app.bsky.feed.post/{key_of(at(n))}": bluesky_post(text=f"post {n}", createdAt=at(n).isoformat())
        for n in numbers
    }
    return [("repo.car", io.BytesIO(bluesky_car(by_path, rev=time_key(int(day.timestamp() * 1_000_000)))))]


def facebook(day: datetime, numbers: Sequence[int]) -> Upload:
    written = [exports.facebook_post(int(at(n).timestamp()), f"post {n}") for n in numbers]
    return [(f"facebook-ada-{day:%Y-%m-%d}-Ab1.zip", zipped(exports.facebook_small(*written)))]


def linkedin(day: datetime, numbers: Sequence[int], *, reposts: bool = True) -> Upload:
    shares = [
        exports.linkedin_share(n, ShareCommentary=f"post {n}", Date=f"{at(n):%Y-%m-%d %H:%M:%S}") for n in numbers
    ]
    more = {"InstantReposts": table_text(("Date", "Link"), [])} if reposts else {}
    return [(f"Complete_LinkedInDataExport_{day:%m-%d-%Y}.zip", zipped(exports.linkedin_small(*shares, **more)))]


def github(_day: datetime, numbers: Sequence[int]) -> Upload:
    issues = [github_issue(n, title=f"post {n}", body=None, created_at=at(n).isoformat()) for n in numbers]
    return [("export.zip", zipped(github_small(issues=issues)))]


def left(app: Flask, owner: int, *uploads: Upload, **options: str) -> tuple[set[int], ImportReport]:
    """The numbers of the posts that are there after these uploads, and the last report."""
    for files in uploads:
        receive(owner, files, options=options, ask=False)
        run_waiting(app, threading.Event())
    (account,) = accounts.accounts(owner)
    texts = posts.posts(owner, account.id)["text"]
    return {int(text.rpartition(" ")[2]) for text in texts}, imports.imports(owner)[0].report


@pytest.mark.parametrize("export", [x, mastodon, bluesky, linkedin])
def test_what_a_newer_export_lacks_is_gone(
    app: Flask, owner: int, export: Callable[[datetime, Sequence[int]], Upload]
) -> None:
    numbers, report = left(app, owner, export(EARLIER, [1, 2, 3, 5]), export(LATER, [2, 3, 4]))

    assert numbers == {2, 3, 4}
    assert (report.removed_posts, report.new_posts, report.older) == (2, 1, False)


@pytest.mark.parametrize(
    ("uploads", "options", "numbers"),
    [
        pytest.param([x(EARLIER, [1, 2]), x(LATER, [2])], {"keep_posts": "1"}, {1, 2}, id="the-user-keeps-them"),
        pytest.param([x(LATER, [1, 2, 3]), x(EARLIER, [1, 3])], {}, {1, 2, 3}, id="older"),
        pytest.param([x(EARLIER, [1, 2]), x(LATER, [2], partial=True)], {}, {1, 2}, id="partial"),
        pytest.param([facebook(EARLIER, [1, 3, 4]), facebook(LATER, [2, 4])], {}, {1, 2, 4}, id="a-range-of-dates"),
        pytest.param(
            [linkedin(EARLIER, [1, 2]), linkedin(LATER, [2], reposts=False)], {}, {1, 2}, id="without-reposts"
        ),
        pytest.param([github(EARLIER, [1, 2]), github(LATER, [2])], {}, {1, 2}, id="own-repositories-alone"),
    ],
)
def test_what_else_a_newer_export_lacks_stays(
    app: Flask, owner: int, uploads: list[Upload], options: dict[str, str], numbers: set[int]
) -> None:
    for upload in uploads:
        for _, file in upload:
            file.seek(0)

    assert left(app, owner, *uploads, **options)[0] == numbers


def test_a_post_that_was_kept_out_shows_that_the_export_may_lack_some(app: Flask, owner: int) -> None:
    broken = exports.mastodon_small(exports.mastodon_post(3, published="soon"), exports.mastodon_post(2))
    second = [(f"archive-{LATER:%Y%m%d%H%M%S}-a.zip", zipped(broken))]

    for files in (mastodon(EARLIER, [1]), second):
        receive(owner, files, options={}, ask=False)
        run_waiting(app, threading.Event())

    (account,) = accounts.accounts(owner)
    assert set(posts.posts(owner, account.id)["text"]) == {"post 1", "Hello"}
