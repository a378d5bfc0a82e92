"""Connecting a public account by its handle: no key, no sign-in at its service."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..imports.receive import queue_live
from ..preview.fetch import public_profile
from ..public.handles import HANDLES, parse
from ..services.errors import ServiceError
from ..users import audit, limits
from . import landing
from .views import blueprint


@blueprint.post("/connect/<service>/handle")
@login_required
@limits.connecting_by_user
def by_handle(service: str) -> ResponseReturnValue:
    """Looks whether there is such an account, and queues its import."""
    if service not in HANDLES:
        abort(404)
    try:
        return queue(service, parse(request.form.get("handle", ""), service).handle)
    except ServiceError as error:
        flash(str(error))
        return redirect(url_for("connect.service_page", service=service), 303)


def queue(service: str, handle: str) -> ResponseReturnValue:
    """Queues the import of the account, under the handle as its service writes it. Raises `ServiceError`."""
    handle = public_profile(service, handle).handle
    queued = queue_live(current_user.id, service=service, handle=handle)
    audit.log(f"connected {service} by handle", current_user.id)
    return redirect(landing.import_page([queued]), 303)
