"""What runs imports: threads of the web process, or Celery workers where REDIS_URL is set; the same functions in both.

The truth is the import's row, never a queue: a message that is lost or a process that is killed costs a delay.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from ..store import imports
from .jobs import run
from .schedule import queue_due

logger = logging.getLogger(__name__)
PAUSE = 2.0  # seconds between looks at the queue
SWEEP = 30.0  # seconds between looks for accounts that are due, and for what other processes left


@dataclass
class Runner:
    """The threads of one process."""

    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)


def start(app: Flask) -> None:
    """Starts the import threads of this process; after a fork, not before. A second call does nothing.

    Reading a service is mostly waiting, reading an upload takes memory: each kind has threads of its own.
    """
    if "imports" in app.extensions or app.config["CELERY"]:
        return
    runner = app.extensions["imports"] = Runner()
    kinds = [False] * app.config["IMPORT_THREADS"] + [True] * app.config["LIVE_THREADS"]
    for number, live in enumerate(kinds):
        name = f"import-{number}"
        thread = threading.Thread(target=_loop, args=(app, runner.stopping, live), name=name, daemon=True)
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


def run_waiting(app: Flask, stopping: threading.Event, *, live: bool | None = None) -> int:
    """Runs what waits, one import after the other; how many there were."""
    count = 0
    with app.app_context():
        while not stopping.is_set() and (row := imports.claim(live=live)):
            run(row, stopping=stopping)
            count += 1
    return count


def _loop(app: Flask, stopping: threading.Event, live: bool) -> None:
    swept = -SWEEP
    while True:
        try:
            if time.monotonic() - swept >= SWEEP:
                swept = time.monotonic()
                sweep(app)
            run_waiting(app, stopping, live=live)
        except SQLAlchemyError:
            logger.exception("the queue of imports is out of reach; trying again")
        if stopping.wait(PAUSE):
            return


def sweep(app: Flask) -> list[int]:
    """Forgets dead uploads, queues accounts that are due; the ids of all imports that may run now."""
    with app.app_context():
        imports.drop_abandoned()
        queue_due()
        return imports.free_imports()
