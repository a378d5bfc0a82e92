"""The client: what it counts, what it waits for, when it tries again, where it stops, and that it keeps secrets."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import traceback
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashapp.services.errors import (
    DeniedError,
    HostError,
    MovedError,
    NotFoundError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
)
from dashapp.services.net.client import Client, LocalCooldowns, fingerprint
from dashapp.services.net.response import Response, no_limit
from tests.services.servers import Act, Reply, again, drip, hang, http, raw, scripted

pytestmark = pytest.mark.server

FAR = timedelta(days=1)
SECRET = "ghp_canary0123456789"


class Pauses:
    """Counts pauses instead of sleeping."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@contextmanager
def client(url: str, **options: Any) -> Iterator[Client]:
    """A client that never sleeps."""
    options = {"limit": no_limit, "pause": lambda _: None, **options}
    with Client(url, name="Example", **options) as made:
        yield made


@contextmanager
def asking(*acts: Act, **options: Any) -> Iterator[tuple[Client, Any]]:
    """A client of a raw server."""
    with raw(*acts) as server, client(server.url, **options) as made:
        yield made, server


def limit_of(until: datetime | None) -> Callable[[Response], datetime | None]:
    """A service that always says the same."""
    return lambda _: until


# ---- asking


def test_a_call_brings_status_headers_and_value() -> None:
    with scripted({"/api/me": Reply({"login": "ada"}, headers={"X-Left": "7"})}) as (url, script), client(url) as made:
        response = made.get("/api/me", {"page": 2, "ids": ["a", "b"], "none": None}, headers={"X-Mine": "1"})

    assert (response.status, response.json(), response.headers["x-left"]) == (200, {"login": "ada"}, "7")
    assert script.seen[0].query == {"page": "2", "ids": "b"}
    assert script.seen[0].headers["x-mine"] == "1"
    assert script.seen[0].headers["user-agent"].startswith("Sociogram/")


def test_posting_sends_json_or_a_form() -> None:
    with scripted({"/x": Reply({})}) as (url, script), client(url) as made:
        made.post("/x", json={"a": 1})
        made.send("DELETE", "/x", data={"b": "2"})

    assert [seen.method for seen in script.seen] == ["POST", "DELETE"]
    assert [seen.body for seen in script.seen] == [b'{"a": 1}', b"b=2"]


def test_every_request_is_counted() -> None:
    replies = {"/a": [Reply(status=500), Reply(status=302, headers={"Location": "/b"})], "/b": Reply({})}
    with scripted(replies) as (url, script), client(url) as made:
        made.get("/a")

    assert made.calls == script.calls() == 3


def test_a_call_may_start_with_the_path_of_the_base() -> None:
    with scripted({"/api/v3/me": Reply({})}) as (url, script), client(url + "/api/v3/") as made:
        made.get("me")
        made.get("/me")
        made.get(url + "/api/v3/me")

    assert script.calls("/api/v3/me") == 3


@pytest.mark.parametrize("path", ["https://evil.example/x", "http://127.0.0.1:1/x", "http://127.0.0.1.evil.example/"])
def test_an_address_of_another_host_is_not_called(path: str) -> None:
    with scripted({}) as (url, script), client(url) as made, pytest.raises(UnavailableError, match="another server"):
        made.get(path)

    assert script.calls() == 0


@pytest.mark.parametrize("path", ["//evil.example/x", "@evil.example/x", ":1/x", "/x/https://evil.example"])
def test_a_path_stays_behind_the_host(path: str) -> None:
    with scripted({}) as (url, script), client(url) as made, pytest.raises(NotFoundError):
        made.get(path)

    assert script.calls() == 1


@pytest.mark.parametrize(
    "base",
    ["example.social", "ftp://example.social", "https://", "https://[", "https://a:x", "https://ada:pw@a.example"],
)
def test_a_base_address_has_to_be_one(base: str) -> None:
    with pytest.raises(HostError):
        Client(base, limit=no_limit)


