"""Transactions, and what all queries share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session

from ..extensions import Base, db
from ..models import Account
from .rows import READ, Row

Rule = Callable[[Any, Any, str], Any]  # table, new row, column: the column's value when the key stands already
#: with these SQLite's file is out of reach; it tells of a missing table or column by the same exception
SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
}  # fmt: skip
LARGEST_ID = 2**63 - 1  # a larger number is no id, and SQLite does not take it
ROWS = 10_000  # rows in one statement's list: bounds memory
IDS = 1_000  # ids or keys in one condition
SKEW = timedelta(minutes=1)  # so far the clocks of machines may differ
_transaction: ContextVar[Session | None] = ContextVar("transaction", default=None)


def now() -> datetime:
    """The clock, in UTC."""
    return datetime.now(UTC)


def is_over(moment: Any, longest: timedelta) -> Any:
    """Whether a moment, or a column of them, is past, or too far ahead to end what lasts so long at most."""
    return (moment <= now()) | is_misdated(moment, longest)


def is_misdated(moment: Any, longest: timedelta) -> Any:
    """Whether it is further ahead than anybody sets it: then the clock was set back since."""
    return moment > now() + longest + SKEW


def is_away(error: BaseException) -> bool:
    """Whether the database is out of reach, or every connection to it is in use: the same may go well later."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_AWAY  # without what extended codes add
    return isinstance(error, OperationalError | InterfaceError | NoConnectionError)


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent look at the database; within a transaction of this thread by its own connection.

    Threads that hold one connection and wait for a second one would use up the pool and wait for each other.
    """
    if (own := _transaction.get()) is not None:
        yield own
        return
    with Session(db.engine) as session:
        yield session


@contextmanager
def writing(*, waits: bool = True) -> Iterator[Session]:
    """One transaction: all of it or nothing. On SQLite it holds the write lock from its first statement.

    What need not be written now raises `OperationalError` there if somebody else holds it: nobody `waits` for that.

    On Postgres it locks row by row, or two would wait for each other: first the user, then a connection, then accounts,
    then imports.
    """
    with Session(db.engine.execution_options(writing=True, waits=waits)) as session, session.begin():
        mark = _transaction.set(session)
        try:
            yield session
        finally:
            _transaction.reset(mark)


def empty_log() -> None:
    """Empties SQLite's write-ahead log, which holds what rows were before they changed; not while somebody is busy."""
    if db.engine.dialect.name != "sqlite":
        return
    with closing(db.engine.raw_connection()) as connection, suppress(sqlite3.OperationalError):
        connection.detach()  # from the pool: others are patient
        connection.cursor().execute("PRAGMA busy_timeout=0")  # else nobody could write while it waits for readers
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def owned(owner: int, account: int) -> ScalarSelect[int]:
    """The account's id if it is the owner's, else NULL: no row of another user's account can match it."""
    return select(Account.id).where(Account.id == account, Account.owner_id == owner).scalar_subquery()


def newest(_table: Any, new: Any, name: str) -> Any:
    """The rule "the new value"."""
    return new[name]


def newest_known(table: Any, new: Any, name: str) -> Any:
    """The rule "the new value, unless it is not told"."""
    return func.coalesce(new[name], getattr(table, name))


def oldest_known(table: Any, new: Any, name: str) -> Any:
    """The rule "what stands there, unless that is nothing"."""
    return func.coalesce(getattr(table, name), new[name])


def upsert(
    session: Session,
    table: type[Base],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    update: Mapping[str, Rule] | None = None,
) -> None:
    """Inserts rows; in those whose key stands already, the columns that `update` names change by its rules."""
    dialect = session.get_bind().dialect.name
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    if update:
        values = {name: rule(table, insert.excluded, name) for name, rule in update.items()}
        insert = insert.on_conflict_do_update(index_elements=list(key), set_=values)
    else:
        insert = insert.on_conflict_do_nothing(index_elements=list(key))
    connection = session.connection()
    for chunk in chunks(rows, ROWS):
        connection.execute(insert, chunk)


def chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of up to `size` rows."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def stream(query: Select[*tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Rows one by one, in bounded memory: the database hands them out in portions.

    By column, as the writers of tables take them, for they name their columns themselves.
    """
    # `as rows`: a download that is broken off closes its cursor too
    with reading() as session, session.execute(query.execution_options(yield_per=2_000)) as rows:
        for row in rows.mappings():
            yield dict(row)


# ---- rows by name


def of(kind: type[Row], values: Mapping[Any, Any]) -> Row:
    """The row of a query's result."""
    read = {each.name: each.metadata[READ](values[each.name]) for each in fields(kind) if each.metadata}
    return kind(**{**values, **read})


def columns(kind: type[Row], *tables: Any, **computed: ColumnElement[Any]) -> list[Any]:
    """What to select for a row: for each field what is computed, else the column of the first table that has it."""

    def column(name: str) -> Any:
        if name in computed:
            return computed[name].label(name)
        return next(getattr(table, name) for table in tables if hasattr(table, name))

    return [column(each.name) for each in fields(kind)]


def one(session: Session, kind: type[Row], query: Select[*tuple[Any, ...]]) -> Row | None:
    """The first row."""
    values = session.execute(query).mappings().first()
    return None if values is None else of(kind, values)


def every(session: Session, kind: type[Row], query: Select[*tuple[Any, ...]]) -> list[Row]:
    """All rows."""
    return [of(kind, values) for values in session.execute(query).mappings()]
