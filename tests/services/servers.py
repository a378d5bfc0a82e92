"""Small real servers on loopback: WSGI applications, scripted answers, and raw sockets that break HTTP's rules."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# ---- WSGI


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Prints nothing."""


@contextmanager
def serving(app: WSGIApplication, *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serves the application, each request in a thread, while the block runs; gives the base address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody has now; processes look for them in places of their own.

    Below 32768, from where on Linux gives ports to whoever calls: one that is free now would soon not be.
    """
    for first in range(10_000 + os.getpid() % 1_000 * 20, 32_768 - number, number):
        with ExitStack() as stack, suppress(OSError):
            for port in range(first, first + number):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
    raise OSError("no free ports")


@dataclass(frozen=True)
class Reply:
    """One answer; a body that is neither bytes nor text goes out as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Seen:
    """One request that came in; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Scripted:
    """Answers each path with its replies in turn, and then always with the last one; keeps what it was asked."""

    def __init__(self, replies: Mapping[str, Reply | Sequence[Reply]]) -> None:
        self._replies = {path: [r] if isinstance(r, Reply) else list(r) for path, r in replies.items()}
        self._lock = threading.Lock()
        self.seen: list[Seen] = []

    def calls(self, path: str = "") -> int:
        """How many requests came, of all paths or of one."""
        return sum(not path or seen.path == path for seen in self.seen)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        seen = _seen(environ)
        with self._lock:
            self.seen.append(seen)
            left = self._replies.get(seen.path, [Reply({"error": "no such path"}, 404)])
            reply = left.pop(0) if len(left) > 1 else left[0]
        headers = {"Content-Type": "application/json", "Content-Length": str(len(reply.content)), **reply.headers}
        start_response(f"{reply.status} Status", list(headers.items()))
        return [reply.content]


def _seen(environ: WSGIEnvironment) -> Seen:
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
    return Seen(environ["REQUEST_METHOD"], environ["PATH_INFO"], query, headers, body)


@contextmanager
def scripted(replies: Mapping[str, Reply | Sequence[Reply]]) -> Iterator[tuple[str, Scripted]]:
    """A scripted server's base address and the script."""
    app = Scripted(replies)
    with serving(app) as url:
        yield url, app


# ---- raw sockets

Act = bytes | Callable[[socket.socket, threading.Event], None]  # what goes back, once a request's head has come


def http(body: bytes = b"", *, status: int = 200, length: int | None = None, headers: str = "") -> bytes:
    """An answer byte by byte; `length` may lie, `headers` are whole lines."""
    head = f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body) if length is None else length}\r\n{headers}"
    return f"{head}Connection: close\r\n\r\n".encode() + body


def hang(_sock: socket.socket, over: threading.Event) -> None:
    """Says nothing until the test is over."""
    over.wait()


def drip(head: bytes, *, every: float) -> Act:
    """Says the head, and then a space in each interval until nobody listens."""

    def act(sock: socket.socket, over: threading.Event) -> None:
        sock.sendall(head)
        while not over.wait(every):
            sock.sendall(b" ")

    return act


def again(body: bytes) -> Act:
    """Gives the same answer to every request of a connection."""
    answer = http(body).replace(b"Connection: close\r\n", b"")

    def act(sock: socket.socket, _over: threading.Event) -> None:
        sock.sendall(answer)
        while sock.recv(65536):
            sock.sendall(answer)

    return act


class Raw:
    """Accepts connections and plays an act on each, the last one again and again."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self._acts, self._over = list(acts), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.calls = 0  # connections
        self._start(self._accept)

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Ends all threads."""
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.calls += 1
                self._start(self._play, sock, self._acts.pop(0) if len(self._acts) > 1 else self._acts[0])

    def _play(self, sock: socket.socket, act: Act) -> None:
        with sock, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (piece := sock.recv(65536)):
                head += piece
            if isinstance(act, bytes):
                sock.sendall(act)
            else:
                act(sock, self._over)


@contextmanager
def raw(*acts: Act) -> Iterator[Raw]:
    """A raw server, while the block runs."""
    server = Raw(acts)
    try:
        yield server
    finally:
        server.close()
