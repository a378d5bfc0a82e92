"""Connecting and signing in by OAuth: each service has a flow under /connect/<service>, begun by a form."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..fake_services import proxied_url
from ..oauth import clients, tokens
from ..services import SERVICES, oauth_of
from ..services.errors import ServiceError
from ..services.net.oauth import OAuthClient, Provider
from ..services.service import OAuth
from ..store import connections
from ..users import audit, limits
from .callback import complete
from .mastodon_servers import registered_client
from .messages import message, reason_of
from .oauth_flow import OAuthFlow
from .pending_authorizations import PendingAuthorization, Purpose, RefusedError, keep, take
from .views import blueprint

logger = logging.getLogger(__name__)
MOST_TYPED = 300  # characters of a handle or server
LONGEST_NEXT = 2_000
SECONDS = 25.0  # that somebody waits who comes back


@limits.connecting_by_user
def start(flow: OAuthFlow) -> ResponseReturnValue:
    """Begins to connect an account of the signed-in user."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return request_authorization(flow, "link")


@limits.oauth_sign_in_by_client
def start_sign_in(flow: OAuthFlow) -> ResponseReturnValue:
    """Begins to sign in with an account at a service."""
    return request_authorization(flow, "sign-in")


def request_authorization(flow: OAuthFlow, purpose: Purpose) -> ResponseReturnValue:
    """Keeps what has to be known when the browser is back, and shows the way to the service.

    A redirect would be stopped by our own policy, which lets forms lead to this site alone; the page goes on by itself.
    """
    try:
        oauth_client = requested_client(flow.name)
        nonce = secrets.token_urlsafe(24) if flow.provider.nonce else ""
        asked = flow.authorization_request(oauth_client, nonce=nonce)
    except (RefusedError, ServiceError) as error:
        return refuse(flow.name, error)
    authorization = new_authorization(flow.name, purpose, host=oauth_client.host, verifier=asked.verifier, nonce=nonce)
    keep(asked.state, authorization)
    return redirect_page(flow.name, asked.address, oauth_client.host)


def new_authorization(service: str, purpose: Purpose, **details: Any) -> PendingAuthorization:
    """The authorization that whoever sends the form begins."""
    owner = current_user.id if purpose == "link" else None
    next_page = request.form.get("next", "")[:LONGEST_NEXT]
    return PendingAuthorization(service=service, purpose=purpose, owner=owner, next=next_page, **details)


def redirect_page(service: str, address: str, host: str = "") -> str:
    """The page that leads to a service."""
    return render_template("connect/redirect.html", service=service, address=proxied_url(address), host=host)


def requested_client(service: str) -> OAuthClient:
    """The client for what the form asks. Raises `RefusedError`, `ServiceError`."""
    if not clients.is_set_up(service):
        raise RefusedError("not-set-up")
    oauth = oauth_of(service)
    if oauth.agreement and request.form.get("agreed") != "1":
        raise RefusedError("cost", oauth.agreement.refusal)
    if oauth.registers_itself:
        return registered_client(request.form.get("server", "")[:MOST_TYPED])
    oauth_client = clients.oauth_client(service)
    if oauth_client is None:
        raise RefusedError("not-set-up")
    return oauth_client


def callback(flow: OAuthFlow) -> ResponseReturnValue:
    """Takes what was begun, changes the code for a token, and asks whose it is."""
    state = request.args.get("state", "")
    try:
        authorization = take(state, flow.name)
        check_callback(authorization)
        oauth_client = clients.oauth_client(flow.name, authorization.host, seconds=SECONDS)
        if oauth_client is None:
            raise RefusedError("not-set-up")
        token = granted_token(flow, oauth_client, authorization, state)
        return accept_token(flow.provider, oauth_client, authorization, token)
    except (RefusedError, ServiceError) as error:
        return refuse(flow.name, error)


def accept_token(
    provider: Provider, oauth_client: OAuthClient, authorization: PendingAuthorization, token: dict[str, Any]
) -> ResponseReturnValue:
    """What the token is for; one that is good for nothing here is given back. Raises as `complete`."""
    try:
        if provider.missing(token):
            raise RefusedError("scope")
        identity = provider.whoami(oauth_client, token, nonce=authorization.nonce)
        return complete(authorization, identity, provider.exchange_long_lived(oauth_client, token), oauth_client)
    except (RefusedError, ServiceError):
        tokens.revoke_unkept(provider.service, oauth_client, token)
        raise


def check_callback(authorization: PendingAuthorization) -> None:
    """Whether it fits the authorization that was begun. Raises `RefusedError`."""
    is_owner = current_user.is_authenticated and current_user.id == authorization.owner
    if authorization.purpose == "link" and not is_owner:
        raise RefusedError("session")
    if request.args.get("at", "") != authorization.host:
        raise RefusedError("state")
    if "error" in request.args:
        raise RefusedError(reason_of(request.args["error"]))


def granted_token(
    flow: OAuthFlow, oauth_client: OAuthClient, authorization: PendingAuthorization, state: str
) -> dict[str, Any]:
    """The token for the code. Raises `RefusedError`."""
    try:
        return flow.fetch_token(oauth_client, state, authorization.verifier)
    except RefusedError as error:
        if error.reason == "client" and oauth_of(flow.name).registers_itself:
            connections.forget_instance(authorization.host)
            raise RefusedError("forgotten") from None
        raise


def refuse(service: str, error: RefusedError | ServiceError) -> ResponseReturnValue:
    """Back to where it began, with one sentence: the service's page, or the one for signing in."""
    reason = error.reason if isinstance(error, RefusedError) else type(error).__name__
    own = error.message if isinstance(error, RefusedError) else str(error)
    audit.log(f"connecting {service} refused: {reason}", current_user.id if current_user.is_authenticated else None)
    flash(own or message(error.reason, service))  # type: ignore[union-attr]
    if current_user.is_authenticated and not current_user.is_demo:
        return redirect(url_for("connect.service_page", service=service), 303)
    return redirect(url_for("users.sign_in"), 303)


# ---- the blueprints


def sign_in_rule(flow: OAuthFlow) -> Any:
    """Adds the address of signing in, which stands beside the others' but belongs to the flow's blueprint."""

    def add(state: BlueprintSetupState) -> None:
        endpoint = f"{state.name_prefix}.{state.name}.sign_in".lstrip(".")
        rule, view = f"/signin/{flow.name}", lambda: start_sign_in(flow)
        state.app.add_url_rule(rule, endpoint, view, methods=["POST"])

    return add


def add_host(flow: OAuthFlow) -> Any:
    """Adds the server to the address to which it sends the browser back."""

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.endswith(".authorized") and flow.oauth_client is not None and flow.oauth_client.host:
            values.setdefault("at", flow.oauth_client.host)

    return add


def oauth_blueprint(oauth: OAuth) -> OAuthFlow:
    """The blueprint of a service."""
    flow = OAuthFlow(oauth.provider, start=start, callback=callback)
    flow.url_defaults(add_host(flow))
    if oauth.signs_in:
        flow.record(sign_in_rule(flow))
    return flow


for _service in SERVICES.values():
    if _service.oauth and not _service.oauth.pushed:
        blueprint.register_blueprint(oauth_blueprint(_service.oauth))
