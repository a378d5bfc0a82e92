"""Connecting a public account by its handle: no key, no sign-in at its service."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..imports.receive import queue_live
from ..preview.fetch import public_profile
from ..public.handles import LONGEST, UNFIT, is_one_word
from ..services import service_of
from ..services.errors import ServiceError
from ..users import audit, limits, sessions
from .views import blueprint

NOTHING = "Enter the handle of a public account."


@blueprint.post("/connect/<service>/handle")
@login_required
@limits.connecting_by_user
def by_handle(service: str) -> ResponseReturnValue:
    """Looks whether there is such an account, and queues its import."""
    if service_of(service).handle is None:
        abort(404)
    handle = plain(request.form.get("handle", "").strip()[: LONGEST + 1])
    problem = problem_of(handle)
    try:
        if problem is None:
            return queue(service, handle)
    except ServiceError as error:
        problem = str(error)
    flash(problem)
    return redirect(url_for("connect.service_page", service=service), 303)


def problem_of(handle: str) -> str | None:
    """What is wrong with it at first sight."""
    if not handle:
        return NOTHING
    return None if len(handle) <= LONGEST and is_one_word(handle) else UNFIT


def plain(typed: str) -> str:
    """The handle in the address of a profile, as `ada@example.social` in `https://example.social/@ada`."""
    if not re.match(r"https?://", typed, re.IGNORECASE):
        return typed.lstrip("@")
    try:
        parts = urlsplit(typed)
    except ValueError:
        return typed
    last = parts.path.rstrip("/").rpartition("/")[2]
    return f"{last[1:]}@{parts.netloc}" if last.startswith("@") and "@" not in last[1:] else last.lstrip("@")


def queue(service: str, handle: str) -> ResponseReturnValue:
    """Queues the import of the account, under the handle as its service writes it. Raises `ServiceError`."""
    handle = public_profile(service, handle).handle
    queue_live(current_user.id, service=service, handle=handle)
    audit.log(f"connected {service} by handle", current_user.id)
    flash(f"{handle} is being read: what {service_of(service).title} tells of it in public.")
    return redirect(sessions.HOME, 303)
