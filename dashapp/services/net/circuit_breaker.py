"""A host that hangs: one caller finds out when it answers again, all others leave it alone until then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from ..errors import RateLimitedError, UnavailableError

NOTICED = 2  # calls in a row without an answer in time, from which on the others leave the host alone
MOST = 6  # so many, and the caller asks no more
LONGER = timedelta(seconds=15)  # for each of them the others wait longer
PROBE = timedelta(seconds=15)  # the others wait so long for one to find out


class Cooldowns(Protocol):
    """Moments before which nothing is called, by key; shared by all imports."""

    def until(self, key: str, /) -> datetime | None: ...
    def wait(self, key: str, until: datetime, /) -> None: ...
    def begin(self, key: str, until: datetime, /) -> bool | None: ...
    def end(self, key: str, /) -> None: ...


class CircuitBreaker:
    """What one client knows of whether its host answers at all; a refusal or an error is an answer too."""

    def __init__(self, host: str, name: str, cooldowns: Cooldowns, *, probes: bool) -> None:
        """Who does not find out for the others stays away from a host in trouble, and tells nobody of it."""
        self._key, self._name, self._cooldowns = f"{host}!", name, cooldowns
        self._probes = probes
        self._timeouts, self._is_probing = 0, False

    def check(self) -> None:
        """Raises `RateLimitedError` while somebody else finds out, `UnavailableError` after enough tries of its own."""
        if self._timeouts >= MOST:
            raise UnavailableError(f"{self._name} does not answer in time. Try again later.")
        if self._is_probing:
            return
        if not self._probes:
            until = self._cooldowns.until(self._key)
            if until is not None and until > datetime.now(UTC):
                raise self._alone(until)
            return
        begun = self._cooldowns.begin(self._key, datetime.now(UTC) + PROBE)
        if begun is False:
            raise self._alone(self._cooldowns.until(self._key) or datetime.now(UTC) + PROBE)
        self._is_probing = begun is True

    def record_response(self) -> None:
        """Everybody may call again."""
        self._timeouts = 0
        if self._is_probing:
            self._is_probing = False
            self._cooldowns.end(self._key)

    def record_timeout(self) -> None:
        """No answer came in time."""
        self._timeouts += 1
        if self._probes and (self._is_probing or (self._timeouts >= NOTICED and not self._cooldowns.until(self._key))):
            self._is_probing = True
            self._cooldowns.wait(self._key, datetime.now(UTC) + LONGER * self._timeouts)

    def _alone(self, until: datetime) -> RateLimitedError:
        return RateLimitedError(f"{self._name} does not answer in time. It is asked again at {until:%H:%M} UTC.", until)
