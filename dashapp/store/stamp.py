"""Whether anything has changed of what a user's pages show: what answers that are kept depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, bindparam, event, func, literal_column, select

from ..models import Account, IdentityDecision, Import
from ..models import Connection as Authorisation
from .database import reading
from .imports import UNDER_WAY

_OWNER: BindParameter[int] = bindparam("owner")
_WHOLE: ColumnElement[Any] = literal_column("*")  # as the driver reads it: no value needs to be converted
_IMPORTS = select(
    func.count().filter(Import.state.in_(UNDER_WAY)), func.count(), func.max(Import.id), func.max(Import.finished_at)
).where(Import.owner_id == _OWNER)
#: made once: putting them together takes as long as asking them
_OTHERS = (
    select(_WHOLE).select_from(Account).where(Account.owner_id == _OWNER).order_by(Account.id),
    select(func.count(), func.max(IdentityDecision.decided_at)).where(IdentityDecision.owner_id == _OWNER),
    select(Authorisation.id, Authorisation.broken, Authorisation.handle)
    .where(Authorisation.owner_id == _OWNER)
    .order_by(Authorisation.id),
)


def stamp(owner: int) -> str | None:
    """Another one after each change of what the user's pages show, None while there is none.

    Posts, people, ties and results are too many to be looked at. They change only by imports, while which there is no
    stamp; by an analysis, which ends with a row of `accounts`; and by decisions.
    """
    with reading() as session:
        connection, values = session.connection(), {"owner": owner}
        imports = connection.execute(_IMPORTS, values).one()
        if imports[0]:
            return None
        told = [imports, *(connection.execute(query, values).all() for query in _OTHERS)]
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
