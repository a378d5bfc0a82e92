"""Codes beside the password: of an authenticator application (TOTP, RFC 6238), or recovery codes, each good once."""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b32decode, b32encode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from ..store import second_factors

SECONDS = 30  # a code's
DIGITS = 6
CLOCKS = (-1, 0, 1)  # codes by which the clock of a telephone may be off
RECOVERY_CODES = 10


def new_secret() -> str:
    """A secret as applications take it: 160 bits in letters and digits."""
    return b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, name: str) -> str:
    """What an application on the same device opens."""
    return _totp(secret).get_provisioning_uri(name, "Sociogram")


def confirm(owner: int, code: str) -> list[str] | None:
    """Begins to ask for codes if that is one; the recovery codes, which nobody can read again."""
    if not _is_current(owner, code.replace(" ", "")):
        return None
    recovery = [b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    second_factors.confirm(owner, [_hash(each) for each in recovery])
    return ["-".join(each[at : at + 4] for at in range(0, len(each), 4)) for each in recovery]


def is_good(owner: int, code: str) -> bool:
    """Whether it is a code that was not used before; it is used now."""
    typed = "".join(filter(str.isalnum, code)).lower()
    return _is_current(owner, typed) or second_factors.use_recovery(owner, _hash(typed))


def _is_current(owner: int, code: str) -> bool:
    secret = second_factors.secret(owner)
    if secret is None or len(code) != DIGITS or not code.isascii():
        return False
    step = int(time.time() // SECONDS)
    return any(_fits(secret, code, step + off) and second_factors.use_step(owner, step + off) for off in CLOCKS)


def _fits(secret: str, code: str, step: int) -> bool:
    try:
        _totp(secret).verify(code.encode(), step * SECONDS)
    except InvalidToken:
        return False
    return True


def _totp(secret: str) -> TOTP:
    # SHA-1 is what all applications can; it does no harm here (RFC 6238, RFC 4226)
    return TOTP(b32decode(secret), DIGITS, SHA1(), SECONDS)  # noqa: S303


def _hash(recovery: str) -> str:
    """Of 80 random bits, which nobody guesses: no slow hash is needed."""
    return hashlib.sha256(recovery.encode()).hexdigest()
