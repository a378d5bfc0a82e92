"""OAuth of the AT Protocol: from a handle to the server that knows its owner; pushed requests, proofs of possession.

The application has no secret that somebody gave it: its id is the address of a document that describes it, and it
signs what it sends with a key of its own. On a developer's machine, which nobody can ask for the document, it goes
without.

References: atproto.com/specs/oauth; RFC 9126 (pushed requests), 9449 (DPoP), 7523 (client assertions), 9207 (`iss`).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from ..errors import DeniedError, HostError, NotFoundError, ServiceError, UnavailableError, UnknownClientError
from ..files.values import as_list
from ..net.oauth import (
    REFUSED,
    Application,
    Endpoints,
    Identity,
    OAuthClient,
    Provider,
    Transport,
    check_revoked,
    document,
    granted,
    json_object,
    scopes_of,
    text,
)
from ..net.response import Response
from ..net.ssrf import host_name, instance_url

NAME = "Bluesky"
SCOPE = "atproto"  # who somebody is; what is read is public
ALGORITHM = "ES256"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = 60  # seconds
HANDLE = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
DID = re.compile(r"did:(plc:[a-z2-7]{24}|web:[a-zA-Z0-9.-]{1,250}(%3A\d{1,5})?)")
NO_HANDLE = "This is no handle of Bluesky: write it as in ada.bsky.social."
NO_ACCOUNT = "There is no Bluesky account of that handle. Check how it is spelt."
NO_SERVER = "The server of this Bluesky account does not answer as it should. Try again in a few minutes."
NOT_PUBLIC = (
    "This site asks only servers that anybody can reach by https, and the server of this Bluesky account is none. "
    "Bring the account by its handle instead."
)
NOT_ACCEPTED = (
    "The server of this Bluesky account does not accept this site: it may not be able to read the site's description. "
    "Bring the account by its handle instead."
)
ANOTHER = (
    "The account that allowed it is another one than {handle}. Start again from this page, and sign in at Bluesky as "
    "{handle}; or write the handle of the other account."
)
FORGED = "The answer does not come from the server of this Bluesky account. Start again from this page."


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyAccount:
    """An account and the server that keeps it."""

    did: str
    handle: str
    pds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer:
    """An authorization server, by its own description."""

    issuer: str
    push: str
    authorize: str
    token: str
    revoke: str = ""


@dataclass(slots=True)
class DpopSession:
    """Signed calls to one authorization server; keeps the nonce that it wants to see next."""

    client: OAuthClient
    key: ECKey = field(repr=False)
    issuer: str
    nonce: str = ""

    def post(self, url: str, form: Mapping[str, str]) -> Response:
        """Sends a form with proof and assertion, once more when the server names another nonce."""
        response = self._once(url, form)
        asks = response.status in (400, 401) and json_object(response).get("error") == "use_dpop_nonce"
        return self._once(url, form) if asks and self.nonce else response

    def _once(self, url: str, form: Mapping[str, str]) -> Response:
        headers = {"DPoP": proof(self.key, "POST", url, nonce=self.nonce)}
        whole = {**form, **signature(self.client.application, self.issuer)}
        response = self.client.send(
            "POST", checked(url, self.client.settings), headers=headers, form=whole, guarded=True
        )
        self.nonce = response.headers.get("DPoP-Nonce", "")[:500] or self.nonce
        return response


class BlueskyProvider(Provider):
    """`services.net.oauth.Provider` of Bluesky; its tokens hold what is needed to renew them."""

    service: ClassVar[str] = "bluesky"
    scopes: ClassVar[tuple[str, ...]] = (SCOPE,)
    pkce: ClassVar[bool] = True
    guarded: ClassVar[bool] = True

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """There are none that all accounts share: see `find_server`."""
        raise UnavailableError(NO_SERVER)

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """Its one scope."""
        return frozenset(self.scopes) - scopes_of(token)

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """By the DID. Raises `DeniedError` unless it is the one whose handle was asked for, at its own server."""
        if not token.get("sub") or str(token.get("token_type", "")).lower() != "dpop":
            raise DeniedError(FORGED)
        if token["sub"] != token["did"]:
            raise DeniedError(ANOTHER.format(handle=token["handle"]))
        return Identity(uid=text(token, "sub", NAME), handle=str(token.get("handle") or token["sub"]))

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """A refresh token works once. The subject has to stay the same."""
        if not token.get("refresh_token"):
            raise DeniedError(REFUSED.format(name=NAME))
        session = _session_of(client, token)
        form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        renewed_token = granted(session.post(token["token_endpoint"], form), NAME)
        if renewed_token.get("sub", token["sub"]) != token["sub"]:
            raise DeniedError(FORGED)
        return {**token, **renewed_token, "dpop_nonce": session.nonce}

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """The whole session, by its refresh token."""
        if not token.get("revocation_endpoint"):
            return
        session = _session_of(client, token)
        form = {"token": token.get("refresh_token") or token["access_token"]}
        check_revoked(session.post(token["revocation_endpoint"], form), NAME)


def _session_of(client: OAuthClient, token: Mapping[str, Any]) -> DpopSession:
    return DpopSession(client, ECKey.import_key(dict(token["dpop_key"])), token["issuer"], token.get("dpop_nonce", ""))


# ---- from a handle to its server


def find_account(send: Transport, settings: Mapping[str, Any], typed: str) -> BlueskyAccount:
    """The account of a handle or DID, and its server. Raises `NotFoundError`, `UnavailableError`, `HostError`."""
    name = typed.strip().removeprefix("at://").lstrip("@").strip("\u202a\u202c\u200e\u200f ")
    did = name if DID.fullmatch(name) else _did(send, settings, name.lower())
    description = document(_did_document(send, settings, did), NAME)
    if description.get("id") != did:
        raise UnavailableError(NO_SERVER)
    handles = [str(each).removeprefix("at://").lower() for each in as_list(description.get("alsoKnownAs"))]
    if name != did and name.lower() not in handles:
        raise NotFoundError(NO_ACCOUNT)  # the handle leads to an account that does not call itself so
    handle = _confirmed(send, settings, handles, did) if name == did else name.lower()
    return BlueskyAccount(did=did, handle=handle, pds=_pds(description))


def _confirmed(send: Transport, settings: Mapping[str, Any], handles: list[str], did: str) -> str:
    """The account's handle, if it leads back to the account: anybody may write any into a document of their own."""
    handle = next((each for each in handles if HANDLE.fullmatch(each)), "")
    try:
        return handle if handle and _did(send, settings, handle) == did else did
    except ServiceError:
        return did


