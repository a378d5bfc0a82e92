"""One import from its claim to its end: read into batches, merge, analyse. Whoever claims it goes on where it stood."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from ..services import SERVICES, upload_of
from ..services.errors import RateLimitedError, ServiceError, UnavailableError
from ..services.export_coverage import ExportCoverage
from ..services.files.names import named_time
from ..services.records import Skipped
from ..services.service import KEEP_GONE
from ..store import imports, users
from ..store.database import is_away
from ..store.merge import MergeInput, merge
from ..store.rows import ImportRow
from ..store.usage import FullError
from . import live, quotas
from .analysis import MEASURING_PEOPLE
from .cross_check import analyse_and_compare
from .distinct_records import DistinctRecords

logger = logging.getLogger(__name__)
HEARTBEAT = 5.0  # seconds between renewals; a lease lasts three of them
BROKEN = "Something went wrong on our side. Please try again; if it happens again, tell the people who run this server."
GAVE_UP = (
    "This was stopped again and again before it could go on. "
    "Please upload less at once, or tell the people who run this server."
)
MOST_OF_NO_USE = 1_000_000  # records of an upload: others wait for it
OF_NO_USE = (
    "More than {most:,} records of {files} cannot be read or were there before in it, so nothing was changed: "
    "correct it, or upload less at once."
)
NOTHING_READ = "Nothing was read: {files} holds no posts, people or ties of the account, so nothing was changed."

Progress = Callable[[str, int, int], None]


class StoppingError(Exception):
    """The server goes down: the import is given back."""


def run(row: ImportRow, *, stopping: threading.Event, progress: Progress = lambda *_: None) -> None:
    """Works on a claimed import until its end, or until `stopping`: then it is given back."""
    import_id, lease = row.id, row.lease
    try:
        _fail_or_finish(row, stopping, progress)
    except StoppingError:
        imports.release(import_id, lease)
    except imports.LeaseLostError:
        logger.info("import %s was cancelled or taken over", import_id)
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        # the lease runs out and the next one goes on
        logger.exception("import %s: database out of reach", import_id)


def _fail_or_finish(row: ImportRow, stopping: threading.Event, progress: Progress) -> None:
    failed = None
    try:
        if row.attempts > imports.ATTEMPTS:
            raise ServiceError(GAVE_UP)
        with _heartbeat(row.id, row.lease, stopping) as held:
            _work(row, held, progress)
    except RateLimitedError as error:
        imports.sleep(row.id, row.lease, error.until, why=str(error), troubles=imports.troubles(row.id))
        return
    except UnavailableError as error:
        troubles = imports.troubles(row.id) + 1
        if troubles <= live.TROUBLES:
            imports.sleep(row.id, row.lease, live.wake_time(troubles), why=error.what_happened, troubles=troubles)
            return
        failed = f"{error.what_happened} It was tried {troubles} times; what was read until then is kept."
    except ServiceError as error:
        failed = str(error)
    except (StoppingError, imports.LeaseLostError):
        raise
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("import %s failed", row.id)
        failed = BROKEN
    imports.end_import(row.id, row.lease, state="failed" if failed else "done", message=failed or "")


def _work(row: ImportRow, held: threading.Event, progress: Progress) -> None:
    account = _account(row, held, progress)
    _go_through(row, held, progress, analyse_and_compare(row, account))


def _go_through(
    row: ImportRow, held: threading.Event, progress: Progress, steps: Iterator[tuple[str, int, int]]
) -> None:
    """Does the steps, shows each and holds the lease on.

    One that only begins is no step forward: each try begins it anew. One that got further has kept something.
    """
    last = (row.step, row.done)
    for step, done, total in steps:
        _check(held)
        progress(step, done, total)
        at = (step[:80], done)
        forward = {"attempts": 0} if at[0] == last[0] and at > last else {}
        lasts = imports.MEASURING if step == MEASURING_PEOPLE else imports.LEASE
        imports.renew(row.id, row.lease, lasts=lasts, step=at[0], done=done, total=total, **forward)
        last = at


def _account(row: ImportRow, held: threading.Event, progress: Progress) -> int:
    """The account with all that the import read."""
    if row.merged:
        return row.account_id or 0
    if not row.live:
        try:
            return _read_and_merge(row, held, progress)
        except FullError as error:
            raise ServiceError(f"{quotas.full(str(error))} {quotas.NOTHING_KEPT}") from error
    try:
        steps = live.read(row, lambda: _check(held), lambda seconds: _pause(held, seconds))
        _go_through(row, held, progress, steps)
    except ServiceError as error:
        if not _goes_on(row.id, error):
            _go_through(row, held, progress, live.keep_partial(row, str(error)))
        raise
    return imports.account_of(row.id)


def _goes_on(import_id: int, error: ServiceError) -> bool:
    """Whether the import sleeps after that error, and is not ended by it."""
    if isinstance(error, UnavailableError):
        return imports.troubles(import_id) < live.TROUBLES
    return isinstance(error, RateLimitedError)


def _pause(held: threading.Event, seconds: float) -> None:
    """Waits, unless the work must stop."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        _check(held)
        time.sleep(min(left, 0.5))


