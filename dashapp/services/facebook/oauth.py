"""OAuth of Facebook: a short token is changed for one of sixty days, which cannot be renewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from ..errors import DeniedError
from ..net.oauth import (
    REFUSED,
    Endpoints,
    Identity,
    OAuthClient,
    Provider,
    bearer,
    check_revoked,
    document,
    granted,
    own_names,
    text,
)
from .reader import proof

NAME = "Facebook"


class FacebookProvider(Provider):
    """`services.net.oauth.Provider` of Facebook."""

    service: ClassVar[str] = "facebook"
    scopes: ClassVar[tuple[str, ...]] = ("public_profile",)  # all that Facebook gives without a review of the app
    pkce: ClassVar[bool] = False  # not documented for a web application with a secret

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """Of a stated version: unversioned ones change by themselves."""
        settings = client.settings
        return Endpoints(
            f"{settings['FACEBOOK_URL']}/dialog/oauth", f"{settings['FACEBOOK_API_URL']}/oauth/access_token"
        )

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the number that Facebook gives this person for this application alone."""
        url = f"{client.settings['FACEBOOK_API_URL']}/me"
        params = {"fields": "id,name", **proof(client.application.client_secret, str(token["access_token"]))}
        user = document(client.send("GET", url, params=params, headers=bearer(token)), NAME)
        name = text(user, "name", NAME)
        return Identity(uid=text(user, "id", NAME), handle=name, name=name)

    def exchange_long_lived(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """The long-lived one."""
        form = {
            "grant_type": "fb_exchange_token",
            "fb_exchange_token": token["access_token"],
            **own_names(client, basic=False),
        }
        response = client.send("POST", self.endpoints(client).token, form=form)
        kept = {name: value for name, value in token.items() if name not in ("expires_in", "expires_at")}
        return {**kept, **granted(response, NAME)}

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """There is no such thing at Facebook."""
        raise DeniedError(REFUSED.format(name=NAME))

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """All permissions: with the last of them the connection is gone at Facebook. Nothing without the `uid`."""
        if not uid:
            return  # a token that was not kept is no reason to end one that was
        url = f"{client.settings['FACEBOOK_API_URL']}/{quote(uid, safe='')}/permissions"
        params = proof(client.application.client_secret, str(token["access_token"]))
        check_revoked(client.send("DELETE", url, params=params, headers=bearer(token)), NAME)
