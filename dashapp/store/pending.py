"""What waits for a browser to come back from a service: kept encrypted, for a few minutes, taken out once.

It stands among the registrations at servers, the one table for secrets that belong to nobody yet.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..crypt import LockedError, decrypted, encrypted
from ..models import Instance
from .database import now, writing

PREFIX = "pending:"
LIFETIME = timedelta(minutes=10)


def keep(value: Mapping[str, Any], key: str = "") -> str:
    """Keeps a JSON object; the key that takes it out, of which only a hash is stored."""
    key = key or secrets.token_urlsafe(32)
    row = {"host": _hashed(key), "client_id": "", "secret": encrypted(dict(value)), "scopes": "", "redirect_uri": ""}
    with writing() as session:
        _drop_stale(session)
        session.add(Instance(**row, created_at=now()))
    return key


def drop_stale() -> None:
    """Forgets what nobody came for."""
    with writing() as session:
        _drop_stale(session)


def _drop_stale(session: Session) -> None:
    stale = Instance.host.startswith(PREFIX, autoescape=True) & (Instance.created_at < now() - LIFETIME)
    session.execute(delete(Instance).where(stale))


def take(key: str) -> dict[str, Any] | None:
    """What was kept under the key, and no longer is; None if there is nothing, or its time is over."""
    statement = delete(Instance).where(Instance.host == _hashed(key)).returning(Instance.secret, Instance.created_at)
    with writing() as session:
        row = session.execute(statement).first()
    if row is None or row.created_at < now() - LIFETIME:
        return None
    try:
        found: dict[str, Any] = decrypted(row.secret)
    except LockedError:
        return None
    return found


def _hashed(key: str) -> str:
    return PREFIX + hashlib.sha256(key.encode()).hexdigest()
