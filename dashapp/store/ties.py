"""Who follows whom: sorted arrays of ids, some thousand ties a row, each tie once.

Who changes those of an account holds its row's lock, so that nobody else does.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import reduce
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, ScalarSelect, delete, insert, select
from sqlalchemy.orm import Session

from ..models import Person, Ties
from .database import IDS, ROWS, chunks

Pairs = NDArray[np.int64]  # shape (n, 2): source, target
Which = Callable[[Pairs], NDArray[np.bool_]]

LARGEST = 2**14  # ties that a row gets
PORTION = 2**18  # ties that a download holds
SORTED = 2**20  # new ties that are put in order at once
LABELS = 50_000  # persons whose names are remembered while ties are gone through
HEAD = struct.Struct("<qQ3B")  # the lowest target, how many sources, and the bytes of a number in each array
NONE: Pairs = np.empty((0, 2), dtype=np.int64)


# ---- a row


def packed(pairs: Pairs) -> bytes:
    """Sorted ties as a row's data: the sources' distances, how many ties each has, and the targets."""
    sources, counts = np.unique(pairs[:, 0], return_counts=True)
    lowest = int(pairs[:, 1].min())
    arrays = (np.diff(sources, prepend=sources[:1]), counts, pairs[:, 1] - lowest)
    widths = [np.min_scalar_type(array.max()).itemsize for array in arrays]
    numbers = (array.astype(f"<u{width}").tobytes() for array, width in zip(arrays, widths, strict=True))
    return HEAD.pack(lowest, len(sources), *widths) + b"".join(numbers)


def unpacked(first: int, data: bytes) -> Pairs:
    """The ties of a row."""
    lowest, n, *widths = HEAD.unpack_from(data)
    begins = np.cumsum([HEAD.size, n * widths[0], n * widths[1]])
    distances, counts, targets = (
        np.frombuffer(data[begin:end], dtype=f"<u{width}")
        for begin, end, width in zip(begins, [*begins[1:], len(data)], widths, strict=True)
    )
    sources = np.repeat(first + distances.cumsum(dtype=np.int64), counts)
    return np.column_stack([sources, targets.astype(np.int64) + lowest])


# ---- reading


def read_ties(session: Session, account: int | ScalarSelect[int]) -> Iterator[Pairs]:
    """All ties of the account, by source and target, some at a time."""
    query = select(Ties.first, Ties.data).where(Ties.account_id == account).order_by(Ties.first)
    with session.execute(query.execution_options(yield_per=16)) as rows:
        for first, data in rows:
            yield unpacked(first, data)


def all_ties(session: Session, account: int | ScalarSelect[int]) -> Pairs:
    """The same at once."""
    return np.concatenate([NONE, *read_ties(session, account)])


def ties_of(session: Session, account: int | ScalarSelect[int], persons: Collection[int]) -> Pairs:
    """The ties from these persons, and those to them."""
    theirs = having(persons, persons)
    return np.concatenate([NONE, *(pairs[theirs(pairs)] for pairs in read_ties(session, account))])


def having(sources: Collection[int], targets: Collection[int]) -> Which:
    """Ties from these sources, and those to these targets."""
    of, to = (np.fromiter(ends, dtype=np.int64, count=len(ends)) for ends in (sources, targets))
    return lambda pairs: np.isin(pairs[:, 0], of) | np.isin(pairs[:, 1], to)


def every(pairs: Pairs) -> NDArray[np.bool_]:
    """All ties."""
    return np.ones(len(pairs), dtype=np.bool_)


def none(pairs: Pairs) -> NDArray[np.bool_]:
    """No ties."""
    return np.zeros(len(pairs), dtype=np.bool_)


def among(pairs: Pairs, persons: NDArray[np.int64]) -> Pairs:
    """The ties among these persons, whose ids are sorted; ends are places in that order."""
    if not len(persons):
        return NONE
    places = np.searchsorted(persons, pairs).clip(max=len(persons) - 1)
    known = persons[places] == pairs
    return np.asarray(places[known[:, 0] & known[:, 1]])


def in_portions(read: Callable[[], Iterable[Pairs]], n: int) -> Iterator[Pairs]:
    """Rows of numbers below `n` in order, each once, in bounded memory: `read` gives them anew for each portion."""
    counts = sum((np.bincount(rows[:, 0], minlength=n) for rows in read()), np.zeros(n, dtype=np.int64))
    if not counts.any():
        return
    begins = np.flatnonzero(np.diff(np.cumsum(counts) // PORTION, prepend=-1))
    for begin, end in zip(begins, [*begins[1:], n], strict=True):
        yield ordered(np.concatenate([rows[(rows[:, 0] >= begin) & (rows[:, 0] < end)] for rows in read()]))


def ordered(rows: Pairs) -> Pairs:
    """Rows of numbers in order, each once."""
    rows = rows if _is_ascending(rows) else rows[np.lexsort(rows.T[::-1])]
    return rows[is_new(rows)]


def is_new(rows: Pairs) -> NDArray[np.bool_]:
    """Of rows in order: each differs from the one before."""
    differs = reduce(np.logical_or, (column[1:] != column[:-1] for column in rows.T))
    return np.append(True, differs)[: len(rows)]


def _is_ascending(rows: Pairs) -> bool:
    same = np.ones(max(len(rows) - 1, 0), dtype=np.bool_)
    for column in rows.T:
        if (same & (column[1:] < column[:-1])).any():
            return False
        same &= column[1:] == column[:-1]
    return True


def labelled(session: Session, parts: Iterable[Pairs], which: ColumnElement[bool]) -> Iterator[tuple[Any, ...]]:
    """Ties whose ends are both such persons, each end as its key and name; what else their rows hold follows."""
    labels: dict[int, tuple[str, str | None] | None] = {}
    query = select(Person.id, Person.key, Person.name).where(which)
    for rows in (part[begin : begin + ROWS] for part in parts for begin in range(0, len(part), ROWS)):
        ends = np.unique(rows[:, :2]).tolist()
        if len(labels) > LABELS:
            labels.clear()
        unknown = [end for end in ends if end not in labels]
        labels |= dict.fromkeys(unknown)
        for ids in chunks(unknown, IDS):
            labels |= {row.id: (row.key, row.name) for row in session.execute(query.where(Person.id.in_(ids)))}
        for source, target, *more in rows.tolist():
            if (one := labels[source]) and (other := labels[target]):
                yield one, other, *more


# ---- changing


def replace_ties(session: Session, account: int, former: Which, added: Iterable[Pairs] = ()) -> None:
    """Deletes the former ones of the account's ties and adds others; rows in which nothing differs are not written."""
    query = select(Ties.first).where(Ties.account_id == account).order_by(Ties.first)
    for portion in _in_order(added):
        firsts = session.execute(query).scalars().all()
        shares = np.split(portion, np.searchsorted(portion[:, 0], firsts[1:]))
        for first, share in zip_longest(firsts, shares):
            if former is none and not len(share):
                continue
            stored = _stored(session, account, first)
            pairs = ordered(np.concatenate([stored[~former(stored)], share]))
            if not np.array_equal(pairs, stored):
                _write(session, account, first, pairs)
        former = none


