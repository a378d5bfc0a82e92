"""The rows of a world, kept when it was made and put back for the next test: that takes a tenth of making it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, LiteralString, TypeVar

import psycopg
from flask import Flask
from psycopg import sql

from dashapp.extensions import db
from tests import needs

Made = TypeVar("Made")
Restore = Callable[[], None]
_KEPT: dict[tuple[Any, ...], tuple[Any, Restore]] = {}


def once(app: Flask, make: Callable[..., Made], *arguments: Any) -> Made:
    """What `make` gives, which is called in an empty database alone; for later tests its rows replace what is there."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    key = (url, make, arguments)
    if key in _KEPT:
        _KEPT[key][1]()
    else:
        made = make(*arguments)
        _KEPT[key] = made, snapshot(url)
    return _KEPT[key][0]  # type: ignore[no-any-return]


def snapshot(url: str) -> Restore:
    """Puts the rows back that the database holds now."""
    return _of_sqlite(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else _of_postgres(url)


def _of_sqlite(path: str) -> Restore:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(path)) as database:
        database.backup(kept)

    def restore() -> None:
        with closing(sqlite3.connect(path)) as database:
            kept.backup(database)

    return restore


def _of_postgres(url: str) -> Restore:
    names = [table.name for table in db.metadata.sorted_tables]
    server, kept = needs.libpq(url), {}
    with psycopg.connect(server) as connection, connection.cursor() as cursor:
        for name in names:
            with cursor.copy(_named("COPY {} TO STDOUT", name)) as rows:
                kept[name] = b"".join(rows)
        numbers = cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences").fetchall()

    def restore() -> None:
        with psycopg.connect(server) as connection, connection.cursor() as cursor:
            for name in reversed(names):
                cursor.execute(_named("DELETE FROM {}", name))
            for name in filter(kept.get, names):
                with cursor.copy(_named("COPY {} FROM STDIN", name)) as rows:
                    rows.write(kept[name])
            cursor.executemany("SELECT setval(%s, %s)", [each for each in numbers if each[1] is not None])

    return restore


def _named(statement: LiteralString, table: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table))
