"""OAuth of GitHub: an OAuth App, public data only; its token lives until it is revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..net.oauth import Contact, Doors, Identity, bearer, document, renewed, taken_back, text

NAME = "GitHub"


class GitHubProvider:
    """`services.net.oauth.Provider` of GitHub."""

    service: ClassVar[str] = "github"
    scopes: ClassVar[tuple[str, ...]] = ("read:user",)
    pkce: ClassVar[bool] = True
    basic: ClassVar[bool] = False
    guarded: ClassVar[bool] = False

    def doors(self, contact: Contact) -> Doors:
        """Of github.com, or of a server of one's own."""
        base = contact.settings["GITHUB_URL"]
        return Doors(f"{base}/login/oauth/authorize", f"{base}/login/oauth/access_token")

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """None: what is read is public, and a token of any scope reads it."""
        return frozenset()

    def whoami(self, contact: Contact, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the number of the account: a login can be renamed, and taken by somebody else."""
        headers = {**bearer(token), "Accept": "application/vnd.github+json"}
        user = document(contact.send("GET", f"{contact.settings['GITHUB_API_URL']}/user", headers=headers), NAME)
        return Identity(uid=text(user, "id", NAME), handle=text(user, "login", NAME), name=str(user.get("name") or ""))

    def settled(self, contact: Contact, token: Mapping[str, Any]) -> dict[str, Any]:
        """As it is."""
        return dict(token)

    def refresh(self, contact: Contact, token: Mapping[str, Any]) -> dict[str, Any]:
        """Only tokens of an app that asked for expiring ones."""
        return renewed(contact, self.doors(contact).token, token, name=NAME, basic=False)

    def revoke(self, contact: Contact, token: Mapping[str, Any], uid: str) -> None:
        """This token alone: another may be another browser's."""
        application = contact.application
        url = f"{contact.settings['GITHUB_API_URL']}/applications/{application.client_id}/token"
        body = {"access_token": token["access_token"]}
        taken_back(contact.send("DELETE", url, json=body, basic=application), NAME)
