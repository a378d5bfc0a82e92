"""Back from a service with a token: an account is connected, somebody signs in, or somebody new is asked for a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import flash, redirect, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..imports.receive import queue_live
from ..oauth import tokens
from ..services import oauth_of, service_of
from ..services.net.oauth import Identity, OAuthClient, expires_at
from ..store import connections, imports, pending, users
from ..users import audit, sessions
from .messages import sentence
from .pending_authorizations import Attempt, RefusedError

LONGEST = 100  # characters of a name: a cookie holds little
JOINING = "joining"  # in the cookie: the key to what waits for a name, and who it is


def arrive(attempt: Attempt, identity: Identity, token: Mapping[str, Any], oauth_client: OAuthClient) -> Response:
    """What a token of that identity is for. Raises `RefusedError`."""
    if attempt.purpose == "link":
        return _link(attempt, identity, token)
    owner = connections.user_of(attempt.service, identity.host, identity.uid)
    if owner is None:
        return _ask_for_a_name(attempt, identity, token)
    return _sign_in(owner, attempt, identity, token, oauth_client)


def _link(attempt: Attempt, identity: Identity, token: Mapping[str, Any]) -> Response:
    if not current_user.is_authenticated or current_user.id != attempt.owner:
        raise RefusedError("session")
    read(current_user.id, attempt.service, identity, token)
    told = f"{identity.handle} is connected: what {service_of(attempt.service).title} tells is being read."
    if not oauth_of(attempt.service).signs_in:
        flash(told)
    elif link(current_user.id, attempt.service, identity):
        flash(f"{told} It also signs you in from now on, unless you remove it in your settings.")
    else:
        flash(told)
        flash(sentence("taken", attempt.service))
    return redirect(sessions.HOME, 303)


def _sign_in(
    owner: int, attempt: Attempt, identity: Identity, token: Mapping[str, Any], oauth_client: OAuthClient
) -> Response:
    """Signs in. A connection gets the new token; who disconnected the account does not connect it by signing in."""
    service = attempt.service
    place = (service, identity.host, identity.uid)
    known = [row for row in connections.connections(owner) if (row["service"], row["host"], row["uid"]) == place]
    sessions.begin(owner)
    audit.note(f"sign-in with {service}", owner)
    if known:
        keep(owner, service, identity, token)
    else:
        tokens.give_back([tokens.Returnable(0, service, identity.uid, oauth_client, token)])
    return redirect(sessions.safe_next(attempt.next), 303)


def _ask_for_a_name(attempt: Attempt, identity: Identity, token: Mapping[str, Any]) -> Response:
    waiting = {"service": attempt.service, "identity": asdict(identity), "token": dict(token), "next": attempt.next}
    shown = {"service": attempt.service, "handle": identity.handle, "name": identity.name[:LONGEST]}
    session[JOINING] = {"key": pending.keep(waiting), **shown}
    return redirect(url_for("connect.join_page"), 303)


def keep(owner: int, service: str, identity: Identity, token: Mapping[str, Any]) -> int:
    """Keeps the token; the connection's id."""
    return connections.connect(
        owner,
        service=service,
        host=identity.host,
        uid=identity.uid,
        handle=identity.handle,
        token=token,
        expires_at=expires_at(token),
    )


def read(owner: int, service: str, identity: Identity, token: Mapping[str, Any]) -> None:
    """Keeps the token and queues the import of its account."""
    connection = keep(owner, service, identity, token)
    audit.note(f"connected {service}", owner)
    handle = identity.uid if oauth_of(service).reads_by_uid else ""
    queued = queue_live(owner, service=service, handle=handle, host=identity.host, connection=connection)
    imports.change_import(queued, filename=identity.handle[:300])  # what its card shows until the profile is read


def link(owner: int, service: str, identity: Identity) -> bool:
    """Lets the account sign the user in; False if it signs in somebody else."""
    place = {"service": service, "host": identity.host, "uid": identity.uid}
    linked = connections.link_identity(owner, **place, handle=identity.handle)
    if linked:
        audit.note(f"linked {service}", owner)
    return linked


def join(waiting: Mapping[str, Any], add_user: Callable[[], int]) -> int | None:
    """The new user of an identity, signed in; None if it began to sign in somebody else meanwhile."""
    service, identity = waiting["service"], Identity(**waiting["identity"])
    if connections.user_of(service, identity.host, identity.uid) is not None:
        return None
    owner = add_user()
    if not link(owner, service, identity):
        users.delete_user(owner)
        return None
    sessions.begin(owner)
    audit.note(f"registration with {service}", owner)
    read(owner, service, identity, waiting["token"])
    return owner
