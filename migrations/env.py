"""Runs migrations on the application's own engine: `flask --app dashapp db upgrade`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from dashapp.models import UTCDateTime

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name the database's types: they must run when the application's own have changed."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def drop_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """No revision where nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def foreign_keys(connection: Any, state: str) -> None:
    """SQLite changes a table by making it anew: dropping the old one must not take the rows that point at it along."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")  # outside any transaction


with migrate.db.engine.connect() as connection:
    foreign_keys(connection, "OFF")
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        render_item=render_item,
        process_revision_directives=drop_empty,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.rollback()
    foreign_keys(connection, "ON")
