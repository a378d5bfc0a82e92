"""The guard: what a user may name, which addresses are public, and that nothing else is ever connected to."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import HostError
from dashapp.services.net import ssrf
from dashapp.services.net.ssrf import (
    AddressPolicy,
    GuardedAdapter,
    Place,
    host_name,
    instance_url,
    is_public,
    places,
    protect,
)
from tests.services.servers import Reply, Scripted, again, hang, http, raw, scripted, serving

PUBLIC = "93.184.216.34"
PLACE = Place("https", "example.social", 443)


def address(ip: str, port: int = 443) -> ssrf.Address:
    """As the resolver gives it."""
    return (socket.AF_INET6, (ip, port, 0, 0)) if ":" in ip else (socket.AF_INET, (ip, port))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Sets what names lead to, one answer after the other; gives the list of names that were asked for."""

    def set_names(*answers: list[str]) -> list[str]:
        left, asked = list(answers), []

        def resolve(host: str, port: int) -> list[ssrf.Address]:
            asked.append(host)
            return [address(ip, port) for ip in (left.pop(0) if len(left) > 1 else left[0])]

        monkeypatch.setattr(ssrf, "resolve", resolve)
        return asked

    return set_names


# ---- what a user typed


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.social", "mastodon.social"),
        ("  Mastodon.Social.  ", "mastodon.social"),
        ("https://example.social/@ada", "example.social"),
        ("HTTP://example.social?x=1", "example.social"),
        ("example.social/@ada@other.social", "example.social"),
        ("@ada@example.social", "example.social"),
        ("ada@example.social", "example.social"),
        ("https://ada:secret@example.social/", "example.social"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("\uff45xample\u3002social", "example.social"),
        ("example.social:0443", "example.social:443"),
        ("127.0.0.1:9001", "127.0.0.1:9001"),
        ("[::1]:9001", "[::1]:9001"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("localhost:9001", "localhost:9001"),
    ],
)
def test_a_host_is_found_in_what_a_user_types(typed: str, host: str) -> None:
    assert host_name(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "@", "https://", "exa mple.social", "example..social", "-a.example", "a_b.example", "127.1",
        "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.01", "256.0.0.1", "\uff11\uff12\uff17.1", "[::1",
        "::1", "[fe80::1%eth0]", "example.social:99999999", "example.social:x", "ex\\ample.social", "exa\0mple.social",
        "ftp://example.social", "a" * 64 + ".example", "a." * 130 + "example", "\u202e.example",
        "exam\u200bple.\r\nsocial",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_server_is_refused(typed: str) -> None:
    with pytest.raises(HostError, match="names no server"):
        host_name(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_becomes_a_plain_host_or_is_refused(typed: str) -> None:
    try:
        host = host_name(typed)
    except HostError:
        return

    assert host.isascii()
    assert host == host.lower()
    assert not set(host) & set(" /?#@\\%\r\n\0")
    assert host_name(host) == host


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("example.social", "https://example.social"),
        ("example.social:443", "https://example.social"),
        ("127.0.0.1:9001", "http://127.0.0.1:9001"),
        ("intranet", "https://intranet"),
        ("mastodon.lan:8443", "https://mastodon.lan:8443"),
        ("[::1]:9002", "http://[::1]:9002"),
    ],
)
def test_a_server_gets_its_base_address(host: str, url: str) -> None:
    allow = ["http://127.0.0.1:9001", "intranet", "mastodon.lan:8443", " HTTP://[::1]:9002 ", ""]

    assert instance_url(host, allow) == url


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:9002", "8.8.8.8", "localhost", "[::1]", "[2606:4700::1111]", "example.social:8443",
     "example.social:80", "intranet:80"],
)  # fmt: skip
def test_a_server_that_is_not_public_by_its_name_is_refused(host: str) -> None:
    with pytest.raises(HostError, match="not a public server"):
        instance_url(host, ["http://127.0.0.1:9001", "intranet"])


@pytest.mark.parametrize("entry", ["ftp://127.0.0.1", "http://127.0.0.1/api", "exa mple:1"])
def test_an_allowed_server_that_cannot_be_one_is_refused(entry: str) -> None:
    with pytest.raises(HostError):
        places([entry])


