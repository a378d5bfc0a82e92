"""What look-ups without an account told: kept for a while, for all processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from ..models import StoredPreview
from .database import newest, now, reading, upsert, writing


def find(key: str) -> dict[str, Any] | None:
    """What is kept under that key, if its time is not over."""
    with reading() as session:
        query = select(StoredPreview.told).where(StoredPreview.key == key, StoredPreview.expires_at > now())
        return session.execute(query).scalar()


def keep(key: str, told: Mapping[str, Any], *, until: datetime) -> None:
    """Keeps it until then, in place of what was kept; drops all whose time is over."""
    with writing() as session:
        session.execute(delete(StoredPreview).where(StoredPreview.expires_at <= now()))
        row = {"key": key, "told": dict(told), "expires_at": until}
        upsert(session, StoredPreview, [row], key=["key"], update=dict.fromkeys(("told", "expires_at"), newest))
