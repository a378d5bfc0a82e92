"""Imports: their rows, the uploads and batches that they keep until they end, and who works on which."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping, Sized
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

import orjson
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    Update,
    and_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from ..models import Account, Import, ImportBatch, ImportPart, UserSession
from ..services.files.streams import GZIP_OR_ZLIB, Counted, Inflate
from ..services.records import ALL, Batch
from .cooldowns import LONGEST
from .database import columns, every, is_misdated, is_over, now, of, one, reading, writing
from .progress import share_done
from .results import VERSION
from .rows import READS_NOTHING, ImportRow, State

LEASE = timedelta(seconds=15)  # so long after a kill the next one goes on
MEASURING = timedelta(seconds=60)  # the longest lease: no thread may renew it while igraph computes
RECEIVING = timedelta(hours=1)  # so long an upload may take
ATTEMPTS = 10  # claims without a step forward, as when each try is killed for its memory
PIECE = 1 << 20
UNNAMED = timedelta(days=1)  # so long an upload waits for its columns
FORGOTTEN = "Nobody said within a day what its columns are, so the upload was forgotten. Upload the files again."
KEPT_SKIPPED = 100  # examples of skipped records in a report; all are counted
COLUMNS = columns(ImportRow, Import)
UNDER_WAY = ("receiving", "queued", "running")
ANALYSES = Import.export == "analysis"


class LeaseLostError(Exception):
    """Somebody else holds the import now, or its user cancelled it: whoever gets this stops and touches nothing."""


def add_import(
    owner: int, *, export: str, filename: str, options: Mapping[str, str], files_at: datetime | None = None
) -> int:
    """A new import that receives its upload."""
    row = Import(
        owner_id=owner,
        export=export,
        filename=filename[:300],
        options=dict(options),
        files_at=files_at,
        state="receiving",
        created_at=now(),
    )
    row.lease_until = now() + RECEIVING
    with writing() as session:
        session.add(row)
        session.flush()
        return row.id


def add_live(
    owner: int,
    *,
    service: str,
    handle: str = "",
    host: str = "",
    connection: int | None = None,
    account_id: int | None = None,
) -> int:
    """A new import that reads a service: the account of a connection, or a public handle.

    One that waits or runs for the same account is enough: then it is that one's id.
    """
    options = {"service": service, "handle": handle, "host": host}
    row = Import(
        owner_id=owner, export="live", filename=handle[:300], options=options, state="queued", created_at=now()
    )
    row.live, row.connection_id = True, connection
    same = (Import.owner_id == owner) & Import.live & Import.state.in_(("queued", "running"))
    query = select(Import).where(same)
    with writing() as session:
        for open_one in session.execute(query).scalars():
            if (open_one.options, open_one.connection_id) == (options, connection):
                return open_one.id
        row.account_id = account_id or session.execute(_known(owner, service, handle, connection)).scalar()
        session.add(row)
        session.flush()
        return row.id


def _known(owner: int, service: str, handle: str, connection: int | None) -> Select[int]:
    """The account that is read again: what the user chose for it holds."""
    by_handle = and_(literal(handle) != "", func.lower(Account.handle) == handle.lower())
    same = or_(Account.connection_id == connection, by_handle) if connection is not None else by_handle
    query = select(Account.id).where(Account.owner_id == owner, Account.service == service, same)
    return query.order_by(Account.id).limit(1)


def add_entry(import_id: int, name: str, stream: BinaryIO) -> None:
    """Keeps an entry of the upload, compressed, piece by piece."""
    for number, piece in enumerate(iter(lambda: stream.read(PIECE), b"")):
        part = {"import_id": import_id, "entry": name, "number": number, "size": len(piece)}
        with writing() as session:
            session.add(ImportPart(**part, data=zlib.compress(piece, 1)))


def add_packed(import_id: int, name: str, stream: BinaryIO, size: int) -> None:
    """Keeps an entry that is a gzip file already, and says that it unpacks to `size` bytes."""
    for number, piece in enumerate(iter(lambda: stream.read(PIECE), b"")):
        part = {"import_id": import_id, "entry": name, "number": number, "size": 0 if number else size}
        with writing() as session:
            session.add(ImportPart(**part, data=piece))


def add_analysis(owner: int, account_id: int, why: str) -> int:
    """A new import that reads nothing: the account is analysed again. One that waits for that already is enough."""
    with writing() as session:
        return queue_analysis(session, owner, account_id, why)


def queue_analysis(session: Session, owner: int, account_id: int, why: str) -> int:
    """The same within a transaction."""
    waiting = select(Import.id).where(ANALYSES, Import.account_id == account_id, Import.state == "queued")
    return session.execute(waiting.limit(1)).scalar() or _add_analysis(session, owner, account_id, why)


def add_outdated(*, most: int, why: str) -> list[int]:
    """Queues the analysis of accounts that an older version analysed, or none, `most` at a time; their imports' ids."""
    under_way = select(func.count()).where(ANALYSES, Import.state.in_(UNDER_WAY))
    of_account = or_(
        Import.account_id == Account.id, Import.account_id.is_(None) & (Import.owner_id == Account.owner_id)
    )
    # what is being imported is analysed at the end of that
    imported = select(Import.id).where(of_account, Import.state.in_(UNDER_WAY)).exists()
    outdated = or_(Account.analysis_version < VERSION, Account.analysis_version.is_(None))
    seen = select(func.max(UserSession.created_at)).where(UserSession.user_id == Account.owner_id).scalar_subquery()
    query = select(Account).where(Account.owner_id.is_not(None), Account.service != ALL, outdated, ~imported)
    query = query.order_by(seen.desc().nulls_last(), Account.id).with_for_update(skip_locked=True, of=Account)
    with writing() as session:
        free = most - session.execute(under_way).scalar_one()
        found = session.execute(query.limit(max(free, 0))).scalars().all()
        for account in found:
            account.analysis_version = VERSION  # given out: nobody queues it a second time, whatever becomes of it
        return [_add_analysis(session, account.owner_id, account.id, why) for account in found]


