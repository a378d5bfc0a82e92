"""Taking back what was allowed: a connection is revoked at its service, an account no longer signs in."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..oauth import tokens
from ..services import service_of
from ..store import connections, users
from ..store.database import LARGEST_ID
from ..users import audit
from .messages import message
from .views import blueprint


@blueprint.post(f"/connect/connections/<int(max={LARGEST_ID}):connection_id>/disconnect")
@login_required
def disconnect(connection_id: int) -> ResponseReturnValue:
    """Gives the token back and forgets it; what was read stays."""
    row = connections.connection(current_user.id, connection_id) or abort(404)
    tokens.disconnect(current_user.id, connection_id)
    audit.log(f"disconnected {row.service}", current_user.id)
    flash(f"{row.handle} is disconnected from {service_of(row.service).title}. What was read is kept.")
    return redirect(url_for("users.settings", name=current_user.name, _anchor="connections"), 303)


@blueprint.post("/connect/identities/remove")
@login_required
def remove_identity() -> ResponseReturnValue:
    """Takes a way to sign in away, unless it is the last."""
    place = {name: request.form.get(name, "")[:300] for name in ("service", "host", "uid")}
    identity = tuple(place.values())
    mine = [row for row in connections.identities(current_user.id) if (row.service, row.host, row.uid) == identity]
    if not mine:
        abort(404)
    if connections.unlink_identity(current_user.id, **place):
        users.end_other_sessions(current_user.id, current_user.token)  # somebody may have come in by it
        audit.log(f"unlinked {place['service']}", current_user.id)
        gone = f"{mine[0].handle} of {service_of(place['service']).title}"
        flash(f"{gone} no longer signs you in, and all other browsers are signed out.")
    else:
        flash(message("last-way", place["service"]))
    return redirect(url_for("users.settings", name=current_user.name, _anchor="ways-in"), 303)
