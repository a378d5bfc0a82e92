"""What runs an import: threads in the web process; the truth is the import's row, so a killed process loses nothing."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from ..store import imports
from .jobs import run

logger = logging.getLogger(__name__)
PAUSE = 2.0  # seconds between looks at the queue


@dataclass
class Runner:
    """The threads of one process."""

    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)


def start(app: Flask) -> None:
    """Starts the import threads of this process; after a fork, not before. A second call does nothing."""
    if "imports" in app.extensions:
        return
    runner = app.extensions["imports"] = Runner()
    for number in range(app.config["IMPORT_THREADS"]):
        thread = threading.Thread(target=_loop, args=(app, runner.stopping), name=f"import-{number}", daemon=True)
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
    count = 0
    with app.app_context():
        imports.drop_abandoned()
        while not stopping.is_set() and (row := imports.claim()):
            run(row, stopping=stopping)
            count += 1
    return count


def _loop(app: Flask, stopping: threading.Event) -> None:
    while True:
        try:
            run_waiting(app, stopping)
        except SQLAlchemyError:
            logger.exception("the queue of imports is out of reach; trying again")
        if stopping.wait(PAUSE):
            return
