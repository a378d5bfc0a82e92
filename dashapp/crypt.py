"""Secrets at rest: what stands in the database is worth nothing without the keys of the environment."""

from __future__ import annotations

from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app


class LockedError(Exception):
    """Encrypted with a key that is gone."""


def encrypted(value: Any) -> bytes:
    """A JSON value, encrypted with the first key."""
    return _fernet().encrypt(orjson.dumps(value))


def decrypted(data: bytes) -> Any:
    """The value again. Raises `LockedError`."""
    try:
        return orjson.loads(_fernet().decrypt(data))
    except InvalidToken:
        raise LockedError from None


def rotated(data: bytes) -> bytes:
    """The same value under the first key. Raises `LockedError`."""
    try:
        return _fernet().rotate(data)
    except InvalidToken:
        raise LockedError from None


def _fernet() -> MultiFernet:
    if not current_app.config["TOKEN_KEYS"]:
        raise LockedError
    return MultiFernet([Fernet(key) for key in current_app.config["TOKEN_KEYS"]])