# ---- addresses

BAD = [
    "0.0.0.0",  # noqa: S104 - nothing listens there
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "feb0::1", "fec0::1", "fef0::1", "ff02::1", "ff0e::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", BAD)
def test_no_private_form_of_an_address_is_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "8.8.8.8", "99.255.255.255", "100.128.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255"]
)
def test_addresses_beside_the_private_ranges_are_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize("ip", ["2606:4700::1111", "2a00:1450::1", "2001:200::1", "2001:4860:4860::8888", "3ffe::1"])
def test_addresses_of_the_internet_by_ipv6_are_public(ip: str) -> None:
    assert is_public(ip)


@given(st.ip_addresses())
def test_a_public_address_is_nothing_special_by_the_standard_library(ip: ipaddress.IPv4Address) -> None:
    special = (ip.is_private, ip.is_loopback, ip.is_link_local, ip.is_multicast, ip.is_reserved, ip.is_unspecified)

    assert not is_public(str(ip)) or not any(special)


@given(st.ip_addresses(v=6))
def test_nothing_but_global_unicast_is_public_by_ipv6(ip: ipaddress.IPv6Address) -> None:
    embeds = ip.ipv4_mapped or ip.sixtofour or ip.teredo

    assert not is_public(str(ip)) or (ip in ipaddress.ip_network("2000::/3") and not embeds)


@pytest.mark.parametrize("ip", BAD)
def test_a_name_that_leads_there_is_not_called(ip: str, names: Callable[..., list[str]]) -> None:
    names([ip])

    with pytest.raises(HostError, match="not a public server"):
        AddressPolicy(guarded=True).addresses(PLACE)


@pytest.mark.parametrize("found", [[PUBLIC, "127.0.0.1"], ["fe80::1", PUBLIC]])
def test_one_private_address_among_public_ones_is_enough(found: list[str], names: Callable[..., list[str]]) -> None:
    names(found)

    with pytest.raises(HostError):
        AddressPolicy(guarded=True).addresses(PLACE)


@pytest.mark.parametrize(
    "place",
    [Place("http", "example.social", 80), Place("https", "example.social", 8443), Place("http", "example.social", 443),
     Place("http", "127.0.0.1", 9002), Place("https", "127.0.0.1", 9001)],
)  # fmt: skip
def test_another_scheme_or_port_is_refused_before_its_name_is_asked_for(
    place: Place, names: Callable[..., list[str]]
) -> None:
    asked = names([PUBLIC])

    with pytest.raises(HostError):
        AddressPolicy(guarded=True, allow=["http://127.0.0.1:9001"]).addresses(place)
    assert not asked


def test_public_addresses_are_what_is_connected_to(names: Callable[..., list[str]]) -> None:
    names([PUBLIC, "2606:4700::1111"])

    assert AddressPolicy(guarded=True).addresses(PLACE) == [address(PUBLIC), address("2606:4700::1111")]


@pytest.mark.server
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "::1", "127.1", "2130706433", "0x7f.1", "017700000001", "\uff11\uff12\uff17.0.0.1"]
)
def test_the_real_resolver_opens_no_way_to_loopback(host: str) -> None:
    with pytest.raises((HostError, OSError)):
        AddressPolicy(guarded=True).addresses(Place("https", host, 443))


# ---- the transport


def session(**options: object) -> requests.Session:
    """A session of requests with the policy."""
    return protect(requests.Session(), **options)


@pytest.mark.server
def test_a_name_that_changes_its_address_is_not_followed(
    names: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names([PUBLIC], ["127.0.0.1"])
    tried: list[object] = []

    def connect(sock: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with session(guarded=True) as calls:
        with pytest.raises(requests.ConnectionError):
            calls.get("https://rebound.example/")
        with pytest.raises(HostError):
            calls.get("https://rebound.example/")

    assert tried == [(PUBLIC, 443)]
    assert asked == ["rebound.example"] * 2


@pytest.mark.server
def test_the_resolver_of_the_system_is_asked_once_for_each_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def getaddrinfo(host: str, port: int, *args: object, **kwargs: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC if len(asked) == 1 else "127.0.0.1", port))]

    def connect(sock: socket.socket, address: object) -> None:
        assert address == (PUBLIC, 443)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with session(guarded=True) as calls, pytest.raises(requests.ConnectionError):
        calls.get("https://rebound.example/")

    assert asked == ["rebound.example"]


