"""The account of all services: its people are the individuals, those who are the same on several services as one.

It is derived from the followers and friends of a user's accounts, who are the individuals' members. The `pattern` of an
individual says where they are: for each account its id and `f` (follows me), `i` (I follow) or `m` (mutual), as "3f 7m".
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session, aliased

from ..models import Account, IdentityDecision, IdentityPair, Person, Tie
from .database import ROWS, chunks, columns, newest, now, one, reading, upsert, writing
from .rows import AccountRow

ALL = "all"  # service, key and source of the derived account; no service is called so
HANDLE = "All services"
IDS = 1_000  # in one statement

Place = Literal["f", "i", "m"]
PLACES: Mapping[tuple[bool, bool], Place] = {(True, False): "f", (False, True): "i", (True, True): "m"}

#: what is told of an individual: first of what members tell in the order of service and key; largest; earliest; latest
FIRST = ("handle", "name", "url", "bio")
LARGEST = ("followers", "friends", "posts")
EARLIEST = ("follower_since", "friend_since", "first_seen")
LATEST = ("last_seen",)
FLAGS = ("is_follower", "is_friend")
TIMES = (*EARLIEST, *LATEST)
TOLD = [name for name in (*FIRST, *LARGEST, *TIMES, *FLAGS) if hasattr(Person, name)]
LINKS = [name for name in ("links", "verified_links", "moved_to") if hasattr(Person, name)]
#: columns of a frame of members
MEMBERS = ["person", "account_id", "service", "key", "individual", "tells", *TOLD]


def of_owner(owner: int) -> ColumnElement[bool]:
    """Of an account: it is the owner's, and not derived from others."""
    return and_(Account.owner_id == owner, Account.service != ALL)


def is_listed() -> ColumnElement[bool]:
    """Of a person: follower or friend, and so somebody's member."""
    return or_(Person.is_follower, Person.is_friend)


def pattern_of(places: Mapping[int, Place]) -> str:
    """Where somebody is, by account id."""
    return " ".join(f"{account}{places[account]}" for account in sorted(places))


def relations(pattern: str) -> dict[int, Place]:
    """The same the other way round."""
    found: dict[int, Any] = {int(part[:-1]): part[-1] for part in pattern.split()}
    return found


def derived(owner: int) -> AccountRow | None:
    """The account of all services, if the owner's accounts were compared."""
    query = select(*columns(AccountRow, Account)).where(_is_derived(owner))
    with reading() as session:
        return one(session, AccountRow, query)


def _is_derived(owner: int) -> ColumnElement[bool]:
    return and_(Account.owner_id == owner, Account.service == ALL, Account.key == ALL)


def people_of_all(owner: int) -> pd.DataFrame:
    """Followers and friends of all accounts, in the order of service, key and account, with all that they tell."""
    with reading() as session:
        return _members(session, owner, *LINKS)


def lock(session: Session, owner: int) -> int | None:
    """Until the transaction ends nobody else regroups, merges or deletes people of the owner; the derived account's id.

    The derived account is locked first, by everybody.
    """
    query = select(Account.id).with_for_update(key_share=True)
    found = session.execute(query.where(_is_derived(owner))).scalar()
    session.execute(query.where(of_owner(owner)).order_by(Account.id)).all()
    return found


def _members(session: Session, owner: int, *more: str, where: ColumnElement[bool] | None = None) -> pd.DataFrame:
    told = _tells(session, owner)
    named = [Person.id, Person.account_id, Account.service, Person.key, Person.individual, told]
    query = (
        select(*named, *(getattr(Person, name) for name in (*TOLD, *more)))
        .join(Account, Account.id == Person.account_id)
        .where(of_owner(owner), is_listed())
        .order_by(Account.service, Person.key, Person.account_id)
    )
    rows = session.execute(query if where is None else query.where(where)).all()
    return pd.DataFrame(rows, columns=[*MEMBERS, *more], dtype=object)


def _tells(session: Session, owner: int) -> ColumnElement[bool]:
    """Whether all of a member's ties within their account are told (`analytics.network.known`)."""
    asked, told = Person.asked_since, Person.ties_at
    query = (
        select(
            Account.id,
            Account.mutual_ties,
            func.max(asked).label("asked"),
            func.min(told).label("told"),
            (func.count(asked) == func.count()).label("each_is_asked"),
            (func.count(told) == func.count()).label("each_tells"),
        )
        .join(Account, Account.id == Person.account_id)
        .where(of_owner(owner), is_listed())
        .group_by(Account.id, Account.mutual_ties)
    )
    known = []
    for row in session.execute(query):
        here = Person.account_id == row.id
        if row.asked and row.each_is_asked:
            known.append(and_(here, told >= row.asked))
        if row.mutual_ties and row.told and row.each_tells:  # what one end tells is told of both
            known.append(and_(here, asked <= row.told))
    return case((or_(*known), literal(True)), else_=literal(False)) if known else literal(False)
