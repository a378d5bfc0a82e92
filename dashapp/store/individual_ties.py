"""The ties of individuals: those of their members, each once."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, literal, select, tuple_, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from ..models import Account, Person, Tie
from .database import IDS, ROWS, chunks, upsert
from .individuals import of_owner

Ends = list[tuple[int, int]]
TieDifferences = tuple[Ends, Ends]

SOURCE, TARGET = aliased(Person), aliased(Person)


def member_ties(owner: int, *which: ColumnElement[bool]) -> list[Select[*tuple[Any, ...]]]:
    """The ties of members as those of their individuals, each with its service: as they are kept, and the way back."""
    there = (
        select(SOURCE.individual.label("source"), TARGET.individual.label("target"), Account.service)
        .select_from(Tie)
        .join(SOURCE, SOURCE.id == Tie.source)
        .join(TARGET, TARGET.id == Tie.target)
        .join(Account, Account.id == Tie.account_id)
        .where(of_owner(owner), SOURCE.individual != TARGET.individual, *which)
    )
    ends = TARGET.individual.label("source"), SOURCE.individual.label("target")
    return [there, there.with_only_columns(*ends, Account.service).where(Account.mutual_ties)]


def tie_differences(session: Session, owner: int, account: int) -> TieDifferences | None:
    """Ties that no member of their individuals has, and ties that miss; None: too many to be listed."""
    ties = union(*member_ties(owner)).subquery()
    told, kept = select(ties.c.source, ties.c.target), select(Tie.source, Tie.target).where(Tie.account_id == account)
    former, missing = (
        [(row.source, row.target) for row in session.execute(some.except_(others).limit(ROWS))]
        for some, others in ((kept, told), (told, kept))
    )
    return (former, missing) if max(len(former), len(missing)) < ROWS else None


def write_ties(session: Session, account: int, former: Ends, missing: Ends) -> None:
    """Deletes the former ties and adds those that miss."""
    is_former = and_(Tie.account_id == account, Tie.source == bindparam("one"), Tie.target == bindparam("other"))
    if former:
        rows = [{"one": source, "other": target} for source, target in former]
        session.connection().execute(delete(Tie).where(is_former), rows)
    added = ({"account_id": account, "source": source, "target": target} for source, target in missing)
    upsert(session, Tie, added, key=["account_id", "source", "target"])


def add_ties(session: Session, owner: int, account: int, *which: ColumnElement[bool]) -> None:
    """The ties of members as those of their individuals."""
    ties = union(*member_ties(owner, *which)).subquery()
    rows = select(literal(account), ties.c.source, ties.c.target)
    rows = rows.where(literal(True))  # else SQLite reads ON CONFLICT as a join's ON
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Tie).from_select(["account_id", "source", "target"], rows)
    session.execute(insert.on_conflict_do_nothing())


def delete_former_ties(session: Session, owner: int, account: int) -> None:
    """Deletes those ties of individuals that none of their members has."""
    ties = union(*member_ties(owner)).subquery()
    stored = select(Tie.source, Tie.target).where(Tie.account_id == account)
    former = stored.except_(select(ties.c.source, ties.c.target))
    session.execute(delete(Tie).where(Tie.account_id == account, tuple_(Tie.source, Tie.target).in_(former)))


def replace_ties(
    session: Session, owner: int, account: int, ids: Collection[int], members: Collection[tuple[int, int]]
) -> None:
    """The ties of these individuals anew, who have these members."""
    for chunk in chunks(sorted(ids), IDS):
        for end in (Tie.source, Tie.target):
            session.execute(delete(Tie).where(Tie.account_id == account, end.in_(chunk)))
    for of_account, some in groupby(sorted(members, key=itemgetter(1)), key=itemgetter(1)):
        for persons in chunks([person for person, _ in some], IDS):
            for end in (Tie.source, Tie.target):
                add_ties(session, owner, account, and_(Tie.account_id == of_account, end.in_(persons)))
