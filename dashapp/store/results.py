"""What an analysis found of an account: small frames, which pages read."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import delete, select

from ..models import Account, Result
from .database import now, owned, reading, upsert, writing

#: raise it with every change of what is stored: accounts that an older version analysed are then analysed again
VERSION = 12
_NAMES = (
    "periods", "figures", "rhythm", "top_posts", "hashtags", "mentions", "findings",
    "daily", "tones", "received", "hours", "best_posts",
    "people", "communities", "positions", "growth", "audience", "audience_told", "audience_shares",
    "graph_summary", "graph_drawn", "graph_nodes", "graph_picture", "graph_traits", "brokers",
)  # fmt: skip
_NEWEST = (
    "periods", "figures", "daily", "received", "hours", "best_posts", "growth", "audience", "audience_told",
    "audience_shares", "brokers",
)  # fmt: skip
#: the frames that an analysis stores, of every account, empty where there is nothing; and which version gave each its
#: columns: what an older one stored counts as not stored
FRAMES: Mapping[str, int] = (
    dict.fromkeys(_NAMES, 5)
    | {"tones": 7}
    | dict.fromkeys(_NEWEST, 8)
    | {"findings": 9}
    | dict.fromkeys(("graph_drawn", "graph_picture"), 11)
    | {"graph_traits": 12}
)

_CELLS = "cells that are bytes"  # in the place of a dtype


def save(
    owner: int,
    account_id: int,
    results: Mapping[str, pd.DataFrame],
    *,
    version: int = VERSION,
    stand: Collection[str] = (),
    whole: bool = True,
) -> None:
    """Replaces the stored results of the account in one transaction, and notes the time and who made them.

    Those that `stand` are as they would be made now, by this version. The others go, or are replaced.

    What is not `whole` is read as far as it goes, and does not count as an analysis. Nothing is saved of an account
    that was deleted meanwhile.
    """
    rows = [
        {"account_id": account_id, "name": name, "version": version, "frame": packed(frame)}
        for name, frame in results.items()
    ]
    with writing() as session:
        # by its own columns: who waited for the lock sees those anew, and a subquery as it was before
        held = select(Account).where(Account.id == account_id, Account.owner_id == owner)
        mine = session.execute(held.with_for_update(key_share=True)).scalar()
        if mine is None:
            return
        session.execute(delete(Result).where(Result.account_id == mine.id, Result.name.not_in(stand)))
        upsert(session, Result, rows, key=["account_id", "name"])
        if whole:
            mine.analysed_at, mine.analysis_version = now(), version


def read(owner: int, account_id: int, *names: str) -> dict[str, pd.DataFrame]:
    """Stored frames by name; those that are not there are left out. `KeyError` for one that no analysis makes."""
    given = {name: FRAMES[name] for name in names}
    mine = Result.account_id == owned(owner, account_id), Result.name.in_(given)
    with reading() as session:
        rows = session.execute(select(Result.name, Result.version, Result.frame).where(*mine)).all()
    return {name: unpacked(frame) for name, version, frame in rows if (version or 0) >= given[name]}


def stored(owner: int, account_id: int) -> frozenset[str]:
    """The names of all stored frames."""
    with reading() as session:
        query = select(Result.name, Result.version).where(Result.account_id == owned(owner, account_id))
        return frozenset(name for name, version in session.execute(query) if (version or 0) >= FRAMES[name])


def packed(frame: pd.DataFrame) -> bytes:
    """A small frame as bytes: its columns with their dtypes, as compressed JSON.

    Cells that are bytes lie behind, one after the other: large arrays, of which nothing is to be decoded.
    """
    columns, cells = list[list[Any]](), list[bytes]()
    for name, column in frame.reset_index(drop=True).items():
        if len(column) and isinstance(column.iloc[0], bytes):
            columns.append([name, _CELLS, column.map(len).tolist()])
            cells += column.tolist()
        else:
            columns.append([name, str(column.dtype), _values(column)])
    return zlib.compress(orjson.dumps(columns, option=orjson.OPT_SERIALIZE_NUMPY), 1) + b"".join(cells)


def unpacked(data: bytes) -> pd.DataFrame:
    """The frame again."""
    reader = zlib.decompressobj()
    columns = orjson.loads(reader.decompress(data))
    cells = BytesIO(reader.unused_data)
    of_bytes = {name: [cells.read(n) for n in values] for name, dtype, values in columns if dtype == _CELLS}
    return pd.DataFrame(
        {
            name: _column("object", of_bytes[name]) if name in of_bytes else _column(dtype, values)
            for name, dtype, values in columns
        }
    )


def _values(column: pd.Series[Any]) -> Any:
    if column.dtype.kind == "M":
        utc = (
            column.dt.tz_convert("UTC").dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column
        )
        return np.ascontiguousarray(utc.astype("datetime64[us]").astype("int64"))
    if column.dtype.kind in "biuf":
        return np.ascontiguousarray(column)
    return column.astype(object).where(column.notna(), None).tolist()


@lru_cache
def _kind(dtype: str) -> Any:
    return pd.api.types.pandas_dtype(dtype)


def _column(dtype: str, values: list[Any]) -> Any:
    """As an array, of which pandas makes a frame in a third of the time that it takes of its own series."""
    if dtype.startswith("datetime64"):
        times = np.array(values, dtype="int64").view("datetime64[us]")
        return pd.DatetimeIndex(times).tz_localize("UTC").astype(dtype) if "," in dtype else times.astype(dtype)
    kind = _kind(dtype)
    if dtype == "object":
        return pd.Series(values, dtype=kind)  # lists stay lists
    return np.array(values, dtype=kind) if isinstance(kind, np.dtype) else pd.array(values, dtype=kind)
