"""Clients that are slow, many, or gone: the server answers all others meanwhile."""

from __future__ import annotations

import errno
import http.client
import math
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from selectors import EVENT_READ, DefaultSelector
from unittest.mock import Mock

import pytest
from gunicorn.config import Config

from dashapp.gunicorn_conf import worker_class
from dashapp.gunicorn_worker import BREATH, BufferingWorker
from tests import needs
from tests.conftest import ROOT
from tests.small_site import LARGE
from tests.waiting import wait_until

pytestmark = pytest.mark.server

SECONDS = 60.0  # after which an answer will never come
HEAD = b"GET /large HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /count HTTP/1.1\r\nHost: localhost\r\n"


class Server:
    """A running one."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def connect(self, sent: bytes = b"", address: str = "127.0.0.1") -> socket.socket:
        """A client that has sent this much."""
        client = socket.create_connection(("127.0.0.1", self.port), SECONDS, (address, 0))
        client.sendall(sent)
        return client

    def ask(self, sent: bytes) -> bytes:
        """All that is answered until the server closes."""
        with self.connect(sent) as client:
            return b"".join(iter(lambda: client.recv(65_536), b""))

    def is_well(self, address: str = "127.0.0.1") -> bool:
        """Whether it answers somebody else."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, SECONDS, (address, 0))) as client:
            client.request("GET", "/")
            return client.getresponse().status == 200


@contextmanager
def running() -> Iterator[Server]:
    """One process with three threads."""
    options = ["--worker-class", worker_class, "--workers", "1", "--threads", "3", "--bind", "127.0.0.1:0"]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.small_site:site"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            port = next(int(match[1]) for line in process.stderr if (match := re.search(r"http://\S+:(\d+)", line)))
            yield Server(process, port)
        finally:
            needs.end(process)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """For all tests that leave it running."""
    with running() as server:
        yield server


def test_slow_clients_do_not_stop_the_site(server: Server) -> None:
    slow = {
        "head": HEAD,
        "body": POST + b"Content-Length: 100000\r\n\r\na=",
        "chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\na=",
        "second": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + HEAD,
        "reader": HEAD + b"\r\n",
        "nothing": b"",
    }
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect(sent)) for sent in slow.values() for _ in range(10)]

        answers = [server.is_well() for _ in range(3)]

        assert len(clients) == 60
        assert answers == [True] * 3


