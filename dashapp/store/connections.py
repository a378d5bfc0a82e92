"""Authorisations at services: tokens, encrypted; who signs in with what; servers that know this application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from ..crypt import LockedError, decrypted, encrypted, rotated
from ..models import Account, Connection, Identity, Import, Instance, SecondFactor, User
from .database import columns, every, is_over, newest, now, one, reading, upsert, writing
from .rows import ConnectionRow, IdentityRow, Registration

COLUMNS = columns(ConnectionRow, Connection)
RENEWING = timedelta(seconds=30)  # so long nobody else renews the same token


@dataclass(frozen=True, slots=True)
class Token:
    """What a service gave: `value` is its whole answer. Prints nothing of it."""

    value: Mapping[str, Any] = field(repr=False)
    expires_at: datetime | None = None

    @property
    def access(self) -> str:
        """The part that calls carry."""
        return str(self.value["access_token"])


def connect(
    owner: int, *, service: str, host: str, uid: str, handle: str, token: Mapping[str, Any], expires_at: datetime | None
) -> int:
    """Keeps an authorisation, in place of an earlier one of the same account; its id."""
    row = {
        "owner_id": owner,
        "service": service,
        "host": host,
        "uid": uid,
        "handle": handle[:300],
        "token": encrypted(dict(token)),
        "expires_at": expires_at,
        "broken": False,
        "created_at": now(),
    }
    key = ["owner_id", "service", "host", "uid"]
    with writing() as session:
        changes = dict.fromkeys(("handle", "token", "expires_at", "broken"), newest)
        upsert(session, Connection, [row], key=key, update=changes)
        mine = select(Connection.id).where(*(getattr(Connection, name) == row[name] for name in key))
        return session.execute(mine).scalar_one()


def connections(owner: int) -> list[ConnectionRow]:
    """The owner's authorisations, without their tokens."""
    query = select(*COLUMNS).where(Connection.owner_id == owner).order_by(Connection.service, Connection.id)
    with reading() as session:
        return every(session, ConnectionRow, query)


def connection(owner: int, connection_id: int) -> ConnectionRow | None:
    """One authorisation of the owner, without its token."""
    with reading() as session:
        return one(session, ConnectionRow, select(*COLUMNS).where(_mine(owner, connection_id)))


def token(owner: int, connection_id: int) -> Token | None:
    """The token; None if there is none, the service refused it, or its key is gone: the user connects again."""
    query = select(Connection.token, Connection.expires_at).where(
        Connection.id == connection_id, Connection.owner_id == owner, ~Connection.broken
    )
    with reading() as session:
        row = session.execute(query).first()
    try:
        return Token(decrypted(row.token), row.expires_at) if row else None
    except LockedError:
        break_connection(owner, connection_id)
        return None


def begin_renewal(owner: int, connection_id: int) -> bool:
    """Whether the caller may renew the token now: nobody else does so for `RENEWING`."""
    free = or_(Connection.refreshing_until.is_(None), is_over(Connection.refreshing_until, RENEWING))
    mine = (Connection.id == connection_id) & (Connection.owner_id == owner) & free
    with writing() as session:
        until = {"refreshing_until": now() + RENEWING}
        return bool(session.execute(update(Connection).where(mine).values(until)).rowcount)  # type: ignore[attr-defined]


def renewed(owner: int, connection_id: int, value: Mapping[str, Any], expires_at: datetime | None) -> None:
    """Keeps the renewed token, and lets the next renewal begin."""
    values = {"token": encrypted(dict(value)), "expires_at": expires_at, "refreshing_until": None}
    with writing() as session:
        session.execute(update(Connection).where(_mine(owner, connection_id)).values(values))


def give_up_renewal(owner: int, connection_id: int) -> None:
    """Lets the next renewal begin: this one failed."""
    with writing() as session:
        session.execute(update(Connection).where(_mine(owner, connection_id)).values(refreshing_until=None))


def break_connection(owner: int, connection_id: int) -> None:
    """Notes that the service does not take the token any more."""
    with writing() as session:
        session.execute(update(Connection).where(_mine(owner, connection_id)).values(broken=True))


