"""Persons, and the ties among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from analytics import frames
from analytics.audience import MEASURES, AudienceClass, bounds
from analytics.timeline import midnight

from ..models import Account, Change, Person
from ..services.records import Person as Known
from .changes import is_unexplained
from .data_time import SINCE
from .database import IDS, ROWS, chunks, columns, every, one, owned, reading, stream, writing
from .rows import KnownTies, NamedRow, PersonRow
from .ties import all_ties, labelled, read_ties, ties_of

LISTS: Mapping[str, ColumnElement[bool]] = {
    "followers": Person.is_follower.is_(True),
    "friends": Person.is_friend.is_(True),
    "mutuals": and_(Person.is_follower, Person.is_friend),
    "everyone": Person.id.is_not(None),
}
COLUMNS = columns(PersonRow, Person)
BY_NAME = {column.key: column for column in COLUMNS}
#: how a filter of the grid becomes a condition
COMPARE: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "contains": lambda c, v: c.icontains(str(v), autoescape=True),
    "notContains": lambda c, v: ~c.icontains(str(v), autoescape=True),
    "equals": lambda c, v: c == v,
    "startsWith": lambda c, v: c.istartswith(str(v), autoescape=True),
    "endsWith": lambda c, v: c.iendswith(str(v), autoescape=True),
    "lessThanOrEqual": lambda c, v: c <= v,
    "greaterThanOrEqual": lambda c, v: c >= v,
    "blank": lambda c, _: c.is_(None),
    "notBlank": lambda c, _: c.is_not(None),
}


def people(owner: int, account_id: int) -> pd.DataFrame:
    """All persons of the account (`frames.PEOPLE`), by id."""
    query = select(Person.id, *(getattr(Person, name) for name in list(frames.PEOPLE)[1:]))
    query = query.where(Person.account_id == owned(owner, account_id)).order_by(Person.id)
    with reading() as session:
        rows = session.execute(query).all()
    return frames.check(pd.DataFrame(rows, columns=list(frames.PEOPLE)), frames.PEOPLE)


def audience(owner: int, account_id: int) -> Iterator[pd.DataFrame]:
    """Followers and friends with what they tell of themselves (`frames.AUDIENCE`), by id, some at a time."""
    query = select(Person.id, *(getattr(Person, name) for name in list(frames.AUDIENCE)[1:]))
    query = query.where(Person.account_id == owned(owner, account_id), or_(Person.is_follower, Person.is_friend))
    with reading() as session:
        rows = session.execute(query.order_by(Person.id).execution_options(yield_per=ROWS))
        for part in rows.partitions():
            portion = pd.DataFrame([tuple(row) for row in part], columns=list(frames.AUDIENCE))
            times = {name: pd.to_datetime(portion[name], utc=True) for name in ("created_at", "active_at")}
            yield frames.check(portion.assign(**times), frames.AUDIENCE)


def ties(owner: int, account_id: int) -> pd.DataFrame:
    """All ties of the account (`frames.TIES`), by source and target."""
    with reading() as session:
        return pd.DataFrame(all_ties(session, owned(owner, account_id)), columns=["source", "target"])


def list_page(
    owner: int,
    account_id: int,
    which: str,
    *,
    search: str = "",
    sort: Sequence[tuple[str, str]] = (),
    filters: Mapping[str, Mapping[str, Any]] | None = None,
    of_class: AudienceClass | None = None,
    time_zone: str = "UTC",
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[PersonRow], int]:
    """Rows [offset, offset + limit) of a list as searched, filtered, sorted, and how many there are."""
    narrowed = _narrowed(search, filters or {}, of_class, time_zone)
    chosen = and_(Person.account_id == owned(owner, account_id), LISTS[which], *narrowed)
    order = [order_by(BY_NAME[name], way) for name, way in sort if name in BY_NAME]
    query = select(*COLUMNS).where(chosen).order_by(*order, Person.id).offset(offset).limit(limit)
    with reading() as session:
        total = session.execute(select(func.count()).select_from(Person).where(chosen)).scalar_one()
        return every(session, PersonRow, query), total


def stream_list(
    owner: int,
    account_id: int,
    which: str,
    *,
    search: str = "",
    filters: Mapping[str, Mapping[str, Any]] | None = None,
    of_class: AudienceClass | None = None,
    time_zone: str = "UTC",
) -> Iterator[dict[str, Any]]:
    """A list as searched and filtered for a download, by id, in bounded memory; `person` is the key."""
    narrowed = _narrowed(search, filters or {}, of_class, time_zone)
    in_all_data = [getattr(Person, f"n_{name}").label(f"{name}_in_all_data") for name in ("followers", "friends")]
    query = select(*COLUMNS, Person.key.label("person"), *in_all_data)
    query = query.where(Person.account_id == owned(owner, account_id), LISTS[which], *narrowed)
    return stream(query.order_by(Person.id))


def _narrowed(
    search: str, filters: Mapping[str, Mapping[str, Any]], of_class: AudienceClass | None, time_zone: str
) -> list[ColumnElement[bool]]:
    return _conditions(search, filters, time_zone) + ([_in_class(of_class)] if of_class else [])


def stream_ties(owner: int, account_id: int) -> Iterator[dict[str, Any]]:
    """All ties as their ends' keys, in bounded memory."""
    mine = owned(owner, account_id)
    with reading() as session:
        for (source, _), (target, _) in labelled(session, read_ties(session, mine), Person.account_id == mine):
            yield {"source": source, "target": target}