def test_long_bodies_that_do_not_come_leave_threads_for_others(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(server.connect(POST + b"Content-Length: 5000000\r\n\r\na="))

        assert server.is_well()


def test_a_head_that_does_not_come_is_given_up(server: Server) -> None:
    assert server.ask(HEAD).startswith(b"HTTP/1.1 408 ")


def test_a_head_without_end_is_refused(server: Server) -> None:
    assert server.ask(HEAD + b"X-A: " + b"a" * 3_000_000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("size", [0, 5, 200_000, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_of_any_size_arrive_whole(server: Server, size: int, chunked: bool) -> None:
    body = b"a" * size
    if chunked:
        parts = [body[start : start + 50_000] for start in range(0, size, 50_000)] + [b""]
        sent = b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    else:
        sent = b"Content-Length: %d\r\n\r\n%b" % (size, body)

    answer = server.ask(POST + b"Connection: close\r\n" + sent)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n%d" % size)


@pytest.mark.parametrize("length", [b"0" * 20 + b"5", b"9" * 30])
def test_a_body_is_waited_for_however_its_length_is_written(server: Server, length: bytes) -> None:
    with server.connect(POST + b"Content-Length: " + length + b"\r\n\r\nab") as client:
        client.settimeout(1)

        with pytest.raises(TimeoutError):
            client.recv(1)


@pytest.mark.parametrize(
    ("chunks", "read"),
    [
        (b"3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", b"3"),
        (b"3;a=b\r\nabc\r\n0\r\n\r\n", b"3"),
        (b"5\r\n0\r\n\r\n\r\n0\r\n\r\n", b"5"),
    ],
)
def test_chunks_end_where_the_last_one_does(server: Server, chunks: bytes, read: bytes) -> None:
    half = chunks.index(b"\r\n\r\n") + 4
    with server.connect(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks[:half]) as client:
        assert server.is_well()  # what came so far was looked at
        client.sendall(chunks[half:] + POST + b"Connection: close\r\n\r\n")

        answer = b"".join(iter(lambda: client.recv(1000), b""))

    assert re.findall(rb"\r\n\r\n(\d)", answer) == [read, b"0"]


@pytest.mark.parametrize("chunks", [b"-5\r\n", b"g\r\n", b"f" * 300])
def test_chunks_without_a_size_are_refused_at_once(server: Server, chunks: bytes) -> None:
    answer = server.ask(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

    assert not answer.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 408 "))


def test_requests_that_come_together_are_answered_one_after_the_other(server: Server) -> None:
    one = POST + b"Content-Length: 3\r\n\r\nabc"

    answer = server.ask(one + one + POST + b"Connection: close\r\n\r\n")

    assert re.findall(rb"\r\n\r\n(\d)", answer) == [b"3", b"3", b"0"]


def test_a_client_may_ask_whether_to_send_its_body(server: Server) -> None:
    with server.connect(POST + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n") as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"abc")

        answer = b"".join(iter(lambda: client.recv(1000), b""))

    assert answer.endswith(b"\r\n\r\n3")


def test_what_nobody_read_of_a_long_body_is_no_request(server: Server) -> None:
    sent = b"POST /unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"

    answer = server.ask(sent + b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer.count(b"HTTP/1.1") == 1
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", [b"/large", b"/file"])
def test_a_large_answer_reaches_a_client_that_takes_its_time(server: Server, path: bytes) -> None:
    with server.connect(HEAD.replace(b"/large", path) + b"Connection: close\r\n\r\n") as client:
        assert server.is_well()  # the answer is ready by now, but for what the client has not read
        assert server.is_well()
        answer = b"".join(iter(lambda: client.recv(65_536), b""))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == LARGE


def test_an_answer_that_breaks_off_ends_no_more_than_its_connection(server: Server) -> None:
    with server.connect() as other:
        assert server.ask(HEAD.replace(b"/large", b"/broken") + b"\r\n").endswith(b"\r\n\r\nx")

        other.sendall(HEAD + b"\r\n")
        assert other.recv(100).startswith(b"HTTP/1.1 200 ")


def test_one_address_may_not_hold_all_connections(server: Server) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect(HEAD, "127.0.0.2")) for _ in range(100)]

        assert server.is_well("127.0.0.3")
        refused = 0
        for client in clients:
            client.settimeout(0.1)
            try:
                refused += client.recv(1) == b""
            except TimeoutError:
                pass
            except ConnectionResetError:
                refused += 1
        assert refused == 20


@pytest.fixture
def worker() -> Iterator[BufferingWorker]:
    """One that nobody runs."""
    worker = BufferingWorker(0, 0, [], Mock(), 1, Config(), Mock())
    with DefaultSelector() as worker.poller, closing(worker.tmp):
        yield worker


def test_where_no_file_is_left_who_is_idle_makes_room_and_else_the_loop_pauses(worker: BufferingWorker) -> None:
    listener = Mock(accept=Mock(side_effect=OSError(errno.EMFILE, "")))
    begun = time.monotonic()
    with closing(socket.socket()) as client:
        worker.keepalived_conns.append(idle := Mock(sock=client))
        worker.poller.register(client, EVENT_READ)
        worker.nr_conns = 1

        assert not worker.accept(listener)
        assert (worker.nr_conns, idle.close.called) == (0, True)
        worker.on_client_socket_readable(idle, client)  # it asked in that same turn
        assert not worker.accept(listener)
    assert time.monotonic() - begun >= BREATH


def test_a_worker_that_is_told_to_stop_in_the_midst_of_a_turn_ends_once(worker: BufferingWorker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker.sockets, worker.alive = [listener], False

        worker.set_accept_enabled(True)
        worker.set_accept_enabled(False)
        end = worker.end
        worker.set_accept_enabled(False)

        assert listener.fileno() < 0
    assert worker.end == end < math.inf


def test_nobody_who_asks_while_the_server_stops_is_left_without_an_answer() -> None:
    said: Counter[str] = Counter()

    def ask_on(server: Server) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, SECONDS)) as client:
            while True:
                try:
                    client.connect()
                except ConnectionRefusedError:
                    return
                try:
                    while client.sock:  # which http.client closes where the server says so
                        client.request("GET", "/")
                        answer = client.getresponse()
                        answer.read()
                        said[str(answer.status)] += 1
                except (OSError, http.client.HTTPException) as error:
                    said[repr(error)] += 1
                    client.close()

    with running() as server:
        threads = [threading.Thread(target=ask_on, args=(server,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        wait_until(lambda: said["200"] > 100)
        server.process.terminate()
        for thread in threads:
            thread.join(SECONDS)

        assert server.process.wait(SECONDS) == 0
    assert said.keys() == {"200"}
