"""Mastodon servers that users name: found, and this application registered there."""

from __future__ import annotations

from flask import current_app, url_for

from ..imports import contacts
from ..services.guard import instance_url
from ..services.mastodon.oauth import Server, find_server, is_known, register
from ..services.oauth import Contact
from ..store import connections
from .attempts import RefusedError


def prepared(typed: str) -> Contact:
    """The contact to the server in a name, an address or a handle. Raises `ServiceError`, `RefusedError`."""
    send = contacts.calls("mastodon")
    server = find_server(send, current_app.config, typed)
    # an address of its own: an answer of one server cannot be passed off as another's
    redirect_uri = url_for("connect.mastodon.authorized", at=server.host, _external=True)
    contact = contacts.contact("mastodon", server.host) if _fits(server, redirect_uri) else None
    if contact is not None and is_known(contact):
        return contact
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
    found = contacts.contact("mastodon", server.host)
    if found is None:
        raise RefusedError("failed")
    return found


def _fits(server: Server, redirect_uri: str) -> bool:
    """Whether the kept registration is for this site and these permissions."""
    kept = connections.instance(server.host)
    if kept is None:
        return False
    return kept["redirect_uri"] == redirect_uri and kept["scopes"] in (" ".join(server.scopes), "read")
