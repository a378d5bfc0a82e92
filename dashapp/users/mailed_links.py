"""The links that prove who reads an address: one confirms it, one sets a new password. Each can be used once.

A token is signed, and made of what its use changes: afterwards, and once the password is another one or anything was
done about the address, it is worth nothing.
"""

from __future__ import annotations

import hmac

from itsdangerous import BadData, URLSafeTimedSerializer

from ..mail.links import page
from ..signing import digest, signer
from ..store import users
from ..store.rows import UserRow

HOUR = 3600
LIFETIMES = {"address": 48 * HOUR, "password": HOUR}  # for what, and for how many seconds


def link(purpose: str, owner: int, address: str) -> str:
    """The address of the page that does it. No log keeps the query."""
    token = _signer(purpose).dumps([owner, address, _mark(users.user(owner))])
    return page(f"/mail/{purpose}?token={token}")


def proven(purpose: str, token: str) -> tuple[UserRow, str] | None:
    """Whose link it is, and the address to which it went; None if it proves nothing, or nothing any more."""
    try:
        owner, address, mark = _signer(purpose).loads(token, max_age=LIFETIMES[purpose])
    except BadData:
        return None
    user = users.find(owner)
    return (user, address) if user is not None and hmac.compare_digest(_mark(user), mark) else None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return signer(f"mailed link: {purpose}")


def _mark(user: UserRow) -> str:
    state = f"{user.email_changed_at} {users.password_hash(user.id)}"
    return digest(state)[:32]
