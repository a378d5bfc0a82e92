"""The data export of GitHub: an archive of everything in the account's own repositories.

GitHub has no posts: here they are the issues, pull requests and comments that the account itself wrote. A comment is a
reply. Followers and friends are not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from ..errors import UnusableError
from ..files.distinct import Distinct, Keys, hashed
from ..files.entries import Entries
from ..files.json_stream import Piece, pieces, usable
from ..files.values import EARLIEST, body, latest, stated_as_of
from ..reading import Export
from ..records import Batch, Post, Profile, Skipped
from .export_files import COMMENTS, FILE, POSTS, REVIEWS, files, owner, same, values
from .export_records import NO_POST, comment, post

NO_LISTS = "There is no list of followers or friends in a GitHub archive."
OWN_ONLY = "A GitHub archive holds your own repositories only: what you wrote in those of others is missing."
NOTHING = np.empty(0, np.uint64)
NO_POSTS = "There are no issues, pull requests or comments in this upload."


class GitHubExport(Export):
    """Reads the archive that GitHub gives its users."""

    service: ClassVar[str] = "github"

    def wants(self, name: str) -> bool:
        """Issues, pull requests, comments, and whose they are; no code, no attachments, no audit log."""
        return bool(FILE.fullmatch(name))

    def profile(self, entries: Entries, options: Mapping[str, str]) -> Profile:
        """The account. Raises `ExportError`."""
        found = owner(entries, options)
        as_of = stated_as_of(options)
        known = found.created_at is not None and EARLIEST <= found.created_at <= latest(as_of, options)
        return Profile(
            service=self.service,
            key=found.key,
            handle=found.login,
            name=found.name,
            url=found.url,
            bio=found.bio,
            created_at=found.created_at if known else None,
            as_of=as_of,
            aliases=(found.login.casefold(),),
        )

    def complete(self, entries: Entries, options: Mapping[str, str]) -> frozenset[str]:
        """No list is there."""
        return frozenset()

    def notes(self, entries: Entries, options: Mapping[str, str]) -> list[str]:
        """What is missing as a whole."""
        return [NO_LISTS, OWN_ONLY] + ([] if files(entries, *POSTS, *COMMENTS, REVIEWS) else [NO_POSTS])

    def read(self, entries: Entries, options: Mapping[str, str]) -> Iterator[Batch]:
        """What the account wrote, file by file."""
        run = _ExportRun(entries, options)
        for piece in pieces(entries, run.names):
            yield run.batch(piece)


class _ExportRun:
    """One run through an export."""

    def __init__(self, entries: Entries, options: Mapping[str, str]) -> None:
        self._own = same(owner(entries, options).url)
        self._latest = latest(None, options)
        self._answers = _Answers(entries)
        self._known = Distinct()
        self.names = files(entries, *POSTS, *COMMENTS, REVIEWS)
        self._total = sum(map(entries.size, self.names))

    def batch(self, piece: Piece) -> Batch:
        """What the account itself wrote of these records."""
        done = min(piece.done, self._total)
        batch = Batch(step="issues and comments", parts=("posts",), done=done, total=self._total)
        is_post = piece.name.startswith(POSTS)
        found = [each for each in usable(piece, self._post if is_post else self._comment, batch.skipped) if each]
        batch.posts.extend(self._known.once(found, batch.skipped, _twice))
        return batch

    def _post(self, value: Any) -> Post | None:
        if not self._is_own(value):
            return None
        return post(value, replies=self._answers.to(value.get("url")), latest=self._latest)

    def _comment(self, value: Any) -> Post | None:
        if not self._is_own(value) or not body(value.get("body")).strip():
            return None  # most reviews have no words of their own
        return comment(value, latest=self._latest)

    def _is_own(self, value: Any) -> bool:
        if not isinstance(value, dict):
            raise UnusableError(NO_POST)
        return same(value.get("user")) == self._own


class _Answers:
    """How many comments each issue and pull request has."""

    def __init__(self, entries: Entries) -> None:
        names = files(entries, "issue_comments")
        answered = [_answered(piece) for piece in pieces(entries, names)]
        self._has_comments = bool(names)
        self._posts, self._counts = np.unique(np.concatenate([NOTHING, *answered]), return_counts=True)

    def to(self, url: Any) -> int | None:
        """None where the upload has no file of comments."""
        if not self._has_comments:
            return None
        key = hashed([same(url)])[0]
        at = int(np.searchsorted(self._posts, key))
        return int(self._counts[at]) if at < self._posts.size and self._posts[at] == key else 0


def _answered(piece: Piece) -> Keys:
    """What comments answer, as keys."""
    urls = [same(value.get("issue") or value.get("pull_request")) for value in values(piece)]
    return hashed(urls) if urls else NOTHING


def _twice(record: Post) -> Skipped:
    return Skipped(f"post {record.key}", "its address occurs twice")