def _did(send: Transport, settings: Mapping[str, Any], handle: str) -> str:
    if not HANDLE.fullmatch(handle):
        raise NotFoundError(NO_HANDLE)
    url = f"{settings['BLUESKY_APPVIEW_URL']}/xrpc/com.atproto.identity.resolveHandle"
    response = send("GET", url, params={"handle": handle})
    if response.status in (400, 404):
        raise NotFoundError(NO_ACCOUNT)
    did = text(document(response, NAME), "did", NAME)
    if not DID.fullmatch(did):
        raise UnavailableError(NO_SERVER)
    return did


def _did_document(send: Transport, settings: Mapping[str, Any], did: str) -> Response:
    if did.startswith("did:plc:"):
        response = send("GET", f"{settings['BLUESKY_PLC_URL']}/{quote(did, safe=':')}")
    else:
        host = host_name(did.removeprefix("did:web:").replace("%3A", ":"))
        response = send("GET", f"{instance_url(host, settings['PRIVATE_HOSTS'])}/.well-known/did.json", guarded=True)
    if response.status in (404, 410):
        raise NotFoundError(NO_ACCOUNT)
    return response


def _pds(description: Mapping[str, Any]) -> str:
    for service in as_list(description.get("service")):
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            return text(service, "serviceEndpoint", NAME).rstrip("/")
    raise UnavailableError(NO_SERVER)


def find_server(send: Transport, settings: Mapping[str, Any], pds: str) -> AuthorizationServer:
    """The authorization server of a personal data server. Raises `UnavailableError`, `HostError`."""
    url = checked(f"{pds}/.well-known/oauth-protected-resource", settings)
    servers = as_list(document(send("GET", url, guarded=True), NAME).get("authorization_servers"))
    if not servers or not isinstance(servers[0], str):
        raise UnavailableError(NO_SERVER)
    return describe(send, settings, servers[0])


def describe(send: Transport, settings: Mapping[str, Any], issuer: str) -> AuthorizationServer:
    """An authorization server, which has to speak of itself. Raises `UnavailableError`, `HostError`."""
    url = checked(f"{issuer}/.well-known/oauth-authorization-server", settings)
    description = document(send("GET", url, guarded=True), NAME)
    if description.get("issuer") != issuer or urlsplit(issuer).path not in ("", "/"):
        raise UnavailableError(NO_SERVER)
    names = ("pushed_authorization_request_endpoint", "authorization_endpoint", "token_endpoint")
    push, authorize, token = (checked(text(description, name, NAME), settings) for name in names)
    revoke = description.get("revocation_endpoint")
    last = checked(revoke, settings) if isinstance(revoke, str) else ""
    return AuthorizationServer(issuer=issuer, push=push, authorize=authorize, token=token, revoke=last)


