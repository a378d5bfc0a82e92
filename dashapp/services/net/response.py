"""What a service answered, and when it lets itself be called again, by its headers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.structures import CaseInsensitiveDict
from requests.utils import parse_header_links

from ..errors import UnavailableError
from ..files.json_stream import parsed
from ..files.values import moment

LONGEST_WAIT = timedelta(hours=24)
SHORTEST_WAIT = timedelta(seconds=1)

_UNREAD = object()


@dataclass(frozen=True, slots=True)
class Response:
    """What a service said."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # whatever the case of a name
    body: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=False)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))  # when it was here
    value: Any = field(default=_UNREAD, repr=False, compare=False)  # the parsed body, once it is

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", CaseInsensitiveDict(self.headers))

    def json(self) -> Any:
        """The body's value. Raises `UnavailableError` if it is not JSON in UTF-8 or nested too deep."""
        if self.value is not _UNREAD:
            return self.value
        try:
            return parsed(self.body)
        except ValueError:
            pass  # it quotes the body, which may hold a token
        raise UnavailableError("The service sent something that is not JSON. Try again later.")

    def next(self) -> str | None:
        """The address of the next page by the header `Link`; None: this is the last, or it is elsewhere."""
        links = parse_header_links(self.headers.get("Link", ""))
        found = next((link["url"] for link in links if "next" in link.get("rel", "").split()), None)
        return _same_host(self.url, found) if found else None


def _same_host(url: str, link: str) -> str | None:
    """The link as seen from that address, with its scheme: behind a proxy many instances write http in their links."""
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, link))
        same = here.hostname == there.hostname and there.scheme in ("http", "https")
    except ValueError:
        return None
    return there._replace(scheme=here.scheme, netloc=here.netloc, fragment="").geturl() if same else None


# ---- limits

Limit = Callable[[Response], datetime | None]  # not before that moment may be called again; None: free to go on


def no_limit(response: Response) -> datetime | None:
    """For services that have no header of their own: 429 and Retry-After are understood in any case."""
    return None


def whole_number(response: Response, name: str) -> int | None:
    """A count in a header, as of calls that remain."""
    text = response.headers.get(name, "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def retry_after(response: Response) -> datetime | None:
    """The moment of `Retry-After`, which is in seconds or a date; at least a second, at most a day away."""
    text = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return _ahead(response, math.ceil(min(float(text), LONGEST_WAIT.total_seconds())), least=True)
    at = _http_date(text)
    return _ahead(response, (at - _sent_at(response)).total_seconds()) if at else None


def reset_at(response: Response, name: str) -> datetime | None:
    """The moment of a reset header: epoch in s or ms, seconds from now, or an ISO date; None if it is past."""
    text = response.headers.get(name, "").strip()
    if re.fullmatch(r"[0-9]{1,20}(\.[0-9]*)?", text):
        return _ahead(response, _from_number(response, float(text)))
    at = moment(text)
    return _ahead(response, (at - _sent_at(response)).total_seconds()) if at else None


def _from_number(response: Response, number: float) -> float:
    if number < 1e8:
        return number
    return (number / 1000 if number > 1e11 else number) - _sent_at(response).timestamp()


def _ahead(response: Response, seconds: float, *, least: bool = False) -> datetime | None:
    """That many seconds after the answer; None for a moment that is past, unless there is a `least` wait."""
    if seconds <= 0 and not least:
        return None
    seconds = min(max(seconds, SHORTEST_WAIT.total_seconds()), LONGEST_WAIT.total_seconds())
    return response.at + timedelta(seconds=seconds)


def _sent_at(response: Response) -> datetime:
    """When it was sent by the service's own clock, which its other dates go by."""
    return _http_date(response.headers.get("Date", "")) or response.at


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
