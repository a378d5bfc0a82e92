"""Extensions, made here and bound in `create_app`."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import has_request_context
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

from . import try_counts  # noqa: F401 - the kind of storage that settings name

#: milliseconds for SQLite's lock: of a request, of all others, and of what may as well be written another time
PATIENCE, PATIENCE_OF_WORKERS, PATIENCE_OF_NOTES = 15_000, 600_000, 50


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that migrations can speak of them on SQLite too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate(render_as_batch=True, compare_type=True)
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="moving-window", in_memory_fallback_enabled=True)


@event.listens_for(Engine, "connect")
def set_up_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside one writer, foreign keys, BEGIN in our hands (see `begin_sqlite`), zeros for what is deleted."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        usual = ("journal_mode=WAL", f"busy_timeout={PATIENCE}", "synchronous=NORMAL", "foreign_keys=ON")
        for pragma in (*usual, "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Any) -> None:
    """Writers take the lock before they read: else two of them read the same state and one update is lost.

    A merge holds it for many seconds: whoever answers no request waits as long.
    """
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if options.get("writing", False):
        usual = PATIENCE if has_request_context() else PATIENCE_OF_WORKERS
        patience = usual if options["waits"] else PATIENCE_OF_NOTES
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


@event.listens_for(Engine, "handle_error")
def hide_rows(context: Any) -> None:
    """Leaves out what Postgres says after its first line, which is the row that failed: errors go into logs."""
    told = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    for error in (context.original_exception, context.sqlalchemy_exception):
        if told and error is not None:
            error.args = (told,)
