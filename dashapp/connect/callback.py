"""Back from a service with a token: an account is connected, somebody signs in, or somebody new is asked for a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import flash, redirect, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..imports.receive import queue_live
from ..oauth import clients, tokens
from ..services import oauth_of
from ..services.net.oauth import Identity, OAuthClient, expires_at
from ..store import connections, imports, pending, users
from ..users import audit, sessions
from . import landing
from .messages import message
from .pending_authorizations import PendingAuthorization, RefusedError

LONGEST = 100  # characters of a name: a cookie holds little
SIGN_UP = "sign_up"  # in the cookie: the key to what waits for a name, and who it is


def complete(
    authorization: PendingAuthorization, identity: Identity, token: Mapping[str, Any], oauth_client: OAuthClient
) -> Response:
    """What a token of that identity is for. Raises `RefusedError`."""
    if authorization.purpose == "link":
        return _link(authorization, identity, token)
    owner = connections.user_of(authorization.service, identity.host, identity.uid)
    if owner is None:
        return _ask_to_sign_up(authorization, identity, token)
    return _sign_in(owner, authorization, identity, token, oauth_client)


def _link(authorization: PendingAuthorization, identity: Identity, token: Mapping[str, Any]) -> Response:
    if not current_user.is_authenticated or current_user.id != authorization.owner:
        raise RefusedError("session")
    queued = connect_account(current_user.id, authorization.service, identity, token)
    connected = f"{identity.handle} is connected."
    if not oauth_of(authorization.service).signs_in:
        flash(connected)
    elif link_identity(current_user.id, authorization.service, identity):
        flash(f"{connected} It also signs you in from now on, unless you remove it in your settings.")
    else:
        flash(connected)
        flash(message("taken", authorization.service))
    return redirect(landing.import_page([queued]), 303)


def _sign_in(
    owner: int,
    authorization: PendingAuthorization,
    identity: Identity,
    token: Mapping[str, Any],
    oauth_client: OAuthClient,
) -> Response:
    """Signs in. A connection gets the new token; who disconnected the account does not connect it by signing in."""
    service = authorization.service
    known = _connections_to(owner, service, identity)
    if known:
        keep_connection(owner, service, identity, token)
    else:
        tokens.revoke_unkept(service, oauth_client, token)
    response = sessions.begin_or_ask(owner, target=authorization.next)
    if current_user.is_authenticated:
        audit.log(f"sign-in with {service}", owner)
    return response


def _ask_to_sign_up(authorization: PendingAuthorization, identity: Identity, token: Mapping[str, Any]) -> Response:
    waiting = {
        "service": authorization.service,
        "identity": asdict(identity),
        "token": dict(token),
        "next": authorization.next,
    }
    session[SIGN_UP] = {
        "key": pending.keep(waiting),
        "service": authorization.service,
        "handle": identity.handle,
        "name": identity.name[:LONGEST],
    }
    return redirect(url_for("connect.sign_up_page"), 303)


def _connections_to(owner: int, service: str, identity: Identity) -> list[int]:
    """The connections to that account."""
    place = (service, identity.host, identity.uid)
    return [row.id for row in connections.connections(owner) if (row.service, row.host, row.uid) == place]


def keep_connection(owner: int, service: str, identity: Identity, token: Mapping[str, Any]) -> int:
    """Keeps the token, and revokes the one in whose place it comes; the connection's id."""
    before = tokens.revocable(owner, _connections_to(owner, service, identity))
    kept = connections.connect(
        owner,
        service=service,
        host=identity.host,
        uid=identity.uid,
        handle=identity.handle,
        token=token,
        expires_at=expires_at(token),
    )
    for old in before:
        if old.token["access_token"] != token["access_token"]:  # some services give the same one again
            tokens.revoke_unkept(service, old.oauth_client, old.token)
    return kept


def connect_account(owner: int, service: str, identity: Identity, token: Mapping[str, Any]) -> int:
    """Keeps the token and queues the import of its account; the import's id."""
    connection = keep_connection(owner, service, identity, token)
    audit.log(f"connected {service}", owner)
    handle = identity.uid if oauth_of(service).reads_by_uid else ""
    queued = queue_live(owner, service=service, handle=handle, host=identity.host, connection=connection)
    imports.change_import(queued, filename=identity.handle[:300])  # what its card shows until the profile is read
    return queued


def link_identity(owner: int, service: str, identity: Identity) -> bool:
    """Lets the account sign the user in; False if it signs in somebody else."""
    place = {"service": service, "host": identity.host, "uid": identity.uid}
    linked = connections.link_identity(owner, **place, handle=identity.handle)
    if linked:
        audit.log(f"linked {service}", owner)
    return linked


def sign_up(waiting: Mapping[str, Any], add_user: Callable[[], int]) -> int | None:
    """Signs in the new user of an identity; the import of their account, None if it signs in somebody else by now."""
    service, identity = waiting["service"], Identity(**waiting["identity"])
    owner = None if connections.user_of(service, identity.host, identity.uid) else add_user()
    if owner is None or not link_identity(owner, service, identity):
        if owner is not None:
            users.delete_user(owner)
        oauth_client = clients.oauth_client(service, identity.host)
        if oauth_client is not None:
            tokens.revoke_unkept(service, oauth_client, waiting["token"])
        return None
    sessions.begin(owner)
    audit.log(f"registration with {service}", owner)
    return connect_account(owner, service, identity, waiting["token"])
