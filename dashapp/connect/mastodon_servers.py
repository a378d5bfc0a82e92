"""Mastodon servers that users name: found, and this application registered there."""

from __future__ import annotations

import threading
from dataclasses import replace
from urllib.parse import urlsplit

from flask import current_app, url_for

from ..oauth import clients
from ..services.mastodon.oauth import Instance, MastodonProvider, find_server, is_known, register
from ..services.net.oauth import OAuthClient, Transport, is_loopback
from ..services.net.ssrf import instance_url
from ..store import connections
from .pending_authorizations import RefusedError

SERVICE = MastodonProvider.service
SECONDS = 15.0  # for finding a server and getting to know it: anybody may name a slow one, without signing in
AT_ONCE = 3  # in a process: the other threads are for the other pages

_free = threading.BoundedSemaphore(AT_ONCE)


def registered_client(typed: str) -> OAuthClient:
    """The client at the server in a name, an address or a handle. Raises `ServiceError`, `RefusedError`."""
    if not _free.acquire(blocking=False):
        raise RefusedError("busy")
    try:
        return _found_or_registered(clients.transport(SERVICE, seconds=SECONDS), typed)
    finally:
        _free.release()


def _found_or_registered(send: Transport, typed: str) -> OAuthClient:
    server = find_server(send, current_app.config, typed)
    # an address of its own: a callback of one server cannot be passed off as another's
    redirect_uri = url_for("connect.mastodon.authorized", at=server.host, _external=True)
    if not _is_this_site(server, redirect_uri):
        raise RefusedError("name")
    oauth_client = clients.oauth_client(SERVICE, server.host) if _fits(server, redirect_uri) else None
    if oauth_client is not None and is_known(replace(oauth_client, send=send)):
        return oauth_client
    application = register(
        send,
        server,
        instance_url(server.host, current_app.config["PRIVATE_HOSTS"]),
        redirect_uri=redirect_uri,
        website=url_for("public.landing", _external=True),
    )
    connections.keep_instance(
        server.host,
        client_id=application.client_id,
        client_secret=application.client_secret,
        scopes=" ".join(application.scopes),
        redirect_uri=redirect_uri,
    )
    registered = clients.oauth_client(SERVICE, server.host)
    if registered is None:
        raise RefusedError("failed")
    return registered


def _is_this_site(server: Instance, redirect_uri: str) -> bool:
    """Whether answers may go there: to an address that the operator named, or where they always went.

    Otherwise the name of this site is what the request says: with a forged one, the server would send other people's
    answers to a stranger, who could sign in with them, or would know this site by that name alone.
    """
    config, kept = current_app.config, connections.instance(server.host)
    address = config["PUBLIC_URL"]
    if config["TRUSTED_HOSTS"] or (address and redirect_uri.startswith(f"{address}/")):
        return True
    if kept is None:
        return not config["SECURE"] or bool(config["FAKE_SERVICES"])
    before, now = (urlsplit(address).hostname or "" for address in (kept.redirect_uri, redirect_uri))
    return before == now or (is_loopback(before) and is_loopback(now))


def _fits(server: Instance, redirect_uri: str) -> bool:
    """Whether the kept registration is for this site and these permissions."""
    kept = connections.instance(server.host)
    if kept is None:
        return False
    return kept.redirect_uri == redirect_uri and kept.scopes in (" ".join(server.scopes), "read")
