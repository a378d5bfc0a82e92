"""Connecting Bluesky: from a handle to its server, which is told beforehand what the browser comes for.

Not by Flask-Dance, which knows neither pushed requests nor proofs of possession.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from joserfc.jwk import ECKey

from ..oauth import clients
from ..services import oauth_of
from ..services.bluesky import oauth
from ..services.errors import HostError, ServiceError
from ..services.net.oauth import OAuthClient, is_loopback
from ..users import limits
from .oauth_views import MOST_TYPED, SECONDS, accept_token, check_callback, new_authorization, redirect_page, refuse
from .pending_authorizations import PendingAuthorization, RefusedError, keep, take
from .views import blueprint as connect

SERVICE = oauth.BlueskyProvider.service
blueprint = Blueprint(SERVICE, __name__, url_prefix=f"/connect/{SERVICE}")


@blueprint.post("/start")
@login_required
@limits.connecting_by_user
def login() -> ResponseReturnValue:
    """Begins to connect the account of a handle."""
    try:
        if not clients.is_set_up(SERVICE):
            raise RefusedError("not-set-up")
        return request_authorization(request.form.get("handle", "")[:MOST_TYPED])
    except HostError:  # its own sentence is for who typed the server
        return refuse(SERVICE, HostError(oauth.NOT_PUBLIC))
    except (RefusedError, ServiceError) as error:
        return refuse(SERVICE, error)


def request_authorization(typed: str) -> str:
    """Finds the account and its server, and tells it. Raises `RefusedError`, `ServiceError`."""
    oauth_client, key, verifier = own_client(), oauth.new_key(), secrets.token_urlsafe(48)
    account = oauth.find_account(oauth_client.send, oauth_client.settings, typed)
    server = oauth.find_server(oauth_client.send, oauth_client.settings, account.pds)
    session, state = oauth.DpopSession(oauth_client, key, server.issuer), secrets.token_urlsafe(32)
    address = oauth.push(
        session,
        server,
        account,
        redirect_uri=redirect_uri(),
        state=state,
        challenge=oauth.challenge_of(verifier),
    )
    details = {
        "key": key.as_dict(private=True),
        "nonce": session.nonce,
        "issuer": server.issuer,
        "person": {"did": account.did, "handle": account.handle, "pds": account.pds},
    }
    keep(state, new_authorization(SERVICE, "link", verifier=verifier, details=details))
    return redirect_page(SERVICE, address)


@blueprint.get("/authorized")
def authorized() -> ResponseReturnValue:
    """Where the server sends the browser back to."""
    try:
        authorization = take(request.args.get("state", ""), SERVICE)
        if request.args.get("iss") != authorization.details["issuer"]:
            raise RefusedError("state")  # a callback of another server than the one that was asked
        check_callback(authorization)
        oauth_client = own_client()
        token = granted_token(oauth_client, authorization)
        return accept_token(oauth_of(SERVICE).provider, oauth_client, authorization, token)
    except (RefusedError, ServiceError) as error:
        return refuse(SERVICE, error)


def granted_token(oauth_client: OAuthClient, authorization: PendingAuthorization) -> dict[str, Any]:
    """The token for the code. Raises `ServiceError`."""
    details = authorization.details
    server = oauth.describe(oauth_client.send, oauth_client.settings, details["issuer"])
    session = oauth.DpopSession(oauth_client, ECKey.import_key(details["key"]), details["issuer"], details["nonce"])
    return oauth.fetch_token(
        session,
        server,
        oauth.BlueskyAccount(**details["person"]),
        redirect_uri=redirect_uri(),
        code=request.args.get("code", ""),
        verifier=authorization.verifier,
    )


def own_client() -> OAuthClient:
    """The client as this site: by the address of its description, or as one on a developer's machine."""
    oauth_client = clients.oauth_client(SERVICE, client_id=client_id(), seconds=SECONDS)
    if oauth_client is None:
        raise RefusedError("not-set-up")
    return oauth_client


def client_id() -> str:
    """What stands for this site. Raises `RefusedError` where nothing can."""
    address = redirect_uri()
    parts = urlsplit(address)
    if parts.scheme == "https":
        return url_for(f"connect.{SERVICE}.client_metadata", _external=True)
    if parts.hostname == "localhost" or not is_loopback(parts.hostname or ""):
        raise RefusedError("local")
    return oauth.local_client_id(address)


def redirect_uri() -> str:
    """The address of `authorized`."""
    return url_for(f"connect.{SERVICE}.authorized", _external=True)


@blueprint.get("/client-metadata.json")
def client_metadata() -> ResponseReturnValue:
    """How this site describes itself to servers; its address is the client id."""
    document = oauth.metadata(
        url_for(f"connect.{SERVICE}.client_metadata", _external=True),
        home=url_for("public.landing", _external=True),
        redirect_uri=redirect_uri(),
        keys=url_for(f"connect.{SERVICE}.keys", _external=True),
    )
    return jsonify(document)


@blueprint.get("/jwks.json")
def keys() -> ResponseReturnValue:
    """The public key with which servers check what this site signs."""
    if not current_app.config["TOKEN_KEYS"]:
        return jsonify(keys=[])
    return jsonify(oauth.public_keys(clients.signing_key()))


connect.register_blueprint(blueprint)
