"""An AT Protocol network at one address: directory, data server, authorization server with PAR, DPoP and nonces."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from .oauth import Grants, back, refusal, s256

PEOPLE = {
    "ada": {"did": "did:plc:" + "a" * 24, "handle": "ada.example.social"},
    "bob": {"did": "did:plc:" + "b" * 24, "handle": "bob.example.social"},
}


@dataclass
class Network:
    """What tests change beside the grants."""

    client_keys: Mapping[str, Any] | None = None  # of a confidential client; None: only public ones are known
    trusting: bool = False  # believes every client, as one that cannot ask for its description
    pds: str = ""  # where accounts are kept, instead of here
    issuer: str = ""  # told in the browser instead of the real one
    rotate: bool = True  # a nonce is good for one request
    nonces: set[str] = field(default_factory=set)
    pushed: dict[str, dict[str, str]] = field(default_factory=dict)
    proofs: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)  # grant -> thumbprint of the key that it is bound to


class Refused(Exception):
    """An error of OAuth."""


def blueprint(grants: Grants, network: Network) -> Blueprint:
    """The network."""
    pages, server = Blueprint("bluesky_oauth", __name__), Server(grants, network)
    for rule, view in (
        ("/xrpc/com.atproto.identity.resolveHandle", server.resolve),
        ("/<did>", server.directory),
        ("/.well-known/oauth-protected-resource", server.resource),
        ("/.well-known/oauth-authorization-server", server.description),
    ):
        pages.add_url_rule(rule, view.__name__, view)
    pages.add_url_rule("/oauth/authorize", "authorize", server.authorize, methods=["GET", "POST"])
    for name, work in (("par", server.pushed), ("token", server.exchanged), ("revoke", server.revoked)):
        pages.add_url_rule(f"/oauth/{name}", name, server.answering(work), methods=["POST"])
    return pages


def base() -> str:
    """The address of all of it."""
    return request.host_url.rstrip("/")


@dataclass
class Server:
    """All servers of the network in one."""

    grants: Grants
    network: Network

    # -- whom a handle names, and where they are kept

    def resolve(self) -> Any:
        """The DID of a handle."""
        found = [p for p in self.grants.people.values() if p["handle"] == request.args["handle"]]
        return jsonify(did=found[0]["did"]) if found else ({"error": "InvalidRequest"}, 400)

    def directory(self, did: str) -> Any:
        """The document of a DID."""
        found = [p for p in self.grants.people.values() if p["did"] == did]
        if not found:
            return {"message": "DID not registered"}, 404
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.network.pds or base(),
        }
        return jsonify(id=did, alsoKnownAs=[f"at://{found[0]['handle']}"], service=[service])

    def resource(self) -> Any:
        """Who authorizes for the data server."""
        return jsonify(resource=base(), authorization_servers=[base()])

    def description(self) -> Any:
        """The authorization server of itself."""
        return jsonify(
            issuer=base(),
            pushed_authorization_request_endpoint=f"{base()}/oauth/par",
            authorization_endpoint=f"{base()}/oauth/authorize",
            token_endpoint=f"{base()}/oauth/token",
            revocation_endpoint=f"{base()}/oauth/revoke",
        )

    # -- in the browser

    def authorize(self) -> Any:
        """The question, and what comes of the answer."""
        if request.method == "GET":
            return self.grants.page(request.args)
        asked = self.network.pushed.pop(request.form["request_uri"])
        told = {"state": asked["state"], "iss": self.network.issuer or base()}
        if request.form["decision"] == "deny":
            return redirect(back(asked["redirect_uri"], error="access_denied", **told))
        code = self.grants.code(request.form["decision"], asked)
        return redirect(back(asked["redirect_uri"], code=code, **told))

    # -- what is asked with a proof

    def answering(self, work: Callable[[str], Any]) -> Callable[[], Any]:
        """A view that checks client and proof first, and names the next nonce."""

        def view() -> Any:
            try:
                self.check_client()
                answer = make_response(work(self.proven_key()))
            except Refused as error:
                answer = make_response(refusal(str(error), 401 if str(error) == "invalid_client" else 400))
            nonce = secrets.token_urlsafe(8)
            self.network.nonces.add(nonce)
            answer.headers["DPoP-Nonce"] = nonce
            return answer

        return view

    def check_client(self) -> None:
        """Raises `Refused` unless the client is public, or signs with its key."""
        client, keys = request.form["client_id"], self.network.client_keys
        if self.network.trusting:
            return
        if keys is None:
            if not client.startswith("http://localhost?"):
                raise Refused("invalid_client")
            return
        sent = request.form["client_assertion"]
        claims = jwt.decode(sent, KeySet.import_key_set(keys), algorithms=["ES256"]).claims
        if not (claims["iss"] == claims["sub"] == client and claims["aud"] == base() and claims["exp"] > time.time()):
            raise Refused("invalid_client")

    def proven_key(self) -> str:
        """The thumbprint of the key that the request proves to hold, with a nonce of ours."""
        sent = request.headers.get("DPoP", "")
        key = key_in(sent)
        proof = jwt.decode(sent, key, algorithms=["ES256"])
        claims = proof.claims
        fits = (
            proof.header["typ"] == "dpop+jwt" and claims["htm"] == request.method and claims["htu"] == request.base_url
        )
        if not fits or claims["jti"] in self.network.proofs or "d" in proof.header["jwk"]:
            raise Refused("invalid_dpop_proof")
        self.network.proofs.add(claims["jti"])
        if claims.get("nonce") not in self.network.nonces:
            raise Refused("use_dpop_nonce")
        if self.network.rotate:
            self.network.nonces.discard(claims["nonce"])
        return str(key.thumbprint())

    def pushed(self, thumbprint: str) -> Any:
        """Keeps a request."""
        self.grants.calls["par"] += 1
        uri = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(8)}"
        self.network.pushed[uri] = dict(request.form) | {"key": thumbprint}
        return {"request_uri": uri, "expires_in": 300}, 201

    def exchanged(self, thumbprint: str) -> Any:
        """A token for a code or a refresh token."""
        fault = self.grants.called("token")
        if fault is not None:
            return fault
        if request.form["grant_type"] == "refresh_token":
            return self.refreshed(thumbprint)
        grant = self.grants.codes.pop(request.form["code"], None)
        asked = grant.asked if grant else {}
        if asked.get("key") != thumbprint or asked["redirect_uri"] != request.form["redirect_uri"]:
            raise Refused("invalid_grant")
        if grant is None or asked["code_challenge"] != s256(request.form["code_verifier"]):
            raise Refused("invalid_grant")
        return self.issued(grant.person, thumbprint)

    def refreshed(self, thumbprint: str) -> Any:
        """A token for a refresh token, which works once, with its key."""
        sent = request.form["refresh_token"]
        self.grants.calls["refresh"] += 1
        person = self.grants.refresh_tokens.pop(sent, None)
        if person is None or self.network.keys[sent] != thumbprint:
            raise Refused("invalid_grant")
        return self.issued(person, thumbprint)

    def issued(self, person: str, thumbprint: str) -> Any:
        """New tokens, bound to the key."""
        told = {"token_type": "DPoP", "sub": self.grants.people[person]["did"], "expires_in": 900}
        refresh = f"bluesky-refresh-canary-{secrets.token_urlsafe(8)}"
        self.grants.refresh_tokens[refresh], self.network.keys[refresh] = person, thumbprint
        return self.grants.issue(person, "atproto") | told | {"refresh_token": refresh} | self.grants.token_fields

    def revoked(self, _thumbprint: str) -> Any:
        """Nothing more."""
        self.grants.revoke(request.form["token"])
        return {}


def key_in(proof: str) -> ECKey:
    """The key that a proof says it is signed with."""
    head = proof.split(".")[0]
    return ECKey.import_key(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["jwk"])
