"""What the services' OAuth has in common: whose a token is, calls for it, renewing, and giving it back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from ..errors import DeniedError, UnavailableError, UnknownClientError
from ..files.values import as_dict
from .client import Client
from .response import Response, no_limit
from .ssrf import places

TIMEOUT = (3.0, 8.0)
DEADLINE = 12.0  # seconds for a whole answer: somebody waits in front of a page
CAP = 500_000  # bytes; a token's answer has a few thousand
#: what token endpoints call a grant that they do not take any more; X says the last of them
ENDED = frozenset(
    {"invalid_grant", "bad_refresh_token", "bad_verification_code", "invalid_token", "expired_token", "invalid_request"}
)
UNKNOWN_CLIENT = frozenset({"invalid_client", "incorrect_client_credentials", "unauthorized_client"})
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")  # which no database takes, or no page shows
NO_ANSWER = "{name} does not answer as it should. Try again in a few minutes."
REFUSED = "{name} no longer accepts this connection: connect the account again."
UNSAFE = "The address of {name} is not safe to send secrets to: it has to begin with https://."


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose a token is. `uid` is never used again for somebody else, unlike a handle."""

    uid: str
    handle: str
    host: str = ""  # the instance, where there are several
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """This application as a service knows it. Prints no secret."""

    client_id: str
    client_secret: str = field(default="", repr=False)
    key: Mapping[str, Any] | None = field(default=None, repr=False)  # private JWK, where one signs instead
    scopes: tuple[str, ...] = ()  # as registered, where the application registers itself


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """How a service is reached in the matter of one authorisation."""

    settings: Mapping[str, Any] = field(repr=False)
    application: Application
    send: Transport = field(repr=False)
    host: str = ""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the browser goes, and where the code is changed for a token."""

    authorize: str
    token: str


class Provider(Protocol):
    """One service's OAuth. Methods raise `ServiceError`."""

    service: ClassVar[str]
    scopes: ClassVar[tuple[str, ...]]  # asked for
    pkce: ClassVar[bool]
    basic: ClassVar[bool] = False  # id and secret go in a header, not in the body
    nonce: ClassVar[bool] = False  # OpenID Connect: the id token repeats it
    guarded: ClassVar[bool] = False  # users name its hosts

    def endpoints(self, client: OAuthClient) -> Endpoints:
        """Its addresses."""
        ...

    def missing(self, token: Mapping[str, Any]) -> frozenset[str]:
        """Scopes without which nothing can be read, and which were not granted."""
        return frozenset()

    def whoami(self, client: OAuthClient, token: Mapping[str, Any], *, nonce: str) -> Identity:
        """Whose the token is."""
        ...

    def exchange_long_lived(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """The token to keep: where a service gives a short-lived one first, the long-lived one."""
        return dict(token)

    def refresh(self, client: OAuthClient, token: Mapping[str, Any]) -> dict[str, Any]:
        """The renewed token. Raises `DeniedError` when it cannot be renewed any more."""
        ...

    def revoke(self, client: OAuthClient, token: Mapping[str, Any], uid: str) -> None:
        """Gives the token back."""
        ...


# ---- calls


@dataclass(frozen=True, slots=True)
class Transport:
    """Requests with secrets in them: short, capped, once, by https or on this machine alone."""

    name: str  # of the service, in sentences
    allow: tuple[str, ...] = ()  # hosts on private networks that users may name
    ends: float | None = None  # of the clock of `time.monotonic`: no answer is waited for any longer

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, Any] | None = None,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        basic: Application | None = None,
        guarded: bool = False,
    ) -> Response:
        """The answer, whatever its status; redirects are not followed. Raises `UnavailableError`, `HostError`."""
        if not is_safe(url, self.allow):
            raise UnavailableError(UNSAFE.format(name=self.name))
        auth = (basic.client_id, basic.client_secret) if basic else None
        try:
            with self._client(url, guarded=guarded) as client:
                return client.send(method, url, headers=headers, data=form, json=json, params=params, auth=auth)
        except UnavailableError:
            raise UnavailableError(NO_ANSWER.format(name=self.name)) from None

    def _client(self, url: str, *, guarded: bool) -> Client:
        parts = urlsplit(url)
        return Client(
            f"{parts.scheme}://{parts.netloc}",
            name=self.name,
            limit=no_limit,
            headers={"Accept": "application/json"},
            guarded=guarded,
            allow=self.allow,
            timeout=TIMEOUT,
            deadline=DEADLINE,
            ends=self.ends,
            cap=CAP,
        )


