"""The links in mails: to pages of this server, and what they prove.

A token tells for which user and address it was made, unreadably and signed. It is worth nothing once the mail goes to
another address, or nowhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from ..signing import digest, signer
from ..store import weekly_mails
from ..store.rows import WeeklyMailRow

#: what a token is for, and for how many seconds it is good; None: as long as mails go there
LIFETIMES: Mapping[str, int | None] = {"confirm": int(weekly_mails.UNCONFIRMED.total_seconds()), "unsubscribe": None}


def page(path: str) -> str:
    """The address of a page. Never from a request's Host header: whoever sends it chooses that."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def link(purpose: str, owner: int, address: str) -> str:
    """The address that proves that somebody reads the mails to that one. No log keeps the query."""
    token = _signer(purpose).dumps([owner, _fingerprint(address)])
    return page(f"/mail/{purpose}?token={token}")


def proven(purpose: str, token: str) -> WeeklyMailRow | None:
    """Whose mail the holder of that token may decide on; None if it proves nothing, or nothing any more."""
    try:
        owner, fingerprint = _signer(purpose).loads(token, max_age=LIFETIMES[purpose])
    except BadData:
        return None
    row = weekly_mails.find(owner)
    return row if row is not None and hmac.compare_digest(_fingerprint(row.address), fingerprint) else None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return signer(f"weekly mail: {purpose}")


def _fingerprint(address: str) -> str:
    return digest(address)[:32]