def person(owner: int, account_id: int, person_id: int) -> PersonRow | None:
    """One person of the account."""
    mine = and_(Person.account_id == owned(owner, account_id), Person.id == person_id)
    with reading() as session:
        return one(session, PersonRow, select(*COLUMNS).where(mine))


def labels(owner: int, account_id: int, persons: Sequence[int]) -> dict[int, str]:
    """What these persons are called, by id, as far as they are the account's."""
    if not persons:
        return {}
    query = select(Person.id, Person.key, Person.handle, Person.name)
    with reading() as session:
        rows = session.execute(query.where(_these(owned(owner, account_id), persons)))
        return {number: NamedRow(key=key, handle=handle, name=name).label for number, key, handle, name in rows}


def _these(account: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """The account's people with these ids; `+ 0`: by its index of accounts SQLite would walk all of its people."""
    return and_(Person.account_id + 0 == account, Person.id.in_(ids))


def find_people(owner: int, account_id: int, which: str, text: str, *, limit: int = 20) -> list[PersonRow]:
    """Persons whose name or handle holds the text."""
    rows, _ = list_page(owner, account_id, which, search=text, sort=[("n_followers", "desc")], limit=limit)
    return rows


def neighbours(owner: int, account_id: int, person_id: int, which: str, *, limit: int = 200) -> list[PersonRow]:
    """Persons of the list with a tie to or from that person."""
    mine = owned(owner, account_id)
    query, found = select(*COLUMNS).where(LISTS[which]).order_by(Person.id), list[PersonRow]()
    with reading() as session:
        ends = ties_of(session, mine, [person_id])
        others = np.unique(np.where(ends[:, 0] == person_id, ends[:, 1], ends[:, 0])).tolist()
        for ids in chunks(others, IDS):
            if len(found) == limit:
                break
            found += every(session, PersonRow, query.where(_these(mine, ids)).limit(limit - len(found)))
    return found


def followers_and_friends(owner: int, account_id: int) -> list[KnownTies]:
    """Followers and friends, and which of their ties are told."""
    mine = (Person.account_id == owned(owner, account_id)) & or_(Person.is_follower, Person.is_friend)
    with reading() as session:
        return every(session, KnownTies, select(*columns(KnownTies, Person)).where(mine))


def held(owner: int, account_id: int) -> list[Known]:
    """Followers and friends, as they are known."""
    return _known(or_(Person.is_follower, Person.is_friend) & (Person.account_id == owned(owner, account_id)))


def unexplained(owner: int, account_id: int, *, since: datetime) -> list[Known]:
    """Who was lost since then, and nothing tells why."""
    mine = Change.account_id == owned(owner, account_id)
    return _known(Person.id.in_(select(Change.person_id).where(mine, is_unexplained(), Change.seen_at >= since)))


def _known(chosen: ColumnElement[bool]) -> list[Known]:
    names = ("key", "handle", "url", "is_follower", "is_friend")
    query = select(*(getattr(Person, name) for name in names)).where(chosen).order_by(Person.key)
    with reading() as session:
        return [Known(**row) for row in session.execute(query).mappings()]


def communities(owner: int, account_id: int) -> pd.DataFrame:
    """The `community` that is kept with each `person`, if any."""
    query = select(Person.id, Person.community).where(Person.account_id == owned(owner, account_id))
    with reading() as session:
        rows = session.execute(query.order_by(Person.id)).all()
    return pd.DataFrame(rows, columns=["person", "community"]).astype({"person": "int64", "community": "Int64"})


def save_measures(owner: int, account_id: int, measures: pd.DataFrame) -> None:
    """Keeps the columns of the frame with each `person`; those that are not in it are forgotten."""
    names = [name for name in measures if name != "person"]
    renamed = measures.rename(columns={name: f"new_{name}" for name in names} | {"person": "of_person"})
    rows = renamed.astype(object).where(renamed.notna(), None).to_dict("records")
    statement = update(Person).where(Person.id == bindparam("of_person"), Person.account_id == bindparam("of_account"))
    statement = statement.values({name: bindparam(f"new_{name}") for name in names})
    with writing() as session:
        own = select(Account.id).where(Account.id == account_id, Account.owner_id == owner)
        mine = session.execute(
            own.with_for_update(key_share=True)
        ).scalar()  # or others who change people wait crosswise
        if mine is None:  # deleted meanwhile
            return
        session.execute(update(Person).where(Person.account_id == mine).values(dict.fromkeys(names)))
        for chunk in chunks(rows, ROWS):
            session.connection().execute(statement, [{**row, "of_account": mine} for row in chunk])


def named(text: str, *more: Any) -> ColumnElement[bool]:
    """Whose name, handle or key holds the text, or one of more columns."""
    columns = (Person.name, Person.handle, Person.key, *more)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _conditions(search: str, filters: Mapping[str, Mapping[str, Any]], time_zone: str) -> list[ColumnElement[bool]]:
    found = [named(search.strip())] if search.strip() else []
    found += [_filter(BY_NAME[name], rule, time_zone) for name, rule in filters.items() if name in BY_NAME]
    return found


def _in_class(of: AudienceClass) -> ColumnElement[bool]:
    """The rule by which the analysis counts somebody in the class."""
    if of.measure == "server":
        at_server = f"@{of.name}"
        return and_(Person.handle.iendswith(at_server, autoescape=True), func.lower(Person.handle) != at_server)
    if of.measure == "language":
        return Person.bio_language == of.name
    if of.measure == "word":
        return Person.bio_words.contains(f" {of.name} ", autoescape=True)
    column = getattr(Person, MEASURES[of.measure])
    low, high = bounds(of.measure, of.name, as_of=of.as_of)
    return and_(column.is_not(None), *([column >= low] if low is not None else []), *([column < high] if high else []))


def _filter(column: Any, rule: Mapping[str, Any], time_zone: str) -> ColumnElement[bool]:
    if rule["type"] == "days":
        since = _from_day(column, rule["first"], time_zone) if rule["first"] else column.is_not(None)
        return and_(since, ~_from_day(column, rule["last"] + timedelta(days=1), time_zone)) if rule["last"] else since
    if rule.get("type") == "inRange":
        return and_(column >= rule["filter"], column <= rule["filterTo"])
    return COMPARE[rule["type"]](column, rule.get("filter"))


def _from_day(column: Any, day: date, time_zone: str) -> ColumnElement[bool]:
    """From that day on; since when somebody follows may be a day without its hours, which is midnight in UTC."""
    later = column >= midnight(day, time_zone).to_pydatetime()
    return or_(later, column == midnight(day, "UTC").to_pydatetime()) if column.key in SINCE else later


def order_by(column: Any, way: str) -> Any:
    """What is not told comes last, either way."""
    return column.desc().nulls_last() if way == "desc" else column.asc().nulls_last()
