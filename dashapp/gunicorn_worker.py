"""A gunicorn worker whose threads wait for no client, so that slow ones cannot stop the site.

Its loop takes in requests, and gives whole ones to threads; what a client does not take at once, the loop sends later.
Only bodies over `WHOLE` are read by threads as they arrive: a page refuses most of them unread, uploads are stored.
"""

from __future__ import annotations

import errno
import math
import re
import select
import socket
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import IO, Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from .client_network import network
from .settings import Config

HEAD_SECONDS = 10.0
#: a body, and an answer, has to go on by so many bytes in so many seconds
PACE_BYTES, PACE_SECONDS = 20_000, 20.0
LINGER_SECONDS = 2.0  # for the other side to read the answer: closed before, what it still sends would void that
BREATH = 0.05
END_SECONDS = 10.0  # for clients, once the server stops: sooner than gunicorn would kill the worker
LARGEST_HEAD = 65_536
LONGEST_SIZE = 256  # bytes of the line before a chunk
WHOLE = Config.MAX_CONTENT_LENGTH  # bytes of a body: what any page but the upload's takes
MEMORY = 64_000_000  # bytes of requests that are not answered yet
KEPT_IN_MEMORY = 65_536  # bytes of an answer; more of it waits on the disk
FROM_ONE_ADDRESS = 200  # connections, where no proxy stands between
CHUNK = 65_536

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*+0*+(\d{0,19}+)\d*+[ \t]*+\r\n", re.IGNORECASE)
CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,16})[ \t]?(?:;[^\r\n]{0,200})?\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
PASSING = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED}
NO_MORE_FILES = {errno.EMFILE, errno.ENFILE}


class Pace:
    """The time until which enough bytes have to have come, or gone."""

    def __init__(self, seconds: float = PACE_SECONDS) -> None:
        self.end = time.monotonic() + seconds
        self.bytes = 0

    def count(self, size: int) -> None:
        """Enough of them win time."""
        self.bytes += size
        if self.bytes >= PACE_BYTES:
            self.end, self.bytes = time.monotonic() + PACE_SECONDS, 0


class ClientSocket(socket.socket):
    """A socket that never blocks: what cannot be sent at once is kept."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        super().setblocking(False)
        self.pace = Pace()
        self.streams = False  # whether a thread reads the body as it arrives
        self.kept: IO[bytes] | None = None
        self.sent = 0  # bytes of what is kept

    def setblocking(self, flag: bool) -> None:
        """Not even if gunicorn wants it to."""

    def settimeout(self, value: float | None) -> None:
        """Nor with a limit."""

    def take(self) -> bytes | None:
        """What has arrived; empty at the end, None if there is nothing yet."""
        try:
            return super().recv(CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """For a thread: more of a body that streams; of others it has everything."""
        while self.streams:
            try:
                data = super().recv(bufsize, flags)
            except BlockingIOError:
                poll = select.poll()
                poll.register(self, select.POLLIN)
                if not poll.poll(max(0.0, self.pace.end - time.monotonic()) * 1000):
                    raise TimeoutError("the body comes too slowly") from None
                continue
            self.pace.count(len(data))
            return data
        return b""

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As much as the client takes; keeps the rest."""
        view = memoryview(data)
        if self.send_kept():
            view = view[self._send(view) :]
        if view:
            self.kept = self.kept or tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115 - closed when sent
            self.kept.seek(0, 2)
            self.kept.write(view)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """A file, in the same way."""
        file.seek(offset)
        left = sys.maxsize if count is None else count
        while data := file.read(min(left, CHUNK)):
            self.sendall(data)
            left -= len(data)
        return int(file.tell() - offset)

    def send_kept(self) -> bool:
        """Whether all is sent that was kept."""
        while self.kept:
            self.kept.seek(self.sent)
            data = self.kept.read(CHUNK)
            if not data:
                self.kept.close()
                self.kept, self.sent = None, 0
                break
            sent = self._send(data)
            self.sent += sent
            if sent < len(data):
                return False
        return True

    def _send(self, data: Any) -> int:
        try:
            sent = super().send(data)
        except BlockingIOError:
            return 0
        self.pace.count(sent)
        return sent

    def close(self) -> None:
        """Forgets what was kept."""
        if self.kept:
            self.kept.close()
        super().close()


