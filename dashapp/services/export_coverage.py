"""How much of an account an export holds: what its files list in full, less what was kept out while reading."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .paging import SENTENCES, Paging, Part, ReadingPlan, Reason
from .reading import Coverage
from .records import BATCH, Batch

PARTS = ("posts", "followers", "friends", "ties")
KEPT_OUT = "Kept out of the {name}, for the reasons that the import gives: {unreadable:,}."
PLAN = ReadingPlan(
    parts=tuple(Part(name=name, size=BATCH) for name in PARTS), sentences=SENTENCES | {Reason.UNREADABLE: KEPT_OUT}
)


class ExportCoverage:
    """Looks at all batches of an export. `posts`: how many it says it has; `listed`: as `Export.complete`."""

    def __init__(self, listed: Iterable[str], *, posts: int | None, posts_from: datetime | None = None) -> None:
        self._posts_from = posts_from
        self._listed, self._paging = frozenset(listed), Paging(PLAN, {})
        for name in PARTS:
            self._paging.stop(name, Reason.END if name in self._listed | {"posts"} else Reason.NOT_ASKED)
        self._paging.progress["posts"].count = posts

    def add(self, batch: Batch) -> None:
        """What was read, and what was kept out of the parts that the batch is of; if that is not said, of any."""
        self._paging.progress["posts"].read += len(batch.posts)
        parts = batch.parts or tuple({batch.step} & set(PARTS)) or PARTS
        for name in parts:
            progress = self._paging.progress[name]
            progress.read += len(batch.skipped)
            progress.unreadable += sum(not skipped.redundant for skipped in batch.skipped)

    def coverage(self) -> Coverage:
        """The lists that are whole, and what is missing of those that are there; if none is in full, of any."""
        there = [name for name in PARTS if name in self._listed or name == "posts" or not self._listed]
        return Coverage(
            complete=self._paging.complete() & self._listed,
            notes=tuple(self._paging.notes(there)),
            posts_from=self._posts_from if self._paging.is_whole("posts") else None,
        )
