"""Connecting and signing in by OAuth: a dance a service under /connect/<service>, begun by a form with its token."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..fake_services import detour
from ..oauth import clients, tokens
from ..services import SERVICES, oauth_of
from ..services.errors import ServiceError
from ..services.net.oauth import OAuthClient
from ..services.service import OAuth
from ..store import connections
from ..users import audit, limits
from .callback import arrive
from .mastodon_servers import prepared
from .messages import reason_of, sentence
from .oauth_flow import OAuthFlow
from .pending_authorizations import Attempt, Purpose, RefusedError, keep, take
from .views import blueprint

logger = logging.getLogger(__name__)
MOST_TYPED = 300  # characters of a handle or server
LONGEST_NEXT = 2_000
SECONDS = 25.0  # that somebody waits who comes back


@limits.connecting_by_user
def begin(dance: OAuthFlow) -> ResponseReturnValue:
    """Begins to connect an account of the signed-in user."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return depart(dance, "link")


@limits.elsewhere_by_client
def begin_sign_in(dance: OAuthFlow) -> ResponseReturnValue:
    """Begins to sign in with an account at a service."""
    return depart(dance, "sign-in")


def depart(dance: OAuthFlow, purpose: Purpose) -> ResponseReturnValue:
    """Keeps what has to be known when the browser is back, and shows the way to the service.

    A redirect would be stopped by our own policy, which lets forms lead to this site alone; the page goes on by itself.
    """
    try:
        oauth_client = reach(dance.name)
        nonce = secrets.token_urlsafe(24) if dance.provider.nonce else ""
        departure = dance.go(oauth_client, nonce=nonce)
    except (RefusedError, ServiceError) as error:
        return refuse(dance.name, error)
    attempt = begun(dance.name, purpose, host=oauth_client.host, verifier=departure.verifier, nonce=nonce)
    keep(departure.state, attempt)
    return going(dance.name, departure.address, oauth_client.host)


def begun(service: str, purpose: Purpose, **details: Any) -> Attempt:
    """A new try of whoever sends the form."""
    owner = current_user.id if purpose == "link" else None
    next_page = request.form.get("next", "")[:LONGEST_NEXT]
    return Attempt(service=service, purpose=purpose, owner=owner, next=next_page, **details)


def going(service: str, address: str, host: str = "") -> str:
    """The page that leads to a service."""
    return render_template("connect/redirect.html", service=service, address=detour(address), host=host)


def reach(service: str) -> OAuthClient:
    """The contact for what the form asks. Raises `RefusedError`, `ServiceError`."""
    if not clients.is_set_up(service):
        raise RefusedError("not-set-up")
    oauth = oauth_of(service)
    if oauth.agreement and request.form.get("agreed") != "1":
        raise RefusedError("cost", oauth.agreement.refusal)
    if oauth.registers_itself:
        return prepared(request.form.get("server", "")[:MOST_TYPED])
    oauth_client = clients.oauth_client(service)
    if oauth_client is None:
        raise RefusedError("not-set-up")
    return oauth_client


def come_back(dance: OAuthFlow) -> ResponseReturnValue:
    """Takes what was begun, changes the code for a token, and asks whose it is."""
    state = request.args.get("state", "")
    try:
        attempt = take(state, dance.name)
        check(attempt)
        oauth_client = clients.oauth_client(dance.name, attempt.host, seconds=SECONDS)
        if oauth_client is None:
            raise RefusedError("not-set-up")
        return received(dance, oauth_client, attempt, fetched(dance, oauth_client, attempt, state))
    except (RefusedError, ServiceError) as error:
        return refuse(dance.name, error)


def received(
    dance: OAuthFlow, oauth_client: OAuthClient, attempt: Attempt, token: dict[str, Any]
) -> ResponseReturnValue:
    """What the token is for; one that is good for nothing here is given back. Raises as `arrive`."""
    try:
        identity = dance.provider.whoami(oauth_client, token, nonce=attempt.nonce)
        return arrive(attempt, identity, dance.provider.exchange_long_lived(oauth_client, token), oauth_client)
    except (RefusedError, ServiceError):
        give_back(dance.name, oauth_client, token)
        raise


def give_back(service: str, oauth_client: OAuthClient, token: dict[str, Any]) -> None:
    """Revokes a token that was not kept."""
    tokens.give_back([tokens.Returnable(0, service, "", oauth_client, token)])


def check(attempt: Attempt) -> None:
    """Whether the answer fits the question. Raises `RefusedError`."""
    if attempt.purpose == "link" and (not current_user.is_authenticated or current_user.id != attempt.owner):
        raise RefusedError("session")
    if request.args.get("at", "") != attempt.host:
        raise RefusedError("state")
    if "error" in request.args:
        raise RefusedError(reason_of(request.args["error"]))


def fetched(dance: OAuthFlow, oauth_client: OAuthClient, attempt: Attempt, state: str) -> dict[str, Any]:
    """The token, with all permissions that reading needs. Raises `RefusedError`."""
    try:
        token = dance.fetch(oauth_client, state, attempt.verifier)
    except RefusedError as error:
        if error.reason == "client" and oauth_of(dance.name).registers_itself:
            connections.forget_instance(attempt.host)
            raise RefusedError("forgotten") from None
        raise
    if dance.provider.missing(token):
        give_back(dance.name, oauth_client, token)
        raise RefusedError("scope")
    return token


def refuse(service: str, error: RefusedError | ServiceError) -> ResponseReturnValue:
    """Back to where it began, with one sentence: the service's page, or the one for signing in."""
    reason = error.reason if isinstance(error, RefusedError) else type(error).__name__
    own = error.sentence if isinstance(error, RefusedError) else str(error)
    audit.note(f"connecting {service} refused: {reason}", current_user.id if current_user.is_authenticated else None)
    flash(own or sentence(error.reason, service))  # type: ignore[union-attr]
    if current_user.is_authenticated and not current_user.is_demo:
        return redirect(url_for("connect.service_page", service=service), 303)
    return redirect(url_for("users.sign_in"), 303)


# ---- the dances


def sign_in_rule(dance: OAuthFlow) -> Any:
    """Adds the address of signing in, which stands beside the others' but belongs to the dance's blueprint."""

    def add(state: BlueprintSetupState) -> None:
        endpoint = f"{state.name_prefix}.{state.name}.sign_in".lstrip(".")
        rule, view = f"/signin/{dance.name}", lambda: begin_sign_in(dance)
        state.app.add_url_rule(rule, endpoint, view, methods=["POST"])

    return add


def own_address(dance: OAuthFlow) -> Any:
    """Adds the server to the address to which it sends the browser back."""

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.endswith(".authorized") and dance.oauth_client is not None and dance.oauth_client.host:
            values.setdefault("at", dance.oauth_client.host)

    return add


def made(oauth: OAuth) -> OAuthFlow:
    """The blueprint of a service."""
    dance = OAuthFlow(oauth.provider, begin=begin, come_back=come_back)
    dance.url_defaults(own_address(dance))
    if oauth.signs_in:
        dance.record(sign_in_rule(dance))
    return dance


for _service in SERVICES.values():
    if _service.oauth and not _service.oauth.pushed:
        blueprint.register_blueprint(made(_service.oauth))
