"""When the data of an import was made, and whether it is older than what stands here.

What tells it, in the order of trust:

1. the data itself, such as X's manifest; what was read from a service is of now
2. the user, by the day stated in the form or with `--as-of`
3. the name that the service gave the file
4. the times of the files in a zip or tar: the data is no newer, but they may have been written again since
5. the newest post, else the newest record: the data is no older

The first three date the data, and periods end there; the others only tell which of two exports is the older one.
A day without its hours ends with its last microsecond on the user's calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from analytics.timeline import local_day, midnight

from ..models import Account, Change, Person, Post, Snapshot
from .database import is_misdated, now
from .imports import batches

CLOCKS = timedelta(days=1)  # so far clocks and zones may differ
SINCE = ("follower_since", "friend_since")
DATED = (
    Account.data_at,
    Account.as_of,
    Account.lists_at,
    Snapshot.at,
    Change.seen_at,
    Person.first_seen,
    Person.last_seen,
)


@dataclass(frozen=True, slots=True)
class DataTime:
    """When data was made, as far as something tells it."""

    at: datetime  # then, or not later
    as_of: datetime | None = None  # exactly then
    files_at: datetime | None = None  # when its files were written
    newest_post: datetime | None = None
    newest: datetime | None = None  # of all records
    tells_people: bool = False


def data_time(import_id: int, *, told: datetime | None, named: datetime | None, files: datetime | None) -> DataTime:
    """The time of an import's data. A name or a file from before a record of it says nothing."""
    posts, people, tells_people = "", "", False  # the newest of them; as text times are in the same order
    for batch in batches(import_id):
        posts = max([posts, *(post["created_at"] for post in batch["posts"])])
        people = max([people, *(person[name] or "" for person in batch["people"] for name in SINCE)])
        tells_people = tells_people or bool(batch["people"])
    newest_told, newest = time_in(posts), time_in(max(posts, people))
    if told:
        return DataTime(told, told, None, newest_told, newest, tells_people)
    as_of, files_at = (at if at and (not newest or newest <= at + CLOCKS) else None for at in (named, files))
    return DataTime(as_of or files_at or now(), as_of, files_at, newest_told, newest, tells_people)


def is_older(session: Session, account: Account, data: DataTime) -> bool:
    """Whether data is older than the account's; what nothing tells is taken for newer."""
    if data.newest_post is None and has_older_lists(account, data):
        return True
    known = _dated(account.as_of or account.files_at)
    if data.as_of and known:
        return data.as_of < known
    stored = newest_post(session, account)
    until = max(filter(None, (data.as_of, data.newest_post)), default=None)
    if stored and until and until < stored:
        return True
    return known is not None and (data.files_at or data.newest or data.at) < known


def has_older_lists(account: Account, data: DataTime) -> bool:
    """Whether dated data has older lists than the account: one that nothing dates is of its import."""
    known = _dated(account.lists_at)
    if data.as_of is None or known is None:
        return False
    return data.tells_people and data.as_of < known


def _dated(at: datetime | None) -> datetime | None:
    """A time that stands here, unless the clock was set back since: nothing would be newer for long."""
    return None if at is None or is_misdated(at, CLOCKS) else at


def newest_post(session: Session, account: Account) -> datetime | None:
    """When the newest post was made that is stored."""
    return session.execute(select(func.max(Post.created_at)).where(Post.account_id == account.id)).scalar()


def is_whole_day(at: datetime, time_zone: str) -> bool:
    """Whether it stands for a day that is known without its hours."""
    return local_day(at, time_zone) != local_day(at + timedelta.resolution, time_zone)


def move_whole_days(session: Session, owner: int, before: str, after: str) -> None:
    """Lets days that are known without their hours be the same days in another time zone."""
    mine = select(Account.id).where(Account.owner_id == owner)
    column: Any
    for column in DATED:
        of_owner = (Account.id if column.class_ is Account else column.class_.account_id).in_(mine)
        told: Iterable[datetime] = session.execute(
            select(column).where(of_owner, column.is_not(None)).distinct()
        ).scalars()
        moved = sorted((at, _end_of_day(local_day(at, before), after)) for at in told if is_whole_day(at, before))
        if any(new > old for old, new in moved):  # none onto one that is still to be moved
            moved.reverse()
        for old, new in moved:
            session.execute(update(column.class_).where(of_owner, column == old).values({column.key: new}))


def _end_of_day(day: date, time_zone: str) -> datetime:
    return midnight(day + timedelta(days=1), time_zone).to_pydatetime() - timedelta.resolution


def time_in(text: str | None) -> datetime | None:
    """The time that a kept batch tells, if any."""
    return datetime.fromisoformat(text) if text else None