class Connection(TConn):
    """A client, and what has arrived of its request."""

    def __init__(self, cfg: Any, accepted: socket.socket, client: Any, server: Any, by_address: Counter[str]) -> None:
        super().__init__(cfg, ClientSocket(accepted), client, server)
        self.address = network(client[0]) if client else ""  # a Unix socket has none
        self.by_address = by_address
        self.by_address[self.address] += 1
        self.data_ready = True  # a thread need not wait for it
        self.start()

    def start(self) -> None:
        """A new request."""
        self.request = bytearray()
        self.head = 0  # its length, once known
        self.body: int | None = 0  # its length; None if chunks tell
        self.chunk = 0  # where the next of them begins
        self.held = 0  # bytes that count as `MEMORY`
        self.sock.pace = Pace(HEAD_SECONDS)

    def has_head(self, *, new: int) -> bool:
        """Whether all of it is there; `new` bytes were not looked at yet."""
        if not self.head:
            end = self.request.find(HEAD_END, max(0, len(self.request) - new - len(HEAD_END)))
            if end < 0:
                return False
            self.head = self.chunk = end + len(HEAD_END)
            head = bytes(self.request[: self.head])
            length = LENGTH.search(head)
            self.body = None if CHUNKED.search(head) else int(length[1] or 0) if length else 0
            self.sock.pace = Pace()
            if CONTINUE.search(head) and not self.is_long() and not self.is_whole():
                with suppress(OSError):
                    self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def is_long(self) -> bool:
        """Whether a thread has to read the body."""
        return (len(self.request) - self.head if self.body is None else self.body) > WHOLE

    def is_whole(self) -> bool:
        """Whether all has arrived. Where this errs, gunicorn's parser finds the end of the data, and refuses it."""
        if self.body is not None:
            return len(self.request) >= self.head + self.body
        while match := CHUNK_SIZE.match(self.request, self.chunk):
            if not (size := int(match[1], 16)):  # what is told behind the last, and an empty line
                told = len(self.request) - match.end()
                return told > LARGEST_HEAD or self.request.find(HEAD_END, match.end() - 2) >= 0
            self.chunk = match.end() + size + 2
        line = self.request[self.chunk : self.chunk + LONGEST_SIZE]
        return b"\r\n" in line or len(line) == LONGEST_SIZE  # which is no size

    def close(self, graceful: bool = False) -> None:
        """At once: gunicorn's own waits for the other side, and all others with it."""
        self.by_address[self.address] -= 1
        if not self.by_address[self.address]:
            del self.by_address[self.address]
        self.sock.close()


