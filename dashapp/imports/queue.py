"""Tells the workers that an import waits; without workers the threads that run imports find it by themselves."""

from __future__ import annotations

import logging
from functools import lru_cache

from celery import Celery
from flask import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
TASK = "sociogram.run"


def announce(import_id: int) -> None:
    """Sends the number of an import that waits. A lost message costs half a minute: then a sweep finds the import."""
    broker = current_app.config["CELERY"]
    if not broker:
        return
    try:
        _sender(broker).send_task(TASK, [import_id], ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("import %s: the queue is out of reach", import_id)


@lru_cache(maxsize=1)
def _sender(broker: str) -> Celery:
    made = Celery("sociogram", broker=broker, set_as_current=False)
    made.conf.broker_transport_options = current_app.config["REDIS_TIMEOUTS"]  # a request waits for it
    return made
