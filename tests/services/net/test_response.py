"""Answers: their JSON, the next page, and the moments that their headers tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import UnavailableError
from dashapp.services.net.response import Response, reset_at, retry_after, whole_number

AT = datetime(2026, 3, 5, 14, 2, 11, tzinfo=UTC)
FAR = timedelta(days=1)


# ---- answers


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff", b"[" * 100_000, b'{"a":NaN}', b'"\xed\xa0\x80"'])
def test_what_is_not_json_is_trouble(body: bytes) -> None:
    with pytest.raises(UnavailableError, match="not JSON"):
        Response(200, {}, body).json()


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ('<https://example.social/a?max_id=1>; rel="next", <https://example.social/a>; rel="prev"', "/a?max_id=1"),
        ("</a?page=2>; rel=next", "/a?page=2"),
        ('<http://example.social/a?page=2>; rel="next"', "/a?page=2"),
        ('<https://example.social:8443/a>; rel="last next"', "/a"),
        ('<https://ada:pw@example.social/a>; rel="next"', "/a"),
        ('<https://evil.example/a>; rel="next"', None),
        ('<https://example.social.evil.example/a>; rel="next"', None),
        ('<javascript:alert(1)>; rel="next"', None),
        ('<https://[/a>; rel="next"', None),
        ('<https://example.social/a>; rel="prev"', None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_next_page_is_at_the_same_host(link: str, there: str | None) -> None:
    response = Response(200, {"Link": link}, b"", "https://example.social/a")

    assert response.next() == (there and f"https://example.social{there}")


# ---- headers of limits


def seconds(until: datetime | None) -> float | None:
    """How long after the answer."""
    return None if until is None else (until - AT).total_seconds()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90), ("0", 1), ("1.2", 2), (" 5 ", 5), ("99999999999999999999", 86_400), ("-5", None), ("", None),
        ("nan", None), ("inf", None), ("1e9", None), ("soon", None), ("\uff19", None), ("-" * 500, None),
        (format_datetime(AT + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(AT + timedelta(days=300), usegmt=True), 86_400),
        (format_datetime(AT - timedelta(seconds=90), usegmt=True), None),
        ("Thu, 05 Mar 2026 15:02:41 +0100", 30),
        ("Thu, 99 Mar 2026 14:02:41 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(text: str, expected: float | None) -> None:
    assert seconds(retry_after(Response(429, {"retry-AFTER": text}, at=AT))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (str(int(AT.timestamp()) + 60), 60),
        (f"{AT.timestamp() + 60.5}", 60.5),
        (str(int(AT.timestamp() + 60) * 1000), 60),
        ("300", 300),
        ("2026-03-05T14:05:00.000Z", 169),
        ("2026-03-05T15:03:11+01:00", 60),
        (str(int(AT.timestamp()) - 60), None),
        ("2026-03-05T14:00:00Z", None),
        ("2126-03-05T14:00:00Z", 86_400),
        ("99999999999999999999", 86_400),
        ("0", None), ("-1", None), ("", None), ("never", None), ("0001-01-01T00:00:00+14:00", None),
    ],
)  # fmt: skip
def test_a_reset_is_an_epoch_a_date_or_seconds(text: str, expected: float | None) -> None:
    assert seconds(reset_at(Response(200, {"X-Reset": text}, at=AT), "x-reset")) == expected


def test_a_moment_is_meant_by_the_clock_of_the_service() -> None:
    behind = AT - timedelta(hours=3)
    headers = {"Date": format_datetime(behind, usegmt=True), "X-Reset": str(int(behind.timestamp()) + 60)}

    assert seconds(reset_at(Response(200, headers, at=AT), "X-Reset")) == 60


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_the_limits_or_waits_over_a_day(text: str, date: str) -> None:
    response = Response(429, {"Retry-After": text, "X-Reset": text, "Date": date}, at=AT)

    for until in (retry_after(response), reset_at(response, "X-Reset")):
        assert until is None or AT < until <= AT + FAR


@pytest.mark.parametrize(("text", "expected"), [("0", 0), (" 42 ", 42), ("", None), ("-1", None), ("4.2", None)])
def test_a_count_of_a_header_is_whole_or_not_told(text: str, expected: int | None) -> None:
    assert whole_number(Response(200, {"X-Left": text}), "x-left") == expected
