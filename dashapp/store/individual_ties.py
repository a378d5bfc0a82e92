"""The ties of individuals: those of their members, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ..models import Account, Person
from .database import IDS, ROWS, chunks
from .individuals import of_owner
from .ties import Pairs, among, having, ordered, read_ties, replace_ties, ties_of

Ids = NDArray[np.int64]
Members = tuple[Ids, Ids]  # persons by id, and who each of them is


def members(session: Session, owner: int) -> Members:
    """Who is who in all accounts."""
    rows = session.execute(_who_is_who().where(of_owner(owner)).order_by(Person.id).execution_options(yield_per=ROWS))
    return _as_members(rows.partitions())


def individual_ties(session: Session, owner: int, of: Members) -> Iterator[tuple[str, Pairs]]:
    """The ties of members as those of who they are, some at a time, with their service."""
    accounts = select(Account.id, Account.service, Account.mutual_ties).where(of_owner(owner)).order_by(Account.id)
    for account, service, mutual in session.execute(accounts).all():
        for pairs in read_ties(session, account):
            yield service, _as_individuals(pairs, of, mutual=mutual)


def all_individual_ties(session: Session, owner: int, of: Members) -> Pairs:
    """All of them, each once, by source and target."""
    return ordered(np.concatenate([np.empty((0, 2), int), *(ties for _, ties in individual_ties(session, owner, of))]))


def replace_individual_ties(
    session: Session, owner: int, account: int, ids: Collection[int], members: Iterable[tuple[int, int]]
) -> None:
    """The ties of these individuals anew, who have these members: persons with their accounts."""
    added, by_account = [], itemgetter(1)
    is_mutual = select(Account.id, Account.mutual_ties).where(of_owner(owner))
    mutual = {row.id: row.mutual_ties for row in session.execute(is_mutual)}
    for of_account, some in groupby(sorted(members, key=by_account), key=by_account):
        pairs = ties_of(session, of_account, [person for person, _ in some])
        query = _who_is_who().where(Person.account_id == of_account).order_by(Person.id)
        ends = chunks(np.unique(pairs).tolist(), IDS)
        who = _as_members(session.execute(query.where(Person.id.in_(chunk))).all() for chunk in ends)
        added.append(_as_individuals(pairs, who, mutual=mutual[of_account]))
    replace_ties(session, account, having(ids, ids), added)


def _who_is_who() -> Select[int, Any]:
    query = select(Person.id, Person.individual).join(Account, Account.id == Person.account_id)
    return query.where(Person.individual.is_not(None))


def _as_members(parts: Iterable[Iterable[Any]]) -> Members:
    arrays = [np.array([tuple(row) for row in part], dtype=np.int64).reshape(-1, 2) for part in parts]
    persons, individuals = np.concatenate([np.empty((0, 2), dtype=np.int64), *arrays]).T
    return persons, individuals


def _as_individuals(pairs: Pairs, of: Members, *, mutual: bool) -> Pairs:
    """As they are kept, and where they are `mutual` the way back."""
    persons, individuals = of
    ties = individuals[among(pairs, persons)]
    ties = ties[ties[:, 0] != ties[:, 1]]
    return np.concatenate([ties, ties[:, ::-1]]) if mutual else ties
