"""Edited posts: an archive holds every version under an id of its own, each with the ids of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ..errors import UnusableError
from ..files.distinct import Distinct
from ..files.values import as_dict, as_list
from ..records import BATCH, Batch, Post, Skipped
from .export_records import id_number

SUPERSEDED = "it was edited: a later version of it counts"


def last_version(raw: dict[str, Any]) -> int:
    """The id of the last version of a post; 0 where none is told."""
    info = as_dict(raw.get("edit_info"))
    told = as_dict(info.get("initial")) or as_dict(as_dict(info.get("edit")).get("editControlInitial"))
    return max(map(_number, as_list(told.get("editTweetIds"))), default=0)


def _number(value: Any) -> int:
    try:
        return id_number(value, "")
    except UnusableError:
        return 0


class Edits:
    """Holds earlier versions back until it is known whether the last one is there."""

    def __init__(self) -> None:
        self._held: dict[int, Post] = {}  # the latest of those that came, by the id of the last

    def last_ones(self, versions: Iterable[tuple[Post, int]], skipped: list[Skipped]) -> Iterator[Post]:
        """The posts of which there is no later version."""
        for post, last in versions:
            if int(post.key) >= last:
                yield post
            else:
                skipped.extend(_superseded(each) for each in self._hold(post, last))

    def _hold(self, post: Post, last: int) -> list[Post]:
        """Whom it does not hold: the earlier of two, and all when there are too many."""
        known = self._held.get(last)
        if known is None and len(self._held) == BATCH:
            return [post]
        earlier, later = sorted((known or post, post), key=lambda each: int(each.key))
        self._held[last] = later
        return [] if known is None else [earlier]

    def left(self, known: Distinct, batch: Batch) -> Batch:
        """The batch with the latest versions whose last one is not among the known ids."""
        for last, post in self._held.items():
            if known.has(np.array([last], np.uint64))[0]:
                batch.skipped.append(_superseded(post))
            else:
                batch.posts.append(post)
        return batch


def _superseded(post: Post) -> Skipped:
    return Skipped(f"post {post.key}", SUPERSEDED, redundant=True)
