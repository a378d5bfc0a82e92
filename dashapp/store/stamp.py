"""Whether anything has changed of what a user's pages show: what answers that are kept depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, event, func, literal_column, select

from ..models import Account, IdentityDecision, Import
from ..models import Connection as Authorisation
from .database import reading
from .imports import UNDER_WAY


def stamp(owner: int) -> str | None:
    """Another one after each change of what the user's pages show, never the same again; None while there is none.

    Posts, people, ties and results are too many to be looked at. They change only by imports, while which there is no
    stamp; by an analysis, which ends with a row of `accounts`; and by decisions.
    """
    under_way = func.count().filter(Import.state.in_(UNDER_WAY))
    of_imports = select(under_way, func.count(), func.max(Import.id), func.max(Import.finished_at))
    of_decisions = select(func.count(), func.max(IdentityDecision.decided_at))
    whole: ColumnElement[Any] = literal_column("*")  # as the driver reads it: no value needs to be converted
    with reading() as session:
        imports = session.execute(of_imports.where(Import.owner_id == owner)).one()
        if imports[0]:
            return None
        accounts = select(whole).select_from(Account).where(Account.owner_id == owner).order_by(Account.id)
        broken = select(Authorisation.id, Authorisation.broken, Authorisation.handle)
        told = [
            imports,
            session.execute(of_decisions.where(IdentityDecision.owner_id == owner)).one(),
            session.execute(accounts).all(),
            session.execute(broken.where(Authorisation.owner_id == owner).order_by(Authorisation.id)).all(),
        ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


# ---- whether a request only read


@dataclass(slots=True)
class Writes:
    """Whether a transaction was begun that writes."""

    begun: bool = False


_writes: ContextVar[Writes | None] = ContextVar("writes", default=None)


@contextmanager
def noting_writes() -> Iterator[Writes]:
    """Says of what happens within, in contexts that are copied of this one too, whether it wrote anything."""
    writes = Writes()
    mark = _writes.set(writes)
    try:
        yield writes
    finally:
        _writes.reset(mark)


@event.listens_for(Engine, "begin")
def _note_writing(connection: Connection) -> None:
    if (writes := _writes.get()) is not None and connection.get_execution_options().get("writing"):
        writes.begun = True
