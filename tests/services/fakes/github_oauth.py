"""GitHub's OAuth: an OAuth App, whose errors come with status 200 and whose scopes come with commas."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from .oauth import Grants

PEOPLE = {
    "ada": {"id": 1001, "login": "ada", "name": "Ada Example"},
    "bob": {"id": 1002, "login": "bob", "name": None},
}


def blueprint(grants: Grants) -> Blueprint:
    """github.com and api.github.com at one address."""
    pages = Blueprint("github_oauth", __name__)

    @pages.route("/login/oauth/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        return grants.authorize()

    @pages.post("/login/oauth/access_token")
    def token() -> Any:
        answer = grants.token()
        return (answer[0], 200) if isinstance(answer, tuple) else answer

    @pages.get("/user")
    def user() -> Any:
        return grants.told("whoami")

    @pages.delete("/applications/<client>/token")
    def revoke(client: str) -> Any:
        if not grants.knows_client():
            return {"message": "Not Found"}, 404
        grants.revoke(request.get_json()["access_token"])
        return "", 204

    return pages
