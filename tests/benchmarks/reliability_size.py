"""Bytes that are stored, with indexes: of a post, a person and a tie, and of the results of an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text

from dashapp.demo.load import load_demo
from dashapp.extensions import db
from dashapp.store.database import empty_log

from .reliability_server import Asked, Row, imported, private_postgres, world

#: bytes by table, with its indexes and long values
SIZES = {
    "sqlite": "SELECT m.tbl_name, SUM(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY 1",
    "postgresql": "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables",
}
TABLES = ("posts", "people", "ties", "results")


def rows(asked: Asked) -> Iterator[Row]:
    """On SQLite, and on a Postgres of our own."""
    yield measured(asked, "SQLite")
    with ExitStack() as stack:
        url = private_postgres(stack)
        if url is None:
            yield Row("bytes on Postgres", None, "no Postgres is installed")
        else:
            yield measured(replace(asked, database=url), "Postgres")


def measured(asked: Asked, name: str) -> Row:
    """Posts, people and results of the demo, whose accounts have texts; ties of the large account."""
    with world(asked, peopled=False) as there, there.app.app_context():
        nothing = sizes()
        load_demo(datetime.now(UTC))
        demo, n = sizes(), counts()
        imported(there.app, there.owner, asked)
        large, n_large = sizes(), counts()
    each = {table: (demo[table] - nothing[table]) / max(n[table], 1) for table in ("posts", "people")}
    ties = (large["ties"] - demo["ties"]) / max(n_large["ties"] - n["ties"], 1)
    results = (demo["results"] - nothing["results"]) / max(n["accounts"], 1)
    of_large = large["results"] - demo["results"]
    told = (
        f"a post {each['posts']:.0f}, a person {each['people']:.0f}, a tie {ties:.1f}; results of an account "
        f"{results / 1_000:.0f} kB, of the one with {asked.people:,} people {of_large / 1_000:.0f} kB; that one in all "
        f"{sum(large.values()) / 1e6 - sum(demo.values()) / 1e6:.0f} MB"
    )
    return Row(f"bytes on {name}, with indexes", None, told)


def sizes() -> dict[str, int]:
    """By table."""
    empty_log()
    with db.engine.connect() as connection:
        found = {row[0]: int(row[1]) for row in connection.execute(text(SIZES[db.engine.dialect.name]))}
    return {**dict.fromkeys(TABLES, 0), **found}


def counts() -> dict[str, int]:
    """Rows by table, and ties, of which a row holds many."""
    counted = {**dict.fromkeys((*TABLES, "accounts"), "COUNT(*)"), "ties": "COALESCE(SUM(n), 0)"}
    with db.engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT {what} FROM {table}")).scalar_one()  # noqa: S608
            for table, what in counted.items()
        }