def is_safe(url: str, allow: Iterable[str] = (), *, loopback: bool = True) -> bool:
    """Whether secrets may go there: by https, on this machine, or where the operator said so."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.scheme not in ("http", "https"):
        return False
    named = ("http", host, port or 80) in places(allow)
    return parts.scheme == "https" or named or (loopback and is_loopback(host))


def is_loopback(host: str) -> bool:
    """Whether a name or number is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# ---- answers


def document(response: Response, name: str) -> dict[str, Any]:
    """The object in an answer that went well. Raises `DeniedError`, `UnavailableError`."""
    if response.status in (401, 403):
        raise DeniedError(REFUSED.format(name=name), response.status)
    value = json_object(response)
    if response.status >= 300 or not value:
        raise UnavailableError(NO_ANSWER.format(name=name))
    return value


def json_object(response: Response) -> dict[str, Any]:
    """The object in an answer, whatever its status; an empty one if there is none."""
    try:
        value = response.json()
    except UnavailableError:
        return {}
    return as_dict(value)


def text(value: Mapping[str, Any], name: str, service: str) -> str:
    """A text or number of a document, as text of one line. Raises `UnavailableError` where it is not told."""
    found = value.get(name)
    line = CONTROLS.sub("", str(found)).strip() if isinstance(found, (str, int)) else ""
    if isinstance(found, bool) or not line:
        raise UnavailableError(NO_ANSWER.format(name=service))
    return line[:300]


def granted(response: Response, name: str) -> dict[str, Any]:
    """The token in a token endpoint's answer. Raises `DeniedError`, `UnknownClientError`, `UnavailableError`."""
    value = json_object(response)
    error = str(value.get("error", ""))
    if response.status < 300 and not error and isinstance(value.get("access_token"), str):
        return value
    if error in UNKNOWN_CLIENT:
        raise UnknownClientError(f"{name} does not know this application any more.")
    if error in ENDED and response.status < 500:
        raise DeniedError(REFUSED.format(name=name), 400)
    raise UnavailableError(NO_ANSWER.format(name=name))


def scopes_of(token: Mapping[str, Any]) -> frozenset[str]:
    """What was granted; services separate it by space or comma, or list it."""
    scope = token.get("scope") or ""
    return frozenset(map(str, scope) if isinstance(scope, list) else re.split(r"[\s,]+", str(scope))) - {""}


def expires_at(token: Mapping[str, Any]) -> datetime | None:
    """When the token ends, counted from now; None: it does not, or nobody says."""
    stated = str(token.get("expires_in"))
    seconds = float(stated) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", stated) else 0
    return datetime.now(UTC) + timedelta(seconds=seconds) if seconds > 0 else None


# ---- what most services do alike


def renewed(
    client: OAuthClient, url: str, token: Mapping[str, Any], *, name: str, basic: bool, guarded: bool = False
) -> dict[str, Any]:
    """The token after renewal; what the answer leaves out stays as it was. Raises as `granted`."""
    if not token.get("refresh_token"):
        raise DeniedError(REFUSED.format(name=name))
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token["refresh_token"],
        **own_names(client, basic=basic),
    }
    response = client.send("POST", url, form=form, basic=client.application if basic else None, guarded=guarded)
    return {**token, **granted(response, name)}


def own_names(client: OAuthClient, *, basic: bool) -> dict[str, str]:
    """Client id and secret for the body of a request."""
    if basic:
        return {}
    return {"client_id": client.application.client_id, "client_secret": client.application.client_secret}


def bearer(token: Mapping[str, Any]) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token['access_token']}"}


def check_revoked(response: Response, name: str) -> None:
    """Nothing, if the service took the token back or did not know it any more. Raises `UnavailableError`."""
    if response.status >= 300 and response.status not in (400, 401, 404, 422):
        raise UnavailableError(NO_ANSWER.format(name=name))