def _add_analysis(session: Session, owner: int, account_id: int, why: str) -> int:
    row = Import(owner_id=owner, account_id=account_id, export="analysis", filename=why, created_at=now())
    row.state, row.merged, row.options = "queued", True, {}
    session.add(row)
    session.flush()
    return row.id


def entries(import_id: int) -> KeptEntries:
    """The kept entries of an import's upload."""
    query = select(ImportPart.entry, func.sum(ImportPart.size), func.count()).where(ImportPart.import_id == import_id)
    with reading() as session:
        rows = session.execute(query.group_by(ImportPart.entry).order_by(ImportPart.entry)).all()
    return KeptEntries(import_id, {name: (int(size), pieces) for name, size, pieces in rows})


class KeptEntries:
    """The entries of an upload as they stand in the database (`services.files.entries.Entries`)."""

    def __init__(self, import_id: int, sizes: Mapping[str, tuple[int, int]]) -> None:
        self._import_id = import_id
        self._sizes = sizes

    def names(self) -> list[str]:
        """All names."""
        return list(self._sizes)

    def size(self, name: str) -> int:
        """Bytes of the entry."""
        return self._sizes[name][0]

    def open(self, name: str) -> BinaryIO:
        """The entry from its beginning: it gives what is stated of it, or raises `ExportError`."""
        size, pieces = self._sizes[name]
        unpacked = Inflate(_Pieces(self._import_id, name, pieces), GZIP_OR_ZLIB, lambda _: None)
        return io.BufferedReader(Counted(unpacked, lambda _: None, size=size), PIECE)