@pytest.mark.server
def test_loopback_is_called_only_where_the_operator_allows_it() -> None:
    with scripted({"/": Reply({"ok": True})}) as (url, script):
        with session(guarded=True) as calls, pytest.raises(HostError):
            calls.get(url)
        with session(guarded=True, allow=[url]) as calls:
            answer = calls.get(url)

    assert answer.json() == {"ok": True}
    assert script.calls() == 1


@pytest.mark.server
def test_addresses_of_the_settings_need_no_guard() -> None:
    with scripted({"/": Reply({"ok": True})}) as (url, _), session() as calls:
        assert calls.get(url).json() == {"ok": True}


@pytest.mark.server
def test_the_next_address_is_tried_when_one_refuses(names: Callable[..., list[str]]) -> None:
    with scripted({"/": Reply({"ok": True})}) as (url, _):
        port = url.rpartition(":")[2]
        names(["::1", "127.0.0.1"])
        with session(guarded=True, allow=[f"http://two.example:{port}"]) as calls:
            assert calls.get(f"http://two.example:{port}/").json() == {"ok": True}


@pytest.mark.server
def test_no_redirect_is_followed_by_a_protected_session() -> None:
    with (
        scripted({"/": Reply(status=302, headers={"Location": "/there"}), "/there": Reply()}) as (url, script),
        session() as calls,
        pytest.raises(requests.TooManyRedirects),
    ):
        calls.get(url)

    assert script.calls("/there") == 0


@pytest.mark.server
def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")

    with scripted({"/": Reply({"ok": True})}) as (url, _), session() as calls:
        assert calls.get(url).json() == {"ok": True}


@pytest.mark.server
def test_a_protected_session_reads_no_more_than_its_cap() -> None:
    with raw(http(b"x" * 5_000)) as server, session(cap=1_000) as calls, pytest.raises(ssrf.TooLargeError):
        calls.get(server.url)


@pytest.mark.server
def test_a_protected_session_waits_no_longer_than_its_deadline() -> None:
    with raw(hang) as server, session(deadline=0.1) as calls, pytest.raises(requests.Timeout):
        calls.get(server.url)


@pytest.mark.server
def test_connections_are_used_again() -> None:
    with raw(again(b"ok")) as server, session() as calls:
        texts = [calls.get(server.url).text for _ in range(3)]

        assert texts == ["ok"] * 3
        assert server.calls == 1


# ---- TLS


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's certificate for example.social, and the path of the authority that made it: itself."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.social")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("example.social")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context, str(folder / "certificate")


@pytest.mark.server
def test_the_certificate_is_checked_against_the_name_and_not_the_address(
    tls: tuple[ssl.SSLContext, str], names: Callable[..., list[str]]
) -> None:
    context, authority = tls
    names(["127.0.0.1"])
    with serving(Scripted({"/": Reply({"ok": True})}), tls=context) as url:
        port = url.rpartition(":")[2]
        hosts = [f"example.social:{port}", f"other.social:{port}"]
        with session(guarded=True, allow=hosts) as calls:
            calls.verify = authority
            answer = calls.get(f"https://{hosts[0]}/")
            with pytest.raises(requests.exceptions.SSLError):
                calls.get(f"https://{hosts[1]}/")

    assert answer.json() == {"ok": True}


@pytest.mark.server
def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls: tuple[ssl.SSLContext, str], names: Callable[..., list[str]]
) -> None:
    names(["127.0.0.1"])
    with serving(Scripted({"/": Reply()}), tls=tls[0]) as url:
        host = f"example.social:{url.rpartition(':')[2]}"
        with session(guarded=True, allow=[host]) as calls, pytest.raises(requests.exceptions.SSLError):
            calls.get(f"https://{host}/")


def test_an_adapter_shows_nothing_of_what_it_sends() -> None:
    assert "example" not in repr(GuardedAdapter(guarded=True, allow=["http://example.social"]))