def test_a_guarded_client_does_not_call_loopback() -> None:
    with scripted({"/": Reply({})}) as (url, script), client(url, guarded=True) as made, pytest.raises(HostError):
        made.get("/")

    assert script.calls() == 0


def test_a_guarded_client_calls_what_the_operator_allows() -> None:
    with scripted({"/": Reply({})}) as (url, _), client(url, guarded=True, allow=[url]) as made:
        assert made.get("/").status == 200


def test_a_connection_serves_many_calls() -> None:
    with asking(again(b"{}")) as (made, server):
        for _ in range(3):
            made.get("/")

        assert (made.calls, server.calls) == (3, 1)


def test_the_next_page_can_be_asked_for() -> None:
    links = {"Link": '</a?page=2>; rel="next"'}
    with scripted({"/a": [Reply([1], headers=links), Reply([2])]}) as (url, script), client(url) as made:
        there = made.get("/a").next()
        assert there is not None
        assert made.get(there).next() is None

    assert script.seen[1].query == {"page": "2"}


# ---- errors


@pytest.mark.parametrize(
    ("status", "kind", "signed", "words"),
    [
        (404, NotFoundError, False, "does not exist"),
        (410, NotFoundError, False, "gone"),
        (401, DeniedError, True, "connect the account again"),
        (401, DeniedError, False, "private"),
        (403, DeniedError, True, "permission"),
        (402, ResponseError, True, "402"),
        (400, ResponseError, False, "400"),
        (422, ResponseError, False, "422"),
    ],
)
def test_a_refusal_is_told_with_status_and_body(
    status: int, kind: type[ResponseError], signed: bool, words: str
) -> None:
    headers = {"Authorization": f"Bearer {SECRET}"} if signed else {}
    with (
        scripted({"/": Reply({"error": "no"}, status)}) as (url, script),
        client(url, headers=headers) as made,
        pytest.raises(kind, match=words) as caught,
    ):
        made.get("/")

    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.body) == (status, b'{"error": "no"}')
    assert script.calls() == 1


@pytest.mark.parametrize("body", [b"Invalid Bearer token", b'{"error": "invalid_token"}'])
def test_a_token_that_is_refused_with_400_is_refused(body: bytes) -> None:
    with (
        scripted({"/": Reply(body, 400)}) as (url, _),
        client(url, headers={"Authorization": f"Bearer {SECRET}"}) as made,
        pytest.raises(DeniedError, match="connect the account again") as caught,
    ):
        made.get("/")

    assert caught.value.status == 401


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_trouble_is_tried_again(status: int) -> None:
    with scripted({"/": [Reply(status=status), Reply(status=status), Reply({"ok": 1})]}) as (url, script):
        pauses = Pauses()
        with client(url, pause=pauses) as made:
            assert made.get("/").json() == {"ok": 1}

    assert script.calls() == 3
    assert 0 <= pauses.seconds[0] <= 2
    assert 0 <= pauses.seconds[1] <= 4


def test_lasting_trouble_ends_after_the_tries() -> None:
    with (
        scripted({"/": Reply(status=502)}) as (url, script),
        client(url, tries=4) as made,
        pytest.raises(UnavailableError, match=r"Example does not answer as it should \(error 502\)"),
    ):
        made.get("/")

    assert script.calls() == 4


def test_what_must_not_happen_twice_is_tried_once() -> None:
    with scripted({"/token": Reply(status=502)}) as (url, script), client(url) as made, pytest.raises(UnavailableError):
        made.post("/token", json={"code": "x"}, tries=1)

    assert script.calls() == 1


GOOD = http(b'{"ok":1}')
CHUNKED = "Transfer-Encoding: chunked\r\n"


