"""How much of the server each user takes: rows counted by an index, uploads by the bytes that wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ..models import Account, Import, ImportPart, Person, Post, Share, Ties, User
from ..services.records import ALL
from .database import IDS, chunks, now, reading
from .rows import Usage, UserUsage

RECORDS: Mapping[str, type[Post] | type[Person]] = {"posts": Post, "people": Person}
IS_OWN = Account.service != ALL
OF_ACCOUNTS = select(Account.owner_id, func.count()).where(IS_OWN)
#: by the names of `Usage`: whose, and how much
COUNTS: Mapping[str, Select[*tuple[Any, ...]]] = {
    "accounts": OF_ACCOUNTS,
    **{name: OF_ACCOUNTS.join(table, table.account_id == Account.id) for name, table in RECORDS.items()},
    "ties": select(Account.owner_id, func.sum(Ties.n)).join(Ties, Ties.account_id == Account.id).where(IS_OWN),
    "upload_bytes": select(Import.owner_id, func.sum(func.length(ImportPart.data))).join(
        ImportPart, ImportPart.import_id == Import.id
    ),
}


class FullError(Exception):
    """More than a user may have: the transaction is undone. Its text is a name of `Usage`."""


def check_growth(before: Usage, after: Usage, most: Usage) -> None:
    """Raises `FullError` for what has grown beyond the limit; one of 0 is none."""
    for each in fields(Usage):
        was, there, limit = (getattr(one, each.name) for one in (before, after, most))
        if limit and there > max(was, limit):
            raise FullError(each.name)


def usage(owner: int) -> Usage:
    """What the user takes."""
    with reading() as session:
        return usage_in(session, owner)


def usage_in(session: Session, owner: int) -> Usage:
    """The same within a transaction."""
    return Usage(**{name: _by_owner(session, query, owner).get(owner, 0) for name, query in COUNTS.items()})


def usages() -> list[UserUsage]:
    """What every user takes, who has most posts and people first."""
    with reading() as session:
        users = session.execute(select(User.id, User.name)).all()
        counted = {name: _by_owner(session, query) for name, query in COUNTS.items()}
        living = select(Share.owner_id, func.count()).where(Share.expires_at > now())
        shares = _by_owner(session, living)
    found = [
        UserUsage(
            user.id,
            user.name,
            Usage(**{name: by.get(user.id, 0) for name, by in counted.items()}),
            shares.get(user.id, 0),
        )
        for user in users
    ]
    return sorted(found, key=lambda row: (-row.usage.posts - row.usage.people, row.id))


def _by_owner(session: Session, query: Select[*tuple[Any, ...]], owner: int | None = None) -> dict[int, int]:
    whose = query.selected_columns[0]
    query = query.where(whose.is_not(None) if owner is None else whose == owner).group_by(whose)
    return {row[0]: int(row[1] or 0) for row in session.execute(query)}


def unknown(account_id: int | None, kind: str, keys: Iterable[str]) -> int:
    """How many of these keys of "posts" or "people" the account has no row of yet."""
    table, count = RECORDS[kind], 0
    with reading() as session:
        for chunk in chunks(keys, IDS):
            known = select(func.count()).where(table.account_id == account_id, table.key.in_(chunk))
            count += len(chunk) - session.execute(known).scalar_one()
    return count
