"""How many different records an import has read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..services.files.distinct import Distinct, hashed
from ..services.records import Batch


class DistinctRecords:
    """Counts the posts and persons of an import: each once, also a follower who is a friend."""

    def __init__(self, batches: Iterable[Mapping[str, Any]] = ()) -> None:
        self._known = {"posts": Distinct(), "people": Distinct()}
        for batch in batches:
            self._new({name: [record["key"] for record in batch[name]] for name in self._known})

    def add(self, batch: Batch) -> dict[str, int]:
        """How many of a batch's were not there before."""
        return self._new({"posts": [post.key for post in batch.posts], "people": [one.key for one in batch.people]})

    def _new(self, keys: Mapping[str, Sequence[str]]) -> dict[str, int]:
        return {name: int(self._known[name].first(hashed(keys[name])).sum()) for name in self._known}
