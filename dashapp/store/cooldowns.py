"""Moments before which a host may not be called: kept for all imports and all processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update

from ..models import Cooldown
from .database import is_misdated, is_over, now, reading, upsert, writing

LONGEST = timedelta(days=1)  # what services say is cut to that
KEPT = timedelta(hours=1)  # a wait that is over says for a while that its host was in trouble


def until(key: str) -> datetime | None:
    """The moment until which that host has to be left alone, if there is one ahead."""
    with reading() as session:
        moment = session.execute(select(Cooldown.until).where(Cooldown.key == key)).scalar()
    return None if moment is None or is_over(moment, LONGEST) else moment


def wait(key: str, moment: datetime) -> None:
    """Notes that there is no call to that host before the moment; never takes a later one back."""
    with writing() as session:
        session.execute(delete(Cooldown).where((Cooldown.until < now() - KEPT) | is_misdated(Cooldown.until, LONGEST)))
        upsert(session, Cooldown, [{"key": key, "until": moment}], key=["key"], update={"until": _later})


def begin(key: str, moment: datetime) -> bool | None:
    """Begins a new wait where one is over, for one caller alone: None where there was none, False while it lasts."""
    with reading() as session:
        before = session.execute(select(Cooldown.until).where(Cooldown.key == key)).scalar()
    if before is None or not is_over(before, LONGEST):
        return None if before is None else False
    same = (Cooldown.key == key) & (Cooldown.until == before)
    with writing() as session:
        return cast(CursorResult[Any], session.execute(update(Cooldown).where(same).values(until=moment))).rowcount > 0


def end(key: str) -> None:
    """Forgets the wait: its host is well again."""
    with writing() as session:
        session.execute(delete(Cooldown).where(Cooldown.key == key))


def _later(table: type[Cooldown], new: Cooldown, name: str) -> object:
    greatest = func.greatest if _is_postgres() else func.max
    return greatest(getattr(table, name), getattr(new, name))


def _is_postgres() -> bool:
    from ..extensions import db

    return db.engine.dialect.name == "postgresql"
