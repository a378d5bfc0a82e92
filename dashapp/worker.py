"""Celery on Redis, as the Procfile starts it: it runs what a process beside gunicorn's runs elsewhere.

Its pool is of threads: reading a service is mostly waiting, and all of them hear that the worker is to stop.

A task carries the number of an import and nothing else. The message may be lost or come twice: whoever claims the
import's row works on it, and `sweep` finds what nobody does.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import worker_init, worker_ready, worker_shutting_down
from flask import Flask

from . import create_app, imports, mail
from .imports.jobs import run
from .imports.queue import TASK
from .settings import SettingsError
from .store import imports as rows

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
stopping = threading.Event()


def make_celery(flask: Flask) -> Celery:
    """The queue of that application."""
    made = Celery("sociogram", broker=flask.config["CELERY"])
    made.conf.update(
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 3600},
        task_ignore_result=True,
        task_acks_late=False,  # a lost message is found by the next sweep; one that comes twice does no harm
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        beat_schedule={
            "sweep": {"task": "sociogram.sweep", "schedule": imports.SWEEP},
            "mail": {"task": "sociogram.mail", "schedule": mail.EVERY},
        },
        beat_scheduler="dashapp.imports.beat:Beat",
    )
    return made


server = create_app()
if not server.config["CELERY"]:
    raise SettingsError("REDIS_URL is missing: without it imports run in the web process and need no worker")
app = make_celery(server)  # `celery -A` looks for that name


@app.task(name=TASK)
def run_import(import_id: int) -> None:
    """Works on that import, if nobody else does."""
    with server.app_context():
        row = rows.claim(import_id)
        if row is not None:
            run(row, stopping=stopping)


@app.task(name="sociogram.sweep")
def sweep() -> None:
    """Sends a message for each import that can be claimed."""
    for import_id in imports.sweep(server):
        run_import.delay(import_id)


@app.task(name="sociogram.mail")
def send_mail() -> None:
    """Sends the weekly e-mails that are due."""
    with server.app_context():
        mail.send_due(stopping)


@worker_init.connect
def give_way(**_: Any) -> None:
    """The threads of its pool do as this one does."""
    imports.give_way()


@worker_ready.connect
def keep_time(**_: Any) -> None:
    """Sends what is due from a thread: the process of `--beat` may end alone unnoticed, or outlive a killed worker."""
    EmbeddedService(app, thread=True).start()


@worker_shutting_down.connect
def give_back(**_: Any) -> None:
    """Lets running imports save their cursor and go back to the queue: the next worker goes on with them."""
    stopping.set()
