"""A Mastodon server's OAuth: applications register themselves."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, jsonify, request

from .oauth import Grants, refusal

PEOPLE = {
    "ada": {"id": "4001", "username": "ada", "acct": "ada", "display_name": "Ada"},
    "bob": {"id": "4002", "username": "bob", "acct": "bob", "display_name": ""},
}


def blueprint(grants: Grants, *, version: str = "4.5.2", domain: str = "example.social") -> Blueprint:
    """One server."""
    pages = Blueprint("mastodon_oauth", __name__)
    addresses: dict[str, str] = {}

    @pages.get("/api/v2/instance")
    def instance() -> Any:
        return grants.called("instance") or jsonify(domain=domain, version=version)

    @pages.post("/api/v1/apps")
    def register() -> Any:
        fault = grants.called("apps")
        if fault is not None:
            return fault
        client, secret = f"app-{secrets.token_hex(4)}", f"app-secret-canary-{secrets.token_hex(8)}"
        grants.clients[client], addresses[client] = secret, request.form["redirect_uris"]
        return jsonify(client_id=client, client_secret=secret, redirect_uri=request.form["redirect_uris"])

    @pages.route("/oauth/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        if addresses.get(request.values["client_id"]) != request.values["redirect_uri"]:
            return refusal("invalid_client", 401)
        return grants.authorize()

    @pages.post("/oauth/token")
    def token() -> Any:
        return grants.token()

    @pages.post("/oauth/revoke")
    def revoke() -> Any:
        if not grants.knows_client():
            return refusal("unauthorized_client", 403)
        grants.revoke(request.form["token"])
        return jsonify({})

    @pages.get("/api/v1/accounts/verify_credentials")
    def user() -> Any:
        return grants.told("whoami")

    return pages
