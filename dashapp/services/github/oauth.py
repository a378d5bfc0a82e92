"""OAuth of GitHub: an OAuth App, public data only; its token lives until it is revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..net.oauth import Endpoints, Identity, OAuthClient, Provider, bearer, check_revoked, document, renewed, text

NAME = "GitHub"


class GitHubProvider(Provider):
    """`services.net.oauth.Provider` of GitHub."""

    service: ClassVar[str] = "github"
    scopes: ClassVar[tuple[str, ...]] = ("read:user",)  # what is read is public: a token of any scope will do
    pkce: ClassVar[bool] = True

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """Of github.com, or of a server of one's own."""
        base = client.settings["GITHUB_URL"]
        return Endpoints(f"{base}/login/oauth/authorize", f"{base}/login/oauth/access_token")

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the number of the account: a login can be renamed, and taken by somebody else."""
        headers = {**bearer(token), "Accept": "application/vnd.github+json"}
        user = document(client.send("GET", f"{client.settings['GITHUB_API_URL']}/user", headers=headers), NAME)
        return Identity(uid=text(user, "id", NAME), handle=text(user, "login", NAME), name=str(user.get("name") or ""))

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """Only tokens of an app that asked for expiring ones."""
        return renewed(client, self.endpoints(client).token, token, name=NAME, basic=False)

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """This token alone: another may be another browser's."""
        application = client.application
        url = f"{client.settings['GITHUB_API_URL']}/applications/{application.client_id}/token"
        body = {"access_token": token["access_token"]}
        check_revoked(client.send("DELETE", url, json=body, basic=application), NAME)
