"""Flask-Dance behind a blueprint that keeps nothing of a user on itself.

The stock blueprint is one object for all requests of a process, and keeps session, token, state and PKCE verifier
there: under threads the calls of one user went out with the token of another. Here all of that belongs to the request.
Its factories for GitHub, Facebook and LinkedIn make the stock class, so the addresses are stated in the services'
modules instead; they are settings anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import flask
import orjson
import requests
from flask import current_app, g
from flask_dance.consumer import OAuth2ConsumerBlueprint
from flask_dance.consumer.requests import OAuth2Session
from flask_dance.consumer.storage import NullStorage
from oauthlib.oauth2 import MismatchingStateError, OAuth2Error  # type: ignore[import-untyped]
from urllib3.exceptions import HTTPError

from ..services.errors import ServiceError
from ..services.files.json_stream import parsed
from ..services.net.client import USER_AGENT
from ..services.net.oauth import CAP, DEADLINE, ENDED, TIMEOUT, UNKNOWN_CLIENT, OAuthClient, Provider, is_safe
from ..services.net.ssrf import protect
from .pending_authorizations import RefusedError

View = Callable[["OAuthFlow"], Any]


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The address to which the browser goes, and what has to be known when it is back. Prints none of it."""

    address: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)


class Session(OAuth2Session):
    """Requests of one flow: to allowed hosts, with a limit of time and size, to safe addresses alone."""

    def __init__(self, *, blueprint: OAuthFlow, **options: Any) -> None:
        super().__init__(blueprint=blueprint, **options)
        allow = current_app.config["PRIVATE_HOSTS"]
        protect(self, guarded=blueprint.provider.guarded, allow=allow, timeout=TIMEOUT, deadline=DEADLINE, cap=CAP)
        self.headers["User-Agent"] = USER_AGENT
        self.granted_scope: Any = None
        self.register_compliance_hook("access_token_response", self._without_scope)

    def authorization_url(self, url: str, state: str | None = None, **params: Any) -> tuple[str, str]:
        """The address with all parameters; oauthlib itself would refuse a test server on this machine."""
        address, state = super().authorization_url(_https(url), state=state, **params)
        return urlsplit(url).scheme + address.removeprefix("https"), state

    def fetch_token(self, token_url: str, *, authorization_response: str, **options: Any) -> dict[str, Any]:
        """The token for the code in the address to which the browser came back."""
        response = _https(authorization_response)
        token = super().fetch_token(_https(token_url), authorization_response=response, **options)
        return dict(token) | ({"scope": self.granted_scope} if self.granted_scope else {})

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """To the address as it was set, not as oauthlib had to see it; to no other."""
        real = self.blueprint.endpoints.token
        if request.url != _https(real) or not is_safe(real, current_app.config["PRIVATE_HOSTS"]):
            raise requests.exceptions.InvalidURL("not an address of this flow")
        request.url = real
        return super().prepare_request(request)

    def _without_scope(self, response: requests.Response) -> requests.Response:
        """Keeps from oauthlib what was granted: it raises where that is written otherwise than what was asked for."""
        if response.status_code >= 500:
            raise requests.ConnectionError("the service is in trouble")
        value = parsed(response.content)  # all were asked for JSON; a `ValueError` otherwise
        if not isinstance(value, dict):
            raise requests.ConnectionError("the service answers with something else")
        self.granted_scope = value.pop("scope", None)
        response._content = orjson.dumps({name: each for name, each in value.items() if each is not None})
        return response


def _https(url: str) -> str:
    return "https" + url.removeprefix("http") if url.startswith("http://") else url


def _of_request(name: str, make: Callable[[OAuthFlow], Any]) -> property:
    """A value that belongs to one request; what the stock class sets when it is made is passed over."""
    return property(lambda self: self.get_or_make(name, lambda: make(self)), lambda self, value: None)


def _kept_in_request(name: str) -> property:
    """A value that is set, and read again, in one request."""
    return property(
        lambda self: self.request_values.get((self.name, name)), lambda self, value: self.set_value(name, value)
    )


