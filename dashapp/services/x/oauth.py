"""OAuth of X: PKCE, tokens of two hours with a refresh token; asking whose a token is costs a cent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..errors import PaymentRequiredError, UnknownClientError
from ..files.values import as_dict
from ..net.oauth import (
    Endpoints,
    Identity,
    OAuthClient,
    Provider,
    bearer,
    check_revoked,
    document,
    renewed,
    scopes_of,
    text,
)
from .cursor import UNKNOWN_CLIENT
from .reader import is_unknown_client

NAME = "X"
NO_CREDITS = "X asks the people who run this server to pay before it answers. Bring your archive meanwhile."
PAYMENT_REQUIRED = 402


class XProvider(Provider):
    """`services.net.oauth.Provider` of X."""

    service: ClassVar[str] = "x"
    scopes: ClassVar[tuple[str, ...]] = ("users.read", "tweet.read", "follows.read", "offline.access")
    pkce: ClassVar[bool] = True
    basic: ClassVar[bool] = True

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """The browser goes to x.com, all else to the API."""
        settings = client.settings
        return Endpoints(f"{settings['X_URL']}/i/oauth2/authorize", f"{settings['X_API_URL']}/2/oauth2/token")

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """Without these not even the profile is told."""
        return frozenset({"users.read", "tweet.read"}) - scopes_of(token)

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the number of the account. X bills this call: the user said yes before."""
        response = client.send("GET", f"{client.settings['X_API_URL']}/2/users/me", headers=bearer(token))
        if response.status == PAYMENT_REQUIRED:
            raise PaymentRequiredError(NO_CREDITS)
        if is_unknown_client(response.status, response.body):
            raise UnknownClientError(UNKNOWN_CLIENT.format(parts="anything"))
        user = as_dict(document(response, NAME).get("data"))
        name = str(user.get("name") or "")
        return Identity(uid=text(user, "id", NAME), handle=text(user, "username", NAME), name=name)

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """The refresh token may be another one afterwards."""
        return renewed(client, self.endpoints(client).token, token, name=NAME, basic=True)

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """The refresh token first: it outlives the other."""
        url = f"{client.settings['X_API_URL']}/2/oauth2/revoke"
        for kind in ("refresh_token", "access_token"):
            if token.get(kind):
                form = {"token": token[kind], "token_type_hint": kind}
                check_revoked(client.send("POST", url, form=form, basic=client.application), NAME)
