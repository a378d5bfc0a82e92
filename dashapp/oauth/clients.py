"""How this application reaches a service in the matter of one authorisation: as whom, and where."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import current_app

from ..services.bluesky.oauth import new_key
from ..services.net.oauth import Application, OAuthClient, Transport, is_safe
from ..services.providers import PROVIDERS
from ..store import connections

NAMES = {"github": "GitHub", "bluesky": "Bluesky", "x": "X", "facebook": "Facebook", "linkedin": "LinkedIn"}
#: which addresses secrets are sent to, where the operator registers the application
ADDRESSES = {
    "github": ("GITHUB_URL", "GITHUB_API_URL"),
    "x": ("X_URL", "X_API_URL"),
    "facebook": ("FACEBOOK_URL", "FACEBOOK_API_URL"),
    "linkedin": ("LINKEDIN_URL",),
}
BLUESKY_KEY = "bluesky:key"  # no server can be called that


def is_set_up(service: str) -> bool:
    """Whether the service can be connected by OAuth: the operator registered there, and tokens can be encrypted."""
    config = current_app.config
    if service not in PROVIDERS or not config["TOKEN_KEYS"]:
        return False
    if service not in ADDRESSES:
        return True
    named = all(config[f"{service.upper()}_OAUTH_CLIENT_{part}"] for part in ("ID", "SECRET"))
    return named and all(is_safe(config[name], config["PRIVATE_HOSTS"]) for name in ADDRESSES[service])


def transport(service: str, host: str = "", *, seconds: float | None = None) -> Transport:
    """Requests to the service; with `seconds` all of them together take no longer."""
    ends = None if seconds is None else time.monotonic() + seconds
    return Transport(host or NAMES.get(service, "The server"), tuple(current_app.config["PRIVATE_HOSTS"]), ends)


def oauth_client(
    service: str, host: str = "", *, client_id: str = "", seconds: float | None = None
) -> OAuthClient | None:
    """The client; None if the service does not know this application. Bluesky's tokens know their `client_id`."""
    application = _application(service, host, client_id)
    if application is None:
        return None
    send = transport(service, host, seconds=seconds)
    return OAuthClient(settings=current_app.config, application=application, send=send, host=host)


def _application(service: str, host: str, client_id: str) -> Application | None:
    if service == "mastodon":
        return _registered(connections.instance(host))
    if service == "bluesky":
        key = bluesky_key() if client_id.startswith("https://") else None
        return Application(client_id=client_id, key=key)
    if not is_set_up(service):
        return None
    config, name = current_app.config, service.upper()
    return Application(client_id=config[f"{name}_OAUTH_CLIENT_ID"], client_secret=config[f"{name}_OAUTH_CLIENT_SECRET"])


def _registered(row: dict[str, Any] | None) -> Application | None:
    if row is None:
        return None
    scopes = tuple(row["scopes"].split())
    return Application(client_id=row["client_id"], client_secret=row["client_secret"], scopes=scopes)


def bluesky_key() -> dict[str, Any]:
    """The private key with which this application signs, made when it is first needed; a JWK."""
    kept = connections.instance(BLUESKY_KEY)
    if kept is None:
        fresh = json.dumps(new_key().as_dict(private=True))
        connections.keep_instance(BLUESKY_KEY, client_id="", client_secret=fresh, scopes="", redirect_uri="")
        kept = connections.instance(BLUESKY_KEY)  # of two that were made at once, the one that stayed
    return json.loads(kept["client_secret"]) if kept else {}
