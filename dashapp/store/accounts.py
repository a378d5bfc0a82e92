"""Accounts, their stored results and their snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from analytics import frames
from analytics.timeline import local_day

from ..models import Account, Person, Post, Snapshot, User
from ..services import service_of
from ..services.records import ALL
from .comparisons import queue_comparison
from .database import IDS, columns, every, is_over, now, one, owned, reading, writing
from .individuals import disown, forget_derived, lock, of_owner
from .rows import AccountRow

_older = aliased(Account)
_PLACE = (
    select(func.count())
    .where(_older.owner_id == Account.owner_id, _older.service != ALL, _older.id < Account.id)
    .correlate(Account)
    .scalar_subquery()
)
COLUMNS = columns(AccountRow, Account, place=_PLACE)


def accounts(owner: int) -> list[AccountRow]:
    """All accounts of the owner, by service and handle, without the one that is derived from them."""
    query = select(*COLUMNS).where(of_owner(owner)).order_by(Account.service, Account.handle, Account.id)
    with reading() as session:
        return every(session, AccountRow, query)


def account(owner: int, account_id: int) -> AccountRow | None:
    """One account of the owner."""
    with reading() as session:
        return one(session, AccountRow, select(*COLUMNS).where(Account.id == owned(owner, account_id)))


def titles(rows: Sequence[AccountRow]) -> dict[int, str]:
    """What each of these accounts is called among the others."""
    services = [row.service for row in rows]
    return {
        row.id: service_of(row.service).title + (f", {row.handle}" if services.count(row.service) > 1 else "")
        for row in rows
    }


def find_account(owner: int, service: str, key: str) -> AccountRow | None:
    """The owner's account of that service and key."""
    query = select(*COLUMNS).where(of_owner(owner), Account.service == service, Account.key == key)
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


def claim_due(now_until: timedelta) -> AccountRow | None:
    """The account whose refresh is due for longest, given out once: the next one is set `now_until` ahead."""
    due = select(*COLUMNS).where(Account.owner_id.is_not(None), is_over(Account.refresh_at, 2 * now_until))
    with writing() as session:
        first = one(session, AccountRow, due.order_by(Account.refresh_at).limit(1).with_for_update(skip_locked=True))
        if first is not None:
            later = update(Account).where(Account.id == first.id).values(refresh_at=now() + now_until)
            session.execute(later)
    return first


def delete_account(owner: int, account_id: int) -> bool:
    """Deletes the account and all that belongs to it; whether there was one.

    What was derived from it and others goes too, and is made anew of the others.
    """
    mine = and_(of_owner(owner), Account.id == account_id)
    with writing() as session:
        compared = lock(session, owner)
        if session.execute(select(Account.id).where(mine).with_for_update()).scalar() is None:
            return False
        if compared is not None:
            forget_derived(session, owner)
        disown(session, mine)
        if compared is not None:
            queue_comparison(session, owner)
        return True


def delete_rows_of_nobody() -> bool:
    """Deletes a portion of what deleted accounts left, in a short transaction; whether there was any."""
    of_nobody = select(Account.id).where(Account.owner_id.is_(None)).order_by(Account.id).limit(1)
    with writing() as session:
        account = session.execute(of_nobody.with_for_update(skip_locked=True)).scalar()
        if account is None:
            return False
        if persons := _portion(session, Person, account):
            _delete_people(session, account, persons)
        elif posts := _portion(session, Post, account):
            session.execute(delete(Post).where(Post.id.in_(posts)))
        else:
            session.execute(delete(Account).where(Account.id == account))
        return True


def _portion(session: Session, table: type[Person] | type[Post], account: int) -> list[int]:
    return list(session.execute(select(table.id).where(table.account_id == account).limit(IDS)).scalars())


def _delete_people(session: Session, account: int, persons: Sequence[int]) -> None:
    """Deletes people; first it locks the accounts of those who still point at one as an individual."""
    pointing = select(Person.account_id).where(Person.individual.in_(persons))
    of_pointing = select(Account.id).where(Account.id.in_(pointing)).order_by(Account.id)
    session.execute(of_pointing.with_for_update(key_share=True)).all()
    session.execute(delete(Person).where(Person.id.in_(persons)))


def snapshots(owner: int, account_id: int) -> pd.DataFrame:
    """Counts by day of the owner's calendar (`frames.SNAPSHOTS`), the oldest first; the last ones told on each."""
    told = [name for name in frames.SNAPSHOTS if name != "day"]
    query = select(Snapshot.at, *(getattr(Snapshot, name) for name in told))
    query = query.where(Snapshot.account_id == owned(owner, account_id)).order_by(Snapshot.at)
    with reading() as session:
        time_zone = session.execute(select(User.time_zone).where(User.id == owner)).scalar_one()
        rows = session.execute(query).all()
    days = pd.to_datetime([local_day(row.at, time_zone) for row in rows])
    read = pd.DataFrame(rows, columns=["at", *told]).astype({name: frames.SNAPSHOTS[name] for name in told})
    rules = {name: "max" if frames.SNAPSHOTS[name] == "bool" else "last" for name in told}
    return frames.check(read.groupby(days).agg(rules).rename_axis("day").reset_index(), frames.SNAPSHOTS)
