"""The way out: which hosts may be called, and a transport that reaches no other, waits no longer and reads no more."""

from __future__ import annotations

import http.client
import io
import re
import socket
import threading
import time
from collections.abc import Iterable
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import idna
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, ReadTimeoutError

from ..errors import HostError

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

TIMEOUT = (3.0, 10.0)  # seconds to connect, and between two pieces of an answer
DEADLINE = 30.0  # seconds that a whole answer may take: a slow drip never runs into a timeout
CAP = 8_000_000  # bytes of a decoded body
ATTEMPTS = 3  # addresses of one host that are tried
PIECE = 1 << 16
CODINGS = ("", "identity", "gzip", "x-gzip", "deflate")
PORTS = {"http": 80, "https": 443}

HOST = re.compile(r"(?P<host>[^\s:/?#@\[\]\\]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what C libraries take for an address, or for a piece of one

#: what ends on this machine, in its network or nowhere, by IANA's registries of special addresses
NOT_PUBLIC_4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
PUBLIC_6 = ip_network("2000::/3")
NOT_PUBLIC_6 = tuple(ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))

NO_HOST = "“{typed}” names no server: write its name, as in example.social."
NO_PUBLIC_HOST = "“{host}” is not a public server: write the name of one that anybody can reach by https."


class TooLargeError(requests.RequestException):
    """The body is larger than its cap; the rest was not read."""


class BrokenError(requests.RequestException):
    """The body ends too soon, or is not coded as it says."""


class Place(NamedTuple):
    """Where a connection goes."""

    scheme: str
    host: str  # an IPv6 address without its brackets
    port: int


Address = tuple[socket.AddressFamily, Any]  # what `socket.connect` takes


# ---- what a user typed


def host_name(text: str) -> str:
    """`host` or `host:port`, in lower case and IDNA, out of an address, a handle or a name. Raises `HostError`."""
    typed = re.sub(r"^https?://", "", text.strip(), flags=re.IGNORECASE)
    bare = re.split(r"[/?#]", typed, maxsplit=1)[0].rpartition("@")[2]
    found = HOST.fullmatch(bare.lower())
    host = found and _plain_host(found["host"])
    if not found or not host:
        raise HostError(NO_HOST.format(typed=" ".join(text.split())[:60]))
    return f"{host}:{int(found['port'])}" if found["port"] else host


def _plain_host(host: str) -> str | None:
    try:
        if host.startswith("["):
            return f"[{IPv6Address(host[1:-1])}]"
        name = idna.encode(host, uts46=True, std3_rules=True).decode().removesuffix(".")
        return str(IPv4Address(name)) if NUMBER.fullmatch(name.rpartition(".")[2]) else name
    except (idna.IDNAError, ValueError):
        return None


def instance_url(host: str, allow: Iterable[str] = ()) -> str:
    """The base address of a server that a user named, `host` as `host_name` gives it. Raises `HostError`."""
    for scheme, name, port in sorted(places(allow)):
        if _split(host, scheme) == (name, port):
            return f"{scheme}://{host}"
    name, port = _split(host, "https")
    if port != PORTS["https"] or not _is_public_name(name):
        raise HostError(NO_PUBLIC_HOST.format(host=host))
    return f"https://{name}"


def _is_public_name(name: str) -> bool:
    return "." in name and ":" not in name and not NUMBER.fullmatch(name.rpartition(".")[2])


def _split(host: str, scheme: str) -> tuple[str, int]:
    name, _, port = host.rpartition(":") if re.search(r":[0-9]+\Z", host) else (host, "", "")
    return name.strip("[]"), int(port or PORTS[scheme])


def places(allow: Iterable[str]) -> frozenset[Place]:
    """What the operator lets users name: `host:port`, by https, or `http://host:port`. Raises `HostError`."""
    return frozenset(_place(entry.strip()) for entry in allow if entry.strip())


def _place(entry: str) -> Place:
    scheme, _, rest = entry.lower().rpartition("://")
    scheme = scheme or "https"
    if scheme not in PORTS or "/" in rest:
        raise HostError(f"“{entry}” is no address of a server: write host:port or http://host:port.")
    return Place(scheme, *_split(host_name(rest), scheme))


# ---- where it leads


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a host of the internet, as far as its number tells."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in NOT_PUBLIC_4)
    return ip.is_global and ip in PUBLIC_6 and not any(ip in network for network in NOT_PUBLIC_6)


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host, asked for once. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


