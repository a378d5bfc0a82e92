"""LinkedIn's OpenID Connect: discovery, signed id tokens; tests have it forge them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from .oauth import CLIENT_ID, Grants

PEOPLE = {
    "ada": {"sub": "li-ada", "name": "Ada Example", "email": "ada@example.social", "email_verified": True},
    "bob": {"sub": "li-bob", "name": "Bob Example", "email": "bob@example.social", "email_verified": True},
}
KEY = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)


@dataclass
class Signing:
    """How id tokens are made; a test puts its own in place of the claims' or the signature's."""

    claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    sign: Callable[[dict[str, Any]], str] = field(
        default=lambda claims: jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, KEY)
    )


def blueprint(grants: Grants, signing: Signing) -> Blueprint:
    """www.linkedin.com/oauth and api.linkedin.com at one address."""
    pages = Blueprint("linkedin_oauth", __name__)

    @pages.get("/.well-known/openid-configuration")
    def discovery() -> Any:
        fault = grants.called("discovery")
        base = request.host_url.rstrip("/")
        return fault or jsonify(
            issuer=base,
            authorization_endpoint=f"{base}/v2/authorization",
            token_endpoint=f"{base}/v2/accessToken",
            userinfo_endpoint=f"{base}/v2/userinfo",
            jwks_uri=f"{base}/openid/jwks",
        )

    @pages.get("/openid/jwks")
    def keys() -> Any:
        return jsonify(keys=[KEY.as_dict(private=False)])

    @pages.route("/v2/authorization", methods=["GET", "POST"])
    def authorize() -> Any:
        return grants.authorize()

    @pages.post("/v2/accessToken")
    def token() -> Any:
        asked = grants.codes.get(request.form.get("code", ""))
        answer = grants.token()
        if asked is None or isinstance(answer, tuple):
            return answer
        now = int(time.time())
        claims = {"iss": request.host_url.rstrip("/"), "aud": CLIENT_ID, "iat": now, "exp": now + 600}
        claims |= {"sub": grants.people[asked.person]["sub"], "nonce": asked.asked.get("nonce")}
        return jsonify(answer.get_json() | {"id_token": signing.sign(signing.claims(claims))})

    @pages.get("/v2/userinfo")
    def user() -> Any:
        return grants.told("whoami")

    @pages.post("/v2/revoke")
    def revoke() -> Any:
        grants.revoke(request.form["token"])
        return "", 200

    return pages
