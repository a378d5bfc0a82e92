"""What nobody can make, or read, without the server's secret: tokens, and digests in place of what they are of."""

from __future__ import annotations

import hmac

from flask import current_app
from itsdangerous import URLSafeTimedSerializer


def signer(purpose: str) -> URLSafeTimedSerializer:
    """Makes and reads tokens, which are worth nothing for another purpose."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose)


def digest(text: str) -> str:
    """Always the same of a text, which cannot be found by trying."""
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), text.encode(), "sha256").hex()
