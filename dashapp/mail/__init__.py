"""The weekly e-mail: whom it goes to, what it tells, and how it is sent; nothing of it without MAIL_URL.

A thread beside those of imports looks for what is due, or Celery's workers do where REDIS_URL is set. Whoever claims
the row in the database sends the mail.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from flask import Flask

from .schedule import send_due

__all__ = ["EVERY", "send_due", "start", "stop"]

logger = logging.getLogger(__name__)
EVERY = 60.0  # seconds between looks


@dataclass
class Sender:
    """The thread of one process."""

    thread: threading.Thread
    stopping: threading.Event = field(default_factory=threading.Event)


def start(app: Flask) -> None:
    """Starts the thread of this process; after a fork, not before. A second call does nothing."""
    if "mail" in app.extensions or app.config["CELERY"] or not app.config["MAIL_URL"]:
        return
    stopping = threading.Event()
    thread = threading.Thread(target=_loop, args=(app, stopping), name="mail", daemon=True)
    app.extensions["mail"] = Sender(thread, stopping)
    thread.start()


def stop(app: Flask) -> None:
    """Lets the thread end the mail that it sends, and waits for it."""
    sender: Sender | None = app.extensions.pop("mail", None)
    if sender is not None:
        sender.stopping.set()
        sender.thread.join(timeout=15)


def _loop(app: Flask, stopping: threading.Event) -> None:
    while not stopping.wait(EVERY):
        try:
            with app.app_context():
                send_due(stopping)
        except Exception:  # a thread that ended would send no mail until the next start
            logger.exception("looking for weekly mails failed; trying again")
