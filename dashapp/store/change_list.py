"""Who came to an account's lists, who went, who moved or got another name; and how its lists grew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from analytics import frames
from analytics.growth import growth

from ..models import Account, Change, Person, User
from .accounts import snapshots
from .database import ROWS, columns, every, owned, reading, stream
from .people import named, order_by
from .rows import KINDS, ChangeRow, Relation

COLUMNS = columns(ChangeRow, Person, Change)
#: by what the list can be sorted
SORTED_BY: Mapping[str, Any] = {
    "seen_at": Change.seen_at,
    "handle": Person.handle,
    "name": Person.name,
    "first_seen": Person.first_seen,
    "last_seen": Person.last_seen,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes: of these kinds, of this list, of people of that name, in that time; what is empty chooses all."""

    kinds: frozenset[str] = frozenset()
    relation: Relation | None = None
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None  # outside


ALL_CHANGES = ChangeFilter()


def changes(
    owner: int,
    account_id: int,
    chosen: ChangeFilter = ALL_CHANGES,
    *,
    sort: Sequence[tuple[str, str]] = (),
    offset: int = 0,
    limit: int = 500,
) -> list[ChangeRow]:
    """Rows [offset, offset + limit) of those chosen, the newest first unless sorted otherwise."""
    order = [order_by(SORTED_BY[name], way) for name, way in sort if name in SORTED_BY]
    query = _chosen(COLUMNS, owner, account_id, chosen).order_by(*order, Change.seen_at.desc(), Change.id)
    with reading() as session:
        return every(session, ChangeRow, query.offset(offset).limit(limit))


def count_kinds(owner: int, account_id: int, chosen: ChangeFilter = ALL_CHANGES) -> dict[str, int]:
    """How many there are of each kind that occurs, in the order of `KINDS`, whichever kinds are chosen."""
    counted = [Change.change, Change.reason, func.count().label("people")]
    query = _chosen(counted, owner, account_id, replace(chosen, kinds=frozenset()))
    with reading() as session:
        rows = session.execute(query.group_by(Change.change, Change.reason)).all()
    found = {(row.change, row.reason): row.people for row in rows}
    return {kind: found[about] for kind, about in KINDS.items() if about in found}


def stream_changes(owner: int, account_id: int, chosen: ChangeFilter = ALL_CHANGES) -> Iterator[dict[str, Any]]:
    """All of those chosen for a download, the newest first, in bounded memory; `person` is the key."""
    query = _chosen([*COLUMNS, Person.key.label("person")], owner, account_id, chosen)
    return stream(query.order_by(Change.seen_at.desc(), Change.id))


def daily_growth(owner: int, account_id: int) -> pd.DataFrame:
    """Counts by day of the owner's calendar, and how many came and went (`analytics.growth`)."""
    is_mine = Person.account_id == owned(owner, account_id)
    both = select(func.count()).where(is_mine, Person.is_follower, Person.is_friend)
    told = [Change.relation, Change.change, Change.reason, Person.is_follower, Person.is_friend]
    query = select(Change.person_id.label("person"), Change.seen_at.label("day"), *told)
    query = query.join(Person, Person.id == Change.person_id).where(Change.account_id == owned(owner, account_id))
    query = query.where(Change.relation.is_not(None)).order_by(Change.id)
    with reading() as session:
        time_zone = session.execute(select(User.time_zone).where(User.id == owner)).scalar_one()
        directed = session.execute(select(~Account.mutual_ties).where(Account.id == owned(owner, account_id))).scalar()
        mutuals = session.execute(both).scalar_one() if directed else np.nan
        rows = session.execute(query.execution_options(yield_per=ROWS)).all()
    seen = pd.DataFrame(rows, columns=list(frames.CHANGES)).astype({"day": frames.TIME})
    days = seen["day"].dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()
    came_and_went = frames.check(seen.assign(day=days), frames.CHANGES)
    return growth(snapshots(owner, account_id), came_and_went, mutuals=mutuals)


def _chosen(selected: Sequence[Any], owner: int, account_id: int, chosen: ChangeFilter) -> Select[*tuple[Any, ...]]:
    mine = [Change.account_id == owned(owner, account_id)]
    if chosen.since:
        mine.append(Change.seen_at >= chosen.since)
    if chosen.until:
        mine.append(Change.seen_at < chosen.until)
    if chosen.kinds:
        mine.append(or_(*(_is_kind(kind) for kind in chosen.kinds)))
    if chosen.relation:
        mine.append(_is_about(chosen.relation))
    if chosen.search.strip():
        mine.append(named(chosen.search.strip(), Change.former))
    return select(*selected).join(Person, Person.id == Change.person_id).where(*mine)


def _is_kind(kind: str) -> ColumnElement[bool]:
    change, reason = KINDS[kind]
    return and_(Change.change == change, Change.reason == reason if reason else Change.reason.is_(None))


def _is_about(relation: Relation) -> ColumnElement[bool]:
    """Of the list; a change of the person as such is of those on which they are today."""
    today = Person.is_follower if relation == "follower" else Person.is_friend
    return or_(Change.relation == relation, and_(Change.relation.is_(None), today))
