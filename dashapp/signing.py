"""What nobody can make, or read, without the server's secret: tokens, and digests in place of what they are of."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from itsdangerous import URLSafeTimedSerializer


def signer(purpose: str) -> URLSafeTimedSerializer:
    """Makes and reads tokens, which are worth nothing for another purpose."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose)


def digest(text: str) -> str:
    """Always the same of a text, which cannot be found by trying."""
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), text.encode(), "sha256").hex()


def sealed(text: str, purpose: str) -> str:
    """The text encrypted: a cookie is signed, but whoever holds it can read it."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unsealed(seal: str, purpose: str, *, max_age: int) -> str | None:
    """The text again; None if it was sealed for another purpose, or more than so many seconds ago."""
    try:
        return _fernet(purpose).decrypt(seal, ttl=max_age).decode()
    except InvalidToken:
        return None


def _fernet(purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(bytes.fromhex(digest(f"seal: {purpose}"))))
