"""The account of all services: its people are the individuals, those who are the same on several services as one.

It is derived from followers and friends of a user's accounts, who are the members of individuals. The `pattern` of an
individual says where they are: for each account its id and `f` (follower), `i` (friend) or `m` (mutual): "3f 7m".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from ..models import Account, IdentityDecision, IdentityPair, Import, Person, Share, User
from ..services.records import ALL
from .database import IDS, chunks, reading, writing
from .rows import Key

State = tuple[Any, ...]

PAIR_KEY = ("owner_id", "left_service", "left_key", "right_service", "right_key")
COMPARED_STATE = "compared"  # among the options of the derived account: of what accounts it was made
COMPARED = ["handle", "name", "bio", "links", "verified_links", "moved_to"]


def of_owner(owner: int) -> ColumnElement[bool]:
    """Of an account: it is the owner's, and not derived from others."""
    return and_(Account.owner_id == owner, Account.service != ALL)


def is_of_owner(owner: int) -> ColumnElement[bool]:
    """The same where people are found by more than that: SQLite would go through all people of the accounts first."""
    return and_(func.coalesce(Account.owner_id, 0) == owner, Account.service != ALL)


def is_derived(owner: int) -> ColumnElement[bool]:
    """Of an account: it is derived from the owner's others."""
    return and_(Account.owner_id == owner, Account.service == ALL)


def is_listed() -> ColumnElement[bool]:
    """Of a person: a follower or friend, and so somebody's member."""
    return or_(Person.is_follower, Person.is_friend)


def by_service(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    """The keys of each service, so many that one statement takes them: an index serves only one service at a time."""
    for service, of_service in groupby(sorted(keys), key=itemgetter(0)):
        yield from ((service, [key for _, key in chunk]) for chunk in chunks(of_service, IDS))


def with_people(owner: int) -> frozenset[int]:
    """The accounts that have followers or friends: two can be compared."""
    listed = select(Person.id).where(Person.account_id == Account.id, is_listed()).exists()
    with reading() as session:
        return frozenset(session.execute(select(Account.id).where(of_owner(owner), listed)).scalars())


def people_of_all(owner: int) -> pd.DataFrame:
    """Followers and friends of all accounts, by service, key and account, with what they are compared by."""
    with reading() as session:
        return listed_members(session, owner, COMPARED)


def decided(owner: int) -> pd.DataFrame:
    """All decisions, as `analytics.identity.persons` takes them."""
    names = [*PAIR_KEY[1:], "same"]
    query = select(*(getattr(IdentityDecision, name) for name in names)).where(IdentityDecision.owner_id == owner)
    with reading() as session:
        return pd.DataFrame(session.execute(query).all(), columns=names)


def listed_members(
    session: Session, owner: int, names: Iterable[str], *more: Any, of: Iterable[Key] | None = None
) -> pd.DataFrame:
    """Followers and friends of all accounts, or those of these keys, by service, key and account."""
    query = select(
        Person.id.label("person"),
        Person.account_id,
        Account.service,
        Person.key,
        *(getattr(Person, name) for name in names),
        *more,
    )
    query = query.join(Account, Account.id == Person.account_id).where(of_owner(owner), is_listed())
    columns = [column["name"] for column in query.column_descriptions]
    parts = [query]
    if of is not None:
        parts = [query.where(Account.service == each, Person.key.in_(keys)) for each, keys in by_service(of)]
    rows = [row for part in parts for row in session.execute(part)]
    members = pd.DataFrame(rows, columns=columns, dtype=object)
    return members.sort_values(["service", "key", "account_id"], ignore_index=True)


def state(owner: int) -> State:
    """What individuals are made from: unless it changes they stay the same."""
    analysed = select(Account.id, Account.analysed_at).where(of_owner(owner)).order_by(Account.id)
    said = select(func.count(), func.max(IdentityDecision.decided_at)).where(IdentityDecision.owner_id == owner)
    with reading() as session:
        return (*map(tuple, session.execute(analysed)), tuple(session.execute(said).one()))


def compared(owner: int, now: State) -> int | None:
    """The derived account, if nothing but decisions has changed since it was made: these regroup at once."""
    same = Account.options[COMPARED_STATE].as_string() == of_accounts(now)
    with reading() as session:
        return session.execute(select(Account.id).where(is_derived(owner), same)).scalar()


def of_accounts(told: State) -> str:
    """What a state tells of accounts."""
    return str(told[:-1])


def forget(owner: int, before: State) -> bool:
    """Deletes what is derived from accounts; not, and False, if what the state `before` tells has changed meanwhile."""
    with writing() as session:
        lock(session, owner)
        if state(owner) != before:
            return False
        forget_derived(session, owner)
        return True


def forget_derived(session: Session, owner: int) -> None:
    """The same within a transaction that holds the lock. Decisions stay."""
    disown(session, is_derived(owner))
    session.execute(delete(IdentityPair).where(IdentityPair.owner_id == owner))


def disown(session: Session, which: ColumnElement[bool]) -> None:
    """Takes accounts from their owner with all that belongs to them: every query names the owner, so nobody sees it.

    That takes a moment however many people they have; `accounts.delete_rows_of_nobody` deletes their rows.
    """
    for table in (Import, Share):
        session.execute(delete(table).where(table.account_id.in_(select(Account.id).where(which))))
    session.execute(update(Account).where(which).values(owner_id=None, refresh_at=None, analysed_at=None))


def lock(session: Session, owner: int) -> int | None:
    """Until the transaction ends nobody else regroups, merges or deletes people of the owner; the derived account's id.

    Everybody locks the user and the derived account first, or two would wait for each other.
    """
    lock_user(session, owner)
    query = select(Account.id).with_for_update(key_share=True)
    account = session.execute(query.where(is_derived(owner))).scalar()
    session.execute(query.where(of_owner(owner)).order_by(Account.id)).all()
    return account


def lock_user(session: Session, owner: int) -> bool:
    """Whether there is the user; until the transaction ends they are not deleted."""
    user = select(User.id).where(User.id == owner).with_for_update(read=True, key_share=True)
    return session.execute(user).scalar() is not None