def bare(body: bytes, *, headers: str = "") -> bytes:
    """An answer whose end is the end of the connection."""
    return f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + body


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(b"", "no connection", id="nothing"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", "no connection", id="not-http"),
        pytest.param(b"HTTP/1.1 abc\r\n\r\n", "no connection", id="no-status"),
        pytest.param(http(b'{"ok":1}', length=500), "broken", id="truncated"),
        pytest.param(http(b'{"ok":1}', length=3), "not JSON", id="length-too-small"),
        pytest.param(http(b'{"ok":', length=6), "not JSON", id="half-json"),
        pytest.param(http(b"<html>busy</html>"), "not JSON", id="html"),
        pytest.param(http(b""), "not JSON", id="empty"),
        pytest.param(http(b"[" * 100_000), "not JSON", id="deep"),
        pytest.param(http(b"no gzip", headers="Content-Encoding: gzip\r\n"), "broken", id="bad-gzip"),
        pytest.param(http(b"{}", headers="Content-Encoding: br\r\n"), "broken", id="unwanted-coding"),
        pytest.param(http(b"{}", headers="Content-Encoding: gzip, gzip\r\n"), "broken", id="nested-coding"),
        pytest.param(bare(b"zz\r\n{}", headers=CHUNKED), "broken", id="bad-chunk"),
        pytest.param(bare(b"9\r\n{}", headers=CHUNKED), "broken", id="half-chunk"),
        pytest.param(http(b"{}", headers="X\r\n"), "no connection", id="bad-header"),
        pytest.param(http(b"{}", headers="X: y\r\n" * 200), "no connection", id="many-headers"),
        pytest.param(http(b"{}", headers=f"X: {'y' * 70_000}\r\n"), "no connection", id="long-header"),
    ],
)
def test_a_broken_answer_is_tried_again_and_then_told(act: Act, why: str) -> None:
    with asking(act, GOOD) as (made, _):
        assert made.get("/").json() == {"ok": 1}
    with asking(act, tries=2) as (made, server):
        with pytest.raises(UnavailableError, match=why):
            made.get("/")

        assert (made.calls, server.calls) == (2, 2)