def checked(url: str, settings: Mapping[str, Any]) -> str:
    """An address that a server named, if it may be called. Raises `HostError`, `UnavailableError`."""
    try:
        netloc = urlsplit(url).netloc
    except ValueError:
        netloc = ""
    if not netloc or "@" in netloc:
        raise UnavailableError(NO_SERVER)
    base = instance_url(host_name(netloc), settings["PRIVATE_HOSTS"])
    if url.startswith("http://") and base.startswith("https://"):
        raise HostError(NOT_PUBLIC)
    if not url.startswith(f"{base}/"):
        raise UnavailableError(NO_SERVER)
    return url


# ---- the authorisation


def push(
    session: DpopSession,
    server: AuthorizationServer,
    account: BlueskyAccount,
    *,
    redirect_uri: str,
    state: str,
    challenge: str,
) -> str:
    """Where the browser goes, after the server was told why. Raises `UnavailableError`, `DeniedError`."""
    client_id = session.client.application.client_id
    form = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": account.handle,
    }
    response = session.post(server.push, form)
    if response.status in (400, 401, 403):
        raise UnknownClientError(NOT_ACCEPTED)
    pushed = document(response, NAME)
    return f"{server.authorize}?{urlencode({'client_id': client_id, 'request_uri': text(pushed, 'request_uri', NAME)})}"


def fetch_token(
    session: DpopSession,
    server: AuthorizationServer,
    account: BlueskyAccount,
    *,
    redirect_uri: str,
    code: str,
    verifier: str,
) -> dict[str, Any]:
    """The token for a code, with what `whoami`, renewing and revoking take. Raises `DeniedError`."""
    form = {
        "grant_type": "authorization_code",
        "client_id": session.client.application.client_id,
        "redirect_uri": redirect_uri,
        "code": code,
        "code_verifier": verifier,
    }
    token = granted(session.post(server.token, form), NAME)
    return {
        **token,
        "did": account.did,
        "handle": account.handle,
        "issuer": server.issuer,
        "token_endpoint": server.token,
        "revocation_endpoint": server.revoke,
        "client_id": session.client.application.client_id,
        "dpop_key": session.key.as_dict(private=True),
        "dpop_nonce": session.nonce,
    }


def challenge_of(verifier: str) -> str:
    """PKCE's S256."""
    return _unpadded(hashlib.sha256(verifier.encode()).digest())


# ---- signatures


def new_key() -> ECKey:
    """A key with its own id."""
    return ECKey.generate_key("P-256", {"alg": ALGORITHM, "use": "sig"}, auto_kid=True)


def proof(key: ECKey, method: str, url: str, *, nonce: str = "") -> str:
    """Shows to a server that the sender holds the key (DPoP)."""
    parts = urlsplit(url)
    claims = {"jti": secrets.token_urlsafe(16), "htm": method, "iat": _now()}
    claims["htu"] = parts._replace(query="", fragment="").geturl()
    if nonce:
        claims["nonce"] = nonce
    public = {name: key.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}
    return jwt.encode({"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": public}, claims, key)


def signature(application: Application, issuer: str) -> dict[str, str]:
    """Shows to a server that this application asks; one on a developer's machine cannot."""
    client_id = application.client_id
    if application.key is None:
        return {"client_id": client_id}
    now, key = _now(), ECKey.import_key(dict(application.key))
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "jti": secrets.token_urlsafe(16)}
    signed = jwt.encode({"alg": ALGORITHM, "kid": key.kid}, {**claims, "iat": now, "exp": now + ASSERTION_LIFE}, key)
    return {"client_id": client_id, "client_assertion_type": ASSERTION, "client_assertion": signed}


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# ---- how this application describes itself


def metadata(client_id: str, *, home: str, redirect_uri: str, keys: str) -> dict[str, Any]:
    """The document behind the client id."""
    return {
        "client_id": client_id,
        "client_name": "Sociogram",
        "client_uri": home,
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [redirect_uri],
        "scope": SCOPE,
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": ALGORITHM,
        "jwks_uri": keys,
    }


def public_keys(key: Mapping[str, Any]) -> dict[str, Any]:
    """The public half, as a set of keys."""
    return {"keys": [ECKey.import_key(dict(key)).as_dict(private=False)]}


def local_client_id(redirect_uri: str) -> str:
    """The client id of an application on a developer's machine: it says itself what the document would."""
    return f"http://localhost?{urlencode({'redirect_uri': redirect_uri, 'scope': SCOPE})}"
