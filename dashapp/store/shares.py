"""Links by which anybody sees a page of a user: made, found by their token, revoked."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from ..models import Account, Share, User
from .database import columns, every, now, one, owned, reading, writing
from .rows import SharedRow, ShareRow

MOST = 20  # that one user has at a time


class FullError(Exception):
    """The user has as many as there may be."""


def add(owner: int, account_id: int | None, *, period: str, names: bool, lifetime: timedelta) -> str:
    """The token of a new link to an account, or to the cross-check; its hash is kept. Raises `FullError`."""
    token = secrets.token_urlsafe(32)
    mine = Share.owner_id == owner
    with writing() as session:
        # nobody else adds one now; rows of the user's may be added meanwhile
        session.execute(select(User.id).where(User.id == owner).with_for_update(key_share=True)).all()
        session.execute(delete(Share).where(mine, Share.expires_at <= now()))
        if session.execute(select(func.count()).select_from(Share).where(mine)).scalar_one() >= MOST:
            raise FullError
        if account_id is not None:
            account_id = session.execute(select(Account.id).where(Account.id == owned(owner, account_id))).scalar_one()
        session.add(
            Share(
                owner_id=owner,
                account_id=account_id,
                period=period,
                token_hash=_digest(token),
                names=names,
                created_at=now(),
                expires_at=now() + lifetime,
            ),
        )
    return token


def shares(owner: int) -> list[ShareRow]:
    """The user's links that have not ended, the newest first."""
    query = (
        select(*columns(ShareRow, Share))
        .where(Share.owner_id == owner, Share.expires_at > now())
        .order_by(Share.created_at.desc(), Share.id.desc())
    )
    with reading() as session:
        return every(session, ShareRow, query)


def find(token: str, at: datetime) -> SharedRow | None:
    """The link with that token, if it has not ended by then."""
    query = (
        select(*columns(SharedRow, Share, User))
        .join(User, User.id == Share.owner_id)
        .where(Share.token_hash == _digest(token), Share.expires_at > at)
    )
    with reading() as session:
        return one(session, SharedRow, query)


def note_opened(row: SharedRow, at: datetime) -> None:
    """Once a day; a database that takes nothing now may still be read."""
    if row.opened_at is not None and row.opened_at.date() >= at.date():
        return
    opened = update(Share).where(Share.id == row.id, Share.owner_id == row.owner_id).values(opened_at=at)
    with suppress(DBAPIError), writing(waits=False) as session:
        session.execute(opened)


def revoke(owner: int, share_id: int) -> bool:
    """Ends a link of the user; False if it is none of theirs."""
    gone = delete(Share).where(Share.owner_id == owner, Share.id == share_id).returning(Share.id)
    with writing() as session:
        return session.execute(gone).first() is not None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
