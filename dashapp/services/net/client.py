"""All calls to services: counted, capped, never before the service wants them, tried again where that may help."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import SystemRandom
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, NameResolutionError

from ..errors import (
    DeniedError,
    HostError,
    MovedError,
    NotFoundError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
)
from ..files.json_stream import parsed
from .circuit_breaker import CircuitBreaker, Cooldowns
from .response import LONGEST_WAIT, Limit, Response, retry_after
from .ssrf import CAP, DEADLINE, TIMEOUT, GuardedAdapter, TooLargeError, read_body

USER_AGENT = "Sociogram/1.0"
CAP_OF_STRANGERS = 2_000_000  # where a user named the host: parsed, JSON can take 25 times its size
REDIRECTS = 3
DEFAULT_COOLDOWN = timedelta(seconds=60)
LONGEST_PAUSE = 20.0  # seconds between two tries
EXCERPT = 16_000  # bytes of an answer that an error carries
NOTHING = (204, 205)  # answers without a body
MOVED = (301, 302, 303, 307, 308)
INVALID_TOKEN = re.compile(rb"invalid[ _](bearer[ _])?token", re.IGNORECASE)  # Takahe says so with 400
TIRED = (408, 425)  # as good as 5xx: the same request may do later

_random = SystemRandom()


class LocalCooldowns:
    """Waits that nobody else knows of."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def until(self, key: str, /) -> datetime | None:
        """The moment, if there is one."""
        return self._until.get(key)

    def wait(self, key: str, until: datetime, /) -> None:
        """Keeps the later one."""
        self._until[key] = max(until, self._until.get(key, until))

    def begin(self, key: str, until: datetime, /) -> bool | None:
        """Begins a new wait where one is over: None where there was none, False while it lasts."""
        before = self._until.get(key)
        if before is None or before > datetime.now(UTC):
            return None if before is None else False
        self._until[key] = until
        return True

    def end(self, key: str, /) -> None:
        """Forgets the wait."""
        self._until.pop(key, None)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a try gave no answer."""

    why: str
    final: bool = False  # trying again would bring the same


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    request: requests.PreparedRequest
    key: str
    cap: int
    raw: bool
    signed: bool


class CallOptions(TypedDict, total=False):
    """How one call differs from the others."""

    headers: Mapping[str, str]
    cap: int  # bytes of the body
    raw: bool  # the body need not be JSON
    tries: int | None


class Client:
    """Calls one service; belongs to one thread."""

    def __init__(
        self,
        base: str,
        *,
        limit: Limit,
        headers: Mapping[str, str] | None = None,
        guarded: bool = False,
        allow: Iterable[str] = (),
        cooldowns: Cooldowns | None = None,
        tries: int = 3,
        pause: Callable[[float], None] = time.sleep,
        timeout: tuple[float, float] = TIMEOUT,
        deadline: float = DEADLINE,
        ends: float | None = None,
        name: str = "",
        cap: int | None = None,
    ) -> None:
        """`name` stands in sentences; the waits go by the host and a fingerprint of the token.

        `deadline` is for each answer, `ends` a moment of `time.monotonic` for all.
        """
        host = _host(base)
        self.base = base.rstrip("/")
        self.name = name or host
        self.calls = 0  # all that left, repeated ones too
        self._host, self._limit = host, limit
        self._headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", **(headers or {})}
        self._cooldowns: Cooldowns = LocalCooldowns() if cooldowns is None else cooldowns
        self._circuit_breaker = CircuitBreaker(host, self.name, self._cooldowns, probes=ends is None)
        self._tries, self._pause = tries, pause
        self._cap = cap or (CAP_OF_STRANGERS if guarded else CAP)
        self._adapter = GuardedAdapter(guarded=guarded, allow=allow, timeout=timeout, deadline=deadline, ends=ends)

    def __repr__(self) -> str:
        return f"<Client {self._host}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._adapter.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]) -> Response:
        """Asks."""
        return self._call("GET", path, options, params=params)

    def post(self, path: str, *, json: Any = None, **options: Unpack[CallOptions]) -> Response:
        """Sends; `tries=1` for what must not happen twice."""
        return self._call("POST", path, options, json=json)

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Response:
        """Sends once, what must go nowhere else: the response whatever its status, and no redirect is followed.

        `content` is what `requests.Request` takes.
        """
        request = self._prepared(method, path, {**self._headers, **(headers or {})}, content)
        outcome = self._exchange(partial(self._once, request, self._cap))
        if isinstance(outcome, Response):
            return outcome
        raise self._unavailable(outcome)

    # -- one call

    def _call(self, method: str, path: str, options: CallOptions, **content: Any) -> Response:
        request = self._prepared(method, path, {**self._headers, **options.get("headers", {})}, content)
        call = _Call(
            request=request,
            key=self._host + fingerprint(str(request.headers.get("Authorization", ""))),
            cap=options.get("cap", self._cap),
            raw=options.get("raw", False),
            signed="Authorization" in request.headers,
        )
        return self._raise_for_status(self._with_retries(call, options.get("tries") or self._tries), call)

    def _prepared(
        self, method: str, path: str, headers: Mapping[str, str], content: Mapping[str, Any]
    ) -> requests.PreparedRequest:
        try:
            return requests.Request(method, self._url(path), headers=dict(headers), **content).prepare()
        except (requests.RequestException, ValueError):
            pass  # it quotes the address or a header, which may hold a token
        raise UnavailableError(f"{self.name} cannot be asked that: there are signs in it that no address takes.")

    def _url(self, path: str) -> str:
        if urlsplit(path).scheme not in ("http", "https"):
            return f"{self.base}/{path.lstrip('/')}"
        if _origin(path) != _origin(self.base):
            raise UnavailableError(f"{self.name} sends us to another server, where we do not go.")
        return path

    def _with_retries(self, call: _Call, tries: int) -> Response:
        outcome = self._send_once(call)
        for number in range(1, tries):
            if isinstance(outcome, Response) or outcome.final:
                break
            self._pause(_random.uniform(0, min(LONGEST_PAUSE, 2.0**number)))  # full jitter
            outcome = self._send_once(call)
        if isinstance(outcome, Response):
            return outcome
        raise self._unavailable(outcome)

    def _send_once(self, call: _Call) -> Response | _Failure:
        until = self._cooldowns.until(call.key)
        if until is not None and until > datetime.now(UTC):
            raise self._limited(until)
        outcome = self._exchange(partial(self._follow_redirects, call))
        return self._usable(outcome, call) if isinstance(outcome, Response) else outcome

    def _exchange(self, send: Callable[[], Response]) -> Response | _Failure:
        self._circuit_breaker.check()
        try:
            response = send()
        except requests.Timeout as error:
            self._circuit_breaker.record_timeout()
            return _Failure(_reason(error))
        except (requests.RequestException, HTTPError, ValueError) as error:
            self._circuit_breaker.record_response()
            large = isinstance(error, TooLargeError)
            return _Failure("what it sends is too large" if large else _reason(error), final=large)
        self._circuit_breaker.record_response()
        return response

    def _follow_redirects(self, call: _Call) -> Response:
        response = self._once(call.request, call.cap)
        for _ in range(REDIRECTS):
            there = _location(response) if response.status in MOVED else None
            if call.request.method != "GET" or there is None or _origin(there) != _origin(response.url):
                break
            request = call.request.copy()
            request.url = there
            response = self._once(request, call.cap)
        return response

    def _once(self, request: requests.PreparedRequest, cap: int) -> Response:
        self.calls += 1
        response = self._adapter.send(request, stream=True)
        body = read_body(response, cap=cap)
        return Response(response.status_code, response.headers, body, request.url or "")

    def _usable(self, response: Response, call: _Call) -> Response | _Failure:
        """The answer, parsed; notes what it says about the next call."""
        wanted = response.status < 300 and not call.raw and (response.body or call.request.method == "GET")
        if wanted and response.status not in NOTHING:
            try:
                response = replace(response, value=parsed(response.body))
            except ValueError:
                return _Failure("what it sends is not JSON")
        until = self._note_limit(response, call.key)
        if until is not None and response.status >= 400:
            raise self._limited(until)
        if response.status >= 500 or response.status in TIRED:
            return _Failure(f"error {response.status}")
        return response

    def _note_limit(self, response: Response, key: str) -> datetime | None:
        until = _until(response, self._limit)
        if until is not None:
            self._cooldowns.wait(key, until)
        return until

    def _unavailable(self, failure: _Failure) -> UnavailableError:
        return UnavailableError(f"{self.name} does not answer as it should ({failure.why}). Try again later.")

    def _limited(self, until: datetime) -> RateLimitedError:
        return RateLimitedError(f"{self.name} takes no more calls before {until:%Y-%m-%d %H:%M} UTC.", until)

    def _raise_for_status(self, response: Response, call: _Call) -> Response:
        """The answer, unless it is an error."""
        status, body = response.status, response.body[:EXCERPT]
        if status < 300:
            return response
        if status in (404, 410):
            raise NotFoundError(f"{self.name} has nothing there: it does not exist, or it is gone.", status, body)
        if call.signed and (status == 401 or (status == 400 and INVALID_TOKEN.search(body))):
            raise DeniedError(f"{self.name} no longer accepts the authorisation: connect the account again.", 401, body)
        if status in (401, 403):
            raise DeniedError(
                f"{self.name} does not show this: it is private, or a permission is missing.", status, body
            )
        if status in MOVED and (there := _location(response)):
            raise MovedError(f"{self.name} has moved to another server, where we do not follow.", status, there)
        raise ResponseError(f"{self.name} refuses what we asked (error {status}).", status, body)


def fingerprint(secret: str) -> str:
    """Tells one token from another and nothing about it; empty where there is none."""
    return f"#{hashlib.sha256(secret.encode()).hexdigest()[:12]}" if secret else ""


def _until(response: Response, limit: Limit) -> datetime | None:
    """What the service's own headers say, else the general ones."""
    try:
        until = limit(response)
    except UnavailableError:  # it looked into a body that is not JSON
        until = None
    if until is not None and until > response.at:
        return min(until, response.at + LONGEST_WAIT)
    if response.status in (429, 503) and (until := retry_after(response)):
        return until
    return response.at + DEFAULT_COOLDOWN if response.status == 429 else None


def _location(response: Response) -> str | None:
    """Where an answer says that the real one is."""
    try:
        there = urljoin(response.url, response.headers.get("Location", "").strip())
        return there if urlsplit(there).hostname and there != response.url else None
    except ValueError:
        return None


def _host(base: str) -> str:
    """The host, and the port if there is one, of a base address. Raises `HostError`."""
    try:
        parts = urlsplit(base)
        if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and parts.port != 0:
            return parts.netloc.lower()
    except ValueError:
        pass  # it quotes the address; what is said below is enough
    raise HostError("The address of the service is not one: it has to be as in https://example.social.")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Exception) -> str:
    """In a few words, without its own, which quote addresses."""
    if isinstance(error, requests.Timeout):
        return "timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection"
    if isinstance(error, requests.ConnectionError):
        cause = getattr(error.args[0] if error.args else None, "reason", None)
        return "its name is unknown" if isinstance(cause, NameResolutionError) else "no connection"
    return "what it sends is broken"
