"""Tokens for imports: by owner and connection, never through a request; renewed before they end, given back at last."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ..services import SERVICES, oauth_of
from ..services.errors import UNAUTHORIZED, DeniedError, RateLimitedError, ServiceError, UnknownClientError
from ..services.net.oauth import OAuthClient, expires_at
from ..store import connections
from ..store.rows import ConnectionRow
from . import clients

logger = logging.getLogger(__name__)
RECONNECT = "This connection has ended. Connect the account again; what was read is kept."
RENEWING = "The connection is being renewed. Reading goes on in a few seconds."
EARLY = timedelta(seconds=60)  # so long before its end a token is renewed
PAUSE = timedelta(seconds=5)
REFUSED = "renewed_after_refusal"  # beside what the service gave: so it is not renewed for that again
AT_ONCE = 16  # threads that revoke tokens


def access(owner: int, connection_id: int) -> str:
    """The access token.

    Raises `DeniedError` when there is none any more, `RateLimitedError` while somebody else renews it, else
    `UnavailableError`.
    """
    token = connections.token(owner, connection_id)
    if token is None:
        raise DeniedError(RECONNECT, UNAUTHORIZED)
    if not _ends_soon(token):
        return token.access
    if not token.value.get("refresh_token"):
        return _until_its_end(owner, connection_id, token)
    if not connections.begin_renewal(owner, connection_id):
        raise RateLimitedError(RENEWING, datetime.now(UTC) + PAUSE)
    return _renewed(owner, connection_id)


def note_refusal(owner: int, connection_id: int, access_token: str | None) -> None:
    """Ends the connection whose token its service refused. Raises `RateLimitedError` where there is another by now.

    One that is refused before its end is renewed, once: our clock may have been wrong when its end was reckoned.
    """
    token = connections.token(owner, connection_id)
    if token is not None and token.access != access_token:
        raise RateLimitedError(RENEWING, datetime.now(UTC))
    if token is not None and token.value.get("refresh_token") and not token.value.get(REFUSED):
        if not connections.begin_renewal(owner, connection_id):
            raise RateLimitedError(RENEWING, datetime.now(UTC) + PAUSE)
        _renewed(owner, connection_id, refused=True)
        raise RateLimitedError(RENEWING, datetime.now(UTC))
    connections.break_connection(owner, connection_id)


def _ends_soon(token: connections.Token, early: timedelta = EARLY) -> bool:
    return token.expires_at is not None and token.expires_at <= datetime.now(UTC) + early


def _until_its_end(owner: int, connection_id: int, token: connections.Token) -> str:
    """What cannot be renewed is good until its end."""
    if not _ends_soon(token, timedelta()):
        return token.access
    connections.break_connection(owner, connection_id)
    raise DeniedError(RECONNECT, UNAUTHORIZED)


def _renewed(owner: int, connection_id: int, *, refused: bool = False) -> str:
    """The token after renewal, which the caller alone may do now, because it ends or was `refused`."""
    row, token = connections.connection(owner, connection_id), connections.token(owner, connection_id)
    if row is None or token is None:
        raise DeniedError(RECONNECT, UNAUTHORIZED)
    if not refused and not _ends_soon(token):  # somebody else was faster, between our look and our turn
        connections.give_up_renewal(owner, connection_id)
        return token.access
    try:
        value = oauth_of(row.service).provider.refresh(_client(row, token.value), token.value)
    except DeniedError:
        connections.give_up_renewal(owner, connection_id)
        connections.break_connection(owner, connection_id)
        raise DeniedError(RECONNECT, UNAUTHORIZED) from None
    except ServiceError:
        connections.give_up_renewal(owner, connection_id)
        raise
    connections.renewed(owner, connection_id, {**value, REFUSED: refused}, expires_at(value))
    return str(value["access_token"])


def _client(row: ConnectionRow, token: Mapping[str, Any]) -> OAuthClient:
    client = clients.oauth_client(row.service, row.host, client_id=str(token.get("client_id", "")))
    if client is None:
        raise UnknownClientError(f"{SERVICES[row.service].title} is no longer set up on this server.")
    return client


# ---- revoking


@dataclass(frozen=True, slots=True)
class Revocable:
    """A token that can be revoked when its row is gone already. Prints nothing of it."""

    connection_id: int
    service: str
    uid: str
    oauth_client: OAuthClient = field(repr=False)
    token: Mapping[str, Any] = field(repr=False)

    def revoke(self) -> bool:
        """Revokes the token at its service; whether that worked. Nothing depends on it: our copy is gone."""
        try:
            oauth_of(self.service).provider.revoke(self.oauth_client, self.token, self.uid)
        except ServiceError:
            logger.warning("connection %s could not be revoked at %s", self.connection_id, self.service)
            return False
        return True


def revocable(owner: int, connection_ids: Sequence[int] | None = None) -> list[Revocable]:
    """What can be revoked of the owner's connections, of all or of some."""
    rows = [row for row in connections.connections(owner) if connection_ids is None or row.id in connection_ids]
    return [found for row in rows if (found := _revocable(owner, row))]


def _revocable(owner: int, row: ConnectionRow) -> Revocable | None:
    token = connections.token(owner, row.id)
    if token is None:
        return None
    try:
        oauth_client = _client(row, token.value)
    except ServiceError:
        return None
    return Revocable(row.id, row.service, row.uid, oauth_client, token.value)


def revoke(tokens: Sequence[Revocable]) -> None:
    """Revokes them at once: together they take hardly longer than the slowest."""
    if tokens:
        with ThreadPoolExecutor(max_workers=min(len(tokens), AT_ONCE)) as pool:
            list(pool.map(Revocable.revoke, tokens))


def revoke_unkept(service: str, oauth_client: OAuthClient, token: Mapping[str, Any]) -> None:
    """Revokes a token that was not kept, or is not any more; not what else the service gave the same person."""
    revoke([Revocable(0, service, "", oauth_client, token)])


def disconnect(owner: int, connection_id: int) -> bool:
    """Forgets a connection and revokes its token; whether there was one."""
    tokens = revocable(owner, [connection_id])
    gone = connections.disconnect(owner, connection_id)
    revoke(tokens)
    return gone
