"""The comparison of all accounts of a user, a job among the imports; one that waits is enough for each user."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, select, update
from sqlalchemy.orm import Session

from ..models import Import
from .database import now, one, reading, writing
from .imports import COLUMNS
from .individuals import State, lock, lock_user, state
from .rows import COMPARISON, ImportRow

AFTER_DECIDING = timedelta(seconds=20)  # so long nothing was decided: who decides on one pair goes on to the next
TITLE = "Comparison of all accounts"


def add_comparison(owner: int) -> None:
    """Queues the comparison, to begin now."""
    with writing() as session:
        lock(session, owner)
        queue_comparison(session, owner)


def queue_comparison(session: Session, owner: int, *, after: timedelta | None = None) -> None:
    """The same within a transaction that holds the lock; one that waits already begins then."""
    wake_at = now() + after if after else None
    if (known := session.execute(_waiting(owner)).scalar()) is not None:
        session.execute(update(Import).where(Import.id == known).values(wake_at=wake_at))
        return
    row = Import(owner_id=owner, export=COMPARISON, filename=TITLE, state="queued", merged=True, created_at=now())
    row.wake_at = wake_at
    session.add(row)


def settle(owner: int, before: State) -> None:
    """After a comparison of what the state `before` tells: none needs to wait; if that has changed, one does."""
    with writing() as session:
        lock(session, owner)
        if state(owner) == before:
            session.execute(delete(Import).where(_is_comparison(owner), Import.state != "running"))
        elif lock_user(session, owner) and session.execute(_waiting(owner)).scalar() is None:
            queue_comparison(session, owner)


def newest(owner: int) -> ImportRow | None:
    """The last one that was queued; those before are forgotten when one goes well."""
    query = select(*COLUMNS).where(_is_comparison(owner)).order_by(Import.id.desc())
    with reading() as session:
        return one(session, ImportRow, query.limit(1))


def _waiting(owner: int) -> Select[int]:
    return select(Import.id).where(_is_comparison(owner), Import.state == "queued").with_for_update()


def _is_comparison(owner: int) -> ColumnElement[bool]:
    return and_(Import.owner_id == owner, Import.export == COMPARISON)