class _Pieces(io.RawIOBase):
    """The pieces one after the other, as they are kept: each packed for itself, or all of them as one."""

    def __init__(self, import_id: int, name: str, pieces: int) -> None:
        self._next = self._pieces(import_id, name, pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._next, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    @staticmethod
    def _pieces(import_id: int, name: str, pieces: int) -> Iterator[bytes]:
        for number in range(pieces):
            with reading() as session:
                yield session.get_one(ImportPart, (import_id, name, number)).data


def change_import(import_id: int, **values: Any) -> None:
    """Changes columns of an import's row."""
    with writing() as session:
        session.execute(update(Import).where(Import.id == import_id).values(**values))


def imports(owner: int, *, account_id: int | None = None, limit: int = 20) -> list[ImportRow]:
    """The owner's imports, the newest first."""
    query = select(*COLUMNS).where(Import.owner_id == owner)
    if account_id is not None:
        query = query.where(Import.account_id == account_id)
    with reading() as session:
        return every(session, ImportRow, query.order_by(Import.id.desc()).limit(limit))


def get_import(owner: int, import_id: int) -> ImportRow | None:
    """One import of the owner."""
    with reading() as session:
        return one(session, ImportRow, select(*COLUMNS).where(Import.id == import_id, Import.owner_id == owner))


def forget_import(owner: int, import_id: int) -> bool:
    """Cancels an import that has not ended, or takes an ended one off the list; what it merged stays.

    What was merged and not analysed yet makes the account's results those of an older version.
    """
    mine = (Import.id == import_id) & (Import.owner_id == owner)
    known = select(Import.account_id).where(mine).scalar_subquery()
    told = (Import.export, Import.account_id, Import.state, Import.merged, Import.report)
    with writing() as session:
        # a merge locks it first too
        session.execute(select(Account.id).where(Account.id == known).with_for_update(key_share=True))
        gone = session.execute(delete(Import).where(mine).returning(*told)).first()
        if gone is None:
            return False
        has_merged = gone.merged or "new_posts" in (gone.report or {})  # or a first look was
        if has_merged and gone.state in UNDER_WAY and gone.export not in READS_NOTHING:
            outdated = update(Account).where(Account.id == gone.account_id, Account.owner_id == owner)
            session.execute(outdated.values(analysis_version=None))
        return True


def claim(import_id: int | None = None, *, live: bool | None = None, apart: bool = False) -> ImportRow | None:
    """Takes the lease of the next import that waits, or whose holder is gone; None if there is none.

    `lease` is its number: whoever works must show it at each step. `attempts` counts claims without a step forward.
    `live` asks for imports that read a service, or for the others; `apart` for one of a service that nobody reads now.
    """
    candidate = select(Import.id).where(_free()).order_by(Import.troubles, Import.id).limit(1)
    candidate = candidate.with_for_update(skip_locked=True)
    if import_id is not None:
        candidate = candidate.where(Import.id == import_id)
    if live is not None:
        candidate = candidate.where(Import.live == live)
    if apart:
        candidate = candidate.where(_service(Import).not_in(_services_being_read()))
    held = {"state": "running", "lease_until": now() + LEASE, "wake_at": None}
    statement = (
        update(Import)
        .where(Import.id == candidate.scalar_subquery())
        .values(**held, lease=Import.lease + 1, attempts=Import.attempts + 1)
        .values(started_at=func.coalesce(Import.started_at, now()))
        .returning(*COLUMNS)
        .execution_options(synchronize_session=False)
    )
    with writing() as session:
        values = session.execute(statement).mappings().first()
        return None if values is None else of(ImportRow, values)


def _free() -> ColumnElement[bool]:
    """Waits and does not sleep, or its holder is gone."""
    awake = or_(Import.wake_at.is_(None), is_over(Import.wake_at, LONGEST))
    return or_((Import.state == "queued") & awake, (Import.state == "running") & _is_left(Import))


def _is_left(table: type[Import]) -> ColumnElement[bool]:
    left: ColumnElement[bool] = is_over(table.lease_until, MEASURING)
    return left


def _services_being_read() -> Select[str]:
    other = aliased(Import)
    return select(_service(other)).where(other.live, other.state == "running", ~_is_left(other))


def _service(table: type[Import]) -> ColumnElement[str]:
    return func.coalesce(table.options["service"].as_string(), "")


def free_imports() -> list[int]:
    """The ids of all imports that can be claimed."""
    with reading() as session:
        return list(session.execute(select(Import.id).where(_free()).order_by(Import.id)).scalars())


def troubles(import_id: int) -> int:
    """How often in a row the import slept because its service was in trouble."""
    with reading() as session:
        return session.execute(select(Import.troubles).where(Import.id == import_id)).scalar() or 0


def account_of(import_id: int) -> int:
    """The account into which the import was merged."""
    with reading() as session:
        return session.execute(select(Import.account_id).where(Import.id == import_id)).scalar_one() or 0


def renew(import_id: int, lease: int, *, lasts: timedelta = LEASE, **values: Any) -> None:
    """Holds the lease on, and changes columns. Raises `LeaseLostError`."""
    if "step" in values:
        values["share"] = _share(values["step"], values.get("done", 0), values.get("total", 0))
    with writing() as session:
        held = update(Import).where(_held(import_id, lease))
        if not _rows(session, held.values(lease_until=now() + lasts, **values)):
            raise LeaseLostError


def hold_on(import_id: int, lease: int) -> None:
    """Holds the lease on beside the work, which may have taken a longer one."""
    until = now() + LEASE
    ends_before = (Import.lease_until < until) | is_misdated(Import.lease_until, MEASURING)
    with writing() as session:
        session.execute(update(Import).where(_held(import_id, lease), ends_before).values(lease_until=until))


def _share(step: str, done: int, total: int) -> ColumnElement[float]:
    """How much is done, and never less than before: of a service it is learned only on the way how much there is."""
    merged, not_yet = (share_done(step, done, total, merged=merged) for merged in (True, False))
    reached = case((Import.merged, merged), else_=not_yet)
    return case((Import.share < reached, reached), else_=Import.share)


def release(import_id: int, lease: int) -> None:
    """Gives the import back, as when the server stops: the next one goes on at once."""
    with writing() as session:
        session.execute(update(Import).where(_held(import_id, lease)).values(state="queued", attempts=0))


def sleep(import_id: int, lease: int, until: datetime, *, why: str, troubles: int) -> None:
    """Gives the import back until then. Raises `LeaseLostError`."""
    asleep = {"state": "queued", "wake_at": until, "message": why, "lease_until": None}
    with writing() as session:
        held = update(Import).where(_held(import_id, lease))
        if not _rows(session, held.values(**asleep, attempts=0, troubles=troubles)):
            raise LeaseLostError


def keep_batch(
    import_id: int,
    lease: int,
    number: int,
    batch: Batch,
    *,
    new: Mapping[str, Sized] | None = None,
    cost: int = 0,
    **values: Any,
) -> None:
    """Keeps a batch and moves the cursor behind it, in one transaction. Raises `LeaseLostError`.

    `new`: which of its posts and persons count, where not all do.
    `values` are further columns: of a live import its own cursor, and how many calls it took. The cost, in thousandths
    of a dollar, is added to what the account has cost.
    """
    held = _held(import_id, lease)
    with writing() as session:
        if cost:
            account = update(Account).where(Account.id == select(Import.account_id).where(held).scalar_subquery())
            session.execute(account.values(spent=Account.spent + cost))
        row = session.execute(select(Import).where(held).with_for_update()).scalar()
        if row is None:
            raise LeaseLostError
        session.add(ImportBatch(import_id=import_id, number=number, data=_packed(batch)))
        row.batches, row.step, row.done, row.total = number + 1, f"Reading {batch.step}"[:80], batch.done, batch.total
        row.share = max(row.share, share_done(row.step, row.done, row.total, merged=False))
        row.lease_until, row.attempts = now() + LEASE, 0
        for name, value in values.items():
            setattr(row, name, value)
        row.report = _with_skipped(row.report, batch, new or {})


def _held(import_id: int, lease: int) -> ColumnElement[bool]:
    return (Import.id == import_id) & (Import.lease == lease) & (Import.state == "running")


def batches(import_id: int) -> Iterator[dict[str, list[Any]]]:
    """The kept batches in order: `posts` and `people` as dicts; the ends of ties and other persons as keys."""
    numbers = select(ImportBatch.number).where(ImportBatch.import_id == import_id).order_by(ImportBatch.number)
    with reading() as session:
        known = session.execute(numbers).scalars().all()
    for number in known:
        with reading() as session:
            data = session.get_one(ImportBatch, (import_id, number)).data
        yield orjson.loads(zlib.decompress(data))


def end_import(import_id: int, lease: int, *, state: State, message: str = "") -> None:
    """Ends an import that is held: the upload and the batches are forgotten. Raises `LeaseLostError`."""
    values = {"state": state, "message": message, "lease_until": None, "finished_at": now(), "step": ""}
    with writing() as session:
        if not _rows(session, update(Import).where(_held(import_id, lease)).values(**values)):
            raise LeaseLostError
        session.execute(delete(ImportPart).where(ImportPart.import_id == import_id))
        session.execute(delete(ImportBatch).where(ImportBatch.import_id == import_id))


def record_merge(
    session: Session, import_id: int, lease: int, account: int, report: Mapping[str, Any], *, last: bool
) -> None:
    """Notes in the merge's own transaction that it is done. Raises `LeaseLostError`, which undoes the merge.

    What was new in an earlier merge of the same import was new in all of it: numbers are added up.
    """
    row = session.execute(select(Import.report).where(_held(import_id, lease)).with_for_update()).first()
    if row is None:
        raise LeaseLostError
    summed = {name: _sum(row.report.get(name, 0), value) for name, value in report.items()}
    values = {"account_id": account, "merged": last, "report": {**row.report, **summed}, "lease_until": now() + LEASE}
    forward = {"attempts": 0} if last else {}  # each try may merge a first look anew
    session.execute(update(Import).where(_held(import_id, lease)).values(**values, **forward))


def _sum(before: Any, value: Any) -> Any:
    return before + value if type(value) is int else value


def drop_abandoned() -> None:
    """Forgets uploads whose request died before all of it was received, and those whose columns nobody named."""
    stale = (Import.state == "receiving") & is_over(Import.lease_until, RECEIVING)
    unnamed = (Import.state == "columns") & (Import.created_at < now() - UNNAMED)
    failed = update(Import).where(unnamed).values(state="failed", message=FORGOTTEN, finished_at=now())
    with writing() as session:
        session.execute(delete(Import).where(stale))
        ids = session.execute(failed.returning(Import.id)).scalars().all()
        session.execute(delete(ImportPart).where(ImportPart.import_id.in_(ids)))


def _packed(batch: Batch) -> bytes:
    records = {
        "posts": batch.posts,
        "people": batch.people,
        "sources": [tie.source for tie in batch.ties],
        "targets": [tie.target for tie in batch.ties],
        "ties_of": batch.ties_of,
        "ties_to": batch.ties_to,
        "no_ties_to": batch.no_ties_to,
        "whereabouts": batch.whereabouts,
    }
    return zlib.compress(orjson.dumps(records), 1)


def _with_skipped(report: Mapping[str, Any], batch: Batch, new: Mapping[str, Sized]) -> dict[str, Any]:
    examples = {
        name: [*report.get(name, []), *({"where": s.where, "why": s.why} for s in records)][:KEPT_SKIPPED]
        for name, records in (("skipped", batch.skipped), ("not_told", batch.not_told))
    }
    return {
        **report,
        "posts": report.get("posts", 0) + len(new.get("posts", batch.posts)),
        "people": report.get("people", 0) + len(new.get("people", batch.people)),
        "ties": report.get("ties", 0) + len(batch.ties),
        "n_skipped": report.get("n_skipped", 0) + len(batch.skipped),
        "n_not_told": report.get("n_not_told", 0) + len(batch.not_told),
        **examples,
    }


def _rows(session: Session, statement: Update | Delete) -> int:
    return cast(CursorResult[Any], session.execute(statement)).rowcount
