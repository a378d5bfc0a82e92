"""Where users' weekly e-mails go, and who of several processes sends one.

Whoever puts `due_at` ahead sends the mail, and does so before it leaves: one that dies in between has sent one mail
less, never two (docs/decisions).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select, update

from ..models import User, WeeklyMail
from .database import columns, is_over, newest, now, one, reading, upsert, writing
from .rows import WeeklyMailRow

ROW = select(*columns(WeeklyMailRow, WeeklyMail, User)).join(User, User.id == WeeklyMail.owner_id)
#: an address that nobody confirmed is kept so long, and the link to confirm it works so long
UNCONFIRMED = timedelta(days=2)
LONGEST = timedelta(weeks=2)  # from one mail to the next


def find(owner: int) -> WeeklyMailRow | None:
    """Where the user's mail goes, or shall go."""
    with reading() as session:
        return one(session, WeeklyMailRow, ROW.where(WeeklyMail.owner_id == owner))


def ask(owner: int, address: str) -> None:
    """Another address, or the same once more: until somebody confirms it nothing is due."""
    row = {"owner_id": owner, "address": address, "asked_at": now(), "tries": 0}
    fresh = row | dict.fromkeys(("confirmed_at", "due_at", "sent_at"))
    with writing() as session:
        upsert(session, WeeklyMail, [fresh], key=["owner_id"], update=dict.fromkeys(set(fresh) - {"owner_id"}, newest))


def confirm(row: WeeklyMailRow, due_at: datetime) -> None:
    """From now on mails go to the row's address, if that is still what the user asked for; the first one then."""
    waits = (WeeklyMail.address == row.address) & WeeklyMail.confirmed_at.is_(None)
    _change(row.owner_id, waits, confirmed_at=now(), due_at=due_at)


def stop(owner: int) -> None:
    """Forgets the address."""
    with writing() as session:
        session.execute(delete(WeeklyMail).where(WeeklyMail.owner_id == owner))


def first_due() -> WeeklyMailRow | None:
    """The mail that has been due for the longest time, or is due by a clock that was set back since."""
    query = ROW.where(is_over(WeeklyMail.due_at, LONGEST)).order_by(WeeklyMail.due_at, WeeklyMail.owner_id)
    with reading() as session:
        return one(session, WeeklyMailRow, query.limit(1))


def claim(row: WeeklyMailRow, due_at: datetime) -> bool:
    """Puts the next mail ahead, of which nothing failed yet: whether this call did so, and nobody else."""
    return _change(row.owner_id, _is_as_read(row), due_at=due_at, tries=0)


def move(row: WeeklyMailRow, due_at: datetime) -> None:
    """The next mail goes at another time, unless that has changed meanwhile."""
    _change(row.owner_id, _is_as_read(row), due_at=due_at)


def note_sent(owner: int, claimed: datetime) -> None:
    """The mail that was claimed by that next time has gone."""
    _change(owner, WeeklyMail.due_at == claimed, sent_at=now())


def try_again(row: WeeklyMailRow, claimed: datetime, due_at: datetime) -> None:
    """The mail that was claimed by that next time has not gone: it is due again sooner."""
    _change(row.owner_id, WeeklyMail.due_at == claimed, due_at=due_at, tries=row.tries + 1)


def drop_unconfirmed() -> None:
    """Forgets addresses that nobody confirmed in time."""
    late = WeeklyMail.confirmed_at.is_(None) & (WeeklyMail.asked_at < now() - UNCONFIRMED)
    with writing() as session:
        session.execute(delete(WeeklyMail).where(late))


def _is_as_read(row: WeeklyMailRow) -> ColumnElement[bool]:
    return (WeeklyMail.due_at == row.due_at) & (WeeklyMail.address == row.address)


def _change(owner: int, condition: ColumnElement[bool], **values: Any) -> bool:
    statement = update(WeeklyMail).where(WeeklyMail.owner_id == owner, condition).values(**values)
    with writing() as session:
        return cast(CursorResult[Any], session.execute(statement)).rowcount > 0
