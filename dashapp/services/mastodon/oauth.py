"""OAuth of Mastodon: at the server that a user names this application registers itself, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ..errors import ServiceError, UnavailableError, UnknownClientError
from ..files.values import as_dict, as_list
from ..net.oauth import (
    NO_ANSWER,
    Application,
    Endpoints,
    Identity,
    OAuthClient,
    Provider,
    Transport,
    bearer,
    check_revoked,
    document,
    granted,
    json_object,
    own_names,
    renewed,
    scopes_of,
    text,
)
from ..net.response import Response
from ..net.ssrf import host_name, instance_url

NAME = "This server"
SCOPES = ("read:accounts", "read:follows", "read:statuses")
GRANULAR = (2, 4, 3)  # the first version of Mastodon with these scopes
NO_SERVER = "{host} does not answer as a Mastodon server does. Check its name, as in example.social."


@dataclass(frozen=True, slots=True)
class Instance:
    """A server as it describes itself."""

    host: str  # where its API is
    domain: str  # what stands in handles
    scopes: tuple[str, ...]


class MastodonProvider(Provider):
    """`services.net.oauth.Provider` of any Mastodon server; `OAuthClient.host` is the server."""

    service: ClassVar[str] = "mastodon"
    scopes: ClassVar[tuple[str, ...]] = SCOPES
    pkce: ClassVar[bool] = True  # servers before 4.3 pass it over
    guarded: ClassVar[bool] = True

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """Of that server."""
        base = _base(client)
        return Endpoints(f"{base}/oauth/authorize", f"{base}/oauth/token")

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """`read` stands for all that begin with it."""
        granted_scopes = scopes_of(token)
        return frozenset() if not granted_scopes or "read" in granted_scopes else frozenset(SCOPES) - granted_scopes

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the account's id at its server, which no later account of that name gets."""
        url = f"{_base(client)}/api/v1/accounts/verify_credentials"
        account = document(client.send("GET", url, headers=bearer(token), guarded=True), NAME)
        handle = f"{text(account, 'username', NAME)}@{_domain(client.send, _base(client), client.host)}"
        name = str(account.get("display_name") or "").strip()
        return Identity(uid=text(account, "id", NAME), handle=handle, host=client.host, name=name)

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """Mastodon's tokens do not end; those of servers that speak its language may."""
        return renewed(client, self.endpoints(client).token, token, name=NAME, basic=False, guarded=True)

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """Of this token."""
        form = {"token": token["access_token"], **own_names(client, basic=False)}
        check_revoked(client.send("POST", f"{_base(client)}/oauth/revoke", form=form, guarded=True), NAME)


def _base(client: OAuthClient) -> str:
    return instance_url(client.host, client.settings["PRIVATE_HOSTS"])


# ---- which server


def find_server(send: Transport, settings: Mapping[str, Any], typed: str) -> Instance:
    """The server in a name, an address or a handle. Raises `HostError`, `UnavailableError`."""
    allow = settings["PRIVATE_HOSTS"]
    base = instance_url(host_name(typed), allow)
    description = _description(send, base)
    if description is None:
        base = instance_url(_moved(send, base, typed, _host(base)), allow)
        description = _description(send, base)
    host = _host(base)
    if description is None:
        raise UnavailableError(NO_SERVER.format(host=host))
    return Instance(host, _stated_domain(description, host), SCOPES if _is_granular(description) else ("read",))


def _host(base: str) -> str:
    """In its one spelling, which an account's identity is part of: without the usual port."""
    return base.partition("://")[2]


def _description(send: Transport, base: str) -> dict[str, Any] | None:
    """What the server says of itself; None if it is none, or says it elsewhere."""
    for version in ("v2", "v1"):
        response = send("GET", f"{base}/api/{version}/instance", guarded=True)
        description = json_object(response) if response.status == 200 else {}
        if isinstance(description.get("version"), str):
            return description
    return None


def _moved(send: Transport, base: str, typed: str, host: str) -> str:
    """Where the API of a domain is: handles may have another name than the server (WebFinger)."""
    user = typed.strip().lstrip("@").partition("@")[0] if "@" in typed.strip().lstrip("@") else host
    params = {"resource": f"acct:{user}@{host}"}
    response = _followed(send, send("GET", f"{base}/.well-known/webfinger", params=params, guarded=True), params)
    for link in map(as_dict, as_list(json_object(response).get("links"))):
        if link.get("rel") == "self" and isinstance(link.get("href"), str):
            return host_name(link["href"])
    raise UnavailableError(NO_SERVER.format(host=host))


def _followed(send: Transport, response: Response, params: Mapping[str, str]) -> Response:
    """One redirect to the server's own name; each call is guarded anew."""
    there = response.headers.get("Location", "") if 300 <= response.status < 400 else ""
    parts = urlsplit(there)
    if parts.scheme != "https" or parts.path != "/.well-known/webfinger":
        return response
    return send("GET", f"{instance_url(host_name(there))}{parts.path}", params=params, guarded=True)


def _is_granular(description: Mapping[str, Any]) -> bool:
    """Whether it is a Mastodon that knows scopes finer than `read`; others only speak its language."""
    version = str(description["version"])
    found = re.match(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})", version)
    return "compatible" not in version and found is not None and tuple(map(int, found.groups())) >= GRANULAR


def _domain(send: Transport, base: str, host: str) -> str:
    return _stated_domain(_description(send, base) or {}, host)


def _stated_domain(description: Mapping[str, Any], host: str) -> str:
    """What stands in handles: `domain`, formerly `uri`, else the server's name."""
    stated = description.get("domain") or description.get("uri")
    found = re.fullmatch(r"(?:https?://)?([\w.-]{1,253}(?::\d{1,5})?)/?", stated) if isinstance(stated, str) else None
    return found[1].lower() if found else host


# ---- this application there


def register(send: Transport, server: Instance, base: str, *, redirect_uri: str, website: str) -> Application:
    """This application, newly registered at the server. Raises `UnavailableError`."""
    for scopes in dict.fromkeys((server.scopes, ("read",))):  # a server may not know the finer ones after all
        form = {"client_name": "Sociogram", "redirect_uris": redirect_uri, "website": website}
        form["scopes"] = " ".join(scopes)
        response = send("POST", f"{base}/api/v1/apps", form=form, guarded=True)
        registered = json_object(response)
        if response.status < 300 and registered.get("client_id") and registered.get("client_secret"):
            client_id, secret = text(registered, "client_id", NAME), str(registered["client_secret"])
            return Application(client_id=client_id, client_secret=secret, scopes=scopes)
    raise UnavailableError(NO_ANSWER.format(name=server.host))


def is_known(client: OAuthClient) -> bool:
    """Whether the server still knows this application: it may have been reset, or have tidied up."""
    scope = client.application.scopes[0] if client.application.scopes else "read"
    form = {"grant_type": "client_credentials", "scope": scope, **own_names(client, basic=False)}
    response = client.send("POST", f"{_base(client)}/oauth/token", form=form, guarded=True)
    try:
        granted(response, client.host)
    except UnknownClientError:
        return False
    except ServiceError:
        return response.status not in (401, 403)
    return True