@pytest.mark.parametrize(
    ("act", "options"),
    [
        pytest.param(hang, {"timeout": (5.0, 0.1)}, id="hang"),
        pytest.param(drip(http(length=10_000), every=0.02), {"deadline": 0.1}, id="drip-body"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX: ", every=0.02), {"deadline": 0.1}, id="drip-headers"),
        pytest.param(drip(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 1", every=0.02), {"deadline": 0.1}, id="drip-status"),
        pytest.param(drip(bare(b"", headers=CHUNKED), every=0.02), {"deadline": 0.1}, id="drip-chunk-size"),
    ],
)
def test_a_slow_answer_is_a_timeout(act: Act, options: dict[str, Any]) -> None:
    with asking(act, tries=2, **options) as (made, server):
        with pytest.raises(UnavailableError, match="timeout"):
            made.get("/")

        assert (made.calls, server.calls) == (2, 2)


def test_a_timeout_is_tried_again() -> None:
    with asking(hang, GOOD, timeout=(5.0, 0.2), tries=9) as (made, _):
        assert made.get("/").json() == {"ok": 1}


def test_a_server_that_is_not_there_is_trouble() -> None:
    with raw(b"") as server:
        url = server.url

    with client(url) as made, pytest.raises(UnavailableError, match="no connection"):
        made.get("/")


def test_a_name_that_nobody_knows_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("dashapp.services.net.ssrf.resolve", resolve)
    with client("https://nowhere.example") as made, pytest.raises(UnavailableError, match="its name is unknown"):
        made.get("/")


def test_an_answer_that_need_not_be_json_is_not_parsed() -> None:
    with scripted({"/": Reply(b"\x00car")}) as (url, _), client(url) as made:
        assert made.get("/", raw=True).body == b"\x00car"


def test_a_revoked_token_may_be_answered_with_nothing() -> None:
    with scripted({"/revoke": Reply(b"")}) as (url, _), client(url) as made:
        assert made.post("/revoke").body == b""


# ---- redirects


def test_a_redirect_at_the_same_host_is_followed() -> None:
    replies = {"/a": Reply(status=301, headers={"Location": "/b?x=1"}), "/b": Reply({"ok": 1})}
    with scripted(replies) as (url, script), client(url, headers={"Authorization": "Bearer x"}) as made:
        assert made.get("/a").json() == {"ok": 1}

    assert script.seen[1].query == {"x": "1"}
    assert script.seen[1].headers["authorization"] == "Bearer x"


def test_a_circle_of_redirects_ends() -> None:
    replies = {"/a": Reply(status=302, headers={"Location": "/b"}), "/b": Reply(status=302, headers={"Location": "/a"})}
    with scripted(replies) as (url, script), client(url) as made, pytest.raises(ResponseError):
        made.get("/a")

    assert script.calls() == 4


def test_what_was_sent_is_not_sent_elsewhere() -> None:
    replies = {"/a": Reply(status=307, headers={"Location": "/b"})}
    with scripted(replies) as (url, script), client(url) as made, pytest.raises(ResponseError):
        made.post("/a", json={"code": "x"})

    assert script.calls() == 1


def test_another_host_is_told_and_not_called() -> None:
    with scripted({"/": Reply({})}) as (other, elsewhere):
        replies = {"/": Reply(status=302, headers={"Location": other + "/"})}
        with scripted(replies) as (url, _), client(url) as made, pytest.raises(MovedError) as caught:
            made.get("/")

    assert (caught.value.status, caught.value.location) == (302, other + "/")
    assert elsewhere.calls() == 0


@pytest.mark.parametrize(
    "location", ["https://[", "\x00", "http://a b/", "javascript:1", "//", "http://user@127.0.0.1/"]
)
def test_a_redirect_to_nonsense_is_an_error_of_the_service(location: str) -> None:
    response = b"HTTP/1.1 302 Found\r\nLocation: " + location.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    with asking(response) as (made, _), pytest.raises((ResponseError, UnavailableError)):
        made.get("/")


# ---- caps


@contextmanager
def most_memory() -> Iterator[list[int]]:
    """The bytes that were in use at once, in a list, when the block is over."""
    peak: list[int] = []
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


def bomb(megabytes: int, head: bytes) -> bytes:
    """Zeros, compressed a thousandfold; the same piece again and again."""
    maker = zlib.compressobj(9, wbits=-15)
    return head + (maker.compress(bytes(1_000_000)) + maker.flush(zlib.Z_FULL_FLUSH)) * megabytes


@pytest.mark.parametrize(
    ("coding", "head"),
    [
        pytest.param("gzip", b"\x1f\x8b\x08" + bytes(6) + b"\xff", id="gzip"),
        pytest.param("deflate", b"\x78\x9c", id="deflate"),
    ],
)
@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
def test_a_bomb_is_not_unpacked(coding: str, head: bytes, chunked: bool) -> None:
    packed, headers = bomb(200, head), f"Content-Encoding: {coding}\r\n"
    chunk = f"{len(packed):x}\r\n".encode() + packed + b"\r\n0\r\n\r\n"
    act = bare(chunk, headers=headers + CHUNKED) if chunked else http(packed, headers=headers)
    with asking(act) as (made, server), most_memory() as peak:
        with pytest.raises(UnavailableError, match="too large"):
            made.get("/")

        assert server.calls == 1
    assert len(packed) < 250_000
    assert peak[0] < 20_000_000


def test_the_cap_counts_unpacked_bytes() -> None:
    body = json.dumps(["x" * 100] * 9).encode()
    packed = http(gzip.compress(body), headers="Content-Encoding: gzip\r\n")
    with asking(packed, cap=len(body)) as (made, _):
        assert len(made.get("/").json()) == 9
    with asking(packed, cap=len(body) - 1) as (made, _), pytest.raises(UnavailableError, match="too large"):
        made.get("/")
    with asking(packed, cap=10) as (made, _):
        assert len(made.get("/", cap=10_000).json()) == 9


def test_an_endless_answer_ends_at_the_cap() -> None:
    def flood(sock: Any, over: threading.Event) -> None:
        sock.sendall(bare(b""))
        while not over.is_set():
            sock.sendall(b" " * 65_536)

    with asking(flood, cap=100_000) as (made, _), pytest.raises(UnavailableError, match="too large"):
        made.get("/")


def test_hosts_that_a_user_names_may_send_less() -> None:
    body = json.dumps("x" * 3_000_000).encode()
    with asking(http(body)) as (made, server):
        assert len(made.get("/").json()) == 3_000_000
        with (
            client(server.url, guarded=True, allow=[server.url]) as guarded,
            pytest.raises(UnavailableError, match="too large"),
        ):
            guarded.get("/")


# ---- limits


def test_429_is_a_limit_and_no_call_goes_out_before_its_end() -> None:
    with scripted({"/": Reply(status=429, headers={"Retry-After": "90"})}) as (url, script), client(url) as made:
        before = datetime.now(UTC)
        with pytest.raises(RateLimitedError, match=r"Example takes no more calls before .* UTC") as first:
            made.get("/")
        with pytest.raises(RateLimitedError) as second:
            made.get("/elsewhere")

    assert first.value.until >= before + timedelta(seconds=90)
    assert second.value.until == first.value.until
    assert script.calls() == made.calls == 1


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "-5"}])
def test_429_without_information_is_a_minute(headers: dict[str, str]) -> None:
    with scripted({"/": Reply(status=429, headers=headers)}) as (url, _), client(url) as made:
        before = datetime.now(UTC)
        with pytest.raises(RateLimitedError) as caught:
            made.get("/")

    assert timedelta(seconds=60) <= caught.value.until - before < timedelta(seconds=90)


