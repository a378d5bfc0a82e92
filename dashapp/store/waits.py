"""Moments before which a host may not be called: kept for all imports and all processes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from ..models import Wait
from .database import now, reading, upsert, writing


def until(key: str) -> datetime | None:
    """The moment until which that host has to be left alone, if there is one ahead."""
    with reading() as session:
        moment = session.execute(select(Wait.until).where(Wait.key == key)).scalar()
    return moment if moment is not None and moment > now() else None


def wait(key: str, moment: datetime) -> None:
    """Notes that there is no call to that host before the moment; never takes a later one back."""
    with writing() as session:
        session.execute(delete(Wait).where(Wait.until < now()))
        upsert(session, Wait, [{"key": key, "until": moment}], key=["key"], update={"until": _later})


def _later(table: type[Wait], new: Wait, name: str) -> object:
    greatest = func.greatest if _is_postgres() else func.max
    return greatest(getattr(table, name), getattr(new, name))


def _is_postgres() -> bool:
    from ..extensions import db

    return db.engine.dialect.name == "postgresql"
