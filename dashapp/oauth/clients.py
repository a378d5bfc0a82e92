"""As which client this application calls a service, and how."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import current_app

from ..services import SERVICES, oauth_of, service_of
from ..services.bluesky.oauth import new_key
from ..services.net.oauth import Application, OAuthClient, Transport
from ..store import connections
from ..store.rows import Registration

SIGNING_KEY = "bluesky:key"  # no server can be called that


def is_set_up(service: str) -> bool:
    """Whether the service can be connected by OAuth: the operator registered there, and tokens can be encrypted."""
    config, oauth = current_app.config, service_of(service).oauth
    if oauth is None or not config["TOKEN_KEYS"]:
        return False
    return all(config[name] for name in SERVICES[service].client_settings)


def transport(service: str, host: str = "", *, seconds: float | None = None) -> Transport:
    """Requests to the service; with `seconds` all of them together take no longer."""
    ends = None if seconds is None else time.monotonic() + seconds
    name = host or ("The server" if oauth_of(service).registers_itself else SERVICES[service].title)
    return Transport(name, tuple(current_app.config["PRIVATE_HOSTS"]), ends)


def oauth_client(
    service: str, host: str = "", *, client_id: str = "", seconds: float | None = None
) -> OAuthClient | None:
    """The client; None if the service does not know this application. Tokens of pushed requests tell `client_id`."""
    application = _application(service, host, client_id)
    if application is None:
        return None
    send = transport(service, host, seconds=seconds)
    return OAuthClient(settings=current_app.config, application=application, send=send, host=host)


def _application(service: str, host: str, client_id: str) -> Application | None:
    oauth = oauth_of(service)
    if oauth.registers_itself:
        return _registered(connections.instance(host))
    if oauth.pushed:
        key = signing_key() if client_id.startswith("https://") else None
        return Application(client_id=client_id, key=key)
    if not is_set_up(service):
        return None
    client_id, secret = (current_app.config[name] for name in SERVICES[service].client_settings)
    return Application(client_id=client_id, client_secret=secret)


def _registered(known: Registration | None) -> Application | None:
    if known is None:
        return None
    scopes = tuple(known.scopes.split())
    return Application(client_id=known.client_id, client_secret=known.client_secret, scopes=scopes)


def signing_key() -> dict[str, Any]:
    """The private key with which this application signs, made when it is first needed; a JWK."""
    kept = connections.instance(SIGNING_KEY)
    if kept is None:
        new = json.dumps(new_key().as_dict(private=True))
        connections.keep_instance(SIGNING_KEY, client_id="", client_secret=new, scopes="", redirect_uri="")
        kept = connections.instance(SIGNING_KEY)  # of two that were made at once, the one that stayed
    return json.loads(kept.client_secret) if kept else {}