def test_503_with_retry_after_is_a_limit() -> None:
    with (
        scripted({"/": Reply(status=503, headers={"Retry-After": "5"})}) as (url, script),
        client(url) as made,
        pytest.raises(RateLimitedError),
    ):
        made.get("/")

    assert script.calls() == 1


def test_what_the_service_calls_a_limit_is_one() -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    with (
        scripted({"/": Reply(status=403)}) as (url, _),
        client(url, limit=limit_of(until)) as made,
        pytest.raises(RateLimitedError) as caught,
    ):
        made.get("/")

    assert caught.value.until == until


def test_a_good_answer_is_given_and_the_next_call_waits() -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    with scripted({"/": Reply({"ok": 1})}) as (url, script), client(url, limit=limit_of(until)) as made:
        assert made.get("/").json() == {"ok": 1}
        with pytest.raises(RateLimitedError):
            made.get("/")

    assert script.calls() == 1


def test_a_limit_that_is_over_stops_nothing() -> None:
    until = datetime.now(UTC) - timedelta(seconds=1)
    with scripted({"/": Reply({})}) as (url, script), client(url, limit=limit_of(until)) as made:
        made.get("/")
        made.get("/")

    assert script.calls() == 2


def test_no_limit_is_longer_than_a_day() -> None:
    until = datetime.now(UTC) + timedelta(days=400)
    with (
        scripted({"/": Reply(status=429)}) as (url, _),
        client(url, limit=limit_of(until)) as made,
        pytest.raises(RateLimitedError) as caught,
    ):
        made.get("/")

    assert caught.value.until <= datetime.now(UTC) + FAR


def test_a_limit_that_comes_between_two_tries_ends_them() -> None:
    replies = [Reply(status=500), Reply(status=429), Reply({})]
    with scripted({"/": replies}) as (url, script), client(url) as made, pytest.raises(RateLimitedError):
        made.get("/")

    assert script.calls() == 2


def test_a_wait_that_another_import_notes_stops_the_tries() -> None:
    cooldowns = LocalCooldowns()

    def pause(_: float) -> None:
        cooldowns.wait(made._host, datetime.now(UTC) + timedelta(minutes=5))

    with (
        scripted({"/": Reply(status=500)}) as (url, script),
        client(url, cooldowns=cooldowns, pause=pause) as made,
        pytest.raises(RateLimitedError),
    ):
        made.get("/")

    assert script.calls() == 1


