"""Hashes of passwords: argon2id, one computation a try, whether or not somebody has that name."""

from __future__ import annotations

from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from ..store import users

HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)  # OWASP's: 19 MiB
HASHING = Semaphore(2)  # each holds 19 MiB: a rush of tries must not take all memory and both cores


def new_hash(password: str) -> str:
    """The hash of a password to keep."""
    with HASHING:
        return HASHER.hash(password)


def find_user(name: str, password: str) -> int | None:
    """The user whom name and password open; an outdated hash is renewed."""
    known = users.find_user(name)
    if known is None:
        new_hash(password)  # takes the time that a known name takes
        return None
    if not is_password_of(known.id, password):
        return None
    if HASHER.check_needs_rehash(users.password_hash(known.id)):
        users.change_user(known.id, password_hash=new_hash(password))
    return known.id


def is_password_of(owner: int, password: str) -> bool:
    """Whether it is that user's own password."""
    kept = users.password_hash(owner)
    if not kept.startswith("$argon2id$"):  # nobody's password: the demo's, and that of accounts elsewhere
        new_hash(password)
        return False
    with HASHING:
        try:
            return HASHER.verify(kept, password)
        except VerificationError:
            return False
