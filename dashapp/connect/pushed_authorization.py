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
from ..services.errors import ServiceError
from ..services.net.oauth import OAuthClient, is_loopback
from ..users import limits
from .callback import arrive
from .oauth_views import MOST_TYPED, SECONDS, begun, check, give_back, going, refuse
from .pending_authorizations import Attempt, RefusedError, keep, take
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
        return depart(request.form.get("handle", "")[:MOST_TYPED])
    except (RefusedError, ServiceError) as error:
        return refuse(SERVICE, error)


def depart(typed: str) -> str:
    """Finds the account and its server, and tells it. Raises `RefusedError`, `ServiceError`."""
    oauth_client, key, verifier = own_contact(), oauth.new_key(), secrets.token_urlsafe(48)
    person = oauth.find_person(oauth_client.send, oauth_client.settings, typed)
    server = oauth.find_server(oauth_client.send, oauth_client.settings, person.pds)
    session, state = oauth.DpopSession(oauth_client, key, server.issuer), secrets.token_urlsafe(32)
    address = oauth.push(
        session,
        server,
        person,
        redirect_uri=redirect_uri(),
        state=state,
        challenge=oauth.challenge_of(verifier),
    )
    details = {
        "key": key.as_dict(private=True),
        "nonce": session.nonce,
        "issuer": server.issuer,
        "person": {"did": person.did, "handle": person.handle, "pds": person.pds},
    }
    keep(state, begun(SERVICE, "link", verifier=verifier, details=details))
    return going(SERVICE, address)


@blueprint.get("/authorized")
def authorized() -> ResponseReturnValue:
    """Where the server sends the browser back to."""
    try:
        attempt = take(request.args.get("state", ""), SERVICE)
        if request.args.get("iss") != attempt.details["issuer"]:
            raise RefusedError("state")  # an answer of another server than the one that was asked
        check(attempt)
        oauth_client = own_contact()
        token = fetched(oauth_client, attempt)
        provider = oauth_of(SERVICE).provider
        if provider.missing(token):
            give_back(SERVICE, oauth_client, token)
            raise RefusedError("scope")
        return arrive(attempt, provider.whoami(oauth_client, token, nonce=""), token, oauth_client)
    except (RefusedError, ServiceError) as error:
        return refuse(SERVICE, error)


def fetched(oauth_client: OAuthClient, attempt: Attempt) -> dict[str, Any]:
    """The token for the code. Raises `ServiceError`."""
    told = attempt.details
    server = oauth.describe(oauth_client.send, oauth_client.settings, told["issuer"])
    session = oauth.DpopSession(oauth_client, ECKey.import_key(told["key"]), told["issuer"], told["nonce"])
    return oauth.fetch_token(
        session,
        server,
        oauth.Person(**told["person"]),
        redirect_uri=redirect_uri(),
        code=request.args.get("code", ""),
        verifier=attempt.verifier,
    )


def own_contact() -> OAuthClient:
    """The contact as this site: by the address of its description, or as one on a developer's machine."""
    oauth_client = clients.oauth_client(SERVICE, client_id=client_id(), seconds=SECONDS)
    if oauth_client is None:
        raise RefusedError("not-set-up")
    return oauth_client


def client_id() -> str:
    """What stands for this site. Raises `RefusedError` where nothing can."""
    address = redirect_uri()
    parts = urlsplit(address)
    if parts.scheme == "https":
        return url_for("connect.bluesky.client_metadata", _external=True)
    if parts.hostname == "localhost" or not is_loopback(parts.hostname or ""):
        raise RefusedError("local")
    return oauth.local_client_id(address)


def redirect_uri() -> str:
    """The address of `authorized`."""
    return url_for("connect.bluesky.authorized", _external=True)


@blueprint.get("/client-metadata.json")
def client_metadata() -> ResponseReturnValue:
    """How this site describes itself to servers; its address is the client id."""
    document = oauth.metadata(
        url_for("connect.bluesky.client_metadata", _external=True),
        home=url_for("public.landing", _external=True),
        redirect_uri=redirect_uri(),
        keys=url_for("connect.bluesky.keys", _external=True),
    )
    return jsonify(document)


@blueprint.get("/jwks.json")
def keys() -> ResponseReturnValue:
    """The public key with which servers check what this site signs."""
    if not current_app.config["TOKEN_KEYS"]:
        return jsonify(keys=[])
    return jsonify(oauth.public_keys(clients.bluesky_key()))


connect.register_blueprint(blueprint)
