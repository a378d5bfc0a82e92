"""Who is meant by what somebody typed, and on which server (PDS) an account's repository lies."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import NotFoundError, RateLimitedError, UnavailableError
from ..files.values import as_dict, as_list, body
from ..net.client import Client
from ..net.ssrf import host_name, instance_url
from ..reading import Access
from .export_records import did, handle
from .oauth import NO_HANDLE, NO_SERVER, checked
from .xrpc import limit

PLC, WEB_DID = "did:plc:", "did:web:"
PROFILE = re.compile(r"(https?://)?bsky\.app/profile/(?P<actor>[^/?#]+).*")
MARKS = "\u200e\u200f\u202a\u202c"  # of direction, which come along when a handle is copied
KEPT_FOR = timedelta(days=1)  # an account seldom moves
MOST_KEPT = 20_000


def parse_handle(typed: str) -> str:
    """The DID or handle in what somebody typed or pasted. Raises `NotFoundError`."""
    text = typed.strip().strip(MARKS).strip().removeprefix("at://")
    pasted = PROFILE.fullmatch(text)
    name = pasted["actor"] if pasted else text
    found = did(name) or handle(name)
    if found is None:
        raise NotFoundError(NO_HANDLE)
    return found


def profile_at(address: str) -> str | None:
    """The DID or handle whose profile stands there."""
    found = re.fullmatch(r"bsky\.app/profile/([^/?]+)(?:\?.*)?", address)
    return did(found[1]) or handle(found[1]) if found else None


class _Servers:
    """Where accounts were found in the last day, whoever asked; what is public and the same for all."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, directory: str, account: str) -> str | None:
        """The server, if it was found lately."""
        with self._lock:
            server, at = self._found.get((directory, account), ("", None))
        return server if at is not None and datetime.now(UTC) - at < KEPT_FOR else None

    def keep(self, directory: str, account: str, server: str) -> None:
        """Keeps it, and forgets the oldest."""
        with self._lock:
            self._found[directory, account] = (server, datetime.now(UTC))
            if len(self._found) > MOST_KEPT:
                self._found.popitem(last=False)


_servers = _Servers()


class Directory:
    """Tells the server of an account, by its public document."""

    def __init__(self, access: Access) -> None:
        self._access, self._url = access, str(access.settings["BLUESKY_PLC_URL"])
        self._client: Client | None = None

    def server(self, account: str) -> str:
        """The address of its PDS. Raises `ServiceError`; `RateLimitedError` only of the directory."""
        found = _servers.get(self._url, account)
        if found is None:
            found = self._server(self._document(account), account)
            _servers.keep(self._url, account, found)
        return found

    def _document(self, account: str) -> dict[str, Any]:
        if account.startswith(PLC):
            if self._client is None:
                self._client = self._access.client(self._url, name="Bluesky's directory", limit=limit)
            return as_dict(self._client.get(account).json())
        if not account.startswith(WEB_DID):
            raise UnavailableError(NO_SERVER)
        host = host_name(account.removeprefix(WEB_DID).replace("%3A", ":"))
        base = instance_url(host, self._access.settings["PRIVATE_HOSTS"])
        client = self._access.client(base, name=host, limit=limit, guarded=True)
        try:
            return as_dict(client.get(".well-known/did.json", tries=1).json())
        except RateLimitedError as error:  # of a server that anybody may run: no import waits for it
            raise UnavailableError(NO_SERVER) from error
        finally:
            client.close()

    def _server(self, document: Mapping[str, Any], account: str) -> str:
        if document.get("id") != account:
            raise UnavailableError(NO_SERVER)
        for service in map(as_dict, as_list(document.get("service"))):
            if body(service.get("id")).endswith("#atproto_pds"):
                address = body(service.get("serviceEndpoint")).rstrip("/")
                return checked(f"{address}/", self._access.settings).rstrip("/")
        raise UnavailableError(NO_SERVER)
