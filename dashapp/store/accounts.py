"""Accounts, their stored results and their snapshots."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import delete, select, update

from analytics import frames

from ..models import Account, Import, Result, Snapshot, Tie
from .database import columns, every, now, one, owned, reading, upsert, writing
from .rows import AccountRow

COLUMNS = columns(AccountRow, Account)


def accounts(owner: int) -> list[AccountRow]:
    """All accounts of the owner, by service and handle."""
    query = select(*COLUMNS).where(Account.owner_id == owner).order_by(Account.service, Account.handle, Account.id)
    with reading() as session:
        return every(session, AccountRow, query)


def account(owner: int, account_id: int) -> AccountRow | None:
    """One account of the owner."""
    with reading() as session:
        return one(session, AccountRow, select(*COLUMNS).where(Account.id == owned(owner, account_id)))


def find_account(owner: int, service: str, key: str) -> AccountRow | None:
    """The owner's account of that service and key."""
    query = select(*COLUMNS).where(Account.owner_id == owner, Account.service == service, Account.key == key)
    with reading() as session:
        return one(session, AccountRow, query)


def change_account(owner: int, account_id: int, **values: Any) -> None:
    """Changes columns of the account's row."""
    with writing() as session:
        session.execute(update(Account).where(Account.id == account_id, Account.owner_id == owner).values(**values))


def save_options(owner: int, account_id: int, *, refresh_at: datetime | None, **options: str) -> bool:
    """Keeps what the user chose for reading the account; whether there is one."""
    mine = select(Account).where(Account.id == account_id, Account.owner_id == owner)
    with writing() as session:
        row = session.execute(mine.with_for_update()).scalar()
        if row is None:
            return False
        row.options, row.refresh_at = {**row.options, **options}, refresh_at
        return True


def claim_due(now_until: timedelta) -> list[AccountRow]:
    """Accounts whose refresh is due, each given out once: the next one is set `now_until` ahead."""
    query = select(*COLUMNS).where(Account.refresh_at <= now())
    with writing() as session:
        due = every(session, AccountRow, query.with_for_update(skip_locked=True))
        ids = [account.id for account in due]
        session.execute(update(Account).where(Account.id.in_(ids)).values(refresh_at=now() + now_until))
    return due


def delete_account(owner: int, account_id: int) -> bool:
    """The account and all that belongs to it; whether there was one."""
    mine = (Account.id == account_id) & (Account.owner_id == owner)
    with writing() as session:
        # a million ties one by one through the cascade are slow; their own statement is not
        session.execute(delete(Tie).where(Tie.account_id == owned(owner, account_id)))
        session.execute(delete(Import).where(Import.account_id == owned(owner, account_id)))
        return bool(session.execute(delete(Account).where(mine)).rowcount)  # type: ignore[attr-defined]


def save_results(owner: int, account_id: int, results: Mapping[str, pd.DataFrame], *, version: int) -> None:
    """Replaces all stored results of the account in one transaction, and notes the time and who made them."""
    rows = [{"account_id": account_id, "name": name, "frame": packed(frame)} for name, frame in results.items()]
    with writing() as session:
        mine = session.execute(select(Account).where(Account.id == owned(owner, account_id))).scalar_one()
        session.execute(delete(Result).where(Result.account_id == owned(owner, account_id)))
        upsert(session, Result, rows, key=["account_id", "name"])
        mine.analysed_at, mine.analysis_version = now(), version


def results(owner: int, account_id: int, *names: str) -> dict[str, pd.DataFrame]:
    """Stored frames by name; those that are not there are left out."""
    query = select(Result.name, Result.frame).where(
        Result.account_id == owned(owner, account_id), Result.name.in_(names)
    )
    with reading() as session:
        return {row.name: unpacked(row.frame) for row in session.execute(query)}


def stored_results(owner: int, account_id: int) -> frozenset[str]:
    """The names of all stored frames."""
    with reading() as session:
        query = select(Result.name).where(Result.account_id == owned(owner, account_id))
        return frozenset(session.execute(query).scalars())


def snapshots(owner: int, account_id: int) -> pd.DataFrame:
    """Counts by day (`frames.SNAPSHOTS`), the oldest first."""
    told = [getattr(Snapshot, name) for name in frames.SNAPSHOTS]
    query = select(*told).where(Snapshot.account_id == owned(owner, account_id))
    with reading() as session:
        rows = session.execute(query.order_by(Snapshot.day)).all()
    frame = pd.DataFrame(rows, columns=list(frames.SNAPSHOTS))
    return frames.check(frame.assign(day=pd.to_datetime(frame["day"])), frames.SNAPSHOTS)


def packed(frame: pd.DataFrame) -> bytes:
    """A small frame as bytes: its columns with their dtypes, as compressed JSON."""
    columns = [[name, str(column.dtype), _values(column)] for name, column in frame.reset_index(drop=True).items()]
    return zlib.compress(orjson.dumps(columns, option=orjson.OPT_SERIALIZE_NUMPY), 1)


def unpacked(data: bytes) -> pd.DataFrame:
    """The frame again."""
    columns = orjson.loads(zlib.decompress(data))
    return pd.DataFrame({name: _column(dtype, values) for name, dtype, values in columns})


def _values(column: pd.Series[Any]) -> Any:
    if column.dtype.kind == "M":
        utc = (
            column.dt.tz_convert("UTC").dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column
        )
        return np.ascontiguousarray(utc.astype("datetime64[us]").astype("int64"))
    if column.dtype.kind in "biuf":
        return np.ascontiguousarray(column)
    return column.astype(object).where(column.notna(), None).tolist()


def _column(dtype: str, values: list[Any]) -> pd.Series[Any]:
    if not dtype.startswith("datetime64"):
        return cast("pd.Series[Any]", pd.Series(values, dtype=cast(Any, dtype)))
    times = pd.Series(values, dtype="int64").astype("datetime64[us]")
    at = times.dt.tz_localize("UTC") if "," in dtype else times
    return at.astype(cast(Any, dtype))
