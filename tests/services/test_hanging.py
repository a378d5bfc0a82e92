"""A host that hangs: one finds out for all, the others stay away, and everybody comes back when it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from dashapp.services.errors import RateLimitedError, UnavailableError
from dashapp.services.net import circuit_breaker
from dashapp.services.net.circuit_breaker import LONGER, MOST, NOTICED, Line
from dashapp.services.net.client import Client, OwnWaits
from dashapp.services.net.response import no_limit
from tests.services.servers import hang, http, raw

HOST, KEY = "example.social", "example.social!"


def line(waits: OwnWaits, *, finds_out: bool = True) -> Line:
    return Line(HOST, "Example", waits, finds_out=finds_out)


def hung(waits: OwnWaits, times: int) -> Line:
    made = line(waits)
    for _ in range(times):
        made.check()
        made.hung()
    return made


def over(waits: OwnWaits) -> None:
    """The wait ended a moment ago."""
    waits.end(KEY)
    waits.wait(KEY, datetime.now(UTC) - timedelta(seconds=1))


def test_one_answer_that_does_not_come_disturbs_nobody() -> None:
    waits = OwnWaits()
    hung(waits, NOTICED - 1)

    line(waits).check()

    assert waits.until(KEY) is None


def test_the_others_stay_away_and_hear_until_when() -> None:
    waits = OwnWaits()
    first = hung(waits, NOTICED)

    first.check()
    with pytest.raises(RateLimitedError, match="Example does not answer in time") as told:
        line(waits).check()

    assert told.value.until == waits.until(KEY)
    assert told.value.until > datetime.now(UTC) + LONGER


def test_after_the_wait_one_finds_out_and_the_others_wait_on() -> None:
    waits = OwnWaits()
    hung(waits, NOTICED)
    over(waits)

    line(waits).check()

    with pytest.raises(RateLimitedError):
        line(waits).check()


def test_one_failure_of_who_finds_out_is_enough() -> None:
    waits = OwnWaits()
    hung(waits, NOTICED)
    over(waits)
    prober = line(waits)
    prober.check()
    over(waits)

    prober.hung()

    with pytest.raises(RateLimitedError):
        line(waits).check()


def test_an_answer_lets_everybody_call_again() -> None:
    waits = OwnWaits()
    first = hung(waits, NOTICED)

    first.answered()
    line(waits).check()

    assert waits.until(KEY) is None


def test_nobody_tries_without_end() -> None:
    first = hung(OwnWaits(), MOST)

    with pytest.raises(UnavailableError):
        first.check()


def test_who_has_no_time_stays_away_and_tells_nobody() -> None:
    waits = OwnWaits()
    hurried = line(waits, finds_out=False)
    for _ in range(NOTICED):
        hurried.check()
        hurried.hung()
    line(waits).check()
    hung(waits, NOTICED)

    with pytest.raises(RateLimitedError):
        hurried.check()


@contextmanager
def client(url: str, waits: OwnWaits, key: str = "") -> Iterator[Client]:
    options = {"limit": no_limit, "pause": lambda _: None, "timeout": (1.0, 0.05)}
    with Client(url, name="Example", waits=waits, headers={"Authorization": f"Bearer {key}"}, **options) as made:
        yield made


def test_a_host_that_hangs_for_one_token_is_not_called_with_another() -> None:
    waits = OwnWaits()
    with raw(hang) as server, client(server.url, waits, "one") as one, client(server.url, waits, "two") as two:
        with pytest.raises(UnavailableError):
            one.get("x")
        with pytest.raises(RateLimitedError):
            two.get("x")

        assert (one.calls, two.calls) == (3, 0)


@pytest.mark.parametrize("answer", [http(b"{}", status=500), http(b"{", length=1)])
def test_a_host_that_answers_anything_does_not_hang(answer: bytes) -> None:
    waits = OwnWaits()
    with raw(answer) as server, client(server.url, waits, "one") as one, client(server.url, waits, "two") as two:
        for each in (one, two):
            with pytest.raises(UnavailableError):
                each.get("x")

        assert (one.calls, two.calls) == (3, 3)


def test_waits_for_a_host_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit_breaker, "LONGER", timedelta(hours=1))
    waits = OwnWaits()
    hung(waits, 3)

    until = waits.until(KEY)

    assert until is not None
    assert until > datetime.now(UTC) + timedelta(hours=2.9)
