"""X's OAuth: id and secret in a header, PKCE a must, refresh tokens that work once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from .oauth import Grants, refusal

PEOPLE = {
    "ada": {"id": "2001", "username": "ada", "name": "Ada"},
    "bob": {"id": "2002", "username": "bob", "name": "Bob"},
}


def blueprint(grants: Grants) -> Blueprint:
    """x.com and api.x.com at one address."""
    pages = Blueprint("x_oauth", __name__)

    @pages.route("/i/oauth2/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        if not request.values.get("code_challenge"):
            return refusal("invalid_request")
        return grants.authorize()

    @pages.post("/2/oauth2/token")
    def token() -> Any:
        return grants.token() if request.authorization else refusal("unauthorized_client", 401)

    @pages.get("/2/users/me")
    def user() -> Any:
        person = grants.who()
        fault = grants.called("whoami")
        if fault is not None:
            return fault
        return jsonify(data=grants.people[person]) if person else ({"title": "Unauthorized"}, 401)

    @pages.post("/2/oauth2/revoke")
    def revoke() -> Any:
        grants.revoke(request.form["token"])
        return jsonify(revoked=True)

    return pages