def disconnect(owner: int, connection_id: int) -> bool:
    """Forgets the token; accounts and what was read stay, without a daily refresh.

    Imports that read by it are taken from whoever works on them, and begin anew behind what they have read.
    """
    with writing() as session:
        locked = select(Connection.id).where(_mine(owner, connection_id)).with_for_update()
        if session.execute(locked).scalar() is None:
            return False
        mine = (Account.owner_id == owner) & (Account.connection_id == connection_id)
        session.execute(update(Account).where(mine).values(refresh_at=None))
        reading_by_it = (Import.owner_id == owner) & (Import.connection_id == connection_id) & ~Import.merged
        open_ones = select(Import).where(reading_by_it, Import.state.in_(("queued", "running")))
        for row in session.execute(open_ones.with_for_update()).scalars():
            row.options, row.cursor = {**row.options, "disconnected": "1"}, {}
            row.connection_id = None  # or the deletion would, and look whether user and account of a changed row exist
            row.state, row.lease, row.lease_until, row.wake_at, row.message = "queued", row.lease + 1, None, None, ""
        session.execute(delete(Connection).where(_mine(owner, connection_id)))
        return True


def _mine(owner: int, connection_id: int) -> Any:
    return (Connection.id == connection_id) & (Connection.owner_id == owner)


# ---- who signs in with what


def user_of(service: str, host: str, uid: str) -> int | None:
    """Whom that account signs in."""
    query = select(Identity.user_id).where(Identity.service == service, Identity.host == host, Identity.uid == uid)
    with reading() as session:
        return session.execute(query).scalar()


def link_identity(owner: int, *, service: str, host: str, uid: str, handle: str) -> bool:
    """Lets that account sign the user in; False if it signs in somebody else here."""
    row = {"service": service, "host": host, "uid": uid, "user_id": owner, "handle": handle[:300], "created_at": now()}
    with writing() as session:
        upsert(session, Identity, [row], key=["service", "host", "uid"])
    return user_of(service, host, uid) == owner


def identities(owner: int) -> list[IdentityRow]:
    """With which accounts the user signs in."""
    query = select(*columns(IdentityRow, Identity)).where(Identity.user_id == owner)
    with reading() as session:
        return every(session, IdentityRow, query.order_by(Identity.created_at))


def unlink_identity(owner: int, *, service: str, host: str, uid: str) -> bool:
    """Takes a way to sign in away, unless it is the last one; whether it is gone."""
    mine = (Identity.user_id == owner, Identity.service == service, Identity.host == host, Identity.uid == uid)
    with writing() as session:
        # the user's row is locked: two requests at once must not take the last two ways, nor wait for a merge
        own = select(User.password_hash).where(User.id == owner).with_for_update(key_share=True)
        password = session.execute(own).scalar_one()
        others = session.execute(select(func.count()).select_from(Identity).where(Identity.user_id == owner))
        if not password and others.scalar_one() < 2:
            return False
        return bool(session.execute(delete(Identity).where(*mine)).rowcount)  # type: ignore[attr-defined]


# ---- servers that users name


def instance(host: str) -> Registration | None:
    """This application's registration there; None if there is none, or its key is gone."""
    with reading() as session:
        row = session.execute(select(Instance).where(Instance.host == host)).scalar()
    if row is None:
        return None
    try:
        return Registration(
            client_id=row.client_id,
            client_secret=decrypted(row.secret),
            scopes=row.scopes,
            redirect_uri=row.redirect_uri,
        )
    except LockedError:
        return None


def keep_instance(host: str, *, client_id: str, client_secret: str, scopes: str, redirect_uri: str) -> None:
    """Keeps a registration, in place of an earlier one."""
    row: dict[str, Any] = {"host": host, "client_id": client_id, "secret": encrypted(client_secret), "scopes": scopes}
    row |= {"redirect_uri": redirect_uri, "created_at": now()}
    changes = dict.fromkeys(("client_id", "secret", "scopes", "redirect_uri", "created_at"), newest)
    with writing() as session:
        upsert(session, Instance, [row], key=["host"], update=changes)


def forget_instance(host: str) -> None:
    """Forgets a registration that the server does not know any more."""
    with writing() as session:
        session.execute(delete(Instance).where(Instance.host == host))


# ---- keys


def rotate_keys() -> tuple[int, int]:
    """Encrypts all secrets with the first key; how many, and how many have no key any more."""
    done = lost = 0
    for table, column, key in (
        (Connection, Connection.token, Connection.id),
        (Instance, Instance.secret, Instance.host),
        (SecondFactor, SecondFactor.secret, SecondFactor.owner_id),
    ):
        with writing() as session:
            for identifier, data in session.execute(select(key, column)).all():
                try:
                    same = (key == identifier) & (column == data)  # a token that was renewed meanwhile has the key
                    session.execute(update(table).where(same).values({column: rotated(data)}))
                    done += 1
                except LockedError:
                    lost += 1
    return done, lost
