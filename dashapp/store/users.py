"""Users and their sessions.

An address is never verified, so it belongs to nobody: two people may register the same one and get two accounts, told
apart by their passwords. That is why registration need not say whether an address is taken (docs/decisions).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_login import UserMixin
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ..extensions import Base
from ..models import Account, Connection, Ties, User, UserSession
from .data_time import move_whole_days
from .database import columns, every, now, of, reading, writing
from .individuals import disown, lock
from .rows import StoredAccount, StoredRows, UserRow

COLUMNS = columns(UserRow, User)


def _rows_of(owner: type[Base]) -> dict[str, Any]:
    """The tables whose rows belong to one of its rows, by name, and the column that says to which."""
    owned = [(table, key) for table in Base.metadata.tables.values() for key in table.foreign_keys]
    return {table.name: key.parent for table, key in owned if key.column.table is owner.__table__}


OF_USER = {User.__tablename__: User.id, **_rows_of(User)}
OF_ACCOUNT = {name: column for name, column in _rows_of(Account).items() if name not in OF_USER}


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login ships no types
    """The user of a request. Flask-Login keeps `token`, not the user's id: ending the session makes it worthless."""

    id: int
    name: str
    email: str
    time_zone: str
    theme: str
    is_demo: bool
    token: str

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def hashes_of(email: str) -> dict[int, str]:
    """Password hashes of the users with that address, by user id; the oldest user first."""
    query = select(User.id, User.password_hash).where(User.email_key == email.strip().casefold()).order_by(User.id)
    with reading() as session:
        return {row.id: row.password_hash for row in session.execute(query)}


def password_hash(owner: int) -> str:
    """The user's own hash."""
    with reading() as session:
        return session.execute(select(User.password_hash).where(User.id == owner)).scalar_one()


def add_user(name: str, email: str, hashed: str, *, is_demo: bool = False) -> int:
    """A new user's id."""
    user = User(
        name=name.strip(),
        name_key=name.strip().casefold(),
        email=email.strip(),
        email_key=email.strip().casefold(),
        password_hash=hashed,
        is_demo=is_demo,
        created_at=now(),
    )
    with writing() as session:
        session.add(user)
        session.flush()
        return user.id


def change_user(owner: int, **values: Any) -> None:
    """Changes columns of the user's row. What is known by the day alone stays of that day in another time zone."""
    for name in ("name", "email"):
        if name in values:
            values[name + "_key"] = values[name].casefold()
    with writing() as session:
        if "time_zone" in values:
            zone = session.execute(select(User.time_zone).where(User.id == owner)).scalar_one()
            if zone != values["time_zone"]:
                move_whole_days(session, owner, zone, values["time_zone"])
        session.execute(update(User).where(User.id == owner).values(**values))


def user(owner: int) -> UserRow:
    """The user's own row, without the password's hash."""
    with reading() as session:
        return of(UserRow, session.execute(select(*COLUMNS).where(User.id == owner)).mappings().one())


def find_users(name_or_email: str) -> list[UserRow]:
    """Users of that name or address, for the command line."""
    key = name_or_email.strip().casefold()
    query = select(*COLUMNS).where((User.name_key == key) | (User.email_key == key)).order_by(User.id)
    with reading() as session:
        return every(session, UserRow, query)


def delete_user(owner: int) -> None:
    """Deletes the user and all that is stored about them."""
    with writing() as session:
        # all that the deletion takes along, in everybody's order, or an import and it would wait for each other
        session.execute(select(User.id).where(User.id == owner).with_for_update()).all()
        session.execute(select(Connection.id).where(Connection.owner_id == owner).with_for_update()).all()
        lock(session, owner)
        disown(session, Account.owner_id == owner)
        session.execute(delete(User).where(User.id == owner))


def demo_user() -> int | None:
    """The id of the demo's owner, if the demo is loaded."""
    with reading() as session:
        return session.execute(select(User.id).where(User.is_demo).order_by(User.id.desc()).limit(1)).scalar()


def start_session(owner: int, lifetime: timedelta) -> str:
    """The token of a new session; its hash is kept."""
    token = secrets.token_urlsafe(32)
    with writing() as session:
        session.execute(delete(UserSession).where(UserSession.expires_at < now()))
        session.add(
            UserSession(id=_digest(token), user_id=owner, created_at=now(), expires_at=now() + lifetime),
        )
    return token


def signed_in(token: str) -> SignedIn | None:
    """The user of a session that has neither ended nor expired."""
    query = (
        select(User.id, User.name, User.email, User.time_zone, User.theme, User.is_demo)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.id == _digest(token), UserSession.expires_at > now())
    )
    with reading() as session:
        row = session.execute(query).first()
    return SignedIn(*row, token=token) if row else None


def end_session(token: str) -> None:
    """Signs one browser out."""
    with writing() as session:
        session.execute(delete(UserSession).where(UserSession.id == _digest(token)))


def end_other_sessions(owner: int, token: str) -> None:
    """Signs all other browsers of the user out."""
    with writing() as session:
        session.execute(delete(UserSession).where(UserSession.user_id == owner, UserSession.id != _digest(token)))


def stored_about(owner: int) -> list[StoredRows]:
    """What is stored about the user: number of rows by table and account, of ties how many they hold."""
    with reading() as session:
        rows = [StoredRows(name, None, _count(session, column, owner)) for name, column in OF_USER.items()]
        query = select(*columns(StoredAccount, Account)).where(Account.owner_id == owner)
        for account in every(session, StoredAccount, query):
            rows += [
                StoredRows(name, account, _count(session, column, account.id)) for name, column in OF_ACCOUNT.items()
            ]
    return rows


def _count(session: Session, column: Any, owner: int) -> int:
    n = func.coalesce(func.sum(Ties.n), 0) if column.table is Ties.__table__ else func.count()
    return session.execute(select(n).where(column == owner)).scalar_one()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