class OAuthFlow(OAuth2ConsumerBlueprint):
    """The way to one service and back. `start` and `callback` are its two views; they get the flow."""

    def __init__(self, provider: Provider, *, start: View, callback: View) -> None:
        self.provider, self.start, self.callback = provider, start, callback
        super().__init__(
            provider.service,
            __name__,
            base_url="",
            url_prefix=f"/connect/{provider.service}",
            login_url="/start",
            authorized_url="/authorized",
            session_class=Session,
            storage=NullStorage(),
            use_pkce=provider.pkce,
        )

    # -- what belongs to the request

    @property
    def request_values(self) -> dict[tuple[str, str], Any]:
        """All that this request keeps for flows."""
        return g.setdefault("oauth_flows", {})

    def set_value(self, name: str, value: Any) -> None:
        """Keeps a value for this request."""
        self.request_values[self.name, name] = value

    def get_or_make(self, name: str, make: Callable[[], Any]) -> Any:
        """What this request keeps under that name, made when it is first asked for."""
        if (self.name, name) not in self.request_values:
            self.set_value(name, make())
        return self.request_values[self.name, name]

    session = property(
        lambda self: self.get_or_make("session", lambda: OAuth2ConsumerBlueprint.session.fget(self)),
        lambda self, value: None,
        lambda self: g.get("oauth_flows", {}).pop((self.name, "session"), None),
    )
    oauth_client = _kept_in_request("oauth_client")
    token = _kept_in_request("token")
    endpoints = _of_request("endpoints", lambda self: self.provider.endpoints(self.oauth_client))
    authorization_url = _of_request("authorization_url", lambda self: self.endpoints.authorize)
    authorization_url_params = _of_request("authorization_url_params", lambda self: {})
    token_url = _of_request("token_url", lambda self: self.endpoints.token)
    token_url_params = _of_request("token_url_params", lambda self: {"include_client_id": not self.provider.basic})
    scope = _of_request("scope", lambda self: list(self.oauth_client.application.scopes or self.provider.scopes))
    client_secret = _of_request("client_secret", lambda self: self.oauth_client.application.client_secret)
    _client_id = _of_request("_client_id", lambda self: self.oauth_client.application.client_id)

    # -- the views

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        """Beginning changes something, so it is sent as a form with its token, never followed as a link."""
        super().add_url_rule(rule, endpoint, view_func, methods=["POST" if endpoint == "login" else "GET"], **options)

    def login(self) -> Any:
        """Sends the browser to the service."""
        return self.start(self)

    def authorized(self) -> Any:
        """Where the service sends the browser back to."""
        return self.callback(self)

    # -- the two steps

    def authorization_request(self, oauth_client: OAuthClient, *, nonce: str) -> AuthorizationRequest:
        """Where the browser has to go. Raises `RefusedError`."""
        self.oauth_client = oauth_client
        self.authorization_url_params.update({"nonce": nonce} if nonce else {})
        try:
            if not is_safe(self.endpoints.authorize, current_app.config["PRIVATE_HOSTS"]):
                raise RefusedError("down")
            address = super().login().location
        except ServiceError as error:
            raise RefusedError("down", str(error)) from None
        state, verifier = self._key("state"), self._key("code_verifier")
        return AuthorizationRequest(address, flask.session.pop(state), flask.session.pop(verifier, ""))

    def fetch_token(self, oauth_client: OAuthClient, state: str, verifier: str) -> dict[str, Any]:
        """The token for the code with which the browser came back. Raises `RefusedError`."""
        self.oauth_client = oauth_client
        flask.session[self._key("state")], flask.session[self._key("code_verifier")] = state, verifier
        try:
            super().authorized()
        except MismatchingStateError:
            raise RefusedError("state") from None
        except OAuth2Error as error:
            raise RefusedError(_reason(str(error.error))) from None  # Facebook's is an object
        except ServiceError as error:
            raise RefusedError("down", str(error)) from None
        except (requests.RequestException, HTTPError, OSError, ValueError):
            raise RefusedError("down") from None  # its own words quote the request
        finally:
            for name in ("state", "code_verifier"):
                flask.session.pop(self._key(name), None)
        if not self.token:
            raise RefusedError("failed")
        return dict(self.token)

    def _key(self, name: str) -> str:
        return f"{self.name}_oauth_{name}"  # as the stock class names it in the cookie


def _reason(error: str) -> str:
    if error in UNKNOWN_CLIENT:
        return "client"
    return "code" if error in ENDED else "failed"
