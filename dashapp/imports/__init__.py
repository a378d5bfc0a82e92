"""What runs imports: threads of a process that takes no requests, or Celery workers where REDIS_URL is set.

Both call the same functions. The truth is the import's row, never a queue: a message that is lost or a process that is
killed costs a delay.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count, islice

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from ..store import accounts, imports, pending
from ..store.database import empty_log
from .jobs import run
from .schedule import queue_due, queue_outdated

logger = logging.getLogger(__name__)
STARTED = time.monotonic()
NICENESS = 10  # a tenth of the processor, as long as pages want all of it
PAUSE = 2.0  # seconds between looks at the queue
GRACE = 300.0  # seconds after a start, in which processes of the version before may still run
SWEEP = 30.0  # seconds between looks for accounts that are due, and for what other processes left
PORTIONS = 200  # of deleted accounts' rows in one sweep
BREATH = 0.05  # seconds between two portions: others write too

#: what a thread takes, as `store.imports.claim` has it
UPLOADS, LIVE, APART = {"live": False}, {"live": True}, {"live": True, "apart": True}


@dataclass
class Runner:
    """The threads of one process."""

    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    reading: set[int] = field(default_factory=set)  # threads that read a service now
    live: int = 0  # how many may


def give_way() -> None:
    """Lets others on the machine go before what runs imports: pages do not wait for it.

    On Linux it holds for the thread that calls it, and for those that it starts from then on.
    """
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)


def start(app: Flask) -> None:
    """Starts the import threads of this process; after a fork, not before. A second call does nothing.

    Reading a service is mostly waiting, reading an upload takes memory: each kind has threads of its own. One more
    takes a service that nobody reads, when all are busy: whatever happens at one service, the others need not wait.
    """
    if "imports" in app.extensions or app.config["CELERY"]:
        return
    runner = app.extensions["imports"] = Runner(live=app.config["LIVE_THREADS"])
    kinds = [UPLOADS] * app.config["IMPORT_THREADS"] + [LIVE] * runner.live + [APART] * bool(runner.live)
    for number, kind in enumerate(kinds):
        name = f"import-{number}"
        thread = threading.Thread(target=_loop, args=(app, runner, kind), name=name, daemon=True)
        thread.start()
        runner.threads.append(thread)


def stop(app: Flask) -> None:
    """Lets the threads give their imports back, and waits for them."""
    runner: Runner | None = app.extensions.pop("imports", None)
    if runner is None:
        return
    runner.stopping.set()
    for thread in runner.threads:
        thread.join(timeout=15)


def run_waiting(app: Flask, stopping: threading.Event) -> int:
    """Runs what waits, one import after the other; how many there were."""
    n_run = 0
    while not stopping.is_set() and _run_one(app, stopping, {}, set()):
        n_run += 1
    return n_run


def _run_one(app: Flask, stopping: threading.Event, kind: Mapping[str, bool], reading: set[int]) -> bool:
    """Whether one of that kind waited; while it runs, the thread stands in `reading`."""
    with app.app_context():
        row = imports.claim(**kind)
        if row is None:
            return False
        reading.add(threading.get_ident())
        try:
            run(row, stopping=stopping)
        finally:
            reading.discard(threading.get_ident())
    return True


def _loop(app: Flask, runner: Runner, kind: Mapping[str, bool]) -> None:
    swept = -SWEEP
    while True:
        try:
            if time.monotonic() - swept >= SWEEP:
                swept = time.monotonic()
                sweep(app)
            _run_kind(app, runner, kind)
        except SQLAlchemyError:
            logger.exception("the queue of imports is out of reach; trying again")
        if runner.stopping.wait(PAUSE):
            return


def _run_kind(app: Flask, runner: Runner, kind: Mapping[str, bool]) -> None:
    """Runs what waits for that kind of thread."""
    counted = runner.reading if kind is LIVE else set()
    while not runner.stopping.is_set() and (kind is not APART or len(runner.reading) >= runner.live):
        if not _run_one(app, runner.stopping, kind, counted):
            return


def sweep(app: Flask) -> list[int]:
    """Forgets dead uploads and sign-ins, queues accounts that are due or outdated; the ids of imports that may run.

    Of deleted accounts it deletes the rows.
    """
    with app.app_context():
        imports.drop_abandoned()
        pending.drop_stale()
        delete_rows_of_nobody(PORTIONS)
        queue_due()
        if time.monotonic() - STARTED >= GRACE:  # else the version before would analyse them once more
            queue_outdated()
        return imports.free_imports()


def delete_rows_of_nobody(portions: int | None = None) -> None:
    """Deletes what deleted accounts left, or so many portions of it; what was deleted stands in no file any more."""
    for _ in islice(count(), portions):
        if not accounts.delete_rows_of_nobody():
            break
        time.sleep(BREATH)
    empty_log()
