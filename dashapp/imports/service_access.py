"""How readers reach their services: clients that share the waits of all imports."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..services.errors import UnavailableError
from ..services.net.client import Client
from ..services.net.response import Limit
from ..store import cooldowns

NO_PAUSE = "The service does not answer at once. Try again later."

Pause = Callable[[float], None]


@dataclass
class ServiceAccess:
    """How a reader reaches its service (`services.reading.Access`). Prints no secret."""

    settings: Mapping[str, Any] = field(repr=False)
    token: str | None = field(repr=False)
    pause: Pause = field(repr=False)
    tries: int = 3
    ends: float | None = None  # of the clock of `time.monotonic`: no answer is waited for any longer
    clients: list[Client] = field(default_factory=list, repr=False)

    def client(
        self, base: str, *, name: str, limit: Limit, headers: Mapping[str, str] | None = None, guarded: bool = False
    ) -> Client:
        """A client that keeps the waits of all imports."""
        made = Client(
            base,
            name=name,
            limit=limit,
            headers=headers,
            guarded=guarded,
            allow=self.settings["PRIVATE_HOSTS"],
            cooldowns=cooldowns,
            tries=self.tries,
            pause=self.pause,
            ends=self.ends,
        )
        self.clients.append(made)
        return made

    @property
    def calls(self) -> int:
        """Requests that left, of all clients."""
        return sum(client.calls for client in self.clients)

    def close(self) -> None:
        """Lets go of the connections."""
        for client in self.clients:
            client.close()


def at_once(settings: Mapping[str, Any], seconds: float) -> ServiceAccess:
    """For somebody who waits in front of a page: what is public, each call tried once, all of it in so many seconds."""
    return ServiceAccess(settings, None, _refuse, tries=1, ends=time.monotonic() + seconds)


def _refuse(_seconds: float) -> None:
    raise UnavailableError(NO_PAUSE)
