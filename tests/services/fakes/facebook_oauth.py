"""Facebook's OAuth: a short token that is changed for a long one; errors are objects."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from .oauth import Grants

PEOPLE = {"ada": {"id": "3001", "name": "Ada Example"}, "bob": {"id": "3002", "name": "Bob Example"}}
BAD_CODE = {"error": {"message": "This authorization code has been used.", "type": "OAuthException", "code": 100}}


def blueprint(grants: Grants) -> Blueprint:
    """www.facebook.com and graph.facebook.com at one address."""
    pages = Blueprint("facebook_oauth", __name__)

    @pages.route("/dialog/oauth", methods=["GET", "POST"])
    def authorize() -> Any:
        return grants.authorize()

    @pages.post("/oauth/access_token")
    def token() -> Any:
        if request.form.get("grant_type") == "fb_exchange_token":
            grants.calls["exchange"] += 1
            person = grants.tokens.pop(request.form["fb_exchange_token"], None)
            return jsonify(grants.issue(person, "") | {"expires_in": 5_184_000}) if person else (BAD_CODE, 400)
        answer = grants.token()
        return (BAD_CODE, 400) if isinstance(answer, tuple) else answer

    @pages.get("/me")
    def user() -> Any:
        return grants.told("whoami")

    @pages.delete("/<uid>/permissions")
    def revoke(uid: str) -> Any:
        grants.revoke(request.headers["Authorization"].removeprefix("Bearer "))
        return jsonify(success=True)

    return pages