def _in_order(parts: Iterable[Pairs]) -> Iterator[Pairs]:
    """All of them in order, so many at once as memory holds; at least once."""
    held, n = [NONE], 0
    for part in parts:
        held.append(part)
        n += len(part)
        if n >= SORTED:
            yield ordered(np.concatenate(held))
            held, n = [NONE], 0
    yield ordered(np.concatenate(held))


def _stored(session: Session, account: int, first: int | None) -> Pairs:
    """The ties of a row; `first` is None where there is none yet."""
    query = select(Ties.data).where(Ties.account_id == account, Ties.first == first)
    data = session.execute(query).scalar()
    return NONE if first is None or data is None else unpacked(first, data)


def _write(session: Session, account: int, first: int | None, pairs: Pairs) -> None:
    """Ties in place of a row, as one row or several: all ties of a source stand in one."""
    session.execute(delete(Ties).where(Ties.account_id == account, Ties.first == first))
    ends = pairs[LARGEST : len(pairs) - LARGEST : LARGEST, 0]
    parts = np.split(pairs, np.unique(np.searchsorted(pairs[:, 0], ends)))
    rows = [
        {"account_id": account, "first": int(part[0, 0]), "n": len(part), "data": packed(part)}
        for part in parts
        if len(part)
    ]
    if rows:
        session.execute(insert(Ties), rows)
