"""What users need beside the password: the secret that codes are made of, and the hashes of recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from ..crypt import LockedError, decrypted, encrypted
from ..models import SecondFactor
from .database import columns, now, one, reading, upsert, writing
from .rows import SecondFactorRow

ROW = columns(SecondFactorRow, SecondFactor, recovery_codes=func.json_array_length(SecondFactor.recovery_hashes))


def find(owner: int) -> SecondFactorRow | None:
    """The user's second factor, also one that is not confirmed yet."""
    with reading() as session:
        return one(session, SecondFactorRow, select(*ROW).where(SecondFactor.owner_id == owner))


def is_on(owner: int) -> bool:
    """Whether the user is asked for it."""
    row = find(owner)
    return row is not None and row.confirmed_at is not None


def begin(owner: int, secret: str) -> None:
    """A new secret, which counts once it is confirmed; one that was confirmed stays."""
    fresh = {"owner_id": owner, "secret": encrypted(secret), "last_step": 0, "recovery_hashes": []}
    with writing() as session:
        session.execute(delete(SecondFactor).where(SecondFactor.owner_id == owner, SecondFactor.confirmed_at.is_(None)))
        upsert(session, SecondFactor, [fresh], key=["owner_id"])


def secret(owner: int) -> str | None:
    """The secret; None if there is none, or if the key to it is gone."""
    with reading() as session:
        data = session.execute(select(SecondFactor.secret).where(SecondFactor.owner_id == owner)).scalar()
    try:
        return None if data is None else str(decrypted(data))
    except LockedError:
        return None


def confirm(owner: int, hashes: Sequence[str]) -> None:
    """From now on it is asked for; with the hashes of recovery codes."""
    waits = (SecondFactor.owner_id == owner) & SecondFactor.confirmed_at.is_(None)
    values = {"confirmed_at": now(), "recovery_hashes": list(hashes)}
    with writing() as session:
        session.execute(update(SecondFactor).where(waits).values(values))


def use_step(owner: int, step: int) -> bool:
    """Whether a code of that step is the newest that was ever taken: of two requests with one code one is let in."""
    newer = (SecondFactor.owner_id == owner) & (SecondFactor.last_step < step)
    taken = update(SecondFactor).where(newer).values(last_step=step).returning(SecondFactor.owner_id)
    with writing() as session:
        return session.execute(taken).first() is not None


def use_recovery(owner: int, hashed: str) -> bool:
    """Whether it is the hash of a recovery code that is left; it is not afterwards."""
    mine = select(SecondFactor.recovery_hashes).where(SecondFactor.owner_id == owner).with_for_update()
    with writing() as session:
        left = session.execute(mine).scalar() or []
        if hashed not in left:
            return False
        rest = [each for each in left if each != hashed]
        session.execute(update(SecondFactor).where(SecondFactor.owner_id == owner).values(recovery_hashes=rest))
        return True


def remove(owner: int) -> None:
    """It is not asked for any more."""
    with writing() as session:
        session.execute(delete(SecondFactor).where(SecondFactor.owner_id == owner))
