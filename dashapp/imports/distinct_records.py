"""Which different records an import has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from ..services.files.distinct import Distinct, hashed
from ..services.records import Batch


class DistinctRecords:
    """Knows the posts and persons of an import: each once, also a follower who is a friend."""

    def __init__(self) -> None:
        self._known = {"posts": Distinct(), "people": Distinct()}

    def add(self, batch: Batch) -> dict[str, list[str]]:
        """The keys of those of a batch that were not there before."""
        return self._new({"posts": [post.key for post in batch.posts], "people": [one.key for one in batch.people]})

    def add_kept(self, batch: Mapping[str, Any]) -> dict[str, list[str]]:
        """The same of a batch as it was kept."""
        return self._new({name: [record["key"] for record in batch[name]] for name in self._known})

    def _new(self, keys: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        return {
            name: list(compress(keys[name], known.first(hashed(keys[name])))) for name, known in self._known.items()
        }
