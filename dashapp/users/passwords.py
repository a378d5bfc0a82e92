"""Hashes of passwords: argon2id, one computation a try, whether or not somebody has that address.

Accounts of the same address are told apart by their passwords (store/users.py). All of them share one salt, so one
hash is compared with every one of them: neither the answer nor its time tells whether there are any.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Mapping
from threading import Semaphore

from argon2 import PasswordHasher, extract_parameters
from flask import current_app

from ..store import users
from .rules import canonical, normalised

HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)  # OWASP's: 19 MiB
SALT_BYTES = 16
HASHING = Semaphore(2)  # each holds 19 MiB: a rush of tries must not take all memory and both cores


def new_hash(email: str, password: str) -> str:
    """The hash of a password to keep for a user of that address."""
    return _hash(HASHER, password, _shared_salt(email, _hashes(email)))


def find_user(email: str, password: str) -> int | None:
    """The user whom address and password open, the oldest if several; an outdated hash is renewed."""
    kept = _hashes(email)
    if not kept:
        new_hash(email, password)  # takes the time that a known address takes
    owner = _first_match(password, kept)
    if owner is not None and _is_outdated(email, kept, owner):
        users.change_user(owner, password_hash=new_hash(email, password))
    return owner


def add_user(name: str, email: str, password: str) -> int:
    """A new user's id. Of two requests that race with the same address and password, the first one's for both."""
    hashed = new_hash(email, password)
    added = users.add_user(name, normalised(email), hashed)
    first = min(owner for owner, kept in _hashes(email).items() if kept == hashed)
    if first != added:
        users.delete_user(added)
    return first


def is_password_of(owner: int, password: str) -> bool:
    """Whether it is that user's own password."""
    return _first_match(password, _real({owner: users.password_hash(owner)})) is not None


def _hashes(email: str) -> dict[int, str]:
    address = canonical(email)
    return _real(users.hashes_of(address)) if address else {}


def _real(hashes: Mapping[int, str]) -> dict[int, str]:
    """Without what no password fits, such as the demo's."""
    return {owner: hashed for owner, hashed in hashes.items() if hashed.startswith("$argon2id$")}


def _first_match(password: str, kept: Mapping[int, str]) -> int | None:
    """One computation, unless some of the hashes are of old parameters or a moved user's salt."""
    by_recipe = {_recipe(hashed): _hash_like(hashed, password) for hashed in _one_of_each_recipe(kept)}
    matches = [owner for owner, hashed in kept.items() if hmac.compare_digest(by_recipe[_recipe(hashed)], hashed)]
    return matches[0] if matches else None


def _one_of_each_recipe(kept: Mapping[int, str]) -> list[str]:
    return list({_recipe(hashed): hashed for hashed in kept.values()}.values())


def _recipe(hashed: str) -> str:
    """Parameters and salt: all of the encoded hash but its end."""
    return hashed.rpartition("$")[0]


def _is_outdated(email: str, kept: Mapping[int, str], owner: int) -> bool:
    return HASHER.check_needs_rehash(kept[owner]) or _salt(kept[owner]) != _shared_salt(email, kept)


def _shared_salt(email: str, kept: Mapping[int, str]) -> bytes:
    """The salt of the address: its oldest user's, else a secret one of its own, the same in two requests that race."""
    if kept:
        return _salt(next(iter(kept.values())))
    key, address = current_app.config["SECRET_KEY"], canonical(email) or ""
    return hmac.digest(key.encode(), b"salt of " + address.encode(), "sha256")[:SALT_BYTES]


def _salt(hashed: str) -> bytes:
    encoded = hashed.split("$")[-2]
    return b64decode(encoded + "=" * (-len(encoded) % 4))


def _hash_like(hashed: str, password: str) -> str:
    return _hash(PasswordHasher.from_parameters(extract_parameters(hashed)), password, _salt(hashed))


def _hash(hasher: PasswordHasher, password: str, salt: bytes) -> str:
    with HASHING:
        return hasher.hash(password, salt=salt)
