"""Which records came before, in eight bytes each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..records import Skipped

Keys = NDArray[np.uint64]
R = TypeVar("R", bound=Any)


class Distinct:
    """Remembers keys: numbers, or hashes of texts, of which two in a million agree once in 37 million times."""

    def __init__(self) -> None:
        self._known: Keys = np.empty(0, np.uint64)

    def __len__(self) -> int:
        return self._known.size

    def first(self, keys: Keys) -> NDArray[np.bool_]:
        """For each key whether it comes for the first time; from now on it is known."""
        fresh, at = np.unique(keys, return_index=True)
        new = ~self.has(fresh)
        first = np.zeros(keys.size, bool)
        first[at[new]] = True
        self._known = np.insert(self._known, np.searchsorted(self._known, fresh[new]), fresh[new])
        return first

    def once(
        self, records: Sequence[R], skipped: list[Skipped], twice: Callable[[R], Skipped], keys: Keys | None = None
    ) -> list[R]:
        """The records that come for the first time, by `key` or these keys; the others are noted as repeated."""
        first = self.first(hashed([record.key for record in records]) if keys is None else keys).tolist()
        repeated = [record for record, is_new in zip(records, first, strict=True) if not is_new]
        skipped.extend(replace(twice(record), redundant=True) for record in repeated)
        return [record for record, is_new in zip(records, first, strict=True) if is_new]

    def has(self, keys: Keys) -> NDArray[np.bool_]:
        """For each key whether it is known."""
        if not self._known.size:
            return np.zeros(keys.size, bool)
        at = np.searchsorted(self._known, keys).clip(max=self._known.size - 1)
        found: NDArray[np.bool_] = self._known[at] == keys
        return found


def hashed(*columns: Sequence[str]) -> Keys:
    """One key for each row of the columns, all of the same length; the order of the columns matters."""
    keys = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        more = pd.util.hash_array(np.array(column, dtype=object), categorize=False)
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + more
    return keys