def test_a_limit_function_that_meets_broken_json_tells_nothing() -> None:
    with (
        scripted({"/": Reply("busy", 400)}) as (url, _),
        client(url, limit=lambda response: response.json()) as made,
        pytest.raises(ResponseError),
    ):
        made.get("/")


def test_one_token_waits_and_another_does_not() -> None:
    cooldowns = LocalCooldowns()
    with scripted({"/": [Reply(status=429), Reply({})]}) as (url, script):
        with (
            client(url, cooldowns=cooldowns, headers={"Authorization": "Bearer one"}) as one,
            pytest.raises(RateLimitedError),
        ):
            one.get("/")
        with client(url, cooldowns=cooldowns, headers={"Authorization": "Bearer two"}) as two:
            two.get("/")
        with (
            client(url, cooldowns=cooldowns, headers={"authorization": "Bearer one"}) as one,
            pytest.raises(RateLimitedError),
        ):
            one.get("/")

    assert script.calls() == 2


def test_calls_without_a_token_share_a_wait() -> None:
    cooldowns = LocalCooldowns()
    with scripted({"/": Reply(status=429)}) as (url, script):
        for _ in range(2):
            with client(url, cooldowns=cooldowns) as made, pytest.raises(RateLimitedError):
                made.get("/")

    assert script.calls() == 1


def test_a_fingerprint_tells_tokens_apart_and_not_what_they_are() -> None:
    assert fingerprint("") == ""
    assert fingerprint(SECRET) != fingerprint(SECRET + "1")
    assert len(fingerprint(SECRET)) == 13


# ---- secrets

SIGNED = {"Authorization": f"Bearer {SECRET}"}


def everything(error: BaseException) -> str:
    """All that a log or an error page could show of it."""
    return "".join([*traceback.format_exception(error), str(error), repr(error), *map(str, error.args)])


@pytest.mark.parametrize(
    ("act", "headers", "params"),
    [
        pytest.param(b"", SIGNED, {"access_token": SECRET}, id="no-answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", SIGNED, {"access_token": SECRET}, id="cut-off"),
        pytest.param(http(SECRET.encode()), SIGNED, {}, id="not-json"),
        pytest.param(http(SECRET.encode(), status=401), SIGNED, {"code": SECRET}, id="denied"),
        pytest.param(http(SECRET.encode(), status=400), SIGNED, {"code": SECRET}, id="refused"),
        pytest.param(http(b"{}", headers="X\r\n"), SIGNED, {"code": SECRET}, id="bad-header"),
        pytest.param(http(b"{}"), {"Authorization": f"Bearer {SECRET}\n"}, {}, id="token-with-a-newline"),
        pytest.param(http(b"{}"), {"Authorization": f"Bearer {SECRET}\u20ac"}, {}, id="token-with-a-strange-sign"),
    ],
)
def test_no_secret_is_in_an_error_or_a_log(
    act: Act, headers: dict[str, str], params: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shown = ""
    with asking(act, headers=headers) as (made, _):
        try:
            shown += repr(made.get("/", params))
        except (ResponseError, UnavailableError) as error:
            shown += everything(error)
        shown += repr(made) + caplog.text

    assert shown
    assert SECRET not in shown


def test_representations_show_neither_headers_nor_bodies() -> None:
    response = Response(200, {"Set-Cookie": SECRET}, SECRET.encode(), f"https://example.social/?token={SECRET}")

    assert SECRET not in repr(response)
    assert repr(Client("https://example.social", limit=no_limit, headers=SIGNED)) == "<Client example.social>"


@pytest.mark.parametrize("suffix", ["", "?a=1", "/x"])
def test_a_whole_address_of_the_same_server_is_called(suffix: str) -> None:
    with scripted({"/": Reply({}), "/x": Reply({})}) as (url, script), client(url) as made:
        made.send("GET", url.replace("http", "HTTP") + suffix)

    assert script.calls() == 1