def _read_and_merge(row: ImportRow, held: threading.Event, progress: Progress) -> int:
    upload, time_zone = upload_of(row.export), users.user(row.owner_id).time_zone
    export, options = upload.export, {**row.options, "user_zone": time_zone}
    kept = imports.entries(row.id)
    profile = export.profile(kept, options)
    complete = export.complete(kept, options)
    posts_from, distinct = export.posts_from(kept, options), DistinctRecords()
    found = ExportCoverage(complete, posts=profile.posts, posts_from=posts_from)
    n_records, n_of_no_use, kept_out, room = 0, 0, None, quotas.UploadRoom(row.owner_id)
    for number, batch in enumerate(export.read(kept, options)):
        _check(held)
        n_records += len(batch.posts) + len(batch.people) + len(batch.ties)
        kept_out = kept_out or next(iter(batch.skipped), None)
        progress(f"Reading {batch.step}", batch.done, batch.total)
        found.add(batch)
        new = distinct.add(batch)
        n_of_no_use += len(batch.skipped) + len(batch.posts) + len(batch.people) - sum(map(len, new.values()))
        if n_of_no_use > MOST_OF_NO_USE:
            raise ServiceError(OF_NO_USE.format(most=MOST_OF_NO_USE, files=row.filename) + _example(kept_out))
        room.take({**new, "ties": batch.ties})
        if number >= row.batches:
            imports.keep_batch(row.id, row.lease, number, batch, new=new)
    if not n_records and not complete:  # a list that is there and empty tells something, too
        raise ServiceError(NOTHING_READ.format(files=row.filename) + _example(kept_out))
    progress("Merging", 0, 1)
    imports.renew(row.id, row.lease, step="Merging", done=0, total=1)
    coverage = found.coverage()
    reading = MergeInput(
        import_id=row.id,
        lease=row.lease,
        owner=row.owner_id,
        source=row.export,
        profile=profile,
        complete=coverage.complete,
        notes=[*coverage.notes, *export.notes(kept, options)],
        partial=list(coverage.notes),
        absent=frozenset(export.absent.values()),
        named_at=named_time(upload.dated_name, row.filename, time_zone) if upload.dated_name else None,
        files_at=row.files_at,
        posts_from=coverage.posts_from if options.get(KEEP_GONE.name) != "1" else None,
        to_newest_post=upload.may_be_ranged,
        mutual_ties=options.get("mutual") == "1" or SERVICES[row.export].mutual_ties,
        most=quotas.limits(),
    )
    return merge(reading)


def _example(kept_out: Skipped | None) -> str:
    return f" What was kept out begins with {kept_out.where}: {kept_out.why}." if kept_out else ""


def _check(held: threading.Event) -> None:
    if not held.is_set():
        raise StoppingError


@contextmanager
def _heartbeat(import_id: int, lease: int, stopping: threading.Event) -> Iterator[threading.Event]:
    """Renews the lease beside the work; the event is cleared when the work must stop."""
    held, ended = threading.Event(), threading.Event()
    held.set()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    beat = threading.Thread(target=_beat, args=(app, import_id, lease, held, ended, stopping), daemon=True)
    beat.start()
    try:
        yield held
    finally:
        ended.set()
        beat.join()


def _beat(
    app: Flask, import_id: int, lease: int, held: threading.Event, ended: threading.Event, stopping: threading.Event
) -> None:
    """Looks every half second whether to stop, and renews now and then."""
    renewed = time.monotonic()
    while not ended.wait(0.5):
        if stopping.is_set():
            held.clear()
        elif time.monotonic() - renewed >= HEARTBEAT:
            renewed = time.monotonic()
            with app.app_context(), suppress(SQLAlchemyError):  # the work finds out by itself
                imports.hold_on(import_id, lease)