class AddressPolicy:
    """What a transport may connect to, and until when the answer at hand has to be there."""

    def __init__(self, *, guarded: bool = False, allow: Iterable[str] = ()) -> None:
        self._guarded, self._private = guarded, places(allow)
        self._thread = threading.local()

    def open_for(self, seconds: float) -> None:
        """Starts the time of an answer; each thread has its own."""
        self._thread.ends = time.monotonic() + seconds

    def left(self, most: float | None) -> float:
        """Seconds to wait for the next piece. Raises `TimeoutError` when the answer's time is over."""
        left: float = getattr(self._thread, "ends", time.monotonic() + DEADLINE) - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        return left if most is None else min(left, most)

    def addresses(self, place: Place) -> list[Address]:
        """What to connect to, and to nothing else: it was checked. Raises `HostError`, `OSError`."""
        free = not self._guarded or place in self._private
        if not free and (place.scheme, place.port) != ("https", PORTS["https"]):
            raise HostError(NO_PUBLIC_HOST.format(host=place.host))
        found = resolve(place.host, place.port)
        if not free and not all(is_public(address[0]) for _, address in found):
            raise HostError(NO_PUBLIC_HOST.format(host=place.host))
        return found[:ATTEMPTS]


# ---- the transport


class _Timed(io.RawIOBase):
    """A socket's bytes, headers too, until the answer's time is over."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, policy: AddressPolicy) -> None:
        self._raw, self._sock, self._policy = raw, sock, policy
        self._most = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._policy.left(self._most))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Reply(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, policy: AddressPolicy, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_Timed(raw, sock, policy))

    def begin(self) -> None:
        """Reads the head; a broken one is an error here, for urllib3 would log it with the address asked for."""
        super().begin()
        if self.msg.defects:
            raise http.client.HTTPException("the answer's headers are broken")


class _Connection(HTTPConnection):
    """Goes to an address that the policy gives; names are resolved nowhere else."""

    scheme: Literal["http", "https"] = "http"

    def __init__(self, *args: Any, policy: AddressPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._policy = policy
        self.response_class = partial(_Reply, policy=policy)  # type: ignore[assignment]

    def _new_conn(self) -> socket.socket:
        place = Place(self.scheme, self.host, self.port or PORTS[self.scheme])
        try:
            self._policy.left(None)  # the resolver itself cannot be told how long to take
            return self._connected(self._policy.addresses(place))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error

    def _connected(self, addresses: list[Address]) -> socket.socket:
        failure = OSError("the host has no address")
        for address in addresses:
            try:
                return self._connected_to(address)
            except OSError as error:
                failure = error
        raise failure

    def _connected_to(self, address: Address) -> socket.socket:
        sock = socket.socket(address[0], socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self._policy.left(self.timeout))
            sock.connect(address[1])
        except BaseException:
            sock.close()
            raise
        return sock


class _SecureConnection(_Connection, HTTPSConnection):
    """The same by TLS, whose certificate has to be for the name, not for the address."""

    scheme: Literal["http", "https"] = "https"


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class GuardedAdapter(HTTPAdapter):
    """Sends the requests of one session through a policy of its own; no proxy, and never more than `cap` bytes."""

    def __init__(
        self,
        *,
        guarded: bool = False,
        allow: Iterable[str] = (),
        timeout: tuple[float, float] = TIMEOUT,
        deadline: float = DEADLINE,
        ends: float | None = None,
        cap: int = CAP,
    ) -> None:
        """`ends`: when `time.monotonic` says so, no answer is waited for any longer."""
        self._policy = AddressPolicy(guarded=guarded, allow=allow)
        self._timeout, self._deadline, self._ends, self._cap = timeout, deadline, ends, cap
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """As that of requests, with our connections in the pools."""
        super().init_poolmanager(connections, maxsize, block=block, **options)
        pools = {"http": partial(_Pool, policy=self._policy), "https": partial(_SecurePool, policy=self._policy)}
        self.poolmanager.pool_classes_by_scheme = cast("dict[str, type[HTTPConnectionPool]]", pools)

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response:
        """The answer; its body is read already, unless it is streamed. Raises `HostError`, `RequestException`."""
        left = self._deadline if self._ends is None else self._ends - time.monotonic()
        self._policy.open_for(min(self._deadline, left))
        response = super().send(request, True, timeout or self._timeout, verify, cert, None)
        if not stream:
            response._content = read_body(response, cap=self._cap)
            response._content_consumed = True
        return response


def read_body(response: Response, *, cap: int = CAP) -> bytes:
    """The decoded body of a streamed answer. Raises `TooLargeError` and other `RequestException`s."""
    try:
        return _read(response, cap)
    except ReadTimeoutError:
        raise requests.ReadTimeout("the answer took too long") from None
    except HTTPError:
        raise BrokenError("the answer broke off") from None
    finally:
        response.close()


def _read(response: Response, cap: int) -> bytes:
    # several codings in a row are only ever sent to make a small answer huge
    if response.headers.get("Content-Encoding", "").strip().lower() not in CODINGS:
        raise BrokenError("the answer comes in a coding that was not asked for")
    pieces, size = [], 0
    for piece in response.raw.stream(PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > cap:
            raise TooLargeError("the answer is too large")
    return b"".join(pieces)


def protect(session: requests.Session, **options: Any) -> requests.Session:
    """Lets a session that a library wants call only through the policy; `options` are those of `GuardedAdapter`."""
    for scheme in PORTS:
        session.mount(f"{scheme}://", GuardedAdapter(**options))
    session.trust_env = False  # neither proxies nor passwords of the environment
    session.max_redirects = 0
    return session