class BufferingWorker(ThreadWorker):
    """gunicorn's threads, behind a loop that waits for clients in their place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watched: dict[Connection, None] = {}  # whom the loop waits for, oldest first
        self.by_address: Counter[str] = Counter()
        self.held = 0
        self.long: deque[Connection] = deque()  # whose bodies wait for a thread
        self.long_threads = max(1, self.cfg.threads - 2)  # the others are for pages
        self.next_look = 0.0
        self.end = math.inf  # when nobody is waited for any more

    # ---- whom the loop waits for

    def watch(self, conn: Connection, event: int, callback: Callable[..., None]) -> None:
        """Calls back when the client sends or takes."""
        self.watched[conn] = None
        self.poller.register(conn.sock, event, partial(self._called_back, conn, callback))

    def _called_back(self, conn: Connection, callback: Callable[..., None], _sock: ClientSocket) -> None:
        if conn in self.watched:  # else it was dropped in this same turn
            callback(conn)

    def unwatch(self, conn: Connection) -> None:
        """No longer, if at all."""
        if conn in self.watched:
            del self.watched[conn]
            self.poller.unregister(conn.sock)

    def drop(self, conn: Connection) -> None:
        """Closes a connection that no thread has."""
        self.unwatch(conn)
        self.let_go(conn)
        self.nr_conns -= 1
        conn.close()

    def let_go(self, conn: Connection) -> None:
        """Its request needs no memory any more."""
        self.held -= conn.held
        conn.held = 0
        conn.request.clear()

    def refuse(self, conn: Connection, status: str) -> None:
        """Says why, and closes."""
        with suppress(OSError):
            conn.sock.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        self.unwatch(conn)
        self.let_go(conn)
        self.linger(conn)

    # ---- coming

    def accept(self, listener: Any) -> bool:
        """Lets one in; whether there was one."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_FILES:
                self.make_room()
            elif error.errno not in PASSING:
                raise
            return False
        conn = Connection(self.cfg, accepted, client, listener.getsockname(), self.by_address)
        behind_proxy = self.wsgi.config["PROXY_HOPS"] or not conn.address
        if not behind_proxy and self.by_address[conn.address] > FROM_ONE_ADDRESS:
            conn.close()
            return True
        self.nr_conns += 1
        self.enqueue_req(conn)
        return True

    def enqueue_req(self, conn: Connection) -> None:
        """Takes in a request: the first, the next, or one that came right behind another."""
        conn.start()
        behind = conn.parser.unreader.take_buffered() if conn.parser else b""
        self.take_in(conn, behind or conn.sock.take())

    def on_readable(self, conn: Connection) -> None:
        """More of a request."""
        self.take_in(conn, conn.sock.take())

    def on_client_socket_readable(self, conn: Connection, client: ClientSocket) -> None:
        """The next request of a client that was kept, unless it made room in this same turn."""
        if conn in self.keepalived_conns:
            super().on_client_socket_readable(conn, client)

    def take_in(self, conn: Connection, data: bytes | None) -> None:
        """Adds what has arrived, and waits for more unless it is enough, or the end."""
        if data == b"":
            self.drop(conn)
            return
        if data:
            if conn.head:  # all of the head has to come in its time
                conn.sock.pace.count(len(data))
            conn.request += data
            conn.held += len(data)
            self.held += len(data)
            if self.is_enough(conn, new=len(data)):
                return
        if conn not in self.watched:
            self.watch(conn, EVENT_READ, self.on_readable)

    def is_enough(self, conn: Connection, *, new: int) -> bool:
        """Whether a request need not wait any more: it goes to a thread, or away."""
        if not conn.has_head(new=new):
            if len(conn.request) <= LARGEST_HEAD:
                return False
            self.refuse(conn, "431 Request Header Fields Too Large")
        elif conn.is_long():
            self.unwatch(conn)
            self.long.append(conn)
            self.start_long()
        elif conn.is_whole():
            self.unwatch(conn)
            self.to_thread(conn)
        else:
            return False
        return True

    def start_long(self) -> None:
        """Lets a thread read a body, if one may."""
        while self.long and self.long_threads:
            conn = self.long.popleft()
            conn.sock.streams, conn.sock.pace = True, Pace()
            self.long_threads -= 1
            self.to_thread(conn)

    def to_thread(self, conn: Connection) -> None:
        """Gives what has arrived to gunicorn's parser, in a thread."""
        conn.init()
        conn.parser.unreader.unread(bytes(conn.request))
        conn.request.clear()
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """What nobody read of a long body would look like another request."""
        if conn.sock.streams:
            req.force_close()
        return bool(super().handle_request(req, conn))

    # ---- going

    def finish_request(self, conn: Connection, fs: Future[bool]) -> None:
        """What a thread has answered goes out; then comes the next request, or the end."""
        self.let_go(conn)
        if conn.sock.streams:
            conn.sock.streams = False
            self.long_threads += 1
            self.start_long()
        if conn.sock.fileno() < 0:  # gunicorn closes one whose answer broke off
            self.drop(conn)
        elif conn.sock.kept:
            conn.sock.pace = Pace()
            self.watch(conn, EVENT_WRITE, partial(self.on_writable, fs))
        else:
            self.answered(conn, fs)

    def on_writable(self, fs: Future[bool], conn: Connection) -> None:
        """Sends more of what is kept."""
        try:
            is_sent = conn.sock.send_kept()
        except OSError:
            self.drop(conn)
            return
        if is_sent:
            self.unwatch(conn)
            self.answered(conn, fs)

    def answered(self, conn: Connection, fs: Future[bool]) -> None:
        """Waits for the next request, or for the end."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            self.linger(conn)

    def linger(self, conn: Connection) -> None:
        """Waits for the other side to close too."""
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        conn.sock.pace = Pace(LINGER_SECONDS)
        self.watch(conn, EVENT_READ, self.on_leaving)

    def on_leaving(self, conn: Connection) -> None:
        """The other side closed, or still sends what nobody wants."""
        if conn.sock.take() == b"":
            self.drop(conn)

    # ---- who has to go

    def murder_pending(self) -> None:
        """Closes what is too slow or too much; gunicorn calls this at every turn."""
        now = time.monotonic()
        if now >= self.next_look:
            self.next_look = now + 1
            for conn in [conn for conn in self.watched if min(conn.sock.pace.end, self.end) < now]:
                if conn.request:
                    self.refuse(conn, "408 Request Timeout")
                else:
                    self.drop(conn)
        while self.held > MEMORY and self.watched:
            largest = max(self.watched, key=lambda conn: conn.held)
            if largest.held <= LARGEST_HEAD:
                break
            self.drop(largest)
        while self.nr_conns > self.worker_connections * 0.9 and (self.keepalived_conns or self.watched):
            self.make_room()

    def make_room(self) -> None:
        """Who has nothing to ask goes first, then who is asking for longest."""
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.close()
        elif self.watched:
            self.drop(next(iter(self.watched)))
        else:  # threads have them all
            time.sleep(BREATH)

    def set_accept_enabled(self, enabled: bool) -> None:
        """At the end, who knocked already is let in: others find the door closed, and not one that nobody opens."""
        super().set_accept_enabled(enabled)
        if not (self.alive or enabled or self.end < math.inf):
            self.end = time.monotonic() + END_SECONDS
            for listener in self.sockets:
                while self.accept(listener):
                    pass
                listener.close()
