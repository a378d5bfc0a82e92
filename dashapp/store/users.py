"""Users, whose names are their own, and their sessions."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_login import UserMixin
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from ..extensions import Base
from ..models import Account, Connection, Ties, User, UserSession
from .data_time import move_whole_days
from .database import columns, every, now, of, one, reading, writing
from .individuals import disown, lock
from .rows import SessionRow, StoredAccount, StoredRows, UserRow

COLUMNS = columns(UserRow, User)
LONGEST_NAME = 300  # as the column; whatever is typed is cut, for marks take the square of their number to be ordered
NUMBERED = range(2, 10)  # what is put behind a name that somebody has


class TakenError(Exception):
    """Somebody else has that name, or that address."""


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
    time_zone: str
    theme: str
    is_demo: bool
    token: str

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token

    @property
    def session(self) -> str:
        """The id of the session's row."""
        return _digest(self.token)


def name_key(name: str) -> str:
    """The name as it is compared: whatever its case and its code points, and without what cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold())
    return "".join(filter(str.isprintable, folded)).strip()


def find_user(name: str) -> UserRow | None:
    """The user of that name."""
    with reading() as session:
        return one(session, UserRow, select(*COLUMNS).where(User.name_key == name_key(name)))


def find(owner: int) -> UserRow | None:
    """The user's row, unless they are deleted."""
    with reading() as session:
        return one(session, UserRow, select(*COLUMNS).where(User.id == owner))


def user_of_address(email: str) -> UserRow | None:
    """The user who confirmed that address."""
    with reading() as session:
        return one(session, UserRow, select(*COLUMNS).where(User.email_key == email.casefold()))


def free_name(name: str) -> str:
    """That name, or one with something behind it that nobody has yet."""
    for end in ("", *(f"-{number}" for number in NUMBERED)):
        if find_user(name + end) is None:
            return name + end
    return f"{name}-{secrets.token_hex(3)}"


def password_hash(owner: int) -> str:
    """The user's own hash."""
    with reading() as session:
        return session.execute(select(User.password_hash).where(User.id == owner)).scalar_one()


def add_user(name: str, hashed: str, *, is_demo: bool = False) -> int:
    """A new user's id. Raises `TakenError`."""
    user = User(
        name=name,
        name_key=name_key(name),
        password_hash=hashed,
        is_demo=is_demo,
        created_at=now(),
    )
    with _taken(), writing() as session:
        session.add(user)
        session.flush()
        return user.id


@contextmanager
def _taken() -> Iterator[None]:
    """Of two requests that race for a name the database lets one through."""
    try:
        yield
    except IntegrityError:
        raise TakenError from None


def change_user(owner: int, **values: Any) -> None:
    """Changes columns of the user's row. Raises `TakenError`.

    What is known by the day alone stays of that day in another time zone.
    """
    if "name" in values:
        values["name_key"] = name_key(values["name"])
    if "email" in values:
        values |= {"email_key": values["email"] and values["email"].casefold(), "email_changed_at": now()}
    with _taken(), writing() as session:
        if "time_zone" in values:
            zone = session.execute(select(User.time_zone).where(User.id == owner)).scalar_one()
            if zone != values["time_zone"]:
                move_whole_days(session, owner, zone, values["time_zone"])
        session.execute(update(User).where(User.id == owner).values(**values))


def user(owner: int) -> UserRow:
    """The user's own row, without the password's hash."""
    with reading() as session:
        return of(UserRow, session.execute(select(*COLUMNS).where(User.id == owner)).mappings().one())


def all_users() -> list[UserRow]:
    """Everybody, for the command line; the oldest first."""
    with reading() as session:
        return every(session, UserRow, select(*COLUMNS).order_by(User.id))


def users_of_hash(hashed: str) -> list[UserRow]:
    """Users with that in place of a password's hash: what no password fits."""
    with reading() as session:
        return every(session, UserRow, select(*COLUMNS).where(User.password_hash == hashed).order_by(User.id))


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


def start_session(owner: int, lifetime: timedelta, *, device: str = "") -> str:
    """The token of a new session; its hash is kept."""
    token = secrets.token_urlsafe(32)
    with writing() as session:
        session.execute(delete(UserSession).where(UserSession.expires_at < now()))
        session.add(
            UserSession(
                id=_digest(token),
                user_id=owner,
                device=device,
                created_at=now(),
                seen_at=now(),
                expires_at=now() + lifetime,
            ),
        )
    return token


def signed_in(token: str) -> SignedIn | None:
    """The user of a session that has neither ended nor expired."""
    query = (
        select(User.id, User.name, User.time_zone, User.theme, User.is_demo, UserSession.seen_at)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.id == _digest(token), UserSession.expires_at > now())
    )
    with reading() as session:
        row = session.execute(query).first()
    if row is None:
        return None
    *user, seen_at = row
    if seen_at.date() < now().date():
        _note_seen(token)
    return SignedIn(*user, token=token)


def _note_seen(token: str) -> None:
    """Once a day; a database that takes nothing, as Postgres may for maintenance, may still be read."""
    with suppress(DBAPIError), writing(waits=False) as session:
        session.execute(update(UserSession).where(UserSession.id == _digest(token)).values(seen_at=now()))


def sessions(owner: int, *, limit: int) -> list[SessionRow]:
    """The user's signed-in browsers; the one that was seen last is first."""
    query = (
        select(*columns(SessionRow, UserSession))
        .where(UserSession.user_id == owner, UserSession.expires_at > now())
        .order_by(UserSession.seen_at.desc(), UserSession.id)
        .limit(limit)
    )
    with reading() as session:
        return every(session, SessionRow, query)


def sign_out(owner: int, session_id: str) -> bool:
    """Signs one browser of the user out by the id of its session; False if it is none of theirs."""
    if not session_id.isalnum():  # a NUL is no text for Postgres
        return False
    gone = delete(UserSession).where(UserSession.user_id == owner, UserSession.id == session_id)
    with writing() as session:
        return session.execute(gone.returning(UserSession.id)).first() is not None


def end_session(token: str) -> None:
    """Signs one browser out."""
    with writing() as session:
        session.execute(delete(UserSession).where(UserSession.id == _digest(token)))


def end_other_sessions(owner: int, token: str = "") -> None:
    """Signs all browsers of the user out but the one with that token."""
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
