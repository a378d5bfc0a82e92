"""OAuth of GitHub: an OAuth App, public data only; its token lives until it is revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..net.oauth import Endpoints, Identity, OAuthClient, bearer, check_revoked, document, renewed, text

NAME = "GitHub"


class GitHubProvider:
    """`services.net.oauth.Provider` of GitHub."""

    service: ClassVar[str] = "github"
    scopes: ClassVar[tuple[str, ...]] = ("read:user",)
    pkce: ClassVar[bool] = True
    basic: ClassVar[bool] = False
    nonce: ClassVar[bool] = False
    guarded: ClassVar[bool] = False

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """Of github.com, or of a server of one's own."""
        base = client.settings["GITHUB_URL"]
        return Endpoints(f"{base}/login/oauth/authorize", f"{base}/login/oauth/access_token")

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """None: what is read is public, and a token of any scope reads it."""
        return frozenset()

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the number of the account: a login can be renamed, and taken by somebody else."""
        headers = {**bearer(token), "Accept": "application/vnd.github+json"}
        user = document(client.send("GET", f"{client.settings['GITHUB_API_URL']}/user", headers=headers), NAME)
        return Identity(uid=text(user, "id", NAME), handle=text(user, "login", NAME), name=str(user.get("name") or ""))

    def exchange_long_lived(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """As it is."""
        return dict(token)

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """Only tokens of an app that asked for expiring ones."""
        return renewed(client, self.endpoints(client).token, token, name=NAME, basic=False)

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """This token alone: another may be another browser's."""
        application = client.application
        url = f"{client.settings['GITHUB_API_URL']}/applications/{application.client_id}/token"
        body = {"access_token": token["access_token"]}
        check_revoked(client.send("DELETE", url, json=body, basic=application), NAME)
