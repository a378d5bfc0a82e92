"""OpenID Connect of LinkedIn: who somebody is says a signed id token, checked in every part."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ..errors import DeniedError, UnavailableError
from ..net.oauth import (
    NO_ANSWER,
    REFUSED,
    Endpoints,
    Identity,
    OAuthClient,
    Provider,
    bearer,
    check_revoked,
    document,
    own_names,
    renewed,
    scopes_of,
    text,
)

NAME = "LinkedIn"
FORGED = "What LinkedIn sent does not prove who you are. Start again from this page."
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")  # signatures that need a private key
LEEWAY = 60  # seconds by which clocks may differ


class LinkedInProvider(Provider):
    """`services.net.oauth.Provider` of LinkedIn."""

    service: ClassVar[str] = "linkedin"
    scopes: ClassVar[tuple[str, ...]] = ("openid", "profile")
    pkce: ClassVar[bool] = False  # only for partners; with it the token endpoint refuses the secret
    nonce: ClassVar[bool] = True

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """As the discovery document says."""
        found = _discovery(client)
        return Endpoints(text(found, "authorization_endpoint", NAME), text(found, "token_endpoint", NAME))

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """Without these nobody is told who it is; who does not tell what was granted granted all."""
        granted = scopes_of(token)
        return frozenset(self.scopes) - granted if granted else frozenset()

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the signed subject, which has to be the one of the profile too."""
        found = _discovery(client)
        subject = _subject(client, found, token, nonce)
        url = text(found, "userinfo_endpoint", NAME)
        user = document(client.send("GET", url, headers=bearer(token)), NAME)
        if user.get("sub") != subject:
            raise DeniedError(FORGED)
        name = str(user.get("name") or user.get("given_name") or "").strip() or "LinkedIn member"
        return Identity(uid=subject, handle=name[:300], name=name)

    def exchange_long_lived(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """Without the id token, which has done its work."""
        return {name: value for name, value in token.items() if name != "id_token"}

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """Only partners of LinkedIn have refresh tokens."""
        if not token.get("refresh_token"):
            raise DeniedError(REFUSED.format(name=NAME))
        return self.exchange_long_lived(
            client, renewed(client, self.endpoints(client).token, token, name=NAME, basic=False)
        )

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """LinkedIn's own page does not tell of this address; a provider that has one says so in its document."""
        endpoint = _discovery(client).get("revocation_endpoint")
        url = endpoint if isinstance(endpoint, str) else f"{client.settings['LINKEDIN_URL']}/v2/revoke"
        form = {"token": token["access_token"], **own_names(client, basic=False)}
        check_revoked(client.send("POST", url, form=form), NAME)


def _discovery(client: OAuthClient) -> dict[str, Any]:
    """The provider's description of itself, which has to speak of that provider. Raises `UnavailableError`."""
    base = client.settings["LINKEDIN_URL"]
    found = document(client.send("GET", f"{base}/.well-known/openid-configuration"), NAME)
    if _origin(text(found, "issuer", NAME)) != _origin(base):
        raise UnavailableError(NO_ANSWER.format(name=NAME))
    return found


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _subject(client: OAuthClient, found: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> str:
    """Who signed in, by the id token. Raises `DeniedError` if any part of it is not as it has to be."""
    issuer, client_id = text(found, "issuer", NAME), client.application.client_id
    keys = document(client.send("GET", text(found, "jwks_uri", NAME)), NAME)
    try:
        claims = jwt.decode(str(token.get("id_token") or ""), KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise DeniedError(FORGED) from None
    if not _is_for_us(claims, client_id) or not _is_answer(claims, nonce, issuer):
        raise DeniedError(FORGED)
    return text(claims, "sub", NAME)


def _is_for_us(claims: Mapping[str, Any], client_id: str) -> bool:
    """Whether the token was made for this application and for no other beside it."""
    audience = claims["aud"]
    alone = audience == client_id or audience == [client_id]
    return alone or claims.get("azp") == client_id


def _is_answer(claims: Mapping[str, Any], nonce: str, issuer: str) -> bool:
    """Whether the token answers our question. LinkedIn itself leaves the nonce out; everybody else must not."""
    claimed = claims.get("nonce")
    if claimed is None:
        return urlsplit(issuer).hostname == "www.linkedin.com"
    return isinstance(claimed, str) and hmac.compare_digest(claimed.encode(), nonce.encode())
