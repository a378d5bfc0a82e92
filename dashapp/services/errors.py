"""Every error that services raise."""

from __future__ import annotations

import re
from datetime import datetime

UNAUTHORIZED, FORBIDDEN = 401, 403


class ServiceError(Exception):
    """Something outside failed; the message is a sentence that the user reads."""


class ExportError(ServiceError):
    """An uploaded export cannot be read at all; says what is wrong and what to do."""


class HandleError(ServiceError):
    """What was typed is no handle; says how one looks."""


class HostError(ServiceError):
    """A server that may not be called; the message says what to write instead."""


class UnavailableError(ServiceError):
    """The service does not answer as it should: down, slow, broken. Trying again later may help."""

    @property
    def what_happened(self) -> str:
        """The message without what somebody has to do: what tries again by itself says that instead."""
        return re.sub(r" Try again [^.]*\.$", "", str(self))


class RateLimitedError(ServiceError):
    """The service asks to wait: no call before `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class PaymentRequiredError(ServiceError):
    """Going on would cost more than the user allowed."""


class UnknownClientError(ServiceError):
    """The service does not know this application, or not with that secret."""


class ResponseError(ServiceError):
    """The service refused a call: `status` and the beginning of the `body` of its response, if there was one."""

    def __init__(self, message: str, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class NotFoundError(ResponseError):
    """There is no such account, or it is gone."""


class DeniedError(ResponseError):
    """The authorisation ended (401), a permission is missing, or the data is private."""


class MovedError(ResponseError):
    """What was asked for is at another host, where the client does not go by itself."""

    def __init__(self, message: str, status: int, location: str) -> None:
        super().__init__(message, status)
        self.location = location


class UnusableError(Exception):
    """A record that is kept out; the message says why."""


class NeverReadError(UnusableError):
    """A record of what is never read: nothing is missing without it."""
