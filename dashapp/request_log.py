"""What logs tell of a request: the rule of its address, for the address has names in it, or lines that forge others."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request, request_started

from .users.audit import request_id

#: where gunicorn's log finds them
RULE, ID = "sociogram.rule", "sociogram.request_id"


def register(app: Flask) -> None:
    """Binds both to the app."""
    request_started.connect(name_request, app)
    app.log_exception = log_exception  # type: ignore[method-assign]


def name_request(_app: Flask, **_extra: Any) -> None:
    """For the access log."""
    request.environ |= {RULE: rule(), ID: request_id()}


def log_exception(exc_info: Any) -> None:
    """In place of Flask's, which names the address."""
    current_app.logger.error("Exception at %s [%s]", rule(), request.method, exc_info=exc_info)


def rule() -> str:
    """Such as `/user/<name>`; there is none where there is nothing."""
    return request.url_rule.rule if request.url_rule else "-"
